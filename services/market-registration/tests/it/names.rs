//! Names over HTTP: declared, refused, raced for, given up.

use std::sync::Arc;

use contracts::names::Keys;
use futures::future::join_all;
use serde_json::json;
use testkit::Kit;
use time::macros::datetime;

use crate::names_desk::{NamesDesk, named};

pub async fn a_name_is_reserved_until_midnight_of_its_last_day(kit: Arc<Kit>) {
    let desk = NamesDesk::open(&kit).await;
    let (status, checked) = desk.post("jia", "/v1/names/check", &named("云杉测试")).await;
    assert_eq!((status, &checked["until"]), (200, &json!("2025-11-29T00:00:00+08:00")), "{checked}");
    assert_eq!(desk.database.count("select count(*) from names").await, 0, "nothing is stored");

    let (status, reserved) = desk.declare("jia", "k-1", &named("云杉测试")).await;
    assert_eq!(status, 201, "{reserved}");
    assert_eq!(reserved["name"], "莱州市云杉测试电子有限公司");
    assert_eq!(reserved["until"], "2025-11-29T00:00:00+08:00", "2025-11-28 24:00");
    assert_eq!((&reserved["authority"], &reserved["industry"]), (&json!("370683"), &json!("C39")));
    let path = format!("/v1/names/{}", reserved["id"].as_str().unwrap());
    // Whoever has the public keys knows that it is his, without asking.
    let keys = Keys::read(&desk.without_sign_in("/v1/names/keys").await).unwrap();
    let (token, now) = (reserved["token"].as_str().unwrap(), desk.mailbox.clocks().business.now());
    let stated = keys.verify_for(token, "莱州市云杉测试电子有限公司", "jia", now).unwrap();
    assert_eq!(stated.id.to_string(), reserved["id"].as_str().unwrap());

    desk.it_is(datetime!(2025-11-28 23:59 +8));
    let (status, refused) = desk.declare("yi", "k-2", &named("云杉测试")).await;
    assert_eq!((status, refused["code"].as_str()), (409, Some("name-taken")), "{refused}");
    assert!(!refused.to_string().contains("jia"), "not whose it is: {refused}");
    assert_eq!(desk.post("yi", "/v1/names/check", &named("云杉测试")).await.0, 409);
    assert_eq!(desk.get("jia", &path).await.1["state"], "reserved");

    desk.it_is(datetime!(2025-11-29 00:00 +8));
    let (_, expired) = desk.get("jia", &path).await;
    assert_eq!((&expired["state"], &expired["token"]), (&json!("expired"), &json!(null)));
    let (status, again) = desk.declare("yi", "k-3", &named("云杉测试")).await;
    assert_eq!(status, 201, "{again}");
    assert_eq!(desk.get("yi", &path).await.0, 404, "who declared it before is nobody's business");

    // A permit before registration: a year.
    let bank = json!({ "region": "莱州市", "trade_name": "云杉", "industry": "村镇银行", "form": "股份有限公司",
                       "company_type": "joint_stock_company" });
    let (_, reserved) = desk.declare("jia", "k-4", &bank).await;
    assert_eq!(reserved["until"], "2026-12-01T00:00:00+08:00", "29 November 2026 is a Sunday");
    let mut report = mailbox::ledger::verify(desk.mailbox.db()).await.unwrap();
    assert_eq!((report.facts, report.findings.len()), (3, 0), "{:?}", report.findings.pop());
}

