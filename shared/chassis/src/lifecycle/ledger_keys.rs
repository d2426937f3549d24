//! The keys under exports of the ledger: the one that signs, and the public halves of those that signed before it.

use std::{collections::BTreeMap, fs};

use anyhow::{Context as _, Result, anyhow, bail};
use mailbox::Digest;
use sm2::{
    PublicKey, SecretKey,
    dsa::{SigningKey, VerifyingKey},
    pkcs8::{DecodePrivateKey as _, DecodePublicKey as _, EncodePublicKey as _, LineEnding},
};

use crate::settings::{Secret, sections};

/// Whoever signs without another agreement is known by this (GB/T 35276). OpenSSL's own default is the empty text.
const SIGNER: &str = "1234567812345678";

const END: &str = "-----END PUBLIC KEY-----";

/// A key that exports are or were signed with, by its id.
pub(super) struct Keys {
    signing: Option<(String, SigningKey)>,
    known: BTreeMap<String, PublicKey>,
}

impl Keys {
    /// The keys that are set.
    pub(super) fn read(settings: &sections::Ledger) -> Result<Self> {
        let file = &settings.known_keys_file;
        let mut known = BTreeMap::new();
        if !file.as_os_str().is_empty() {
            let text = fs::read_to_string(file)
                .with_context(|| format!("ledger.known_keys_file: {} cannot be read", file.display()))?;
            for key in public_keys(&text).with_context(|| format!("ledger.known_keys_file: {}", file.display()))? {
                known.insert(id_of(&key)?, key);
            }
        }
        let signing = match &settings.signing_key {
            key if key.is_empty() => None,
            key => {
                let key = signing_key(key)?;
                let public = PublicKey::from(key.verifying_key());
                let id = id_of(&public)?;
                known.insert(id.clone(), public);
                Some((id, key))
            }
        };
        Ok(Self { signing, known })
    }

    /// The key that signs, with its id.
    pub(super) fn signing(&self) -> Result<(&str, &SigningKey)> {
        let Some((id, key)) = &self.signing else {
            bail!("ledger.signing_key is missing: set it, or ledger.signing_key_file, to an SM2 key (PKCS#8, PEM)");
        };
        Ok((id, key))
    }

    /// The public half of the key that signs, as PEM.
    pub(super) fn public_pem(&self) -> Result<String> {
        let (id, _) = self.signing()?;
        let key = self.known.get(id).context("the key that signs is known")?;
        key.to_public_key_pem(LineEnding::LF).map_err(|error| anyhow!("the public key cannot be written: {error}"))
    }

    /// The key of this id; all of them where a paper names none.
    pub(super) fn of(&self, id: Option<&str>) -> Result<Vec<VerifyingKey>> {
        let named: Vec<&PublicKey> = match id {
            Some(id) => self.known.get(id).into_iter().collect(),
            None => self.known.values().collect(),
        };
        if named.is_empty() {
            let id = id.unwrap_or("any");
            bail!("no key {id} is known here: put its public half (PEM) into the file named by ledger.known_keys_file");
        }
        named.into_iter().map(|key| Ok(VerifyingKey::new(SIGNER, *key)?)).collect()
    }
}

/// The id of a public key: SM3 over its DER (SubjectPublicKeyInfo), which
/// `openssl pkey -pubin -outform DER | openssl dgst -sm3` prints as well.
fn id_of(key: &PublicKey) -> Result<String> {
    let der = key.to_public_key_der().map_err(|error| anyhow!("the public key cannot be written: {error}"))?;
    Ok(Digest::of(der.as_bytes()).to_string())
}

/// Every public key in a text of PEM blocks; what stands between them is passed over.
fn public_keys(text: &str) -> Result<Vec<PublicKey>> {
    let blocks = text.split_inclusive(END).filter_map(|part| Some(&part[part.find("-----BEGIN PUBLIC KEY-----")?..]));
    blocks.map(|pem| PublicKey::from_public_key_pem(pem).map_err(|error| anyhow!("not an SM2 key: {error}"))).collect()
}

fn signing_key(key: &Secret) -> Result<SigningKey> {
    let key = SecretKey::from_pkcs8_pem(key.expose())
        .map_err(|error| anyhow!("ledger.signing_key is not an SM2 key in PKCS#8 and PEM: {error}"))?;
    Ok(SigningKey::new(SIGNER, &key)?)
}
