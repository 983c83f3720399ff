//! How phones become devices.

use serde_json::json;
use xuncha_core::domain::*;
use xuncha_core::wire::{
    EnrolAnswer, EnrolCode, EnrolLink, FormerDevice, Jws, RefusalCode, Signed as _, SigningKey, TreeHead, V1,
};
use xuncha_hub::Config;
use xuncha_hub::tries::{self, Against};

use crate::support::*;

#[tokio::test]
async fn a_code_makes_one_device_and_a_lost_answer_does_not_burn_it() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let volunteer = hub.member(&station, Role::Volunteer).await;
        let code = hub.code(&volunteer).await;
        let key = SigningKey::from_seed([1; 32]);
        let first: EnrolAnswer = hub.enrol(&code, &key).await.read();
        assert_eq!(first.member, volunteer);
        assert_eq!(first.hub_key, hub.app.keys.public());
        let head = TreeHead::verify(&first.head, &first.hub_key).unwrap();
        assert_eq!((head.station, head.size), (station.id, 0));

        let again: EnrolAnswer = hub.enrol(&code, &key).await.read();
        assert_eq!(again.device, first.device);
        assert_ne!(again.token, first.token);
        assert_eq!(
            hub.get("/api/v1/changes", Some(&first.token)).await.problem(),
            (401, "unauthorized".into())
        );
        assert_eq!(hub.get("/api/v1/changes", Some(&again.token)).await.status, 200);

        let other = hub.enrol(&code, &SigningKey::from_seed([2; 32])).await;
        assert_eq!(other.problem(), (409, "code_used".into()));
        hub.set_now(NOW + EnrolCode::VALID_MS);
        assert_eq!(hub.enrol(&code, &key).await.problem(), (410, "code_expired".into()));
        assert_eq!(hub.get("/api/v1/changes", Some(&again.token)).await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn of_two_phones_with_one_code_one_is_enrolled() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let volunteer = hub.member(&station, Role::Volunteer).await;
        let code = hub.code(&volunteer).await;
        let tasks: Vec<_> = (1..=4)
            .map(|seed| {
                let (hub, code) = (hub.clone(), code.clone());
                tokio::spawn(async move { hub.enrol(&code, &SigningKey::from_seed([seed; 32])).await.status })
            })
            .collect();
        let mut enrolled = 0;
        for task in tasks {
            enrolled += i32::from(task.await.unwrap() == 200);
        }
        assert_eq!(enrolled, 1);
        assert_eq!(hub.count("SELECT COUNT(*) FROM devices").await, 1);
    })
    .await;
}

#[tokio::test]
async fn guessing_codes_is_stopped() {
    both(|hub| async move {
        let key = SigningKey::from_seed([1; 32]);
        let mut statuses = Vec::new();
        for number in 0..7 {
            statuses.push(hub.enrol(&EnrolCode::from_random(number), &key).await.problem());
        }
        assert!(statuses[..5].iter().all(|told| *told == (404, "code_unknown".into())), "{statuses:?}");
        assert_eq!(statuses[5], (429, "too_many_attempts".into()));
        // A right code has to wait as well, or the guesser would learn which one it was.
        let station = hub.station("柳岸站").await;
        let code = hub.code(&hub.member(&station, Role::Volunteer).await).await;
        assert_eq!(hub.enrol(&code, &key).await.status, 429);
        hub.set_now(NOW + HOUR);
        assert_eq!(hub.enrol(&code, &key).await.status, 200);
    })
    .await;
}

/// Uses up what all together may guess in an hour.
async fn guess_from_everywhere(hub: &Hub) {
    while tries::may_try(&hub.app, &[Against::Enrolments]).await.unwrap() {}
}

