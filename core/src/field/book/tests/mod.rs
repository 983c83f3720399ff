mod any_age;
mod by_file;
mod drafts;
mod golden;
mod keys;
mod records;
mod reviewed;
mod rules;
mod screens;

use super::FieldBook;
use crate::domain::{Answer, ItemAnswer};

pub(super) fn answer(item: &str, choice: &str) -> ItemAnswer {
    serde_json::from_value(serde_json::json!({"item": item, "answer": {"kind": "choice", "choice": choice}}))
        .unwrap()
}

pub(super) fn not_looked(item: &str) -> ItemAnswer {
    ItemAnswer { item: item.parse().unwrap(), answer: Answer::NotLooked, note: None }
}

#[test]
fn a_book_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<FieldBook>();
}
