//! Has a parked message tried again at once, as if it had just arrived.

use actix_web::{
    post,
    web::{Data, Json, Path},
};
use mailbox::{Mailbox, parking};
use tracing::info;
use uuid::Uuid;

use super::{ParkedMessages, act, view::ParkedMessage};
use crate::http::{Permit, Problem};

#[utoipa::path(
    tag = "operator",
    params(("id" = Uuid, Path)),
    responses((status = OK, description = "The message", body = ParkedMessage))
)]
#[post("/v1/parked/{id}/replay")]
pub(super) async fn replay(
    permit: Permit<ParkedMessages>,
    mailbox: Data<Mailbox>,
    id: Path<Uuid>,
) -> Result<Json<ParkedMessage>, Problem> {
    let by = &permit.actor().subject;
    let parked = parking::replay(&mailbox, *id, act(&mailbox, by, "")).await?;
    info!(parked = %id, by, "a parked message is tried again");
    Ok(Json(parked.into()))
}
