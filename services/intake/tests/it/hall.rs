//! A hall with its front desk, and people who come to it.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use chassis::{
    Service as _,
    settings::{Effective, Purpose, Settings, Sources},
    testing::{Issuer, TestServer},
};
use contracts::{event::Attributes, notification::v1::Requested, process::v1::Progressed, schema::Event as _, topics};
use intake::{
    Intake,
    settings::{DEFAULTS, IntakeSettings},
};
use mailbox::{Handler, Incoming, Mailbox, Verdict, clock::Clocks};
use prost::Message as _;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::Row as _;
use testkit::{Database, Kit};
use time::{OffsetDateTime, macros::datetime};
use uuid::Uuid;

/// A Monday morning without a holiday near.
pub const MONDAY: OffsetDateTime = datetime!(2025-09-15 09:30 +8);

pub struct Hall {
    pub db: Database,
    pub mailbox: Mailbox,
    pub state: Arc<Intake>,
    pub handler: Arc<dyn Handler>,
    pub api: TestServer,
    client: reqwest::Client,
    folder: tempfile::TempDir,
}

/// Status and body.
pub type Answer = (u16, Value);

impl Hall {
    pub async fn open(kit: &Kit) -> Self {
        Self::open_at(kit, MONDAY).await
    }

    pub async fn open_at(kit: &Kit, now: OffsetDateTime) -> Self {
        Self::open_with(kit, now, None).await
    }

    /// A hall with a catalogue file of its own beside the built-in ones.
    pub async fn open_with(kit: &Kit, now: OffsetDateTime, file: Option<&str>) -> Self {
        let db = kit.ground().await.database(Intake::migrator()).await;
        let mailbox = db.mailbox("intake", Clocks::manual(now), 7);
        let folder = tempfile::tempdir().unwrap();
        let catalogue = file.map(|text| {
            let catalogue = folder.path().join("catalogue");
            std::fs::create_dir(&catalogue).unwrap();
            std::fs::write(catalogue.join("own.toml"), text).unwrap();
            catalogue
        });
        let (state, api) = serve(&mailbox, folder.path(), catalogue.as_deref()).await;
        let handler = Arc::clone(&state).handler();
        Self { db, mailbox, state, handler, api, client: reqwest::Client::new(), folder }
    }

    /// A second process of the front desk on the same database.
    pub async fn second_desk(&self) -> TestServer {
        let mailbox = self.db.mailbox("intake", self.mailbox.clocks().clone(), 8);
        serve(&mailbox, self.folder.path(), None).await.1
    }

    /// Somebody asks for something; `None` is not signed in.
    pub async fn ask(&self, who: Option<&Value>, method: Method, path: &str, body: Option<&Value>) -> Answer {
        self.ask_with(who, method, path, body, &[]).await
    }

    pub async fn ask_with(
        &self,
        who: Option<&Value>,
        method: Method,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        self.ask_at(&self.api, who, (method, path), body, headers).await
    }

    /// At one of several processes.
    pub async fn ask_at(
        &self,
        desk: &TestServer,
        who: Option<&Value>,
        (method, path): (Method, &str),
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = self.client.request(method, desk.url(path));
        if let Some(who) = who {
            request = request.bearer_auth(Issuer::token_with(who.clone()).unwrap());
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (status, if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() })
    }

    pub async fn get(&self, who: Option<&Value>, path: &str) -> Value {
        let (status, body) = self.ask(who, Method::GET, path, None).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    pub async fn post(&self, who: &Value, path: &str, body: &Value) -> Answer {
        self.ask(Some(who), Method::POST, path, Some(body)).await
    }

    /// Submits an application under a key of its own.
    pub async fn submit(&self, who: &Value, body: &Value) -> Answer {
        let key = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{who}{body}").as_bytes()).to_string();
        self.ask_with(Some(who), Method::POST, "/v1/applications", Some(body), &[("Idempotency-Key", &key)]).await
    }

    /// Brings a paper; gives its id.
    pub async fn brings(&self, who: &Value, code: &str) -> Value {
        let url = self.api.url(&format!("/v1/materials?code={code}"));
        let token = Issuer::token_with(who.clone()).unwrap();
        let request = self.client.post(url).bearer_auth(token).header("content-type", "application/pdf");
        let answer = request.body(format!("%PDF {code}")).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 201);
        let brought: Value = answer.json().await.unwrap();
        json!({ "code": code, "material_id": brought["material_id"] })
    }

