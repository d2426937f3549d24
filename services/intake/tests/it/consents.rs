//! What ends a case or gives something up is the applicant's: at a window by his code, or on his signed paper.

use std::sync::Arc;

use chassis::testing::TestServer;
use contracts::process::v1::{Holder, OpenTask, Phase, Progressed};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::Kit;
use uuid::Uuid;

use crate::hall::{Answer, Hall, PHONE, applicant, chief, clerk, for_whom, opening, passport, pointers, stall};

const OTHER: &str = "10012345679";

/// A food stall that a clerk files for whoever stands at the window, who proves his telephone.
async fn filed(hall: &Hall, name: &str) -> (String, Value) {
    let papers = hall.bring_all(&clerk(), &["M01", "HEALTH", "LAYOUT", "WASTE"]).await;
    let mut body = for_whom(name, stall("window", &papers));
    body["phone_proof"] = hall.proof().await;
    hall.file(&clerk(), &body).await
}

/// The same without a proved telephone.
async fn filed_without(hall: &Hall, name: &str) -> (String, Value) {
    let papers = hall.bring_all(&clerk(), &["M01", "HEALTH", "LAYOUT", "WASTE"]).await;
    hall.file(&clerk(), &for_whom(name, stall("window", &papers))).await
}

async fn sends(hall: &Hall, case: &str, act: &Value) -> Answer {
    hall.post(&clerk(), &format!("{case}/codes"), act).await
}

/// An undertaking that nobody sees.
fn undertakes() -> Value {
    json!({"act": "undertake", "undertaking_sm3": "5".repeat(64)})
}

async fn withdraws(hall: &Hall, case: &str, consent: Value) -> (u16, String) {
    let body = json!({"reason": "不办了", "consent": consent});
    let (status, told) = hall.post(&clerk(), &format!("{case}/withdrawal"), &body).await;
    (status, told["code"].as_str().unwrap_or_default().to_owned())
}

/// Bodies of all facts of a kind.
async fn facts(hall: &Hall, kind: &str) -> Vec<Value> {
    let bodies: Vec<Vec<u8>> = sqlx::query_scalar("select body from ledger where kind = $1 order by subject, sequence")
        .bind(kind)
        .fetch_all(hall.mailbox.db())
        .await
        .unwrap();
    bodies.iter().map(|body| serde_json::from_slice(body).unwrap()).collect()
}

fn wrong(code: &str) -> String {
    let other = (code.parse::<u32>().unwrap() + 1) % 1_000_000;
    format!("{other:06}")
}

pub async fn a_clerk_ends_a_case_with_the_applicants_code(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let (case, slip) = filed(&hall, "xin").await;
    let received = &facts(&hall, "case_received").await[0];
    assert_eq!(received["phone"]["proof"], "code", "{received}");
    assert_eq!(withdraws(&hall, &case, Value::Null).await, (403, "consent-needed".to_owned()));
    let (status, sent) = sends(&hall, &case, &json!({"act": "withdraw"})).await;
    assert_eq!(
        (status, sent["sent_to"].as_str(), sent["tries"].as_i64()),
        (201, Some("100****5678"), Some(3)),
        "{sent}"
    );
    let code = hall.last_code(PHONE).await;
    assert!(!sent.to_string().contains(&code), "the clerk is not told");
    assert_eq!(withdraws(&hall, &case, json!({"code": code})).await.0, 202);
    assert_eq!(hall.progress(&slip).await["phase"], "withdrawn");

    let withdrawn = &facts(&hall, "withdrawn").await[0];
    assert_eq!(withdrawn["by"]["assisted_by"], "clerk-hall", "{withdrawn}");
    assert_eq!(withdrawn["by"]["consent"]["way"], "code", "{withdrawn}");
    let kept: Vec<String> = sqlx::query_scalar(
        "select encode(body, 'escape') || actor from ledger union all select to_jsonb(c)::text from consents c",
    )
    .fetch_all(hall.mailbox.db())
    .await
    .unwrap();
    assert!(
        kept.iter().all(|kept| !kept.contains(&code) && !kept.contains(PHONE)),
        "nothing keeps the code or the number"
    );
    let (status, told) = sends(&hall, &case, &json!({"act": "withdraw"})).await;
    assert_eq!((status, told["code"].as_str()), (409, Some("case-ended")));
}