#[tokio::test]
async fn where_too_many_codes_are_guessed_from_everywhere_cards_of_the_last_half_hour_hold_and_the_rest_wait()
{
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let volunteer = hub.member(&station, Role::Volunteer).await;
        let key = SigningKey::from_seed([1; 32]);
        let old = hub.code(&volunteer).await;
        hub.set_now(NOW + HOUR / 2);
        let fresh = hub.code(&volunteer).await;
        guess_from_everywhere(&hub).await;
        let refused = (429, "too_many_attempts".to_owned());
        assert_eq!(hub.enrol(&old, &key).await.problem(), refused);
        assert_eq!(
            hub.enrol(&EnrolCode::from_random(7), &key).await.problem(),
            refused,
            "a wrong one likewise"
        );
        assert_eq!(hub.enrol(&fresh, &key).await.status, 200);
        hub.set_now(NOW + HOUR / 2 + HOUR - 1);
        guess_from_everywhere(&hub).await;
        assert_eq!(hub.enrol(&old, &SigningKey::from_seed([2; 32])).await.problem(), refused);
        hub.set_now(NOW + HOUR / 2 + 2 * HOUR);
        assert_eq!(hub.enrol(&old, &SigningKey::from_seed([2; 32])).await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn right_and_wrong_codes_are_counted_alike_while_all_but_fresh_cards_wait() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let old = hub.code(&hub.member(&station, Role::Volunteer).await).await;
        hub.set_now(NOW + HOUR / 2);
        guess_from_everywhere(&hub).await;
        let key = SigningKey::from_seed([1; 32]);
        for code in [&old, &EnrolCode::from_random(7)] {
            let before = hub.count("SELECT CAST(SUM(times) AS BIGINT) FROM tries").await;
            assert_eq!(hub.enrol(code, &key).await.status, 429);
            assert_eq!(hub.count("SELECT CAST(SUM(times) AS BIGINT) FROM tries").await, before + 1);
        }
    })
    .await;
}

#[tokio::test]
async fn only_a_head_hands_out_cards_and_only_for_the_own_station() {
    both(|hub| async move {
        let (here, there) = (hub.station("柳岸站").await, hub.station("远山站").await);
        let volunteer = hub.member(&here, Role::Volunteer).await;
        let stranger = hub.member(&there, Role::Volunteer).await;
        let office = hub.phone(&hub.member(&here, Role::Head).await).await;
        let phone = hub.phone(&volunteer).await;
        let path = "/api/v1/enrolments";

        let told = office.post(path, &json!({"member": volunteer.id})).await;
        assert_eq!(told.status, 201);
        let link: EnrolLink = told.json()["link"].as_str().unwrap().parse().unwrap();
        assert_eq!(link.key, Some(hub.app.keys.public().kid()));
        assert_eq!(told.json()["code"], link.code.digits());
        assert_eq!(hub.enrol(&link.code, &SigningKey::from_seed([5; 32])).await.status, 200);

        let asked = json!({"member": volunteer.id});
        assert_eq!(phone.post(path, &asked).await.problem(), (403, "forbidden".into()));
        assert_eq!(
            office.post(path, &json!({"member": stranger.id})).await.problem(),
            (404, "not_found".into())
        );
        let elsewhere = json!({"member": stranger.id, "station": there.id});
        assert_eq!(office.post(path, &elsewhere).await.problem(), (403, "forbidden".into()));
        assert_eq!(hub.post(path, None, &asked).await.problem(), (401, "unauthorized".into()));

        let gone = Member { active: false, ..volunteer.clone() };
        hub.write_member(&gone).await;
        assert_eq!(office.post(path, &asked).await.problem(), (403, "forbidden".into()));
        // Who no longer serves is out at once, phone and all.
        assert_eq!(phone.get("/api/v1/changes").await.problem(), (403, "device_revoked".into()));
    })
    .await;
}

