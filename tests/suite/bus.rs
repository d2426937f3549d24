//! What departments see of each other: nothing. What strangers say: parked with a reason.

use std::{collections::BTreeSet, time::Duration};

use anyhow::{Context as _, Result, ensure};
use contracts::{
    event::Attributes,
    schema::Event,
    task::v1::{Acknowledged, Decided, Output},
    time::timestamp,
    topics::{self, Topic},
};
use rdkafka::{
    ClientConfig,
    message::{Header, OwnedHeaders},
    producer::{FutureProducer, FutureRecord},
};
use reqwest::{Method, StatusCode};
use time::macros::datetime;
use tokio::process::Command;
use uuid::Uuid;

use crate::support::{Slip, Town, assert_closed};

crate::tests! {
    Automatic:
        the_tax_department_reads_its_own_tasks_and_nothing_else,
        a_reply_of_tax_for_the_banks_task_is_parked,
        hostile_messages_on_every_topic_are_parked_and_neighbours_go_on,
        a_message_that_failed_is_replayed_by_an_operator_and_what_waits_behind_it_follows;
}

async fn the_tax_department_reads_its_own_tasks_and_nothing_else(town: &Town) -> Result<()> {
    let slip = town.submit("intake-1").await?;
    town.suite.drain().await?;
    let (read, own) = kcat(
        town,
        "department-tax",
        &["-C", "-e", "-q", "-o", "beginning", "-t", "department.tax.tasks.v1", "-K", "|"],
    )
    .await?;
    ensure!(read && own.contains(&slip.case_id.to_string()), "tax reads its own tasks: {own}");
    ensure!(own.contains("测试丙"), "the finance head is in the tax dossier");
    ensure!(!own.contains("10012345678"), "the founder's phone is not in the tax dossier");
    let (_, listed) = kcat(town, "department-tax", &["-L"]).await?;
    ensure!(
        !listed.contains("bnk") && listed.contains("department.tax.tasks.v1"),
        "tax sees only its own topics: {listed}"
    );
    let (read, refused) =
        kcat(town, "department-tax", &["-C", "-e", "-q", "-o", "beginning", "-t", "department.bnk.tasks.v1"]).await?;
    ensure!(!read || !refused.contains(&slip.case_id.to_string()), "the broker refuses the bank's tasks: {refused}");
    ensure!(refused.to_lowercase().contains("authoriz"), "and says so: {refused}");
    Ok(())
}

async fn kcat(town: &Town, principal: &str, arguments: &[&str]) -> Result<(bool, String)> {
    let config = town.suite.kafka()?;
    let password = config.secrets.get(&local::kafka::Access::secret_name(principal))?;
    let mut command = Command::new("kcat");
    command.args([
        "-b",
        &format!("127.0.0.1:{}", config.port),
        "-X",
        "security.protocol=sasl_plaintext",
        "-X",
        "sasl.mechanism=PLAIN",
    ]);
    command.args(["-X", &format!("sasl.username={principal}"), "-X", &format!("sasl.password={password}")]);
    let output =
        tokio::time::timeout(Duration::from_secs(20), command.args(arguments).kill_on_drop(true).output()).await??;
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Ok((output.status.success(), said))
}

/// Says something on a topic as a principal.
pub async fn say<E: Event>(config: ClientConfig, topic: &str, source: &str, key: &str, event: &E) -> Result<Uuid> {
    let id = Uuid::from_u128(u128::from(rand_like()));
    let attributes = Attributes {
        id,
        kind: E::kind(),
        source: source.to_owned(),
        time: datetime!(2025-09-28 09:30 +8),
        subject: key.to_owned(),
        sequence: 1,
        trace_parent: None,
    };
    let headers = attributes.to_headers()?;
    let headers =
        headers.iter().fold(OwnedHeaders::new(), |all, (key, value)| all.insert(Header { key, value: Some(value) }));
    send(&producer(config)?, topic, Some(key.as_bytes()), Some(headers), &event.encode_to_vec()).await?;
    Ok(id)
}

