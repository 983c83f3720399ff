//! A school's pages: adding and changing one, and what happens to it (closed, a double, moved to another station).

mod life;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use xuncha_core::domain::{Locale, Name, Outline, School, SchoolId, SchoolLevel, Shape};

use super::field::{Wrong, datum_choice, points, position_in_words};
use crate::app::AppState;
use crate::dashboard::error::{Named, PageResult};
use crate::dashboard::look::overtaken::{Field, overtaken, seen, words};
use crate::dashboard::look::{Place, bad, csrf};
use crate::dashboard::visitor::{Posted, Visitor};
use crate::places::{keep_school, school};
use crate::scope::Operation;
use crate::seen::{Kept, Seen};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/places/schools/new", get(empty).post(add))
        .route("/places/schools/{id}", get(show).post(change))
        .merge(life::router())
}

/// What the points may be, as the form offers it.
const SHAPES: [(Shape, &str); 2] = [(Shape::Gates, "gates"), (Shape::Boundary, "boundary")];

const fn shape_label(shape: Shape, l: Locale) -> &'static str {
    match shape {
        Shape::Gates => l.pick("校门（每行一个门）", "Gates, one a line"),
        Shape::Boundary => l.pick("校园边界（按顺序绕一圈）", "Boundary, once around"),
    }
}

/// What stands in the form.
#[derive(Debug, Deserialize)]
struct Fields {
    name: String,
    level: SchoolLevel,
    shape: Shape,
    points: String,
    datum: String,
    /// What was on file when it was shown.
    #[serde(default)]
    seen: Seen,
}

impl Fields {
    fn of(school: &School) -> Self {
        let points = school.outline.points().iter().map(|at| format!("{} {}", at.lat(), at.lon()));
        Self {
            name: school.name.to_string(),
            level: school.level,
            shape: school.outline.shape(),
            points: points.collect::<Vec<_>>().join("\n"),
            datum: "wgs84".to_owned(),
            seen: Seen::of(Some(school)),
        }
    }

    fn in_words(&self, l: Locale) -> Vec<Field> {
        vec![
            (l.pick("名称", "Name"), self.name.clone()),
            (l.pick("学段", "Level"), self.level.label(l).to_owned()),
            (l.pick("下面的点是", "The points below are"), shape_label(self.shape, l).to_owned()),
            (l.pick("点", "Points"), position_in_words(&self.points, &self.datum, l)),
        ]
    }

    fn read(&self) -> Result<(Name, Outline), Wrong> {
        let name = Name::new(&self.name).map_err(|_| Wrong::new("请填写名称。", "Fill in a name."))?;
        let points = points(&self.points, &self.datum)?;
        let outline = match self.shape {
            Shape::Gates => Outline::gates(points),
            Shape::Boundary => Outline::boundary(points),
        };
        let outline = outline.map_err(|why| {
            let zh = "校门至少填一个点；边界至少三个点，按顺序绕校园一圈，不能交叉，相距不超过 10 公里。";
            Wrong::new(zh, why.to_string())
        })?;
        Ok((name, outline))
    }
}

async fn empty(visitor: Visitor) -> PageResult<Markup> {
    visitor.must(Operation::KeepPlaces)?;
    let fields = Fields {
        name: String::new(),
        level: SchoolLevel::Primary,
        shape: Shape::Gates,
        points: String::new(),
        datum: "wgs84".to_owned(),
        seen: Seen::default(),
    };
    Ok(form(&visitor, None, &fields, &html! {}, &html! {}))
}

async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Named(id): Named<SchoolId>,
) -> PageResult<Markup> {
    visitor.must(Operation::KeepPlaces)?;
    let known = life::load(&app, &visitor, id).await?;
    Ok(page(&visitor, &known, &html! {}))
}

/// The page of a school as it is on file, with what is told about what was asked of it.
fn page(visitor: &Visitor, known: &life::Known, told: &Markup) -> Markup {
    let school = &known.school;
    form(visitor, Some(school.id), &Fields::of(school), told, &life::panels(known, visitor))
}

async fn add(State(app): State<AppState>, Posted { visitor, form }: Posted<Fields>) -> PageResult<Response> {
    keep(&app, &visitor, None, form).await
}

async fn change(
    State(app): State<AppState>,
    Named(id): Named<SchoolId>,
    Posted { visitor, form }: Posted<Fields>,
) -> PageResult<Response> {
    visitor.must(Operation::KeepPlaces)?;
    // Not a new one by a made-up id.
    school(&mut *app.store.read().await?, visitor.station.id, id).await?;
    keep(&app, &visitor, Some(id), form).await
}

/// Keeps what the form says of the school on file, or of a new one.
async fn keep(
    app: &AppState,
    visitor: &Visitor,
    known: Option<SchoolId>,
    fields: Fields,
) -> PageResult<Response> {
    visitor.must(Operation::KeepPlaces)?;
    let (name, outline) = match fields.read() {
        Ok(read) => read,
        Err(wrong) => {
            let told = bad(wrong.words(visitor.locale));
            return Ok(form(visitor, known, &fields, &told, &html! {}).into_response());
        }
    };
    let id = match known {
        Some(id) => id,
        None => SchoolId::mint(app.world.clock.now(), app.world.random()?),
    };
    let school =
        School { id, station: visitor.station.id, name, level: fields.level, outline, closed_on: None };
    if keep_school(app, &visitor.caller, school, &fields.seen).await? == Kept::Overtaken {
        let (l, known) = (visitor.locale, life::load(app, visitor, id).await?);
        let now = Fields::of(&known.school).in_words(l);
        let told = overtaken(words(l), &now, &fields.in_words(l), l);
        return Ok(page(visitor, &known, &told).into_response());
    }
    Ok(Redirect::to(&visitor.at("/places", "")).into_response())
}

fn form(visitor: &Visitor, id: Option<SchoolId>, fields: &Fields, told: &Markup, aside: &Markup) -> Markup {
    let (l, scope) = (visitor.locale, visitor.scope());
    let title = match id {
        None => l.pick("新增学校", "Add a school"),
        Some(_) => l.pick("修改学校", "Change a school"),
    };
    let action = id.map_or("/places/schools/new".to_owned(), |id| format!("/places/schools/{id}"));
    let body = html! {
        a.back.no-print href={ "/places" (scope) } { "‹ " (l.pick("场所与学校", "Venues and schools")) }
        section.panel.form {
            h1 { (title) }
            (told)
            form method="post" action={ (action) (scope) } {
                (csrf(&visitor.csrf)) (seen(&fields.seen))
                div.field { label for="name" { (l.pick("名称", "Name")) }
                    input.wide #name name="name" required maxlength="100" value=(fields.name); }
                div.field { label for="level" { (l.pick("学段", "Level")) }
                    select #level name="level" { @for level in SchoolLevel::ALL {
                        option value=(level.code()) selected[level == fields.level] { (level.label(l)) }
                    } } }
                div.field { label for="shape" { (l.pick("下面的点是", "The points below are")) }
                    select #shape name="shape" { @for (shape, code) in SHAPES {
                        option value=(code) selected[shape == fields.shape] { (shape_label(shape, l)) }
                    } } }
                div.field { label for="points" { (l.pick("每行一个点：纬度 经度", "A point a line: latitude longitude")) }
                    textarea #points name="points" required placeholder="32.0501 118.7802" { (fields.points) } }
                (datum_choice(&fields.datum, l))
                button.button type="submit" { (l.pick("保存", "Save")) }
            }
        }
        (aside)
    };
    visitor.page(Some(Place::Manage), title, &body)
}