#[tokio::test]
async fn nobody_hands_out_a_card_or_ends_a_phone_of_somebody_who_reaches_further() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let at = format!("?station={}", station.id);
        let (phones, cards) = (format!("/devices{at}"), format!("/enrolments{at}"));
        let may = [
            (Role::Head, vec![Role::Volunteer, Role::Police, Role::Head]),
            (Role::Admin, Role::ALL.to_vec()),
        ];
        for (who, equipped) in may {
            let caller = hub.named(&station, who, who.code()).await;
            let (office, browser) = (hub.phone(&caller).await, Browser::of(&hub, &caller).await);
            let csrf = browser.csrf().await;
            for role in Role::ALL {
                let member = hub.member(&station, role).await;
                let theirs = hub.phone(&member).await.answer.device;
                let allowed = equipped.contains(&role);
                let told = office.post("/api/v1/enrolments", &json!({"member": member.id})).await;
                assert_eq!(told.status, if allowed { 201 } else { 403 }, "{who:?} for {role:?}");
                let id = member.id.to_string();
                let html = browser.page(&phones).await;
                assert_eq!(html.contains(&format!("value=\"{id}\"")), allowed, "{who:?} for {role:?}");
                let card = browser.post(&cards, &[("csrf", &csrf), ("member", &id)]).await;
                assert_eq!(card.status, if allowed { 200 } else { 403 }, "{who:?} for {role:?}");
                let path = format!("/devices/{theirs}/revoke");
                assert_eq!(browser.page(&phones).await.contains(&path), allowed);
                let told = browser.post(&format!("{path}{at}"), &[("csrf", &csrf)]).await;
                assert_eq!(told.status, if allowed { 303 } else { 403 }, "{who:?} for {role:?}");
                let told = office.post(&format!("/api/v1{path}"), &json!({})).await;
                assert_eq!(told.status, if allowed { 200 } else { 403 }, "{who:?} for {role:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_revoked_phone_cannot_come_back_by_its_old_code() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let volunteer = hub.member(&station, Role::Volunteer).await;
        let code = hub.code(&volunteer).await;
        let key = SigningKey::from_seed([1; 32]);
        let answer: EnrolAnswer = hub.enrol(&code, &key).await.read();
        xuncha_hub::devices::revoke(&hub.app, station.id, answer.device, None).await.unwrap();
        assert_eq!(hub.enrol(&code, &key).await.problem(), (403, "device_revoked".into()));
    })
    .await;
}

#[tokio::test]
async fn devices_are_listed_for_the_head() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let office = hub.phone(&hub.member(&station, Role::Head).await).await;
        let told = office.get("/api/v1/devices").await.json();
        let ids: Vec<_> = told["devices"].as_array().unwrap().iter().map(|row| row["id"].clone()).collect();
        assert_eq!(ids.len(), 2);
        assert!(ids.contains(&json!(phone.answer.device)));
        assert_eq!(phone.get("/api/v1/devices").await.problem(), (403, "forbidden".into()));
    })
    .await;
}

#[tokio::test]
async fn no_card_leads_a_phone_nowhere() {
    let listens_everywhere = |config: &mut Config| config.listen = "0.0.0.0:8080".parse().unwrap();
    both_with(listens_everywhere, |hub| async move {
        let station = hub.station("柳岸站").await;
        let head = hub.named(&station, Role::Head, "祁静姝").await;
        let volunteer = hub.member(&station, Role::Volunteer).await;
        let (browser, id) = (Browser::of(&hub, &head).await, volunteer.id.to_string());
        let csrf = browser.csrf().await;
        let reply = browser.post("/enrolments", &[("csrf", &csrf), ("member", &id)]).await;
        let html = String::from_utf8(reply.body).unwrap();
        must_be_a_page_of_ours(&html);
        assert!(html.contains("登记卡没有开出") && html.contains("public_url"), "{html}");
        assert_eq!(hub.count("SELECT COUNT(*) FROM enrol_codes").await, 0);
        // The command line prints a code alone, or a link with the address that it is told.
        let office = hub.phone(&head).await;
        let told = office.post("/api/v1/enrolments", &json!({"member": volunteer.id})).await;
        assert_eq!(told.problem(), (503, "unavailable".into()));
    })
    .await;
}

