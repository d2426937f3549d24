//! What ends a project or gives something up is the applicant's: at a window by his code, or on his signed paper.

use std::sync::Arc;

use contracts::{
    intake::v1::PapersTaken,
    materials::{Brought, Paper},
    notification::v1::Requested,
    seal::Seals,
    topics,
};
use serde_json::{Value, json};
use testkit::Kit;
use time::macros::datetime;
use uuid::Uuid;

use crate::desk::{KEY, ProjectsDesk, fields, key_project};

const PHONE: &str = "10012345670";

impl ProjectsDesk {
    /// The code that was sent last, as the applicant reads it on his telephone.
    async fn last_code(&self) -> String {
        let told: Vec<Requested> = self.said(topics::NOTIFICATION_REQUESTS).await;
        let told = told.into_iter().rfind(|told| told.template == "N19").unwrap();
        assert_eq!(told.recipient.unwrap().phone, PHONE);
        told.variables["code"].clone()
    }
}

/// A project that a clerk registers for whoever stands at the window, with its first stage applied for.
async fn registered(desk: &ProjectsDesk, proved: bool) -> (Uuid, String) {
    let mut project = key_project();
    let document = json!({"kind": "credit_code", "number": "91370683MAYY00026R"});
    project["applicant"] = json!({"name": "莱州市海麟示范装备有限公司", "document": document});
    if proved {
        desk.done("clerk", "/v1/phones/codes", &json!({"phone": PHONE})).await;
        project["phone_proof"] = json!({"phone": PHONE, "code": desk.last_code().await});
    }
    let shown = desk.done("clerk", "/v1/projects", &project).await;
    let id: Uuid = shown["project_id"].as_str().unwrap().parse().unwrap();
    let path = format!("/v1/projects/{id}");
    desk.done("clerk", &format!("{path}/list/acknowledgement"), &json!({"version": 1})).await;
    let papers = desk.papers_of("clerk", &["M12", "M13", "M15", "M17"]);
    let stage = json!({"fields": fields("A"), "papers": papers});
    desk.done("clerk", &format!("{path}/stages/A/application"), &stage).await;
    (id, path)
}

/// Consents that stand in the facts of a project, by the kind of the fact.
async fn consents(desk: &ProjectsDesk, project: Uuid) -> Vec<(String, Value)> {
    let rows: Vec<(String, Vec<u8>)> =
        sqlx::query_as("select kind, body from ledger where subject = $1 order by sequence")
            .bind(project)
            .fetch_all(desk.mailbox.db())
            .await
            .unwrap();
    let read = |(kind, body): (String, Vec<u8>)| {
        let body: Value = serde_json::from_slice(&body).unwrap();
        body["by"].get("consent").cloned().map(|consent| (kind, consent))
    };
    rows.into_iter().filter_map(read).collect()
}

