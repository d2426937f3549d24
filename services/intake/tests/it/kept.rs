//! How states are kept: those of earlier versions are read, and those of this one have the shape that its version says.

use std::{path::Path, sync::Arc};

use chassis::testing::golden;
use intake::store::kept::DeskShape;
use serde_json::json;
use testkit::Kit;

use crate::hall::{Hall, applicant, stall};

pub async fn what_is_kept_keeps_its_shape(kit: Arc<Kit>) {
    let hall = Hall::open(&kit).await;
    let xin = applicant("xin");
    // Accepted with gaps, and told once what is missing.
    let mut tolerated = stall("online", &hall.bring_all(&xin, &["M01", "HEALTH"]).await);
    tolerated["undertaking_sm3"] = hall.undertaking("LAYOUT,WASTE").await;
    hall.file(&xin, &tolerated).await;
    let mut noticed = stall("online", &hall.bring_all(&xin, &["M01"]).await);
    noticed["as_it_stands"] = json!(true);
    hall.file(&xin, &noticed).await;

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests-data/states");
    let states = "select desk::text from cases where desk is not null order by id";
    golden::hold::<DeskShape>(hall.mailbox.db(), states, &folder).await;
}