pub async fn a_clerk_proves_no_telephone_but_the_forms(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    assert_eq!(hall.post(&clerk(), "/v1/phones/codes", &json!({"phone": OTHER})).await.0, 201);
    let papers = hall.bring_all(&clerk(), &["M01", "HEALTH", "LAYOUT", "WASTE"]).await;
    let mut body = for_whom("xin", stall("window", &papers));
    body["phone_proof"] = json!({"phone": OTHER, "code": hall.last_code(OTHER).await});
    let (status, told) = hall.submit(&clerk(), &body).await;
    assert_eq!((status, pointers(&told)), (422, vec!["/phone_proof/phone"]), "{told}");
    body["fields"]["operator.phone"] = json!(OTHER);
    assert_eq!(hall.submit(&clerk(), &body).await.0, 201, "its code was not used up");
}

pub async fn a_code_has_three_tries_and_ten_minutes(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let (case, _) = filed(&hall, "xin").await;
    let act = json!({"act": "withdraw"});
    assert_eq!(withdraws(&hall, &case, json!({"code": "271828"})).await.1, "code-over", "none was sent");
    sends(&hall, &case, &act).await;
    let code = hall.last_code(PHONE).await;
    for malformed in ["", "12345", "1234567", "12345x", "１２３４５６"] {
        assert_eq!(withdraws(&hall, &case, json!({"code": malformed})).await, (422, "form-faulty".to_owned()));
    }
    for _ in 0..3 {
        assert_eq!(withdraws(&hall, &case, json!({"code": wrong(&code)})).await, (422, "code-wrong".to_owned()));
    }
    assert_eq!(withdraws(&hall, &case, json!({"code": code})).await.1, "code-over", "the right one comes too late");
    assert_eq!(facts(&hall, "code_wrong").await.len(), 3, "each is recorded");
    assert_eq!(facts(&hall, "code_wrong").await[2]["by"]["assisted_by"], "clerk-hall");

    sends(&hall, &case, &act).await;
    let second = hall.last_code(PHONE).await;
    hall.minutes_pass(10).await;
    assert_eq!(withdraws(&hall, &case, json!({"code": second})).await.1, "code-over", "it has expired");
    sends(&hall, &case, &act).await;
    let third = hall.last_code(PHONE).await;
    for _ in 0..2 {
        withdraws(&hall, &case, json!({"code": wrong(&third)})).await;
    }
    hall.minutes_pass(9).await;
    assert_eq!(withdraws(&hall, &case, json!({"code": third})).await.0, 202, "the third try, in the tenth minute");
}

pub async fn a_case_has_three_codes_an_hour(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let (case, _) = filed(&hall, "xin").await;
    let act = json!({"act": "withdraw"});
    let mut codes = Vec::new();
    for _ in 0..3 {
        assert_eq!(sends(&hall, &case, &act).await.0, 201);
        codes.push(hall.last_code(PHONE).await);
    }
    let key = hall.ask_with(Some(&clerk()), Method::POST, &format!("{case}/codes"), Some(&act), &[]).await;
    assert_eq!((key.0, key.1["code"].as_str()), (429, Some("codes-too-many")), "{}", key.1);
    assert_eq!(sends(&hall, &case, &undertakes()).await.0, 429, "whatever it is for");
    if codes[0] != codes[2] {
        assert_eq!(withdraws(&hall, &case, json!({"code": codes[0]})).await.1, "code-wrong", "the newest counts");
    }
    hall.minutes_pass(60).await;
    assert_eq!(sends(&hall, &case, &act).await.0, 201);
    assert_eq!(hall.db.count("select count(*) from ledger where kind = 'code_sent'").await, 5, "one at filing");
}

