//! One database per service, each with an owner that migrates and an application role that serves.

use std::path::PathBuf;

use anyhow::{Context, Result};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::Server;
use crate::secrets::Secrets;

/// A database and its two roles. Names come from the suite's own list and need no quoting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    pub name: String,
}

impl Database {
    /// The role that owns the tables and migrates them.
    #[must_use]
    pub fn owner(&self) -> String {
        format!("{}_owner", self.name)
    }

    /// The role that serves: it can neither change nor empty what must stay.
    #[must_use]
    pub fn app(&self) -> String {
        format!("{}_app", self.name)
    }

    /// The password file of a role.
    #[must_use]
    pub fn password_file(secrets: &Secrets, role: &str) -> PathBuf {
        secrets.path(&format!("postgres-{role}"))
    }
}

/// Creates what is missing; a second run changes nothing.
///
/// # Errors
/// When the server refuses a statement.
pub async fn create(server: &Server, secrets: &Secrets, databases: &[Database]) -> Result<()> {
    let mut admin = PgConnection::connect_with(&server.superuser("postgres")).await?;
    run(&mut admin, "create extension if not exists pg_stat_statements".to_owned()).await?;
    let existing: Vec<String> = sqlx::query_scalar("select datname from pg_database").fetch_all(&mut admin).await?;
    for database in databases {
        for role in [database.owner(), database.app()] {
            let password = secrets.get(&format!("postgres-{role}"))?;
            create_role(&mut admin, &role, &password).await?;
        }
        if !existing.contains(&database.name) {
            run(&mut admin, format!("create database {} owner {}", database.name, database.owner())).await?;
        }
        // Nobody else connects: not another service, not another department.
        run(&mut admin, format!("revoke all on database {} from public", database.name)).await?;
        run(&mut admin, format!("grant connect on database {} to {}", database.name, database.app())).await?;
    }
    admin.close().await?;
    Ok(())
}

async fn create_role(admin: &mut PgConnection, role: &str, password: &str) -> Result<()> {
    let known: bool = sqlx::query_scalar("select exists (select 1 from pg_roles where rolname = $1)")
        .bind(role)
        .fetch_one(&mut *admin)
        .await?;
    if !known {
        run(admin, format!("create role {role} login password '{password}'")).await?;
    }
    Ok(())
}

async fn run(admin: &mut PgConnection, statement: String) -> Result<()> {
    // The text is made of names from the suite's own list and of passwords from its own alphabet.
    admin.execute(AssertSqlSafe(statement)).await.context("PostgreSQL refused to prepare the suite's databases")?;
    Ok(())
}
