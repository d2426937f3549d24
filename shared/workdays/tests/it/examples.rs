//! Every worked example in days (domain.md 5.3, 6.1, 7.5, 10.1, 10.2).

use time::Date;
use time::macros::date;
use workdays::Spans;

use crate::{calendar, sure};

#[test]
fn working_days_after_acceptance() {
    let examples = [
        (date!(2019 - 09 - 26), 5, date!(2019 - 10 - 09)),
        (date!(2023 - 09 - 27), 5, date!(2023 - 10 - 10)),
        (date!(2024 - 09 - 13), 5, date!(2024 - 09 - 23)),
        (date!(2025 - 01 - 24), 5, date!(2025 - 02 - 07)),
        (date!(2025 - 04 - 25), 5, date!(2025 - 05 - 06)),
        (date!(2025 - 09 - 28), 3, date!(2025 - 10 - 09)),
        (date!(2025 - 12 - 31), 1, date!(2026 - 01 - 04)),
        (date!(2026 - 02 - 27), 1, date!(2026 - 02 - 28)),
        (date!(2019 - 07 - 01), 32, date!(2019 - 08 - 14)),
        (date!(2025 - 01 - 02), 32, date!(2025 - 02 - 21)),
        (date!(2025 - 04 - 08), 32, date!(2025 - 05 - 26)),
        (date!(2026 - 02 - 14), 3, date!(2026 - 02 - 26)),
        (date!(2026 - 02 - 26), 5, date!(2026 - 03 - 04)),
    ];
    for (start, n, due) in examples {
        assert_eq!(calendar().due_after(start, n), sure(due), "{n} working days after {start}");
    }
}

#[test]
fn an_instant_case_is_due_the_same_day() {
    assert_eq!(calendar().due_after(date!(2025 - 09 - 28), 0), sure(date!(2025 - 09 - 28)));
}

#[test]
fn calendar_days_months_and_years_move_to_a_working_day() {
    assert_eq!(calendar().days_after(date!(2025 - 09 - 15), 20), sure(date!(2025 - 10 - 09)));
    assert_eq!(calendar().days_after(date!(2026 - 01 - 19), 30), sure(date!(2026 - 02 - 24)));
    assert_eq!(calendar().months_after(date!(2025 - 09 - 28), 2), sure(date!(2025 - 11 - 28)));
    assert_eq!(calendar().months_after(date!(2025 - 04 - 30), 3), sure(date!(2025 - 07 - 30)));
    assert_eq!(calendar().months_after(date!(2025 - 08 - 31), 6), sure(date!(2026 - 02 - 28)), "a worked Saturday");
    assert_eq!(calendar().years_after(date!(2024 - 02 - 29), 1), sure(date!(2025 - 02 - 28)));
    assert_eq!(calendar().years_after(date!(2023 - 10 - 01), 3), sure(date!(2026 - 10 - 08)));
    assert!(calendar().years_after(date!(2025 - 09 - 28), 2).provisional);
}

#[test]
fn without_a_notice_the_case_is_accepted_as_of_its_receipt() {
    let received = date!(2025 - 01 - 24);
    let notice = calendar().due_after(received, 5);
    assert_eq!(notice, sure(date!(2025 - 02 - 07)));
    assert_eq!(notice.end(), workdays::start_of(date!(2025 - 02 - 08)));
    assert_eq!(calendar().due_after(received, 20), sure(date!(2025 - 02 - 27)));
}

#[test]
fn a_reserved_name_is_kept_until_twenty_four_hours_of_its_last_day() {
    let reserved = calendar().months_after(date!(2025 - 09 - 28), 2);
    assert_eq!(reserved.end(), time::macros::datetime!(2025-11-29 0:00 +8));
}

#[test]
fn the_industrial_project_counts_seventeen_days() {
    let ran = |from, to| Spans::between(from, to);
    let april = [
        ran(date!(2025 - 03 - 03), date!(2025 - 03 - 03)),
        ran(date!(2025 - 04 - 08), date!(2025 - 04 - 09)),
        ran(date!(2025 - 04 - 09), date!(2025 - 04 - 18)).minus(&ran(date!(2025 - 04 - 10), date!(2025 - 04 - 17))),
        ran(date!(2025 - 04 - 18), date!(2025 - 04 - 21)),
        ran(date!(2025 - 04 - 21), date!(2025 - 04 - 27)),
        ran(date!(2025 - 04 - 27), date!(2025 - 04 - 29)),
        ran(date!(2025 - 04 - 29), date!(2025 - 04 - 30)),
        ran(date!(2025 - 12 - 08), date!(2025 - 12 - 19)).minus(&ran(date!(2025 - 12 - 10), date!(2025 - 12 - 17))),
        ran(date!(2025 - 12 - 19), date!(2025 - 12 - 22)),
    ];
    let end = date!(2025 - 12 - 31);
    let each = april.each_ref().map(|spans| calendar().working_days_in(spans, end).days);
    assert_eq!(each, [0, 1, 2, 1, 5, 2, 1, 4, 1]);
    let all = april.iter().fold(Spans::none(), |all, spans| all.union(spans));
    assert_eq!(calendar().working_days_in(&all, end).days, 17);
    assert_eq!(calendar().working_days_in(&all, date!(2025 - 04 - 30)).days, 12, "variant F: counted so far");
}

#[test]
fn parallel_items_never_count_twice() {
    let both = Spans::between(date!(2025 - 03 - 10), date!(2025 - 03 - 17))
        .union(&Spans::between(date!(2025 - 03 - 10), date!(2025 - 03 - 13)));
    assert_eq!(calendar().working_days_in(&both, date!(2025 - 12 - 31)).days, 5);
}

#[test]
fn a_suspension_moves_the_due_date_and_a_running_one_hides_it() {
    let accepted = date!(2025 - 04 - 09);
    let publicity = Spans::between(date!(2025 - 04 - 10), date!(2025 - 04 - 17));
    let due = |suspended: &Spans<Date>| calendar().due_after_suspended(accepted, 2, suspended);
    assert_eq!(due(&Spans::none()), Some(sure(date!(2025 - 04 - 11))));
    assert_eq!(due(&publicity), Some(sure(date!(2025 - 04 - 18))));
    assert_eq!(due(&Spans::since(date!(2025 - 04 - 10))), None);
    assert_eq!(due(&Spans::since(date!(2025 - 04 - 11))), Some(sure(date!(2025 - 04 - 11))), "it was over before");
}

#[test]
fn back_scheduling_walks_the_same_days() {
    let latest = |decide: Date, n| calendar().working_days_before(decide, n).date;
    assert_eq!(latest(date!(2025 - 06 - 30), 1), date!(2025 - 06 - 27));
    assert_eq!(latest(date!(2025 - 06 - 27), 2), date!(2025 - 06 - 25));
    assert_eq!(latest(date!(2025 - 06 - 25), 5), date!(2025 - 06 - 18));
    assert_eq!(latest(date!(2025 - 06 - 16), 4), date!(2025 - 06 - 10));
    assert_eq!(latest(date!(2025 - 10 - 08), 0), date!(2025 - 09 - 30));
}
