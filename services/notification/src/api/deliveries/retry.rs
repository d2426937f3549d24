//! `POST /v1/deliveries/{id}/retry`: has a parked message tried again; the provider is asked first.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::http::{Body, Permit, Problem};
use uuid::Uuid;

use super::{Because, DeliveryView};
use crate::{permissions::OperateDeliveries, service::Notification, usecases};

/// An operator has a parked message tried again; the provider is asked first.
#[utoipa::path(
    tag = "deliveries",
    params(("id" = Uuid, Path, description = "Message")),
    request_body = Because,
    responses((status = 200, description = "As it stands now", body = DeliveryView))
)]
#[post("/v1/deliveries/{id}/retry")]
pub async fn retry(
    permit: Permit<OperateDeliveries>,
    id: Path<Uuid>,
    body: Body<Because>,
    desk: Data<Notification>,
) -> Result<HttpResponse, Problem> {
    let reason = body.value.checked()?;
    let delivery = usecases::retry::retry(&desk, *id, &permit.actor().subject, &reason).await?;
    Ok(HttpResponse::Ok().json(DeliveryView::of(delivery)))
}
