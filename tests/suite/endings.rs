//! Every way in which an opening ends, or a department behaves, with people at the desks.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use contracts::{
    task::v1::{Decided, Output},
    time::timestamp,
    topics,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    bus::say,
    support::{Answer, Slip, Town, steps},
};

crate::tests! {
    Manual:
        a_licence_with_a_wrong_check_digit_is_told_why_and_a_right_one_closes_the_task,
        a_refusal_needs_the_head_and_shows_what_remains_possible,
        the_applicant_withdraws_while_four_departments_work,
        the_licence_is_revoked_after_the_seals_began,
        a_department_that_keeps_silent_is_asked_again,
        an_answer_given_twice_changes_nothing_and_a_contradiction_is_parked,
        an_answer_after_the_cancellation_is_recorded_as_late,
        a_supplement_stops_the_clock_until_it_arrives,
        a_paper_is_read_by_its_link_until_the_task_ends;
}

/// A fresh set of results, so that no number is issued twice over all tests.
struct Results {
    place: u64,
}

impl Results {
    fn next() -> Self {
        static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        Self { place: NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed) }
    }

    fn of(&self, task: &str) -> Vec<(&'static str, String)> {
        let codes = [
            "91370683MAYY00018Y",
            "91370683MAYY00026R",
            "91370683MAYY00034L",
            "91370683MAYY00042F",
            "91370683MAYY00050A",
            "91370683MAYY000697",
            "91370683MAYY0019XX",
            "91370683MAYY00253Y",
            "91370683MAYY003760",
        ];
        let code = codes.get(usize::try_from(self.place).unwrap_or(0)).copied().unwrap_or_default();
        let number = |from: u64| format!("370683{:07}", from + self.place * 10);
        match task {
            "licence" => vec![("credit_code", code.to_owned()), ("established_on", "2025-09-28".to_owned())],
            "seals" => (1..=4).map(|seal| ("seal_code", number(seal))).collect(),
            "tax" => vec![
                ("tax_types", "增值税".to_owned()),
                ("invoice_kinds", "数电发票".to_owned()),
                ("tax_device", "none".to_owned()),
            ],
            "social" => vec![("social_unit_number", number(0))],
            "medical" => vec![("medical_unit_number", number(0))],
            "fund" => vec![("fund_unit_account", number(0))],
            "bank" => vec![
                ("account_number", format!("62280000000000{:05}", self.place)),
                ("basic_account_number", format!("J456{:07}01", self.place)),
            ],
            "hand-over" => vec![("delivery_mode", "counter".to_owned())],
            _ => vec![],
        }
    }
}

impl Town {
    /// The open task of this code: (id, department).
    async fn open_task(&self, slip: &Slip, code: &str) -> Result<(String, String)> {
        self.suite.drain().await?;
        let case = self.case(slip).await?;
        let open = case["open"].as_array().context("open")?.iter().find(|task| task["task"] == code).cloned();
        let open = open.with_context(|| format!("{code} is not open: {case:#}"))?;
        let text = |name: &str| open[name].as_str().unwrap_or_default().to_owned();
        Ok((text("task_id"), text("department")))
    }

    /// Somebody of the department that holds the task does something with it.
    async fn act(&self, slip: &Slip, code: &str, role: &str, verb: &str, body: &Value) -> Result<Answer> {
        let (id, department) = self.open_task(slip, code).await?;
        self.act_on(&id, &department, role, verb, body).await
    }

    async fn act_on(&self, id: &str, department: &str, role: &str, verb: &str, body: &Value) -> Result<Answer> {
        let (process, person) = (format!("department-{}", department.to_lowercase()), format!("{department}/{role}"));
        self.ask(&process, Method::POST, &format!("/v1/tasks/{id}/{verb}"), Some(&person), None, Some(body)).await
    }

