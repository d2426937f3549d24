//! What several answers share: limits and days, clocks, the ways on after a refusal, what an item lacks, attributes' values.

use casework::{
    Budget, Card, ClockClass, Ending, Limit, Remaining,
    clock::{ItemClock, LimitClock, RoundClock},
};
use chassis::{data::Label, owner::shown::WayShown};
use serde::Serialize;
use time::{Date, OffsetDateTime};
use utoipa::{
    ToSchema,
    openapi::{
        ObjectBuilder, RefOr, Schema,
        schema::{SchemaType, Type},
    },
};
use workdays::{CITY, Count, Due};

use crate::domain::{condition::Value, project::Lacking};

/// A length of time in days.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LimitShown {
    /// 0 is the same day.
    WorkingDays(u32),
    CalendarDays(u32),
    Months(u32),
}

impl From<Limit> for LimitShown {
    fn from(limit: Limit) -> Self {
        match limit {
            Limit::WorkingDays(days) => Self::WorkingDays(days),
            Limit::CalendarDays(days) => Self::CalendarDays(days),
            Limit::Months(months) => Self::Months(months),
        }
    }
}

/// A day by which, or on which.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct DueShown {
    date: Date,
    /// Some day that was counted is not announced yet: the date may still move.
    provisional: bool,
}

impl From<Due> for DueShown {
    fn from(due: Due) -> Self {
        Self { date: due.date, provisional: due.provisional }
    }
}

/// A number of days.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct CountShown {
    days: u32,
    /// Some day that was looked at is not announced yet: the number may still change.
    provisional: bool,
}

impl From<Count> for CountShown {
    fn from(count: Count) -> Self {
        Self { days: count.days, provisional: count.provisional }
    }
}

/// Which time an item's clock counts towards.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClassShown {
    /// The project's limit.
    Main,
    /// Its own promise and the whole process, not the limit.
    Parallel,
    Outside,
}

impl From<ClockClass> for ClassShown {
    fn from(class: ClockClass) -> Self {
        match class {
            ClockClass::Main => Self::Main,
            ClockClass::Parallel => Self::Parallel,
            ClockClass::Outside => Self::Outside,
        }
    }
}

/// Which card a count shows.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CardShown {
    None,
    Yellow,
    Red,
}

impl From<Card> for CardShown {
    fn from(card: Card) -> Self {
        match card {
            Card::None => Self::None,
            Card::Yellow => Self::Yellow,
            Card::Red => Self::Red,
        }
    }
}

/// Working days that may be used.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct BudgetShown {
    /// More than this is red.
    limit: u32,
    /// From this on it is yellow.
    yellow: u32,
}

impl From<Budget> for BudgetShown {
    fn from(budget: Budget) -> Self {
        Self { limit: budget.limit, yellow: budget.yellow }
    }
}

/// How a round of an item ended, and when.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct EndingShown {
    is: EndingKind,
    #[serde(with = "chassis::http::instant")]
    at: OffsetDateTime,
}

/// How.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndingKind {
    /// Granted or refused.
    Decided,
    /// Given back, because what was to follow did not come.
    Returned,
    /// Taken back, or ended without a result.
    Withdrawn,
}

impl From<Ending> for EndingShown {
    fn from(ending: Ending) -> Self {
        let (is, at) = match ending {
            Ending::Decided(at) => (EndingKind::Decided, at),
            Ending::Returned(at) => (EndingKind::Returned, at),
            Ending::Withdrawn(at) => (EndingKind::Withdrawn, at),
        };
        Self { is, at: at.to_offset(CITY) }
    }
}

/// The clock of one item.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemClockShown {
    code: String,
    class: ClassShown,
    /// Its days count towards the project's limit.
    counts: bool,
    counted: CountShown,
    /// It stands still today.
    suspended: bool,
    /// The last time it was accepted; absent before the first.
    round: Option<RoundClockShown>,
}

