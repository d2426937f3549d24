//! Dossiers: personal data, apart from everything else.

use std::collections::HashMap;

use mailbox::{Row, Sql};
use sqlx::{PgPool, Row as _, types::Json};
use uuid::Uuid;

use crate::domain::dossier::Dossier;

/// The dossier of a task, as it was given last.
pub struct DossierRow {
    pub task_id: Uuid,
    /// Vouches for the dossier in the ledger, together with the digest there.
    pub salt: [u8; 16],
    pub dossier: Dossier,
}

impl Row for DossierRow {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.task_id
    }

    fn write(rows: Vec<Self>, sql: &mut Sql) {
        let ids = sql.bind(rows.iter().map(|r| r.task_id).collect());
        let salts = sql.bind(rows.iter().map(|r| r.salt.to_vec()).collect());
        let (mut fields, mut materials) = (Vec::new(), Vec::new());
        for row in rows {
            fields.push(Json(row.dossier.fields));
            materials.push(Json(row.dossier.materials));
        }
        let (fields, materials) = (sql.bind(fields), sql.bind(materials));
        let text = format!(
            "insert into dossiers (task_id, salt, fields, materials)
             select * from unnest({ids}::uuid[], {salts}::bytea[], {fields}::jsonb[], {materials}::jsonb[])
             on conflict (task_id) do update set salt = excluded.salt, fields = excluded.fields,
                materials = excluded.materials"
        );
        sql.part("put_dossiers", text);
    }
}

/// The dossier of one task.
///
/// # Errors
/// Where the database fails.
pub async fn of_task(db: &PgPool, task: Uuid) -> Result<Option<Dossier>, sqlx::Error> {
    Ok(of_tasks(db, &[task]).await?.remove(&task))
}

/// The dossiers of these tasks, where they have one.
///
/// # Errors
/// Where the database fails.
pub async fn of_tasks(db: &PgPool, tasks: &[Uuid]) -> Result<HashMap<Uuid, Dossier>, sqlx::Error> {
    let text = "select task_id, fields, materials from dossiers where task_id = any($1)";
    let rows = sqlx::query(text).bind(tasks).fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            let (Json(fields), Json(materials)) = (row.try_get("fields")?, row.try_get("materials")?);
            Ok((row.try_get("task_id")?, Dossier { fields, materials }))
        })
        .collect()
}
