//! `GET /v1/catalogue`: the construction items that hold today.

use actix_web::{HttpResponse, get, web::Data};
use chassis::{
    data::Label,
    http::{Actor, Problem},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{codes, current};
use crate::{
    api::shown::{ClassShown, LimitShown},
    domain::{
        ProjectType,
        catalogue::{AnyOf, Catalogue, Department, Item, ItemCode, Kind, Stage, Trigger, Warning},
    },
    service::ConstructionPermit,
};

/// The catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct CatalogueShown {
    code: String,
    version: u32,
    /// SM3 of its text.
    digest: String,
    types: Vec<TypeShown>,
    stages: Vec<StageShown>,
    departments: Vec<DepartmentShown>,
    items: Vec<ItemListed>,
    warnings: Vec<WarningShown>,
}

/// A type of project.
#[derive(Debug, Serialize, ToSchema)]
pub struct TypeShown {
    /// `G`, `S`, `I`, `L` or `P`.
    #[serde(rename = "type")]
    kind: String,
    name: Label,
    /// Items before conditions.
    items: usize,
    /// Working days.
    main_flow_working_days: u32,
}

/// A stage of approval (阶段) and who leads it.
#[derive(Debug, Serialize, ToSchema)]
pub struct StageShown {
    /// One letter; items of the stage begin with it.
    code: String,
    name: Label,
    /// Department code.
    lead: String,
    /// Working days of the project's limit.
    budget_days: u32,
}

/// A department (R31).
#[derive(Debug, Serialize, ToSchema)]
pub struct DepartmentShown {
    code: String,
    credit_code: String,
    name: Label,
}

/// An item of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemListed {
    code: String,
    name: Label,
    /// Department code: who supervises.
    department: String,
    /// Department code: who decides.
    authority: String,
    kind: KindShown,
    clock: ClassShown,
    /// Letters of the types that can need it.
    types: Vec<String>,
    promised: LimitShown,
    /// Items that are decided before; `A23|A24` is either.
    after: Vec<String>,
    /// Items inside which it runs; `A23|A24` is either.
    inside: Vec<String>,
    /// Items whose place it takes.
    replaces: Vec<String>,
    /// The item within which it is handled: one application, one decision.
    merged_into: Option<String>,
}

/// What sort of matter an item is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KindShown {
    Licence,
    Filing,
    TechnicalReview,
    Confirmation,
    OtherPower,
    Acceptance,
    Utility,
    Intermediary,
    Procedure,
}

/// A warning point (警示点, R49).
#[derive(Debug, Serialize, ToSchema)]
pub struct WarningShown {
    code: String,
    item: String,
    trigger: TriggerShown,
    lead: LimitShown,
    text: Label,
    basis: Option<String>,
}

/// From where a warning's time is counted.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TriggerShown {
    /// Backwards from the item's acceptance.
    BeforeAccept,
    /// Forwards from the item's decision.
    AfterDecide,
}

/// Shows the catalogue that holds today.
#[utoipa::path(
    tag = "catalogue",
    operation_id = "show",
    responses(
        (status = 200, description = "The catalogue", body = CatalogueShown),
        (status = 404, description = "`not-found`: no catalogue holds today")
    )
)]
#[get("/v1/catalogue")]
pub async fn show(_actor: Actor, desk: Data<ConstructionPermit>) -> Result<HttpResponse, Problem> {
    let catalogue = current(&desk)?;
    let reference = catalogue.reference();
    Ok(HttpResponse::Ok().json(CatalogueShown {
        code: reference.code.clone(),
        version: reference.version,
        digest: reference.digest.clone(),
        types: ProjectType::ALL.map(|kind| TypeShown::of(catalogue, kind)).into(),
        stages: catalogue.stages().iter().map(StageShown::from).collect(),
        departments: catalogue.departments().iter().map(DepartmentShown::from).collect(),
        items: catalogue.items().iter().map(ItemListed::from).collect(),
        warnings: catalogue.warnings().iter().map(WarningShown::from).collect(),
    }))
}

impl TypeShown {
    fn of(catalogue: &Catalogue, kind: ProjectType) -> Self {
        Self {
            kind: kind.letter().to_owned(),
            name: kind.name(),
            items: catalogue.applicable(kind).len(),
            main_flow_working_days: catalogue.main_flow(kind),
        }
    }
}

impl From<&Stage> for StageShown {
    fn from(stage: &Stage) -> Self {
        let Stage { code, name, lead, budget_days } = stage.clone();
        Self { code, name, lead, budget_days }
    }
}

impl From<&Department> for DepartmentShown {
    fn from(department: &Department) -> Self {
        let Department { code, credit_code, name } = department.clone();
        Self { code, credit_code, name }
    }
}

impl From<&Item> for ItemListed {
    fn from(item: &Item) -> Self {
        let either = |groups: &[AnyOf<ItemCode>]| groups.iter().cloned().map(String::from).collect();
        Self {
            code: item.code.to_string(),
            name: item.name.clone(),
            department: item.department.clone(),
            authority: item.authority.clone(),
            kind: item.kind.into(),
            clock: item.clock.into(),
            types: item.types.iter().map(ToString::to_string).collect(),
            promised: item.promised.into(),
            after: either(&item.after),
            inside: either(&item.inside),
            replaces: codes(&item.replaces),
            merged_into: item.merged_into.as_ref().map(ToString::to_string),
        }
    }
}

impl From<Kind> for KindShown {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Licence => Self::Licence,
            Kind::Filing => Self::Filing,
            Kind::TechnicalReview => Self::TechnicalReview,
            Kind::Confirmation => Self::Confirmation,
            Kind::OtherPower => Self::OtherPower,
            Kind::Acceptance => Self::Acceptance,
            Kind::Utility => Self::Utility,
            Kind::Intermediary => Self::Intermediary,
            Kind::Procedure => Self::Procedure,
        }
    }
}

impl From<&Warning> for WarningShown {
    fn from(warning: &Warning) -> Self {
        let trigger = match warning.trigger {
            Trigger::BeforeAccept => TriggerShown::BeforeAccept,
            Trigger::AfterDecide => TriggerShown::AfterDecide,
        };
        Self {
            code: warning.code.clone(),
            item: warning.item.to_string(),
            trigger,
            lead: warning.lead.into(),
            text: warning.text.clone(),
            basis: warning.basis.clone(),
        }
    }
}
