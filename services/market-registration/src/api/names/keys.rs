//! `GET /v1/names/keys`: the public keys that reservations are verified with, for everybody.

use actix_web::{HttpResponse, get, web::Data};
use contracts::names::PublicKey;
use serde::Serialize;
use utoipa::ToSchema;

use crate::service::MarketRegistration;

/// A key set (JWKS, RFC 7517).
#[derive(Debug, Serialize, ToSchema)]
pub struct NameKeys {
    keys: Vec<NameKey>,
}

/// An Ed25519 key (RFC 8037).
#[derive(Debug, Serialize, ToSchema)]
pub struct NameKey {
    kty: &'static str,
    crv: &'static str,
    #[serde(rename = "use")]
    purpose: &'static str,
    alg: &'static str,
    /// Named in the head of every statement that it signed.
    kid: String,
    /// The public half, base64url.
    x: String,
}

impl From<PublicKey> for NameKey {
    fn from(key: PublicKey) -> Self {
        Self { kty: "OKP", crv: "Ed25519", purpose: "sig", alg: "EdDSA", kid: key.id, x: key.x }
    }
}

/// Gives the keys; no sign-in is needed.
#[utoipa::path(tag = "names", security(()), responses((status = 200, description = "The key set", body = NameKeys)))]
#[get("/v1/names/keys")]
pub async fn keys(desk: Data<MarketRegistration>) -> HttpResponse {
    HttpResponse::Ok().json(NameKeys { keys: desk.signer.public_keys().into_iter().map(NameKey::from).collect() })
}
