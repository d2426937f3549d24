//! A suite is quiet when everything said is published, everything published is read, and nothing due is left.

use actix_web::{App, HttpResponse, HttpServer, web};
use local::suite::{Clock, DbRole, Place, Process, Suite, SuiteMap};
use sqlx::{Connection, Executor, PgConnection, migrate::Migrator};
use time::macros::datetime;

use crate::support::send;

/// Stands in for a department: it tells its business time and does nothing by itself.
async fn stand_in(map: &mut SuiteMap) {
    let face =
        || async { HttpResponse::Ok().json(serde_json::json!({"mode": "manual", "business": "2025-09-28T02:00:00Z"})) };
    let server =
        HttpServer::new(move || App::new().route("/clock", web::get().to(face)).route("/clock", web::post().to(face)))
            .workers(1)
            .disable_signals()
            .bind(("127.0.0.1", 0))
            .unwrap();
    let port = server.addrs()[0].port();
    tokio::spawn(server.run());
    map.clock = Clock::Manual { start: datetime!(2025-09-28 10:00 +8) };
    map.processes.push(Place {
        process: Process {
            name: "department-tax".to_owned(),
            service: "department".to_owned(),
            principal: "department-tax".to_owned(),
            database: "department_tax".to_owned(),
            instance: 1,
            instances: 1,
            department: Some("TAX".to_owned()),
        },
        port,
        health_port: port,
        settings: "unused".into(),
    });
}

/// A drain waits for readers and timers, and for nothing else.
pub async fn waits_for_what_is_left(suite: &Suite) {
    let mut map = SuiteMap::clone(suite);
    stand_in(&mut map).await;
    let owner = PgConnection::connect(&map.db_url("department_tax", DbRole::Owner).unwrap()).await.unwrap();
    let month = datetime!(2026-11-01 0:00 UTC);
    mailbox::schema::migrate(owner, "department_tax_app", &Migrator::DEFAULT, month).await.unwrap();
    let mut database = PgConnection::connect(&map.db_url("department_tax", DbRole::Superuser).unwrap()).await.unwrap();
    let quiet = map.drain().await.unwrap();
    assert_eq!(quiet.ends[&("department.tax.tasks.v1".to_owned(), 0)], 0);

    // A message that nobody has read yet, a timer that is due, and one that is not.
    let config = map.kafka_config("market-registration").unwrap();
    send(&config, "department.tax.tasks.v1", "a task").await.unwrap();
    let timers = "insert into timers (owner, name, due_at) values
        (gen_random_uuid(), 'due', '2025-09-28 01:59:59Z'), (gen_random_uuid(), 'later', '2025-09-28 02:00:01Z')";
    database.execute(timers).await.unwrap();
    let waiting = tokio::spawn({
        let map = map.clone();
        async move { map.drain().await }
    });
    let others = async {
        database.execute("delete from timers where name = 'due'").await.unwrap();
        assert!(!waiting.is_finished());
        let read =
            "insert into consumer_offset (topic, partition, since, next) values ('department.tax.tasks.v1', 0, 0, 1)";
        database.execute(read).await.unwrap();
    };
    others.await;
    let quiet = waiting.await.unwrap().unwrap();
    assert_eq!(quiet.databases["department_tax"].timers, 1);
    map.advance_to(datetime!(2025-09-28 10:00 +8)).await.unwrap();
    database.close().await.unwrap();
}
