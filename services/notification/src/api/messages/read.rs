//! `POST /v1/messages/{id}/read`: one has read a message; again changes nothing.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::http::{Permit, Problem};
use uuid::Uuid;

use super::Message;
use crate::{permissions::ReadOwn, service::Notification, usecases};

/// Notes that one has read it.
#[utoipa::path(
    tag = "messages",
    params(("id" = Uuid, Path, description = "Message")),
    responses((status = 200, description = "The message", body = Message))
)]
#[post("/v1/messages/{id}/read")]
pub async fn read(permit: Permit<ReadOwn>, id: Path<Uuid>, desk: Data<Notification>) -> Result<HttpResponse, Problem> {
    let listed = usecases::read::read(&desk, &permit.asker(), *id).await?;
    Ok(HttpResponse::Ok().json(Message::of(listed)))
}
