//! The API's document (OpenAPI 3.1): `hub/openapi.json`, written by hand and served as it is. The tests
//! hold the router to it, and schemathesis the answers.

use axum::Router;
use axum::routing::get;

use crate::app::AppState;
use crate::body::JsonText;

/// The document.
pub const DOCUMENT: &str = include_str!("../openapi.json");

/// Its part of the API.
pub fn router() -> Router<AppState> {
    Router::new().route("/api/openapi.json", get(|| async { JsonText(DOCUMENT.to_owned()) }))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use crate::export::What;

    fn document() -> Value {
        serde_json::from_str(super::DOCUMENT).unwrap()
    }

    /// The routers of the API: their module, what stands before their paths, and their source.
    const SOURCES: &[(&str, &str, &str)] = &[
        ("enrolment", "/api/v1", include_str!("enrolment/mod.rs")),
        ("devices", "/api/v1", include_str!("devices.rs")),
        ("self_reports", "/api/v1", include_str!("self_reports.rs")),
        ("ingest", "/api/v1", include_str!("ingest/mod.rs")),
        ("changes", "/api/v1", include_str!("changes.rs")),
        ("log", "/api/v1", include_str!("log.rs")),
        ("records", "/api/v1", include_str!("records/api.rs")),
        ("reviews", "/api/v1", include_str!("reviews.rs")),
        ("follow_ups", "/api/v1", include_str!("follow_ups/api.rs")),
        ("coverage", "/api/v1", include_str!("coverage/mod.rs")),
        ("export", "/api/v1", include_str!("export/api.rs")),
        ("photos", "/api/v1", include_str!("photos/handlers.rs")),
        ("ops", "", include_str!("ops.rs")),
    ];

    #[test]
    fn every_router_that_answers_is_held_to_the_document() {
        let merged = include_str!("routes.rs").split(".merge(").skip(1);
        let merged: BTreeSet<&str> = merged.filter_map(|rest| Some(rest.split_once("::")?.0)).collect();
        // Pages for people, and the document itself.
        let others = ["dashboard", "openapi"];
        let held = SOURCES.iter().map(|(module, ..)| *module).chain(others).collect();
        assert_eq!(merged, held);
    }

    /// Every `.route("…")` in the sources of the API.
    fn routes() -> BTreeSet<String> {
        let found = SOURCES.iter().flat_map(|(_, prefix, text)| {
            let paths = text.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next());
            paths.map(move |path| format!("{prefix}{path}"))
        });
        found.chain(["/api/openapi.json".to_owned()]).collect()
    }

    #[test]
    fn the_document_names_every_route_and_no_other() {
        let document = document();
        let documented: BTreeSet<String> = document["paths"].as_object().unwrap().keys().cloned().collect();
        let plain = |path: &String| path.replace("{device}", "{id}");
        assert_eq!(documented.iter().map(plain).collect::<BTreeSet<_>>(), routes());
    }

    #[test]
    fn every_form_of_an_export_is_in_the_document() {
        let document = document();
        let export = &document["paths"]["/api/v1/exports/{what}"]["get"];
        let told = export["responses"]["200"]["content"].as_object().unwrap();
        let told: BTreeSet<&str> = told.keys().map(String::as_str).collect();
        let forms = What::ALL.iter().flat_map(|what| what.formats());
        // Without its `charset`, which the document has nowhere.
        let made = forms.filter_map(|format| format.media_type().split(';').next()).collect();
        assert_eq!(told, made);
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn check(value: &Value, document: &Value) {
            match value {
                Value::Object(fields) => {
                    if let Some(Value::String(reference)) = fields.get("$ref") {
                        let found = document.pointer(reference.trim_start_matches('#'));
                        assert!(found.is_some(), "{reference}");
                    }
                    fields.values().for_each(|field| check(field, document));
                }
                Value::Array(items) => items.iter().for_each(|item| check(item, document)),
                _ => {}
            }
        }
        let document = document();
        check(&document, &document);
    }
}
