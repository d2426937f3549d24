//! What is heard from the bus: requests to tell somebody. Nothing is sent here.

mod on_requested;
pub mod publish;

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use mailbox::{Fault, Handler, Incoming, Mailbox, Verdict};
use uuid::Uuid;

use crate::{
    domain::request::Request,
    service::Notification,
    store::messages::{self, Message},
    usecases::receive,
};

/// What this service hears.
pub struct Ear(pub Arc<Notification>);

#[async_trait]
impl Handler for Ear {
    async fn handle(&self, mailbox: &Mailbox, batch: &[Incoming]) -> Result<Vec<Verdict>, sqlx::Error> {
        let asked: Vec<Result<Request, Fault>> = batch.iter().map(on_requested::read).collect();
        let ids: Vec<Uuid> = asked.iter().flatten().map(|request| request.id).collect();
        let mut known: HashMap<Uuid, Message> = messages::known(mailbox.db(), &ids).await?;
        let verdicts = batch
            .iter()
            .zip(asked)
            .map(|(incoming, asked)| {
                let _in_trace = incoming.span.enter();
                let source = &incoming.attributes.source;
                receive::receive(&self.0, &mut known, &asked?, source, incoming.received_at)
            })
            .collect();
        self.0.wake_courier();
        Ok(verdicts)
    }
}
