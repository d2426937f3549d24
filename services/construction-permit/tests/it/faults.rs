//! What is refused, with the rule, and changes nothing.

use std::sync::Arc;

use casework::{CaseId, Decision, DepartmentSays, Output, Reply, SupplementItem, TaskId};
use contracts::{
    task::v1::{Amended, Assigned, Dossier, ReplyRejected},
    topics,
};
use mailbox::Verdict;
use serde_json::{Value, json};
use testkit::Kit;
use time::{Duration, macros::datetime};
use uuid::Uuid;

use crate::desk::{INVESTOR, ProjectsDesk, fields, key_project};

fn pointers(told: &Value) -> Vec<&str> {
    told["faults"].as_array().unwrap().iter().map(|fault| fault["pointer"].as_str().unwrap()).collect()
}

pub async fn began(kit: &Kit) -> (ProjectsDesk, Uuid) {
    let desk = ProjectsDesk::open(kit, datetime!(2025-03-03 09:30 +8)).await;
    let project = desk.key_project().await;
    desk.apply(project, "A", json!({"fields": fields("A"), "papers": desk.papers(&["M12", "M13", "M15", "M17"])}))
        .await;
    (desk, project)
}

pub async fn every_fault_of_a_registration_is_told_at_once(kit: Arc<Kit>) {
    let desk = ProjectsDesk::open(&kit, datetime!(2025-03-03 09:30 +8)).await;
    let mut bad = key_project();
    bad["code"] = json!("2513-370683-04-01-999991");
    bad["investor"]["credit_code"] = json!("91370683MAYY000260");
    bad["place"]["village"] = json!("370683102399");
    bad["place"]["address"] = json!(" ");
    bad["attributes"]["eia_class"] = json!("poster");
    bad["attributes"]["sea_view"] = json!(true);
    let (status, told) = desk.post(INVESTOR, "/v1/projects", &bad).await;
    assert_eq!((status, told["code"].as_str()), (422, Some("form-faulty")), "{told}");
    let expected = [
        "/place/address",
        "/code",
        "/investor/credit_code",
        "/place/village",
        "/attributes/sea_view",
        "/attributes/eia_class",
    ];
    assert_eq!(pointers(&told), expected, "{told}");
    let of_eia = told["faults"][5]["en"].as_str().unwrap();
    assert!(of_eia.contains("A23, A24, A25"), "with the items that it decides: {of_eia}");
    let mut elsewhere = key_project();
    elsewhere["place"] = json!({"region": "370102001", "address": "济南"});
    let (status, told) = desk.post(INVESTOR, "/v1/projects", &elsewhere).await;
    assert_eq!(
        (status, pointers(&told)),
        (422, vec!["/place/region"]),
        "another city's departments are not ours: {told}"
    );
    assert_eq!(desk.database.count("select count(*) from projects").await, 0);
}

pub async fn a_list_with_open_questions_is_not_acknowledged(kit: Arc<Kit>) {
    let desk = ProjectsDesk::open(&kit, datetime!(2025-03-03 09:30 +8)).await;
    let mut few = key_project();
    few["attributes"].as_object_mut().unwrap().retain(|name, _| name != "coast" && name != "eia_class");
    let told = desk.done(INVESTOR, "/v1/projects", &few).await;
    let path = format!("/v1/projects/{}", told["project_id"].as_str().unwrap());
    let (status, refused) = desk.post(INVESTOR, &format!("{path}/list/acknowledgement"), &json!({"version": 1})).await;
    assert_eq!((status, refused["code"].as_str()), (409, Some("list-open")), "{refused}");
    assert_eq!(pointers(&refused), ["/attributes/eia_class", "/attributes/coast"]);
    let answers = json!({"attributes": {"coast": false, "eia_class": "form"}});
    desk.done(INVESTOR, &format!("{path}/attributes"), &answers).await;
    let (status, stale) = desk.post(INVESTOR, &format!("{path}/list/acknowledgement"), &json!({"version": 1})).await;
    assert_eq!((status, stale["code"].as_str()), (409, Some("list-superseded")));
    let shown = desk.done(INVESTOR, &format!("{path}/list/acknowledgement"), &json!({"version": 2})).await;
    assert_eq!(shown["phase"], "running");
    let (status, told) = desk.try_get(INVESTOR, &format!("{path}/back-schedule?target=Z99&by=soon")).await;
    assert_eq!(status, 422, "{told}");
    assert_eq!(pointers(&told), ["/by", "/target"], "both at once");
    let changes = desk.get(INVESTOR, &format!("{path}/list/changes")).await;
    assert!(changes["changes"].to_string().contains("A24"), "{changes}");
}

