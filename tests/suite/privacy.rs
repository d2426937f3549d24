//! A person's identity number, full name, telephone and account stand in no log, measurement, trace and message, and on
//! the bus only where `entitlements.toml` says.

mod entitled;
mod marks;
mod project;
mod records;

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context as _, Result, ensure};
use contracts::{
    notification::{Ask, Person, message},
    task::v1::{Assigned, Decided},
    topics,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use time::macros::datetime;
use uuid::Uuid;

use self::{
    marks::{Mark, PHONE, found, marked_opening},
    records::{Record, Rights},
};
use crate::{
    bus::{banks_task, say},
    messages::messages_of,
    support::{Slip, Town, assert_closed, fresh_key},
};

crate::tests! {
    Automatic: what_is_a_persons_own_is_only_where_the_entitlements_say;
    Whole: a_projects_contact_is_known_to_its_departments_and_stands_nowhere_else;
}

async fn a_projects_contact_is_known_to_its_departments_and_stands_nowhere_else(town: &Town) -> Result<()> {
    project::its_contact_stands_nowhere_else(town).await
}

async fn what_is_a_persons_own_is_only_where_the_entitlements_say(town: &Town) -> Result<()> {
    town.spans.keep();
    let (application, marks) = marked_opening();
    let closed = submit(town, &application).await?;
    town.suite.drain().await?;
    assert_closed(&town.case(&closed).await?)?;
    let withdrawn = withdraw_while_the_bank_is_away(town, &application).await?;
    let refused = be_refused(town, &application).await?;
    let strange = ask_for_messages_that_tell_too_much(town).await?;
    town.suite.drain().await?;

    let records = records::all(town).await?;
    let marks = [marks, accounts(&records, &[&closed, &withdrawn])?].concat();
    let rights = Rights::of(&records)?;
    the_bus_holds_nothing_beyond(&rights, &records, &[marks.clone(), refused.clone()].concat())?;
    each_dossier_is_whole(&rights, &records, &closed, &application)?;
    let all = [marks, refused, strange].concat();
    no_log_names(town, &all)?;
    no_signal_names(town, &all).await?;
    no_message_names(town, &all).await
}

async fn submit(town: &Town, application: &Value) -> Result<Slip> {
    let (key, jia) = (fresh_key(), Some("applicant-jia"));
    let answer = town.ask("intake-1", Method::POST, "/v1/applications", jia, Some(&key), Some(application)).await?;
    answer.expect(StatusCode::CREATED)?;
    Slip::of(&answer)
}

/// Tasks are undone and cancelled; the applicant says in his own words why.
async fn withdraw_while_the_bank_is_away(town: &Town, application: &Value) -> Result<Slip> {
    town.suite.stop_process("department-bnk").await?;
    let asked = async {
        let slip = submit(town, application).await?;
        banks_task(town, &slip).await?;
        let fields = &application["fields"];
        let (name, number) = (&fields["founder.2.name"], &fields["founder.2.citizen_id"]);
        let reason = json!({ "reason": format!("股东{name}({number})不办了") });
        let path = format!("/v1/cases/{}/withdrawal", slip.case_id);
        let answer = town.ask("intake-1", Method::POST, &path, Some("applicant-jia"), None, Some(&reason)).await?;
        answer.expect(StatusCode::ACCEPTED)?;
        Ok::<_, anyhow::Error>(slip)
    }
    .await;
    town.suite.start_process("department-bnk").await?;
    let slip = asked?;
    town.suite.drain().await?;
    let case = town.case(&slip).await?;
    ensure!(case["phase"] == "withdrawn", "{case:#}");
    Ok(slip)
}

/// A faulty number, a body of another form, values where an address or a key should be: what was entered comes back
/// nowhere.
async fn be_refused(town: &Town, application: &Value) -> Result<Vec<Mark>> {
    const FAULTY: &str = "370683190708090088";
    const NAME: &str = "灪验标";
    let mut faulty = application.clone();
    faulty["fields"]["founder.1.citizen_id"] = json!(FAULTY);
    faulty["fields"]["founder.1.name"] = json!(NAME);
    let jia = Some("applicant-jia");
    let submit = async |body: &Value| {
        town.ask("intake-2", Method::POST, "/v1/applications", jia, Some(&fresh_key()), Some(body)).await
    };
    let answer = submit(&faulty).await?;
    answer.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "form-faulty")?;
    let marks = vec![Mark::new("a faulty number", FAULTY), Mark::new("its owner", NAME)];
    ensure!(found(&marks, answer.body.to_string().as_bytes()).is_empty(), "the answer repeats it: {}", answer.body);
    let misfit = json!({ "theme": "company-opening", "channel": "online", "fields": format!("{NAME} {FAULTY}") });
    submit(&misfit).await?.expect(StatusCode::BAD_REQUEST)?;
    for path in [format!("/v1/cases/{FAULTY}"), format!("/v1/cases?limit=no{FAULTY}"), format!("/v1/{FAULTY}")] {
        let answer = town.ask("intake-1", Method::GET, &path, jia, None, None).await?;
        ensure!(answer.status.is_client_error(), "{path}: {}", answer.status);
    }
    Ok(marks)
}

