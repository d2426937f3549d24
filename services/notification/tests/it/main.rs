//! Messages to people on a real PostgreSQL: requests go in by the handler, what is sent reaches a provider over HTTP, people
//! and operators come over HTTP. The bus between is the end-to-end suite's.

#![expect(clippy::unwrap_used, reason = "a step of a story that fails ends the story")]

mod codes;
mod desk;
mod doors;
mod in_app;
mod once;
mod operators;
mod provider;
mod quiet;
mod sink;
mod unclear;
mod walk;

use std::process::ExitCode;

fn main() -> ExitCode {
    testkit::play(
        "notification",
        testkit::stories![
            once::a_message_asked_for_twice_is_sent_once,
            once::two_couriers_at_once_send_it_once,
            once::the_same_event_with_other_content_is_parked,
            quiet::at_night_nothing_rings_but_codes,
            codes::a_code_is_told_and_then_it_is_nowhere,
            codes::a_code_that_cannot_be_sent_in_time_is_given_up,
            codes::a_parked_code_is_forgotten_when_it_is_worth_nothing,
            codes::what_comes_too_late_or_blank_is_told_to_nobody,
            codes::a_code_is_a_verification_and_nothing_else,
            quiet::what_comes_late_in_the_evening_waits_too,
            unclear::a_provider_that_dies_after_taking_it_is_asked_first,
            unclear::what_the_provider_never_took_is_offered_again,
            unclear::without_a_definite_answer_it_is_parked_and_never_sent_again,
            unclear::a_courier_that_was_killed_is_followed_by_one_that_asks,
            operators::a_refused_message_is_parked_and_may_be_retried_or_discarded,
            operators::only_operators_look_after_deliveries,
            doors::what_must_not_be_told_is_poison_and_neighbours_go_on,
            doors::whatever_is_wrong_is_named_at_once,
            in_app::a_person_reads_his_own_messages_and_nobody_elses,
            sink::the_local_sink_shows_what_was_sent,
            walk::every_operation_is_answered_as_permissions_toml_says,
        ],
    )
}
