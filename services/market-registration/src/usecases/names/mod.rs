//! One file a verb: a name is declared, looked at, given up, imported.

pub mod consents;
pub mod declare;
pub mod follow;
pub mod import;
mod lines;
pub mod release;
pub mod show;

use chassis::http::By;
use mailbox::{Changes, Message};
use serde_json::{Value, json};
use time::{Date, OffsetDateTime};

use crate::{
    domain::names::{Name, SlotState},
    service::MarketRegistration,
    store::names::{NameRow, SlotRow},
};

/// When a place that came into this state on `day` is free; none while it is kept.
fn free_at(desk: &MarketRegistration, state: SlotState, day: Date) -> Option<OffsetDateTime> {
    desk.names.held(state).years.map(|years| desk.calendar().years_after(day, years).end())
}

/// Writes what has happened to a name: the fact, the name and its place.
pub fn settle(changes: &mut Changes, name: &mut Name, kind: &str, by: &By, now: OffsetDateTime) {
    settle_with(changes, name, (kind, by, now), json!({}), vec![]);
}

/// The same, with more of the fact and the messages that it causes.
pub fn settle_with(
    changes: &mut Changes,
    name: &mut Name,
    (kind, by, now): (&str, &By, OffsetDateTime),
    more: Value,
    messages: Vec<Message>,
) {
    let mut body = json!({
        "name": name.full,
        "authority": name.key.authority,
        "industry": name.key.industry,
        "state": name.state,
    });
    if let Some(company) = &name.company {
        body["credit_code"] = json!(company);
    }
    if !name.stated.grounds.is_empty() {
        body["grounds"] = json!(name.stated.grounds);
    }
    if let Some(investment) = &name.stated.investment {
        body["investment_with"] = json!(investment.company);
    }
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    changes.record(&mut name.stem, by.fact(kind, now, body), messages);
    changes.put(NameRow::of(name));
    changes.put(SlotRow::of(name, now));
}
