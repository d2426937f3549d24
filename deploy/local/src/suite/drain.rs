//! Waits until nothing is on its way any more: said is published, published is consumed, due is fired.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use contracts::topics::Topic;
use futures::future::try_join_all;
use serde::Deserialize;
use sqlx::{Connection, PgConnection, Row};
use time::OffsetDateTime;

use super::{
    http::client,
    map::{DbRole, SuiteMap},
};
use crate::{
    kafka::{EndOffsets, Ends},
    processes::last_lines,
};

/// Long enough for a group that lost a member to notice it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Lines of the log of whoever is not quiet.
const LAST_WORDS: usize = 40;

/// What a quiet suite looks like; two looks in a row must see the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quiet {
    /// Next offset of each partition that anybody reads.
    pub ends: EndOffsets,
    /// By database.
    pub databases: BTreeMap<String, Counters>,
}

/// One service's share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Messages that were ever put into the outbox.
    pub said: i64,
    pub offsets: EndOffsets,
    /// Timers that are armed, due or not.
    pub timers: i64,
    /// Messages that wait for an operator. They do not disturb the quiet.
    pub parked: i64,
}

#[derive(Deserialize)]
struct ClockFace {
    #[serde(with = "time::serde::rfc3339")]
    business: OffsetDateTime,
}

/// What a drain looks through: one connection to each database, one to the broker.
struct Eyes {
    databases: Vec<Eye>,
    ends: Ends,
}

struct Eye {
    database: String,
    principal: String,
    connection: PgConnection,
}

