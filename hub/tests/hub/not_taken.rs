//! Forms that are not taken: the page says why, and nothing of what was typed is lost.

use axum::body::Body;
use http::header::ACCEPT;
use http::{Request, StatusCode};
use xuncha_core::domain::*;

use super::support::*;

#[tokio::test]
async fn of_many_to_be_reviewed_nothing_is_decided_before_picks_reason_and_button_fit_and_none_of_them_is_lost()
 {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let (id, jws) = phone.inspect(&venue, NOW - DAY);
        all_accepted(&phone.push(&[&jws]).await);
        let browser = Browser::of(&hub, &hub.member(&station, Role::Head).await).await;
        let csrf = browser.csrf().await;
        let id = id.to_string();
        let picked = format!("value=\"{id}\" checked");
        for (decision, reason, each, told) in [
            ("approved", "", None, "请先勾选要处理的记录"),
            ("returned", "照片看不清", None, "请先勾选要处理的记录"),
            ("none", " ", Some(&id), "请按“通过选中的”或“退回选中的”"),
            ("returned", " ", Some(&id), "请写明退回原因"),
            ("approved", "照片看不清", Some(&id), "按的却是“通过”：还没有处理"),
        ] {
            let mut form = vec![("csrf", csrf.as_str()), ("decision", decision), ("reason", reason)];
            form.extend(each.map(|id| ("each", id.as_str())));
            let reply = browser.post("/reviews", &form).await;
            assert_eq!(reply.status, StatusCode::OK);
            let html = String::from_utf8(reply.body).unwrap();
            assert!(html.contains(told) && html.contains(&format!(">{reason}</textarea>")), "{html}");
            assert_eq!(html.contains(&picked), each.is_some(), "{html}");
            assert_eq!(hub.count("SELECT COUNT(*) FROM visits WHERE review = 'pending'").await, 1);
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_typed_when_the_session_is_over_is_shown_once_more_and_a_password_never() {
    both(|hub| async move {
        let head = hub.member(&hub.station("柳岸派出所").await, Role::Head).await;
        let browser = Browser::of(&hub, &head).await;
        let csrf = browser.csrf().await;
        let form = [
            ("csrf", csrf.as_str()),
            ("title", "<走访> 三户"),
            ("duty", "other"),
            ("password", "我 的 密 码"),
        ];
        hub.set_now(NOW + DAY);
        let other = Browser::of(&hub, &head).await;
        for late in [&browser, &other] {
            let reply = late.post("/ledger", &form).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN);
            let html = String::from_utf8(reply.body).unwrap();
            assert!(html.contains("刚才填写的没有保存") && html.contains("&lt;走访&gt; 三户"), "{html}");
            assert!(!html.contains("我 的 密 码") && !html.contains("您没有这项权限"), "{html}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_address_that_only_takes_forms_tells_a_browser_so_on_a_page() {
    both(|hub| async move {
        let browser = Browser::new(&hub);
        for (path, accept) in
            [("/findings/steps", "text/html"), ("/enrolments", "text/html,*/*"), ("/enrolments", "*/*")]
        {
            let request = Request::get(path).header(ACCEPT, accept).body(Body::empty()).unwrap();
            let reply = browser.hub.call(request).await;
            assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED);
            let text = String::from_utf8(reply.body).unwrap();
            assert_eq!(text.contains("这个地址不能直接打开"), accept.starts_with("text/html"), "{text}");
        }
    })
    .await;
}
