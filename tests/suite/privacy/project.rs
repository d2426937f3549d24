//! The contact of a construction project.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};
use contracts::task::v1::Assigned;
use local::investor::Investor;
use serde_json::{Value, json};

use super::{
    marks::{Mark, found},
    no_log_names, no_signal_names,
    records::{self, Record, Rights},
    the_bus_holds_nothing_beyond,
};
use crate::{
    project::{STAGES, assert_closed, register},
    support::{Town, fresh_key},
};

const CONTACT: [(&str, &str); 2] = [("contact.name", "矗验标"), ("contact.phone", "10087650001")];
const FAULTY_PHONE: &str = "1008765000219";

/// One project goes to its end; another is applied for with a faulty number at first, and withdrawn in the end.
pub async fn its_contact_stands_nowhere_else(town: &Town) -> Result<()> {
    town.spans.keep();
    let entered = BTreeMap::from(CONTACT);
    let carried = register(town, &fresh_key()).await?;
    carried.waive_publicity().await?;
    carried.acknowledge().await?;
    carried.apply_with(&STAGES, &entered).await?;
    let withdrawn = register(town, &fresh_key()).await?;
    withdrawn.acknowledge().await?;
    be_refused(&withdrawn).await?;
    withdrawn.apply_with(&["A"], &entered).await?;
    withdrawn.done("/withdrawal", &json!({})).await?;
    town.suite.drain().await?;
    assert_closed(&carried).await?;
    ensure!(withdrawn.get("").await?["phase"] == "withdrawn", "it was withdrawn");

    let marks = CONTACT.into_iter().chain([("a faulty number", FAULTY_PHONE)]);
    let marks: Vec<Mark> = marks.map(|(name, value)| Mark::new(name, value)).collect();
    let records = records::all(town).await?;
    let rights = Rights::of(&records)?;
    the_bus_holds_nothing_beyond(&rights, &records, &marks)?;
    each_department_is_told(&rights, &records, carried.project())?;
    no_log_names(town, &marks)?;
    no_signal_names(town, &marks).await?;
    no_message_names(town, &marks).await
}

/// A faulty number comes back nowhere.
async fn be_refused(investor: &Investor<'_>) -> Result<()> {
    let mut fields = BTreeMap::from(CONTACT);
    fields.insert("contact.phone", FAULTY_PHONE);
    fields.insert("construction_content", "厂房");
    let (status, told) = investor.post("/stages/A/application", &json!({"fields": fields, "papers": []})).await?;
    ensure!(status == 422 && !told.to_string().contains(FAULTY_PHONE), "{status} {told}");
    Ok(())
}

/// Who may know the contact is told it, so that the search on the bus had something to find.
fn each_department_is_told(rights: &Rights, records: &[Record], project: &str) -> Result<()> {
    let mut told = BTreeSet::new();
    for assigned in records.iter().filter_map(Record::decoded::<Assigned>).filter(|of| of.case_id == project) {
        let fields = assigned.dossier.unwrap_or_default().fields;
        for (name, value) in CONTACT {
            let knows = fields.iter().any(|field| field.name == name && field.value == value);
            ensure!(knows == rights.entitled.may_know(&assigned.task_code, name), "{} and {name}", assigned.task_code);
        }
        told.insert(assigned.task_code);
    }
    ensure!(told.len() > 40, "every item was assigned: {told:?}");
    Ok(())
}

/// What was sent; a telephone stands only in the address.
async fn no_message_names(town: &Town, marks: &[Mark]) -> Result<()> {
    let sent: Value = town.http.get(format!("{}/messages", town.suite.url("sink")?)).send().await?.json().await?;
    for mut message in sent.as_array().cloned().unwrap_or_default() {
        message["to"] = Value::Null;
        let names = found(marks, message.to_string().as_bytes());
        ensure!(names.is_empty(), "{names:?} in {message}");
    }
    Ok(())
}
