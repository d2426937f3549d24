//! What is heard from the bus, one file for each topic's messages: recognise, guard, delegate.

mod on_dossier;
mod on_reply;
mod on_timer;
pub mod publish;
mod world;

use std::sync::Arc;

use async_trait::async_trait;
use casework::CaseId;
use chassis::owner::reply;
use contracts::topics;
use mailbox::{Handler, Incoming, Mailbox, SetAside, Timer, Verdict};
use uuid::Uuid;

use crate::{service::MarketRegistration, store};
use world::World;

/// What openings hear: accepted applications and what applicants ask, and departments' replies.
pub struct Ear(pub Arc<MarketRegistration>);

#[async_trait]
impl Handler for Ear {
    async fn handle(&self, mailbox: &Mailbox, batch: &[Incoming]) -> Result<Vec<Verdict>, sqlx::Error> {
        let mut world = World::load(mailbox.db(), batch, self.0.owner()).await?;
        let mut verdicts: Vec<Verdict> = batch
            .iter()
            .map(|incoming| {
                let _in_trace = incoming.span.enter();
                if incoming.topic == topics::dossiers(self.0.owner()) {
                    on_dossier::decide(&self.0, &mut world, incoming)
                } else {
                    on_reply::decide(&self.0, &mut world, incoming)
                }
            })
            .collect();
        world.conclude(&self.0, batch, &mut verdicts);
        Ok(verdicts)
    }

    async fn may_be_said_again(&self, mailbox: &Mailbox, set_aside: &[SetAside<'_>]) -> Result<Vec<bool>, sqlx::Error> {
        let cases: Vec<Uuid> = reply::cases(set_aside).into_iter().map(CaseId::uuid).collect();
        let openings = store::openings(mailbox.db(), &cases).await?;
        let case = |case: CaseId| openings.get(&case.uuid())?.case.as_ref();
        Ok(reply::may_be_said_again(set_aside, self.0.owner(), case))
    }

    async fn fire(&self, mailbox: &Mailbox, due: &[Timer]) -> Result<Vec<Verdict>, sqlx::Error> {
        let mut world = World::of_timers(mailbox.db(), due).await?;
        Ok(due.iter().map(|timer| on_timer::decide(&self.0, &mut world, timer)).collect())
    }

    fn open_subjects(&self) -> Option<&'static str> {
        Some("select id from openings where phase = 'running'")
    }
}
