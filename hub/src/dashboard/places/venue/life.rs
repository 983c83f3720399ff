//! What happens to a venue: it closes, is suspended, opens again, turns out to be a double, moves.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::post;
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;
use xuncha_core::domain::{DateRange, Station, Venue, VenueId, VenueLife};

use super::{Told, Wrong};
use crate::app::AppState;
use crate::dashboard::error::{Named, PageResult};
use crate::dashboard::look::{csrf, dates};
use crate::dashboard::places::heir::{Merge, Moved, heir_list, merge_form, move_form};
use crate::dashboard::places::{life, sure};
use crate::dashboard::visitor::{Posted, Visitor};
use crate::places::{
    Heir, Turn, changed_months, heirs, life_of_both, merge_venues, move_venue, moves_later, other_stations,
    turn_venue, venue, venues,
};
use crate::scope::Operation;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/places/venues/{id}/life", post(turn))
        .route("/places/venues/{id}/merge", post(merge))
        .route("/places/venues/{id}/move", post(move_away))
}

/// A venue with what its page offers.
pub(super) struct Known {
    /// It.
    pub venue: Venue,
    today: NaiveDate,
    heirs: Vec<Heir<VenueId>>,
    moves_later: bool,
    /// The others of the station, for a double.
    others: Vec<Venue>,
    /// The other stations, for those who may move it.
    stations: Vec<Station>,
}

impl Known {
    /// Whether it goes on as another, and stays as it is; one that moves later may still be shut or close before.
    pub(super) fn ended(&self) -> bool {
        self.heirs.iter().any(|heir| heir.old == self.venue.id)
    }

    /// What a turn makes of its life, or why it can't be.
    fn after(&self, turn: Turn) -> Result<VenueLife, Wrong> {
        let (life, wrong) = if self.moves_later {
            let wrong = Wrong::new(
                "已登记移交：这里只能登记移交日之前的暂停或停业。",
                "It moves to another station: here it can only be suspended or close before that.",
            );
            (turn.of_moving(&self.venue.life), wrong)
        } else {
            let wrong = Wrong::new("停业日期不能早于开业日期。", "It can't close before it opened.");
            (turn.of(&self.venue.life), wrong)
        };
        life.ok_or(wrong)
    }
}

pub(super) async fn load(app: &AppState, visitor: &Visitor, id: VenueId) -> PageResult<Known> {
    let station = visitor.station.id;
    let mut db = app.store.snapshot().await?;
    let today = app.world.clock.now().day();
    let venue = venue(&mut db, station, id).await?;
    let heirs = heirs(&mut db, station, id).await?;
    let moves_later = moves_later(&mut db, &venue, today).await?;
    let mut others = venues(&mut db, station).await?;
    others.retain(|other| other.id != id && !other.life.closed_by(today));
    let stations =
        if visitor.may(Operation::MovePlaces) { other_stations(&mut db, station).await? } else { Vec::new() };
    Ok(Known { venue, today, heirs, moves_later, others, stations })
}

#[derive(Deserialize)]
struct Turned {
    turn: String,
    from: String,
    #[serde(default)]
    to: String,
    /// The months that are over and that they agreed to change.
    #[serde(default)]
    agreed: String,
}

impl Turned {
    fn read(&self) -> Result<Turn, Wrong> {
        let day = |text: &str| text.parse().map_err(|_| Wrong::new("请填写日期。", "Fill in the day."));
        let from = day(&self.from)?;
        match self.turn.as_str() {
            "closed" => Ok(Turn::Closed(from)),
            "open" => Ok(Turn::OpenAgain(from)),
            _ => {
                let range = DateRange::new(from, day(&self.to)?);
                let wrong = || {
                    Wrong::new(
                        "结束日期不能早于开始日期，也不能太久。",
                        "It must end after it begins, and not last too long.",
                    )
                };
                range.map(Turn::Suspended).map_err(|_| wrong())
            }
        }
    }
}

