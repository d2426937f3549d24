//! What every service does with a year that it hears, whatever else it does.

use std::sync::Arc;

use async_trait::async_trait;
use contracts::{
    calendar::{announcement, v1::YearAnnounced},
    schema::Event as _,
    topics,
};

use super::years::YearRow;
use crate::{
    handler::{Fault, Handler, Incoming, Timer, Verdict},
    mailbox::Mailbox,
};

/// A service's handler, which never sees a year of the calendar: they are stored here.
pub struct Hearing(pub Arc<dyn Handler>);

#[async_trait]
impl Handler for Hearing {
    async fn handle(&self, mailbox: &Mailbox, batch: &[Incoming]) -> Result<Vec<Verdict>, sqlx::Error> {
        let is_year = |incoming: &Incoming| incoming.topic == topics::CALENDAR_YEARS;
        if !batch.iter().any(is_year) {
            return self.0.handle(mailbox, batch).await;
        }
        let others: Vec<Incoming> = batch.iter().filter(|incoming| !is_year(incoming)).cloned().collect();
        let mut decided = match others.is_empty() {
            true => Vec::new(),
            false => self.0.handle(mailbox, &others).await?,
        }
        .into_iter();
        let none = || Err(Fault::passing("no_verdict", "the handler gave no verdict on it"));
        Ok(batch
            .iter()
            .map(|incoming| match is_year(incoming) {
                true => hear(mailbox, incoming),
                false => decided.next().unwrap_or_else(none),
            })
            .collect())
    }

    async fn fire(&self, mailbox: &Mailbox, due: &[Timer]) -> Result<Vec<Verdict>, sqlx::Error> {
        self.0.fire(mailbox, due).await
    }

    fn open_subjects(&self) -> Option<&'static str> {
        self.0.open_subjects()
    }
}

fn hear(mailbox: &Mailbox, incoming: &Incoming) -> Verdict {
    if incoming.attributes.kind != YearAnnounced::kind() {
        return Err(Fault::poison("unknown_type", format!("{} is not heard here", incoming.attributes.kind)));
    }
    let message: YearAnnounced = incoming.read()?;
    if incoming.key != message.year.to_string() {
        return Err(Fault::poison("wrong_key", "the key is not the year"));
    }
    let said = announcement(&message).map_err(|faults| Fault::poison("year_refused", faults.join("; ")))?;
    let mut changes = mailbox.changes();
    changes.announce(YearRow { revision: message.revision, said });
    Ok(changes)
}
