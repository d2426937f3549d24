//! `GET /v1/catalogue/items/{code}`: one item with its guide.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};
use chassis::{
    data::Label,
    http::{Actor, Problem},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::current;
use crate::{
    api::shown::LimitShown,
    domain::catalogue::{Guide, Procedure, ProcedureKind, Statutory},
    service::ConstructionPermit,
};

/// An item, and its guide in the four blocks of R34.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemOfCatalogue {
    code: String,
    name: Label,
    guide: GuideShown,
    procedures: Vec<ProcedureShown>,
    /// The legal limit (法定时限), where there is one.
    statutory: Option<StatutoryShown>,
    /// Codes; `M15|M16` is either.
    materials: Vec<String>,
    /// Codes of materials that may follow later.
    tolerable: Vec<String>,
}

/// The four blocks.
#[derive(Debug, Serialize, ToSchema)]
pub struct GuideShown {
    preparation: Label,
    review: Label,
    expert: Label,
    flow: Label,
}

/// A special procedure (特别程序): its time is outside the limit.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProcedureShown {
    kind: ProcedureKindShown,
    name: Label,
    limit: LimitShown,
    basis: String,
    /// The length is this catalogue's own.
    assumed: bool,
    /// The item as which it also stands in the list.
    item: Option<String>,
    /// After the item's acceptance, where that is fixed.
    begins_after: Option<LimitShown>,
}

/// What a special procedure does.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProcedureKindShown {
    Publicity,
    Hearing,
    ExpertReview,
    SiteInspection,
    Inspection,
    TechnicalAssessment,
    Rectification,
    Referral,
}

/// The ceiling of the promise.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatutoryShown {
    limit: LimitShown,
    basis: String,
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
        name: item.name.clone(),
        guide: catalogue.guide(item).into(),
        procedures: item.procedures.iter().map(ProcedureShown::from).collect(),
        statutory: item.statutory.as_ref().map(StatutoryShown::from),
        materials: item.materials.iter().cloned().map(String::from).collect(),
        tolerable: item.tolerable.iter().cloned().collect(),
    }))
}

impl From<Guide> for GuideShown {
    fn from(guide: Guide) -> Self {
        let Guide { preparation, review, expert, flow } = guide;
        Self { preparation, review, expert, flow }
    }
}

impl From<&Procedure> for ProcedureShown {
    fn from(procedure: &Procedure) -> Self {
        Self {
            kind: procedure.kind.into(),
            name: procedure.name.clone(),
            limit: procedure.limit.into(),
            basis: procedure.basis.clone(),
            assumed: procedure.assumed,
            item: procedure.item.as_ref().map(ToString::to_string),
            begins_after: procedure.begins_after.map(Into::into),
        }
    }
}

impl From<ProcedureKind> for ProcedureKindShown {
    fn from(kind: ProcedureKind) -> Self {
        match kind {
            ProcedureKind::Publicity => Self::Publicity,
            ProcedureKind::Hearing => Self::Hearing,
            ProcedureKind::ExpertReview => Self::ExpertReview,
            ProcedureKind::SiteInspection => Self::SiteInspection,
            ProcedureKind::Inspection => Self::Inspection,
            ProcedureKind::TechnicalAssessment => Self::TechnicalAssessment,
            ProcedureKind::Rectification => Self::Rectification,
            ProcedureKind::Referral => Self::Referral,
        }
    }
}

impl From<&Statutory> for StatutoryShown {
    fn from(statutory: &Statutory) -> Self {
        Self { limit: statutory.limit.into(), basis: statutory.basis.clone() }
    }
}
