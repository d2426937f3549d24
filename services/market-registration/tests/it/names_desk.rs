//! A desk that reserves names, and people who come to it over HTTP.

use std::{collections::BTreeMap, sync::Arc};

use casework::{CaseId, Decision, DepartmentSays, Output, Reply, TaskId, wire::encode_reply};
use chassis::{
    Service as _,
    settings::{Effective, Purpose, Settings, Sources},
    testing::{Issuer, TestServer},
};
use contracts::{
    event::Attributes,
    intake::v1::{CaseAccepted, RoleChoice, WithdrawalAsked},
    notification::v1::Requested,
    schema::Event,
    task::v1::Field,
    time::timestamp,
    topics,
};
use mailbox::{Handler, Incoming, Mailbox, clock::Clocks};
use market_registration::{
    MarketRegistration,
    settings::{DEFAULTS, RegistrationSettings},
};
use serde_json::{Value, json};
use testkit::{Database, Kit};
use time::{OffsetDateTime, macros::datetime};
use uuid::Uuid;

/// When the story of 云杉测试 begins (domain 10.1).
pub const MORNING: OffsetDateTime = datetime!(2025-09-28 08:55 +8);

/// What the applicant says when he takes it back.
pub const WORDS: &str = "股东测试乙(370683190102030022)不办了";

const KEY: &str = "a key of the tests";

pub struct NamesDesk {
    pub database: Database,
    pub mailbox: Mailbox,
    pub state: Arc<MarketRegistration>,
    pub handler: Arc<dyn Handler>,
    pub api: TestServer,
    client: reqwest::Client,
}

impl NamesDesk {
    pub async fn open(kit: &Kit) -> Self {
        let database = kit.ground().await.database(MarketRegistration::migrator()).await;
        let mailbox = database.mailbox("market-registration", Clocks::manual(MORNING), 7);
        let state = Arc::new(MarketRegistration::build(&settings(), &mailbox).await.unwrap());
        let handler = Arc::clone(&state).handler();
        let beside = actix_web::web::Data::from(Arc::clone(&state));
        let its_mailbox = actix_web::web::Data::new(mailbox.clone());
        let routes = MarketRegistration::routes;
        let api = TestServer::start(
            &Issuer::start().unwrap(),
            routes,
            |_| {},
            move |config| {
                config.app_data(beside.clone()).app_data(its_mailbox.clone());
            },
        );
        Self { database, mailbox, state, handler, api: api.unwrap(), client: reqwest::Client::new() }
    }

    pub fn it_is(&self, now: OffsetDateTime) {
        self.mailbox.clocks().business.advance_to(now).unwrap();
    }

    pub async fn declare(&self, who: &str, key: &str, name: &Value) -> (u16, Value) {
        let asked = self.client.post(self.api.url("/v1/names")).header("Idempotency-Key", key).json(name);
        self.ask(who, asked).await
    }

    pub async fn post(&self, who: &str, path: &str, body: &Value) -> (u16, Value) {
        self.ask(who, self.client.post(self.api.url(path)).json(body)).await
    }

    pub async fn get(&self, who: &str, path: &str) -> (u16, Value) {
        self.ask(who, self.client.get(self.api.url(path))).await
    }

    /// The code that was sent last, as the holder reads it on his telephone.
    pub async fn last_code(&self) -> String {
        let body: Vec<u8> =
            sqlx::query_scalar("select body from outbox where blank is not null order by seq desc limit 1")
                .fetch_one(self.mailbox.db())
                .await
                .unwrap();
        let told = read::<Requested>(&body);
        told.variables["code"].clone()
    }

    pub async fn without_sign_in(&self, path: &str) -> String {
        self.client.get(self.api.url(path)).send().await.unwrap().text().await.unwrap()
    }

    /// Hands a batch over as the consumer does.
    pub async fn deliver(&self, batch: &[Incoming]) {
        let mut changes = self.mailbox.changes();
        for verdict in self.handler.handle(&self.mailbox, batch).await.unwrap() {
            changes.absorb(verdict.unwrap());
        }
        self.mailbox.commit(changes).await.unwrap();
    }

    /// An accepted application for a company of this name.
    pub fn accepted(&self, case: Uuid, name: &str, reservation: &str, received: OffsetDateTime) -> Incoming {
        let accepted = CaseAccepted {
            case_id: case.to_string(),
            case_number: "37068320250928010000001".to_owned(),
            theme: "company-opening@1".to_owned(),
            region: "370683".to_owned(),
            received_at: timestamp(received),
            accepted_at: timestamp(received),
            choices: vec![RoleChoice { role: "bank".to_owned(), department: "BNK".to_owned() }],
            fields: vec![Field { name: "company_name".to_owned(), value: name.to_owned() }],
            materials: vec![],
            name_reservation_id: reservation.to_owned(),
            gaps: vec![],
        };
        self.passed_on(case, &accepted)
    }

