//! Looking at checklists and trying new ones.

use http::StatusCode;
use xuncha_core::domain::*;

use super::support::*;

#[tokio::test]
async fn checklists_are_shown_as_on_the_phone_and_a_new_file_is_tried_without_changing_anything() {
    let hub = Hub::open(None).await;
    let station = hub.station("柳岸派出所").await;
    let browser = Browser::of(&hub, &hub.member(&station, Role::Head).await).await;
    assert!(browser.page("/checklists").await.contains("/checklists/internet_cafe/1"));
    let html = browser.page("/checklists/internet_cafe/1").await;
    assert!(
        html.contains("场内有无疑似未成年人") && html.contains("未查看") && html.contains("再问人数和年龄段")
    );
    assert_eq!(browser.get("/checklists/internet_cafe/9").await.status, StatusCode::NOT_FOUND);

    let csrf = browser.csrf().await;
    let tried = async |file: &str| {
        let reply = browser.post("/checklists", &[("csrf", &*csrf), ("file", file)]).await;
        let html = String::from_utf8(reply.body).unwrap();
        must_be_a_page_of_ours(&html);
        html
    };
    assert!(tried("{}").await.contains("这个文件不能用"));
    let mut list = Checklist::default_for(&VenueKind::InternetCafe).unwrap().clone();
    list.version = 2;
    list.items[1].question.zh = "门口有没有禁止进入的标志？".to_owned();
    let html = tried(&serde_json::to_string(&list).unwrap()).await;
    assert!(
        html.contains("文件可用")
            && html.contains("门口有没有禁止进入的标志？")
            && html.contains("1 个问题有变化")
    );
    assert!(!browser.page("/checklists").await.contains("/checklists/internet_cafe/2"));
}
