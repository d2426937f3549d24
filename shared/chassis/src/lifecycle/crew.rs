//! The workers of a process. None of them ends by itself: one that does takes the process with it, for a process that
//! answers but no longer relays or consumes is worse than none.

use std::{future::Future, time::Duration};

use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

/// Workers that stop together.
pub(super) struct Crew {
    name: &'static str,
    tasks: JoinSet<&'static str>,
    stop: CancellationToken,
}

impl Crew {
    pub(super) fn new(name: &'static str) -> Self {
        Self { name, tasks: JoinSet::new(), stop: CancellationToken::new() }
    }

    /// Starts a worker that runs until its token is cancelled.
    pub(super) fn start<F: Future<Output = ()> + Send + 'static>(
        &mut self,
        name: &'static str,
        work: impl FnOnce(CancellationToken) -> F,
    ) {
        let work = work(self.stop.clone());
        self.tasks.spawn(async move {
            work.await;
            name
        });
    }

    /// Returns when a worker has ended that nobody stopped; with no workers, never.
    pub(super) async fn lost(&mut self) {
        match self.tasks.join_next().await {
            Some(ended) => report(ended),
            None => std::future::pending().await,
        }
    }

    /// Stops all, and waits for what they have begun, but no longer than `patience`.
    pub(super) async fn stop(mut self, patience: Duration) {
        self.stop.cancel();
        let all = async {
            while let Some(ended) = self.tasks.join_next().await {
                if let Err(error) = ended {
                    report(Err(error));
                }
            }
        };
        if tokio::time::timeout(patience, all).await.is_err() {
            warn!(crew = self.name, ?patience, "workers did not stop in time and are left behind");
        }
    }
}

fn report(ended: Result<&'static str, JoinError>) {
    match ended {
        Ok(worker) => error!(worker, "a worker ended by itself; the process ends with it"),
        Err(error) => error!(%error, "a worker panicked; the process ends with it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_worker_that_panics_is_noticed() {
        let mut crew = Crew::new("test");
        crew.start("calm", |stop| async move { stop.cancelled().await });
        crew.start("nervous", |_| async { panic!("enough") });
        crew.lost().await;
        crew.stop(Duration::from_secs(5)).await;
    }

    #[tokio::test]
    async fn stopping_lets_a_worker_finish_what_it_began() {
        let (done, finished) = tokio::sync::oneshot::channel();
        let mut crew = Crew::new("test");
        crew.start("thorough", |stop| async move {
            stop.cancelled().await;
            let _ = done.send(());
        });
        crew.stop(Duration::from_secs(5)).await;
        assert!(finished.await.is_ok());
    }
}
