//! How states are kept: those of earlier versions are read, and those of this one have the shape that its version says.

use std::{path::Path, sync::Arc};

use casework::{CaseId, DepartmentSays, Extension, SupplementItem, TaskId};
use chassis::{
    owner::kept::{HeadShape, TaskShape},
    testing::golden,
};
use contracts::{intake::v1::WithdrawalAsked, time::timestamp};
use market_registration::store::kept::{NameShape, StatedShape};
use testkit::Kit;
use time::Duration;
use uuid::Uuid;

use crate::{
    gaps::decide,
    names_desk::{MORNING, NamesDesk, named},
};

const CASE: Uuid = Uuid::from_u128(1);
const WITHDRAWN: Uuid = Uuid::from_u128(2);

pub async fn what_is_kept_keeps_its_shape(kit: Arc<Kit>) {
    let desk = NamesDesk::open(&kit).await;
    for case in [CASE, WITHDRAWN] {
        desk.deliver(&[desk.accepted(case, &format!("莱州市云杉{}测试电子有限公司", case.as_u128()), "", MORNING)])
            .await;
    }
    let licence = TaskId::derived(CaseId::new(CASE), "licence");
    let asked = DepartmentSays::SupplementAsked {
        asked_at: MORNING,
        items: vec![SupplementItem { code: "M03".to_owned(), note: "请补充".to_owned() }],
        reason: "材料不全".to_owned(),
    };
    let extension = Extension { working_days: 0, reason: String::new(), signed_by: "测试负责人".to_owned() };
    let said = [
        DepartmentSays::Acknowledged { acknowledged_at: MORNING },
        // Does not hold: kept with its round.
        DepartmentSays::Extended { extended_at: MORNING, extension },
        asked,
    ];
    for says in said {
        desk.deliver(&[desk.replied(CASE, "MSA", licence, says)]).await;
    }
    let asked =
        WithdrawalAsked {
            case_id: WITHDRAWN.to_string(), asked_at: timestamp(MORNING), reason: "不办了".to_owned()
        };
    desk.deliver(&[desk.passed_on(WITHDRAWN, &asked)]).await;
    desk.it_is(MORNING + Duration::minutes(5));
    decide(&desk, 0..3).await;
    assert_eq!(desk.declare("applicant-jia", "kept", &named("云桐")).await.0, 201);

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests-data/states");
    let db = desk.mailbox.db();
    golden::hold::<HeadShape>(db, "select head::text from openings where head is not null order by id", &folder).await;
    golden::hold::<TaskShape>(db, "select state::text from tasks order by case_id, place", &folder).await;
    golden::hold::<NameShape>(db, "select state::text from names order by id", &folder).await;
    golden::hold::<StatedShape>(db, "select stated::text from names order by id", &folder).await;
}
