//! A service's mailbox: its database, its clocks, its ids, and the doorbells of its workers.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use sqlx::PgPool;
use tokio::sync::Notify;

use crate::{
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
    ids: Ids,
    source: String,
    relay: Notify,
    timers: Notify,
    leads: AtomicBool,
}

impl Mailbox {
    /// `source` is the principal under which the service speaks on the bus, e.g. `department-tax`.
    #[must_use]
    pub fn new(db: PgPool, clocks: Clocks, ids: Ids, source: impl Into<String>) -> Self {
        let (relay, timers) = (Notify::new(), Notify::new());
        let leads = AtomicBool::new(false);
        Self(Arc::new(Inner { db, clocks, ids, source: source.into(), relay, timers, leads }))
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

    /// Whether this instance leads: relays, fires timers, tries parked messages again.
    #[must_use]
    pub fn leads(&self) -> bool {
        self.0.leads.load(Ordering::Relaxed)
    }

    pub(crate) fn lead(&self, leads: bool) {
        self.0.leads.store(leads, Ordering::Relaxed);
    }
}
