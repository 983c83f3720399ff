//! What a page of a real station weighs: the tests' own have a handful of venues, one of Nanjing some eighty.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use xuncha_core::domain::*;
use xuncha_core::wire::Jws;

use super::support::*;

const VENUES: usize = 100;

fn gzipped(text: &str) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap().len()
}

#[tokio::test]
async fn the_coverage_of_a_hundred_venues_with_two_visits_each_is_a_light_page() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let head = hub.named(&station, Role::Head, "祁静姝").await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let mut sealed: Vec<Jws> = Vec::new();
        for number in 0..VENUES {
            let venue = Venue {
                name: Name::new(&format!("第{number}网络会所")).unwrap(),
                address: Address::new(&format!("柳岸路{number}号")).unwrap(),
                ..hub.venue(&station).await
            };
            hub.write_venue(&venue).await;
            sealed.extend([9, 2].map(|days| phone.inspect(&venue, NOW - days * DAY).1));
        }
        for some in sealed.chunks(50) {
            all_accepted(&phone.push(&some.iter().collect::<Vec<_>>()).await);
        }

        let html = Browser::of(&hub, &head).await.page("/coverage").await;
        assert_eq!(
            html.matches("网络会所").count() / VENUES,
            1,
            "each venue has its line, and its name once"
        );
        // Style and scripts are some 8 kB more, as the browser's tests see; all of it may weigh 60 kB.
        let weight = gzipped(&html);
        assert!(weight <= 50_000, "{weight} bytes");
    })
    .await;
}
