//! The end of a client.

use std::{thread, time::Duration};

use tokio::{sync::oneshot, time::timeout};
use tracing::{debug, warn};

/// How long a client may take to close.
const PATIENCE: Duration = Duration::from_secs(5);

/// Closes a client. One that is stuck may never finish: it is left to end on a thread of its own, and nobody waits for it
/// longer than [`PATIENCE`]. The broker takes its successor, who bears the same name, for the member.
pub(crate) async fn let_go<T: Send + 'static>(client: T) {
    let (closed, wait) = oneshot::channel();
    let end = thread::Builder::new().name("client-end".to_owned()).spawn(move || {
        drop(client);
        let _ = closed.send(());
    });
    if let Err(error) = end {
        warn!(%error, "a client of the bus could not be closed apart");
    } else if timeout(PATIENCE, wait).await.is_err() {
        debug!("a client of the bus takes its time to close");
    }
}
