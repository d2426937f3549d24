//! One settings file per process, and one more per database for its migration.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use contracts::names;
use sm2::pkcs8::{EncodePrivateKey as _, LineEnding};
use toml::{Table, Value};

use super::{
    map::SuiteMap,
    options::{Adapter, Clock, SuiteOptions},
    roster::Process,
};
use crate::{kafka::Access, postgres::Database, secrets::Secrets, secrets::write_private};

const LEDGER_KEY: &str = "ledger-key.pem";

/// Writes the file that `serve` reads.
///
/// # Errors
/// When it cannot be written, or a placeholder names something that is not there.
pub fn write_serve(options: &SuiteOptions, map: &SuiteMap, process: &Process) -> Result<()> {
    let path = map.place(&process.name)?.settings.clone();
    write_private(&path, toml::to_string(&tree(options, map, process)?)?.as_bytes())
}

/// Writes the file that `migrate` reads, which alone names the owner's password; answers its path.
///
/// # Errors
/// As [`write_serve`].
pub fn write_migrate(options: &SuiteOptions, map: &SuiteMap, process: &Process) -> Result<PathBuf> {
    let path = map.run().settings().join(format!("migrate-{}.toml", process.database));
    let mut tree = tree(options, map, process)?;
    let owner = Database { name: process.database.clone() }.owner();
    if let Some(Value::Table(database)) = tree.get_mut("database") {
        let port = map.part("postgres")?;
        set(database, "owner_url", format!("postgres://{owner}@127.0.0.1:{port}/{}", process.database));
        set(database, "owner_password_file", secret(map, &format!("postgres-{owner}")));
    }
    write_private(&path, toml::to_string(&tree)?.as_bytes())?;
    Ok(path)
}

fn tree(options: &SuiteOptions, map: &SuiteMap, process: &Process) -> Result<Table> {
    let place = map.place(&process.name)?;
    let mut tree = Table::new();
    tree.insert("service".to_owned(), service(process));
    tree.insert("http".to_owned(), one("listen", format!("127.0.0.1:{}", place.port)));
    tree.insert("health".to_owned(), one("listen", format!("127.0.0.1:{}", place.health_port)));
    tree.insert("database".to_owned(), database(map, process)?);
    tree.insert("kafka".to_owned(), kafka(map, process)?);
    tree.insert("tokens".to_owned(), tokens(map, process)?);
    tree.insert("telemetry".to_owned(), telemetry(options));
    tree.insert("ledger".to_owned(), one("signing_key_file", secret(map, LEDGER_KEY)));
    tree.insert("clock".to_owned(), clock(options.clock)?);
    let (name, own) = own_section(options, map, process)?;
    if !own.is_empty() {
        tree.insert(name, Value::Table(own));
    }
    Ok(tree)
}

fn service(process: &Process) -> Value {
    let mut table = Table::new();
    // A department is known by its own name on the bus and in its consumer group.
    set(&mut table, "name", process.principal.clone());
    table.insert("instance".to_owned(), Value::Integer(process.instance.into()));
    table.insert("instances".to_owned(), Value::Integer(process.instances.into()));
    Value::Table(table)
}

fn database(map: &SuiteMap, process: &Process) -> Result<Value> {
    let app = Database { name: process.database.clone() }.app();
    let mut table = Table::new();
    set(&mut table, "url", format!("postgres://{app}@127.0.0.1:{}/{}", map.part("postgres")?, process.database));
    set(&mut table, "password_file", secret(map, &format!("postgres-{app}")));
    set(&mut table, "app_role", app);
    Ok(Value::Table(table))
}

fn kafka(map: &SuiteMap, process: &Process) -> Result<Value> {
    let mut table = Table::new();
    set(&mut table, "brokers", format!("127.0.0.1:{}", map.part("kafka")?));
    set(&mut table, "username", process.principal.clone());
    set(&mut table, "password_file", secret(map, &Access::secret_name(&process.principal)));
    set(&mut table, "security_protocol", "sasl_plaintext".to_owned());
    set(&mut table, "sasl_mechanism", "PLAIN".to_owned());
    Ok(Value::Table(table))
}

fn tokens(map: &SuiteMap, process: &Process) -> Result<Value> {
    let issuer = map.url("sign-in")?;
    let mut table = Table::new();
    set(&mut table, "key_set_url", format!("{issuer}/.well-known/jwks.json"));
    set(&mut table, "issuer", issuer);
    set(&mut table, "audience", process.service.clone());
    Ok(Value::Table(table))
}