pub async fn every_rule_that_a_name_breaks_is_told_at_once(kit: Arc<Kit>) {
    let desk = NamesDesk::open(&kit).await;
    for (trade_name, rule, quoted) in
        [("国家级", "misleading", "第十一条第八项"), ("雷锋", "public_morals", "第十一条第七项")]
    {
        let (status, refused) = desk.declare("jia", rule, &named(trade_name)).await;
        assert_eq!((status, refused["faults"][0]["code"].as_str()), (422, Some(rule)), "{refused}");
        let told = refused["faults"][0]["zh"].as_str().unwrap();
        assert!(told.contains(quoted) && told.contains(trade_name) && told.contains("第4字"), "{told}");
        let (status, checked) = desk.post("jia", "/v1/names/check", &named(trade_name)).await;
        assert_eq!((status, &checked["faults"]), (422, &refused["faults"]));
    }
    let mut bad = named("A云");
    bad["form"] = json!("商行");
    let (_, refused) = desk.declare("jia", "k-9", &bad).await;
    let codes: Vec<_> =
        refused["faults"].as_array().unwrap().iter().map(|fault| fault["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["standard_characters", "two_characters", "form_of_the_type"]);
    let broken = named("菊\n园测\t试");
    let (_, refused) = desk.declare("jia", "k-10", &broken).await;
    let fault = &refused["faults"][0];
    assert_eq!((&fault["pointer"], &fault["code"]), (&json!("/trade_name"), &json!("line_break")), "{refused}");
    // Whoever would be refused is told so before.
    let (status, checked) = desk.post("clerk", "/v1/names/check", &named("云杉测试")).await;
    assert_eq!((status, &checked["faults"][0]["pointer"]), (422, &json!("/applicant")), "{checked}");
    assert_eq!(desk.database.count("select count(*) from names").await, 0);
}

pub async fn fifty_declare_one_name_and_one_gets_it(kit: Arc<Kit>) {
    let desk = NamesDesk::open(&kit).await;
    for (round, now) in [(1, datetime!(2025-09-28 09:00 +8)), (2, datetime!(2025-11-29 00:00 +8))] {
        // The second time the place is taken over from a reservation that has ended.
        desk.it_is(now);
        let attempts = (0..50).map(|nth| {
            let desk = &desk;
            async move { desk.declare(&format!("a-{nth}"), &format!("k-{round}"), &named("云杉测试")).await.0 }
        });
        let mut answers = join_all(attempts).await;
        answers.sort_unstable();
        let mut expected = vec![409; 50];
        expected[0] = 201;
        assert_eq!(answers, expected);
        assert_eq!(desk.database.count("select count(*) from names").await, round);
    }
    assert_eq!(desk.database.count("select count(*) from name_slots").await, 1);
}

pub async fn the_same_request_finds_the_same_name(kit: Arc<Kit>) {
    let desk = NamesDesk::open(&kit).await;
    let name = named("云杉测试");
    let clicks = (0..5).map(|_| desk.declare("jia", "k-1", &name));
    let answers = join_all(clicks).await;
    assert!(answers.iter().all(|(status, body)| *status == 201 && body["id"] == answers[0].1["id"]), "{answers:?}");
    let (status, other) = desk.declare("jia", "k-1", &named("云桐测试")).await;
    assert_eq!((status, other["code"].as_str()), (422, Some("idempotency-key-reused")));
    assert_eq!(desk.database.count("select count(*) from ledger").await, 1);
}

pub async fn a_name_is_its_holders_to_give_up(kit: Arc<Kit>) {
    let desk = NamesDesk::open(&kit).await;
    let (_, reserved) = desk.declare("jia", "k-1", &named("云杉测试")).await;
    let path = format!("/v1/names/{}/release", reserved["id"].as_str().unwrap());
    assert_eq!(desk.post("yi", &path, &json!({})).await.0, 404);
    let (status, released) = desk.post("jia", &path, &json!({})).await;
    assert_eq!((status, released["state"].as_str()), (200, Some("released")), "{released}");
    assert_eq!(desk.post("jia", &path, &json!({})).await.1["sequence"], released["sequence"], "twice changes nothing");
    assert_eq!(desk.declare("yi", "k-1", &named("云杉测试")).await.0, 201, "anybody's at once");
    assert_eq!(desk.post("jia", &path, &json!({})).await.0, 200, "and the next holder keeps it");
    assert_eq!(desk.post("bing", "/v1/names/check", &named("云杉测试")).await.0, 409);
    let in_whose_name = "select count(*) from ledger where convert_from(body, 'UTF8')::jsonb -> 'by'
        = jsonb_build_object('ground', 'oneself', 'applicant', actor)";
    assert_eq!(desk.database.count(in_whose_name).await, 3, "every fact says in whose name it was done");
}

pub async fn a_clerk_declares_for_whoever_stands_there_and_gives_nothing_up(kit: Arc<Kit>) {
    let desk = NamesDesk::open(&kit).await;
    let mut name = named("云杉测试");
    let (status, told) = desk.declare("clerk", "k-1", &name).await;
    assert_eq!((status, told["faults"][0]["code"].as_str()), (422, Some("applicant_needed")), "{told}");
    name["applicant"] = json!({"name": "测试来人", "document": {"kind": "passport", "number": "E1000001"}});
    let (status, told) = desk.declare("jia", "k-1", &name).await;
    assert_eq!((status, told["faults"][0]["code"].as_str()), (422, Some("not_at_window")), "{told}");
    let (status, reserved) = desk.declare("clerk", "k-1", &name).await;
    assert_eq!(status, 201, "{reserved}");
    let mut other = named("云桐测试");
    other["applicant"] = json!({"name": "测试二人", "document": {"kind": "passport", "number": "E1000002"}});
    assert_eq!(desk.declare("clerk", "k-1", &other).await.0, 201, "the second applicant has a key of his own");
    let path = format!("/v1/names/{}/release", reserved["id"].as_str().unwrap());
    let (status, told) = desk.post("clerk", &path, &json!({})).await;
    assert_eq!((status, told["code"].as_str()), (403, Some("consent-needed")), "{told}");
    let shown = desk.get("clerk", &format!("/v1/names/{}", reserved["id"].as_str().unwrap())).await;
    assert_eq!(shown.1["state"], "reserved");
    let by = "select count(*) from ledger where actor = 'clerk' and
        convert_from(body, 'UTF8')::jsonb #>> '{by,assisted_by}' = 'clerk'";
    assert_eq!(desk.database.count(by).await, 2);
}

/// The holder is at the window, and agrees by his code.
pub async fn a_clerk_gives_a_name_up_with_its_holders_code(kit: Arc<Kit>) {
    let desk = NamesDesk::open(&kit).await;
    assert_eq!(desk.post("clerk", "/v1/phones/codes", &json!({"phone": "10012345678"})).await.0, 201);
    let mut name = named("云杉测试");
    name["applicant"] = json!({"name": "测试来人", "document": {"kind": "passport", "number": "E1000001"}});
    name["phone_proof"] = json!({"phone": "10012345678", "code": desk.last_code().await});
    let (status, reserved) = desk.declare("clerk", "k-1", &name).await;
    assert_eq!(status, 201, "{reserved}");
    assert_eq!(
        desk.declare("clerk", "k-1", &name).await.1["id"],
        reserved["id"],
        "the same request, with a code that was used"
    );
    let path = format!("/v1/names/{}", reserved["id"].as_str().unwrap());
    let (status, sent) = desk.post("clerk", &format!("{path}/codes"), &json!({"act": "release"})).await;
    assert_eq!((status, sent["sent_to"].as_str()), (201, Some("100****5678")), "{sent}");
    let with = json!({"consent": {"code": desk.last_code().await}});
    let (status, released) = desk.post("clerk", &format!("{path}/release"), &with).await;
    assert_eq!((status, released["state"].as_str()), (200, Some("released")), "{released}");
    let by_code = "select count(*) from ledger where kind = 'name_released' and
        convert_from(body, 'UTF8')::jsonb #>> '{by,consent,way}' = 'code'";
    assert_eq!(desk.database.count(by_code).await, 1);
}

pub async fn what_may_be_mixed_up_is_a_warning(kit: Arc<Kit>) {
    let desk = NamesDesk::open(&kit).await;
    desk.declare("jia", "k-1", &named("云杉")).await;
    let (status, alike) = desk.post("yi", "/v1/names/check", &named("云山")).await;
    assert_eq!((status, alike["warnings"][0]["code"].as_str()), (200, Some("sounds_alike")), "{alike}");
    let (_, core) = desk.post("yi", "/v1/names/check", &named("新云杉")).await;
    assert_eq!(core["warnings"][0]["code"], "same_core", "{core}");
    let mut elsewhere = named("云杉");
    elsewhere["industry"] = json!("餐饮");
    assert_eq!(desk.declare("yi", "k-2", &elsewhere).await.0, 201, "another industry");
    elsewhere["region"] = json!("烟台市");
    assert_eq!(desk.declare("yi", "k-3", &elsewhere).await.0, 201, "another authority");
    // Same trade name and industry: region and form do not tell names apart, nor do spaces.
    let mut same = named("云 杉");
    (same["region"], same["form"]) = (json!("莱州"), json!("有限责任公司"));
    assert_eq!(desk.declare("yi", "k-4", &same).await.0, 409);
}

pub async fn parts_are_left_out_on_a_stated_ground(kit: Arc<Kit>) {
    let desk = NamesDesk::open(&kit).await;
    let mut name = named("云杉");
    name.as_object_mut().unwrap().remove("region");
    let (status, refused) = desk.declare("jia", "k-1", &name).await;
    let told = refused["faults"][0]["zh"].as_str().unwrap();
    assert_eq!((status, refused["faults"][0]["code"].as_str()), (422, Some("without_region")), "{refused}");
    assert!(told.contains("第六条") && told.contains("cross_province"), "{told}");
    name["region_ground"] = json!("cross_province");
    let (status, reserved) = desk.declare("jia", "k-2", &name).await;
    assert_eq!((status, reserved["name"].as_str()), (201, Some("云杉电子有限公司")), "{reserved}");
    assert_eq!((&reserved["authority"], &reserved["grounds"]), (&json!("100000"), &json!(["cross_province"])));
    assert_eq!(reserved["warnings"][0]["code"], "without_region", "on his own word");
    assert_eq!(desk.declare("yi", "k-1", &named("云杉")).await.0, 201, "another authority");

    // A name without an industry stands against every industry, whoever comes first.
    let mut group = named("云桐");
    group["industry"] = json!("");
    assert_eq!(desk.post("jia", "/v1/names/check", &group).await.1["faults"][0]["code"], "without_industry");
    group["industry_ground"] = json!("cross_industry_group");
    let (status, reserved) = desk.declare("jia", "k-3", &group).await;
    assert_eq!((status, reserved["industry"].as_str()), (201, Some("cross_industry")), "{reserved}");
    assert_eq!(desk.declare("yi", "k-2", &named("云桐")).await.0, 409);
    desk.declare("yi", "k-3", &named("云槐")).await;
    group["trade_name"] = json!("云槐");
    assert_eq!(desk.declare("jia", "k-4", &group).await.0, 409);
    let told = "select count(*) from ledger where convert_from(body, 'UTF8') ~ '\"grounds\"'";
    assert_eq!(desk.database.count(told).await, 2);
}
