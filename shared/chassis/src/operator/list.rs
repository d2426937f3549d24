//! Lists parked messages, newest first.

use actix_web::{
    HttpRequest, get,
    web::{Data, Json, Query},
};
use mailbox::{
    Mailbox,
    parking::{self, Filter},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    ParkedMessages,
    view::{ParkedMessage, State},
    whose,
};
use crate::http::{Limit, Permit, Problem};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Without it: all that are open.
    state: Option<State>,
    topic: Option<String>,
    /// `next` of the page before.
    before: Option<Uuid>,
    /// 1 to 200; 50 without it.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 200)]
    limit: Limit<200>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Page {
    items: Vec<ParkedMessage>,
    /// Give it as `before` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Uuid>,
}

#[utoipa::path(tag = "operator", params(Wanted), responses((status = OK, description = "A page", body = Page)))]
#[get("/v1/parked")]
pub(super) async fn list(
    permit: Permit<ParkedMessages>,
    mailbox: Data<Mailbox>,
    Query(wanted): Query<Wanted>,
    request: HttpRequest,
) -> Result<Json<Page>, Problem> {
    let limit = wanted.limit.or(50);
    let filter = Filter { state: wanted.state.map(Into::into), topic: wanted.topic, before: wanted.before, limit };
    let found = parking::list(mailbox.db(), &filter).await?;
    permit.looks_at_all(&mailbox, whose(&request, &mailbox, &found).await?).await?;
    let full = i64::try_from(found.len()).is_ok_and(|found| found == limit);
    let next = found.last().filter(|_| full).map(|last| last.id);
    Ok(Json(Page { items: found.into_iter().map(Into::into).collect(), next }))
}
