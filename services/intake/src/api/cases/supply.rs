//! `POST /v1/cases/{id}/supplements`: the applicant supplies what a department asked for.

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::http::{Body, Faults, Long, Permit, Problem, shown};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Asked;
use crate::{
    permissions::SubmitApplication,
    service::Intake,
    store,
    usecases::ask::{Ask, ask},
};

/// What is supplied, for which task.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Supplement {
    task_id: Uuid,
    #[serde(default)]
    fields: BTreeMap<String, Long>,
    /// Papers that were uploaded before.
    #[serde(default)]
    materials: Vec<Uuid>,
}

/// Passes a supplement on to the department that asked for it.
#[utoipa::path(
    tag = "cases",
    params(("id" = Uuid, Path, description = "Case")),
    request_body = Supplement,
    responses((status = 202, description = "Recorded", body = Asked))
)]
#[post("/v1/cases/{id}/supplements")]
pub async fn supply(
    permit: Permit<SubmitApplication>,
    id: Path<Uuid>,
    body: Body<Supplement>,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    let Supplement { task_id, fields, materials } = body.value;
    let asker = permit.asker();
    let brought = store::materials::brought_by(desk.mailbox.db(), &asker.own_keys(), &materials).await?;
    let mut faults = Faults::default();
    for (place, _) in materials.iter().enumerate().filter(|(_, id)| !brought.contains_key(id)) {
        let (zh, en) = ("没有找到此材料,请先上传", "there is no such paper of yours; upload it first");
        faults.add(format!("/materials/{place}"), "not_uploaded", zh, en);
    }
    let mut written = |(name, value): (String, Long)| {
        let value = faults.text(format!("/fields/{}", shown(&name)), &value);
        (name, value)
    };
    let fields: BTreeMap<String, String> = fields.into_iter().map(&mut written).collect();
    if fields.is_empty() && materials.is_empty() {
        faults.add("", "empty", "请补充字段或材料", "supply a field or a paper");
    }
    faults.none()?;
    let asked = Ask::Supply { task: task_id, fields, materials: brought };
    let case = ask(&desk, &asker, id.into_inner(), (&asked, None)).await?;
    Ok(HttpResponse::Accepted().json(Asked::of(&case)))
}
