//! `GET /v1/deliveries`: messages that could not be sent, the longest parked first.

use actix_web::{
    HttpResponse, get,
    web::{Data, Query},
};
use chassis::http::{Limit, Permit, Problem};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::DeliveryView;
use crate::{permissions::OperateDeliveries, service::Notification, store::deliveries};

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// `next` of the page before.
    after: Option<Uuid>,
    /// 1 to 100; 20 where absent.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100)]
    limit: Limit,
}

/// A page of parked deliveries.
#[derive(Debug, Serialize, ToSchema)]
pub struct Deliveries {
    deliveries: Vec<DeliveryView>,
    /// Give it as `after` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Uuid>,
}

/// Lists parked deliveries.
#[utoipa::path(tag = "deliveries", params(Page), responses((status = 200, description = "A page", body = Deliveries)))]
#[get("/v1/deliveries")]
pub async fn list(
    _permit: Permit<OperateDeliveries>,
    page: Query<Page>,
    desk: Data<Notification>,
) -> Result<HttpResponse, Problem> {
    let limit = page.limit.or(20);
    let after = match page.after {
        Some(id) => deliveries::find(desk.mailbox.db(), id).await?.map(|last| (last.changed_at, id)),
        None => None,
    };
    let found = deliveries::parked(desk.mailbox.db(), after, limit).await?;
    let full = i64::try_from(found.len()).is_ok_and(|found| found == limit);
    let next = found.last().filter(|_| full).map(deliveries::Delivery::id);
    Ok(HttpResponse::Ok().json(Deliveries { deliveries: found.into_iter().map(DeliveryView::of).collect(), next }))
}
