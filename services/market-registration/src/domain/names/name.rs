//! What became of a name, and the place that it holds.

use std::cmp::Ordering;

use contracts::names::Reservation;
use mailbox::Stem;
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::stated::Stated;

/// The place of a name: at one authority and in one industry a trade name stands once (规定 17).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotKey {
    /// Region code of the registering authority.
    pub authority: String,
    /// Class of GB/T 4754.
    pub industry: String,
    /// Normalised trade name.
    pub name: String,
}

/// Why a place is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SlotState {
    /// 保留
    Reserved,
    /// 登记
    Registered,
    /// 注销 (held for a year)
    Deregistered,
    /// 变更 (the former name is held for a year)
    Renamed,
    /// 吊销、撤销 (held until it is deregistered)
    Revoked,
}

impl SlotState {
    pub(super) const ALL: [Self; 5] =
        [Self::Reserved, Self::Registered, Self::Deregistered, Self::Renamed, Self::Revoked];

    /// As the table and the API call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::Registered => "registered",
            Self::Deregistered => "deregistered",
            Self::Renamed => "renamed",
            Self::Revoked => "revoked",
        }
    }

    #[must_use]
    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// How the register has a company's name. Of two that it tells of one day the later one here counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// 存续
    Registered,
    /// 变更: it is a former name.
    Renamed,
    /// 吊销营业执照
    Revoked,
    /// 撤销设立登记
    Cancelled,
    /// 注销
    Deregistered,
}

impl Standing {
    const ALL: [Self; 5] = [Self::Registered, Self::Renamed, Self::Revoked, Self::Cancelled, Self::Deregistered];

    /// As the register's file and the API call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Renamed => "renamed",
            Self::Revoked => "revoked",
            Self::Cancelled => "cancelled",
            Self::Deregistered => "deregistered",
        }
    }

    #[must_use]
    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.name() == name)
    }

    /// Why such a name holds its place.
    #[must_use]
    pub fn holds(self) -> SlotState {
        match self {
            Self::Registered => SlotState::Registered,
            Self::Renamed => SlotState::Renamed,
            Self::Revoked | Self::Cancelled => SlotState::Revoked,
            Self::Deregistered => SlotState::Deregistered,
        }
    }
}

/// A place as it is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    pub key: SlotKey,
    /// Nil for the name that holds the place alone; a name that stands beside another has a seat of its own.
    pub seat: Uuid,
    pub state: SlotState,
    /// The name that holds it.
    pub reservation: Uuid,
    /// When it is free again; none while nobody knows.
    pub until: Option<OffsetDateTime>,
}

/// Where a name stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum NameState {
    /// Kept for its holder, who has not used it yet. From `until` on it is anybody's.
    Reserved {
        #[serde(with = "time::serde::rfc3339")]
        until: OffsetDateTime,
    },
    /// An opening uses it: kept as long as that runs.
    Claimed { case: Uuid },
    /// A company has it.
    Registered { case: Uuid },
    /// Given up by its holder, or by the end of the opening.
    Released {
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
    },
    /// The company is gone; the name is kept from others for a while.
    Deregistered {
        #[serde(with = "time::serde::rfc3339")]
        until: OffsetDateTime,
    },
    /// As the register of companies tells of it.
    Recorded {
        standing: Standing,
        /// Since this day.
        on: Date,
        /// When the name is anybody's; none while it is kept.
        #[serde(with = "time::serde::rfc3339::option")]
        until: Option<OffsetDateTime>,
        /// The opening through which the company got it, where that was here.
        case: Option<Uuid>,
    },
}

/// What a line of the register changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    News,
    /// It is known.
    Known,
    /// Something later is known.
    Older,
}

/// A verb that does not fit where the name stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameNotPossible {
    #[error("the reservation has ended")]
    Over,
    #[error("an opening uses the name")]
    InUse,
    #[error("the name is not reserved for this applicant's company")]
    NotReserved,
}

impl NameNotPossible {
    /// Stable, for the public account.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Over => "name_over",
            Self::InUse => "name_used",
            Self::NotReserved => "name_not_reserved",
        }
    }

    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Over => "名称保留期已过或者名称已放弃",
            Self::InUse => "该名称已用于企业开办",
            Self::NotReserved => "该名称未为本企业保留",
        }
    }
}

/// A name that was declared, or that the register tells of.
#[derive(Clone, Debug)]
pub struct Name {
    pub stem: Stem,
    /// The four parts, one after the other.
    pub full: String,
    pub key: SlotKey,
    pub sound: String,
    pub core: String,
    /// Token subject of who it is kept for, empty where only the register tells of it. Stands in no ledger body.
    pub holder: String,
    /// Unified social credit code of the company that has it.
    pub company: Option<String>,
    /// It stands beside the name that holds the place alone.
    pub shares: bool,
    /// What the declarant stated.
    pub stated: Stated,
    pub declared_at: OffsetDateTime,
    pub state: NameState,
}

impl Name {
    /// The place as this name holds it.
    #[must_use]
    pub fn slot(&self) -> Slot {
        let (state, until) = match &self.state {
            NameState::Reserved { until } => (SlotState::Reserved, Some(*until)),
            NameState::Claimed { .. } => (SlotState::Reserved, None),
            NameState::Registered { .. } => (SlotState::Registered, None),
            NameState::Released { at } => (SlotState::Reserved, Some(*at)),
            NameState::Deregistered { until } => (SlotState::Deregistered, Some(*until)),
            NameState::Recorded { standing, until, .. } => (standing.holds(), *until),
        };
        let seat = match &self.stated.investment {
            _ if !self.shares => Uuid::nil(),
            // One beside each company: of two that state the same at once, one is first.
            Some(with) => Uuid::new_v5(&Uuid::NAMESPACE_OID, with.company.as_bytes()),
            None => self.stem.id,
        };
        Slot { key: self.key.clone(), seat, state, reservation: self.stem.id, until }
    }

