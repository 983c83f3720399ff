//! A browser at the desk: cookies, forms, files; no script.

use axum::body::Body;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{Request, StatusCode};
use xuncha_core::domain::Member;
use xuncha_hub::dashboard::password;

use super::{Hub, Reply};

pub(crate) const PASSWORD: &str = "柳岸的十个字以上的密码";

/// A browser: it keeps its cookies and reads the hidden field of forms.
pub(crate) struct Browser {
    pub(crate) hub: Hub,
    pub(crate) cookie: String,
}

impl Browser {
    pub(crate) fn new(hub: &Hub) -> Self {
        Self { hub: hub.clone(), cookie: String::new() }
    }

    /// A browser at which a member has signed in.
    pub(crate) async fn of(hub: &Hub, member: &Member) -> Self {
        password::set(&hub.app, member, PASSWORD, None).await.unwrap();
        let mut browser = Self::new(hub);
        let reply = browser.sign_in(member.name.as_str(), PASSWORD).await;
        assert_eq!((reply.status, header(&reply, LOCATION)), (StatusCode::SEE_OTHER, "/coverage"));
        browser
    }

    pub(crate) async fn sign_in(&mut self, name: &str, password: &str) -> Reply {
        let form = [("name", name), ("password", password), ("next", "")];
        let reply = self.post("/sign-in", &form).await;
        if let Some(cookie) = reply.headers.get(SET_COOKIE) {
            cookie.to_str().unwrap().split(';').next().unwrap().clone_into(&mut self.cookie);
        }
        reply
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        let request = Request::get(path).header(COOKIE, &self.cookie).body(Body::empty()).unwrap();
        self.hub.call(request).await
    }

    /// A page that must be there.
    pub(crate) async fn page(&self, path: &str) -> String {
        let reply = self.get(path).await;
        let html = String::from_utf8(reply.body).unwrap();
        assert_eq!(reply.status, StatusCode::OK, "{path}: {html}");
        assert_eq!(reply.headers[CONTENT_TYPE], "text/html; charset=utf-8");
        must_be_a_page_of_ours(&html);
        html
    }

    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Reply {
        let body = form.iter().map(|(key, value)| format!("{key}={}", encoded(value))).collect::<Vec<_>>();
        let request = Request::post(path)
            .header(COOKIE, &self.cookie)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.hub.call(request.body(body.join("&").into()).unwrap()).await
    }

    /// A form in parts.
    pub(crate) async fn post_parts(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.send_parts(path, fields, None).await
    }

    /// A form with a file.
    pub(crate) async fn post_file(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        name: &str,
        content: &[u8],
    ) -> Reply {
        self.send_parts(path, fields, Some((name, content))).await
    }

    async fn send_parts(&self, path: &str, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Reply {
        const EDGE: &str = "edge-of-a-part";
        const PART: &str = "--edge-of-a-part\r\nContent-Disposition: form-data; name=";
        let mut body = Vec::new();
        for (key, value) in fields {
            body.extend(format!("{PART}\"{key}\"\r\n\r\n{value}\r\n").bytes());
        }
        if let Some((name, content)) = file {
            body.extend(format!("{PART}\"file\"; filename=\"{name}\"\r\n\r\n").bytes());
            body.extend_from_slice(content);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{EDGE}--\r\n").bytes());
        let kind = format!("multipart/form-data; boundary={EDGE}");
        let request = Request::post(path).header(COOKIE, &self.cookie).header(CONTENT_TYPE, kind);
        self.hub.call(request.body(body.into()).unwrap()).await
    }

    /// What the form with this action says that it shows, on a page.
    pub(crate) async fn seen(&self, page: &str, action: &str) -> String {
        seen_in(&self.page(page).await, action)
    }

    pub(crate) async fn csrf(&self) -> String {
        let html = self.page("/coverage").await;
        let field = html.split("name=\"csrf\" value=\"").nth(1).unwrap();
        field.split('"').next().unwrap().to_owned()
    }
}

/// What the form with this action says that it shows.
pub(crate) fn seen_in(html: &str, action: &str) -> String {
    let form =
        html.split(&format!("action=\"{action}\"")).nth(1).unwrap_or_else(|| panic!("{action} {html}"));
    form.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// Whatever is on it: no script but a file of ours, a language, a title, and no word of enforcing or ruling.
pub(crate) fn must_be_a_page_of_ours(html: &str) {
    let scripts = html.split("<script").skip(1);
    for script in scripts {
        assert!(script.starts_with(" type=\"module\" src=\"/assets/"), "{script}");
        assert!(script.split_once('>').is_some_and(|(_, after)| after.starts_with("</script>")), "{script}");
    }
    for never in [" onclick", " style=", "javascript:", "查处", "处罚", "违法", "违规"] {
        assert!(!html.contains(never), "{never}");
    }
    assert!(html.starts_with("<!DOCTYPE html><html lang="));
}

pub(crate) fn header(reply: &Reply, name: http::HeaderName) -> &str {
    reply.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

pub(crate) fn encoded(text: &str) -> String {
    let bytes: Vec<String> = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    bytes.concat()
}
