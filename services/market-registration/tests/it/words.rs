//! What a department may say of an opening, and what it gets to know: the owner holds it to the list of words and to the
//! entitlements.

use std::sync::Arc;

use casework::{CaseId, Decision, DepartmentSays, Extension, Output, SupplementItem, TaskId};
use contracts::{
    intake::v1::{CaseAccepted, SupplementSupplied},
    task::v1::{Amended, Assigned, Closed, Field, Material, ReplyRejected, Resumed, Suspended},
    time::timestamp,
    topics,
};
use mailbox::Incoming;
use prost::Message as _;
use testkit::Kit;
use uuid::Uuid;

use crate::{
    gaps::{decide, said},
    names_desk::{MORNING, NamesDesk},
};

/// The one that [`decide`] decides.
const CASE: Uuid = Uuid::from_u128(1);
const OTHER: Uuid = Uuid::from_u128(2);

/// An opening with every paper that the form takes.
async fn opened(kit: &Kit) -> NamesDesk {
    let desk = NamesDesk::open(kit).await;
    for (case, name) in [(CASE, "莱州市云杉测试电子有限公司"), (OTHER, "莱州市云桐测试电子有限公司")]
    {
        let whole = desk.accepted(case, name, "", MORNING);
        let materials = ["M03", "ARTICLES", "PREMISES"].into_iter().zip(1..).map(|(code, n)| paper(code, n)).collect();
        let accepted = CaseAccepted { materials, ..CaseAccepted::decode(whole.body.as_slice()).unwrap() };
        desk.deliver(&[desk.passed_on(case, &accepted)]).await;
    }
    desk
}

fn paper(code: &str, id: u128) -> Material {
    Material {
        code: code.to_owned(),
        material_id: Uuid::from_u128(id).to_string(),
        media_type: "application/pdf".to_owned(),
        size: 3,
        sm3: "00".to_owned(),
        link: String::new(),
    }
}

fn says(desk: &NamesDesk, case: Uuid, (task, department): (&str, &str), says: DepartmentSays) -> Incoming {
    desk.replied(case, department, TaskId::derived(CaseId::new(case), task), says)
}

fn decided(desk: &NamesDesk, case: Uuid, of: (&str, &str), outputs: &[(&str, &str)]) -> Incoming {
    let output = |(kind, value): &(&str, &str)| Output { kind: (*kind).to_owned(), value: (*value).to_owned() };
    let decision = Decision {
        decided_at: desk.mailbox.clocks().business.now(),
        decided_by: "rules".to_owned(),
        outputs: outputs.iter().map(output).collect(),
        fees: vec![],
    };
    says(desk, case, of, DepartmentSays::Decided(decision))
}

fn asked(desk: &NamesDesk, of: (&str, &str), codes: &[&str]) -> Incoming {
    let item = |code: &&str| SupplementItem { code: (*code).to_owned(), note: "请补充".to_owned() };
    let asked_at = desk.mailbox.clocks().business.now();
    let (items, reason) = (codes.iter().map(item).collect(), "材料不全".to_owned());
    says(desk, CASE, of, DepartmentSays::SupplementAsked { asked_at, items, reason })
}

fn supplied(desk: &NamesDesk, task: &str, fields: &[(&str, &str)], papers: &[(&str, u128)]) -> Incoming {
    let field = |(name, value): &(&str, &str)| Field { name: (*name).to_owned(), value: (*value).to_owned() };
    let supplied = SupplementSupplied {
        case_id: CASE.to_string(),
        task_id: TaskId::derived(CaseId::new(CASE), task).to_string(),
        supplied_at: timestamp(desk.mailbox.clocks().business.now()),
        fields: fields.iter().map(field).collect(),
        materials: papers.iter().map(|(code, id)| paper(code, *id)).collect(),
    };
    desk.passed_on(CASE, &supplied)
}

