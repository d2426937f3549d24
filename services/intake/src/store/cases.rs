//! Cases and their forms.

use std::collections::{BTreeMap, HashMap};

use chassis::http::{Named, Scope};
use mailbox::{
    Digest, Row, STEM_COLUMNS, Sql, Stem,
    state::{Keep, Kept},
};
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, PgPool, Postgres, QueryBuilder, Row as _, postgres::PgRow, types::Json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    domain::{
        case::{Case, Open, Phase},
        desk::{Desk, Instant},
    },
    store::{kept::DeskShape, materials::Material},
};

/// The kind of subject that a case is in the ledger.
pub const SUBJECT: &str = "case";

const COLUMNS: &str =
    "c.id, c.number, c.theme, c.owner, c.region, c.channel, c.applicant, c.query_code, c.received_at, c.phase, c.desk";

/// One case within the scope.
///
/// # Errors
/// Where the database fails.
pub async fn find(db: &PgPool, scope: &Scope, id: Uuid) -> Result<Option<Case>, sqlx::Error> {
    let mut query = within(scope);
    query.push(" and c.id = ").push_bind(id);
    query.build().fetch_optional(db).await?.as_ref().map(read).transpose()
}

/// A statement over the cases `c` of the scope.
fn within(scope: &Scope) -> QueryBuilder<Postgres> {
    let mut query =
        QueryBuilder::new(format!("select {COLUMNS}, {STEM_COLUMNS} from cases c join subjects s using (id) where "));
    match scope {
        Scope::Own(own) => own.limit(&mut query, "c.applicant"),
        Scope::Hall => drop(query.push("true")),
        // Departments and agents have their own services; the front desk assigns nothing and has no desk in a village.
        Scope::Place(_) | Scope::Department(_) | Scope::Assigned(_) => drop(query.push("false")),
    }
    query
}

/// One case by the number and code that its slip shows; anybody who has the slip may ask.
///
/// # Errors
/// Where the database fails.
pub async fn find_by_number(db: &PgPool, number: &str, code: &str) -> Result<Option<Case>, sqlx::Error> {
    let text = format!(
        "select {COLUMNS}, {STEM_COLUMNS} from cases c join subjects s using (id) where c.number = $1 and c.query_code = $2"
    );
    let row = sqlx::query(AssertSqlSafe(text)).bind(number).bind(code).fetch_optional(db).await?;
    row.as_ref().map(read).transpose()
}

/// Cases by their ids with what was entered for them, whoever they belong to: for what no person asks for.
///
/// # Errors
/// Where the database fails.
pub async fn with_fields(db: &PgPool, ids: &[Uuid]) -> Result<Vec<(Case, BTreeMap<String, String>)>, sqlx::Error> {
    let text = format!(
        "select {COLUMNS}, {STEM_COLUMNS}, f.fields from cases c join subjects s using (id)
         join case_forms f on f.case_id = c.id where c.id = any($1)"
    );
    let rows = sqlx::query(AssertSqlSafe(text)).bind(ids).fetch_all(db).await?;
    let entered = |row: &PgRow| -> Result<_, sqlx::Error> {
        let Json(fields) = row.try_get("fields")?;
        Ok((read(row)?, fields))
    };
    rows.iter().map(entered).collect()
}

/// What was entered for a case.
///
/// # Errors
/// Where the database fails.
pub async fn form(db: &PgPool, id: Uuid) -> Result<FormRow, sqlx::Error> {
    let row = sqlx::query("select salt, fields, materials, choices, applicant from case_forms where case_id = $1")
        .bind(id)
        .fetch_one(db)
        .await?;
    let (Json(fields), Json(materials)) = (row.try_get("fields")?, row.try_get("materials")?);
    let Json(choices) = row.try_get("choices")?;
    let salt: Vec<u8> = row.try_get("salt")?;
    let salt = salt.try_into().map_err(|_| sqlx::Error::Decode("a salt has 16 bytes".into()))?;
    let named = row.try_get::<Option<Json<Named>>, _>("applicant")?.map(|Json(named)| named);
    Ok(FormRow { case_id: id, salt, fields, materials, choices, named })
}

/// A page of cases within the scope, newest first.
///
/// # Errors
/// Where the database fails.
pub async fn list(db: &PgPool, scope: &Scope, before: Option<Uuid>, limit: i64) -> Result<Vec<Case>, sqlx::Error> {
    let mut query = within(scope);
    if let Some(before) = before {
        query.push(" and c.id < ").push_bind(before);
    }
    query.push(" order by c.id desc limit ").push_bind(limit);
    query.build().fetch_all(db).await?.iter().map(read).collect()
}

