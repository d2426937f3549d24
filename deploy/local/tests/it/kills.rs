//! What is killed comes back with everything that it had promised to keep.

use local::{progress::Progress, suite::DbRole};
use sqlx::{Connection, Executor, PgConnection};

use crate::support::{forget, options, read, send, start};

#[tokio::test(flavor = "multi_thread")]
async fn broker_and_database_are_killed_and_return_and_a_second_start_finds_everything() {
    let mut options = options("kills").with_departments(&["TAX"]);
    options.fsync = true;
    options.services.clear();
    let suite = start(&options).await;
    let owner = suite.kafka_config("market-registration").unwrap();
    let topic = "department.tax.tasks.v1";
    send(&owner, topic, "before").await.unwrap();
    let admin = suite.db_url("postgres", DbRole::Superuser).unwrap();
    let mut database = PgConnection::connect(&admin).await.unwrap();
    database.execute("create table kept as select 7 as it").await.unwrap();

    tokio::join!(async { suite.kill9_broker().await.unwrap() }, async { suite.kill9_postgres().await.unwrap() });
    assert!(suite.pids().is_empty());
    tokio::join!(async { suite.start_broker().await.unwrap() }, async { suite.start_postgres().await.unwrap() });
    assert!(suite.start_broker().await.is_err(), "a broker that runs is not started twice");
    send(&owner, topic, "after").await.unwrap();
    assert_eq!(suite.pids().into_keys().collect::<Vec<_>>(), ["kafka", "postgres"]);
    assert!(suite.processor_time().values().all(|time| !time.is_zero()));
    suite.stop(&Progress::silent()).await.unwrap();

    let again = start(&options).await;
    assert_eq!(read(&again, "department-tax", topic, 2).await.unwrap(), ["before", "after"]);
    let admin = again.db_url("postgres", DbRole::Superuser).unwrap();
    let kept: i32 = sqlx::query_scalar("select it from kept")
        .fetch_one(&mut PgConnection::connect(&admin).await.unwrap())
        .await
        .unwrap();
    assert_eq!(kept, 7);
    again.stop(&Progress::silent()).await.unwrap();
    forget(&options).await;
}
