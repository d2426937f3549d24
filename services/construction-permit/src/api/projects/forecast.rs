//! `GET /v1/projects/{id}/forecast`: forwards from today: when each item can be done at the earliest.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};
use casework::schedule::{Bound, ForecastItem};
use chassis::http::{AsOf, Permit, Problem};
use serde::Serialize;
use time::Date;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    api::{projects::as_of, shown::DueShown},
    domain::project::graph,
    permissions::ReadProjects,
    service::ConstructionPermit,
    usecases::change::{catalogue, look},
};

/// The forecast.
#[derive(Debug, Serialize, ToSchema)]
pub struct ForecastShown {
    today: Date,
    /// The last decision; absent for a plan without items.
    finish: Option<DueShown>,
    /// The items that make it as late as that, first to last.
    chain: Vec<String>,
    items: Vec<ForecastItemShown>,
}

/// One item of a forecast.
#[derive(Debug, Serialize, ToSchema)]
pub struct ForecastItemShown {
    code: String,
    /// As it was, where it is accepted already; absent where it was decided without.
    accept: Option<DueShown>,
    decide: DueShown,
    bound: BoundShown,
}

/// What keeps an item from being accepted earlier.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BoundShown {
    /// It is accepted or decided already.
    Past,
    Today,
    /// The applicant's materials.
    Preparation,
    /// The item that has to be decided, or begun, before.
    Item(String),
}

impl From<&ForecastItem> for ForecastItemShown {
    fn from(item: &ForecastItem) -> Self {
        let bound = match &item.bound {
            Bound::Past => BoundShown::Past,
            Bound::Today => BoundShown::Today,
            Bound::Preparation => BoundShown::Preparation,
            Bound::Item(code) => BoundShown::Item(code.to_string()),
        };
        Self { code: item.code.to_string(), accept: item.accept.map(Into::into), decide: item.decide.into(), bound }
    }
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
    let value = ForecastShown {
        today: forecast.today,
        finish: forecast.finish.map(Into::into),
        chain: forecast.chain.iter().map(ToString::to_string).collect(),
        items: forecast.items.iter().map(ForecastItemShown::from).collect(),
    };
    Ok(HttpResponse::Ok().json(as_of(&desk, &project, value)))
}
