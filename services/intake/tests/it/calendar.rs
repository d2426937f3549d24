//! Days that nobody has announced yet: they are shown as provisional, and when the notice comes whoever was told another day is
//! told once.

use std::sync::Arc;

use contracts::{calendar::v1::YearAnnounced, intake::v1::DeskDecided, schema::Event, topics};
use intake::usecases::years::gazette::{self, Found};
use mailbox::calendar::YearRow;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Kit, reckon_again};
use time::{OffsetDateTime, macros::datetime};
use workdays::Announcement;

use crate::hall::{Hall, applicant, clerk, events, for_whom, pointers, stall};

const NEW_YEARS_EVE: OffsetDateTime = datetime!(2026-12-31 10:00 +8);
const NOTICE: &str = include_str!("../../../../shared/workdays/tests-data/2027.toml");

fn operator() -> Value {
    json!({ "sub": "operator-hall", "name": "测试运维", "roles": ["operator"] })
}

/// The made-up notice as an operator writes it, by which Monday 4 January is off and Saturday the 9th is worked.
fn notice() -> Value {
    let said = Announcement::read(NOTICE).unwrap();
    let mut written = serde_json::to_value(said).unwrap();
    written.as_object_mut().unwrap().remove("year");
    written
}

/// Every process takes a year up that its database has heard.
async fn heard(hall: &Hall, revision: u32, said: Announcement) {
    let mut changes = hall.mailbox.changes();
    changes.announce(YearRow { revision, said });
    hall.mailbox.commit(changes).await.unwrap();
    hall.mailbox.take_up_calendar().await.unwrap();
}

/// Messages of one type on a topic, in order.
async fn said<M: Event>(hall: &Hall, topic: &str) -> Vec<M> {
    let bodies: Vec<Vec<u8>> =
        sqlx::query_scalar("select body from outbox where topic = $1 and kind = $2 order by seq")
            .bind(topic)
            .bind(M::kind())
            .fetch_all(hall.mailbox.db())
            .await
            .unwrap();
    bodies.iter().map(|body| M::decode(body.as_slice()).unwrap()).collect()
}

/// A stall that lacks two papers, which may follow: until Tuesday the 5th, for the Friday is off.
async fn tolerated(hall: &Hall) -> (String, Value) {
    let who = applicant("xin");
    let mut body = stall("online", &hall.bring_all(&who, &["M01", "HEALTH"]).await);
    body["undertaking_sm3"] = hall.undertaking("WASTE,LAYOUT").await;
    hall.file(&who, &body).await
}

/// A stall that lacks nothing.
async fn accepted(hall: &Hall) -> (String, Value) {
    let who = applicant("xin");
    let papers = hall.bring_all(&who, &["M01", "HEALTH", "LAYOUT", "WASTE"]).await;
    hall.file(&who, &stall("online", &papers)).await
}

