//! A PostgreSQL of the test's own, and one database for each story.

use std::sync::atomic::{AtomicUsize, Ordering};

use chassis::Service as _;
use department::Department;
use local::{
    paths::RunDir,
    postgres::{self, Database},
    processes::Child,
    progress::Progress,
    secrets::Secrets,
};
use mailbox::{clock::Clocks, ids::Ids, schema};
use sqlx::{Connection as _, PgConnection, PgPool, postgres::PgPoolOptions};

pub struct Server {
    postgres: postgres::Server,
    child: Child,
    secrets: Secrets,
    databases: AtomicUsize,
    // Goes last: the server's data.
    _folder: tempfile::TempDir,
}

impl Server {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let run = RunDir::new(folder.path().to_owned());
        run.create().unwrap();
        let secrets = Secrets::new(run.secrets(), Ids::from_system());
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let postgres = postgres::Server::prepare(&run, &secrets, port, false, &Progress::silent()).await.unwrap();
        let (crashes, _) = tokio::sync::mpsc::unbounded_channel();
        let child = postgres.start(crashes).await.unwrap();
        Self { postgres, child, secrets, databases: AtomicUsize::new(0), _folder: folder }
    }

    /// A migrated database, as the application's role sees it.
    pub async fn database(&self) -> PgPool {
        let name = format!("department_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let database = Database { name: name.clone() };
        let (owner, app) = (database.owner(), database.app());
        postgres::create_databases(&self.postgres, &self.secrets, &[database]).await.unwrap();
        let password = |role: &str| self.secrets.get(&format!("postgres-{role}")).unwrap();
        let as_role = |role: &str| self.postgres.superuser(&name).username(role).password(&password(role));
        let migrating = PgConnection::connect_with(&as_role(&owner)).await.unwrap();
        let now = Clocks::running().system.now();
        schema::migrate(migrating, &app, Department::migrator(), now).await.unwrap();
        PgPoolOptions::new().max_connections(4).connect_with(as_role(&app)).await.unwrap()
    }

    pub async fn stop(&self) {
        self.child.stop(std::time::Duration::from_secs(20)).await.unwrap();
    }
}
