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
use crate::http::{Permit, Problem};

/// Which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Page {
    /// `next` of the page before.
    before: Option<Uuid>,
    /// 1 to 100; 20 where absent.
    limit: Option<i64>,
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
    let limit = page.limit.unwrap_or(20).clamp(1, 100);
    let own = Of::Subjects(permit.asker().own_keys());
    let found = accesses::list(mailbox.db(), &own, page.before, limit).await?;
    Ok(Json(Accesses::of(found, limit)))
}