pub async fn an_unknown_type_is_told_with_everything_else_that_is_wrong(kit: Arc<Kit>) {
    let desk = ProjectsDesk::open(&kit, datetime!(2025-03-03 09:30 +8)).await;
    let mut project = key_project();
    (project["type"], project["name"]) = (json!("X"), json!(""));
    project["investor"]["credit_code"] = json!("9");
    let (status, told) = desk.post(INVESTOR, "/v1/projects", &project).await;
    assert_eq!(status, 422, "{told}");
    assert_eq!(pointers(&told), ["/type", "/name", "/investor/credit_code"]);
}

pub async fn a_code_is_registered_once_and_the_same_request_finds_it(kit: Arc<Kit>) {
    let desk = ProjectsDesk::open(&kit, datetime!(2025-03-03 09:30 +8)).await;
    let first = desk.done(INVESTOR, "/v1/projects", &key_project()).await;
    let again = desk.done(INVESTOR, "/v1/projects", &key_project()).await;
    assert_eq!(first["project_id"], again["project_id"]);
    let (status, taken) = desk.post("somebody", "/v1/projects", &key_project()).await;
    assert_eq!((status, taken["code"].as_str()), (409, Some("project-code-taken")));
    assert!(!taken.to_string().contains(first["project_id"].as_str().unwrap()), "nobody else's is shown");
    let path = format!("/v1/projects/{}", first["project_id"].as_str().unwrap());
    assert_eq!(desk.post("somebody", &format!("{path}/withdrawal"), &json!({})).await.0, 404);
    let mut own = key_project();
    own.as_object_mut().unwrap().remove("code");
    let told = desk.done("somebody-else", "/v1/projects", &own).await;
    assert!(told["code"].as_str().unwrap().starts_with("2503-370683-04-99-"), "{told}");
}

/// What the handler makes of a reply: the code for which it is parked.
async fn parked(desk: &ProjectsDesk, department: &str, reply: &Reply) -> String {
    let verdict: Verdict = desk.verdict(department, reply).await;
    verdict.err().map(|fault| fault.code.to_owned()).unwrap_or_default()
}

pub async fn replies_that_cannot_be_true_change_nothing(kit: Arc<Kit>) {
    let (desk, project) = began(&kit).await;
    let now = desk.mailbox.clocks().business.now();
    let facts = desk.database.count("select count(*) from ledger").await;
    let reply = |item: &str, says| Reply {
        case: CaseId::new(project),
        task: TaskId::derived(CaseId::new(project), item),
        round: 1,
        says,
    };
    let decided = |at, number: &str| {
        let outputs = vec![Output { kind: "result".to_owned(), value: number.to_owned() }];
        DepartmentSays::Decided(Decision { decided_at: at, decided_by: "测试".to_owned(), outputs, fees: vec![] })
    };
    // Its dependency is open: nobody has it yet.
    assert_eq!(parked(&desk, "NRP", &reply("A15", decided(now, "1"))).await, "not_holder");
    // Another department's.
    assert_eq!(parked(&desk, "HUR", &reply("A12", decided(now, "1"))).await, "not_holder");
    // Two days before it was accepted.
    assert_eq!(parked(&desk, "NRP", &reply("A12", decided(now - Duration::days(2), "1"))).await, "skew");
    assert_eq!(desk.database.count("select count(*) from ledger").await, facts);
    desk.hear("NRP", &reply("A12", decided(now, "1"))).await;
    assert_eq!(parked(&desk, "NRP", &reply("A12", decided(now, "2"))).await, "contradiction");
}

