//! `POST /v1/deliveries/{id}/discard`: gives a parked message up, with a reason.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::http::{Body, Permit, Problem};
use uuid::Uuid;

use super::{Because, DeliveryView};
use crate::{permissions::OperateDeliveries, service::Notification, usecases};

/// An operator gives a parked message up, with a reason.
#[utoipa::path(
    tag = "deliveries",
    params(("id" = Uuid, Path, description = "Message")),
    request_body = Because,
    responses((status = 200, description = "As it stands now", body = DeliveryView))
)]
#[post("/v1/deliveries/{id}/discard")]
pub async fn discard(
    permit: Permit<OperateDeliveries>,
    id: Path<Uuid>,
    body: Body<Because>,
    desk: Data<Notification>,
) -> Result<HttpResponse, Problem> {
    let reason = body.value.checked()?;
    let delivery = usecases::discard::discard(&desk, *id, &permit.actor().subject, &reason).await?;
    Ok(HttpResponse::Ok().json(DeliveryView::of(delivery)))
}