pub async fn a_code_is_good_for_its_act_and_its_case(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let (one, _) = filed(&hall, "xin").await;
    let (other, _) = filed(&hall, "yi").await;
    assert_eq!(sends(&hall, &one, &undertakes()).await.0, 201);
    let code = hall.last_code(PHONE).await;
    assert_eq!(withdraws(&hall, &one, json!({"code": code})).await.1, "code-over", "of another act");
    sends(&hall, &one, &json!({"act": "withdraw"})).await;
    let code = hall.last_code(PHONE).await;
    assert_eq!(withdraws(&hall, &other, json!({"code": code})).await.1, "code-over", "of another case");
    assert_eq!(withdraws(&hall, &one, json!({"code": code})).await.0, 202);
    assert_eq!(withdraws(&hall, &one, json!({"code": code})).await.1, "case-ended");
    assert_eq!(facts(&hall, "code_wrong").await.len(), 0, "no try was lost");
}

pub async fn every_choice_at_a_window_is_made_with_a_code(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    assert_eq!(hall.post(&clerk(), "/v1/phones/codes", &json!({"phone": PHONE})).await.0, 201);
    let mut body = for_whom("xin", opening());
    body["channel"] = json!("window");
    body["phone_proof"] = json!({"phone": PHONE, "code": hall.last_code(PHONE).await});
    let (case, slip) = hall.file(&clerk(), &body).await;
    let (path, task) = (format!("{case}/choices"), Uuid::from_u128(1));
    let can_never_be = json!({"act": "choose", "task_id": task, "department": "银行"});
    let (status, told) = sends(&hall, &case, &can_never_be).await;
    assert_eq!(
        (status, pointers(&told)),
        (422, vec!["/task_id", "/department"]),
        "nobody is asked to agree to that: {told}"
    );
    let open = OpenTask {
        task_id: task.to_string(),
        task_code: "fund".to_owned(),
        holder: Holder::Applicant.into(),
        ..OpenTask::default()
    };
    let subject_id = slip["case_id"].as_str().unwrap().to_owned();
    let told = Progressed { subject_id, phase: Phase::Running.into(), open: vec![open], ..Progressed::default() };
    hall.hears(&[hall.owner_says(&told, 1)]).await;
    let choices = [
        (json!({"act": "close_without", "task_id": task}), json!({"task_id": task, "close_without": true})),
        (json!({"act": "ask_again", "task_id": task}), json!({"task_id": task, "again": true})),
        (json!({"act": "choose", "task_id": task, "department": "BNK"}), json!({"task_id": task, "department": "BNK"})),
    ];
    for (act, choice) in choices {
        let with = |code: &str| {
            let mut choice = choice.clone();
            choice["consent"] = json!({"code": code});
            choice
        };
        assert_eq!(hall.post(&clerk(), &path, &choice).await.1["code"], "consent-needed", "{act}");
        assert_eq!(hall.post(&clerk(), &path, &with("271828")).await.1["code"], "code-over", "{act}");
        assert_eq!(sends(&hall, &case, &act).await.0, 201, "{act}");
        let code = hall.last_code(PHONE).await;
        let (status, told) = hall.post(&clerk(), &path, &with(&code)).await;
        assert_eq!(status, 202, "{act}: {told}");
        assert_eq!(hall.post(&clerk(), &path, &with(&code)).await.1["code"], "code-over", "{act}: a code is good once");
    }
    let made = facts(&hall, "choice_made").await;
    let by = |fact: &Value| (fact["by"]["assisted_by"].clone(), fact["by"]["consent"]["way"].clone());
    assert_eq!(made.iter().map(by).collect::<Vec<_>>(), vec![(json!("clerk-hall"), json!("code")); 3], "{made:?}");
}