/// One message that may be told, and two that another service should never have asked for.
async fn ask_for_messages_that_tell_too_much(town: &Town) -> Result<Vec<Mark>> {
    const NUMBER: &str = "370683190809100098";
    const NAME: &str = "麣验标";
    let jia =
        Person { id: "applicant-jia".into(), phone: PHONE.into(), subject: "applicant-jia".into(), english: false };
    let ask = |template, event| Ask::new(template, Uuid::from_u128(0x0e11), event);
    let asks = [
        ask("N13", "private/1").variable("company", "莱州市验标测试有限公司").variable("m", 148),
        ask("N13", "private/2").full_name("company", NAME).variable("m", 148),
        ask("N12", "private/3").variable("matter", NUMBER).variable("depts", "测试局").variable("summary", "已阅"),
    ];
    for ask in asks {
        let request = ask.to(&jia, datetime!(2025-09-28 09:12 +8));
        let config = town.suite.kafka_config("intake")?;
        say(config, topics::NOTIFICATION_REQUESTS, "intake", message::key(&request), &request).await?;
    }
    Ok(vec![Mark::new("a number in a message", NUMBER), Mark::new("a name in a message", NAME)])
}

/// The accounts that the departments gave these cases.
fn accounts(records: &[Record], slips: &[&Slip]) -> Result<Vec<Mark>> {
    const ACCOUNTS: [&str; 3] = ["account_number", "basic_account_number", "fund_unit_account"];
    let cases: BTreeSet<String> = slips.iter().map(|slip| slip.case_id.to_string()).collect();
    let decided = records.iter().filter_map(Record::decoded::<Decided>).filter(|d| cases.contains(&d.case_id));
    let outputs = decided.flat_map(|decided| decided.outputs);
    let marks: Vec<Mark> = outputs
        .filter(|output| ACCOUNTS.contains(&output.kind.as_str()))
        .map(|output| Mark::new(&output.kind, &output.value))
        .collect();
    for kind in ACCOUNTS {
        ensure!(marks.iter().any(|mark| mark.name == kind), "no {kind} was given");
    }
    Ok(marks)
}

fn the_bus_holds_nothing_beyond(rights: &Rights, records: &[Record], marks: &[Mark]) -> Result<()> {
    let mut leaks = BTreeSet::new();
    for record in records {
        for mark in found(marks, &rights.beyond(record)) {
            leaks.insert(format!("{mark} on {} in {}", record.topic, record.kind()));
        }
    }
    ensure!(leaks.is_empty(), "beyond the entitlements: {leaks:#?}");
    Ok(())
}

/// Each task's department is told all that it may know, so that the search above had something to find.
fn each_dossier_is_whole(rights: &Rights, records: &[Record], slip: &Slip, application: &Value) -> Result<()> {
    let case = slip.case_id.to_string();
    let entered = application["fields"].as_object().context("fields")?;
    let mut tasks = BTreeSet::new();
    for assigned in records.iter().filter_map(Record::decoded::<Assigned>).filter(|a| a.case_id == case) {
        let told: BTreeSet<(String, String)> =
            assigned.dossier.unwrap_or_default().fields.into_iter().map(|field| (field.name, field.value)).collect();
        let code = assigned.task_code;
        for (name, value) in entered.iter().filter(|(name, _)| rights.entitled.may_know(&code, name)) {
            let value = value.as_str().unwrap_or_default().to_owned();
            ensure!(told.contains(&(name.clone(), value)), "{code} is not told {name}");
        }
        tasks.insert(code);
    }
    ensure!(tasks.len() == 8, "eight tasks: {tasks:?}");
    Ok(())
}

fn no_log_names(town: &Town, marks: &[Mark]) -> Result<()> {
    let mut files = Vec::new();
    files_below(&town.suite.run().logs(), &mut files)?;
    for process in town.suite.processes() {
        let own = files.iter().find(|(name, text)| name == process && !text.is_empty());
        own.with_context(|| format!("{process} writes no log"))?;
    }
    for (name, text) in files {
        let names = found(marks, &text);
        ensure!(names.is_empty(), "the log of {name} holds {names:?}");
    }
    Ok(())
}

fn files_below(folder: &Path, files: &mut Vec<(String, Vec<u8>)>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files_below(&path, files)?;
        } else {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            files.push((name, fs::read(&path)?));
        }
    }
    Ok(())
}

/// Spans with their names, attributes and events; measurements with their labels; log lines as they are sent.
async fn no_signal_names(town: &Town, marks: &[Mark]) -> Result<()> {
    let before = town.spans.counted("measurements");
    let measured = || {
        let now = town.spans.counted("measurements");
        let since = |process: &str| now.get(process) > before.get(process);
        town.suite.processes().into_iter().all(since)
    };
    ensure!(town.spans.wait_until(measured).await, "not everybody has measured: {before:?}");
    let sent = town.spans.take();
    for signal in ["spans", "measurements", "lines"] {
        let processes: BTreeSet<&str> =
            sent.iter().filter(|sent| sent.signal == signal).map(|sent| sent.process.as_str()).collect();
        ensure!(processes.contains("intake-1"), "no {signal} of the front desk: {processes:?}");
    }
    for sent in sent {
        let names = found(marks, &sent.wire);
        ensure!(names.is_empty(), "the {} of {} hold {names:?}", sent.signal, sent.process);
    }
    Ok(())
}

/// What the provider got, and what is read in the suite. A telephone stands only in the address.
async fn no_message_names(town: &Town, marks: &[Mark]) -> Result<()> {
    let sink: Value = town.http.get(format!("{}/messages", town.suite.url("sink")?)).send().await?.json().await?;
    let mut messages = sink.as_array().cloned().unwrap_or_default();
    ensure!(
        messages.iter().any(|sms| sms["to"] == json!([PHONE])),
        "the message that may be told was told: {messages:?}"
    );
    for message in &mut messages {
        message["to"] = Value::Null;
    }
    messages.extend(messages_of(town, "applicant-jia").await?);
    for message in messages {
        let names = found(marks, message.to_string().as_bytes());
        ensure!(names.is_empty(), "{names:?} in {message}");
    }
    Ok(())
}
