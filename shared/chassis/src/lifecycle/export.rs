//! The ledger's daily export: its last block, signed with SM2 (GB/T 32918), to be kept where the database's masters
//! cannot reach. Whoever has the public key can check it without us: the paper carries the text that was signed.

use anyhow::{Context as _, Result, bail};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use mailbox::ledger::Block;
use serde::{Deserialize, Serialize};
use sm2::dsa::{
    Signature,
    signature::{Signer as _, Verifier as _},
};
use time::OffsetDateTime;

use super::ledger_keys::Keys;

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
    /// The id of the key that signed: SM3 over its public half (DER). Papers of earlier releases name none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    /// The text under the signature: all of the above but the key. Papers of earlier releases leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<String>,
    /// SM2 over the text: DER in base64; in papers of earlier releases both numbers in hexadecimal digits.
    pub signature: String,
}

impl Export {
    pub(super) fn sign(service: &str, block: &Block, keys: &Keys) -> Result<Self> {
        let (id, key) = keys.signing()?;
        let mut export = Self {
            service: service.to_owned(),
            number: block.number,
            closed_at: block.closed_at,
            rows: block.rows,
            root: block.root.to_string(),
            hash: block.hash.to_string(),
            key_id: Some(id.to_owned()),
            signed: None,
            signature: String::new(),
        };
        let text = export.text();
        let signature: Signature = key.sign(text.as_bytes());
        export.signature = STANDARD.encode(signature.to_der().as_bytes());
        export.signed = Some(text);
        Ok(export)
    }

    pub(super) fn read(text: &str) -> Result<Self> {
        Ok(serde_json::from_str(text)?)
    }

    pub(super) fn to_json(&self) -> Result<String> {
        Ok(serde_json::to_string(self)?)
    }

    /// Whether this service signed it, with a key that is known.
    pub(super) fn verify(&self, service: &str, keys: &Keys) -> Result<()> {
        if self.service != service {
            bail!("this export is of {}, not of {service}", self.service);
        }
        let signature = self.signature().context("the export's signature is not of its form")?;
        let text = self.text();
        if self.signed.as_ref().is_some_and(|signed| *signed != text) {
            bail!("the export of block {} was altered: it does not say what was signed", self.number);
        }
        let keys = keys.of(self.key_id.as_deref())?;
        if !keys.iter().any(|key| key.verify(text.as_bytes(), &signature).is_ok()) {
            bail!("the export of block {} was altered, or signed with another key", self.number);
        }
        Ok(())
    }

    pub(super) fn tells_of(&self, block: &Block) -> bool {
        (self.number, self.rows, self.closed_at) == (block.number, block.rows, block.closed_at)
            && (&self.root, &self.hash) == (&block.root.to_string(), &block.hash.to_string())
    }

    fn signature(&self) -> Option<Signature> {
        if self.key_id.is_some() {
            return Signature::from_der(&STANDARD.decode(&self.signature).ok()?).ok();
        }
        Signature::from_slice(&hex::decode(&self.signature).ok()?).ok()
    }

    /// The text under the signature.
    fn text(&self) -> String {
        let Self { service, number, closed_at, rows, root, hash, .. } = self;
        let micros = closed_at.unix_timestamp_nanos() / 1000;
        format!("wutong ledger block\n{service}\n{number}\n{micros}\n{rows}\n{root}\n{hash}\n")
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path, process::Command};

    use mailbox::Digest;
    use time::macros::datetime;

    use super::*;
    use crate::settings::{Secret, sections::Ledger};

    /// Made for tests: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2
    const KEY: &str = include_str!("export_key.pem");
    const NEXT: &str = include_str!("export_next_key.pem");

    fn keys(signing: &str, known: &Path) -> Keys {
        Keys::read(&Ledger { signing_key: Secret::from(signing), known_keys_file: known.to_path_buf() }).unwrap()
    }

    fn block() -> Block {
        Block {
            number: 7,
            closed_at: datetime!(2025-09-28 12:00 +8),
            rows: 51,
            root: Digest::of(b"root"),
            hash: Digest::of(b"hash"),
        }
    }

