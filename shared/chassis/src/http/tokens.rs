//! Bearer tokens: JWT signed with ES256 by a key of the issuer's set, for this service, not expired by system time.

use actix_web::http::header::{self, HeaderMap};
use jsonwebtoken::{Algorithm, Validation, decode, decode_header, errors::ErrorKind};
use mailbox::clock::SystemClock;
use serde::Deserialize;

use super::{
    actor::Actor,
    keys::{KeySet, NoKey},
};
use crate::settings::sections;

/// How far the issuer's clock and ours may differ, in seconds.
const LEEWAY: i64 = 30;

/// Reads tokens.
pub struct Tokens {
    keys: KeySet,
    clock: SystemClock,
    rules: Validation,
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

#[derive(Deserialize)]
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
        Self { keys, clock, rules }
    }

    #[must_use]
    pub fn keys(&self) -> &KeySet {
        &self.keys
    }

    pub(super) async fn read(&self, headers: &HeaderMap) -> Result<Actor, Refused> {
        let token = bearer(headers)?;
        let head = decode_header(token).map_err(|_| Refused::Invalid)?;
        if head.alg != Algorithm::ES256 {
            return Err(Refused::Invalid);
        }
        let key = self.keys.key(&head.kid.ok_or(Refused::Invalid)?).await.map_err(|no| match no {
            NoKey::Unknown => Refused::Invalid,
            NoKey::Away => Refused::KeySetAway,
        })?;
        let claims = decode::<Claims>(token, &key, &self.rules).map_err(|e| refused(e.kind()))?.claims;
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
