//! One project is changed over HTTP and committed; where somebody else came first, it is decided again.

use chassis::http::{Problem, Scope};
use mailbox::{Changes, CommitError};
use time::OffsetDateTime;
use uuid::Uuid;

use super::turn::Turn;
use crate::{
    codes,
    domain::{catalogue::Catalogue, project::Project},
    service::ConstructionPermit,
    store,
};

/// How often a decision is made again where the project was changed in between.
const TRIES: usize = 5;

/// Who asks for a change, of what they may see.
#[derive(Clone, Debug)]
pub struct By {
    pub actor: String,
    pub scope: Scope,
}

/// One project, if it is in the scope; another one's is as good as none.
///
/// # Errors
/// Where there is none, or the database fails.
pub async fn find(desk: &ConstructionPermit, scope: &Scope, id: Uuid) -> Result<Project, Problem> {
    let found = store::projects(desk.mailbox.db(), &[id]).await?.remove(&id);
    found.filter(|project| scope.sees(&project.entry.holder)).ok_or_else(Problem::not_found)
}

/// The version of the catalogue by which a project is reckoned.
///
/// # Errors
/// Where a newer program published it: this one cannot decide.
pub fn catalogue<'a>(desk: &'a ConstructionPermit, project: &Project) -> Result<&'a Catalogue, Problem> {
    desk.catalogue(&project.entry.catalogue).ok_or_else(|| {
        let version = project.entry.catalogue.version;
        let (zh, en) =
            (format!("目录第{version}版由更新的程序发布"), format!("version {version} is a newer program's"));
        Problem::unavailable(&chassis::http::codes::NOT_YET, anyhow::anyhow!("catalogue {version}")).detail(zh, en)
    })
}

/// Changes one project; the verb takes a turn of it and gives what the caller is told.
///
/// # Errors
/// Where there is no such project, the verb is not possible, or the database fails.
pub async fn change<T>(
    desk: &ConstructionPermit,
    by: &By,
    id: Uuid,
    verb: impl AsyncFn(&mut Turn<'_>) -> Result<T, Problem>,
) -> Result<(Project, T), Problem> {
    let mut tries = 0;
    loop {
        let mut project = find(desk, &by.scope, id).await?;
        let now: OffsetDateTime = desk.now();
        let mut changes: Changes = desk.mailbox.changes();
        let told = {
            let catalogue = catalogue(desk, &project)?;
            let mut turn = Turn::new(desk, catalogue, &mut changes, &mut project, (&by.actor, now));
            let told = verb(&mut turn).await?;
            turn.conclude();
            told
        };
        tries += 1;
        match desk.mailbox.commit(changes).await {
            Ok(()) => return Ok((project, told)),
            Err(CommitError::Stale(_)) if tries < TRIES => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// What the engine does not do now, for people.
pub fn not_possible(reason: impl ToString) -> Problem {
    let text = reason.to_string();
    Problem::new(&codes::NOT_POSSIBLE).detail(text.clone(), text)
}