/// What cases wait for, as it is stored.
///
/// # Errors
/// Where the database fails.
pub async fn open_of(db: &PgPool, ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<Open>>, sqlx::Error> {
    let rows = sqlx::query_as::<_, (Uuid, Json<Vec<Open>>)>("select id, open_tasks from cases where id = any($1)");
    Ok(rows.bind(ids).fetch_all(db).await?.into_iter().map(|(id, Json(open))| (id, open)).collect())
}

/// What the process owner told last of what is open.
///
/// # Errors
/// Where the database fails.
pub async fn open_tasks(db: &PgPool, id: Uuid) -> Result<Vec<Open>, sqlx::Error> {
    let Json(open) =
        sqlx::query_scalar::<_, Json<_>>("select open_tasks from cases where id = $1").bind(id).fetch_one(db).await?;
    Ok(open)
}

fn read(row: &PgRow) -> Result<Case, sqlx::Error> {
    let phase: &str = row.try_get("phase")?;
    let received_at = row.try_get("received_at")?;
    let desk: Option<Json<Kept<DeskShape>>> = row.try_get("desk")?;
    Ok(Case {
        stem: Stem::read(row.try_get("id")?, SUBJECT, row)?,
        number: row.try_get("number")?,
        theme: row.try_get("theme")?,
        owner: row.try_get("owner")?,
        region: row.try_get("region")?,
        channel: row.try_get("channel")?,
        applicant: row.try_get("applicant")?,
        query_code: row.try_get("query_code")?,
        received_at,
        desk: desk.map_or(Desk::Accepted { at: Instant(received_at), due: None }, |Json(Kept(desk))| desk),
        phase: Phase::read(phase).ok_or_else(|| sqlx::Error::Decode(format!("phase {phase:?}").into()))?,
    })
}

/// A new case.
pub struct NewCase {
    pub id: Uuid,
    pub number: String,
    pub theme: String,
    pub owner: String,
    pub region: String,
    pub channel: String,
    pub applicant: String,
    pub query_code: String,
    pub received_at: OffsetDateTime,
    pub phase: Phase,
    pub open_tasks: Vec<Open>,
    /// Absent where it was accepted at once.
    pub desk: Option<Desk>,
}

impl Row for NewCase {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.id
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let ids = sql.bind(rows.iter().map(|r| r.id).collect());
        let numbers = sql.bind(rows.iter().map(|r| r.number.clone()).collect());
        let themes = sql.bind(rows.iter().map(|r| r.theme.clone()).collect());
        let owners = sql.bind(rows.iter().map(|r| r.owner.clone()).collect());
        let regions = sql.bind(rows.iter().map(|r| r.region.clone()).collect());
        let channels = sql.bind(rows.iter().map(|r| r.channel.clone()).collect());
        let applicants = sql.bind(rows.iter().map(|r| r.applicant.clone()).collect());
        let codes = sql.bind(rows.iter().map(|r| r.query_code.clone()).collect());
        let received = sql.bind(rows.iter().map(|r| r.received_at).collect());
        let phases = sql.bind(rows.iter().map(|r| r.phase.name()).collect());
        let open = sql.bind(rows.iter().map(|r| Json(r.open_tasks.clone())).collect());
        let desks = sql.bind_json(rows.iter().map(|r| r.desk.as_ref().map(Keep::<DeskShape>::new)));
        let text = format!(
            "insert into cases (id, number, theme, owner, region, channel, applicant, query_code, received_at, phase,
                    open_tasks, desk)
             select * from unnest({ids}::uuid[], {numbers}::text[], {themes}::text[], {owners}::text[],
                    {regions}::text[], {channels}::text[], {applicants}::text[], {codes}::text[], {received}::timestamptz[],
                    {phases}::text[], {open}::jsonb[], {desks})"
        );
        sql.part("new_cases", text);
    }
}

/// Who stood at a window has signed in: the case is his account's, and so is what the applicant did not keep.
pub struct Claimed {
    pub case_id: Uuid,
    pub applicant: String,
}

