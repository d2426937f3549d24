//! A department and the owner of a process who talks to it.

use std::{collections::BTreeMap, sync::Arc};

use casework::{
    Assignment, CaseId, DepartmentCode, DepartmentSays, Fault, OwnerMessage, OwnerSays, Reply, Said, TaskId, Wait, wire,
};
use chassis::{
    Service as _,
    settings::{Effective, Purpose, Settings, Sources},
    testing::{Issuer, TestServer},
};
use contracts::{
    event::Attributes,
    task::v1::{Dossier, Field, Material},
    topics,
};
use department::{
    Department,
    settings::{DEFAULTS, DepartmentSettings},
};
use mailbox::{Handler, Incoming, Mailbox, Timer, calendar::RECKON, clock::Clocks, ids::Ids};
use serde_json::{Value, json};
use sqlx::{PgPool, Row as _};
use time::{OffsetDateTime, macros::datetime};
use uuid::Uuid;

use crate::server::Server;

pub const NOW: OffsetDateTime = datetime!(2025-09-28 10:00 +8);
pub const OWNER: &str = "market-registration";

pub struct Desk {
    pub db: PgPool,
    pub mailbox: Mailbox,
    pub code: &'static str,
    state: Arc<Department>,
    handler: Arc<dyn Handler>,
    pub api: TestServer,
    client: reqwest::Client,
}

/// One task in a case of its own.
#[derive(Clone, Copy)]
pub struct Asked {
    pub case: CaseId,
    pub task: TaskId,
}

impl Desk {
    pub async fn open(server: &Server, code: &'static str, adapter: &str) -> Self {
        let rules = format!("{}/rules/{}.toml", env!("CARGO_MANIFEST_DIR"), code.to_lowercase());
        Self::set_up(server, code, adapter, &rules).await
    }

    /// Adapter `rules`, by other rules than the department's own.
    pub async fn open_by(server: &Server, code: &'static str, rules: &str) -> Self {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), rules).unwrap();
        Self::set_up(server, code, "rules", &file.path().display().to_string()).await
    }

    async fn set_up(server: &Server, code: &'static str, adapter: &str, rules: &str) -> Self {
        let db = server.database().await;
        let mailbox = Mailbox::new(
            db.clone(),
            Clocks::manual(NOW),
            Ids::from_system(),
            format!("department-{}", code.to_lowercase()),
        );
        let settings = settings([("CODE", code), ("ADAPTER", adapter), ("RULES_FILE", rules)]);
        let state = Arc::new(Department::build(&settings, &mailbox).await.unwrap());
        let handler = Arc::clone(&state).handler();
        let issuer = Issuer::start().unwrap();
        let beside = actix_web::web::Data::from(Arc::clone(&state));
        let its_mailbox = actix_web::web::Data::new(mailbox.clone());
        let api = TestServer::start(
            &issuer,
            Department::routes,
            |_| {},
            move |config| {
                config.app_data(beside.clone()).app_data(its_mailbox.clone());
            },
        )
        .unwrap();
        Self { db, mailbox, code, state, handler, api, client: reqwest::Client::new() }
    }

    pub fn minutes_pass(&self, minutes: i64) {
        let clock = &self.mailbox.clocks().business;
        clock.advance_to(clock.now() + time::Duration::minutes(minutes)).unwrap();
    }

    /// The calendar is another one: tasks fall due to be reckoned again.
    pub async fn reckon_again(&self, asked: &[Asked]) {
        let timer = |asked: &Asked| Timer { owner: asked.task.uuid(), name: RECKON.to_owned(), due_at: NOW };
        let timers: Vec<Timer> = asked.iter().map(timer).collect();
        let mut changes = self.mailbox.changes();
        for verdict in self.handler.fire(&self.mailbox, &timers).await.unwrap() {
            changes.absorb(verdict.unwrap());
        }
        self.mailbox.commit(changes).await.unwrap();
    }

    /// Every fact of the ledger, as text.
    pub async fn ledger(&self) -> String {
        let bodies: Vec<Vec<u8>> = sqlx::query_scalar("select body from ledger").fetch_all(&self.db).await.unwrap();
        bodies.iter().map(|body| String::from_utf8_lossy(body).into_owned()).collect()
    }

    /// The same handler after the process was killed.
    pub fn restart(&mut self) {
        self.handler = Arc::clone(&self.state).handler();
    }

