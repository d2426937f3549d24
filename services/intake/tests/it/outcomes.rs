//! The five outcomes of a window. There is none that refuses.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};
use testkit::Kit;
use time::macros::datetime;

use crate::hall::{Hall, applicant, chief, clerk, events, for_whom, pointers, stall, wanted, wish};

pub async fn what_is_complete_is_accepted_at_once(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let xin = applicant("xin");
    let papers = hall.bring_all(&xin, &["M01", "HEALTH", "LAYOUT", "WASTE"]).await;
    let (case, slip) = hall.file(&xin, &stall("online", &papers)).await;
    let shown = hall.get(Some(&xin), &case).await;
    assert_eq!((shown["phase"].as_str(), shown["desk"]["outcome"].as_str()), (Some("running"), Some("accepted")));
    assert_eq!(shown["open"][0]["department"], "MSA", "somebody holds it: {shown}");
    assert_eq!(shown["open"][0]["due_at"], "2025-09-19T00:00:00+08:00", "three working days");
    assert_eq!(hall.facts(slip["case_id"].as_str().unwrap()).await, ["case_received"]);

    let (status, told) = hall.submit(&xin, &stall("online", &papers[..1])).await;
    assert_eq!((status, told["code"].as_str()), (422, Some("form-faulty")));
    assert_eq!(pointers(&told), ["/materials/HEALTH", "/materials/LAYOUT", "/materials/WASTE"]);
}

pub async fn a_one_time_notice_tells_everything_and_a_correction_accepts(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let xin = applicant("xin");
    let mut body = stall("online", &hall.bring_all(&xin, &["M01"]).await);
    body["as_it_stands"] = json!(true);
    let (case, slip) = hall.file(&xin, &body).await;
    let shown = hall.get(Some(&xin), &case).await;
    assert_eq!(shown["phase"], "correction_requested");
    assert_eq!(wanted(&shown), ["HEALTH", "LAYOUT", "WASTE"]);
    assert_eq!(shown["open"][0]["waits_for"], "applicant");
    assert_eq!(shown["desk"]["due_at"], "2025-09-29T00:00:00+08:00", "ten working days, the make-up Sunday among them");
    assert_eq!(hall.said("intake.cases.v1").await, ["wutong.intake.v1.CaseReceived", "wutong.intake.v1.DeskDecided"]);

    let (status, half) = hall.corrects(&xin, &case, &["HEALTH", "WASTE"]).await;
    assert_eq!((status, half["phase"].as_str()), (200, Some("correction_requested")), "{half}");
    hall.time_is(datetime!(2025-09-29 8:00 +8)).await;
    let late = hall.progress(&slip).await;
    assert_eq!((wanted(&late), late["desk"]["overdue"].as_bool()), (vec!["LAYOUT"], Some(true)));
    let (status, whole) = hall.corrects(&xin, &case, &["LAYOUT"]).await;
    assert_eq!((status, whole["phase"].as_str()), (200, Some("running")), "{whole}");
    let expected = ["one_time_notice", "papers_supplied", "correction_overdue", "case_accepted"];
    assert_eq!(events(&hall.get(Some(&xin), &case).await), expected);
    assert_eq!(events(&hall.progress(&slip).await), expected);
    let shown = hall.get(Some(&xin), &case).await;
    assert_eq!(shown["open"][0]["since"], "2025-09-29T08:00:00+08:00", "the clock begins with acceptance: {shown}");
    assert_eq!(hall.db.count("select count(*) from timers").await, 0);
    assert_eq!(hall.corrects(&xin, &case, &["LAYOUT"]).await.1["code"], "nothing-waited-for");
}

async fn received(hall: &Hall, name: &str, papers: &[&str]) -> (String, Value) {
    let mut body = for_whom(name, stall("window", &hall.bring_all(&clerk(), papers).await));
    body["as_it_stands"] = json!(true);
    body["phone_proof"] = hall.proof().await;
    hall.file(&clerk(), &body).await
}

