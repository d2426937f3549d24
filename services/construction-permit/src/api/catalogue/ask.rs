//! `POST /v1/questionnaire`: what a project of a type is asked: few questions, and only what decides something.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, post, web::Data};
use chassis::http::{Actor, Body, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{current, kind};
use crate::{
    codes,
    domain::tailored::{Answers, Question, Unanswered, questionnaire},
    service::ConstructionPermit,
    usecases::answer::attribute_faults,
};

/// What is known so far.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// `G`, `S`, `I`, `L` or `P`.
    #[serde(rename = "type")]
    kind: String,
    /// Attribute -> value.
    #[serde(default)]
    #[schema(value_type = Object)]
    attributes: BTreeMap<String, serde_json::Value>,
}

/// The questions, in the order of asking.
#[derive(Debug, Serialize, ToSchema)]
pub struct Questions {
    #[schema(value_type = Vec<Object>)]
    questions: Vec<serde_json::Value>,
}

/// Asks what a project needs to be asked; what earlier answers make pointless is left out.
#[utoipa::path(
    tag = "catalogue",
    operation_id = "ask",
    responses((status = 200, description = "The questions", body = Questions))
)]
#[post("/v1/questionnaire")]
pub async fn ask(_actor: Actor, body: Body<Known>, desk: Data<ConstructionPermit>) -> Result<HttpResponse, Problem> {
    let catalogue = current(&desk)?;
    let Known { kind: letter, attributes } = body.value;
    let kind = kind(&letter).ok_or_else(|| Problem::faulty(vec![super::super::projects::unknown_type()]))?;
    let answers = Answers::read(catalogue, kind, desk.today(), &attributes, Unanswered::LeaveOpen)
        .map_err(|faults| Problem::new(&codes::ATTRIBUTES_FAULTY).with_faults(attribute_faults(&faults).collect()))?;
    let shown = |question: &Question<'_>| {
        let attribute = question.attribute;
        let choices: Vec<_> = attribute
            .choices()
            .iter()
            .map(|choice| serde_json::json!({"value": choice.value, "name": choice.name}))
            .collect();
        serde_json::json!({
            "attribute": attribute.name, "label": attribute.label, "question": attribute.question,
            "help": attribute.help, "unit": attribute.unit, "choices": choices,
            "default": attribute.default, "answer": question.answer, "decides": question.items,
            "waits_for": question.waits_for,
        })
    };
    let questions = questionnaire(catalogue, &answers).iter().map(shown).collect();
    Ok(HttpResponse::Ok().json(Questions { questions }))
}
