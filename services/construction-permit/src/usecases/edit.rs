//! A list is edited, with a reason for each item (R47): a new version; what a department has is never touched.

use chassis::http::{Asker, Fault, Problem};
use contracts::{account::argument, process::v1::Kind};
use ids::TextFault;
use serde_json::json;
use uuid::Uuid;

use super::change::{Right, change};
use crate::{
    codes,
    domain::{
        project::Project,
        tailored::{Edit, EditFault},
    },
    service::ConstructionPermit,
    store::{self, ListRow, MadeFrom},
};

/// Makes the next version with these edits.
///
/// # Errors
/// Everything that is wrong with any of them, at once.
pub async fn edit(desk: &ConstructionPermit, asker: &Asker, id: Uuid, edits: &[Edit]) -> Result<Project, Problem> {
    let (project, ()) = change(desk, (asker, Right::Office), id, async |turn| {
        let before = store::list(desk.mailbox.db(), id, None).await?.ok_or_else(Problem::not_found)?.list;
        let accepted = turn.project.accepted(turn.catalogue);
        let list = before.edited(edits, &accepted).map_err(|faults| refused(edits, &faults))?;
        turn.project.entry.list = list.version;
        turn.touch_head();
        let items: Vec<_> = edits.iter().map(|edit| json!({"item": edit.item, "kind": edit.kind})).collect();
        let body = json!({"version": list.version, "edits": items});
        turn.note(Kind::ListEdited, None, vec![argument("version", [list.version])], body, vec![]);
        turn.changes.put(ListRow {
            project_id: id,
            list,
            made_at: turn.now,
            made_by: turn.by.actor().to_owned(),
            made_from: MadeFrom::Edit,
        });
        Ok(())
    })
    .await?;
    Ok(project)
}

fn refused(edits: &[Edit], faults: &[EditFault]) -> Problem {
    let fault = |fault: &EditFault| {
        let (item, code, zh) = match fault {
            EditFault::Unknown(item) => (item, "unknown", format!("目录没有事项{item}")),
            EditFault::Reason(item, TextFault::Missing) => (item, "no_reason", format!("请写明调整{item}的理由")),
            EditFault::Reason(item, fault) => (item, fault.slug(), format!("调整{item}的理由:{}", fault.zh())),
            EditFault::Twice(item) => (item, "twice", format!("{item}被调整两次")),
            EditFault::Accepted(item) => (item, "accepted", format!("{item}已受理,由承办部门决定")),
            EditFault::InTheList(item) => (item, "in_the_list", format!("{item}已在清单中")),
            EditFault::NotInTheList(item) => (item, "not_in_the_list", format!("{item}不在清单中")),
            EditFault::Replaced(item, other) => (item, "replaced", format!("{item}由{other}替代")),
        };
        let place = edits.iter().position(|edit| edit.item == *item).unwrap_or_default();
        Fault::new(format!("/edits/{place}"), code, zh, fault.to_string())
    };
    Problem::new(&codes::EDIT_REFUSED).with_faults(faults.iter().map(fault).collect())
}