fn rand_like() -> u64 {
    static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1_000_000);
    NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}

fn producer(config: ClientConfig) -> Result<FutureProducer> {
    let mut config = config;
    Ok(config.set("partitioner", "murmur2_random").create()?)
}

async fn send(
    producer: &FutureProducer,
    topic: &str,
    key: Option<&[u8]>,
    headers: Option<OwnedHeaders>,
    body: &[u8],
) -> Result<()> {
    let mut record: FutureRecord<'_, [u8], [u8]> = FutureRecord::to(topic).payload(body);
    record.key = key;
    record.headers = headers;
    producer
        .send(record, Duration::from_secs(5))
        .await
        .map_err(|(error, _)| error)
        .with_context(|| topic.to_owned())?;
    Ok(())
}

async fn a_reply_of_tax_for_the_banks_task_is_parked(town: &Town) -> Result<()> {
    // The bank is away: its task stays open.
    town.suite.stop_process("department-bnk").await?;
    let slip = town.submit("intake-1").await?;
    let bank = banks_task(town, &slip).await;
    let said = async {
        let bank = bank?;
        let forged = Decided {
            task_id: bank,
            round: 1,
            case_id: slip.case_id.to_string(),
            decided_at: timestamp(datetime!(2025-09-28 09:12 +8)),
            decided_by: "tax".to_owned(),
            outputs: vec![Output { kind: "basic_account_number".to_owned(), value: "J4560009999901".to_owned() }],
            fees: vec![],
        };
        let topic = topics::replies("TAX", "market-registration");
        let config = town.suite.kafka_config("department-tax")?;
        say(config, &topic, "department-tax", &slip.case_id.to_string(), &forged).await
    }
    .await;
    town.suite.start_process("department-bnk").await?;
    let event = said?;
    town.suite.drain().await?;
    let parked =
        town.ask("market-registration-1", Method::GET, "/v1/parked?limit=100", Some("operator"), None, None).await?;
    parked.expect(StatusCode::OK)?;
    let text = parked.body.to_string();
    ensure!(text.contains(&event.to_string()) && text.contains("not_holder"), "parked and reported: {text}");
    assert_closed(&town.case(&slip).await?)?;
    let forged = "select count(*) from numbers where value = 'J4560009999901'";
    ensure!(town.count("market_registration", forged).await? == 0, "the bank's task stands");
    Ok(())
}

