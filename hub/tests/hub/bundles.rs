//! Phones that hand over by file: taken as a push would be, over both databases, and hostile files are not.

use http::StatusCode;
use xuncha_core::domain::*;
use xuncha_core::wire::bundle::{AnswerCover, Bundle, OutboxCover, Part, Parts, PhotoHead};
use xuncha_core::wire::{
    ChangesPage, Cursor, Jws, Parcel, ProblemCode, Push, PushAnswer, SigningKey, V1, frame, verify_receipt,
};
use xuncha_hub::{HubError, by_file};

use super::support::*;

fn packed(records: &[&Jws]) -> Part {
    let parcels = records.iter().map(|jws| Parcel::Sealed((*jws).clone())).collect();
    Part::Push(frame::compress(&serde_json::to_vec(&Push { parcels }).unwrap()).unwrap())
}

fn bundle(phone: &Phone, parts: &[Part], key: &SigningKey) -> Vec<u8> {
    let mut all = Parts::default();
    for part in parts {
        assert!(all.add(part).unwrap());
    }
    let cover = |content| OutboxCover {
        v: V1,
        station: phone.answer.station.id,
        device: phone.answer.device,
        made_at: phone.hub.now(),
        cursor: Cursor(0),
        log_size: 0,
        content,
    };
    all.seal(key, cover).unwrap()
}

/// What the hub answers, opened as the phone opens it.
fn answer(phone: &Phone, file: &[u8]) -> (AnswerCover, Vec<PushAnswer>, Vec<ChangesPage>) {
    let (cover, parts) = Bundle::read(file).unwrap().open::<AnswerCover>(&phone.answer.hub_key).unwrap();
    let unpack = |bytes: &[u8]| frame::decompress_bounded(bytes, 16 << 20).unwrap();
    let (mut answers, mut pages) = (Vec::new(), Vec::new());
    for part in parts {
        match part {
            Part::PushAnswer(bytes) => answers.push(serde_json::from_slice(&unpack(&bytes)).unwrap()),
            Part::Changes(bytes) => pages.push(serde_json::from_slice(&unpack(&bytes)).unwrap()),
            _ => {}
        }
    }
    (cover, answers, pages)
}

