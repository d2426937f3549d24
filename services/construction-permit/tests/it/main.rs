//! Construction projects on a real PostgreSQL. The bus between services is the end-to-end suite's.

#![expect(clippy::unwrap_used, reason = "a step of a story that fails ends the story")]

mod catalogue;
mod desk;
mod faults;
mod key_project;

use std::process::ExitCode;

fn main() -> ExitCode {
    testkit::play(
        "construction-permit",
        testkit::stories![
            catalogue::a_catalogue_that_holds_is_counted,
            catalogue::every_fault_is_said_at_once,
            catalogue::a_difference_is_said_field_by_field,
            catalogue::what_cannot_be_read_is_another_matter,
            key_project::the_key_industrial_project_takes_seventeen_counted_working_days,
            key_project::an_item_whose_gap_is_not_closed_is_given_back,
        ],
    )
}
