//! A year is announced while the whole city works: every process reckons by it without a restart, and whoever was told another
//! day is told once. It stands last among the tests of its suite: business time goes on to the end of 2026.

use std::{collections::BTreeMap, fmt::Write as _};

use anyhow::{Context as _, Result, ensure};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use time::{
    Date, OffsetDateTime,
    macros::{date, datetime},
};
use workdays::{Announcement, Calendar, DayKind};

use crate::{
    messages::messages_of,
    support::{Town, fresh_key, persistently},
};

crate::tests! {
    Whole: a_year_is_announced_while_everything_runs;
}

const NEW_YEARS_EVE: OffsetDateTime = datetime!(2026-12-31 10:00 +8);
const NOTICE: &str = include_str!("../../shared/workdays/tests-data/2027.toml");
const APPLICANT: &str = "applicant-jia";

async fn a_year_is_announced_while_everything_runs(town: &Town) -> Result<()> {
    town.suite.advance_to(NEW_YEARS_EVE).await?;
    let before = alike(town).await?;
    let case = file(town).await?;
    let shown = show(town, &case).await?;
    // Three working days: the Friday is off by the regulation, and nobody has announced the year.
    ensure!(shown["open"][0]["due_at"] == "2027-01-07T00:00:00+08:00", "{shown:#}");
    ensure!(shown["open"][0]["provisional"] == true, "{shown:#}");
    town.suite.drain().await?;
    ensure!(told(town).await?.is_empty(), "nobody was told of another day yet");

    // An operator announces it at one process of the front desk, twice.
    let said = Announcement::read(NOTICE).map_err(|faults| anyhow::anyhow!("{faults:?}"))?;
    let mut notice = json!(said);
    notice.as_object_mut().context("an object")?.remove("year");
    for _ in 0..2 {
        let path = "/v1/calendar/years/2027";
        let answer = town.ask("intake-2", Method::PUT, path, Some("operator"), None, Some(&notice)).await?;
        answer.expect(StatusCode::OK)?;
    }
    let announced = Calendar::embedded().with(std::slice::from_ref(&said))?;
    reckon_by(town, announced.version()).await?;
    ensure!(before != announced.version(), "the notice changes something");
    // Monday is off as well.
    persistently(|| async {
        let shown = show(town, &case).await?;
        let open = &shown["open"][0];
        ensure!(open["due_at"] == "2027-01-08T00:00:00+08:00" && open["provisional"] == false, "{shown:#}");
        Ok(())
    })
    .await?;
    town.suite.drain().await?;
    let once = told(town).await?;
    ensure!(once.len() == 1 && once[0].contains("2027-01-06") && once[0].contains("2027-01-07"), "{once:?}");

    // The next year is laid into the folder; a file that lies there already changes nothing.
    let next = of_regulation(&announced, 2028);
    let folder = town.suite.run().path().join("notices");
    std::fs::write(folder.join("2027.toml"), NOTICE)?;
    std::fs::write(folder.join("2028.toml"), toml_of(&next)?)?;
    let announced = announced.with(&[next])?;
    reckon_by(town, announced.version()).await?;
    town.suite.drain().await?;
    ensure!(told(town).await?.len() == 1, "nobody was told twice");
    let sms = town.sms().await?.into_iter().filter(|text| is_of_moved_day(text)).count();
    ensure!(sms == 1, "and one message left the house: {sms}");
    let crashes = town.crashes().await;
    ensure!(crashes.is_empty(), "no process was started again: {crashes}");
    Ok(())
}

/// A filing that is promised within three working days.
async fn file(town: &Town) -> Result<String> {
    let mut brought = vec![];
    for code in ["M01", "HEALTH", "LAYOUT", "WASTE"] {
        let url = format!("{}/v1/materials?code={code}", town.suite.url("intake-1")?);
        let request = town.http.post(url).bearer_auth(town.suite.token(APPLICANT)?);
        let answer = request.header("content-type", "application/pdf").body(format!("%PDF {code}")).send().await?;
        let answer: Value = answer.error_for_status()?.json().await?;
        brought.push(json!({ "code": code, "material_id": answer["material_id"] }));
    }
    let body = json!({
        "theme": "food-stall-filing", "channel": "online", "materials": brought,
        "fields": {"operator.name": "测试甲", "operator.phone": "10012345678", "place": "海滨浴场"},
    });
    let answer = town
        .ask("intake-1", Method::POST, "/v1/applications", Some(APPLICANT), Some(&fresh_key()), Some(&body))
        .await?;
    answer.expect(StatusCode::CREATED)?;
    Ok(answer.body["case_id"].as_str().context("no case_id")?.to_owned())
}

