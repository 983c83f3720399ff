//! Photos by tus 1.0: what was answered for is safe, whatever was cut, repeated or sent at once.

use axum::body::Body;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{Method, Request, StatusCode};
use xuncha_core::domain::*;
use xuncha_core::wire::limits::PHOTO_CHUNK_BYTES;
use xuncha_core::wire::{DataKey, Fact, Jws, WRAP_INFO, photo_aad, verify_photo_receipt};

use super::support::*;

/// A phone with a photo that an accepted record names.
struct Scene {
    phone: Phone,
    record: RecordId,
    photo: PhotoId,
    jpeg: Vec<u8>,
}

impl Scene {
    async fn of(hub: &Hub) -> Self {
        let station = hub.station("柳岸派出所").await;
        let member = hub.member(&station, Role::Volunteer).await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&member).await;
        let jpeg: Vec<u8> =
            (0..600_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
        let photo = PhotoId::mint(hub.now(), hub.fresh());
        let reference =
            PhotoRef { id: photo, item: None, sha256: Sha256Hash::of(&jpeg), bytes: jpeg.len() as u64 };
        let fact = Inspection { photos: vec![reference], ..inspection(&venue, NOW - HOUR) };
        let record = phone.record(Fact::Inspection(Box::new(fact)));
        let jws = phone.seal(&record);
        all_accepted(&phone.push(&[&jws]).await);
        Self { phone, record: record.id, photo, jpeg }
    }

    fn path(&self) -> String {
        format!("/api/v1/photos/{}", self.photo)
    }

    async fn call(&self, method: Method, path: &str, headers: &[(&str, String)], body: &[u8]) -> Reply {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("Authorization", format!("Bearer {}", self.phone.token()))
            .header("Tus-Resumable", "1.0.0");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        self.phone.hub.call(request.body(Body::from(body.to_vec())).unwrap()).await
    }

    async fn announce(&self) -> Reply {
        let metadata = [
            ("photo", self.photo.to_string()),
            ("record", self.record.to_string()),
            ("sha256", Sha256Hash::of(&self.jpeg).to_string()),
        ];
        self.announce_as(self.jpeg.len(), &metadata).await
    }

    async fn announce_as(&self, length: usize, metadata: &[(&str, String)]) -> Reply {
        let pairs = metadata.iter().map(|(key, value)| format!("{key} {}", BASE64_STANDARD.encode(value)));
        let metadata = pairs.collect::<Vec<_>>().join(",");
        let headers = [("Upload-Length", length.to_string()), ("Upload-Metadata", metadata)];
        self.call(Method::POST, "/api/v1/photos", &headers, &[]).await
    }

    async fn send(&self, offset: usize, piece: &[u8]) -> Reply {
        self.send_as(offset, piece, piece).await
    }

    /// Sends a piece with the checksum of what was meant to be sent.
    async fn send_as(&self, offset: usize, piece: &[u8], meant: &[u8]) -> Reply {
        let sum = BASE64_STANDARD.encode(Sha256Hash::of(meant).as_bytes());
        let headers = [
            ("Content-Type", "application/offset+octet-stream".to_owned()),
            ("Upload-Offset", offset.to_string()),
            ("Upload-Checksum", format!("sha256 {sum}")),
        ];
        self.call(Method::PATCH, &self.path(), &headers, piece).await
    }

    async fn stand(&self) -> Reply {
        self.call(Method::HEAD, &self.path(), &[], &[]).await
    }

    /// Sends all of `content` from an offset on; the last answer.
    async fn send_rest(&self, content: &[u8], mut offset: usize) -> Reply {
        loop {
            let end = content.len().min(offset + PHOTO_CHUNK_BYTES);
            let reply = self.send(offset, &content[offset..end]).await;
            assert_eq!(reply.status, StatusCode::NO_CONTENT, "{}", String::from_utf8_lossy(&reply.body));
            assert_eq!(number(&reply, "upload-offset"), end);
            offset = end;
            if offset == content.len() {
                return reply;
            }
        }
    }

    fn must_be_receipt(&self, reply: &Reply) -> Jws {
        let jws: Jws = reply.headers["xuncha-photo-receipt"].to_str().unwrap().parse().unwrap();
        let (sha256, bytes) = (Sha256Hash::of(&self.jpeg), self.jpeg.len() as u64);
        verify_photo_receipt(&jws, &self.phone.answer.hub_key, self.photo, sha256, bytes).unwrap();
        jws
    }