pub async fn what_does_not_hold_goes_back_to_the_department(kit: Arc<Kit>) {
    let (desk, project) = began(&kit).await;
    desk.decide(project, &["A01", "A12", "A14", "A15"]).await;
    desk.apply(project, "B", json!({"fields": fields("B"), "papers": desk.papers(&["M29", "M30", "M35"])})).await;
    let rejected = async |says: DepartmentSays, code: &str| {
        desk.says(project, "B01", says).await;
        let facts = "select count(*) from ledger where kind = 'reply_rejected' and convert_from(body, 'UTF8') like $1";
        let found: i64 =
            sqlx::query_scalar(facts).bind(format!("%{code}%")).fetch_one(desk.mailbox.db()).await.unwrap();
        assert!(found > 0, "{code}");
    };
    let now = desk.mailbox.clocks().business.now();
    let alone = DepartmentSays::SiteChecked {
        checked_at: now,
        staff: vec!["测试甲".to_owned()],
        findings: vec![],
        rectification_working_days: None,
    };
    rejected(alone, "two_needed").await;
    rejected(desk.extension(11), "out_of_range").await;
    let procedure = |name: &str, days| DepartmentSays::ProcedureStarted {
        started_at: now,
        procedure: name.to_owned(),
        basis: "行政许可法第四十五条".to_owned(),
        limit_working_days: 0,
        limit_calendar_days: Some(days),
    };
    rejected(procedure("hearing", 7), "unknown_procedure").await;
    rejected(procedure("publicity", 5), "limit").await;
    // Before the publicity that its list has.
    desk.decide_now(project, "B01").await;
    assert_eq!(desk.item(project, "B01").await["state"], "in_review");
    desk.says(project, "B01", desk.extension(10)).await;
    rejected(desk.extension(5), "extended_before").await;
    let shown = desk.get(INVESTOR, &format!("/v1/projects/{project}/items/B01")).await;
    assert_eq!(shown["extension"], json!({"working_days": 10, "reason": "情况复杂"}), "the applicant is told why");
    assert_eq!(shown["item"]["due"]["date"], "2025-03-21", "4 + 10 working days");
}

