//! Names that stand beside those of companies with an investment relation.

use std::sync::Arc;

use futures::future::join_all;
use serde_json::{Value, json};
use testkit::Kit;
use time::macros::datetime;

use crate::{
    names_desk::{NamesDesk, named},
    register::{FIRST, SECOND, imported, line},
};

fn invested(trade_name: &str, company: &str) -> Value {
    let mut name = named(trade_name);
    name["investment"] = json!({ "credit_code": company, "paper": "投资协议 2025-7" });
    name
}

pub async fn a_company_that_is_invested_in_may_have_the_name_too(kit: Arc<Kit>) {
    let desk = NamesDesk::open(&kit).await;
    let lines =
        [line("云杉", FIRST, "registered", "2003-04-05"), line("云桐", FIRST, "deregistered", "2025-04-05")].concat();
    imported(&desk, &lines).await;
    let at_once = (0..20).map(|nth| {
        let desk = &desk;
        async move { desk.declare(&format!("a-{nth}"), "k-1", &invested("云松", FIRST)).await.0 }
    });
    imported(&desk, &line("云松", FIRST, "registered", "2003-04-05")).await;
    let answers = join_all(at_once).await;
    assert_eq!(answers.iter().filter(|status| **status == 201).count(), 1, "{answers:?}");
    for (key, trade_name) in [("k-1", "云杉"), ("k-2", "云桐")] {
        let (status, checked) = desk.post("jia", "/v1/names/check", &invested(trade_name, FIRST)).await;
        assert_eq!((status, &checked["warnings"][0]["code"]), (200, &json!("investment_relation")), "{checked}");
        let (status, reserved) = desk.declare("jia", key, &invested(trade_name, FIRST)).await;
        assert_eq!((status, &reserved["on_investment"]), (201, &json!(true)), "{reserved}");
        assert_eq!(reserved["warnings"][0]["pointer"], "/investment");
        // The next one has the company and this reservation in the way.
        assert_eq!(desk.declare("yi", key, &invested(trade_name, FIRST)).await.0, 409);
        assert_eq!(desk.declare("yi", key, &named(trade_name)).await.0, 409);
    }
    let stated = "select count(*) from names where stated->1->'investment' = '{\"company\": \"91370683MAYY00018Y\", \"paper\": \"投资协议 2025-7\"}'";
    assert_eq!(desk.database.count(stated).await, 3);
    let told = "select count(*) from ledger where convert_from(body, 'UTF8') ~ 'investment_with'";
    let papers = "select count(*) from ledger where convert_from(body, 'UTF8') ~ '投资协议'";
    assert_eq!((desk.database.count(told).await, desk.database.count(papers).await), (3, 0));

    // The company goes, its year passes: the one that was invested in still has the name, until its own time is up.
    imported(&desk, &line("云杉", FIRST, "deregistered", "2025-09-28")).await;
    assert_eq!(desk.post("yi", "/v1/names/check", &named("云杉")).await.0, 409);
    desk.it_is(datetime!(2025-11-29 00:00 +8));
    let (_, refused) = desk.post("yi", "/v1/names/check", &named("云杉")).await;
    assert_eq!(refused["faults"].as_array().unwrap().len(), 1, "deregistered only: {refused}");
    desk.it_is(datetime!(2026-09-29 00:00 +8));
    assert_eq!(desk.declare("yi", "k-9", &named("云杉")).await.0, 201);
    assert!(mailbox::ledger::verify(desk.mailbox.db()).await.unwrap().findings.is_empty());
}

pub async fn a_statement_about_the_wrong_company_changes_nothing(kit: Arc<Kit>) {
    let desk = NamesDesk::open(&kit).await;
    let lines = [
        line("云杉", FIRST, "registered", "2003-04-05"),
        line("云桐", FIRST, "renamed", "2025-04-05"),
        line("云槐", FIRST, "revoked", "2005-04-05"),
    ];
    imported(&desk, &lines.concat()).await;
    // Word for word what whoever states nothing is told: the answer tells nobody whose name it is.
    let (status, plain) = desk.post("jia", "/v1/names/check", &named("云杉")).await;
    let (wrong, stated) = desk.post("jia", "/v1/names/check", &invested("云杉", SECOND)).await;
    assert_eq!((status, wrong), (409, 409));
    assert_eq!(stated["faults"], plain["faults"]);
    for trade_name in ["云桐", "云槐"] {
        let (status, refused) = desk.declare("jia", "k-1", &invested(trade_name, FIRST)).await;
        assert_eq!(status, 409, "no exception for what was renamed or revoked: {refused}");
    }
    // A reservation is no company's yet.
    desk.declare("jia", "k-2", &named("云松")).await;
    assert_eq!(desk.declare("yi", "k-2", &invested("云松", FIRST)).await.0, 409);
    // Where nothing is in the way, nothing rests on the statement.
    let (status, free) = desk.declare("yi", "k-3", &invested("云榆", FIRST)).await;
    assert_eq!((status, &free["on_investment"], &free["warnings"]), (201, &json!(false), &json!([])), "{free}");
    let mut bad = invested("云榆", "91370683MAYY000180");
    bad["investment"]["paper"] = json!(" ");
    let (status, refused) = desk.post("jia", "/v1/names/check", &bad).await;
    let pointers: Vec<_> =
        refused["faults"].as_array().unwrap().iter().map(|f| f["pointer"].as_str().unwrap()).collect();
    assert_eq!((status, pointers), (422, vec!["/investment/credit_code", "/investment/paper"]));
}
