//! One opening through everything.

use anyhow::{Result, ensure};
use reqwest::{Method, StatusCode};

use serde_json::{Value, json};

use crate::support::{Slip, Town, assert_closed, fresh_key, opening, steps};

crate::tests! {
    Automatic:
        an_opening_passes_eight_departments_and_closes,
        a_reserved_name_goes_with_the_application_and_is_registered,
        whoever_holds_the_slip_sees_the_progress_without_signing_in;
}

/// Licence first; seals, tax, social, medical and fund at the same second; the bank after the seals; hand-over last.
async fn an_opening_passes_eight_departments_and_closes(town: &Town) -> Result<()> {
    let slip = town.submit("intake-1").await?;
    town.suite.drain().await?;
    let case = town.case(&slip).await?;
    assert_closed(&case)?;
    let assigned = steps(&case, "task_assigned");
    let order: Vec<&str> = assigned.iter().map(|(task, _)| *task).collect();
    ensure!(order.first() == Some(&"licence"), "{order:?}");
    let at = |task: &str| assigned.iter().find(|(of, _)| *of == task).map(|(_, at)| at.get(..19));
    for task in ["tax", "social", "medical", "fund"] {
        ensure!(at(task) == at("seals"), "{task} starts at the second of the seals: {assigned:?}");
    }
    let place = |task: &str| order.iter().position(|of| *of == task);
    ensure!(place("bank") > place("seals") && place("hand-over") > place("bank"), "{order:?}");
    Ok(())
}

/// Reserved at one service, verified offline at the next, registered with the licence.
async fn a_reserved_name_goes_with_the_application_and_is_registered(town: &Town) -> Result<()> {
    let mut application = opening();
    let name = json!({ "region": "莱州市", "trade_name": "云杉测试", "industry": "电子", "form": "有限公司", "company_type": "limited_company" });
    let declared = town
        .ask("market-registration-1", Method::POST, "/v1/names", Some("applicant-jia"), Some(&fresh_key()), Some(&name))
        .await?;
    declared.expect(StatusCode::CREATED)?;
    application["fields"]["name_reservation"] = declared.body["token"].clone();
    let submit = async |application: &Value| {
        town.ask(
            "intake-2",
            Method::POST,
            "/v1/applications",
            Some("applicant-jia"),
            Some(&fresh_key()),
            Some(application),
        )
        .await
    };
    let mut other = application.clone();
    other["fields"]["company_name"] = json!("莱州市云桐测试电子有限公司");
    let refused = submit(&other).await?;
    refused.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "form-faulty")?;
    ensure!(refused.body["faults"][0]["code"] == "other_name", "{}", refused.body);
    let slip = submit(&application).await?;
    slip.expect(StatusCode::CREATED)?;
    town.suite.drain().await?;
    assert_closed(&town.case(&Slip::of(&slip)?).await?)?;
    let path = format!("/v1/names/{}", declared.body["id"].as_str().unwrap_or_default());
    let shown = town.ask("market-registration-2", Method::GET, &path, Some("applicant-jia"), None, None).await?;
    ensure!(shown.body["state"] == "registered", "{}", shown.body);
    Ok(())
}

async fn whoever_holds_the_slip_sees_the_progress_without_signing_in(town: &Town) -> Result<()> {
    let slip = town.submit("intake-2").await?;
    town.suite.drain().await?;
    let path = |code: &str| format!("/v1/progress/{}?code={code}", slip.number);
    let shown = town.ask("intake-1", Method::GET, &path(&slip.query_code), None, None, None).await?;
    shown.expect(StatusCode::OK)?;
    ensure!(shown.body["phase"] == "closed", "{}", shown.body);
    let text = shown.body.to_string();
    ensure!(!text.contains("测试甲") && !text.contains("370683190001010014"), "no personal data: {text}");
    let wrong = town.ask("intake-1", Method::GET, &path("AAAAAAAA"), None, None, None).await?;
    wrong.expect_problem(StatusCode::NOT_FOUND, "not-found")
}
