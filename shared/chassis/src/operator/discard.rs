//! Gives a parked message up, with a reason that its sender is told; what waits behind it goes on.

use actix_web::{
    post,
    web::{Data, Json, Path},
};
use mailbox::{Mailbox, parking};
use serde::Deserialize;
use tracing::info;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ParkedMessages, act, view::ParkedMessage};
use crate::http::{Body, Faults, Permit, Problem, Reason};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Discard {
    reason: Reason,
}

#[utoipa::path(
    tag = "operator",
    params(("id" = Uuid, Path)),
    request_body = Discard,
    responses((status = OK, description = "The message", body = ParkedMessage))
)]
#[post("/v1/parked/{id}/discard")]
pub(super) async fn discard(
    permit: Permit<ParkedMessages>,
    mailbox: Data<Mailbox>,
    id: Path<Uuid>,
    asked: Body<Discard>,
) -> Result<Json<ParkedMessage>, Problem> {
    let mut faults = Faults::default();
    let reason = faults.text("/reason", &asked.value.reason);
    faults.none()?;
    let by = &permit.actor().subject;
    let parked = parking::discard(&mailbox, *id, act(&mailbox, by, &reason)).await?;
    info!(parked = %id, by, "a parked message is discarded");
    Ok(Json(parked.into()))
}
