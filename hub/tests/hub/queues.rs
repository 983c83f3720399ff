//! Lists that go on where their page ends.

use xuncha_core::domain::*;

use super::support::*;

const GOES_ON: &str = "只列出前 200 条";

#[tokio::test]
async fn a_queue_that_has_no_room_on_its_page_says_that_it_goes_on() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let head = hub.named(&station, Role::Head, "祁静姝").await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let browser = Browser::of(&hub, &head).await;
        let shown = async || {
            let html = browser.page("/reviews").await;
            (html.matches("name=\"each\"").count(), html.contains(GOES_ON))
        };
        let inspected: Vec<_> = (1..=200).map(|hours| phone.inspect(&venue, NOW - hours * HOUR).1).collect();
        for some in inspected.chunks(100) {
            all_accepted(&phone.push(&some.iter().collect::<Vec<_>>()).await);
        }
        assert_eq!(shown().await, (200, false));
        let (_, one) = phone.inspect(&venue, NOW);
        all_accepted(&phone.push(&[&one]).await);
        assert_eq!(shown().await, (200, true));
    })
    .await;
}

#[tokio::test]
async fn alerts_that_have_no_room_on_their_page_are_said_to_go_on() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let browser = Browser::of(&hub, &hub.named(&station, Role::Head, "祁静姝").await).await;
        let raise = async |from: u8, to: u8| {
            let mut tx = hub.store().begin().await.unwrap();
            for number in from..to {
                sqlx::query(
                    "INSERT INTO alerts (station_id, kind, sha256, record_id, device_id, raised_at) \
                     VALUES ($1, 'fork', $2, $3, $3, $4)",
                )
                .bind(station.id.uuid().as_bytes().to_vec())
                .bind(vec![number; 32])
                .bind(hub.record_id().uuid().as_bytes().to_vec())
                .bind(NOW)
                .execute(&mut *tx)
                .await
                .unwrap();
            }
            tx.commit().await.unwrap();
        };
        let shown = async || {
            let html = browser.page("/alerts").await;
            (html.matches("<h3>").count(), html.contains(GOES_ON))
        };
        raise(0, 200).await;
        assert_eq!(shown().await, (200, false));
        raise(200, 201).await;
        assert_eq!(shown().await, (200, true));
    })
    .await;
}
