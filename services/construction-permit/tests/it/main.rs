//! Construction projects on a real PostgreSQL. The bus between services is the end-to-end suite's.

#![expect(clippy::unwrap_used, reason = "a step of a story that fails ends the story")]

mod answers;
mod calendar;
mod catalogue;
mod consents;
mod desk;
mod faults;
mod kept;
mod key_project;
mod papers;
mod people;
mod replan;
mod walk;

use std::process::ExitCode;

fn main() -> ExitCode {
    testkit::play(
        "construction-permit",
        testkit::stories![
            kept::what_is_kept_keeps_its_shape,
            answers::whatever_a_department_says_wrongly_is_answered,
            calendar::a_supplement_and_a_gap_rest_on_days_that_nobody_announced,
            catalogue::a_catalogue_that_holds_is_counted,
            catalogue::every_fault_is_said_at_once,
            catalogue::a_difference_is_said_field_by_field,
            catalogue::what_cannot_be_read_is_another_matter,
            faults::every_fault_of_a_registration_is_told_at_once,
            faults::a_list_with_open_questions_is_not_acknowledged,
            faults::an_unknown_type_is_told_with_everything_else_that_is_wrong,
            faults::a_code_is_registered_once_and_the_same_request_finds_it,
            faults::replies_that_cannot_be_true_change_nothing,
            faults::what_does_not_hold_goes_back_to_the_department,
            faults::a_supplement_asks_for_what_the_item_may_know_and_takes_nothing_else,
            faults::a_result_that_the_item_does_not_have_is_not_asked_for,
            faults::a_refusal_shows_what_it_blocks_and_may_be_corrected,
            faults::edits_never_touch_what_a_department_has,
            faults::three_breaches_bar_an_investor,
            faults::a_gap_is_extended_once_by_the_chief_representative,
            faults::a_clock_stands_still_on_its_grounds,
            faults::yellow_from_twenty_six_and_red_above_thirty_two,
            key_project::the_key_industrial_project_takes_seventeen_counted_working_days,
            key_project::an_item_whose_gap_is_not_closed_is_given_back,
            key_project::what_one_project_brought_about_its_investor_the_next_is_not_asked,
            papers::the_front_desk_is_told_which_papers_are_used,
            papers::a_paper_that_nobody_used_in_time_is_brought_again,
            papers::the_link_of_a_supplement_opens_its_item,
            consents::a_clerk_does_what_is_the_applicants_with_his_code,
            consents::a_signed_paper_and_a_second_person_do_it_too,
            people::an_agent_reads_and_edits_what_the_hall_gave_him_and_submits_nothing,
            people::a_clerk_registers_for_whoever_stands_there_and_gives_nothing_up,
            people::a_typed_credit_code_opens_nothing_and_keeps_nothing_from_the_investor,
            replan::a_newer_catalogue_changes_a_running_project_by_command_alone,
            walk::every_operation_is_answered_as_permissions_toml_says,
        ],
    )
}