async fn turn(
    State(app): State<AppState>,
    Named(id): Named<VenueId>,
    Posted { visitor, form }: Posted<Turned>,
) -> PageResult<Response> {
    visitor.must(Operation::KeepPlaces)?;
    let known = load(&app, &visitor, id).await?;
    let life = form.read().and_then(|turn| known.after(turn).map(|life| (turn, life)));
    let told = match &life {
        Ok((turn, life)) => {
            let months = changed_months(&known.venue.life, life, known.today);
            if form.agreed == sure::agreed(&months) {
                turn_venue(&app, &visitor.caller, visitor.station.id, id, *turn).await?;
                return Ok(done(&visitor, id));
            }
            let typed = [("turn", &*form.turn), ("from", &*form.from), ("to", &*form.to)];
            Told::Asked(sure::ask(&visitor, &format!("/places/venues/{id}/life"), &typed, &months))
        }
        Err(wrong) => Told::Wrong(wrong),
    };
    Ok(super::page(&app, &visitor, id, None, Some(told)).await?.into_response())
}

async fn merge(
    State(app): State<AppState>,
    Named(id): Named<VenueId>,
    Posted { visitor, form }: Posted<Merge<VenueId>>,
) -> PageResult<Response> {
    visitor.must(Operation::KeepPlaces)?;
    let known = load(&app, &visitor, id).await?;
    let stays = known.others.iter().find(|other| other.id == form.into);
    if let Some(stays) = stays.filter(|_| !known.ended()) {
        let life = life_of_both(&stays.life, &known.venue.life);
        let months = changed_months(&stays.life, &life, known.today);
        if form.agreed != sure::agreed(&months) {
            let typed = [("into", &*form.into.to_string())];
            let asked = sure::ask(&visitor, &format!("/places/venues/{id}/merge"), &typed, &months);
            return Ok(super::page(&app, &visitor, id, None, Some(Told::Asked(asked)))
                .await?
                .into_response());
        }
    }
    merge_venues(&app, &visitor.caller, visitor.station.id, id, form.into).await?;
    Ok(done(&visitor, form.into))
}

async fn move_away(
    State(app): State<AppState>,
    Named(id): Named<VenueId>,
    Posted { visitor, form }: Posted<Moved>,
) -> PageResult<Response> {
    visitor.must(Operation::MovePlaces)?;
    let known = load(&app, &visitor, id).await?;
    if !known.ended()
        && let Some(wrong) = form.wrong(known.venue.life.closed_on, known.today)
    {
        return Ok(super::page(&app, &visitor, id, None, Some(Told::Wrong(&wrong))).await?.into_response());
    }
    let heir = move_venue(&app, &visitor.caller, visitor.station.id, id, form.to, form.first_day).await?;
    Ok(Redirect::to(&format!("/places/venues/{heir}?station={}&done=moved", form.to)).into_response())
}

fn done(visitor: &Visitor, id: VenueId) -> Response {
    Redirect::to(&visitor.at(&format!("/places/venues/{id}"), "done=kept")).into_response()
}

/// The panels beside the form.
pub(super) fn panels(known: &Known, visitor: &Visitor) -> Markup {
    let l = visitor.locale;
    let (scope, id) = (visitor.scope(), known.venue.id);
    let ended = known.ended();
    html! {
        div {
            section.panel {
                h2 { (l.pick("是否检查", "To be checked?")) }
                p { (life(&known.venue, known.today, l)) }
                @for range in &known.venue.life.suspended { p.quiet {
                    (l.pick("暂停：", "Suspended: ")) (dates::full_day(range.from(), l)) " – " (dates::full_day(range.to(), l))
                } }
                (heir_list(id, &known.heirs, visitor, |id| format!("/venues/{id}")))
                p { a.alone href={ "/venues/" (id) (scope) } { (l.pick("查看检查记录", "See its records")) } }
            }
            @if !ended { (turns(known, visitor)) (doubles(known, visitor)) (moves(known, visitor)) }
            @else if known.moves_later { (turns(known, visitor)) }
        }
    }
}

