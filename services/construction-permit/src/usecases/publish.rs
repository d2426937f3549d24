//! Before the first project: a version of the catalogue that is new is published with its files; one whose text was changed
//! keeps the program from starting, and nothing replaces what was published.

use std::collections::BTreeMap;

use anyhow::Context as _;
use chassis::data::Source;
use mailbox::{Fact, Mailbox, Stem};
use serde_json::json;
use uuid::Uuid;

use crate::{
    domain::catalogue::{Catalogue, Published, Versions},
    store::{self, VersionRow},
};

/// The kind of subject that a version is in the ledger.
const SUBJECT: &str = "catalogue";

/// Ids of versions in the ledger are made from their reference: two instances that start at once make the same.
const NAMESPACE: Uuid = Uuid::from_u128(0x2f1c_0a4e_98b3_4d57_8e21_6b0d_5c9a_7f33);

/// How often it is tried where another instance starts at the same time.
const TRIES: usize = 10;

/// Every published version, with the newest published where it was not yet.
///
/// # Errors
/// A published version whose text is another one now, a version that does not follow the last, a database that fails.
pub async fn publish(mailbox: &Mailbox, newest: Catalogue, sources: &[Source]) -> anyhow::Result<Versions> {
    let mut tries = 0;
    loop {
        let mut versions = known(mailbox, &newest.reference().code).await?;
        if versions.publish(newest.clone())? == Published::Already {
            return Ok(versions);
        }
        let mut changes = mailbox.changes();
        let (reference, now) = (newest.reference(), mailbox.clocks().business.now());
        let name = format!("{}@{}", reference.code, reference.version);
        let mut stem = Stem::new(Uuid::new_v5(&NAMESPACE, name.as_bytes()), SUBJECT);
        let fact = Fact {
            kind: "catalogue_version_published".to_owned(),
            actor: mailbox.source().to_owned(),
            at: now,
            body: json!({"reference": name, "sm3": reference.digest}).to_string().into_bytes(),
        };
        changes.record(&mut stem, fact, vec![]);
        let files: BTreeMap<&str, &str> =
            sources.iter().map(|source| (source.file.as_str(), source.text.as_str())).collect();
        changes.put(VersionRow {
            code: reference.code.clone(),
            version: i32::try_from(reference.version).unwrap_or(i32::MAX),
            sm3: reference.digest.clone(),
            sources: json!(files),
            published_at: now,
        });
        tries += 1;
        match mailbox.commit(changes).await {
            Ok(()) => return Ok(versions),
            Err(error) if error.worth_deciding_again() && tries < TRIES => {}
            Err(error) => return Err(error).context("the catalogue cannot be published"),
        }
    }
}

async fn known(mailbox: &Mailbox, code: &str) -> anyhow::Result<Versions> {
    let mut versions = Versions::default();
    for (version, sm3, files) in
        store::versions(mailbox.db(), code).await.context("the catalogue cannot be compared")?
    {
        let files: BTreeMap<String, String> = serde_json::from_value(files)?;
        let sources: Vec<_> = files.into_iter().map(|(file, text)| Source { file, text }).collect();
        let read = Catalogue::read(&sources);
        let read =
            read.with_context(|| format!("{code}@{version} was published and cannot be read by this program"))?;
        anyhow::ensure!(read.reference().digest == sm3, "{code}@{version} is not what was published");
        versions.publish(read)?;
    }
    Ok(versions)
}