/// The id of the bank's open task.
pub async fn banks_task(town: &Town, slip: &Slip) -> Result<String> {
    for _ in 0..200 {
        let case = town.case(slip).await?;
        let open = case["open"].as_array().cloned().unwrap_or_default();
        if let Some(task) = open.iter().find(|task| task["task"] == "bank") {
            return Ok(task["task_id"].as_str().context("an id")?.to_owned());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    anyhow::bail!("the bank's task was never assigned")
}

async fn hostile_messages_on_every_topic_are_parked_and_neighbours_go_on(town: &Town) -> Result<()> {
    let codes = ["MSA", "PSB", "TAX", "BNK", "HRS", "MIB", "HPF", "CTR"];
    let topics: Vec<Topic> =
        topics::topics().expand(&codes).into_iter().filter(|topic| read_here(town, topic)).collect();
    let heard = |principal: &String| topics.iter().any(|topic| topic.readers.contains(principal));
    let deaf: Vec<_> =
        town.suite.processes.iter().map(|place| &place.process.principal).filter(|p| !heard(p)).collect();
    ensure!(deaf.is_empty(), "each process reads one of them, but {deaf:?}");
    let producer = producer(town.suite.admin_kafka_config()?)?;
    let mut expected = Vec::new();
    for topic in &topics {
        let mut before = Vec::new();
        for database in readers_here(town, topic) {
            let parked = parked_on(town, &database, &topic.name).await?;
            before.push((database, parked));
        }
        let hostile = hostile(topic);
        let count = i64::try_from(hostile.len())?;
        ensure!(count >= 20, "twenty kinds");
        for (key, headers, body) in hostile {
            send(&producer, &topic.name, key.as_deref(), headers, &body).await?;
        }
        expected.extend(before.into_iter().map(|(database, parked)| (topic.name.clone(), database, parked + count)));
    }
    let slip = town.submit("intake-1").await?;
    town.suite.drain().await?;
    assert_closed(&town.case(&slip).await?)?;
    for (topic, database, expected) in expected {
        let parked = parked_on(town, &database, &topic).await?;
        ensure!(parked == expected, "{topic}: {parked} parked, not {expected}");
    }
    let reasons = "select count(*) from parked where code = '' or reason = ''";
    ensure!(town.count("market_registration", reasons).await? == 0, "each has a reason");
    Ok(())
}

/// Somebody of this suite reads the topic.
fn read_here(town: &Town, topic: &Topic) -> bool {
    !readers_here(town, topic).is_empty()
}

/// The databases of those of this suite who read the topic.
fn readers_here(town: &Town, topic: &Topic) -> BTreeSet<String> {
    let places = town.suite.processes().into_iter().filter_map(|name| town.suite.place(name).ok());
    let readers = places.filter(|place| topic.readers.contains(&place.process.principal));
    readers.map(|place| place.process.database.clone()).collect()
}

async fn parked_on(town: &Town, database: &str, topic: &str) -> Result<i64> {
    let pool = town.database(database).await?;
    let count = sqlx::query_scalar("select count(*) from parked where topic = $1 and state = 'poison'")
        .bind(topic)
        .fetch_one(&pool)
        .await?;
    pool.close().await;
    Ok(count)
}

/// Headers; none at all where there are none.
type NamedBytes = Option<Vec<(String, Vec<u8>)>>;
type Hostile = (Option<Vec<u8>>, Option<OwnedHeaders>, Vec<u8>);

/// Twenty ways to say something that could never be true on this topic.
fn hostile(topic: &Topic) -> Vec<Hostile> {
    let writer = topic.writers.first().cloned().unwrap_or_default();
    let kind = topic.messages.first().cloned().unwrap_or_default();
    let good = move || {
        vec![
            ("ce_specversion".to_owned(), b"1.0".to_vec()),
            ("ce_id".to_owned(), Uuid::from_u128(u128::from(rand_like())).to_string().into_bytes()),
            ("ce_type".to_owned(), kind.clone().into_bytes()),
            ("ce_source".to_owned(), writer.clone().into_bytes()),
            ("ce_time".to_owned(), b"2025-09-28T01:12:00Z".to_vec()),
            ("ce_subject".to_owned(), b"x".to_vec()),
            ("ce_sequence".to_owned(), b"1".to_vec()),
            ("content-type".to_owned(), b"application/protobuf".to_vec()),
        ]
    };
    let key = Some(Uuid::from_u128(u128::from(rand_like())).to_string().into_bytes());
    let with = |name: &str, value: &[u8]| {
        let mut headers = good();
        headers.iter_mut().filter(|(of, _)| of == name).for_each(|(_, old)| *old = value.to_vec());
        headers
    };
    let without = |name: &str| good().into_iter().filter(|(of, _)| of != name).collect::<Vec<_>>();
    let mut all: Vec<(Option<Vec<u8>>, NamedBytes, Vec<u8>)> = vec![
        (key.clone(), None, b"no headers".to_vec()),
        (None, Some(good()), b"no key".to_vec()),
        (Some(vec![]), Some(good()), b"empty key".to_vec()),
        (Some(vec![0xff, 0xfe]), Some(good()), b"key is not text".to_vec()),
        (key.clone(), Some(good()), b"\xff\xff\xff\xff no protobuf".to_vec()),
        (key.clone(), Some(good()), vec![]),
        (key.clone(), Some(with("ce_id", b"seven")), vec![]),
        (key.clone(), Some(with("ce_type", b"wutong.task.v1.Invented")), vec![]),
        (key.clone(), Some(with("ce_type", &[0xff])), vec![]),
        (key.clone(), Some(with("ce_source", b"department-zzz")), vec![]),
        (key.clone(), Some(with("ce_time", b"yesterday")), vec![]),
        (key.clone(), Some(with("ce_sequence", b"-1")), vec![]),
        (key.clone(), Some(with("ce_specversion", b"0.3")), vec![]),
        (key.clone(), Some(with("ce_subject", b"")), vec![]),
        (key.clone(), Some(with("content-type", b"application/json")), b"{}".to_vec()),
        (key.clone(), Some(with("ce_subject", &[b'x'; 300])), vec![]),
        (Some(b"not a uuid".to_vec()), Some(good()), prost::Message::encode_to_vec(&Acknowledged::default())),
        (Some(b"nul\0key".to_vec()), Some(good()), vec![]),
        (key.clone(), Some(good()), vec![b'x'; 900_000]),
    ];
    for name in ["ce_id", "ce_type", "ce_source", "ce_time"] {
        all.push((key.clone(), Some(without(name)), vec![]));
    }
    let headers = |list: Vec<(String, Vec<u8>)>| {
        list.iter().fold(OwnedHeaders::new(), |all, (key, value)| all.insert(Header { key, value: Some(value) }))
    };
    // The broker itself takes nothing without a key where the last record of each key is kept.
    all.retain(|(key, ..)| key.is_some() || !topic.compacted);
    all.into_iter().map(|(key, list, body)| (key, list.map(headers), body)).collect()
}

async fn a_message_that_failed_is_replayed_by_an_operator_and_what_waits_behind_it_follows(town: &Town) -> Result<()> {
    let db = town.database("market_registration").await?;
    // For a while the database refuses every new task, for a reason that has nothing to do with the message.
    sqlx::raw_sql("alter table tasks add constraint not_today check (place < 0) not valid").execute(&db).await?;
    let slip = town.submit("intake-1").await?;
    let blocked = parked_of(town, &slip, "blocked").await;
    let path = format!("/v1/cases/{}/withdrawal", slip.case_id);
    let withdrawal = serde_json::json!({"reason": "不办了"});
    let asked = town.ask("intake-1", Method::POST, &path, Some("applicant-jia"), None, Some(&withdrawal)).await;
    let waiting = parked_of(town, &slip, "waiting").await;
    sqlx::raw_sql("alter table tasks drop constraint not_today").execute(&db).await?;
    let (blocked, waiting) = (blocked?, waiting?);
    asked?.expect(StatusCode::ACCEPTED)?;
    let replay = |id: Uuid| async move {
        let path = format!("/v1/parked/{id}/replay");
        town.ask("market-registration-1", Method::POST, &path, Some("operator"), None, None).await
    };
    replay(waiting).await?.expect(StatusCode::CONFLICT)?;
    let replayed = replay(blocked).await?;
    ensure!(replayed.status.is_success() || replayed.status == StatusCode::CONFLICT, "{}", replayed.body);
    for id in [blocked, waiting] {
        let state = "select count(*) from parked where id = $1 and state = 'done'";
        let mut done = 0_i64;
        for _ in 0..200 {
            done = sqlx::query_scalar(state).bind(id).fetch_one(&db).await?;
            if done == 1 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        ensure!(done == 1, "acted upon in the end");
    }
    town.suite.drain().await?;
    let case = town.case(&slip).await?;
    ensure!(case["phase"] == "withdrawn", "planned first, withdrawn then: {case:#}");
    Ok(())
}

/// The parked message of this case in this state.
async fn parked_of(town: &Town, slip: &Slip, state: &str) -> Result<Uuid> {
    let db = town.database("market_registration").await?;
    for _ in 0..200 {
        let found = sqlx::query_scalar("select id from parked where key = $1 and state = $2")
            .bind(slip.case_id.to_string().into_bytes())
            .bind(state)
            .fetch_optional(&db)
            .await?;
        if let Some(id) = found {
            return Ok(id);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    anyhow::bail!("nothing of {} is {state}", slip.number)
}
