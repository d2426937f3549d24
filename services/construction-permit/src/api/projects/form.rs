//! `GET /v1/projects/{id}/stages/{stage}/form`: the form of a stage, filled in as far as it is known, and what each item lacks.

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
    domain::{catalogue::ItemCode, form::Field, project::Project},
    permissions::ReadProjects,
    service::ConstructionPermit,
    usecases::change::{catalogue, look},
};

/// The form.
#[derive(Debug, Serialize, ToSchema)]
pub struct FormShown {
    stage: String,
    filed: bool,
    /// Each field with its value where it is known.
    #[schema(value_type = Vec<Object>)]
    fields: Vec<serde_json::Value>,
    /// Each item that can be applied for: what it lacks, and the undertaking that would let papers follow.
    #[schema(value_type = Vec<Object>)]
    items: Vec<serde_json::Value>,
}

/// Shows what applying for a stage takes: fields, and for each item what it lacks.
#[utoipa::path(
    tag = "projects",
    operation_id = "form",
    params(("id" = Uuid, Path, description = "Project"), ("stage" = String, Path, description = "A, B, C or D")),
    responses((status = 200, description = "The form", body = AsOf<FormShown>))
)]
#[get("/v1/projects/{id}/stages/{stage}/form")]
pub async fn form(
    permit: Permit<ReadProjects>,
    path: Path<(Uuid, String)>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let (id, stage) = path.into_inner();
    let project = look(&desk, &permit, id).await?;
    let catalogue = catalogue(&desk, &project)?;
    if !catalogue.stages().iter().any(|known| known.code == stage) {
        return Err(Problem::not_found());
    }
    let field = |field: &Field| serde_json::json!({"field": field, "value": project.record.fields.get(&field.name)});
    let table = project.materials(catalogue);
    let tasks = project.case.iter().flat_map(|case| case.tasks());
    let open = tasks.filter(|task| task.plan.on_application && (task.awaits_application() || task.is_refused()));
    let items = open.map(|task| ItemCode::from(task.code.as_str())).filter(|item| item.stage() == stage);
    let lacks = |code: ItemCode| {
        let item = catalogue.item(&code)?;
        let lacking = project.lacking(catalogue, &desk.calendar(), &table, item, desk.today());
        let tolerable = !lacking.is_empty() && lacking.iter().all(|lacking| lacking.tolerable);
        let undertaking = tolerable.then(|| Project::undertaking(item, &lacking));
        Some(serde_json::json!({
            "item": code, "name": item.name, "lacking": lacking,
            "undertaking": undertaking.map(|(text, sm3)| serde_json::json!({"text": text, "sm3": sm3})),
        }))
    };
    let value = FormShown {
        filed: project.record.forms.contains_key(&stage),
        fields: desk.forms.of_stage(&stage).map(field).collect(),
        items: items.filter_map(lacks).collect(),
        stage,
    };
    Ok(HttpResponse::Ok().json(as_of(&desk, &project, value)))
}
