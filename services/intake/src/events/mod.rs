//! One file for each event that is heard.

mod on_papers_taken;
mod on_progressed;
mod on_project;
mod on_timer;

use std::sync::Arc;

use async_trait::async_trait;
use contracts::{construction, intake::v1::PapersTaken, registration::v1::Progressed, schema::Event as _};
use mailbox::{Fault, Handler, Incoming, Mailbox, Timer, Verdict};

use crate::service::Intake;

/// What the front desk hears: how cases go on.
pub struct Ear(pub Arc<Intake>);

#[async_trait]
impl Handler for Ear {
    async fn handle(&self, mailbox: &Mailbox, batch: &[Incoming]) -> Result<Vec<Verdict>, sqlx::Error> {
        let mut known = on_progressed::known(mailbox, batch).await?;
        Ok(batch
            .iter()
            .map(|incoming| {
                if incoming.attributes.kind == Progressed::kind() {
                    on_progressed::decide(&self.0, incoming, &mut known)
                } else if incoming.attributes.kind == construction::v1::Progressed::kind() {
                    on_project::decide(&self.0, incoming)
                } else if incoming.attributes.kind == PapersTaken::kind() {
                    on_papers_taken::decide(&self.0, incoming)
                } else {
                    Err(Fault::poison("unknown_type", format!("{} is not heard here", incoming.attributes.kind)))
                }
            })
            .collect())
    }

    async fn fire(&self, mailbox: &Mailbox, due: &[Timer]) -> Result<Vec<Verdict>, sqlx::Error> {
        let mut known = on_timer::load(mailbox, due).await?;
        Ok(due.iter().map(|timer| on_timer::decide(&self.0, &mut known, timer)).collect())
    }
}