fn telemetry(options: &SuiteOptions) -> Value {
    let mut table = Table::new();
    set(&mut table, "otlp_endpoint", options.otlp_endpoint.clone().unwrap_or_default());
    // Whoever looks at a local suite does not want to wait for the next measurement.
    table.insert("metrics_every_ms".to_owned(), Value::Integer(2_000));
    set(&mut table, "log_format", "text".to_owned());
    set(&mut table, "log_filter", options.log_filter.clone());
    Value::Table(table)
}

fn clock(clock: Clock) -> Result<Value> {
    Value::try_from(clock).context("the clock cannot be written down")
}

fn own_section(options: &SuiteOptions, map: &SuiteMap, process: &Process) -> Result<(String, Table)> {
    let Some(code) = &process.department else {
        let spec = options.services.iter().find(|spec| spec.name == process.service);
        let table = spec.map(|spec| spec.settings.clone()).unwrap_or_default();
        return Ok((process.service.replace('-', "_"), filled(table, options, map)?));
    };
    let spec = options.departments.iter().find(|spec| spec.code == *code).context("a process of no department")?;
    let mut table = Table::new();
    set(&mut table, "code", code.clone());
    set(&mut table, "name", spec.name.clone());
    match spec.adapter {
        Adapter::Manual => set(&mut table, "adapter", "manual".to_owned()),
        Adapter::Rules => {
            set(&mut table, "adapter", "rules".to_owned());
            set(&mut table, "rules_file", options.workspace.file(spec.rules()).display().to_string());
        }
        Adapter::Stranger => bail!("{code} is somebody else's program, which has its own settings"),
    }
    let owners = contracts::topics::topics().owners.iter().cloned().map(Value::String).collect();
    table.insert("owners".to_owned(), Value::Array(owners));
    Ok(("department".to_owned(), table))
}

/// Replaces the placeholders in every text of a section.
fn filled(table: Table, options: &SuiteOptions, map: &SuiteMap) -> Result<Table> {
    let mut filled_in = Table::new();
    for (key, value) in table {
        let value = match value {
            Value::String(text) => Value::String(map.fill(&text, &options.workspace)?),
            Value::Table(inner) => Value::Table(filled(inner, options, map)?),
            other
            @ (Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) | Value::Array(_)) => other,
        };
        filled_in.insert(key, value);
    }
    Ok(filled_in)
}

/// Makes the secrets that settings files point to, so that no service ever makes one.
///
/// # Errors
/// When one cannot be written.
pub fn make_secrets(secrets: &Secrets, map: &SuiteMap) -> Result<()> {
    secrets.get("sink-key")?;
    // Seals links to papers; the front desk and the owners of processes hold the same.
    secrets.get("material-key")?;
    // One-time codes of applicants are kept under it; each owner of such acts holds its own.
    for owner in ["intake", "market-registration", "construction-permit"] {
        secrets.get(&format!("code-key-{owner}"))?;
    }
    name_keys(secrets)?;
    ledger_key(secrets)?;
    for folder in ["materials", "notices"] {
        fs::create_dir_all(map.run().path().join(folder))?;
    }
    Ok(())
}

/// The key that signs name reservations, and its public half, with those of keys before it, for those who verify them.
fn name_keys(secrets: &Secrets) -> Result<()> {
    let private = secrets.made("name-key.pem", |ids| Ok(names::private_key(&ids.bytes())))?;
    let (mut signer, known) =
        (names::Signer::from_pem(&private).context("name-key.pem")?, secrets.path("name-keys.json"));
    // What an earlier key signed holds until it is over.
    if known.exists() {
        signer = signer.after(&fs::read_to_string(&known)?).context("name-keys.json")?;
    }
    write_private(&known, &serde_json::to_vec(&signer.key_set())?)
}

/// The key that signs exports of the ledgers.
fn ledger_key(secrets: &Secrets) -> Result<()> {
    secrets.made(LEDGER_KEY, |ids| {
        let key = sm2::SecretKey::from_slice(&ids.bytes::<32>())?;
        let pem = key.to_pkcs8_pem(LineEnding::LF).map_err(|error| anyhow!("{LEDGER_KEY}: {error}"))?;
        Ok(pem.to_string())
    })?;
    Ok(())
}

fn secret(map: &SuiteMap, name: &str) -> String {
    map.run().secrets().join(name).display().to_string()
}

fn one(key: &str, value: String) -> Value {
    let mut table = Table::new();
    set(&mut table, key, value);
    Value::Table(table)
}

fn set(table: &mut Table, key: &str, value: String) {
    table.insert(key.to_owned(), Value::String(value));
}
