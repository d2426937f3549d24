//! `GET /v1/cases`: one's own cases, newest first.

use actix_web::{
    HttpResponse, get,
    web::{Data, Query},
};
use chassis::http::{Limit, Permit, Problem};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::CaseSummary;
use crate::{permissions::ReadCases, service::Intake, store};

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// The last case of the page before.
    before: Option<Uuid>,
    /// 1 to 100; 20 where absent.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100)]
    limit: Limit,
}

/// A page of cases.
#[derive(Debug, Serialize, ToSchema)]
pub struct Cases {
    cases: Vec<CaseSummary>,
}

/// Lists cases.
#[utoipa::path(tag = "cases", params(Page), responses((status = 200, description = "A page", body = Cases)))]
#[get("/v1/cases")]
pub async fn list(permit: Permit<ReadCases>, page: Query<Page>, desk: Data<Intake>) -> Result<HttpResponse, Problem> {
    let limit = page.limit.or(20);
    let cases = store::cases::list(desk.mailbox.db(), &permit.scope(), page.before, limit).await?;
    Ok(HttpResponse::Ok().json(Cases { cases: cases.iter().map(CaseSummary::of).collect() }))
}
