//! One project is changed over HTTP and committed; where somebody else came first, it is decided again.

use casework::NotPossible;
use chassis::{
    consent::{Agreed, Asks, ConsentBody},
    http::{Asker, By, Permission, Permit, Problem, Scope},
};
use contracts::account::why;
use mailbox::{Changes, CommitError};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    consents::{self, Matter},
    turn::Turn,
};
use crate::{
    codes,
    domain::{catalogue::Catalogue, project::Project},
    service::ConstructionPermit,
    store,
};

/// How often a decision is made again where the project was changed in between.
const TRIES: usize = 5;

/// By what right a project is changed.
#[derive(Clone, Copy, Debug)]
pub enum Right<'a> {
    /// In the applicant's name: by himself, or by a clerk who assists him.
    Applicant,
    /// The same, where it ends the project or gives something up: no clerk does it without what the applicant agreed with.
    ApplicantAlone(&'a Matter, Option<&'a ConsentBody>),
    /// By an office of the hall, or by an agent to whom the project is assigned.
    Office,
}

impl Right<'_> {
    /// Who does it, as facts record it, and what the applicant agreed with.
    async fn of(self, desk: &ConstructionPermit, asker: &Asker, project: &Project) -> Result<(By, Agreed), Problem> {
        let behalf = match self {
            Self::Office => return Ok((asker.in_office(), Agreed::himself())),
            Self::Applicant | Self::ApplicantAlone(..) => asker.for_holder(&project.entry.holder)?,
        };
        let Self::ApplicantAlone(matter, consent) = self else { return Ok((By::For(behalf), Agreed::himself())) };
        let (asks, act) = (Asks::from(&behalf), matter.act(desk, project.stem.id));
        let agreed = desk.consents.agree(&desk.mailbox, &asks, &act, consent).await?;
        Ok((asks.by(&agreed), agreed))
    }
}

/// One project, if it is in the scope; another one's is as good as none.
///
/// # Errors
/// Where there is none, or the database fails.
pub async fn find(desk: &ConstructionPermit, scope: &Scope, id: Uuid) -> Result<Project, Problem> {
    store::project_within(desk.mailbox.db(), scope, id).await?.ok_or_else(Problem::not_found)
}

/// One project that somebody is about to be shown: where it is another's, it is written down who looked.
///
/// # Errors
/// As [`find`].
pub async fn look<P: Permission>(desk: &ConstructionPermit, permit: &Permit<P>, id: Uuid) -> Result<Project, Problem> {
    let project = find(desk, &permit.scope(), id).await?;
    permit.looks_at(&desk.mailbox, &project.entry.holder, id).await?;
    Ok(project)
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
/// Where he sees no such project or has not the right, the verb is not possible, or the database fails.
pub async fn change<T>(
    desk: &ConstructionPermit,
    (asker, right): (&Asker, Right<'_>),
    id: Uuid,
    verb: impl AsyncFn(&mut Turn<'_>) -> Result<T, Problem>,
) -> Result<(Project, T), Problem> {
    let mut tries = 0;
    loop {
        let mut project = find(desk, asker.scope(), id).await?;
        let (by, agreed) = right.of(desk, asker, &project).await?;
        let now: OffsetDateTime = desk.now();
        let mut changes: Changes = desk.mailbox.changes();
        let told = {
            let catalogue = catalogue(desk, &project)?;
            let mut turn = Turn::new(desk, catalogue, &mut changes, &mut project, (by, now));
            let told = verb(&mut turn).await?;
            if let Right::ApplicantAlone(matter, _) = right {
                turn.say(|turn| consents::told(desk, turn.project, (matter, &agreed), now));
            }
            turn.conclude();
            told
        };
        agreed.used(&mut changes);
        tries += 1;
        match desk.mailbox.commit(changes).await {
            Ok(()) => return Ok((project, told)),
            Err(CommitError::Stale(_)) if tries < TRIES => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// What the engine does not do now, for people.
pub fn not_possible(reason: NotPossible) -> Problem {
    let words = why(reason.code(), reason.about().as_deref());
    Problem::new(&codes::NOT_POSSIBLE).detail(words.zh, words.en)
}

/// By this list nothing can be planned.
pub fn not_planned(reason: impl ToString) -> Problem {
    Problem::new(&codes::NOT_POSSIBLE).detail("按此清单无法安排办理", reason.to_string())
}