/// What `phone` is, as the word of a phone that became another.
fn former(phone: &Phone, became: DeviceId) -> FormerDevice {
    FormerDevice {
        v: V1,
        device: phone.answer.device,
        key: phone.key.verifying_key(),
        station: phone.answer.station.id,
        member: phone.member(),
        enrolled_at: phone.hub.now(),
        became,
    }
}

async fn tell(phone: &Phone, former: &[Jws]) -> Reply {
    phone.post("/api/v1/devices/former", &json!({ "former": former })).await
}

#[tokio::test]
async fn what_a_forgotten_device_sealed_is_taken_once_the_phone_said_that_it_was_it() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let venue = hub.venue(&station).await;
        let volunteer = hub.member(&station, Role::Volunteer).await;
        let mut old = hub.phone(&volunteer).await;
        let (_, sealed) = old.inspect(&venue, NOW - HOUR);
        let (_, later) = old.inspect(&venue, NOW + HOUR);
        // As a hub that was put back to a copy from before.
        hub.tamper("DELETE FROM devices").await;
        hub.tamper("DELETE FROM enrol_codes").await;
        let new = hub.phone(&volunteer).await;
        assert_eq!(refused(&new.push(&[&sealed]).await[0]), RefusalCode::UnknownDevice);

        let says = former(&old, new.answer.device);
        let signed = says.sign(&old.key).unwrap();
        for _ in 0..2 {
            let reply: serde_json::Value = tell(&new, std::slice::from_ref(&signed)).await.read();
            assert_eq!(reply, json!({"known": [old.answer.device]}));
        }
        all_accepted(&new.push(&[&sealed]).await);
        assert_eq!(old.get("/api/v1/changes").await.status, 401, "its token is worth nothing");
        assert_eq!(refused(&new.push(&[&later]).await[0]), RefusalCode::DeviceRevoked, "it seals no more");
        assert_eq!(hub.count("SELECT COUNT(*) FROM devices").await, 2);
        assert_eq!(
            hub.count("SELECT COUNT(*) FROM audit WHERE action = 'former device put on file'").await,
            1
        );
        // Another key under the same id is another phone.
        let other = SigningKey::from_seed([99; 32]);
        let forged = FormerDevice { key: other.verifying_key(), ..says };
        let reply: serde_json::Value = tell(&new, &[forged.sign(&other).unwrap()]).await.read();
        assert_eq!(reply, json!({"known": []}));
    })
    .await;
}

#[tokio::test]
async fn a_phone_speaks_only_for_what_it_was_itself() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let volunteer = hub.member(&station, Role::Volunteer).await;
        let old = hub.phone(&volunteer).await;
        let new = hub.phone(&volunteer).await;
        let stranger = hub.phone(&hub.named(&station, Role::Volunteer, "义工乙").await).await;
        let elsewhere = hub.phone(&hub.member(&hub.station("河西站").await, Role::Volunteer).await).await;
        let own = former(&old, new.answer.device);
        for wrong in [
            FormerDevice { member: stranger.member(), ..own.clone() },
            FormerDevice { station: elsewhere.answer.station.id, ..own.clone() },
            FormerDevice { became: stranger.answer.device, ..own.clone() },
            FormerDevice { device: new.answer.device, ..own.clone() },
        ] {
            let reply = tell(&new, &[wrong.sign(&old.key).unwrap()]).await;
            assert_eq!(reply.problem(), (403, "forbidden".into()), "{wrong:?}");
        }
        let unsigned = own.sign(&new.key).unwrap();
        assert_eq!(tell(&new, &[unsigned]).await.problem(), (400, "bad_request".into()));
        let many = vec![own.sign(&old.key).unwrap(); 21];
        assert_eq!(tell(&new, &many).await.problem(), (413, "too_large".into()));
    })
    .await;
}
