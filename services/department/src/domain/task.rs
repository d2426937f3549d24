//! A task as this department holds it: the engine's desk, and what the engine does not know.

use casework::{Desk, DeskState};
use mailbox::Stem;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use workdays::{Calendar, DueAt};

use super::{clock::Clock, dossier::Dossier};

/// The kind of subject that a task is in the ledger.
pub const SUBJECT: &str = "task";

/// One task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    pub desk: Desk,
    pub clock: Clock,
    /// 23 digits, for people.
    pub case_number: String,
    /// Theme and version, e.g. `company-opening@1`.
    pub theme: String,
    pub region: String,
}

/// A task with the stem that a change of it must name. A task that was only ever cancelled here has a stem and no more.
#[derive(Clone)]
pub struct Held {
    pub stem: Stem,
    /// Who asked: owner of the process.
    pub owner: String,
    pub task: Option<Task>,
    /// What a rule may look at; only where one may decide now.
    pub dossier: Option<Dossier>,
    /// The last round that a rule decided.
    pub ruled_in: Option<u32>,
}

impl Held {
    /// A task that was never heard of here.
    #[must_use]
    pub fn new(stem: Stem, owner: &str) -> Self {
        Self { stem, owner: owner.to_owned(), task: None, dossier: None, ruled_in: None }
    }
}

/// Where a task stands, as the work list names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It lies here; the owner has not been told.
    Received,
    InReview,
    /// The clock stands still.
    Suspended,
    /// Decided or refused; the owner has not closed it yet.
    Answered,
    Closed,
    Cancelled,
}

impl Status {
    /// Work that waits for this department, in any order.
    pub const OPEN: [Self; 3] = [Self::Received, Self::InReview, Self::Suspended];

    #[must_use]
    pub fn of(state: &DeskState) -> Self {
        match state {
            DeskState::Received { .. } => Self::Received,
            DeskState::InReview { .. } => Self::InReview,
            DeskState::Suspended { .. } => Self::Suspended,
            DeskState::Answered { .. } => Self::Answered,
            DeskState::Closed { .. } => Self::Closed,
            DeskState::Cancelled { .. } => Self::Cancelled,
        }
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::InReview => "in_review",
            Self::Suspended => "suspended",
            Self::Answered => "answered",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
        }
    }

    /// True where nothing can come of the task any more.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::Cancelled)
    }
}

impl Task {
    #[must_use]
    pub fn status(&self) -> Status {
        Status::of(&self.desk.state)
    }

    /// When it is due by this calendar; none while its clock stands still.
    #[must_use]
    pub fn due(&self, calendar: &Calendar) -> Option<DueAt> {
        self.clock.due_of(&self.desk, calendar)
    }

    /// Stops and starts the clock as the desk now stands; a new round begins a new clock.
    pub fn follow(&mut self, before: Option<&Self>, at: OffsetDateTime) {
        if before.is_none_or(|before| before.desk.round != self.desk.round) {
            self.clock = Clock::default();
        }
        self.clock.follow(self.status() == Status::Suspended, at);
    }
}
