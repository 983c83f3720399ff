//! Lists from files: choose one, look at what it would do, then have it done. Between the two the file waits
//! in the database; nothing is changed before the second button.
//!
//! - `view`: the pages.

mod view;

pub(super) use view::{table, tiles};

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use maud::Markup;
use serde::Deserialize;
use uuid::Uuid;
use xuncha_core::domain::{Datum, Locale, Sha256Hash};
use xuncha_core::wire::ProblemCode;

use super::error::{PageError, PageResult};
use super::look::Place;
use super::upload::Uploaded;
use super::visitor::{Nothing, Posted, Visitor};
use crate::app::AppState;
use crate::error::{HubError, HubResult};
use crate::import::upload::{self, ImportUpload};
use crate::import::{self, BadSheet, Heading, Job, Kind, PlannedRow, Reach, Settings, Sheet, apply, report};
use crate::scope::Operation;

/// The longest file at the desk: a city's lists have a tenth of it. Longer ones go by the command line.
const MAX_FILE: usize = 32 * 1024 * 1024;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/import", get(show).post(take).layer(DefaultBodyLimit::max(MAX_FILE + 64 * 1024)))
        .route("/import/{id}", get(look).post(carry_out))
        .route("/import/{id}/report.csv", get(download))
        .route("/import/{id}/forget", post(forget))
}

/// The lists that the visitor may import.
fn kinds(visitor: &Visitor) -> &'static [Kind] {
    match reach(visitor) {
        Reach::All => &Kind::ALL,
        Reach::Station(_) => &[Kind::Members, Kind::Venues, Kind::Schools],
    }
}

fn reach(visitor: &Visitor) -> Reach {
    if visitor.may(Operation::ImportForAll) { Reach::All } else { Reach::Station(visitor.station.id) }
}

/// The list and the datum of its positions as they are chosen.
struct Chosen {
    kind: Kind,
    datum: Option<Datum>,
}

impl Default for Chosen {
    fn default() -> Self {
        Self { kind: Kind::Venues, datum: None }
    }
}

#[derive(Default, Deserialize)]
struct Asked {
    /// How many rows were just written.
    done: Option<u64>,
    /// Whether the file was written or forgotten before.
    #[serde(default)]
    over: bool,
}

#[derive(Deserialize)]
struct Looked {
    /// Whether the plan changed since they looked at it.
    #[serde(default)]
    changed: bool,
}

async fn show(visitor: Visitor, Query(asked): Query<Asked>) -> PageResult<Markup> {
    visitor.must(Operation::Import)?;
    let title = visitor.locale.pick("导入", "Import");
    let body = view::choose(&visitor, kinds(&visitor), &Chosen::default(), &asked, None);
    Ok(visitor.page(Some(Place::Import), title, &body))
}

