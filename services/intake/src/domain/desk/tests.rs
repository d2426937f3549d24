use time::{Duration, macros::datetime};

use super::{gap::Signed, *};
use crate::domain::{catalogue::Catalogue, tolerance::undertaking};

const NOW: OffsetDateTime = datetime!(2025-09-15 09:30 +8);

struct Table {
    catalogue: Catalogue,
    calendar: Calendar,
}

impl Table {
    fn set() -> Self {
        Self { catalogue: Catalogue::read(&Catalogue::built_in()).unwrap(), calendar: Calendar::embedded() }
    }

    fn entry(&self, code: &str) -> &Entry {
        self.catalogue.current(code, workdays::city_date(NOW)).unwrap()
    }

    fn missing(&self, code: &str, papers: &[&str]) -> Vec<Missing> {
        papers.iter().filter_map(|paper| missing_of(self.entry(code), paper)).collect()
    }

    fn tolerate(&self, code: &str, papers: &[&str], breaches: &[OffsetDateTime]) -> Result<Desk, NotNow> {
        let (entry, missing) = (self.entry(code), self.missing(code, papers));
        let sm3 = undertaking(entry, &missing).sm3;
        let signed = Signed { sm3: &sm3, by: "a" };
        received().tolerate(entry, &missing, signed, breaches, &self.calendar, NOW)
    }

    fn notice(&self, desk: &Desk, missing: &[&str], defects: &[&str], by: Option<&str>) -> Result<Desk, NotNow> {
        let missing = self.missing("food-stall-filing", missing);
        let defects: Vec<_> = defects.iter().map(|code| ((*code).to_owned(), "不清晰".to_owned())).collect();
        desk.notice(self.entry("food-stall-filing"), &missing, &defects, by, &self.calendar, NOW)
    }
}

fn received() -> Desk {
    Desk::Received { since: Instant(NOW) }
}

fn codes(desk: &Desk) -> Vec<String> {
    desk.open_items().into_iter().map(|item| item.code).collect()
}

#[test]
fn the_first_notice_tells_everything_at_once() {
    let table = Table::set();
    let noticed = table.notice(&received(), &["HEALTH", "WASTE"], &["M01"], None).unwrap();
    assert_eq!(codes(&noticed), ["HEALTH", "WASTE", "M01"]);
    assert_eq!(noticed.phase(true), Phase::CorrectionRequested);
    let entry = table.entry("food-stall-filing");
    assert!(
        matches!(noticed.accept(entry, &[], &table.calendar, NOW), Err(NotNow::Missing(missing)) if missing.len() == 3)
    );
    let half = noticed.corrected(&["HEALTH".to_owned(), "WASTE".to_owned()]);
    assert_eq!(codes(&half), ["M01"]);
    assert!(half.corrected(&["M01".to_owned()]).accept(entry, &[], &table.calendar, NOW).is_ok());
    assert_eq!(table.notice(&received(), &[], &[], None), Err(NotNow::NothingToTell));
}

#[test]
fn a_second_notice_adds_only_with_a_record_of_who_forgot() {
    let table = Table::set();
    let first = table.notice(&received(), &["HEALTH"], &[], None).unwrap();
    let Err(NotNow::Adds(added)) = table.notice(&first, &["HEALTH"], &["LAYOUT"], None) else { panic!("it adds") };
    assert_eq!(added.len(), 1);
    let Ok(Desk::Noticed { notice }) = table.notice(&first, &["HEALTH"], &["LAYOUT"], Some("CTR")) else {
        panic!("with a record it may")
    };
    assert_eq!(notice.overlooked_by.as_deref(), Some("CTR"));
    let added: Vec<_> = notice.items.iter().map(|item| (item.code.as_str(), item.added)).collect();
    assert_eq!(added, [("HEALTH", false), ("LAYOUT", true)]);
    assert_eq!(table.notice(&first, &["HEALTH"], &[], None), Err(NotNow::NothingToTell));
    let brought = first.corrected(&["HEALTH".to_owned()]);
    let Ok(Desk::Noticed { notice }) = table.notice(&brought, &[], &["HEALTH"], None) else {
        panic!("what was told and brought badly is told again")
    };
    assert_eq!((notice.overlooked_by, notice.items.len()), (None, 1));
}

