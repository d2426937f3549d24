//! Broken files are refused with every fault named; a folder of newer files is laid over the embedded ones.

use time::macros::date;
use workdays::{Calendar, CalendarFault, DataFault, Source};

const YEAR_2027: &str = r#"
year = 2027
announced_to = 2027-12-31
make_up = [2027-01-09]
working_days = [21, 20, 23, 22, 21, 22, 22, 22, 22, 21, 22, 23]
holidays = [{ name = "元旦", from = 2027-01-01, to = 2027-01-01 }]
[[notices]]
title = "a notice of 2027"
number = "〔2026〕1"
published = 2026-11-01
"#;

fn refused(name: &str, text: &str) -> Vec<DataFault> {
    let mut sources = Source::embedded();
    sources.retain(|source| source.name != name);
    sources.push(Source { name: name.into(), text: text.into() });
    let faults = Calendar::read(&sources).unwrap_err().faults;
    assert!(faults.iter().all(|fault| fault.file == name));
    faults.into_iter().map(|fault| fault.what).collect()
}

fn refused_year(from: &str, to: &str) -> Vec<DataFault> {
    assert!(YEAR_2027.contains(from));
    refused("2027.toml", &YEAR_2027.replace(from, to))
}

#[test]
fn a_folder_adds_the_next_year_and_replaces_the_hours() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("2027.toml"), YEAR_2027).unwrap();
    let hours = r#"periods = [{ open = [{ from = "08:30", to = "11:30" }] }]"#;
    std::fs::write(folder.path().join("hours.toml"), hours).unwrap();
    std::fs::write(folder.path().join("notes.txt"), "not a calendar file").unwrap();
    let calendar = Calendar::load(folder.path()).unwrap();
    assert_eq!(calendar.announced_to(), date!(2027 - 12 - 31));
    assert!(!calendar.next_working_day(date!(2026 - 12 - 31)).provisional);
    assert!(calendar.is_working_day(date!(2027 - 01 - 09)));
    assert!(calendar.is_open(time::macros::datetime!(2025-09-28 08:30 +8)));
    assert_ne!(calendar.version(), Calendar::embedded().version());
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let error = Calendar::load(std::path::Path::new("/nowhere/at/all")).unwrap_err();
    assert_eq!(error.faults[0].file, "/nowhere/at/all");
    assert!(matches!(error.faults[0].what, DataFault::Unreadable(_)));
}

#[test]
fn the_faults_of_all_files_are_named_together() {
    let files = [("hours.toml", "periods = []"), ("2025.toml", "year ="), ("25.toml", ""), ("25.toml", "")];
    let sources = files.map(|(name, text)| Source { name: name.into(), text: text.into() });
    let error = Calendar::read(&sources).unwrap_err();
    let files: Vec<_> = error.faults.iter().map(|fault| fault.file.as_str()).collect();
    assert_eq!(files, ["2025.toml", "25.toml", "25.toml", "hours.toml"]);
    let told = error.to_string();
    assert!(told.starts_with("the calendar files are refused; 2025.toml: it is not the TOML it should be"), "{told}");
}

#[test]
fn years_and_hours_are_both_needed() {
    let faults = Calendar::read(&[]).unwrap_err().faults;
    let missing = |file: &str| CalendarFault { file: file.into(), what: DataFault::Missing };
    assert_eq!(faults, [missing("<year>.toml"), missing("hours.toml")]);
}

#[test]
fn a_make_up_day_is_a_weekend_day_listed_once_and_not_off() {
    let faults = refused_year(
        "make_up = [2027-01-09]",
        "make_up = [2027-01-09, 2027-01-09, 2027-01-04, 2027-01-01, 2028-01-08]",
    );
    assert_eq!(
        faults,
        [
            DataFault::OutsideYear(date!(2028 - 01 - 08)),
            DataFault::MakeUpTwice(date!(2027 - 01 - 09)),
            DataFault::MakeUpOnWeekday(date!(2027 - 01 - 04)),
            DataFault::OffAndMakeUp(date!(2027 - 01 - 01)),
            DataFault::MakeUpOnWeekday(date!(2027 - 01 - 01)),
        ]
    );
}

