//! Papers of the front desk, and the link under which it is seen which ones are asked for.

use std::sync::Arc;

use casework::{DepartmentSays, SupplementItem};
use contracts::{
    intake::v1::PapersTaken,
    links::Link,
    materials::{Brought, Paper},
    notification::v1::Requested,
    seal::Seals,
    topics,
};
use serde_json::json;
use testkit::Kit;
use time::macros::datetime;
use uuid::Uuid;

use crate::desk::{INVESTOR, KEY, ProjectsDesk, fields};

const MORNING: time::OffsetDateTime = datetime!(2025-03-03 09:30 +8);

pub async fn the_front_desk_is_told_which_papers_are_used(kit: Arc<Kit>) {
    let desk = ProjectsDesk::open(&kit, MORNING).await;
    let project = desk.key_project().await;
    let papers = desk.papers(&["M12", "M13"]);
    let mut ids: Vec<String> = papers
        .iter()
        .map(|paper| Brought::read(paper, &Seals::read(KEY).unwrap()).unwrap().paper.id.to_string())
        .collect();
    desk.apply(project, "A", json!({"fields": fields("A"), "papers": papers})).await;
    desk.apply(project, "A", json!({"fields": fields("A")})).await;
    let later = desk.papers(&["M15"]);
    desk.done(INVESTOR, &format!("/v1/projects/{project}/papers"), &json!({"papers": later})).await;
    ids.push(Brought::read(&later[0], &Seals::read(KEY).unwrap()).unwrap().paper.id.to_string());
    let told: Vec<PapersTaken> = desk.said(topics::INTAKE_PAPERS).await;
    assert!(told.iter().all(|told| told.case_id == project.to_string()));
    assert_eq!(told.into_iter().map(|told| told.material_ids).collect::<Vec<_>>(), [&ids[..2], &ids[2..]]);
}

pub async fn a_paper_that_nobody_used_in_time_is_brought_again(kit: Arc<Kit>) {
    let desk = ProjectsDesk::open(&kit, MORNING).await;
    let project = desk.key_project().await;
    let stated = |until| {
        let paper = Paper {
            code: "M12".to_owned(),
            id: Uuid::from_u128(12),
            media_type: "application/pdf".to_owned(),
            size: 3,
            sm3: "0".repeat(64),
        };
        Brought { paper, by: INVESTOR.to_owned(), until: Some(until) }.statement(&Seals::read(KEY).unwrap())
    };
    let path = format!("/v1/projects/{project}/papers");
    let now = MORNING.unix_timestamp();
    let (status, told) = desk.post(INVESTOR, &path, &json!({"papers": [stated(now - 1)]})).await;
    let fault = (&told["faults"][0]["pointer"], &told["faults"][0]["code"]);
    assert_eq!((status, fault), (422, (&json!("/papers/0"), &json!("expired"))), "{told}");
    desk.done(INVESTOR, &path, &json!({"papers": [stated(now)]})).await;
}

pub async fn the_link_of_a_supplement_opens_its_item(kit: Arc<Kit>) {
    let desk = ProjectsDesk::open(&kit, MORNING).await;
    let project = desk.key_project().await;
    desk.apply(project, "A", json!({"fields": fields("A"), "papers": desk.papers(&["M12", "M13", "M15", "M17"])}))
        .await;
    let items = vec![SupplementItem { code: "M13".to_owned(), note: "缺页".to_owned() }];
    let asked = DepartmentSays::SupplementAsked { asked_at: MORNING, items, reason: "材料不全".to_owned() };
    desk.says(project, "A12", asked).await;
    let told: Vec<Requested> = desk.said(topics::NOTIFICATION_REQUESTS).await;
    let told = told.into_iter().find(|told| told.template == "N04").unwrap();
    let link = Link::read(&told.variables["url"]).unwrap();
    assert_eq!(link.place(), "construction-permit");
    assert_eq!(desk.get(INVESTOR, &link.path()).await["item"]["item"], "A12");
    assert_eq!(desk.try_get("somebody-else", &link.path()).await.0, 404);
}
