//! The outcomes of the front desk, one file a verb. There is none that refuses.

pub mod accept;
pub mod escalate;
pub mod extend;
pub mod fall_due;
pub mod load;
pub mod notice;
pub mod owner;
pub mod reckon;
pub mod settle;
pub mod signpost;
pub mod supply;
pub mod tolerate;

use std::future::Future;

use chassis::http::Problem;
use mailbox::CommitError;

use crate::{domain::case::Case, service::Intake};
use settle::Settled;

/// How often an outcome is decided again where the case was changed in between.
const TRIES: usize = 5;

/// Decides on a fresh load until the commit passes.
///
/// # Errors
/// What deciding fails with, or the commit.
pub async fn until_committed<F: Future<Output = Result<Settled, Problem>>>(
    desk: &Intake,
    decide: impl Fn() -> F,
) -> Result<Case, Problem> {
    let mut tries = 0;
    loop {
        let Settled { case, changes } = decide().await?;
        tries += 1;
        match desk.mailbox.commit(changes).await {
            Ok(()) => return Ok(case),
            Err(CommitError::Stale(_)) if tries < TRIES => {}
            Err(error) => return Err(error.into()),
        }
    }
}
