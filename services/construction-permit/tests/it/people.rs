//! Who acts for whom: an investor is proved by the sign-in, a clerk assists, an agent reads and edits what the hall gave him.

use std::sync::Arc;

use contracts::applicants::{Document, DocumentKind};
use serde_json::{Value, json};
use sqlx::Row as _;
use testkit::Kit;
use time::macros::datetime;
use uuid::Uuid;

use crate::desk::{INVESTOR, KEY, ProjectsDesk, fields, key_project};

async fn began(kit: &Kit) -> (ProjectsDesk, Uuid, String) {
    let desk = ProjectsDesk::open(kit, datetime!(2025-03-03 09:30 +8)).await;
    let project = desk.key_project().await;
    (desk, project, format!("/v1/projects/{project}"))
}

/// Kind, actor and in whose name, of every fact of a project.
async fn acts(desk: &ProjectsDesk, project: Uuid) -> Vec<(String, String, Value)> {
    let rows = sqlx::query("select kind, actor, body from ledger where subject = $1 order by sequence")
        .bind(project)
        .fetch_all(desk.mailbox.db())
        .await
        .unwrap();
    let by = |row: &sqlx::postgres::PgRow| {
        let body: Value = serde_json::from_slice(row.get("body")).unwrap();
        (row.get("kind"), row.get("actor"), body["by"].clone())
    };
    rows.iter().map(by).collect()
}

pub async fn an_agent_reads_and_edits_what_the_hall_gave_him_and_submits_nothing(kit: Arc<Kit>) {
    let (desk, project, path) = began(&kit).await;
    let edits = json!({"edits": [{"item": "C20", "kind": "waive", "reason": "不使用起重机械"}]});
    for reads in ["", "/list", "/history", "/stages/A/form", "/agents"] {
        assert_eq!(desk.try_get("agent", &format!("{path}{reads}")).await.0, 404, "{reads}: it is not his");
    }
    assert_eq!(desk.get("agent", "/v1/projects").await["projects"], json!([]));
    assert_eq!(desk.post("agent", &format!("{path}/list/edits"), &edits).await.0, 404);

    let agent = json!({"agent": "agent"});
    for nobody in ["agent", INVESTOR, "clerk"] {
        assert_eq!(desk.post(nobody, &format!("{path}/agents"), &agent).await.0, 403, "{nobody} assigns nobody");
    }
    assert_eq!(desk.post("chief", &format!("{path}/agents"), &json!({"agent": "代办"})).await.0, 422);
    desk.done("chief", &format!("{path}/agents"), &agent).await;
    let told = desk.done("chief", &format!("{path}/agents"), &agent).await;
    assert_eq!(told["agents"].as_array().unwrap().len(), 1, "once: {told}");
    assert_eq!(
        desk.get(INVESTOR, &format!("{path}/agents")).await["agents"][0]["agent"],
        "agent",
        "the investor sees it"
    );
    assert_eq!(desk.get("agent", "/v1/projects").await["projects"][0]["project_id"], json!(project));
    desk.done("agent", &format!("{path}/list/edits"), &edits).await;
    desk.get("agent", &path).await;
    let submits = [
        ("/attributes", json!({"attributes": {}})),
        ("/list/acknowledgement", json!({"version": 2})),
        ("/stages/A/application", json!({"fields": fields("A")})),
        ("/papers", json!({"papers": []})),
        ("/items/A01/supplement", json!({})),
        ("/materials/M02/fetch-failure", json!({"reason": "系统无响应"})),
        ("/withdrawal", json!({})),
    ];
    for (verb, body) in &submits {
        let (status, told) = desk.post("agent", &format!("{path}{verb}"), body).await;
        assert_eq!((status, told["code"].as_str()), (403, Some("permission-missing")), "{verb}: {told}");
    }
    let (status, told) = desk
        .post("agent", &format!("{path}/items/A01/suspension"), &json!({"ground": "applicant", "reason": "出差"}))
        .await;
    assert_eq!(status, 403, "{told}");

    let facts = acts(&desk, project).await;
    let of = |kind: &str| facts.iter().find(|fact| fact.0 == kind).cloned().unwrap();
    assert_eq!(of("agent_assigned").2, json!({"ground": "office"}));
    assert_eq!((of("list_edited").1.as_str(), of("list_edited").2), ("agent", json!({"ground": "assigned"})));
    let investor = json!({"ground": "legal_person", "applicant": "legal-person:91370683MAYY00026R"});
    assert_eq!(of("list_acknowledged").2, investor);
    assert_eq!(of("case_opened").2, investor, "what the engine did for him, too");

    let looks = desk.get(INVESTOR, "/v1/accesses/mine").await;
    let looks = looks["accesses"].as_array().unwrap();
    assert!(looks.iter().all(|look| look["reader"] == "agent" && look["ground"] == "assigned"), "{looks:?}");
    desk.get("operator", &path).await;
    let last = desk.get(INVESTOR, "/v1/accesses/mine").await["accesses"][0].clone();
    assert_eq!((&last["reader"], &last["ground"]), (&json!("operator"), &json!("office")));
    let history = desk.get(INVESTOR, &format!("{path}/history")).await;
    let edited = history["steps"].as_array().unwrap().iter().find(|step| step["event"] == "list_edited").unwrap();
    assert_eq!((&edited["actor"], &edited["ground"]), (&json!("agent"), &json!("assigned")));

    assert_eq!(desk.delete("chief", &format!("{path}/agents/agent")).await, 200);
    assert_eq!(desk.try_get("agent", &path).await.0, 404, "and then no more");
}

