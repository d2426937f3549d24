//! Every operation of openings and names, as every role.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use casework::{CaseId, TaskId};
use chassis::{
    Service as _,
    testing::{
        TestServer,
        walk::{self, HOLDER, Subject, Town, does},
    },
};
use contracts::{
    materials::{Brought, Paper},
    seal::Seals,
};
use mailbox::Mailbox;
use market_registration::MarketRegistration;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::Kit;
use uuid::Uuid;

use crate::names_desk::{MORNING, NamesDesk, named};

/// What names are made of here: digits as trees.
const TREES: [char; 10] = ['梧', '桐', '杉', '柏', '槐', '榆', '柳', '枫', '桂', '楠'];

struct Walked {
    desk: NamesDesk,
    /// How many things there are: no two are called alike.
    things: AtomicU32,
}

pub async fn every_operation_is_answered_as_permissions_toml_says(kit: Arc<Kit>) {
    walk::walk(&Walked { desk: NamesDesk::open(&kit).await, things: AtomicU32::new(0) }).await;
}

fn holder() -> Value {
    json!({ "sub": HOLDER, "roles": ["applicant"] })
}

fn clerk() -> Value {
    json!({ "sub": "clerk", "roles": ["window_clerk"] })
}

impl Walked {
    fn next(&self) -> u32 {
        self.things.fetch_add(1, Ordering::Relaxed)
    }

    /// A name that nobody has.
    fn name(&self) -> Value {
        let digits = format!("{:04}", self.next());
        let trees: String = digits.chars().filter_map(|d| TREES.get(d.to_digit(10)? as usize)).collect();
        named(&trees)
    }

    /// A name that is the holder's: its path.
    async fn reserved(&self) -> String {
        let told = does(self, &holder(), (Method::POST, "/v1/names"), &self.name()).await;
        format!("/v1/names/{}", told["id"].as_str().unwrap())
    }

    fn signed(&self, by: &Value) -> String {
        let paper = Paper {
            code: "CONSENT".to_owned(),
            id: self.desk.mailbox.new_id(),
            media_type: "application/pdf".to_owned(),
            size: 3,
            sm3: format!("{:064}", self.next()),
        };
        let by = by["sub"].as_str().unwrap().to_owned();
        Brought { paper, by, until: None }.statement(&Seals::read("a key of the tests").unwrap())
    }

    /// An opening in which the registering authority has a task.
    async fn opening(&self) -> Uuid {
        let case = self.desk.mailbox.new_id();
        self.desk.deliver(&[self.desk.accepted(case, "莱州市云杉测试电子有限公司", "", MORNING)]).await;
        case
    }

    /// An opening that nobody has explained the red card of.
    async fn red(&self) -> Uuid {
        let case = self.opening().await;
        let text = "update openings set card = 'red' where id = $1";
        sqlx::query(text).bind(case).execute(self.desk.mailbox.db()).await.unwrap();
        case
    }
}

/// A name, and what else stands in the path.
fn of(path: &str, more: &[&str], body: Value) -> Subject {
    let id = path.rsplit('/').next().unwrap();
    let path = std::iter::once(id).chain(more.iter().copied()).map(str::to_owned).collect();
    Subject { path, body, ..Subject::default() }
}

impl Town for Walked {
    const SERVICE: &'static str = MarketRegistration::NAME;

    fn api(&self) -> &TestServer {
        &self.desk.api
    }

    fn mailbox(&self) -> &Mailbox {
        &self.desk.mailbox
    }

    async fn subject(&self, operation: &str, asker: &Value) -> Subject {
        let of_case =
            |case: Uuid, body: Value| Subject { shown_as: case.to_string(), ..of(&case.to_string(), &[], body) };
        match operation {
            "GET /v1/cases/{id}" => of_case(self.opening().await, Value::Null),
            "GET /v1/red-cards" => Subject { path: vec![], ..of_case(self.red().await, Value::Null) },
            "POST /v1/cases/{id}/red-card-reason" => of_case(self.red().await, json!({ "reason": "银行核验系统中断" })),
            "POST /v1/cases/{id}/stop" => {
                let body = json!({ "kind": "licence_revoked", "basis": "《市场主体登记管理条例》第四十条" });
                of_case(self.opening().await, body)
            }
            "POST /v1/tasks/{id}/resend" => {
                let task = TaskId::derived(CaseId::new(self.opening().await), "licence");
                Subject { path: vec![task.to_string()], ..Subject::default() }
            }
            "POST /v1/names" | "POST /v1/names/check" => {
                let mut body = self.name();
                if asker["roles"] == json!(["window_clerk"]) {
                    let document = json!({ "kind": "passport", "number": "E1000001" });
                    body["applicant"] = json!({ "name": "测试来人", "document": document });
                }
                Subject { body, ..Subject::default() }
            }
            "GET /v1/names/keys" => Subject::default(),
            "GET /v1/names/{id}" | "GET /v1/names/{id}/history" => of(&self.reserved().await, &[], Value::Null),
            "POST /v1/names/{id}/release" => of(&self.reserved().await, &[], json!({})),
            "POST /v1/names/{id}/codes" => of(&self.reserved().await, &[], json!({ "act": "release" })),
            "POST /v1/names/{id}/consents" => {
                let body = json!({ "to": {"act": "release"}, "statement": self.signed(&holder()) });
                of(&self.reserved().await, &[], body)
            }
            "POST /v1/names/{id}/consents/{consent}/countersignature" => {
                let path = self.reserved().await;
                let body = json!({ "to": {"act": "release"}, "statement": self.signed(&clerk()) });
                let brought = does(self, &clerk(), (Method::POST, &format!("{path}/consents")), &body).await;
                of(&path, &[brought["consent_id"].as_str().unwrap()], json!({}))
            }
            "POST /v1/names/{id}/phone" => {
                let (path, phone) = (self.reserved().await, format!("100{:08}", self.next()));
                does(self, &clerk(), (Method::POST, "/v1/phones/codes"), &json!({ "phone": phone })).await;
                let proof = json!({ "phone": phone, "code": self.desk.last_code().await });
                of(&path, &[], json!({ "phone_proof": proof }))
            }
            "POST /v1/phones/codes" => {
                let body = json!({ "phone": format!("100{:08}", self.next()) });
                Subject { body, ..Subject::default() }
            }
            _ => panic!("nobody knows how {operation} is asked"),
        }
    }
}
