//! The client's key for one intended effect: sent again with the same key, a request has no second effect.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use mailbox::{
    Digest,
    idempotency::{KeyRow, Known, look_up},
};
use sqlx::PgPool;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    answers::KEY,
    codes,
    on_behalf::{Asker, OnBehalf},
    problem::Problem,
};

/// From the header `Idempotency-Key`: 1 to 128 visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(String);

/// One intended effect: whoever repeats the key must repeat the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// Who acts, for whom, and the operation: keys of two people never meet, nor those of two applicants whom one assists.
    pub scope: String,
    pub key: String,
    /// Of the canonical body.
    pub digest: Digest,
}

impl IdempotencyKey {
    /// # Errors
    /// Anything but 1 to 128 visible ASCII characters.
    pub fn parse(key: &str) -> Result<Self, Problem> {
        let visible = (1..=128).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
        if visible { Ok(Self(key.to_owned())) } else { Err(Problem::new(&codes::IDEMPOTENCY_KEY_MALFORMED)) }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// This key, used by whoever acts, in this applicant's name, for `operation` with a body of this digest.
    #[must_use]
    pub fn intent(self, behalf: &OnBehalf, operation: &str, digest: Digest) -> Intent {
        let scope = [behalf.actor(), behalf.applicant(), operation].join(" ");
        Intent { scope, key: self.0, digest }
    }

    /// The same for an operation on something that belongs to one applicant and is named in it.
    #[must_use]
    pub fn intent_about(self, asker: &Asker, operation: &str, digest: Digest) -> Intent {
        Intent { scope: [asker.subject(), operation].join(" "), key: self.0, digest }
    }
}

impl Intent {
    /// What was made under this key before; `None` where it is new.
    ///
    /// # Errors
    /// `idempotency-key-reused` where the body was another one, and where the database fails.
    pub async fn made_before(&self, db: &PgPool) -> Result<Option<Uuid>, Problem> {
        match look_up(db, &self.scope, &self.key, &self.digest).await? {
            Known::New => Ok(None),
            Known::Same(subject) => Ok(Some(subject)),
            Known::Other => Err(Problem::new(&codes::IDEMPOTENCY_KEY_REUSED)),
        }
    }

    /// What `Changes::remember` takes: under this key, `subject` is made. `at` is system time.
    #[must_use]
    pub fn makes(&self, subject: Uuid, at: OffsetDateTime) -> KeyRow {
        KeyRow { scope: self.scope.clone(), key: self.key.clone(), request: self.digest, subject, at }
    }
}

impl FromRequest for IdempotencyKey {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let key = request.headers().get(KEY).ok_or_else(|| Problem::new(&codes::IDEMPOTENCY_KEY_MISSING));
        ready(key.and_then(|key| Self::parse(key.to_str().unwrap_or_default())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_visible_and_short() {
        assert!(IdempotencyKey::parse("a3c9-0001").is_ok());
        assert!(IdempotencyKey::parse(&"k".repeat(128)).is_ok());
        for bad in ["", "two words", "钥匙", &"k".repeat(129)] {
            assert!(IdempotencyKey::parse(bad).is_err(), "{bad}");
        }
    }
}
