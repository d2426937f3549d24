//! What an applicant asks of a case that runs: to take it back, to supply what was asked for, to choose after a refusal. The
//! front desk records it and passes it to the owner of the process, who decides.

use std::collections::BTreeMap;

use chassis::http::Problem;
use contracts::{
    intake::v1::{CaseWithdrawalAsked, ChoiceMade, SupplementSupplied, WithdrawalAsked, choice_made},
    time::timestamp,
    topics,
};
use mailbox::{CommitError, Digest, Fact, Message};
use serde_json::json;
use uuid::Uuid;

use super::submit::{fields, sent};
use crate::{
    codes,
    domain::case::Case,
    permissions::Scope,
    service::Intake,
    store::{self, cases::NewWords, materials::Material},
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
/// Where there is no such case in the scope, it has ended, or the database fails.
pub async fn ask(desk: &Intake, scope: &Scope, id: Uuid, actor: &str, ask: &Ask) -> Result<Case, Problem> {
    let mut tries = 0;
    loop {
        let case = store::cases::find(desk.mailbox.db(), scope, id).await?;
        let mut case = case.ok_or_else(Problem::not_found)?;
        if case.phase.is_over() {
            return Err(Problem::new(&codes::CASE_ENDED));
        }
        let changes = record(desk, &mut case, actor, ask);
        tries += 1;
        match desk.mailbox.commit(changes).await {
            Ok(()) => return Ok(case),
            Err(CommitError::Stale(_)) if tries < TRIES => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn record(desk: &Intake, case: &mut Case, actor: &str, ask: &Ask) -> mailbox::Changes {
    let now = desk.mailbox.clocks().business.now();
    let (id, to_owner) = (case.id().to_string(), topics::dossiers(&case.owner));
    // What somebody typed is kept apart; the ledger vouches for it.
    let (kind, mut body, words, messages) = match ask {
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
    let mut changes = desk.mailbox.changes();
    if let Some(words) = words {
        let salt = desk.mailbox.ids().bytes();
        body["words"] = json!(Digest::salted(&salt, words.to_string().as_bytes()).to_string());
        changes.put(NewWords { case_id: case.id(), sequence: case.stem.sequence() + 1, salt, words });
    }
    let fact = Fact { kind: kind.to_owned(), actor: actor.to_owned(), at: now, body: body.to_string().into_bytes() };
    changes.record(&mut case.stem, fact, messages);
    changes
}
