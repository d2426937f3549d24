//! `POST /v1/claims/codes`: a one-time code goes to the telephone of whoever stood at the window.

use actix_web::{HttpResponse, post, web::Data};
use chassis::{
    consent::CodeSent,
    http::{Body, DocumentBody, Permit, Problem},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    permissions::ClaimCase,
    service::Intake,
    usecases::claim::{Slip, send_code as take},
};

/// What he was given at the window, and what he showed there.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimCodeBody {
    /// 23 digits, from the slip.
    #[schema(pattern = "^[0-9]{23}$")]
    case_number: String,
    /// From the slip.
    query_code: String,
    document: DocumentBody,
}

/// Sends the code with which a case is taken over for which a telephone counts.
#[utoipa::path(
    tag = "claims",
    request_body = ClaimCodeBody,
    responses(
        (status = 201, description = "It is on its way; the code is the applicant's alone", body = CodeSent),
        (status = 404, description = "`not-found`: number and code belong to no case, or to another's")
    )
)]
#[post("/v1/claims/codes")]
pub async fn send(
    permit: Permit<ClaimCase>,
    body: Body<ClaimCodeBody>,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    let ClaimCodeBody { case_number, query_code, document } = body.value;
    let document = document.read("").map_err(|fault| Problem::faulty(vec![fault]))?;
    let (number, code) = (case_number.trim(), query_code.trim().to_uppercase());
    let sent = take(&desk, &permit.asker(), &Slip { number, code: &code, document: &document }).await?;
    Ok(HttpResponse::Created().json(sent))
}
