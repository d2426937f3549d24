//! Names, declared or told by the register, and the places they hold.

use std::collections::HashMap;

use chassis::http::Scope;
use mailbox::{
    Row, STEM_COLUMNS, Sql, Stem,
    state::{Keep, Kept},
};
use sqlx::{AssertSqlSafe, PgPool, QueryBuilder, Row as _, postgres::PgRow, types::Json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::kept::{NameShape, StatedShape};
use crate::domain::names::{CROSS_INDUSTRY, Holding, Name, NameState, ProperName, Slot, SlotKey, SlotState, Stated};

/// The kind of subject that a name is in the ledger.
pub const NAME_SUBJECT: &str = "name";

const NAME_COLUMNS: &str = "n.id, n.full_name, n.authority, n.industry, n.name, n.holder, n.declared_at,
     n.state, n.credit_code, n.shares, n.stated";

/// A name as stored.
pub struct NameRow {
    id: Uuid,
    full: String,
    key: SlotKey,
    holder: String,
    declared_at: OffsetDateTime,
    case_id: Option<Uuid>,
    state: NameState,
    company: Option<String>,
    shares: bool,
    stated: Stated,
}

impl NameRow {
    #[must_use]
    pub fn of(name: &Name) -> Self {
        Self {
            id: name.stem.id,
            full: name.full.clone(),
            key: name.key.clone(),
            holder: name.holder.clone(),
            declared_at: name.declared_at,
            case_id: name.case(),
            state: name.state.clone(),
            company: name.company.clone(),
            shares: name.shares,
            stated: name.stated.clone(),
        }
    }
}

impl Row for NameRow {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.id
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let ids = sql.bind(rows.iter().map(|r| r.id).collect());
        let full = sql.bind(rows.iter().map(|r| r.full.clone()).collect());
        let authorities = sql.bind(rows.iter().map(|r| r.key.authority.clone()).collect());
        let industries = sql.bind(rows.iter().map(|r| r.key.industry.clone()).collect());
        let names = sql.bind(rows.iter().map(|r| r.key.name.clone()).collect());
        let holders = sql.bind(rows.iter().map(|r| r.holder.clone()).collect());
        let declared = sql.bind(rows.iter().map(|r| r.declared_at).collect());
        let cases = sql.bind(rows.iter().map(|r| r.case_id).collect());
        let companies = sql.bind(rows.iter().map(|r| r.company.clone()).collect());
        let shares = sql.bind(rows.iter().map(|r| r.shares).collect());
        let states = sql.bind_json(rows.iter().map(|r| Keep::<NameShape>::new(&r.state)));
        let stated = sql.bind_json(rows.iter().map(|r| Keep::<StatedShape>::new(&r.stated)));
        let text = format!(
            "insert into names (id, full_name, authority, industry, name, holder, declared_at, case_id, state,
                    credit_code, shares, stated)
             select * from unnest({ids}::uuid[], {full}::text[], {authorities}::text[], {industries}::text[],
                    {names}::text[], {holders}::text[], {declared}::timestamptz[], {cases}::uuid[], {states},
                    {companies}::text[], {shares}::boolean[], {stated})
             on conflict (id) do update set case_id = excluded.case_id, state = excluded.state,
                    credit_code = excluded.credit_code, shares = excluded.shares"
        );
        sql.part("put_names", text);
    }
}

/// A place that a name takes, keeps or gives up. Where another name holds it, the commit fails with
/// [`CommitError::Taken`](mailbox::CommitError::Taken); a name with a seat of its own stands beside others.
pub struct SlotRow {
    slot: Slot,
    sound: String,
    core: String,
    /// Business time: who holds it until then or earlier holds it no longer.
    now: OffsetDateTime,
}

impl SlotRow {
    #[must_use]
    pub fn of(name: &Name, now: OffsetDateTime) -> Self {
        Self { slot: name.slot(), sound: name.sound.clone(), core: name.core.clone(), now }
    }
}

impl Row for SlotRow {
    type Key = (SlotKey, Uuid);

