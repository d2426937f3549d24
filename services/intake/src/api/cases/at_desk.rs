//! Where a case stands at the front desk, for people.

use chassis::data::Label;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::domain::{
    case::Case,
    catalogue::Signpost,
    completeness::Missing,
    desk::{Desk, NoticeItem},
};

/// What the front desk decided, and what it waits for.
#[derive(Debug, Serialize, ToSchema)]
pub struct AtDesk {
    /// `received`, `one_time_notice`, `escalated`, `signposted`, `accepted`, `accepted_with_gaps` or `returned`.
    outcome: &'static str,
    /// Until when; absent where nothing is waited for.
    #[serde(with = "chassis::http::instant::option")]
    due_at: Option<OffsetDateTime>,
    /// `due_at` rests on days that no notice has announced yet.
    provisional: bool,
    /// Papers that are waited for.
    papers: Vec<Wanted>,
    /// Where and how it is done, for a matter that is done elsewhere.
    signpost: Option<Signpost>,
    /// The body that forgot something in a first notice; it is not the applicant's fault.
    overlooked_by: Option<String>,
    /// SM3 of the undertaking that was signed.
    undertaking_sm3: Option<String>,
    /// The one extension was given.
    extended: bool,
    /// The deadline of the notice has passed; the papers are still taken.
    overdue: bool,
}

/// A paper that is waited for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Wanted {
    code: String,
    name: Label,
    /// What is wrong with what was brought; absent for whoever is not signed in.
    reason: Option<String>,
}

impl AtDesk {
    /// For the applicant and the hall.
    #[must_use]
    pub fn of(case: &Case) -> Self {
        let shown = Self {
            outcome: "accepted",
            due_at: None,
            provisional: false,
            papers: vec![],
            signpost: None,
            overlooked_by: None,
            undertaking_sm3: None,
            extended: false,
            overdue: false,
        };
        match &case.desk {
            Desk::Received { .. } => Self { outcome: "received", ..shown },
            Desk::Accepted { .. } => shown,
            Desk::Escalated { due, provisional, .. } => {
                Self { outcome: "escalated", due_at: Some(due.0), provisional: *provisional, ..shown }
            }
            Desk::Signposted { signpost, .. } => {
                Self { outcome: "signposted", signpost: Some(signpost.clone()), ..shown }
            }
            Desk::Noticed { notice } => Self {
                outcome: "one_time_notice",
                due_at: Some(notice.deadline.at),
                provisional: notice.deadline.provisional,
                papers: case.desk.open_items().into_iter().map(Wanted::told).collect(),
                overlooked_by: notice.overlooked_by.clone(),
                overdue: notice.overdue,
                ..shown
            },
            Desk::Tolerated { tolerance } | Desk::Returned { tolerance, .. } => Self {
                outcome: if matches!(case.desk, Desk::Returned { .. }) { "returned" } else { "accepted_with_gaps" },
                due_at: Some(tolerance.deadline.at),
                provisional: tolerance.deadline.provisional,
                papers: tolerance.gaps.iter().map(Wanted::gap).collect(),
                undertaking_sm3: Some(tolerance.undertaking_sm3.clone()),
                extended: tolerance.extended,
                ..shown
            },
        }
    }

    /// For whoever holds the slip: without what somebody typed about the applicant's papers.
    #[must_use]
    pub fn public(case: &Case) -> Self {
        let mut shown = Self::of(case);
        shown.papers.iter_mut().for_each(|paper| paper.reason = None);
        shown.undertaking_sm3 = None;
        shown
    }
}

impl Wanted {
    fn told(item: NoticeItem) -> Self {
        Self { code: item.code, name: item.name, reason: Some(item.reason) }
    }

    fn gap(gap: &Missing) -> Self {
        Self { code: gap.code.clone(), name: gap.name.clone(), reason: None }
    }
}
