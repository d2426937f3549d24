//! A draft is begun or changed; it may be as incomplete as it is.

use chassis::http::{Asker, Fault, OnBehalf, Problem, Unfit};
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
pub async fn begin(desk: &Intake, behalf: &OnBehalf, theme: &str, written: (Written, Unfit)) -> Result<Draft, Problem> {
    let new = Draft {
        id: desk.mailbox.new_id(),
        applicant: behalf.applicant().to_owned(),
        theme: String::new(),
        written: Written::default(),
        sequence: 0,
        changed_at: desk.mailbox.clocks().business.now(),
        expires_at: desk.mailbox.clocks().business.now(),
    };
    put(desk, new, theme, written).await
}

/// Writes a draft anew, as it was loaded with `sequence`. Whose it is stays.
///
/// # Errors
/// The same; also where he sees no such draft, another applicant is named, or somebody changed it meanwhile.
pub async fn change(
    desk: &Intake,
    asker: &Asker,
    id: Uuid,
    sequence: i64,
    theme: &str,
    (mut written, unfit): (Written, Unfit),
) -> Result<Draft, Problem> {
    let draft = store::drafts::find(desk.mailbox.db(), asker.scope(), id).await?.ok_or_else(Problem::not_found)?;
    match &written.named {
        None => written.named.clone_from(&draft.written.named),
        Some(named) if named.document.applicant(desk.seals.founding()) == draft.applicant => {}
        Some(_) => {
            let (zh, en) = ("草稿属于另一位申请人", "the draft is another applicant's");
            return Err(Problem::faulty(vec![Fault::new("/applicant", "other_applicant", zh, en)]));
        }
    }
    if draft.sequence != sequence {
        let (zh, en) = (format!("现为第{}版", draft.sequence), format!("it is at sequence {}", draft.sequence));
        return Err(Problem::new(&chassis::http::codes::CHANGED_MEANWHILE).detail(zh, en));
    }
    put(desk, draft, theme, (written, unfit)).await
}

async fn put(
    desk: &Intake,
    mut draft: Draft,
    theme: &str,
    (written, unfit): (Written, Unfit),
) -> Result<Draft, Problem> {
    let entry = desk.catalogue.meant(theme, desk.today()).ok_or_else(|| Problem::new(&codes::THEME_UNKNOWN))?;
    let faults = unfit.beside(written.faults());
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
