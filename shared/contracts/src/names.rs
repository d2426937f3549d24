//! Name reservations as their holders carry them: a signed statement (JWS, Ed25519) that a company name is kept for
//! somebody. Whoever knows the public keys verifies it without asking anybody.
//!
//! `market-registration` signs, the front desk verifies. Until when it holds is business time.

use std::collections::BTreeMap;

use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation,
    jwk::{AlgorithmParameters, Jwk, JwkSet, PublicKeyUse, ThumbprintHash},
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

/// Keeps these statements apart from every other token.
const TYPE: &str = "wutong-name+jws";

/// What is stated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reservation {
    pub id: Uuid,
    /// The full company name.
    pub name: String,
    /// Region code of the registering authority.
    pub authority: String,
    /// Class of GB/T 4754, or `unclassified`.
    pub industry: String,
    /// Token subject of the applicant for whom it is kept.
    #[serde(rename = "sub")]
    pub holder: String,
    /// From this instant on it no longer holds; business time.
    #[serde(with = "time::serde::rfc3339")]
    pub until: OffsetDateTime,
}

/// A key that is none, or a set that holds none.
#[derive(Debug, thiserror::Error)]
pub enum BadKey {
    #[error("not an Ed25519 key in PKCS#8 (PEM)")]
    Private(#[source] jsonwebtoken::errors::Error),
    #[error("not a set of keys (JWKS)")]
    Set(#[source] serde_json::Error),
    #[error("no Ed25519 key with a key id in the set")]
    Empty,
}

/// Why a statement counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotReserved {
    #[error("this is no name reservation")]
    Malformed,
    #[error("the reservation is signed with a key that is not known here")]
    UnknownKey,
    #[error("the reservation's signature does not hold")]
    NotSigned,
    #[error("the reservation has ended")]
    Over,
    #[error("another name is reserved")]
    OtherName,
    #[error("the name is reserved for somebody else")]
    OtherHolder,
}

impl NotReserved {
    /// Stable, for faults of a form.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::UnknownKey => "unknown_key",
            Self::NotSigned => "not_signed",
            Self::Over => "over",
            Self::OtherName => "other_name",
            Self::OtherHolder => "other_holder",
        }
    }

    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Malformed => "这不是名称保留凭证",
            Self::UnknownKey => "名称保留凭证的签名密钥无法识别",
            Self::NotSigned => "名称保留凭证的签名无效",
            Self::Over => "名称保留期已届满，请重新申报名称",
            Self::OtherName => "保留的名称与填写的企业名称不一致",
            Self::OtherHolder => "该名称不是为本申请人保留的",
        }
    }
}

/// Signs reservations.
#[derive(Clone)]
pub struct Signer {
    key: EncodingKey,
    public: Jwk,
    earlier: Vec<Jwk>,
}

/// The public half of an Ed25519 key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// Its thumbprint (RFC 7638), which statements name.
    pub id: String,
    /// Base64url, without padding.
    pub x: String,
}

impl Signer {
    /// Reads the private key.
    ///
    /// # Errors
    /// Where it is no Ed25519 key.
    pub fn from_pem(pem: &str) -> Result<Self, BadKey> {
        let key = EncodingKey::from_ed_pem(pem.as_bytes()).map_err(BadKey::Private)?;
        let mut public = Jwk::from_encoding_key(&key, Algorithm::EdDSA).map_err(BadKey::Private)?;
        public.common.key_id = Some(public.thumbprint(ThumbprintHash::SHA256).map_err(BadKey::Private)?);
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(Self { key, public, earlier: Vec::new() })
    }

    /// The same, which also gives out the keys that signed before it (JWKS): what they signed still holds.
    ///
    /// # Errors
    /// Where it is no key set.
    pub fn after(mut self, earlier: &str) -> Result<Self, BadKey> {
        let set: JwkSet = serde_json::from_str(earlier).map_err(BadKey::Set)?;
        self.earlier.extend(set.keys.into_iter().filter(|key| key.common.key_id != self.public.common.key_id));
        Ok(self)
    }

