//! What this department said and an owner set aside; what owners note of how it speaks.

use casework::DepartmentSays;
use mailbox::{Row, Sql};
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, PgPool, Row as _, postgres::PgRow, types::Json};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::said::SaidShown;

/// What has become of something that was set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nothing happens until somebody does something.
    SetAside,
    /// It is tried again by itself.
    Waits,
    /// An operator changed it.
    Mended,
    /// An operator has it tried again.
    Replayed,
    /// An operator gave it up.
    Discarded,
    /// It was acted upon in the end.
    Done,
}

impl Standing {
    const ALL: [Self; 6] = [Self::SetAside, Self::Waits, Self::Mended, Self::Replayed, Self::Discarded, Self::Done];

    fn name(self) -> &'static str {
        match self {
            Self::SetAside => "set_aside",
            Self::Waits => "waits",
            Self::Mended => "mended",
            Self::Replayed => "replayed",
            Self::Discarded => "discarded",
            Self::Done => "done",
        }
    }
}

/// One thing that was set aside, as it was told last.
pub struct SetAsideRow {
    pub topic: String,
    pub partition: i32,
    pub offset: i64,
    pub told_by: Uuid,
    pub told_at: OffsetDateTime,
    pub owner: String,
    pub reply_id: Option<Uuid>,
    pub case_id: Option<Uuid>,
    pub task_id: Option<Uuid>,
    pub round: Option<i32>,
    pub reply_kind: String,
    pub code: String,
    pub zh: String,
    pub en: String,
    pub may_be_said_again: bool,
    pub standing: Standing,
    pub last_offset: i64,
    pub count: i64,
    pub remark: String,
    /// [`casework::DepartmentSays`], where this department still has it.
    pub said: Option<serde_json::Value>,
}

impl Row for SetAsideRow {
    type Key = (String, i32, i64);

    fn key(&self) -> Self::Key {
        (self.topic.clone(), self.partition, self.offset)
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let topics = sql.bind(rows.iter().map(|r| r.topic.clone()).collect());
        let partitions = sql.bind(rows.iter().map(|r| r.partition).collect());
        let offsets = sql.bind(rows.iter().map(|r| r.offset).collect());
        let told_by = sql.bind(rows.iter().map(|r| r.told_by).collect());
        let told_at = sql.bind(rows.iter().map(|r| r.told_at).collect());
        let owners = sql.bind(rows.iter().map(|r| r.owner.clone()).collect());
        let replies = sql.bind(rows.iter().map(|r| r.reply_id).collect());
        let cases = sql.bind(rows.iter().map(|r| r.case_id).collect());
        let tasks = sql.bind(rows.iter().map(|r| r.task_id).collect());
        let rounds = sql.bind(rows.iter().map(|r| r.round).collect());
        let kinds = sql.bind(rows.iter().map(|r| r.reply_kind.clone()).collect());
        let codes = sql.bind(rows.iter().map(|r| r.code.clone()).collect());
        let zh = sql.bind(rows.iter().map(|r| r.zh.clone()).collect());
        let en = sql.bind(rows.iter().map(|r| r.en.clone()).collect());
        let again = sql.bind(rows.iter().map(|r| r.may_be_said_again).collect());
        let standings = sql.bind(rows.iter().map(|r| r.standing.name()).collect());
        let last_offsets = sql.bind(rows.iter().map(|r| r.last_offset).collect());
        let counts = sql.bind(rows.iter().map(|r| r.count).collect());
        let remarks = sql.bind(rows.iter().map(|r| r.remark.clone()).collect());
        let said = sql.bind_json(rows.iter().map(|r| &r.said));
        let text = format!(
            "insert into set_aside as s (topic, partition, \"offset\", told_by, told_at, owner, reply_id, case_id, task_id,
                                    round, reply_kind, code, zh, en, may_be_said_again, standing, last_offset, count,
                                    remark, said)
             select * from unnest({topics}::text[], {partitions}::int[], {offsets}::bigint[], {told_by}::uuid[],
                    {told_at}::timestamptz[], {owners}::text[], {replies}::uuid[], {cases}::uuid[], {tasks}::uuid[],
                    {rounds}::int[], {kinds}::text[], {codes}::text[], {zh}::text[], {en}::text[], {again}::bool[],
                    {standings}::text[], {last_offsets}::bigint[], {counts}::bigint[], {remarks}::text[], {said})
             on conflict (topic, partition, \"offset\") do update set told_by = excluded.told_by,
                told_at = excluded.told_at, code = excluded.code, zh = excluded.zh, en = excluded.en,
                may_be_said_again = excluded.may_be_said_again, standing = excluded.standing,
                remark = excluded.remark, said = coalesce(excluded.said, s.said)"
        );
        sql.part("put_set_aside", text);
    }
}

/// Something that an owner noted about how this department speaks of a task.
pub struct NoteRow {
    pub owner: String,
    pub task_id: Uuid,
    pub code: String,
    pub zh: String,
    pub en: String,
    pub noted_at: OffsetDateTime,
}

impl Row for NoteRow {
    type Key = (Uuid, String, String);

