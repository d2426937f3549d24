//! A service with a database of its own, the people who come to it over HTTP, and departments that answer it.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use casework::{
    CaseId, Decision, DepartmentSays, Extension, Grounds, Output, Refusal, Reply, TaskId, wire::encode_reply,
};
use chassis::{
    Service as _,
    settings::{Effective, Purpose, Settings, Sources},
    testing::{Issuer, TestServer},
};
use construction_permit::{
    ConstructionPermit,
    settings::{ConstructionSettings, DEFAULTS},
};
use contracts::{
    applicants::legal_person,
    event::Attributes,
    materials::{Brought, Paper},
    schema::Event,
    seal::Seals,
    topics,
};
use mailbox::{Handler, Incoming, Mailbox, Timer, Verdict, clock::Clocks};
use serde_json::{Value, json};
use sqlx::Row as _;
use testkit::{Database, Kit};
use time::OffsetDateTime;
use uuid::Uuid;

pub const KEY: &str = "a key of the tests";
/// Whose project it is, and for which legal person he signs in.
pub const INVESTOR: &str = "investor-hailin";
pub const COMPANY: &str = "91370683MAYY00026R";

pub struct ProjectsDesk {
    pub database: Database,
    pub mailbox: Mailbox,
    pub handler: Arc<dyn Handler>,
    pub api: TestServer,
    client: reqwest::Client,
}

impl ProjectsDesk {
    pub async fn open(kit: &Kit, now: OffsetDateTime) -> Self {
        let database = kit.ground().await.database(ConstructionPermit::migrator()).await;
        Self::start(database, now, PathBuf::new()).await
    }

    /// The program is started again on the same database, with the city's own catalogue.
    pub async fn start_again_with(self, catalogue: PathBuf) -> Self {
        let now = self.mailbox.clocks().business.now();
        Self::start(self.database, now, catalogue).await
    }

    async fn start(database: Database, now: OffsetDateTime, catalogue: PathBuf) -> Self {
        let mailbox = database.mailbox("construction-permit", Clocks::manual(now), 7);
        let mut settings = settings();
        settings.own.catalogue_folder = catalogue;
        let state = Arc::new(ConstructionPermit::build(&settings, &mailbox).await.unwrap());
        let handler = Arc::clone(&state).handler();
        let beside = actix_web::web::Data::from(Arc::clone(&state));
        let its_mailbox = actix_web::web::Data::new(mailbox.clone());
        let api = TestServer::start(
            &Issuer::start().unwrap(),
            ConstructionPermit::routes,
            |_| {},
            move |config| {
                config.app_data(beside.clone()).app_data(its_mailbox.clone());
            },
        );
        Self { database, mailbox, handler, api: api.unwrap(), client: reqwest::Client::new() }
    }

    /// Business time goes on; what falls due meanwhile is fired in its order.
    pub async fn it_is(&self, now: OffsetDateTime) {
        loop {
            let due = sqlx::query("select owner, name, due_at from timers where due_at <= $1 order by due_at limit 1")
                .bind(now)
                .fetch_optional(self.mailbox.db())
                .await
                .unwrap();
            let Some(row) = due else { break };
            let timer = Timer { owner: row.get("owner"), name: row.get("name"), due_at: row.get("due_at") };
            let clock = &self.mailbox.clocks().business;
            if clock.now() < timer.due_at {
                clock.advance_to(timer.due_at).unwrap();
            }
            let mut verdicts = self.handler.fire(&self.mailbox, std::slice::from_ref(&timer)).await.unwrap();
            let changes = verdicts.pop().unwrap().unwrap();
            // As the timers' worker does: it ends with its verdict unless the changes set it again.
            sqlx::query("delete from timers where owner = $1 and name = $2")
                .bind(timer.owner)
                .bind(&timer.name)
                .execute(self.mailbox.db())
                .await
                .unwrap();
            self.mailbox.commit(changes).await.unwrap();
        }
        if self.mailbox.clocks().business.now() < now {
            self.mailbox.clocks().business.advance_to(now).unwrap();
        }
    }

    pub async fn post(&self, who: &str, path: &str, body: &Value) -> (u16, Value) {
        let asked = self.client.post(self.api.url(path)).header("Idempotency-Key", "test").json(body);
        self.ask(who, asked).await
    }

    pub async fn delete(&self, who: &str, path: &str) -> u16 {
        self.ask(who, self.client.delete(self.api.url(path))).await.0
    }

