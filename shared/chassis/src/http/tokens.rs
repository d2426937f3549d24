//! Bearer tokens: JWT signed with ES256 by a key of the issuer's set, for this service, not expired by system time.

use actix_web::http::header::{self, HeaderMap};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, errors::ErrorKind};
use mailbox::{Digest, clock::SystemClock};
use quick_cache::sync::Cache;
use serde::Deserialize;
use time::OffsetDateTime;

use super::{
    actor::Actor,
    keys::{KeySet, NoKey},
};
use crate::settings::sections;

/// How far the issuer's clock and ours may differ, in seconds.
const LEEWAY: i64 = 30;

/// Tokens that are remembered as good: as many people may be at work at once.
const REMEMBERED: usize = 10_000;

/// Reads tokens. Checking a signature costs more than most answers: what was found good is known again by its digest,
/// until the issuer's keys are fetched anew.
pub struct Tokens {
    keys: KeySet,
    clock: SystemClock,
    rules: Validation,
    good: Cache<Digest, Good>,
}

#[derive(Clone)]
struct Good {
    key_id: String,
    /// Of the keys that it was checked with: an issuer may give a new key an old one's id.
    fetched: Option<OffsetDateTime>,
    claims: Claims,
}

/// A token as it was sent, and what it is known again by.
pub(super) struct Presented<'h> {
    token: &'h str,
    digest: Digest,
}

/// Why a request has no actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    Missing,
    Invalid,
    Expired,
    NotForUs,
    KeySetAway,
}

/// What the token of a request came to; put beside the request before any handler sees it.
pub(super) struct Signed(pub Result<Actor, Refused>);

#[derive(Clone, Deserialize)]
struct Claims {
    exp: i64,
    #[serde(default)]
    nbf: Option<i64>,
    #[serde(flatten)]
    actor: Actor,
}

impl Tokens {
    #[must_use]
    pub fn new(settings: &sections::Tokens, keys: KeySet, clock: SystemClock) -> Self {
        let mut rules = Validation::new(Algorithm::ES256);
        rules.set_issuer(&[&settings.issuer]);
        rules.set_audience(&[&settings.audience]);
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Compared with our own clock below.
        rules.validate_exp = false;
        Self { keys, clock, rules, good: Cache::new(REMEMBERED) }
    }

    #[must_use]
    pub fn keys(&self) -> &KeySet {
        &self.keys
    }

    /// The token of a request, not looked at yet.
    pub(super) fn presented<'h>(&self, headers: &'h HeaderMap) -> Result<Presented<'h>, Refused> {
        let token = bearer(headers)?;
        Ok(Presented { token, digest: Digest::of(token.as_bytes()) })
    }

    /// Whose token this is, where it was found good before.
    pub(super) fn remembered(&self, presented: &Presented<'_>) -> Option<String> {
        self.good.get(&presented.digest).map(|good| good.claims.actor.subject)
    }

    pub(super) async fn read(&self, presented: Presented<'_>) -> Result<Actor, Refused> {
        let Presented { token, digest } = presented;
        let fetched = self.keys.fetched();
        if let Some(good) = self.good.get(&digest).filter(|good| good.fetched == fetched) {
            // Asks for the keys again when they are old.
            self.key(&good.key_id).await?;
            return self.in_time(good.claims);
        }
        let head = decode_header(token).map_err(|_| Refused::Invalid)?;
        if head.alg != Algorithm::ES256 {
            return Err(Refused::Invalid);
        }
        let key_id = head.kid.ok_or(Refused::Invalid)?;
        let key = self.key(&key_id).await?;
        let claims = decode::<Claims>(token, &key, &self.rules).map_err(|e| refused(e.kind()))?.claims;
        if !claims.actor.can_be_kept() {
            return Err(Refused::Invalid);
        }
        self.good.insert(digest, Good { key_id, fetched, claims: claims.clone() });
        self.in_time(claims)
    }

    async fn key(&self, id: &str) -> Result<DecodingKey, Refused> {
        self.keys.key(id).await.map_err(|no| match no {
            NoKey::Unknown => Refused::Invalid,
            NoKey::Away => Refused::KeySetAway,
        })
    }

    fn in_time(&self, claims: Claims) -> Result<Actor, Refused> {
        let now = self.clock.now().unix_timestamp();
        if claims.exp + LEEWAY < now {
            Err(Refused::Expired)
        } else if claims.nbf.is_some_and(|nbf| nbf - LEEWAY > now) {
            Err(Refused::Invalid)
        } else {
            Ok(claims.actor)
        }
    }
}

fn refused(why: &ErrorKind) -> Refused {
    if matches!(why, ErrorKind::InvalidAudience) { Refused::NotForUs } else { Refused::Invalid }
}

fn bearer(headers: &HeaderMap) -> Result<&str, Refused> {
    let given = headers.get(header::AUTHORIZATION).ok_or(Refused::Missing)?;
    let (scheme, token) = given.to_str().ok().and_then(|text| text.split_once(' ')).ok_or(Refused::Invalid)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim()) } else { Err(Refused::Missing) }
}
