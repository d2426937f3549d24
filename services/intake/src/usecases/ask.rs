//! What an applicant asks of a case that runs: to take it back, to supply what was asked for, to choose after a refusal. The
//! front desk records it and passes it to the owner of the process, who decides.

use std::collections::BTreeMap;

use chassis::{
    consent::{Agreed, Asks, ConsentBody},
    http::{Asker, By, Problem},
};
use contracts::{
    account::Arguments,
    intake::v1::{CaseWithdrawalAsked, ChoiceMade, DeskOutcome, SupplementSupplied, WithdrawalAsked, choice_made},
    time::timestamp,
    topics,
};
use mailbox::{CommitError, Digest, Message};
use serde_json::json;
use uuid::Uuid;

use super::{
    consents::{Matter, reached, shown},
    name,
    outcomes::settle::{Told, names, tell},
    submit::{elsewhere, fields, sent},
};
use crate::{
    codes,
    domain::case::{Case, Phase},
    service::Intake,
    store::{
        self,
        cases::{NewWords, Standing},
        materials::Material,
    },
};

/// What is asked.
#[derive(Clone, Debug)]
pub enum Ask {
    Withdraw { reason: String },
    Supply { task: Uuid, fields: BTreeMap<String, String>, materials: BTreeMap<Uuid, Material> },
    Choose { task: Uuid, choice: Choice },
}

/// What the applicant chooses after a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Another department takes the role.
    Department(String),
    CloseWithout,
    /// The same department again, with what was corrected.
    Again,
}

/// How often a decision is made again where the case was changed in between.
const TRIES: usize = 5;

