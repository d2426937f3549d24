//! `GET /v1/accesses/mine`: who looked at one's own data here.

use actix_web::{
    get,
    web::{Data, Json, Query},
};
use mailbox::{
    Mailbox,
    accesses::{self, Of},
};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::{Accesses, ReadOwnAccesses};
use crate::http::{Limit, Permit, Problem};

/// Which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Page {
    /// `next` of the page before.
    before: Option<Uuid>,
    /// 1 to 100; 20 where absent.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100)]
    limit: Limit,
}

/// Lists who looked at one's own data, newest first.
#[utoipa::path(
    tag = "accesses",
    operation_id = "mine",
    params(Page),
    responses((status = 200, description = "A page", body = Accesses))
)]
#[get("/v1/accesses/mine")]
pub(super) async fn mine(
    permit: Permit<ReadOwnAccesses>,
    page: Query<Page>,
    mailbox: Data<Mailbox>,
) -> Result<Json<Accesses>, Problem> {
    let limit = page.limit.or(20);
    let own = Of::Subjects(permit.asker().own_keys());
    let found = accesses::list(mailbox.db(), &own, page.before, limit).await?;
    Ok(Json(Accesses::of(found, limit)))
}
