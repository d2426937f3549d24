//! The calendar against the published tables, the worked examples, the stories, and a walk day by day.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod examples;
mod oracle;
mod properties;
mod refusals;
mod table;
mod windows;

/// The calendar of this repository's files, made once.
fn calendar() -> &'static workdays::Calendar {
    static CALENDAR: std::sync::LazyLock<workdays::Calendar> = std::sync::LazyLock::new(workdays::Calendar::embedded);
    &CALENDAR
}

/// A result that rests on announced days only.
fn sure(date: time::Date) -> workdays::Due {
    workdays::Due { date, provisional: false }
}