/// Four clicks at once at two processes: the act is done once, and no wrong try is forgotten beside it.
pub async fn two_processes_at_once_use_a_code_once(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let xin = applicant("xin");
    let papers = hall.bring_all(&clerk(), &["M01", "HEALTH"]).await;
    hall.post(&clerk(), "/v1/phones/codes", &json!({"phone": PHONE})).await;
    let mut body = for_whom("xin", stall("window", &papers));
    body["as_it_stands"] = json!(true);
    body["phone_proof"] = json!({"phone": PHONE, "code": hall.last_code(PHONE).await});
    let (case, _) = hall.file(&clerk(), &body).await;
    let sm3 = hall.undertaking("LAYOUT,WASTE").await;
    let act = json!({"act": "undertake", "undertaking_sm3": sm3});
    let (beside, clerk) = (hall.second_desk().await, clerk());
    let codes = format!("{case}/codes");
    let there = || hall.ask_at(&beside, Some(&clerk), (Method::POST, &codes), Some(&act), &[]);
    let (first, second) = tokio::join!(sends(&hall, &case, &act), there());
    assert_eq!((first.0, second.0), (201, 201));
    let (third, fourth) = tokio::join!(sends(&hall, &case, &act), there());
    assert_eq!(third.0.min(fourth.0), 201);
    assert_eq!(third.0.max(fourth.0), 429, "three an hour, whoever comes at the same time");

    let code = hall.last_code(PHONE).await;
    let path = format!("{case}/tolerance");
    let signs = async |desk: &TestServer, code: &str| {
        let body = json!({"undertaking_sm3": sm3, "consent": {"code": code}});
        let (status, told) = hall.ask_at(desk, Some(&clerk), (Method::POST, &path), Some(&body), &[]).await;
        (status, told["code"].as_str().unwrap_or_default().to_owned())
    };
    let (here, other) = (&hall.api, wrong(&code));
    let all = tokio::join!(signs(here, &code), signs(&beside, &code), signs(here, &other), signs(&beside, &code));
    let all = [all.0, all.1, all.2, all.3];
    assert_eq!(all.iter().filter(|answer| answer.0 == 200).count(), 1, "{all:?}");
    assert_eq!(hall.db.count("select count(*) from ledger where kind = 'case_accepted_with_gaps'").await, 1);
    assert_eq!(hall.db.count("select count(*) from consents where used_at is not null and act = 'undertake'").await, 1);
    let fact = &facts(&hall, "case_accepted_with_gaps").await[0];
    assert_eq!(fact["by"]["consent"]["way"], "code", "{fact}");
    assert_eq!(hall.ask(Some(&xin), Method::GET, &case, None).await.0, 404);
}

