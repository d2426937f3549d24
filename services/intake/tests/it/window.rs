//! At a window a clerk enters for whoever stands there: he never becomes the applicant, and decides nothing in his stead.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};
use testkit::Kit;

use crate::hall::{Hall, applicant, chief, clerk, for_whom, passport, pointers, stall, wish};

/// A case that a clerk entered for somebody, with everything that it needs.
async fn entered(hall: &Hall, name: &str) -> (String, Value) {
    let papers = hall.bring_all(&clerk(), &["M01", "HEALTH", "LAYOUT", "WASTE"]).await;
    let mut body = for_whom(name, stall("window", &papers));
    body["phone_proof"] = hall.proof().await;
    hall.file(&clerk(), &body).await
}

/// Bodies of a subject's facts, in order.
async fn bodies(hall: &Hall, subject: &Value) -> Vec<Value> {
    let bodies: Vec<Vec<u8>> = sqlx::query_scalar("select body from ledger where subject = $1::uuid order by sequence")
        .bind(subject.as_str().unwrap())
        .fetch_all(hall.mailbox.db())
        .await
        .unwrap();
    bodies.iter().map(|body| serde_json::from_slice(body).unwrap()).collect()
}

pub async fn a_clerk_without_an_applicant_never_becomes_the_applicant(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let mut body = stall("window", &[]);
    body["fields"]["operator.phone"] = json!("1");
    let (status, told) = hall.submit(&clerk(), &body).await;
    assert_eq!((status, told["code"].as_str()), (422, Some("form-faulty")), "{told}");
    assert_eq!(pointers(&told), ["/applicant", "/fields/operator.phone"], "with everything else that is wrong");
    let mut nobody = for_whom("xin", body);
    nobody["applicant"]["document"] = json!({"kind": "citizen_id", "number": "370683190001010015"});
    nobody["applicant"]["name"] = json!(" ");
    let (_, told) = hall.submit(&clerk(), &nobody).await;
    assert_eq!(pointers(&told)[..2], ["/applicant/name", "/applicant/document/number"], "{told}");

    let papers = hall.bring_all(&applicant("xin"), &["M01", "HEALTH", "LAYOUT", "WASTE"]).await;
    let (_, told) = hall.submit(&applicant("xin"), &for_whom("jia", stall("online", &papers))).await;
    assert_eq!(told["faults"][0]["code"], "not_at_window", "nobody names another from home: {told}");
    let (_, told) = hall.submit(&applicant("xin"), &stall("window", &papers)).await;
    assert_eq!(told["faults"][0]["code"], "not_by_you", "nor comes by a window: {told}");
    let (_, told) = hall.submit(&clerk(), &for_whom("xin", stall("online", &papers))).await;
    let codes: Vec<_> = told["faults"].as_array().unwrap().iter().map(|fault| fault["code"].clone()).collect();
    assert!(codes.contains(&json!("not_by_you")), "{told}");
    let (status, told) = hall.post(&clerk(), "/v1/drafts", &json!({"theme": "food-stall-filing"})).await;
    assert_eq!((status, pointers(&told)), (422, vec!["/applicant"]));
    assert_eq!(hall.db.count("select count(*) from cases").await, 0);
    assert_eq!(hall.db.count("select count(*) from drafts").await, 0);
}

pub async fn the_second_applicant_does_not_get_the_firsts_slip(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let key = [("Idempotency-Key", "the-same")];
    let mut slips = Vec::new();
    for name in ["xin", "jia", "xin"] {
        let body = for_whom(name, wish("unlisted-matter", "window"));
        let answer = hall.ask_with(Some(&clerk()), Method::POST, "/v1/applications", Some(&body), &key).await;
        assert_eq!(answer.0, 201, "{}", answer.1);
        slips.push(answer.1);
    }
    assert_ne!(slips[0]["case_id"], slips[1]["case_id"], "another applicant's is another");
    assert_eq!(slips[0], slips[2], "and the same request finds the same");
}

