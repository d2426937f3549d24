//! A paper is brought: looked at, and its bytes stored once, under their digest. It is kept for as long as something uses it; one
//! that nobody uses goes after a while.

use std::time::Duration as Pause;

use bytes::Bytes;
use chassis::http::{Fault, Problem};
use contracts::materials::{Brought, Paper};
use mailbox::{CommitError, Digest};
use object_store::{ObjectStoreExt as _, PutPayload, path::Path};
use time::Duration;
use tokio::time::sleep;
use tracing::warn;

use crate::{
    codes,
    domain::paper::{Format, GRACE_DAYS},
    service::Intake,
    store::{
        self,
        materials::{Material, Unwanted, WithinQuota},
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
    let material = Material {
        id: desk.mailbox.new_id(),
        applicant: bringer.to_owned(),
        code: code.to_owned(),
        media_type: format.media_type().to_owned(),
        size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        sm3: Digest::of(&bytes).to_string(),
        received_at: desk.mailbox.clocks().business.now(),
    };
    name(desk, &material).await?;
    // Its id is told when the bytes lie there: until then nobody can use it.
    let kept = desk.papers.put(&place(&material.sm3), PutPayload::from_bytes(bytes)).await;
    if let Err(error) = kept {
        let mut changes = desk.mailbox.changes();
        changes.put(Unwanted(material.id));
        if let Err(error) = desk.mailbox.commit(changes).await {
            warn!(%error, paper = %material.id, "a paper without its bytes goes when it expires");
        }
        return Err(store_failed(error));
    }
    Ok(material)
}

/// The paper is there, and names its bytes: from now on nobody begins to forget them. Where somebody had begun, he is waited for.
async fn name(desk: &Intake, material: &Material) -> Result<(), Problem> {
    for _ in 0..TRIES {
        let mut changes = desk.mailbox.changes();
        changes.put(WithinQuota { bringer: material.applicant.clone(), size: material.size, quota: desk.quota });
        changes.put(NamedAgain(material.sm3.clone()));
        changes.put(material.clone());
        match desk.mailbox.commit(changes).await {
            Ok(()) => return Ok(()),
            Err(CommitError::Taken(_)) => {
                let (papers, lying) = store::materials::unused(desk.mailbox.db(), &material.applicant).await?;
                if let Some(fault) = desk.quota.fault(papers, lying, material.size) {
                    let (zh, en) = (fault.zh.clone(), fault.en.clone());
                    return Err(Problem::new(&codes::PAPERS_UNUSED).detail(zh, en).with_faults(vec![fault]));
                }
            }
            Err(CommitError::Stale(_)) => sleep(BETWEEN).await,
            Err(error) => return Err(error.into()),
        }
    }
    Err(Problem::unavailable(&codes::STORE_AWAY, anyhow::anyhow!("the same bytes are being forgotten")))
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

/// Papers go that came so long ago that nobody can use them any more; gives how many, or as many as go at once.
///
/// # Errors
/// Where the database fails.
pub async fn expire(desk: &Intake, at_once: i64) -> Result<usize, CommitError> {
    let by = desk.mailbox.clocks().business.now() - desk.unused_for - Duration::days(GRACE_DAYS);
    let unwanted = store::materials::unwanted(desk.mailbox.db(), by, at_once).await?;
    let mut changes = desk.mailbox.changes();
    unwanted.iter().for_each(|id| changes.put(Unwanted(*id)));
    desk.mailbox.commit(changes).await?;
    Ok(unwanted.len())
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

fn store_failed(error: object_store::Error) -> Problem {
    Problem::unavailable(&codes::STORE_AWAY, error)
}
