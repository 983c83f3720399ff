//! `xuncha hub`: run the hub, and what an administrator does at its machine.
//!
//! - here: the commands, and running it. `config`: its settings. `clock`: its time. `phones`: cards and phones.
//! - `password`: passwords. `erase`: what it forgets.

// The doc comments of options are what `--help` prints: text, not Markdown.
#![allow(clippy::doc_markdown, rustdoc::bare_urls)]

mod clock;
mod config;
mod erase;
mod password;
mod phones;

use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};
use tracing_subscriber::EnvFilter;
use xuncha_core::domain::Member;
use xuncha_hub::App;

use super::members::find_member;
use super::{DataArgs, block_on, checked};
use crate::clock::ClockArgs;
use crate::failure::Failure;
use crate::output::Out;
use crate::settings::Settings;

/// The station's hub: run it, hand out enrolment cards, passwords, devices
#[derive(Debug, Subcommand)]
pub enum HubCommand {
    /// Run the hub until Ctrl-C or SIGTERM; requests under way are answered first
    #[command(after_long_help = "\
Examples:
  xuncha hub run --data DIR --listen 127.0.0.1:8080
  DATABASE_URL=postgres://… xuncha hub run --data DIR --listen 0.0.0.0:8080 --public-url https://hub.example

Logs are JSON lines on standard error, without personal data; RUST_LOG=debug says more. Put a proxy that
speaks TLS in front wherever phones reach the hub over a network.")]
    Run(RunArgs),
    /// Show the settings that hold and where each comes from; fails if one is wrong
    #[command(after_long_help = "\
Every setting has one name: public_url is --public-url or --set public_url=… as a flag, XUNCHA_PUBLIC_URL in the
environment (the database is DATABASE_URL) and public_url = \"…\" in xuncha.toml. A flag goes before the
environment, that before the file, that before the default. Secrets are not shown.

Examples:
  xuncha hub config --config /etc/xuncha/xuncha.toml
  xuncha hub config --json | jq '.settings.listen'")]
    Config(RunArgs),
    /// Make a one-time code by which a member enrols a phone
    #[command(after_long_help = "\
The code holds for three days and for one phone.

Example:
  xuncha hub enrol-code --data DIR --member 贺松年 --hub https://hub.example")]
    EnrolCode(phones::EnrolCodeArgs),
    /// Set a member's password for the dashboard; it is asked for at a terminal, else read from standard input
    #[command(after_long_help = "\
Examples:
  xuncha hub password --data DIR --member 祁静姝                   asks twice, and shows nothing of it
  xuncha hub password --data DIR --member 祁静姝 < password.txt
  xuncha hub password --data DIR --member 祁静姝 --generate
  xuncha hub password --data DIR --member 祁静姝 --temporary --forget-second-factor")]
    Password(password::PasswordArgs),
    /// Erase what was kept for its time; the hub does so by itself once a day
    #[command(after_long_help = "\
Records, positions and photos are kept for as many days as keep_records_days, keep_positions_days and
keep_photos_days say (`xuncha hub config`). Hashes, receipts and the count of visits stay.

Examples:
  xuncha hub retention --data DIR --dry-run
  xuncha hub retention --data DIR")]
    Retention(erase::RetentionArgs),
    /// Erase what a person asks the hub to forget
    #[command(after_long_help = "\
What a record said, its photos and, with --member, the member's name go; that the visit was made stays and
counts. It can't be undone. The hub signs what it erased, when and why, and the audit tells of it. A copy made
before by `xuncha backup` still has it: after restoring one, erase again.

Examples:
  xuncha hub erase --data DIR --record 0198f3a2-… --why '业主要求删除照片'
  xuncha hub erase --data DIR --member 贺松年 --why '本人要求（个人信息保护法第四十七条）'")]
    Erase(erase::EraseArgs),
    /// Compare the hub's clock with what was written by it, and with the database's
    #[command(after_long_help = "\
A hub whose clock is more than five minutes behind the last record it took turns phones away (503) and is not
ready: what they have stays on them. Set the clock, and it goes on by itself. If the clock is right now and ran
ahead before, so that records lie in its log from a time that has not come yet, say so with --is-right. On PostgreSQL
a hub whose clock is more than five minutes ahead of the database's does the same: set the one that is wrong.

Examples:
  xuncha hub clock --data DIR
  xuncha hub clock --data DIR --is-right

Exit codes: 0 the clock is taken for right; 1 it is behind or ahead.")]
    Clock(clock::HubClockArgs),
    /// List the phones of a station, or of all
    Devices(phones::DevicesArgs),
    /// Revoke a phone: from now on the hub refuses it everything
    #[command(after_long_help = "\
What the phone saw before is taken once its owner enrols another one; nothing on it is lost.

Example:
  xuncha hub devices --data DIR
  xuncha hub revoke --data DIR --device 0198f3a2-…")]
    Revoke(phones::RevokeArgs),
}

/// Options of `xuncha hub run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    clock: ClockArgs,
    /// Where to listen; port 0 lets the system choose [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Write the port to this file once the hub listens
    #[arg(long, value_name = "FILE")]
    port_file: Option<String>,
    /// Address phones and browsers reach the hub at, if it is another
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// How many proxies of your own stand in front [default: 0]
    #[arg(long, value_name = "N")]
    trusted_proxies: Option<String>,
}

impl RunArgs {
    fn settings(&self) -> Settings {
        self.data.settings(&[
            ("listen", self.listen.as_ref()),
            ("port_file", self.port_file.as_ref()),
            ("public_url", self.public_url.as_ref()),
            ("trusted_proxies", self.trusted_proxies.as_ref()),
        ])
    }
}

/// Who is meant.
#[derive(Debug, Args)]
struct MemberArgs {
    /// The member, by name or id
    #[arg(long, value_name = "NAME")]
    member: String,
    /// Their station, where two of that name serve
    #[arg(long, value_name = "NAME")]
    station: Option<String>,
}

impl MemberArgs {
    async fn find(&self, app: &App) -> Result<Member, Failure> {
        find_member(&app.store, &self.member, self.station.as_deref()).await
    }
}

/// Runs a command.
///
/// # Errors
/// [`Failure`] says why it did not do what was asked.
pub fn run(command: HubCommand, out: Out) -> Result<ExitCode, Failure> {
    match command {
        HubCommand::Run(args) => serve(&args),
        HubCommand::Config(args) => config::run(&args, out),
        HubCommand::EnrolCode(args) => phones::enrol_code(&args, out),
        HubCommand::Password(args) => password::set(&args, out),
        HubCommand::Retention(args) => erase::retain(&args, out),
        HubCommand::Erase(args) => erase::erase(&args, out),
        HubCommand::Clock(args) => clock::clock(&args, out),
        HubCommand::Devices(args) => phones::devices(&args, out),
        HubCommand::Revoke(args) => phones::revoke(&args, out),
    }
}

fn serve(args: &RunArgs) -> Result<ExitCode, Failure> {
    let config = checked(args.settings())?;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).init();
    let world = args.clock.world()?;
    block_on(async { Ok(xuncha_hub::serve(config, world).await?) })?;
    Ok(ExitCode::SUCCESS)
}

/// The hub as a running one opens it, for a single deed.
async fn open(data: &DataArgs, clock: &ClockArgs) -> Result<Arc<App>, Failure> {
    // Says plainly if there is no hub, where opening one would make it.
    let config = data.config()?;
    DataArgs::open_database(&config).await?.close().await;
    Ok(Arc::new(App::open(config, clock.world()?).await?))
}