/// Takes a file, if it is a table at all.
async fn take(State(app): State<AppState>, form: Uploaded) -> PageResult<Response> {
    let visitor = &form.parts.visitor;
    visitor.must(Operation::Import)?;
    let kind = Kind::of_code(form.parts.field("kind")).filter(|kind| kinds(visitor).contains(kind));
    let kind = kind.ok_or_else(|| HubError::new(ProblemCode::BadRequest))?;
    let datum = match form.parts.field("datum") {
        "" => None,
        text => Some(import::datum(text).map_err(|_| HubError::new(ProblemCode::BadRequest))?),
    };
    let upload = ImportUpload {
        station: visitor.station.id,
        member: visitor.caller.member.id,
        kind,
        name: form.name.clone(),
        datum,
        content: form.content.to_vec(),
    };
    let (upload, read) = on_a_thread(move || {
        let read = upload.sheet().map(|_| ());
        (upload, read)
    })
    .await?;
    if let Err(why) = read {
        let title = visitor.locale.pick("导入", "Import");
        let chosen = Chosen { kind: upload.kind, datum: upload.datum };
        let body = view::choose(visitor, kinds(visitor), &chosen, &Asked::default(), Some(&why));
        let page = visitor.page(Some(Place::Import), title, &body);
        return Ok((http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let id = app.world.id()?;
    upload::keep(&app.store, id, &upload, app.world.clock.now()).await?;
    Ok(Redirect::to(&format!("/import/{id}{}", visitor.scope())).into_response())
}

/// What the file would do now.
async fn look(
    State(app): State<AppState>,
    Path(id): Path<Uuid>,
    visitor: Visitor,
    Query(asked): Query<Looked>,
) -> PageResult<Markup> {
    visitor.must(Operation::Import)?;
    let upload = waiting(&app, &visitor, id).await?.ok_or_else(PageError::not_found)?;
    let job = job(&app, &visitor, upload).await?;
    let plan = job.look(&app.store).await?.plan;
    let title = visitor.locale.pick("导入", "Import");
    let body = view::dry_run(&visitor, id, job.sheets(), &plan, asked.changed);
    Ok(visitor.page(Some(Place::Import), title, &body))
}

async fn download(
    State(app): State<AppState>,
    Path(id): Path<Uuid>,
    visitor: Visitor,
) -> PageResult<Response> {
    visitor.must(Operation::Import)?;
    let upload = waiting(&app, &visitor, id).await?.ok_or_else(PageError::not_found)?;
    let job = job(&app, &visitor, upload).await?;
    let plan = job.look(&app.store).await?.plan;
    report_file(job.sheets(), &plan.rows, visitor.locale)
}

/// Rows with what becomes of them, to be taken away.
pub(super) fn report_file<C: Heading>(
    sheets: &[(Kind, Sheet)],
    rows: &[PlannedRow<C>],
    locale: Locale,
) -> PageResult<Response> {
    let mut csv = Vec::new();
    report(sheets, rows, locale, &mut csv).map_err(|error| HubError::Fault(error.to_string()))?;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"import-report.csv\""),
    ];
    Ok((headers, csv).into_response())
}

#[derive(Deserialize)]
struct Decision {
    /// Whether good rows are to be written although others are bad.
    #[serde(default)]
    skip_bad: bool,
    /// The plan that they looked at.
    plan: Sha256Hash,
}

async fn carry_out(
    State(app): State<AppState>,
    Path(id): Path<Uuid>,
    Posted { visitor, form }: Posted<Decision>,
) -> PageResult<Redirect> {
    visitor.must(Operation::Import)?;
    let over = || Ok(Redirect::to(&visitor.at("/import", "over=true")));
    let Some(upload) = waiting(&app, &visitor, id).await? else { return over() };
    let job = job(&app, &visitor, upload).await?;
    let seen = job.look(&app.store).await?;
    let mut tx = app.store.begin().await?;
    if !upload::forget(&mut tx, visitor.station.id, id).await? {
        return over();
    }
    // Who is told to look again finds the file as it was: nothing of the transaction stays.
    let plan = job.plan_in(&mut tx, seen).await?;
    if plan.digest() != form.plan {
        return Ok(Redirect::to(&visitor.at(&format!("/import/{id}"), "changed=true")));
    }
    if plan.has_bad_rows() && !form.skip_bad {
        return Ok(Redirect::to(&visitor.at(&format!("/import/{id}"), "")));
    }
    apply(&mut tx, &app.world, Some(visitor.caller.member.id), &plan.upserts).await?;
    tx.commit().await?;
    let [new, changed, ..] = plan.counts();
    Ok(Redirect::to(&visitor.at("/import", &format!("done={}", new + changed))))
}

async fn forget(
    State(app): State<AppState>,
    Path(id): Path<Uuid>,
    Posted { visitor, .. }: Posted<Nothing>,
) -> PageResult<Redirect> {
    visitor.must(Operation::Import)?;
    // Only one's own.
    if waiting(&app, &visitor, id).await?.is_some() {
        let mut tx = app.store.begin().await?;
        upload::forget(&mut tx, visitor.station.id, id).await?;
        tx.commit().await?;
    }
    Ok(Redirect::to(&visitor.at("/import", "")))
}

async fn waiting(app: &AppState, visitor: &Visitor, id: Uuid) -> PageResult<Option<ImportUpload>> {
    Ok(upload::find(&app.store, visitor.station.id, visitor.caller.member.id, id).await?)
}

/// The import of a file that waits.
async fn job(app: &AppState, visitor: &Visitor, upload: ImportUpload) -> PageResult<Job> {
    let settings = Settings {
        datum: upload.datum,
        station: Some(visitor.station.id.to_string()),
        first_day: Some(app.world.clock.now().day()),
        reach: reach(visitor),
        own: Some(visitor.caller.member.id),
    };
    let kind = upload.kind;
    let sheet = on_a_thread(move || upload.sheet()).await?.map_err(|why| refused(&why))?;
    Ok(Job::new(vec![(kind, sheet)], settings, &app.world))
}

fn refused(why: &BadSheet) -> HubError {
    HubError::told(ProblemCode::BadRequest, why.to_string())
}

/// Reading a long list takes a second; others are not held up by it.
async fn on_a_thread<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> HubResult<R> {
    tokio::task::spawn_blocking(work).await.map_err(|error| HubError::Fault(error.to_string()))
}
