//! Looking at checklists and trying new ones.

use http::StatusCode;
use http::header::CONTENT_DISPOSITION;
use xuncha_core::domain::*;

use super::support::*;

#[tokio::test]
async fn checklists_are_shown_as_on_the_phone_and_a_new_file_is_tried_without_changing_anything() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let browser = Browser::of(&hub, &hub.member(&station, Role::Head).await).await;
        assert!(browser.page("/checklists").await.contains("/checklists/internet_cafe/1"));
        let html = browser.page("/checklists/internet_cafe/1").await;
        assert!(
            html.contains("场内有无疑似未成年人")
                && html.contains("未查看")
                && html.contains("再问人数和年龄段")
        );
        assert_eq!(browser.get("/checklists/internet_cafe/9").await.status, StatusCode::NOT_FOUND);

        let csrf = browser.csrf().await;
        let tried = async |file: &[u8]| {
            let reply = browser.post_file("/checklists", &[("csrf", &*csrf)], "新版.json", file).await;
            assert_eq!(reply.status, StatusCode::OK);
            let html = String::from_utf8(reply.body).unwrap();
            must_be_a_page_of_ours(&html);
            html
        };
        assert!(tried(b"{}").await.contains("这个文件不能用"));
        let file = browser.get("/checklists/internet_cafe/1/file").await;
        assert_eq!(header(&file, CONTENT_DISPOSITION), "attachment; filename=\"internet_cafe.v1.json\"");
        let html = tried(&file.body).await;
        assert!(html.contains("版本号应大于现在的 1") && html.contains("0 个问题有变化"));

        let mut list: Checklist = serde_json::from_slice(&file.body).unwrap();
        list.version = 2;
        list.venue_kinds.pop();
        list.items[1].question.zh = "门口有没有禁止进入的标志？".to_owned();
        let html = tried(serde_json::to_string(&list).unwrap().as_bytes()).await;
        assert!(html.contains("文件可用") && html.contains("1 个问题有变化"));
        assert!(
            html.contains("门口有没有禁止进入的标志？") && html.contains("入口显著位置有无"),
            "side by side"
        );
        assert!(html.contains("<td>网吧、电竞酒店</td><td>网吧</td>"), "what it is for differs too");
        assert!(!html.contains("全市启用"), "a head does not decide for the city");
        assert!(!browser.page("/checklists").await.contains("/checklists/internet_cafe/2"));
    })
    .await;
}

#[tokio::test]
async fn every_bad_line_of_a_checklist_file_is_named_with_its_reason() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let browser = Browser::of(&hub, &hub.member(&station, Role::Admin).await).await;
        let own = browser.get("/checklists/internet_cafe/1/file").await.body;
        let text = String::from_utf8(own).unwrap();
        let flawed = text.replacen("\"version\": 1", "\"version\": 0", 1).replacen("\"good\"", "\"fine\"", 1);
        let line = |word: &str| flawed.lines().position(|line| line.contains(word)).unwrap() + 1;
        let (version, tone) = (line("\"version\""), line("\"fine\""));
        let csrf = browser.csrf().await;
        let reply = browser.post_file("/checklists", &[("csrf", &*csrf)], "坏.json", flawed.as_bytes()).await;
        let html = String::from_utf8(reply.body).unwrap();
        assert!(html.contains("有误的地方：2"), "{html}");
        for (line, place, why) in
            [(version, "version", "版本号从 1 起"), (tone, "wb_minor/no", "unknown variant")]
        {
            let row = format!("<td class=\"number\">{line}</td><th scope=\"row\">{place}</th>");
            assert!(html.contains(&row) && html.contains(why), "{row} {why} {html}");
        }
        assert!(!html.contains("全市启用"));
    })
    .await;
}

#[tokio::test]
async fn any_two_versions_are_put_side_by_side() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let browser = Browser::of(&hub, &hub.member(&station, Role::Admin).await).await;
        let csrf = browser.csrf().await;
        let first = browser.get("/checklists/internet_cafe/1/file").await.body;
        let mut list: Checklist = serde_json::from_slice(&first).unwrap();
        for (version, words) in [(2, "第二版的问法？"), (3, "第三版的问法？")] {
            list.version = version;
            list.items[1].question.zh = words.to_owned();
            let text = serde_json::to_string(&list).unwrap();
            let form = [("csrf", &*csrf), ("list", &*text), ("from", "2026-12-01")];
            let reply = browser.post_parts("/checklists/force", &form).await;
            assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", String::from_utf8_lossy(&reply.body));
        }
        let shown = async |query: &str| {
            let html = browser.page(&format!("/checklists/internet_cafe/3{query}")).await;
            let table = html.split("<table").nth(1).unwrap().split("</table>").next().unwrap();
            ["第二版的问法", "入口显著位置有无", "第三版的问法"].map(|words| table.contains(words))
        };
        assert_eq!(shown("").await, [true, false, true], "with the one before");
        assert_eq!(shown("?with=1").await, [false, true, true]);
        assert_eq!(shown("?with=9").await, [true, false, true]);
        let html = browser.page("/checklists/internet_cafe/1?with=3").await;
        let (old, new) = (html.find("版本 1</th>").unwrap(), html.find("版本 3</th>").unwrap());
        assert!(old < new, "the older one stands first");
    })
    .await;
}
