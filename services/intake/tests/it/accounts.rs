//! What the owners of processes tell of cases and projects, in words of this version, of later ones, and of those before.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    sync::Arc,
};

use contracts::{
    account::argument,
    materials::Capability,
    process::v1::{Argument, End, Holder, Kind, OpenTask, Phase, Progressed, Step},
    seal::Seals,
    time::timestamp,
    topics,
};
use mailbox::FaultKind;
use serde_json::{Value, json};
use testkit::Kit;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use crate::hall::{Hall, MONDAY, applicant, events, opening};

const TASK: Uuid = Uuid::from_u128(7);
/// What the tests' front desk seals links with.
const KEY: &str = "a key of the tests";

/// An opening that was filed by applicant jia: path and id.
async fn filed(hall: &Hall) -> (String, String) {
    let (case, slip) = hall.file(&applicant("jia"), &opening()).await;
    (case, slip["case_id"].as_str().unwrap().to_owned())
}

fn step(kind: i32, arguments: Vec<Argument>) -> Step {
    Step {
        at: timestamp(MONDAY),
        kind,
        task_id: TASK.to_string(),
        task_code: "licence".to_owned(),
        department: "MSA".to_owned(),
        round: 1,
        arguments,
        outputs: vec![],
    }
}

fn held() -> OpenTask {
    OpenTask {
        task_id: TASK.to_string(),
        task_code: "licence".to_owned(),
        department: "MSA".to_owned(),
        since: timestamp(MONDAY),
        holder: Holder::Department.into(),
        ..OpenTask::default()
    }
}

fn told(subject: &str, steps: Vec<Step>, open: Vec<OpenTask>) -> Progressed {
    let phase = Phase::Running.into();
    Progressed { subject_id: subject.to_owned(), phase, steps, open, ..Progressed::default() }
}

pub async fn people_read_sentences_and_nothing_internal(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let (case, id) = filed(&hall).await;
    let asked = vec![argument("items", ["ARTICLES", "scope", "other"]), argument("notice", [1])];
    let steps = vec![
        step(Kind::TaskAssigned.into(), vec![]),
        step(Kind::ClockSkewed.into(), vec![]),
        step(Kind::SupplementAsked.into(), asked),
    ];
    hall.hears(&[hall.owner_says(&told(&id, steps, vec![held()]), 1)]).await;
    let shown = hall.get(Some(&applicant("jia")), &case).await;
    let words: Vec<_> = shown["steps"].as_array().unwrap().iter().map(|step| step["words"].clone()).collect();
    assert_eq!(
        words,
        [
            json!({"zh": "已交部门办理", "en": "Given to the department"}),
            json!({"zh": "部门时钟与中心不一致,时间以中心记录为准", "en": "The department's clock differs; the time is the centre's"}),
            json!({"zh": "请补充:公司章程、经营范围、其他事项", "en": "Please supply: articles of association, scope of business, something else"}),
        ]
    );
    assert_eq!(shown["steps"][2]["arguments"]["items"], json!(["ARTICLES", "scope", "other"]));
    for instant in [&shown["steps"][0]["at"], &shown["open"][0]["since"], &shown["as_of"], &shown["received_at"]] {
        assert!(instant.as_str().unwrap().ends_with("+08:00"), "{instant}");
    }
}

pub async fn a_kind_of_a_later_version_passes_and_other_values_wait(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let (case, id) = filed(&hall).await;
    let later = 9_999;
    let unknown = told(&id, vec![step(later, vec![argument("what", ["ever"])])], vec![held()]);
    hall.hears(&[hall.owner_says(&unknown, 1)]).await;
    let shown = hall.get(Some(&applicant("jia")), &case).await;
    assert_eq!(events(&shown), ["something_went_on"]);
    assert_eq!(shown["steps"][0]["words"], json!({"zh": "办件有新进展", "en": "Something went on"}));
    assert_eq!(shown["phase"], "running");

    let running = || told(&id, vec![], vec![held()]);
    let values = [
        Progressed { phase: later, ..running() },
        Progressed { phase: Phase::Ended.into(), end: later, ..running() },
        Progressed { open: vec![OpenTask { holder: later, ..held() }], ..running() },
    ];
    for value in values {
        let fault = hall.verdict(&hall.owner_says(&value, 2)).await.err().unwrap();
        assert_eq!((fault.kind, fault.code), (FaultKind::Passing, "unknown_value"), "{fault}");
    }
    let nothing = [
        (Progressed { phase: 0, ..running() }, "no_phase"),
        (Progressed { phase: Phase::Ended.into(), end: End::Unspecified.into(), ..running() }, "no_end"),
        (Progressed { open: vec![OpenTask { holder: 0, ..held() }], ..running() }, "no_holder"),
    ];
    for (value, code) in nothing {
        let fault = hall.verdict(&hall.owner_says(&value, 2)).await.err().unwrap();
        assert_eq!((fault.kind, fault.code), (FaultKind::Poison, code), "{fault}");
    }
}

/// A paper of applicant jia, read by the department of the task.
async fn reads(hall: &Hall, paper: &Value) -> u16 {
    let material = paper["material_id"].as_str().unwrap().parse().unwrap();
    let link = Capability { material, department: "MSA", task: TASK }.link("", &Seals::read(KEY).unwrap());
    hall.status(&link).await
}