pub async fn what_rests_on_unannounced_days_says_so_everywhere(kit: Arc<Kit>) {
    let hall = Hall::open_at(&kit, NEW_YEARS_EVE).await;
    let (case, slip) = accepted(&hall).await;
    let shown = hall.get(Some(&applicant("xin")), &case).await;
    // Three working days after New Year's Eve: the 4th, 5th and 6th, for the Friday is off by the regulation.
    assert_eq!(
        (&shown["open"][0]["due_at"], &shown["open"][0]["provisional"]),
        (&json!("2027-01-07T00:00:00+08:00"), &json!(true))
    );
    assert_eq!(hall.told(&slip).await[0].1["due"], "2027-01-06(暂定)");

    let (case, slip) = tolerated(&hall).await;
    let shown = hall.get(Some(&applicant("xin")), &case).await;
    let at_desk = &shown["desk"];
    assert_eq!((&at_desk["due_at"], &at_desk["provisional"]), (&json!("2027-01-07T00:00:00+08:00"), &json!(true)));
    assert_eq!(hall.progress(&slip).await["desk"]["provisional"], true, "whoever holds the slip reads it too");
    let told = hall.told(&slip).await;
    assert_eq!((told[0].0.as_str(), told[0].1["due"].as_str()), ("N05", "2027-01-06(暂定)"));
    let step =
        shown["steps"].as_array().unwrap().iter().find(|step| step["event"] == "case_accepted_with_gaps").unwrap();
    assert!(step["words"]["zh"].as_str().unwrap().contains("2027-01-06(暂定)"), "{step}");
    assert!(step["words"]["en"].as_str().unwrap().contains("2027-01-06 (provisional)"), "{step}");
    let decided: Vec<DeskDecided> = said(&hall, topics::INTAKE_CASES).await;
    assert!(decided.last().unwrap().provisional, "{decided:?}");

    // What is certain says nothing of it.
    let sure = Hall::open(&kit).await;
    let (case, slip) = tolerated(&sure).await;
    let shown = sure.get(Some(&applicant("xin")), &case).await;
    assert_eq!((&shown["desk"]["provisional"], &shown["open"][0]["provisional"]), (&json!(false), &json!(false)));
    assert_eq!(sure.told(&slip).await[0].1["due"], "2025-09-18");
}

pub async fn a_year_that_is_announced_moves_days_and_tells_once(kit: Arc<Kit>) {
    let hall = Hall::open_at(&kit, NEW_YEARS_EVE).await;
    let (whole, whole_slip) = accepted(&hall).await;
    let (gap, gap_slip) = tolerated(&hall).await;
    let before = (hall.told(&whole_slip).await.len(), hall.told(&gap_slip).await.len());

    let said_of_it = Announcement::read(NOTICE).unwrap();
    heard(&hall, 1, said_of_it.clone()).await;
    // As often as processes are killed in between, or the year is heard again.
    for revision in 1..4 {
        reckon_again(&hall.mailbox, &*hall.handler).await;
        heard(&hall, revision, said_of_it.clone()).await;
    }
    let xin = applicant("xin");
    let shown = hall.get(Some(&xin), &whole).await;
    // Monday is off as well: the 5th, 6th and 7th.
    assert_eq!(
        (&shown["open"][0]["due_at"], &shown["open"][0]["provisional"]),
        (&json!("2027-01-08T00:00:00+08:00"), &json!(false))
    );
    assert_eq!(events(&shown), ["due_moved"]);
    assert_eq!(shown["steps"][0]["words"]["zh"], "放假安排已公布,期限改为2027-01-07");
    let shown = hall.get(Some(&xin), &gap).await;
    assert_eq!(
        (&shown["desk"]["due_at"], &shown["desk"]["provisional"]),
        (&json!("2027-01-08T00:00:00+08:00"), &json!(false))
    );
    for (slip, before) in [(&whole_slip, before.0), (&gap_slip, before.1)] {
        let told = hall.told(slip).await;
        assert_eq!(told.len(), before + 1, "once: {told:?}");
        let (template, variables) = told.last().unwrap();
        assert_eq!(template, "N21");
        assert_eq!((variables["old"].as_str(), variables["due"].as_str()), ("2027-01-06", "2027-01-07"));
    }
    // The fact names the calendar, and the timers follow it.
    let id = gap.rsplit('/').next().unwrap();
    let body: Vec<u8> = sqlx::query_scalar("select body from ledger where subject = $1::uuid and kind = 'due_moved'")
        .bind(id)
        .fetch_one(hall.mailbox.db())
        .await
        .unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["calendar"], hall.mailbox.calendar().version());
    let due: OffsetDateTime =
        sqlx::query_scalar("select due_at from timers where owner = $1::uuid and name = 'gap_due'")
            .bind(id)
            .fetch_one(hall.mailbox.db())
            .await
            .unwrap();
    assert_eq!(due, datetime!(2027-01-08 0:00 +8));
    hall.time_is(datetime!(2027-01-07 23:59 +8)).await;
    assert_eq!(hall.get(Some(&xin), &gap).await["phase"], "running");
    hall.time_is(datetime!(2027-01-08 0:00 +8)).await;
    assert_eq!(hall.get(Some(&xin), &gap).await["phase"], "returned");
}

