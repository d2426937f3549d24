//! `GET /v1/projects/{id}/materials`: the materials table (R33): each material once, with where it comes from.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};
use chassis::http::{AsOf, Permit, Problem};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    api::projects::as_of,
    domain::tailored::MaterialRow,
    permissions::ReadProjects,
    service::ConstructionPermit,
    store,
    usecases::change::{catalogue, look},
};

/// The table.
#[derive(Debug, Serialize, ToSchema)]
pub struct MaterialsShown {
    /// Code, stage, name, source, what it says, used by, and whether it is here: since when, verified by whom, until when.
    #[schema(value_type = Vec<Object>)]
    materials: Vec<serde_json::Value>,
}

/// Shows the materials of the project.
#[utoipa::path(
    tag = "projects",
    operation_id = "materials",
    params(("id" = Uuid, Path, description = "Project")),
    responses((status = 200, description = "The materials", body = AsOf<MaterialsShown>))
)]
#[get("/v1/projects/{id}/materials")]
pub async fn materials(
    permit: Permit<ReadProjects>,
    path: Path<Uuid>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let project = look(&desk, &permit, path.into_inner()).await?;
    let catalogue = catalogue(&desk, &project)?;
    let row = |row: &MaterialRow| {
        let here = row.code.split('|').find_map(|code| project.record.papers.get(code)).filter(|_| row.stage.is_none());
        serde_json::json!({
            "code": row.code, "stage": row.stage, "name": row.name, "source": row.source, "says": row.says(),
            "used_by": row.used_by,
            "here": here.map(|given| serde_json::json!({
                "since": workdays::city_date(given.at).to_string(),
                "verified_by": given.verified.as_ref().map(|verified| &verified.department),
                "good_until": given.expires(catalogue, &desk.calendar()).map(|day| day.to_string()),
            })),
            "filed": row.stage.as_ref().map(|stage| project.record.forms.contains_key(stage)),
        })
    };
    // Before a list is in force, what the newest one would take.
    let rows = match project.case {
        Some(_) => project.materials(catalogue),
        None => store::list(desk.mailbox.db(), project.stem.id, None)
            .await?
            .map(|newest| newest.list.materials(catalogue, &project.supply()))
            .unwrap_or_default(),
    };
    let value = MaterialsShown { materials: rows.iter().map(row).collect() };
    Ok(HttpResponse::Ok().json(as_of(&desk, &project, value)))
}
