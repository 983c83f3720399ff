//! Lists from files: at the desk, by those who may, as one transaction.

use http::StatusCode;
use http::header::{CONTENT_TYPE, LOCATION};
use rust_xlsxwriter::Workbook;
use xuncha_core::domain::*;
use xuncha_hub::import::{self, Format, Job, Kind, Settings, Sheet};

use super::support::*;

const DATUM: (&str, &str) = ("datum", "gcj02");

/// A workbook of these rows.
fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (number, row) in (0..).zip(rows) {
        for (column, text) in (0..).zip(*row) {
            sheet.write(number, column, *text).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

async fn upload(browser: &Browser, kind: Kind, name: &str, content: &[u8]) -> Reply {
    let csrf = browser.csrf().await;
    let fields = [("csrf", csrf.as_str()), ("kind", kind.code()), DATUM];
    browser.post_file("/import", &fields, name, content).await
}

/// The address of the plan of a file that was taken.
fn plan_of(reply: &Reply) -> String {
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", String::from_utf8_lossy(&reply.body));
    reply.headers[LOCATION].to_str().unwrap().to_owned()
}

/// The plan that its page shows, as the page's form sends it.
async fn seen(browser: &Browser, path: &str) -> String {
    let html = browser.page(path).await;
    let field = html.split("name=\"plan\" value=\"").nth(1).unwrap();
    field.split('"').next().unwrap().to_owned()
}

/// Has it carried out as its page shows it.
async fn carry_out(browser: &Browser, path: &str) -> Reply {
    let (csrf, plan) = (browser.csrf().await, seen(browser, path).await);
    browser.post(path, &[("csrf", &csrf), ("plan", &plan), ("skip_bad", "true")]).await
}

async fn names(hub: &Hub, station: &Station) -> Vec<String> {
    let on_file = import::on_file(hub.store()).await.unwrap();
    let own = on_file.venues.into_iter().filter(|venue| venue.thing.station == station.id);
    own.map(|venue| venue.thing.name.to_string()).collect()
}

#[tokio::test]
async fn a_head_looks_at_what_a_workbook_would_do_before_it_is_done() {
    both(async |hub| {
        let station = hub.station("柳岸派出所").await;
        let head = hub.member(&station, Role::Head).await;
        let browser = Browser::of(&hub, &head).await;
        let list = workbook(&[
            &["场所名称", "类型", "纬度", "经度"],
            &["星河网吧", "网吧", "32.05", "118.79"],
            &["乐园", "游戏机室", "32.05", ""],
        ]);
        let path = plan_of(&upload(&browser, Kind::Venues, "场所.xlsx", &list).await);
        let page = browser.page(&path).await;
        assert!(page.contains("经度") && page.contains("纬度和经度要么都填，要么都不填"), "{page}");
        assert!(names(&hub, &station).await.is_empty(), "a dry run wrote something");
        let report = browser.get(&format!("{path}/report.csv")).await;
        assert_eq!(report.headers[CONTENT_TYPE], "text/csv; charset=utf-8");
        let report = String::from_utf8(report.body).unwrap();
        let lines: Vec<_> = report.lines().collect();
        assert_eq!(lines[0], "\u{feff}文件,行,清单,结果,说明,工作站,名称,类型,纬度,经度,开业日期");
        let new = "场所.xlsx,2,场所,新增,没有写开业日期：从2026-11-16起检查,柳岸派出所,星河网吧,网吧,32.05";
        assert!(lines[1].starts_with(new) && lines[1].ends_with(",2026-11-16"), "{report}");
        let bad = "场所.xlsx,3,场所,有误,经度 “” 纬度和经度要么都填，要么都不填,,乐园,游戏机室,32.05,,";
        assert_eq!(lines[2..], [bad], "{report}");

        // Bad rows are left out only on purpose.
        let (csrf, plan) = (browser.csrf().await, seen(&browser, &path).await);
        let reply = browser.post(&path, &[("csrf", &csrf), ("plan", &plan)]).await;
        assert_eq!(plan_of(&reply), path);
        assert!(names(&hub, &station).await.is_empty());
        let form = [("csrf", &*csrf), ("plan", &*plan), ("skip_bad", "true")];
        assert_eq!(plan_of(&browser.post(&path, &form).await), "/import?done=1");
        assert_eq!(names(&hub, &station).await, ["星河网吧"]);
        assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "it is done once");
        assert_eq!(plan_of(&browser.post(&path, &form).await), "/import?over=true", "pressed twice");
        assert!(browser.page("/import?over=true").await.contains("已经写入"));
    })
    .await;
}

#[tokio::test]
async fn a_head_reaches_the_own_station_only_and_gives_no_role_above_police() {
    both(async |hub| {
        let (own, other) = (hub.station("柳岸派出所").await, hub.station("桥头派出所").await);
        let head = hub.member(&own, Role::Head).await;
        let browser = Browser::of(&hub, &head).await;
        let list = "姓名,工作站,身份\n甲,柳岸派出所,志愿者\n乙,桥头派出所,志愿者\n丙,柳岸派出所,管理员\n\
                    丁,柳岸派出所,分局督导\n戊,柳岸派出所,市督导\n己,柳岸派出所,站长\n试验甲,柳岸派出所,志愿者\n";
        let path = plan_of(&upload(&browser, Kind::Members, "人员.csv", list.as_bytes()).await);
        let page = browser.page(&path).await;
        assert!(page.contains("您只能导入本站的") && page.contains("只有系统管理员可以授予或收回"), "{page}");
        carry_out(&browser, &path).await;
        let members = import::on_file(hub.store()).await.unwrap().members;
        let told: Vec<_> =
            members.iter().map(|m| (m.thing.name.as_str(), m.thing.role, m.thing.station)).collect();
        assert_eq!(told, [("甲", Role::Volunteer, own.id), ("试验甲", Role::Head, own.id)]);

        let stations = "名称,分局\n新站,分局\n".as_bytes();
        let reply = upload(&browser, Kind::Stations, "站.csv", stations).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "stations are the administrator's");
        let volunteer = hub.named(&other, Role::Volunteer, "乙").await;
        let browser = Browser::of(&hub, &volunteer).await;
        assert_eq!(browser.get("/import").await.status, StatusCode::FORBIDDEN);
        assert_eq!(browser.get(&path).await.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn the_same_list_again_brings_neither_a_double_nor_a_venue_that_moved_back_to_life() {
    both(async |hub| {
        let (here, there) = (hub.station("柳岸派出所").await, hub.station("桥头派出所").await);
        let admin = hub.member(&here, Role::Admin).await;
        let browser = Browser::of(&hub, &admin).await;
        let list = "工作站,名称,类型,停业日期\n柳岸派出所,星河网吧,网吧,\n柳岸派出所,星河网咖,网吧,\n\
                    柳岸派出所,乐园,游戏机室,\n"
            .as_bytes();
        let csrf = browser.csrf().await;
        let path = plan_of(&upload(&browser, Kind::Venues, "场所.csv", list).await);
        carry_out(&browser, &path).await;
        let venues = async || import::on_file(hub.store()).await.unwrap().venues;
        let of_name = |venues: &[import::Filed<Venue>], name: &str| {
            let at_home = |venue: &&import::Filed<Venue>| venue.thing.station == here.id;
            let mut named = venues.iter().filter(at_home).filter(|venue| venue.thing.name.as_str() == name);
            named.next().unwrap().thing.clone()
        };
        let on_file = venues().await;
        let (heir, double, park) =
            (of_name(&on_file, "星河网吧"), of_name(&on_file, "星河网咖"), of_name(&on_file, "乐园"));
        let (into, to) = (heir.id.to_string(), there.id.to_string());
        let merge = format!("/places/venues/{}/merge", double.id);
        let done = browser.post(&merge, &[("csrf", &csrf), ("into", &into)]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);
        let form = [("csrf", csrf.as_str()), ("to", &to), ("first_day", "2026-11-20")];
        let done = browser.post(&format!("/places/venues/{}/move", park.id), &form).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);

        let before = venues().await;
        let path = plan_of(&upload(&browser, Kind::Venues, "场所.csv", list).await);
        let page = browser.page(&path).await;
        assert!(page.contains("已移交给桥头派出所") && page.contains("与 场所.csv 第 2 行重复"), "{page}");
        assert!(page.contains("没有可以写入的行"), "{page}");
        assert_eq!(venues().await, before);
        assert_eq!(of_name(&before, "星河网咖").life, VenueLife::never());
        assert_eq!(of_name(&before, "乐园").life.closed_on, "2026-11-19".parse().ok());
        hub.must_be_whole(&here).await;
    })
    .await;
}

#[tokio::test]
async fn a_file_of_somebody_else_and_a_form_of_somebody_else_are_not_taken() {
    both(async |hub| {
        let station = hub.station("柳岸派出所").await;
        let head = hub.member(&station, Role::Head).await;
        let browser = Browser::of(&hub, &head).await;
        let list = "名称,类型\n甲网吧,网吧\n".as_bytes();
        let forged = browser.post_file("/import", &[("csrf", "0"), ("kind", "venues")], "a.csv", list).await;
        assert_eq!(forged.status, StatusCode::FORBIDDEN);
        let path = plan_of(&upload(&browser, Kind::Venues, "a.csv", list).await);
        let deputy = hub.named(&station, Role::Head, "副站长").await;
        let other = Browser::of(&hub, &deputy).await;
        assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND);
        let csrf = browser.csrf().await;
        let form = [("csrf", csrf.as_str()), ("kind", "schools"), ("datum", "gcj02")];
        let old = browser.post_file("/import", &form, "旧.xls", b"\xd0\xcf\x11\xe0").await;
        assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
        let html = String::from_utf8(old.body).unwrap();
        assert!(html.contains("旧格式的 Excel 文件"));
        assert!(
            html.contains("value=\"schools\" selected") && html.contains("value=\"gcj02\" selected"),
            "{html}"
        );
    })
    .await;
}

#[tokio::test]
async fn what_a_list_did_is_written_down_and_nobody_loses_their_own_role_by_it() {
    both(async |hub| {
        let (own, other) = (hub.station("市局").await, hub.station("柳岸派出所").await);
        let named = async |name: &str, station: &Station, role| {
            hub.named(station, role, name).await
        };
        let admin = named("管理甲", &own, Role::Admin).await;
        let head = named("祁静姝", &other, Role::Head).await;
        let (browser, theirs) = (Browser::of(&hub, &admin).await, Browser::of(&hub, &head).await);
        let list = "姓名,工作站,身份,在岗\n管理甲,市局,管理员,否\n祁静姝,柳岸派出所,志愿者,是\n贺松年,柳岸派出所,民警,是\n";
        let path = plan_of(&upload(&browser, Kind::Members, "人员.csv", list.as_bytes()).await);
        assert!(browser.page(&path).await.contains("不能取消或更改自己的身份"));
        assert!(plan_of(&carry_out(&browser, &path).await).ends_with("done=2"));
        browser.page("/coverage").await;
        assert_eq!(theirs.get("/coverage").await.status, StatusCode::SEE_OTHER, "signed out with the role");
        let venues =
            "名称,工作站,类型,开业日期\n甲网吧,柳岸派出所,网吧,2026-09-01\n乙网吧,柳岸派出所,网吧,\n";
        let days = "名称,工作站,类型,暂停\n甲网吧,柳岸派出所,网吧,2026-10-03..2026-10-09\n\
                    乙网吧,柳岸派出所,网吧,2026-10-03..2026-10-09\n";
        for list in [venues, days] {
            let path = plan_of(&upload(&browser, Kind::Venues, "场所.csv", list.as_bytes()).await);
            assert!(plan_of(&carry_out(&browser, &path).await).ends_with("done=2"));
        }

        let html = browser.page(&format!("/audit?station={}", other.id)).await;
        for words in ["修改了人员", "祁静姝", "新增了人员", "贺松年", "导入了", "场所 · 2"] {
            assert!(html.contains(words), "{words} {html}");
        }
        // One was there in the months that are over, the other is to be checked from today on.
        assert_eq!(html.matches("暂停：2026年10月3日–2026年10月9日").count(), 2, "{html}");
        let months = "改变了已过去月份的覆盖进度：";
        assert!(html.contains(&format!("{months}2026年9月–2026年10月")), "by the new one: {html}");
        assert_eq!(html.matches(&format!("{months}2026年10月")).count(), 2, "the venue and the list: {html}");
        assert!(!browser.page("/audit").await.contains("导入了"), "at the station that it concerns");
    })
    .await;
}

#[tokio::test]
async fn what_changed_since_somebody_looked_is_looked_at_again() {
    both(async |hub| {
        let station = hub.station("柳岸派出所").await;
        let browser = Browser::of(&hub, &hub.member(&station, Role::Head).await).await;
        let venue = hub.venue(&station).await;
        let list = format!("名称,类型,地址\n{},网吧,柳岸路1号\n新网吧,网吧,\n", venue.name);
        let list = list.as_bytes();
        let path = plan_of(&upload(&browser, Kind::Venues, "a.csv", list).await);
        let (csrf, plan) = (browser.csrf().await, seen(&browser, &path).await);
        hub.write_venue(&Venue { address: Address::new("柳岸路2号").unwrap(), ..venue.clone() }).await;
        let reply = browser.post(&path, &[("csrf", &csrf), ("plan", &plan)]).await;
        assert_eq!(plan_of(&reply), format!("{path}?changed=true"));
        assert!(browser.page(&format!("{path}?changed=true")).await.contains("登记有了变化"));
        assert_eq!(names(&hub, &station).await.len(), 1);
        assert_eq!(plan_of(&carry_out(&browser, &path).await), "/import?done=2");
    })
    .await;
}

#[tokio::test]
async fn the_report_has_each_row_with_its_values_and_what_they_were() {
    both(async |hub| {
        let station = hub.station("柳岸派出所").await;
        let browser = Browser::of(&hub, &hub.member(&station, Role::Head).await).await;
        hub.venue(&station).await;
        let list = "名称,类型,地址\n远航网吧,网吧,=柳岸路2号\n乐园,电竞酒店,柳岸路3号\n";
        let report = async |name: &str, list: &str| {
            let path = plan_of(&upload(&browser, Kind::Venues, name, list.as_bytes()).await);
            let reply = browser.get(&format!("{path}/report.csv")).await;
            (path, String::from_utf8(reply.body).unwrap())
        };
        let (path, told) = report("a.csv", list).await;
        let lines: Vec<_> = told.lines().collect();
        assert_eq!(lines[0], "\u{feff}文件,行,清单,结果,说明,工作站,名称,类型,地址,纬度,经度,开业日期");
        let changed = "a.csv,2,场所,变更,,柳岸派出所,远航网吧,网吧,柳岸路1号 → =柳岸路2号,32.05,118.78,";
        assert_eq!(lines[1], changed);
        assert!(
            lines[2].contains("新增") && lines[2].ends_with("乐园,电竞酒店,柳岸路3号,,,2026-11-16"),
            "{told}"
        );
        let page = browser.page(&path).await;
        assert!(page.contains("电竞酒店") && page.contains("柳岸路3号"), "a new row with its values: {page}");
        carry_out(&browser, &path).await;
        let (_, told) = report("b.csv", "名称,类型\n远航网吧,网吧\n").await;
        let unchanged = "b.csv,2,场所,不变,,柳岸派出所,远航网吧,网吧,'=柳岸路2号,32.05,118.78";
        assert_eq!(told.lines().nth(1), Some(unchanged));
    })
    .await;
}

#[tokio::test]
async fn a_sheet_that_is_not_read_is_named_on_the_page_and_in_the_report() {
    both(async |hub| {
        let station = hub.station("柳岸派出所").await;
        let browser = Browser::of(&hub, &hub.member(&station, Role::Head).await).await;
        let mut book = Workbook::new();
        for (sheet, venue) in [("城东", "星河网吧"), ("城西", "乐园网吧")] {
            let sheet = book.add_worksheet().set_name(sheet).unwrap();
            for (row, cells) in [["名称", "类型", "备注"], [venue, "网吧", "x"]].into_iter().enumerate()
            {
                sheet.write_row(u32::try_from(row).unwrap(), 0, cells).unwrap();
            }
        }
        let list = book.save_to_buffer().unwrap();
        let path = plan_of(&upload(&browser, Kind::Venues, "场所.xlsx", &list).await);
        let page = browser.page(&path).await;
        let report = String::from_utf8(browser.get(&format!("{path}/report.csv")).await.body).unwrap();
        for told in [&page, &report] {
            assert!(told.contains("这些工作表没有读取") && told.contains("城西"), "{told}");
            assert!(told.contains("这些列没有读取") && told.contains("备注"), "{told}");
        }
        assert_eq!(plan_of(&carry_out(&browser, &path).await), "/import?done=1");
    })
    .await;
}

#[tokio::test]
async fn of_two_who_have_one_list_carried_out_at_once_one_wins_and_the_other_is_told() {
    both(async |hub| {
        let station = hub.station("柳岸派出所").await;
        let other = hub.copy().await;
        let mut desks = Vec::new();
        for (hub, name) in [(&hub, "祁静姝"), (&other, "贺松年")] {
            let head = hub.named(&station, Role::Head, name).await;
            let browser = Browser::of(hub, &head).await;
            let list = "名称,类型\n甲网吧,网吧\n乙网吧,网吧\n".as_bytes();
            let path = plan_of(&upload(&browser, Kind::Venues, "场所.csv", list).await);
            let (csrf, plan) = (browser.csrf().await, seen(&browser, &path).await);
            desks.push((browser, path, csrf, plan));
        }
        let press = async |at: usize| {
            let (browser, path, csrf, plan) = &desks[at];
            plan_of(&browser.post(path, &[("csrf", csrf), ("plan", plan)]).await)
        };
        let told = tokio::join!(press(0), press(1));
        let told = [told.0, told.1];
        let won = told.iter().position(|path| path == "/import?done=2").unwrap();
        let (browser, path, ..) = &desks[1 - won];
        assert_eq!(told[1 - won], format!("{path}?changed=true"));
        let on_file = names(&hub, &station).await;
        assert!(on_file.len() == 2 && on_file[0] != on_file[1], "{on_file:?}");
        let html = browser.page(&told[1 - won]).await;
        assert!(html.contains("登记有了变化") && html.contains("没有可以写入的行"), "the file waits: {html}");
        other.store().close().await;
    })
    .await;
}

#[tokio::test]
async fn who_left_after_a_list_was_planned_stays_left_and_nobody_changes_what_it_is_written_over() {
    both(async |hub| {
        let station = hub.station("柳岸派出所").await;
        let member = hub.member(&station, Role::Volunteer).await;
        let list = format!("姓名,身份\n{},民警\n", member.name);
        let sheets = vec![(Kind::Members, Sheet::read("人员.csv", Format::Csv, list.as_bytes()).unwrap())];
        let job = Job::new(sheets, Settings::default(), &hub.app.world);
        let planned = job.look(hub.store()).await.unwrap();
        let digest = planned.plan.digest();
        let left = Member { active: false, ..member.clone() };
        hub.write_member(&left).await;

        let mut tx = hub.store().begin().await.unwrap();
        let plan = job.plan_in(&mut tx, planned).await.unwrap();
        assert_eq!(plan.digest(), digest, "it does what was looked at, and no more");
        import::apply(&mut tx, &hub.app.world, None, &plan.upserts).await.unwrap();
        let came_back = hub.write_member(&member);
        tokio::pin!(came_back);
        let soon = std::time::Duration::from_millis(300);
        tokio::time::timeout(soon, &mut came_back).await.unwrap_err();
        tx.commit().await.unwrap();
        let on_file = import::on_file(hub.store()).await.unwrap().members;
        assert_eq!(on_file[0].thing, Member { role: Role::Police, ..left });
        came_back.await;
    })
    .await;
}

#[tokio::test]
async fn a_list_that_is_too_long_and_a_form_that_is_not_whole_say_so() {
    both(async |hub| {
        let station = hub.station("柳岸派出所").await;
        let browser = Browser::of(&hub, &hub.member(&station, Role::Head).await).await;
        let too_long = upload(&browser, Kind::Venues, "a.csv", &vec![b'x'; 33 << 20]).await;
        assert_eq!(too_long.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(String::from_utf8(too_long.body).unwrap().contains("清单文件最大 32 MB"));
        let long = "x".repeat(70_000);
        let form = browser.post("/ledger", &[("csrf", &browser.csrf().await), ("text", &long)]).await;
        assert_eq!(form.status, StatusCode::PAYLOAD_TOO_LARGE);
        let reply = browser.post("/places/venues/new", &[("csrf", &browser.csrf().await)]).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST);
        assert!(String::from_utf8(reply.body).unwrap().contains("missing field `name`"));
    })
    .await;
}

#[tokio::test]
async fn a_list_takes_the_place_of_an_earlier_one_of_its_kind_and_of_nobody_elses() {
    both(async |hub| {
        let station = hub.station("柳岸派出所").await;
        let head = Browser::of(&hub, &hub.named(&station, Role::Head, "祁静姝").await).await;
        let other = Browser::of(&hub, &hub.named(&station, Role::Head, "贺松年").await).await;
        let (venues, members) = ("名称,类型\n甲网吧,网吧\n".as_bytes(), "姓名,身份\n甲,志愿者\n".as_bytes());
        let theirs = plan_of(&upload(&other, Kind::Venues, "a.csv", venues).await);
        let earlier = plan_of(&upload(&head, Kind::Venues, "a.csv", venues).await);
        let beside = plan_of(&upload(&head, Kind::Members, "b.csv", members).await);
        for _ in 0..3 {
            upload(&head, Kind::Venues, "a.csv", venues).await;
        }
        assert_eq!(hub.count("SELECT COUNT(*) FROM import_uploads").await, 3);
        assert_eq!(head.get(&earlier).await.status, StatusCode::NOT_FOUND);
        head.page(&beside).await;
        other.page(&theirs).await;
    })
    .await;
}

#[tokio::test]
async fn a_list_that_nobody_decided_on_is_gone_after_a_day() {
    both(async |hub| {
        let station = hub.station("柳岸派出所").await;
        let head = hub.member(&station, Role::Head).await;
        let browser = Browser::of(&hub, &head).await;
        upload(&browser, Kind::Members, "人员.csv", "姓名,身份\n甲,志愿者\n".as_bytes()).await;
        let waiting = "SELECT COUNT(*) FROM import_uploads";
        import::upload::sweep(hub.store(), hub.now().plus_millis(DAY - 1)).await.unwrap();
        assert_eq!(hub.count(waiting).await, 1);
        import::upload::sweep(hub.store(), hub.now().plus_millis(DAY)).await.unwrap();
        assert_eq!(hub.count(waiting).await, 0);
    })
    .await;
}

/// A list of venues of which one in a hundred is bad.
fn long_list(rows: usize) -> String {
    use std::fmt::Write as _;
    let mut list = String::from("编号,名称,类型,纬度,经度\n");
    for number in 0..rows {
        let kind = if number % 100 == 7 { "café" } else { "网吧" };
        writeln!(list, "L{number},馆{number},{kind},32.05,118.79").unwrap();
    }
    list
}

#[tokio::test]
async fn twenty_thousand_rows_go_through_the_desk_each_with_what_became_of_it() {
    both(async |hub| {
        let station = hub.station("柳岸派出所").await;
        let browser = Browser::of(&hub, &hub.member(&station, Role::Head).await).await;
        let list = long_list(20_000);
        let path = plan_of(&upload(&browser, Kind::Venues, "场所.csv", list.as_bytes()).await);
        let page = browser.page(&path).await;
        assert!(page.contains("<b>19800</b>新增") && page.contains("<b>200</b>有误"), "{page}");
        let report = String::from_utf8(browser.get(&format!("{path}/report.csv")).await.body).unwrap();
        assert_eq!(report.lines().count(), 20_001);
        let bad = report
            .lines()
            .filter(|line| line.contains("有误") && line.contains("类型 “café” 没有这种场所类型"));
        assert_eq!(bad.count(), 200);
        assert_eq!(hub.count("SELECT COUNT(*) FROM venues").await, 0, "a dry run wrote something");
        assert_eq!(plan_of(&carry_out(&browser, &path).await), "/import?done=19800");
        assert_eq!(hub.count("SELECT COUNT(DISTINCT change_no) FROM venues").await, 19_800);
        let path = plan_of(&upload(&browser, Kind::Venues, "场所.csv", list.as_bytes()).await);
        assert!(browser.page(&path).await.contains("<b>19800</b>不变"), "the same list again");
    })
    .await;
}

#[tokio::test]
async fn a_hundred_thousand_rows_of_which_one_in_a_hundred_is_bad_are_one_transaction() {
    both(async |hub| {
        let station = hub.station("柳岸派出所").await;
        let list = long_list(100_000);
        let sheets = [(Kind::Venues, Sheet::read("场所.csv", Format::Csv, list.as_bytes()).unwrap())];
        let settings = Settings { datum: Some(Datum::Gcj02), ..Settings::default() };
        let on_file = import::on_file(hub.store()).await.unwrap();
        let mut mint = || hub.record_id().uuid();
        let plan = import::plan(&sheets, &on_file, &settings, &mut mint);
        assert_eq!(plan.counts(), [99_000, 0, 0, 1_000]);
        let venues = "SELECT COUNT(*) FROM venues";

        hub.break_stations(true).await;
        let mut tx = hub.store().begin().await.unwrap();
        import::apply(&mut tx, &hub.app.world, None, &plan.upserts).await.unwrap_err();
        drop(tx);
        assert_eq!(hub.count(venues).await, 0, "half an import");
        hub.break_stations(false).await;
        let mut tx = hub.store().begin().await.unwrap();
        import::apply(&mut tx, &hub.app.world, None, &plan.upserts).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(hub.count(venues).await, 99_000);
        let on_file = import::on_file(hub.store()).await.unwrap();
        let again = import::plan(&sheets, &on_file, &settings, &mut mint);
        assert_eq!(again.counts(), [0, 0, 99_000, 1_000]);
        assert_eq!(hub.count("SELECT COUNT(DISTINCT change_no) FROM venues").await, 99_000);
        assert!(names(&hub, &station).await.len() == 99_000);
    })
    .await;
}
