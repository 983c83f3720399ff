//! Coming in: guesses, temporary passwords, the second factor, and where one is signed in.

use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{Request, StatusCode};
use totp_rs::{Builder, Secret, Totp};
use xuncha_core::domain::*;
use xuncha_hub::dashboard::password;
use xuncha_hub::tries::{self, Against};

use super::support::*;

async fn head(hub: &Hub) -> Member {
    let station = hub.station("柳岸派出所").await;
    hub.member(&station, Role::Head).await
}

fn csrf_of(html: &str) -> String {
    html.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

impl Browser {
    /// Takes over the cookie that an answer sets.
    fn keep(&mut self, reply: &Reply) {
        let cookie = reply.headers[SET_COOKIE].to_str().unwrap();
        cookie.split(';').next().unwrap().clone_into(&mut self.cookie);
    }
}

#[tokio::test]
async fn guesses_are_counted_by_all_copies_of_the_hub_together() {
    both(|hub| async move {
        let head = head(&hub).await;
        password::set(&hub.app, &head, PASSWORD, None).await.unwrap();
        let copy = hub.copy().await;
        for at in 0..5 {
            let mut browser = Browser::new(if at % 2 == 0 { &hub } else { &copy });
            assert_eq!(browser.sign_in("试验甲", "wrong").await.status, StatusCode::FORBIDDEN);
        }
        for hub in [&hub, &copy] {
            let reply = Browser::new(hub).sign_in("试验甲", PASSWORD).await;
            assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
        }
        hub.set_now(NOW + 60_000);
        assert_eq!(Browser::new(&copy).sign_in("试验甲", PASSWORD).await.status, StatusCode::SEE_OTHER);
        copy.store().close().await;
    })
    .await;
}

/// Signs in from an address, with these cookies.
async fn sign_in_from(hub: &Hub, address: &str, cookies: &str, password: &str) -> Reply {
    let form = format!("name={}&password={}&next=", encoded("试验甲"), encoded(password));
    let request = Request::post("/sign-in")
        .header("x-forwarded-for", address)
        .header(COOKIE, cookies)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    hub.call(request.body(form.into()).unwrap()).await
}

/// All cookies that an answer sets.
fn cookies(reply: &Reply) -> String {
    let all = reply.headers.get_all(SET_COOKIE).into_iter();
    let pairs = all.map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap());
    pairs.collect::<Vec<_>>().join("; ")
}

#[tokio::test]
async fn strangers_who_know_a_name_keep_its_owner_out_neither_here_nor_where_they_signed_in_before() {
    both_with(
        |config| config.trusted_proxies = 1,
        |hub| async move {
            let head = head(&hub).await;
            password::set(&hub.app, &head, PASSWORD, None).await.unwrap();
            let status = async |address: &str, cookies: &str, password: &str| {
                sign_in_from(&hub, address, cookies, password).await.status
            };
            for _ in 0..5 {
                assert_eq!(status("198.51.100.7", "", "wrong").await, StatusCode::FORBIDDEN);
            }
            assert_eq!(status("198.51.100.7", "", PASSWORD).await, StatusCode::TOO_MANY_REQUESTS);
            let own = sign_in_from(&hub, "203.0.113.9", "", PASSWORD).await;
            assert_eq!(own.status, StatusCode::SEE_OTHER, "one address alone holds up no other");

            // Guesses from all over the world.
            for _ in 0..95 {
                assert!(tries::may_try(&hub.app, &[Against::Name("试验甲")]).await.unwrap());
            }
            assert_eq!(status("203.0.113.9", "", "wrong").await, StatusCode::TOO_MANY_REQUESTS);
            assert_eq!(status("203.0.113.10", "", PASSWORD).await, StatusCode::TOO_MANY_REQUESTS);
            let cookies = cookies(&own);
            assert_eq!(status("198.51.100.7", &cookies, PASSWORD).await, StatusCode::SEE_OTHER);
            let forged = format!("{}0", &cookies[..cookies.len() - 1]);
            assert_eq!(status("203.0.113.10", &forged, PASSWORD).await, StatusCode::TOO_MANY_REQUESTS);

            let browser = Browser { hub: hub.clone(), cookie: cookies.clone() };
            let browser = Browser {
                cookie: self::cookies(&sign_in_from(&hub, "", &cookies, PASSWORD).await),
                ..browser
            };
            let (csrf, new) = (browser.csrf().await, "另一个十个字以上的密码");
            let form = [("csrf", &*csrf), ("old", PASSWORD), ("password", new), ("again", new)];
            let reply = browser.post("/account/password", &form).await;
            assert_eq!(header(&reply, LOCATION), "/account?done=password");

            hub.set_now(NOW + HOUR);
            assert_eq!(status("203.0.113.10", "", new).await, StatusCode::SEE_OTHER);
        },
    )
    .await;
}

