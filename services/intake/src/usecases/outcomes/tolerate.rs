//! Outcome 2: accepted with gaps (容缺受理, domain 6.4).

use chassis::{
    consent::{Asks, ConsentBody},
    http::{Asker, By, Problem},
};
use contracts::{account::Arguments, calendar::told as day_told, intake::v1::DeskOutcome};
use mailbox::Message;
use serde_json::json;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{
    accept::passed_on,
    load::{OnDesk, for_outcome},
    settle::{Settled, Told, settle},
    until_committed,
};
use crate::{
    codes,
    domain::{
        case::Case,
        desk::{Desk, gap::Signed},
    },
    service::Intake,
    store,
    usecases::{
        consents::{Matter, shown},
        message,
    },
};

/// Breaches older than this bar nobody any more.
const REMEMBERED: Duration = Duration::days(800);

/// Accepts with gaps, under the undertaking that was signed.
///
/// # Errors
/// Papers that may not follow, too many breaches, another undertaking; the database.
pub async fn tolerate(
    desk: &Intake,
    asker: &Asker,
    id: Uuid,
    (sm3, consent): (&str, Option<&ConsentBody>),
) -> Result<Case, Problem> {
    until_committed(desk, || async {
        let on_desk = for_outcome(desk, asker, id).await?;
        // Whoever signs takes it upon himself: no clerk does that for him without his code or his paper.
        let asks = Asks::of(asker, &on_desk.case.applicant)?;
        asks.bring(consent)?;
        let breaches = breaches(desk, &on_desk.case.applicant).await?;
        let now = desk.mailbox.clocks().business.now();
        let signed = Signed { sm3, by: &on_desk.case.applicant };
        let (missing, calendar) = (on_desk.missing(), &desk.calendar());
        let next = on_desk.case.desk.tolerate(on_desk.entry, &missing, signed, &breaches, calendar, now);
        let next = next.map_err(codes::not_now)?;
        let matter = Matter::Undertake { sm3: sm3.to_owned() };
        let act = matter.act(desk, id);
        let agreed = desk.consents.agree(&desk.mailbox, &asks, &act, consent).await?;
        let by = asks.by(&agreed);
        let mut more = passed_on(desk, &on_desk, &next).await?;
        let (case, entered) = (&on_desk.case, &on_desk.form.fields);
        let phone = message::applicant(case, on_desk.entry, entered).phone;
        more.extend(agreed.told(&act, &shown(desk, case, &matter)?, (&case.applicant, &phone), now));
        let OnDesk { mut case, entry, form } = on_desk;
        let mut changes = desk.mailbox.changes();
        let mut told = told(&next, &by, more);
        if matches!(by, By::Office(_)) {
            told.body["consent"] = json!(agreed.recorded());
        }
        agreed.used(&mut changes);
        settle(desk, &mut changes, &mut case, (entry, &form.fields), next, told);
        Ok(Settled { case, changes })
    })
    .await
}

/// When the applicant broke undertakings.
///
/// # Errors
/// Where the database fails.
pub async fn breaches(desk: &Intake, applicant: &str) -> Result<Vec<OffsetDateTime>, Problem> {
    let since = desk.mailbox.clocks().business.now() - REMEMBERED;
    Ok(store::outcomes::breaches(desk.mailbox.db(), applicant, since).await?)
}

/// What is told of an acceptance with gaps.
pub fn told<'a>(next: &Desk, by: &'a By, more: Vec<Message>) -> Told<'a> {
    let (mut arguments, mut body) = (Arguments::new(), json!({}));
    if let Desk::Tolerated { tolerance } = next {
        let codes: Vec<_> = tolerance.gaps.iter().map(|gap| gap.code.clone()).collect();
        let due_on = day_told(tolerance.deadline.on, tolerance.deadline.provisional);
        arguments.insert("due_on".to_owned(), vec![due_on]);
        arguments.insert("papers".to_owned(), codes.clone());
        body = json!({
            "gaps": codes, "undertaking_sm3": tolerance.undertaking_sm3, "signed_by": tolerance.signed_by,
            "due_on": tolerance.deadline.on.to_string(),
        });
    }
    let outcome = Some(DeskOutcome::AcceptedWithGaps);
    Told { event: "case_accepted_with_gaps", by, arguments, body, words: None, outcome, more }
}
