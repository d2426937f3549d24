//! `POST /v1/phones/codes`: a one-time code goes to a telephone that is to count for what will be filed.

use actix_web::{HttpResponse, post, web::Data};
use chassis::{
    consent::{CodeSent, FilingCode},
    http::{Body, Permit, Problem},
};

use crate::{permissions::DeclareName, service::MarketRegistration};

/// Sends a code that proves the telephone. With the SM3 of an undertaking it is the applicant's consent to that, too: at a window
/// he signs with it what is filed with gaps.
#[utoipa::path(
    tag = "consents",
    operation_id = "prove_phone",
    request_body = FilingCode,
    responses((status = 201, description = "It is on its way; the code is the applicant's alone", body = CodeSent))
)]
#[post("/v1/phones/codes")]
pub async fn prove(
    permit: Permit<DeclareName>,
    body: Body<FilingCode>,
    desk: Data<MarketRegistration>,
) -> Result<HttpResponse, Problem> {
    let sent = desk.consents.prove_phone(&desk.mailbox, &permit.asker(), &body.value).await?;
    Ok(HttpResponse::Created().json(sent))
}