    /// Reads, and takes whatever is answered.
    pub async fn try_get(&self, who: &str, path: &str) -> (u16, Value) {
        self.ask(who, self.client.get(self.api.url(path))).await
    }

    pub async fn get(&self, who: &str, path: &str) -> Value {
        let (status, body) = self.try_get(who, path).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// As [`Self::post`], and it has to be done.
    pub async fn done(&self, who: &str, path: &str, body: &Value) -> Value {
        let (status, told) = self.post(who, path, body).await;
        assert!((200..300).contains(&status), "{path}: {status} {told}");
        told
    }

    async fn ask(&self, who: &str, asked: reqwest::RequestBuilder) -> (u16, Value) {
        let role = match who {
            "agent" => "centre_agent",
            "chief" => "chief_representative",
            "clerk" => "window_clerk",
            "operator" => "operator",
            _ => "applicant",
        };
        let mut claims = json!({ "sub": who, "roles": [role] });
        // The sign-in vouches for the investor, and for a colleague of his.
        if who.starts_with(INVESTOR) {
            claims["legal_person"] = json!(COMPANY);
        }
        let answer = asked.bearer_auth(Issuer::token_with(claims).unwrap()).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// Statements of papers as the front desk gives them to the investor.
    pub fn papers(&self, codes: &[&str]) -> Vec<String> {
        self.papers_of(&legal_person(&COMPANY.parse().unwrap()), codes)
    }

    /// Statements of papers as the front desk gives them to whoever has this key.
    pub fn papers_of(&self, by: &str, codes: &[&str]) -> Vec<String> {
        let statement = |code: &&str| {
            let paper = Paper {
                code: (*code).to_owned(),
                id: self.mailbox.new_id(),
                media_type: "application/pdf".to_owned(),
                size: 3,
                sm3: "0".repeat(64),
            };
            Brought { paper, by: by.to_owned(), until: None }.statement(&Seals::read(KEY).unwrap())
        };
        codes.iter().map(statement).collect()
    }

    /// A department says something about an item.
    pub async fn says(&self, project: Uuid, item: &str, says: DepartmentSays) {
        let shown = self.item(project, item).await;
        let (task, department) = (&shown["task_id"], shown["department"].as_str().unwrap());
        let task = TaskId::parse(task.as_str().unwrap()).unwrap();
        let round = u32::try_from(shown["round"].as_u64().unwrap()).unwrap();
        let reply = Reply { case: CaseId::new(project), task, round, says };
        self.hear(department, &reply).await;
    }

    pub async fn hear(&self, department: &str, reply: &Reply) {
        self.mailbox.commit(self.verdict(department, reply).await.unwrap()).await.unwrap();
    }

    /// What is made of a reply, before it is committed.
    pub async fn verdict(&self, department: &str, reply: &Reply) -> Verdict {
        let (kind, body) = encode_reply(reply);
        let now = self.mailbox.clocks().business.now();
        let key = reply.case.to_string();
        let attributes = Attributes {
            id: self.mailbox.new_id(),
            kind,
            source: format!("department-{}", department.to_lowercase()),
            time: now,
            subject: key.clone(),
            sequence: 1,
            trace_parent: None,
        };
        let topic = topics::replies(department, "construction-permit");
        let span = tracing::Span::none();
        let incoming = Incoming { topic, key, attributes, body, received_at: now, span };
        self.handler.handle(&self.mailbox, &[incoming]).await.unwrap().pop().unwrap()
    }

    pub async fn decide(&self, project: Uuid, items: &[&str]) {
        for item in items {
            self.decide_now(project, item).await;
            assert_eq!(self.item(project, item).await["state"], "ended", "{item}");
        }
    }

    pub async fn decide_now(&self, project: Uuid, item: &str) {
        let decided_at = self.mailbox.clocks().business.now();
        let outputs = vec![Output { kind: "result".to_owned(), value: format!("莱审-{item}-000001") }];
        let decision = Decision { decided_at, decided_by: "测试经办人".to_owned(), outputs, fees: vec![] };
        self.says(project, item, DepartmentSays::Decided(decision)).await;
    }

    pub async fn refuse(&self, project: Uuid, item: &str) {
        let refusal = Refusal {
            decided_at: self.mailbox.clocks().business.now(),
            signed_by: "测试负责人".to_owned(),
            grounds: Grounds {
                basis: "城乡规划法第四十条".to_owned(),
                reasons: vec!["设计方案不符合规划条件".to_owned()],
                remedies: vec!["60日内申请行政复议".to_owned()],
            },
        };
        self.says(project, item, DepartmentSays::Refused(refusal)).await;
    }

    pub fn extension(&self, working_days: u32) -> DepartmentSays {
        let extension =
            Extension { working_days, reason: "情况复杂".to_owned(), signed_by: "测试负责人".to_owned() };
        DepartmentSays::Extended { extended_at: self.mailbox.clocks().business.now(), extension }
    }

    pub async fn show(&self, project: Uuid) -> Value {
        self.get(INVESTOR, &format!("/v1/projects/{project}")).await
    }

    /// One item of a project, as its list shows it.
    pub async fn item(&self, project: Uuid, code: &str) -> Value {
        let shown = self.show(project).await;
        let found = shown["items"].as_array().unwrap().iter().find(|item| item["item"] == code).cloned();
        found.unwrap_or_else(|| panic!("{code} is not planned"))
    }

    pub async fn counted(&self, project: Uuid) -> u64 {
        self.show(project).await["clock"]["counted_working_days"].as_u64().unwrap()
    }

    /// Bodies of what was said on a topic, of one type, in order.
    pub async fn said<M: Event + Default>(&self, topic: &str) -> Vec<M> {
        let rows = sqlx::query("select body from outbox where topic = $1 and kind = $2 order by seq")
            .bind(topic)
            .bind(M::kind())
            .fetch_all(self.mailbox.db())
            .await
            .unwrap();
        rows.iter().map(|row| M::decode(row.get::<&[u8], _>("body")).unwrap()).collect()
    }

    /// The key industrial project of story 10.2, registered, with its list acknowledged.
    pub async fn key_project(&self) -> Uuid {
        let told = self.done(INVESTOR, "/v1/projects", &key_project()).await;
        let project = told["project_id"].as_str().unwrap().parse().unwrap();
        self.done(INVESTOR, &format!("/v1/projects/{project}/list/acknowledgement"), &json!({"version": 1})).await;
        project
    }

    /// Applies for a stage.
    pub async fn apply(&self, project: Uuid, stage: &str, body: Value) -> Value {
        self.done(INVESTOR, &format!("/v1/projects/{project}/stages/{stage}/application"), &body).await
    }

    pub async fn bring(&self, project: Uuid, codes: &[&str]) -> Value {
        let body = json!({"papers": self.papers(codes)});
        self.done(INVESTOR, &format!("/v1/projects/{project}/papers"), &body).await
    }
}

/// The answers of `tests-data/projects/key-industrial-project.toml`.
pub fn key_project() -> Value {
    let text = include_str!("../../tests-data/projects/key-industrial-project.toml");
    let answers = toml::from_str::<toml::Table>(text).unwrap().remove("answers").unwrap();
    json!({
        "code": "2503-370683-04-01-999991",
        "type": "I",
        "name": "年产2000台智能装备项目",
        "place": {"region": "370683101", "village": "370683101399", "address": "沙河镇测试一村北"},
        "investor": {"name": "莱州市海麟示范装备有限公司", "credit_code": "91370683MAYY00026R"},
        "total_fen": 18_000_000_000_i64,
        "attributes": answers,
    })
}

pub fn fields(stage: &str) -> Value {
    match stage {
        "A" => json!({
            "contact.name": "测试甲", "contact.phone": "10012345678", "construction_content": "智能装备厂房",
            "land_area_m2": "32000",
        }),
        "B" => json!({"floor_area_m2": "21000", "building_height_m": "14.5", "designer.name": "测试设计院"}),
        "C" => json!({"contractor.name": "测试建筑公司", "contract_price_yuan": "96000000"}),
        _ => json!({"completed_on": "2025-12-05"}),
    }
}

fn settings() -> Settings<ConstructionSettings> {
    let environment: BTreeMap<String, String> =
        ["MATERIAL_KEY", "CODE_KEY"].map(|key| (format!("WUTONG__CONSTRUCTION_PERMIT__{key}"), KEY.to_owned())).into();
    let sources = Sources { defaults: DEFAULTS, file: None, environment };
    Effective::merge(&sources).unwrap().read("construction_permit", Purpose::Look).unwrap()
}
