//! `GET /v1/projects/{id}/clock/account`: day by day what counted and what did not, and why.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};
use casework::{
    TaskCode,
    clock::{AccountedDay, Doing, ItemOnDay, StandsStill, Verdict, account as account_of},
};
use chassis::{
    http::{AsOf, Permit, Problem},
    owner::shown::SuspensionShown,
};
use serde::Serialize;
use time::Date;
use utoipa::ToSchema;
use uuid::Uuid;
use workdays::{Day, DayKind};

use crate::{
    api::{
        projects::as_of,
        shown::{ClassShown, EndingShown},
    },
    domain::project::facts,
    permissions::ReadProjects,
    service::ConstructionPermit,
    usecases::change::{catalogue, look},
};

/// The account.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountShown {
    counted_working_days: u32,
    /// Every calendar day from the first acceptance on.
    days: Vec<DayShown>,
}

/// One calendar day.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayShown {
    date: Date,
    day: DayIs,
    verdict: VerdictShown,
    /// Items that were with a department on that day.
    items: Vec<ItemOnDayShown>,
}

/// What the calendar says of a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayIs {
    kind: DayKindShown,
    /// No notice covers the day.
    provisional: bool,
}

/// Why a day is worked or not.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayKindShown {
    Weekday,
    /// A weekend day that is worked (调休上班).
    MakeUp,
    Weekend,
    /// By its name.
    Holiday(String),
}

/// Whether a day is counted, else why not.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerdictShown {
    /// A working day on which the clock of at least one item of the main flow ran.
    Counted,
    /// The city does not work that day.
    RestDay,
    /// Items of the main flow were with a department, and the clock of each stood still.
    Suspended,
    /// Nothing of the main flow was with a department, or only on its day of acceptance.
    NoMainFlow,
    /// No item was with a department.
    Idle,
}

/// What one item did on a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemOnDayShown {
    code: String,
    class: ClassShown,
    /// The item in which it runs: that one counts.
    inside: Option<String>,
    doing: DoingShown,
    /// It ended on that day.
    ended: Option<EndingShown>,
}

/// What the clock of an item did on a day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DoingShown {
    /// The day of acceptance, which is not counted.
    Accepted,
    Ran,
    Suspended(Vec<StandsStillShown>),
    /// What was to follow did not come by that day: the clock has stopped.
    GapOpen {
        was_due: Date,
    },
}

/// By what a clock was stopped.
#[derive(Debug, Serialize, ToSchema)]
pub struct StandsStillShown {
    /// The item's own, or the one of the item around it.
    item: String,
    kind: SuspensionShown,
    basis: String,
}

/// Accounts for every calendar day of the project, so that a person can check the count.
#[utoipa::path(
    tag = "projects",
    operation_id = "account",
    params(("id" = Uuid, Path, description = "Project")),
    responses((status = 200, description = "The account", body = AsOf<AccountShown>))
)]
#[get("/v1/projects/{id}/clock/account")]
pub async fn account(
    permit: Permit<ReadProjects>,
    path: Path<Uuid>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let project = look(&desk, &permit, path.into_inner()).await?;
    let catalogue = catalogue(&desk, &project)?;
    let facts = facts(&project, catalogue);
    let calendar = desk.calendar();
    let days = account_of(&facts, &calendar, desk.today());
    let counted = days.iter().filter(|day| day.is_counted()).count();
    let value = AccountShown {
        counted_working_days: u32::try_from(counted).unwrap_or(u32::MAX),
        days: days.iter().map(DayShown::from).collect(),
    };
    Ok(HttpResponse::Ok().json(as_of(&desk, &project, value)))
}

impl From<&AccountedDay<'_>> for DayShown {
    fn from(accounted: &AccountedDay<'_>) -> Self {
        Self {
            date: accounted.date,
            day: accounted.day.into(),
            verdict: accounted.verdict.into(),
            items: accounted.items.iter().map(ItemOnDayShown::from).collect(),
        }
    }
}

impl From<Day<'_>> for DayIs {
    fn from(day: Day<'_>) -> Self {
        let kind = match day.kind {
            DayKind::Weekday => DayKindShown::Weekday,
            DayKind::MakeUp => DayKindShown::MakeUp,
            DayKind::Weekend => DayKindShown::Weekend,
            DayKind::Holiday(name) => DayKindShown::Holiday(name.to_owned()),
        };
        Self { kind, provisional: day.provisional }
    }
}

impl From<Verdict> for VerdictShown {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Counted => Self::Counted,
            Verdict::RestDay => Self::RestDay,
            Verdict::Suspended => Self::Suspended,
            Verdict::NoMainFlow => Self::NoMainFlow,
            Verdict::Idle => Self::Idle,
        }
    }
}

impl From<&ItemOnDay<'_>> for ItemOnDayShown {
    fn from(item: &ItemOnDay<'_>) -> Self {
        let doing = match &item.doing {
            Doing::Accepted => DoingShown::Accepted,
            Doing::Ran => DoingShown::Ran,
            Doing::Suspended(by) => DoingShown::Suspended(by.iter().map(StandsStillShown::from).collect()),
            Doing::GapOpen { due } => DoingShown::GapOpen { was_due: *due },
        };
        Self {
            code: item.code.to_string(),
            class: item.class.into(),
            inside: item.inside.map(TaskCode::to_string),
            doing,
            ended: item.ended.map(Into::into),
        }
    }
}

impl From<&StandsStill<'_>> for StandsStillShown {
    fn from(by: &StandsStill<'_>) -> Self {
        Self { item: by.item.to_string(), kind: by.kind.into(), basis: by.basis.to_owned() }
    }
}