pub async fn without_a_telephone_a_signed_paper_and_a_second_person(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let (case, slip) = filed_without(&hall, "xin").await;
    let (status, told) = sends(&hall, &case, &json!({"act": "withdraw"})).await;
    assert_eq!((status, told["code"].as_str()), (409, Some("phone-unproved")), "{told}");
    let (_, paper) = hall.uploads(&clerk(), "CONSENT", "application/pdf", b"%PDF signed").await;
    let bring = |statement: &Value| json!({"to": {"act": "withdraw"}, "statement": statement});
    let path = format!("{case}/consents");
    let (_, wrong) = hall.uploads(&clerk(), "M01", "application/pdf", b"%PDF form").await;
    let (_, strangers) = hall.uploads(&applicant("jia"), "CONSENT", "application/pdf", b"%PDF his").await;
    for statement in [&wrong["statement"], &strangers["statement"], &json!("00.00")] {
        assert_eq!(hall.post(&clerk(), &path, &bring(statement)).await.0, 422);
    }
    let (status, brought) = hall.post(&clerk(), &path, &bring(&paper["statement"])).await;
    assert_eq!((status, brought["countersigned"].as_bool()), (201, Some(false)), "{brought}");
    let (another, _) = filed_without(&hall, "yi").await;
    let (status, told) = hall.post(&clerk(), &format!("{another}/consents"), &bring(&paper["statement"])).await;
    assert_eq!((status, pointers(&told)), (422, vec!["/statement"]), "a paper is about one case: {told}");
    let id = brought["consent_id"].clone();
    assert_eq!(withdraws(&hall, &case, json!({"paper": id})).await.1, "consent-paper-over", "one person is not enough");
    let sign = format!("{path}/{}/countersignature", id.as_str().unwrap());
    assert_eq!(hall.post(&clerk(), &sign, &json!({})).await.0, 403, "no clerk countersigns");
    let both = json!({"sub": "clerk-hall", "name": "测试窗口", "roles": ["window_clerk", "chief_representative"]});
    let (status, told) = hall.post(&both, &sign, &json!({})).await;
    assert_eq!((status, told["code"].as_str()), (403, Some("second-person-needed")), "{told}");
    let (status, signed) = hall.post(&chief(), &sign, &json!({})).await;
    assert_eq!((status, signed["countersigned"].as_bool()), (200, Some(true)), "{signed}");
    let choice = json!({"task_id": Uuid::from_u128(1), "close_without": true, "consent": {"paper": id}});
    assert_ne!(hall.post(&clerk(), &format!("{case}/choices"), &choice).await.0, 202, "it names another act");
    assert_eq!(
        withdraws(&hall, &case, json!({"paper": id, "code": "271828"})).await.1,
        "form-faulty",
        "one of the two"
    );
    assert_eq!(withdraws(&hall, &case, json!({"paper": id})).await.0, 202);

    let consent = facts(&hall, "withdrawn").await[0]["by"]["consent"].clone();
    let persons = (consent["way"].as_str(), consent["brought_by"].as_str(), consent["countersigned_by"].as_str());
    assert_eq!(persons, (Some("paper"), Some("clerk-hall"), Some("chief-msa")), "{consent}");
    assert_eq!(consent["sm3"], paper["sm3"]);
    let told = hall.told(&slip).await;
    let (template, variables) = told.last().unwrap();
    assert_eq!((template.as_str(), variables["act"].as_str()), ("N20", "撤回申请"), "the applicant is told");
    assert_eq!(
        hall.db.count("select count(*) from materials where code = 'CONSENT' and used").await,
        1,
        "the paper stays"
    );

    let (second, _) = filed_without(&hall, "yi").await;
    assert_eq!(withdraws(&hall, &second, json!({"paper": id})).await.1, "consent-paper-over", "of another case");
}

