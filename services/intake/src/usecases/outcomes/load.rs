//! A case as an outcome is decided on: its item version, what was entered, what is missing.

use chassis::http::{Asker, Problem, Role, Scope};
use uuid::Uuid;

use crate::{
    codes,
    domain::{case::Case, catalogue::Entry, completeness::Missing, desk::Desk},
    service::Intake,
    store::{self, cases::FormRow},
};

/// A case on the desk.
pub struct OnDesk<'a> {
    pub case: Case,
    pub entry: &'a Entry,
    pub form: FormRow,
}

impl OnDesk<'_> {
    /// Papers that only the applicant can bring and has not.
    #[must_use]
    pub fn missing(&self) -> Vec<Missing> {
        missing(self.entry, &self.form)
    }
}

/// What a form lacks against its item version.
#[must_use]
pub fn missing(entry: &Entry, form: &FormRow) -> Vec<Missing> {
    let brought = |code: &str| form.materials.iter().any(|paper| paper.code == code);
    entry.asked().filter(|material| !brought(&material.code)).map(Missing::of).collect()
}

/// Loads a case that has not ended.
///
/// # Errors
/// Where there is no such case in the scope, it has ended, or the database fails.
pub async fn load<'a>(desk: &'a Intake, scope: &Scope, id: Uuid) -> Result<OnDesk<'a>, Problem> {
    let db = desk.mailbox.db();
    let case = store::cases::find(db, scope, id).await?.ok_or_else(Problem::not_found)?;
    if case.phase.is_over() {
        return Err(Problem::new(&codes::CASE_ENDED));
    }
    let entry = entry(desk, &case)?;
    let form = store::cases::form(db, id).await?;
    Ok(OnDesk { case, entry, form })
}

/// Loads a case for a window's outcome. With the chief representative it is his.
///
/// # Errors
/// The same; also where the chief representative has it and somebody else decides.
pub async fn for_outcome<'a>(desk: &'a Intake, asker: &Asker, id: Uuid) -> Result<OnDesk<'a>, Problem> {
    let loaded = load(desk, asker.scope(), id).await?;
    let escalated = matches!(loaded.case.desk, Desk::Escalated { .. });
    if escalated && !asker.actor().has(Role::ChiefRepresentative) {
        return Err(Problem::new(&codes::ESCALATED));
    }
    Ok(loaded)
}

/// The item version that a case was submitted for.
///
/// # Errors
/// Where the catalogue has lost it: published versions stay in its files.
pub fn entry<'a>(desk: &'a Intake, case: &Case) -> Result<&'a Entry, Problem> {
    let lost = || Problem::defect(anyhow::anyhow!("the catalogue has no {}", case.theme));
    desk.catalogue.named(&case.theme).ok_or_else(lost)
}