async fn refused(hub: &Hub, file: &[u8]) -> ProblemCode {
    match by_file::take(&hub.app, file, None, |_, _| {}).await.map_err(HubError::from) {
        Err(HubError::Told(problem)) => problem.code,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_bundle_at_the_desk_is_answered_with_receipts_and_changes_and_again_with_the_same() {
    both(async |hub| {
        let station = hub.station("柳岸派出所").await;
        let head = hub.named(&station, Role::Head, "祁静姝").await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let (first, jws) = phone.inspect(&venue, NOW - 9 * DAY);
        let (_, second) = phone.inspect(&venue, NOW - HOUR);
        let file = bundle(&phone, &[packed(&[&jws]), packed(&[&second])], &phone.key);

        let browser = Browser::of(&hub, &head).await;
        let csrf = browser.csrf().await;
        let mut answers = Vec::new();
        for _ in 0..2 {
            let reply = browser.post_file("/handover", &[("csrf", &csrf)], "out.xuncha", &file).await;
            assert_eq!(reply.status, StatusCode::OK, "{}", String::from_utf8_lossy(&reply.body));
            // On a stick with several: whose it is, and of when.
            let name = header(&reply, http::header::CONTENT_DISPOSITION);
            assert!(name.contains(&encoded("柳岸派出所")) && name.ends_with("-2026-11-16.xuncha"), "{name}");
            answers.push(answer(&phone, &reply.body));
        }
        let (cover, told, pages) = &answers[0];
        assert_eq!(
            (cover.device, cover.to),
            (phone.answer.device, Bundle::read(&file).unwrap().cover().hash())
        );
        let receipt = accepted(&told[0].answers[0]);
        verify_receipt(receipt, &phone.answer.hub_key, first, jws.hash()).unwrap();
        assert_eq!(already_had(&answers[1].1[0].answers[0]), receipt);
        assert!(pages.last().is_some_and(|page| !page.more && page.changes.len() >= 4));
        assert_eq!(hub.tally(&venue, "2026-11").await.counted(), 2);
        hub.must_be_whole(&station).await;
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_not_taken_says_whether_any_of_it_was() {
    both(async |hub| {
        let station = hub.station("柳岸派出所").await;
        let head = hub.named(&station, Role::Head, "祁静姝").await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let (_, jws) = phone.inspect(&venue, NOW - HOUR);
        let bomb = Part::Push(frame::compress(&vec![b' '; 64 << 20]).unwrap());
        let file = bundle(&phone, &[packed(&[&jws]), bomb], &phone.key);
        let browser = Browser::of(&hub, &head).await;
        let csrf = browser.csrf().await;
        let told = async |file: &[u8]| {
            let reply = browser.post_file("/handover", &[("csrf", &csrf)], "out.xuncha", file).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
            String::from_utf8(reply.body).unwrap()
        };
        let html = told(&file[..file.len() / 2]).await;
        assert!(html.contains("什么也没有改动。文件不完整"), "{html}");
        let html = told(&file).await;
        assert!(html.contains("没有全部接收；已接收的不会丢") && !html.contains("什么也没有改动"), "{html}");
        assert_eq!(hub.count("SELECT COUNT(*) FROM records").await, 1);
        let noted =
            "SELECT COUNT(*) FROM audit WHERE action = 'took a bundle' AND subject = '1 records, 0 photos'";
        assert_eq!(hub.count(noted).await, 1, "what was taken before it stopped is written down");
        let admin = Browser::of(&hub, &hub.named(&station, Role::Admin, "管理员").await).await;
        let html = admin.page(&format!("/audit?station={}", station.id)).await;
        assert!(html.contains("1 条记录，0 张照片"), "{html}");
        let any = "SELECT COUNT(*) FROM audit WHERE action = 'took a bundle'";
        assert_eq!(hub.count(any).await, 1, "and a file of which nothing was taken is not");
    })
    .await;
}

#[tokio::test]
async fn a_hostile_bundle_changes_nothing() {
    both(async |hub| {
        let (station, other) = (hub.station("柳岸派出所").await, hub.station("桥头派出所").await);
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let (_, jws) = phone.inspect(&venue, NOW - HOUR);
        let good = packed(&[&jws]);

        let foreign = SigningKey::from_seed([77; 32]);
        assert_eq!(
            refused(&hub, &bundle(&phone, std::slice::from_ref(&good), &foreign)).await,
            ProblemCode::BadRequest
        );
        let bomb = Part::Push(frame::compress(&vec![b' '; 64 << 20]).unwrap());
        assert_eq!(refused(&hub, &bundle(&phone, &[bomb], &phone.key)).await, ProblemCode::BadRequest);
        let file = bundle(&phone, &[good], &phone.key);
        assert_eq!(refused(&hub, &file[..file.len() / 2]).await, ProblemCode::BadRequest);
        assert_eq!(hub.count("SELECT COUNT(*) FROM records").await, 0);

        // A photo that no record names is answered so, and its bytes are not kept.
        let (photo, record) = (PhotoId::mint(hub.now(), [1; 10]), hub.record_id());
        let stray = Part::Photo(PhotoHead { photo, record, key: None }, vec![7; 1_000]);
        let taken =
            by_file::take(&hub.app, &bundle(&phone, &[stray], &phone.key), None, |_, _| {}).await.unwrap();
        assert_eq!((taken.photos, taken.photos_refused), (0, 1));
        assert_eq!(hub.count("SELECT COUNT(*) FROM upload_parts").await, 0);

        // The head of another station does not take it, and a revoked phone's is not taken at all.
        let head = hub.named(&other, Role::Head, "祁静姝").await;
        let browser = Browser::of(&hub, &head).await;
        let csrf = browser.csrf().await;
        let reply = browser.post_file("/handover", &[("csrf", &csrf)], "out.xuncha", &file).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        xuncha_hub::devices::revoke(&hub.app, station.id, phone.answer.device, None).await.unwrap();
        assert_eq!(refused(&hub, &file).await, ProblemCode::DeviceRevoked);
        assert_eq!(hub.count("SELECT COUNT(*) FROM records").await, 0);
    })
    .await;
}
