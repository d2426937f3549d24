//! A draft is compared with its item as it holds today.

use chassis::http::Problem;
use uuid::Uuid;

use crate::{
    codes,
    domain::{
        catalogue::Entry,
        completeness::{Completeness, completeness},
    },
    service::Intake,
    store,
};

/// What was compared, and what it lacks.
pub struct Compared<'a> {
    pub entry: &'a Entry,
    /// The draft was written for an earlier version.
    pub superseded: bool,
    pub completeness: Completeness,
}

/// Compares the applicant's draft.
///
/// # Errors
/// Where there is no such draft of the applicant, or the database fails.
pub async fn compare<'a>(desk: &'a Intake, applicant: &str, id: Uuid) -> Result<Compared<'a>, Problem> {
    let db = desk.mailbox.db();
    let draft = store::drafts::find(db, applicant, id).await?.ok_or_else(Problem::not_found)?;
    let code = draft.theme.split('@').next().unwrap_or_default();
    let entry = desk.catalogue.current(code, desk.today()).ok_or_else(|| Problem::new(&codes::THEME_UNKNOWN))?;
    let entered = draft.written.entered();
    let brought: Vec<Uuid> = entered.materials.iter().map(|(_, id)| *id).collect();
    let brought = store::materials::of_applicant(db, applicant, &brought).await?;
    let brought = brought.into_iter().map(|(id, material)| (id, material.code)).collect();
    let completeness = completeness(entry, &entered, &brought, desk.today());
    Ok(Compared { entry, superseded: entry.reference() != draft.theme, completeness })
}
