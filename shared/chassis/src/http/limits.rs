//! How much one client may ask: a steady rate and a burst, per token subject or, without one, per network address.

use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering},
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, MonotonicClock},
    middleware::NoOpMiddleware,
    state::keyed::DashMapStateStore,
};

use super::{codes, problem::Problem};
use crate::settings::sections;

/// After this many requests, clients that have been quiet are forgotten.
const FORGET_EVERY: u32 = 4096;

type PerClient = RateLimiter<String, DashMapStateStore<String>, MonotonicClock, NoOpMiddleware<std::time::Instant>>;

/// The limits of every client.
pub struct Limits {
    clients: PerClient,
    asked: AtomicU32,
}

impl Limits {
    #[must_use]
    pub fn new(settings: &sections::Http) -> Self {
        let at_least_one = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let rate = at_least_one(settings.requests_per_second);
        let quota = Quota::per_second(rate).allow_burst(at_least_one(settings.burst));
        Self { clients: RateLimiter::dashmap_with_clock(quota, MonotonicClock), asked: AtomicU32::new(0) }
    }

    /// Counts one request of `client`.
    pub(super) fn admit(&self, client: &str) -> Result<(), Problem> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.clients.retain_recent();
            self.clients.shrink_to_fit();
        }
        self.clients.check_key(&client.to_owned()).map_err(|early| {
            let wait = early.wait_time_from(MonotonicClock.now()).as_secs();
            Problem::new(&codes::TOO_MANY_REQUESTS).retry_after(wait + 1)
        })
    }
}
