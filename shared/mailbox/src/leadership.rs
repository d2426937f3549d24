//! One instance of a service leads: it relays, fires timers, seals blocks and looks after partitions.
//!
//! Leading is holding an advisory lock on a connection of its own: when the process dies, however it dies, the database
//! sees the connection end and the next instance leads.

use sqlx::{ConnectOptions as _, Connection as _, PgConnection, PgPool};

/// Advisory lock of the leader; the number says nothing but "wutong relay".
const LEAD: i64 = 0x0077_7574_6f6e_6701;
/// Shared by every instance that waits to lead.
const STANDBY: i64 = 0x0077_7574_6f6e_6702;

/// The connection that leads.
pub(crate) struct Leader {
    pub connection: PgConnection,
    /// Rises with each leader; a cursor update that carries an older one touches nothing.
    pub epoch: i64,
}

/// A connection that waits to lead.
pub(crate) struct Standby(PgConnection);

pub(crate) enum Bid {
    Won(Leader),
    Lost(Standby),
}

impl Standby {
    pub(crate) async fn connect(db: &PgPool) -> Result<Self, sqlx::Error> {
        let options = db.connect_options();
        let mut connection = options.as_ref().clone().connect().await?;
        // What the leader writes (how far it published, partitions) is found again by looking: no commit of its own
        // needs to wait for the disk. And the outbox is always read by its index: only its end is of interest.
        sqlx::raw_sql("set synchronous_commit = off; set enable_seqscan = off").execute(&mut connection).await?;
        sqlx::query("select pg_advisory_lock_shared($1)").bind(STANDBY).execute(&mut connection).await?;
        Ok(Self(connection))
    }

    pub(crate) async fn bid(mut self) -> Result<Bid, sqlx::Error> {
        let won: bool = sqlx::query_scalar("select pg_try_advisory_lock($1)").bind(LEAD).fetch_one(&mut self.0).await?;
        if !won {
            return Ok(Bid::Lost(self));
        }
        sqlx::query("select pg_advisory_unlock_shared($1)").bind(STANDBY).execute(&mut self.0).await?;
        let epoch =
            sqlx::query_scalar("update relay set epoch = epoch + 1 returning epoch").fetch_one(&mut self.0).await?;
        Ok(Bid::Won(Leader { connection: self.0, epoch }))
    }
}

impl Leader {
    /// Whether another instance waits to lead: then what it commits must be looked for more often.
    pub(crate) async fn has_standby(&mut self) -> Result<bool, sqlx::Error> {
        sqlx::query_scalar(
            "select exists (select from pg_locks where locktype = 'advisory' and granted
                and database = (select oid from pg_database where datname = current_database())
                and (classid::bigint << 32 | objid::bigint) = $1)",
        )
        .bind(STANDBY)
        .fetch_one(&mut self.connection)
        .await
    }

    /// Lets the next instance lead at once.
    pub(crate) async fn step_down(self) {
        if let Err(error) = self.connection.close().await {
            tracing::debug!(%error, "the leader's connection had ended already");
        }
    }
}
