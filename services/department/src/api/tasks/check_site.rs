//! `POST /v1/tasks/{id}/site-check`: the department was on the site (现场核查).

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use casework::Limit;
use chassis::http::{AtMost, Body, Faults, Long, Problem, Short};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::TaskChanged;
use crate::{
    domain::{numbers::Number, task::Task},
    permissions::{Colleague, DecideTasks},
    service::Department,
    usecases::act::{act, in_round, refused},
};

/// Who was there, and what they found.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteCheck {
    /// The round that was looked at.
    round: u32,
    /// Names of those who were there: two or more (行政许可法 34).
    staff: AtMost<20, Short>,
    /// What has to be repaired.
    #[serde(default)]
    findings: AtMost<50, Long>,
    /// Within how many working days; needed where there are findings.
    rectification_working_days: Option<u32>,
}

/// Records a site check. With findings the clock stands still until the procedure `rectification` is ended.
#[utoipa::path(
    tag = "tasks",
    operation_id = "check_site",
    params(("id" = Uuid, Path, description = "Task")),
    request_body = SiteCheck,
    responses((status = 202, description = "On its way", body = TaskChanged))
)]
#[post("/v1/tasks/{id}/site-check")]
pub async fn check_site(
    colleague: Colleague<DecideTasks>,
    id: Path<Uuid>,
    body: Body<SiteCheck>,
    desk: Data<Department>,
) -> Result<HttpResponse, Problem> {
    let SiteCheck { round, staff, findings, rectification_working_days } = body.value;
    let mut faults = Faults::default();
    let staff = faults.texts("/staff", staff);
    let findings = faults.texts("/findings", findings);
    if staff.iter().filter(|name| !name.is_empty()).collect::<BTreeSet<_>>().len() < 2 {
        let zh = "现场核查应由两名以上工作人员进行(行政许可法第三十四条)";
        faults.add("/staff", "two_needed", zh, "a site check is made by two or more of staff (行政许可法 34)");
    }
    let limit = rectification_working_days.is_some_and(|days| (1..=Limit::LONGEST).contains(&days));
    if !findings.is_empty() && !limit {
        let (zh, en) =
            ("发现问题的,请填写1至366个工作日的整改期限", "give 1 to 366 working days to repair what was found");
        faults.add("/rectification_working_days", "out_of_range", zh, en);
    }
    if findings.is_empty() && rectification_working_days.is_some() {
        let (zh, en) = ("没有发现问题的,不填写整改期限", "where nothing was found there is nothing to repair");
        faults.add("/rectification_working_days", "not_asked", zh, en);
    }
    let verb = |task: &mut Task, _: &BTreeMap<Number, Uuid>, now| {
        faults.none()?;
        in_round(task, round)?;
        let (staff, findings) = (staff.clone(), findings.clone());
        task.desk.check_site(staff, findings, rectification_working_days, now).map_err(refused)
    };
    let (task, sequence) =
        act(&desk, id.into_inner(), (&colleague.scope(), &colleague.doer()), &BTreeSet::new(), verb).await?;
    Ok(HttpResponse::Accepted().json(TaskChanged::of(&task, sequence)))
}
