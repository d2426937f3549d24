//! Items and themes: published once, read by everybody.

use std::sync::Arc;

use chassis::Service as _;
use contracts::{catalogue::v1::VersionPublished, topics};
use intake::Intake;
use mailbox::clock::Clocks;
use prost::Message as _;
use reqwest::Method;
use sqlx::Row as _;
use testkit::Kit;

use crate::hall::{Hall, MONDAY, build};

/// A catalogue file of the city's own, with its promise in working days.
fn file(promised: u32) -> String {
    format!(
        r#"
        [[item]]
        code = "kite-permit"
        version = 1
        valid_from = "2024-01-01"
        implementation_code = "113706830000YY156H4000131777000"
        name = {{ zh = "风筝节摊位许可", en = "Stall at the kite festival" }}
        department = "MSA"
        kind = "licence"
        zone = "market"
        owner = "intake"
        promised_days = {promised}
        statutory_days = 20
        fee_fen = 0
        channels = {{ online = 1 }}
        basis = [{{ zh = "测试", en = "test" }}]
        [[item.guide]]
        title = {{ zh = "怎么办", en = "How" }}
        text = {{ zh = "网上办", en = "Online" }}
        [[item.field]]
        name = "place"
        kind = "text"
        zh = "地点"
        en = "place"
        [[item.material]]
        code = "M01"
        need = "core"
        source = "apply"
        "#
    )
}

pub async fn every_version_is_said_once(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let rows = sqlx::query("select key, body from outbox where topic = $1 order by seq")
        .bind(topics::CATALOGUE_ITEMS)
        .fetch_all(hall.mailbox.db())
        .await
        .unwrap();
    let said: Vec<VersionPublished> =
        rows.iter().map(|row| VersionPublished::decode(row.get::<&[u8], _>("body")).unwrap()).collect();
    assert!(said.len() >= 9);
    assert!(rows.iter().zip(&said).all(|(row, said)| row.get::<&str, _>("key") == said.reference));
    let stall = said.iter().find(|said| said.reference == "food-stall-filing@1").unwrap();
    assert_eq!((stall.promised_days, stall.materials.len(), stall.zone.as_str()), (3, 4, "market"));
    assert_eq!(stall.materials.iter().filter(|material| material.tolerable).count(), 2);

    let folder = tempfile::tempdir().unwrap();
    let (one, two) = tokio::join!(build(&hall.mailbox, folder.path(), None), build(&hall.mailbox, folder.path(), None));
    assert!(one.is_ok() && two.is_ok(), "other instances start");
    assert_eq!(hall.said(topics::CATALOGUE_ITEMS).await.len(), said.len(), "and say nothing again");
}

pub async fn a_changed_text_under_a_published_version_does_not_start(kit: Arc<Kit>) {
    let db = kit.ground().await.database(Intake::migrator()).await;
    let mailbox = db.mailbox("intake", Clocks::manual(MONDAY), 7);
    let (papers, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = folder.path().join("kites.toml");
    std::fs::write(&path, file(5)).unwrap();
    let (one, two) = tokio::join!(
        build(&mailbox, papers.path(), Some(folder.path())),
        build(&mailbox, papers.path(), Some(folder.path()))
    );
    assert!(one.is_ok() && two.is_ok(), "two instances start at once");
    std::fs::write(&path, file(4)).unwrap();
    let error = build(&mailbox, papers.path(), Some(folder.path())).await.err().unwrap().to_string();
    assert!(error.contains("kite-permit@1") && error.contains("next version"), "{error}");
    std::fs::write(&path, file(21)).unwrap();
    let error = format!("{:#}", build(&mailbox, papers.path(), Some(folder.path())).await.err().unwrap());
    assert!(error.contains("kites.toml: kite-permit@1.promised_days: 21 is more than the law's 20"), "{error}");
    assert_eq!(db.count("select count(*) from catalogue_versions where reference = 'kite-permit@1'").await, 1);
}

pub async fn everybody_reads_items_themes_and_their_papers(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let items = hall.get(None, "/v1/items").await;
    assert!(items["items"].as_array().unwrap().iter().any(|item| item["reference"] == "chattel-mortgage@2"));
    let themes = hall.get(None, "/v1/themes").await;
    assert_eq!(themes["themes"][0]["reference"], "company-opening@1");

    let item = hall.get(None, "/v1/items/chattel-mortgage").await;
    assert_eq!((item["version"].as_u64(), item["standing"].as_str()), (Some(2), Some("elsewhere")));
    assert_eq!(item["signpost"]["phone"], "400-810-8866");
    let before = hall.get(None, "/v1/items/chattel-mortgage?version=1").await;
    assert_eq!((before["current"].as_bool(), before["standing"].as_str()), (Some(false), Some("open")));

    for paper in ["guide", "materials", "notice", "sample"] {
        let shown = hall.get(None, &format!("/v1/items/food-stall-filing/{paper}")).await;
        assert_eq!((shown["paper"].as_str(), shown["reference"].as_str()), (Some(paper), Some("food-stall-filing@1")));
    }
    let notice = hall.get(None, "/v1/themes/company-opening/notice?version=1").await;
    assert_eq!(notice["title"]["zh"], "企业开办一次性告知单");
    for (path, expected) in [
        ("/v1/items/company-opening", 404),
        ("/v1/items/nothing", 404),
        ("/v1/items/food-stall-filing?version=9", 404),
        ("/v1/items/food-stall-filing?version=x", 400),
        ("/v1/items/food-stall-filing/poem", 400),
    ] {
        let (status, body) = hall.ask(None, Method::GET, path, None).await;
        assert_eq!(status, expected, "{path}: {body}");
        assert!(body["code"].is_string());
    }
}