async fn show(town: &Town, case: &str) -> Result<Value> {
    let answer = town.ask("intake-1", Method::GET, &format!("/v1/cases/{case}"), Some(APPLICANT), None, None).await?;
    answer.expect(StatusCode::OK)?;
    Ok(answer.body)
}

/// Process -> by which calendar it reckons.
async fn versions(town: &Town) -> Result<BTreeMap<String, String>> {
    let mut versions = BTreeMap::new();
    for process in town.suite.processes() {
        let url = format!("{}/calendar", town.suite.health_url(process)?);
        let told: Value = town.http.get(url).send().await?.error_for_status()?.json().await?;
        versions.insert(process.to_owned(), told["version"].as_str().context("no version")?.to_owned());
    }
    Ok(versions)
}

/// The calendar by which all processes reckon.
async fn alike(town: &Town) -> Result<String> {
    let versions = versions(town).await?;
    let first = versions.values().next().context("no process")?.clone();
    ensure!(versions.values().all(|version| *version == first), "{versions:?}");
    Ok(first)
}

/// Waits until all processes reckon by this calendar.
async fn reckon_by(town: &Town, version: &str) -> Result<()> {
    persistently(|| async {
        let all = versions(town).await?;
        ensure!(all.values().all(|known| known == version), "{version} is not everybody's: {all:?}");
        Ok(())
    })
    .await
}

/// Texts by which the applicant was told that a day is another one.
async fn told(town: &Town) -> Result<Vec<String>> {
    let messages = messages_of(town, APPLICANT).await?;
    let texts = messages.iter().filter_map(|message| message["text"].as_str());
    Ok(texts.filter(|text| is_of_moved_day(text)).map(str::to_owned).collect())
}

fn is_of_moved_day(text: &str) -> bool {
    text.contains("放假安排已公布")
}

/// A notice that moves nothing: the days that the regulation fixes.
fn of_regulation(calendar: &Calendar, year: i32) -> Announcement {
    let mut said = Announcement {
        year,
        announced_to: date!(2028 - 12 - 31),
        holidays: vec![],
        make_up: vec![],
        working_days: vec![0; 12],
        notices: vec![workdays::Notice {
            title: "测试通知".to_owned(),
            number: "测试〔2027〕1号".to_owned(),
            published: date!(2026 - 12 - 01),
        }],
    };
    let first: Date = date!(2028 - 01 - 01);
    for day in std::iter::successors(Some(first), |day| day.next_day()).take_while(|day| day.year() == year) {
        match calendar.day(day).kind {
            DayKind::Holiday(name) => {
                said.holidays.push(workdays::DaysOff { name: name.to_owned(), from: day, to: day });
            }
            DayKind::Weekday | DayKind::MakeUp => {
                said.working_days[usize::from(u8::from(day.month())) - 1] += 1;
            }
            DayKind::Weekend => {}
        }
    }
    said
}

/// As a file of the folder.
fn toml_of(said: &Announcement) -> Result<String> {
    let mut text =
        format!("year = {}\nannounced_to = {}\nworking_days = {:?}\n", said.year, said.announced_to, said.working_days);
    for off in &said.holidays {
        writeln!(text, "[[holidays]]\nname = {:?}\nfrom = {}\nto = {}", off.name, off.from, off.to)?;
    }
    for notice in &said.notices {
        let (title, number, published) = (&notice.title, &notice.number, notice.published);
        writeln!(text, "[[notices]]\ntitle = {title:?}\nnumber = {number:?}\npublished = {published}")?;
    }
    Ok(text)
}
