//! Every operation of a department, as every role.

use std::sync::atomic::{AtomicU32, Ordering};

use casework::Wait;
use chassis::{
    Service as _,
    testing::{
        TestServer,
        walk::{self, Subject, Town},
    },
};
use contracts::{
    task::v1::{ParkedStanding, ReplyParked},
    topics,
};
use department::Department;
use mailbox::Mailbox;
use serde_json::{Value, json};

use crate::{
    desk::{Asked, Desk, OWNER, ask, clerk},
    server::Server,
    set_aside::{self, said_last},
};

struct Walked {
    desk: Desk,
    /// How many things there are: no two are called alike.
    things: AtomicU32,
}

pub async fn every_operation_is_answered_as_permissions_toml_says(server: &Server) {
    let desk = Desk::open(server, "TAX", "manual").await;
    walk::walk(&Walked { desk, things: AtomicU32::new(0) }).await;
}

impl Walked {
    fn next(&self) -> u32 {
        self.things.fetch_add(1, Ordering::Relaxed)
    }

    /// A task that the department has, promised in this time.
    async fn task(&self, promised: Wait) -> Asked {
        let asked = ask(u128::from(self.next()));
        assert_eq!(self.desk.deliver(&[self.desk.promised(asked, "tax", promised)]).await, [""]);
        asked
    }

    async fn about(&self, body: Value) -> Subject {
        of(self.task(Wait::WorkingDays(10)).await, body)
    }
}

fn of(asked: Asked, body: Value) -> Subject {
    let id = asked.task.to_string();
    Subject { path: vec![id.clone()], body, shown_as: id, ..Subject::default() }
}

impl Town for Walked {
    const SERVICE: &'static str = Department::NAME;

    fn api(&self) -> &TestServer {
        &self.desk.api
    }

    fn mailbox(&self) -> &Mailbox {
        &self.desk.mailbox
    }

    fn department(&self) -> &'static str {
        "TAX"
    }

    async fn subject(&self, operation: &str, _: &Value) -> Subject {
        match operation {
            // What is due next stands first.
            "GET /v1/tasks" => {
                let asked = self.task(Wait::WindowMinutes(1)).await;
                Subject { query: "limit=100".to_owned(), ..of(asked, Value::Null) }
            }
            "GET /v1/said/parked" => {
                let asked = self.task(Wait::WorkingDays(10)).await;
                let reply = said_last(&self.desk).await;
                let offset = i64::from(self.next());
                let parked = ReplyParked {
                    topic: topics::replies("TAX", OWNER),
                    ..set_aside::parked(reply, offset, ParkedStanding::SetAside)
                };
                assert_eq!(self.desk.deliver(&[set_aside::told(&self.desk, Some(asked), &parked)]).await, [""]);
                let query = "limit=100".to_owned();
                Subject { path: vec![], query, shown_as: reply.to_string(), ..Subject::default() }
            }
            "GET /v1/tasks/{id}" => self.about(Value::Null).await,
            "POST /v1/tasks/{id}/decision" => {
                let outputs = json!([{ "kind": "result", "value": format!("莱税-{:06}", self.next()) }]);
                self.about(json!({ "round": 1, "outputs": outputs, "fees": [{"name": "工本费", "fen": 0}] })).await
            }
            "POST /v1/tasks/{id}/extension" => {
                self.about(json!({ "round": 1, "working_days": 3, "reason": "情况复杂" })).await
            }
            "POST /v1/tasks/{id}/procedure/start" => {
                let body = json!({
                    "round": 1, "procedure": "expert_review", "basis": "行政许可法 45", "limit_working_days": 3,
                });
                self.about(body).await
            }
            "POST /v1/tasks/{id}/procedure/end" => {
                let asked = self.task(Wait::WorkingDays(10)).await;
                let start = json!({
                    "round": 1, "procedure": "expert_review", "basis": "行政许可法 45", "limit_working_days": 3,
                });
                assert_eq!(self.desk.post(&clerk("TAX"), asked, "procedure/start", start).await.0, 202);
                of(asked, json!({ "round": 1, "procedure": "expert_review" }))
            }
            "POST /v1/tasks/{id}/refusal" => {
                let body = json!({
                    "round": 1, "basis": "税收征收管理法", "reasons": ["身份核验未通过"], "remedies": ["60日内申请行政复议"],
                });
                self.about(body).await
            }
            "POST /v1/tasks/{id}/site-check" => {
                self.about(json!({ "round": 1, "staff": ["测试甲", "测试乙"], "findings": [] })).await
            }
            "POST /v1/tasks/{id}/supplement" => {
                let items = json!([{ "code": "M03", "note": "身份证不清晰" }]);
                self.about(json!({ "round": 1, "items": items, "reason": "无法核验" })).await
            }
            _ => panic!("nobody knows how {operation} is asked"),
        }
    }
}
