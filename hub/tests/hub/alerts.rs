//! What an alert says of the record that raised it.

use xuncha_core::domain::*;
use xuncha_core::wire::RefusalCode;
use xuncha_hub::retention;

use super::support::*;

#[tokio::test]
async fn an_alert_that_outlives_what_was_set_aside_says_so_and_leads_to_no_other_record() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let head = hub.named(&station, Role::Head, "祁静姝").await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let (taken, one) = phone.inspect(&venue, NOW - HOUR);
        let mut other = phone.record(check_in(&venue, NOW - 2 * HOUR));
        (other.id, other.seq, other.prev) = (taken, 1, None);
        let other = other.seal(&phone.key).unwrap();
        let lonely = phone.record(check_in(&venue, NOW - 3 * HOUR));
        let nowhere = lonely.seal(&phone.key).unwrap();
        all_accepted(&phone.push(&[&one]).await);
        assert_eq!(refused(&phone.push(&[&nowhere]).await[0]), RefusalCode::NotAllowed);
        refused(&phone.push(&[&other]).await[0]);
        let kept = "这里的记录都完整保存着";
        let link = format!("href=\"/records/{taken}\"");
        let browser = Browser::of(&hub, &head).await;
        let html = browser.page("/alerts").await;
        assert!(html.contains(kept) && html.contains("未接收的原因") && !html.contains("删除"), "{html}");

        hub.set_now(NOW + 181 * DAY);
        retention::erase_due(&hub.app, station.id).await.unwrap();
        assert_eq!(hub.count("SELECT COUNT(*) FROM set_aside").await, 0);
        let browser = Browser::of(&hub, &head).await;
        let html = browser.page("/alerts").await;
        assert!(html.contains("已知悉</button>") && !html.contains(kept), "{html}");
        let gone = |id: RecordId| html.contains(&format!("{id}（未接收，已按期限或应要求删除）"));
        assert!(gone(lonely.id) && !html.contains("未接收的原因"), "{html}");
        assert!(!html.contains(&format!("href=\"/records/{}\"", lonely.id)), "{html}");
        assert!(gone(taken) || !html.contains(&link), "the one under that number is another: {html}");
    })
    .await;
}