impl SuiteMap {
    /// Waits until everything is quiet, looked at twice with the same result. What is away for the moment is waited for.
    ///
    /// # Errors
    /// When it is not quiet within a minute; says who is not, and why.
    pub async fn drain(&self) -> Result<Quiet> {
        let topics = contracts::topics::topics().expand(&self.codes());
        let deadline = Instant::now() + PATIENCE;
        let mut eyes = None;
        let mut before = None;
        loop {
            let busy = match self.look(&topics, &mut eyes).await {
                Ok((quiet, busy)) if busy.is_empty() => {
                    if before.as_ref() == Some(&quiet) {
                        return Ok(quiet);
                    }
                    before = Some(quiet);
                    busy
                }
                Ok((_, busy)) => {
                    before = None;
                    busy
                }
                Err(away) => {
                    (before, eyes) = (None, None);
                    vec![format!("{away:#}")]
                }
            };
            if Instant::now() > deadline {
                let last = self.last_words(&busy);
                bail!("the suite is not quiet after {} s:\n  {}{last}", PATIENCE.as_secs(), reasons(&busy));
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// The end of the logs of those who are named in the reasons.
    fn last_words(&self, busy: &[String]) -> String {
        let named = |principal: &str| busy.iter().any(|reason| reason.starts_with(&format!("{principal}:")));
        let of = self.processes.iter().map(|place| &place.process).filter(|process| named(&process.principal));
        let lines = of.flat_map(|process| {
            let lines = last_lines(&self.run().log(&process.name), LAST_WORDS);
            std::iter::once(format!("\n  the end of the log of {}:", process.name))
                .chain(lines.into_iter().map(|line| format!("\n    {line}")))
        });
        lines.collect()
    }

    fn codes(&self) -> Vec<&str> {
        self.departments.iter().map(String::as_str).collect()
    }

    /// One look: the counters, and who is not quiet.
    async fn look(&self, topics: &[Topic], eyes: &mut Option<Eyes>) -> Result<(Quiet, Vec<String>)> {
        let eyes = match eyes {
            Some(open) => open,
            None => eyes.insert(self.open_eyes(topics).await?),
        };
        // The databases first and the broker's ends after them: a message that comes between is seen as not consumed.
        let counted = eyes.databases.iter_mut().map(|eye| async move {
            let now = self.business_time(&eye.database).await?;
            let counters = count(&mut eye.connection, now).await;
            let counters = counters.with_context(|| format!("database {} is away", eye.database))?;
            Ok::<_, anyhow::Error>((eye.database.clone(), eye.principal.clone(), counters))
        });
        let counted = try_join_all(counted).await?;
        let mut quiet = Quiet { ends: eyes.ends.look().await?, databases: BTreeMap::new() };
        let mut busy = Vec::new();
        for (database, principal, (counters, left)) in counted {
            busy.extend(left.reasons(&principal));
            let own = topics.iter().filter(|topic| topic.readers.contains(&principal));
            busy.extend(own.flat_map(|topic| behind(&principal, topic, &quiet.ends, &counters.offsets)));
            quiet.databases.insert(database, counters);
        }
        Ok((quiet, busy))
    }

    async fn open_eyes(&self, topics: &[Topic]) -> Result<Eyes> {
        let read = topics.iter().filter(|topic| !topic.readers.is_empty()).map(|topic| topic.name.clone()).collect();
        let ends = Ends::of(self.admin_kafka_config()?, read).await?;
        let databases = self.databases().into_iter().map(|(database, principal)| async move {
            let url = self.db_url(&database, DbRole::Superuser)?;
            let connection = PgConnection::connect(&url).await;
            let connection = connection.with_context(|| format!("database {database} is away"))?;
            Ok::<_, anyhow::Error>(Eye { database, principal, connection })
        });
        Ok(Eyes { databases: try_join_all(databases).await?, ends })
    }

    /// Each database once, with the principal that it belongs to.
    fn databases(&self) -> BTreeSet<(String, String)> {
        self.processes.iter().map(|place| (place.process.database.clone(), place.process.principal.clone())).collect()
    }

    /// The business time of a database is that of any process that serves it.
    async fn business_time(&self, database: &str) -> Result<OffsetDateTime> {
        for place in self.processes.iter().filter(|place| place.process.database == database) {
            let url = format!("http://127.0.0.1:{}/clock", place.health_port);
            let Ok(answer) = client().get(url).send().await else {
                continue;
            };
            if let Ok(face) = answer.json::<ClockFace>().await {
                return Ok(face.business);
            }
        }
        bail!("no process of database {database} tells its business time; is one running?")
    }
}

/// What keeps a service from being quiet.
struct Left {
    unpublished: i64,
    due: i64,
    /// What a service's own workers have not done though it is due, by its view `unfinished_work`.
    unfinished: i64,
}

impl Left {
    fn reasons(&self, principal: &str) -> Vec<String> {
        let mut reasons = Vec::new();
        if self.unpublished > 0 {
            reasons.push(format!("{principal}: {} messages are not published", self.unpublished));
        }
        if self.due > 0 {
            reasons.push(format!("{principal}: {} timers are due and not fired", self.due));
        }
        if self.unfinished > 0 {
            reasons.push(format!("{principal}: {} pieces of work are due and not done", self.unfinished));
        }
        reasons
    }
}

async fn count(connection: &mut PgConnection, now: OffsetDateTime) -> Result<(Counters, Left)> {
    let row = sqlx::query(COUNT).bind(now).fetch_one(&mut *connection).await?;
    let mut counters = Counters {
        said: row.try_get("said")?,
        timers: row.try_get("timers")?,
        parked: row.try_get("parked")?,
        offsets: EndOffsets::new(),
    };
    let mut left = Left { unpublished: row.try_get("unpublished")?, due: row.try_get("due")?, unfinished: 0 };
    if row.try_get("has_workers")? {
        let unfinished = sqlx::query_scalar("select count(*) from unfinished_work where due_at <= $1");
        left.unfinished = unfinished.bind(now).fetch_one(&mut *connection).await?;
    }
    for row in sqlx::query("select topic, partition, next from consumer_offset").fetch_all(connection).await? {
        counters.offsets.insert((row.try_get("topic")?, row.try_get("partition")?), row.try_get("next")?);
    }
    Ok((counters, left))
}

const COUNT: &str = "select
    (select count(*) from outbox o, relay r
      where o.xid >= pg_snapshot_xmin(r.snapshot) and not pg_visible_in_snapshot(o.xid, r.snapshot)) as unpublished,
    (select case when is_called then last_value else 0 end from outbox_seq) as said,
    (select count(*) from timers) as timers,
    (select count(*) from timers where due_at <= $1) as due,
    to_regclass('unfinished_work') is not null as has_workers,
    (select count(*) from parked where state in ('poison', 'blocked', 'waiting')) as parked";

fn behind(principal: &str, topic: &Topic, ends: &EndOffsets, offsets: &EndOffsets) -> Vec<String> {
    let own = ends.iter().filter(|((name, _), _)| *name == topic.name);
    own.filter_map(|(partition, end)| {
        let next = offsets.get(partition).copied().unwrap_or(0);
        (next < *end).then(|| format!("{principal}: {} messages of {} are not consumed", end - next, topic.name))
    })
    .collect()
}

fn reasons(busy: &[String]) -> String {
    if busy.is_empty() { "work still comes in".to_owned() } else { busy.join("\n  ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic() -> Topic {
        contracts::topics::topics()
            .expand(&["TAX"])
            .into_iter()
            .find(|topic| topic.name == "department.tax.tasks.v1")
            .unwrap()
    }

    fn at(offset: i64) -> EndOffsets {
        EndOffsets::from([(("department.tax.tasks.v1".to_owned(), 0), offset)])
    }

    #[test]
    fn who_has_not_read_to_the_end_is_named() {
        let told = behind("department-tax", &topic(), &at(5), &at(3));
        assert_eq!(told, ["department-tax: 2 messages of department.tax.tasks.v1 are not consumed"]);
        assert_eq!(behind("department-tax", &topic(), &at(5), &EndOffsets::new()).len(), 1);
    }

    #[test]
    fn an_empty_topic_and_a_read_one_are_quiet() {
        assert!(behind("department-tax", &topic(), &at(5), &at(5)).is_empty());
        assert!(behind("department-tax", &topic(), &at(0), &EndOffsets::new()).is_empty());
    }
}
