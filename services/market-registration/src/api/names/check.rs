//! `POST /v1/names/check`: would this name be reserved? Nothing is stored.

use actix_web::{HttpResponse, post, web::Data};
use chassis::http::{Body, Permit, Problem};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::{NewName, Warning};
use crate::{permissions::DeclareName, service::MarketRegistration, usecases::names::declare as usecase};

/// A name that may be had now.
#[derive(Debug, Serialize, ToSchema)]
pub struct PossibleName {
    name: String,
    /// Region code of the registering authority.
    authority: String,
    /// Class of GB/T 4754; `unclassified`, or `cross_industry` where the name states none.
    industry: String,
    /// Until when it would be kept.
    #[serde(with = "chassis::http::instant")]
    until: OffsetDateTime,
    /// `until` rests on days that no notice has announced yet.
    provisional: bool,
    warnings: Vec<Warning>,
}

/// Answers as a declaration would.
#[utoipa::path(
    tag = "names",
    request_body = NewName,
    responses((status = 200, description = "The name may be had", body = PossibleName))
)]
#[post("/v1/names/check")]
pub async fn check(
    permit: Permit<DeclareName>,
    body: Body<NewName>,
    desk: Data<MarketRegistration>,
) -> Result<HttpResponse, Problem> {
    let named = permit.asker().for_new(body.value.applicant.as_ref(), desk.links.seals.founding());
    if let Err(faults) = named {
        return Err(body.value.faulty(faults));
    }
    let now = desk.mailbox.clocks().business.now();
    let possible = usecase::check(&desk, &body.value.read()?, now).await?;
    Ok(HttpResponse::Ok().json(PossibleName {
        name: possible.name.full,
        authority: possible.name.authority,
        industry: possible.name.industry,
        until: possible.until.to_offset(workdays::CITY),
        provisional: super::is_provisional(&desk, possible.until),
        warnings: possible.warnings.into_iter().map(Warning::from).collect(),
    }))
}
