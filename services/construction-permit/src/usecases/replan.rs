//! A newer version of the catalogue never changes a project that runs; planning it anew by one is a command with a preview.

use chassis::http::{Asker, Permission, Permit, Problem};
use contracts::{account::argument, process::v1::Kind};
use serde_json::json;
use uuid::Uuid;

use super::{
    answer::attribute_faults,
    change::{Right, change, look},
};
use crate::{
    codes,
    domain::{
        catalogue::Catalogue,
        project::Project,
        tailored::{Answers, RowChange, TailoredList, compare, tailor},
    },
    service::ConstructionPermit,
    store::{self, ListRow, MadeFrom},
};

/// What another version of the catalogue would make of a project.
pub struct Preview {
    pub from: u32,
    pub to: u32,
    pub list: TailoredList,
    pub changes: Vec<RowChange>,
}

/// What would change; nothing is.
///
/// # Errors
/// Where there is no such project or version, or the answers do not fit the other version: every fault at once.
pub async fn preview<P: Permission>(
    desk: &ConstructionPermit,
    permit: &Permit<P>,
    id: Uuid,
    version: Option<u32>,
) -> Result<Preview, Problem> {
    let project = look(desk, permit, id).await?;
    let before = store::list(desk.mailbox.db(), id, None).await?.ok_or_else(Problem::not_found)?.list;
    previewed(desk, &project, &before, version)
}

fn previewed(
    desk: &ConstructionPermit,
    project: &Project,
    before: &TailoredList,
    version: Option<u32>,
) -> Result<Preview, Problem> {
    let wanted = match version {
        Some(version) => desk.version(version),
        None => desk.current(),
    };
    let to: &Catalogue = wanted.ok_or_else(Problem::not_found)?;
    let entry = &project.entry;
    let answers = Answers::read(to, entry.kind, desk.today(), &entry.answers, entry.unanswered());
    let answers = answers
        .map_err(|faults| Problem::new(&codes::ATTRIBUTES_FAULTY).with_faults(attribute_faults(&faults).collect()))?;
    let accepted = project.accepted(to);
    let mut list = before.followed_by(tailor(to, &answers), &accepted);
    list.version = entry.list + 1;
    let changes = compare(before, &list);
    Ok(Preview { from: before.catalogue.version, to: to.reference().version, list, changes })
}

/// Makes the next version of the list from another version of the catalogue; it is in force once it is acknowledged.
///
/// # Errors
/// As [`preview`].
pub async fn replan(
    desk: &ConstructionPermit,
    asker: &Asker,
    id: Uuid,
    version: Option<u32>,
) -> Result<Project, Problem> {
    let (project, ()) = change(desk, (asker, Right::Office), id, async |turn| {
        let before = store::list(desk.mailbox.db(), id, None).await?.ok_or_else(Problem::not_found)?.list;
        let preview = previewed(desk, turn.project, &before, version)?;
        turn.project.entry.list = preview.list.version;
        turn.touch_head();
        let body = json!({"version": preview.list.version, "from": preview.from, "to": preview.to});
        turn.note(Kind::ListMade, None, vec![argument("version", [preview.list.version])], body, vec![]);
        turn.changes.put(ListRow {
            project_id: id,
            list: preview.list,
            made_at: turn.now,
            made_by: turn.by.actor().to_owned(),
            made_from: MadeFrom::Catalogue,
        });
        Ok(())
    })
    .await?;
    Ok(project)
}
