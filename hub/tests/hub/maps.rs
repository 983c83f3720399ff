//! The maps of a station and of all: they show what their page was asked for, as the tables do.

use xuncha_core::domain::*;

use super::support::*;

#[tokio::test]
async fn a_map_shows_what_the_pages_filter_leaves() {
    both(|hub| async move {
        let station = hub.station_of("柳岸派出所", "东城分局").await;
        let venue = hub.venue(&station).await.id.to_string();
        let browser = Browser::of(&hub, &hub.member(&station, Role::Admin).await).await;
        let (one, all) =
            (format!("/coverage/map.json?station={}&", station.id), "/coverage/area.json?".to_owned());
        for (map, filter, drawn) in [
            (&one, "", true),
            (&one, "q=yhwb&kind=internet_cafe", true),
            (&one, "q=lanjing", false),
            (&one, "state=met", false),
            (&one, "kind=game_arcade", false),
            (&one, "near=school", false),
            (&all, "sub_bureau=%E4%B8%9C%E5%9F%8E%E5%88%86%E5%B1%80", true),
            (&all, "sub_bureau=%E8%A5%BF%E5%9F%8E%E5%88%86%E5%B1%80", false),
            (&all, "state=met", false),
        ] {
            let told = String::from_utf8(browser.get(&format!("{map}{filter}")).await.body).unwrap();
            assert_eq!(told.contains(&venue), drawn, "{map}{filter} {told}");
        }
    })
    .await;
}
