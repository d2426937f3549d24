//! What became of a declared name, and the place that it holds.

use contracts::names::Reservation;
use mailbox::Stem;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    const ALL: [Self; 5] = [Self::Reserved, Self::Registered, Self::Deregistered, Self::Renamed, Self::Revoked];

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

    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Reserved => "在保留期内",
            Self::Registered => "已经登记",
            Self::Deregistered => "注销未满1年",
            Self::Renamed => "变更未满1年",
            Self::Revoked => "被吊销或者撤销，尚未注销",
        }
    }
}

/// A place as it is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    pub key: SlotKey,
    pub state: SlotState,
    /// The name that holds it.
    pub reservation: Uuid,
    /// When it is free again; none while nobody knows.
    pub until: Option<OffsetDateTime>,
}

impl Slot {
    #[must_use]
    pub fn is_free(&self, now: OffsetDateTime) -> bool {
        self.until.is_some_and(|until| until <= now)
    }
}

/// Where a declared name stands.
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
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Over => "名称保留期已过或者名称已放弃",
            Self::InUse => "该名称已用于企业开办",
            Self::NotReserved => "该名称未为本企业保留",
        }
    }
}

/// A declared name.
#[derive(Clone, Debug)]
pub struct Name {
    pub stem: Stem,
    /// The four parts, one after the other.
    pub full: String,
    pub key: SlotKey,
    pub sound: String,
    pub core: String,
    /// Token subject of who it is kept for. Stands in no ledger body.
    pub holder: String,
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
        };
        Slot { key: self.key.clone(), state, reservation: self.stem.id, until }
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
            | NameState::Deregistered { .. } => None,
        }
    }

    /// The opening that uses it.
    #[must_use]
    pub fn case(&self) -> Option<Uuid> {
        match &self.state {
            NameState::Claimed { case } | NameState::Registered { case } => Some(*case),
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
            NameState::Deregistered { .. } => Err(NameNotPossible::Over),
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
            NameState::Reserved { .. } | NameState::Released { .. } | NameState::Deregistered { .. } => {
                Err(NameNotPossible::Over)
            }
        }
    }

    /// The licence is issued: the company has it. True where that changes anything.
    pub fn register(&mut self) -> bool {
        let NameState::Claimed { case } = self.state else { return false };
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
            | NameState::Deregistered { .. } => return false,
        }
        true
    }
}