    /// The public halves, for everybody.
    #[must_use]
    pub fn key_set(&self) -> JwkSet {
        JwkSet { keys: std::iter::once(&self.public).chain(&self.earlier).cloned().collect() }
    }

    /// The same, each by what tells it from the others.
    #[must_use]
    pub fn public_keys(&self) -> Vec<PublicKey> {
        let of = |key: Jwk| {
            let AlgorithmParameters::OctetKeyPair(pair) = key.algorithm else { return None };
            Some(PublicKey { id: key.common.key_id?, x: pair.x })
        };
        self.key_set().keys.into_iter().filter_map(of).collect()
    }

    /// The statement, in compact form.
    ///
    /// # Errors
    /// Where signing fails.
    pub fn sign(&self, reservation: &Reservation) -> Result<String, jsonwebtoken::errors::Error> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid.clone_from(&self.public.common.key_id);
        jsonwebtoken::encode(&header, reservation, &self.key)
    }
}

/// The private key of these 32 random bytes, as PKCS#8 in PEM (RFC 8410).
#[must_use]
pub fn private_key(seed: &[u8; 32]) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    const HEAD: [u8; 16] =
        [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    let der = [HEAD.as_slice(), seed].concat();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der))
}

/// The public keys that reservations are verified with.
#[derive(Clone, Default)]
pub struct Keys(BTreeMap<String, DecodingKey>);

impl Keys {
    /// Reads a key set (JWKS).
    ///
    /// # Errors
    /// Where it is none, or holds no Ed25519 key.
    pub fn read(json: &str) -> Result<Self, BadKey> {
        let set: JwkSet = serde_json::from_str(json).map_err(BadKey::Set)?;
        let usable = |jwk: &Jwk| {
            let ed25519 = jwk.common.key_algorithm == Some(jsonwebtoken::jwk::KeyAlgorithm::EdDSA);
            Some((jwk.common.key_id.clone().filter(|_| ed25519)?, DecodingKey::from_jwk(jwk).ok()?))
        };
        let keys: BTreeMap<_, _> = set.keys.iter().filter_map(usable).collect();
        if keys.is_empty() { Err(BadKey::Empty) } else { Ok(Self(keys)) }
    }

    /// Reads a statement that holds at `now`, business time.
    ///
    /// # Errors
    /// Where it was not signed by one of the keys, or is over.
    pub fn verify(&self, token: &str, now: OffsetDateTime) -> Result<Reservation, NotReserved> {
        let head = jsonwebtoken::decode_header(token).map_err(|_| NotReserved::Malformed)?;
        if head.alg != Algorithm::EdDSA || head.typ.as_deref() != Some(TYPE) {
            return Err(NotReserved::Malformed);
        }
        let key = head.kid.and_then(|id| self.0.get(&id)).ok_or(NotReserved::UnknownKey)?;
        let mut rules = Validation::new(Algorithm::EdDSA);
        // Business time counts, and is compared below.
        rules.validate_exp = false;
        rules.validate_aud = false;
        rules.set_required_spec_claims::<&str>(&[]);
        let reservation =
            jsonwebtoken::decode::<Reservation>(token, key, &rules).map_err(|_| NotReserved::NotSigned)?.claims;
        if now < reservation.until { Ok(reservation) } else { Err(NotReserved::Over) }
    }

    /// Reads a statement that keeps `name` at `now`, for whomever.
    ///
    /// # Errors
    /// Everything that is wrong with it, at once.
    pub fn verify_of(&self, token: &str, name: &str, now: OffsetDateTime) -> Result<Reservation, Vec<NotReserved>> {
        let reservation = self.verify(token, now).map_err(|fault| vec![fault])?;
        if reservation.name == name { Ok(reservation) } else { Err(vec![NotReserved::OtherName]) }
    }

