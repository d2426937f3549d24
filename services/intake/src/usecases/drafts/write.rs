//! A draft is begun or changed; it may be as incomplete as it is.

use chassis::http::Problem;
use uuid::Uuid;

use crate::{
    codes,
    domain::draft::{Draft, EXPIRES, KEPT, Written},
    service::Intake,
    store::{self, drafts::DraftRow},
};

/// Begins a draft for an item or theme.
///
/// # Errors
/// An unknown item or theme, what cannot be stored, a database that fails.
pub async fn begin(desk: &Intake, applicant: &str, theme: &str, written: Written) -> Result<Draft, Problem> {
    let new = Draft {
        id: desk.mailbox.new_id(),
        applicant: applicant.to_owned(),
        theme: String::new(),
        written: Written::default(),
        sequence: 0,
        changed_at: desk.mailbox.clocks().business.now(),
        expires_at: desk.mailbox.clocks().business.now(),
    };
    put(desk, new, theme, written).await
}

/// Writes a draft anew, as it was loaded with `sequence`.
///
/// # Errors
/// The same; also where there is no such draft of the applicant, or somebody changed it meanwhile.
pub async fn change(
    desk: &Intake,
    applicant: &str,
    id: Uuid,
    sequence: i64,
    theme: &str,
    written: Written,
) -> Result<Draft, Problem> {
    let draft = store::drafts::find(desk.mailbox.db(), applicant, id).await?.ok_or_else(Problem::not_found)?;
    if draft.sequence != sequence {
        let (zh, en) = (format!("现为第{}版", draft.sequence), format!("it is at sequence {}", draft.sequence));
        return Err(Problem::new(&chassis::http::codes::CHANGED_MEANWHILE).detail(zh, en));
    }
    put(desk, draft, theme, written).await
}

async fn put(desk: &Intake, mut draft: Draft, theme: &str, written: Written) -> Result<Draft, Problem> {
    let entry = desk.catalogue.meant(theme, desk.today()).ok_or_else(|| Problem::new(&codes::THEME_UNKNOWN))?;
    let faults = written.faults();
    if !faults.is_empty() {
        return Err(Problem::faulty(faults));
    }
    draft.theme = entry.reference();
    draft.written = written;
    draft.sequence += 1;
    draft.changed_at = desk.mailbox.clocks().business.now();
    draft.expires_at = draft.changed_at + KEPT;
    let mut changes = desk.mailbox.changes();
    changes.set_timer(draft.id, EXPIRES, draft.expires_at);
    changes.put(DraftRow(draft.clone()));
    desk.mailbox.commit(changes).await?;
    Ok(draft)
}
