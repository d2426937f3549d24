//! `POST /v1/applications`: one form, one set of papers, one case.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, post, web::Data};
use chassis::{
    consent::PhoneProof,
    http::{ApplicantBody, Form, IdempotencyKey, Permit, Problem},
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    domain::{case::Case, form::Entered},
    permissions::SubmitApplication,
    service::Intake,
    usecases,
};

/// What the applicant submits.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewApplication {
    /// Code of a theme or item, e.g. `company-opening`; with a version, `company-opening@1`, it has to be the one that holds.
    theme: String,
    /// `online`, `window` or `agent`.
    channel: String,
    /// Region whose departments do the work; the hall's own where absent.
    region: Option<String>,
    /// Every field of the form by its name.
    fields: BTreeMap<String, String>,
    /// Role -> department, for roles that leave a choice.
    #[serde(default)]
    choices: BTreeMap<String, String>,
    #[serde(default)]
    materials: Vec<BroughtMaterial>,
    /// Hand it in although papers are missing: they are told in a one-time notice. At a window the clerk decides.
    #[serde(default)]
    as_it_stands: bool,
    /// SM3 of the undertaking for what is missing, as `GET /v1/items/{code}/undertaking` shows it: the applicant signs it.
    undertaking_sm3: Option<String>,
    /// At a window: the applicant who stands there. A clerk names him; whoever signs in himself does not.
    applicant: Option<ApplicantBody>,
    /// A telephone of the applicant, and the code that went there (`POST /v1/phones/codes`): his codes go there from then on. At a
    /// window it is also how he signs an undertaking.
    phone_proof: Option<PhoneProof>,
}

/// A paper that was uploaded before.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BroughtMaterial {
    pub code: String,
    pub material_id: Uuid,
}

/// The slip: what the applicant takes home.
#[derive(Debug, Serialize, ToSchema)]
pub struct Slip {
    case_id: Uuid,
    /// 23 digits.
    case_number: String,
    /// Shows the case's progress together with the number, without signing in.
    query_code: String,
    theme: String,
    #[serde(with = "chassis::http::instant")]
    received_at: OffsetDateTime,
    /// A read that asks for `at_least` this sequence sees the case.
    sequence: i64,
}

impl Slip {
    pub(crate) fn of(case: &Case) -> Self {
        Self {
            case_id: case.id(),
            case_number: case.number.clone(),
            query_code: case.query_code.clone(),
            theme: case.theme.clone(),
            received_at: case.received_at,
            // The submission is the case's first fact; a repeated request gets the same slip.
            sequence: 1,
        }
    }
}

/// Submits an application. Every fault is told at once; a repeated request with the same key gets the same slip.
#[utoipa::path(
    tag = "applications",
    params(("Idempotency-Key" = String, Header, description = "One key for each intended submission")),
    request_body = NewApplication,
    responses((status = 201, description = "The slip", body = Slip))
)]
#[post("/v1/applications")]
pub async fn submit(
    permit: Permit<SubmitApplication>,
    key: IdempotencyKey,
    form: Form<NewApplication>,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    let digest = form.body.digest;
    let (asker, (new, unfit)) = (permit.asker(), form.parts());
    let entered = Entered {
        channel: new.channel,
        fields: new.fields,
        choices: new.choices,
        materials: new.materials.into_iter().map(|m| (m.code, m.material_id)).collect(),
    };
    let (behalf, named) = match asker.for_new(new.applicant.as_ref(), desk.seals.founding()) {
        Ok(acting) => acting,
        Err(faults) => {
            let faults = unfit.beside(faults);
            return Err(usecases::submit::faulty(&desk, (&new.theme, &entered, asker.subject()), faults).await?);
        }
    };
    let intent = key.intent(&behalf, "submit_application", digest);
    let application = usecases::submit::Application {
        theme: &new.theme,
        entered,
        region: new.region,
        behalf: &behalf,
        scope: asker.scope(),
        named,
        vouched: asker.actor().phone(),
        handed: usecases::submit::Handed {
            as_it_stands: new.as_it_stands,
            undertaking_sm3: new.undertaking_sm3,
            phone_proof: new.phone_proof,
        },
        draft: None,
        unfit,
        intent,
    };
    let case = usecases::submit::submit(&desk, application).await?;
    Ok(HttpResponse::Created().json(Slip::of(&case)))
}
