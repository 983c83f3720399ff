//! Who changes what somebody else has changed since they looked is told, and overwrites nothing: one rule for all forms.

use http::StatusCode;
use http::header::LOCATION;
use xuncha_core::domain::*;

use super::support::*;

struct Scene {
    hub: Hub,
    station: Station,
    browser: Browser,
    csrf: String,
}

impl Scene {
    async fn of(hub: Hub, role: Role) -> Self {
        let station = hub.station("柳岸派出所").await;
        let browser = Browser::of(&hub, &hub.named(&station, role, "祁静姝").await).await;
        let csrf = browser.csrf().await;
        Self { hub, station, browser, csrf }
    }

    /// The address of a page, which says its station to those who look at several.
    fn at(&self, path: &str) -> String {
        format!("{path}?station={}", self.station.id)
    }

    /// Sends a form as it was when it was shown with `seen`; gives the page that answers, or where it leads.
    async fn send(&self, path: &str, form: &[(&str, &str)], seen: &str) -> Result<String, String> {
        let form = [&[("csrf", &*self.csrf), ("seen", seen)], form].concat();
        let reply = self.browser.post(path, &form).await;
        match reply.status {
            StatusCode::SEE_OTHER => Err(header(&reply, LOCATION).to_owned()),
            StatusCode::OK => {
                let html = String::from_utf8(reply.body).unwrap();
                must_be_a_page_of_ours(&html);
                Ok(html)
            }
            other => panic!("{path}: {other} {}", String::from_utf8_lossy(&reply.body)),
        }
    }

    /// Two open the same form; the first saves it, the second is told what stands now and what they typed. Only what
    /// stands now is in the form that they get, and once they have seen that they may change it.
    async fn two(&self, path: &str, first: &[(&str, &str)], second: &[(&str, &str)], told: [&str; 2]) {
        let seen = self.browser.seen(path, path).await;
        let done = self.send(path, first, &seen).await;
        assert!(done.is_err(), "{path}: {done:?}");
        for mark in [&*seen, ""] {
            let html = self.send(path, second, mark).await.unwrap();
            assert!(html.contains("没有保存"), "{html}");
            let [now, typed] = told.map(|cell| format!("<td>{cell}</td>"));
            let (before, after) = html.split_once(&now).unwrap_or_else(|| panic!("{now} {html}"));
            assert!(before.contains("您填写的") && after.starts_with(&typed), "{typed} {html}");
            assert_eq!(self.browser.seen(path, path).await, seen_in(&html, path));
        }
        let seen = self.browser.seen(path, path).await;
        assert!(self.send(path, second, &seen).await.is_err());
    }
}

#[tokio::test]
async fn a_venue_that_somebody_changed_meanwhile_is_not_overwritten() {
    both(|hub| async move {
        let scene = Scene::of(hub, Role::Head).await;
        let venue = scene.hub.venue(&scene.station).await;
        let form = |name: &'static str, lat: &'static str, datum: &'static str| {
            [
                ("name", name),
                ("kind", "internet_cafe"),
                ("address", "柳岸路2号"),
                ("lat", lat),
                ("lon", "118.78"),
                ("datum", datum),
                ("placard", ""),
                ("opened_on", ""),
            ]
        };
        let path = format!("/places/venues/{}", venue.id);
        let (first, second) = (form("蓝鲸网吧", "32.05", "wgs84"), form("白鲸网吧", "32.06", "gcj02"));
        scene.two(&path, &first, &second, ["蓝鲸网吧", "白鲸网吧"]).await;
        assert_eq!(scene.hub.count("SELECT COUNT(*) FROM audit WHERE action = 'venue changed'").await, 2);
        // The numbers are told with the datum that they were typed in.
        let html = scene.send(&path, &form("白鲸网吧", "32.07", "gcj02"), "").await.unwrap();
        assert!(html.contains("<td>32.07 118.78 GCJ-02（高德、腾讯地图）</td>"), "{html}");
    })
    .await;
}