    /// The registering authority issues the licence.
    pub fn licence(&self, case: Uuid) -> Incoming {
        let output = |kind: &str, value: &str| Output { kind: kind.to_owned(), value: value.to_owned() };
        let today = workdays::city_date(self.mailbox.clocks().business.now()).to_string();
        let outputs = vec![output("credit_code", "91370683MAYY00018Y"), output("established_on", &today)];
        self.decided(case, TaskId::derived(CaseId::new(case), "licence"), outputs)
    }

    fn decided(&self, case: Uuid, task: TaskId, outputs: Vec<Output>) -> Incoming {
        let decided_at = self.mailbox.clocks().business.now();
        let decision = Decision { decided_at, decided_by: "rules".to_owned(), outputs, fees: vec![] };
        self.replied(case, "MSA", task, DepartmentSays::Decided(decision))
    }

    pub fn replied(&self, case: Uuid, department: &str, task: TaskId, says: DepartmentSays) -> Incoming {
        let (kind, body) = encode_reply(&Reply { case: CaseId::new(case), task, round: 1, says });
        self.heard(topics::replies(department, "market-registration"), case, kind, body)
    }

    /// The front desk says something about a case.
    pub fn passed_on<E: Event>(&self, case: Uuid, event: &E) -> Incoming {
        self.heard(topics::dossiers("market-registration"), case, E::kind(), event.encode_to_vec())
    }

    fn heard(&self, topic: String, case: Uuid, kind: String, body: Vec<u8>) -> Incoming {
        let now = self.mailbox.clocks().business.now();
        let attributes = Attributes {
            id: self.mailbox.new_id(),
            kind,
            source: "test".to_owned(),
            time: now,
            subject: case.to_string(),
            sequence: 1,
            trace_parent: None,
        };
        let span = tracing::Span::none();
        Incoming { topic, key: case.to_string(), attributes, body, received_at: now, span }
    }

    /// Every word that the service has said with this name, as it goes to the bus.
    pub async fn said(&self, kind: &str) -> Vec<Vec<u8>> {
        let said = sqlx::query_scalar("select body from outbox where kind = $1 order by seq").bind(kind);
        said.fetch_all(self.mailbox.db()).await.unwrap()
    }

    /// The applicant takes it back, every department lets go, and every result is taken back.
    pub async fn stopped(&self, case: Uuid) {
        let asked_at = timestamp(self.mailbox.clocks().business.now());
        let asked = WithdrawalAsked { case_id: case.to_string(), asked_at, reason: WORDS.to_owned() };
        self.deliver(&[self.passed_on(case, &asked)]).await;
        self.lets_go(case).await;
    }

    /// Every department lets go of a case that is being stopped, and every result is taken back.
    pub async fn lets_go(&self, case: Uuid) {
        // What is cancelled first, then what is undone.
        for _ in 0..2 {
            for task in self.shown(case).await["tasks"].as_array().unwrap() {
                let (id, department) =
                    (task["task_id"].as_str().unwrap(), task["department"].as_str().unwrap_or_default());
                let id = TaskId::parse(id).unwrap();
                let at = self.mailbox.clocks().business.now();
                match task["state"].as_str().unwrap() {
                    "cancelling" => {
                        let says = DepartmentSays::CancelAcknowledged { acknowledged_at: at };
                        self.deliver(&[self.replied(case, department, id, says)]).await;
                    }
                    "assigned" => self.deliver(&[self.decided(case, id, vec![])]).await,
                    _ => {}
                }
            }
        }
    }

    pub async fn phase(&self, case: Uuid) -> String {
        self.shown(case).await["phase"].as_str().unwrap().to_owned()
    }

    pub async fn shown(&self, case: Uuid) -> Value {
        let token = Issuer::token("op", &["operator"]).unwrap();
        let asked = self.client.get(self.api.url(&format!("/v1/cases/{case}"))).bearer_auth(token);
        asked.send().await.unwrap().json().await.unwrap()
    }

    async fn ask(&self, who: &str, asked: reqwest::RequestBuilder) -> (u16, Value) {
        let role = if who == "clerk" { "window_clerk" } else { "applicant" };
        let token = Issuer::token(who, &[role]).unwrap();
        let answer = asked.bearer_auth(token).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }
}

pub fn named(trade_name: &str) -> Value {
    json!({
        "region": "莱州市",
        "trade_name": trade_name,
        "industry": "电子",
        "form": "有限公司",
        "company_type": "limited_company",
    })
}

fn settings() -> Settings<RegistrationSettings> {
    let own = [
        ("MATERIAL_KEY", KEY.to_owned()),
        ("CODE_KEY", KEY.to_owned()),
        ("NAME_KEY", contracts::names::private_key(&[7; 32])),
    ];
    let environment: BTreeMap<String, String> =
        own.map(|(key, value)| (format!("WUTONG__MARKET_REGISTRATION__{key}"), value)).into();
    let sources = Sources { defaults: DEFAULTS, file: None, environment };
    Effective::merge(&sources).unwrap().read("market_registration", Purpose::Look).unwrap()
}

fn read<E: Event>(body: &[u8]) -> E {
    E::decode(body).unwrap()
}