    async fn decide(&self, slip: &Slip, code: &str, results: &Results) -> Result<()> {
        let answer = self.act(slip, code, "department_clerk", "decision", &decision(&results.of(code))).await?;
        answer.expect(StatusCode::ACCEPTED)?;
        self.suite.drain().await.map(|_| ())
    }

    /// The applicant asks something of his case.
    async fn applicant(&self, slip: &Slip, what: &str, body: &Value) -> Result<Answer> {
        let path = format!("/v1/cases/{}/{what}", slip.case_id);
        self.ask("intake-1", Method::POST, &path, Some("applicant-jia"), None, Some(body)).await
    }

    async fn parked(&self) -> Result<i64> {
        self.count("market_registration", "select count(*) from parked").await
    }
}

fn decision(outputs: &[(&str, String)]) -> Value {
    let outputs: Vec<_> = outputs.iter().map(|(kind, value)| json!({"kind": kind, "value": value})).collect();
    json!({"round": 1, "outputs": outputs, "fees": []})
}

fn phase(case: &Value) -> &str {
    case["phase"].as_str().unwrap_or_default()
}

fn tasks(case: &Value, event: &str) -> BTreeSet<String> {
    steps(case, event).into_iter().map(|(task, _)| task.to_owned()).collect()
}

fn set(tasks: &[&str]) -> BTreeSet<String> {
    tasks.iter().map(|task| (*task).to_owned()).collect()
}

async fn a_licence_with_a_wrong_check_digit_is_told_why_and_a_right_one_closes_the_task(town: &Town) -> Result<()> {
    let (slip, results) = (town.submit("intake-1").await?, Results::next());
    let (id, department) = town.open_task(&slip, "licence").await?;
    // The desk itself takes any text: what holds is the owner's to say.
    let wrong =
        decision(&[("credit_code", "91370683MAYY000180".to_owned()), ("established_on", "2025-09-28".to_owned())]);
    town.act_on(&id, &department, "department_clerk", "decision", &wrong).await?.expect(StatusCode::ACCEPTED)?;
    town.suite.drain().await?;
    let told =
        town.ask("department-msa", Method::GET, &format!("/v1/tasks/{id}"), Some("clerk-msa"), None, None).await?;
    let faults = told.body["faults"].to_string();
    ensure!(faults.contains("credit_code") && faults.contains("校验"), "the department is told why: {}", told.body);
    let case = town.case(&slip).await?;
    ensure!(tasks(&case, "task_ended").is_empty() && phase(&case) == "running", "the task stays open: {case:#}");
    town.decide(&slip, "licence", &results).await?;
    let case = town.case(&slip).await?;
    ensure!(tasks(&case, "task_ended") == set(&["licence"]), "a right one closes it: {case:#}");
    Ok(())
}

