//! `GET /v1/catalogue`: the construction items that hold today.

use actix_web::{HttpResponse, get, web::Data};
use chassis::http::{Actor, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use super::current;
use crate::{domain::ProjectType, service::ConstructionPermit};

/// The catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct CatalogueShown {
    code: String,
    version: u32,
    /// SM3 of its text.
    digest: String,
    /// Items of each type before conditions, and working days of its main flow.
    #[schema(value_type = Vec<Object>)]
    types: Vec<serde_json::Value>,
    #[schema(value_type = Vec<Object>)]
    stages: serde_json::Value,
    #[schema(value_type = Vec<Object>)]
    departments: serde_json::Value,
    #[schema(value_type = Vec<Object>)]
    items: Vec<serde_json::Value>,
    #[schema(value_type = Vec<Object>)]
    warnings: serde_json::Value,
}

/// Shows the catalogue that holds today.
#[utoipa::path(
    tag = "catalogue",
    operation_id = "show",
    responses((status = 200, description = "The catalogue", body = CatalogueShown))
)]
#[get("/v1/catalogue")]
pub async fn show(_actor: Actor, desk: Data<ConstructionPermit>) -> Result<HttpResponse, Problem> {
    let catalogue = current(&desk)?;
    let types = ProjectType::ALL.map(|kind| {
        serde_json::json!({
            "type": kind, "name": kind.name(),
            "items": catalogue.applicable(kind).len(), "main_flow_working_days": catalogue.main_flow(kind),
        })
    });
    let items = catalogue.items().iter().map(|item| {
        serde_json::json!({
            "code": item.code, "name": item.name, "department": item.department, "authority": item.authority,
            "kind": item.kind, "clock": item.clock, "types": item.types, "promised": item.promised,
            "after": item.after, "inside": item.inside, "replaces": item.replaces, "merged_into": item.merged_into,
        })
    });
    Ok(HttpResponse::Ok().json(CatalogueShown {
        code: catalogue.reference().code.clone(),
        version: catalogue.reference().version,
        digest: catalogue.reference().digest.clone(),
        types: types.into(),
        stages: serde_json::json!(catalogue.stages()),
        departments: serde_json::json!(catalogue.departments()),
        items: items.collect(),
        warnings: serde_json::json!(catalogue.warnings()),
    }))
}