pub async fn a_telephone_counts_as_it_was_proved_and_changes_by_the_old_one(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let mut xin = applicant("xin");
    xin["phone_number"] = json!(format!("+86{OTHER}"));
    xin["phone_number_verified"] = json!(true);
    let papers = hall.bring_all(&xin, &["M01", "HEALTH", "LAYOUT", "WASTE"]).await;
    let (case, _) = hall.file(&xin, &stall("online", &papers)).await;
    assert_eq!(facts(&hall, "case_received").await[0]["phone"]["proof"], "sign_in");
    sends(&hall, &case, &json!({"act": "withdraw"})).await;
    hall.last_code(OTHER).await;

    // A clerk cannot put his own telephone in its place: the old one's code says so, or nothing does.
    let path = format!("{case}/phone");
    hall.post(&clerk(), "/v1/phones/codes", &json!({"phone": PHONE})).await;
    let proof = json!({"phone": PHONE, "code": hall.last_code(PHONE).await});
    let (status, told) = hall.post(&clerk(), &path, &json!({"phone_proof": proof})).await;
    assert_eq!((status, told["code"].as_str()), (403, Some("consent-needed")), "{told}");
    assert_eq!(hall.post(&clerk(), &path, &json!({})).await.0, 422, "a new one is proved");
    let unproved = json!({"phone_proof": {"phone": PHONE, "code": "000000"}, "consent": {"code": "000000"}});
    assert_eq!(hall.post(&clerk(), &path, &unproved).await.1["code"], "code-wrong");
    sends(&hall, &case, &json!({"act": "change_phone", "phone": PHONE})).await;
    let old = hall.last_code(OTHER).await;
    let changed = json!({"phone_proof": proof, "consent": {"code": old}});
    let (status, shown) = hall.post(&clerk(), &path, &changed).await;
    assert_eq!((status, shown["phone"].as_str()), (200, Some("100****5678")), "{shown}");
    assert_eq!(facts(&hall, "phone_changed").await[0]["consent"]["way"], "code");
    // Not even the applicant himself goes back without the one that counts now.
    let (status, told) = hall.post(&xin, &path, &json!({})).await;
    assert_eq!((status, told["code"].as_str()), (403, Some("consent-needed")), "{told}");
    hall.minutes_pass(60).await;
    assert_eq!(hall.post(&xin, &format!("{case}/codes"), &json!({"act": "change_phone", "phone": OTHER})).await.0, 201);
    let body = json!({"consent": {"code": hall.last_code(PHONE).await}});
    assert_eq!(hall.post(&xin, &path, &body).await.0, 200);
    assert_eq!(hall.post(&xin, &path, &body).await.1["code"], "phone-counts-already");

    // Where none counts, a clerk has the signed paper alone; the applicant himself may give one.
    let (second, _) = filed_without(&hall, "yi").await;
    let path = format!("{second}/phone");
    hall.post(&clerk(), "/v1/phones/codes", &json!({"phone": PHONE})).await;
    let proof = json!({"phone": PHONE, "code": hall.last_code(PHONE).await});
    assert_eq!(hall.post(&clerk(), &path, &json!({"phone_proof": proof})).await.1["code"], "consent-needed");
    let (_, paper) = hall.uploads(&clerk(), "CONSENT", "application/pdf", b"%PDF signed").await;
    let bring = json!({"to": {"act": "change_phone", "phone": PHONE}, "statement": paper["statement"]});
    let (_, brought) = hall.post(&clerk(), &format!("{second}/consents"), &bring).await;
    let id = brought["consent_id"].as_str().unwrap();
    let sign = format!("{second}/consents/{id}/countersignature");
    assert_eq!(hall.post(&chief(), &sign, &json!({})).await.0, 200);
    let body = json!({"phone_proof": proof, "consent": {"paper": id}});
    assert_eq!(hall.post(&clerk(), &path, &body).await.0, 200);
    assert_eq!(sends(&hall, &second, &json!({"act": "withdraw"})).await.0, 201, "it counts");

    // A sign-in that does not vouch makes none count, and a clerk's own telephone is never the applicant's.
    let mut vain = clerk();
    vain["phone_number"] = json!(OTHER);
    vain["phone_number_verified"] = json!(true);
    let papers = hall.bring_all(&vain, &["M01", "HEALTH", "LAYOUT", "WASTE"]).await;
    let (third, _) = hall.file(&vain, &for_whom("bing", stall("window", &papers))).await;
    assert_eq!(sends(&hall, &third, &json!({"act": "withdraw"})).await.0, 409);
}

