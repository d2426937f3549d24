//! The courier: takes to the provider what was committed, outside of any batch. One instance does it at a time, the one that
//! leads; where two do for a moment, the row's version lets one pass.

use std::{sync::Arc, time::Duration};

use futures::future::join_all;
use mailbox::CommitError;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::{
    domain::delivery::Answer,
    metrics::METRICS,
    ports::Sms,
    service::Notification,
    store::deliveries::{self, Delivery},
    usecases::deliver::{Claimed, claim, settle},
};

/// How often an answer is written down again where the message was changed in between.
const TRIES: usize = 5;

/// Carries messages to the provider.
pub struct Courier(pub Arc<Notification>);

impl Courier {
    /// Runs until cancelled; a try that was begun is ended.
    pub async fn run(self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.0.courier_woken() => {}
                () = sleep(self.0.poll) => {}
            }
            while self.0.mailbox.leads() && !stop.is_cancelled() {
                match self.pass().await {
                    Ok(0) => break,
                    Ok(_) => {}
                    Err(error) => {
                        warn!(%error, "courier: the database failed; what is due stays due");
                        break;
                    }
                }
            }
        }
    }

    /// Does once what is to be done now; gives how many deliveries that were.
    ///
    /// # Errors
    /// Where the database fails. What was claimed is asked about later.
    pub async fn pass(&self) -> Result<usize, CommitError> {
        let desk = &self.0;
        let (now, system) = (desk.mailbox.clocks().business.now(), desk.mailbox.clocks().system.now());
        let limit = i64::try_from(desk.at_once).unwrap_or(i64::MAX);
        let to_do = deliveries::to_do(desk.mailbox.db(), now, system, limit).await?;
        let count = to_do.len();
        if count == 0 {
            return Ok(0);
        }
        let (changes, claimed) = claim(desk, to_do, desk.lease);
        match desk.mailbox.commit(changes).await {
            Ok(()) => {}
            // Somebody else changed one of them: all are looked at again.
            Err(CommitError::Stale(_)) => return Ok(count),
            Err(error) => return Err(error),
        }
        let answers = join_all(claimed.iter().map(|claimed| self.answer(claimed))).await;
        let answered: Vec<(Delivery, Answer)> =
            claimed.into_iter().map(|claimed| claimed.delivery).zip(answers).collect();
        self.write_down(answered).await?;
        Ok(count)
    }

    async fn answer(&self, claimed: &Claimed) -> Answer {
        let began = Instant::now();
        let answer = self.ask_or_send(claimed).await;
        METRICS.answered(&answer, began.elapsed());
        answer
    }

    async fn ask_or_send(&self, claimed: &Claimed) -> Answer {
        let (desk, delivery) = (&self.0, &claimed.delivery);
        if claimed.ask_first {
            let answer = desk.provider.ask(delivery.id()).await;
            if claimed.quiet || !matches!(answer, Answer::HasNot(_)) {
                return answer;
            }
        }
        let Some(phone) = delivery.phone.clone() else { return Answer::Refused("no_number") };
        let (signature, text) = (delivery.signature.clone(), delivery.body.clone());
        desk.provider.send(&Sms { id: delivery.id(), to: phone, signature, text }).await
    }

    async fn write_down(&self, answered: Vec<(Delivery, Answer)>) -> Result<(), CommitError> {
        let desk = &self.0;
        let mut changes = desk.mailbox.changes();
        for (delivery, answer) in &answered {
            tell(delivery, answer);
            settle(desk, &mut changes, delivery.clone(), answer.clone());
        }
        match desk.mailbox.commit(changes).await {
            Err(CommitError::Stale(_)) => {}
            done => return done,
        }
        for (delivery, answer) in answered {
            self.write_down_alone(&delivery, &answer).await?;
        }
        Ok(())
    }

    async fn write_down_alone(&self, claimed: &Delivery, answer: &Answer) -> Result<(), CommitError> {
        let desk = &self.0;
        for _ in 0..TRIES {
            let fresh = deliveries::find(desk.mailbox.db(), claimed.id()).await?;
            // Overtaken: whoever has it now asks the provider.
            let Some(fresh) = fresh.filter(|fresh| fresh.version == claimed.version) else { return Ok(()) };
            let mut changes = desk.mailbox.changes();
            settle(desk, &mut changes, fresh, answer.clone());
            match desk.mailbox.commit(changes).await {
                Err(CommitError::Stale(_)) => {}
                done => return done,
            }
        }
        Ok(())
    }
}

fn tell(delivery: &Delivery, answer: &Answer) {
    let (message, to, attempt) = (delivery.id(), &delivery.phone_masked, delivery.attempts);
    match answer {
        Answer::Has { receipt } => info!(%message, to, attempt, receipt, "an SMS was sent"),
        Answer::HasNot(reason) => {
            warn!(%message, to, attempt, reason, "the provider did not take an SMS; it is tried again")
        }
        Answer::Unknown => {
            warn!(%message, to, attempt, "it is not known whether an SMS was sent; the provider is asked")
        }
        Answer::Refused(reason) => warn!(%message, to, attempt, reason, "the provider refuses an SMS; it is parked"),
    }
}

/// Longer than any try: asking and sending, each within its timeout, and the commits around them.
#[must_use]
pub fn lease(timeout: Duration) -> time::Duration {
    time::Duration::try_from(timeout * 3).unwrap_or(time::Duration::MINUTE) + time::Duration::seconds(5)
}
