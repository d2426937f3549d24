//! A service's mailbox: its database, its clocks, its ids, and the doorbells of its workers.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use sqlx::PgPool;
use tokio::sync::Notify;
use workdays::Calendar;

use crate::{
    calendar::Almanac,
    changes::{Changes, Pen},
    clock::Clocks,
    ids::Ids,
};

/// Cheap to clone; all clones are one mailbox.
#[derive(Clone, Debug)]
pub struct Mailbox(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    db: PgPool,
    clocks: Clocks,
    almanac: Almanac,
    ids: Ids,
    source: String,
    relay: Notify,
    timers: Notify,
    calendar: Notify,
    /// What is parked may be other than when it was last looked at.
    parking: AtomicBool,
    leads: AtomicBool,
    /// Another instance lives, as far as is known.
    company: AtomicBool,
}

impl Mailbox {
    /// `source` is the principal under which the service speaks on the bus, e.g. `department-tax`.
    #[must_use]
    pub fn new(db: PgPool, clocks: Clocks, ids: Ids, source: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            db,
            clocks,
            almanac: Almanac::default(),
            ids,
            source: source.into(),
            relay: Notify::new(),
            timers: Notify::new(),
            calendar: Notify::new(),
            parking: AtomicBool::new(true),
            leads: AtomicBool::new(false),
            company: AtomicBool::new(true),
        }))
    }

    /// The service's database, for loads.
    #[must_use]
    pub fn db(&self) -> &PgPool {
        &self.0.db
    }

    #[must_use]
    pub fn clocks(&self) -> &Clocks {
        &self.0.clocks
    }

    /// The calendar in force. Take it once for a decision.
    #[must_use]
    pub fn calendar(&self) -> Arc<Calendar> {
        self.0.almanac.now()
    }

    #[must_use]
    pub fn almanac(&self) -> &Almanac {
        &self.0.almanac
    }

    #[must_use]
    pub fn ids(&self) -> &Ids {
        &self.0.ids
    }

    #[must_use]
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// A new id that sorts by system time.
    #[must_use]
    pub fn new_id(&self) -> uuid::Uuid {
        self.0.ids.uuid(self.0.clocks.system.now())
    }

    /// Nothing decided yet.
    #[must_use]
    pub fn changes(&self) -> Changes {
        Changes::new(Pen { ids: self.0.ids.clone(), clock: self.0.clocks.system.clone() })
    }

    /// Rings the relay of this process.
    pub fn wake_relay(&self) {
        self.0.relay.notify_one();
    }

    pub(crate) async fn relay_woken(&self) {
        self.0.relay.notified().await;
    }

    /// Rings the timers of this process: one was set, or the clock was moved.
    pub fn wake_timers(&self) {
        self.0.timers.notify_one();
    }

    pub(crate) async fn timers_woken(&self) {
        self.0.timers.notified().await;
    }

    /// Something was parked here, or an operator acted: the consumer looks at what is parked soon.
    pub fn stir_parking(&self) {
        self.0.parking.store(true, Ordering::Relaxed);
    }

    pub(crate) fn take_stirred(&self) -> bool {
        self.0.parking.swap(false, Ordering::Relaxed)
    }

    /// Rings for the keeper of this process's calendar: a year was stored, or this instance leads.
    pub fn wake_calendar(&self) {
        self.0.calendar.notify_one();
    }

    pub(crate) async fn calendar_woken(&self) {
        self.0.calendar.notified().await;
    }

    /// Whether this instance leads: relays, fires timers, tries parked messages again.
    #[must_use]
    pub fn leads(&self) -> bool {
        self.0.leads.load(Ordering::Relaxed)
    }

    pub(crate) fn lead(&self, leads: bool) {
        self.0.leads.store(leads, Ordering::Relaxed);
    }

    /// Whether another instance of the service may be alive and act on the same database.
    pub(crate) fn has_company(&self) -> bool {
        self.0.company.load(Ordering::Relaxed)
    }

    pub(crate) fn know_company(&self, has_company: bool) {
        if self.0.company.swap(has_company, Ordering::Relaxed) != has_company {
            // What the other has heard until now is seen at once.
            self.wake_calendar();
        }
    }
}
