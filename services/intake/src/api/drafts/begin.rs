//! `POST /v1/drafts`: an application is begun.

use actix_web::{HttpResponse, post, web::Data};
use chassis::http::{Form, Permit, Problem};

use super::{DraftBody, DraftShown};
use crate::{permissions::SubmitApplication, service::Intake, usecases};

/// Begins a draft. It may be incomplete; it is kept for 30 days after its last change.
#[utoipa::path(
    tag = "drafts",
    operation_id = "begin_draft",
    request_body = DraftBody,
    responses((status = 201, description = "The draft", body = DraftShown))
)]
#[post("/v1/drafts")]
pub async fn begin(
    permit: Permit<SubmitApplication>,
    form: Form<DraftBody>,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    let (body, unfit) = form.parts();
    let acting = permit.asker().for_new(body.applicant.as_ref(), desk.seals.founding());
    let (behalf, named) = acting.map_err(|faults| Problem::faulty(unfit.beside(faults)))?;
    let (theme, written) = body.parts(named);
    let draft = usecases::drafts::write::begin(&desk, &behalf, &theme, (written, unfit)).await?;
    Ok(HttpResponse::Created().json(DraftShown::of(draft)))
}
