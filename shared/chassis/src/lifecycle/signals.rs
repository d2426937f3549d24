//! SIGTERM and Ctrl-C: the first asks the process to end in order, the second ends it at once.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::{info, warn};

pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Returns when the process is asked to end.
    pub(super) async fn asked(&mut self) {
        self.next().await;
        info!("asked to stop: finishing what was begun");
    }

    /// From now on the next signal ends the process.
    pub(super) fn insist(mut self) {
        tokio::spawn(async move {
            self.next().await;
            warn!("asked twice: ending at once");
            std::process::exit(1);
        });
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