impl Row for Claimed {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.case_id
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let ids = sql.bind(rows.iter().map(|r| r.case_id).collect());
        let applicants = sql.bind(rows.into_iter().map(|r| r.applicant).collect());
        for (name, table, id) in [("claimed", "cases", "id"), ("claimed_breaches", "tolerance_breaches", "case_id")] {
            let text = format!(
                "update {table} t set applicant = n.applicant
                 from unnest({ids}::uuid[], {applicants}::text[]) as n (id, applicant) where t.{id} = n.id"
            );
            sql.part(name, text);
        }
        // Who looked before is his to know, too.
        let text = format!(
            "insert into accesses (subject, about, reader, ground, purpose, at, hour, id)
             select n.applicant, a.about, a.reader, a.ground, a.purpose, a.at, a.hour, a.id
             from unnest({ids}::uuid[], {applicants}::text[]) as n (id, applicant)
             join cases c on c.id = n.id join accesses a on a.about = n.id and a.subject = c.applicant
             on conflict do nothing"
        );
        sql.part("claimed_accesses", text);
    }
}

/// A paper of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormPaper {
    pub code: String,
    pub id: Uuid,
    pub sm3: String,
}

impl FormPaper {
    #[must_use]
    pub fn of(material: &Material) -> Self {
        Self { code: material.code.clone(), id: material.id, sm3: material.sm3.clone() }
    }
}

/// What was entered for a case, apart from everything that others may read; written anew when papers are added.
#[derive(Clone, Debug)]
pub struct FormRow {
    pub case_id: Uuid,
    pub salt: [u8; 16],
    pub fields: BTreeMap<String, String>,
    pub materials: Vec<FormPaper>,
    pub choices: BTreeMap<String, String>,
    /// The applicant as a clerk entered him; none where he signed in himself.
    pub named: Option<Named>,
}

impl FormRow {
    /// What the ledger has of it: a salted digest.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut all = serde_json::json!({"fields": self.fields, "materials": self.materials, "choices": self.choices});
        if let Some(named) = &self.named {
            all["applicant"] = serde_json::json!(named);
        }
        Digest::salted(&self.salt, all.to_string().as_bytes()).to_string()
    }
}

impl Row for FormRow {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.case_id
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let ids = sql.bind(rows.iter().map(|r| r.case_id).collect());
        let salts = sql.bind(rows.iter().map(|r| r.salt.to_vec()).collect());
        let fields = sql.bind(rows.iter().map(|r| Json(r.fields.clone())).collect());
        let choices = sql.bind(rows.iter().map(|r| Json(r.choices.clone())).collect());
        let named = sql.bind(rows.iter().map(|r| r.named.clone().map(Json)).collect::<Vec<Option<Json<Named>>>>());
        let materials = sql.bind(rows.into_iter().map(|r| Json(r.materials)).collect());
        let text = format!(
            "insert into case_forms (case_id, salt, fields, materials, choices, applicant)
             select * from unnest({ids}::uuid[], {salts}::bytea[], {fields}::jsonb[], {materials}::jsonb[], {choices}::jsonb[],
                    {named}::jsonb[])
             on conflict (case_id) do update set materials = excluded.materials"
        );
        sql.part("forms", text);
    }
}

/// What somebody typed when asking something of a case.
pub struct NewWords {
    pub case_id: Uuid,
    /// The ledger's fact that vouches for it.
    pub sequence: i64,
    pub salt: [u8; 16],
    pub words: serde_json::Value,
}

impl Row for NewWords {
    type Key = (Uuid, i64);

    fn key(&self) -> Self::Key {
        (self.case_id, self.sequence)
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let cases = sql.bind(rows.iter().map(|r| r.case_id).collect());
        let sequences = sql.bind(rows.iter().map(|r| r.sequence).collect());
        let salts = sql.bind(rows.iter().map(|r| r.salt.to_vec()).collect());
        let words = sql.bind(rows.into_iter().map(|r| Json(r.words)).collect());
        let text = format!(
            "insert into case_words (case_id, sequence, salt, words)
             select * from unnest({cases}::uuid[], {sequences}::bigint[], {salts}::bytea[], {words}::jsonb[])"
        );
        sql.part("new_words", text);
    }
}

/// Where a case stands after what its process owner told.
pub struct Standing {
    pub case_id: Uuid,
    pub phase: Phase,
    pub open_tasks: Vec<Open>,
}

impl Row for Standing {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.case_id
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let ids = sql.bind(rows.iter().map(|r| r.case_id).collect());
        let phases = sql.bind(rows.iter().map(|r| r.phase.name()).collect());
        let open = sql.bind(rows.into_iter().map(|r| Json(r.open_tasks)).collect());
        let text = format!(
            "update cases c set phase = n.phase, open_tasks = n.open_tasks
             from unnest({ids}::uuid[], {phases}::text[], {open}::jsonb[]) as n (id, phase, open_tasks) where c.id = n.id"
        );
        sql.part("standings", text);
    }
}
