//! A paper is brought: looked at, and its bytes stored once, under their digest. It is kept for as long as something uses it; one
//! that nobody uses goes after a while.

use std::time::Duration as Pause;

use bytes::Bytes;
use chassis::http::{Fault, Problem};
use contracts::materials::{Brought, Paper};
use mailbox::{Changes, Digest};
use object_store::{ObjectStoreExt as _, PutPayload, path::Path};
use time::Duration;
use tokio::time::sleep;
use uuid::Uuid;

use crate::{
    codes,
    domain::paper::{EXPIRES, Format, GRACE_DAYS},
    service::Intake,
    store::{
        self,
        materials::{Material, Unwanted},
        papers_gone::NamedAgain,
    },
};

/// How often, and at which intervals, it is asked whether bytes that were being forgotten are.
const TRIES: usize = 50;
const BETWEEN: Pause = Pause::from_millis(100);

/// Stores a paper of whoever brings it.
///
/// # Errors
/// An empty paper, another kind of paper than its bytes may be, a code that nobody knows, too much that nobody uses; a store or
/// database that fails.
pub async fn upload(desk: &Intake, bringer: &str, code: &str, bytes: Bytes) -> Result<Material, Problem> {
    let mut faults = Vec::new();
    if !desk.catalogue.takes(code) {
        let (zh, en) = ("没有此材料编码,请按办事指南填写", "there is no paper of this code; take it from the guide");
        faults.push(Fault::new("code", "unknown_material", zh, en));
    }
    if bytes.is_empty() {
        return Err(Problem::new(&codes::MATERIAL_EMPTY).with_faults(faults));
    }
    let format = match Format::of(&bytes) {
        Ok(format) => format,
        Err(seems) => {
            let (zh, en) = seems.detail();
            return Err(Problem::new(&codes::MATERIAL_TYPE).detail(zh, en).with_faults(faults));
        }
    };
    if !faults.is_empty() {
        return Err(Problem::faulty(faults));
    }
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let (papers, lying) = store::materials::unused(desk.mailbox.db(), bringer).await?;
    if let Some(fault) = desk.quota.fault(papers, lying, size) {
        let (zh, en) = (fault.zh.clone(), fault.en.clone());
        return Err(Problem::new(&codes::PAPERS_UNUSED).detail(zh, en).with_faults(vec![fault]));
    }
    let material = Material {
        id: desk.mailbox.new_id(),
        applicant: bringer.to_owned(),
        code: code.to_owned(),
        media_type: format.media_type().to_owned(),
        size,
        sm3: Digest::of(&bytes).to_string(),
        received_at: desk.mailbox.clocks().business.now(),
    };
    // The bytes first: a row never names what is not there. Bytes without a row are found by their digest next time.
    keep(desk, &material.sm3, bytes.clone()).await?;
    let mut changes = desk.mailbox.changes();
    changes.set_timer(material.id, EXPIRES, material.received_at + desk.unused_for + Duration::days(GRACE_DAYS));
    changes.put(material.clone());
    desk.mailbox.commit(changes).await?;
    stay(desk, &material.sm3, bytes).await?;
    Ok(material)
}

/// What the front desk states of a paper for services that own a process: for as long as it is sure to lie here unused.
#[must_use]
pub fn statement(desk: &Intake, material: &Material) -> String {
    let paper = Paper {
        code: material.code.clone(),
        id: material.id,
        media_type: material.media_type.clone(),
        size: material.size,
        sm3: material.sm3.clone(),
    };
    let until = material.received_at + desk.unused_for;
    Brought { paper, by: material.applicant.clone(), until: Some(until.unix_timestamp()) }.statement(&desk.seals)
}

/// Nobody used the paper: it goes. One that a draft names waits as long again.
#[must_use]
pub fn expire(desk: &Intake, id: Uuid, wanted: Option<store::materials::Wanted>) -> Changes {
    let mut changes = desk.mailbox.changes();
    match wanted {
        Some(store::materials::Wanted::Used) => {}
        Some(store::materials::Wanted::InDraft) => {
            changes.set_timer(id, EXPIRES, desk.mailbox.clocks().business.now() + desk.unused_for);
        }
        None => changes.put(Unwanted(id)),
    }
    changes
}

/// The bytes of a paper.
///
/// # Errors
/// Where the store fails.
pub async fn read(desk: &Intake, material: &Material) -> Result<Bytes, Problem> {
    let found = desk.papers.get(&place(&material.sm3)).await.map_err(store_failed)?;
    found.bytes().await.map_err(store_failed)
}

/// Where bytes lie.
#[must_use]
pub fn place(sm3: &str) -> Path {
    Path::from(format!("{}/{sm3}", sm3.get(..2).unwrap_or_default()))
}

async fn keep(desk: &Intake, sm3: &str, bytes: Bytes) -> Result<(), Problem> {
    desk.papers.put(&place(sm3), PutPayload::from_bytes(bytes)).await.map(drop).map_err(store_failed)
}

/// The row is committed, and nobody begins to forget its bytes any more. Where somebody had begun, they are stored again.
async fn stay(desk: &Intake, sm3: &str, bytes: Bytes) -> Result<(), Problem> {
    for _ in 0..TRIES {
        if !store::papers_gone::noted(desk.mailbox.db(), sm3).await? {
            return match desk.papers.head(&place(sm3)).await {
                Ok(_) => Ok(()),
                Err(object_store::Error::NotFound { .. }) => keep(desk, sm3, bytes).await,
                Err(error) => Err(store_failed(error)),
            };
        }
        let mut changes = desk.mailbox.changes();
        changes.put(NamedAgain(sm3.to_owned()));
        desk.mailbox.commit(changes).await?;
        sleep(BETWEEN).await;
    }
    Err(Problem::unavailable(&codes::STORE_AWAY, anyhow::anyhow!("the same bytes are being forgotten")))
}

fn store_failed(error: object_store::Error) -> Problem {
    Problem::unavailable(&codes::STORE_AWAY, error)
}
