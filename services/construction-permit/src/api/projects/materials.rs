//! `GET /v1/projects/{id}/materials`: the materials table (R33): each material once, with where it comes from.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};
use chassis::{
    data::Label,
    http::{AsOf, Permit, Problem},
};
use serde::Serialize;
use time::Date;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    api::projects::as_of,
    domain::{
        catalogue::Catalogue,
        project::{Given, Project},
        tailored::{ItemUse, MaterialRow, MaterialSource},
    },
    permissions::ReadProjects,
    service::ConstructionPermit,
    store,
    usecases::change::{catalogue, look},
};

/// The table.
#[derive(Debug, Serialize, ToSchema)]
pub struct MaterialsShown {
    materials: Vec<MaterialShown>,
}

/// One material.
#[derive(Debug, Serialize, ToSchema)]
pub struct MaterialShown {
    /// Or either of two (`M15|M16`); `=B01` is the result of an item.
    code: String,
    /// Where each stage has its own.
    stage: Option<String>,
    name: Label,
    source: SourceShown,
    /// The source in a sentence.
    says: Label,
    used_by: Vec<UseShown>,
    here: Option<HereShown>,
    /// Of a stage's form: whether it is filed.
    filed: Option<bool>,
}

/// Where a material comes from.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "source", rename_all = "snake_case")]
pub enum SourceShown {
    YouProvide,
    Fetched { from: Label },
    Reused { case: String },
    ResultOf { item: String },
}

/// An item that uses it.
#[derive(Debug, Serialize, ToSchema)]
pub struct UseShown {
    item: String,
    may_follow: bool,
}

/// A material that is here.
#[derive(Debug, Serialize, ToSchema)]
pub struct HereShown {
    since: Date,
    /// Department code.
    verified_by: Option<String>,
    /// It does not expire where absent.
    good_until: Option<Date>,
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
    let row = |row: &MaterialRow| MaterialShown::of(&desk, catalogue, &project, row);
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

impl MaterialShown {
    fn of(desk: &ConstructionPermit, catalogue: &Catalogue, project: &Project, row: &MaterialRow) -> Self {
        let papers = &project.record.papers;
        let found = row.code.split('|').find_map(|code| papers.get(code)).filter(|_| row.stage.is_none());
        let here = |given: &Given| HereShown {
            since: workdays::city_date(given.at),
            verified_by: given.verified.as_ref().map(|verified| verified.department.to_string()),
            good_until: given.expires(catalogue, &desk.calendar()),
        };
        Self {
            code: row.code.clone(),
            stage: row.stage.clone(),
            name: row.name.clone(),
            source: (&row.source).into(),
            says: row.says(),
            used_by: row.used_by.iter().map(UseShown::from).collect(),
            here: found.map(here),
            filed: row.stage.as_ref().map(|stage| project.record.forms.contains_key(stage)),
        }
    }
}

impl From<&MaterialSource> for SourceShown {
    fn from(source: &MaterialSource) -> Self {
        match source {
            MaterialSource::YouProvide => Self::YouProvide,
            MaterialSource::Fetched { from } => Self::Fetched { from: from.clone() },
            MaterialSource::Reused { case } => Self::Reused { case: case.clone() },
            MaterialSource::ResultOf { item } => Self::ResultOf { item: item.to_string() },
        }
    }
}

impl From<&ItemUse> for UseShown {
    fn from(of: &ItemUse) -> Self {
        Self { item: of.item.to_string(), may_follow: of.may_follow }
    }
}
