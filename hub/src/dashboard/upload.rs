//! Forms in parts, which only our own pages can send: with a file, or with texts too long for a plain form, where a
//! character of Chinese takes nine. The hidden field comes first, so that a form of somebody else is refused before
//! its file is read.

use std::collections::BTreeMap;

use axum::extract::{FromRequest, FromRequestParts as _, Multipart, Request};
use bytes::Bytes;
use xuncha_core::wire::ProblemCode;

use super::error::{PageError, PageResult};
use super::visitor::{Visitor, must_be_ours};
use crate::app::AppState;
use crate::error::HubError;

/// Bytes of a field: a checklist, which is the longest, has no more.
pub(super) const FIELD_BYTES: usize = 256 * 1024;
const FIELDS: usize = 32;

/// A form without a file.
pub(super) struct Parts {
    /// Who sent it.
    pub visitor: Visitor,
    fields: BTreeMap<String, String>,
}

impl Parts {
    /// The text of a field; empty if there is none.
    pub(super) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map(String::as_str).unwrap_or_default()
    }

    fn must_be_ours(&self) -> PageResult<()> {
        must_be_ours(&self.visitor.csrf, self.field("csrf"))
    }
}

/// A form with one file.
pub(super) struct Uploaded {
    /// Its other fields, and who sent it.
    pub parts: Parts,
    /// What the file is called, without folders.
    pub name: String,
    /// What is in it.
    pub content: Bytes,
}

impl FromRequest<AppState> for Parts {
    type Rejection = PageError;
    async fn from_request(request: Request, app: &AppState) -> PageResult<Self> {
        let (parts, _) = read(request, app).await?;
        Ok(parts)
    }
}

impl FromRequest<AppState> for Uploaded {
    type Rejection = PageError;
    async fn from_request(request: Request, app: &AppState) -> PageResult<Self> {
        let (parts, file) = read(request, app).await?;
        let (name, content) = file.ok_or_else(|| bad("the form has no file"))?;
        Ok(Self { parts, name, content })
    }
}

/// A form up to its first file, and that file.
async fn read(request: Request, app: &AppState) -> PageResult<(Parts, Option<(String, Bytes)>)> {
    let (mut head, body) = request.into_parts();
    let visitor = Visitor::from_request_parts(&mut head, app).await?;
    let request = Request::from_parts(head, body);
    let mut form = Multipart::from_request(request, app).await.map_err(|error| bad(&error.body_text()))?;
    let mut parts = Parts { visitor, fields: BTreeMap::new() };
    while let Some(field) = form.next_field().await.map_err(|error| told(&error))? {
        let Some(key) = field.name().map(str::to_owned) else { continue };
        let Some(name) = field.file_name().map(str::to_owned) else {
            let text = field.text().await.map_err(|error| told(&error))?;
            if text.len() > FIELD_BYTES || parts.fields.len() >= FIELDS {
                return Err(HubError::told(ProblemCode::TooLarge, "a field is too long").into());
            }
            parts.fields.insert(key, text);
            continue;
        };
        parts.must_be_ours()?;
        let content = field.bytes().await.map_err(|error| told(&error))?;
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default().chars().take(120).collect();
        return Ok((parts, Some((name, content))));
    }
    parts.must_be_ours()?;
    Ok((parts, None))
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
