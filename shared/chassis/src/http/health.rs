//! The second port: whether the process lives, is ready, and hears and speaks on the bus; its business clock and its
//! calendar. Never routed from outside.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use actix_web::{
    HttpResponse,
    web::{self, Data, Json},
};
use mailbox::{
    Mailbox,
    clock::{CITY, ClockError},
    health::Degraded,
    pulse::{Pulse, Pulses},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use time::OffsetDateTime;
use tokio::runtime::Handle;

use super::{codes, problem::Problem};
use crate::lifecycle::database;

/// What the second port tells. Cheap to clone.
#[derive(Clone)]
pub struct Health {
    ready: Readiness,
    degraded: Degraded,
    pulses: Pulses,
    mailbox: Mailbox,
    runtime: Handle,
}

impl Health {
    /// To be called inside the runtime that the workers run on: the database is asked there, so that no connection
    /// depends on the second port's thread.
    #[must_use]
    pub fn new(ready: Readiness, degraded: Degraded, pulses: Pulses, mailbox: Mailbox) -> Self {
        Self { ready, degraded, pulses, mailbox, runtime: Handle::current() }
    }

    async fn database_answers(&self) -> bool {
        let (db, degraded) = (self.mailbox.db().clone(), self.degraded.clone());
        self.runtime.spawn(async move { database::answers(&db, &degraded).await }).await.unwrap_or(false)
    }
}

/// Ready: own database and schema. Nothing else is asked: a broker that is away degrades the service and no more.
#[derive(Clone, Default)]
pub struct Readiness(Arc<AtomicBool>);

impl Readiness {
    pub fn set(&self, ready: bool) {
        self.0.store(ready, Ordering::SeqCst);
    }

    #[must_use]
    pub fn get(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

#[derive(Serialize)]
struct Standing {
    mode: &'static str,
    #[serde(with = "time::serde::rfc3339")]
    business: OffsetDateTime,
}

#[derive(Deserialize)]
struct Move {
    #[serde(with = "time::serde::rfc3339")]
    to: OffsetDateTime,
}

/// The routes of the second port.
pub fn routes(health: Health) -> impl FnOnce(&mut web::ServiceConfig) {
    move |config| {
        config
            .app_data(Data::new(health))
            .app_data(web::JsonConfig::default().error_handler(|error, _| {
                Problem::new(&codes::BODY_INVALID).caused_by(anyhow::anyhow!("{error}")).into()
            }))
            .route("/health/live", web::get().to(live))
            .route("/health/ready", web::get().to(ready))
            .route("/health/hearing", web::get().to(hearing))
            .route("/calendar", web::get().to(calendar))
            .route("/clock", web::get().to(clock))
            .route("/clock", web::post().to(advance));
    }
}

async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "live": true }))
}

async fn ready(health: Data<Health>) -> HttpResponse {
    let ready = health.ready.get() && health.database_answers().await;
    let mut answer = if ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    let degraded: Vec<_> =
        health.degraded.all().into_iter().map(|(part, why)| json!({ "part": part, "why": why })).collect();
    answer.json(json!({ "ready": ready, "degraded": degraded }))
}

/// Whether each client of the bus is proved to live. Apart from `ready`: a broker that is away takes no window away.
async fn hearing(health: Data<Health>) -> HttpResponse {
    let pulses = health.pulses.all();
    let hearing = health.ready.get() && pulses.iter().all(|pulse| pulse.lives);
    let mut answer = if hearing { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    let told = |Pulse { client, lives, why, replaced }| json!({ "client": client, "lives": lives, "why": why, "replaced": replaced });
    answer.json(json!({ "hearing": hearing, "clients": pulses.into_iter().map(told).collect::<Vec<_>>() }))
}

/// By which calendar this process reckons: equal versions reckon equally.
async fn calendar(health: Data<Health>) -> HttpResponse {
    let calendar = health.mailbox.calendar();
    let announced_to = calendar.announced_to().to_string();
    HttpResponse::Ok().json(json!({ "version": calendar.version(), "announced_to": announced_to }))
}

async fn clock(health: Data<Health>) -> Json<Standing> {
    Json(standing(&health))
}

async fn advance(health: Data<Health>, to: Json<Move>) -> Result<Json<Standing>, Problem> {
    let moved = health.mailbox.clocks().business.advance_to(to.to);
    moved.map_err(|error| match error {
        ClockError::GoesBack { .. } => Problem::new(&codes::CLOCK_GOES_BACK).caused_by(error),
        ClockError::NotManual => Problem::new(&codes::CLOCK_RUNS).caused_by(error),
    })?;
    health.mailbox.wake_timers();
    Ok(Json(standing(&health)))
}

fn standing(health: &Health) -> Standing {
    let clock = &health.mailbox.clocks().business;
    Standing { mode: if clock.is_manual() { "manual" } else { "system" }, business: clock.now().to_offset(CITY) }
}
