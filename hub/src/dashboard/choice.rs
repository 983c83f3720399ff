//! Which station a page is to be about: for those who look at many, where a page can only be about one.

use maud::{Markup, html};
use xuncha_core::domain::Station;

use super::error::PageResult;
use super::look::Place;
use super::visitor::Visitor;
use crate::app::App;
use crate::store::reference;

/// Every station that they may read of, each with the way to its page; `above` stands before them.
pub(super) async fn page(
    app: &App,
    visitor: &Visitor,
    place: Place,
    path: &str,
    above: &Markup,
) -> PageResult<Markup> {
    let mut stations = reference::stations(&mut *app.store.read().await?).await?;
    stations.retain(|station| visitor.caller.may_read(station.id));
    let (l, title) = (visitor.locale, place.label(visitor.locale));
    let of_bureau = |stations: &[Station]| {
        html! { @if let Some(first) = stations.first() {
            section.panel {
                h2 { (first.sub_bureau) }
                ul.stations { @for station in stations {
                    li { a href={ (path) "?station=" (station.id) } { (station.name) } }
                } }
            }
        } }
    };
    let body = html! {
        div.head { div {
            h1 { (title) " · " (l.pick("选择工作站", "choose a station")) }
            p.quiet { (stations.len()) " " (l.pick("个工作站", "stations")) }
        } }
        (above)
        @for some in stations.chunk_by(|a, b| a.sub_bureau == b.sub_bureau) { (of_bureau(some)) }
    };
    Ok(visitor.page(Some(place), title, &body))
}
