//! `PUT /v1/drafts/{id}?sequence=`: a draft is written anew.

use actix_web::{
    HttpResponse, put,
    web::{Data, Path, Query},
};
use chassis::http::{Form, Permit, Problem};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::{DraftBody, DraftShown};
use crate::{permissions::SubmitApplication, service::Intake, usecases};

/// The state that was changed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Changed {
    /// Sequence of the draft as it was loaded.
    sequence: i64,
}

/// Replaces what was written; 409 where somebody changed it meanwhile.
#[utoipa::path(
    tag = "drafts",
    operation_id = "change_draft",
    params(("id" = Uuid, Path, description = "Draft"), Changed),
    request_body = DraftBody,
    responses((status = 200, description = "The draft", body = DraftShown))
)]
#[put("/v1/drafts/{id}")]
pub async fn change(
    permit: Permit<SubmitApplication>,
    id: Path<Uuid>,
    changed: Query<Changed>,
    form: Form<DraftBody>,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    let (asker, id) = (permit.asker(), id.into_inner());
    let (body, unfit) = form.parts();
    let named = match &body.applicant {
        Some(_) => {
            let acting = asker.for_new(body.applicant.as_ref(), desk.seals.founding());
            acting.map_err(|faults| Problem::faulty(unfit.beside(faults)))?.1
        }
        None => None,
    };
    let (theme, written) = body.parts(named);
    let draft = usecases::drafts::write::change(&desk, &asker, id, changed.sequence, &theme, (written, unfit)).await?;
    Ok(HttpResponse::Ok().json(DraftShown::of(draft)))
}
