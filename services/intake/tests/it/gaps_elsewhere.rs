//! Gaps of a case whose process another service owns: everything that happens to them is passed on with the fact.

use std::sync::Arc;

use contracts::{
    intake::v1::{CaseAccepted, CaseReturned, Gap, GapClosed, GapExtended},
    process::v1::{End, Holder, OpenTask, Phase, Progressed},
    schema::Event,
    time::timestamp,
};
use serde_json::{Value, json};
use sqlx::Row as _;
use testkit::Kit;
use time::macros::datetime;

use crate::hall::{Hall, MONDAY, applicant, chief, events};

const DOSSIERS: &str = "intake.dossiers.market-registration.v1";

/// An item of another owner; two of its papers may follow within three working days.
const KITES: &str = r#"
    [[item]]
    code = "kite-permit"
    version = 1
    valid_from = "2024-01-01"
    implementation_code = "113706830000YY156H4000131777000"
    name = { zh = "风筝节摊位许可", en = "Stall at the kite festival" }
    department = "MSA"
    kind = "licence"
    zone = "market"
    owner = "market-registration"
    promised_days = 3
    statutory_days = 20
    fee_fen = 0
    tolerable = ["LAYOUT", "WASTE"]
    channels = { online = 1 }
    basis = [{ zh = "测试", en = "test" }]
    [[item.guide]]
    title = { zh = "怎么办", en = "How" }
    text = { zh = "网上办", en = "Online" }
    [[item.field]]
    name = "place"
    kind = "text"
    zh = "地点"
    en = "place"
    [[item.material]]
    code = "M01"
    need = "core"
    source = "apply"
    [[item.material]]
    code = "LAYOUT"
    need = "secondary"
    source = "apply"
    [[item.material]]
    code = "WASTE"
    need = "secondary"
    source = "apply"
"#;

/// A stall that was accepted on Monday without two papers.
async fn tolerated(kit: &Kit) -> (Hall, String, Value) {
    let hall = Hall::open_with(kit, MONDAY, Some(KITES)).await;
    let xin = applicant("xin");
    let signed = hall.get(None, "/v1/items/kite-permit/undertaking?gaps=LAYOUT,WASTE").await["sm3"].clone();
    let body = json!({
        "theme": "kite-permit", "channel": "online", "materials": hall.bring_all(&xin, &["M01"]).await,
        "fields": {"place": "海滨浴场"}, "undertaking_sm3": signed,
    });
    let (case, slip) = hall.file(&xin, &body).await;
    (hall, case, slip)
}

/// Messages of one type to the owner, in order.
async fn said<M: Event>(hall: &Hall) -> Vec<M> {
    let rows = sqlx::query("select body from outbox where topic = $1 and kind = $2 order by seq")
        .bind(DOSSIERS)
        .bind(M::kind())
        .fetch_all(hall.mailbox.db())
        .await
        .unwrap();
    rows.iter().map(|row| M::decode(row.get::<&[u8], _>("body")).unwrap()).collect()
}

/// The owner tells where the case stands.
async fn owner_tells(hall: &Hall, slip: &Value, (phase, end): (Phase, End), open: Vec<OpenTask>) {
    let subject_id = slip["case_id"].as_str().unwrap().to_owned();
    let told = Progressed { subject_id, phase: phase.into(), end: end.into(), open, ..Progressed::default() };
    hall.hears(&[hall.owner_says(&told, 1)]).await;
}

fn gaps(codes: &[&str], due_at: time::OffsetDateTime) -> Vec<Gap> {
    codes
        .iter()
        .map(|code| Gap { material_code: (*code).to_owned(), due_at: timestamp(due_at), provisional: false })
        .collect()
}

pub async fn its_owner_is_told_of_gaps_and_of_what_closes_them(kit: Arc<Kit>) {
    let (hall, case, slip) = tolerated(&kit).await;
    let accepted: Vec<CaseAccepted> = said(&hall).await;
    assert_eq!(accepted[0].gaps, gaps(&["LAYOUT", "WASTE"], datetime!(2025-09-19 0:00 +8)));
    let papers: Vec<_> = accepted[0].materials.iter().map(|paper| paper.code.as_str()).collect();
    assert_eq!(papers, ["M01"]);

    let xin = applicant("xin");
    assert_eq!(hall.corrects(&xin, &case, &["WASTE"]).await.0, 200);
    let why = json!({"reason": "收运单位台风停工"});
    assert_eq!(hall.post(&chief(), &format!("{case}/tolerance/extension"), &why).await.0, 200);
    let extended: Vec<GapExtended> = said(&hall).await;
    assert_eq!(extended[0].gaps, gaps(&["LAYOUT"], datetime!(2025-09-24 0:00 +8)));
    assert_eq!(hall.corrects(&xin, &case, &["LAYOUT", "M01"]).await.0, 200);
    let closed: Vec<GapClosed> = said(&hall).await;
    let came = |nth: usize| closed[nth].materials.iter().map(|paper| paper.code.as_str()).collect::<Vec<_>>();
    assert_eq!((closed.len(), came(0), came(1)), (2, vec!["WASTE"], vec!["LAYOUT"]), "what was no gap is none");
    assert_eq!(closed[1].materials[0].sm3.len(), 64);
    assert_eq!(hall.corrects(&xin, &case, &["LAYOUT"]).await.1["code"], "nothing-waited-for");
    assert_eq!(said::<GapClosed>(&hall).await.len(), 2);

    hall.time_is(datetime!(2025-09-30 9:00 +8)).await;
    let expected = ["case_accepted_with_gaps", "gap_supplied", "gap_extended", "gap_closed"];
    assert_eq!(events(&hall.progress(&slip).await), expected, "nothing falls due");
    assert!(said::<CaseReturned>(&hall).await.is_empty());
}

