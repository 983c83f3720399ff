//! The `.xuncha` bundle: covers, what goes before photos and answers to them, and whole files.

use xuncha_core::wire::bundle::{
    AnswerCover, Bundle, Content, Cover, OutboxCover, Part, Parts, PhotoAnswer, PhotoHead,
};
use xuncha_core::wire::frame::decompress_bounded;
use xuncha_core::wire::{
    Change, ChangesPage, Cursor, Parcel, ProblemCode, Push, PushAnswer, RecordAnswer, Sha256Hash, Typ, V1,
    sign,
};

use super::super::{golden as golden_text, golden_message, key, moment, wrapped_key};
use super::{golden, id, jws, station};

/// A zstd frame (RFC 8878) of one block as it is. What the library packs may change with its version, and need
/// not stay; what such frames hold must.
fn stored(message: &impl serde::Serialize) -> Vec<u8> {
    let content = serde_json::to_vec(message).unwrap();
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x60];
    frame.extend(u16::try_from(content.len() - 256).unwrap().to_le_bytes());
    frame.extend(&(u32::try_from(content.len()).unwrap() << 3 | 1).to_le_bytes()[..3]);
    frame.extend(content);
    frame
}

fn unpacked<T: serde::de::DeserializeOwned>(packed: &[u8]) -> T {
    serde_json::from_slice(&decompress_bounded(packed, 1 << 16).unwrap()).unwrap()
}

fn outbox_cover(content: Content) -> OutboxCover {
    let (station, device) = (id(2).into(), id(4).into());
    OutboxCover { v: V1, station, device, made_at: moment(), cursor: Cursor(42), log_size: 7, content }
}

fn answer_cover(content: Content) -> AnswerCover {
    let (station, device) = (id(2).into(), id(4).into());
    let to = Sha256Hash::of(b"a cover");
    AnswerCover { v: V1, station, device, to, made_at: moment(), cursor: Cursor(42), content }
}

fn photo_head() -> PhotoHead {
    PhotoHead { photo: id(7).into(), record: id(1).into(), key: Some(wrapped_key()) }
}

fn photo_answers() -> Vec<PhotoAnswer> {
    let receipt = sign(&key(), Typ::PhotoReceipt, &serde_json::json!({"v": 1})).unwrap();
    vec![
        PhotoAnswer { photo: id(7).into(), receipt: Some(receipt), refused: None },
        PhotoAnswer { photo: id(8).into(), receipt: None, refused: Some(ProblemCode::NotFound) },
    ]
}

#[test]
fn the_covers_of_a_bundle_and_what_is_said_of_photos_are_still_read() {
    let content = Content { bytes: 183_204, sha256: Sha256Hash::of(b"all parts") };
    golden_message("outbox-cover", &outbox_cover(content));
    golden_message("answer-cover", &answer_cover(content));
    golden("photo-head", &photo_head());
    golden("photo-answers", &photo_answers());
}

/// A whole file: kept as hex, and its parts read back.
fn golden_bundle<C: Cover>(name: &str, parts: &[Part], cover: fn(Content) -> C) -> Vec<Part> {
    let mut gathered = Parts::default();
    for part in parts {
        assert!(gathered.add(part).unwrap());
    }
    let file = gathered.seal(&key(), cover).unwrap();
    let kept = hex::decode(golden_text(&format!("wire/{name}.hex"), &hex::encode(file))).unwrap();
    Bundle::read(&kept).unwrap().open::<C>(&key().verifying_key()).unwrap().1
}

#[test]
fn a_whole_bundle_and_its_answer_are_still_read() {
    let push = Push { parcels: vec![Parcel::Sealed(jws()), Parcel::Sealed(jws())] };
    let photo = Part::Photo(photo_head(), b"\xff\xd8\xff\xd9".to_vec());
    let sent = [Part::Push(stored(&push)), photo];
    let read = golden_bundle("outbox-bundle", &sent, outbox_cover);
    assert_eq!(read, sent);
    let Part::Push(packed) = &read[0] else { panic!("{read:?}") };
    assert_eq!(unpacked::<Push>(packed), push);

    let answer = PushAnswer {
        answers: vec![RecordAnswer::Accepted { id: id(1).into(), receipt: jws() }],
        hub_time: moment(),
    };
    let changes = ChangesPage {
        changes: vec![Change::Station(station())],
        next: Cursor(43),
        more: false,
        hub_time: moment(),
        head: jws(),
        consistency: None,
    };
    let mut sent = vec![Part::PushAnswer(stored(&answer))];
    sent.extend(photo_answers().into_iter().map(Part::PhotoAnswer));
    sent.push(Part::Changes(stored(&changes)));
    let read = golden_bundle("answer-bundle", &sent, answer_cover);
    assert_eq!(read, sent);
    let (Some(Part::PushAnswer(first)), Some(Part::Changes(last))) = (read.first(), read.last()) else {
        panic!("{read:?}")
    };
    assert_eq!((unpacked::<PushAnswer>(first), unpacked::<ChangesPage>(last)), (answer, changes));
}
