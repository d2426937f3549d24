//! `POST /v1/names/{id}/release`: the holder gives a name up; no clerk does without him.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::{
    consent::ConsentBody,
    http::{AsOf, Body, Permit, Problem},
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::NameShown;
use crate::{permissions::DeclareName, service::MarketRegistration, usecases::names::release as usecase};

/// Nothing has to be said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseBody {
    /// At a window: what the holder agreed with.
    consent: Option<ConsentBody>,
}

/// Gives a name up; it is anybody's at once. Doing it twice changes nothing.
#[utoipa::path(
    tag = "names",
    params(("id" = Uuid, Path, description = "Reservation")),
    request_body = ReleaseBody,
    responses((status = 200, description = "The name is released", body = AsOf<NameShown>))
)]
#[post("/v1/names/{id}/release")]
pub async fn release(
    permit: Permit<DeclareName>,
    id: Path<Uuid>,
    body: Body<ReleaseBody>,
    desk: Data<MarketRegistration>,
) -> Result<HttpResponse, Problem> {
    let name = usecase::release(&desk, &permit.asker(), id.into_inner(), body.value.consent.as_ref()).await?;
    let (sequence, as_of) = (name.stem.sequence(), desk.mailbox.clocks().business.now());
    Ok(HttpResponse::Ok().json(AsOf { value: NameShown::of(&desk, &name, as_of)?, sequence, as_of }))
}
