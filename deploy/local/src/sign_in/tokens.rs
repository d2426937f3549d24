//! Signs tokens with a key of the suite's own (ES256).

use anyhow::{Context, Result};
use jsonwebtoken::{
    Algorithm, EncodingKey, Header,
    jwk::{Jwk, JwkSet, PublicKeyUse},
};
use mailbox::{clock::Clocks, ids::Ids};
use p256::{
    SecretKey,
    pkcs8::{EncodePrivateKey, LineEnding},
};
use serde::Serialize;

use super::people::Person;
use crate::secrets::{Secrets, write_private};

/// How long a token holds: a working day.
pub const LIFETIME_SECONDS: i64 = 8 * 3600;

/// The issuer of one suite; cheap to clone.
#[derive(Clone)]
pub struct SignIn {
    key: EncodingKey,
    public: Jwk,
    issuer: String,
    audience: Vec<String>,
    clocks: Clocks,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a [String],
    sub: &'a str,
    name: &'a str,
    roles: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    department: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    legal_person: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number_verified: Option<bool>,
    iat: i64,
    exp: i64,
}

impl SignIn {
    /// Opens the suite's key, or makes it.
    ///
    /// # Errors
    /// When the key file can neither be read nor written.
    pub fn open(secrets: &Secrets, issuer: String, audience: Vec<String>) -> Result<Self> {
        let path = secrets.path("sign-in-key.pem");
        if !path.exists() {
            write_private(&path, new_key(&Ids::from_system())?.as_bytes())?;
        }
        let pem = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let key = EncodingKey::from_ec_pem(&pem).with_context(|| format!("{} holds no key", path.display()))?;
        let mut public = Jwk::from_encoding_key(&key, Algorithm::ES256)?;
        let thumbprint = public.thumbprint(jsonwebtoken::jwk::ThumbprintHash::SHA256)?;
        public.common.key_id = Some(thumbprint);
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(Self { key, public, issuer, audience, clocks: Clocks::running() })
    }

    /// The key set, for `/.well-known/jwks.json`.
    #[must_use]
    pub fn key_set(&self) -> JwkSet {
        JwkSet { keys: vec![self.public.clone()] }
    }

    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// A token for a person, valid for eight hours of the machine's time (never of the business clock).
    ///
    /// # Errors
    /// When signing fails.
    pub fn token(&self, person: &Person) -> Result<String> {
        let now = self.clocks.system.now().unix_timestamp();
        let mut header = Header::new(Algorithm::ES256);
        header.kid.clone_from(&self.public.common.key_id);
        let claims = Claims {
            iss: &self.issuer,
            aud: &self.audience,
            sub: &person.id,
            name: &person.name,
            roles: &person.roles,
            department: person.department.as_deref(),
            region: person.region.as_deref(),
            tier: person.tier.as_deref(),
            legal_person: person.legal_person.as_deref(),
            phone_number: person.phone_number.as_deref(),
            phone_number_verified: person.phone_number.as_ref().map(|_| true),
            iat: now,
            exp: now + LIFETIME_SECONDS,
        };
        Ok(jsonwebtoken::encode(&header, &claims, &self.key)?)
    }
}

fn new_key(ids: &Ids) -> Result<String> {
    // One in four thousand million times the bytes are not a key; then the next ones are.
    let key = (0..8).find_map(|_| SecretKey::from_slice(&ids.bytes::<32>()).ok()).context("no key could be made")?;
    Ok(key.to_pkcs8_pem(LineEnding::LF).context("the key cannot be written")?.to_string())
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{DecodingKey, Validation};
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_token_is_verified_by_the_key_set_alone_and_for_its_audience_only() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = Secrets::new(folder.path().to_path_buf(), Ids::seeded(1));
        let open = || SignIn::open(&secrets, "http://127.0.0.1:8090".to_owned(), vec!["intake".to_owned()]).unwrap();
        let person = Person {
            id: "head-tax".to_owned(),
            name: "税务局负责人".to_owned(),
            name_en: String::new(),
            roles: vec!["department_head".to_owned()],
            department: Some("TAX".to_owned()),
            region: None,
            tier: None,
            legal_person: None,
            phone_number: None,
        };
        let token = open().token(&person).unwrap();
        let header = jsonwebtoken::decode_header(&token).unwrap();
        // The key is kept: the token of an earlier start is still good.
        let keys = open().key_set();
        let key = DecodingKey::from_jwk(keys.find(header.kid.as_deref().unwrap()).unwrap()).unwrap();
        let mut rules = Validation::new(Algorithm::ES256);
        rules.set_audience(&["intake"]);
        rules.set_issuer(&["http://127.0.0.1:8090"]);
        let claims = jsonwebtoken::decode::<Value>(&token, &key, &rules).unwrap().claims;
        assert_eq!(claims["department"], "TAX");
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), LIFETIME_SECONDS);
        assert!(claims.get("tier").is_none());
        rules.set_audience(&["market-registration"]);
        assert!(jsonwebtoken::decode::<Value>(&token, &key, &rules).is_err());
    }
}
