//! `GET /v1/projects/{id}/forecast`: forwards from today: when each item can be done at the earliest.

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
    domain::project::graph,
    permissions::ReadProjects,
    service::ConstructionPermit,
    usecases::change::{catalogue, look},
};

/// The forecast.
#[derive(Debug, Serialize, ToSchema)]
pub struct ForecastShown {
    #[serde(flatten)]
    #[schema(value_type = Object)]
    forecast: serde_json::Value,
}

/// Reckons the earliest finish from today, if everybody uses the whole of what is promised.
#[utoipa::path(
    tag = "projects",
    operation_id = "forecast",
    params(("id" = Uuid, Path, description = "Project")),
    responses((status = 200, description = "The forecast", body = AsOf<ForecastShown>))
)]
#[get("/v1/projects/{id}/forecast")]
pub async fn forecast(
    permit: Permit<ReadProjects>,
    path: Path<Uuid>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let project = look(&desk, &permit, path.into_inner()).await?;
    let catalogue = catalogue(&desk, &project)?;
    let today = desk.today();
    let graph = graph(catalogue, &project.planned(), Some((&project, &desk.calendar(), today)), desk.preparation);
    let forecast = graph.map_err(Problem::defect)?.forecast(&desk.calendar(), today);
    let value = ForecastShown { forecast: serde_json::json!(forecast) };
    Ok(HttpResponse::Ok().json(as_of(&desk, &project, value)))
}