    fn key(&self) -> (SlotKey, Uuid) {
        (self.slot.key.clone(), self.slot.seat)
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let count = rows.len();
        // One commit has one time; where a batch has several, the earliest frees least.
        let now = sql.bind_one(rows.iter().map(|r| r.now).min());
        let authorities = sql.bind(rows.iter().map(|r| r.slot.key.authority.clone()).collect());
        let industries = sql.bind(rows.iter().map(|r| r.slot.key.industry.clone()).collect());
        let names = sql.bind(rows.iter().map(|r| r.slot.key.name.clone()).collect());
        let seats = sql.bind(rows.iter().map(|r| r.slot.seat).collect());
        let (alone, cross) = (sql.bind_one(Uuid::nil()), sql.bind_one(CROSS_INDUSTRY));
        let states = sql.bind(rows.iter().map(|r| r.slot.state.name()).collect());
        let reservations = sql.bind(rows.iter().map(|r| r.slot.reservation).collect());
        let untils = sql.bind(rows.iter().map(|r| r.slot.until).collect());
        let sounds = sql.bind(rows.iter().map(|r| r.sound.clone()).collect());
        let cores = sql.bind(rows.into_iter().map(|r| r.core).collect());
        let text = format!(
            "insert into name_slots as s (authority, industry, name, seat, state, reservation, until, sound, core)
             select u.* from unnest({authorities}::text[], {industries}::text[], {names}::text[], {seats}::uuid[],
                    {states}::text[], {reservations}::uuid[], {untils}::timestamptz[], {sounds}::text[], {cores}::text[])
                    as u (authority, industry, name, seat, state, reservation, until, sound, core)
             where u.seat <> {alone}
                or exists (select from name_slots m
                    where (m.authority, m.industry, m.name, m.seat) = (u.authority, u.industry, u.name, u.seat)
                      and m.reservation = u.reservation)
                or not exists (select from name_slots o
                    where (o.authority, o.name) = (u.authority, u.name) and o.reservation <> u.reservation
                      and (o.industry = u.industry or {cross} in (o.industry, u.industry))
                      and (o.until is null or o.until > {now}::timestamptz))
             on conflict (authority, name, industry, seat) do update
             set state = excluded.state, reservation = excluded.reservation, until = excluded.until
             where s.reservation = excluded.reservation or s.until <= {now}::timestamptz
             returning 1"
        );
        sql.take("take_slots", text, count);
    }
}

/// The names of these ids.
///
/// # Errors
/// Where the database fails, or a stored state is not of its form.
pub async fn names(db: &PgPool, ids: &[Uuid]) -> Result<HashMap<Uuid, Name>, sqlx::Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let text =
        format!("select {NAME_COLUMNS}, {STEM_COLUMNS} from names n join subjects s using (id) where n.id = any($1)");
    let rows = sqlx::query(AssertSqlSafe(text)).bind(ids).fetch_all(db).await?;
    rows.iter().map(|row| read(row).map(|name| (name.stem.id, name))).collect()
}

/// One name within the scope.
///
/// # Errors
/// As [`names`].
pub async fn name_within(db: &PgPool, scope: &Scope, id: Uuid) -> Result<Option<Name>, sqlx::Error> {
    let mut query = QueryBuilder::new(format!(
        "select {NAME_COLUMNS}, {STEM_COLUMNS} from names n join subjects s using (id) where n.id = "
    ));
    query.push_bind(id).push(" and ");
    match scope {
        Scope::Own(own) => own.limit(&mut query, "n.holder"),
        Scope::Hall => drop(query.push("true")),
        // Names belong to whoever declares them; no place, department or agent has any.
        Scope::Place(_) | Scope::Department(_) | Scope::Assigned(_) => drop(query.push("false")),
    }
    query.build().fetch_optional(db).await?.as_ref().map(read).transpose()
}

/// The names among these ids that hold their places.
///
/// # Errors
/// As [`names`].
pub async fn holding(db: &PgPool, ids: &[Uuid]) -> Result<HashMap<Uuid, Name>, sqlx::Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let text = format!(
        "select {NAME_COLUMNS}, {STEM_COLUMNS} from names n join subjects s using (id)
         join name_slots p on (p.authority, p.industry, p.name) = (n.authority, n.industry, n.name)
         where n.id = any($1) and p.reservation = n.id"
    );
    let rows = sqlx::query(AssertSqlSafe(text)).bind(ids).fetch_all(db).await?;
    rows.iter().map(|row| read(row).map(|name| (name.stem.id, name))).collect()
}

