//! `GET /v1/said/parked`: what this department said and an owner set aside, and what became of it.

use actix_web::{
    HttpResponse, get,
    web::{Data, Query},
};
use chassis::http::{Limit, Problem};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    permissions::{Colleague, ReadTasks},
    service::Department,
    store::{self, SetAsideShown},
};

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// `next` of the page before.
    before: Option<Uuid>,
    /// 1 to 100; 20 where absent.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100)]
    limit: Limit,
}

/// What was set aside, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct SetAsideReplies {
    items: Vec<SetAsideShown>,
    /// Give it as `before` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Uuid>,
    #[serde(with = "chassis::http::instant")]
    as_of: OffsetDateTime,
}

/// Lists what was set aside.
#[utoipa::path(
    tag = "tasks",
    operation_id = "list_said_and_parked",
    params(Page),
    responses((status = 200, description = "A page", body = SetAsideReplies))
)]
#[get("/v1/said/parked")]
pub async fn parked(
    _colleague: Colleague<ReadTasks>,
    page: Query<Page>,
    desk: Data<Department>,
) -> Result<HttpResponse, Problem> {
    let limit = page.limit.or(20);
    let items = store::set_aside(desk.mailbox.db(), page.before.unwrap_or(Uuid::max()), limit).await?;
    let full = i64::try_from(items.len()).is_ok_and(|found| found == limit);
    let next = items.last().filter(|_| full).map(|last| last.told_by);
    let as_of = desk.mailbox.clocks().business.now();
    Ok(HttpResponse::Ok().json(SetAsideReplies { items, next, as_of }))
}
