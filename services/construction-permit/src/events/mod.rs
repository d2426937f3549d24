//! What is heard from the bus, one file for each topic's messages: recognise, guard, delegate.

mod on_reply;
mod on_timer;
pub mod publish;
mod world;

use std::sync::Arc;

use async_trait::async_trait;
use casework::CaseId;
use chassis::owner::reply;
use mailbox::{Handler, Incoming, Mailbox, SetAside, Timer, Verdict};
use uuid::Uuid;

use crate::{service::ConstructionPermit, store};
use world::World;

/// What projects hear: departments' replies, and what falls due.
pub struct Ear(pub Arc<ConstructionPermit>);

#[async_trait]
impl Handler for Ear {
    async fn handle(&self, mailbox: &Mailbox, batch: &[Incoming]) -> Result<Vec<Verdict>, sqlx::Error> {
        let mut world = World::load(mailbox.db(), batch).await?;
        let decide = |incoming: &Incoming| {
            let _in_trace = incoming.span.enter();
            on_reply::decide(&self.0, &mut world, incoming)
        };
        let mut verdicts: Vec<Verdict> = batch.iter().map(decide).collect();
        world.conclude(&self.0, batch, &mut verdicts);
        Ok(verdicts)
    }

    async fn may_be_said_again(&self, mailbox: &Mailbox, set_aside: &[SetAside<'_>]) -> Result<Vec<bool>, sqlx::Error> {
        let projects: Vec<Uuid> = reply::cases(set_aside).into_iter().map(CaseId::uuid).collect();
        let projects = store::projects(mailbox.db(), &projects).await?;
        let case = |case: CaseId| projects.get(&case.uuid())?.case.as_ref();
        Ok(reply::may_be_said_again(set_aside, self.0.owner(), case))
    }

    async fn fire(&self, mailbox: &Mailbox, due: &[Timer]) -> Result<Vec<Verdict>, sqlx::Error> {
        let mut world = World::of_timers(mailbox.db(), due).await?;
        Ok(due.iter().map(|timer| on_timer::decide(&self.0, &mut world, timer)).collect())
    }

    fn open_subjects(&self) -> Option<&'static str> {
        Some("select id from projects where phase = 'running'")
    }
}