pub async fn its_owner_is_told_that_a_case_is_returned(kit: Arc<Kit>) {
    let (hall, case, slip) = tolerated(&kit).await;
    let xin = applicant("xin");
    assert_eq!(hall.corrects(&xin, &case, &["WASTE"]).await.0, 200);
    let end = datetime!(2025-09-19 0:00 +8);
    hall.mailbox.clocks().business.advance_to(end).unwrap();
    assert_eq!(hall.corrects(&xin, &case, &["LAYOUT"]).await.1["code"], "gap-over", "before the timer is heard");
    hall.time_is(end).await;
    hall.time_is(datetime!(2025-09-22 9:00 +8)).await;
    let returned: Vec<CaseReturned> = said(&hall).await;
    assert_eq!((returned.len(), returned[0].returned_at), (1, timestamp(end)));
    assert_eq!(returned[0].materials, ["LAYOUT"]);
    let shown = hall.progress(&slip).await;
    assert_eq!(
        (&shown["desk"]["outcome"], &shown["phase"]),
        (&json!("returned"), &json!("submitted")),
        "its owner ends it"
    );
    assert_eq!(hall.db.count("select count(*) from tolerance_breaches").await, 1);

    let (status, late) = hall.corrects(&xin, &case, &["LAYOUT"]).await;
    assert_eq!((status, late["code"].as_str()), (409, Some("gap-over")), "{late}");
    assert_eq!(said::<GapClosed>(&hall).await.len(), 1);
    owner_tells(&hall, &slip, (Phase::Ended, End::Terminated), vec![]).await;
    let shown = hall.progress(&slip).await;
    assert_eq!((&shown["desk"]["outcome"], &shown["phase"]), (&json!("returned"), &json!("terminated")));
    assert_eq!(hall.corrects(&xin, &case, &["LAYOUT"]).await.1["code"], "case-ended");
}

pub async fn what_the_owner_holds_for_a_paper_is_shown(kit: Arc<Kit>) {
    let (hall, case, slip) = tolerated(&kit).await;
    let held = OpenTask {
        task_code: "hand-over".to_owned(),
        since: timestamp(MONDAY),
        due_at: timestamp(datetime!(2025-09-19 0:00 +8)),
        holder: Holder::Applicant.into(),
        papers: vec!["LAYOUT".to_owned()],
        ..OpenTask::default()
    };
    owner_tells(&hall, &slip, (Phase::Running, End::Unspecified), vec![held]).await;
    let open = hall.get(Some(&applicant("xin")), &case).await["open"][0].clone();
    assert_eq!((&open["waits_for"], &open["papers"]), (&json!("applicant"), &json!(["LAYOUT"])), "{open}");
}

pub async fn nobody_breaks_his_word_about_a_case_that_cannot_be_planned(kit: Arc<Kit>) {
    let (hall, _, slip) = tolerated(&kit).await;
    owner_tells(&hall, &slip, (Phase::Ended, End::NotPlanned), vec![]).await;
    hall.time_is(datetime!(2025-09-22 9:00 +8)).await;
    assert_eq!(hall.said(DOSSIERS).await, ["wutong.intake.v1.CaseAccepted"]);
    assert_eq!(hall.db.count("select count(*) from tolerance_breaches").await, 0);
}

pub async fn who_takes_it_back_breaks_no_word(kit: Arc<Kit>) {
    let (hall, case, _) = tolerated(&kit).await;
    let why = json!({"reason": "不办了"});
    assert_eq!(hall.post(&applicant("xin"), &format!("{case}/withdrawal"), &why).await.0, 202);
    hall.time_is(datetime!(2025-09-22 9:00 +8)).await;
    assert_eq!(hall.said(DOSSIERS).await, ["wutong.intake.v1.CaseAccepted", "wutong.intake.v1.WithdrawalAsked"]);
    assert_eq!(hall.db.count("select count(*) from tolerance_breaches").await, 0);
}
