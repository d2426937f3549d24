//! The one place that writes: a commit is one statement and passes or fails as a whole.

use sqlx::{AssertSqlSafe, postgres::PgDatabaseError, types::Json};

use crate::{changes::Changes, mailbox::Mailbox, sql::Sql, timers, trace};

/// The largest body that the broker takes, with room for its headers. What is larger is refused here and not stuck later.
const LARGEST_MESSAGE: usize = 900_000;

/// Why a commit did not pass. Nothing of it was written.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// Somebody else changed a subject in between: load and decide again.
    #[error("the state changed since it was loaded: {0}")]
    Stale(String),
    /// A number is issued, or a place held, already: decide again, knowing it.
    #[error("already taken: {0}")]
    Taken(String),
    /// The client's key was used in between: answer with what it made.
    #[error("the idempotency key was used in between")]
    KeyUsed,
    /// The database is away or overloaded: wait and try again.
    #[error("the database is not available")]
    Unavailable(#[source] sqlx::Error),
    /// The database refuses these rows, and would again.
    #[error("the database refuses the commit")]
    Defect(#[source] sqlx::Error),
}

impl CommitError {
    /// True where the same decision, made again on a fresh load, may pass.
    #[must_use]
    pub fn worth_deciding_again(&self) -> bool {
        matches!(self, Self::Stale(_) | Self::Taken(_))
    }
}

impl From<sqlx::Error> for CommitError {
    fn from(error: sqlx::Error) -> Self {
        let Some(refusal) = error.as_database_error().and_then(|e| e.try_downcast_ref::<PgDatabaseError>()) else {
            return if is_passing(&error) { Self::Unavailable(error) } else { Self::Defect(error) };
        };
        match refusal.code() {
            // serialization failure (also expect_rows), deadlock
            "40001" | "40P01" => Self::Stale(refusal.message().to_owned()),
            // expect_free
            "WT001" => Self::Taken(refusal.message().to_owned()),
            "23505" => match refusal.table().unwrap_or_default() {
                "numbers" => Self::Taken(refusal.detail().unwrap_or_default().to_owned()),
                "idempotency" => Self::KeyUsed,
                "subjects" | "consumer_offset" | "parked" => Self::Stale(refusal.message().to_owned()),
                table if table.starts_with("inbox") || table.starts_with("ledger") => {
                    Self::Stale(refusal.message().to_owned())
                }
                _ => Self::Defect(error),
            },
            _ if is_passing(&error) => Self::Unavailable(error),
            _ => Self::Defect(error),
        }
    }
}

/// True for faults of the connection or the server's state, not of what was asked.
#[must_use]
pub fn is_passing(error: &sqlx::Error) -> bool {
    match error.as_database_error().and_then(|e| e.try_downcast_ref::<PgDatabaseError>()) {
        // connection exceptions, insufficient resources, operator intervention, system errors
        Some(refusal) => ["08", "53", "57", "58"].iter().any(|class| refusal.code().starts_with(class)),
        None => matches!(
            error,
            sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::Protocol(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed
        ),
    }
}

impl Mailbox {
    /// Writes everything or nothing, then wakes the relay where there is something to say.
    ///
    /// # Errors
    /// [`CommitError`]; nothing was written, but for [`CommitError::Unavailable`], whose outcome is unknown: what made
    /// the changes decides again on a fresh load.
    pub async fn commit(&self, mut changes: Changes) -> Result<(), CommitError> {
        changes.caused_by(trace::current_traceparent().as_deref());
        let (speaks, announces, parks) = (!changes.outgoing.is_empty(), changes.years, changes.parks());
        // Those further ahead are met by the timers' own looks.
        let soon = self.clocks().business.now() + timers::LOOK_EVERY_ALONE;
        let falls_due = changes.timers.values().flatten().any(|due_at| *due_at <= soon);
        if let Some(large) = changes.outgoing.iter().find(|message| message.body.len() > LARGEST_MESSAGE) {
            let what = format!("a {} of {} bytes cannot be said", large.kind, large.body.len());
            return Err(CommitError::Defect(sqlx::Error::Encode(what.into())));
        }
        let mut sql = Sql::default();
        write(changes, &mut sql);
        if sql.is_empty() {
            return Ok(());
        }
        let (text, arguments) = sql.finish()?;
        sqlx::query_with(AssertSqlSafe(text), arguments).execute(self.db()).await?;
        if speaks {
            self.wake_relay();
        }
        if falls_due {
            self.wake_timers();
        }
        if announces {
            self.wake_calendar();
        }
        if parks {
            self.stir_parking();
        }
        Ok(())
    }
}

fn write(mut changes: Changes, sql: &mut Sql) {
    stems(&mut changes, sql);
    ledger(&mut changes, sql);
    outbox(&mut changes, sql);
    timers(&mut changes, sql);
    numbers(&mut changes, sql);
    if let Some(key) = changes.key.take() {
        let values = [sql.bind_one(key.scope), sql.bind_one(key.key)].join(", ");
        let request = sql.bind_one(key.request.as_bytes().to_vec());
        let (subject, at) = (sql.bind_one(key.subject), sql.bind_one(key.at));
        let text = format!(
            "insert into idempotency (scope, key, request, subject, at) values ({values}, {request}, {subject}, {at})"
        );
        sql.part("put_key", text);
    }
    for rows in changes.take_tables() {
        rows.write(sql);
    }
    std::mem::take(&mut changes.consumed).write(sql);
    crate::parking::write_parked(std::mem::take(&mut changes.parked), sql);
    crate::parking::write_unparked(std::mem::take(&mut changes.unparked), sql);
    std::mem::take(&mut changes.answers).write(sql);
}

fn stems(changes: &mut Changes, sql: &mut Sql) {
    let (new, known): (Vec<_>, Vec<_>) =
        std::mem::take(&mut changes.stems).into_values().partition(|change| change.expected == 0);
    if !new.is_empty() {
        let ids = sql.bind(new.iter().map(|c| c.after.id).collect());
        let kinds = sql.bind(new.iter().map(|c| c.after.kind.to_owned()).collect());
        let sequences = sql.bind(new.iter().map(|c| c.after.sequence).collect());
        let heads = sql.bind(new.iter().map(|c| c.after.head.as_bytes().to_vec()).collect());
        let sent = sql.bind(new.into_iter().map(|c| Json(c.after.sent)).collect());
        let text = format!(
            "insert into subjects (id, kind, sequence, head, sent)
             select * from unnest({ids}::uuid[], {kinds}::text[], {sequences}::bigint[], {heads}::bytea[], {sent}::jsonb[])"
        );
        sql.part("new_subjects", text);
    }
    if !known.is_empty() {
        let count = known.len();
        let ids = sql.bind(known.iter().map(|c| c.after.id).collect());
        let expected = sql.bind(known.iter().map(|c| c.expected).collect());
        let sequences = sql.bind(known.iter().map(|c| c.after.sequence).collect());
        let heads = sql.bind(known.iter().map(|c| c.after.head.as_bytes().to_vec()).collect());
        let sent = sql.bind(known.into_iter().map(|c| Json(c.after.sent)).collect());
        // Two commits that share subjects lock them in the same order, whatever plan the update has: the update begins
        // when all are locked. One that waited finds the sequence changed.
        let locked = if count > 1 {
            let text = format!("select from subjects where id = any({ids}::uuid[]) order by id for no key update");
            sql.part("subjects_locked", text);
            "and (select count(*) from subjects_locked) >= 0"
        } else {
            ""
        };
        let text = format!(
            "update subjects s set sequence = n.sequence, head = n.head, sent = n.sent
             from unnest({ids}::uuid[], {expected}::bigint[], {sequences}::bigint[], {heads}::bytea[], {sent}::jsonb[])
                  as n (id, expected, sequence, head, sent)
             where s.id = n.id and s.sequence = n.expected {locked} returning 1"
        );
        sql.expect("subjects_as_loaded", text, count);
    }
}

fn ledger(changes: &mut Changes, sql: &mut Sql) {
    let entries = std::mem::take(&mut changes.entries);
    if entries.is_empty() {
        return;
    }
    let subjects = sql.bind(entries.iter().map(|e| e.subject).collect());
    let sequences = sql.bind(entries.iter().map(|e| e.sequence).collect());
    let ats = sql.bind(entries.iter().map(|e| e.at).collect());
    let hashes = sql.bind(entries.iter().map(|e| e.hash.as_bytes().to_vec()).collect());
    let (mut kinds, mut actors, mut bodies, mut messages) = (vec![], vec![], vec![], vec![]);
    for entry in entries {
        kinds.push(entry.kind);
        actors.push(entry.actor);
        bodies.push(entry.body);
        messages.push(entry.messages);
    }
    let (kinds, actors) = (sql.bind(kinds), sql.bind(actors));
    let (bodies, messages) = (sql.bind(bodies), sql.bind(messages));
    let text = format!(
        "insert into ledger (subject, sequence, kind, actor, at, body, messages, hash)
         select * from unnest({subjects}::uuid[], {sequences}::bigint[], {kinds}::text[], {actors}::text[],
                              {ats}::timestamptz[], {bodies}::bytea[], {messages}::bytea[], {hashes}::bytea[])"
    );
    sql.part("put_ledger", text);
}

fn outbox(changes: &mut Changes, sql: &mut Sql) {
    let outgoing = std::mem::take(&mut changes.outgoing);
    if outgoing.is_empty() {
        return;
    }
    let ids = sql.bind(outgoing.iter().map(|m| m.id).collect());
    let subjects = sql.bind(outgoing.iter().map(|m| m.subject).collect());
    let sequences = sql.bind(outgoing.iter().map(|m| m.sequence).collect());
    let ats = sql.bind(outgoing.iter().map(|m| m.at).collect());
    let (mut topics, mut keys, mut kinds, mut traces, mut bodies) = (vec![], vec![], vec![], vec![], vec![]);
    let (mut secrets, mut blanks, mut expiries) = (vec![], vec![], vec![]);
    let (mut named, mut abouts) = (vec![], vec![]);
    for message in outgoing {
        if let Some(secret) = message.secret {
            secrets.push(message.id);
            blanks.push(secret.blank);
            expiries.push(secret.until);
        }
        if let Some(about) = message.about {
            named.push(message.id);
            abouts.push(about);
        }
        topics.push(message.topic);
        keys.push(message.key);
        kinds.push(message.kind);
        traces.push(message.trace);
        bodies.push(message.body);
    }
    let (topics, keys, kinds) = (sql.bind(topics), sql.bind(keys), sql.bind(kinds));
    let (traces, bodies) = (sql.bind(traces), sql.bind(bodies));
    // Few messages hold a secret, or are about something that has a name: the others are written as if there were none.
    let (mut columns, mut values, mut joined) = (String::new(), String::new(), String::new());
    if !secrets.is_empty() {
        let (secrets, blanks, expiries) = (sql.bind(secrets), sql.bind(blanks), sql.bind(expiries));
        let of = format!("unnest({secrets}::uuid[], {blanks}::bytea[], {expiries}::timestamptz[])");
        joined += &format!(" left join {of} as s (secret, blank, expires_at) on s.secret = m.id");
        columns += ", blank, expires_at";
        values += ", s.blank, s.expires_at";
    }
    if !named.is_empty() {
        let (named, abouts) = (sql.bind(named), sql.bind(abouts));
        joined +=
            &format!(" left join unnest({named}::uuid[], {abouts}::text[]) as a (named, about) on a.named = m.id");
        columns += ", about";
        values += ", a.about";
    }
    // `with ordinality` and `order by`: the numbers are drawn in the order in which the messages were said.
    let text = format!(
        "insert into outbox (id, topic, key, kind, subject, sequence, at, trace, body{columns})
         select id, topic, key, kind, subject, sequence, at, trace, body{values}
         from unnest({ids}::uuid[], {topics}::text[], {keys}::text[], {kinds}::text[], {subjects}::uuid[],
                     {sequences}::bigint[], {ats}::timestamptz[], {traces}::text[], {bodies}::bytea[])
              with ordinality as m (id, topic, key, kind, subject, sequence, at, trace, body, place) {joined}
         order by place"
    );
    sql.part("put_outbox", text);
}

fn timers(changes: &mut Changes, sql: &mut Sql) {
    let (mut set, mut clear) = (vec![], vec![]);
    for ((owner, name), due_at) in std::mem::take(&mut changes.timers) {
        changes.fired.remove(&(owner, name.clone()));
        match due_at {
            Some(due_at) => set.push((owner, name, due_at)),
            None => clear.push((owner, name)),
        }
    }
    if !set.is_empty() {
        let owners = sql.bind(set.iter().map(|t| t.0).collect());
        let dues = sql.bind(set.iter().map(|t| t.2).collect());
        let names = sql.bind(set.into_iter().map(|t| t.1).collect());
        let text = format!(
            "insert into timers (owner, name, due_at)
             select * from unnest({owners}::uuid[], {names}::text[], {dues}::timestamptz[])
             on conflict (owner, name) do update set due_at = excluded.due_at"
        );
        sql.part("set_timers", text);
    }
    if !clear.is_empty() {
        let owners = sql.bind(clear.iter().map(|t| t.0).collect());
        let names = sql.bind(clear.into_iter().map(|t| t.1).collect());
        let text = format!(
            "delete from timers t using unnest({owners}::uuid[], {names}::text[]) as c (owner, name)
             where t.owner = c.owner and t.name = c.name"
        );
        sql.part("clear_timers", text);
    }
    let fired = std::mem::take(&mut changes.fired);
    if !fired.is_empty() {
        let count = fired.len();
        let owners = sql.bind(fired.keys().map(|t| t.0).collect());
        let names = sql.bind(fired.keys().map(|t| t.1.clone()).collect());
        let dues = sql.bind(fired.into_values().collect::<Vec<_>>());
        let text = format!(
            "delete from timers t using unnest({owners}::uuid[], {names}::text[], {dues}::timestamptz[]) as c (owner, name, due_at)
             where t.owner = c.owner and t.name = c.name and t.due_at = c.due_at returning 1"
        );
        sql.expect("timers_as_loaded", text, count);
    }
}

fn numbers(changes: &mut Changes, sql: &mut Sql) {
    let mut numbers = std::mem::take(&mut changes.numbers);
    numbers.sort();
    numbers.dedup();
    if numbers.is_empty() {
        return;
    }
    let subjects = sql.bind(numbers.iter().map(|n| n.2).collect());
    let kinds = sql.bind(numbers.iter().map(|n| n.0.clone()).collect());
    let values = sql.bind(numbers.into_iter().map(|n| n.1).collect());
    // What the subject has already, it has.
    let text = format!(
        "insert into numbers (kind, value, subject)
         select * from unnest({kinds}::text[], {values}::text[], {subjects}::uuid[]) as c (kind, value, subject)
         where not exists (select from numbers n where (n.kind, n.value, n.subject) = (c.kind, c.value, c.subject))"
    );
    sql.part("put_numbers", text);
}