    async fn must_be_kept(&self) {
        let kept = self.phone.hub.app.photos.get(self.phone.answer.station.id, self.photo).await.unwrap();
        assert!(kept == self.jpeg);
        assert_eq!(self.phone.hub.count("SELECT COUNT(*) FROM upload_parts").await, 0);
    }
}

fn number(reply: &Reply, header: &str) -> usize {
    reply.headers[header].to_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_photo_that_comes_in_pieces_gets_one_receipt_however_often_it_is_asked_for() {
    both(|hub| async move {
        let scene = Scene::of(&hub).await;
        let created = scene.announce().await;
        assert_eq!(created.status, StatusCode::CREATED);
        assert_eq!(created.headers["location"], scene.path());
        assert!(created.headers.contains_key("upload-expires"));
        let last = scene.send_rest(&scene.jpeg, 0).await;
        let receipt = scene.must_be_receipt(&last);
        scene.must_be_kept().await;

        hub.set_now(NOW + DAY);
        let stand = scene.stand().await;
        assert_eq!((stand.status, number(&stand, "upload-offset")), (StatusCode::OK, scene.jpeg.len()));
        assert_eq!(scene.must_be_receipt(&stand), receipt);
        assert_eq!(scene.announce().await.status, StatusCode::CREATED);
        assert_eq!(scene.send(0, b"again").await.problem(), (409, "offset_mismatch".to_owned()));
        let kept = scene.call(Method::DELETE, &scene.path(), &[], &[]).await;
        assert_eq!(kept.problem(), (403, "forbidden".to_owned()));
        scene.must_be_kept().await;
    })
    .await;
}

#[tokio::test]
async fn an_upload_goes_on_at_another_copy_where_it_was_cut() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        scene.announce().await;
        scene.send(0, &scene.jpeg[..100_000]).await;
        let copy = hub.copy().await;
        scene.phone.hub = copy.clone();
        assert_eq!(scene.announce().await.status, StatusCode::CREATED);
        let stand = scene.stand().await;
        assert_eq!(number(&stand, "upload-offset"), 100_000);
        assert_eq!(number(&stand, "upload-length"), scene.jpeg.len());
        let last = scene.send_rest(&scene.jpeg, 100_000).await;
        scene.must_be_receipt(&last);
        scene.must_be_kept().await;
        copy.store().close().await;
    })
    .await;
}

#[tokio::test]
async fn of_two_pieces_for_one_offset_one_is_taken() {
    both(|hub| async move {
        let scene = Scene::of(&hub).await;
        scene.announce().await;
        let piece = &scene.jpeg[..50_000];
        let (a, b, c) = tokio::join!(scene.send(0, piece), scene.send(0, piece), scene.send(0, piece));
        let mut answers = [a, b, c].map(|reply| reply.status.as_u16());
        answers.sort_unstable();
        assert_eq!(answers, [204, 409, 409]);
        scene.must_be_receipt(&scene.send_rest(&scene.jpeg, 50_000).await);
        scene.must_be_kept().await;
    })
    .await;
}

#[tokio::test]
async fn a_damaged_a_misplaced_and_an_endless_piece_leave_the_upload_where_it_stood() {
    both(|hub| async move {
        let scene = Scene::of(&hub).await;
        scene.announce().await;
        scene.send(0, &scene.jpeg[..1_000]).await;
        let damaged = scene.send_as(1_000, b"other bytes", &scene.jpeg[1_000..1_011]).await;
        assert_eq!(damaged.problem(), (460, "checksum_mismatch".to_owned()));
        assert_eq!(scene.send(999, b"x").await.problem(), (409, "offset_mismatch".to_owned()));
        let long = vec![0; PHOTO_CHUNK_BYTES + 1];
        assert_eq!(scene.send(1_000, &long).await.problem(), (413, "too_large".to_owned()));
        assert_eq!(scene.send(1_000, &[]).await.status, StatusCode::NO_CONTENT);
        assert_eq!(number(&scene.stand().await, "upload-offset"), 1_000);

        let nearly = scene.jpeg.len() - 10;
        for at in (1_000..nearly).step_by(PHOTO_CHUNK_BYTES) {
            scene.send(at, &scene.jpeg[at..nearly.min(at + PHOTO_CHUNK_BYTES)]).await;
        }
        assert_eq!(scene.send(nearly, &[0; 11]).await.problem(), (413, "too_large".to_owned()));
        scene.must_be_receipt(&scene.send_rest(&scene.jpeg, nearly).await);
    })
    .await;
}

