//! `POST /v1/questionnaire`: what a project of a type is asked: few questions, and only what decides something.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, post, web::Data};
use chassis::{
    data::Label,
    http::{Actor, Body, Problem},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{codes as codes_of, current, kind};
use crate::{
    api::shown::{ValueShown, given},
    codes,
    domain::tailored::{Answer, Answers, Origin, Question, Unanswered, questionnaire},
    service::ConstructionPermit,
    usecases::answer::attribute_faults,
};

/// What is known so far.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// `G`, `S`, `I`, `L` or `P`.
    #[serde(rename = "type")]
    #[schema(pattern = "^[GSILP]$")]
    kind: String,
    /// Attribute -> value.
    #[serde(default)]
    #[schema(schema_with = given)]
    attributes: BTreeMap<String, serde_json::Value>,
}

/// The questions, in the order of asking.
#[derive(Debug, Serialize, ToSchema)]
pub struct Questions {
    questions: Vec<QuestionShown>,
}

/// One question.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuestionShown {
    attribute: String,
    label: Label,
    question: Label,
    help: Label,
    unit: Option<Label>,
    /// Of an attribute with options; else empty.
    choices: Vec<OptionShown>,
    /// What is proposed.
    default: Option<ValueShown>,
    answer: Option<AnswerShown>,
    /// Items that depend on it.
    decides: Vec<String>,
    /// Attributes that decide whether it is asked.
    waits_for: Vec<String>,
}

/// One option.
#[derive(Debug, Serialize, ToSchema)]
pub struct OptionShown {
    value: String,
    name: Label,
}

/// What is answered.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnswerShown {
    value: ValueShown,
    origin: OriginShown,
}

/// Where an answer comes from.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OriginShown {
    Given,
    /// The catalogue's proposal was taken.
    Default,
    /// Earlier answers make the question pointless.
    NotAsked,
}

/// Asks what a project needs to be asked; what earlier answers make pointless is left out.
#[utoipa::path(
    tag = "catalogue",
    operation_id = "ask",
    request_body = Known,
    responses(
        (status = 200, description = "The questions", body = Questions),
        (status = 404, description = "`not-found`: no catalogue holds today")
    )
)]
#[post("/v1/questionnaire")]
pub async fn ask(_actor: Actor, body: Body<Known>, desk: Data<ConstructionPermit>) -> Result<HttpResponse, Problem> {
    let catalogue = current(&desk)?;
    let Known { kind: letter, attributes } = body.value;
    let kind = kind(&letter).ok_or_else(|| Problem::faulty(vec![super::super::projects::unknown_type()]))?;
    let answers = Answers::read(catalogue, kind, desk.today(), &attributes, Unanswered::LeaveOpen)
        .map_err(|faults| Problem::new(&codes::ATTRIBUTES_FAULTY).with_faults(attribute_faults(&faults).collect()))?;
    let questions = questionnaire(catalogue, &answers).iter().map(QuestionShown::from).collect();
    Ok(HttpResponse::Ok().json(Questions { questions }))
}

impl From<&Question<'_>> for QuestionShown {
    fn from(question: &Question<'_>) -> Self {
        let attribute = question.attribute;
        let choices = attribute.choices().iter();
        Self {
            attribute: attribute.name.clone(),
            label: attribute.label.clone(),
            question: attribute.question.clone(),
            help: attribute.help.clone(),
            unit: attribute.unit.clone(),
            choices: choices.map(|of| OptionShown { value: of.value.clone(), name: of.name.clone() }).collect(),
            default: attribute.default.as_ref().map(ValueShown::from),
            answer: question.answer.map(AnswerShown::from),
            decides: codes_of(&question.items),
            waits_for: question.waits_for.iter().cloned().collect(),
        }
    }
}

impl From<&Answer> for AnswerShown {
    fn from(answer: &Answer) -> Self {
        let origin = match answer.origin {
            Origin::Given => OriginShown::Given,
            Origin::Default => OriginShown::Default,
            Origin::NotAsked => OriginShown::NotAsked,
        };
        Self { value: (&answer.value).into(), origin }
    }
}
