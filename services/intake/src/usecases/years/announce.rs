//! A year is announced by an operator, or again by a later notice.

use chassis::http::Problem;
use mailbox::CommitError;
use workdays::Announcement;

use super::{TRIES, digest, take_in};
use crate::{service::Intake, store};

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Announced {
    /// Counts from 1 for each year.
    pub revision: u32,
    /// False where it says what was announced last.
    pub is_news: bool,
}

/// Announces a year. The same again changes nothing.
///
/// # Errors
/// Where the database fails.
pub async fn announce(desk: &Intake, said: &Announcement, by: &str) -> Result<Announced, Problem> {
    let mailbox = &desk.mailbox;
    let mut tries = 0;
    loop {
        let last = store::years::last(mailbox.db(), said.year).await?;
        if let Some(last) = last.as_ref().filter(|last| last.sm3 == digest(said)) {
            return Ok(Announced { revision: last.revision, is_news: false });
        }
        let mut changes = mailbox.changes();
        let revision = take_in(mailbox, &mut changes, said.clone(), last, by);
        tries += 1;
        match mailbox.commit(changes).await {
            Ok(()) => return Ok(Announced { revision, is_news: true }),
            Err(CommitError::Stale(_) | CommitError::Taken(_)) if tries < TRIES => {}
            Err(error) => return Err(error.into()),
        }
    }
}
