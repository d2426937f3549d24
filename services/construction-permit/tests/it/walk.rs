//! Every operation of construction projects, as every role.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use chassis::{
    Service as _,
    testing::{
        TestServer,
        walk::{self, HOLDER, Subject, Town, does},
    },
};
use construction_permit::ConstructionPermit;
use contracts::{
    materials::{Brought, Paper},
    notification::v1::Requested,
    seal::Seals,
    topics,
};
use mailbox::Mailbox;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::Kit;
use time::macros::datetime;

use crate::desk::{KEY, ProjectsDesk, fields, key_project};

struct Walked {
    desk: ProjectsDesk,
    /// How many things there are: no two are called alike.
    things: AtomicU32,
}

pub async fn every_operation_is_answered_as_permissions_toml_says(kit: Arc<Kit>) {
    let desk = ProjectsDesk::open(&kit, datetime!(2025-03-03 09:30 +8)).await;
    walk::walk(&Walked { desk, things: AtomicU32::new(0) }).await;
}

fn holder() -> Value {
    json!({ "sub": HOLDER, "roles": ["applicant"] })
}

fn clerk() -> Value {
    json!({ "sub": "clerk", "roles": ["window_clerk"] })
}

fn chief() -> Value {
    json!({ "sub": "chief", "roles": ["chief_representative"] })
}

impl Walked {
    fn next(&self) -> u32 {
        self.things.fetch_add(1, Ordering::Relaxed)
    }

    fn project(&self) -> Value {
        let mut project = key_project();
        project["code"] = json!(format!("2503-370683-04-01-{:05}1", self.next()));
        project
    }

    /// A project of the holder's that an agent has: its path.
    async fn registered(&self) -> String {
        let told = does(self, &holder(), (Method::POST, "/v1/projects"), &self.project()).await;
        let path = format!("/v1/projects/{}", told["project_id"].as_str().unwrap());
        let agent = json!({ "agent": "near-centre_agent" });
        does(self, &chief(), (Method::POST, &format!("{path}/agents")), &agent).await;
        path
    }

    /// The same, with its list in force.
    async fn acknowledged(&self) -> String {
        let path = self.registered().await;
        let version = json!({ "version": 1 });
        does(self, &holder(), (Method::POST, &format!("{path}/list/acknowledgement")), &version).await;
        path
    }

    /// The same, with its first stage applied for.
    async fn applied(&self) -> String {
        let path = self.acknowledged().await;
        let papers = self.desk.papers_of(HOLDER, &["M12", "M13", "M15", "M17"]);
        let stage = json!({ "fields": fields("A"), "papers": papers });
        does(self, &holder(), (Method::POST, &format!("{path}/stages/A/application")), &stage).await;
        path
    }

    /// An undertaking for what A36 lacks.
    async fn undertaken(&self, path: &str) -> Value {
        let shown = does(self, &holder(), (Method::GET, &format!("{path}/items/A36/undertaking")), &Value::Null).await;
        json!({ "items": ["A36"], "undertakings": {"A36": shown["sm3"]} })
    }

    fn signed(&self, by: &Value) -> String {
        let paper = Paper {
            code: "CONSENT".to_owned(),
            id: self.desk.mailbox.new_id(),
            media_type: "application/pdf".to_owned(),
            size: 3,
            sm3: format!("{:064}", self.next()),
        };
        let by = by["sub"].as_str().unwrap_or(HOLDER).to_owned();
        Brought { paper, by, until: None }.statement(&Seals::read(KEY).unwrap())
    }

    /// A new telephone, with the code that went there.
    async fn proved(&self) -> Value {
        let phone = format!("100{:08}", self.next());
        does(self, &clerk(), (Method::POST, "/v1/phones/codes"), &json!({ "phone": phone })).await;
        let told: Vec<Requested> = self.desk.said(topics::NOTIFICATION_REQUESTS).await;
        let told = told.into_iter().rfind(|told| told.template == "N19").unwrap();
        json!({ "phone": phone, "code": told.variables["code"] })
    }
}

/// A project, and what else stands in the path.
fn of(path: &str, more: &[&str], body: Value) -> Subject {
    let id = path.rsplit('/').next().unwrap();
    let path = std::iter::once(id).chain(more.iter().copied()).map(str::to_owned).collect();
    Subject { path, body, shown_as: id.to_owned(), ..Subject::default() }
}

impl Town for Walked {
    const SERVICE: &'static str = ConstructionPermit::NAME;

    fn api(&self) -> &TestServer {
        &self.desk.api
    }

    fn mailbox(&self) -> &Mailbox {
        &self.desk.mailbox
    }