/// What the department was told last is wrong: `subject: code`.
async fn faults(desk: &NamesDesk, department: &str) -> Vec<String> {
    let rejected: Vec<ReplyRejected> = said(desk, &topics::tasks(department)).await;
    let last = rejected.last().map(|rejected| rejected.faults.clone()).unwrap_or_default();
    last.iter().map(|fault| format!("{}: {}", fault.subject, fault.code)).collect()
}

const TAX: (&str, &str) = ("tax", "TAX");
const BANK: (&str, &str) = ("bank", "BNK");

pub async fn a_credit_code_of_the_tax_office_is_not_asked_for_and_the_number_stays_free(kit: Arc<Kit>) {
    let desk = opened(&kit).await;
    decide(&desk, 0..1).await;
    let right = [("tax_types", "增值税"), ("invoice_kinds", "数电发票"), ("tax_device", "none")];
    let mut foreign = right.to_vec();
    foreign.push(("credit_code", "91370683MAYY00026R"));
    desk.deliver(&[decided(&desk, CASE, TAX, &foreign)]).await;
    assert_eq!(faults(&desk, "TAX").await, ["credit_code: not_asked"]);
    // One that somebody holds, and one that is none at all: whose it is, or what is wrong with it, is not told.
    desk.it_is(MORNING + time::Duration::minutes(1));
    desk.deliver(&[decided(&desk, CASE, TAX, &[("credit_code", "91370683MAYY00018Y"), ("credit_code", "x")])]).await;
    let missing = ["tax_types: missing", "invoice_kinds: missing", "tax_device: missing"];
    assert_eq!(faults(&desk, "TAX").await, [&["credit_code: not_asked"][..], &missing[..]].concat());
    let taken = "select count(*) from numbers where value = '91370683MAYY00026R'";
    assert_eq!(desk.database.count(taken).await, 0, "the number is free");

    desk.deliver(&[decided(&desk, CASE, TAX, &right)]).await;
    let of_msa = [("credit_code", "91370683MAYY00026R"), ("established_on", "2025-09-28")];
    desk.deliver(&[decided(&desk, OTHER, ("licence", "MSA"), &of_msa)]).await;
    assert_eq!(desk.database.count(taken).await, 1, "the registrar's own task gives it out");
    let closed: Vec<Closed> = said(&desk, &topics::tasks("TAX")).await;
    assert_eq!(closed.len(), 1);
}

pub async fn a_result_is_one_of_its_list_and_of_its_form(kit: Arc<Kit>) {
    let desk = opened(&kit).await;
    decide(&desk, 0..1).await;
    let wrong = [("tax_types", "增值税、印花税"), ("invoice_kinds", "测试票"), ("tax_device", "disk")];
    desk.deliver(&[decided(&desk, CASE, TAX, &wrong)]).await;
    let told = ["tax_types: not_listed", "invoice_kinds: not_listed", "tax_device: not_of_this_date"];
    assert_eq!(faults(&desk, "TAX").await, told, "everything at once");
    let social = [("social_unit_number", "编号 一")];
    desk.deliver(&[decided(&desk, CASE, ("social", "HRS"), &social)]).await;
    assert_eq!(faults(&desk, "HRS").await, ["social_unit_number: malformed"]);
}

pub async fn papers_that_were_filed_reach_whoever_the_entitlements_name(kit: Arc<Kit>) {
    let desk = opened(&kit).await;
    decide(&desk, 0..7).await;
    for (department, papers) in
        [("MSA", &["M03", "ARTICLES", "PREMISES"][..]), ("BNK", &["M03"]), ("TAX", &[]), ("PSB", &[]), ("CTR", &[])]
    {
        let assigned: Vec<Assigned> = said(&desk, &topics::tasks(department)).await;
        let dossier = assigned.iter().find(|of| of.case_id == CASE.to_string()).unwrap().dossier.clone().unwrap();
        let codes: Vec<&str> = dossier.materials.iter().map(|paper| paper.code.as_str()).collect();
        assert_eq!(codes, papers, "{department}");
        let of_them = |link: &str| link.contains(&format!("department={department}&"));
        assert!(dossier.materials.iter().all(|paper| of_them(&paper.link)), "{department}: {:?}", dossier.materials);
    }
}