pub async fn a_supplement_asks_for_what_the_item_may_know_and_takes_nothing_else(kit: Arc<Kit>) {
    let (desk, project) = began(&kit).await;
    let tasks = topics::tasks("NRP");
    let asked = |codes: &[&str]| DepartmentSays::SupplementAsked {
        asked_at: desk.mailbox.clocks().business.now(),
        items: codes
            .iter()
            .map(|code| SupplementItem { code: (*code).to_owned(), note: "请补充".to_owned() })
            .collect(),
        reason: "材料不全".to_owned(),
    };
    desk.says(project, "A12", asked(&["contractor.name", "M15", "M13"])).await;
    let rejected: Vec<ReplyRejected> = desk.said(&tasks).await;
    let told: Vec<_> = rejected[0].faults.iter().map(|fault| (&*fault.subject, &*fault.code)).collect();
    assert_eq!(told, [("items", "not_entitled"); 2]);
    assert!(rejected[0].faults[1].en.ends_with("M13, construction_content, contact.name, contact.phone, land_area_m2"));
    let supplement = format!("/v1/projects/{project}/items/A12/supplement");
    let nothing = json!({"fields": {"contact.phone": "10012345679"}});
    assert_eq!(desk.post(INVESTOR, &supplement, &nothing).await.0, 409, "nobody asked for anything");

    desk.says(project, "A12", asked(&["M13", "contact.phone"])).await;
    let foreign =
        json!({"fields": {"contact.phone": "12", "contact.name": "测试乙"}, "papers": desk.papers(&["M13", "M15"])});
    let (status, told) = desk.post(INVESTOR, &supplement, &foreign).await;
    assert_eq!(
        (status, pointers(&told)),
        (422, vec!["/fields/contact.name", "/fields/contact.phone", "/papers/1"]),
        "{told}"
    );
    assert_eq!(desk.post(INVESTOR, &supplement, &json!({})).await.0, 422, "nothing at all");
    assert!(desk.said::<Amended>(&tasks).await.is_empty());

    desk.done(INVESTOR, &supplement, &json!({"papers": desk.papers(&["M13"])})).await;
    assert_eq!(desk.item(project, "A12").await["state"], "suspended", "the phone is still waited for");
    desk.done(INVESTOR, &supplement, &json!({"fields": {"contact.phone": "10012345679"}})).await;
    assert_eq!(desk.item(project, "A12").await["state"], "in_review");
    let amended: Vec<Amended> = desk.said(&tasks).await;
    let of_item = |amended: &&Amended| amended.task_id == rejected[0].task_id;
    assert_eq!(amended.iter().filter(of_item).map(|amended| &*amended.reason).collect::<Vec<_>>(), ["supplement"; 2]);
    // The paper came first, and stays.
    let assigned: Vec<Assigned> = desk.said(&tasks).await;
    let begun = assigned.iter().find(|assigned| assigned.task_id == rejected[0].task_id).unwrap();
    let papers = |dossier: &Option<Dossier>| -> Vec<String> {
        let papers = dossier.iter().flat_map(|dossier| &dossier.materials).filter(|paper| paper.code == "M13");
        papers.map(|paper| paper.material_id.clone()).collect()
    };
    let (before, brought) = (papers(&begun.dossier), papers(&amended.iter().find(of_item).unwrap().dossier));
    assert!(brought.iter().any(|paper| !before.contains(paper)), "{before:?}, {brought:?}");
    let dossier = amended.iter().rfind(of_item).unwrap().dossier.as_ref().unwrap();
    assert_eq!(papers(&Some(dossier.clone())), brought);
    assert!(dossier.materials.iter().all(|paper| !paper.link.is_empty() && paper.sm3.len() == 64), "{dossier:?}");
    assert!(dossier.fields.iter().any(|field| field.name == "contact.phone" && field.value == "10012345679"));
    let others: Vec<Amended> = desk.said(&topics::tasks("DRC")).await;
    let dossier = others.last().unwrap().dossier.as_ref().unwrap();
    assert!(dossier.fields.iter().any(|field| field.value == "10012345679"), "who may know it learns that it changed");
    assert!(dossier.materials.iter().all(|paper| paper.code != "M13"), "{dossier:?}");
    desk.decide(project, &["A12"]).await;
}

pub async fn a_result_that_the_item_does_not_have_is_not_asked_for(kit: Arc<Kit>) {
    let (desk, project) = began(&kit).await;
    let output = |kind: &str, value: &str| Output { kind: kind.to_owned(), value: value.to_owned() };
    let decision = |outputs| {
        let decided_at = desk.mailbox.clocks().business.now();
        DepartmentSays::Decided(Decision { decided_at, decided_by: "测试".to_owned(), outputs, fees: vec![] })
    };
    let outputs = vec![output("result", "两行\n文号"), output("credit_code", "91370683MAYY00018Y")];
    desk.says(project, "A12", decision(outputs)).await;
    let rejected: Vec<ReplyRejected> = desk.said(&topics::tasks("NRP")).await;
    let told: Vec<_> = rejected[0].faults.iter().map(|fault| (&*fault.subject, &*fault.code)).collect();
    assert_eq!(told, [("credit_code", "not_asked"), ("result", "malformed")]);
    assert_eq!(desk.item(project, "A12").await["state"], "in_review");
}

pub async fn a_refusal_shows_what_it_blocks_and_may_be_corrected(kit: Arc<Kit>) {
    let (desk, project) = began(&kit).await;
    desk.decide(project, &["A01", "A12", "A14"]).await;
    desk.refuse(project, "A15").await;
    let shown = desk.get(INVESTOR, &format!("/v1/projects/{project}/items/A15")).await;
    assert_eq!(shown["refusal"]["basis"], "城乡规划法第四十条");
    let blocked = shown["refusal"]["blocks"].as_array().unwrap();
    assert!(blocked.contains(&json!("B01")) && blocked.contains(&json!("C06")), "{blocked:?}");
    assert!(!blocked.contains(&json!("A24")), "what does not depend on it goes on");
    assert_eq!(shown["refusal"]["ways"], json!(["reopen"]));
    let table = desk.get(INVESTOR, &format!("/v1/projects/{project}/materials")).await;
    let contract = table["materials"].as_array().unwrap().iter().find(|row| row["code"] == "M17").unwrap().clone();
    assert_eq!(contract["here"]["verified_by"], "NRP", "what was verified stays");
    let again = json!({"items": ["A15"], "papers": desk.papers(&["M12"])});
    desk.apply(project, "A", again).await;
    assert_eq!(desk.item(project, "A15").await["round"], 2);
    desk.decide(project, &["A15"]).await;
}

