//! What was done for everybody: commits, statements, messages, deliveries, and processor time by process.

use std::{collections::BTreeMap, time::Duration};

use anyhow::Result;
use sqlx::{Connection as _, PgConnection, Row as _};

use super::running::Running;

/// What processes' names begin with.
const PROGRAMS: [&str; 7] =
    ["kafka", "postgres", "intake", "market-registration", "construction-permit", "notification", "department"];

/// Everything that was counted, since the suite began.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// By name, over all databases.
    pub totals: BTreeMap<&'static str, i64>,
    pub processor: BTreeMap<String, Duration>,
}

impl Counts {
    pub async fn of(suite: &Running<'_>) -> Result<Self> {
        let mut counts = Self { processor: suite.processor_time()?, ..Self::default() };
        let mut admin = PgConnection::connect(&suite.db_url("postgres")?).await?;
        sqlx::query("create extension if not exists pg_stat_statements").execute(&mut admin).await?;
        // The bench's own looks, from the superuser, are not counted.
        let row = sqlx::query(
            "select coalesce(sum(calls), 0)::bigint as statements,
                    coalesce(sum(calls) filter (where wal_records > 0), 0)::bigint as writes
             from pg_stat_statements s join pg_roles r on r.oid = s.userid where not r.rolsuper",
        )
        .fetch_one(&mut admin)
        .await?;
        counts.totals.insert("statements", row.try_get("statements")?);
        counts.totals.insert("commits", row.try_get("writes")?);
        admin.close().await?;
        for database in suite.databases() {
            let mut db = PgConnection::connect(&suite.db_url(database)?).await?;
            let row = sqlx::query(
                "select (select count(*) from outbox) as messages,
                        (select coalesce(sum(next), 0)::bigint from consumer_offset) as deliveries,
                        (select count(*) from ledger) as facts",
            )
            .fetch_one(&mut db)
            .await?;
            for name in ["messages", "deliveries", "facts"] {
                *counts.totals.entry(name).or_default() += row.try_get::<i64, _>(name)?;
            }
            db.close().await?;
        }
        Ok(counts)
    }

    pub fn minus(&self, before: &Self) -> Self {
        let totals =
            self.totals.iter().map(|(name, count)| (*name, count - before.totals.get(name).copied().unwrap_or(0)));
        let used = |name: &String, time: &Duration| {
            time.saturating_sub(before.processor.get(name).copied().unwrap_or_default())
        };
        let processor = self.processor.iter().map(|(name, time)| (name.clone(), used(name, time)));
        Self { totals: totals.collect(), processor: processor.collect() }
    }

    /// All of it divided by how many it was done for.
    pub fn per(&self, many: u32) -> Shares {
        let share = |count: f64| count / f64::from(many.max(1));
        #[expect(clippy::cast_precision_loss, reason = "counts of a bench are small")]
        let totals = self.totals.iter().map(|(name, count)| (*name, share(*count as f64))).collect();
        let millis = |time: &Duration| share(time.as_secs_f64() * 1e3);
        let processor = self.processor.iter().map(|(name, time)| (name.clone(), millis(time))).collect();
        Shares { totals, processor }
    }
}

/// What one of many took.
pub struct Shares {
    pub totals: BTreeMap<&'static str, f64>,
    /// Milliseconds by process.
    pub processor: BTreeMap<String, f64>,
}

impl Shares {
    /// Processor-milliseconds of all processes together.
    pub fn cpu_ms(&self) -> f64 {
        self.processor.values().sum()
    }

    /// In one line: what was counted, and processor-milliseconds by program.
    pub fn line(&self) -> String {
        let mut programs: BTreeMap<&str, f64> = BTreeMap::new();
        for (process, millis) in &self.processor {
            let program = PROGRAMS.into_iter().find(|program| process.starts_with(program)).unwrap_or("the rest");
            *programs.entry(program).or_default() += millis;
        }
        let all = self.totals.iter().map(|(name, count)| (*name, *count)).chain(programs);
        all.map(|(name, count)| format!("{name} {count:.1}")).collect::<Vec<_>>().join("   ")
    }

    pub fn table(&self, of: &str) -> String {
        let mut lines = vec![format!("\nper {of}")];
        let line = |name: &str, share: f64| format!("  {name:<28}{share:>8.1}");
        lines.extend(self.totals.iter().map(|(name, count)| line(name, *count)));
        lines.push(format!("\nprocessor-milliseconds per {of}"));
        lines.extend(self.processor.iter().map(|(name, millis)| line(name, *millis)));
        lines.push(line("total", self.cpu_ms()));
        lines.join("\n")
    }
}
