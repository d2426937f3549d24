//! What this department said of a task, as its people read it.

use casework::{DepartmentSays, Fee, Output, SupplementItem};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use workdays::CITY;

/// What was said, word by word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "says", rename_all = "snake_case")]
pub enum SaidShown {
    /// The task has arrived.
    Acknowledged {
        #[serde(with = "chassis::http::instant")]
        acknowledged_at: OffsetDateTime,
    },
    /// The applicant has to supply something.
    SupplementAsked {
        #[serde(with = "chassis::http::instant")]
        asked_at: OffsetDateTime,
        items: Vec<AskedShown>,
        reason: String,
    },
    /// A special procedure begins.
    ProcedureStarted {
        #[serde(with = "chassis::http::instant")]
        started_at: OffsetDateTime,
        procedure: String,
        basis: String,
        /// 0 where the limit is in calendar days.
        limit_working_days: u32,
        limit_calendar_days: Option<u32>,
    },
    ProcedureEnded {
        #[serde(with = "chassis::http::instant")]
        ended_at: OffsetDateTime,
        procedure: String,
    },
    /// The department was on the site.
    SiteChecked {
        #[serde(with = "chassis::http::instant")]
        checked_at: OffsetDateTime,
        staff: Vec<String>,
        findings: Vec<String>,
        rectification_working_days: Option<u32>,
    },
    /// The head gave the department more time.
    Extended {
        #[serde(with = "chassis::http::instant")]
        extended_at: OffsetDateTime,
        working_days: u32,
        reason: String,
        signed_by: String,
    },
    /// In the applicant's favour.
    Decided {
        #[serde(with = "chassis::http::instant")]
        decided_at: OffsetDateTime,
        /// A person, or the rule.
        decided_by: String,
        outputs: Vec<OutputShown>,
        fees: Vec<FeeShown>,
    },
    Refused {
        #[serde(with = "chassis::http::instant")]
        decided_at: OffsetDateTime,
        signed_by: String,
        basis: String,
        reasons: Vec<String>,
        remedies: Vec<String>,
    },
    /// The cancellation has arrived.
    CancelAcknowledged {
        #[serde(with = "chassis::http::instant")]
        acknowledged_at: OffsetDateTime,
    },
}

/// One thing that the department misses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AskedShown {
    /// Material code or field name.
    pub code: String,
    pub note: String,
}

/// One output of a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OutputShown {
    pub kind: String,
    pub value: String,
}

/// One fee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FeeShown {
    pub name: String,
    pub fen: i64,
}

impl From<DepartmentSays> for SaidShown {
    fn from(says: DepartmentSays) -> Self {
        let city = |at: OffsetDateTime| at.to_offset(CITY);
        match says {
            DepartmentSays::Acknowledged { acknowledged_at } => {
                Self::Acknowledged { acknowledged_at: city(acknowledged_at) }
            }
            DepartmentSays::SupplementAsked { asked_at, items, reason } => {
                let asked = |SupplementItem { code, note }: SupplementItem| AskedShown { code, note };
                Self::SupplementAsked {
                    asked_at: city(asked_at),
                    items: items.into_iter().map(asked).collect(),
                    reason,
                }
            }
            DepartmentSays::ProcedureStarted {
                started_at,
                procedure,
                basis,
                limit_working_days,
                limit_calendar_days,
            } => Self::ProcedureStarted {
                started_at: city(started_at),
                procedure,
                basis,
                limit_working_days,
                limit_calendar_days,
            },
            DepartmentSays::ProcedureEnded { ended_at, procedure } => {
                Self::ProcedureEnded { ended_at: city(ended_at), procedure }
            }
            DepartmentSays::SiteChecked { checked_at, staff, findings, rectification_working_days } => {
                Self::SiteChecked { checked_at: city(checked_at), staff, findings, rectification_working_days }
            }
            DepartmentSays::Extended { extended_at, extension } => Self::Extended {
                extended_at: city(extended_at),
                working_days: extension.working_days,
                reason: extension.reason,
                signed_by: extension.signed_by,
            },
            DepartmentSays::Decided(decision) => {
                let output = |Output { kind, value }: Output| OutputShown { kind, value };
                let fee = |Fee { name, fen }: Fee| FeeShown { name, fen: fen.get() };
                Self::Decided {
                    decided_at: city(decision.decided_at),
                    decided_by: decision.decided_by,
                    outputs: decision.outputs.into_iter().map(output).collect(),
                    fees: decision.fees.into_iter().map(fee).collect(),
                }
            }
            DepartmentSays::Refused(refusal) => Self::Refused {
                decided_at: city(refusal.decided_at),
                signed_by: refusal.signed_by,
                basis: refusal.grounds.basis,
                reasons: refusal.grounds.reasons,
                remedies: refusal.grounds.remedies,
            },
            DepartmentSays::CancelAcknowledged { acknowledged_at } => {
                Self::CancelAcknowledged { acknowledged_at: city(acknowledged_at) }
            }
        }
    }
}
