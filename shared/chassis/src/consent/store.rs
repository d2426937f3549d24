//! Consents of one case, and the telephone that counts for it.

use mailbox::{Row, STEM_COLUMNS, Sql, Stem};
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, PgPool, Row as _, postgres::PgRow, types::Json};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{
    OF_CASE,
    act::{Act, Verb},
    phone::{Proof, ProvedPhone},
};

/// The kind of subject that the consents of a case are in the ledger.
const SUBJECT: &str = "consents";

/// A signed paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Signed {
    pub id: Uuid,
    pub sm3: String,
}

/// What the applicant agreed to, or may agree to.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub id: Uuid,
    pub act: Act,
    /// Of a code.
    pub digest: Option<Vec<u8>>,
    pub tries: i32,
    pub paper: Option<Signed>,
    pub asked_by: String,
    pub countersigned_by: Option<String>,
    pub made_at: OffsetDateTime,
    pub expires_at: OffsetDateTime,
    pub used_at: Option<OffsetDateTime>,
}

impl Kept {
    pub fn is_open(&self, now: OffsetDateTime) -> bool {
        self.used_at.is_none() && now < self.expires_at
    }
}

/// Everything about the consents of one case that may still matter.
pub(super) struct Book {
    pub stem: Stem,
    /// The newest first.
    pub rows: Vec<Kept>,
    pub phone: Option<ProvedPhone>,
}

/// Loads it.
///
/// # Errors
/// Where the database fails.
pub(super) async fn book(db: &PgPool, case: Uuid, now: OffsetDateTime) -> Result<Book, sqlx::Error> {
    let id = Uuid::new_v5(&OF_CASE, case.as_bytes());
    let text = format!("select {STEM_COLUMNS} from subjects s where s.id = $1");
    let stem = sqlx::query(AssertSqlSafe(text)).bind(id).fetch_optional(db).await?;
    let stem = stem.as_ref().map(|row| Stem::read(id, SUBJECT, row)).transpose()?;
    let rows = sqlx::query(
        "select id, case_id, act, about, digest, tries, paper, asked_by, countersigned_by, made_at, expires_at, used_at
         from consents where case_id = $1 and (made_at > $2 or expires_at > $3) order by made_at desc, id desc",
    )
    .bind(case)
    .bind(now - Duration::HOUR)
    .bind(now)
    .fetch_all(db)
    .await?;
    Ok(Book {
        stem: stem.unwrap_or_else(|| Stem::new(id, SUBJECT)),
        rows: rows.iter().map(read).collect::<Result<_, _>>()?,
        phone: phone(db, case).await?,
    })
}

/// Whether a signed paper was brought for another act.
///
/// # Errors
/// Where the database fails.
pub(super) async fn signed_elsewhere(db: &PgPool, act: &Act, sm3: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "select exists (select from consents
                        where paper ->> 'sm3' = $1 and (case_id, act, about) is distinct from ($2, $3, $4))",
    )
    .bind(sm3)
    .bind(act.case)
    .bind(act.verb.name())
    .bind(&act.about)
    .fetch_one(db)
    .await
}

/// The telephone that counts for a case.
///
/// # Errors
/// Where the database fails.
pub(super) async fn phone(db: &PgPool, case: Uuid) -> Result<Option<ProvedPhone>, sqlx::Error> {
    let row = sqlx::query("select phone, proof from proved_phones where case_id = $1").bind(case).fetch_optional(db);
    let read = |row: PgRow| {
        let proof: &str = row.try_get("proof")?;
        let proof =
            Proof::read(proof).ok_or_else(|| sqlx::Error::Decode(format!("`{proof}` proves nothing").into()))?;
        Ok(ProvedPhone { phone: row.try_get("phone")?, proof })
    };
    row.await?.map(read).transpose()
}

fn read(row: &PgRow) -> Result<Kept, sqlx::Error> {
    let verb: &str = row.try_get("act")?;
    let verb = Verb::read(verb).ok_or_else(|| sqlx::Error::Decode(format!("`{verb}` is no act").into()))?;
    let paper: Option<Json<Signed>> = row.try_get("paper")?;
    Ok(Kept {
        id: row.try_get("id")?,
        act: Act::new(row.try_get("case_id")?, verb, row.try_get::<String, _>("about")?),
        digest: row.try_get("digest")?,
        tries: row.try_get("tries")?,
        paper: paper.map(|Json(paper)| paper),
        asked_by: row.try_get("asked_by")?,
        countersigned_by: row.try_get("countersigned_by")?,
        made_at: row.try_get("made_at")?,
        expires_at: row.try_get("expires_at")?,
        used_at: row.try_get("used_at")?,
    })
}

/// A code that is sent, or a paper that is brought.
pub(super) struct NewRow(pub Kept);