pub async fn what_is_the_applicants_own_no_clerk_decides(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let (case, slip) = entered(&hall, "xin").await;
    let task = json!("00000000-0000-4000-8000-000000000001");
    let acts = [
        ("withdrawal", json!({"reason": "不办了"})),
        ("choices", json!({"task_id": task, "close_without": true})),
        ("choices", json!({"task_id": task, "again": true})),
        ("tolerance", json!({"undertaking_sm3": "00"})),
    ];
    for (verb, body) in &acts {
        let (status, told) = hall.post(&clerk(), &format!("{case}/{verb}"), body).await;
        assert_eq!((status, told["code"].as_str()), (403, Some("consent-needed")), "{verb}: {told}");
    }
    let (status, told) = hall.post(&chief(), &format!("{case}/tolerance"), &acts[3].1).await;
    assert_eq!((status, told["code"].as_str()), (403, Some("consent-needed")), "no office signs: {told}");
    let mut signed = for_whom("jia", stall("window", &hall.bring_all(&clerk(), &["M01", "HEALTH"]).await));
    signed["undertaking_sm3"] = hall.undertaking("LAYOUT,WASTE").await;
    let (status, told) = hall.submit(&clerk(), &signed).await;
    assert_eq!((status, told["code"].as_str()), (403, Some("consent-needed")), "{told}");
    assert_eq!(hall.facts(slip["case_id"].as_str().unwrap()).await, ["case_received"], "nothing of it happened");
    assert_eq!(hall.db.count("select count(*) from cases").await, 1);
}

pub async fn who_stood_there_signs_in_and_takes_the_case_over(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let (case, slip) = entered(&hall, "xin").await;
    let shown = hall.get(Some(&clerk()), &case).await;
    let named = json!({"name": "测试来人", "document": "passport", "number": "E******1"});
    assert_eq!(shown["applicant"], named, "the desk knows him again, and no number is shown");
    let facts = bodies(&hall, &slip["case_id"]).await;
    let by = &facts[0]["by"];
    assert_eq!((by["ground"].as_str(), by["assisted_by"].as_str()), (Some("at_window"), Some("clerk-hall")));
    assert!(by["applicant"].as_str().unwrap().starts_with("window:"), "{by}");
    assert!(!facts[0].to_string().contains("XIN0001"), "no number in the ledger");

    let xin = applicant("xin");
    let claim = |document: Value, code: &Value| json!({"case_number": slip["case_number"], "query_code": code, "document": document});
    let wrong = [
        claim(passport("jia"), &slip["query_code"]),
        claim(json!({"kind": "taiwan_permit", "number": "EXIN0001"}), &slip["query_code"]),
        claim(passport("xin"), &json!("AAAAAAAA")),
    ];
    for body in &wrong {
        let (status, told) = hall.post(&xin, "/v1/claims", body).await;
        assert_eq!((status, told["code"].as_str()), (404, Some("not-found")), "{body}: {told}");
    }
    assert_eq!(hall.post(&clerk(), "/v1/claims", &wrong[0]).await.0, 403);
    assert_eq!(hall.ask(Some(&xin), Method::GET, &case, None).await.0, 404, "before that it is not his");
    assert_eq!(hall.claims("xin", &slip).await.0, 200);
    assert_eq!(hall.claims("xin", &slip).await.0, 200, "done again, it changes nothing");
    let cases = hall.get(Some(&xin), "/v1/cases").await;
    assert_eq!(cases["cases"][0]["case_id"], slip["case_id"]);
    assert_eq!(hall.get(Some(&xin), &case).await["applicant"], Value::Null);
    // Whoever else has found the slip and knows the document comes too late.
    let jia = hall.post(&applicant("jia"), "/v1/claims", &claim(passport("xin"), &slip["query_code"])).await;
    assert_eq!(jia.0, 404);
    let facts = bodies(&hall, &slip["case_id"]).await;
    let by = &facts[1]["by"];
    assert_eq!((&by["ground"], &by["applicant"]), (&json!("oneself"), &json!("applicant-xin")), "{by}");
    assert_eq!(by["consent"]["way"], "code");
    assert_eq!(facts[1]["was"], facts[0]["by"]["applicant"]);
    assert_eq!(hall.post(&xin, &format!("{case}/withdrawal"), &json!({"reason": "不办了"})).await.0, 202);
}