pub async fn a_second_notice_adds_only_with_a_record_of_who_forgot(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let (case, slip) = received(&hall, "xin", &["M01", "LAYOUT", "WASTE"]).await;
    let shown = hall.get(Some(&clerk()), &case).await;
    assert_eq!((shown["phase"].as_str(), shown["open"][0]["waits_for"].as_str()), (Some("received"), Some("window")));
    assert_eq!(shown["open"][0]["due_at"], "2025-09-23T00:00:00+08:00", "told within five working days");
    let (status, told) = hall.post(&clerk(), &format!("{case}/acceptance"), &json!({})).await;
    assert_eq!((status, pointers(&told)), (422, vec!["/materials/HEALTH"]));

    let notice = format!("{case}/notice");
    let (status, told) = hall.post(&clerk(), &notice, &json!({"defects": [{"code": "NOPE", "reason": ""}]})).await;
    assert_eq!((status, pointers(&told)), (422, vec!["/defects/0/reason"]), "{told}");
    let (status, first) = hall.post(&clerk(), &notice, &json!({})).await;
    assert_eq!((status, wanted(&first)), (200, vec!["HEALTH"]), "what is missing stands in it by itself");
    let mut second = json!({"defects": [{"code": "M01", "reason": "未签名,这个我不清楚"}]});
    let (status, told) = hall.post(&clerk(), &notice, &second).await;
    assert_eq!((status, told["code"].as_str()), (422, Some("second-notice-adds")), "{told}");
    assert_eq!(pointers(&told), ["/defects/M01"]);
    second["overlooked_by"] = json!("CTR");
    let (status, amended) = hall.post(&clerk(), &notice, &second).await;
    assert_eq!((status, wanted(&amended)), (200, vec!["HEALTH", "M01"]), "{amended}");
    assert_eq!((amended["desk"]["overlooked_by"].as_str(), &amended["warnings"]), (Some("CTR"), &json!(["不清楚"])));
    let record = "select count(*) from overlooked where body = 'CTR' and items = array['M01']";
    assert_eq!(hall.db.count(record).await, 1);
    let shown = hall.get(Some(&clerk()), &case).await;
    assert!(shown["steps"][1]["words"]["zh"].as_str().unwrap().contains("非申请人原因"), "{shown}");
    let public = hall.progress(&slip).await;
    assert!(!public.to_string().contains("未签名"), "what somebody typed about a paper is the applicant's");
    let (status, whole) = hall.corrects(&clerk(), &case, &["HEALTH", "M01"]).await;
    assert_eq!((status, whole["desk"]["outcome"].as_str()), (200, Some("accepted")), "{whole}");
    assert_eq!(hall.post(&clerk(), &notice, &second).await.1["code"], "outcome-given");
}

pub async fn what_is_done_elsewhere_ends_in_a_whole_signpost(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let xin = applicant("xin");
    for (item, part) in [("chattel-mortgage", "zhongdengwang"), ("zhaoyuan-real-estate", "招远市政务服务中心")]
    {
        let (case, slip) = hall.file(&xin, &wish(item, "online")).await;
        let shown = hall.get(Some(&xin), &case).await;
        assert_eq!(shown["phase"], "signposted");
        let way = &hall.progress(&slip).await["desk"]["signpost"];
        assert!(way["method"]["zh"].as_str().unwrap().contains(part), "{way}");
        for key in ["department", "address"] {
            assert!(!way[key]["zh"].as_str().unwrap().is_empty());
        }
        assert!(!way["phone"].as_str().unwrap().is_empty());
        assert_eq!(events(&shown), ["signposted"]);
    }
    let (case, _) = hall.file(&clerk(), &for_whom("jia", wish("unlisted-matter", "window"))).await;
    let path = format!("{case}/signpost");
    let (status, told) = hall.post(&clerk(), &path, &json!({"explanation": "这个办不了"})).await;
    assert_eq!((status, pointers(&told)), (422, vec!["/method", "/department", "/address", "/phone"]));
    let way = json!({
        "method": "到海滨管理处登记", "department": "海滨管理处", "address": "滨海路1号", "phone": "0535-0000110",
        "explanation": "我们办不了,请到管理处",
    });
    let (status, shown) = hall.post(&clerk(), &path, &way).await;
    assert_eq!((status, shown["phase"].as_str(), &shown["warnings"]), (200, Some("signposted"), &json!(["办不了"])));
    assert_eq!(hall.post(&clerk(), &path, &way).await.1["code"], "case-ended");
}

