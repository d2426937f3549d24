//! Layers, refusals and secrets of the settings.

use std::{collections::BTreeMap, path::Path};

use chassis::settings::{Effective, Faults, Purpose, Settings, Sources};
use serde::Deserialize;

const OWN: &str = r#"
service.name = "tree"
[tree]
rings = 1
owners = []
key = ""
"#;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tree {
    rings: u32,
    owners: Vec<String>,
    key: chassis::settings::Secret,
}

fn effective(file: Option<&Path>, environment: &[(&str, &str)]) -> Result<Effective, Faults> {
    let environment: BTreeMap<_, _> = environment.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
    Effective::merge(&Sources { defaults: OWN, file, environment })
}

fn read(file: &str, environment: &[(&str, &str)]) -> Result<Settings<Tree>, Faults> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tree.toml");
    std::fs::write(&path, file).unwrap();
    effective(Some(&path), environment)?.read("tree", Purpose::Look)
}

fn faults(file: &str, environment: &[(&str, &str)]) -> Vec<String> {
    read(file, environment).unwrap_err().0.iter().map(|f| format!("{}: {}", f.key, f.what)).collect()
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
    let file = "[http]\nworkers = 2\nburst = 7\n[tree]\nrings = 3\n";
    let read = read(file, &[("WUTONG__HTTP__WORKERS", "4"), ("HOME", "/root")]).unwrap();
    assert_eq!((read.http.workers, read.http.burst, read.own.rings), (4, 7, 3));
    assert_eq!(read.http.body_limit_bytes, 1_048_576);
    assert_eq!(read.service.name, "tree");
}

#[test]
fn a_list_from_the_environment_is_parted_by_commas() {
    let read = read("", &[("WUTONG__TREE__OWNERS", "market-registration, intake")]).unwrap();
    assert_eq!(read.own.owners, ["market-registration", "intake"]);
}

#[test]
fn every_fault_is_told_at_once_by_its_full_path() {
    let file = "[http]\nlisen = \"127.0.0.1:1\"\nworkers = \"many\"\n[forest]\nsize = 2\n";
    let told = faults(file, &[("WUTONG__DATABASE__URLS", "x"), ("WUTONG__TREE__RINGS", "old")]);
    assert_eq!(
        told,
        [
            "forest: unknown key",
            "http.lisen: unknown key",
            "http.workers: is not a whole number",
            "database.urls: unknown key",
            "tree.rings: is not a whole number",
        ]
    );
}

#[test]
fn a_slip_is_shown_the_nearest_key() {
    let fault = read("[http]\nlisen = \"x\"\n", &[]).unwrap_err().0.remove(0);
    assert!(fault.remedy.contains("did you mean http.listen?"), "{fault}");
}

#[test]
fn impossible_values_are_refused() {
    let file = "[service]\ninstance = 3\ninstances = 2\n[telemetry]\nsample_ratio = 2.0\n[clock]\nmode = \"manual\"\n";
    let told = faults(file, &[("WUTONG__DATABASE__URL", "postgres://a:b@db/a")]);
    assert_eq!(
        told,
        [
            "service.instance: is not between 1 and service.instances",
            "telemetry.sample_ratio: is not between 0 and 1",
            "clock.start: is not an instant, and the clock is manual",
            "database.url: holds a password",
        ]
    );
}

#[test]
fn an_address_that_is_none_is_refused_by_its_path() {
    let told = faults("[health]\nlisten = \"somewhere\"\n", &[]);
    assert!(told.len() == 1 && told[0].contains("health.listen"), "{told:?}");
}

#[test]
fn serving_names_everything_that_is_missing() {
    let told = effective(None, &[]).unwrap().read::<Tree>("tree", Purpose::Serve).unwrap_err();
    let keys: Vec<_> = told.0.iter().map(|fault| fault.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "database.url",
            "kafka.brokers",
            "kafka.username",
            "kafka.password",
            "tokens.issuer",
            "tokens.key_set_url",
            "tokens.audience",
        ]
    );
    assert!(told.to_string().contains("WUTONG__KAFKA__BROKERS"), "{told}");
}

#[test]
fn a_secret_may_be_filled_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("key");
    std::fs::write(&secret, "open sesame\n").unwrap();
    let read = read("", &[("WUTONG__TREE__KEY_FILE", secret.to_str().unwrap())]).unwrap();
    assert_eq!(read.own.key.expose(), "open sesame");
}

#[test]
fn a_secret_given_twice_or_in_a_missing_file_is_refused() {
    let told =
        faults("[database]\npassword = \"a\"\npassword_file = \"b\"\n[tree]\nkey_file = \"/nowhere/key\"\n", &[]);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.contains(&"database.password_file: the secret is given twice".to_owned()), "{told:?}");
    assert!(told.iter().any(|t| t.starts_with("tree.key_file: /nowhere/key cannot be read")), "{told:?}");
}

#[test]
fn the_printed_tree_hides_secrets_and_can_be_read_again() {
    let printed =
        effective(None, &[("WUTONG__TREE__KEY", "open sesame"), ("WUTONG__KAFKA__PASSWORD", "007")]).unwrap().to_toml();
    assert!(!printed.contains("open sesame") && !printed.contains("007"), "{printed}");
    assert!(printed.contains("key = \"******\"") && printed.contains("owner_password = \"\""), "{printed}");
    assert_eq!(read(&printed, &[]).unwrap().own.rings, 1);
}
