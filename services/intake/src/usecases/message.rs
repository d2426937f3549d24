//! What the applicant is told by message (通知, domain 9.2): asked for in the commit of the fact itself, so that it is
//! neither lost nor asked for twice.

use std::collections::BTreeMap;

use contracts::{
    links::Link,
    notification::{Ask, Person, message},
    topics,
};
use mailbox::Message;
use time::OffsetDateTime;
use workdays::city_date;

use crate::domain::{
    case::Case,
    catalogue::Entry,
    desk::{Desk, again::ToldDay},
    form::Kind,
    tolerance::Tolerance,
};

/// The form's field that names the company.
const COMPANY: &str = "company_name";

/// Most characters of a list of papers in a message.
const LONGEST_LIST: usize = 120;

/// What was entered, by field.
pub type Entered = BTreeMap<String, String>;

/// The applicant, at the first telephone that the form asks for.
#[must_use]
pub fn applicant(case: &Case, entry: &Entry, entered: &Entered) -> Person {
    let phone = entry.form.fields.iter().find(|field| field.kind == Kind::Phone);
    let phone = phone.and_then(|field| entered.get(&field.name)).map(|phone| phone.trim().to_owned());
    let id = case.applicant.clone();
    Person { subject: id.clone(), id, phone: phone.unwrap_or_default(), english: false }
}

/// What is told on receipt: the outcome where there is one; otherwise that the papers are here (N02). So it is, too, where
/// what was accepted is done on the same day.
#[must_use]
pub fn on_receipt(case: &Case, entry: &Entry, outcome: &Desk, person: &Person) -> Message {
    let told = ask(case, entry, standing(outcome), outcome);
    let received =
        || about(case, "N02", "case_received").variable("no", &case.number).variable("code", &case.query_code);
    request(&told.unwrap_or_else(received), person, case.received_at)
}

/// What is told of an outcome under the name of its fact; nothing where it leaves the applicant nothing to know or do.
#[must_use]
pub fn on_outcome(
    case: &Case,
    entry: &Entry,
    (event, outcome): (&str, &Desk),
    (person, now): (&Person, OffsetDateTime),
) -> Option<Message> {
    ask(case, entry, event, outcome).map(|ask| request(&ask, person, now))
}

/// The company is open (N13), after so many window minutes.
#[must_use]
pub fn on_opened(case: &Case, entry: &Entry, entered: &Entered, minutes: u32, now: OffsetDateTime) -> Option<Message> {
    let company = entered.get(COMPANY)?.trim();
    let ask = about(case, "N13", "case_closed").variable("company", company).variable("m", minutes);
    Some(request(&ask, &applicant(case, entry, entered), now))
}

/// The fact that leads to an outcome which is given on receipt.
fn standing(outcome: &Desk) -> &'static str {
    match outcome {
        Desk::Accepted { .. } => "case_accepted",
        Desk::Tolerated { .. } => "case_accepted_with_gaps",
        Desk::Noticed { .. } => "one_time_notice",
        Desk::Signposted { .. } => "signposted",
        Desk::Received { .. } | Desk::Escalated { .. } | Desk::Returned { .. } => "",
    }
}

/// The day that the applicant was told is another one, because a year was announced (N21).
#[must_use]
pub fn on_day_moved(
    case: &Case,
    entry: &Entry,
    (before, after): (&ToldDay, &ToldDay),
    (person, now): (&Person, OffsetDateTime),
) -> Message {
    let ask = about(case, "N21", &once(case, "due_moved"))
        .variable("item", &entry.name.zh)
        .variable("old", &before.on)
        .variable("due", after.words());
    request(&ask, person, now)
}

fn ask(case: &Case, entry: &Entry, event: &str, outcome: &Desk) -> Option<Ask> {
    let item = |ask: Ask| ask.variable("item", &entry.name.zh);
    let day = || outcome.told_day().map(|day| day.words()).unwrap_or_default();
    Some(match (event, outcome) {
        // What is done on the same day promises no days: its end is told, or its owner tells it.
        ("case_accepted", Desk::Accepted { at, due: Some(_) }) => item(about(case, "N03", &once(case, event)))
            .variable("date", city_date(at.0))
            .variable("no", &case.number)
            .variable("n", entry.promised_days)
            .variable("due", day()),
        ("one_time_notice" | "notice_amended", Desk::Noticed { .. }) => item(about(case, "N04", &once(case, event)))
            .variable("n", outcome.open_items().len())
            .link("url", &Link::progress(&case.number, &case.query_code))
            .variable("due", day()),
        ("case_accepted_with_gaps" | "gap_extended", Desk::Tolerated { tolerance }) => {
            item(about(case, "N05", &once(case, event))).variable("due", day()).variable("list", papers(tolerance))
        }
        ("gap_reminded", Desk::Tolerated { .. }) => item(about(case, "N06", &once(case, event))).variable("due", day()),
        ("signposted", Desk::Signposted { signpost, .. }) => about(case, "N11", &once(case, event))
            .variable("matter", &entry.name.zh)
            .variable("dept", &signpost.department.zh)
            .variable("addr", &signpost.address.zh)
            .variable("tel", &signpost.phone),
        _ => return None,
    })
}

fn about(case: &Case, template: &str, event: &str) -> Ask {
    Ask::new(template, case.id(), event).case_number(&case.number)
}

/// Names one happening in the case: a second notice is another event than the first.
fn once(case: &Case, event: &str) -> String {
    format!("{event}/{}", case.stem.sequence() + 1)
}

fn request(ask: &Ask, person: &Person, at: OffsetDateTime) -> Message {
    let request = ask.to(person, at);
    Message::new(topics::NOTIFICATION_REQUESTS, message::key(&request), &request)
}

fn papers(tolerance: &Tolerance) -> String {
    let names: Vec<&str> = tolerance.gaps.iter().map(|gap| gap.name.zh.as_str()).collect();
    let list = names.join("、");
    if list.chars().count() <= LONGEST_LIST {
        return list;
    }
    let first: String = list.chars().take(LONGEST_LIST).collect();
    format!("{first}……等{}份材料", names.len())
}