pub async fn a_clerk_does_what_is_the_applicants_with_his_code(kit: Arc<Kit>) {
    let desk = ProjectsDesk::open(&kit, datetime!(2025-03-03 09:30 +8)).await;
    let (id, path) = registered(&desk, true).await;
    let signed = desk.get("clerk", &format!("{path}/items/A36/undertaking")).await["sm3"].clone();
    for (can_never_be, at) in [
        (json!({"act": "suspend", "item": "ZZZ"}), "/item"),
        (json!({"act": "suspend", "item": "A36"}), "/item"),
        (json!({"act": "undertake", "undertakings": {"A36": "zz"}}), "/undertakings/A36"),
        (json!({"act": "undertake", "undertakings": {"Z1": signed}}), "/undertakings/Z1"),
    ] {
        let (status, told) = desk.post("clerk", &format!("{path}/codes"), &can_never_be).await;
        assert_eq!(
            (status, told["faults"][0]["pointer"].as_str()),
            (422, Some(at)),
            "nobody is asked to agree to that: {told}"
        );
    }
    let own = [
        (
            json!({"act": "undertake", "undertakings": {"A36": signed}}),
            "/stages/A/application",
            json!({"items": ["A36"], "undertakings": {"A36": signed}}),
        ),
        (
            json!({"act": "suspend", "item": "A12"}),
            "/items/A12/suspension",
            json!({"ground": "applicant", "reason": "出差在外"}),
        ),
        (json!({"act": "withdraw"}), "/withdrawal", json!({})),
    ];
    for (act, verb, body) in own {
        let (with, verb) = (
            |code: &str| {
                let mut body = body.clone();
                body["consent"] = json!({"code": code});
                body
            },
            format!("{path}{verb}"),
        );
        assert_eq!(desk.post("clerk", &verb, &body).await.1["code"], "consent-needed", "{verb}");
        assert_eq!(desk.post("clerk", &verb, &with("271828")).await.1["code"], "code-over", "{verb}");
        let sent = desk.done("clerk", &format!("{path}/codes"), &act).await;
        let code = desk.last_code().await;
        assert!(!sent.to_string().contains(&code), "{sent}");
        let before = consents(&desk, id).await.len();
        desk.done("clerk", &verb, &with(&code)).await;
        let now = consents(&desk, id).await;
        assert!(
            now.len() > before && now[before..].iter().all(|(_, consent)| consent["way"] == "code"),
            "{verb}: {now:?}"
        );
        assert_ne!(desk.post("clerk", &verb, &with(&code)).await.0, 200, "{verb}: a code is good once");
    }
    assert_eq!(desk.get("clerk", &path).await["phase"], "stopping");
    let again = json!({"act": "withdraw"});
    let (status, told) = desk.post("clerk", &format!("{path}/codes"), &again).await;
    assert_eq!((status, told["code"].as_str()), (409, Some("not-possible")), "nobody is asked twice: {told}");
}

pub async fn a_signed_paper_and_a_second_person_do_it_too(kit: Arc<Kit>) {
    let desk = ProjectsDesk::open(&kit, datetime!(2025-03-03 09:30 +8)).await;
    let (id, path) = registered(&desk, false).await;
    assert_eq!(
        desk.post("clerk", &format!("{path}/codes"), &json!({"act": "withdraw"})).await.1["code"],
        "phone-unproved"
    );
    let paper = Paper {
        code: "CONSENT".to_owned(),
        id: Uuid::from_u128(77),
        media_type: "application/pdf".to_owned(),
        size: 3,
        sm3: "7".repeat(64),
    };
    let statement = Brought { paper, by: "clerk".to_owned(), until: None }.statement(&Seals::read(KEY).unwrap());
    let body = json!({"to": {"act": "withdraw"}, "statement": statement});
    let brought = desk.done("clerk", &format!("{path}/consents"), &body).await;
    let consent = brought["consent_id"].as_str().unwrap();
    let told: Vec<PapersTaken> = desk.said(topics::INTAKE_PAPERS).await;
    assert_eq!(told.last().unwrap().material_ids, [Uuid::from_u128(77).to_string()], "the front desk keeps it");
    let with = json!({"consent": {"paper": consent}});
    assert_eq!(desk.post("clerk", &format!("{path}/withdrawal"), &with).await.1["code"], "consent-paper-over");
    desk.done("chief", &format!("{path}/consents/{consent}/countersignature"), &json!({})).await;
    desk.done("clerk", &format!("{path}/withdrawal"), &with).await;
    let of_stop = consents(&desk, id).await;
    let (_, consent) = of_stop.first().unwrap();
    assert_eq!((consent["brought_by"].as_str(), consent["countersigned_by"].as_str()), (Some("clerk"), Some("chief")));
    let told: Vec<Requested> = desk.said(topics::NOTIFICATION_REQUESTS).await;
    let told = told.iter().find(|told| told.template == "N20").unwrap();
    assert_eq!(told.recipient.as_ref().unwrap().phone, "10012345678", "at the form's telephone");
}
