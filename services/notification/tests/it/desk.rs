//! The service with its provider, and whoever asks it to tell somebody.

use std::{collections::BTreeMap, sync::Arc};

use actix_web::dev::ServerHandle;
use chassis::{
    Service as _,
    settings::{Effective, Purpose, Settings, Sources},
    testing::{Issuer, TestServer},
};
use contracts::{
    event::Attributes,
    notification::{
        Ask, Person, message,
        v1::{Outcome, Receipt, Requested},
    },
    schema::Event,
    topics,
};
use mailbox::{Handler, Incoming, Mailbox, clock::Clocks};
use notification::{
    Courier, Notification,
    settings::{DEFAULTS, NotificationSettings},
};
use serde_json::{Value, json};
use sqlx::{PgPool, Row as _};
use testkit::Kit;
use time::{Duration, OffsetDateTime, macros::datetime};
use uuid::Uuid;

use crate::provider::Provider;

pub const CASE: Uuid = Uuid::from_u128(0x0198_a7c2_0000_7000_8000_0000_0000_0001);
pub const NUMBER: &str = "37068320250928010000018";
pub const NOON: OffsetDateTime = datetime!(2025-09-28 12:00 +8);

pub struct Desk {
    pub db: PgPool,
    pub mailbox: Mailbox,
    pub provider: Provider,
    pub state: Arc<Notification>,
    _provider: Option<ServerHandle>,
    handler: Arc<dyn Handler>,
    pub api: TestServer,
    client: reqwest::Client,
}

impl Desk {
    /// Opens at `now` with a provider of its own.
    pub async fn open(kit: &Kit, now: OffsetDateTime) -> Self {
        let provider = Provider::default();
        let (url, handle) = provider.start();
        Self { provider, _provider: Some(handle), ..Self::open_at(kit, now, &url).await }
    }

    /// Opens with the provider behind this address.
    pub async fn open_at(kit: &Kit, now: OffsetDateTime, url: &str) -> Self {
        let database = kit.ground().await.database(Notification::migrator()).await;
        let mailbox = database.mailbox("notification", Clocks::manual(now), 7);
        let own = [
            ("SMS_URL", url),
            ("SMS_KEY", "key"),
            ("ATTEMPTS", "3"),
            ("FIRST_PAUSE_MS", "0"),
            ("PUBLIC_URL", "https://zwfw.example"),
        ];
        let state = Arc::new(Notification::build(&settings(&own), &mailbox).await.unwrap());
        let handler = Arc::clone(&state).handler();
        let issuer = Issuer::start().unwrap();
        let beside = actix_web::web::Data::from(Arc::clone(&state));
        let (parked, routes) = (actix_web::web::Data::new(mailbox.clone()), Notification::routes);
        let api = TestServer::start(
            &issuer,
            routes,
            |_| {},
            move |config| {
                config.app_data(beside.clone()).app_data(parked.clone());
            },
        );
        Self {
            db: database.app(),
            mailbox,
            provider: Provider::default(),
            state,
            _provider: None,
            handler,
            api: api.unwrap(),
            client: reqwest::Client::new(),
        }
    }

    /// A code for an act, to somebody with a telephone; it holds for ten minutes.
    pub fn code(&self, event: &str) -> Requested {
        let until = self.mailbox.clocks().system.now() + Duration::minutes(10);
        withdrawal(event).code(CODE, until).to(&jia(), NOON)
    }

    /// Eleven minutes go by for every code that is on its way (system time).
    pub async fn codes_expire(&self) {
        let text = "update deliveries set expires_at = expires_at - interval '11 minutes', retry_at = null";
        sqlx::query(text).execute(&self.db).await.unwrap();
    }

    /// Everything that the service's own tables hold of its messages, as one text.
    pub async fn kept(&self) -> String {
        let texts: Vec<String> = sqlx::query_scalar(
            "select to_jsonb(d)::text from deliveries d union all select to_jsonb(m)::text from messages m
             union all select to_jsonb(i)::text from in_app i",
        )
        .fetch_all(&self.db)
        .await
        .unwrap();
        texts.join("\n")
    }

    /// Business time goes on.
    pub fn clock(&self, to: OffsetDateTime) {
        self.mailbox.clocks().business.advance_to(to).unwrap();
    }

    /// A request as it comes from the bus.
    pub fn incoming(&self, request: &Requested) -> Incoming {
        Incoming {
            topic: topics::NOTIFICATION_REQUESTS.into(),
            key: message::key(request).into(),
            attributes: Attributes {
                id: self.mailbox.new_id(),
                kind: <Requested as Event>::kind(),
                source: "intake".into(),
                time: self.mailbox.clocks().business.now(),
                subject: request.case_id.clone(),
                sequence: 1,
                trace_parent: None,
            },
            body: encoded(request),
            received_at: self.mailbox.clocks().business.now(),
            span: tracing::Span::none(),
        }
    }

