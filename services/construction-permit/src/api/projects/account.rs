//! `GET /v1/projects/{id}/clock/account`: day by day what counted and what did not, and why.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};
use casework::clock::account as account_of;
use chassis::http::{AsOf, Permit, Problem};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    api::projects::as_of,
    domain::project::facts,
    permissions::ReadProjects,
    service::ConstructionPermit,
    usecases::change::{catalogue, look},
};

/// The account.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountShown {
    counted_working_days: u32,
    /// Every day: its kind, verdict, and what each item did.
    #[schema(value_type = Vec<Object>)]
    days: serde_json::Value,
}

/// Accounts for every calendar day of the project, so that a person can check the count.
#[utoipa::path(
    tag = "projects",
    operation_id = "account",
    params(("id" = Uuid, Path, description = "Project")),
    responses((status = 200, description = "The account", body = AsOf<AccountShown>))
)]
#[get("/v1/projects/{id}/clock/account")]
pub async fn account(
    permit: Permit<ReadProjects>,
    path: Path<Uuid>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let project = look(&desk, &permit, path.into_inner()).await?;
    let catalogue = catalogue(&desk, &project)?;
    let facts = facts(&project, catalogue);
    let calendar = desk.calendar();
    let days = account_of(&facts, &calendar, desk.today());
    let counted = days.iter().filter(|day| day.is_counted()).count();
    let value = AccountShown {
        counted_working_days: u32::try_from(counted).unwrap_or(u32::MAX),
        days: serde_json::json!(days),
    };
    Ok(HttpResponse::Ok().json(as_of(&desk, &project, value)))
}