async fn a_refusal_needs_the_head_and_shows_what_remains_possible(town: &Town) -> Result<()> {
    let (slip, results) = (town.submit("intake-1").await?, Results::next());
    for task in ["licence", "seals", "tax", "social", "medical", "fund"] {
        town.decide(&slip, task, &results).await?;
    }
    let (id, bank) = town.open_task(&slip, "bank").await?;
    let whole = json!({"round": 1, "basis": "人民币银行结算账户管理办法", "reasons": ["身份核验未通过"], "remedies": ["60日内申请行政复议"]});
    town.act_on(&id, &bank, "department_clerk", "refusal", &whole)
        .await?
        .expect_problem(StatusCode::FORBIDDEN, "permission-missing")?;
    for person in ["window-2", "head-tax", "operator"] {
        let refused = town
            .ask("department-bnk", Method::POST, &format!("/v1/tasks/{id}/refusal"), Some(person), None, Some(&whole))
            .await?;
        refused.expect(StatusCode::FORBIDDEN)?;
    }
    let empty = json!({"round": 1, "basis": " ", "reasons": [], "remedies": []});
    let faulty = town.act_on(&id, &bank, "department_head", "refusal", &empty).await?;
    faulty.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "form-faulty")?;
    ensure!(faulty.pointers().len() == 3, "all that is missing at once: {}", faulty.body);
    town.act_on(&id, &bank, "department_head", "refusal", &whole).await?.expect(StatusCode::ACCEPTED)?;
    town.suite.drain().await?;
    let case = town.case(&slip).await?;
    let refused = case["steps"].as_array().into_iter().flatten().find(|step| step["event"] == "task_refused");
    let words = |of: &str| refused.and_then(|step| step["words"][of].as_str()).unwrap_or_default();
    let (zh, en) = (words("zh"), words("en"));
    let told = ["it blocks: Hand-over", "may be chosen: bank", "go on without"].iter().all(|part| en.contains(part));
    ensure!(told, "what it blocks and what remains: {en}");
    ensure!(zh.contains("送达") && !zh.contains(|c: char| c.is_ascii_alphabetic()), "in Chinese too: {zh}");
    ensure!(!case.to_string().contains("身份核验"), "the reasons are for the applicant, not for everybody");
    for nobody in ["TAX", "NOPE", ""] {
        let wrong = json!({"task_id": id, "department": nobody});
        let answer = town.applicant(&slip, "choices", &wrong).await?;
        answer.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "form-faulty")?;
    }
    // The same bank looks at what was corrected, and refuses again.
    let again = json!({"task_id": id, "again": true});
    let both = json!({"task_id": id, "again": true, "close_without": true});
    town.applicant(&slip, "choices", &both).await?.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "form-faulty")?;
    town.applicant(&slip, "choices", &again).await?.expect(StatusCode::ACCEPTED)?;
    let (reopened, _) = town.open_task(&slip, "bank").await?;
    ensure!(reopened == id, "the same task in its next round");
    let second = json!({"round": 2, "basis": "人民币银行结算账户管理办法", "reasons": ["身份核验未通过"], "remedies": ["60日内申请行政复议"]});
    town.act_on(&id, &bank, "department_head", "refusal", &second).await?.expect(StatusCode::ACCEPTED)?;
    town.suite.drain().await?;
    let choice = json!({"task_id": id, "close_without": true});
    town.applicant(&slip, "choices", &choice).await?.expect(StatusCode::ACCEPTED)?;
    town.decide(&slip, "hand-over", &results).await?;
    let case = town.case(&slip).await?;
    ensure!(
        phase(&case) == "closed" && tasks(&case, "task_omitted") == set(&["bank"]),
        "closed without the bank: {case:#}"
    );
    Ok(())
}

async fn the_applicant_withdraws_while_four_departments_work(town: &Town) -> Result<()> {
    let (slip, results) = (town.submit("intake-1").await?, Results::next());
    town.decide(&slip, "licence", &results).await?;
    town.decide(&slip, "fund", &results).await?;
    let withdrawal = json!({"reason": "不办了"});
    town.applicant(&slip, "withdrawal", &withdrawal).await?.expect(StatusCode::ACCEPTED)?;
    town.suite.drain().await?;
    let case = town.case(&slip).await?;
    ensure!(
        tasks(&case, "task_cancelled") == set(&["seals", "tax", "social", "medical"]),
        "four are cancelled: {case:#}"
    );
    ensure!(phase(&case) == "stopping", "what was done is being taken back: {case:#}");
    town.decide(&slip, "fund-cancel", &results).await?;
    town.decide(&slip, "deregister", &results).await?;
    let case = town.case(&slip).await?;
    ensure!(phase(&case) == "withdrawn", "{case:#}");
    town.applicant(&slip, "withdrawal", &withdrawal).await?.expect_problem(StatusCode::CONFLICT, "case-ended")
}

