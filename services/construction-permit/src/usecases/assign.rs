//! The hall gives a project to an agent, who reads it and edits its list, and takes it back. He submits nothing: that needs
//! the applicant.

use chassis::http::{Asker, Problem};
use serde_json::json;
use uuid::Uuid;

use super::change::{Right, change};
use crate::{
    domain::project::Project,
    service::ConstructionPermit,
    store::{self, AssignedRow, EndedRow},
};

/// Assigns a project. Said again, it changes nothing.
///
/// # Errors
/// Where there is no such project, or the database fails.
pub async fn assign(desk: &ConstructionPermit, asker: &Asker, id: Uuid, agent: &str) -> Result<Project, Problem> {
    let (project, ()) = change(desk, (asker, Right::Office), id, async |turn| {
        if !has(desk, id, agent).await? {
            turn.keep("agent_assigned", json!({ "agent": agent }));
            let (agent, by) = (agent.to_owned(), turn.by.actor().to_owned());
            turn.changes.put(AssignedRow { project_id: id, agent, at: turn.now, by });
        }
        Ok(())
    })
    .await?;
    Ok(project)
}

/// Takes a project back from an agent. Said again, it changes nothing.
///
/// # Errors
/// As [`assign`].
pub async fn release(desk: &ConstructionPermit, asker: &Asker, id: Uuid, agent: &str) -> Result<Project, Problem> {
    let (project, ()) = change(desk, (asker, Right::Office), id, async |turn| {
        if has(desk, id, agent).await? {
            turn.keep("agent_released", json!({ "agent": agent }));
            turn.changes.put(EndedRow { project_id: id, agent: agent.to_owned(), at: turn.now });
        }
        Ok(())
    })
    .await?;
    Ok(project)
}

async fn has(desk: &ConstructionPermit, id: Uuid, agent: &str) -> Result<bool, Problem> {
    Ok(store::assignments(desk.mailbox.db(), id).await?.iter().any(|assigned| assigned.agent == agent))
}