impl Row for NewRow {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.0.id
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let rows: Vec<Kept> = rows.into_iter().map(|row| row.0).collect();
        let ids = sql.bind(rows.iter().map(|r| r.id).collect());
        let cases = sql.bind(rows.iter().map(|r| r.act.case).collect());
        let acts = sql.bind(rows.iter().map(|r| r.act.verb.name()).collect());
        let abouts = sql.bind(rows.iter().map(|r| r.act.about.clone()).collect());
        let digests = sql.bind(rows.iter().map(|r| r.digest.clone()).collect());
        let papers = sql.bind(rows.iter().map(|r| r.paper.clone().map(Json)).collect::<Vec<Option<Json<Signed>>>>());
        let askers = sql.bind(rows.iter().map(|r| r.asked_by.clone()).collect());
        let made = sql.bind(rows.iter().map(|r| r.made_at).collect());
        let expiries = sql.bind(rows.iter().map(|r| r.expires_at).collect());
        let text = format!(
            "insert into consents (id, case_id, act, about, digest, paper, asked_by, made_at, expires_at)
             select * from unnest({ids}::uuid[], {cases}::uuid[], {acts}::text[], {abouts}::text[], {digests}::bytea[],
                    {papers}::jsonb[], {askers}::text[], {made}::timestamptz[], {expiries}::timestamptz[])"
        );
        sql.part("new_consents", text);
    }
}

/// A wrong try of a code, as it was loaded.
pub(super) struct Tried {
    pub id: Uuid,
    pub tries: i32,
}

impl Row for Tried {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.id
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let count = rows.len();
        let ids = sql.bind(rows.iter().map(|r| r.id).collect());
        let tries = sql.bind(rows.iter().map(|r| r.tries).collect());
        let text = format!(
            "update consents c set tries = c.tries + 1 from unnest({ids}::uuid[], {tries}::int[]) as n (id, tries)
             where c.id = n.id and c.tries = n.tries and c.used_at is null returning 1"
        );
        sql.expect("consents_as_tried", text, count);
    }
}

/// A consent that is used up by this commit, as it was loaded: once, and not beside a wrong try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Used {
    pub id: Uuid,
    pub tries: i32,
    pub at: OffsetDateTime,
}

impl Row for Used {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.id
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let count = rows.len();
        let ids = sql.bind(rows.iter().map(|r| r.id).collect());
        let tries = sql.bind(rows.iter().map(|r| r.tries).collect());
        let times = sql.bind(rows.iter().map(|r| r.at).collect());
        let text = format!(
            "update consents c set used_at = n.at
             from unnest({ids}::uuid[], {tries}::int[], {times}::timestamptz[]) as n (id, tries, at)
             where c.id = n.id and c.tries = n.tries and c.used_at is null returning 1"
        );
        sql.expect("consents_used", text, count);
    }
}

/// A second person has looked at a paper.
pub(super) struct Countersigned {
    pub id: Uuid,
    pub by: String,
}

impl Row for Countersigned {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.id
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let count = rows.len();
        let ids = sql.bind(rows.iter().map(|r| r.id).collect());
        let by = sql.bind(rows.into_iter().map(|r| r.by).collect());
        let text = format!(
            "update consents c set countersigned_by = n.by from unnest({ids}::uuid[], {by}::text[]) as n (id, by)
             where c.id = n.id and c.countersigned_by is null and c.used_at is null returning 1"
        );
        sql.expect("consents_countersigned", text, count);
    }
}

/// The telephone that counts for a new case from this commit on.
pub(super) struct NewPhone {
    pub case: Uuid,
    pub phone: ProvedPhone,
    pub at: OffsetDateTime,
}

impl Row for NewPhone {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.case
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let cases = sql.bind(rows.iter().map(|r| r.case).collect());
        let phones = sql.bind(rows.iter().map(|r| r.phone.phone.clone()).collect());
        let proofs = sql.bind(rows.iter().map(|r| r.phone.proof.name()).collect());
        let times = sql.bind(rows.iter().map(|r| r.at).collect());
        let text = format!(
            "insert into proved_phones (case_id, phone, proof, proved_at)
             select * from unnest({cases}::uuid[], {phones}::text[], {proofs}::text[], {times}::timestamptz[])"
        );
        sql.part("new_phones", text);
    }
}

/// Another telephone counts from this commit on.
pub(super) struct PhoneRow {
    pub case: Uuid,
    pub phone: ProvedPhone,
    /// The one that counted when it was decided.
    pub before: Option<String>,
    pub at: OffsetDateTime,
}

impl Row for PhoneRow {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.case
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let count = rows.len();
        let cases = sql.bind(rows.iter().map(|r| r.case).collect());
        let phones = sql.bind(rows.iter().map(|r| r.phone.phone.clone()).collect());
        let proofs = sql.bind(rows.iter().map(|r| r.phone.proof.name()).collect());
        let times = sql.bind(rows.iter().map(|r| r.at).collect());
        let before = sql.bind(rows.into_iter().map(|r| r.before).collect::<Vec<Option<String>>>());
        let new = format!(
            "select * from unnest({cases}::uuid[], {phones}::text[], {proofs}::text[], {times}::timestamptz[],
                    {before}::text[]) as n (case_id, phone, proof, at, before)"
        );
        sql.part("phones", new);
        let changed = "update proved_phones p set phone = n.phone, proof = n.proof, proved_at = n.at from phones n
                       where p.case_id = n.case_id and p.phone = n.before returning 1";
        sql.part("phones_changed", changed.to_owned());
        // Whoever decided while none counted adds one, and alters none.
        let added = "insert into proved_phones (case_id, phone, proof, proved_at)
                     select case_id, phone, proof, at from phones where before is null
                     on conflict (case_id) do nothing returning 1";
        sql.part("phones_added", added.to_owned());
        let told = "select 1 from phones_changed union all select 1 from phones_added";
        sql.expect("phones_as_loaded", told.to_owned(), count);
    }
}
