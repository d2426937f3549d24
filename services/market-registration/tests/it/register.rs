//! The register of companies is imported, and holds places.

use std::{fmt::Write as _, sync::Arc};

use chassis::Service as _;
use clap::Command;
use ids::{CreditCode, OrganisationCode, RegionCode};
use market_registration::{
    MarketRegistration,
    usecases::names::import::{Imported, Wanted, import},
};
use serde_json::json;
use testkit::Kit;
use time::macros::datetime;
use uuid::Uuid;

use crate::names_desk::{MORNING, NamesDesk, named};

const HEAD: &str = "region,trade_name,industry,form,credit_code,authority,industry_class,status,status_on\n";
pub const FIRST: &str = "91370683MAYY00018Y";
pub const SECOND: &str = "91370683MAYY00026R";

/// One line about 莱州市<trade name>电子有限公司.
pub fn line(trade_name: &str, company: &str, status: &str, on: &str) -> String {
    format!("莱州市,{trade_name},电子,有限公司,{company},370683,C39,{status},{on}\n")
}

/// What the operator reads, and whether it went well.
async fn told(desk: &NamesDesk, lines: &str, wanted: Wanted) -> (String, anyhow::Result<Imported>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("register.csv");
    std::fs::write(&file, format!("\u{feff}{HEAD}{lines}")).unwrap();
    let mut out = Vec::new();
    let done = import(&desk.state, &file, wanted, &mut out).await;
    (String::from_utf8(out).unwrap(), done)
}

pub async fn imported(desk: &NamesDesk, lines: &str) -> Imported {
    told(desk, lines, Wanted::default()).await.1.unwrap()
}

fn counted(news: usize, known: usize, older: usize) -> Imported {
    Imported { lines: news + known + older, faulty: 0, news, known, older }
}

pub async fn a_city_begins_with_the_names_that_its_companies_have(kit: Arc<Kit>) {
    let desk = NamesDesk::open(&kit).await;
    let lines = [
        line("云杉", FIRST, "registered", "2003-04-05"),
        line("云桐", SECOND, "revoked", "2010-01-01"),
        line("云槐", SECOND, "cancelled", "2010-01-01"),
        // Old names need not be as today's are, and may be each other's.
        line("３Ａ", FIRST, "registered", "1998-04-05"),
        line("云杉", SECOND, "registered", "2004-04-05"),
        format!("莱州,云松,,厂,{FIRST},370683,C39,registered,1998-04-05\n"),
    ]
    .concat();
    assert_eq!(imported(&desk, &lines).await, counted(6, 0, 0));
    assert_eq!(imported(&desk, &lines).await, counted(0, 6, 0), "the same file twice changes nothing");
    let facts = "select count(*) from ledger where kind = 'name_recorded' and actor = 'register'";
    assert_eq!(desk.database.count(facts).await, 6);

    for (trade_name, because, source) in [
        ("云杉", "已经登记", "《企业名称登记管理规定》第十七条第一项"),
        ("云桐", "被吊销或者撤销，尚未注销", "《企业名称禁限用规则》第四条第四项"),
        ("云槐", "被吊销或者撤销，尚未注销", "《企业名称禁限用规则》第四条第四项"),
        // A name that states no industry stands against all of them.
        ("云松", "已经登记", "《企业名称登记管理规定》第十七条"),
    ] {
        let (status, refused) = desk.declare("jia", "k-0", &named(trade_name)).await;
        assert_eq!((status, refused["code"].as_str()), (409, Some("name-taken")), "{trade_name}: {refused}");
        assert_eq!(refused["faults"].as_array().unwrap().len(), 1, "{refused}");
        let zh = refused["faults"][0]["zh"].as_str().unwrap();
        assert!(zh.contains(because) && zh.contains(source), "{zh}");
        assert!(!refused.to_string().contains("9137"), "not who holds it: {refused}");
        assert_eq!(desk.post("yi", "/v1/names/check", &named(trade_name)).await.0, 409);
    }
    let (_, alike) = desk.post("jia", "/v1/names/check", &named("云山")).await;
    assert_eq!(alike["warnings"][0]["code"], "sounds_alike", "{alike}");
    let mut elsewhere = named("云杉");
    elsewhere["region"] = json!("烟台市");
    assert_eq!(desk.declare("jia", "k-1", &elsewhere).await.0, 201, "another authority");
    elsewhere["region"] = json!("莱州市");
    elsewhere["industry"] = json!("餐饮");
    assert_eq!(desk.declare("jia", "k-2", &elsewhere).await.0, 201, "another industry");
    assert!(mailbox::ledger::verify(desk.mailbox.db()).await.unwrap().findings.is_empty());
}

