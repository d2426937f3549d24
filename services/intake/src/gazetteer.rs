//! The gazetteer: looks into the folder of notices, and takes in the years that are news.

use std::{sync::Arc, time::Duration};

use mailbox::CommitError;
use tokio::{task::spawn_blocking, time::sleep};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::{
    service::Intake,
    usecases::years::gazette::{find, read},
};

/// How often it looks: a notice comes once a year, and whoever lays it there wants to see it taken in.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Takes in the folder's years.
pub struct Gazetteer(pub Arc<Intake>);

impl Gazetteer {
    /// Runs until cancelled; without a folder there is nothing to do.
    pub async fn run(self, stop: CancellationToken) {
        if self.0.calendar_folder.as_os_str().is_empty() {
            return stop.cancelled().await;
        }
        while stop.run_until_cancelled(sleep(LOOK_EVERY)).await.is_some() {
            if self.0.mailbox.leads()
                && let Err(error) = self.pass().await
            {
                warn!(%error, "gazetteer: the database failed; the folder is looked at again");
            }
        }
    }

    /// Looks once.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn pass(&self) -> Result<(), CommitError> {
        let folder = self.0.calendar_folder.clone();
        match spawn_blocking(move || find(&folder)).await {
            Ok(files) => read(&self.0.mailbox, files).await,
            // Nothing there can panic but the file system; it is looked at again.
            Err(_) => Ok(()),
        }
    }
}
