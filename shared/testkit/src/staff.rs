//! The workers of one service instance: its relay, its consumer, its timers.

use std::{future::Future, sync::Arc, time::Duration};

use mailbox::{
    Handler, Mailbox,
    calendar::Keeper,
    consumer::{Consumer, ConsumerSettings},
    health::Degraded,
    pulse::Pulses,
    relay::{Relay, RelaySettings},
    timers::Timers,
};
use rdkafka::ClientConfig;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

const PATIENCE: Duration = Duration::from_secs(30);

/// Workers that run until they are stopped or killed. The first hired is the last let go: hire the relay first.
pub struct Staff {
    pub mailbox: Mailbox,
    pub degraded: Degraded,
    pub pulses: Pulses,
    workers: Vec<(CancellationToken, JoinHandle<()>)>,
}

impl Staff {
    /// Nobody works yet.
    #[must_use]
    pub fn of(mailbox: &Mailbox) -> Self {
        let (degraded, pulses) = (Degraded::default(), Pulses::default());
        Self { mailbox: mailbox.clone(), degraded, pulses, workers: Vec::new() }
    }

    /// Publishes the outbox.
    #[must_use]
    pub fn relay(self, kafka: ClientConfig) -> Self {
        self.relay_with(kafka, RelaySettings::default())
    }

    /// Publishes the outbox at another pace.
    #[must_use]
    pub fn relay_with(self, kafka: ClientConfig, settings: RelaySettings) -> Self {
        let (degraded, pulses) = (self.degraded.clone(), self.pulses.clone());
        let relay = Relay { mailbox: self.mailbox.clone(), kafka, settings, degraded, pulses };
        self.works(|stop| relay.run(stop))
    }

    /// Reads `topics` as a member of the group in `kafka`.
    #[must_use]
    pub fn consumer(self, kafka: ClientConfig, topics: &[&str], handler: Arc<dyn Handler>) -> Self {
        let consumer = Consumer {
            mailbox: self.mailbox.clone(),
            kafka,
            topics: topics.iter().map(|&topic| topic.to_owned()).collect(),
            settings: ConsumerSettings::default(),
            handler,
            degraded: self.degraded.clone(),
            pulses: self.pulses.clone(),
        };
        self.works(|stop| consumer.run(stop))
    }

    /// Fires timers.
    #[must_use]
    pub fn timers(self, handler: Arc<dyn Handler>) -> Self {
        let timers = Timers { mailbox: self.mailbox.clone(), handler };
        self.works(|stop| timers.run(stop))
    }

    /// Keeps the calendar, as every process does; what `open_subjects` selects is reckoned again when it changes.
    #[must_use]
    pub fn calendar(self, open_subjects: Option<&'static str>) -> Self {
        let keeper = Keeper { mailbox: self.mailbox.clone(), degraded: self.degraded.clone(), open_subjects };
        self.works(|stop| keeper.run(stop))
    }

    fn works<F: Future<Output = ()> + Send + 'static>(mut self, work: impl FnOnce(CancellationToken) -> F) -> Self {
        let stop = CancellationToken::new();
        let worker = tokio::spawn(work(stop.clone()));
        self.workers.push((stop, worker));
        self
    }

    /// Lets everybody finish what was begun.
    ///
    /// # Panics
    /// Where somebody does not, or panicked.
    #[expect(clippy::panic, reason = "a worker that does not stop fails the story")]
    pub async fn stop(mut self) {
        while let Some((stop, worker)) = self.workers.pop() {
            stop.cancel();
            match tokio::time::timeout(PATIENCE, worker).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => panic!("a worker: {error}"),
                Err(_) => panic!("a worker did not stop within {} s", PATIENCE.as_secs()),
            }
        }
    }

    /// Ends everybody in the middle of whatever they do.
    pub async fn kill(mut self) {
        while let Some((_, worker)) = self.workers.pop() {
            worker.abort();
            let _ = worker.await;
        }
    }
}

impl Drop for Staff {
    fn drop(&mut self) {
        for (_, worker) in &self.workers {
            worker.abort();
        }
    }
}