async fn the_licence_is_revoked_after_the_seals_began(town: &Town) -> Result<()> {
    let (slip, results) = (town.submit("intake-1").await?, Results::next());
    for task in ["licence", "seals", "tax"] {
        town.decide(&slip, task, &results).await?;
    }
    let stop = json!({"kind": "licence_revoked", "basis": "市场主体登记管理条例第四十条"});
    let path = format!("/v1/cases/{}/stop", slip.case_id);
    let clerk = town.ask("market-registration-1", Method::POST, &path, Some("clerk-msa"), None, Some(&stop)).await?;
    clerk.expect_problem(StatusCode::FORBIDDEN, "permission-missing")?;
    town.ask("market-registration-1", Method::POST, &path, Some("head-msa"), None, Some(&stop))
        .await?
        .expect(StatusCode::OK)?;
    town.suite.drain().await?;
    // Results are taken back before what they were built on: the licence last.
    for task in ["seals-return", "tax-cancel", "deregister"] {
        town.decide(&slip, task, &results).await?;
    }
    let case = town.case(&slip).await?;
    ensure!(phase(&case) == "terminated", "{case:#}");
    ensure!(tasks(&case, "task_cancelled") == set(&["social", "medical", "fund", "bank"]), "{case:#}");
    Ok(())
}

async fn a_department_that_keeps_silent_is_asked_again(town: &Town) -> Result<()> {
    let (slip, results) = (town.submit("intake-1").await?, Results::next());
    town.suite.stop_process("department-hpf").await?;
    town.decide_while_away(&slip, "licence", &results).await?;
    town.wait_for(&slip, "task_acknowledged", &["seals", "tax", "social", "medical"]).await?;
    // Its topic cannot be quiet while nobody reads it: the clock is moved by hand.
    let later = town.now().await? + Duration::minutes(11);
    for process in town.suite.processes().into_iter().filter(|process| *process != "department-hpf") {
        let base = town.suite.health_url(process)?;
        let url = format!("{}/clock", base.trim_end_matches("/health/ready"));
        let moved = town.http.post(url).json(&json!({"to": later.format(&Rfc3339)?})).send().await?;
        ensure!(moved.status().is_success(), "{process}: {}", moved.text().await?);
    }
    town.wait_for(&slip, "acknowledgement_overdue", &["fund"]).await?;
    town.suite.start_process("department-hpf").await?;
    let url = format!("{}/clock", town.suite.health_url("department-hpf")?.trim_end_matches("/health/ready"));
    town.http.post(url).json(&json!({"to": later.format(&Rfc3339)?})).send().await?.error_for_status()?;
    town.suite.drain().await?;
    let case = town.case(&slip).await?;
    ensure!(tasks(&case, "acknowledgement_overdue") == set(&["fund"]), "{case:#}");
    let acknowledged = steps(&case, "task_acknowledged").into_iter().filter(|(task, _)| *task == "fund").count();
    ensure!(acknowledged == 1, "asked twice, it answers once: {case:#}");
    town.decide(&slip, "fund", &results).await
}

impl Town {
    async fn decide_while_away(&self, slip: &Slip, code: &str, results: &Results) -> Result<()> {
        let case = self.wait_for(slip, "task_acknowledged", &[code]).await?;
        let open = case["open"]
            .as_array()
            .context("open")?
            .iter()
            .find(|task| task["task"] == code)
            .cloned()
            .context("open")?;
        let text = |name: &str| open[name].as_str().unwrap_or_default().to_owned();
        let body = decision(&results.of(code));
        self.act_on(&text("task_id"), &text("department"), "department_clerk", "decision", &body)
            .await?
            .expect(StatusCode::ACCEPTED)?;
        self.wait_for(slip, "task_ended", &[code]).await.map(|_| ())
    }