    fn key(&self) -> Self::Key {
        (self.task_id, self.owner.clone(), self.code.clone())
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let owners = sql.bind(rows.iter().map(|r| r.owner.clone()).collect());
        let tasks = sql.bind(rows.iter().map(|r| r.task_id).collect());
        let codes = sql.bind(rows.iter().map(|r| r.code.clone()).collect());
        let zh = sql.bind(rows.iter().map(|r| r.zh.clone()).collect());
        let en = sql.bind(rows.iter().map(|r| r.en.clone()).collect());
        let noted = sql.bind(rows.iter().map(|r| r.noted_at).collect());
        let text = format!(
            "insert into notes as n (owner, task_id, code, zh, en, times, noted_at)
             select owner, task_id, code, zh, en, 1, noted_at
             from unnest({owners}::text[], {tasks}::uuid[], {codes}::text[], {zh}::text[], {en}::text[],
                         {noted}::timestamptz[]) as r (owner, task_id, code, zh, en, noted_at)
             on conflict (task_id, owner, code) do update set zh = excluded.zh, en = excluded.en,
                times = n.times + 1, noted_at = excluded.noted_at"
        );
        sql.part("put_notes", text);
    }
}

/// Something that was set aside, for people of this department.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SetAsideShown {
    /// Give it as `before` for what was told earlier.
    pub told_by: Uuid,
    #[serde(with = "chassis::http::instant")]
    pub told_at: OffsetDateTime,
    /// Who set it aside: the owner of the process.
    pub owner: String,
    /// Id of what was said; absent where it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub round: Option<i32>,
    /// What it was, e.g. `decided`; empty where it could not be read.
    pub reply_kind: String,
    /// Stable code of the reason.
    pub code: String,
    pub zh: String,
    pub en: String,
    /// Whether anything may come of saying it again.
    pub may_be_said_again: bool,
    pub standing: Standing,
    /// Where it lies on the bus.
    pub topic: String,
    pub partition: i32,
    pub offset: i64,
    /// The last of a batch that could not be read; else the same as `offset`.
    pub last_offset: i64,
    /// How many messages this stands for.
    pub count: i64,
    /// What an operator gave as his reason.
    pub remark: String,
    /// What was said, word by word; absent where this department no longer has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<SaidShown>,
}

/// What an owner noted about how this department speaks of a task.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NoteShown {
    pub owner: String,
    /// `clock_skew`, `sequence_gap` or `sequence_repeat`.
    pub code: String,
    pub zh: String,
    pub en: String,
    pub times: i64,
    #[serde(with = "chassis::http::instant")]
    pub noted_at: OffsetDateTime,
}

const COLUMNS: &str =
    "topic, partition, \"offset\", told_by, told_at, owner, reply_id, case_id, task_id, round, reply_kind,
                       code, zh, en, may_be_said_again, standing, last_offset, count, remark, said";

/// What was set aside, as it was told last, the newest first; older than `before`, where that is given.
///
/// # Errors
/// Where the database fails.
pub async fn all(db: &PgPool, before: Uuid, limit: i64) -> Result<Vec<SetAsideShown>, sqlx::Error> {
    let text = format!("select {COLUMNS} from set_aside where told_by < $1 order by told_by desc limit $2");
    let rows = sqlx::query(AssertSqlSafe(text)).bind(before).bind(limit).fetch_all(db).await?;
    rows.iter().map(read).collect()
}

/// What was set aside of a task, in the order in which it was told.
///
/// # Errors
/// Where the database fails.
pub async fn of_task(db: &PgPool, task: Uuid) -> Result<Vec<SetAsideShown>, sqlx::Error> {
    let text = format!("select {COLUMNS} from set_aside where task_id = $1 order by told_by");
    let rows = sqlx::query(AssertSqlSafe(text)).bind(task).fetch_all(db).await?;
    rows.iter().map(read).collect()
}

/// What owners noted of a task.
///
/// # Errors
/// Where the database fails.
pub async fn notes(db: &PgPool, task: Uuid) -> Result<Vec<NoteShown>, sqlx::Error> {
    let text = "select owner, code, zh, en, times, noted_at from notes where task_id = $1 order by noted_at, code";
    let rows = sqlx::query(text).bind(task).fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            Ok(NoteShown {
                owner: row.try_get("owner")?,
                code: row.try_get("code")?,
                zh: row.try_get("zh")?,
                en: row.try_get("en")?,
                times: row.try_get("times")?,
                noted_at: row.try_get("noted_at")?,
            })
        })
        .collect()
}

fn read(row: &PgRow) -> Result<SetAsideShown, sqlx::Error> {
    let standing: &str = row.try_get("standing")?;
    let known = Standing::ALL.into_iter().find(|known| known.name() == standing);
    Ok(SetAsideShown {
        told_by: row.try_get("told_by")?,
        told_at: row.try_get("told_at")?,
        owner: row.try_get("owner")?,
        reply_id: row.try_get("reply_id")?,
        case_id: row.try_get("case_id")?,
        task_id: row.try_get("task_id")?,
        round: row.try_get("round")?,
        reply_kind: row.try_get("reply_kind")?,
        code: row.try_get("code")?,
        zh: row.try_get("zh")?,
        en: row.try_get("en")?,
        may_be_said_again: row.try_get("may_be_said_again")?,
        standing: known.ok_or_else(|| sqlx::Error::Decode(format!("standing {standing:?}").into()))?,
        topic: row.try_get("topic")?,
        partition: row.try_get("partition")?,
        offset: row.try_get("offset")?,
        last_offset: row.try_get("last_offset")?,
        count: row.try_get("count")?,
        remark: row.try_get("remark")?,
        said: row.try_get::<Option<Json<DepartmentSays>>, _>("said")?.map(|Json(said)| said.into()),
    })
}
