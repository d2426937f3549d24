//! `GET /v1/calendar/years`: what was announced, and what could not be taken in.

use actix_web::{HttpResponse, get, web::Data};
use chassis::http::{Permit, Problem};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::{
    domain::year::Written,
    permissions::AnnounceYears,
    service::Intake,
    store::{
        self,
        years::{Refused, Sentence, YearShown},
    },
};

/// The calendar, as it was announced.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarShown {
    /// By which this process reckons.
    version: String,
    /// The last day that a notice covers; what rests on later ones is provisional.
    announced_to: String,
    years: Vec<AnnouncedYear>,
    /// Files of the folder that were not taken in.
    refused: Vec<RefusedFile>,
}

/// The last word about a year.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnnouncedYear {
    year: i32,
    revision: u32,
    /// Token subject of the operator, the folder's file, or `program` where the program was built with it.
    announced_by: String,
    #[serde(with = "chassis::http::instant")]
    announced_at: OffsetDateTime,
    notice: Written,
}

/// A file that was not taken in, and everything that is wrong with it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedFile {
    file: String,
    faults: Vec<Sentence>,
    #[serde(with = "chassis::http::instant")]
    refused_at: OffsetDateTime,
}

impl From<YearShown> for AnnouncedYear {
    fn from(year: YearShown) -> Self {
        let YearShown { revision, said, by, at } = year;
        Self { year: said.year, revision, announced_by: by, announced_at: at, notice: Written::of(&said) }
    }
}

impl From<Refused> for RefusedFile {
    fn from(refused: Refused) -> Self {
        let Refused { file, faults, at, .. } = refused;
        Self { file, faults, refused_at: at }
    }
}

/// Lists the years.
#[utoipa::path(
    tag = "calendar",
    operation_id = "announced_years",
    responses((status = 200, description = "The calendar", body = CalendarShown))
)]
#[get("/v1/calendar/years")]
pub async fn list(_: Permit<AnnounceYears>, desk: Data<Intake>) -> Result<HttpResponse, Problem> {
    let (db, calendar) = (desk.mailbox.db(), desk.calendar());
    Ok(HttpResponse::Ok().json(CalendarShown {
        version: calendar.version().to_owned(),
        announced_to: calendar.announced_to().to_string(),
        years: store::years::years(db).await?.into_iter().map(AnnouncedYear::from).collect(),
        refused: store::years::refused(db).await?.into_values().map(RefusedFile::from).collect(),
    }))
}