#[tokio::test]
async fn content_that_is_not_the_named_photo_gets_no_receipt_and_can_be_sent_anew() {
    both(|hub| async move {
        let scene = Scene::of(&hub).await;
        scene.announce().await;
        let mut other = scene.jpeg.clone();
        other[7] ^= 1;
        let last = other.len() - 100_000;
        for at in (0..last).step_by(PHOTO_CHUNK_BYTES) {
            scene.send(at, &other[at..last.min(at + PHOTO_CHUNK_BYTES)]).await;
        }
        assert_eq!(scene.send(last, &other[last..]).await.problem(), (422, "photo_mismatch".to_owned()));
        assert_eq!(scene.stand().await.status, StatusCode::GONE);
        scene.announce().await;
        scene.must_be_receipt(&scene.send_rest(&scene.jpeg, 0).await);
        scene.must_be_kept().await;
    })
    .await;
}

#[tokio::test]
async fn a_photo_locked_on_a_phone_whose_key_store_was_reset_is_opened_here() {
    both(|hub| async move {
        let scene = Scene::of(&hub).await;
        let key = DataKey::from_entropy([5; 32]);
        let wrapped = key.wrap_for_hub(&scene.phone.answer.hub_sealing_key, WRAP_INFO, &mut Dice(1)).unwrap();
        let locked = key.encrypt([3; 24], &photo_aad(scene.photo), &scene.jpeg).unwrap();
        let metadata = [
            ("photo", scene.photo.to_string()),
            ("record", scene.record.to_string()),
            ("key", wrapped.to_string()),
        ];
        // The open upload that this phone had begun before gives way.
        scene.announce().await;
        scene.send(0, &scene.jpeg[..10]).await;
        assert_eq!(scene.announce_as(locked.len(), &metadata).await.status, StatusCode::CREATED);
        assert_eq!(number(&scene.stand().await, "upload-offset"), 0);
        scene.must_be_receipt(&scene.send_rest(&locked, 0).await);
        scene.must_be_kept().await;
    })
    .await;
}

#[tokio::test]
async fn an_upload_waits_a_week_and_begins_anew_after() {
    both(|hub| async move {
        let scene = Scene::of(&hub).await;
        scene.announce().await;
        scene.send(0, &scene.jpeg[..10]).await;
        hub.set_now(NOW + 6 * DAY);
        assert_eq!(number(&scene.stand().await, "upload-offset"), 10);
        hub.set_now(NOW + 7 * DAY);
        assert_eq!(scene.stand().await.status, StatusCode::GONE);
        assert_eq!(scene.send(10, b"x").await.problem(), (410, "gone".to_owned()));
        assert_eq!(xuncha_hub::photos::sweep(hub.store(), hub.now()).await.unwrap(), 1);
        assert_eq!(hub.count("SELECT COUNT(*) FROM upload_parts").await, 0);
        scene.announce().await;
        scene.must_be_receipt(&scene.send_rest(&scene.jpeg, 0).await);
    })
    .await;
}

#[tokio::test]
async fn an_upload_can_be_given_up() {
    both(|hub| async move {
        let scene = Scene::of(&hub).await;
        scene.announce().await;
        let path = scene.path();
        assert_eq!(scene.call(Method::DELETE, &path, &[], &[]).await.status, StatusCode::NO_CONTENT);
        assert_eq!(scene.call(Method::DELETE, &path, &[], &[]).await.problem(), (410, "gone".to_owned()));
        assert_eq!(scene.stand().await.status, StatusCode::GONE);
    })
    .await;
}

