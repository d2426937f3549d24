//! Broken files are refused with every fault named; a folder of newer files is laid over the embedded ones.

use time::macros::date;
use workdays::{Announcement, Calendar, CalendarFault, DataFault, Due, Source};

/// Nobody announced this.
const YEAR_2027: &str = include_str!("../../tests-data/2027.toml");

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
        "make_up = [2027-01-09, ",
        "make_up = [2027-01-09, 2027-01-09, 2027-01-11, 2027-01-01, 2028-01-08, ",
    );
    assert_eq!(
        faults,
        [
            DataFault::OutsideYear(date!(2028 - 01 - 08)),
            DataFault::MakeUpTwice(date!(2027 - 01 - 09)),
            DataFault::MakeUpOnWeekday(date!(2027 - 01 - 11)),
            DataFault::OffAndMakeUp(date!(2027 - 01 - 01)),
            DataFault::MakeUpOnWeekday(date!(2027 - 01 - 01)),
        ]
    );
}

#[test]
fn days_off_are_in_order_and_listed_once() {
    let row = r#"{ name = "元旦", from = 2027-01-01, to = 2027-01-04 }"#;
    let again = r#"{ name = "元旦", from = 2027-01-04, to = 2027-01-04 }"#;
    let backwards = r#"{ name = "春节", from = 2027-03-10, to = 2027-03-05 }"#;
    let faults = refused_year(row, &format!("{row}, {again}, {backwards}"));
    let backwards = DataFault::Backwards { name: "春节".into() };
    assert_eq!(faults, [DataFault::OffTwice(date!(2027 - 01 - 04)), backwards]);
}

#[test]
fn a_mistyped_day_shows_in_the_months_count() {
    let faults = refused_year("to = 2027-01-04", "to = 2027-01-05");
    assert_eq!(faults, [DataFault::MonthDiffers { month: 1, stated: 21, counted: 20 }]);
    assert_eq!(refused_year(", 22, 23]", ", 22]"), [DataFault::NotTwelveMonths(11)]);
}

#[test]
fn a_year_names_itself_its_notice_and_how_far_it_goes() {
    assert_eq!(refused_year("number = \"测试〔2026〕1号\"", "number = \" \""), [DataFault::NoNotice]);
    assert_eq!(
        refused_year("announced_to = 2027-12-31", "announced_to = 2027-12-31T00:00:00"),
        [DataFault::NotADate("2027-12-31T00:00:00".into())]
    );
    assert_eq!(
        refused_year("announced_to = 2027-12-31", "announced_to = 2027-10-08"),
        [DataFault::NotAnnounced(date!(2027 - 10 - 09))]
    );
    assert!(refused_year("year = 2027", "year = 2028").contains(&DataFault::OtherYear(2028)));
    assert!(matches!(refused_year("make_up", "makeup")[..], [DataFault::Syntax(_)]));
    assert_eq!(refused_year("name = \"元旦\"", "name = \"\""), [DataFault::NoName]);
}

#[test]
fn another_years_notice_shows_by_what_the_regulation_makes_a_day_off() {
    let copied = Source::embedded().into_iter().find(|source| source.name == "2026.toml").unwrap().text;
    let faults = refused("2027.toml", &copied.replace("2026", "2027"));
    assert!(faults.contains(&DataFault::MakeUpOnWeekday(date!(2027 - 01 - 04))), "{faults:?}");
    let worked = |date, name: &str| DataFault::StatutoryWorked { date, name: name.into() };
    let faults = refused_year(
        "{ name = \"端午节\", from = 2027-06-09, to = 2027-06-09 }",
        "{ name = \"端午节\", from = 2027-06-19, to = 2027-06-19 }",
    );
    let miscounted = DataFault::MonthDiffers { month: 6, stated: 21, counted: 22 };
    assert_eq!(faults, [worked(date!(2027 - 06 - 09), "端午节"), miscounted]);
}

#[test]
fn a_year_far_away_is_refused() {
    let far = refused("9027.toml", &YEAR_2027.replace("2027", "9027"));
    assert_eq!(far, [DataFault::UnknownYear { year: 9027, first: 2014, last: 2050 }]);
}

#[test]
fn what_is_announced_later_takes_the_place_of_what_was_reckoned_before() {
    let (before, said) = (Calendar::embedded(), Announcement::read(YEAR_2027).unwrap());
    assert_eq!(said.faults(), []);
    let after = before.with(std::slice::from_ref(&said)).unwrap();
    assert_eq!(before.next_working_day(date!(2026 - 12 - 31)), Due { date: date!(2027 - 01 - 04), provisional: true });
    assert_eq!(after.next_working_day(date!(2026 - 12 - 31)), Due { date: date!(2027 - 01 - 05), provisional: false });
    assert_eq!(before.first_difference(&after), Some(date!(2027 - 01 - 01)), "from then on it is certain");
    assert_eq!(after.first_difference(&before), Some(date!(2027 - 01 - 01)));
    assert_eq!(after.first_difference(&after.with(std::slice::from_ref(&said)).unwrap()), None);
    assert_ne!(after.version(), before.version());
    let text = serde_json::to_string(&said).unwrap();
    assert_eq!(serde_json::from_str::<Announcement>(&text).unwrap(), said);
    let twice = Announcement { make_up: said.make_up.iter().chain(&said.make_up).copied().collect(), ..said };
    let refused = before.with(&[twice]).unwrap_err().faults;
    assert_eq!(refused.len(), 7, "each day is named");
    assert!(refused.iter().all(|fault| fault.file == "2027"));
}

#[test]
fn other_hours_differ_from_the_day_on_which_they_begin() {
    let mut sources = Source::embedded();
    let hours = sources.iter_mut().find(|source| source.name == "hours.toml").unwrap();
    hours.text.push_str("[[periods]]\nfrom = 2026-07-01\nopen = [{ from = \"09:00\", to = \"17:00\" }]\n");
    let longer = Calendar::read(&sources).unwrap();
    assert_eq!(longer.first_difference(&Calendar::embedded()), Some(date!(2026 - 07 - 01)));
}

#[test]
fn a_year_may_be_announced_in_part() {
    let mut sources = Source::embedded();
    let text = YEAR_2027.replace("announced_to = 2027-12-31", "announced_to = 2027-10-31");
    sources.push(Source { name: "2027.toml".into(), text });
    let calendar = Calendar::read(&sources).unwrap();
    assert!(!calendar.day(date!(2027 - 10 - 31)).provisional);
    assert!(calendar.day(date!(2027 - 11 - 01)).provisional);
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
