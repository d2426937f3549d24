//! Every operation of the front desk, as every role.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use chassis::{
    Service as _,
    testing::{
        TestServer,
        walk::{self, HOLDER, Subject, Town},
    },
};
use contracts::{
    account::argument,
    materials::Capability,
    process::v1::{Holder, Kind, OpenTask, Phase, Progressed, Step},
    seal::Seals,
    time::timestamp,
};
use intake::{Intake, domain::year::Written};
use mailbox::Mailbox;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::Kit;
use uuid::Uuid;

use crate::hall::{Hall, MONDAY, clerk, for_whom, passport, stall};

struct Desk {
    hall: Hall,
    /// How many things there are: no two are called alike.
    things: AtomicU64,
}

pub async fn every_operation_is_answered_as_permissions_toml_says(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    walk::walk(&Desk { hall, things: AtomicU64::new(0) }).await;
}

fn holder() -> Value {
    json!({ "sub": HOLDER, "name": "测试申请人", "roles": ["applicant"] })
}

/// A telephone that nobody had before.
fn phone(nth: u64) -> String {
    format!("100{nth:08}")
}

impl Desk {
    /// A food stall that waits at the window, with its papers as they are named.
    async fn case(&self, codes: &[&str]) -> (String, Value) {
        let holder = holder();
        let mut body = stall("online", &self.hall.bring_all(&holder, codes).await);
        body["as_it_stands"] = json!(codes.len() < 4);
        body["fields"]["place"] = json!(format!("海滨浴场{}号", self.things.fetch_add(1, Ordering::Relaxed)));
        self.hall.file(&holder, &body).await
    }

    /// What a clerk entered for somebody, who has the slip.
    async fn at_window(&self) -> (Value, Value, Value) {
        let name = format!("n{}", self.things.fetch_add(1, Ordering::Relaxed));
        let papers = self.hall.bring_all(&clerk(), &["M01", "HEALTH", "LAYOUT", "WASTE"]).await;
        let mut body = for_whom(&name, stall("window", &papers));
        let proof = self.proved().await;
        body["fields"]["operator.phone"] = proof["phone"].clone();
        body["phone_proof"] = proof.clone();
        let (_, slip) = self.hall.file(&clerk(), &body).await;
        (slip, passport(&name), proof["phone"].clone())
    }

    /// A consent that was signed and brought.
    async fn signed(&self) -> (u16, Value) {
        let bytes = format!("%PDF signed {}", self.things.fetch_add(1, Ordering::Relaxed));
        self.hall.uploads(&holder(), "CONSENT", "application/pdf", bytes.as_bytes()).await
    }

    /// A new telephone, with the code that went there.
    async fn proved(&self) -> Value {
        let phone = phone(self.things.fetch_add(1, Ordering::Relaxed));
        let (status, told) = self.hall.post(&clerk(), "/v1/phones/codes", &json!({ "phone": phone })).await;
        assert_eq!(status, 201, "{told}");
        json!({ "phone": phone, "code": self.hall.last_code(&phone).await })
    }

    async fn draft(&self, asker: &Value) -> Value {
        // A window's draft is any clerk's; the applicant's own is nobody else's.
        let at_window = asker["roles"] == json!(["window_clerk"]);
        let mut body =
            json!({ "theme": "food-stall-filing", "channel": "online", "fields": {"operator.name": "测试辛"} });
        let who = if at_window { clerk() } else { holder() };
        if at_window {
            body["channel"] = json!("window");
            body = for_whom("window", body);
        }
        let (status, draft) = self.hall.post(&who, "/v1/drafts", &body).await;
        assert_eq!(status, 201, "{draft}");
        draft
    }

    /// A paper that a task's department reads by its link.
    async fn linked(&self) -> Subject {
        let paper = self.hall.brings(&holder(), "ARTICLES").await;
        let (_, slip) = self.case(&["M01"]).await;
        let (task, now) = (self.hall.mailbox.new_id(), timestamp(MONDAY));
        let step = Step {
            at: now,
            kind: Kind::TaskAssigned.into(),
            task_id: task.to_string(),
            task_code: "licence".to_owned(),
            department: "MSA".to_owned(),
            arguments: vec![argument("round", [1])],
            ..Step::default()
        };
        let open = OpenTask {
            task_id: task.to_string(),
            task_code: "licence".to_owned(),
            department: "MSA".to_owned(),
            holder: Holder::Department.into(),
            since: now,
            ..OpenTask::default()
        };
        let told = Progressed {
            subject_id: slip["case_id"].as_str().unwrap().to_owned(),
            phase: Phase::Running.into(),
            steps: vec![step],
            open: vec![open],
            ..Progressed::default()
        };
        self.hall.hears(&[self.hall.owner_says(&told, 1)]).await;
        let material = Uuid::try_parse(paper["material_id"].as_str().unwrap()).unwrap();
        let seals = Seals::read("a key of the tests").unwrap();
        let link = Capability { material, department: "MSA", task }.link("", &seals);
        let query = link.split_once('?').unwrap().1.to_owned();
        Subject { path: vec![material.to_string()], query, ..Subject::default() }
    }
}