    async fn subject(&self, operation: &str, asker: &Value) -> Subject {
        let by_chief = asker["roles"] == json!(["chief_representative"]);
        let ground = if by_chief { "legal" } else { "applicant" };
        match operation {
            "GET /v1/catalogue" => Subject::default(),
            "GET /v1/catalogue/items/{code}" => Subject { path: vec!["B01".to_owned()], ..Subject::default() },
            "POST /v1/lists/preview" | "POST /v1/questionnaire" => {
                let body = json!({ "type": "I", "attributes": {"land_supply": "auction"} });
                Subject { body, ..Subject::default() }
            }
            "POST /v1/phones/codes" => {
                let body = json!({ "phone": format!("100{:08}", self.next()) });
                Subject { body, ..Subject::default() }
            }
            "POST /v1/projects" => {
                let mut body = self.project();
                if asker["roles"] == json!(["window_clerk"]) {
                    let document = json!({ "kind": "credit_code", "number": "91370683MAYY00026R" });
                    body["applicant"] = json!({ "name": "莱州市海麟示范装备有限公司", "document": document });
                }
                Subject { body, ..Subject::default() }
            }
            "POST /v1/projects/{id}/agents" => of(&self.registered().await, &[], json!({ "agent": "another" })),
            "DELETE /v1/projects/{id}/agents/{agent}" => {
                of(&self.registered().await, &["near-centre_agent"], Value::Null)
            }
            "POST /v1/projects/{id}/attributes" => {
                of(&self.registered().await, &[], json!({ "attributes": {"land_supply": "auction"} }))
            }
            "POST /v1/projects/{id}/list/acknowledgement" => of(&self.registered().await, &[], json!({ "version": 1 })),
            "POST /v1/projects/{id}/list/edits" => {
                let edits = json!([{ "item": "C20", "kind": "waive", "reason": "不使用起重机械" }]);
                of(&self.acknowledged().await, &[], json!({ "edits": edits }))
            }
            "POST /v1/projects/{id}/replan" => of(&self.acknowledged().await, &[], json!({ "version": 1 })),
            "POST /v1/projects/{id}/codes" => of(&self.acknowledged().await, &[], json!({ "act": "withdraw" })),
            "POST /v1/projects/{id}/consents" => {
                let body = json!({ "to": {"act": "withdraw"}, "statement": self.signed(&holder()) });
                of(&self.acknowledged().await, &[], body)
            }
            "POST /v1/projects/{id}/consents/{consent}/countersignature" => {
                let path = self.acknowledged().await;
                let body = json!({ "to": {"act": "withdraw"}, "statement": self.signed(&clerk()) });
                let brought = does(self, &clerk(), (Method::POST, &format!("{path}/consents")), &body).await;
                of(&path, &[brought["consent_id"].as_str().unwrap()], json!({}))
            }
            "POST /v1/projects/{id}/phone" => {
                of(&self.acknowledged().await, &[], json!({ "phone_proof": self.proved().await }))
            }
            "POST /v1/projects/{id}/papers" => {
                let papers = self.desk.papers_of(asker["sub"].as_str().unwrap_or(HOLDER), &["M04"]);
                of(&self.applied().await, &[], json!({ "papers": papers }))
            }
            "POST /v1/projects/{id}/stages/{stage}/application" => {
                let path = self.applied().await;
                let body = self.undertaken(&path).await;
                of(&path, &["A"], body)
            }
            "POST /v1/projects/{id}/withdrawal" => of(&self.acknowledged().await, &[], json!({})),
            "POST /v1/projects/{id}/materials/{code}/fetch-failure" => {
                of(&self.acknowledged().await, &["M02"], json!({ "reason": "系统无响应" }))
            }
            "POST /v1/projects/{id}/items/{code}/suspension" => {
                of(&self.applied().await, &["A12"], json!({ "ground": ground, "reason": "出差在外" }))
            }
            "POST /v1/projects/{id}/items/{code}/resumption" => {
                let path = self.applied().await;
                let who = if by_chief { chief() } else { holder() };
                let stopped = json!({ "ground": ground, "reason": "出差在外" });
                does(self, &who, (Method::POST, &format!("{path}/items/A12/suspension")), &stopped).await;
                of(&path, &["A12"], json!({ "ground": ground }))
            }
            "POST /v1/projects/{id}/items/{code}/supplement" => {
                let papers = self.desk.papers_of(asker["sub"].as_str().unwrap_or(HOLDER), &["M04"]);
                of(&self.applied().await, &["A12"], json!({ "papers": papers }))
            }
            "POST /v1/projects/{id}/items/{code}/gap-extension" => {
                let path = self.applied().await;
                let body = self.undertaken(&path).await;
                does(self, &holder(), (Method::POST, &format!("{path}/stages/A/application")), &body).await;
                of(&path, &["A36"], json!({}))
            }
            "POST /v1/tasks/{id}/resend" => {
                let path = self.applied().await;
                let shown = does(self, &holder(), (Method::GET, &path), &Value::Null).await;
                let items = shown["items"].as_array().unwrap();
                let task = items.iter().find(|item| item["item"] == "A12").unwrap()["task_id"].as_str().unwrap();
                Subject { path: vec![task.to_owned()], ..Subject::default() }
            }
            read if read.starts_with("GET /v1/projects") => {
                let path = self.acknowledged().await;
                let more: &[&str] = match read.rsplit_once('}').map(|(before, _)| before) {
                    Some(before) if before.ends_with("stages/{stage") => &["A"],
                    Some(before) if before.ends_with("items/{code") => &["A36"],
                    _ => &[],
                };
                let query = match read {
                    "GET /v1/projects" => "limit=100",
                    "GET /v1/projects/{id}/back-schedule" => "target=C06&by=2026-03-31",
                    "GET /v1/projects/{id}/list/changes" => "from=1&to=1",
                    _ => "",
                };
                Subject { query: query.to_owned(), ..of(&path, more, Value::Null) }
            }
            _ => panic!("nobody knows how {operation} is asked"),
        }
    }
}
