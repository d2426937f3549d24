//! One department on a real PostgreSQL: what it is told goes in by its handler, what it says is read from its outbox, and
//! people come over HTTP. The bus between is the end-to-end suite's.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod calendar;
mod desk;
mod doors;
mod kept;
mod people;
mod rules;
mod server;
mod set_aside;
mod sites;
mod walk;

use server::Server;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_department_on_a_real_database() {
    let server = Server::start().await;
    let stories = async {
        rules::a_batch_is_decided_at_once_and_no_number_is_issued_twice(&server).await;
        rules::a_number_that_a_person_took_is_passed_over(&server).await;
        rules::an_answer_that_did_not_hold_is_left_to_people(&server).await;
        rules::a_joint_acceptance_is_decided_after_what_runs_inside_it(&server).await;
        rules::what_stands_still_is_decided_by_rule_when_it_goes_on(&server).await;
        rules::what_a_person_said_and_was_sent_back_does_not_keep_a_rule_from_deciding(&server).await;
        rules::a_rule_that_waited_passes_over_what_a_person_took_meanwhile(&server).await;
        people::a_supplement_a_procedure_and_a_decision(&server).await;
        sites::a_site_is_checked_by_two_and_repaired_outside_the_limit(&server).await;
        sites::only_the_head_gives_more_time_and_once(&server).await;
        sites::publicity_is_limited_in_calendar_days(&server).await;
        calendar::due_dates_follow_the_calendar(&server).await;
        people::only_the_head_refuses_and_a_window_can_do_nothing(&server).await;
        people::every_fault_is_told_at_once_and_nothing_is_stored(&server).await;
        people::the_work_list_is_read_page_by_page(&server).await;
        doors::what_is_not_meant_for_this_desk_is_poison(&server).await;
        doors::a_cancellation_is_answered_whatever_stands(&server).await;
        kept::what_is_kept_keeps_its_shape(&server).await;
        walk::every_operation_is_answered_as_permissions_toml_says(&server).await;
        set_aside::what_an_owner_set_aside_is_shown_and_never_said_again_by_itself(&server).await;
        set_aside::a_cancellation_after_what_was_set_aside_is_acknowledged(&server).await;
        set_aside::what_owners_note_of_its_clock_and_its_count_is_shown(&server).await;
    };
    let told = futures::FutureExt::catch_unwind(std::panic::AssertUnwindSafe(stories)).await;
    server.stop().await;
    if let Err(panic) = told {
        std::panic::resume_unwind(panic);
    }
}
