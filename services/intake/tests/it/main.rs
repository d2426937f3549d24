//! The front desk on a real PostgreSQL: people come over HTTP, timers fall due by a manual clock, what is said is read from
//! the outbox.

#![expect(clippy::unwrap_used, reason = "a step of a story that fails ends the story")]

mod accounts;
mod calendar;
mod catalogue;
mod consents;
mod drafts;
mod gaps_elsewhere;
mod hall;
mod kept;
mod messages;
mod outcomes;
mod papers;
mod tolerance;
mod walk;
mod window;

use std::process::ExitCode;

fn main() -> ExitCode {
    testkit::play(
        "intake",
        testkit::stories![
            kept::what_is_kept_keeps_its_shape,
            consents::a_clerk_ends_a_case_with_the_applicants_code,
            consents::a_clerk_proves_no_telephone_but_the_forms,
            consents::a_code_has_three_tries_and_ten_minutes,
            consents::a_case_has_three_codes_an_hour,
            consents::a_code_is_good_for_its_act_and_its_case,
            consents::every_choice_at_a_window_is_made_with_a_code,
            consents::two_processes_at_once_use_a_code_once,
            consents::without_a_telephone_a_signed_paper_and_a_second_person,
            consents::a_telephone_counts_as_it_was_proved_and_changes_by_the_old_one,
            consents::nobody_takes_a_case_over_whose_telephone_is_not_his,
            consents::an_undertaking_at_the_window_is_signed_with_a_code,
            accounts::people_read_sentences_and_nothing_internal,
            accounts::a_kind_of_a_later_version_passes_and_other_values_wait,
            accounts::a_link_works_while_its_task_is_with_its_department,
            accounts::links_of_a_projects_papers_live_with_its_tasks_too,
            accounts::what_was_told_before_there_was_one_account_is_heard,
            calendar::what_rests_on_unannounced_days_says_so_everywhere,
            calendar::a_year_that_is_announced_moves_days_and_tells_once,
            calendar::an_operator_announces_a_year_and_hears_everything_that_is_wrong,
            calendar::a_folder_of_notices_is_taken_in_and_never_undoes_a_later_word,
            calendar::an_undecided_case_and_a_day_that_is_over_stay_as_they_were_told,
            catalogue::every_version_is_said_once,
            catalogue::a_changed_text_under_a_published_version_does_not_start,
            catalogue::everybody_reads_items_themes_and_their_papers,
            drafts::a_draft_is_kept_compared_and_submitted,
            drafts::a_draft_that_is_left_alone_goes_after_thirty_days,
            drafts::a_draft_for_an_earlier_version_says_so,
            gaps_elsewhere::its_owner_is_told_of_gaps_and_of_what_closes_them,
            gaps_elsewhere::its_owner_is_told_that_a_case_is_returned,
            gaps_elsewhere::what_the_owner_holds_for_a_paper_is_shown,
            gaps_elsewhere::nobody_breaks_his_word_about_a_case_that_cannot_be_planned,
            gaps_elsewhere::who_takes_it_back_breaks_no_word,
            outcomes::what_is_complete_is_accepted_at_once,
            outcomes::a_one_time_notice_tells_everything_and_a_correction_accepts,
            outcomes::a_second_notice_adds_only_with_a_record_of_who_forgot,
            outcomes::what_is_done_elsewhere_ends_in_a_whole_signpost,
            outcomes::what_nobody_knows_goes_to_the_chief_representative,
            outcomes::nobody_at_a_window_can_refuse,
            outcomes::an_opening_is_passed_on_at_once_and_its_withdrawal_too,
            messages::whoever_files_is_told_of_the_receipt_or_of_its_outcome,
            messages::every_outcome_tells_once,
            messages::a_company_that_is_open_is_told_once,
            papers::a_paper_is_known_by_its_bytes_and_its_code,
            papers::what_nobody_uses_goes_and_what_is_used_stays,
            papers::bytes_that_are_brought_again_are_not_forgotten,
            papers::one_applicant_has_only_so_much_lying_here,
            tolerance::a_gap_is_reminded_extended_once_and_closed,
            tolerance::a_gap_that_stays_open_returns_the_case_and_three_bar,
            tolerance::core_papers_and_safety_tolerate_nothing,
            tolerance::an_item_of_the_same_day_waits_until_closing_time,
            walk::every_operation_is_answered_as_permissions_toml_says,
            window::a_clerk_without_an_applicant_never_becomes_the_applicant,
            window::the_second_applicant_does_not_get_the_firsts_slip,
            window::what_is_the_applicants_own_no_clerk_decides,
            window::who_stood_there_signs_in_and_takes_the_case_over,
            window::a_legal_person_is_whoever_the_sign_in_vouches_for,
            window::a_draft_begun_at_a_window_is_any_clerks,
            window::everybody_reads_who_looked_at_his_case,
        ],
    )
}