pub async fn a_legal_person_is_whoever_the_sign_in_vouches_for(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let of_company = |name: &str, code: &str| json!({"sub": format!("applicant-{name}"), "name": "测试", "roles": ["applicant"], "legal_person": code});
    let (xin, yi) = (of_company("xin", "91370683MAYY00026R"), of_company("yi", "91370683MAYY00026R"));
    let papers = hall.bring_all(&xin, &["M01", "HEALTH", "LAYOUT", "WASTE"]).await;
    let (case, slip) = hall.file(&xin, &stall("online", &papers)).await;
    let facts = bodies(&hall, &slip["case_id"]).await;
    let by = json!({"ground": "legal_person", "applicant": "legal-person:91370683MAYY00026R"});
    assert_eq!(facts[0]["by"], by);
    hall.get(Some(&yi), &case).await;
    let stranger = of_company("bing", "91370683MAYY00018Y");
    for nobody in [&stranger, &applicant("xin"), &applicant("yi")] {
        assert_eq!(hall.ask(Some(nobody), Method::GET, &case, None).await.0, 404, "{nobody}");
    }

    // At a window the company is named by its licence, and its own people find it with the slip.
    let mut body = wish("unlisted-matter", "window");
    body["applicant"] =
        json!({"name": "海麟示范装备", "document": {"kind": "credit_code", "number": "91370683MAYY00026R"}});
    let (case, slip) = hall.file(&clerk(), &body).await;
    assert_eq!(hall.ask(Some(&xin), Method::GET, &case, None).await.0, 404, "what a clerk typed proves nothing");
    let claim = json!({
        "case_number": slip["case_number"], "query_code": slip["query_code"],
        "document": {"kind": "credit_code", "number": "91370683MAYY00026R"},
    });
    for nobody in [&stranger, &applicant("xin")] {
        let (status, told) = hall.post(nobody, "/v1/claims", &claim).await;
        assert_eq!((status, pointers(&told)), (422, vec!["/document"]), "{told}");
    }
    assert_eq!(hall.post(&yi, "/v1/claims", &claim).await.0, 200);
    hall.get(Some(&xin), &case).await;
}

pub async fn a_draft_begun_at_a_window_is_any_clerks(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let (_, own) = hall.post(&applicant("jia"), "/v1/drafts", &json!({"theme": "food-stall-filing"})).await;
    let begun = for_whom("xin", json!({"theme": "unlisted-matter", "channel": "window"}));
    let (status, draft) = hall.post(&clerk(), "/v1/drafts", &begun).await;
    assert_eq!((status, draft["applicant"]["number"].as_str()), (201, Some("E******1")), "{draft}");
    let other = json!({ "sub": "clerk-2", "name": "测试窗口", "roles": ["window_clerk"] });
    let listed = hall.get(Some(&other), "/v1/drafts").await;
    assert_eq!(listed["drafts"].as_array().unwrap().len(), 1, "and nobody's own");
    let path = format!("/v1/drafts/{}", draft["draft_id"].as_str().unwrap());
    assert_eq!(
        hall.ask(Some(&other), Method::GET, &format!("/v1/drafts/{}", own["draft_id"].as_str().unwrap()), None).await.0,
        404
    );
    let written = wish("unlisted-matter", "window");
    let change = format!("{path}?sequence=1");
    let (status, told) = hall.ask(Some(&other), Method::PUT, &change, Some(&for_whom("yi", written.clone()))).await;
    assert_eq!((status, pointers(&told)), (422, vec!["/applicant"]), "whose it is stays: {told}");
    let (status, told) = hall.ask(Some(&other), Method::PUT, &change, Some(&written)).await;
    assert_eq!((status, told["applicant"]["name"].as_str()), (200, Some("测试来人")), "{told}");
    let key = [("Idempotency-Key", "k")];
    let body = json!({"sequence": 2, "phone_proof": hall.proof().await});
    let path = format!("{path}/submission");
    let (status, slip) = hall.ask_with(Some(&other), Method::POST, &path, Some(&body), &key).await;
    assert_eq!(status, 201, "{slip}");
    let again = hall.ask_with(Some(&other), Method::POST, &path, Some(&body), &key).await;
    assert_eq!(again, (201, slip.clone()));
    assert_eq!(hall.claims("xin", &slip).await.0, 200);
}