pub async fn edits_never_touch_what_a_department_has(kit: Arc<Kit>) {
    let (desk, project) = began(&kit).await;
    let path = format!("/v1/projects/{project}/list/edits");
    let edits = json!({"edits": [
        {"item": "A01", "kind": "waive", "reason": "已在外地备案"},
        {"item": "C20", "kind": "waive", "reason": " "},
    ]});
    assert_eq!(desk.post(INVESTOR, &path, &edits).await.0, 403, "an applicant does not edit the list");
    desk.done("chief", &format!("/v1/projects/{project}/agents"), &json!({"agent": "agent"})).await;
    let (status, told) = desk.post("agent", &path, &edits).await;
    assert_eq!((status, pointers(&told)), (422, vec!["/edits/0", "/edits/1"]), "{told}");
    let edits = json!({"edits": [
        {"item": "C20", "kind": "waive", "reason": "不使用起重机械"}, {"item": "B05", "kind": "add", "reason": "专家建议"},
    ]});
    desk.done("agent", &path, &edits).await;
    assert_eq!(desk.show(project).await["acknowledged_version"], 1, "not in force yet");
    let acknowledge = format!("/v1/projects/{project}/list/acknowledgement");
    desk.done(INVESTOR, &acknowledge, &json!({"version": 2})).await;
    let items = desk.show(project).await["items"].to_string();
    assert!(items.contains("B05"), "{items}");
    assert_eq!(desk.item(project, "C20").await["state"], "omitted");
    assert_eq!(desk.item(project, "A12").await["state"], "assigned", "work goes on");
}

pub async fn three_breaches_bar_an_investor(kit: Arc<Kit>) {
    let (desk, project) = began(&kit).await;
    let undertaking = format!("/v1/projects/{project}/items/A36/undertaking");
    let signed = desk.get(INVESTOR, &undertaking).await["sm3"].clone();
    let body = json!({"items": ["A36"], "undertakings": {"A36": "0".repeat(64)}});
    let apply = format!("/v1/projects/{project}/stages/A/application");
    let (status, other) = desk.post(INVESTOR, &apply, &body).await;
    assert_eq!((status, other["code"].as_str()), (422, Some("undertaking-differs")), "{other}");
    let core = json!({"items": ["A24"], "undertakings": {"A24": signed}});
    let (status, core) = desk.post(INVESTOR, &apply, &core).await;
    assert_eq!((status, core["code"].as_str()), (422, Some("not-tolerable")), "{core}");
    for nth in 1..=3 {
        sqlx::query("insert into breaches values ($1, 'C06', $2, 'legal-person:91370683MAYY00026R', '[]', $3)")
            .bind(Uuid::from_u128(9))
            .bind(nth)
            .bind(datetime!(2025-01-10 0:00 +8))
            .execute(desk.mailbox.db())
            .await
            .unwrap();
    }
    let body = json!({"items": ["A36"], "undertakings": {"A36": signed}});
    let (status, barred) = desk.post(INVESTOR, &apply, &body).await;
    assert_eq!((status, barred["code"].as_str()), (409, Some("tolerance-barred")), "{barred}");
    assert!(barred["detail"].as_str().unwrap().contains("2026-01-10"), "{barred}");
}

