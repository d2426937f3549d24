//! A fresh database per story, copied from one that was migrated once.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use anyhow::Result;
use local::{
    postgres::{self, Server},
    secrets::Secrets,
};
use mailbox::{Mailbox, clock::Clocks, ids::Ids};
use sqlx::{
    AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::wait::until;

/// A story fails where a connection is not there in time; a story that kills the database goes on trying.
const PATIENCE: Duration = Duration::from_secs(5);
const CONNECTIONS: u32 = 10;

/// One service's database.
#[derive(Clone, Debug)]
pub struct Database {
    pub name: String,
    owner: PgConnectOptions,
    app: PgConnectOptions,
    superuser: PgConnectOptions,
}

/// A database that was migrated and is only copied.
pub(crate) struct Template {
    of: postgres::Database,
}

/// Names are unique per PostgreSQL server; a test binary may have two.
static COPIES: AtomicU32 = AtomicU32::new(1);

impl Template {
    pub(crate) async fn make(server: &Server, secrets: &Secrets, number: usize, migrator: &Migrator) -> Result<Self> {
        let of = postgres::Database { name: format!("template_{number}") };
        postgres::create_databases(server, secrets, std::slice::from_ref(&of)).await?;
        let owner = sign_in(server, secrets, &of.name, &of.owner())?;
        let owner = PgConnection::connect_with(&owner).await?;
        let now = mailbox::clock::Clocks::running().system.now();
        mailbox::schema::migrate(owner, &of.app(), migrator, now).await?;
        Ok(Self { of })
    }

    pub(crate) async fn copy(&self, server: &Server, secrets: &Secrets) -> Result<Database> {
        let name = format!("story_{}", COPIES.fetch_add(1, Ordering::Relaxed));
        let mut admin = PgConnection::connect_with(&server.superuser("postgres")).await?;
        let (template, owner, app) = (&self.of.name, self.of.owner(), self.of.app());
        let text = format!("create database {name} template {template} owner {owner}");
        admin.execute(AssertSqlSafe(text)).await?;
        admin.execute(AssertSqlSafe(format!("revoke all on database {name} from public"))).await?;
        admin.execute(AssertSqlSafe(format!("grant connect on database {name} to {app}"))).await?;
        admin.close().await?;
        Ok(Database {
            owner: sign_in(server, secrets, &name, &owner)?,
            app: sign_in(server, secrets, &name, &app)?,
            superuser: server.superuser(&name),
            name,
        })
    }
}

fn sign_in(server: &Server, secrets: &Secrets, database: &str, role: &str) -> Result<PgConnectOptions> {
    let password = secrets.get(&format!("postgres-{role}"))?;
    Ok(server.superuser(database).username(role).password(&password))
}

impl Database {
    /// Connections as a service has them: with the application's role.
    #[must_use]
    pub fn app(&self) -> PgPool {
        pool(self.app.clone())
    }

    /// The role that owns the tables and migrates.
    #[must_use]
    pub fn owner(&self) -> PgPool {
        pool(self.owner.clone())
    }

    /// Somebody with all rights, who may alter what nobody may.
    #[must_use]
    pub fn superuser(&self) -> PgPool {
        pool(self.superuser.clone())
    }

    /// A service's mailbox on this database. Its ids are the same in every run with the same `seed`.
    #[must_use]
    pub fn mailbox(&self, source: &str, clocks: Clocks, seed: u64) -> Mailbox {
        Mailbox::new(self.app(), clocks, Ids::seeded(seed), source)
    }

    /// One number.
    ///
    /// # Panics
    /// Where the database does not answer with one.
    pub async fn count(&self, query: &str) -> i64 {
        let mut superuser = PgConnection::connect_with(&self.superuser).await.unwrap_or_else(|e| panic(&e));
        sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(&mut superuser).await.unwrap_or_else(|e| panic(&e))
    }

    /// Waits until everything that was committed has been published.
    ///
    /// # Panics
    /// Where that takes too long.
    pub async fn published(&self) {
        let db = self.superuser();
        until("everything is published", async || {
            let left: i64 = sqlx::query_scalar(
                "select count(*) from outbox o, relay r
                 where o.xid >= pg_snapshot_xmin(r.snapshot) and not pg_visible_in_snapshot(o.xid, r.snapshot)",
            )
            .fetch_one(&db)
            .await?;
            Ok(left == 0)
        })
        .await;
    }

    /// Waits until a query that answers yes or no answers yes.
    ///
    /// # Panics
    /// Where that takes too long.
    pub async fn holds(&self, query: &str) {
        let db = self.superuser();
        until(query, async || Ok(sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(&db).await?)).await;
    }
}

#[expect(clippy::panic, reason = "a database that does not answer fails the story")]
fn panic<T>(error: &sqlx::Error) -> T {
    panic!("the database: {error}")
}

fn pool(options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .connect_lazy_with(options)
}
