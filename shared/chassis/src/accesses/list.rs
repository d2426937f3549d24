//! `GET /v1/accesses?about=`: who looked at one case, project, name or paper.

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

use super::{Accesses, AuditAccesses};
use crate::http::{Limit, Permit, Problem};

/// At what, and which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Id of the case, project, name or paper.
    about: Uuid,
    /// `next` of the page before.
    before: Option<Uuid>,
    /// 1 to 100; 20 where absent.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100)]
    limit: Limit,
}

/// Lists who looked, newest first.
#[utoipa::path(
    tag = "accesses",
    operation_id = "list",
    params(Wanted),
    responses((status = 200, description = "A page", body = Accesses))
)]
#[get("/v1/accesses")]
pub(super) async fn list(
    _permit: Permit<AuditAccesses>,
    wanted: Query<Wanted>,
    mailbox: Data<Mailbox>,
) -> Result<Json<Accesses>, Problem> {
    let limit = wanted.limit.or(20);
    let found = accesses::list(mailbox.db(), &Of::About(wanted.about), wanted.before, limit).await?;
    Ok(Json(Accesses::of(found, limit)))
}
