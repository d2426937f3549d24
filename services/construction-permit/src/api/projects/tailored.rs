//! `GET /v1/projects/{id}/list`: the tailored list, with a reason for each item.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path, Query},
};
use chassis::http::{AsOf, Permit, Problem};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use workdays::CITY;

use crate::{
    api::{catalogue::ListShown, projects::as_of},
    permissions::ReadProjects,
    service::ConstructionPermit,
    store,
    usecases::change::{catalogue, look},
};

/// Which version.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    version: Option<u32>,
}

/// A version of the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct TailoredShown {
    #[serde(flatten)]
    list: ListShown,
    #[serde(with = "chassis::http::instant")]
    made_at: OffsetDateTime,
    made_by: String,
    /// `answers`, `edit` or `catalogue`.
    made_from: String,
    #[serde(with = "chassis::http::instant::option")]
    acknowledged_at: Option<OffsetDateTime>,
}

/// Shows a version of the list; the newest where none is named.
#[utoipa::path(
    tag = "projects",
    operation_id = "tailored",
    params(("id" = Uuid, Path, description = "Project"), Which),
    responses((status = 200, description = "The list", body = AsOf<TailoredShown>))
)]
#[get("/v1/projects/{id}/list")]
pub async fn tailored(
    permit: Permit<ReadProjects>,
    path: Path<Uuid>,
    query: Query<Which>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let project = look(&desk, &permit, path.into_inner()).await?;
    let made = store::list(desk.mailbox.db(), project.stem.id, query.version).await?.ok_or_else(Problem::not_found)?;
    let catalogue = desk.catalogue(&made.list.catalogue).unwrap_or(catalogue(&desk, &project)?);
    let value = TailoredShown {
        list: ListShown::of(catalogue, &made.list),
        made_at: made.made_at.to_offset(CITY),
        made_by: made.made_by,
        made_from: made.made_from,
        acknowledged_at: made.acknowledged_at.map(|at| at.to_offset(CITY)),
    };
    Ok(HttpResponse::Ok().json(as_of(&desk, &project, value)))
}
