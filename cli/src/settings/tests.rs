use std::fs;

use super::*;

fn gather(flags: &[(&str, &str)], environment: &[(&str, &str)], file: Option<&Path>) -> Settings {
    let flags: Vec<_> = flags.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let environment =
        environment.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    Settings::gather(&flags, &environment, Some(file.unwrap_or(Path::new("/dev/null"))))
}

fn written(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), text).unwrap();
    file
}

#[test]
fn a_flag_goes_before_the_environment_that_before_the_file_that_before_the_default() {
    let file = written("# a comment\ntrusted_proxies = 1\nlisten = \"127.0.0.1:1\"\ndata = \"in-file\"\n");
    let settings = gather(
        &[("data", "by-flag")],
        &[
            ("XUNCHA_DATA", "by-environment"),
            ("XUNCHA_LISTEN", "127.0.0.1:2"),
            ("XUNCHA_METRICS_LISTEN", "127.0.0.1:3"),
            ("XUNCHA_KEYS", ""),
        ],
        Some(file.path()),
    );
    let places: BTreeMap<_, _> =
        settings.all().map(|(setting, value)| (setting.name, setting.place(&value.source))).collect();
    assert_eq!(places["data"], "--data");
    assert_eq!(places["listen"], "XUNCHA_LISTEN");
    assert_eq!(places["trusted_proxies"], format!("{} line 2", file.path().display()));
    assert_eq!(places["keys"], "default", "an empty variable says nothing");
    let config = settings.config().unwrap();
    assert_eq!(config.data, Path::new("by-flag"));
    assert_eq!(config.listen.port(), 2);
    assert_eq!(config.metrics_listen.unwrap().port(), 3);
    assert_eq!((config.trusted_proxies, config.keys), (1, None));
}

#[test]
fn everything_that_is_wrong_is_said_at_once_with_its_place_and_what_to_write() {
    let file = written("listn = \"127.0.0.1:1\"\ntrusted_proxies = 300\ngrace_seconds = [1]\n");
    let settings = gather(
        &[("public_url", "hub.example")],
        &[("DATABASE_URL", "mysql://root:geheim@host/name")],
        Some(file.path()),
    );
    let wrong = settings.config().unwrap_err().iter().map(ToString::to_string).collect::<Vec<_>>();
    let has = |words: &[&str]| {
        let found = wrong.iter().any(|sentence| words.iter().all(|word| sentence.contains(word)));
        assert!(found, "{words:?} in {wrong:#?}");
    };
    has(&["“listn”", "line 1", "did you mean “listen”?"]);
    has(&["trusted_proxies is “300”", "line 2", "from 0 to 255"]);
    has(&["grace_seconds", "line 3", "neither text nor number"]);
    has(&["public_url is “hub.example”", "--public-url", "https://hub.example"]);
    has(&["database_url is “mysql://***@host/name”", "DATABASE_URL"]);
    assert_eq!(wrong.len(), 5);
    assert!(!wrong.join("").contains("geheim"));
}

#[test]
fn a_file_that_is_not_toml_or_not_there_is_told_with_its_line() {
    let file = written("data = \"x\"\nlisten: 8080\n");
    let wrong = gather(&[], &[], Some(file.path())).config().unwrap_err();
    assert!(wrong[0].to_string().contains("line 2 is not TOML"), "{wrong:?}");
    let wrong = gather(&[], &[], Some(Path::new("/nowhere/xuncha.toml"))).config().unwrap_err();
    assert!(wrong[0].to_string().contains("/nowhere/xuncha.toml"), "{wrong:?}");
}

fn wrong(flags: &[(&str, &str)], environment: &[(&str, &str)]) -> Vec<String> {
    let config = gather(flags, environment, None).config();
    config.err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

#[test]
fn a_misspelt_variable_is_told_with_the_one_that_was_meant_and_those_of_others_are_left_alone() {
    let told = wrong(
        &[],
        &[
            ("XUNCHA_TRUSTED_PROXYS", "1"),
            ("XUNCHA_DATABASE_URL", "postgres://hub@host/name"),
            ("XUNCHA_LISTN", ""),
            ("XUNCHA_TEST_S3", "http://127.0.0.1:1"),
            ("XUNCHA_SERVICE_HOST", "10.0.0.1"),
            ("XUNCHA_PORT", "tcp://10.0.0.1:8080"),
            ("XUNCHA_PORT_8080_TCP_ADDR", "10.0.0.1"),
            ("XUNCHA_PORT_FILE", "port"),
            ("LANG", "zh_CN.UTF-8"),
        ],
    );
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(told[0].contains("“XUNCHA_DATABASE_URL”") && told[0].contains("“DATABASE_URL”?"), "{told:#?}");
    assert!(told[1].contains("did you mean “XUNCHA_TRUSTED_PROXIES”?"), "{told:#?}");
}

#[test]
fn whoever_says_anything_of_a_store_for_photos_must_say_its_bucket() {
    for name in ["s3_access_key_id", "s3_region", "s3_allow_http", "s3_endpoint"] {
        let value = if name == "s3_endpoint" { "https://s3.example" } else { "true" };
        let told = wrong(&[(name, value)], &[]);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("s3_bucket is missing") && told[0].contains(name), "{told:?}");
    }
    assert!(wrong(&[], &[]).is_empty());
}

#[test]
fn the_address_of_a_hub_has_no_path() {
    for url in [
        "https://hub.example/xuncha",
        "https://hub.example/?a=1",
        "https://hub.example#a",
        "https://a@hub.example",
    ] {
        let told = wrong(&[("public_url", url)], &[]);
        assert!(told.len() == 1 && told[0].contains("without a path"), "{url}: {told:?}");
    }
    assert!(wrong(&[("public_url", "https://hub.example:8443/")], &[]).is_empty());
}
