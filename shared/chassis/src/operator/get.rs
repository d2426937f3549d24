//! Shows one parked message, whole.

use actix_web::{
    get,
    web::{Data, Json, Path},
};
use mailbox::{Mailbox, parking};
use uuid::Uuid;

use super::{ParkedMessages, view::ParkedMessage};
use crate::http::{Permit, Problem};

#[utoipa::path(tag = "operator", params(("id" = Uuid, Path)), responses((status = OK, body = ParkedMessage)))]
#[get("/v1/parked/{id}")]
pub(super) async fn get(
    _permit: Permit<ParkedMessages>,
    mailbox: Data<Mailbox>,
    id: Path<Uuid>,
) -> Result<Json<ParkedMessage>, Problem> {
    Ok(Json(parking::get(mailbox.db(), *id).await?.into()))
}
