//! Every operation of messages, as every role.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use chassis::{
    Service as _,
    testing::{
        TestServer,
        walk::{self, HOLDER, Subject, Town},
    },
};
use contracts::notification::{Person, v1::Requested};
use mailbox::Mailbox;
use notification::Notification;
use serde_json::{Value, json};
use testkit::Kit;

use crate::{
    desk::{Desk, NOON, opening},
    provider::Mood,
};

struct Walked {
    desk: Desk,
    /// How many things there are: no two are called alike.
    things: AtomicU32,
}

pub async fn every_operation_is_answered_as_permissions_toml_says(kit: Arc<Kit>) {
    walk::walk(&Walked { desk: Desk::open(&kit, NOON).await, things: AtomicU32::new(0) }).await;
}

impl Walked {
    /// A message to the holder.
    async fn message(&self) -> Requested {
        let nth = self.things.fetch_add(1, Ordering::Relaxed);
        let person = Person {
            id: HOLDER.to_owned(),
            phone: "10012345678".to_owned(),
            subject: HOLDER.to_owned(),
            english: false,
        };
        let request = opening(&format!("closed/{nth}")).to(&person, NOON);
        assert_eq!(self.desk.deliver(std::slice::from_ref(&request)).await, [""]);
        request
    }

    /// A message that could not be sent.
    async fn unsent(&self, body: Value) -> Subject {
        self.desk.provider.is(Mood::Refuses);
        let request = self.message().await;
        self.desk.send().await;
        assert_eq!(self.desk.delivery(&request).await.0, "parked");
        Subject { body, ..of(&request) }
    }
}

fn of(request: &Requested) -> Subject {
    let id = request.message_id.clone();
    Subject { path: vec![id.clone()], shown_as: id, query: String::new(), ..Subject::default() }
}

impl Town for Walked {
    const SERVICE: &'static str = Notification::NAME;

    fn api(&self) -> &TestServer {
        &self.desk.api
    }

    fn mailbox(&self) -> &Mailbox {
        &self.desk.mailbox
    }

    async fn subject(&self, operation: &str, _: &Value) -> Subject {
        match operation {
            "GET /v1/messages" => Subject { query: "limit=100".to_owned(), ..of(&self.message().await) },
            "POST /v1/messages/{id}/read" => of(&self.message().await),
            "GET /v1/deliveries" => Subject { query: "limit=100".to_owned(), ..self.unsent(Value::Null).await },
            "POST /v1/deliveries/{id}/discard" | "POST /v1/deliveries/{id}/retry" => {
                self.unsent(json!({ "reason": "重新发送" })).await
            }
            _ => panic!("nobody knows how {operation} is asked"),
        }
    }
}
