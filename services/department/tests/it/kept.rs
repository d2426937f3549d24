//! How states are kept: those of earlier versions are read, and those of this one have the shape that its version says.

use std::path::Path;

use casework::{OwnerSays, SuspensionKind};
use chassis::testing::golden;
use department::store::kept::{ClockShape, DeskShape};
use serde_json::json;

use crate::{
    desk::{Desk, NOW, ask, clerk, head},
    server::Server,
};

pub async fn what_is_kept_keeps_its_shape(server: &Server) {
    let desk = Desk::open(server, "BNK", "manual").await;
    let (suspended, decided, refused) = (ask(1), ask(2), ask(3));
    for asked in [suspended, decided, refused] {
        desk.deliver(&[desk.assigned(asked, "bank", &["account_number"])]).await;
    }
    let notice = json!({ "round": 1, "items": [{ "code": "M03", "note": "身份证不清晰" }], "reason": "无法核验" });
    assert_eq!(desk.post(&clerk("BNK"), suspended, "supplement", notice).await.0, 202);
    let suspends = OwnerSays::Suspended { suspended_at: NOW, kind: SuspensionKind::Supplement, reason: String::new() };
    desk.deliver(&[desk.told(suspended, 1, suspends)]).await;
    let start = json!({ "round": 1, "procedure": "expert_review", "basis": "行政许可法 45", "limit_working_days": 3 });
    assert_eq!(desk.post(&clerk("BNK"), decided, "procedure/start", start).await.0, 202);
    let end = json!({ "round": 1, "procedure": "expert_review" });
    assert_eq!(desk.post(&clerk("BNK"), decided, "procedure/end", end).await.0, 202);
    let granted = json!({ "round": 1, "outputs": [{ "kind": "account_number", "value": "6228000000000000001" }] });
    assert_eq!(desk.post(&clerk("BNK"), decided, "decision", granted).await.0, 202);
    let refusal = json!({
        "round": 1, "basis": "人民币银行结算账户管理办法", "reasons": ["身份核验未通过"], "remedies": ["60日内申请行政复议"],
    });
    assert_eq!(desk.post(&head("BNK"), refused, "refusal", refusal).await.0, 202);

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests-data/states");
    golden::hold::<DeskShape>(&desk.db, "select desk::text from tasks where desk is not null order by id", &folder)
        .await;
    golden::hold::<ClockShape>(&desk.db, "select clock::text from tasks where clock is not null order by id", &folder)
        .await;
}
