//! The mailbox's own tables, and who may do what with all tables.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, PgPool, migrate::Migrator};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// Where the mailbox keeps account of its migrations, apart from the service's.
const TABLE: &str = "_mailbox_migrations";

/// Why a database was not brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    #[error("a migration failed")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

/// Brings the mailbox's and the service's tables up to date and gives the application's role its rights. The connection
/// belongs to the owner's role and is closed afterwards: a failed migration must not leave its lock behind.
///
/// # Errors
/// Where a migration or the database fails.
pub async fn migrate(
    mut owner: PgConnection,
    app_role: &str,
    service: &Migrator,
    now: time::OffsetDateTime,
) -> Result<(), SchemaError> {
    let done = apply(&mut owner, app_role, service, now).await;
    owner.close().await?;
    done
}

async fn apply(
    owner: &mut PgConnection,
    app_role: &str,
    service: &Migrator,
    now: time::OffsetDateTime,
) -> Result<(), SchemaError> {
    mailbox_migrator().run_direct(None, owner, false).await?;
    let mut service = Migrator { migrations: service.migrations.clone(), ..Migrator::DEFAULT };
    service.set_ignore_missing(true);
    service.run_direct(None, owner, false).await?;
    for month in [now, now + time::Duration::days(31)] {
        sqlx::query("select make_partitions($1)").bind(month).execute(&mut *owner).await?;
    }
    let role = quoted(app_role);
    // Everything may be read and added to; only what is state may be changed. The ledger, its blocks and the outbox are
    // not state. Nobody who serves makes a table, not even one of his session: it could stand before one of ours.
    sqlx::raw_sql(AssertSqlSafe(format!(
        "grant usage on schema public to {role};
         grant select, insert, update, delete on all tables in schema public to {role};
         grant usage, select on all sequences in schema public to {role};
         grant execute on all functions in schema public to {role};
         revoke update, delete, truncate on ledger, ledger_block, outbox, accesses from {role};
         revoke create on schema public from public, {role};
         do $$ begin
             execute format('revoke temporary on database %I from public, {role}', current_database());
         end $$;"
    )))
    .execute(&mut *owner)
    .await?;
    let partitions: Vec<String> = sqlx::query_scalar(
        "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
         join pg_class p on p.oid = i.inhparent where p.relname in ('ledger', 'outbox', 'inbox')",
    )
    .fetch_all(&mut *owner)
    .await?;
    for partition in partitions {
        // Reached through the parent only.
        let text = format!("revoke all on {} from {role}", quoted(&partition));
        sqlx::query(AssertSqlSafe(text)).execute(&mut *owner).await?;
    }
    Ok(())
}

fn mailbox_migrator() -> Migrator {
    let mut migrator = Migrator { migrations: MIGRATIONS.migrations.clone(), ..Migrator::DEFAULT };
    migrator.dangerous_set_table_name(TABLE);
    // A database that a newer program has migrated still serves this one.
    migrator.set_ignore_missing(true);
    migrator
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// What stands between a database and serving.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    #[error("the database is not available")]
    Away(#[from] sqlx::Error),
    #[error("the database lacks migration {0}: run `migrate` first")]
    Behind(String),
}

/// Whether every migration that this program knows was applied; newer ones do not matter.
///
/// # Errors
/// [`NotReady`] says what is missing.
pub async fn ready(db: &PgPool, service: &Migrator) -> Result<(), NotReady> {
    for (table, migrator) in [(TABLE, &MIGRATIONS), (service.table_name.as_ref(), service)] {
        let exists: Option<String> =
            sqlx::query_scalar("select to_regclass($1)::text").bind(table).fetch_one(db).await?;
        let text = format!("select version from {} where success", quoted(table));
        let applied: Vec<i64> = match exists {
            Some(_) => sqlx::query_scalar(AssertSqlSafe(text)).fetch_all(db).await?,
            None => Vec::new(),
        };
        if let Some(missing) = migrator.iter().find(|migration| !applied.contains(&migration.version)) {
            return Err(NotReady::Behind(format!("{} {}", missing.version, missing.description)));
        }
    }
    Ok(())
}
