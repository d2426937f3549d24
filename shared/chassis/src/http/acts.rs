//! Who did what in a case, in whose name and on what ground: what the ledger says, for the applicant to read.

use serde::{Deserialize, Serialize};
use sqlx::{PgPool, Row as _, postgres::PgRow};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;
use workdays::CITY;

use super::on_behalf::MEMBER;
use crate::consent::Consent;

/// In whose name something was done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InWhoseName {
    /// `oneself`, `legal_person` or `at_window` for the applicant; `office` or `assigned` for staff; absent where no person did
    /// it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<String>,
    /// Key of the applicant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applicant: Option<String>,
    /// The clerk, where the applicant stood at a window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assisted_by: Option<String>,
    /// What the applicant agreed with, where a clerk did what is the applicant's alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<Consent>,
}

/// One act.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Act {
    /// Place in the ledger.
    pub sequence: i64,
    #[serde(with = "super::instant")]
    pub at: OffsetDateTime,
    /// Stable name, e.g. `case_received`.
    pub event: String,
    /// Who did it: a token's subject, a service, `timer`.
    pub actor: String,
    #[serde(flatten)]
    pub by: InWhoseName,
}

impl InWhoseName {
    /// As a fact's body says it.
    #[must_use]
    pub fn of(body: &serde_json::Value) -> Self {
        body.get(MEMBER).and_then(|by| Self::deserialize(by).ok()).unwrap_or_default()
    }
}

/// Every act in the chain of a subject, in order. Whoever asks has shown that he may see it.
///
/// # Errors
/// Where the database fails.
pub async fn acts(db: &PgPool, subject: Uuid) -> Result<Vec<Act>, sqlx::Error> {
    let rows = sqlx::query("select sequence, kind, actor, at, body from ledger where subject = $1 order by sequence")
        .bind(subject)
        .fetch_all(db)
        .await?;
    let read = |row: &PgRow| {
        let body: &[u8] = row.try_get("body")?;
        let at: OffsetDateTime = row.try_get("at")?;
        Ok(Act {
            sequence: row.try_get("sequence")?,
            at: at.to_offset(CITY),
            event: row.try_get("kind")?,
            actor: row.try_get("actor")?,
            by: InWhoseName::of(&serde_json::from_slice(body).unwrap_or_default()),
        })
    };
    rows.iter().map(read).collect()
}
