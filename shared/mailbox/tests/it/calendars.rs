//! A year is announced: one instance hears it, both reckon by it, and what is open is reckoned again.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use contracts::{
    calendar::{message, v1::YearAnnounced},
    topics::CALENDAR_YEARS,
};
use mailbox::{
    Handler, Incoming, Mailbox, Message, Stem, Timer, Verdict,
    calendar::{Hearing, RECKON},
    republish,
};
use prost::Message as _;
use testkit::{Database, Kit, MORNING, Staff, clocks, until};
use time::{Date, macros::date};
use uuid::Uuid;
use workdays::Announcement;

use crate::desk::{TABLES, fact, load};

const NOTICE: &str = include_str!("../../../workdays/tests-data/2027.toml");
const NEW_YEARS_EVE: Date = date!(2026 - 12 - 31);

/// A service that writes down how often each of its cases was reckoned again, and by which calendar. One case is decided by a
/// colleague while it is reckoned.
#[derive(Default)]
struct Office {
    reckoned: Mutex<HashMap<Uuid, Vec<String>>>,
    decided_meanwhile: Mutex<Option<Uuid>>,
}

#[async_trait]
impl Handler for Office {
    async fn handle(&self, _: &Mailbox, batch: &[Incoming]) -> Result<Vec<Verdict>, sqlx::Error> {
        panic!("nothing but years is heard here: {batch:?}")
    }

    async fn fire(&self, mailbox: &Mailbox, due: &[Timer]) -> Result<Vec<Verdict>, sqlx::Error> {
        let version = mailbox.calendar().version().to_owned();
        let decided = self.decided_meanwhile.lock().unwrap().take_if(|case| due.iter().any(|due| due.owner == *case));
        if let Some(case) = decided {
            let mut stem = load(mailbox.db(), vec![case]).await.unwrap().remove(&case).unwrap().0;
            let mut changes = mailbox.changes();
            changes.record(&mut stem, fact(mailbox, "decided"), vec![]);
            mailbox.commit(changes).await.unwrap();
        }
        let mut reckoned = self.reckoned.lock().unwrap();
        for timer in due {
            assert_eq!(timer.name, RECKON);
            reckoned.entry(timer.owner).or_default().push(version.clone());
        }
        Ok(due.iter().map(|_| Ok(mailbox.changes())).collect())
    }

    fn open_subjects(&self) -> Option<&'static str> {
        Some("select id from subjects where kind = 'case'")
    }
}

impl Office {
    fn times(&self, case: Uuid) -> usize {
        self.reckoned.lock().unwrap().get(&case).map_or(0, Vec::len)
    }
}

/// The day after which the city works again, by this instance.
fn works_again(mailbox: &Mailbox) -> (Date, bool) {
    let due = mailbox.calendar().next_working_day(NEW_YEARS_EVE);
    (due.date, due.provisional)
}

/// The front desk takes a year in.
async fn announce(intake: &Mailbox, stem: &mut Stem, said: &YearAnnounced) {
    let mut changes = intake.changes();
    changes.record(stem, fact(intake, "year_announced"), vec![Message::new(CALENDAR_YEARS, said.year, said)]);
    intake.commit(changes).await.unwrap();
}

async fn concluded(database: &Database, by: &Mailbox) {
    let version = by.calendar().version().to_owned();
    let count = format!("select count(*) from calendar_reckoned where version = '{version}'");
    until("everything is reckoned", async || Ok(database.count(&count).await == 1)).await;
}

pub async fn a_year_is_heard_once_and_every_instance_reckons_by_it(kit: Arc<Kit>) {
    let ground = kit.ground().await;
    let bus = ground.bus().await;
    let desk = ground.database(&TABLES).await;
    let intake = desk.mailbox("intake", clocks(), 61);
    let speaker = Staff::of(&intake).relay(bus.config());

    let database = ground.database(&TABLES).await;
    let (one, other) = (database.mailbox("here", clocks(), 62), database.mailbox("here", clocks(), 63));
    let office = Arc::new(Office::default());
    let hire = |mailbox: &Mailbox| {
        let hearing: Arc<dyn Handler> = Arc::new(Hearing(office.clone()));
        let open = hearing.open_subjects();
        Staff::of(mailbox)
            .relay(bus.config())
            .consumer(bus.member("here"), &[CALENDAR_YEARS], hearing.clone())
            .timers(hearing)
            .calendar(open)
    };
    let (first, second) = (hire(&one), hire(&other));
    // Nothing was ever reckoned here: there is nothing to reckon again.
    concluded(&database, &one).await;
    let cases = [one.new_id(), one.new_id()];
    for case in cases {
        let mut changes = one.changes();
        changes.record(&mut Stem::new(case, "case"), fact(&one, "received"), vec![]);
        one.commit(changes).await.unwrap();
    }
    *office.decided_meanwhile.lock().unwrap() = Some(cases[0]);
    assert_eq!(
        (works_again(&one), works_again(&other)),
        ((date!(2027 - 01 - 04), true), (date!(2027 - 01 - 04), true))
    );

    let said = Announcement::read(NOTICE).unwrap();
    let mut year = Stem::new(intake.new_id(), "year");
    let mut sent = message(&said, 1, MORNING);
    announce(&intake, &mut year, &sent).await;
    let both = || [works_again(&one), works_again(&other)];
    until("both know", async || Ok(both() == [(date!(2027 - 01 - 05), false); 2])).await;
    // What was decided by whoever had not heard yet is reckoned once more, and only that.
    concluded(&database, &one).await;
    until("it is reckoned once more", async || Ok(cases.map(|case| office.times(case)) == [2, 1])).await;
    let by = one.calendar().version().to_owned();
    assert!(office.reckoned.lock().unwrap().values().flatten().all(|version| *version == by));

    // A message that is not of its form is parked; another year's days, a day twice, an older word change nothing.
    let mut copied = sent.clone();
    copied.make_up.push("2028-01-08".to_owned());
    copied.revision = 2;
    announce(&intake, &mut year, &copied).await;
    until("it is parked", async || Ok(database.count("select count(*) from parked").await == 1)).await;
    let told = "select count(*) from parked where code = 'year_refused' and reason like '%2028-01-08%'";
    assert_eq!(database.count(told).await, 1);
    assert_eq!(both(), [(date!(2027 - 01 - 05), false); 2]);

    // A later notice about the same year takes the place of the first.
    sent.revision = 3;
    sent.holidays[0].to = "2027-01-03".to_owned();
    sent.make_up.retain(|day| day != "2027-01-09");
    announce(&intake, &mut year, &sent).await;
    until("both know", async || Ok(both() == [(date!(2027 - 01 - 04), false); 2])).await;
    first.stop().await;
    second.stop().await;

    // It holds after a restart, while the broker is away.
    let again = database.mailbox("here", clocks(), 64);
    assert!(again.take_up_calendar().await.unwrap());
    assert_eq!(
        (works_again(&again), again.calendar().version()),
        ((date!(2027 - 01 - 04), false), one.calendar().version())
    );

    // Said again, an older word does not come to lie behind the newest.
    speaker.stop().await;
    let count = republish(&intake, &bus.config(), time::OffsetDateTime::UNIX_EPOCH, &[CALENDAR_YEARS.to_owned()]).await;
    assert_eq!(count.unwrap(), 1);
    let lies: Vec<u32> = bus.read(CALENDAR_YEARS).await.iter().map(revision).collect();
    assert_eq!(lies, [1, 2, 3, 3]);
}

fn revision(sent: &testkit::Sent) -> u32 {
    YearAnnounced::decode(sent.body.as_slice()).unwrap().revision
}