    pub fn assigned(&self, asked: Asked, task: &str, outputs: &[&str]) -> Incoming {
        self.asked_for(asked, task, outputs, Wait::WindowMinutes(60))
    }

    /// An assignment with a promise of its own, that asks for a document.
    pub fn promised(&self, asked: Asked, task: &str, promised: Wait) -> Incoming {
        self.asked_for(asked, task, &["result"], promised)
    }

    fn asked_for(&self, asked: Asked, task: &str, outputs: &[&str], promised: Wait) -> Incoming {
        let assignment = Assignment {
            task_code: task.into(),
            role: "role".into(),
            department: DepartmentCode::parse(self.code).unwrap(),
            assigned_at: NOW,
            promised,
            outputs: outputs.iter().map(|&kind| kind.to_owned()).collect(),
            resent: false,
        };
        self.told(asked, 1, OwnerSays::Assigned(assignment))
    }

    /// An assignment whose dossier has these fields.
    pub fn assigned_with(&self, asked: Asked, task: &str, outputs: &[&str], fields: &[(&str, &str)]) -> Incoming {
        with_fields(self.assigned(asked, task, outputs), fields)
    }

    /// The dossier changed.
    pub fn amended_with(&self, asked: Asked, fields: &[(&str, &str)]) -> Incoming {
        let amended = OwnerSays::Amended { amended_at: NOW, reason: "inside".into() };
        with_fields(self.told(asked, 1, amended), fields)
    }

    /// What the owner says, as it comes from the bus.
    pub fn told(&self, asked: Asked, round: u32, says: OwnerSays) -> Incoming {
        self.told_by(OWNER, asked, round, says)
    }

    pub fn told_by(&self, owner: &str, asked: Asked, round: u32, says: OwnerSays) -> Incoming {
        let envelope = wire::Envelope {
            case_number: "37068320250928010000001".into(),
            theme: "company-opening@1".into(),
            reply_topic: topics::replies(self.code, owner),
            region: "370683".into(),
            dossier: dossier(),
        };
        let message = OwnerMessage { case: asked.case, task: asked.task, round, says };
        let (kind, body) = wire::encode_owner_message(&message, envelope);
        Incoming {
            topic: topics::tasks(self.code),
            key: asked.case.to_string(),
            attributes: Attributes {
                id: self.mailbox.new_id(),
                kind,
                source: owner.into(),
                time: NOW,
                subject: asked.case.to_string(),
                sequence: 1,
                trace_parent: None,
            },
            body,
            received_at: self.mailbox.clocks().business.now(),
            span: tracing::Span::none(),
        }
    }

    pub fn rejected(&self, asked: Asked) -> Incoming {
        self.rejects(asked, None)
    }

    /// The owner rejects one thing that was said.
    pub fn rejected_reply(&self, asked: Asked, said: Said) -> Incoming {
        self.rejects(asked, Some(said))
    }

    fn rejects(&self, asked: Asked, said: Option<Said>) -> Incoming {
        let faults = vec![Fault::new("credit_code", "check_digit", "校验位不对", "wrong check digit")];
        self.told(asked, 1, OwnerSays::ReplyRejected { rejected_at: NOW, reply_id: Uuid::from_u128(9), said, faults })
    }

    /// Decides a batch and forgets it: what a kill before the commit leaves.
    pub async fn decide_in_vain(&self, batch: &[Incoming]) {
        assert!(self.handler.handle(&self.mailbox, batch).await.unwrap().iter().all(Result::is_ok));
    }

