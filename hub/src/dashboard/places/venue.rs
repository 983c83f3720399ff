//! A venue's pages: adding and changing one, and what happens to it (closed, suspended, open again, a
//! double, moved to another station).

mod life;

use std::collections::BTreeSet;

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;
use xuncha_core::domain::{Address, Locale, Month, Name, PlacardCode, Venue, VenueId, VenueKind, VenueLife};

use super::field::{Wrong, datum_choice, position, position_in_words};
use super::sure;
use crate::app::AppState;
use crate::dashboard::error::{Named, PageResult};
use crate::dashboard::look::overtaken::{Field, overtaken, seen, words};
use crate::dashboard::look::{Place, bad, csrf, good};
use crate::dashboard::visitor::{JustDone, Posted, Visitor};
use crate::places::{changed_months, keep_venue, venue};
use crate::scope::Operation;
use crate::seen::{Kept, Seen};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/places/venues/new", get(empty).post(add))
        .route("/places/venues/{id}", get(show).post(change))
        .merge(life::router())
}

/// What stands in the form.
#[derive(Debug, Default, Deserialize)]
struct Fields {
    name: String,
    kind: String,
    address: String,
    lat: String,
    lon: String,
    datum: String,
    placard: String,
    opened_on: String,
    /// The months that are over and that they agreed to change.
    #[serde(default)]
    agreed: String,
    /// What was on file when it was shown.
    #[serde(default)]
    seen: Seen,
}

/// What the page of a venue says first.
enum Told<'a> {
    Kept,
    Wrong(&'a Wrong),
    /// A question, see [`sure`].
    Asked(Markup),
    /// Somebody changed it meanwhile; this was typed.
    Overtaken(&'a Fields),
}

impl Fields {
    fn of(venue: &Venue) -> Self {
        let (lat, lon) =
            venue.position.map(|at| (at.lat().to_string(), at.lon().to_string())).unwrap_or_default();
        Self {
            name: venue.name.to_string(),
            kind: venue.kind.code().to_owned(),
            address: venue.address.to_string(),
            lat,
            lon,
            datum: "wgs84".to_owned(),
            placard: venue.placard.as_ref().map(ToString::to_string).unwrap_or_default(),
            opened_on: venue.life.opened_on.map(|day| day.to_string()).unwrap_or_default(),
            agreed: String::new(),
            seen: Seen::of(Some(venue)),
        }
    }

    fn in_words(&self, l: Locale) -> Vec<Field> {
        let kind: Option<VenueKind> = self.kind.parse().ok();
        vec![
            (l.pick("招牌上的名称", "Name on the sign"), self.name.clone()),
            (l.pick("类型", "Kind"), kind.map_or_else(String::new, |kind| kind.label(l).to_string())),
            (l.pick("地址", "Address"), self.address.clone()),
            (
                l.pick("位置", "Position"),
                position_in_words(&format!("{} {}", self.lat, self.lon), &self.datum, l),
            ),
            (l.pick("标牌编号", "Placard"), self.placard.clone()),
            (l.pick("从哪天起检查", "To be checked from"), self.opened_on.clone()),
        ]
    }

    /// The question before they are kept, if they change months that are over and nobody agreed to that yet.
    fn question(&self, visitor: &Visitor, path: &str, months: &BTreeSet<Month>) -> Option<Markup> {
        let typed = [
            ("name", &*self.name),
            ("kind", &*self.kind),
            ("address", &*self.address),
            ("lat", &*self.lat),
            ("lon", &*self.lon),
            ("datum", &*self.datum),
            ("placard", &*self.placard),
            ("opened_on", &*self.opened_on),
            ("seen", &*self.seen.to_string()),
        ];
        (self.agreed != sure::agreed(months)).then(|| sure::ask(visitor, path, &typed, months))
    }

    /// A venue as the form says it, with the rest of its life as it was.
    fn read(&self, id: VenueId, visitor: &Visitor, life: VenueLife) -> Result<Venue, Wrong> {
        let placard = match self.placard.trim() {
            "" => None,
            code => {
                Some(PlacardCode::new(code).map_err(|why| Wrong::new("标牌编号不对。", why.to_string()))?)
            }
        };
        let opened_on: Option<NaiveDate> = match self.opened_on.trim() {
            "" => None,
            day => Some(day.parse().map_err(|_| Wrong::new("开业日期不对。", "The opening day is no day."))?),
        };
        if opened_on.zip(life.closed_on).is_some_and(|(first, last)| last < first) {
            return Err(Wrong::new("开业日期不能晚于停业日期。", "It can't open after it closed."));
        }
        Ok(Venue {
            id,
            station: visitor.station.id,
            name: Name::new(&self.name).map_err(|_| Wrong::new("请填写名称。", "Fill in a name."))?,
            kind: self.kind.parse().map_err(|_| Wrong::new("请选择类型。", "Choose a kind."))?,
            address: Address::new(&self.address)
                .map_err(|_| Wrong::new("地址太长。", "The address is too long."))?,
            position: position(&self.lat, &self.lon, &self.datum)?,
            placard,
            life: VenueLife { opened_on, ..life },
        })
    }
}

async fn empty(State(app): State<AppState>, visitor: Visitor) -> PageResult<Markup> {
    visitor.must(Operation::KeepPlaces)?;
    let title = visitor.locale.pick("新增场所", "Add a venue");
    // Months before anybody knew of it are not missed, unless somebody says so.
    let fields = Fields { opened_on: app.world.clock.now().day().to_string(), ..Fields::default() };
    let body = html! { (back(&visitor)) (form(&visitor, None, &fields, None)) };
    Ok(visitor.page(Some(Place::Manage), title, &body))
}

async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Named(id): Named<VenueId>,
    Query(asked): Query<JustDone>,
) -> PageResult<Markup> {
    visitor.must(Operation::KeepPlaces)?;
    page(&app, &visitor, id, None, (!asked.done.is_empty()).then_some(Told::Kept)).await
}