#[tokio::test]
async fn a_question_about_months_that_are_over_keeps_what_was_seen_before_it() {
    both(|hub| async move {
        let scene = Scene::of(hub, Role::Head).await;
        let venue = scene.hub.venue(&scene.station).await;
        let path = format!("/places/venues/{}", venue.id);
        let seen = scene.browser.seen(&path, &path).await;
        let form = [
            ("name", "蓝鲸网吧"),
            ("kind", "internet_cafe"),
            ("address", ""),
            ("lat", "32.05"),
            ("lon", "118.78"),
            ("datum", "bd09"),
            ("placard", ""),
            ("opened_on", "2026-09-15"),
        ];
        let html = scene.send(&path, &form, &seen).await.unwrap();
        let hidden = format!("type=\"hidden\" name=\"seen\" value=\"{seen}\"");
        assert_eq!(html.matches(&hidden).count(), 2, "in the question and in the form below: {html}");
        assert!(html.contains("value=\"bd09\" selected"), "what was chosen stays chosen: {html}");
    })
    .await;
}

#[tokio::test]
async fn a_school_that_somebody_changed_meanwhile_is_not_overwritten() {
    both(|hub| async move {
        let scene = Scene::of(hub, Role::Head).await;
        let school = School {
            id: SchoolId::mint(scene.hub.now(), scene.hub.fresh()),
            station: scene.station.id,
            name: Name::new("明灯小学").unwrap(),
            level: SchoolLevel::Primary,
            outline: Outline::gates(vec![Wgs84::new(32.05, 118.78).unwrap()]).unwrap(),
            closed_on: None,
        };
        scene.hub.write_school(&school).await;
        let form = |level: &'static str| {
            let points = "32.05 118.78";
            [
                ("name", "明灯学校"),
                ("level", level),
                ("shape", "gates"),
                ("points", points),
                ("datum", "wgs84"),
            ]
        };
        let path = format!("/places/schools/{}", school.id);
        scene.two(&path, &form("junior"), &form("senior"), ["初中", "高中"]).await;
    })
    .await;
}

#[tokio::test]
async fn a_stale_page_does_not_bring_back_the_role_that_somebody_was_relieved_of() {
    both(|hub| async move {
        let scene = Scene::of(hub, Role::Admin).await;
        let member = scene.hub.named(&scene.station, Role::Head, "贺松年").await;
        let path = scene.at(&format!("/members/{}", member.id));
        let (relieved, renamed) =
            ([("name", "贺松年"), ("role", "volunteer")], [("name", "贺松"), ("role", "head")]);
        let seen = scene.browser.seen(&path, &path).await;
        scene.send(&path, &relieved, &seen).await.unwrap_err();
        let html = scene.send(&path, &renamed, &seen).await.unwrap();
        for cells in ["<td>贺松年</td><td>贺松</td>", "<td>志愿者</td><td>教导员</td>"] {
            assert!(html.contains(cells), "{cells} {html}");
        }
        let kept = xuncha_hub::members::member(scene.hub.store(), scene.station.id, member.id).await;
        assert_eq!(kept.unwrap().unwrap(), Member { role: Role::Volunteer, ..member });
    })
    .await;
}

#[tokio::test]
async fn a_policy_that_somebody_set_meanwhile_is_not_overwritten_nor_ended() {
    both(|hub| async move {
        let scene = Scene::of(hub, Role::Head).await;
        scene.hub.venue(&scene.station).await;
        let path = "/policy";
        scene.send(path, &policy_form("", "2026-11", "2"), "").await.unwrap_err();
        scene.two(path, &policy_form("", "2026-11", "3"), &policy_form("", "2026-11", "4"), ["3", "4"]).await;
        // One of a kind, which the form for the station did not show, is not reset by it either.
        let of_station = scene.browser.seen(path, path).await;
        scene.send(path, &policy_form("internet_cafe", "2026-11", "3"), &of_station).await.unwrap_err();
        let html =
            scene.send(path, &policy_form("internet_cafe", "2026-11", "5"), &of_station).await.unwrap();
        assert!(html.contains("<td>3</td><td>5</td>"), "{html}");
        assert!(html.contains("value=\"internet_cafe\" selected"), "its own is in the form: {html}");

        let end = [("venues", "internet_cafe"), ("from", "2026-11"), ("until", "2026-11")];
        let html = scene.send("/policy/end", &end, &of_station).await.unwrap();
        assert!(html.contains("没有保存"), "{html}");
        let shown = scene.browser.seen(path, "/policy/end").await;
        scene.send("/policy/end", &end, &shown).await.unwrap_err();
    })
    .await;
}