pub async fn a_file_with_a_fault_changes_nothing(kit: Arc<Kit>) {
    let desk = NamesDesk::open(&kit).await;
    let lines = [
        line("云杉", FIRST, "registered", "2003-04-05"),
        line("", "91370683MAYY000180", "closed", "2025-09-29"),
        "莱州市,云桐\n".to_owned(),
        line("云槐", SECOND, "registered", "2003-04-05"),
    ]
    .concat();
    let (out, done) = told(&desk, &lines, Wanted::default()).await;
    assert!(done.unwrap_err().to_string().contains("2 of 4 lines"), "{out}");
    let [third, fourth] = out.lines().collect::<Vec<_>>()[..] else { panic!("{out}") };
    for part in ["register.csv:3: ", "trade_name: ", "credit_code: ", "status: ", "status_on: "] {
        assert!(third.contains(part), "{third}");
    }
    assert!(fourth.contains("register.csv:4: 2 values"), "{fourth}");
    let (_, done) = told(&desk, &lines, Wanted { check: true, skip_faulty: false }).await;
    assert!(done.is_err());
    let (_, done) = told(&desk, &lines, Wanted { check: true, skip_faulty: true }).await;
    assert_eq!(done.unwrap(), Imported { lines: 4, faulty: 2, ..Imported::default() });
    assert_eq!(desk.database.count("select count(*) from names").await, 0);
    let (_, done) = told(&desk, &lines, Wanted { check: false, skip_faulty: true }).await;
    assert_eq!(done.unwrap(), Imported { lines: 4, faulty: 2, news: 2, known: 0, older: 0 });

    // As the operator says it.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("register.csv");
    std::fs::write(&file, format!("{HEAD}{}", line("云松", FIRST, "registered", "2003-04-05"))).unwrap();
    let words = ["market-registration", "names", "import", file.to_str().unwrap()];
    let matches =
        Command::new("market-registration").subcommands(MarketRegistration::commands()).get_matches_from(words);
    let mut out = Vec::new();
    desk.state.command(&matches, &mut out).await.unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), "1 lines were read: 1 news, 0 known, 0 older, 0 faulty\n");
}

pub async fn a_name_is_free_a_year_after_the_company_went(kit: Arc<Kit>) {
    let desk = NamesDesk::open(&kit).await;
    let lines = [
        line("云杉", FIRST, "deregistered", "2024-09-30"),
        line("云桐", FIRST, "renamed", "2024-09-30"),
        // A year from then ended at 24:00 on the 27th: a Saturday, so the Sunday that is worked counts.
        line("云槐", SECOND, "deregistered", "2024-09-27"),
        line("云松", SECOND, "renamed", "2024-09-26"),
        line("云榆", SECOND, "revoked", "1999-09-26"),
    ]
    .concat();
    assert_eq!(imported(&desk, &lines).await, counted(5, 0, 0));
    let answers = async |trade_name: &str| desk.post("jia", "/v1/names/check", &named(trade_name)).await;
    assert_eq!(answers("云松").await.0, 200, "over a year");
    assert_eq!(answers("云槐").await.0, 409, "{MORNING}");
    for (trade_name, because) in [("云杉", "注销未满1年"), ("云桐", "变更未满1年")] {
        desk.it_is(datetime!(2025-09-28 08:55 +8));
        let (status, refused) = answers(trade_name).await;
        assert!(status == 409 && refused["faults"][0]["zh"].as_str().unwrap().contains(because), "{refused}");
    }
    desk.it_is(datetime!(2025-09-28 23:59:59 +8));
    assert_eq!(answers("云槐").await.0, 409);
    desk.it_is(datetime!(2025-09-29 00:00 +8));
    assert_eq!(answers("云槐").await.0, 200);
    desk.it_is(datetime!(2025-09-30 23:59:59 +8));
    assert_eq!((answers("云杉").await.0, answers("云桐").await.0), (409, 409));
    desk.it_is(datetime!(2025-10-01 00:00 +8));
    assert_eq!((answers("云杉").await.0, answers("云桐").await.0), (200, 200));
    assert_eq!(desk.declare("jia", "k-1", &named("云杉")).await.0, 201);
    assert_eq!(desk.declare("yi", "k-1", &named("云杉")).await.0, 409, "and one gets it");
    desk.it_is(datetime!(2035-10-01 00:00 +8));
    assert_eq!(answers("云榆").await.0, 409, "revoked, and never deregistered");
}

