//! `GET /v1/tasks`: the work list, by the time that is left.

use actix_web::{
    HttpResponse, get,
    web::{Data, Query},
};
use chassis::http::{Limit, Problem, codes};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use workdays::CITY;

use crate::{
    domain::task::Status,
    permissions::{Colleague, ReadTasks},
    service::Department,
    store::{self, Listed, Place},
};

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// Without it: everything that waits for this department.
    #[param(inline)]
    status: Option<WorkStatus>,
    /// `next` of the page before.
    after: Option<String>,
    /// 1 to 100; 20 where absent.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100)]
    limit: Limit,
}

/// What can be listed: work that is open or that waits for its owner. What is over is found by its id.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WorkStatus {
    Received,
    InReview,
    Suspended,
    Answered,
}

/// A page of tasks.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tasks {
    tasks: Vec<TaskListed>,
    /// Give it as `after` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    #[serde(with = "chassis::http::instant")]
    as_of: OffsetDateTime,
}

/// A task in the list: nothing of its dossier.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskListed {
    task_id: Uuid,
    case_id: Uuid,
    /// 23 digits.
    case_number: String,
    theme: String,
    task_code: String,
    round: i32,
    status: String,
    #[serde(with = "chassis::http::instant")]
    assigned_at: OffsetDateTime,
    /// Absent while the clock stands still.
    #[serde(with = "chassis::http::instant::option", skip_serializing_if = "Option::is_none")]
    due_at: Option<OffsetDateTime>,
    /// `due_at` rests on days that no notice covers, and may still move. Absent with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    provisional: Option<bool>,
    /// Minutes of open hall until then; below zero where it is overdue.
    #[serde(skip_serializing_if = "Option::is_none")]
    window_minutes_left: Option<i64>,
}

/// Lists tasks.
#[utoipa::path(tag = "tasks", operation_id = "list_tasks", params(Page), responses((status = 200, description = "A page", body = Tasks)))]
#[get("/v1/tasks")]
pub async fn list(
    colleague: Colleague<ReadTasks>,
    page: Query<Page>,
    desk: Data<Department>,
) -> Result<HttpResponse, Problem> {
    let one;
    let statuses = match page.status {
        None => &Status::OPEN[..],
        Some(status) => {
            one = [Status::from(status)];
            &one[..]
        }
    };
    let after = page.after.as_deref().map_or(Ok(Place::START), read_place)?;
    let limit = page.limit.or(20);
    let found = store::list(desk.mailbox.db(), &colleague.scope(), statuses, after, limit).await?;
    let full = i64::try_from(found.len()).is_ok_and(|found| found == limit);
    let next = found.last().filter(|_| full).map(|last| written(last.place));
    let as_of = desk.mailbox.clocks().business.now();
    let tasks = found.into_iter().map(|listed| TaskListed::of(&desk, listed, as_of)).collect();
    Ok(HttpResponse::Ok().json(Tasks { tasks, next, as_of }))
}

impl TaskListed {
    fn of(desk: &Department, listed: Listed, now: OffsetDateTime) -> Self {
        let left = |due: OffsetDateTime| {
            let calendar = &desk.calendar();
            calendar.window_minutes_between(now, due) - calendar.window_minutes_between(due, now)
        };
        Self {
            task_id: listed.place.id,
            case_id: listed.case_id,
            case_number: listed.case_number,
            theme: listed.theme,
            task_code: listed.task_code,
            round: listed.round,
            status: listed.status,
            assigned_at: listed.assigned_at.to_offset(CITY),
            due_at: listed.due_at.map(|at| at.to_offset(CITY)),
            provisional: listed.due_at.map(|_| listed.provisional),
            window_minutes_left: listed.due_at.map(left),
        }
    }
}

impl From<WorkStatus> for Status {
    fn from(status: WorkStatus) -> Self {
        match status {
            WorkStatus::Received => Self::Received,
            WorkStatus::InReview => Self::InReview,
            WorkStatus::Suspended => Self::Suspended,
            WorkStatus::Answered => Self::Answered,
        }
    }
}

/// A place as a page's address holds it: microseconds and id.
fn written(place: Place) -> String {
    format!("{}.{}", place.rank.unix_timestamp_nanos() / 1_000, place.id.simple())
}

fn read_place(text: &str) -> Result<Place, Problem> {
    let place = || {
        let (micros, id) = text.split_once('.')?;
        let nanos = micros.parse::<i128>().ok()?.checked_mul(1_000)?;
        let rank = OffsetDateTime::from_unix_timestamp_nanos(nanos).ok()?;
        Some(Place { rank, id: Uuid::try_parse(id).ok()? })
    };
    place().ok_or_else(|| {
        Problem::new(&codes::QUERY_MALFORMED).detail("after 应为上一页的 next", "`after` is `next` of the page before")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_place_is_read_as_it_was_written() {
        for rank in [datetime!(2025-09-28 02:00:00.123_456 UTC), datetime!(9999-12-31 0:00 UTC)] {
            let place = Place { rank, id: Uuid::from_u128(7) };
            assert_eq!(read_place(&written(place)).unwrap(), place);
        }
        for text in ["", "1", "x.y", "1.", &format!("{}.{}", i128::MAX, Uuid::nil())] {
            assert!(read_place(text).is_err(), "{text}");
        }
    }
}
