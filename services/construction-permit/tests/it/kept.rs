//! How states are kept: those of earlier versions are read, and those of this one have the shape that its version says.

use std::{path::Path, sync::Arc};

use casework::{DepartmentSays, SupplementItem};
use chassis::{
    owner::kept::{HeadShape, TaskShape},
    testing::golden,
};
use construction_permit::store::kept::{EntryShape, ListShape, RecordShape};
use testkit::Kit;

use crate::faults::began;

pub async fn what_is_kept_keeps_its_shape(kit: Arc<Kit>) {
    let (desk, project) = began(&kit).await;
    let now = desk.mailbox.clocks().business.now();
    desk.says(project, "A12", DepartmentSays::Acknowledged { acknowledged_at: now }).await;
    desk.says(project, "A12", desk.extension(3)).await;
    let asked = DepartmentSays::SupplementAsked {
        asked_at: now,
        items: vec![SupplementItem { code: "M13".to_owned(), note: "请补充".to_owned() }],
        reason: "材料不全".to_owned(),
    };
    desk.says(project, "A12", asked).await;
    desk.refuse(project, "A01").await;
    desk.decide_now(project, "A09").await;

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests-data/states");
    let db = desk.mailbox.db();
    golden::hold::<EntryShape>(db, "select entry::text from projects", &folder).await;
    golden::hold::<RecordShape>(db, "select record::text from records", &folder).await;
    golden::hold::<ListShape>(db, "select list::text from lists order by version", &folder).await;
    golden::hold::<HeadShape>(db, "select head::text from projects where head is not null", &folder).await;
    golden::hold::<TaskShape>(db, "select state::text from tasks order by place", &folder).await;
}
