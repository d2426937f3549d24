//! The front desk on a real PostgreSQL: people come over HTTP, timers fall due by a manual clock, what is said is read from
//! the outbox.

#![expect(clippy::unwrap_used, reason = "a step of a story that fails ends the story")]

mod catalogue;
mod drafts;
mod hall;

use std::process::ExitCode;

fn main() -> ExitCode {
    testkit::play(
        "intake",
        testkit::stories![
            catalogue::every_version_is_said_once,
            catalogue::a_changed_text_under_a_published_version_does_not_start,
            catalogue::everybody_reads_items_themes_and_their_papers,
            drafts::a_draft_is_kept_compared_and_submitted,
            drafts::a_draft_that_is_left_alone_goes_after_thirty_days,
            drafts::a_draft_for_an_earlier_version_says_so,
        ],
    )
}