pub async fn what_nobody_knows_goes_to_the_chief_representative(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let (case, _) = hall.file(&clerk(), &for_whom("xin", wish("unlisted-matter", "window"))).await;
    let (status, told) = hall.post(&clerk(), &format!("{case}/acceptance"), &json!({})).await;
    assert_eq!((status, told["code"].as_str()), (409, Some("matter-undetermined")));
    let path = format!("{case}/escalation");
    assert_eq!(pointers(&hall.post(&clerk(), &path, &json!({})).await.1), ["/facts", "/question"]);
    let why = json!({"facts": "海边流动咖啡车", "question": "归谁管"});
    let (status, shown) = hall.post(&clerk(), &path, &why).await;
    assert_eq!((status, shown["phase"].as_str()), (200, Some("escalated")), "{shown}");
    assert_eq!(shown["desk"]["due_at"], "2025-09-15T10:00:00+08:00", "thirty window minutes");
    let way = json!({"method": "登记", "department": "综合执法局", "address": "二楼", "phone": "0535-0000111"});
    let (status, told) = hall.post(&clerk(), &format!("{case}/signpost"), &way).await;
    assert_eq!((status, told["code"].as_str()), (409, Some("with-chief-representative")));
    assert_eq!(hall.post(&chief(), &format!("{case}/signpost"), &way).await.0, 200);

    let (online, _) = hall.file(&applicant("jia"), &wish("unlisted-matter", "online")).await;
    assert_eq!(hall.get(Some(&applicant("jia")), &online).await["phase"], "escalated");
}

pub async fn nobody_at_a_window_can_refuse(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let (case, slip) = received(&hall, "xin", &["M01"]).await;
    for verb in ["refusal", "refuse", "rejection", "not-accepted"] {
        assert_eq!(hall.post(&clerk(), &format!("{case}/{verb}"), &json!({})).await.0, 404);
    }
    let description = hall.get(None, "/openapi.json").await;
    let paths: Vec<_> = description["paths"].as_object().unwrap().keys().cloned().collect();
    assert!(paths.iter().all(|path| !path.contains("refus") && !path.contains("reject")), "{paths:?}");
    let (xin, jia) = (applicant("xin"), applicant("jia"));
    for verb in ["acceptance", "notice", "signpost", "escalation"] {
        assert_eq!(hall.post(&xin, &format!("{case}/{verb}"), &json!({})).await.0, 403, "{verb} is the hall's");
    }
    assert_eq!(hall.ask(Some(&jia), Method::GET, &case, None).await.0, 404);

    assert_eq!(hall.claims("xin", &slip).await.0, 200);
    let (status, _) = hall.post(&xin, &format!("{case}/withdrawal"), &json!({"reason": "不办了"})).await;
    assert_eq!(status, 202);
    let shown = hall.progress(&slip).await;
    assert_eq!((shown["phase"].as_str(), events(&shown)), (Some("withdrawn"), vec!["withdrawn"]));
    assert_eq!(hall.post(&clerk(), &format!("{case}/notice"), &json!({})).await.1["code"], "case-ended");
}

pub async fn an_opening_is_passed_on_at_once_and_its_withdrawal_too(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let jia = applicant("jia");
    let opening = include_str!("../../../../tests/stories/company-opening.application.json");
    let opening: Value = serde_json::from_str(opening).unwrap();
    let (case, slip) = hall.file(&jia, &opening).await;
    let shown = hall.get(Some(&jia), &case).await;
    assert_eq!((shown["phase"].as_str(), shown["desk"]["outcome"].as_str()), (Some("submitted"), Some("accepted")));
    assert_eq!(hall.facts(slip["case_id"].as_str().unwrap()).await, ["case_received"]);
    let dossiers = "intake.dossiers.market-registration.v1";
    assert_eq!(hall.said(dossiers).await, ["wutong.intake.v1.CaseAccepted"]);
    assert_eq!(hall.said("intake.cases.v1").await, ["wutong.intake.v1.CaseReceived"]);
    assert_eq!(hall.post(&clerk(), &format!("{case}/notice"), &json!({})).await.1["code"], "outcome-given");
    let why = json!({"reason": "不办了"});
    assert_eq!(hall.post(&jia, &format!("{case}/withdrawal"), &why).await.0, 202);
    assert_eq!(hall.said(dossiers).await.last().unwrap(), "wutong.intake.v1.WithdrawalAsked");
    let phase = hall.progress(&slip).await["phase"].clone();
    assert_eq!(phase, "submitted", "its owner ends it, not the desk");
}
