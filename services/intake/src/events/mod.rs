//! One file for each event that is heard.

mod on_papers_taken;
mod on_progressed;
mod on_timer;

use std::sync::Arc;

use async_trait::async_trait;
use contracts::{intake::v1::PapersTaken, schema::Event as _};
use mailbox::{Handler, Incoming, Mailbox, Timer, Verdict};

use crate::service::Intake;

/// What the front desk hears: how cases and projects go on.
pub struct Ear(pub Arc<Intake>);

#[async_trait]
impl Handler for Ear {
    async fn handle(&self, mailbox: &Mailbox, batch: &[Incoming]) -> Result<Vec<Verdict>, sqlx::Error> {
        let mut known = on_progressed::known(mailbox, batch).await?;
        let decide = |incoming: &Incoming| {
            if incoming.attributes.kind == PapersTaken::kind() {
                on_papers_taken::decide(&self.0, incoming)
            } else {
                on_progressed::decide(&self.0, incoming, &mut known)
            }
        };
        Ok(batch.iter().map(decide).collect())
    }

    async fn fire(&self, mailbox: &Mailbox, due: &[Timer]) -> Result<Vec<Verdict>, sqlx::Error> {
        let mut known = on_timer::load(mailbox, due).await?;
        Ok(due.iter().map(|timer| on_timer::decide(&self.0, &mut known, timer)).collect())
    }

    fn open_subjects(&self) -> Option<&'static str> {
        Some("select id from cases where phase not in ('closed', 'withdrawn', 'terminated', 'signposted', 'returned')")
    }
}