pub async fn a_link_works_while_its_task_is_with_its_department(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let (_, id) = filed(&hall).await;
    let paper = hall.brings(&applicant("jia"), "ARTICLES").await;
    assert_eq!(reads(&hall, &paper).await, 503, "nobody has said yet that the task is with it");
    let says = async |sequence, kind: i32, open: Vec<OpenTask>| {
        hall.hears(&[hall.owner_says(&told(&id, vec![step(kind, vec![])], open), sequence)]).await;
        reads(&hall, &paper).await
    };
    assert_eq!(says(1, Kind::TaskAssigned.into(), vec![held()]).await, 200);
    assert_eq!(says(2, Kind::TaskSuspended.into(), vec![held()]).await, 200);
    assert_eq!(says(3, 9_999, vec![held()]).await, 200, "whatever happened, the department has it");
    assert_eq!(says(4, 9_999, vec![]).await, 410, "whatever happened, the department has it no more");
    assert_eq!(says(5, Kind::TaskAssigned.into(), vec![held()]).await, 200, "assigned anew");
    let let_go = OpenTask { holder: Holder::Cancellation.into(), ..held() };
    assert_eq!(says(6, Kind::TaskCancelling.into(), vec![let_go]).await, 410, "it is to let go of it");
    assert_eq!(says(7, Kind::TaskAssigned.into(), vec![held()]).await, 200);
    assert_eq!(says(8, Kind::TaskEnded.into(), vec![]).await, 410);
}

pub async fn links_of_a_projects_papers_live_with_its_tasks_too(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let project = Uuid::from_u128(70).to_string();
    let paper = hall.brings(&applicant("jia"), "ARTICLES").await;
    let says = async |sequence, kind: i32, open: Vec<OpenTask>| {
        let mut incoming = hall.owner_says(&told(&project, vec![step(kind, vec![])], open), sequence);
        incoming.topic = topics::CONSTRUCTION_PROJECTS.to_owned();
        hall.hears(&[incoming]).await;
        reads(&hall, &paper).await
    };
    assert_eq!(says(1, Kind::TaskAssigned.into(), vec![held()]).await, 200);
    assert_eq!(says(2, Kind::TaskAcknowledged.into(), vec![held()]).await, 200);
    assert_eq!(hall.db.count("select count(*) from case_steps").await, 1, "what moves no task is not kept");
    assert_eq!(says(3, 9_999, vec![]).await, 410);
}

/// Recorded from the outboxes of programs before this one; each line: where, topic, type, key, sequence, bytes.
const BEFORE: &str = include_str!("../../../../shared/contracts/tests-data/accounts-before.tsv");

pub async fn what_was_told_before_there_was_one_account_is_heard(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    // Recorded case -> the one that stands for it here.
    let mut cases: BTreeMap<(&str, &str), String> = BTreeMap::new();
    let mut phases = BTreeSet::new();
    for line in BEFORE.lines() {
        let parts: Vec<_> = line.split('\t').collect();
        let [place, topic, kind, key, sequence, bytes] = parts[..] else { panic!("{line}") };
        let mut here = Uuid::new_v5(&Uuid::NAMESPACE_OID, place.as_bytes()).to_string();
        if topic == topics::REGISTRATION_CASES {
            let case = match cases.entry((place, key)) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => {
                    let mut body = opening();
                    body["fields"]["address"] = json!(format!("文昌路街道测试路{place}"));
                    let (_, slip) = hall.file(&applicant("jia"), &body).await;
                    new.insert(slip["case_id"].as_str().unwrap().to_owned())
                }
            };
            here.clone_from(case);
        }
        let mut incoming = hall.owner_says(&told(&here, vec![], vec![]), sequence.parse().unwrap());
        incoming.topic = topic.to_owned();
        incoming.attributes.kind = kind.to_owned();
        // Ids are texts of one length: the message stays what it was.
        incoming.body = hex::decode(bytes.replace(&hex::encode(key), &hex::encode(&here))).unwrap();
        hall.hears(&[incoming]).await;
        if topic == topics::REGISTRATION_CASES {
            let shown = hall.get(Some(&applicant("jia")), &format!("/v1/cases/{here}")).await;
            phases.insert(shown["phase"].as_str().unwrap().to_owned());
        }
    }
    assert!(hall.db.count("select count(*) from case_steps where task_code = 'B01'").await > 0, "a project's tasks");
    for case in cases.values() {
        let shown = hall.get(Some(&applicant("jia")), &format!("/v1/cases/{case}")).await;
        assert!(!events(&shown).contains(&"something_went_on"), "every step has its word: {shown}");
        for open in shown["open"].as_array().unwrap() {
            time::OffsetDateTime::parse(open["since"].as_str().unwrap(), &Rfc3339).unwrap();
        }
        let text = shown["steps"].to_string();
        assert!(!text.contains(" ms") && !text.contains("window minutes used; a"), "nothing internal: {text}");
    }
    for phase in ["running", "stopping", "withdrawn", "terminated", "plan_refused"] {
        assert!(phases.contains(phase), "{phase} in {phases:?}");
    }
}