    /// Brings bytes under a code and a label.
    pub async fn uploads(&self, who: &Value, code: &str, label: &str, bytes: &[u8]) -> Answer {
        let url = self.api.url(&format!("/v1/materials?code={code}"));
        let token = Issuer::token_with(who.clone()).unwrap();
        let request = self.client.post(url).bearer_auth(token).header("content-type", label);
        let answer = request.body(bytes.to_vec()).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// Whether the store of papers has bytes with this digest.
    pub fn has_bytes(&self, sm3: &str) -> bool {
        self.folder.path().join(&sm3[..2]).join(sm3).exists()
    }

    pub async fn bring_all(&self, who: &Value, codes: &[&str]) -> Vec<Value> {
        let mut brought = Vec::new();
        for code in codes {
            brought.push(self.brings(who, code).await);
        }
        brought
    }

    /// The business clock goes to an instant, and every timer that is due by then is fired.
    pub async fn time_is(&self, now: OffsetDateTime) {
        self.mailbox.clocks().business.advance_to(now).unwrap();
        for _ in 0..20 {
            let due = self.due().await;
            if due.is_empty() {
                return;
            }
            let mut changes = self.mailbox.changes();
            for (timer, verdict) in due.iter().zip(self.handler.fire(&self.mailbox, &due).await.unwrap()) {
                changes.clear_timer(timer.owner, timer.name.clone());
                changes.absorb(verdict.unwrap());
            }
            self.mailbox.commit(changes).await.unwrap();
        }
        panic!("timers fall due without an end");
    }

    /// What the owner of a process tells of a case.
    pub fn owner_says(&self, told: &Progressed, sequence: i64) -> Incoming {
        let now = self.mailbox.clocks().business.now();
        Incoming {
            topic: topics::REGISTRATION_CASES.to_owned(),
            key: told.subject_id.clone(),
            attributes: Attributes {
                id: self.mailbox.new_id(),
                kind: Progressed::kind(),
                source: "market-registration".to_owned(),
                time: now,
                subject: told.subject_id.clone(),
                sequence,
                trace_parent: None,
            },
            body: told.encode_to_vec(),
            received_at: now,
            span: tracing::Span::none(),
        }
    }

    /// A batch comes from the bus.
    pub async fn hears(&self, batch: &[Incoming]) {
        let mut changes = self.mailbox.changes();
        for verdict in self.handler.handle(&self.mailbox, batch).await.unwrap() {
            changes.absorb(verdict.unwrap());
        }
        self.mailbox.commit(changes).await.unwrap();
    }

    /// What is made of one message, before it is committed.
    pub async fn verdict(&self, incoming: &Incoming) -> Verdict {
        self.handler.handle(&self.mailbox, std::slice::from_ref(incoming)).await.unwrap().pop().unwrap()
    }

    /// The status with which a path answers whoever is not signed in.
    pub async fn status(&self, path: &str) -> u16 {
        self.client.get(self.api.url(path)).send().await.unwrap().status().as_u16()
    }

    async fn due(&self) -> Vec<mailbox::Timer> {
        let rows = sqlx::query("select owner, name, due_at from timers where due_at <= $1 order by due_at limit 1")
            .bind(self.mailbox.clocks().business.now())
            .fetch_all(self.mailbox.db())
            .await
            .unwrap();
        rows.iter()
            .map(|row| mailbox::Timer { owner: row.get("owner"), name: row.get("name"), due_at: row.get("due_at") })
            .collect()
    }

    /// Kinds of the messages that were said on a topic, in order.
    pub async fn said(&self, topic: &str) -> Vec<String> {
        sqlx::query_scalar("select kind from outbox where topic = $1 order by seq")
            .bind(topic)
            .fetch_all(self.mailbox.db())
            .await
            .unwrap()
    }

    /// What people are to be told of a case, in order: template and variables.
    pub async fn told(&self, slip: &Value) -> Vec<(String, BTreeMap<String, String>)> {
        let bodies: Vec<Vec<u8>> = sqlx::query_scalar("select body from outbox where topic = $1 order by seq")
            .bind(topics::NOTIFICATION_REQUESTS)
            .fetch_all(self.mailbox.db())
            .await
            .unwrap();
        let all = bodies.iter().map(|body| Requested::decode(body.as_slice()).unwrap());
        let of_case = all.filter(|told| Some(told.case_id.as_str()) == slip["case_id"].as_str());
        let told: Vec<Requested> = of_case.collect();
        for request in &told {
            let person = request.recipient.as_ref().unwrap();
            // A code goes to whoever shall be proved by it, before the case is his.
            assert!(person.person_id == person.subject || request.template == "N19");
            assert!(["10012345678", ""].contains(&person.phone.as_str()), "where the form asks for one");
        }
        told.into_iter().map(|told| (told.template, told.variables.into_iter().collect())).collect()
    }

    /// Kinds of a subject's facts, in order.
    pub async fn facts(&self, subject: &str) -> Vec<String> {
        sqlx::query_scalar("select kind from ledger where subject = $1::uuid order by sequence")
            .bind(subject)
            .fetch_all(self.mailbox.db())
            .await
            .unwrap()
    }
}

async fn serve(mailbox: &Mailbox, folder: &Path, catalogue: Option<&Path>) -> (Arc<Intake>, TestServer) {
    let state = Arc::new(build(mailbox, folder, catalogue).await.unwrap());
    let beside = actix_web::web::Data::from(Arc::clone(&state));
    let its_mailbox = actix_web::web::Data::new(mailbox.clone());
    let api = TestServer::start(
        &Issuer::start().unwrap(),
        Intake::routes,
        |_| {},
        move |config| {
            config.app_data(beside.clone()).app_data(its_mailbox.clone());
        },
    );
    (state, api.unwrap())
}

/// The service's state, with a catalogue folder beside the built-in files.
pub async fn build(mailbox: &Mailbox, folder: &Path, catalogue: Option<&Path>) -> anyhow::Result<Intake> {
    let mut environment = BTreeMap::from([
        ("WUTONG__INTAKE__MATERIALS_STORE".to_owned(), folder.display().to_string()),
        ("WUTONG__INTAKE__MATERIAL_KEY".to_owned(), "a key of the tests".to_owned()),
        ("WUTONG__INTAKE__CODE_KEY".to_owned(), "a key of the tests".to_owned()),
    ]);
    if let Some(catalogue) = catalogue {
        environment.insert("WUTONG__INTAKE__CATALOGUE_FOLDER".to_owned(), catalogue.display().to_string());
    }
    let sources = Sources { defaults: DEFAULTS, file: None, environment };
    let settings: Settings<IntakeSettings> = Effective::merge(&sources)?.read("intake", Purpose::Look)?;
    Intake::build(&settings, mailbox).await
}

pub fn applicant(name: &str) -> Value {
    json!({ "sub": format!("applicant-{name}"), "name": "测试申请人", "roles": ["applicant"] })
}

pub fn clerk() -> Value {
    json!({ "sub": "clerk-hall", "name": "测试窗口", "roles": ["window_clerk"] })
}

/// What somebody shows at the window.
pub fn passport(name: &str) -> Value {
    json!({ "kind": "passport", "number": format!("E{}0001", name.to_uppercase()) })
}

/// An application that a clerk enters for whoever stands at the window.
/// Of whoever stands at the window.
pub const PHONE: &str = "10012345678";

pub fn for_whom(name: &str, mut body: Value) -> Value {
    body["applicant"] = json!({ "name": "测试来人", "document": passport(name) });
    body
}

pub fn chief() -> Value {
    json!({ "sub": "chief-msa", "name": "测试首席代表", "roles": ["chief_representative"] })
}

/// An application for a food stall with these papers.
pub fn stall(channel: &str, papers: &[Value]) -> Value {
    json!({
        "theme": "food-stall-filing", "channel": channel, "materials": papers,
        "fields": {"operator.name": "测试辛", "operator.phone": "10012345678", "place": "海滨浴场"},
    })
}

/// The opening of the stories.
pub fn opening() -> Value {
    serde_json::from_str(include_str!("../../../../tests/stories/company-opening.application.json")).unwrap()
}

/// A wish that is only described.
pub fn wish(item: &str, channel: &str) -> Value {
    json!({ "theme": item, "channel": channel, "fields": {"matter": "想办一件事"} })
}

/// Names of the steps on a timeline.
pub fn events(shown: &Value) -> Vec<&str> {
    shown["steps"].as_array().unwrap().iter().map(|step| step["event"].as_str().unwrap()).collect()
}

/// Codes of the papers that are waited for.
pub fn wanted(shown: &Value) -> Vec<&str> {
    shown["desk"]["papers"].as_array().unwrap().iter().map(|paper| paper["code"].as_str().unwrap()).collect()
}

/// Codes or pointers of a problem's faults.
pub fn pointers(problem: &Value) -> Vec<&str> {
    problem["faults"].as_array().unwrap().iter().map(|fault| fault["pointer"].as_str().unwrap()).collect()
}

impl Hall {
    /// Submits, and gives the path of the case and its slip.
    pub async fn file(&self, who: &Value, body: &Value) -> (String, Value) {
        let (status, slip) = self.submit(who, body).await;
        assert_eq!(status, 201, "{slip}");
        (format!("/v1/cases/{}", slip["case_id"].as_str().unwrap()), slip)
    }

