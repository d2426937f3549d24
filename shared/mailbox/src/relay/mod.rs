//! Says what was committed: outbox to Kafka, in commit order, at least once.
//!
//! The leader reads by difference of snapshots: every row visible now that was not visible at the last pass, whatever
//! its number. Reading by number alone loses rows whose transaction commits late. Order per key holds because a row is
//! numbered while its subject is locked.
//!
//! A message never times out: while the broker is away everything waits in its order, and no younger one overtakes. A
//! topic that refuses (no right, no such topic) holds back its own messages only. The cursor in the database moves when
//! nothing is under way and nothing is held back; whoever leads next begins there, and the inbox of each reader knows
//! what it has seen.

mod flight;
mod keeping;
mod mouth;
mod pass;
mod republish;
mod voice;

use std::time::Duration;

use rdkafka::ClientConfig;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use crate::{
    health::Degraded,
    leadership::{Bid, Leader, Standby},
    ledger,
    mailbox::Mailbox,
    pulse::{Doubt, PRODUCER, Pulses},
};
use pass::Shift;
pub use republish::{RepublishError, republish};
pub use voice::Speechless;
use voice::Voice;

/// How often the relay looks.
#[derive(Clone, Copy, Debug)]
pub struct RelaySettings {
    /// Shortest time between two passes; what is committed within it travels together.
    pub tick: Duration,
    /// Longest time between two passes while another instance may commit; four times that after a quiet second.
    pub poll: Duration,
    /// Longest time between two passes of the only instance.
    pub idle_poll: Duration,
}

impl Default for RelaySettings {
    fn default() -> Self {
        Self { tick: Duration::from_millis(10), poll: Duration::from_millis(50), idle_poll: Duration::from_secs(3) }
    }
}

const BID_EVERY: Duration = Duration::from_millis(500);
const RETRY: Duration = Duration::from_millis(500);
/// How often the leader asks whether another instance lives.
const ASK_EVERY: Duration = Duration::from_secs(3);
/// After this long without anything to say, other instances' commits are looked for less often.
const QUIET: Duration = Duration::from_secs(1);
const QUIET_TIMES: u32 = 4;
/// How long a shutdown waits for the broker to take what is left.
const LAST_PASS: Duration = Duration::from_secs(10);
/// A database whose cursor is ahead of it does not get better by itself.
const LONG_REST: Duration = Duration::from_secs(10);

/// Publishes the outbox while this instance leads.
pub struct Relay {
    pub mailbox: Mailbox,
    /// Broker and credentials.
    pub kafka: ClientConfig,
    pub settings: RelaySettings,
    pub degraded: Degraded,
    pub pulses: Pulses,
}

#[derive(Debug, thiserror::Error)]
enum RelayError {
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Speechless(#[from] Speechless),
    /// Transaction numbers of another cluster: rows of this one would pass as published.
    #[error("the cursor is ahead of this database, which was copied without its transaction numbers")]
    CursorAhead,
}

impl Relay {
    /// Runs until cancelled; then says what is left, seals a block and steps down.
    pub async fn run(self, cancel: CancellationToken) {
        let (mut standby, mut doubt) = (None, Doubt::new());
        self.pulses.doubts(PRODUCER, "it is not known yet who speaks");
        while let Some(bid) = cancel.run_until_cancelled(bid(&self.mailbox, standby.take())).await {
            match bid {
                Ok(Bid::Won(leader)) => doubt = self.lead(leader, doubt, &cancel).await,
                Ok(Bid::Lost(waiting)) => {
                    self.mailbox.know_company(true);
                    self.degraded.clear("relay");
                    self.pulses.rests(PRODUCER, "another instance speaks");
                    standby = Some(waiting);
                    pause(BID_EVERY, &cancel).await;
                }
                Err(error) => {
                    self.pulses.doubts(PRODUCER, "has no connection to the database");
                    if self.degraded.note("relay", "no connection to the database") {
                        warn!(%error, "relay: no connection to the database");
                    }
                    pause(RETRY, &cancel).await;
                }
            }
        }
    }