    /// Reads a statement that keeps `name` for `holder` at `now`.
    ///
    /// # Errors
    /// Everything that is wrong with it, at once.
    pub fn verify_for(
        &self,
        token: &str,
        name: &str,
        holder: &str,
        now: OffsetDateTime,
    ) -> Result<Reservation, Vec<NotReserved>> {
        let reservation = self.verify(token, now).map_err(|fault| vec![fault])?;
        let faults = [
            (reservation.name != name).then_some(NotReserved::OtherName),
            (reservation.holder != holder).then_some(NotReserved::OtherHolder),
        ];
        let faults: Vec<_> = faults.into_iter().flatten().collect();
        if faults.is_empty() { Ok(reservation) } else { Err(faults) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const NAME: &str = "莱州市云杉测试电子有限公司";

    fn signer(seed: u8) -> Signer {
        Signer::from_pem(&private_key(&[seed; 32])).unwrap()
    }

    fn keys(signer: &Signer) -> Keys {
        Keys::read(&serde_json::to_string(&signer.key_set()).unwrap()).unwrap()
    }

    fn reservation() -> Reservation {
        Reservation {
            id: Uuid::from_u128(1),
            name: NAME.to_owned(),
            authority: "370683".to_owned(),
            industry: "C39".to_owned(),
            holder: "applicant-jia".to_owned(),
            until: datetime!(2025-11-29 00:00 +8),
        }
    }

    #[test]
    fn a_reservation_is_verified_with_the_public_keys_alone() {
        let signer = signer(1);
        let token = signer.sign(&reservation()).unwrap();
        let keys = keys(&signer);
        let last = datetime!(2025-11-28 23:59:59 +8);
        assert_eq!(keys.verify_for(&token, NAME, "applicant-jia", last), Ok(reservation()));
        assert_eq!(keys.verify(&token, datetime!(2025-11-29 00:00 +8)), Err(NotReserved::Over));
        let others = keys.verify_for(&token, "莱州市云桐电子有限公司", "applicant-yi", last);
        assert_eq!(others, Err(vec![NotReserved::OtherName, NotReserved::OtherHolder]));
    }

    #[test]
    fn what_an_earlier_key_signed_holds_until_it_is_over() {
        let old = signer(1);
        let token = old.sign(&reservation()).unwrap();
        let new = signer(2).after(&serde_json::to_string(&old.key_set()).unwrap()).unwrap();
        let (keys, now) = (keys(&new), datetime!(2025-09-28 09:00 +8));
        assert_eq!(keys.verify(&token, now), Ok(reservation()));
        assert_eq!(keys.verify(&new.sign(&reservation()).unwrap(), now), Ok(reservation()));
        // Told its own key among the earlier ones, it gives it out once.
        let again = signer(2).after(&serde_json::to_string(&new.key_set()).unwrap()).unwrap();
        assert_eq!(again.key_set().keys.len(), 2);
        assert!(signer(2).after("no keys").is_err());
    }

    #[test]
    fn nothing_else_passes_for_one() {
        let (ours, stranger) = (signer(1), signer(2));
        let (keys, now) = (keys(&ours), datetime!(2025-09-28 09:00 +8));
        assert_eq!(keys.verify("x.y.z", now), Err(NotReserved::Malformed));
        assert_eq!(keys.verify(&stranger.sign(&reservation()).unwrap(), now), Err(NotReserved::UnknownKey));
        let token = ours.sign(&reservation()).unwrap();
        let other = ours.sign(&Reservation { holder: "applicant-yi".to_owned(), ..reservation() }).unwrap();
        // Another's words over this signature.
        let parts: Vec<&str> = token.split('.').collect();
        let forged = format!("{}.{}.{}", parts[0], other.split('.').nth(1).unwrap(), parts[2]);
        assert_eq!(keys.verify(&forged, now), Err(NotReserved::NotSigned));
        // A token of another kind, signed with the same key.
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = ours.public.common.key_id.clone();
        let token = jsonwebtoken::encode(&header, &reservation(), &ours.key).unwrap();
        assert_eq!(keys.verify(&token, now), Err(NotReserved::Malformed));
        assert!(Keys::read("{\"keys\":[]}").is_err() && Keys::read("").is_err());
        assert!(Signer::from_pem("not a key").is_err());
    }
}
