//! A form with a file, which only our own pages can send. The hidden field comes before the file, so that a
//! form of somebody else is refused before its file is read.

use std::collections::BTreeMap;

use axum::extract::{FromRequest, FromRequestParts as _, Multipart, Request};
use bytes::Bytes;
use subtle::ConstantTimeEq as _;
use xuncha_core::wire::{ProblemCode, limits};

use super::error::{PageError, PageResult};
use super::visitor::Visitor;
use crate::app::AppState;
use crate::error::HubError;

/// A form that one of our own pages sent, with one file.
pub(super) struct Uploaded {
    /// Who sent it.
    pub visitor: Visitor,
    /// Its other fields.
    pub fields: BTreeMap<String, String>,
    /// What the file is called, without folders.
    pub name: String,
    /// What is in it.
    pub content: Bytes,
}

impl Uploaded {
    /// The text of a field; empty if there is none.
    pub(super) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map(String::as_str).unwrap_or_default()
    }
}

impl FromRequest<AppState> for Uploaded {
    type Rejection = PageError;
    async fn from_request(request: Request, app: &AppState) -> PageResult<Self> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, app).await?;
        let request = Request::from_parts(parts, body);
        let mut form =
            Multipart::from_request(request, app).await.map_err(|error| bad(&error.body_text()))?;
        let mut fields = BTreeMap::new();
        while let Some(field) = form.next_field().await.map_err(|error| told(&error))? {
            let Some(key) = field.name().map(str::to_owned) else { continue };
            let Some(name) = field.file_name().map(str::to_owned) else {
                let text = field.text().await.map_err(|error| told(&error))?;
                if text.len() > limits::REQUEST_BYTES || fields.len() >= 32 {
                    return Err(bad("a field is too long").into());
                }
                fields.insert(key, text);
                continue;
            };
            let csrf = fields.get("csrf").map(String::as_bytes).unwrap_or_default();
            if !bool::from(visitor.csrf.as_bytes().ct_eq(csrf)) {
                return Err(HubError::told(ProblemCode::Forbidden, "the form is not of this session").into());
            }
            let content = field.bytes().await.map_err(|error| told(&error))?;
            let name = name.rsplit(['/', '\\']).next().unwrap_or_default().chars().take(120).collect();
            return Ok(Self { visitor, fields, name, content });
        }
        Err(bad("the form has no file").into())
    }
}

fn bad(why: &str) -> HubError {
    HubError::told(ProblemCode::BadRequest, why)
}

fn told(error: &axum::extract::multipart::MultipartError) -> HubError {
    let code = match error.status() {
        http::StatusCode::PAYLOAD_TOO_LARGE => ProblemCode::TooLarge,
        _ => ProblemCode::BadRequest,
    };
    HubError::told(code, error.body_text())
}