/// The names that these cases use, by case.
///
/// # Errors
/// As [`names`].
pub async fn of_cases(db: &PgPool, cases: &[Uuid]) -> Result<HashMap<Uuid, Name>, sqlx::Error> {
    if cases.is_empty() {
        return Ok(HashMap::new());
    }
    let text = format!(
        "select n.case_id, {NAME_COLUMNS}, {STEM_COLUMNS} from names n join subjects s using (id)
         where n.case_id = any($1)"
    );
    let rows = sqlx::query(AssertSqlSafe(text)).bind(cases).fetch_all(db).await?;
    rows.iter().map(|row| Ok((row.try_get("case_id")?, read(row)?))).collect()
}

fn read(row: &PgRow) -> Result<Name, sqlx::Error> {
    let key = SlotKey {
        authority: row.try_get("authority")?,
        industry: row.try_get("industry")?,
        name: row.try_get("name")?,
    };
    let Json(Kept(state)) = row.try_get::<Json<Kept<NameShape>>, _>("state")?;
    Ok(Name {
        stem: Stem::read(row.try_get("id")?, NAME_SUBJECT, row)?,
        company: row.try_get("credit_code")?,
        shares: row.try_get("shares")?,
        stated: row.try_get::<Json<Kept<StatedShape>>, _>("stated")?.0.0,
        full: row.try_get("full_name")?,
        sound: crate::domain::names::sound(&key.name),
        core: crate::domain::names::core(&key.name).to_owned(),
        key,
        holder: row.try_get("holder")?,
        declared_at: row.try_get("declared_at")?,
        state,
    })
}

/// The names of these companies.
///
/// # Errors
/// As [`names`].
pub async fn of_companies(db: &PgPool, credit_codes: &[&str]) -> Result<Vec<Name>, sqlx::Error> {
    let text = format!(
        "select {NAME_COLUMNS}, {STEM_COLUMNS} from names n join subjects s using (id) where n.credit_code = any($1)"
    );
    let rows = sqlx::query(AssertSqlSafe(text)).bind(credit_codes).fetch_all(db).await?;
    rows.iter().map(read).collect()
}

/// Who holds a place now: names of its industry, and names that state none; for one that states none, all.
///
/// # Errors
/// Where the database fails, or a stored state is not of its form.
pub async fn holdings(db: &PgPool, key: &SlotKey, now: OffsetDateTime) -> Result<Vec<Holding>, sqlx::Error> {
    let rows = sqlx::query(
        "select p.state, n.credit_code from name_slots p join names n on n.id = p.reservation
         where p.authority = $1 and p.name = $2 and (p.industry = $3 or $4 in (p.industry, $3))
           and (p.until is null or p.until > $5)",
    )
    .bind(&key.authority)
    .bind(&key.name)
    .bind(&key.industry)
    .bind(CROSS_INDUSTRY)
    .bind(now)
    .fetch_all(db)
    .await?;
    let holding = |row: &PgRow| {
        let state: &str = row.try_get("state")?;
        let unknown = || sqlx::Error::Decode(format!("`{state}` is no state of a place").into());
        let state = SlotState::read(state).ok_or_else(unknown)?;
        Ok(Holding { state, company: row.try_get("credit_code")? })
    };
    rows.iter().map(holding).collect()
}

/// How many held names sound like this one, and how many share its core.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Alike {
    pub by_sound: i64,
    pub by_core: i64,
}

/// Counts the held names that people would mix up with this one.
///
/// # Errors
/// Where the database fails.
pub async fn alike(db: &PgPool, name: &ProperName, now: OffsetDateTime) -> Result<Alike, sqlx::Error> {
    let row = sqlx::query(
        "select count(*) filter (where sound = $4) as by_sound,
                count(*) filter (where core = $5 and sound <> $4) as by_core
         from name_slots
         where authority = $1 and industry = $2 and name <> $3 and (sound = $4 or core = $5)
           and (until is null or until > $6)",
    )
    .bind(&name.authority)
    .bind(&name.industry)
    .bind(&name.normalised)
    .bind(&name.sound)
    .bind(&name.core)
    .bind(now)
    .fetch_one(db)
    .await?;
    Ok(Alike { by_sound: row.try_get("by_sound")?, by_core: row.try_get("by_core")? })
}