    /// Stable name of where it stands now.
    #[must_use]
    pub fn standing(&self, now: OffsetDateTime) -> &'static str {
        match &self.state {
            NameState::Reserved { until } if *until <= now => "expired",
            NameState::Reserved { .. } => "reserved",
            NameState::Claimed { .. } => "claimed",
            NameState::Registered { .. } => "registered",
            NameState::Released { .. } => "released",
            NameState::Deregistered { .. } => "deregistered",
            NameState::Recorded { standing, .. } => standing.name(),
        }
    }

    /// What its holder may show of it, while it is reserved.
    #[must_use]
    pub fn reservation(&self, now: OffsetDateTime) -> Option<Reservation> {
        match &self.state {
            NameState::Reserved { until } if now < *until => Some(Reservation {
                id: self.stem.id,
                name: self.full.clone(),
                authority: self.key.authority.clone(),
                industry: self.key.industry.clone(),
                holder: self.holder.clone(),
                until: *until,
            }),
            NameState::Reserved { .. }
            | NameState::Claimed { .. }
            | NameState::Registered { .. }
            | NameState::Released { .. }
            | NameState::Deregistered { .. }
            | NameState::Recorded { .. } => None,
        }
    }

    /// The opening that uses it.
    #[must_use]
    pub fn case(&self) -> Option<Uuid> {
        match &self.state {
            NameState::Claimed { case } | NameState::Registered { case } => Some(*case),
            NameState::Recorded { case, .. } => *case,
            NameState::Reserved { .. } | NameState::Released { .. } | NameState::Deregistered { .. } => None,
        }
    }

    #[must_use]
    pub fn is_deregistered(&self) -> bool {
        matches!(self.state, NameState::Deregistered { .. })
    }

    /// Its holder gives it up; true where that changes anything.
    ///
    /// # Errors
    /// Where it is over, or a company has it or is about to.
    pub fn release(&mut self, now: OffsetDateTime) -> Result<bool, NameNotPossible> {
        match &self.state {
            NameState::Released { .. } => Ok(false),
            NameState::Reserved { until } if *until <= now => Err(NameNotPossible::Over),
            NameState::Reserved { .. } => {
                self.state = NameState::Released { at: now };
                Ok(true)
            }
            NameState::Claimed { .. } | NameState::Registered { .. } => Err(NameNotPossible::InUse),
            NameState::Deregistered { .. } | NameState::Recorded { .. } => Err(NameNotPossible::Over),
        }
    }

    /// An opening that was received at `received` uses it. A reservation that has ended since then still counts: the
    /// caller sees to it that nobody else has the place.
    ///
    /// # Errors
    /// Where it had ended by then, or is used by another opening.
    pub fn claim(&mut self, case: Uuid, received: OffsetDateTime) -> Result<(), NameNotPossible> {
        match &self.state {
            NameState::Reserved { until } if received < *until => {
                self.state = NameState::Claimed { case };
                Ok(())
            }
            NameState::Claimed { case: other } if *other == case => Ok(()),
            NameState::Claimed { .. } | NameState::Registered { .. } => Err(NameNotPossible::InUse),
            NameState::Reserved { .. }
            | NameState::Released { .. }
            | NameState::Deregistered { .. }
            | NameState::Recorded { .. } => Err(NameNotPossible::Over),
        }
    }

    /// The licence is issued: the company of this credit code has it. True where that changes anything.
    pub fn register(&mut self, credit_code: &str) -> bool {
        let NameState::Claimed { case } = self.state else { return false };
        self.company = Some(credit_code.to_owned());
        self.state = NameState::Registered { case };
        true
    }

    /// The opening ended early. A name that no company got is free at once; one whose licence was taken back is kept
    /// from others until `free_at` (a year, 规定 17). True where that changes anything.
    pub fn case_stopped(&mut self, licence_stands: bool, now: OffsetDateTime, free_at: OffsetDateTime) -> bool {
        match self.state {
            NameState::Claimed { .. } => self.state = NameState::Released { at: now },
            NameState::Registered { .. } if !licence_stands => {
                self.state = NameState::Deregistered { until: free_at };
            }
            NameState::Registered { .. }
            | NameState::Reserved { .. }
            | NameState::Released { .. }
            | NameState::Deregistered { .. }
            | NameState::Recorded { .. } => return false,
        }
        true
    }

    /// The register tells of it: what is of a later day counts, and of one day the later standing. `until` is when the
    /// place is free again.
    pub fn record(&mut self, standing: Standing, on: Date, until: Option<OffsetDateTime>) -> Told {
        let before = match &self.state {
            NameState::Recorded { standing, on, .. } => Some((*on, *standing)),
            NameState::Registered { .. } if standing == Standing::Registered => return Told::Known,
            NameState::Deregistered { .. } if standing == Standing::Deregistered => return Told::Known,
            NameState::Deregistered { .. } => return Told::Older,
            NameState::Registered { .. }
            | NameState::Reserved { .. }
            | NameState::Claimed { .. }
            | NameState::Released { .. } => None,
        };
        match before.map(|before| (on, standing).cmp(&before)) {
            Some(Ordering::Less) => return Told::Older,
            Some(Ordering::Equal) => return Told::Known,
            Some(Ordering::Greater) | None => {}
        }
        // Its place was free, and somebody may have it: what comes back stands beside.
        self.shares |= self.slot().until.is_some();
        self.state = NameState::Recorded { standing, on, until, case: self.case() };
        Told::News
    }
}