    /// Looks until the case shows the event for all these tasks; a part of the suite is away, so it cannot be drained.
    async fn wait_for(&self, slip: &Slip, event: &str, of: &[&str]) -> Result<Value> {
        for _ in 0..200 {
            let case = self.case(slip).await?;
            if tasks(&case, event).is_superset(&set(of)) {
                return Ok(case);
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        anyhow::bail!("no {event}: {:#}", self.case(slip).await?)
    }
}

async fn an_answer_given_twice_changes_nothing_and_a_contradiction_is_parked(town: &Town) -> Result<()> {
    let (slip, results) = (town.submit("intake-1").await?, Results::next());
    let (id, department) = town.open_task(&slip, "licence").await?;
    let body = decision(&results.of("licence"));
    let first = town.act_on(&id, &department, "department_clerk", "decision", &body).await?;
    first.expect(StatusCode::ACCEPTED)?;
    let second = town.act_on(&id, &department, "department_clerk", "decision", &body).await?;
    ensure!(second.status == StatusCode::ACCEPTED && second.body == first.body, "the same answer: {}", second.body);
    let mut other = body.clone();
    other["outputs"][1]["value"] = json!("2025-09-29");
    let contradiction = town.act_on(&id, &department, "department_clerk", "decision", &other).await?;
    contradiction.expect(StatusCode::CONFLICT)?;
    town.suite.drain().await?;
    let before = town.case(&slip).await?;
    // The same and another word again, past the desk, straight over the bus.
    let parked = town.parked().await?;
    let sent_at = OffsetDateTime::parse(first.body["decided_at"].as_str().context("decided_at")?, &Rfc3339)?;
    let mut decided = Decided {
        task_id: id,
        round: 1,
        case_id: slip.case_id.to_string(),
        decided_at: timestamp(sent_at),
        decided_by: "市场监督管理局经办人".to_owned(),
        outputs: results
            .of("licence")
            .into_iter()
            .map(|(kind, value)| Output { kind: kind.to_owned(), value })
            .collect(),
        fees: vec![],
    };
    let topic = topics::replies("MSA", "market-registration");
    let key = slip.case_id.to_string();
    let msa = || town.suite.kafka_config("department-msa");
    say(msa()?, &topic, "department-msa", &key, &decided).await?;
    town.suite.drain().await?;
    ensure!(town.case(&slip).await?["steps"] == before["steps"], "nothing changes");
    ensure!(town.parked().await? == parked, "and nothing is parked");
    decided.decided_by = "somebody else".to_owned();
    say(msa()?, &topic, "department-msa", &key, &decided).await?;
    town.suite.drain().await?;
    ensure!(town.parked().await? == parked + 1, "a contradiction is parked");
    ensure!(town.case(&slip).await?["steps"] == before["steps"], "and changes nothing");
    Ok(())
}

async fn an_answer_after_the_cancellation_is_recorded_as_late(town: &Town) -> Result<()> {
    let slip = town.submit("intake-1").await?;
    let (id, _) = town.open_task(&slip, "licence").await?;
    let withdrawal = json!({"reason": "不办了"});
    town.applicant(&slip, "withdrawal", &withdrawal).await?.expect(StatusCode::ACCEPTED)?;
    town.suite.drain().await?;
    ensure!(phase(&town.case(&slip).await?) == "withdrawn", "nothing was done, nothing is taken back");
    let parked = town.parked().await?;
    let late = Decided {
        task_id: id,
        round: 1,
        case_id: slip.case_id.to_string(),
        decided_at: timestamp(town.now().await?),
        decided_by: "clerk".to_owned(),
        outputs: vec![Output { kind: "credit_code".to_owned(), value: "91370683MAYY00018Y".to_owned() }],
        fees: vec![],
    };
    let topic = topics::replies("MSA", "market-registration");
    say(town.suite.kafka_config("department-msa")?, &topic, "department-msa", &slip.case_id.to_string(), &late).await?;
    town.suite.drain().await?;
    let case = town.case(&slip).await?;
    ensure!(tasks(&case, "reply_late") == set(&["licence"]) && phase(&case) == "withdrawn", "{case:#}");
    ensure!(town.parked().await? == parked, "late is not wrong: nothing is parked");
    Ok(())
}

async fn a_supplement_stops_the_clock_until_it_arrives(town: &Town) -> Result<()> {
    let (slip, results) = (town.submit("intake-1").await?, Results::next());
    let asked =
        json!({"round": 1, "items": [{"code": "scope", "note": "请写明具体经营项目"}], "reason": "经营范围不明确"});
    town.act(&slip, "licence", "department_clerk", "supplement", &asked).await?.expect(StatusCode::ACCEPTED)?;
    let (id, _) = town.open_task(&slip, "licence").await?;
    let case = town.case(&slip).await?;
    ensure!(case["open"][0]["waits_for"] == "applicant" && case["open"][0]["due_at"].is_null(), "{case:#}");
    // By the form's own checks, as when it was handed in.
    let wrong = [
        ("legal_representative.citizen_id", "12345"),
        ("company_name", "莱州市别的\n名字公司"),
        ("legal_representative.phone", "1"),
        ("town", "110101001"),
        ("nickname", "小云"),
    ];
    for (name, value) in wrong {
        let wrong = json!({"task_id": id, "fields": {name: value}});
        let refused = town.applicant(&slip, "supplements", &wrong).await?;
        refused.expect(StatusCode::UNPROCESSABLE_ENTITY)?;
        ensure!(refused.pointers() == [format!("/fields/{name}")], "{}", refused.body);
    }
    let supply = json!({"task_id": id, "fields": {"scope": "电子元件零售"}});
    town.applicant(&slip, "supplements", &supply).await?.expect(StatusCode::ACCEPTED)?;
    town.suite.drain().await?;
    let shown =
        town.ask("department-msa", Method::GET, &format!("/v1/tasks/{id}"), Some("clerk-msa"), None, None).await?;
    ensure!(shown.body["dossier"].to_string().contains("电子元件零售"), "the dossier is amended: {}", shown.body);
    let case = town.case(&slip).await?;
    ensure!(case["open"][0]["waits_for"] == "department", "the clock runs again: {case:#}");
    town.decide(&slip, "licence", &results).await
}

async fn a_paper_is_read_by_its_link_until_the_task_ends(town: &Town) -> Result<()> {
    let token = town.suite.token("applicant-jia")?;
    let url = format!("{}/v1/materials?code=ARTICLES", town.suite.url("intake-1")?);
    let paper = town
        .http
        .post(url)
        .bearer_auth(token)
        .header("content-type", "application/pdf")
        .body("%PDF-1.7 章程")
        .send()
        .await?;
    let paper: Value = paper.error_for_status()?.json().await?;
    let mut application = crate::support::opening();
    application["materials"] = json!([{"code": "ARTICLES", "material_id": paper["material_id"]}]);
    let key = crate::support::fresh_key();
    let made = town
        .ask("intake-1", Method::POST, "/v1/applications", Some("applicant-jia"), Some(&key), Some(&application))
        .await?;
    made.expect(StatusCode::CREATED)?;
    let (slip, results) = (Slip::of(&made)?, Results::next());
    let (id, _) = town.open_task(&slip, "licence").await?;
    let shown =
        town.ask("department-msa", Method::GET, &format!("/v1/tasks/{id}"), Some("clerk-msa"), None, None).await?;
    let link = shown.body["dossier"]["materials"][0]["link"].as_str().context("a link")?.to_owned();
    ensure!(town.http.get(&link).send().await?.text().await? == "%PDF-1.7 章程", "the bytes");
    let forged = town.http.get(link.replace("department=MSA", "department=TAX")).send().await?;
    ensure!(forged.status() == StatusCode::FORBIDDEN, "a link works for its department only");
    town.decide(&slip, "licence", &results).await?;
    let ended = town.http.get(&link).send().await?;
    ensure!(ended.status() == StatusCode::GONE, "and ends with the task: {}", ended.status());
    let tax = town.open_task(&slip, "tax").await?;
    let tax =
        town.ask("department-tax", Method::GET, &format!("/v1/tasks/{}", tax.0), Some("clerk-tax"), None, None).await?;
    ensure!(tax.body["dossier"]["materials"] == json!([]), "tax is not entitled to the articles: {}", tax.body);
    Ok(())
}