/// The page of a venue: its form, as it is on file or as it was just typed, and its life.
async fn page(
    app: &AppState,
    visitor: &Visitor,
    id: VenueId,
    typed: Option<&Fields>,
    told: Option<Told<'_>>,
) -> PageResult<Markup> {
    let l = visitor.locale;
    let known = life::load(app, visitor, id).await?;
    let on_file = Fields::of(&known.venue);
    let wrong = if let Some(Told::Wrong(wrong)) = told { Some(wrong) } else { None };
    let body = html! {
        (back(visitor))
        @match &told {
            Some(Told::Kept) => { (good(l.pick("已保存，手机下次同步时更新。", "Saved; phones learn of it at their next sync."))) }
            Some(Told::Asked(question)) => { (question) }
            Some(Told::Overtaken(typed)) => { (overtaken(words(l), &on_file.in_words(l), &typed.in_words(l), l)) }
            Some(Told::Wrong(_)) | None => {}
        }
        div.columns {
            @if known.ended() {
                div { h1 { (known.venue.name) } @if let Some(wrong) = wrong { (bad(wrong.words(l))) } }
            }
            @else { (form(visitor, Some(id), typed.unwrap_or(&on_file), wrong)) }
            (life::panels(&known, visitor))
        }
    };
    Ok(visitor.page(Some(Place::Manage), known.venue.name.as_str(), &body))
}

async fn add(
    State(app): State<AppState>,
    Posted { visitor, form: fields }: Posted<Fields>,
) -> PageResult<Response> {
    visitor.must(Operation::KeepPlaces)?;
    let id = VenueId::mint(app.world.clock.now(), app.world.random()?);
    let path = "/places/venues/new";
    let (question, wrong) = match fields.read(id, &visitor, VenueLife::default()) {
        Ok(venue) => {
            let months = changed_months(&VenueLife::never(), &venue.life, app.world.clock.now().day());
            let Some(question) = fields.question(&visitor, path, &months) else {
                // Nothing can stand under an id that was just made.
                let _ = keep_venue(&app, &visitor.caller, venue, &Seen::default()).await?;
                return Ok(
                    Redirect::to(&visitor.at(&format!("/places/venues/{id}"), "done=added")).into_response()
                );
            };
            (Some(question), None)
        }
        Err(wrong) => (None, Some(wrong)),
    };
    let title = visitor.locale.pick("新增场所", "Add a venue");
    let body = html! {
        (back(&visitor))
        @if let Some(question) = question { (question) }
        (form(&visitor, None, &fields, wrong.as_ref()))
    };
    Ok(visitor.page(Some(Place::Manage), title, &body).into_response())
}

