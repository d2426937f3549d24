//! The archivist: lets papers go that nobody uses, and forgets bytes that no paper names any more. The object store is never asked
//! in a batch or a commit.

use std::{sync::Arc, time::Duration};

use mailbox::CommitError;
use object_store::ObjectStoreExt as _;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::{
    service::Intake,
    store::papers_gone::{self, Claim, Forgotten},
    usecases::upload::{self, place},
};

/// How often it is looked for something to forget: nobody waits for it.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// Papers that go, and bytes that are forgotten, at once.
const AT_ONCE: i64 = 50;

/// Forgets bytes.
pub struct Archivist(pub Arc<Intake>);

impl Archivist {
    /// Runs until cancelled.
    pub async fn run(self, stop: CancellationToken) {
        while stop.run_until_cancelled(sleep(LOOK_EVERY)).await.is_some() {
            while self.0.mailbox.leads() && !stop.is_cancelled() {
                match self.pass().await {
                    Ok(0) => break,
                    Ok(_) => {}
                    Err(error) => {
                        warn!(%error, "archivist: the database failed; what is to be forgotten stays noted");
                        break;
                    }
                }
            }
        }
    }

    /// Lets some go and forgets some; gives how many.
    ///
    /// # Errors
    /// Where the database fails. What was claimed is forgotten by the next pass.
    pub async fn pass(&self) -> Result<usize, CommitError> {
        let desk = &self.0;
        let gone = upload::expire(desk, AT_ONCE).await?;
        let waiting = papers_gone::waiting(desk.mailbox.db(), AT_ONCE).await?;
        if waiting.is_empty() {
            return Ok(gone);
        }
        let mut changes = desk.mailbox.changes();
        waiting.iter().for_each(|sm3| changes.put(Claim(sm3.clone())));
        desk.mailbox.commit(changes).await?;
        let mut changes = desk.mailbox.changes();
        let mut forgotten = 0;
        for sm3 in papers_gone::claimed(desk.mailbox.db(), &waiting).await? {
            match desk.papers.delete(&place(&sm3)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {
                    changes.put(Forgotten(sm3));
                    forgotten += 1;
                }
                Err(error) => warn!(%error, "archivist: the store of papers did not forget bytes; it is asked again"),
            }
        }
        desk.mailbox.commit(changes).await?;
        Ok(gone + forgotten)
    }
}