#[test]
fn only_listed_secondary_papers_may_follow() {
    let table = Table::set();
    assert!(table.tolerate("food-stall-filing", &["LAYOUT", "WASTE"], &[]).is_ok());
    let never = |result| match result {
        Err(NotNow::NotTolerable(never)) => never.into_iter().map(|gap: Missing| gap.code).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(never(table.tolerate("food-stall-filing", &["HEALTH", "LAYOUT"], &[])), ["HEALTH"]);
    assert_eq!(never(table.tolerate("gas-facility-alteration", &["M02"], &[])), ["M02"], "it touches safety");
    assert_eq!(table.tolerate("food-stall-filing", &[], &[]), Err(NotNow::NoGap));
    let breaches = [NOW - Duration::days(200), NOW - Duration::days(100), NOW - Duration::days(1)];
    assert!(matches!(table.tolerate("food-stall-filing", &["LAYOUT"], &breaches), Err(NotNow::Barred(_))));
    let entry = table.entry("food-stall-filing");
    let (missing, signed) = (table.missing("food-stall-filing", &["LAYOUT"]), Signed { sm3: "00", by: "a" });
    let other = received().tolerate(entry, &missing, signed, &[], &table.calendar, NOW);
    assert_eq!(other, Err(NotNow::OtherUndertaking));
}

#[test]
fn a_gap_is_closed_in_time_or_the_case_is_returned() {
    let table = Table::set();
    let open = table.tolerate("food-stall-filing", &["LAYOUT", "WASTE"], &[]).unwrap();
    let (layout, waste) = (["LAYOUT".to_owned()], ["WASTE".to_owned()]);
    let half = open.fill(&layout, NOW).unwrap();
    assert!(matches!(half.fill(&waste, NOW), Ok(Desk::Accepted { .. })));
    assert_eq!(open.fill(&["M01".to_owned()], NOW), Err(NotNow::NoGap));
    let over = datetime!(2025-09-19 0:00 +8);
    assert!(half.fill(&waste, over - Duration::SECOND).is_ok());
    assert_eq!(half.fill(&waste, over), Err(NotNow::TooLate));
    assert_eq!(half.expire(over - Duration::SECOND), None);
    assert!(matches!(half.expire(over), Some(Desk::Returned { .. })));
    let longer = half.extend(&table.calendar, NOW).unwrap();
    assert_eq!(longer.expire(over), None);
    assert_eq!(longer.extend(&table.calendar, NOW), Err(NotNow::ExtendedBefore));
    assert!(open.remind(datetime!(2025-09-17 09:00 +8)).unwrap().remind(over - Duration::SECOND).is_none(), "once");
}

#[test]
fn what_nobody_knows_yet_is_shown_the_way_or_escalated() {
    let table = Table::set();
    let entry = table.entry("unlisted-matter");
    assert_eq!(received().accept(entry, &[], &table.calendar, NOW), Err(NotNow::Undetermined));
    let Ok(Desk::Escalated { due, .. }) = received().escalate(&table.calendar, NOW) else { panic!("it is escalated") };
    assert_eq!(due.0, datetime!(2025-09-15 10:00 +8));
    let label = || Label::new("去那边", "there");
    let way = Signpost { method: label(), department: label(), address: label(), phone: "12345".into() };
    let shown = received().escalate(&table.calendar, NOW).unwrap().signpost(way.clone(), NOW).unwrap();
    assert_eq!(shown.phase(true), Phase::Signposted);
    assert_eq!(shown.signpost(way, NOW), Err(NotNow::Decided));
    assert_eq!(shown.escalate(&table.calendar, NOW), Err(NotNow::Decided));
}