async fn change(
    State(app): State<AppState>,
    Named(id): Named<VenueId>,
    Posted { visitor, form: fields }: Posted<Fields>,
) -> PageResult<Response> {
    visitor.must(Operation::KeepPlaces)?;
    let old = venue(&mut *app.store.read().await?, visitor.station.id, id).await?;
    let path = format!("/places/venues/{id}");
    let read = fields.read(id, &visitor, old.life.clone());
    let told = match &read {
        Ok(new) => {
            let months = changed_months(&old.life, &new.life, app.world.clock.now().day());
            let Some(question) = fields.question(&visitor, &path, &months) else {
                if keep_venue(&app, &visitor.caller, new.clone(), &fields.seen).await? == Kept::Overtaken {
                    let told = Some(Told::Overtaken(&fields));
                    return Ok(page(&app, &visitor, id, None, told).await?.into_response());
                }
                return Ok(Redirect::to(&visitor.at(&path, "done=kept")).into_response());
            };
            Told::Asked(question)
        }
        Err(wrong) => Told::Wrong(wrong),
    };
    Ok(page(&app, &visitor, id, Some(&fields), Some(told)).await?.into_response())
}

fn back(visitor: &Visitor) -> Markup {
    let l = visitor.locale;
    html! { a.back.no-print href={ "/places" (visitor.scope()) } { "‹ " (l.pick("场所与学校", "Venues and schools")) } }
}

fn form(visitor: &Visitor, id: Option<VenueId>, fields: &Fields, wrong: Option<&Wrong>) -> Markup {
    let (l, scope) = (visitor.locale, visitor.scope());
    let action = id.map_or("/places/venues/new".to_owned(), |id| format!("/places/venues/{id}"));
    let mut kinds = vec![VenueKind::InternetCafe, VenueKind::GameArcade, VenueKind::EsportsHotel];
    // A kind that has no name here is not lost by saving the form.
    kinds.extend(fields.kind.parse().ok().filter(|kind| !kinds.contains(kind)));
    html! {
        section.panel.form {
            h1 { @if id.is_some() { (fields.name) } @else { (l.pick("新增场所", "Add a venue")) } }
            @if let Some(wrong) = wrong { (bad(wrong.words(l))) }
            form method="post" action={ (action) (scope) } {
                (csrf(&visitor.csrf)) (seen(&fields.seen))
                div.field { label for="name" { (l.pick("招牌上的名称", "Name on the sign")) }
                    input.wide #name name="name" required maxlength="100" value=(fields.name); }
                div.field { label for="kind" { (l.pick("类型", "Kind")) }
                    select #kind name="kind" { @for kind in &kinds {
                        option value=(kind.code()) selected[kind.code() == fields.kind] { (kind.label(l)) }
                    } } }
                div.field { label for="address" { (l.pick("地址", "Address")) }
                    input.wide #address name="address" maxlength="200" value=(fields.address); }
                div.row.field {
                    div { label for="lat" { (l.pick("纬度", "Latitude")) } input #lat name="lat" inputmode="decimal" value=(fields.lat); }
                    div { label for="lon" { (l.pick("经度", "Longitude")) } input #lon name="lon" inputmode="decimal" value=(fields.lon); }
                }
                (datum_choice(&fields.datum, l))
                div.row.field {
                    div { label for="placard" { (l.pick("标牌编号（可不填）", "Placard, if any")) } input #placard name="placard" maxlength="64" value=(fields.placard); }
                    div { label for="opened_on" { (l.pick("从哪天起检查（空着：一直在列）", "To be checked from (empty: always)")) } input #opened_on name="opened_on" type="date" value=(fields.opened_on); }
                }
                button.button type="submit" { (l.pick("保存", "Save")) }
            }
        }
    }
}
