//! The ledger's daily export: its last block, signed with SM2 (GB/T 32918), to be kept where the database's masters
//! cannot reach.

use anyhow::{Context as _, bail};
use mailbox::ledger::Block;
use serde::{Deserialize, Serialize};
use sm2::{
    SecretKey,
    dsa::{
        Signature, SigningKey,
        signature::{Signer as _, Verifier as _},
    },
    pkcs8::DecodePrivateKey as _,
};
use time::OffsetDateTime;

use crate::settings::Secret;

/// Whoever signs without another agreement is known by this (GB/T 35276).
const SIGNER: &str = "1234567812345678";

/// A signed block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Export {
    pub service: String,
    /// The block's number.
    pub number: i64,
    #[serde(with = "time::serde::rfc3339")]
    pub closed_at: OffsetDateTime,
    /// Facts that the block seals.
    pub rows: i64,
    pub root: String,
    /// Over the block and the hash of the one before it.
    pub hash: String,
    /// SM2 over all of it, in hexadecimal digits.
    pub signature: String,
}

impl Export {
    pub(super) fn sign(service: &str, block: &Block, key: &Secret) -> anyhow::Result<Self> {
        let mut export = Self {
            service: service.to_owned(),
            number: block.number,
            closed_at: block.closed_at,
            rows: block.rows,
            root: block.root.to_string(),
            hash: block.hash.to_string(),
            signature: String::new(),
        };
        let signature: Signature = signing_key(key)?.sign(export.signed().as_bytes());
        export.signature = hex::encode(signature.to_bytes());
        Ok(export)
    }

    pub(super) fn read(text: &str) -> anyhow::Result<Self> {
        Ok(serde_json::from_str(text)?)
    }

    pub(super) fn to_json(&self) -> String {
        serde_json::json!(self).to_string()
    }

    /// Whether this service signed it, with the key that is set.
    pub(super) fn verify(&self, service: &str, key: &Secret) -> anyhow::Result<()> {
        if self.service != service {
            bail!("this export is of {}, not of {service}", self.service);
        }
        let signature = hex::decode(&self.signature).ok().and_then(|bytes| Signature::from_slice(&bytes).ok());
        let signature = signature.context("the export's signature is not of its form")?;
        let signed = self.signed();
        if signing_key(key)?.verifying_key().verify(signed.as_bytes(), &signature).is_err() {
            bail!("the export of block {} was altered, or signed with another key", self.number);
        }
        Ok(())
    }

    pub(super) fn tells_of(&self, block: &Block) -> bool {
        (self.number, self.rows, self.closed_at) == (block.number, block.rows, block.closed_at)
            && (&self.root, &self.hash) == (&block.root.to_string(), &block.hash.to_string())
    }

    /// The text under the signature.
    fn signed(&self) -> String {
        let Self { service, number, closed_at, rows, root, hash, signature: _ } = self;
        let micros = closed_at.unix_timestamp_nanos() / 1000;
        format!("wutong ledger block\n{service}\n{number}\n{micros}\n{rows}\n{root}\n{hash}\n")
    }
}

fn signing_key(key: &Secret) -> anyhow::Result<SigningKey> {
    if key.is_empty() {
        bail!("ledger.signing_key is missing: set it, or ledger.signing_key_file, to an SM2 key (PKCS#8, PEM)");
    }
    let key = SecretKey::from_pkcs8_pem(key.expose())
        .map_err(|error| anyhow::anyhow!("ledger.signing_key is not an SM2 key in PKCS#8 and PEM: {error}"))?;
    Ok(SigningKey::new(SIGNER, &key)?)
}

#[cfg(test)]
mod tests {
    use mailbox::Digest;
    use time::macros::datetime;

    use super::*;

    /// Made for tests: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2
    const KEY: &str = include_str!("export_key.pem");

    #[test]
    fn an_export_vouches_for_its_block_only() {
        let key = Secret::from(KEY);
        let block = Block {
            number: 7,
            closed_at: datetime!(2025-09-28 12:00 +8),
            rows: 51,
            root: Digest::of(b"root"),
            hash: Digest::of(b"hash"),
        };
        let export = Export::sign("intake", &block, &key).unwrap();
        let read = Export::read(&export.to_json()).unwrap();
        read.verify("intake", &key).unwrap();
        assert!(read.tells_of(&block));
        assert!(!read.tells_of(&Block { rows: 50, ..block.clone() }));

        let altered = Export { rows: 50, ..read.clone() };
        assert!(altered.verify("intake", &key).unwrap_err().to_string().contains("altered"));
        assert!(read.verify("department", &key).unwrap_err().to_string().contains("of intake"));
        let unsigned = Export { signature: "00".repeat(64), ..read };
        assert!(unsigned.verify("intake", &key).is_err());
        assert!(Export::sign("intake", &block, &Secret::from("")).unwrap_err().to_string().contains("missing"));
    }
}
