//! Papers that are brought: what is taken, and how long it is kept.

use std::{io::Write as _, sync::Arc};

use chassis::{Service as _, http::Document};
use contracts::{event::Attributes, intake::v1::PapersTaken, schema::Event as _, topics};
use intake::{Archivist, Intake};
use mailbox::{Digest, Incoming};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::Kit;
use time::Duration;
use uuid::Uuid;

use crate::hall::{Hall, MONDAY, applicant, pointers, stall};

fn zipped(parts: &[&str]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for part in parts {
        writer.start_file(*part, stored).unwrap();
        writer.write_all(b"<x/>").unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub async fn a_paper_is_known_by_its_bytes_and_its_code(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let xin = applicant("xin");
    let (status, told) = hall.uploads(&xin, "M03", "application/pdf", b"MZ\x90\0\x03\0%PDF-1.7").await;
    assert_eq!((status, told["code"].as_str()), (415, Some("material-type-unsupported")), "{told}");
    assert!(told["detail"].as_str().unwrap().contains("executable"), "{told}");
    let docx = zipped(&["[Content_Types].xml", "word/document.xml"]);
    assert_eq!(hall.uploads(&xin, "M03", "application/ofd", &docx).await.0, 415, "a zip is no OFD by its label");
    for (code, expected) in [("", 422), ("M99", 422), ("m03", 422), ("M03%00", 400)] {
        let (status, told) = hall.uploads(&xin, code, "application/pdf", b"%PDF-1.7").await;
        assert_eq!((status, pointers(&told)), (expected, vec!["code"]), "{code}: {told}");
    }
    let (status, told) = hall.uploads(&xin, "M99", "application/pdf", b"hello").await;
    assert_eq!((status, pointers(&told)), (415, vec!["code"]), "both at once: {told}");
    assert_eq!(hall.uploads(&xin, "M03", "application/pdf", b"").await.1["code"], "material-empty");
    assert_eq!(hall.db.count("select count(*) from materials").await, 0, "nothing was stored");

    let ofd = zipped(&["Doc_0/Document.xml", "OFD.xml"]);
    for label in ["application/ofd", "application/zip", "application/octet-stream", "nonsense"] {
        let (status, told) = hall.uploads(&xin, "M47", label, &ofd).await;
        assert_eq!((status, told["media_type"].as_str()), (201, Some("application/ofd")), "{label}: {told}");
    }
    let described: Value = serde_json::from_slice(Document::of(Intake::NAME, Intake::routes).json()).unwrap();
    let content = &described["paths"]["/v1/materials"]["post"]["requestBody"]["content"];
    for (label, said) in content.as_object().unwrap() {
        assert_eq!(hall.uploads(&xin, "M47", label, &ofd).await.0, 201, "{label} is described");
        assert_eq!(said["schema"]["maxLength"], 10_485_760, "{label}");
    }
    let (status, told) = hall.uploads(&xin, "M03", "application/pdf", &vec![b'%'; 10_485_761]).await;
    assert_eq!((status, told["code"].as_str()), (413, Some("body-too-large")), "{told}");
    let (_, told) = hall.uploads(&xin, "CONSENT", "image/png", b"\xff\xd8\xff\xe0\0\x10JFIF").await;
    assert_eq!(told["media_type"], "image/jpeg", "what was found is recorded");
}

pub async fn what_nobody_uses_goes_and_what_is_used_stays(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let (xin, yi) = (applicant("xin"), applicant("yi"));
    let used = hall.bring_all(&xin, &["M01", "HEALTH", "LAYOUT", "WASTE"]).await;
    hall.file(&xin, &stall("online", &used)).await;
    let same = hall.brings(&yi, "M01").await;
    let drafted = hall.brings(&yi, "GASPLAN").await;
    let unused = hall.brings(&yi, "MORTGAGE").await;
    let elsewhere = hall.brings(&yi, "M47").await;
    hall.hears(&[taken(&hall, &elsewhere)]).await;
    let draft = json!({"theme": "gas-facility-alteration", "channel": "online", "materials": [drafted]});
    let (_, begun) = hall.post(&yi, "/v1/drafts", &draft).await;
    let path = format!("/v1/drafts/{}", begun["draft_id"].as_str().unwrap());

    hall.time_is(MONDAY + Duration::days(20)).await;
    assert_eq!(hall.ask(Some(&yi), Method::PUT, &format!("{path}?sequence=1"), Some(&draft)).await.0, 200);
    hall.time_is(MONDAY + Duration::days(32)).await;
    let there = async |paper: &Value| {
        let id = Uuid::parse_str(paper["material_id"].as_str().unwrap()).unwrap();
        let count = sqlx::query_scalar::<_, i64>("select count(*) from materials where id = $1").bind(id);
        count.fetch_one(hall.mailbox.db()).await.unwrap() == 1
    };
    let digest = |paper: &Value| Digest::of(format!("%PDF {}", paper["code"].as_str().unwrap()).as_bytes()).to_string();
    let archivist = Archivist(Arc::clone(&hall.state));
    let passes = async || while archivist.pass().await.unwrap() > 0 {};
    assert!(there(&same).await && there(&unused).await, "the archivist was not here yet");
    passes().await;
    assert!(there(&used[0]).await && there(&used[3]).await && there(&drafted).await && there(&elsewhere).await);
    assert!(!there(&same).await && !there(&unused).await);
    assert!(hall.has_bytes(&digest(&unused)), "bytes are left alone for a minute");
    let later = "update papers_gone set noted_at = noted_at - interval '1 minute'";
    sqlx::query(later).execute(&hall.db.superuser()).await.unwrap();
    passes().await;
    assert!(!hall.has_bytes(&digest(&unused)));
    assert!(hall.has_bytes(&digest(&same)), "another paper has the same bytes");
    assert_eq!(hall.db.count("select count(*) from papers_gone").await, 0);

    hall.time_is(MONDAY + Duration::days(63)).await;
    passes().await;
    assert!(!there(&drafted).await, "its draft was left alone, and both are gone");
    assert!(there(&used[0]).await && there(&elsewhere).await);
}

fn taken(hall: &Hall, paper: &Value) -> Incoming {
    let project = Uuid::from_u128(9).to_string();
    let ids = vec![paper["material_id"].as_str().unwrap().to_owned()];
    let told = PapersTaken { case_id: project.clone(), material_ids: ids, taken_at: None };
    let now = hall.mailbox.clocks().business.now();
    let attributes = Attributes {
        id: hall.mailbox.new_id(),
        kind: PapersTaken::kind(),
        source: "construction-permit".to_owned(),
        time: now,
        subject: project.clone(),
        sequence: 1,
        trace_parent: None,
    };
    let (topic, body) = (topics::INTAKE_PAPERS.to_owned(), prost::Message::encode_to_vec(&told));
    Incoming { topic, key: project, attributes, body, received_at: now, span: tracing::Span::none() }
}

/// Whoever brings the same bytes while they are being forgotten has them stored, whichever of the two is first.
pub async fn bytes_that_are_brought_again_are_not_forgotten(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let xin = applicant("xin");
    let archivist = Archivist(Arc::clone(&hall.state));
    for round in 0..8 {
        let bytes = format!("%PDF {round}");
        let sm3 = Digest::of(bytes.as_bytes()).to_string();
        sqlx::query("insert into papers_gone (sm3, claimed, noted_at) values ($1, $2, now() - interval '1 hour')")
            .bind(&sm3)
            .bind(round % 2 == 0)
            .execute(&hall.db.superuser())
            .await
            .unwrap();
        let forgets = async { while archivist.pass().await.unwrap() > 0 {} };
        let ((status, told), ()) =
            tokio::join!(hall.uploads(&xin, "M47", "application/pdf", bytes.as_bytes()), forgets);
        assert_eq!(status, 201, "{told}");
        while archivist.pass().await.unwrap() > 0 {}
        assert!(hall.has_bytes(&sm3), "round {round}");
    }
    assert_eq!(hall.db.count("select count(*) from papers_gone").await, 0);
}

pub async fn one_applicant_has_only_so_much_lying_here(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let (xin, yi) = (applicant("xin"), applicant("yi"));
    sqlx::query(
        "insert into materials (id, applicant, code, media_type, size, sm3, received_at)
         select gen_random_uuid(), 'applicant-xin', 'M47', 'application/pdf', 3, repeat('0', 64), now()
         from generate_series(1, 1000)",
    )
    .execute(hall.mailbox.db())
    .await
    .unwrap();
    let (status, told) = hall.uploads(&xin, "M47", "application/pdf", b"%PDF").await;
    assert_eq!((status, told["code"].as_str()), (422, Some("papers-unused")), "{told}");
    assert_eq!(hall.uploads(&yi, "M47", "application/pdf", b"%PDF").await.0, 201, "nobody else is held up");
    let used = "update materials set used = true where id in (select id from materials where applicant = 'applicant-xin' limit 1)";
    sqlx::query(used).execute(hall.mailbox.db()).await.unwrap();
    assert_eq!(hall.uploads(&xin, "M47", "application/pdf", b"%PDF").await.0, 201);
}