    /// Whoever stands at a window proves that this telephone is his.
    pub async fn proof(&self) -> Value {
        let (status, told) = self.post(&clerk(), "/v1/phones/codes", &json!({ "phone": PHONE })).await;
        assert_eq!(status, 201, "{told}");
        json!({ "phone": PHONE, "code": self.last_code(PHONE).await })
    }

    /// Who stood at the window signs in and takes the case over, by the code that goes to his telephone.
    pub async fn claims(&self, name: &str, slip: &Value) -> Answer {
        let mut body = json!({
            "case_number": slip["case_number"], "query_code": slip["query_code"], "document": passport(name),
        });
        let (status, told) = self.post(&applicant(name), "/v1/claims/codes", &body).await;
        assert_eq!(status, 201, "{told}");
        body["code"] = json!(self.last_code(PHONE).await);
        self.post(&applicant(name), "/v1/claims", &body).await
    }

    /// The code that was sent last, as the applicant reads it on his telephone.
    pub async fn last_code(&self, phone: &str) -> String {
        let body: Vec<u8> = sqlx::query_scalar(
            "select body from outbox where topic = $1 and blank is not null order by seq desc limit 1",
        )
        .bind(topics::NOTIFICATION_REQUESTS)
        .fetch_one(self.mailbox.db())
        .await
        .unwrap();
        let told = Requested::decode(body.as_slice()).unwrap();
        assert_eq!((told.template.as_str(), told.recipient.unwrap().phone.as_str()), ("N19", phone));
        told.variables["code"].clone()
    }

