//! `/v1/drafts`: applications that were begun, by the applicant or at a window.

pub mod begin;
pub mod change;
pub mod completeness;
pub mod drop;
pub mod list;
pub mod show;
pub mod submit;

use std::collections::BTreeMap;

use chassis::http::{ApplicantBody, Named, NamedShown};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::applications::submit::BroughtMaterial;
use crate::domain::draft::{Draft, Written};

/// What was written so far; any of it may be missing or wrong.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftBody {
    /// Code of a theme or item, with or without its version; the draft stays with the version that holds now.
    theme: String,
    #[serde(default)]
    channel: String,
    region: Option<String>,
    #[serde(default)]
    fields: BTreeMap<String, String>,
    #[serde(default)]
    choices: BTreeMap<String, String>,
    #[serde(default)]
    materials: Vec<BroughtMaterial>,
    /// At a window: the applicant who stands there.
    applicant: Option<ApplicantBody>,
}

impl DraftBody {
    fn parts(self, named: Option<Named>) -> (String, Written) {
        let written = Written {
            channel: self.channel,
            region: self.region,
            fields: self.fields,
            choices: self.choices,
            materials: self.materials.into_iter().map(|m| (m.code, m.material_id)).collect(),
            named,
        };
        (self.theme, written)
    }
}

/// A draft in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftSummary {
    draft_id: Uuid,
    /// `code@version`.
    theme: String,
    /// A change or submission names it.
    sequence: i64,
    #[serde(with = "chassis::http::instant")]
    changed_at: OffsetDateTime,
    /// It is deleted then, unless it is changed before.
    #[serde(with = "chassis::http::instant")]
    expires_at: OffsetDateTime,
}

/// A draft.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftShown {
    #[serde(flatten)]
    summary: DraftSummary,
    channel: String,
    region: Option<String>,
    fields: BTreeMap<String, String>,
    choices: BTreeMap<String, String>,
    materials: Vec<BroughtMaterial>,
    /// The applicant as a clerk entered him; absent in one's own.
    applicant: Option<NamedShown>,
}

impl DraftSummary {
    fn of(draft: &Draft) -> Self {
        Self {
            draft_id: draft.id,
            theme: draft.theme.clone(),
            sequence: draft.sequence,
            changed_at: draft.changed_at,
            expires_at: draft.expires_at,
        }
    }
}

impl DraftShown {
    fn of(draft: Draft) -> Self {
        let summary = DraftSummary::of(&draft);
        let Written { channel, region, fields, choices, materials, named } = draft.written;
        let materials =
            materials.into_iter().map(|(code, material_id)| BroughtMaterial { code, material_id }).collect();
        Self { summary, channel, region, fields, choices, materials, applicant: named.as_ref().map(NamedShown::from) }
    }
}
