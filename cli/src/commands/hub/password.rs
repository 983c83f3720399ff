//! `xuncha hub password`: a member's password for the dashboard.

// The doc comments of options are what `--help` prints: text, not Markdown.
#![allow(clippy::doc_markdown, rustdoc::bare_urls)]

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use console::Term;
use serde_json::json;
use xuncha_hub::dashboard::password::{self as desk, PasswordError};
use xuncha_hub::second_factor;

use super::{DataArgs, MemberArgs, block_on, open};
use crate::clock::ClockArgs;
use crate::failure::Failure;
use crate::output::Out;

/// Options of `xuncha hub password`.
#[derive(Debug, Args)]
pub struct PasswordArgs {
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    clock: ClockArgs,
    #[command(flatten)]
    member: MemberArgs,
    /// Make a password and print it
    #[arg(long)]
    generate: bool,
    /// Make one that opens only the page on which its owner chooses their own
    #[arg(long, conflicts_with = "generate")]
    temporary: bool,
    /// Turn off their second factor too: for somebody who lost phone and recovery codes
    #[arg(long)]
    forget_second_factor: bool,
}

pub(super) fn set(args: &PasswordArgs, out: Out) -> Result<ExitCode, Failure> {
    let read = (!args.generate && !args.temporary).then(|| ask(out)).transpose()?;
    let (member, shown) = block_on(async {
        let app = open(&args.data, &args.clock).await?;
        let member = args.member.find(&app).await?;
        if args.forget_second_factor {
            second_factor::turn_off(&app, &member, None).await?;
        }
        let shown = match read {
            Some(password) => {
                desk::set(&app, &member, &password, None).await.map_err(unset)?;
                None
            }
            None if args.temporary => Some(desk::give(&app, &member, None).await.map_err(unset)?),
            None => {
                let password = desk::generate(&app.world)?;
                desk::set(&app, &member, &password, None).await.map_err(unset)?;
                Some(password)
            }
        };
        app.store.close().await;
        Ok((member, shown))
    })?;
    out.show(&json!({ "member": member, "password": shown }), |text| match &shown {
        Some(password) => writeln!(text, "{}  {password}", member.name),
        None => writeln!(text, "{}  {}", member.name, out.pick("密码已设置。", "the password is set.")),
    })
}

/// The new password: typed unseen at a terminal, twice as nobody sees it; else the first line of standard input.
fn ask(out: Out) -> Result<String, Failure> {
    let terminal = Term::stderr();
    if io::stdin().is_terminal() && terminal.is_term() {
        let typed = |words: &str| {
            terminal.write_str(&format!("{words} "))?;
            terminal.read_secure_line()
        };
        let first = typed(out.pick("新密码：", "New password:"))?;
        if typed(out.pick("再输一次：", "Once more:"))? != first {
            let differ =
                out.pick("两次输入的密码不同，密码没有变。", "The two differ; the password stays as it was.");
            return Err(Failure::coded("passwords_differ", differ));
        }
        return Ok(first);
    }
    let mut line = String::new();
    io::stdin().read_line(&mut line).context("the password is read from standard input")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn unset(error: PasswordError) -> Failure {
    match error {
        PasswordError::Hub(error) => error.into(),
        weak => Failure::coded("weak_password", format!("{weak}; --generate makes a good one")),
    }
}
