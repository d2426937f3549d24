//! `POST /v1/claims`: who stood at a window signs in and takes his case over.

use actix_web::{HttpResponse, post, web::Data};
use chassis::http::{Body, DocumentBody, Permit, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    api::cases::CaseSummary,
    permissions::ClaimCase,
    service::Intake,
    usecases::claim::{Slip, claim as take},
};

/// What he was given at the window, and what he showed there.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimBody {
    /// 23 digits, from the slip.
    #[schema(pattern = "^[0-9]{23}$")]
    case_number: String,
    /// From the slip.
    query_code: String,
    document: DocumentBody,
    /// Where a telephone counts for the case and his own sign-in does not vouch for it: the code that went there.
    code: Option<String>,
}

/// Takes a case over: from now on it is among one's own, and messages about it are read where one signs in.
#[utoipa::path(
    tag = "claims",
    request_body = ClaimBody,
    responses(
        (status = 200, description = "The case", body = CaseSummary),
        (status = 404, description = "`not-found`: number and code belong to no case, or to another's")
    )
)]
#[post("/v1/claims")]
pub async fn claim(
    permit: Permit<ClaimCase>,
    body: Body<ClaimBody>,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    let ClaimBody { case_number, query_code, document, code: sms } = body.value;
    let document = document.read("").map_err(|fault| Problem::faulty(vec![fault]))?;
    let (number, code) = (case_number.trim(), query_code.trim().to_uppercase());
    let slip = Slip { number, code: &code, document: &document };
    let case = take(&desk, &permit.asker(), &slip, sms.as_deref()).await?;
    Ok(HttpResponse::Ok().json(CaseSummary::of(&case)))
}
