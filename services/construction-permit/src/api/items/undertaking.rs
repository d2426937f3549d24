//! `GET /v1/projects/{id}/items/{code}/undertaking`: what the applicant signs so that papers of an item may follow (容缺承诺书).

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};
use chassis::{
    data::Label,
    http::{AsOf, Permit, Problem},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    api::{projects::as_of, shown::LackingShown},
    codes,
    domain::project::Project,
    permissions::ReadProjects,
    service::ConstructionPermit,
    usecases::change::{catalogue, look},
};

/// The undertaking.
#[derive(Debug, Serialize, ToSchema)]
pub struct UndertakingShown {
    text: Label,
    /// SM3 of the Chinese text, 64 hexadecimal characters.
    sm3: String,
    lacking: Vec<LackingShown>,
}

/// Shows the undertaking for what the item lacks now; whoever signs names its SM3.
#[utoipa::path(
    tag = "items",
    operation_id = "undertaking",
    params(("id" = Uuid, Path, description = "Project"), ("code" = String, Path, description = "Item, e.g. C06")),
    responses(
        (status = 200, description = "The undertaking", body = AsOf<UndertakingShown>),
        (status = 422, description = "`not-tolerable`: not everything that it lacks may follow later")
    )
)]
#[get("/v1/projects/{id}/items/{code}/undertaking")]
pub async fn undertaking(
    permit: Permit<ReadProjects>,
    path: Path<(Uuid, String)>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let (id, code) = path.into_inner();
    let project = look(&desk, &permit, id).await?;
    let catalogue = catalogue(&desk, &project)?;
    let item = catalogue.item(&code.as_str().into()).filter(|item| project.planned().contains(&item.code));
    let item = item.ok_or_else(Problem::not_found)?;
    let table = project.materials(catalogue);
    let lacking = project.lacking(catalogue, &desk.calendar(), &table, item, desk.today());
    if let Some(core) = lacking.iter().find(|lacking| !lacking.tolerable) {
        let (zh, en) = (format!("{}不能容缺", core.name.zh), format!("the {} may not follow later", core.name.en));
        return Err(Problem::new(&codes::NOT_TOLERABLE).detail(zh, en));
    }
    let (text, sm3) = Project::undertaking(item, &lacking);
    let value = UndertakingShown { text, sm3, lacking: lacking.into_iter().map(Into::into).collect() };
    Ok(HttpResponse::Ok().json(as_of(&desk, &project, value)))
}