/// Records what is asked and passes it on; returns the case with its new sequence.
///
/// # Errors
/// Where there is no such case in the scope, it has ended, a clerk decides what is the applicant's, or the database fails.
pub async fn ask(
    desk: &Intake,
    asker: &Asker,
    id: Uuid,
    (ask, consent): (&Ask, Option<&ConsentBody>),
) -> Result<Case, Problem> {
    let mut tries = 0;
    loop {
        let case = store::cases::find(desk.mailbox.db(), asker.scope(), id).await?;
        let mut case = case.ok_or_else(Problem::not_found)?;
        let asks = Asks::from(&asker.for_holder(&case.applicant)?);
        if !matches!(ask, Ask::Supply { .. }) {
            asks.bring(consent)?;
        }
        if case.phase.is_over() {
            return Err(Problem::new(&codes::CASE_ENDED));
        }
        if !case.is_with_owner() && !matches!(ask, Ask::Withdraw { .. }) {
            return Err(Problem::new(&codes::NOT_WITH_DEPARTMENT));
        }
        if let Ask::Supply { fields, .. } = ask {
            fit_the_form(desk, &case, fields).await?;
        }
        let (agreed, told) = agreed(desk, &case, &asks, ask, consent).await?;
        let by = asks.by(&agreed);
        let mut changes = match ask {
            Ask::Withdraw { reason } if !case.is_with_owner() => end(desk, &mut case, &by, (reason, told)),
            Ask::Withdraw { .. } | Ask::Supply { .. } | Ask::Choose { .. } => record(desk, &mut case, &by, (ask, told)),
        };
        agreed.used(&mut changes);
        tries += 1;
        match desk.mailbox.commit(changes).await {
            Ok(()) => return Ok(case),
            Err(CommitError::Stale(_)) if tries < TRIES => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// What is supplied is what the form takes, by the same checks as when it was handed in (R69).
async fn fit_the_form(desk: &Intake, case: &Case, supplied: &BTreeMap<String, String>) -> Result<(), Problem> {
    let Some(entry) = desk.catalogue.named(&case.theme) else { return Ok(()) };
    let mut faults = entry.form.value_faults(supplied, desk.today());
    faults.extend(elsewhere(desk, entry, supplied));
    if supplied.contains_key(name::COMPANY) {
        let entered = store::cases::form(desk.mailbox.db(), case.id()).await?.fields;
        faults.extend(name::is_fixed(&entered));
    }
    if faults.is_empty() { Ok(()) } else { Err(Problem::faulty(faults)) }
}

/// What ends the case or gives something up is the applicant's own; and what he is told where he agreed on a paper.
async fn agreed(
    desk: &Intake,
    case: &Case,
    asks: &Asks,
    ask: &Ask,
    consent: Option<&ConsentBody>,
) -> Result<(Agreed, Option<Message>), Problem> {
    let matter = match ask {
        Ask::Supply { .. } => return Ok((Agreed::himself(), None)),
        Ask::Withdraw { .. } => Matter::Withdraw,
        Ask::Choose { task, choice } => Matter::Choose { task: *task, choice: choice.clone() },
    };
    let act = matter.act(desk, case.id());
    let agreed = desk.consents.agree(&desk.mailbox, asks, &act, consent).await?;
    if !agreed.on_paper() {
        return Ok((agreed, None));
    }
    let (shown, phone) = (shown(desk, case, &matter)?, reached(desk, case).await?);
    let told = agreed.told(&act, &shown, (&case.applicant, &phone), desk.mailbox.clocks().business.now());
    Ok((agreed, told))
}

/// Before it is passed on, and where the desk runs it itself, a withdrawal ends the case at once.
fn end(desk: &Intake, case: &mut Case, by: &By, (reason, to_applicant): (&str, Option<Message>)) -> mailbox::Changes {
    let mut changes = desk.mailbox.changes();
    let asked_at = timestamp(desk.mailbox.clocks().business.now());
    let public = CaseWithdrawalAsked { case_id: case.id().to_string(), asked_at };
    let told = Told {
        event: "withdrawn",
        by,
        arguments: Arguments::new(),
        body: json!({}),
        words: Some(json!({ "reason": reason })),
        outcome: Some(DeskOutcome::Withdrawn),
        more: std::iter::once(Message::new(topics::INTAKE_CASES, case.id(), &public)).chain(to_applicant).collect(),
    };
    let stays = case.desk.clone();
    tell(desk, &mut changes, case, &stays, told);
    for name in names(&stays) {
        changes.clear_timer(case.id(), *name);
    }
    case.phase = Phase::Withdrawn;
    changes.put(Standing { case_id: case.id(), phase: Phase::Withdrawn, open_tasks: vec![] });
    changes
}

fn record(desk: &Intake, case: &mut Case, by: &By, (ask, to_applicant): (&Ask, Option<Message>)) -> mailbox::Changes {
    let now = desk.mailbox.clocks().business.now();
    let (id, to_owner) = (case.id().to_string(), topics::dossiers(&case.owner));
    // What somebody typed is kept apart; the ledger vouches for it.
    let (kind, mut body, words, mut messages) = match ask {
        Ask::Withdraw { reason } => {
            let told = WithdrawalAsked { case_id: id.clone(), asked_at: timestamp(now), reason: reason.clone() };
            let public = CaseWithdrawalAsked { case_id: id, asked_at: timestamp(now) };
            let messages =
                vec![Message::new(to_owner, case.id(), &told), Message::new(topics::INTAKE_CASES, case.id(), &public)];
            ("withdrawal_asked", json!({}), Some(json!({ "reason": reason })), messages)
        }
        Ask::Supply { task, fields: entered, materials } => {
            let told = SupplementSupplied {
                case_id: id,
                task_id: task.to_string(),
                supplied_at: timestamp(now),
                fields: fields(entered),
                materials: materials.values().map(sent).collect(),
            };
            let papers: Vec<_> = materials.values().map(|m| m.sm3.as_str()).collect();
            let body = json!({"task": task, "materials": papers});
            (
                "supplement_supplied",
                body,
                Some(json!({ "fields": entered })),
                vec![Message::new(to_owner, case.id(), &told)],
            )
        }
        Ask::Choose { task, choice } => {
            let (choice, body) = match choice {
                Choice::Department(code) => {
                    (choice_made::Choice::Department(code.clone()), json!({"task": task, "department": code}))
                }
                Choice::Again => (choice_made::Choice::Again(true), json!({"task": task, "again": true})),
                Choice::CloseWithout => {
                    (choice_made::Choice::CloseWithout(true), json!({"task": task, "close_without": true}))
                }
            };
            let told =
                ChoiceMade { case_id: id, task_id: task.to_string(), chosen_at: timestamp(now), choice: Some(choice) };
            ("choice_made", body, None, vec![Message::new(to_owner, case.id(), &told)])
        }
    };
    messages.extend(to_applicant);
    let mut changes = desk.mailbox.changes();
    if let Some(words) = words {
        let salt = desk.mailbox.ids().bytes();
        body["words"] = json!(Digest::salted(&salt, words.to_string().as_bytes()).to_string());
        changes.put(NewWords { case_id: case.id(), sequence: case.stem.sequence() + 1, salt, words });
    }
    changes.record(&mut case.stem, by.fact(kind, now, body), messages);
    if let Ask::Supply { materials, .. } = ask {
        store::materials::take(&mut changes, materials.keys().copied());
    }
    if matches!(ask, Ask::Withdraw { .. }) {
        // A case that is taken back has no gap that falls due, and nobody breaks his word by it.
        for name in names(&case.desk) {
            changes.clear_timer(case.id(), *name);
        }
    }
    changes
}
