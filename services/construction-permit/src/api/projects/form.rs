//! `GET /v1/projects/{id}/stages/{stage}/form`: the form of a stage, filled in as far as it is known, and what each item lacks.

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
    api::{
        projects::as_of,
        shown::{LackingShown, SignedText},
    },
    domain::{
        catalogue::ItemCode,
        form::{Field, Kind},
        project::Project,
    },
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
    fields: Vec<FieldFilled>,
    /// Each item that can be applied for: what it lacks, and the undertaking that would let papers follow.
    items: Vec<ItemOpen>,
}

/// A field, and what is entered.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldFilled {
    field: FieldShown,
    value: Option<String>,
}

/// A field of a form.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldShown {
    name: String,
    zh: String,
    en: String,
    kind: FieldKind,
    /// The stage at which it is asked first.
    stage: String,
    required: bool,
    /// Items whose departments may know it: a code, or a stage's letter for all of its items.
    items: Vec<String>,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    Text,
    /// A mainland mobile number.
    Phone,
    /// A number with up to two places.
    Number,
    Date,
}

/// An item that can be applied for.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemOpen {
    item: String,
    name: Label,
    lacking: Vec<LackingShown>,
    /// Where everything that it lacks may follow.
    undertaking: Option<SignedText>,
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
    let field =
        |field: &Field| FieldFilled { field: field.into(), value: project.record.fields.get(&field.name).cloned() };
    let table = project.materials(catalogue);
    let tasks = project.case.iter().flat_map(|case| case.tasks());
    let open = tasks.filter(|task| task.plan.on_application && (task.awaits_application() || task.is_refused()));
    let items = open.map(|task| ItemCode::from(task.code.as_str())).filter(|item| item.stage() == stage);
    let lacks = |code: ItemCode| {
        let item = catalogue.item(&code)?;
        let lacking = project.lacking(catalogue, &desk.calendar(), &table, item, desk.today());
        let tolerable = !lacking.is_empty() && lacking.iter().all(|lacking| lacking.tolerable);
        let undertaking = tolerable.then(|| Project::undertaking(item, &lacking));
        Some(ItemOpen {
            item: code.to_string(),
            name: item.name.clone(),
            lacking: lacking.into_iter().map(Into::into).collect(),
            undertaking: undertaking.map(|(text, sm3)| SignedText { text, sm3 }),
        })
    };
    let value = FormShown {
        filed: project.record.forms.contains_key(&stage),
        fields: desk.forms.of_stage(&stage).map(field).collect(),
        items: items.filter_map(lacks).collect(),
        stage,
    };
    Ok(HttpResponse::Ok().json(as_of(&desk, &project, value)))
}

impl From<&Field> for FieldShown {
    fn from(field: &Field) -> Self {
        let Field { name, zh, en, kind, stage, required, items } = field.clone();
        let kind = match kind {
            Kind::Text => FieldKind::Text,
            Kind::Phone => FieldKind::Phone,
            Kind::Number => FieldKind::Number,
            Kind::Date => FieldKind::Date,
        };
        Self { name, zh, en, kind, stage, required, items }
    }
}