pub async fn a_supplement_asks_for_what_the_task_may_know_and_is_compared_with_what_comes(kit: Arc<Kit>) {
    let desk = opened(&kit).await;
    decide(&desk, 0..2).await;
    let bank = topics::tasks("BNK");
    let foreign = ["M03", "finance_head.citizen_id", "PREMISES", "founder.9.name", "测试甲", "M03"];
    desk.deliver(&[asked(&desk, BANK, &foreign)]).await;
    let told = ["repeated", "not_entitled", "not_entitled", "not_entitled", "not_entitled"];
    assert_eq!(faults(&desk, "BNK").await, told.map(|code| format!("items: {code}")));
    assert!(said::<Suspended>(&desk, &bank).await.is_empty(), "its clock runs on");

    desk.it_is(MORNING + time::Duration::minutes(1));
    desk.deliver(&[asked(&desk, BANK, &["M03", "address"])]).await;
    assert_eq!(said::<Suspended>(&desk, &bank).await.len(), 1);
    desk.deliver(&[supplied(&desk, "bank", &[("company_name", "测试甲公司")], &[("M03", 9)])]).await;
    let refused = "select count(*) from ledger where kind = 'not_possible'";
    assert_eq!(desk.database.count(refused).await, 1, "the name was not asked for");
    let renamed = "select count(*) from dossiers where fields ->> 'company_name' = '测试甲公司'";
    assert_eq!(desk.database.count(renamed).await, 0);
    assert!(said::<Amended>(&desk, &bank).await.is_empty());

    desk.deliver(&[supplied(&desk, "bank", &[], &[("M03", 9)])]).await;
    let amended: Vec<Amended> = said(&desk, &bank).await;
    let dossier = amended[0].dossier.as_ref().unwrap();
    let papers: Vec<_> = dossier.materials.iter().map(|paper| (&*paper.code, &*paper.material_id)).collect();
    assert_eq!((&*amended[0].reason, papers), ("supplement", vec![("M03", &*Uuid::from_u128(9).to_string())]));
    assert!(said::<Resumed>(&desk, &bank).await.is_empty(), "the address is still waited for");
    desk.deliver(&[supplied(&desk, "bank", &[("address", "文昌路街道测试路2号")], &[])]).await;
    assert_eq!((said::<Amended>(&desk, &bank).await.len(), said::<Resumed>(&desk, &bank).await.len()), (2, 1));
    // Who may know the address and is at work learns that it changed; the seals' office may not.
    let told: Vec<Amended> = said(&desk, &topics::tasks("TAX")).await;
    let fields = &told[0].dossier.as_ref().unwrap().fields;
    assert!(fields.iter().any(|field| field.name == "address" && field.value == "文昌路街道测试路2号"));
    assert_eq!(told.len(), 1);
    assert!(said::<Amended>(&desk, &topics::tasks("PSB")).await.is_empty());
}

pub async fn minutes_of_the_hall_are_not_extended_by_working_days(kit: Arc<Kit>) {
    let desk = opened(&kit).await;
    let extension =
        Extension { working_days: 5, reason: "情况复杂".to_owned(), signed_by: "测试负责人".to_owned() };
    let extended = DepartmentSays::Extended { extended_at: desk.mailbox.clocks().business.now(), extension };
    desk.deliver(&[says(&desk, CASE, ("licence", "MSA"), extended.clone())]).await;
    assert_eq!(faults(&desk, "MSA").await, ["working_days: promised_in_minutes"]);
    decide(&desk, 0..7).await;
    // The hand-over is promised for the same day, in working days.
    desk.deliver(&[says(&desk, CASE, ("hand-over", "CTR"), extended)]).await;
    assert_eq!(faults(&desk, "CTR").await, [""; 0]);
    assert_eq!(desk.database.count("select count(*) from ledger where kind = 'task_extended'").await, 1);
}