impl Town for Desk {
    const SERVICE: &'static str = Intake::NAME;

    fn api(&self) -> &TestServer {
        &self.hall.api
    }

    fn mailbox(&self) -> &Mailbox {
        &self.hall.mailbox
    }

    async fn subject(&self, operation: &str, asker: &Value) -> Subject {
        let of_case = |(case, slip): (String, Value), body: Value| Subject {
            path: vec![case.rsplit('/').next().unwrap().to_owned()],
            body,
            shown_as: slip["case_id"].as_str().unwrap().to_owned(),
            ..Subject::default()
        };
        let whole = ["M01", "HEALTH", "LAYOUT", "WASTE"];
        let about = |path: &[&str]| Subject {
            path: path.iter().map(|part| (*part).to_owned()).collect(),
            ..Subject::default()
        };
        let task = Uuid::from_u128(7);
        match operation {
            "GET /v1/cases" | "GET /v1/cases/{id}" | "GET /v1/cases/{id}/history" => {
                of_case(self.case(&whole).await, Value::Null)
            }
            "POST /v1/cases/{id}/acceptance" => of_case(self.case(&whole).await, json!({})),
            "POST /v1/cases/{id}/notice" => {
                let defects = json!([{"code": "M01", "reason": "未签名"}]);
                let body = json!({ "defects": defects, "overlooked_by": "CTR", "explanation": "请补正" });
                of_case(self.case(&["M01"]).await, body)
            }
            "POST /v1/cases/{id}/signpost" => {
                let body = json!({
                    "method": "到现场办理", "department": "综合窗口", "address": "莱州市文化东街", "phone": "0535-2212345",
                    "explanation": "请携带原件",
                });
                of_case(self.case(&["M01"]).await, body)
            }
            "POST /v1/cases/{id}/escalation" => {
                of_case(self.case(&["M01"]).await, json!({ "facts": "没有此事项", "question": "应由谁办理" }))
            }
            "POST /v1/cases/{id}/tolerance" => {
                let sm3 = self.hall.undertaking("LAYOUT,WASTE").await;
                of_case(self.case(&["M01", "HEALTH"]).await, json!({ "undertaking_sm3": sm3 }))
            }
            "POST /v1/cases/{id}/tolerance/extension" => {
                of_case(self.case(&whole).await, json!({ "reason": "收运单位台风停工" }))
            }
            "POST /v1/cases/{id}/corrections" => {
                let paper = self.hall.brings(asker, "HEALTH").await;
                of_case(self.case(&["M01"]).await, json!({ "materials": [paper["material_id"]] }))
            }
            "POST /v1/cases/{id}/withdrawal" => of_case(self.case(&whole).await, json!({ "reason": "不办了" })),
            "POST /v1/cases/{id}/choices" => {
                of_case(self.case(&whole).await, json!({ "task_id": task, "close_without": true }))
            }
            "POST /v1/cases/{id}/supplements" => {
                of_case(self.case(&whole).await, json!({ "task_id": task, "fields": {"place": "海滨浴场"} }))
            }
            "POST /v1/cases/{id}/codes" => of_case(self.case(&whole).await, json!({ "act": "withdraw" })),
            "POST /v1/cases/{id}/consents" => {
                let (_, paper) = self.signed().await;
                let body = json!({ "to": {"act": "withdraw"}, "statement": paper["statement"] });
                of_case(self.case(&whole).await, body)
            }
            "POST /v1/cases/{id}/consents/{consent}/countersignature" => {
                let case = self.case(&whole).await;
                let (_, paper) = self.signed().await;
                let body = json!({ "to": {"act": "withdraw"}, "statement": paper["statement"] });
                let (status, brought) = self.hall.post(&clerk(), &format!("{}/consents", case.0), &body).await;
                assert_eq!(status, 201, "{brought}");
                let mut subject = of_case(case, json!({}));
                subject.path.push(brought["consent_id"].as_str().unwrap().to_owned());
                subject
            }
            "POST /v1/cases/{id}/phone" => {
                of_case(self.case(&whole).await, json!({ "phone_proof": self.proved().await }))
            }
            "POST /v1/claims/codes" => {
                let (slip, document, _) = self.at_window().await;
                let body = |code: &Value| json!({ "case_number": slip["case_number"], "query_code": code, "document": document });
                let missing = Subject { body: body(&json!("AAAAAAAA")), ..Subject::default() };
                Subject { body: body(&slip["query_code"]), missing: Some(Box::new(missing)), ..Subject::default() }
            }
            "POST /v1/claims" => {
                let (slip, document, phone) = self.at_window().await;
                let body = |code: &Value| json!({ "case_number": slip["case_number"], "query_code": code, "document": document });
                let (sent, _) = self.hall.post(asker, "/v1/claims/codes", &body(&slip["query_code"])).await;
                let sms =
                    if sent == 201 { self.hall.last_code(phone.as_str().unwrap()).await } else { "000000".to_owned() };
                let body = |code: &Value| {
                    let mut body = body(code);
                    body["code"] = json!(sms);
                    body
                };
                let missing = Subject { body: body(&json!("AAAAAAAA")), ..Subject::default() };
                Subject { body: body(&slip["query_code"]), missing: Some(Box::new(missing)), ..Subject::default() }
            }
            "POST /v1/drafts" => {
                let body =
                    json!({ "theme": "food-stall-filing", "channel": "online", "fields": {"place": "海滨浴场"} });
                Subject { body: named(asker, body), ..Subject::default() }
            }
            "GET /v1/drafts"
            | "GET /v1/drafts/{id}"
            | "GET /v1/drafts/{id}/completeness"
            | "DELETE /v1/drafts/{id}" => {
                let draft = self.draft(asker).await["draft_id"].as_str().unwrap().to_owned();
                Subject { shown_as: draft.clone(), ..about(&[&draft]) }
            }
            "PUT /v1/drafts/{id}" => {
                let draft = self.draft(asker).await;
                let body = json!({ "theme": "food-stall-filing", "fields": {"place": "海滨浴场"} });
                Subject { query: "sequence=1".to_owned(), body, ..about(&[draft["draft_id"].as_str().unwrap()]) }
            }
            "POST /v1/drafts/{id}/submission" => {
                let draft = self.draft(asker).await["draft_id"].as_str().unwrap().to_owned();
                let at_window = asker["roles"] == json!(["window_clerk"]);
                let who = if at_window { asker.clone() } else { holder() };
                let channel = if at_window { "window" } else { "online" };
                let papers = self.hall.bring_all(&who, &whole).await;
                let (status, changed) = self
                    .hall
                    .ask(
                        Some(&who),
                        Method::PUT,
                        &format!("/v1/drafts/{draft}?sequence=1"),
                        Some(&stall(channel, &papers)),
                    )
                    .await;
                assert_eq!(status, 200, "{changed}");
                Subject { body: json!({ "sequence": 2 }), ..about(&[&draft]) }
            }
            "POST /v1/applications" => {
                let at_window = asker["roles"] == json!(["window_clerk"]);
                let papers = self.hall.bring_all(asker, &whole).await;
                let body = stall(if at_window { "window" } else { "online" }, &papers);
                Subject { body: named(asker, body), ..Subject::default() }
            }
            "POST /v1/materials" => Subject {
                query: "code=M01".to_owned(),
                bytes: Some(("application/pdf", b"%PDF walked".to_vec())),
                ..Subject::default()
            },
            "GET /v1/materials/{id}/bytes" => self.linked().await,
            "POST /v1/phones/codes" => {
                let phone = phone(self.things.fetch_add(1, Ordering::Relaxed));
                Subject { body: json!({ "phone": phone }), ..Subject::default() }
            }
            "GET /v1/progress/{number}" => {
                let (_, slip) = self.case(&whole).await;
                let query = format!("code={}", slip["query_code"].as_str().unwrap());
                Subject { query, ..about(&[slip["case_number"].as_str().unwrap()]) }
            }
            "GET /v1/items/{code}" => about(&["food-stall-filing"]),
            "GET /v1/items/{code}/undertaking" => {
                Subject { query: "gaps=LAYOUT,WASTE".to_owned(), ..about(&["food-stall-filing"]) }
            }
            "GET /v1/items/{code}/{paper}" => about(&["food-stall-filing", "guide"]),
            "GET /v1/themes/{code}" => about(&["company-opening"]),
            "GET /v1/themes/{code}/{paper}" => about(&["company-opening", "guide"]),
            "GET /v1/items" | "GET /v1/themes" | "GET /v1/calendar/years" => Subject::default(),
            "PUT /v1/calendar/years/{year}" => {
                let calendar = workdays::Calendar::embedded();
                let said = calendar.announcements().find(|said| said.year == 2026).unwrap();
                let body = serde_json::to_value(Written::of(said)).unwrap();
                let whole = Subject { body, ..about(&["2026"]) };
                Subject { missing: Some(Box::new(whole.clone())), ..whole }
            }
            _ => panic!("nobody knows how {operation} is asked"),
        }
    }
}

/// With the applicant who stands there, where a clerk files it.
fn named(asker: &Value, body: Value) -> Value {
    let at_window = asker["roles"] == json!(["window_clerk"]);
    let mut body = if at_window { for_whom("walk", body) } else { body };
    if at_window {
        body["channel"] = json!("window");
    }
    body
}
