//! TLS by the hub itself: a phone that trusts the authority hands over, one that does not stays with its records, and a
//! renewed certificate holds without a restart.

use std::path::Path;
use std::process::Command;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use xuncha_tests::client::client;
use xuncha_tests::hub::{Hub, program};
use xuncha_tests::station::Site;

/// An authority of the test's own.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// Writes a certificate for this machine and its key.
    fn issue(&self, folder: &Path) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        std::fs::write(folder.join("cert.pem"), certificate.pem()).unwrap();
        std::fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
    }
}

/// `xuncha field` with the authorities in a file, and whether it ended well.
fn field(folder: &Path, trusted: &Path, words: &[&str]) -> (i32, serde_json::Value) {
    let mut command = program(folder).unwrap();
    command.arg("field").arg("--dir").arg(folder.join("phone")).args(words).arg("--json");
    command.env("SSL_CERT_FILE", trusted).env_remove("SSL_CERT_DIR");
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let value = serde_json::from_str(text.lines().last().unwrap_or_default()).unwrap_or_default();
    (output.status.code().unwrap(), value)
}

#[tokio::test(flavor = "multi_thread")]
async fn phones_reach_the_hub_by_https_and_trust_only_whom_they_should() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let authority = Authority::new();
    authority.issue(path);
    let (trusted, stranger) = (path.join("trusted.pem"), path.join("stranger.pem"));
    std::fs::write(&trusted, authority.0.pem()).unwrap();
    std::fs::write(&stranger, Authority::new().0.pem()).unwrap();
    let setting = |name: &str| path.join(name).to_str().unwrap().to_owned();
    let settings = [("XUNCHA_TLS_CERT", setting("cert.pem")), ("XUNCHA_TLS_KEY", setting("key.pem"))];
    let site = Site::build_with(path, None, 1, 2, &settings).await.unwrap();
    assert!(site.hub.url().starts_with("https://"));

    let card = site.hub.card(site.volunteers[0]).unwrap();
    let number = card.code.to_string();
    let enrol = ["enrol", "--hub", site.hub.url(), "--code", &number];
    let (code, told) = field(path, &stranger, &enrol);
    assert_eq!(code, 1, "nothing is told to whom nobody vouches for: {told}");
    assert_eq!(told["error"]["code"], "hub_untrusted", "{told}");
    let (code, told) = field(path, &trusted, &enrol);
    assert_eq!(code, 0, "{told}");
    let (code, report) = field(path, &trusted, &["sync"]);
    assert_eq!((code, &report["stuck"]), (0, &serde_json::Value::Null), "{report}");

    // A browser's cookie is bound to TLS.
    drop(client()); // chooses how TLS is spoken
    let browser = reqwest::Client::builder()
        .tls_certs_only([reqwest::Certificate::from_pem(authority.0.pem().as_bytes()).unwrap()])
        .build()
        .unwrap();
    let page = browser.get(format!("{}/sign-in", site.hub.url())).send().await.unwrap();
    assert!(page.status().is_success());
    assert_eq!(page.headers()["strict-transport-security"], "max-age=31536000");
    let plain = reqwest::get(site.hub.url().replace("https", "http")).await;
    assert!(plain.is_err(), "nothing is told without TLS");

    // Renewed under the running hub, by another authority: the old trust ends, the new one holds.
    let other = Authority::new();
    other.issue(path);
    std::fs::write(&stranger, other.0.pem()).unwrap();
    let pid = site.hub.pid().unwrap();
    assert!(Command::new("kill").args(["-HUP", &pid.to_string()]).status().unwrap().success());
    for patience in (0..100).rev() {
        if field(path, &stranger, &["sync"]).0 == 0 {
            break;
        }
        assert!(patience > 0, "{}", site.hub.log());
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert_ne!(field(path, &trusted, &["sync"]).0, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_without_a_certificate_goes_on_when_it_is_asked_to_read_one_anew() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::build(folder.path(), None, 1, 2).await.unwrap();
    let pid = site.hub.pid().unwrap();
    assert!(Command::new("kill").args(["-HUP", &pid.to_string()]).status().unwrap().success());
    for patience in (0..100).rev() {
        if site.hub.log().contains("there is none") {
            break;
        }
        assert!(patience > 0, "{}", site.hub.log());
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let page = client().get(format!("{}/sign-in", site.hub.url())).send().await.unwrap();
    assert!(page.status().is_success());
    assert!(!page.headers().contains_key("strict-transport-security"), "that is for who speaks TLS to say");
}

#[test]
fn what_is_no_certificate_is_named_before_the_hub_listens() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("cert.pem"), "not a certificate").unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let mut hub = Hub::new(folder.path(), None)
        .with("XUNCHA_TLS_CERT", file("cert.pem"))
        .with("XUNCHA_TLS_KEY", file("cert.pem"));
    let error = hub.start().unwrap_err().to_string();
    assert!(error.contains("cert.pem holds no certificate in PEM"), "{error}");
}
