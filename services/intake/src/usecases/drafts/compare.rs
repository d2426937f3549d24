//! A draft is compared with its item as it holds today.

use chassis::http::{Asker, Problem};
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

/// Compares a draft.
///
/// # Errors
/// Where he sees no such draft, or the database fails.
pub async fn compare<'a>(desk: &'a Intake, asker: &Asker, id: Uuid) -> Result<Compared<'a>, Problem> {
    let db = desk.mailbox.db();
    let draft = store::drafts::find(db, asker.scope(), id).await?.ok_or_else(Problem::not_found)?;
    let code = draft.theme.split('@').next().unwrap_or_default();
    let entry = desk.catalogue.current(code, desk.today()).ok_or_else(|| Problem::new(&codes::THEME_UNKNOWN))?;
    let entered = draft.written.entered();
    let brought: Vec<Uuid> = entered.materials.iter().map(|(_, id)| *id).collect();
    let behalf = asker.for_holder(&draft.applicant)?;
    let brought = store::materials::brought_by(db, &behalf.papers_of(), &brought).await?;
    let brought = brought.into_iter().map(|(id, material)| (id, material.code)).collect();
    let completeness = completeness(entry, &entered, &brought, desk.today());
    Ok(Compared { entry, superseded: entry.reference() != draft.theme, completeness })
}