    /// Hands a batch over as the consumer does; gives the code of each message's fault, or "".
    pub async fn deliver(&self, batch: &[Incoming]) -> Vec<&'static str> {
        for _ in 0..5 {
            let mut changes = self.mailbox.changes();
            let mut codes = Vec::new();
            for verdict in self.handler.handle(&self.mailbox, batch).await.unwrap() {
                match verdict {
                    Ok(decided) => {
                        codes.push("");
                        changes.absorb(decided);
                    }
                    Err(fault) => codes.push(fault.code),
                }
            }
            match self.mailbox.commit(changes).await {
                Ok(()) => return codes,
                Err(error) => assert!(error.worth_deciding_again(), "{error:?}"),
            }
        }
        panic!("the batch does not pass");
    }

    /// Everything that was said so far, in order.
    pub async fn said(&self) -> Vec<Reply> {
        let rows =
            sqlx::query("select topic, key, kind, body from outbox order by seq").fetch_all(&self.db).await.unwrap();
        rows.iter()
            .map(|row| {
                let (topic, key): (String, String) = (row.get("topic"), row.get("key"));
                let reply = wire::decode_reply(row.get("kind"), row.get("body")).unwrap();
                assert_eq!(topic, topics::replies(self.code, OWNER));
                assert_eq!(key, reply.case.to_string());
                reply
            })
            .collect()
    }

    /// The names of what was said.
    pub async fn words(&self) -> Vec<&'static str> {
        self.said().await.iter().map(|reply| reply.says.kind()).collect()
    }

    pub async fn facts(&self) -> i64 {
        sqlx::query_scalar("select count(*) from ledger").fetch_one(&self.db).await.unwrap()
    }

    pub async fn get(&self, person: &Value, path: &str) -> (u16, Value) {
        let token = Issuer::token_with(person.clone()).unwrap();
        let answer = self.client.get(self.api.url(path)).bearer_auth(token).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    pub async fn post(&self, person: &Value, asked: Asked, verb: &str, body: Value) -> (u16, Value) {
        let token = Issuer::token_with(person.clone()).unwrap();
        let url = self.api.url(&format!("/v1/tasks/{}/{verb}", asked.task));
        let answer = self.client.post(url).bearer_auth(token).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    pub async fn show(&self, asked: Asked) -> Value {
        let (status, shown) = self.get(&clerk(self.code), &format!("/v1/tasks/{}", asked.task)).await;
        assert_eq!(status, 200, "{shown}");
        shown
    }
}

pub fn ask(nth: u128) -> Asked {
    Asked { case: CaseId::new(Uuid::from_u128(1_000 + nth)), task: TaskId::new(Uuid::from_u128(2_000 + nth)) }
}

pub fn closed() -> OwnerSays {
    OwnerSays::Closed { ended_at: NOW, closed_at: NOW }
}

pub fn outputs(reply: &Reply) -> Vec<(String, String)> {
    let DepartmentSays::Decided(decision) = &reply.says else { panic!("it says {}", reply.says.kind()) };
    decision.outputs.iter().map(|output| (output.kind.clone(), output.value.clone())).collect()
}

pub fn clerk(code: &str) -> Value {
    json!({ "sub": format!("clerk-{code}"), "name": "测试经办人", "roles": ["department_clerk"], "department": code })
}

pub fn head(code: &str) -> Value {
    json!({ "sub": format!("head-{code}"), "name": "测试负责人", "roles": ["department_head", "department_clerk"], "department": code })
}

fn dossier() -> Dossier {
    Dossier {
        fields: vec![Field { name: "company_name".into(), value: "莱州市云杉测试电子有限公司".into() }],
        materials: vec![Material {
            code: "M03".into(),
            material_id: Uuid::from_u128(3).to_string(),
            media_type: "application/pdf".into(),
            size: 3,
            sm3: "00".repeat(32),
            link: "http://127.0.0.1/v1/materials/3/bytes".into(),
        }],
    }
}

fn settings(own: [(&str, &str); 3]) -> Settings<DepartmentSettings> {
    let environment: BTreeMap<String, String> =
        own.iter().map(|(key, value)| (format!("WUTONG__DEPARTMENT__{key}"), (*value).to_owned())).collect();
    let sources = Sources { defaults: DEFAULTS, file: None, environment };
    Effective::merge(&sources).unwrap().read("department", Purpose::Look).unwrap()
}

/// The same message with another dossier.
fn with_fields(mut incoming: Incoming, fields: &[(&str, &str)]) -> Incoming {
    let (message, envelope) = wire::decode_owner_message(&incoming.attributes.kind, &incoming.body).unwrap();
    let field = |(name, value): &(&str, &str)| contracts::task::v1::Field {
        name: (*name).to_owned(),
        value: (*value).to_owned(),
    };
    let dossier = contracts::task::v1::Dossier { fields: fields.iter().map(field).collect(), materials: vec![] };
    (_, incoming.body) = wire::encode_owner_message(&message, wire::Envelope { dossier, ..envelope });
    incoming
}
