//! Takes up the calendar that the database has, and sees to it that everything is reckoned by it.

use std::time::Duration;

use sqlx::{AssertSqlSafe, types::Json};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};
use workdays::{Announcement, Calendar};

use super::{RECKON, years};
use crate::{health::Degraded, mailbox::Mailbox};

/// How often an instance that is not alone asks whether a sibling has heard a year.
const ASK_EVERY: Duration = Duration::from_secs(5);
/// After a failure.
const RETRY: Duration = Duration::from_secs(2);
/// When the second round is made: longer than a sibling takes to look, and than any decision that was under way.
const SECOND_ROUND: Duration = Duration::from_secs(10);
const PART: &str = "calendar";

/// The worker that keeps a process's calendar.
pub struct Keeper {
    pub mailbox: Mailbox,
    pub degraded: Degraded,
    /// Selects the ids of subjects that may be reckoned again; none where nothing is reckoned here.
    pub open_subjects: Option<&'static str>,
}

impl Mailbox {
    /// Takes up the years that the database has. True where the calendar reckons otherwise than before.
    ///
    /// # Errors
    /// Where the database fails. Years that are refused change nothing, and are told.
    pub async fn take_up_calendar(&self) -> Result<bool, sqlx::Error> {
        let known = years::known(self.db()).await?;
        let almanac = self.almanac();
        almanac.remember(known.reckoned.as_ref().map(|(_, years)| years.as_slice()));
        match almanac.lay(&known.announced) {
            Ok(true) => {
                let calendar = almanac.now();
                info!(version = calendar.version(), announced_to = %calendar.announced_to(), "the calendar is another one now");
                Ok(true)
            }
            Ok(false) => Ok(false),
            Err(refused) => {
                error!(%refused, "the calendar stays as it is");
                Ok(false)
            }
        }
    }
}

impl Keeper {
    /// Runs until cancelled.
    pub async fn run(self, cancel: CancellationToken) {
        let (mut revisions, mut second_round) = (None, None);
        while !cancel.is_cancelled() {
            let rest = match self.look(&mut revisions, &mut second_round).await {
                Ok(()) => {
                    self.degraded.clear(PART);
                    second_round.map(|at: Instant| at.saturating_duration_since(Instant::now()))
                }
                Err(error) => {
                    if self.degraded.note(PART, "the database failed") {
                        warn!(%error, "calendar: the database failed; it is looked at again");
                    }
                    Some(RETRY)
                }
            };
            let rest = rest.or(self.mailbox.has_company().then_some(ASK_EVERY));
            let passed = async {
                match rest {
                    Some(rest) => sleep(rest).await,
                    // Alone, this process hears of every year itself.
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = cancel.cancelled() => {}
                () = self.mailbox.calendar_woken() => {}
                () = passed => {}
            }
        }
    }

    async fn look(&self, seen: &mut Option<i64>, second_round: &mut Option<Instant>) -> Result<(), sqlx::Error> {
        let revisions = years::revisions(self.mailbox.db()).await?;
        if *seen != Some(revisions) {
            if self.mailbox.take_up_calendar().await? {
                // What was under way is found by a round that begins with the new calendar.
                *second_round = None;
            }
            *seen = Some(revisions);
        }
        if !self.mailbox.leads() {
            *second_round = None;
            return Ok(());
        }
        let calendar = self.mailbox.calendar();
        match *second_round {
            Some(at) if at > Instant::now() => {}
            Some(_) => {
                self.round(&calendar).await?;
                *second_round = None;
                self.conclude(&calendar).await?;
            }
            None => match self.reckoned().await? {
                Some(version) if version == calendar.version() => {}
                before => {
                    let found = self.round(&calendar).await?;
                    if found == 0 && before.is_none() {
                        // A new database: nothing was ever reckoned here.
                        self.conclude(&calendar).await?;
                    } else {
                        info!(version = calendar.version(), subjects = found, "everything open is reckoned again");
                        *second_round = Some(Instant::now() + SECOND_ROUND);
                    }
                }
            },
        }
        Ok(())
    }

    /// By which calendar everything was last reckoned to the end.
    async fn reckoned(&self) -> Result<Option<String>, sqlx::Error> {
        sqlx::query_scalar("select version from calendar_reckoned").fetch_one(self.mailbox.db()).await
    }

    /// Lets every open subject fall due that was not reckoned by this calendar as it stands now.
    async fn round(&self, calendar: &Calendar) -> Result<u64, sqlx::Error> {
        let Some(open) = self.open_subjects else { return Ok(0) };
        let text = format!(
            "insert into timers (owner, name, due_at)
             select s.id, $1, $2 from subjects s
             where s.id in ({open}) and not exists (
                 select from reckoned_again r
                 where r.subject = s.id and r.version = $3 and r.sequence = s.sequence)
             on conflict (owner, name) do update set due_at = excluded.due_at"
        );
        let done = sqlx::query(AssertSqlSafe(text))
            .bind(RECKON)
            .bind(self.mailbox.clocks().business.now())
            .bind(calendar.version())
            .execute(self.mailbox.db())
            .await?;
        self.mailbox.wake_timers();
        Ok(done.rows_affected())
    }

    async fn conclude(&self, calendar: &Calendar) -> Result<(), sqlx::Error> {
        let years: Vec<Announcement> = calendar.announcements().cloned().collect();
        sqlx::query(
            "with over as (delete from reckoned_again where version <> $1)
             update calendar_reckoned set version = $1, years = $2",
        )
        .bind(calendar.version())
        .bind(Json(years))
        .execute(self.mailbox.db())
        .await
        .map(drop)
    }
}
