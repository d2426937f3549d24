//! `POST /v1/cases/{id}/corrections`: the applicant brings what the front desk waits for.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::http::{Body, Fault, Permit, Problem};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Outcome;
use crate::{permissions::SubmitApplication, service::Intake, store, usecases::outcomes};

/// Papers that were uploaded before.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    materials: Vec<Uuid>,
}

/// Takes papers in: what completes an application accepts it, the last paper of a gap closes it.
#[utoipa::path(
    tag = "outcomes",
    params(("id" = Uuid, Path, description = "Case")),
    request_body = Correction,
    responses((status = 200, description = "The outcome", body = Outcome))
)]
#[post("/v1/cases/{id}/corrections")]
pub async fn correct(
    permit: Permit<SubmitApplication>,
    id: Path<Uuid>,
    body: Body<Correction>,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    let (asker, materials) = (permit.asker(), body.value.materials);
    let brought = store::materials::brought_by(desk.mailbox.db(), &asker.own_keys(), &materials).await?;
    let strange = |(_, id): &(usize, &Uuid)| !brought.contains_key(id);
    let fault = |(place, _): (usize, &Uuid)| {
        let (zh, en) = ("没有找到此材料,请先上传", "there is no such paper of yours; upload it first");
        Fault::new(format!("/materials/{place}"), "not_uploaded", zh, en)
    };
    let mut faults: Vec<Fault> = materials.iter().enumerate().filter(strange).map(fault).collect();
    if materials.is_empty() {
        faults.push(Fault::new("/materials", "empty", "请补充材料", "bring a paper"));
    }
    if !faults.is_empty() {
        return Err(Problem::faulty(faults));
    }
    let case = outcomes::supply::supply(&desk, &asker, id.into_inner(), &brought).await?;
    Ok(HttpResponse::Ok().json(Outcome::of(&case, &[])))
}
