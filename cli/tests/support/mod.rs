//! Real processes on real folders: a hub, and a phone without a screen.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use xuncha::alone::apart;
use xuncha::demo::{Seeded, picture};

pub(crate) const NOW: &str = "2026-11-22T15:00:00+08:00";

const STATIONS: &str = "name,sub_bureau\n柳岸工作站,东城分局\n";
const MEMBERS: &str =
    "工作站,姓名,身份\n柳岸工作站,贺松年,志愿者\n柳岸工作站,闵春和,志愿者\n柳岸工作站,祁静姝,教导员\n";
const VENUES: &str = "station,name,kind,latitude,longitude,opened_on\n\
    柳岸工作站,蓝鲸网吧,网吧,32.0603,118.7969,2020-01-01\n\
    柳岸工作站,纸飞机游艺厅,游戏机室,32.0588,118.8012,2020-01-01\n";

/// The binary, told of no other hub than the words name.
pub(crate) fn program(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xuncha"));
    apart(command.args(words), Path::new(env!("CARGO_TARGET_TMPDIR")));
    command
}

pub(crate) fn xuncha(words: &[&str]) -> Output {
    program(words).env("LANG", "C").stdin(Stdio::null()).output().unwrap()
}

pub(crate) fn json(words: &[&str]) -> Value {
    let output = xuncha(&[words, &["--json"]].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?}: {} {said}", output.status);
    let text = String::from_utf8(output.stdout).unwrap();
    serde_json::from_str(text.lines().last().unwrap()).unwrap()
}

/// A hub process on a folder, and the folder.
pub(crate) struct Hub {
    folder: TempDir,
    child: Option<Child>,
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Hub {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, list) in [("stations", STATIONS), ("members", MEMBERS), ("venues", VENUES)] {
            fs::write(folder.path().join(name).with_extension("csv"), list).unwrap();
        }
        let hub = Self { folder, child: None };
        let (stations, members, venues) =
            (hub.path("stations.csv"), hub.path("members.csv"), hub.path("venues.csv"));
        let lists = ["--stations", &stations, "--members", &members, "--venues", &venues, "--datum", "gcj02"];
        let told = json(&[&["import", "--data", &hub.path("hub")], &lists[..]].concat());
        assert_eq!((told["new"].as_u64(), told["written"].as_bool()), (Some(6), Some(true)));
        hub
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn start(&mut self) -> String {
        let ports = self.path("port");
        let words = ["hub", "run", "--listen", "127.0.0.1:0", "--now", NOW, "--port-file", &ports];
        let mut command = program(&words);
        command.arg("--data").arg(self.path("hub"));
        self.child = Some(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        let begun = Instant::now();
        loop {
            assert!(begun.elapsed() < Duration::from_secs(20), "the hub does not listen");
            match fs::read_to_string(&ports).unwrap_or_default().trim().parse::<u16>() {
                Ok(port) => return format!("http://127.0.0.1:{port}"),
                Err(_) => std::thread::sleep(Duration::from_millis(10)),
            }
        }
    }

    pub(crate) fn field(&self, now: &str, words: &[&str]) -> Value {
        json(&[&["field", "--dir", &self.path("phone"), "--now", now], words].concat())
    }

    /// A hub with an enrolled phone that knows its venues.
    pub(crate) fn with_a_phone() -> Self {
        let mut hub = Self::new();
        let url = hub.start();
        let data = hub.path("hub");
        let card = ["hub", "enrol-code", "--data", &data, "--member", "贺松年", "--hub", &url, "--now", NOW];
        let card = json(&card);
        hub.field(NOW, &["enrol", "--link", card["link"].as_str().unwrap()]);
        hub.field(NOW, &["sync"]);
        hub
    }

    /// From here on no network joins phone and hub. It is asked to end by SIGTERM, as systemd does it; gives how it did.
    pub(crate) fn stop(&mut self) -> Option<ExitStatus> {
        let mut child = self.child.take()?;
        assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
        Some(child.wait().unwrap())
    }

    /// Three inspections, one with a photo, that wait on the phone.
    pub(crate) fn inspect(&self) {
        let photo = self.path("sign.jpg");
        fs::write(&photo, picture::picture(&mut Seeded::new(1)).unwrap()).unwrap();
        for (day, venue) in [(3, "蓝鲸网吧"), (12, "蓝鲸网吧"), (13, "纸飞机游艺厅")] {
            let now = format!("2026-11-{day:02}T12:10:00+08:00");
            let place = ["--at", "32.0603,118.7969", "--datum", "gcj02"];
            self.field(&now, &[&["start", "--venue", venue, "--with", "闵春和"], &place[..]].concat());
            if day == 3 {
                let answer = ["--choice", "yes", "--count", "2", "--band", "junior"];
                self.field(&now, &[&["answer", "--item", "wb_minor"], &answer[..]].concat());
                self.field(&now, &["photo", "--item", "wb_sign", "--file", &photo]);
            }
            let saved = self.field(&now, &["finish"]);
            assert_eq!(saved["state"]["state"], "waiting");
        }
    }
}
