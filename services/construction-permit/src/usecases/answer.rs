//! Attributes are answered, or answered otherwise: a new version of the list, which is in force once it is acknowledged.

use std::collections::BTreeMap;

use chassis::http::{Asker, Fault, Problem};
use contracts::{account::argument, process::v1::Kind};
use serde_json::json;
use uuid::Uuid;

use super::change::{Right, change};
use crate::{
    codes,
    domain::project::Project,
    domain::tailored::{AnswerFault, Answers, FaultKind, tailor},
    service::ConstructionPermit,
    store::{self, ListRow, MadeFrom},
};

/// Takes answers; `null` takes an earlier answer back.
///
/// # Errors
/// Every fault of all answers at once, with the items that they decide.
pub async fn answer(
    desk: &ConstructionPermit,
    asker: &Asker,
    id: Uuid,
    given: &BTreeMap<String, serde_json::Value>,
    defaults: Option<bool>,
) -> Result<Project, Problem> {
    let (project, ()) = change(desk, (asker, Right::Applicant), id, async |turn| {
        let before = store::list(desk.mailbox.db(), id, None).await?.ok_or_else(Problem::not_found)?.list;
        let mut answers = turn.project.entry.answers.clone();
        for (name, value) in given {
            if value.is_null() {
                answers.remove(name);
            } else {
                answers.insert(name.clone(), value.clone());
            }
        }
        let entry = &mut turn.project.entry;
        entry.defaults = defaults.unwrap_or(entry.defaults);
        let read =
            Answers::read(turn.catalogue, entry.kind, workdays::city_date(turn.now), &answers, entry.unanswered());
        let read = read.map_err(|faults| {
            Problem::new(&codes::ATTRIBUTES_FAULTY).with_faults(attribute_faults(&faults).collect())
        })?;
        let accepted = turn.project.accepted(turn.catalogue);
        let mut list = before.followed_by(tailor(turn.catalogue, &read), &accepted);
        list.version = turn.project.entry.list + 1;
        turn.project.entry.answers = answers;
        turn.project.entry.list = list.version;
        turn.touch_head();
        let body = json!({"version": list.version, "items": list.planned().len(), "open": list.missing.len()});
        turn.note(Kind::ListMade, None, vec![argument("version", [list.version])], body, vec![]);
        turn.changes.put(ListRow {
            project_id: id,
            list,
            made_at: turn.now,
            made_by: turn.by.actor().to_owned(),
            made_from: MadeFrom::Answers,
        });
        Ok(())
    })
    .await?;
    Ok(project)
}

/// Faults of answers as the body has them, each with the items that it decides.
pub fn attribute_faults(faults: &[AnswerFault]) -> impl Iterator<Item = Fault> + '_ {
    faults.iter().map(|fault| {
        let code = match fault.kind {
            FaultKind::Unknown => "unknown",
            FaultKind::Misshapen => "misshapen",
            FaultKind::Contradictory => "contradictory",
        };
        let items = fault.items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let (mut zh, mut en) = (fault.what.zh.clone(), fault.what.en.clone());
        if !items.is_empty() {
            zh.push_str(&format!(";决定事项:{items}"));
            en.push_str(&format!("; it decides {items}"));
        }
        let name = fault.attributes.first().cloned().unwrap_or_default();
        Fault::new(format!("/attributes/{name}"), code, zh, en)
    })
}
