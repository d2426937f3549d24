//! A paper is brought: its bytes are stored once, under their digest.

use bytes::Bytes;
use chassis::http::Problem;
use mailbox::Digest;
use object_store::{ObjectStoreExt as _, PutPayload, path::Path};

use crate::{codes, service::Intake, store::materials::Material};

/// Media types that may be brought.
const TYPES: [&str; 4] = ["application/pdf", "application/ofd", "image/png", "image/jpeg"];

/// Stores a paper.
///
/// # Errors
/// An empty paper, another media type, or a store or database that fails.
pub async fn upload(
    desk: &Intake,
    applicant: &str,
    code: &str,
    media_type: &str,
    bytes: Bytes,
) -> Result<Material, Problem> {
    if bytes.is_empty() {
        return Err(Problem::new(&codes::MATERIAL_EMPTY));
    }
    if !TYPES.contains(&media_type) {
        return Err(Problem::new(&codes::MATERIAL_TYPE));
    }
    let material = Material {
        id: desk.mailbox.new_id(),
        applicant: applicant.to_owned(),
        code: code.to_owned(),
        media_type: media_type.to_owned(),
        size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        sm3: Digest::of(&bytes).to_string(),
        received_at: desk.mailbox.clocks().business.now(),
    };
    // The bytes first: a row never names what is not there. Bytes without a row are found by their digest next time.
    desk.papers.put(&place(&material.sm3), PutPayload::from_bytes(bytes)).await.map_err(store_failed)?;
    let mut changes = desk.mailbox.changes();
    changes.put(material.clone());
    desk.mailbox.commit(changes).await?;
    Ok(material)
}

/// The bytes of a paper.
///
/// # Errors
/// Where the store fails.
pub async fn read(desk: &Intake, material: &Material) -> Result<Bytes, Problem> {
    let found = desk.papers.get(&place(&material.sm3)).await.map_err(store_failed)?;
    found.bytes().await.map_err(store_failed)
}

fn place(sm3: &str) -> Path {
    Path::from(format!("{}/{sm3}", sm3.get(..2).unwrap_or_default()))
}

fn store_failed(error: object_store::Error) -> Problem {
    Problem::unavailable(&codes::STORE_AWAY, error)
}
