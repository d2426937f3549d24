//! A service's own worker, beside the consumer, the timers and the relay.

use std::{future::Future, pin::Pin};

use tokio_util::sync::CancellationToken;

type Work = dyn FnOnce(CancellationToken) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send;

/// Runs until its token is cancelled, and then ends what it has begun within ten seconds.
pub struct Worker {
    pub(super) name: &'static str,
    pub(super) work: Box<Work>,
}

impl Worker {
    pub fn new<F: Future<Output = ()> + Send + 'static>(
        name: &'static str,
        work: impl FnOnce(CancellationToken) -> F + Send + 'static,
    ) -> Self {
        Self { name, work: Box::new(|stop| Box::pin(work(stop))) }
    }
}
