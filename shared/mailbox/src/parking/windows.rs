//! How much a sender is told in a minute. One who loops is told how often he did, once a minute.

use std::collections::BTreeMap;

use contracts::topics;
use sqlx::{PgPool, Row as _, postgres::PgRow};
use time::{Duration, OffsetDateTime};

use super::letter::{Letter, Place};
use crate::sql::Sql;

/// How much a sender is told in a minute, one by one.
const A_MINUTE: i32 = 60;

/// What a sender was told in a minute (system time).
#[derive(Clone, Debug)]
pub(crate) struct Window {
    began: OffsetDateTime,
    told: i32,
    left_out: i64,
    /// The last message that was left out.
    last: Place,
    /// As loaded; 0 for a new one.
    version: i64,
}

/// Windows by the sender's name.
pub(crate) type Windows = BTreeMap<String, Window>;

impl Window {
    fn new(place: &Place, now: OffsetDateTime) -> Self {
        Self { began: now, told: 0, left_out: 0, last: place.clone(), version: 0 }
    }

    fn is_over(&self, now: OffsetDateTime) -> bool {
        now - self.began >= Duration::MINUTE
    }

    /// Begins a new minute where this one is over. What was left out of it is told together.
    pub(crate) fn turn(&mut self, now: OffsetDateTime) -> Option<Letter> {
        if !self.is_over(now) {
            return None;
        }
        let left_out = std::mem::take(&mut self.left_out);
        (self.began, self.told) = (now, 0);
        let sender = topics::sender(&self.last.topic).filter(|_| left_out > 0)?;
        Letter::left_out(sender, self.last.clone(), left_out)
    }

    /// Whether one more is told. What is no loss to anybody is then not even counted.
    pub(crate) fn admits(&mut self) -> bool {
        let admits = self.told < A_MINUTE;
        self.told += i32::from(admits);
        admits
    }

    /// Whether one more is told, which was set aside and lies here.
    pub(crate) fn takes(&mut self, place: &Place) -> bool {
        let admits = self.admits();
        if !admits {
            self.left_out += 1;
            self.last = place.clone();
        }
        admits
    }
}

/// The sender's window; a new one where he was never told anything.
pub(crate) fn of<'a>(windows: &'a mut Windows, name: &str, place: &Place, now: OffsetDateTime) -> &'a mut Window {
    windows.entry(name.to_owned()).or_insert_with(|| Window::new(place, now))
}

/// Loads the windows of these senders that are not there.
pub(crate) async fn load(db: &PgPool, names: Vec<String>, windows: &mut Windows) -> Result<(), sqlx::Error> {
    let wanted: Vec<String> = names.into_iter().filter(|name| !windows.contains_key(name)).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let rows = sqlx::query("select * from told_senders where sender = any($1)").bind(wanted).fetch_all(db).await?;
    for row in rows {
        windows.insert(row.try_get("sender")?, read(&row)?);
    }
    Ok(())
}

/// Windows whose minute is over, and of which something was left out.
pub(crate) async fn over(db: &PgPool, now: OffsetDateTime) -> Result<Windows, sqlx::Error> {
    let rows = sqlx::query("select * from told_senders where left_out > 0 and minute <= $1")
        .bind(now - Duration::MINUTE)
        .fetch_all(db)
        .await?;
    rows.iter().map(|row| Ok((row.try_get("sender")?, read(row)?))).collect()
}

fn read(row: &PgRow) -> Result<Window, sqlx::Error> {
    let last =
        Place { topic: row.try_get("topic")?, partition: row.try_get("partition")?, offset: row.try_get("offset")? };
    Ok(Window {
        began: row.try_get("minute")?,
        told: row.try_get("told")?,
        left_out: row.try_get("left_out")?,
        last,
        version: row.try_get("version")?,
    })
}

pub(crate) fn write(windows: Windows, sql: &mut Sql) {
    if windows.is_empty() {
        return;
    }
    let count = windows.len();
    let minutes = sql.bind(windows.values().map(|window| window.began).collect());
    let told = sql.bind(windows.values().map(|window| window.told).collect());
    let left_out = sql.bind(windows.values().map(|window| window.left_out).collect());
    let topics = sql.bind(windows.values().map(|window| window.last.topic.clone()).collect());
    let partitions = sql.bind(windows.values().map(|window| window.last.partition).collect());
    let offsets = sql.bind(windows.values().map(|window| window.last.offset).collect());
    let versions = sql.bind(windows.values().map(|window| window.version + 1).collect());
    let names = sql.bind(windows.into_keys().collect());
    let text = format!(
        "insert into told_senders as t (sender, minute, told, left_out, topic, partition, \"offset\", version)
         select * from unnest({names}::text[], {minutes}::timestamptz[], {told}::int[], {left_out}::bigint[],
                              {topics}::text[], {partitions}::int[], {offsets}::bigint[], {versions}::bigint[])
         on conflict (sender) do update
         set minute = excluded.minute, told = excluded.told, left_out = excluded.left_out, topic = excluded.topic,
             partition = excluded.partition, \"offset\" = excluded.\"offset\", version = excluded.version
         where t.version = excluded.version - 1 returning 1"
    );
    sql.expect("senders_as_loaded", text, count);
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn beyond_sixty_a_minute_the_rest_is_told_together() {
        let now = datetime!(2026-01-05 9:00 +8);
        let at =
            |offset| Place { topic: "department.tax.replies.market-registration.v1".to_owned(), partition: 1, offset };
        let mut window = Window::new(&at(0), now);
        assert_eq!((0..200).filter(|offset| window.takes(&at(*offset))).count(), 60);
        assert!(window.turn(now + Duration::seconds(59)).is_none());
        let together = window.turn(now + Duration::seconds(60)).unwrap();
        assert_eq!((together.count, together.place, together.code), (140, at(199), "too_many"));
        assert!(window.turn(now + Duration::seconds(200)).is_none(), "once");
        assert!(window.takes(&at(200)));
    }
}
