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
        let mut seal = |happened: i64, shift: i64| {
            let mut record = phone.record(Fact::Inspection(Box::new(inspection(&venue, happened + shift))));
            record.clock_shift_ms = Some(shift);
            record.sealed_at = Timestamp::from_millis(happened + HOUR + shift);
            (record.id, phone.seal(&record))
        };
        // The day before, by a phone that was another day behind.
        let (_, before) = seal(NOW - DAY, -DAY);
        // Both began at 9 and were sealed at 10: one phone was two hours behind, so before cafés open; the other was four
        // ahead, so at noon, when minors are about.
        let [behind, ahead] = [-2 * HOUR, 4 * HOUR].map(|shift| seal(NOW - HOUR, shift));
        all_accepted(&phone.push(&[&before, &behind.1, &ahead.1]).await);
        for (id, _) in [behind, ahead] {
            let html = browser.page(&format!("/records/{id}")).await;
            for words in [
                "<dd>2026年11月16日 09:00 – 09:10</dd>",
                "<dt>手机封存</dt><dd>2026年11月16日 10:00</dd>",
                "上次<span class=\"quiet\">11月15日</span>",
            ] {
                assert!(html.contains(words), "{words} {html}");
            }
            for wrong in ["检查开始时在此以外", "未成年人较多的时段"] {
                assert!(html.contains("规定营业时间") && !html.contains(wrong), "{wrong} {html}");
            }
        }
    })
    .await;
}