#[tokio::test]
async fn from_a_browser_that_is_known_nobody_guesses_more_than_from_another() {
    both(|hub| async move {
        let head = head(&hub).await;
        password::set(&hub.app, &head, PASSWORD, None).await.unwrap();
        let own = cookies(&sign_in_from(&hub, "", "", PASSWORD).await);
        for _ in 0..5 {
            assert_eq!(sign_in_from(&hub, "", &own, "wrong").await.status, StatusCode::FORBIDDEN);
        }
        let reply = sign_in_from(&hub, "", &own, PASSWORD).await;
        assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
        hub.set_now(NOW + 60_000);
        assert_eq!(sign_in_from(&hub, "", &own, PASSWORD).await.status, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn whoever_is_called_in_many_ways_is_not_guessed_at_more_often() {
    both(|hub| async move {
        let head = head(&hub).await;
        password::set(&hub.app, &head, PASSWORD, None).await.unwrap();
        let status =
            async |name: &str, password: &str| Browser::new(&hub).sign_in(name, password).await.status;
        for spaces in 1..=5 {
            let name = format!("试验甲{}柳岸派出所", " ".repeat(spaces));
            assert_eq!(status(&name, "wrong").await, StatusCode::FORBIDDEN);
        }
        assert_eq!(status("试验甲\u{3000} 柳岸派出所", "wrong").await, StatusCode::TOO_MANY_REQUESTS);
        // Answered as if there were nobody of this name, as it would tell otherwise who is at this station.
        assert_eq!(status("试验甲", PASSWORD).await, StatusCode::FORBIDDEN);
        assert_eq!(status("无此人", PASSWORD).await, StatusCode::FORBIDDEN);
        hub.set_now(NOW + 60_000);
        assert_eq!(status("试验甲", PASSWORD).await, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn who_signs_in_neither_frees_a_namesake_of_the_guesses_at_them_nor_adds_to_these() {
    both(|hub| async move {
        let other_password = "别的十个字以上的密码呀";
        for (name, password) in [("柳岸派出所", PASSWORD), ("桥北派出所", other_password)] {
            let one = hub.named(&hub.station(name).await, Role::Head, "王伟").await;
            password::set(&hub.app, &one, password, None).await.unwrap();
        }
        let status =
            async |name: &str, password: &str| Browser::new(&hub).sign_in(name, password).await.status;
        let other = "王伟 桥北派出所";
        for _ in 0..4 {
            assert_eq!(status(other, "wrong").await, StatusCode::FORBIDDEN);
            assert_eq!(status("王伟", PASSWORD).await, StatusCode::SEE_OTHER);
        }
        assert_eq!(status(other, other_password).await, StatusCode::SEE_OTHER, "four are none too many");
        for _ in 0..5 {
            assert_eq!(status(other, "wrong").await, StatusCode::FORBIDDEN);
            assert_eq!(status("王伟", PASSWORD).await, StatusCode::SEE_OTHER);
        }
        assert_eq!(status("王伟", other_password).await, StatusCode::FORBIDDEN, "five are");
        assert_eq!(status("王伟", PASSWORD).await, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn many_guesses_at_once_gain_nothing() {
    both(|hub| async move {
        let head = head(&hub).await;
        password::set(&hub.app, &head, PASSWORD, None).await.unwrap();
        let guess = || async { Browser::new(&hub).sign_in("试验甲", "wrong").await.status };
        let all = futures_util::future::join_all((0..12).map(|_| guess())).await;
        assert_eq!(all.iter().filter(|status| **status == StatusCode::FORBIDDEN).count(), 5);
    })
    .await;
}

#[tokio::test]
async fn a_temporary_password_opens_only_the_page_on_which_another_is_chosen() {
    both(|hub| async move {
        let head = head(&hub).await;
        let given = password::give(&hub.app, &head, None).await.unwrap();
        let mut browser = Browser::new(&hub);
        let reply = browser.sign_in("试验甲", &given).await;
        assert_eq!(header(&reply, LOCATION), "/sign-in/password");
        for path in ["/coverage", "/account", "/devices"] {
            assert_eq!(header(&browser.get(path).await, LOCATION), "/sign-in/password", "{path}");
        }
        assert_eq!(browser.get("/api/v1/coverage").await.status, StatusCode::UNAUTHORIZED);

        let csrf = csrf_of(&browser.page("/sign-in/password").await);
        let choose = async |password: &str, again: &str, csrf: &str| {
            let form = [("csrf", csrf), ("password", password), ("again", again)];
            browser.post("/sign-in/password", &form).await
        };
        assert_eq!(choose(PASSWORD, PASSWORD, "forged").await.status, StatusCode::FORBIDDEN);
        for (password, again) in [(PASSWORD, "x"), ("short", "short"), (&*given, &*given)] {
            assert_eq!(choose(password, again, &csrf).await.status, StatusCode::BAD_REQUEST, "{password}");
        }
        let reply = choose(PASSWORD, PASSWORD, &csrf).await;
        assert_eq!(header(&reply, LOCATION), "/coverage");
        browser.keep(&reply);
        browser.page("/coverage").await;
        assert_eq!(Browser::new(&hub).sign_in("试验甲", &given).await.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn with_a_second_factor_a_password_alone_opens_nothing_and_no_code_works_twice() {
    both(|hub| async move {
        let head = head(&hub).await;
        let browser = Browser::of(&hub, &head).await;
        let html = browser.page("/account/second-factor").await;
        let secret = html.split("<code>").nth(1).unwrap().split('<').next().unwrap();
        let secret = Secret::try_from_base32(secret).unwrap();
        let totp: Totp = Builder::new().with_secret(secret).build().unwrap();
        let code = |millis: i64| totp.generate(u64::try_from(millis / 1_000).unwrap()).to_string();
        let csrf = csrf_of(&html);
        let turn_on = async |code: &str, password: &str| {
            let form = [("csrf", &*csrf), ("code", code), ("password", password)];
            String::from_utf8(browser.post("/account/second-factor", &form).await.body).unwrap()
        };
        assert!(turn_on("000000", PASSWORD).await.contains("数字不对"));
        for password in ["", "wrong"] {
            let html = turn_on(&code(NOW), password).await;
            assert!(html.contains("现在的密码不对") && !html.contains("备用码"), "{html}");
        }
        assert_eq!(hub.count("SELECT COUNT(*) FROM audit WHERE action = 'second factor turned on'").await, 0);
        let html = turn_on(&code(NOW), PASSWORD).await;
        must_be_a_page_of_ours(&html);
        let paper: Vec<&str> =
            html.split("<code>").skip(1).map(|rest| rest.split('<').next().unwrap()).collect();
        assert_eq!(paper.len(), 8);

        let mut other = Browser::new(&hub);
        let reply = other.sign_in("试验甲", PASSWORD).await;
        assert_eq!(header(&reply, LOCATION), "/sign-in/code");
        assert_eq!(header(&other.get("/coverage").await, LOCATION), "/sign-in/code");
        let csrf = csrf_of(&other.page("/sign-in/code").await);
        let send = async |code: &str| other.post("/sign-in/code", &[("csrf", &csrf), ("code", code)]).await;
        assert_eq!(send(&code(NOW)).await.status, StatusCode::FORBIDDEN, "it turned the factor on");
        hub.set_now(NOW + 60_000);
        let reply = send(&code(NOW + 60_000)).await;
        assert_eq!(header(&reply, LOCATION), "/coverage");
        assert_eq!(send(&code(NOW + 60_000)).await.status, StatusCode::SEE_OTHER, "that session is over");
        other.keep(&reply);
        other.page("/coverage").await;

        for (paper, status) in [(paper[3], StatusCode::SEE_OTHER), (paper[3], StatusCode::FORBIDDEN)] {
            let mut lost = Browser::new(&hub);
            lost.sign_in("试验甲", PASSWORD).await;
            let csrf = csrf_of(&lost.page("/sign-in/code").await);
            let reply = lost.post("/sign-in/code", &[("csrf", &csrf), ("code", paper)]).await;
            assert_eq!(reply.status, status);
        }

        let csrf = csrf_of(&other.page("/account").await);
        let off = async |password: &str| {
            other.post("/account/second-factor/off", &[("csrf", &csrf), ("password", password)]).await
        };
        assert_eq!(off("wrong").await.status, StatusCode::OK);
        assert_eq!(header(&off(PASSWORD).await, LOCATION), "/account?done=off");
        let reply = Browser::new(&hub).sign_in("试验甲", PASSWORD).await;
        assert_eq!(header(&reply, LOCATION), "/coverage");
    })
    .await;
}

#[tokio::test]
async fn guesses_of_the_second_factor_wait_too() {
    both(|hub| async move {
        let head = head(&hub).await;
        let browser = Browser::of(&hub, &head).await;
        let csrf = csrf_of(&browser.page("/account/second-factor").await);
        let form = [("csrf", &*csrf), ("code", "000000"), ("password", PASSWORD)];
        for _ in 0..5 {
            browser.post("/account/second-factor", &form).await;
        }
        let reply = browser.post("/account/second-factor", &form).await;
        let html = String::from_utf8(reply.body).unwrap();
        let words = xuncha_core::wire::ProblemCode::TooManyAttempts.advice(Locale::ZhHans);
        assert!(html.contains(words), "{html}");
    })
    .await;
}

#[tokio::test]
async fn everybody_sees_where_they_are_signed_in_and_can_sign_out_there() {
    both(|hub| async move {
        let head = head(&hub).await;
        let here = Browser::of(&hub, &head).await;
        let mut there = Browser::new(&hub);
        there.sign_in("试验甲", PASSWORD).await;
        let html = here.page("/account").await;
        assert!(html.contains("现在这里") && html.contains("退出其他所有地方"));
        let csrf = csrf_of(&html);
        let session = html.split("name=\"session\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let form = [("csrf", &*csrf), ("session", session)];
        assert_eq!(here.post("/account/sessions", &form).await.status, StatusCode::SEE_OTHER);
        assert_eq!(there.get("/coverage").await.status, StatusCode::SEE_OTHER);

        there.sign_in("试验甲", PASSWORD).await;
        there.page("/coverage").await;
        here.post("/account/sessions", &[("csrf", &csrf)]).await;
        assert_eq!(there.get("/coverage").await.status, StatusCode::SEE_OTHER);
        here.page("/coverage").await;
    })
    .await;
}

#[tokio::test]
async fn a_password_is_changed_only_by_who_knows_the_old_one_and_signs_out_elsewhere() {
    both(|hub| async move {
        let head = head(&hub).await;
        let mut here = Browser::of(&hub, &head).await;
        let mut there = Browser::new(&hub);
        there.sign_in("试验甲", PASSWORD).await;
        let csrf = here.csrf().await;
        let new = "另一个十个字以上的密码";
        let change = async |browser: &Browser, old: &str| {
            let form = [("csrf", &*csrf), ("old", old), ("password", new), ("again", new)];
            browser.post("/account/password", &form).await
        };
        let wrong = change(&here, "不是这个密码不是这个").await;
        assert!(String::from_utf8(wrong.body).unwrap().contains("现在的密码不对"));
        there.page("/coverage").await;
        let reply = change(&here, PASSWORD).await;
        here.keep(&reply);
        here.page("/account?done=password").await;
        assert_eq!(there.get("/coverage").await.status, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn the_audit_can_only_be_added_to() {
    both(|hub| async move {
        let head = head(&hub).await;
        Browser::of(&hub, &head).await;
        for query in ["UPDATE audit SET action = 'nothing'", "DELETE FROM audit"] {
            let mut tx = hub.store().begin().await.unwrap();
            let error = sqlx::query(query).execute(&mut *tx).await.unwrap_err();
            assert!(error.to_string().contains("only ever added to"), "{error}");
        }
        assert_eq!(hub.count("SELECT COUNT(*) FROM audit WHERE action = 'signed in'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn the_ninth_of_a_name_signs_in_by_the_station_or_the_code() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        for _ in 0..8 {
            let one = hub.named(&station, Role::Head, "王伟").await;
            password::set(&hub.app, &one, "别的十个字以上的密码呀", None).await.unwrap();
        }
        let other = hub.station("桥北派出所").await;
        let ninth = hub.named(&other, Role::Head, "王伟").await;
        password::set(&hub.app, &ninth, PASSWORD, None).await.unwrap();
        let reply = Browser::new(&hub).sign_in("王伟", PASSWORD).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        let html = String::from_utf8(reply.body).unwrap();
        assert!(html.contains("在姓名后空一格写上工作站，或改填名单里的编号"), "{html}");
        for name in ["王伟 桥北派出所", " 王伟　桥北派出所 "] {
            let reply = Browser::new(&hub).sign_in(name, PASSWORD).await;
            assert_eq!(reply.status, StatusCode::SEE_OTHER, "{name}");
        }
        let reply = Browser::new(&hub).sign_in("王伟 柳岸派出所", PASSWORD).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
    })
    .await;
}
