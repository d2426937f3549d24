//! Nobody reads or writes what is not his.

use local::suite::{DbRole, Suite, http_client};
use rdkafka::types::RDKafkaErrorCode;
use sqlx::{Connection, PgConnection};

use crate::support::{read, send};

/// Each principal stays in its own topics and databases, and its password opens nothing in the suite beside.
pub async fn each_stays_in_its_own(suite: &Suite, beside: &Suite) {
    let owner = suite.kafka_config("market-registration").unwrap();
    send(&owner, "department.tax.tasks.v1", "a task").await.unwrap();
    assert_eq!(read(suite, "department-tax", "department.tax.tasks.v1", 1).await.unwrap(), ["a task"]);

    let refused = RDKafkaErrorCode::TopicAuthorizationFailed;
    let tax = suite.kafka_config("department-tax").unwrap();
    assert_eq!(read(suite, "department-tax", "department.bnk.tasks.v1", 1).await, Err(refused));
    assert_eq!(read(suite, "department-tax", "intake.dossiers.market-registration.v1", 1).await, Err(refused));
    assert_eq!(send(&tax, "department.bnk.replies.market-registration.v1", "as the bank").await, Err(refused));
    send(&tax, "department.tax.replies.market-registration.v1", "a reply").await.unwrap();

    // The passwords of one suite open nothing in the other, and no principal is the admin.
    let mut stranger = beside.kafka_config("market-registration").unwrap();
    stranger.set("sasl.password", owner.get("sasl.password").unwrap()).set("message.timeout.ms", "1500");
    let stranger: rdkafka::producer::FutureProducer = stranger.create().unwrap();
    let record = rdkafka::producer::FutureRecord::to("department.tax.tasks.v1").key("case").payload("stolen");
    assert!(stranger.send(record, std::time::Duration::from_secs(2)).await.is_err());
    assert!(suite.kafka_config("department-msa").is_err());

    let intake = suite.db_url("intake", DbRole::App).unwrap();
    assert!(PgConnection::connect(&intake).await.is_ok());
    assert!(PgConnection::connect(&intake.replace("/intake", "/department_tax")).await.is_err());

    let token = suite.token("TAX/department_head").unwrap();
    assert_eq!(token.split('.').count(), 3);
    let keys = format!("{}/.well-known/jwks.json", suite.url("sign-in").unwrap());
    let keys: serde_json::Value = http_client().get(keys).send().await.unwrap().json().await.unwrap();
    assert_eq!(keys["keys"][0]["crv"], "P-256");
}
