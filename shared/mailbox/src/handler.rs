//! What a service does with the messages it receives and the timers that fall due.

use std::{future::Future, panic::AssertUnwindSafe};

use async_trait::async_trait;
use contracts::{event::Attributes, words::reason};
use futures::FutureExt as _;
use time::OffsetDateTime;
use tracing::Span;
use uuid::Uuid;

use crate::{changes::Changes, commit::CommitError, mailbox::Mailbox};

/// A message whose attributes hold: known type for its topic, a writer who may write there, not acted upon before.
#[derive(Clone, Debug)]
pub struct Incoming {
    pub topic: String,
    pub key: String,
    pub attributes: Attributes,
    pub body: Vec<u8>,
    /// Business time.
    pub received_at: OffsetDateTime,
    /// Continues the sender's trace; decide inside of it: `incoming.span.in_scope(|| ..)`.
    pub span: Span,
}

impl Incoming {
    /// The body as `E`.
    ///
    /// # Errors
    /// Poison: bytes that are not an `E` never will be.
    pub fn read<E: contracts::schema::Event>(&self) -> Result<E, Fault> {
        E::decode(self.body.as_slice()).map_err(|error| {
            Fault::poison(reason::UNDECODABLE, format!("the body is not a {}: {error}", E::kind()))
                .zh(format!("正文不是有效的 {}", E::kind()))
        })
    }
}

/// A timer that fell due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timer {
    pub owner: Uuid,
    pub name: String,
    pub due_at: OffsetDateTime,
}

/// Why a message was not acted upon.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {reason}")]
pub struct Fault {
    pub kind: FaultKind,
    /// Stable, for operators and alarms.
    pub code: &'static str,
    /// For people; no personal data.
    pub reason: String,
    /// The same in Chinese; empty where the code says it all.
    pub zh: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// It could never be valid: parked alone, neighbours go on.
    Poison,
    /// It is valid and failed: its key waits behind it, and it is tried again.
    Passing,
}

impl Fault {
    #[must_use]
    pub fn poison(code: &'static str, reason: impl Into<String>) -> Self {
        Self { kind: FaultKind::Poison, code, reason: reason.into(), zh: String::new() }
    }

    #[must_use]
    pub fn passing(code: &'static str, reason: impl Into<String>) -> Self {
        Self { kind: FaultKind::Passing, code, reason: reason.into(), zh: String::new() }
    }

    /// With the reason in Chinese.
    #[must_use]
    pub fn zh(mut self, reason: impl Into<String>) -> Self {
        self.zh = reason.into();
        self
    }
}

/// A message that was set aside, as far as it can be read.
#[derive(Clone, Copy, Debug)]
pub struct SetAside<'a> {
    pub topic: &'a str,
    /// Full protobuf name; empty where the headers do not say it.
    pub kind: &'a str,
    pub body: &'a [u8],
}

/// One message's outcome: what it changes, or why it was not acted upon.
pub type Verdict = Result<Changes, Fault>;

/// A service's side of the bus. Both verbs load everything a batch needs, decide each part purely and in order, and
/// return one verdict each: a later verdict builds on the state that earlier ones of the batch leave, and a fault leaves
/// none. They may be called again with the same batch; nothing happens but what the changes say.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Decides a batch of messages, in their order.
    ///
    /// # Errors
    /// Where the database fails; the whole batch is tried again.
    async fn handle(&self, mailbox: &Mailbox, batch: &[Incoming]) -> Result<Vec<Verdict>, sqlx::Error>;

    /// Whether anything may come of saying each of these again, corrected where it was wrong. Asked only of messages whose
    /// sender is told that they were set aside.
    ///
    /// # Errors
    /// Where the database fails; the whole batch is tried again.
    async fn may_be_said_again(&self, mailbox: &Mailbox, set_aside: &[SetAside<'_>]) -> Result<Vec<bool>, sqlx::Error> {
        let _ = mailbox;
        Ok(vec![true; set_aside.len()])
    }

    /// Decides timers that fell due. A timer ends with its verdict unless the changes set it again.
    ///
    /// # Errors
    /// Where the database fails; the timers stay due.
    async fn fire(&self, mailbox: &Mailbox, due: &[Timer]) -> Result<Vec<Verdict>, sqlx::Error> {
        let fault = || Err(Fault::poison("unknown_timer", "this service sets no timers"));
        Ok(due
            .iter()
            .map(|_| {
                let _ = mailbox;
                fault()
            })
            .collect())
    }

    /// SQL that selects the ids of all subjects that are open: when the calendar changes, a timer called
    /// [`RECKON`](crate::calendar::RECKON) falls due for each, at which the service sets its timers and due dates anew, and
    /// tells whom it told another day. None where the calendar changes nothing.
    fn open_subjects(&self) -> Option<&'static str> {
        None
    }
}

/// What a handler decided on `count` messages or timers. One that panics, or answers on fewer than it was asked, has a
/// defect; the process goes on, and whatever it was asked is tried alone.
pub(crate) async fn verdicts(
    decision: impl Future<Output = Result<Vec<Verdict>, sqlx::Error>>,
    count: usize,
) -> Result<Vec<Verdict>, CommitError> {
    let defect = |what: String| CommitError::Defect(sqlx::Error::Protocol(what));
    let verdicts = match AssertUnwindSafe(decision).catch_unwind().await {
        Ok(verdicts) => verdicts?,
        Err(_) => return Err(defect("the handler panicked".to_owned())),
    };
    if verdicts.len() == count {
        Ok(verdicts)
    } else {
        Err(defect(format!("the handler gave {} verdicts on {count}", verdicts.len())))
    }
}
