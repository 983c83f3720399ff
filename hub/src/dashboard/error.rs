//! When a page can't be shown: a page that says so, in both languages, since what failed may be what
//! knows the reader's.

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Redirect, Response};
use http::header::{ACCEPT, RETRY_AFTER};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use maud::{Markup, html};
use serde::de::DeserializeOwned;
use xuncha_core::domain::Locale;
use xuncha_core::wire::{Problem, ProblemCode};

use super::look::{Frame, page};
use crate::error::{HubError, status};
use crate::params;
use crate::session::Lacks;
use crate::store::StoreError;

/// What a page answers with.
pub(super) type PageResult<T> = Result<T, PageError>;

/// Why a page is not shown.
#[derive(Debug)]
pub(super) enum PageError {
    /// Nobody is signed in; they come back to the address after they have.
    SignIn(String),
    /// They gave their password, and something is still to be done.
    Unfinished(Lacks),
    /// A form came when the session that it was drawn in was over; with the texts that were typed into it.
    Expired(Vec<String>),
    /// Anything else.
    Hub(HubError),
}

impl<E: Into<HubError>> From<E> for PageError {
    fn from(error: E) -> Self {
        Self::Hub(error.into())
    }
}

impl PageError {
    /// There is no such thing, or the reader must not know of it.
    pub(super) fn not_found() -> Self {
        HubError::new(ProblemCode::NotFound).into()
    }
}

/// The path's variable part, as a `T`. What can't be one names no page.
pub(super) struct Named<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Named<T> {
    type Rejection = PageError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> PageResult<Self> {
        Ok(params::Named::from_request_parts(parts, state).await.map(|params::Named(named)| Self(named))?)
    }
}

/// The answer to an address at which there is nothing: a page for a browser, a problem for whoever else asks.
pub(super) async fn nothing_here(headers: HeaderMap) -> Response {
    page_or_problem(&headers, ProblemCode::NotFound)
}

/// The same for an address that only takes forms, or only gives a page.
pub(crate) async fn not_so(headers: HeaderMap) -> Response {
    page_or_problem(&headers, ProblemCode::MethodNotAllowed)
}

fn page_or_problem(headers: &HeaderMap, code: ProblemCode) -> Response {
    let accepts = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let error = HubError::new(code);
    if accepts.contains("text/html") { PageError::from(error).into_response() } else { error.into_response() }
}

impl From<sqlx::Error> for HubError {
    fn from(error: sqlx::Error) -> Self {
        StoreError::from(error).into()
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let error = match self {
            Self::SignIn(next) => return Redirect::to(&super::sign_in::path(&next)).into_response(),
            Self::Unfinished(lacks) => return Redirect::to(lacks.page()).into_response(),
            Self::Expired(typed) => return (StatusCode::FORBIDDEN, expired(&typed)).into_response(),
            Self::Hub(error) => error,
        };
        let problem = error.problem();
        let (code, status) = (problem.code, status(problem.code));
        if status.is_server_error() {
            tracing::error!(%error, code = code.code(), "page failed");
        }
        let mut response = (status, told(status, &problem)).into_response();
        if code == ProblemCode::TooManyAttempts {
            response.headers_mut().insert(RETRY_AFTER, http::HeaderValue::from_static("60"));
        }
        response
    }
}

/// Why one of many things was not done; a fault is logged as the page of one alone would be.
pub(super) fn not_done(error: &HubError) -> ProblemCode {
    let code = error.problem().code;
    if status(code).is_server_error() {
        tracing::error!(%error, code = code.code(), "one of many was not done");
    }
    code
}

/// The same in words, behind what it was.
pub(super) const fn why(code: ProblemCode, l: Locale) -> &'static str {
    match code {
        ProblemCode::AlreadyReviewed => l.pick("刚刚已由别人审核", "somebody else has just reviewed it"),
        ProblemCode::AlreadyFollowedUp => {
            l.pick("刚刚已有别人处理过", "somebody did something about it meanwhile")
        }
        ProblemCode::BadRequest => l.pick("照现在的进展不能这样做", "it can't be done as it stands now"),
        ProblemCode::NotFound => l.pick("已找不到这一条", "it is not there any more"),
        ProblemCode::Forbidden => l.pick("您没有这项权限", "you may not do this"),
        _ => l.pick(
            "服务器出错，没有记下，请再试一次",
            "the hub had a fault and wrote nothing down; try again",
        ),
    }
}

fn told(status: StatusCode, problem: &Problem) -> Markup {
    // What is wrong about a request helps whoever made it; more of the rest is for nobody.
    let detail = problem.detail.as_deref().filter(|_| status == StatusCode::BAD_REQUEST);
    let words = match status {
        StatusCode::NOT_FOUND => ("没有这个页面。", "There is no such page."),
        StatusCode::METHOD_NOT_ALLOWED => (
            "这个地址不能直接打开，请从页面上的按钮进入。",
            "This address can't be opened by itself: come by the buttons of the pages.",
        ),
        StatusCode::FORBIDDEN => ("您没有这项权限。", "You may not do this."),
        StatusCode::BAD_REQUEST => ("请求有误，请返回重试。", "The request is wrong. Go back and try again."),
        StatusCode::PAYLOAD_TOO_LARGE => (
            "文件或表单太大，没有收下：清单文件最大 32 MB，节假日表、检查清单 2 MB，启用检查清单时内容 256 KB，其他表单里的文字 64 KB。更大的清单请由管理员用命令行导入。",
            "The file or form is too large and was not taken: a list has at most 32 MB, statutory days and checklists 2 MB, a checklist to be put in force 256 kB, the text of any other form 64 kB. Longer lists go by the command line.",
        ),
        StatusCode::CONFLICT => (
            "这条记录刚刚已由别人审核，请返回查看。",
            "Somebody has just reviewed this record. Go back and look again.",
        ),
        StatusCode::TOO_MANY_REQUESTS => (
            ProblemCode::TooManyAttempts.advice(Locale::ZhHans),
            ProblemCode::TooManyAttempts.advice(Locale::En),
        ),
        _ => (
            "服务器出错，记录没有丢失，请稍后再试。",
            "The hub had a fault. No record is lost; try again later.",
        ),
    };
    let more = html! { p.quiet { (status.as_u16()) " " (problem.code.code()) } };
    let detail = detail.map(|detail| format!(" ({detail})")).unwrap_or_default();
    said(words.0, &format!("{}{detail}", words.1), &more)
}

/// What was typed is shown once more: the page it was typed on can't be come back to.
fn expired(typed: &[String]) -> Markup {
    let more = html! { @if !typed.is_empty() {
        p { "您填写的内容在下面，请先复制，登录后重新填写。" }
        p lang="en" { "What you typed is below: copy it, sign in and fill in the form again." }
        ul { @for text in typed { li.typed { (text) } } }
    } };
    said(
        "登录已过期，刚才填写的没有保存。",
        "You are not signed in any more, or have signed in anew: what you sent was not kept.",
        &more,
    )
}

fn said(chinese: &str, english: &str, more: &Markup) -> Markup {
    let frame = Frame::of_nobody(Locale::ZhHans, chinese.trim_end_matches('。'), "/coverage");
    page(
        &frame,
        &html! {
            div.narrow { div.panel {
                h1 { (chinese) }
                p lang="en" { (english) }
                (more)
                p { a href="/coverage" { "返回首页 " span lang="en" { "Home" } } }
            } }
        },
    )
}
