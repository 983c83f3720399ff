//! Running it: several copies, backup and restore, TLS; and the files of `deploy/` by the tools that will read them.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context, Result};

use super::{Part, scenarios::end_to_end};
use crate::{apt, session::Session, tally::Tally};

pub(super) struct Running;

impl Part for Running {
    fn name(&self) -> &'static str {
        "running"
    }

    fn about(&self) -> &'static str {
        "several copies of the hub, backup and restore, TLS, and the files in deploy/"
    }

    fn run(&self, session: &mut Session<'_>) -> Result<Tally> {
        let corner = session.ws().corner("running")?;
        let deploy = session.ws().root().join("deploy");
        let mut tally =
            session.check("figures named in deploy/ exist", &unknown_figures(session.ws().root())?);
        tally += unit(session, &deploy, &corner)?;
        tally += nginx(session, &deploy, &corner)?;
        tally += prometheus(session, &deploy)?;
        Ok(tally + end_to_end(session, &["tests/running"])?)
    }
}

/// The unit, with the binary that was built in the place of the installed one.
fn unit(session: &mut Session<'_>, deploy: &Path, corner: &Path) -> Result<Tally> {
    needs(session, "systemd-analyze", "systemd")?;
    let binary = session.binary()?;
    let unit = corner.join("xuncha.service");
    let text = fs::read_to_string(deploy.join("xuncha.service"))?;
    fs::write(&unit, text.replace("/usr/local/bin/xuncha", &binary.to_string_lossy()))?;
    let mut verify = session.ws().command("systemd-analyze");
    session.step("systemd-analyze verify", verify.args(["verify", "--man=no"]).arg(&unit))
}

/// nginx's settings, with a certificate made for it.
fn nginx(session: &mut Session<'_>, deploy: &Path, corner: &Path) -> Result<Tally> {
    needs(session, "nginx", "nginx")?;
    needs(session, "openssl", "openssl")?;
    let (cert, key) = (corner.join("cert.pem"), corner.join("key.pem"));
    let mut openssl = session.ws().command("openssl");
    openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=hub.example"]);
    let made =
        session.step("a certificate for nginx", openssl.arg("-out").arg(&cert).arg("-keyout").arg(&key))?;
    let server = fs::read_to_string(deploy.join("nginx.conf"))?
        .replace("/etc/xuncha/cert.pem", &cert.to_string_lossy())
        .replace("/etc/xuncha/key.pem", &key.to_string_lossy());
    let here = corner.display();
    let whole = format!(
        "pid {here}/nginx.pid;\nerror_log {here}/nginx.log;\nevents {{}}\nhttp {{\naccess_log off;\n{server}}}\n"
    );
    let file = corner.join("nginx.conf");
    fs::write(&file, whole)?;
    let mut test = session.ws().command("nginx");
    Ok(made + session.step("nginx -t", test.arg("-t").arg("-c").arg(&file))?)
}

fn prometheus(session: &mut Session<'_>, deploy: &Path) -> Result<Tally> {
    needs(session, "promtool", "prometheus")?;
    let mut check = session.ws().command("promtool");
    check.args(["check", "config", "--syntax-only"]).arg(deploy.join("prometheus/prometheus.yml"));
    let settings = session.step("promtool check config", &mut check)?;
    let mut check = session.ws().command("promtool");
    check.args(["check", "rules"]).arg(deploy.join("prometheus/alerts.yml"));
    let rules = session.step("promtool check rules", &mut check)?;
    let mut test = session.ws().command("promtool");
    test.args(["test", "rules"]).arg(deploy.join("prometheus/alerts.test.yml"));
    Ok(settings + rules + session.step("promtool test rules", &mut test)?)
}

fn needs(session: &Session<'_>, program: &str, package: &str) -> Result<()> {
    let installed = apt::which(program).is_some() || Path::new("/usr/sbin").join(program).is_file();
    if installed { Ok(()) } else { apt::install(session.ws(), &[package], program) }
}

/// Figures that alerts and dashboard name and the hub does not tell.
fn unknown_figures(root: &Path) -> Result<Vec<String>> {
    let mut told = BTreeSet::new();
    sources(&root.join("hub/src"), &mut told)?;
    let mut unknown = Vec::new();
    for file in ["deploy/prometheus/alerts.yml", "deploy/grafana/xuncha.json"] {
        let text = fs::read_to_string(root.join(file)).with_context(|| format!("cannot read {file}"))?;
        let named = figures(&text).into_iter().map(|name| name.trim_end_matches("_bucket").to_owned());
        let missing = named.filter(|name| !told.contains(name)).collect::<BTreeSet<_>>();
        unknown.extend(missing.into_iter().map(|name| format!("{file}: {name}")));
    }
    Ok(unknown)
}

fn sources(folder: &Path, told: &mut BTreeSet<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sources(&path, told)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            told.extend(figures(&fs::read_to_string(&path)?));
        }
    }
    Ok(())
}

/// Names of figures in a text: `xuncha_` with a unit at the end.
fn figures(text: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| !(letter.is_ascii_lowercase() || letter == '_'));
    let ends = ["_total", "_seconds", "_bucket", "_open", "_ready"];
    let named =
        words.filter(|word| word.starts_with("xuncha_") && ends.iter().any(|end| word.ends_with(end)));
    named.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_in_expressions_and_in_sources() {
        let found = figures(r#"rate(xuncha_commit_seconds_bucket[5m]) "xuncha_photos_total", xuncha_hub::x"#);
        assert_eq!(
            found.into_iter().collect::<Vec<_>>(),
            ["xuncha_commit_seconds_bucket", "xuncha_photos_total"]
        );
    }
}
