//! `xuncha hub config`: the settings that hold, and where each comes from.

use std::fmt::Write as _;
use std::process::ExitCode;

use serde_json::{Map, json};

use super::{RunArgs, checked};
use crate::failure::Failure;
use crate::output::Out;

/// Shows them. What is wrong is an error, after they were shown.
pub(super) fn run(args: &RunArgs, out: Out) -> Result<ExitCode, Failure> {
    let settings = args.settings();
    let mut shown = Map::new();
    let mut text = String::new();
    for (setting, value) in settings.all() {
        let word = value.text.as_deref().map(|text| setting.shown(text));
        let place = setting.place(&value.source);
        let told = json!({ "value": word, "from": place, "about": setting.about });
        shown.insert(setting.name.to_owned(), told);
        let word = word.unwrap_or_else(|| "–".to_owned());
        writeln!(text, "{:<22} {word:<28} {place:<24} {}", setting.name, setting.about)?;
    }
    if !out.is_json() {
        out.print(&text)?;
    }
    for warning in checked(settings)?.warnings() {
        out.say(warning);
    }
    if out.is_json() { out.show(&json!({ "settings": shown }), |_| Ok(())) } else { Ok(ExitCode::SUCCESS) }
}