/// The clock of one acceptance.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoundClockShown {
    accepted: Date,
    ended: Option<EndingShown>,
    promised: Option<LimitClockShown>,
    statutory: Option<LimitClockShown>,
}

/// A limit, and how much of it is used.
#[derive(Debug, Serialize, ToSchema)]
pub struct LimitClockShown {
    limit: LimitShown,
    /// Working days that the head added.
    extended: u32,
    /// Absent while a running suspension keeps it from ending.
    due: Option<DueShown>,
    used: CountShown,
    overdue: bool,
    /// Working days after it was due.
    late: u32,
}

impl From<&ItemClock> for ItemClockShown {
    fn from(clock: &ItemClock) -> Self {
        Self {
            code: clock.code.to_string(),
            class: clock.class.into(),
            counts: clock.counts,
            counted: clock.counted.into(),
            suspended: clock.suspended,
            round: clock.round.map(Into::into),
        }
    }
}

impl From<RoundClock> for RoundClockShown {
    fn from(round: RoundClock) -> Self {
        Self {
            accepted: round.accepted,
            ended: round.ended.map(Into::into),
            promised: round.promised.map(Into::into),
            statutory: round.statutory.map(Into::into),
        }
    }
}

impl From<LimitClock> for LimitClockShown {
    fn from(clock: LimitClock) -> Self {
        Self {
            limit: clock.limit.into(),
            extended: clock.extended,
            due: clock.due.map(Into::into),
            used: clock.used.into(),
            overdue: clock.overdue,
            late: clock.late,
        }
    }
}

/// A refused item.
#[derive(Debug, Serialize, ToSchema)]
pub struct RemainingShown {
    item: String,
    /// Items that cannot start because of it.
    blocks: Vec<String>,
    ways: Vec<WayShown>,
}

impl From<&Remaining> for RemainingShown {
    fn from(remaining: &Remaining) -> Self {
        Self {
            item: remaining.task.to_string(),
            blocks: remaining.blocked.iter().map(ToString::to_string).collect(),
            ways: remaining.ways.iter().map(Into::into).collect(),
        }
    }
}

/// A material that the applicant has still to bring.
#[derive(Debug, Serialize, ToSchema)]
pub struct LackingShown {
    /// Code of the material, or either of two (`M15|M16`).
    code: String,
    name: Label,
    /// It may follow later, under an undertaking.
    tolerable: bool,
}

impl From<Lacking> for LackingShown {
    fn from(lacking: Lacking) -> Self {
        Self { code: lacking.code, name: lacking.name, tolerable: lacking.tolerable }
    }
}

/// What the applicant signs so that papers may follow.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedText {
    pub text: Label,
    /// SM3 of the Chinese text, 64 hexadecimal characters.
    pub sm3: String,
}

/// The value of an attribute: a truth, a whole number, or a text (an option's code, a number with places, a day).
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum ValueShown {
    Bool(bool),
    Int(i64),
    Text(String),
}

impl From<&Value> for ValueShown {
    fn from(value: &Value) -> Self {
        match value {
            Value::Bool(value) => Self::Bool(*value),
            Value::Int(value) => Self::Int(*value),
            Value::Decimal(value) => Self::Text(value.to_string()),
            Value::Choice(value) => Self::Text(value.clone()),
            Value::Date(value) => Self::Text(value.to_string()),
        }
    }
}

/// Attribute -> value as people send it, for the API's description: a truth, a number, or a text.
pub fn given() -> Schema {
    values(vec![Type::Boolean, Type::Number, Type::String])
}

/// The same, or null for an answer that is taken back.
pub fn answers() -> Schema {
    values(vec![Type::Boolean, Type::Number, Type::String, Type::Null])
}

fn values(types: Vec<Type>) -> Schema {
    let value: Schema = ObjectBuilder::new().schema_type(SchemaType::Array(types)).into();
    ObjectBuilder::new().additional_properties(Some(RefOr::T(value))).into()
}