pub async fn a_gap_is_extended_once_by_the_chief_representative(kit: Arc<Kit>) {
    let (desk, project) = began(&kit).await;
    desk.decide(project, &["A01", "A12", "A14", "A15"]).await;
    desk.it_is(datetime!(2025-03-04 09:30 +8)).await;
    desk.apply(project, "B", json!({"fields": fields("B"), "papers": desk.papers(&["M29"])})).await;
    let signed = desk.get(INVESTOR, &format!("/v1/projects/{project}/items/B01/undertaking")).await["sm3"].clone();
    desk.apply(project, "B", json!({"items": ["B01"], "undertakings": {"B01": signed}})).await;
    assert_eq!(desk.item(project, "B01").await["gap"]["due"], "2025-03-10", "four working days, as the item promises");
    let path = format!("/v1/projects/{project}/items/B01/gap-extension");
    assert_eq!(desk.post(INVESTOR, &path, &json!({})).await.0, 403);
    desk.done("chief", &path, &json!({})).await;
    assert_eq!(desk.item(project, "B01").await["gap"]["due"], "2025-03-14");
    assert_eq!(desk.post("chief", &path, &json!({})).await.0, 409);
    desk.it_is(datetime!(2025-03-13 10:00 +8)).await;
    let reminded = "select count(*) from ledger where kind = 'gap_reminded'";
    assert_eq!(desk.database.count(reminded).await, 1, "a working day before the new end");
    desk.bring(project, &["M30"]).await;
    assert_eq!(desk.item(project, "B01").await["gap"]["missing"], json!(["M35"]));
    desk.bring(project, &["M35"]).await;
    assert_eq!(desk.item(project, "B01").await["gap"]["open"], false);
}

pub async fn a_clock_stands_still_on_its_grounds(kit: Arc<Kit>) {
    let (desk, project) = began(&kit).await;
    desk.decide(project, &["A01", "A09", "A12", "A14"]).await;
    let item = format!("/v1/projects/{project}/items/A15");
    let applicant = json!({"ground": "applicant", "reason": "出差在外"});
    desk.done(INVESTOR, &format!("{item}/suspension"), &applicant).await;
    let legal = json!({"ground": "legal", "reason": "权属争议"});
    assert_eq!(desk.post(INVESTOR, &format!("{item}/suspension"), &legal).await.0, 403);
    desk.done("chief", &format!("{item}/suspension"), &legal).await;
    desk.it_is(datetime!(2025-03-06 10:00 +8)).await;
    desk.done(INVESTOR, &format!("{item}/resumption"), &json!({"ground": "applicant"})).await;
    assert_eq!(desk.item(project, "A15").await["state"], "suspended", "the other ground stands");
    desk.done("chief", &format!("{item}/resumption"), &json!({"ground": "legal"})).await;
    desk.it_is(datetime!(2025-03-07 10:00 +8)).await;
    assert_eq!((desk.item(project, "A15").await["counted"].as_u64(), desk.counted(project).await), (Some(1), 1));
    desk.done(INVESTOR, &format!("/v1/projects/{project}/withdrawal"), &json!({})).await;
    assert_eq!(desk.show(project).await["phase"], "stopping");
}

pub async fn yellow_from_twenty_six_and_red_above_thirty_two(kit: Arc<Kit>) {
    let (desk, project) = began(&kit).await;
    desk.decide(project, &["A01", "A12", "A14"]).await;
    desk.it_is(datetime!(2025-04-08 10:00 +8)).await;
    assert_eq!((desk.counted(project).await, &desk.show(project).await["clock"]["card_shown"]), (25, &json!("none")));
    desk.it_is(datetime!(2025-04-09 10:00 +8)).await;
    assert_eq!((desk.counted(project).await, &desk.show(project).await["clock"]["card_shown"]), (26, &json!("yellow")));
    desk.it_is(datetime!(2025-04-17 10:00 +8)).await;
    assert_eq!((desk.counted(project).await, &desk.show(project).await["clock"]["card_shown"]), (32, &json!("yellow")));
    desk.it_is(datetime!(2025-04-18 10:00 +8)).await;
    assert_eq!((desk.counted(project).await, &desk.show(project).await["clock"]["card_shown"]), (33, &json!("red")));
    assert_eq!(desk.database.count("select count(*) from ledger where kind in ('yellow_card', 'red_card')").await, 2);
}