    #[test]
    fn an_export_vouches_for_its_block_only() {
        let (keys, block) = (keys(KEY, Path::new("")), block());
        let export = Export::sign("intake", &block, &keys).unwrap();
        let read = Export::read(&export.to_json().unwrap()).unwrap();
        read.verify("intake", &keys).unwrap();
        assert!(read.tells_of(&block));
        assert!(!read.tells_of(&Block { rows: 50, ..block.clone() }));

        let refusal = |export: &Export| export.verify("intake", &keys).unwrap_err().to_string();
        assert!(refusal(&Export { rows: 50, ..read.clone() }).contains("altered"));
        assert!(refusal(&Export { rows: 50, signed: None, ..read.clone() }).contains("altered"));
        assert!(refusal(&Export { signed: Some("else".into()), ..read.clone() }).contains("altered"));
        assert!(refusal(&Export { key_id: Some("0".repeat(64)), ..read.clone() }).contains("known_keys_file"));
        assert!(refusal(&Export { signature: "00".repeat(64), ..read.clone() }).contains("form"));
        assert!(read.verify("department", &keys).unwrap_err().to_string().contains("of intake"));
        let without = super::tests::keys("", Path::new(""));
        assert!(Export::sign("intake", &block, &without).unwrap_err().to_string().contains("missing"));
    }

    #[test]
    fn what_an_earlier_key_signed_holds_after_another_took_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let known = folder.path().join("known.pem");
        let before = keys(KEY, Path::new(""));
        let old = Export::sign("intake", &block(), &before).unwrap();
        // Signed by an earlier release: both numbers in hexadecimal digits, no key named, no text carried.
        let der = STANDARD.decode(&old.signature).unwrap();
        let raw = hex::encode(Signature::from_der(&der).unwrap().to_bytes());
        let oldest = Export { key_id: None, signed: None, signature: raw, ..old.clone() };

        let strangers = keys(NEXT, Path::new(""));
        assert!(old.verify("intake", &strangers).unwrap_err().to_string().contains("known_keys_file"));
        assert!(oldest.verify("intake", &strangers).is_err());
        fs::write(&known, format!("# until 2025\n{}", before.public_pem().unwrap())).unwrap();
        let after = keys(NEXT, &known);
        old.verify("intake", &after).unwrap();
        oldest.verify("intake", &after).unwrap();
        let new = Export::sign("intake", &block(), &after).unwrap();
        assert_ne!(new.key_id, old.key_id);
        new.verify("intake", &after).unwrap();
        assert!(new.verify("intake", &before).is_err());
    }

    /// The lines of the page, carried out by a shell with the real OpenSSL.
    #[test]
    fn an_auditor_checks_it_with_openssl_as_the_page_says() {
        const PAGE: &str = include_str!("../../README.md");
        let (_, lines) = PAGE.split_once("```sh\nprintf").expect("the page's lines");
        let lines = format!("printf{}", lines.split_once("```").unwrap().0);
        let folder = tempfile::tempdir().unwrap();
        let keys = keys(KEY, Path::new(""));
        let export = Export::sign("intake", &block(), &keys).unwrap();
        let carried_out = |export: &Export| {
            fs::write(folder.path().join("export.json"), export.to_json().unwrap() + "\n").unwrap();
            fs::write(folder.path().join("public.pem"), keys.public_pem().unwrap()).unwrap();
            let done = Command::new("bash").args(["-ec", &lines]).current_dir(folder.path()).output().unwrap();
            let said = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
            (done.status.success(), said)
        };
        let (verified, said) = carried_out(&export);
        assert!(verified && said.contains("Verified OK"), "{said}");
        assert!(said.contains(export.key_id.as_deref().unwrap()), "the key's id: {said}");
        let signed = fs::read_to_string(folder.path().join("signed.txt")).unwrap();
        assert_eq!(Some(signed), export.signed);
        let altered = Export { signed: export.signed.as_ref().map(|text| text.replace("51", "50")), ..export };
        let (verified, said) = carried_out(&altered);
        assert!(!verified, "{said}");
    }
}