/// Readers, grounds and purposes, the newest first.
async fn looks(hall: &Hall, who: &Value) -> Vec<(String, String, String)> {
    let told = hall.get(Some(who), "/v1/accesses/mine").await;
    let text = |look: &Value, name: &str| look[name].as_str().unwrap().to_owned();
    let looks = told["accesses"].as_array().unwrap().iter();
    looks.map(|look| (text(look, "reader"), text(look, "ground"), text(look, "purpose"))).collect()
}

pub async fn everybody_reads_who_looked_at_his_case(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let xin = applicant("xin");
    let (case, slip) = hall.file(&xin, &wish("unlisted-matter", "online")).await;
    hall.get(Some(&xin), &case).await;
    hall.get(Some(&xin), &format!("{case}/history")).await;
    assert_eq!(looks(&hall, &xin).await, [], "nobody is told of his own looks, and nothing is written");
    assert_eq!(hall.db.count("select count(*) from accesses").await, 0);

    for _ in 0..3 {
        hall.get(Some(&clerk()), &case).await;
    }
    hall.get(Some(&clerk()), "/v1/cases").await;
    let seen = |reader: &str| (reader.to_owned(), "office".to_owned(), "intake.read".to_owned());
    assert_eq!(looks(&hall, &xin).await, [seen("clerk-hall")], "several looks within an hour are one row");
    hall.time_is(crate::hall::MONDAY + time::Duration::hours(1)).await;
    hall.get(Some(&chief()), &format!("{case}/history")).await;
    hall.get(Some(&clerk()), &case).await;
    assert_eq!(looks(&hall, &xin).await, ["clerk-hall", "chief-msa", "clerk-hall"].map(seen));
    assert_eq!(looks(&hall, &applicant("jia")).await, [], "and nobody's else");
    hall.ask(Some(&applicant("jia")), Method::GET, &case, None).await;
    assert_eq!(looks(&hall, &xin).await.len(), 3, "who sees nothing has not looked");

    let auditor = json!({ "sub": "auditor", "name": "测试审计", "roles": ["auditor"] });
    let about = format!("/v1/accesses?about={}", slip["case_id"].as_str().unwrap());
    assert_eq!(hall.get(Some(&auditor), &about).await["accesses"].as_array().unwrap().len(), 3);
    assert_eq!(hall.ask(Some(&clerk()), Method::GET, &about, None).await.0, 403);

    // What was set aside about his case is his data, too.
    let parked = "insert into parked (id, topic, partition, \"offset\", key, headers, body, state, code, reason, parked_at)
                  values (gen_random_uuid(), 'registration.cases.v1', 0, 0, $1, '[]', '', 'poison', 'test', 'test', now())";
    let key = slip["case_id"].as_str().unwrap().as_bytes();
    sqlx::query(parked).bind(key).execute(&hall.db.superuser()).await.unwrap();
    let operator = json!({ "sub": "operator", "name": "测试运维", "roles": ["operator"] });
    let set_aside = hall.get(Some(&operator), "/v1/parked").await;
    let last = looks(&hall, &xin).await.swap_remove(0);
    assert_eq!(
        last,
        ("operator".to_owned(), "office".to_owned(), "operator.parked-messages".to_owned()),
        "{set_aside}"
    );

    // Who looked while the case was a window's is told to whoever takes it over.
    let (case, slip) = entered(&hall, "yi").await;
    hall.get(Some(&clerk()), &case).await;
    assert_eq!(hall.claims("yi", &slip).await.0, 200);
    assert_eq!(looks(&hall, &applicant("yi")).await, [seen("clerk-hall")]);
    let acts = hall.get(Some(&applicant("yi")), &format!("{case}/history")).await;
    let of = |nth: usize, name: &str| acts["acts"][nth][name].as_str().unwrap_or_default().to_owned();
    assert_eq!(
        (of(0, "actor"), of(0, "ground"), of(0, "assisted_by")),
        ("clerk-hall".into(), "at_window".into(), "clerk-hall".into())
    );
    assert_eq!(
        (of(1, "event"), of(1, "ground"), of(1, "applicant")),
        ("case_claimed".into(), "oneself".into(), "applicant-yi".into())
    );
}