pub async fn what_became_of_a_company_is_told_by_a_later_file(kit: Arc<Kit>) {
    let desk = NamesDesk::open(&kit).await;
    let first =
        [line("云杉", FIRST, "registered", "2003-04-05"), line("云桐", SECOND, "registered", "2003-04-05")].concat();
    imported(&desk, &first).await;
    let later = [
        line("云杉", FIRST, "renamed", "2024-09-26"),
        line("云槐", FIRST, "registered", "2024-09-26"),
        line("云桐", SECOND, "revoked", "2020-01-02"),
        line("云桐", SECOND, "deregistered", "2025-09-01"),
    ]
    .concat();
    assert_eq!(imported(&desk, &later).await, counted(4, 0, 0));
    assert_eq!(imported(&desk, &later).await, counted(0, 3, 1), "what was in between is older");
    assert_eq!(imported(&desk, &first).await, counted(0, 0, 2), "an earlier file takes nothing back");
    assert_eq!(desk.post("jia", "/v1/names/check", &named("云杉")).await.0, 200, "given up over a year ago");
    assert_eq!(desk.post("jia", "/v1/names/check", &named("云槐")).await.0, 409);
    let (_, refused) = desk.post("jia", "/v1/names/check", &named("云桐")).await;
    assert!(refused["faults"][0]["zh"].as_str().unwrap().contains("注销未满1年"), "{refused}");
}

pub async fn a_company_that_was_opened_here_is_the_registers_too(kit: Arc<Kit>) {
    let desk = NamesDesk::open(&kit).await;
    let (_, reserved) = desk.declare("jia", "k-1", &named("云杉测试")).await;
    let reservation = reserved["id"].as_str().unwrap().to_owned();
    let (case, path) = (Uuid::from_u128(1), format!("/v1/names/{reservation}"));
    desk.deliver(&[desk.accepted(case, "莱州市云杉测试电子有限公司", &reservation, MORNING)]).await;
    desk.deliver(&[desk.licence(case)]).await;
    assert_eq!(imported(&desk, &line("云杉测试", FIRST, "registered", "2025-09-28")).await, counted(0, 1, 0));
    desk.it_is(datetime!(2026-03-04 09:00 +8));
    assert_eq!(imported(&desk, &line("云杉测试", FIRST, "deregistered", "2026-03-03")).await, counted(1, 0, 0));
    let (_, shown) = desk.get("jia", &path).await;
    assert_eq!((&shown["state"], &shown["case_id"]), (&json!("deregistered"), &json!(case)), "{shown}");
    assert_eq!(shown["until"], "2027-03-04T00:00:00+08:00");
    desk.it_is(datetime!(2027-03-04 00:00 +8));
    assert_eq!(desk.declare("yi", "k-2", &named("云杉测试")).await.0, 201);
    // The deregistration is taken back: both stand.
    assert_eq!(imported(&desk, &line("云杉测试", FIRST, "registered", "2027-03-04")).await, counted(1, 0, 0));
    assert_eq!(desk.get("jia", &path).await.1["state"], "registered");
    assert_eq!(desk.post("bing", "/v1/names/check", &named("云杉测试")).await.0, 409);
}

pub async fn many_lines_are_read_in_batches(kit: Arc<Kit>) {
    let desk = NamesDesk::open(&kit).await;
    let region = RegionCode::parse("370683").unwrap();
    let mut lines = String::new();
    for nth in 0..1_203 {
        let organisation = OrganisationCode::issue(&format!("MAYX{nth:04}")).unwrap();
        let company = CreditCode::issue("91", region, &organisation).unwrap();
        lines.push_str(&line(&format!("云杉{nth}"), company.as_str(), "registered", "2003-04-05"));
    }
    assert_eq!(imported(&desk, &lines).await, counted(1_203, 0, 0));
    // One more name among those that are known, twice.
    write!(lines, "{0}{0}", line("云桐", FIRST, "registered", "2003-04-05")).unwrap();
    assert_eq!(imported(&desk, &lines).await, counted(1, 1_204, 0));
    assert_eq!(desk.database.count("select count(*) from names").await, 1_204);
    assert_eq!(desk.database.count("select count(*) from name_slots").await, 1_204);
}
