//! `POST /v1/lists/preview`: what a project with these attributes would need; nothing is kept.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, post, web::Data};
use chassis::http::{Actor, Body, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{ListShown, current, kind};
use crate::{
    api::shown::given,
    codes,
    domain::tailored::{Answers, Unanswered, tailor},
    service::ConstructionPermit,
    usecases::answer::attribute_faults,
};

/// A project that somebody thinks about.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Imagined {
    /// `G`, `S`, `I`, `L` or `P`.
    #[serde(rename = "type")]
    #[schema(pattern = "^[GSILP]$")]
    kind: String,
    /// Attribute -> value.
    #[serde(default)]
    #[schema(schema_with = given)]
    attributes: BTreeMap<String, serde_json::Value>,
    /// Whether the catalogue's defaults hold where nothing is answered.
    #[serde(default)]
    defaults: bool,
}

/// Tailors a list without a project.
#[utoipa::path(
    tag = "catalogue",
    operation_id = "preview",
    request_body = Imagined,
    responses(
        (status = 200, description = "The list", body = ListShown),
        (status = 404, description = "`not-found`: no catalogue holds today")
    )
)]
#[post("/v1/lists/preview")]
pub async fn preview(
    _actor: Actor,
    body: Body<Imagined>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let catalogue = current(&desk)?;
    let Imagined { kind: letter, attributes, defaults } = body.value;
    let kind = kind(&letter).ok_or_else(|| Problem::faulty(vec![super::super::projects::unknown_type()]))?;
    let unanswered = if defaults { Unanswered::TakeDefaults } else { Unanswered::LeaveOpen };
    let answers = Answers::read(catalogue, kind, desk.today(), &attributes, unanswered)
        .map_err(|faults| Problem::new(&codes::ATTRIBUTES_FAULTY).with_faults(attribute_faults(&faults).collect()))?;
    Ok(HttpResponse::Ok().json(ListShown::of(catalogue, &tailor(catalogue, &answers))))
}