pub async fn an_undecided_case_and_a_day_that_is_over_stay_as_they_were_told(kit: Arc<Kit>) {
    let hall = Hall::open_at(&kit, NEW_YEARS_EVE).await;
    let mut body = for_whom("xin", stall("window", &hall.bring_all(&clerk(), &["M01", "HEALTH"]).await));
    body["as_it_stands"] = json!(true);
    let (case, slip) = hall.file(&clerk(), &body).await;
    let shown = hall.get(Some(&clerk()), &case).await;
    let window = &shown["open"][0];
    assert_eq!((&window["due_at"], &window["provisional"]), (&json!("2027-01-09T00:00:00+08:00"), &json!(true)));
    let (gap, gap_slip) = tolerated(&hall).await;
    let told = (hall.told(&slip).await.len(), hall.told(&gap_slip).await.len());

    // On the 6th the gap's last day has begun; by a notice that comes so late its time would have been over before.
    hall.time_is(datetime!(2027-01-06 23:00 +8)).await;
    let mut late = Announcement::read(NOTICE).unwrap();
    late.make_up.clear();
    late.holidays[0].to = late.holidays[0].from;
    late.working_days = workdays_of(&late);
    heard(&hall, 1, late).await;
    reckon_again(&hall.mailbox, &*hall.handler).await;
    let shown = hall.get(Some(&clerk()), &case).await;
    let window = &shown["open"][0];
    assert_eq!(
        (&window["due_at"], &window["provisional"]),
        (&json!("2027-01-09T00:00:00+08:00"), &json!(false)),
        "certain now"
    );
    assert_eq!(hall.get(Some(&applicant("xin")), &gap).await["desk"]["due_at"], "2027-01-07T00:00:00+08:00");
    let after = (hall.told(&slip).await.len(), hall.told(&gap_slip).await.len());
    // The reminder was due meanwhile; nobody is told of a day that stays.
    assert_eq!(after, (told.0, told.1 + 1));
    assert_eq!(hall.told(&gap_slip).await.last().unwrap().0, "N06");
}

/// As whoever writes a notice counts them.
fn workdays_of(said: &Announcement) -> Vec<u8> {
    let is_off = |day: time::Date| said.holidays.iter().any(|off| (off.from..=off.to).contains(&day));
    let weekend = |day: time::Date| matches!(day.weekday(), time::Weekday::Saturday | time::Weekday::Sunday);
    let works = |day: time::Date| said.make_up.iter().any(|worked| worked.0 == day) || !(weekend(day) || is_off(day));
    let mut counted = vec![0; 12];
    let mut day = time::macros::date!(2027 - 01 - 01);
    while day.year() == 2027 {
        counted[usize::from(u8::from(day.month())) - 1] += u8::from(works(day));
        day = day.next_day().unwrap();
    }
    counted
}

