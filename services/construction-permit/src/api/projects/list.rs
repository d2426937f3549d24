//! `GET /v1/projects`: projects, the newest first.

use actix_web::{
    HttpResponse, get,
    web::{Data, Query},
};
use chassis::http::{Limit, Permit, Problem, codes as common};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use workdays::CITY;

use crate::{
    permissions::ReadProjects,
    service::ConstructionPermit,
    store::{self, Listed, Place},
};

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// `next` of the page before.
    after: Option<String>,
    /// 1 to 100; 20 where absent.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100)]
    limit: Limit,
}

/// A page of projects.
#[derive(Debug, Serialize, ToSchema)]
pub struct Projects {
    projects: Vec<ProjectListed>,
    /// Give it as `after` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A project in the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProjectListed {
    project_id: Uuid,
    code: String,
    #[serde(rename = "type")]
    kind: String,
    name: String,
    phase: String,
    /// `none`, `yellow` or `red`.
    card: String,
    #[serde(with = "chassis::http::instant")]
    registered_at: OffsetDateTime,
}

/// Lists projects: one's own, or the hall's for its staff.
#[utoipa::path(
    tag = "projects",
    operation_id = "list",
    params(Page),
    responses((status = 200, description = "A page", body = Projects))
)]
#[get("/v1/projects")]
pub async fn list(
    permit: Permit<ReadProjects>,
    page: Query<Page>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let after = page.after.as_deref().map(read_place).transpose()?;
    let limit = page.limit.or(20);
    let found = store::listed(desk.mailbox.db(), &permit.scope(), after, limit).await?;
    let full = i64::try_from(found.len()).is_ok_and(|found| found == limit);
    let next = found.last().filter(|_| full).map(|last| written(last.place));
    let shown = |listed: Listed| ProjectListed {
        project_id: listed.place.id,
        code: listed.entry.code,
        kind: listed.entry.kind.letter().to_owned(),
        name: listed.entry.name,
        phase: listed.phase,
        card: listed.card,
        registered_at: listed.place.at.to_offset(CITY),
    };
    Ok(HttpResponse::Ok().json(Projects { projects: found.into_iter().map(shown).collect(), next }))
}

/// A place as a page's address holds it: microseconds and id.
fn written(place: Place) -> String {
    format!("{}.{}", place.at.unix_timestamp_nanos() / 1_000, place.id.simple())
}

fn read_place(text: &str) -> Result<Place, Problem> {
    let place = || {
        let (micros, id) = text.split_once('.')?;
        let nanos = micros.parse::<i128>().ok()?.checked_mul(1_000)?;
        Some(Place { at: OffsetDateTime::from_unix_timestamp_nanos(nanos).ok()?, id: Uuid::try_parse(id).ok()? })
    };
    place().ok_or_else(|| {
        Problem::new(&common::QUERY_MALFORMED).detail("after 应为上一页的 next", "`after` is `next` of the page before")
    })
}
