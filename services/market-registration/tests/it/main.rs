//! Company openings on a real PostgreSQL. The bus between services is the end-to-end suite's.

#![expect(clippy::unwrap_used, reason = "a step of a story that fails ends the story")]

mod answers;
mod calendar;
mod clock;
mod gaps;
mod investments;
mod kept;
mod named_openings;
mod names;
mod names_desk;
mod register;
mod walk;
mod words;

use std::process::ExitCode;

fn main() -> ExitCode {
    testkit::play(
        "market-registration",
        testkit::stories![
            kept::what_is_kept_keeps_its_shape,
            answers::whatever_a_department_says_wrongly_is_answered,
            answers::a_first_decision_after_the_cancellation_does_not_hold,
            calendar::an_opening_of_new_years_eve_goes_on_after_the_days_that_a_notice_names,
            clock::time_for_a_choice_is_not_counted_when_the_choice_is_to_go_on_without,
            gaps::a_paper_that_comes_meanwhile_reaches_who_may_have_it,
            gaps::the_hand_over_waits_for_the_last_paper_and_the_clock_stands,
            gaps::a_returned_opening_is_stopped_and_taken_back,
            gaps::a_withdrawal_meanwhile_ends_it_as_any_other,
            investments::a_company_that_is_invested_in_may_have_the_name_too,
            investments::a_statement_about_the_wrong_company_changes_nothing,
            named_openings::a_name_is_registered_with_the_licence_and_kept_after_it_was_taken_back,
            named_openings::a_stopped_opening_gives_its_name_up,
            named_openings::departments_are_not_told_what_the_applicant_said,
            named_openings::an_opening_without_its_name_is_not_planned,
            names::a_name_is_reserved_until_midnight_of_its_last_day,
            names::parts_are_left_out_on_a_stated_ground,
            names::every_rule_that_a_name_breaks_is_told_at_once,
            names::fifty_declare_one_name_and_one_gets_it,
            names::the_same_request_finds_the_same_name,
            names::a_name_is_its_holders_to_give_up,
            names::a_clerk_gives_a_name_up_with_its_holders_code,
            names::a_clerk_declares_for_whoever_stands_there_and_gives_nothing_up,
            names::what_may_be_mixed_up_is_a_warning,
            register::a_city_begins_with_the_names_that_its_companies_have,
            register::a_file_with_a_fault_changes_nothing,
            register::a_name_is_free_a_year_after_the_company_went,
            register::what_became_of_a_company_is_told_by_a_later_file,
            register::a_company_that_was_opened_here_is_the_registers_too,
            register::many_lines_are_read_in_batches,
            walk::every_operation_is_answered_as_permissions_toml_says,
            words::a_credit_code_of_the_tax_office_is_not_asked_for_and_the_number_stays_free,
            words::a_result_is_one_of_its_list_and_of_its_form,
            words::papers_that_were_filed_reach_whoever_the_entitlements_name,
            words::a_supplement_asks_for_what_the_task_may_know_and_is_compared_with_what_comes,
            words::minutes_of_the_hall_are_not_extended_by_working_days,
        ],
    )
}