fn turns(known: &Known, visitor: &Visitor) -> Markup {
    let l = visitor.locale;
    let action = format!("/places/venues/{}/life{}", known.venue.id, visitor.scope());
    let life = &known.venue.life;
    let shut = !known.moves_later
        && (life.closed_on.is_some() || life.suspended.iter().any(|range| range.to() >= known.today));
    html! {
        section.panel {
            h2 { (l.pick("停业、暂停、恢复", "Close, suspend, open again")) }
            details {
                summary { (l.pick("暂停（装修、停业整顿等）…", "Suspend…")) }
                form method="post" action=(action) {
                    (csrf(&visitor.csrf)) input type="hidden" name="turn" value="suspended";
                    div.row.field {
                        div { label for="s-from" { (l.pick("从", "From")) } input #s-from type="date" name="from" value=(known.today) required; }
                        div { label for="s-to" { (l.pick("到（含）", "Until, included")) } input #s-to type="date" name="to" required; }
                    }
                    button.button.plain-button type="submit" { (l.pick("登记暂停", "Suspend")) }
                }
            }
            details {
                summary { (l.pick("停业…", "Close…")) }
                form method="post" action=(action) {
                    (csrf(&visitor.csrf)) input type="hidden" name="turn" value="closed";
                    div.field { label for="c-from" { (l.pick("最后一天", "Last day")) } input #c-from type="date" name="from" value=(known.today) required; }
                    p.quiet { (l.pick("之后不再要求检查，记录都保留。", "It is not to be checked after that; records stay.")) }
                    button.button.warn type="submit" { (l.pick("登记停业", "Close")) }
                }
            }
            @if shut {
                details {
                    summary { (l.pick("恢复检查…", "Open again…")) }
                    form method="post" action=(action) {
                        (csrf(&visitor.csrf)) input type="hidden" name="turn" value="open";
                        div.field { label for="o-from" { (l.pick("从这天起", "From this day on")) } input #o-from type="date" name="from" value=(known.today) required; }
                        button.button.plain-button type="submit" { (l.pick("恢复检查", "Open again")) }
                    }
                }
            }
        }
    }
}

fn doubles(known: &Known, visitor: &Visitor) -> Markup {
    let l = visitor.locale;
    let words = |other: &Venue| {
        let parts = [other.name.as_str(), other.kind.label(l), other.address.as_str()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    };
    let others: Vec<_> = known.others.iter().map(|other| (other.id, words(other))).collect();
    let warning = l.pick(
        "两条登记是同一个地方：本条各月都不再要求检查，它的全部记录（包括以后才上传的）归到保留的那一条，按实际发生的月份计数。此操作不能撤销。",
        "Both are one place: nobody is expected here in any month, and all its records, also those that arrive later, are the other's, each in the month it happened. This cannot be undone.",
    );
    let sticker = l.pick(
        "保留的那一条若已有自己的标牌，本条墙上的标牌就不再认得：请揭下来。",
        "If the one that stays has a placard code of its own, the one on the wall of this entry is known no more: take it down.",
    );
    let warning =
        if known.venue.placard.is_some() { format!("{warning} {sticker}") } else { warning.to_owned() };
    html! {
        @if !others.is_empty() {
            (merge_form(&format!("/places/venues/{}/merge", known.venue.id), &others, &warning, visitor))
        }
    }
}

fn moves(known: &Known, visitor: &Visitor) -> Markup {
    let l = visitor.locale;
    html! {
        @if !known.stations.is_empty() {
            section.panel {
                h2 { (l.pick("移交其他工作站", "Move to another station")) }
                details {
                    summary { (l.pick("移交…", "Move…")) }
                    p.quiet { (l.pick("以前的记录和未办结的问题留在本站；对方在场所页上可以看到。", "Earlier records and what is open stay here; the other station reads them on the venue's page.")) }
                    (move_form(&format!("/places/venues/{}/move", known.venue.id), &known.stations, known.today, visitor))
                }
            }
        }
    }
}