pub async fn an_operator_announces_a_year_and_hears_everything_that_is_wrong(kit: Arc<Kit>) {
    let hall = Hall::open_at(&kit, NEW_YEARS_EVE).await;
    let path = "/v1/calendar/years/2027";
    let put = async |who: Option<&Value>, body: &Value| hall.ask(who, Method::PUT, path, Some(body)).await;
    assert_eq!(put(None, &notice()).await.0, 401);
    assert_eq!(put(Some(&clerk()), &notice()).await.0, 403);
    let mut wrong = notice();
    wrong["announced_to"] = json!("soon");
    wrong["make_up"][0] = json!("2027-02-30");
    wrong["notices"][0]["title"] = json!("通知\u{0}");
    let (status, told) = put(Some(&operator()), &wrong).await;
    assert_eq!((status, pointers(&told).len()), (422, 3), "{told}");
    assert!(pointers(&told).contains(&"/notices/0/title"), "{told}");
    let of_2027 = async || {
        let all: Vec<YearAnnounced> = said(&hall, topics::CALENDAR_YEARS).await;
        all.into_iter().filter(|said| said.year == 2027).map(|said| said.revision).collect::<Vec<_>>()
    };
    assert_eq!(of_2027().await, [] as [u32; 0], "nothing was taken in");

    assert_eq!(put(Some(&operator()), &notice()).await.1["revision"], 1);
    assert_eq!(put(Some(&operator()), &notice()).await.1["is_news"], false, "the same again changes nothing");
    let mut later = notice();
    later["notices"][0]["number"] = json!("国办发明电〔2026〕99号");
    assert_eq!(put(Some(&operator()), &later).await.1["revision"], 2);
    assert_eq!(of_2027().await, [1, 2]);
    let listed = hall.get(Some(&operator()), "/v1/calendar/years").await;
    let years = listed["years"].as_array().unwrap();
    let last = years.last().unwrap();
    assert_eq!(
        (&last["year"], &last["revision"], &last["announced_by"]),
        (&json!(2027), &json!(2), &json!("operator-hall"))
    );
    assert_eq!(last["notice"], later);
    assert_eq!(years[0]["announced_by"], "program");
    // What the program was built with is said once, and 2027 is nobody's but the operator's.
    let all: Vec<YearAnnounced> = said(&hall, topics::CALENDAR_YEARS).await;
    hall.second_desk().await;
    assert_eq!(said::<YearAnnounced>(&hall, topics::CALENDAR_YEARS).await.len(), all.len());
}

pub async fn a_folder_of_notices_is_taken_in_and_never_undoes_a_later_word(kit: Arc<Kit>) {
    let hall = Hall::open_at(&kit, NEW_YEARS_EVE).await;
    let folder = tempfile::tempdir().unwrap();
    let look = async || gazette::read(&hall.mailbox, gazette::find(folder.path())).await.unwrap();
    let refused = async || hall.get(Some(&operator()), "/v1/calendar/years").await["refused"].clone();
    std::fs::write(folder.path().join("2027.toml"), NOTICE.replace("year = 2027", "year = 2028")).unwrap();
    std::fs::write(folder.path().join("notes.txt"), "not for us").unwrap();
    look().await;
    look().await;
    let wrong = refused().await;
    assert_eq!((wrong.as_array().unwrap().len(), &wrong[0]["file"]), (1, &json!("2027.toml")), "{wrong}");
    assert!(wrong[0]["faults"][0]["zh"].as_str().unwrap().contains("2028"), "{wrong}");

    std::fs::write(folder.path().join("2027.toml"), NOTICE).unwrap();
    look().await;
    look().await;
    assert_eq!(refused().await, json!([]));
    let of_2027 = async || {
        let listed = hall.get(Some(&operator()), "/v1/calendar/years").await;
        listed["years"].as_array().unwrap().iter().find(|year| year["year"] == 2027).cloned().unwrap()
    };
    let year = of_2027().await;
    assert_eq!((&year["revision"], &year["announced_by"]), (&json!(1), &json!("calendar_folder/2027.toml")));
    // A later word holds, although the file still lies there.
    let mut later = notice();
    later["notices"][0]["number"] = json!("国办发明电〔2026〕99号");
    hall.ask(Some(&operator()), Method::PUT, "/v1/calendar/years/2027", Some(&later)).await;
    look().await;
    assert_eq!(of_2027().await["revision"], 2);
    let gone = vec![Found { file: "2028.toml".to_owned(), text: Err("it is gone".to_owned()) }];
    gazette::read(&hall.mailbox, gone).await.unwrap();
    assert_eq!(refused().await[0]["file"], "2028.toml");
}