    async fn lead(&self, mut leader: Leader, doubt: Doubt, cancel: &CancellationToken) -> Doubt {
        debug!(epoch = leader.epoch, "this instance leads");
        self.degraded.clear("relay");
        self.mailbox.lead(true);
        self.mailbox.wake_timers();
        self.mailbox.wake_calendar();
        self.pulses.doubts(PRODUCER, "has just begun to speak");
        let mut voice = Voice::new(&self.kafka, self.mailbox.source(), self.pulses.clone(), doubt);
        let ended = tokio::select! {
            ended = self.speak(&mut leader, &mut voice, cancel) => ended,
            () = self.keep_house() => Ok(()),
            () = overdue(cancel) => {
                info!("relay: the broker is away; what is left will be said after the next start");
                Ok(())
            }
        };
        if ended.is_ok() {
            self.seal_last_block().await;
        }
        self.mailbox.lead(false);
        leader.step_down().await;
        let doubt = voice.fall_silent().await;
        match ended {
            Ok(()) => {}
            Err(error @ RelayError::CursorAhead) => {
                self.degraded.note("relay", error.to_string());
                self.pulses.doubts(PRODUCER, error.to_string());
                tracing::error!(%error, "relay: nothing is published");
                pause(LONG_REST, cancel).await;
            }
            Err(RelayError::Speechless(Speechless::Mute(why))) => {
                warn!(why, "relay: the producer is mute and is replaced; another instance may lead");
                self.pulses.replaced(PRODUCER, &why);
                pause(RETRY, cancel).await;
            }
            Err(error @ (RelayError::Database(_) | RelayError::Speechless(Speechless::Broker(_)))) => {
                self.pulses.doubts(PRODUCER, error.to_string());
                warn!(%error, cause = ?error, "relay: lost the database, another instance may lead");
                pause(RETRY, cancel).await;
            }
        }
        doubt
    }

    /// Turn after turn; after the last one, what is left.
    async fn speak(
        &self,
        leader: &mut Leader,
        voice: &mut Voice,
        cancel: &CancellationToken,
    ) -> Result<(), RelayError> {
        let mut shift = Shift::begin(leader).await?;
        let mut standby = (leader.has_standby().await?, Instant::now());
        self.mailbox.know_company(standby.0);
        loop {
            shift.last = Instant::now();
            match self.turn(leader, &mut shift, voice).await {
                Ok(()) => {}
                Err(RelayError::Speechless(Speechless::Broker(error))) => {
                    if self.degraded.note("broker", error.to_string()) {
                        warn!(%error, "relay: the producer is replaced; the outbox has what was under way");
                    }
                    voice.renew().await;
                    shift = Shift::begin(leader).await?;
                    pause(RETRY, cancel).await;
                }
                // Whoever leads next may get through.
                Err(
                    error @ (RelayError::Database(_)
                    | RelayError::CursorAhead
                    | RelayError::Speechless(Speechless::Mute(_))),
                ) => return Err(error),
            }
            if !self.wait(leader, &shift, voice, &mut standby, cancel).await? {
                break;
            }
        }
        self.pass(leader, &mut shift, voice).await
    }

    /// Says what there is to say; where that is nothing, proves now and then that it could.
    async fn turn(&self, leader: &mut Leader, shift: &mut Shift, voice: &mut Voice) -> Result<(), RelayError> {
        self.pass(leader, shift, voice).await?;
        Ok(voice.prove().await?)
    }

    /// Waits until there may be something to say. False when it is time to go.
    async fn wait(
        &self,
        leader: &mut Leader,
        shift: &Shift,
        voice: &Voice,
        standby: &mut (bool, Instant),
        cancel: &CancellationToken,
    ) -> Result<bool, RelayError> {
        if standby.1.elapsed() >= ASK_EVERY {
            *standby = (leader.has_standby().await?, Instant::now());
            self.mailbox.know_company(standby.0);
        }
        let patience = match standby.0 {
            true if shift.said.elapsed() < QUIET => self.settings.poll,
            true => self.settings.poll * QUIET_TIMES,
            false => self.settings.idle_poll,
        };
        let patience = patience.min(voice.proves_in());
        let work = async {
            tokio::select! {
                () = self.mailbox.relay_woken() => sleep_until(shift.last + self.settings.tick).await,
                () = sleep(patience) => {}
            }
        };
        Ok(cancel.run_until_cancelled(work).await.is_some())
    }

    async fn seal_last_block(&self) {
        let sealed = async {
            let mut connection = self.mailbox.db().acquire().await?;
            ledger::close_block(&mut connection, self.mailbox.clocks().system.now()).await
        };
        if let Err(error) = sealed.await {
            warn!(%error, "the last ledger block was not sealed; the next leader will");
        }
    }
}

async fn bid(mailbox: &Mailbox, standby: Option<Standby>) -> Result<Bid, sqlx::Error> {
    let standby = match standby {
        Some(standby) => standby,
        None => Standby::connect(mailbox.db()).await?,
    };
    standby.bid().await
}

async fn overdue(cancel: &CancellationToken) {
    cancel.cancelled().await;
    sleep(LAST_PASS).await;
}

async fn pause(length: Duration, cancel: &CancellationToken) {
    let _ = cancel.run_until_cancelled(sleep(length)).await;
}
