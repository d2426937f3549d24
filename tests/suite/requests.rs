//! What people send: twice, wrongly, without the right.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use futures::future::try_join_all;
use reqwest::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

use crate::support::{Slip, Town, fresh_key, opening};

crate::tests! {
    Automatic:
        ten_equal_submissions_make_one_case,
        the_key_with_another_body_is_refused,
        every_fault_of_a_form_is_told_at_once_and_nothing_is_stored,
        every_endpoint_refuses_bad_input_as_a_problem,
        nobody_sees_the_cases_of_others;
}

async fn ten_equal_submissions_make_one_case(town: &Town) -> Result<()> {
    let (key, body) = (fresh_key(), opening());
    let before = town.count("intake", "select count(*) from cases").await?;
    let ask = |place: usize| {
        let process = if place.is_multiple_of(2) { "intake-1" } else { "intake-2" };
        town.ask(process, Method::POST, "/v1/applications", Some("applicant-jia"), Some(&key), Some(&body))
    };
    let answers = try_join_all((0..10).map(ask)).await?;
    let mut texts = BTreeSet::new();
    for answer in &answers {
        answer.expect(StatusCode::CREATED)?;
        texts.insert(answer.body.to_string());
    }
    ensure!(texts.len() == 1, "ten equal answers: {texts:?}");
    ensure!(town.count("intake", "select count(*) from cases").await? == before + 1, "one case");
    Ok(())
}

async fn the_key_with_another_body_is_refused(town: &Town) -> Result<()> {
    let (key, first) = (fresh_key(), opening());
    let mut other = opening();
    other["fields"]["scope"] = json!("软件");
    let ask =
        |body| town.ask("intake-1", Method::POST, "/v1/applications", Some("applicant-jia"), Some(&key), Some(body));
    let made = ask(&first).await?;
    made.expect(StatusCode::CREATED)?;
    ask(&other).await?.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "idempotency-key-reused")?;
    let again = ask(&first).await?;
    ensure!(Slip::of(&again)? == Slip::of(&made)?, "the first still gets its slip");
    Ok(())
}

async fn every_fault_of_a_form_is_told_at_once_and_nothing_is_stored(town: &Town) -> Result<()> {
    let mut bad = opening();
    bad["channel"] = json!("pigeon");
    bad["fields"]["legal_representative.citizen_id"] = json!("370683190002290118");
    bad["fields"]["nickname"] = json!("x");
    // Nobody else enters this: others use the same town at the same time.
    bad["fields"]["scope"] = json!("只在此处填写的经营范围");
    if let Some(fields) = bad["fields"].as_object_mut() {
        fields.remove("company_name");
    }
    bad["choices"] = json!({});
    let (key, jia) = (fresh_key(), Some("applicant-jia"));
    let answer = town.ask("intake-1", Method::POST, "/v1/applications", jia, Some(&key), Some(&bad)).await?;
    answer.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "form-faulty")?;
    let expected = [
        "/channel",
        "/fields/company_name",
        "/fields/legal_representative.citizen_id",
        "/fields/nickname",
        "/choices/bank",
    ];
    ensure!(answer.pointers() == expected, "{:?}", answer.pointers());
    ensure!(!answer.body.to_string().contains("370683190002290118"), "what was entered is not repeated");
    let stored = "select count(*) from case_forms where fields->>'scope' = '只在此处填写的经营范围'";
    ensure!(town.count("intake", stored).await? == 0, "nothing is stored");
    Ok(())
}

/// Process, method, path, who, idempotency key, body, expected status.
type BadRequest<'a> = (&'a str, &'a Method, String, Option<&'a str>, Option<&'a str>, Option<serde_json::Value>, u16);

