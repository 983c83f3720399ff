//! A venue's placard: its code to scan, large, on a sheet to print.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};
use xuncha_core::domain::VenueId;

use super::error::{Named, PageResult};
use super::look::{Place, qr};
use super::visitor::Visitor;
use crate::app::AppState;
use crate::places;
use crate::scope::Operation;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/venues/{id}/placard", get(show))
}

/// The venue's placard on a sheet of its own, to print and put up where the record is made.
async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Named(id): Named<VenueId>,
) -> PageResult<Markup> {
    visitor.must(Operation::Read)?;
    let mut db = app.store.snapshot().await?;
    let venue = places::venue(&mut db, visitor.station.id, id).await?;
    drop(db);
    let (l, scope) = (visitor.locale, visitor.scope());
    let body = html! {
        a.back.no-print href={ "/venues/" (id) (scope) } { "‹ " (venue.name) }
        @match venue.placard.as_ref().and_then(|code| Some((code, qr(code.as_str())?))) {
            None => { div.panel { p.empty { (l.pick("这个场所还没有标牌编号，请先在场所资料里填写。", "This venue has no placard code yet; give it one on its own page first.")) } } }
            Some((code, drawn)) => {
                p.no-print { (l.pick("用 A4 或 A5 纸打印，贴在场所内志愿者能扫到的地方。", "Print on A4 or A5 and put it up inside, where volunteers can scan it.")) }
                article.panel.placard {
                    p.placard-title { (l.pick("关爱工作站 · 巡查点", "Care station · inspection point")) }
                    h1 { (venue.name) }
                    (drawn)
                    p.placard-code { (code) }
                    p { (l.pick("志愿者检查时，请用“巡查”扫描此码。", "Volunteers: scan this code with Xuncha at each inspection.")) }
                    p.quiet { (visitor.station.name) " · " (l.pick("看、劝、记、报", "look, dissuade, record, report")) }
                }
            }
        }
    };
    Ok(visitor.page(Some(Place::Coverage), l.pick("场所标牌", "Placard"), &body))
}
