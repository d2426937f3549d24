//! Messages: who was asked to be told of what.

use std::collections::HashMap;

use mailbox::{Digest, Row, STEM_COLUMNS, Sql, Stem};
use sqlx::{AssertSqlSafe, PgPool, Row as _, postgres::PgRow};
use time::OffsetDateTime;
use uuid::Uuid;

/// The kind of subject that a message is in the ledger.
pub const SUBJECT: &str = "message";

/// A message as it was asked for.
#[derive(Clone, Debug)]
pub struct Message {
    pub stem: Stem,
    pub template: String,
    pub case_id: Uuid,
    pub event: String,
    pub salt: [u8; 16],
    pub digest: Digest,
}

impl Message {
    /// `N03` of `N03@1`.
    #[must_use]
    pub fn template_id(&self) -> &str {
        self.template.split_once('@').map_or(self.template.as_str(), |(id, _)| id)
    }
}

/// A message that is asked for in this commit.
pub struct NewMessage {
    pub id: Uuid,
    pub template: String,
    pub case_id: Uuid,
    pub case_number: String,
    pub event: String,
    pub kind: &'static str,
    pub occurred_at: OffsetDateTime,
    pub received_at: OffsetDateTime,
    pub salt: [u8; 16],
    pub digest: Digest,
}

impl Row for NewMessage {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.id
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let ids = sql.bind(rows.iter().map(|r| r.id).collect());
        let templates = sql.bind(rows.iter().map(|r| r.template.clone()).collect());
        let cases = sql.bind(rows.iter().map(|r| r.case_id).collect());
        let numbers = sql.bind(rows.iter().map(|r| r.case_number.clone()).collect());
        let events = sql.bind(rows.iter().map(|r| r.event.clone()).collect());
        let kinds = sql.bind(rows.iter().map(|r| r.kind).collect());
        let occurred = sql.bind(rows.iter().map(|r| r.occurred_at).collect());
        let received = sql.bind(rows.iter().map(|r| r.received_at).collect());
        let salts = sql.bind(rows.iter().map(|r| r.salt.to_vec()).collect());
        let digests = sql.bind(rows.iter().map(|r| r.digest.as_bytes().to_vec()).collect());
        // Who comes second finds the subject's stem changed, and decides again.
        let text = format!(
            "insert into messages (id, template, case_id, case_number, event, kind, occurred_at, received_at, salt, digest)
             select * from unnest({ids}::uuid[], {templates}::text[], {cases}::uuid[], {numbers}::text[],
                    {events}::text[], {kinds}::text[], {occurred}::timestamptz[], {received}::timestamptz[],
                    {salts}::bytea[], {digests}::bytea[])
             on conflict (id) do nothing"
        );
        sql.part("new_messages", text);
    }
}

pub(super) const COLUMNS: &str = "m.template, m.case_id, m.event, m.salt, m.digest";

/// The messages among these that were asked for before.
///
/// # Errors
/// Where the database fails.
pub async fn known(db: &PgPool, ids: &[Uuid]) -> Result<HashMap<Uuid, Message>, sqlx::Error> {
    let text = format!(
        "select m.id, {COLUMNS}, {STEM_COLUMNS} from messages m join subjects s using (id) where m.id = any($1)"
    );
    let rows = sqlx::query(AssertSqlSafe(text)).bind(ids).fetch_all(db).await?;
    rows.iter().map(|row| read(row).map(|message| (message.stem.id, message))).collect()
}

pub(super) fn read(row: &PgRow) -> Result<Message, sqlx::Error> {
    let decode = |error: &str| sqlx::Error::Decode(error.to_owned().into());
    let (salt, digest): (&[u8], &[u8]) = (row.try_get("salt")?, row.try_get("digest")?);
    Ok(Message {
        stem: Stem::read(row.try_get("id")?, SUBJECT, row)?,
        template: row.try_get("template")?,
        case_id: row.try_get("case_id")?,
        event: row.try_get("event")?,
        salt: salt.try_into().map_err(|_| decode("a salt has 16 bytes"))?,
        digest: Digest::try_from(digest).map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
    })
}
