//! Our own ids: UUIDs that cannot be confused with one another.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// What an id names. Implemented by empty types only.
pub trait IdKind: 'static {
    /// The type's name as `Debug` shows it.
    const NAME: &'static str;
}

/// The id of one `K`. Fresh ones come from `mailbox::ids::Ids` (they sort by time); [`Id::derived`] makes the ones that
/// must come out the same when a step is repeated.
pub struct Id<K>(Uuid, PhantomData<fn() -> K>);

/// A text that is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{kind}: it is not a UUID")]
pub struct IdError {
    pub kind: &'static str,
}

impl IdError {
    /// The fault in Chinese.
    #[must_use]
    pub fn zh(self) -> String {
        format!("{}：不是有效的UUID", self.kind)
    }
}

impl<K> Id<K> {
    /// Names a UUID that came from the generator or from storage.
    #[must_use]
    pub const fn new(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The id that `fact` has within `parent`: the same fact gives the same id, always (UUIDv5).
    #[must_use]
    pub fn derived<P>(parent: Id<P>, fact: &str) -> Self {
        Self::new(Uuid::new_v5(&parent.0, fact.as_bytes()))
    }

    /// The bare UUID, for storage and messages.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl<K: IdKind> Id<K> {
    /// Reads a UUID.
    ///
    /// # Errors
    /// [`IdError`] names the kind of id.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        Uuid::try_parse(text).map(Self::new).map_err(|_| IdError { kind: K::NAME })
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Id<K> {}

impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<K> Eq for Id<K> {}

impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl<K: IdKind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", K::NAME, self.0)
    }
}

impl<K> From<Uuid> for Id<K> {
    fn from(uuid: Uuid) -> Self {
        Self::new(uuid)
    }
}

impl<K> From<Id<K>> for Uuid {
    fn from(id: Id<K>) -> Self {
        id.0
    }
}

impl<K: IdKind> FromStr for Id<K> {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl<K> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de, K: IdKind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $alias:ident = $kind:ident;)*) => {
        /// The things that have ids.
        pub mod kinds {
            $(
                #[derive(Debug)]
                pub enum $kind {}

                impl super::IdKind for $kind {
                    const NAME: &'static str = stringify!($alias);
                }
            )*
        }
        $($(#[$doc])* pub type $alias = Id<kinds::$kind>;)*
    };
}

ids! {
    /// 办件: one applicant's request.
    CaseId = Case;
    /// 任务: one department's share of a case.
    TaskId = Task;
    /// 申请材料: one document.
    MaterialId = Material;
    /// A natural person as the applicant or as staff.
    PersonId = Person;
    /// 申请: what the applicant filed, before and after it becomes a case.
    ApplicationId = Application;
    /// 取号: a place in the hall's queue.
    TicketId = Ticket;
    /// 一次性告知 and every other formal notice.
    NoticeId = Notice;
    /// 会商: a question put to several departments.
    ConsultationId = Consultation;
    /// 名称保留: a reserved company name.
    ReservationId = Reservation;
    /// 特别程序: time that the law leaves out of the limit.
    ProcedureId = Procedure;
    /// 工程建设项目: a construction project.
    ProjectId = Project;
    /// 帮办需求: a need registered at one of the four tiers.
    HelpRequestId = HelpRequest;
    /// 代办委托: a signed authorisation of an agent.
    DelegationId = Delegation;
    /// A message on the bus or to a person.
    MessageId = Message;
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "0199904c-3a00-7000-8000-000000000001";

    #[test]
    fn an_id_says_what_it_names_and_is_written_bare() {
        let case: CaseId = TEXT.parse().unwrap();
        assert_eq!(format!("{case:?}"), format!("CaseId({TEXT})"));
        assert_eq!(case.to_string(), TEXT);
        assert_eq!(serde_json::to_string(&case).unwrap(), format!("{TEXT:?}"));
        assert_eq!(serde_json::from_str::<CaseId>(&format!("{TEXT:?}")).unwrap(), case);
    }

    #[test]
    fn what_is_no_uuid_is_refused_by_kind() {
        assert_eq!(TaskId::parse("370683"), Err(IdError { kind: "TaskId" }));
        assert_eq!(IdError { kind: "TaskId" }.zh(), "TaskId：不是有效的UUID");
        assert!(serde_json::from_str::<TaskId>("\"\"").is_err());
    }

    #[test]
    fn a_derived_id_depends_on_parent_and_fact_only() {
        let case: CaseId = TEXT.parse().unwrap();
        let other = CaseId::new(Uuid::nil());
        assert_eq!(TaskId::derived(case, "tax"), TaskId::derived(case, "tax"));
        assert_ne!(TaskId::derived(case, "tax"), TaskId::derived(case, "seals"));
        assert_ne!(TaskId::derived(case, "tax"), TaskId::derived(other, "tax"));
        assert_eq!(TaskId::derived(case, "tax").uuid().get_version_num(), 5);
    }

    #[test]
    fn ids_sort_as_their_uuids() {
        let (early, late) = (CaseId::new(Uuid::from_u128(1)), CaseId::new(Uuid::from_u128(2)));
        assert!(early < late);
        assert_eq!(Uuid::from(late), Uuid::from_u128(2));
    }
}
