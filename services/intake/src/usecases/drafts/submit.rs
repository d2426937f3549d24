//! A draft is submitted: it becomes a case and is gone, in one commit.

use chassis::http::{Asker, Intent, Problem, Unfit, codes::CHANGED_MEANWHILE};
use uuid::Uuid;

use crate::{
    domain::case::Case,
    service::Intake,
    store,
    usecases::submit::{Application, Handed, made_before, submit},
};

/// Who submits which draft, and how.
pub struct Submission<'a> {
    pub id: Uuid,
    /// As it was loaded.
    pub sequence: i64,
    pub asker: &'a Asker,
    pub handed: Handed,
    pub intent: Intent,
}

/// Submits the draft, or finds the case that the same request made before.
///
/// # Errors
/// Everything that is missing or wrong at once; a draft that was changed meanwhile; the database.
pub async fn submit_draft(desk: &Intake, submission: Submission<'_>) -> Result<Case, Problem> {
    let (db, scope) = (desk.mailbox.db(), submission.asker.scope());
    if let Some(made) = submission.intent.made_before(db).await? {
        return made_before(desk, scope, made).await;
    }
    let draft = store::drafts::find(db, scope, submission.id).await?;
    let Some(draft) = draft else {
        // The same request may have come twice at once, and the other was first.
        return match submission.intent.made_before(db).await? {
            Some(made) => made_before(desk, scope, made).await,
            None => Err(Problem::not_found()),
        };
    };
    if draft.sequence != submission.sequence {
        return Err(Problem::new(&CHANGED_MEANWHILE));
    }
    let behalf = submission.asker.for_holder(&draft.applicant)?;
    let application = Application {
        theme: &draft.theme,
        entered: draft.written.entered(),
        region: draft.written.region.clone(),
        behalf: &behalf,
        scope,
        vouched: submission.asker.actor().phone(),
        named: draft.written.named.clone(),
        handed: submission.handed,
        draft: Some((draft.id, draft.sequence)),
        unfit: Unfit::default(),
        intent: submission.intent,
    };
    submit(desk, application).await
}
