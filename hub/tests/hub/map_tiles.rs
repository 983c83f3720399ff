//! Tiles under the map: by ranges, to those who are signed in.

use axum::body::Body;
use http::header::{CONTENT_RANGE, COOKIE, RANGE};
use http::{Request, StatusCode};
use xuncha_core::domain::Role;
use xuncha_hub::map_tiles::{MapTiles, MapTilesError};

use super::support::*;

const PATH: &str = "/coverage/tiles.pmtiles";
const PNG: u8 = 2;
const SHAPES: u8 = 1;
const UNKNOWN: u8 = 0;
const OF_LATER: u8 = 6;

/// A header, which is all that the hub looks at.
fn header(begin: &[u8], kind: u8) -> tempfile::NamedTempFile {
    let mut header = begin.to_vec();
    header.resize(127, 0);
    header[99] = kind;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), header).unwrap();
    file
}

#[tokio::test]
async fn tiles_go_out_by_ranges_to_those_who_are_signed_in() {
    let file = header(b"PMTiles\x03", PNG);
    let tiles = || MapTiles::open(file.path().to_owned()).unwrap();
    both_with(
        |config| config.map_tiles = Some(tiles()),
        |hub| async move {
            let station = hub.station("柳岸派出所").await;
            let browser = Browser::of(&hub, &hub.member(&station, Role::Head).await).await;
            let ask = |cookie: &str| {
                let request = Request::get(PATH).header(COOKIE, cookie).header(RANGE, "bytes=0-7");
                request.body(Body::empty()).unwrap()
            };
            let reply = hub.call(ask(&browser.cookie)).await;
            assert_eq!((reply.status, &reply.body[..]), (StatusCode::PARTIAL_CONTENT, &b"PMTiles\x03"[..]));
            assert_eq!(reply.headers[CONTENT_RANGE], "bytes 0-7/127");
            assert_eq!(hub.call(ask("")).await.status, StatusCode::SEE_OTHER);
        },
    )
    .await;
}

#[tokio::test]
async fn a_hub_without_tiles_has_none_to_give() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let browser = Browser::of(&hub, &hub.member(&station, Role::Head).await).await;
        assert_eq!(browser.get(PATH).await.status, StatusCode::NOT_FOUND);
        assert!(!browser.page("/coverage").await.contains(PATH));
    })
    .await;
}

#[test]
fn a_file_that_is_no_map_is_refused_before_the_hub_starts() {
    let open = |file: &tempfile::NamedTempFile| MapTiles::open(file.path().to_owned());
    assert!(matches!(open(&header(b"PMTiles\x02", PNG)), Err(MapTilesError::Format(_))));
    assert!(matches!(open(&header(b"SQLite format 3", PNG)), Err(MapTilesError::Format(_))));
    for kind in [UNKNOWN, OF_LATER] {
        assert!(matches!(open(&header(b"PMTiles\x03", kind)), Err(MapTilesError::Kind(_))));
    }
    assert!(open(&header(b"PMTiles\x03", SHAPES)).is_ok());
    assert!(matches!(MapTiles::open("/none".into()), Err(MapTilesError::Read(..))));
}