async fn every_endpoint_refuses_bad_input_as_a_problem(town: &Town) -> Result<()> {
    let nobody = Uuid::nil();
    let jia = Some("applicant-jia");
    let (post, get) = (Method::POST, Method::GET);
    let body = |body: serde_json::Value| Some(body);
    let cases: Vec<BadRequest<'_>> = vec![
        ("intake-1", &post, "/v1/applications".into(), None, Some("k"), body(opening()), 401),
        ("intake-1", &post, "/v1/applications".into(), jia, None, body(opening()), 400),
        ("intake-1", &post, "/v1/applications".into(), jia, Some("k1"), body(json!({"theme": 7})), 400),
        (
            "intake-1",
            &post,
            "/v1/applications".into(),
            jia,
            Some("k2"),
            body(json!({"theme": "x", "channel": "online", "fields": {}})),
            422,
        ),
        ("intake-1", &post, "/v1/applications".into(), Some("clerk-tax"), Some("k3"), body(opening()), 403),
        ("intake-1", &get, format!("/v1/cases/{nobody}"), jia, None, None, 404),
        ("intake-1", &get, "/v1/cases/seven".into(), jia, None, None, 400),
        ("intake-1", &get, "/v1/cases?limit=many".into(), jia, None, None, 400),
        ("intake-1", &post, format!("/v1/cases/{nobody}/withdrawal"), jia, None, body(json!({"reason": " "})), 422),
        (
            "intake-1",
            &post,
            format!("/v1/cases/{nobody}/withdrawal"),
            jia,
            None,
            body(json!({"reason": "不办了"})),
            404,
        ),
        (
            "intake-1",
            &post,
            format!("/v1/cases/{nobody}/supplements"),
            jia,
            None,
            body(json!({"task_id": nobody})),
            422,
        ),
        ("intake-1", &post, format!("/v1/cases/{nobody}/choices"), jia, None, body(json!({"task_id": nobody})), 422),
        ("intake-1", &post, "/v1/materials?code=M03".into(), jia, None, None, 422),
        (
            "intake-1",
            &get,
            format!("/v1/materials/{nobody}/bytes?department=TAX&task={nobody}&capability=00"),
            None,
            None,
            None,
            403,
        ),
        ("intake-1", &get, "/v1/progress/1?code=2".into(), None, None, None, 404),
        ("intake-1", &get, "/v1/nowhere".into(), None, None, None, 404),
        ("intake-1", &Method::DELETE, "/v1/applications".into(), jia, None, None, 405),
        ("intake-1", &get, "/v1/parked".into(), jia, None, None, 403),
        ("department-tax", &get, "/v1/tasks".into(), jia, None, None, 403),
        ("department-tax", &get, "/v1/tasks".into(), Some("clerk-bnk"), None, None, 403),
        ("department-tax", &get, "/v1/tasks?limit=many".into(), Some("clerk-tax"), None, None, 400),
        ("department-tax", &get, format!("/v1/tasks/{nobody}"), Some("clerk-tax"), None, None, 404),
        (
            "department-tax",
            &post,
            format!("/v1/tasks/{nobody}/decision"),
            Some("clerk-tax"),
            None,
            body(json!({"round": "one"})),
            400,
        ),
        (
            "department-tax",
            &post,
            format!("/v1/tasks/{nobody}/decision"),
            Some("window-2"),
            None,
            body(json!({"round": 1, "outputs": [], "fees": []})),
            403,
        ),
        (
            "department-tax",
            &post,
            format!("/v1/tasks/{nobody}/refusal"),
            Some("clerk-tax"),
            None,
            body(json!({"round": 1, "basis": "x", "reasons": ["x"], "remedies": ["x"]})),
            403,
        ),
        ("department-tax", &post, format!("/v1/tasks/{nobody}/supplement"), Some("clerk-tax"), None, None, 415),
        ("market-registration-1", &get, format!("/v1/cases/{nobody}"), jia, None, None, 403),
        ("market-registration-1", &get, format!("/v1/cases/{nobody}"), Some("operator"), None, None, 404),
        (
            "market-registration-1",
            &post,
            format!("/v1/cases/{nobody}/stop"),
            Some("operator"),
            None,
            body(json!({"kind": "licence_revoked", "basis": "x"})),
            403,
        ),
        ("market-registration-1", &post, format!("/v1/tasks/{nobody}/resend"), Some("operator"), None, None, 404),
    ];
    for (process, method, path, person, key, body, status) in cases {
        let answer = town.ask(process, method.clone(), &path, person, key, body.as_ref()).await?;
        let what = format!("{method} {process}{path} as {person:?}: {} {}", answer.status, answer.body);
        ensure!(answer.status.as_u16() == status, "expected {status}: {what}");
        ensure!(answer.content_type == "application/problem+json", "{what}");
        for member in ["code", "title", "what_to_do"] {
            ensure!(answer.body[member].as_str().is_some_and(|text| !text.is_empty()), "no {member}: {what}");
        }
    }
    Ok(())
}

async fn nobody_sees_the_cases_of_others(town: &Town) -> Result<()> {
    let slip = town.submit("intake-1").await?;
    let path = format!("/v1/cases/{}", slip.case_id);
    let other = town.ask("intake-1", Method::GET, &path, Some("applicant-yi"), None, None).await?;
    other.expect_problem(StatusCode::NOT_FOUND, "not-found")?;
    let list = town.ask("intake-1", Method::GET, "/v1/cases", Some("applicant-yi"), None, None).await?;
    ensure!(!list.body.to_string().contains(&slip.case_id.to_string()), "{}", list.body);
    Ok(())
}