#[tokio::test]
async fn a_hub_that_died_between_the_last_piece_and_the_receipt_gives_it_to_who_asks() {
    both(|hub| async move {
        let scene = Scene::of(&hub).await;
        scene.announce().await;
        let (first, last) = scene.jpeg.split_at(200_000);
        scene.send(0, first).await;
        // The last piece was committed, and nothing after it.
        let mut tx = hub.store().begin().await.unwrap();
        sqlx::query(
            "INSERT INTO upload_parts (station_id, photo_id, position, content) \
            SELECT station_id, photo_id, position, $1 FROM uploads",
        )
        .bind(last.to_vec())
        .execute(&mut *tx)
        .await
        .unwrap();
        sqlx::query("UPDATE uploads SET position = length").execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        let stand = scene.stand().await;
        assert_eq!((stand.status, number(&stand, "upload-offset")), (StatusCode::OK, scene.jpeg.len()));
        let receipt = scene.must_be_receipt(&stand);
        scene.must_be_kept().await;
        assert_eq!(scene.must_be_receipt(&scene.stand().await), receipt, "the same one again");
    })
    .await;
}

#[tokio::test]
async fn of_a_record_whose_content_was_erased_no_photo_is_taken_any_more() {
    use xuncha_core::wire::ErasureReason;
    use xuncha_hub::retention::{self, Order};
    both(|hub| async move {
        let scene = Scene::of(&hub).await;
        scene.announce().await;
        scene.send(0, &scene.jpeg[..10]).await;
        let (station, subject) = retention::of_record(hub.store(), scene.record).await.unwrap().unwrap();
        let order = Order { why: ErasureReason::Retention, by: None };
        retention::erase_content(&hub.app, station, &[subject], &order).await.unwrap();
        assert_eq!(hub.count("SELECT COUNT(*) FROM upload_parts").await, 0, "nor is its beginning kept");
        assert_eq!(scene.announce().await.problem(), (410, "gone".to_owned()));
        assert_eq!(scene.stand().await.status, StatusCode::GONE);
        assert_eq!(scene.send(10, b"x").await.problem(), (410, "gone".to_owned()));
        assert_eq!(hub.count("SELECT COUNT(*) FROM uploads").await, 0);
    })
    .await;
}

#[tokio::test]
async fn only_a_photo_that_an_accepted_record_of_the_station_names_is_taken() {
    both(|hub| async move {
        let scene = Scene::of(&hub).await;
        let metadata = |photo: PhotoId, sha256: Sha256Hash| {
            [
                ("photo", photo.to_string()),
                ("record", scene.record.to_string()),
                ("sha256", sha256.to_string()),
            ]
        };
        let (own, length) = (Sha256Hash::of(&scene.jpeg), scene.jpeg.len());
        let nobody = PhotoId::mint(hub.now(), hub.fresh());
        let unknown = scene.announce_as(length, &metadata(nobody, own)).await;
        assert_eq!(unknown.problem(), (404, "not_found".to_owned()));
        for (length, sha256) in [(length + 1, own), (length, Sha256Hash::of(b"another"))] {
            let other = scene.announce_as(length, &metadata(scene.photo, sha256)).await;
            assert_eq!(other.problem(), (422, "photo_mismatch".to_owned()));
        }
        let stranger = Scene::of(&hub).await;
        let foreign = stranger.call(Method::HEAD, &scene.path(), &[], &[]).await;
        assert_eq!(foreign.status, StatusCode::NOT_FOUND);
        for path in ["/api/v1/photos/x", &format!("/api/v1/photos/{nobody}")] {
            assert_eq!(scene.call(Method::HEAD, path, &[], &[]).await.status, StatusCode::NOT_FOUND);
        }
    })
    .await;
}

#[tokio::test]
async fn every_answer_says_the_version_and_another_one_is_refused() {
    both(|hub| async move {
        let scene = Scene::of(&hub).await;
        let offers = scene.call(Method::OPTIONS, "/api/v1/photos", &[], &[]).await;
        assert_eq!(offers.status, StatusCode::NO_CONTENT);
        assert_eq!(offers.headers["tus-extension"], "creation,checksum,termination,expiration");
        assert_eq!(offers.headers["tus-checksum-algorithm"], "sha256");
        let request = Request::head(scene.path())
            .header("Authorization", format!("Bearer {}", scene.phone.token()))
            .header("Tus-Resumable", "0.2.2");
        let refused = hub.call(request.body(Body::empty()).unwrap()).await;
        assert_eq!(refused.status, StatusCode::PRECONDITION_FAILED);
        assert_eq!(refused.headers["tus-version"], "1.0.0");
        for reply in [offers, refused, scene.stand().await, scene.announce().await] {
            assert_eq!(reply.headers["tus-resumable"], "1.0.0");
        }
    })
    .await;
}