pub async fn a_clerk_registers_for_whoever_stands_there_and_gives_nothing_up(kit: Arc<Kit>) {
    let desk = ProjectsDesk::open(&kit, datetime!(2025-03-03 09:30 +8)).await;
    let mut project = key_project();
    let (status, told) = desk.post("clerk", "/v1/projects", &project).await;
    assert_eq!((status, told["faults"][0]["code"].as_str()), (422, Some("applicant_needed")), "{told}");
    let document = json!({"kind": "credit_code", "number": "91370683MAYY00026R"});
    project["applicant"] = json!({"name": "莱州市海麟示范装备有限公司", "document": document});
    let (status, told) = desk.post(INVESTOR, "/v1/projects", &project).await;
    assert_eq!((status, told["faults"][0]["code"].as_str()), (422, Some("not_at_window")), "{told}");
    let shown = desk.done("clerk", "/v1/projects", &project).await;
    let id: Uuid = shown["project_id"].as_str().unwrap().parse().unwrap();
    let path = format!("/v1/projects/{id}");
    assert_eq!(desk.try_get(INVESTOR, &path).await.0, 404, "what a clerk typed proves nothing");

    desk.done("clerk", &format!("{path}/list/acknowledgement"), &json!({"version": 1})).await;
    let papers = desk.papers_of("clerk", &["M12", "M13", "M15", "M17"]);
    desk.done("clerk", &format!("{path}/stages/A/application"), &json!({"fields": fields("A"), "papers": papers}))
        .await;
    let signed = desk.get("clerk", &format!("{path}/items/A36/undertaking")).await["sm3"].clone();
    let own = [
        ("/stages/A/application", json!({"items": ["A36"], "undertakings": {"A36": signed}})),
        ("/items/A12/suspension", json!({"ground": "applicant", "reason": "出差在外"})),
        ("/withdrawal", json!({})),
    ];
    let facts = acts(&desk, id).await.len();
    for (verb, body) in &own {
        let (status, told) = desk.post("clerk", &format!("{path}{verb}"), body).await;
        assert_eq!((status, told["code"].as_str()), (403, Some("consent-needed")), "{verb}: {told}");
    }
    let facts_now = acts(&desk, id).await;
    assert_eq!(facts_now.len(), facts, "nothing of it happened");
    let shown = Document::parse(DocumentKind::CreditCode, "91370683MAYY00026R").unwrap();
    let by = json!({"ground": "at_window", "applicant": shown.applicant(KEY.as_bytes()), "assisted_by": "clerk"});
    assert_eq!(facts_now[0].2, by);
    assert!(facts_now.iter().all(|fact| fact.2 == by), "each of them");
}

pub async fn a_typed_credit_code_opens_nothing_and_keeps_nothing_from_the_investor(kit: Arc<Kit>) {
    let desk = ProjectsDesk::open(&kit, datetime!(2025-03-03 09:30 +8)).await;
    // Somebody else was first with the investor's name and code.
    let strangers = desk.done("somebody", "/v1/projects", &key_project()).await;
    let project = desk.key_project().await;
    assert_ne!(strangers["project_id"], json!(project));
    let (status, taken) = desk.post("somebody-else", "/v1/projects", &key_project()).await;
    assert_eq!((status, taken["code"].as_str()), (409, Some("project-code-taken")), "now it is proved whose it is");
    let (status, taken) = desk.post(&format!("{INVESTOR}-2"), "/v1/projects", &key_project()).await;
    assert_eq!(status, 409);
    assert!(taken.to_string().contains(&project.to_string()), "his own colleague is told which: {taken}");

    let papers = desk.papers(&["M04", "M13"]);
    desk.apply(project, "A", json!({"fields": fields("A"), "papers": papers})).await;
    desk.decide(project, &["A01", "A09", "A36"]).await;
    let mut next = key_project();
    next.as_object_mut().unwrap().remove("code");
    let source = async |who: &str| {
        let told = desk.done(who, "/v1/projects", &next).await;
        let path = format!("/v1/projects/{}/materials", told["project_id"].as_str().unwrap());
        let table = desk.get(who, &path).await;
        let row = table["materials"].as_array().unwrap().iter().find(|row| row["code"] == "M04").cloned();
        row.unwrap()["source"]["source"].clone()
    };
    assert_eq!(source("third").await, "you_provide", "a typed code opens nobody's papers");
    assert_eq!(source(&format!("{INVESTOR}-3")).await, "reused");

    next["investor"]["credit_code"] = json!("91370683MAYY00018Y");
    let (status, told) = desk.post(&format!("{INVESTOR}-4"), "/v1/projects", &next).await;
    assert_eq!((status, told["faults"][0]["code"].as_str()), (422, Some("not_vouched")), "{told}");
}
