//! `PUT /v1/calendar/years/{year}`: an operator announces a year, or what a later notice says of it.

use actix_web::{
    HttpResponse, put,
    web::{Data, Path},
};
use chassis::http::{Form, Permit, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{domain::year::Written, permissions::AnnounceYears, service::Intake, usecases::years};

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Announced {
    year: i32,
    /// Counts from 1 for each year.
    revision: u32,
    /// False where the same was announced last: nothing was changed.
    is_news: bool,
}

/// Announces a year. It is told to every process, due dates are reckoned again, and people who were told another date are told.
#[utoipa::path(
    tag = "calendar",
    operation_id = "announce_year",
    params(("year" = i32, Path, description = "The year")),
    request_body = Written,
    responses((status = 200, description = "It was taken in", body = Announced))
)]
#[put("/v1/calendar/years/{year}")]
pub async fn announce(
    permit: Permit<AnnounceYears>,
    year: Path<i32>,
    body: Form<Written>,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    let (written, unfit) = body.parts();
    let (said, faults) = match written.read(*year) {
        Ok(said) => (Some(said), vec![]),
        Err(faults) => (None, faults),
    };
    let faults = unfit.beside(faults);
    let Some(said) = said.filter(|_| faults.is_empty()) else { return Err(Problem::faulty(faults)) };
    let done = years::announce::announce(&desk, &said, &permit.actor().subject).await?;
    Ok(HttpResponse::Ok().json(Announced { year: said.year, revision: done.revision, is_news: done.is_news }))
}
