//! `GET /v1/names/keys`: the public keys that reservations are verified with, for everybody.

use actix_web::{HttpResponse, get, web::Data};
use serde::Serialize;
use utoipa::ToSchema;

use crate::service::MarketRegistration;

/// A key set (JWKS, RFC 7517).
#[derive(Debug, Serialize, ToSchema)]
pub struct NameKeys {
    keys: serde_json::Value,
}

/// Gives the keys; no sign-in is needed.
#[utoipa::path(tag = "names", security(()), responses((status = 200, description = "The key set", body = NameKeys)))]
#[get("/v1/names/keys")]
pub async fn keys(desk: Data<MarketRegistration>) -> HttpResponse {
    HttpResponse::Ok().json(NameKeys { keys: serde_json::json!(desk.signer.key_set().keys) })
}
