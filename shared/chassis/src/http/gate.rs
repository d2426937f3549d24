//! The door of the process: counts who is inside, and closes when it is time to go.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use tokio::sync::Notify;

/// Cheap to clone.
#[derive(Clone, Default)]
pub struct Gate(Arc<Inner>);

#[derive(Default)]
struct Inner {
    closed: AtomicBool,
    inside: AtomicUsize,
    left: Notify,
}

/// A request that is inside. Leaves when dropped, however the request ended.
pub(super) struct Pass(Gate);

impl Gate {
    /// `None` once the gate is closed.
    pub(super) fn enter(&self) -> Option<Pass> {
        // Counted first: a request is never inside uncounted.
        self.0.inside.fetch_add(1, Ordering::SeqCst);
        let pass = Pass(self.clone());
        (!self.is_closed()).then_some(pass)
    }

    pub(super) fn is_closed(&self) -> bool {
        self.0.closed.load(Ordering::SeqCst)
    }

    /// Lets nobody in any more, and waits until everybody has left.
    pub async fn close(&self) {
        self.0.closed.store(true, Ordering::SeqCst);
        loop {
            let left = self.0.left.notified();
            if self.0.inside.load(Ordering::SeqCst) == 0 {
                return;
            }
            left.await;
        }
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if self.0.0.inside.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.0.left.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt as _;

    #[tokio::test]
    async fn closing_waits_for_who_is_inside() {
        let gate = Gate::default();
        let pass = gate.enter().unwrap();
        let mut closing = Box::pin(gate.close());
        assert!((&mut closing).now_or_never().is_none());
        assert!(gate.enter().is_none());
        drop(pass);
        closing.await;
    }
}
