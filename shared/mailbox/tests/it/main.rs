//! The mailbox on a real PostgreSQL and a real Kafka.

#![expect(clippy::unwrap_used, reason = "a step of a story that fails ends the story")]

mod answers;
mod batches;
mod calendars;
mod chaos;
mod clockwork;
mod commits;
mod consumers;
mod desk;
mod hostile;
mod ledgers;
mod owner;
mod parkings;
mod partitions;
mod relays;
mod secrets;

use std::process::ExitCode;

fn main() -> ExitCode {
    testkit::play(
        "mailbox",
        testkit::stories![
            chaos::the_broker_dies_and_comes_back,
            chaos::the_database_dies_and_comes_back,
            commits::a_refused_commit_leaves_nothing,
            commits::a_number_is_issued_once_and_its_holder_may_claim_it_again,
            commits::a_key_is_used_once,
            commits::overlapping_batches_never_lock_each_other_out,
            ledgers::whatever_the_superuser_alters_is_named,
            ledgers::a_late_fact_is_sealed_by_the_next_block,
            ledgers::the_application_can_only_add,
            ledgers::what_the_owner_lends_cannot_be_bent,
            relays::nothing_is_lost_and_every_key_keeps_its_order,
            relays::who_commits_late_is_heard_all_the_same,
            relays::one_instance_leads_and_the_next_takes_over,
            relays::a_denied_topic_stops_no_other,
            consumers::batches_are_done_once_and_a_restart_goes_on,
            consumers::kafkas_own_offsets_do_not_matter,
            consumers::the_next_member_takes_over,
            consumers::who_was_fenced_joins_again,
            consumers::who_was_overtaken_commits_nothing,
            consumers::a_decision_on_an_old_state_is_made_again,
            consumers::a_topic_that_lost_its_past_is_read_from_its_beginning,
            relays::a_cursor_from_another_cluster_is_refused,
            batches::whatever_codec_a_batch_is_packed_by_is_heard,
            batches::a_batch_that_cannot_be_read_is_set_aside_by_its_offsets,
            hostile::each_is_parked_with_its_reason_and_neighbours_go_on,
            hostile::what_breaks_the_handler_breaks_nobody_else,
            answers::the_sender_is_told_about_his_case_or_about_himself,
            answers::what_is_decided_meanwhile_is_not_to_be_said_again,
            answers::who_loops_is_told_once_an_hour_and_fills_nothing,
            answers::what_becomes_of_it_is_told_too,
            answers::what_is_said_again_is_answered_again_and_a_lost_count_is_told,
            parkings::a_key_waits_behind_what_failed,
            parkings::an_operator_replays_mends_and_discards,
            secrets::a_secret_is_said_once_and_kept_nowhere,
            secrets::what_nobody_said_in_time_is_said_without_it,
            secrets::a_parked_copy_lives_no_longer_than_its_secret,
            clockwork::a_timer_rings_once_when_business_time_says_so,
            clockwork::a_timer_that_fails_stops_no_other,
            calendars::a_year_is_heard_once_and_every_instance_reckons_by_it,
            partitions::months_are_cut_ahead_and_late_rows_find_theirs,
            partitions::the_desk_goes_on_while_somebody_reads_for_long,
        ],
    )
}
