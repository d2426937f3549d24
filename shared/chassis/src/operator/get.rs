//! Shows one parked message, whole.

use actix_web::{
    HttpRequest, get,
    web::{Data, Json, Path},
};
use mailbox::{Mailbox, parking};
use uuid::Uuid;

use super::{ParkedMessages, view::ParkedMessage, whose};
use crate::http::{Permit, Problem};

#[utoipa::path(
    tag = "operator",
    params(("id" = Uuid, Path)),
    responses((status = OK, description = "The message", body = ParkedMessage))
)]
#[get("/v1/parked/{id}")]
pub(super) async fn get(
    permit: Permit<ParkedMessages>,
    mailbox: Data<Mailbox>,
    id: Path<Uuid>,
    request: HttpRequest,
) -> Result<Json<ParkedMessage>, Problem> {
    let parked = parking::get(mailbox.db(), *id).await?;
    permit.looks_at_all(&mailbox, whose(&request, &mailbox, std::slice::from_ref(&parked)).await?).await?;
    Ok(Json(parked.into()))
}
