//! Company openings on a real PostgreSQL. The bus between services is the end-to-end suite's.

#![expect(clippy::unwrap_used, reason = "a step of a story that fails ends the story")]

mod named_openings;
mod names;
mod names_desk;

use std::process::ExitCode;

fn main() -> ExitCode {
    testkit::play(
        "market-registration",
        testkit::stories![
            named_openings::a_name_is_registered_with_the_licence_and_kept_after_it_was_taken_back,
            named_openings::a_stopped_opening_gives_its_name_up,
            named_openings::departments_are_not_told_what_the_applicant_said,
            named_openings::an_opening_without_its_name_is_not_planned,
            names::a_name_is_reserved_until_midnight_of_its_last_day,
            names::every_rule_that_a_name_breaks_is_told_at_once,
            names::fifty_declare_one_name_and_one_gets_it,
            names::the_same_request_finds_the_same_name,
            names::a_name_is_its_holders_to_give_up,
            names::what_may_be_mixed_up_is_a_warning,
        ],
    )
}