#[test]
fn days_off_are_in_order_and_listed_once() {
    let row = r#"{ name = "元旦", from = 2027-01-01, to = 2027-01-01 }"#;
    let backwards = r#"{ name = "春节", from = 2027-02-10, to = 2027-02-05 }"#;
    let faults = refused_year(row, &format!("{row}, {row}, {backwards}"));
    let backwards = DataFault::Backwards { name: "春节".into() };
    assert_eq!(faults, [DataFault::OffTwice(date!(2027 - 01 - 01)), backwards]);
}

#[test]
fn a_mistyped_day_shows_in_the_months_count() {
    let faults = refused_year("to = 2027-01-01", "to = 2027-01-04");
    assert_eq!(faults, [DataFault::MonthDiffers { month: 1, stated: 21, counted: 20 }]);
    assert_eq!(refused_year(", 22, 23]", ", 22]"), [DataFault::NotTwelveMonths(11)]);
}

#[test]
fn a_year_names_itself_its_notice_and_how_far_it_goes() {
    assert_eq!(refused_year("number = \"〔2026〕1\"", "number = \" \""), [DataFault::NoNotice]);
    assert_eq!(
        refused_year("announced_to = 2027-12-31", "announced_to = 2027-12-31T00:00:00"),
        [DataFault::NotADate("2027-12-31T00:00:00".into())]
    );
    assert_eq!(
        refused_year("announced_to = 2027-12-31", "announced_to = 2027-01-08"),
        [DataFault::NotAnnounced(date!(2027 - 01 - 09))]
    );
    assert!(refused_year("year = 2027", "year = 2028").contains(&DataFault::OtherYear(2028)));
    assert!(matches!(refused_year("make_up", "makeup")[..], [DataFault::Syntax(_)]));
}

#[test]
fn a_year_may_be_announced_in_part() {
    let mut sources = Source::embedded();
    let text = YEAR_2027.replace("announced_to = 2027-12-31", "announced_to = 2027-01-31");
    sources.push(Source { name: "2027.toml".into(), text });
    let calendar = Calendar::read(&sources).unwrap();
    assert!(!calendar.day(date!(2027 - 01 - 31)).provisional);
    assert!(calendar.day(date!(2027 - 02 - 01)).provisional);
}

#[test]
fn hours_are_times_in_order_in_periods_in_order() {
    let faults = refused(
        "hours.toml",
        r#"
        [[periods]]
        open = [{ from = "09:00", to = "12:00" }, { from = "11:00", to = "17:00" }]
        [[periods]]
        from = 2025-01-01
        open = []
        [[periods]]
        from = 2025-01-01
        open = [{ from = "9:00", to = "24:30" }, { from = "17:00", to = "17:00" }]
        [[periods]]
        open = [{ from = "00:00", to = "24:00" }]
        "#,
    );
    assert_eq!(
        faults,
        [
            DataFault::OpeningTimes(1),
            DataFault::NeverOpen(2),
            DataFault::PeriodOrder(3),
            DataFault::NotATime("9:00".into()),
            DataFault::NotATime("24:30".into()),
            DataFault::OpeningTimes(3),
            DataFault::PeriodOrder(4),
        ]
    );
}

#[test]
fn answers_can_be_stored_and_read_back() {
    let due = Calendar::embedded().due_after(date!(2025 - 09 - 28), 3);
    let text = serde_json::to_string(&due).unwrap();
    assert_eq!(text, r#"{"date":"2025-10-09","provisional":false}"#);
    assert_eq!(serde_json::from_str::<workdays::Due>(&text).unwrap(), due);
    let at = Calendar::embedded().after_window_minutes(time::macros::datetime!(2025-09-28 10:30 +8), 180);
    let text = serde_json::to_string(&at).unwrap();
    assert_eq!(text, r#"{"at":"2025-09-28T15:00:00+08:00","provisional":false}"#);
    assert_eq!(serde_json::from_str::<workdays::DueAt>(&text).unwrap(), at);
}
