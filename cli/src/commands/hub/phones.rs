//! `xuncha hub enrol-code`, `devices`, `revoke`: the phones of a hub, from the card to the end.

// The doc comments of options are what `--help` prints: text, not Markdown.
#![allow(clippy::doc_markdown, rustdoc::bare_urls)]

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;
use xuncha_core::domain::DeviceId;
use xuncha_hub::store::reference;

use super::{DataArgs, MemberArgs, block_on, open};
use crate::clock::ClockArgs;
use crate::commands::members::find_station;
use crate::failure::Failure;
use crate::output::Out;

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

/// Options of `xuncha hub devices`.
#[derive(Debug, Args)]
pub struct DevicesArgs {
    #[command(flatten)]
    data: DataArgs,
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

pub(super) fn enrol_code(args: &EnrolCodeArgs, out: Out) -> Result<ExitCode, Failure> {
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

pub(super) fn devices(args: &DevicesArgs, out: Out) -> Result<ExitCode, Failure> {
    let devices = block_on(async {
        let store = args.data.open().await?;
        let stations = match &args.station {
            Some(station) => vec![find_station(&store, station).await?],
            None => reference::stations_by_name(&mut *store.read().await?).await?,
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

pub(super) fn revoke(args: &RevokeArgs, out: Out) -> Result<ExitCode, Failure> {
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
