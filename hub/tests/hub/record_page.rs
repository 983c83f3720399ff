//! The page of a record: what it says of when, and of what is left.

use xuncha_core::domain::*;
use xuncha_core::wire::Fact;

use super::support::*;

#[tokio::test]
async fn hours_are_told_and_judged_by_the_phone_s_clock_set_right() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let browser = Browser::of(&hub, &hub.named(&station, Role::Head, "祁静姝").await).await;
        // Both began at 9 and were sealed at 10: one phone was two hours behind, so before cafés open; the other was four
        // ahead, so at noon, when minors are about.
        for shift in [-2 * HOUR, 4 * HOUR] {
            let by_phone = inspection(&venue, NOW - HOUR + shift);
            let mut record = phone.record(Fact::Inspection(Box::new(by_phone)));
            record.clock_shift_ms = Some(shift);
            record.sealed_at = Timestamp::from_millis(NOW + shift);
            let jws = phone.seal(&record);
            all_accepted(&phone.push(&[&jws]).await);
            let html = browser.page(&format!("/records/{}", record.id)).await;
            for words in
                ["<dd>2026年11月16日 09:00 – 09:10</dd>", "<dt>手机封存</dt><dd>2026年11月16日 10:00</dd>"]
            {
                assert!(html.contains(words), "{words} {html}");
            }
            for wrong in ["检查开始时在此以外", "未成年人较多的时段"] {
                assert!(html.contains("规定营业时间") && !html.contains(wrong), "{wrong} {html}");
            }
        }
    })
    .await;
}
