//! `GET /v1/catalogue/items/{code}`: one item with its guide.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};
use chassis::http::{Actor, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use super::current;
use crate::service::ConstructionPermit;

/// An item, and its guide in the four blocks of R34.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemOfCatalogue {
    code: String,
    #[schema(value_type = Object)]
    name: serde_json::Value,
    #[schema(value_type = Object)]
    guide: serde_json::Value,
    #[schema(value_type = Vec<Object>)]
    procedures: serde_json::Value,
    #[schema(value_type = Object)]
    statutory: serde_json::Value,
    materials: Vec<String>,
    tolerable: Vec<String>,
}

/// Shows an item of the catalogue.
#[utoipa::path(
    tag = "catalogue",
    operation_id = "item",
    params(("code" = String, Path, description = "E.g. B01")),
    responses((status = 200, description = "The item", body = ItemOfCatalogue))
)]
#[get("/v1/catalogue/items/{code}")]
pub async fn item(_actor: Actor, code: Path<String>, desk: Data<ConstructionPermit>) -> Result<HttpResponse, Problem> {
    let catalogue = current(&desk)?;
    let item = catalogue.item(&code.as_str().into()).ok_or_else(Problem::not_found)?;
    Ok(HttpResponse::Ok().json(ItemOfCatalogue {
        code: item.code.to_string(),
        name: serde_json::json!(item.name),
        guide: serde_json::json!(catalogue.guide(item)),
        procedures: serde_json::json!(item.procedures),
        statutory: serde_json::json!(item.statutory),
        materials: item.materials.iter().cloned().map(String::from).collect(),
        tolerable: item.tolerable.iter().cloned().collect(),
    }))
}