    /// Minutes go by for every code and paper (system time).
    pub async fn minutes_pass(&self, minutes: i32) {
        let text = "update consents set made_at = made_at - make_interval(mins => $1),
                    expires_at = expires_at - make_interval(mins => $1)";
        sqlx::query(text).bind(minutes).execute(self.mailbox.db()).await.unwrap();
    }

    /// What whoever holds the slip sees.
    pub async fn progress(&self, slip: &Value) -> Value {
        let (number, code) = (slip["case_number"].as_str().unwrap(), slip["query_code"].as_str().unwrap());
        self.get(None, &format!("/v1/progress/{number}?code={code}")).await
    }

    /// The digest of an undertaking for these gaps of a food stall.
    pub async fn undertaking(&self, gaps: &str) -> Value {
        self.get(None, &format!("/v1/items/food-stall-filing/undertaking?gaps={gaps}")).await["sm3"].clone()
    }

    /// Brings papers for what the front desk waits for.
    pub async fn corrects(&self, who: &Value, case: &str, codes: &[&str]) -> Answer {
        let brought = self.bring_all(who, codes).await;
        let ids: Vec<_> = brought.iter().map(|paper| paper["material_id"].clone()).collect();
        self.post(who, &format!("{case}/corrections"), &json!({ "materials": ids })).await
    }
}
