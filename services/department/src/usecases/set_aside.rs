//! An owner did not act upon something that this department said. It is kept with what was said, for people; where anything may
//! come of saying it again, the task is open again. Nothing is ever said again by itself.

use casework::{DeskVerdict, Fault as AnswerFault};
use mailbox::Changes;
use serde_json::{Map, json};
use uuid::Uuid;

use super::Doer;
use crate::{
    domain::task::Held,
    events::SetAside,
    service::Department,
    store::{SetAsideRow, Standing},
};

/// Takes it in. `held` is the task that it is about, where it lies here.
pub fn set_aside(desk: &Department, changes: &mut Changes, held: Option<&mut Held>, set_aside: &SetAside) {
    changes.put(row(set_aside));
    let Some(held) = held else { return };
    let (owner, at) = (Doer { actor: set_aside.owner.clone(), role: "owner" }, set_aside.received_at);
    let before = held.task.clone();
    let given_up = matches!(set_aside.standing, Standing::SetAside | Standing::Discarded);
    let received = held.task.as_mut().zip(set_aside.said()).filter(|_| given_up).map(|(task, (round, said))| {
        let fault = AnswerFault::new("reply", &set_aside.told.code, &set_aside.told.zh, &set_aside.told.en);
        let id = Uuid::try_parse(&set_aside.told.reply_id).unwrap_or_default();
        task.desk.set_aside(id, (round, &said), set_aside.told.may_be_said_again, &fault, at)
    });
    match received {
        Some(received) if received.verdict == DeskVerdict::Applied => {
            desk.record(changes, held, received.effects, &owner, at, Map::new());
        }
        _ => desk.note(changes, held, "reply_parked", &owner, at),
    }
    if let Some(task) = held.task.as_mut() {
        task.follow(before.as_ref(), at);
    }
    if held.task != before {
        desk.keep(changes, held);
    }
}

fn row(set_aside: &SetAside) -> SetAsideRow {
    let told = &set_aside.told;
    SetAsideRow {
        topic: told.topic.clone(),
        partition: told.partition,
        offset: told.offset,
        told_by: set_aside.told_by,
        told_at: set_aside.received_at,
        owner: set_aside.owner.clone(),
        reply_id: Uuid::try_parse(&told.reply_id).ok(),
        case_id: Uuid::try_parse(&told.case_id).ok(),
        task_id: set_aside.task().map(casework::TaskId::uuid),
        round: (told.round > 0).then(|| super::stored(told.round)),
        reply_kind: told.reply_kind.clone(),
        code: told.code.clone(),
        zh: told.zh.clone(),
        en: told.en.clone(),
        may_be_said_again: told.may_be_said_again,
        standing: set_aside.standing,
        last_offset: told.last_offset.max(told.offset),
        count: i64::from(told.count.max(1)),
        remark: told.remark.clone(),
        said: set_aside.reply.as_ref().map(|reply| json!(reply.says)),
    }
}