/// A clerk knows slip and document of whoever stood there; the telephone is not his.
pub async fn nobody_takes_a_case_over_whose_telephone_is_not_his(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let (case, slip) = filed(&hall, "xin").await;
    let mut body = json!({
        "case_number": slip["case_number"], "query_code": slip["query_code"], "document": passport("xin"),
    });
    let (status, told) = hall.post(&applicant("xin"), "/v1/claims", &body).await;
    assert_eq!((status, told["code"].as_str()), (403, Some("consent-needed")), "{told}");
    assert_eq!(hall.post(&applicant("xin"), "/v1/claims/codes", &body).await.0, 201);
    let code = hall.last_code(PHONE).await;
    body["code"] = json!(wrong(&code));
    assert_eq!(hall.post(&applicant("xin"), "/v1/claims", &body).await.1["code"], "code-wrong");
    body["code"] = json!(code);
    assert_eq!(hall.post(&applicant("jia"), "/v1/claims", &body).await.1["code"], "code-over", "asked for by another");
    assert_eq!(hall.post(&applicant("xin"), "/v1/claims", &body).await.0, 200);
    assert_eq!(facts(&hall, "case_claimed").await[0]["by"]["consent"]["way"], "code");
    assert_eq!(hall.get(Some(&applicant("xin")), &case).await["case_id"], slip["case_id"]);

    let (_, slip) = filed(&hall, "yi").await;
    let mut yi = applicant("yi");
    yi["phone_number"] = json!(PHONE);
    yi["phone_number_verified"] = json!(true);
    let body = json!({
        "case_number": slip["case_number"], "query_code": slip["query_code"], "document": passport("yi"),
    });
    assert_eq!(hall.post(&yi, "/v1/claims", &body).await.0, 200, "his sign-in vouches for it");

    let (_, slip) = filed_without(&hall, "bing").await;
    let body = json!({
        "case_number": slip["case_number"], "query_code": slip["query_code"], "document": passport("bing"),
    });
    let (status, told) = hall.post(&applicant("bing"), "/v1/claims", &body).await;
    assert_eq!(
        (status, told["code"].as_str()),
        (409, Some("phone-unproved")),
        "slip and document prove nothing: {told}"
    );
}

pub async fn an_undertaking_at_the_window_is_signed_with_a_code(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let sm3 = hall.undertaking("LAYOUT,WASTE").await;
    let mut body = for_whom("xin", stall("window", &hall.bring_all(&clerk(), &["M01", "HEALTH"]).await));
    body["undertaking_sm3"] = sm3.clone();
    assert_eq!(hall.submit(&clerk(), &body).await.1["code"], "consent-needed");
    hall.post(&clerk(), "/v1/phones/codes", &json!({"phone": PHONE})).await;
    body["phone_proof"] = json!({"phone": PHONE, "code": hall.last_code(PHONE).await});
    assert_eq!(
        hall.submit(&clerk(), &body).await.1["code"],
        "code-over",
        "a code that proves the telephone signs nothing"
    );
    let asked = json!({"phone": PHONE, "undertaking_sm3": sm3});
    assert_eq!(hall.post(&clerk(), "/v1/phones/codes", &asked).await.0, 201);
    body["phone_proof"]["code"] = json!(hall.last_code(PHONE).await);
    let key = [("Idempotency-Key", "signed")];
    let clerk = clerk();
    let files = || hall.ask_with(Some(&clerk), Method::POST, "/v1/applications", Some(&body), &key);
    let (one, two) = tokio::join!(files(), files());
    assert_eq!((one.0, two.0), (201, 201), "{} {}", one.1, two.1);
    assert_eq!(one.1, two.1, "one slip, and one code");
    assert_eq!(files().await.1, one.1, "a later click finds it too");
    let received = &facts(&hall, "case_received").await[0];
    assert_eq!((&received["by"]["consent"]["way"], &received["phone"]["proof"]), (&json!("code"), &json!("code")));
    assert_eq!(hall.post(&clerk, "/v1/phones/codes", &json!({"phone": "0535-2222222"})).await.0, 422);
    assert_eq!(hall.post(&clerk, "/v1/phones/codes", &json!({"phone": PHONE})).await.0, 201);
    assert_eq!(
        hall.post(&clerk, "/v1/phones/codes", &json!({"phone": PHONE})).await.0,
        429,
        "three an hour there, too"
    );
}