    /// Hands requests over as the consumer does; gives each fault's code and reason, or "".
    pub async fn deliver(&self, batch: &[Requested]) -> Vec<String> {
        let batch: Vec<Incoming> = batch.iter().map(|request| self.incoming(request)).collect();
        let mut changes = self.mailbox.changes();
        let mut told = Vec::new();
        for verdict in self.handler.handle(&self.mailbox, &batch).await.unwrap() {
            match verdict {
                Ok(decided) => {
                    told.push(String::new());
                    changes.absorb(decided);
                }
                Err(fault) => told.push(fault.to_string()),
            }
        }
        self.mailbox.commit(changes).await.unwrap();
        told
    }

    /// The courier does what is to be done until nothing is.
    pub async fn send(&self) {
        let courier = Courier(Arc::clone(&self.state));
        while courier.pass().await.unwrap() > 0 {}
    }

    /// As it stands: state and reason.
    pub async fn delivery(&self, request: &Requested) -> (String, String) {
        let id = Uuid::try_parse(&request.message_id).unwrap();
        let row = sqlx::query("select state, reason from deliveries where message_id = $1").bind(id);
        let row = row.fetch_one(&self.db).await.unwrap();
        (row.get("state"), row.get("reason"))
    }

    /// Outcomes that were published, in order, with the reasons of failures.
    pub async fn receipts(&self) -> Vec<(Outcome, String)> {
        let rows = sqlx::query("select topic, body from outbox order by seq").fetch_all(&self.db).await.unwrap();
        let receipt = |row: &sqlx::postgres::PgRow| {
            assert_eq!(row.get::<String, _>("topic"), topics::NOTIFICATION_RECEIPTS);
            let receipt: Receipt = read(row.get("body"));
            (receipt.outcome(), receipt.reason)
        };
        rows.iter().map(receipt).collect()
    }

    /// Everything that the chain and the bus hold, as one text.
    pub async fn said(&self) -> String {
        let texts: Vec<String> = sqlx::query_scalar(
            "select kind || ' ' || actor || ' ' || encode(body, 'escape') from ledger
             union all select encode(body, 'escape') from outbox",
        )
        .fetch_all(&self.db)
        .await
        .unwrap();
        texts.join("\n")
    }

    pub async fn facts(&self) -> Vec<String> {
        sqlx::query_scalar("select kind from ledger order by sequence").fetch_all(&self.db).await.unwrap()
    }

    pub async fn get(&self, person: Value, path: &str) -> (u16, Value) {
        let token = Issuer::token_with(person).unwrap();
        let answer = self.client.get(self.api.url(path)).bearer_auth(token).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    pub async fn post(&self, person: Value, path: &str, body: Value) -> (u16, Value) {
        let token = Issuer::token_with(person).unwrap();
        let answer = self.client.post(self.api.url(path)).bearer_auth(token).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }
}

/// The opening is done, to somebody with a telephone.
pub fn done(event: &str) -> Requested {
    opening(event).to(&jia(), NOON)
}

pub fn opening(event: &str) -> Ask {
    Ask::new("N13", CASE, event)
        .case_number(NUMBER)
        .variable("company", "莱州市云杉测试电子有限公司")
        .variable("m", 148)
}

pub const CODE: &str = "271828";

/// What a code is asked for with.
pub fn withdrawal(event: &str) -> Ask {
    let ask = Ask::new("N19", CASE, event).case_number(NUMBER);
    ask.variable("item", "企业开办").variable("act", "撤回申请").variable("m", 10)
}

pub fn jia() -> Person {
    Person { id: "p-jia".into(), phone: "10012345678".into(), subject: "applicant-jia".into(), english: false }
}

pub fn applicant(subject: &str) -> Value {
    json!({ "sub": subject, "roles": ["applicant"] })
}

pub fn operator() -> Value {
    json!({ "sub": "operator-1", "roles": ["operator"] })
}

pub fn hours(hours: i64) -> Duration {
    Duration::hours(hours)
}

fn encoded(request: &Requested) -> Vec<u8> {
    fn encode<E: Event>(event: &E) -> Vec<u8> {
        event.encode_to_vec()
    }
    encode(request)
}

fn read<E: Event>(body: &[u8]) -> E {
    E::decode(body).unwrap()
}

fn settings(own: &[(&str, &str)]) -> Settings<NotificationSettings> {
    let environment: BTreeMap<String, String> =
        own.iter().map(|(key, value)| (format!("WUTONG__NOTIFICATION__{key}"), (*value).to_owned())).collect();
    let sources = Sources { defaults: DEFAULTS, file: None, environment };
    Effective::merge(&sources).unwrap().read("notification", Purpose::Look).unwrap()
}
