//! Who and which station is meant by a name on the command line.

use xuncha_core::domain::{Member, Station};
use xuncha_hub::import::{self, Filed};
use xuncha_hub::store::Store;

use super::named::only;
use crate::failure::Failure;

/// The station of a name, code or id.
///
/// # Errors
/// If there is none, or several have the name.
pub(super) async fn find_station(store: &Store, text: &str) -> Result<Station, Failure> {
    station(import::on_file(store).await?.stations, text)
}

/// The member of a name or id, in a station if one is named.
///
/// # Errors
/// If there is none, or several have the name.
pub(super) async fn find_member(
    store: &Store,
    text: &str,
    station_name: Option<&str>,
) -> Result<Member, Failure> {
    let on_file = import::on_file(store).await?;
    let station = station_name.map(|name| station(on_file.stations, name)).transpose()?;
    let in_station = |member: &Member| station.as_ref().is_none_or(|station| station.id == member.station);
    let members = on_file.members.into_iter().filter(|filed| in_station(&filed.thing));
    let found = members.filter(|filed| {
        let Filed { thing, code } = filed;
        thing.name.as_str() == text || thing.id.to_string() == text || code.as_deref() == Some(text)
    });
    one(found.map(|filed| filed.thing), "member", text, "name their --station, or give the id")
}

fn station(stations: Vec<Filed<Station>>, text: &str) -> Result<Station, Failure> {
    let found = stations.into_iter().filter(|filed| {
        let Filed { thing, code } = filed;
        thing.name.as_str() == text || thing.id.to_string() == text || code.as_deref() == Some(text)
    });
    one(found.map(|filed| filed.thing), "station", text, "give the code or id")
}

fn one<T>(found: impl Iterator<Item = T>, what: &str, text: &str, else_do: &str) -> Result<T, Failure> {
    only(
        found,
        || format!("no {what} “{text}” is on file"),
        |count| format!("{count} of the name “{text}” are on file: {else_do}"),
    )
}
