//! Before the first application: versions of the catalogue that are new are published; one whose text was changed keeps the
//! program from starting.

use anyhow::Context as _;
use contracts::{
    catalogue::v1::{NeededMaterial, Sort as SentSort, VersionPublished},
    topics,
};
use mailbox::{Fact, Mailbox, Message, Stem};
use serde_json::json;
use uuid::Uuid;

use crate::{
    domain::catalogue::{Catalogue, Entry, Sort, Standing},
    store::{
        self,
        catalogue::{NewVersion, SUBJECT},
    },
};

/// Ids of versions in the ledger are made from their reference: two instances that start at once make the same.
const NAMESPACE: Uuid = Uuid::from_u128(0x6d7b_61f0_2f0c_4f3e_9a57_1f0f_8a5c_2b11);

/// How often it is tried where another instance starts at the same time.
const TRIES: usize = 10;

/// Publishes what is new.
///
/// # Errors
/// Every published version whose text is another one now, and what to do; a database that fails.
pub async fn publish(mailbox: &Mailbox, catalogue: &Catalogue) -> anyhow::Result<()> {
    let mut tries = 0;
    loop {
        let published = store::catalogue::published(mailbox.db()).await.context("the catalogue cannot be compared")?;
        let other = |entry: &&Entry| {
            published.get(&entry.reference()).is_some_and(|digest| *digest != entry.digest.to_string())
        };
        let changed: Vec<_> = catalogue.entries().iter().filter(other).map(Entry::reference).collect();
        anyhow::ensure!(
            changed.is_empty(),
            "published versions of the catalogue have another text now: {}. Put the old text back, and write what is new \
             as the next version with its own `valid_from`",
            changed.join(", ")
        );
        let mut changes = mailbox.changes();
        for entry in catalogue.entries().iter().filter(|entry| !published.contains_key(&entry.reference())) {
            record(mailbox, &mut changes, entry);
        }
        tries += 1;
        match mailbox.commit(changes).await {
            Ok(()) => return Ok(()),
            Err(error) if error.worth_deciding_again() && tries < TRIES => {}
            Err(error) => return Err(error).context("the catalogue cannot be published"),
        }
    }
}

fn record(mailbox: &Mailbox, changes: &mut mailbox::Changes, entry: &Entry) {
    let (reference, now) = (entry.reference(), mailbox.clocks().business.now());
    let sm3 = entry.digest.to_string();
    let mut stem = Stem::new(Uuid::new_v5(&NAMESPACE, reference.as_bytes()), SUBJECT);
    let fact = Fact {
        kind: "catalogue_version_published".to_owned(),
        actor: "intake".to_owned(),
        at: now,
        body: json!({"reference": reference, "sm3": sm3}).to_string().into_bytes(),
    };
    changes.record(&mut stem, fact, vec![Message::new(topics::CATALOGUE_ITEMS, &reference, &said(entry))]);
    changes.put(NewVersion { reference, sm3, published_at: now });
}

fn said(entry: &Entry) -> VersionPublished {
    let sort = match entry.sort {
        Sort::Item => SentSort::Item,
        Sort::Theme => SentSort::Theme,
    };
    let standing = match entry.standing {
        Standing::Open => "open",
        Standing::Undetermined => "undetermined",
        Standing::Elsewhere { .. } => "elsewhere",
    };
    let material = |material: &crate::domain::catalogue::Material| NeededMaterial {
        code: material.code.clone(),
        name_zh: material.name.zh.clone(),
        name_en: material.name.en.clone(),
        need: word(&material.need),
        source: word(&material.source),
        optional: material.optional,
        tolerable: material.tolerable,
    };
    VersionPublished {
        reference: entry.reference(),
        code: entry.code.clone(),
        version: entry.version,
        sort: sort.into(),
        name_zh: entry.name.zh.clone(),
        name_en: entry.name.en.clone(),
        valid_from: entry.valid_from.to_string(),
        owner: entry.owner.clone(),
        department: entry.department.clone(),
        kind: entry.kind.as_ref().map(word).unwrap_or_default(),
        implementation_code: entry.implementation_code.clone().unwrap_or_default(),
        zone: word(&entry.zone),
        standing: standing.to_owned(),
        promised_days: entry.promised_days,
        statutory_days: entry.statutory_days,
        safety: entry.safety,
        materials: entry.materials.iter().map(material).collect(),
        items: entry.items.clone(),
        sm3: entry.digest.to_string(),
    }
}

/// The name that a value has in data files.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