#[tokio::test]
async fn the_handling_of_findings_that_somebody_set_meanwhile_is_not_overwritten() {
    both(|hub| async move {
        let scene = Scene::of(hub, Role::Head).await;
        let form = |days: &'static str| {
            let to = ["fire", "culture", "owner"];
            [
                ("days_s", days),
                ("to_s", to[0]),
                ("days_r", "7"),
                ("to_r", to[1]),
                ("days_n", "15"),
                ("to_n", to[2]),
            ]
        };
        let path = "/policy/findings";
        let seen = scene.browser.seen("/policy", path).await;
        scene.send(path, &form("2"), &seen).await.unwrap_err();
        let html = scene.send(path, &form("3"), &seen).await.unwrap();
        assert!(
            html.contains("没有保存") && html.contains("<td>2 天 → 消防部门</td><td>3 天 → 消防部门</td>"),
            "{html}"
        );
        assert!(scene.browser.page("/policy").await.contains("value=\"2\""));
        scene.send(path, &form("3"), &seen_in(&html, path)).await.unwrap_err();
    })
    .await;
}

#[tokio::test]
async fn who_amends_an_old_version_of_an_entry_sees_what_they_typed_beside_the_new_one() {
    both(|hub| async move {
        let scene = Scene::of(hub, Role::Head).await;
        let form = |title: &'static str| {
            [("duty", "education"), ("day", "2026-11-05"), ("title", title), ("reason", "写错")]
        };
        scene.send("/ledger", &form("法制课"), "").await.unwrap_err();
        let html = scene.browser.page("/ledger?year=2026").await;
        let id = html.split("href=\"/ledger/").nth(1).unwrap().split('"').next().unwrap();
        scene.two(&format!("/ledger/{id}"), &form("禁毒课"), &form("消防课"), ["禁毒课", "消防课"]).await;
        // What can't be kept stays in the form.
        let seen = scene.browser.seen(&format!("/ledger/{id}"), &format!("/ledger/{id}")).await;
        let html = scene
            .send(&format!("/ledger/{id}"), &[&form("交通课")[..], &[("others", "x")]].concat(), &seen)
            .await;
        assert!(html.as_ref().is_ok_and(|html| html.contains("value=\"交通课\"")), "{html:?}");
    })
    .await;
}

#[tokio::test]
async fn who_comes_second_with_a_review_is_told_what_the_other_decided_and_keeps_the_reason_they_typed() {
    both(|hub| async move {
        let scene = Scene::of(hub.clone(), Role::Head).await;
        let venue = hub.venue(&scene.station).await;
        let mut phone = hub.phone(&hub.member(&scene.station, Role::Volunteer).await).await;
        let first = Browser::of(&hub, &hub.named(&scene.station, Role::Head, "何为善").await).await;
        let csrf = first.csrf().await;
        let typed = "<照片>看不清\"";
        for (decision, stands, has_form) in [("approved", "已通过", true), ("returned", "已退回", false)]
        {
            let (id, jws) = phone.inspect(&venue, NOW - HOUR);
            all_accepted(&phone.push(&[&jws]).await);
            let path = format!("/records/{id}/review");
            let form =
                [("csrf", &*csrf), ("decision", decision), ("seen", "pending"), ("reason", "时间不对")];
            assert_eq!(first.post(&path, &form).await.status, StatusCode::SEE_OTHER);
            let late = [("decision", "returned"), ("reason", typed)];
            let html = scene.send(&path, &late, "pending").await.unwrap();
            let told = format!("现在是“{stands}”（何为善）。您填写的退回原因：“&lt;照片&gt;看不清");
            assert!(html.contains(&told), "{html}");
            let form = html.split("<textarea").nth(1).map(|rest| rest.split("</textarea>").next().unwrap());
            assert_eq!(form.is_some(), has_form);
            assert!(form.is_none_or(|form| form.contains(">&lt;照片&gt;看不清")), "{html}");
            assert!(has_form || html.contains("退回原因：时间不对"), "{html}");
        }
        // What is too long to be kept stays in the form too.
        let (id, jws) = phone.inspect(&venue, NOW - HOUR);
        all_accepted(&phone.push(&[&jws]).await);
        let long = "看不清".repeat(101);
        let form = [("decision", "returned"), ("reason", &*long)];
        let html = scene.send(&format!("/records/{id}/review"), &form, "pending").await.unwrap();
        assert!(html.contains("请写明退回原因") && html.contains(&long), "{html}");
    })
    .await;
}
