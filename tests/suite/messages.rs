//! A service says what happened; the person finds it on his telephone and in the suite, once.

use anyhow::{Result, ensure};
use contracts::{
    notification::{Ask, Person, message},
    topics,
};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use time::macros::datetime;
use uuid::Uuid;

use crate::{bus::say, support::Town};

crate::tests! {
    Automatic: what_is_asked_twice_is_told_once;
}

async fn what_is_asked_twice_is_told_once(town: &Town) -> Result<()> {
    let company = format!("莱州市{}示范有限公司", &Uuid::new_v5(&Uuid::NAMESPACE_OID, b"told once").to_string()[..8]);
    let ask = Ask::new("N13", Uuid::from_u128(0x13), "closed").variable("company", &company).variable("m", 148);
    let jia = Person {
        id: "applicant-jia".into(),
        phone: "10012345678".into(),
        subject: "applicant-jia".into(),
        english: false,
    };
    let request = ask.to(&jia, datetime!(2025-09-28 09:12 +8));
    for _ in 0..2 {
        let config = town.suite.kafka_config("intake")?;
        say(config, topics::NOTIFICATION_REQUESTS, "intake", message::key(&request), &request).await?;
    }
    town.suite.drain().await?;

    let sink: Value = town.http.get(format!("{}/messages", town.suite.url("sink")?)).send().await?.json().await?;
    let told: Vec<&Value> = sink.as_array().into_iter().flatten().filter(|sms| says(&sms["text"], &company)).collect();
    ensure!(told.len() == 1 && told[0]["id"] == request.message_id.as_str(), "in the sink once: {told:?}");
    let own = messages_of(town, "applicant-jia").await?;
    ensure!(own.iter().filter(|own| says(&own["text"], &company)).count() == 1, "in the suite once: {own:?}");
    let others = messages_of(town, "clerk-tax").await?;
    ensure!(!others.iter().any(|own| says(&own["text"], &company)), "and nobody else's: {others:?}");
    let db = town.database("notification").await?;
    let facts: Vec<String> = sqlx::query_scalar("select kind from ledger where subject = $1 order by sequence")
        .bind(Uuid::try_parse(&request.message_id)?)
        .fetch_all(&db)
        .await?;
    db.close().await;
    ensure!(facts == ["message_requested", "message_sent"], "{facts:?}");
    Ok(())
}

fn says(text: &Value, company: &str) -> bool {
    text.as_str().is_some_and(|text| text.contains(company))
}

pub async fn messages_of(town: &Town, person: &str) -> Result<Vec<Value>> {
    let answer = town.ask("notification-1", Method::GET, "/v1/messages", Some(person), None, None).await?;
    answer.expect(StatusCode::OK)?;
    Ok(answer.body["messages"].as_array().cloned().unwrap_or_default())
}
