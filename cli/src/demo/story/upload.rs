//! Handing over on a bad network: a phone dies in the middle of a photo, connections are cut and
//! garbled, the hub is killed and started again. All goes on until nothing waits.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::task::JoinSet;

use super::Story;
use crate::demo::proxy::Faults;

/// Syncs that one phone may need before the demo gives up.
const TRIES: u32 = 60;
/// Connections after which the hub is killed.
const KILL_HUB_AT: u64 = 12;

impl Story {
    /// Everything goes up.
    pub(super) async fn upload(&mut self) -> Result<()> {
        self.heading("五、上传，网络很差", "5. Upload over a bad network");
        self.proxy.set_online(true);
        self.die_uploading().await?;
        self.proxy.set_faults(Faults::ROUGH);
        self.tell(
            "四次连接里三次出事：中途切断、应答变成乱码、酒店登录页面、同一请求到两次。",
            "Three of four connections go wrong: cut on the way, garbled, a hotel's sign-in page, a request that arrives twice.",
        );
        let mut phones = JoinSet::new();
        for phone in self.phones.clone() {
            let (start, begun) = (self.start, self.begun);
            phones.spawn(async move {
                let now = || start.plus_millis(i64::try_from(begun.elapsed().as_millis()).unwrap_or(0));
                let mut tries = 0;
                loop {
                    tries += 1;
                    let report = phone.json(now(), &["sync"]).await?;
                    if is_done(&report) {
                        return anyhow::Ok((phone, tries));
                    }
                    if tries == TRIES {
                        bail!("{} still has something to hand over: {report}", phone.owner);
                    }
                }
            });
        }
        self.restart_hub().await?;
        let (mut all, mut most) = (0, 0);
        while let Some(done) = phones.join_next().await {
            let (_, tries) = done??;
            all += tries;
            most = most.max(tries);
        }
        let counts = self.proxy.counts();
        self.tell(
            &format!(
                "切断 {} 次，乱码 {} 次，登录页面 {} 次，重复 {} 次；同步 {all} 次，一部手机最多 {most} 次。现在没有东西在等。",
                counts.cuts, counts.garbled, counts.pages, counts.repeated
            ),
            &format!(
                "{} cuts, {} garbled, {} sign-in pages, {} repeated; {all} syncs, at most {most} for one phone. Nothing waits any more.",
                counts.cuts, counts.garbled, counts.pages, counts.repeated
            ),
        );
        self.proxy.set_faults(Faults::NONE);
        self.fetch().await
    }

    /// Once more without accidents, so that every phone has what the others brought.
    async fn fetch(&self) -> Result<()> {
        for phone in &self.phones {
            let report = phone.json(self.now(), &["sync"]).await?;
            if !is_done(&report) {
                bail!("{} has something to hand over again: {report}", phone.owner);
            }
        }
        Ok(())
    }

    /// kill -9 while a photo is on its way.
    async fn die_uploading(&mut self) -> Result<()> {
        let phone = self.phone(0, 0)?.clone();
        let mut command = phone.command(self.now(), &["sync", "--events"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("its output")?).lines();
        let mut on_its_way = None;
        while let Some(line) = lines.next_line().await? {
            let event: Value = serde_json::from_str(&line)?;
            let (sent, total) = (event["sent"].as_u64(), event["total"].as_u64());
            if event["event"] == "photo_progress" && sent < total {
                on_its_way = sent.zip(total);
                break;
            }
        }
        child.kill().await?;
        let (sent, total) =
            on_its_way.with_context(|| format!("no photo of {} was on its way", phone.owner))?;
        self.killed += 1;
        self.tell(
            &format!("{}的手机传照片传到 {sent}/{total} 字节时 kill -9。", phone.owner),
            &format!(
                "The phone of {} is killed (kill -9) with {sent} of {total} bytes of a photo sent.",
                phone.owner
            ),
        );
        let outbox = phone.json(self.now(), &["outbox"]).await?;
        let text = outbox["text"].as_str().unwrap_or_default();
        self.tell(&format!("重新打开：{text}。"), &format!("Opened again: {text}."));
        Ok(())
    }

    /// kill -9 of the hub while the phones are at it, and a new process on the same data.
    async fn restart_hub(&mut self) -> Result<()> {
        let before = self.proxy.counts().connections;
        for _ in 0..500 {
            if self.proxy.counts().connections >= before + KILL_HUB_AT {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.hub.kill().await?;
        tokio::time::sleep(Duration::from_millis(300)).await;
        self.hub.start(self.now()).await?;
        self.restarts += 1;
        self.tell(
            "正在上传时，服务器被 kill -9，在同一份数据上重新启动。",
            "In the middle of it the hub is killed (kill -9) and started again on the same data.",
        );
        Ok(())
    }
}

fn is_done(report: &Value) -> bool {
    report["stuck"].is_null() && report["records_waiting"] == 0 && report["photos_waiting"] == 0
}
