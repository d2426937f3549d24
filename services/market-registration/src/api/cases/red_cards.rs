//! `GET /v1/red-cards`: cases that passed their limit and of which nobody has said why.

use actix_web::{HttpResponse, get, web::Data};
use chassis::http::{Permit, Problem};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{permissions::ExplainRedCard, service::MarketRegistration, store};

/// The longest list that is given at once.
const AT_MOST: i64 = 200;

/// Cases that wait for a reason, the longest waiting first.
#[derive(Debug, Serialize, ToSchema)]
pub struct RedCards {
    cases: Vec<RedCard>,
}

/// One of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct RedCard {
    case_id: Uuid,
    case_number: String,
}

/// Lists red cards without a reason; at most 200.
#[utoipa::path(tag = "cases", responses((status = 200, description = "Red cards", body = RedCards)))]
#[get("/v1/red-cards")]
pub async fn red_cards(
    permit: Permit<ExplainRedCard>,
    desk: Data<MarketRegistration>,
) -> Result<HttpResponse, Problem> {
    let found = store::unexplained(desk.mailbox.db(), &permit.scope(), AT_MOST).await?;
    let cases = found.into_iter().map(|(case_id, case_number)| RedCard { case_id, case_number }).collect();
    Ok(HttpResponse::Ok().json(RedCards { cases }))
}
