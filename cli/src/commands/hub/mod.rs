//! `xuncha hub`: run the hub, and what an administrator does at its machine.

// The doc comments of options are what `--help` prints: text, not Markdown.
#![allow(clippy::doc_markdown, rustdoc::bare_urls)]

mod clock;
mod config;
mod erase;

use std::fmt::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde_json::json;
use tracing_subscriber::EnvFilter;
use xuncha_core::domain::{DeviceId, Member};
use xuncha_hub::dashboard::password::{self, PasswordError};
use xuncha_hub::{App, second_factor};

use super::members::{find_member, find_station};
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
    EnrolCode(EnrolCodeArgs),
    /// Set a member's password for the dashboard; it is read from standard input
    #[command(after_long_help = "\
Examples:
  xuncha hub password --data DIR --member 祁静姝 < password.txt
  xuncha hub password --data DIR --member 祁静姝 --generate
  xuncha hub password --data DIR --member 祁静姝 --temporary --forget-second-factor")]
    Password(PasswordArgs),
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
    Devices(DevicesArgs),
    /// Revoke a phone: from now on the hub refuses it everything
    #[command(after_long_help = "\
What the phone saw before is taken once its owner enrols another one; nothing on it is lost.

Example:
  xuncha hub devices --data DIR
  xuncha hub revoke --data DIR --device 0198f3a2-…")]
    Revoke(RevokeArgs),
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

/// Options of `xuncha hub enrol-code`.
#[derive(Debug, Args)]
pub struct EnrolCodeArgs {
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    clock: ClockArgs,
    #[command(flatten)]
    member: MemberArgs,
    /// Address that the phone is to reach the hub at; with it the whole link of the card is printed
    #[arg(long, value_name = "URL")]
    hub: Option<String>,
}

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

/// Options of `xuncha hub devices`.
#[derive(Debug, Args)]
pub struct DevicesArgs {
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    _clock: ClockArgs,
    /// Only the phones of this station, by name, code or id
    #[arg(long, value_name = "NAME")]
    station: Option<String>,
}

/// Options of `xuncha hub revoke`.
#[derive(Debug, Args)]
pub struct RevokeArgs {
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    clock: ClockArgs,
    /// The phone's id, as `xuncha hub devices` lists it
    #[arg(long, value_name = "ID")]
    device: DeviceId,
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
        HubCommand::EnrolCode(args) => enrol_code(&args, out),
        HubCommand::Password(args) => set_password(&args, out),
        HubCommand::Retention(args) => erase::retain(&args, out),
        HubCommand::Erase(args) => erase::erase(&args, out),
        HubCommand::Clock(args) => clock::clock(&args, out),
        HubCommand::Devices(args) => devices(&args, out),
        HubCommand::Revoke(args) => revoke(&args, out),
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

fn enrol_code(args: &EnrolCodeArgs, out: Out) -> Result<ExitCode, Failure> {
    let card = block_on(async {
        let app = open(&args.data, &args.clock).await?;
        let member = args.member.find(&app).await?;
        let mut card = xuncha_hub::enrolment::make_card(&app, member.station, member.id, None).await?;
        if let Some(hub) = &args.hub {
            hub.trim_end_matches('/').clone_into(&mut card.link.hub);
        }
        app.store.close().await;
        Ok(card)
    })?;
    let link = args.hub.as_ref().map(|_| card.link.to_string());
    let value = json!({
        "member": card.member, "code": card.link.code, "key": card.link.key, "link": link,
        "expires_at": card.expires_at,
    });
    out.show(&value, |text| {
        writeln!(text, "{}  {}", card.member.name, card.link.code)?;
        if let Some(link) = link {
            writeln!(text, "{link}")?;
        }
        let until = card.expires_at.shanghai().format("%Y-%m-%d %H:%M");
        writeln!(text, "{} {until}", out.pick("一部手机，有效期至", "for one phone, until"))
    })
}

fn set_password(args: &PasswordArgs, out: Out) -> Result<ExitCode, Failure> {
    let read = (!args.generate && !args.temporary).then(read_password).transpose()?;
    let (member, shown) = block_on(async {
        let app = open(&args.data, &args.clock).await?;
        let member = args.member.find(&app).await?;
        if args.forget_second_factor {
            second_factor::turn_off(&app, &member, None).await?;
        }
        let shown = match read {
            Some(password) => {
                password::set(&app, &member, &password, None).await.map_err(unset)?;
                None
            }
            None if args.temporary => Some(password::give(&app, &member, None).await.map_err(unset)?),
            None => {
                let password = password::generate(&app.world)?;
                password::set(&app, &member, &password, None).await.map_err(unset)?;
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

fn read_password() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("the password is read from standard input")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn unset(error: PasswordError) -> Failure {
    match error {
        PasswordError::Hub(error) => error.into(),
        weak => Failure::coded("weak_password", format!("{weak}; --generate makes a good one")),
    }
}

fn devices(args: &DevicesArgs, out: Out) -> Result<ExitCode, Failure> {
    let devices = block_on(async {
        let store = args.data.open().await?;
        let stations = match &args.station {
            Some(station) => vec![find_station(&store, station).await?],
            None => {
                xuncha_hub::import::on_file(&store).await?.stations.into_iter().map(|s| s.thing).collect()
            }
        };
        let mut devices = Vec::new();
        for station in stations {
            devices.extend(xuncha_hub::devices::devices(&store, station.id).await?);
        }
        store.close().await;
        Ok(devices)
    })?;
    out.show(&json!({ "devices": devices }), |text| {
        for device in &devices {
            let state = match device.revoked_at {
                Some(at) => format!("{} {}", out.pick("已停用", "revoked"), at.day()),
                None => out.pick("在用", "in use").to_owned(),
            };
            let (id, name, label) = (device.id, &device.member.name, &device.label);
            writeln!(text, "{id}  {name}  {label} ({})  {state}", device.platform)?;
        }
        Ok(())
    })
}

fn revoke(args: &RevokeArgs, out: Out) -> Result<ExitCode, Failure> {
    let device = block_on(async {
        let app = open(&args.data, &args.clock).await?;
        let found = xuncha_hub::devices::device(&app.store, args.device).await?;
        let found =
            found.ok_or_else(|| Failure::coded("not_found", format!("there is no phone {}", args.device)))?;
        let device = xuncha_hub::devices::revoke(&app, found.station, found.id, None).await?;
        app.store.close().await;
        Ok(device)
    })?;
    out.show(&device, |text| {
        writeln!(
            text,
            "{} {}",
            device.member.name,
            out.pick("的这部手机已停用。", "— this phone is revoked.")
        )
    })
}
