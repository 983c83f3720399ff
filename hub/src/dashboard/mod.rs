//! The dashboard.

mod coverage;
mod look;
pub mod session;

use axum::Router;

use crate::app::AppState;

/// Its part of the API.
pub fn router() -> Router<AppState> {
    Router::new()
}

#[cfg(test)]
mod draw {
    #[test]
    fn draw() {
        use super::look::*;
        let dir = std::env::var("DRAW").unwrap();
        let l = xuncha_core::domain::Locale::ZhHans;
        let who = Who { name: "文教导".into(), role: "教导员".into(), station: "柳岸派出所关爱工作站".into(), csrf: "x".into(), reviews: 3, alerts: 1 };
        let frame = Frame { locale: l, title: "覆盖".into(), place: Some(Place::Coverage), who: Some(who), here: "/coverage".into(), scope: String::new() };
        let html = page(&frame, &super::coverage::draw(l)).into_string().replace(&**STYLE_PATH, "style.css");
        std::fs::write(format!("{dir}/coverage.html"), html).unwrap();
        std::fs::write(format!("{dir}/style.css"), STYLE).unwrap();
    }
}
