//! Keeping people: who may add and change whom, and what ends at once when somebody leaves.

use http::StatusCode;
use http::header::LOCATION;
use xuncha_core::domain::*;
use xuncha_hub::import::{self, Format, Kind, Settings, Sheet};

use super::support::*;

struct Scene {
    hub: Hub,
    station: Station,
    head: Member,
    admin: Member,
}

impl Scene {
    async fn of(hub: Hub) -> Self {
        let station = hub.station("柳岸派出所").await;
        let head = hub.named(&station, Role::Head, "祁静姝").await;
        let admin = hub.named(&hub.station("市局").await, Role::Admin, "管理甲").await;
        Self { hub, station, head, admin }
    }

    fn at(&self, path: &str) -> String {
        format!("{path}?station={}", self.station.id)
    }

    async fn kept(&self, id: MemberId) -> Member {
        xuncha_hub::members::member(self.hub.store(), self.station.id, id).await.unwrap().unwrap()
    }
}

async fn add(browser: &Browser, path: &str, name: &str, role: Role) -> Reply {
    let csrf = browser.csrf().await;
    browser.post(path, &[("csrf", &csrf), ("name", name), ("role", role.code())]).await
}

/// The id in the address of a member's page.
fn id_in(reply: &Reply) -> MemberId {
    let path = header(reply, LOCATION).strip_prefix("/members/").unwrap();
    path.split('?').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_head_adds_volunteers_and_police_and_only_an_admin_appoints() {
    both(|hub| async move {
        let scene = Scene::of(hub).await;
        let head = Browser::of(&scene.hub, &scene.head).await;
        for role in [Role::Volunteer, Role::Police] {
            let reply = add(&head, "/members", "贺松年", role).await;
            let member = scene.kept(id_in(&reply)).await;
            assert_eq!((member.name.as_str(), member.role, member.active), ("贺松年", role, true));
        }
        for role in [Role::Head, Role::SubBureauSupervisor, Role::Supervisor, Role::Admin] {
            assert_eq!(
                add(&head, "/members", "贺松年", role).await.status,
                StatusCode::FORBIDDEN,
                "{role:?}"
            );
        }
        assert_eq!(add(&head, "/members", "  ", Role::Volunteer).await.status, StatusCode::OK);
        let page = head.page("/members").await;
        assert!(page.contains("贺松年") && !page.contains("value=\"head\""));

        let admin = Browser::of(&scene.hub, &scene.admin).await;
        let reply = add(&admin, &scene.at("/members"), "卫长安", Role::Head).await;
        assert_eq!(scene.kept(id_in(&reply)).await.role, Role::Head);
    })
    .await;
}

#[tokio::test]
async fn who_leaves_is_out_at_once_and_phones_are_told_of_the_change() {
    both(|hub| async move {
        let scene = Scene::of(hub).await;
        let head = Browser::of(&scene.hub, &scene.head).await;
        let police = scene.hub.member(&scene.station, Role::Police).await;
        let phone = scene.hub.phone(&police).await;
        let other = scene.hub.phone(&scene.hub.member(&scene.station, Role::Volunteer).await).await;
        let desk = Browser::of(&scene.hub, &police).await;
        let cursor = other.get("/api/v1/changes").await.json()["next"].as_u64().unwrap();

        let csrf = head.csrf().await;
        let path = format!("/members/{}/service", police.id);
        head.post(&path, &[("csrf", &csrf), ("serves", "false")]).await;
        assert!(!scene.kept(police.id).await.active);
        assert_eq!(desk.get("/coverage").await.status, StatusCode::SEE_OTHER);
        assert_eq!(phone.get("/api/v1/changes").await.problem(), (403, "device_revoked".to_owned()));
        let told = other.get(&format!("/api/v1/changes?cursor={cursor}")).await.json();
        assert_eq!(told["changes"][0]["member"]["active"], false);

        head.post(&path, &[("csrf", &csrf), ("serves", "true")]).await;
        assert!(scene.kept(police.id).await.active);
        let actions = "SELECT COUNT(*) FROM audit WHERE action IN ('member left', 'member came back')";
        assert_eq!(scene.hub.count(actions).await, 2);
    })
    .await;
}

#[tokio::test]
async fn who_rises_needs_a_new_phone_since_others_may_have_the_old_one() {
    both(|hub| async move {
        let scene = Scene::of(hub).await;
        let hub = &scene.hub;
        let volunteer = hub.member(&scene.station, Role::Volunteer).await;
        let mut phone = hub.phone(&volunteer).await;
        let venue = hub.venue(&scene.station).await;
        let (_, waiting) = phone.inspect(&venue, NOW - HOUR);
        let code = hub.code(&volunteer).await;
        let admin = Browser::of(hub, &scene.admin).await;
        let csrf = admin.csrf().await;
        let path = scene.at(&format!("/members/{}", volunteer.id));
        let becomes = async |role: Role| {
            let seen = admin.seen(&path, &path).await;
            let name = volunteer.name.as_str();
            let form = [("csrf", &*csrf), ("seen", &*seen), ("name", name), ("role", role.code())];
            assert_eq!(admin.post(&path, &form).await.status, StatusCode::SEE_OTHER);
        };
        becomes(Role::Police).await;
        assert_eq!(phone.get("/api/v1/changes").await.status, StatusCode::OK, "no head appoints police");
        assert!(admin.page(&path).await.contains("原有手机和未用的登记卡立即失效"), "it is told before");
        becomes(Role::Head).await;
        assert_eq!(phone.get("/api/v1/changes").await.problem(), (403, "device_revoked".to_owned()));
        assert_eq!(hub.enrol(&code, &phone.key).await.problem(), (410, "code_expired".to_owned()));
        let revoked = "SELECT COUNT(*) FROM audit WHERE action = 'device revoked' AND member_id IS NOT NULL";
        assert_eq!(hub.count(revoked).await, 1, "the phone's end is written down, with who ended it");
        // Nobody told the phone yet, which has no connection.
        let (_, unaware) = phone.inspect(&venue, NOW + HOUR);
        hub.set_now(NOW + 2 * HOUR);
        let head = scene.kept(volunteer.id).await;
        let again = hub.phone(&head).await;
        becomes(Role::Volunteer).await;
        assert_eq!(again.get("/api/v1/changes").await.status, StatusCode::OK, "less is no danger");
        all_accepted(&again.push(&[&waiting, &unaware]).await);
    })
    .await;
}

#[tokio::test]
async fn who_rises_by_a_list_needs_a_new_phone_too() {
    both(|hub| async move {
        let scene = Scene::of(hub).await;
        let volunteer = scene.hub.member(&scene.station, Role::Volunteer).await;
        let phone = scene.hub.phone(&volunteer).await;
        let list = format!("id,name,role\n{},{},head\n", volunteer.id, volunteer.name);
        let sheets = [(Kind::Members, Sheet::read("人员.csv", Format::Csv, list.as_bytes()).unwrap())];
        let on_file = import::on_file(scene.hub.store()).await.unwrap();
        let mut mint = || scene.hub.record_id().uuid();
        let plan = import::plan(&sheets, &on_file, &Settings::default(), &mut mint);
        assert_eq!(plan.counts(), [0, 1, 0, 0]);
        let mut tx = scene.hub.store().begin().await.unwrap();
        import::apply(&mut tx, &scene.hub.app.world, None, &plan.upserts).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(phone.get("/api/v1/changes").await.problem(), (403, "device_revoked".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn nobody_takes_their_own_role_away_and_a_head_changes_no_head() {
    both(|hub| async move {
        let scene = Scene::of(hub).await;
        let admin = Browser::of(&scene.hub, &scene.admin).await;
        let csrf = admin.csrf().await;
        let own = format!("/members/{}", scene.admin.id);
        let form = [("csrf", &*csrf), ("name", "管理甲"), ("role", "head")];
        assert_eq!(admin.post(&own, &form).await.status, StatusCode::FORBIDDEN);
        let form = [("csrf", &*csrf), ("serves", "false")];
        assert_eq!(admin.post(&format!("{own}/service"), &form).await.status, StatusCode::FORBIDDEN);

        let head = Browser::of(&scene.hub, &scene.head).await;
        let csrf = head.csrf().await;
        let colleague = scene.hub.member(&scene.station, Role::Head).await;
        let form = [("csrf", &*csrf), ("name", "别名"), ("role", "volunteer")];
        let reply = head.post(&format!("/members/{}", colleague.id), &form).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        assert_eq!(scene.kept(colleague.id).await, colleague);
    })
    .await;
}

#[tokio::test]
async fn an_admin_gives_a_temporary_password_and_a_head_does_not() {
    both(|hub| async move {
        let scene = Scene::of(hub).await;
        let head = Browser::of(&scene.hub, &scene.head).await;
        let path = |member: &Member| format!("/members/{}/password", member.id);
        let form = |csrf: String| [("csrf", csrf)];
        let volunteer = scene.hub.member(&scene.station, Role::Volunteer).await;
        let [(key, csrf)] = form(head.csrf().await);
        assert_eq!(head.post(&path(&volunteer), &[(key, &csrf)]).await.status, StatusCode::FORBIDDEN);

        let admin = Browser::of(&scene.hub, &scene.admin).await;
        let csrf = admin.csrf().await;
        let reply = admin.post(&scene.at(&path(&scene.head)), &[("csrf", &csrf)]).await;
        let html = String::from_utf8(reply.body).unwrap();
        must_be_a_page_of_ours(&html);
        let given = html.split("<p class=\"code\">").nth(1).unwrap().split('<').next().unwrap();
        assert_eq!(head.get("/coverage").await.status, StatusCode::SEE_OTHER, "the head was signed out");
        let reply = Browser::new(&scene.hub).sign_in("祁静姝", given).await;
        assert_eq!(header(&reply, LOCATION), "/sign-in/password");
    })
    .await;
}

#[tokio::test]
async fn an_admin_reads_who_did_what_and_nobody_else_does() {
    both(|hub| async move {
        let scene = Scene::of(hub).await;
        let head = Browser::of(&scene.hub, &scene.head).await;
        add(&head, "/members", "贺松年", Role::Volunteer).await;
        assert_eq!(head.get("/audit").await.status, StatusCode::FORBIDDEN);
        let admin = Browser::of(&scene.hub, &scene.admin).await;
        let html = admin.page(&scene.at("/audit")).await;
        for words in ["新增了人员", "贺松年", "祁静姝", "登录"] {
            assert!(html.contains(words), "{words}");
        }
        let html = admin.page(&format!("{}&about=minors", scene.at("/audit"))).await;
        assert!(html.contains("没有记录") && !html.contains("新增了人员"));
        for what in ["findings", "venues"] {
            assert_eq!(head.get(&format!("/api/v1/exports/{what}?format=csv")).await.status, StatusCode::OK);
        }
        head.get("/api/v1/exports/ledger?format=csv").await;
        head.page("/report/2026-11").await;
        let html = admin.page(&format!("{}&about=minors", scene.at("/audit"))).await;
        for what in ["<td>台账</td>", "<td>查看了涉及未成年人的内容</td><td>月报</td>"] {
            assert!(html.contains(what), "{what} {html}");
        }
        assert!(
            html.contains("导出了") && html.contains("<td>问题</td>") && !html.contains("<td>场所</td>"),
            "{html}"
        );
    })
    .await;
}
