//! What an applicant has to agree to at the front desk, and how he is asked: acts that end his case or give something up.

use chassis::{
    consent::{Act, Asks, CodeSent, PaperShown, PhoneBody, PhoneShown, Shown, Verb, digest_fault},
    http::{Asker, Fault, Problem},
};
use ids::DepartmentCode;
use uuid::Uuid;

use super::{ask::Choice, message, outcomes::load};
use crate::{
    codes,
    domain::case::{Case, Open},
    service::Intake,
    store,
};

/// What it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matter {
    Withdraw,
    Choose { task: Uuid, choice: Choice },
    Undertake { sm3: String },
    ChangePhone { phone: String },
}

impl Matter {
    /// The act in a case.
    #[must_use]
    pub fn act(&self, desk: &Intake, case: Uuid) -> Act {
        match self {
            Self::Withdraw => Act::new(case, Verb::Withdraw, ""),
            Self::Choose { task, choice: Choice::Department(code) } => {
                Act::new(case, Verb::Choose, format!("{task} {code}"))
            }
            Self::Choose { task, choice: Choice::Again } => Act::new(case, Verb::AskAgain, task.to_string()),
            Self::Choose { task, choice: Choice::CloseWithout } => Act::new(case, Verb::CloseWithout, task.to_string()),
            Self::Undertake { sm3 } => Act::new(case, Verb::Undertake, sm3.as_str()),
            Self::ChangePhone { phone } => desk.consents.change_of_phone(case, phone),
        }
    }

    /// Whether the case has what it is about: nobody is asked to agree to what can never be done. `within` is where the act
    /// stands in the body.
    async fn can_be_done(&self, desk: &Intake, case: Uuid, within: &str) -> Result<(), Problem> {
        let mut faults = Vec::new();
        match self {
            Self::Withdraw | Self::ChangePhone { .. } => {}
            Self::Choose { task, choice } => {
                let open = store::cases::open_tasks(desk.mailbox.db(), case).await?;
                let waits = |open: &&Open| open.task_id == Some(*task) && open.waits_for_choice();
                if open.iter().find(waits).is_none() {
                    let (zh, en) = ("本办件没有这一待选择的环节", "this case has no such task that waits for a choice");
                    faults.push(Fault::new(format!("{within}/task_id"), "unknown", zh, en));
                }
                if matches!(choice, Choice::Department(code) if DepartmentCode::parse(code).is_err()) {
                    let (zh, en) = ("应为部门代码", "has to be a department's code");
                    faults.push(Fault::new(format!("{within}/department"), "misshapen", zh, en));
                }
            }
            Self::Undertake { sm3 } => faults.extend(digest_fault(format!("{within}/undertaking_sm3"), sm3)),
        }
        if faults.is_empty() { Ok(()) } else { Err(Problem::faulty(faults)) }
    }

    /// What of it the applicant reads in the SMS.
    fn detail(&self) -> &str {
        match self {
            Self::Choose { choice: Choice::Department(code), .. } if DepartmentCode::parse(code).is_ok() => code,
            Self::Choose { .. } | Self::Withdraw | Self::Undertake { .. } | Self::ChangePhone { .. } => "",
        }
    }
}

/// The case as messages name it.
///
/// # Errors
/// Where the catalogue has lost its item.
pub fn shown<'a>(desk: &'a Intake, case: &'a Case, matter: &'a Matter) -> Result<Shown<'a>, Problem> {
    let entry = load::entry(desk, case)?;
    Ok(Shown { item: &entry.name.zh, detail: matter.detail(), number: &case.number })
}

/// A code for an act goes to the applicant's telephone.
///
/// # Errors
/// Where he sees no such case, it has ended, nothing can be agreed to there, no telephone counts, or three codes were sent within the hour.
pub async fn send_code(desk: &Intake, asker: &Asker, id: Uuid, matter: &Matter) -> Result<CodeSent, Problem> {
    let (case, asks) = running(desk, asker, id).await?;
    matter.can_be_done(desk, id, "").await?;
    let shown = shown(desk, &case, matter)?;
    desk.consents.send_code(&desk.mailbox, &asks, &matter.act(desk, id), &shown).await
}

/// A consent that the applicant signed is brought.
///
/// # Errors
/// Where he sees no such case, it has ended, nothing can be agreed to there, or the statement does not hold.
pub async fn bring(
    desk: &Intake,
    asker: &Asker,
    id: Uuid,
    (matter, statement): (&Matter, &str),
) -> Result<PaperShown, Problem> {
    let (_, asks) = running(desk, asker, id).await?;
    matter.can_be_done(desk, id, "/to").await?;
    let keep = |changes: &mut mailbox::Changes, paper| {
        store::materials::take(changes, [paper]);
        None
    };
    let act = matter.act(desk, id);
    desk.consents.bring_paper(&desk.mailbox, &asks, &act, (statement, &desk.seals), keep).await
}

/// A chief representative has looked at it.
///
/// # Errors
/// Where he sees no such case or consent, it is over, or he brought it himself.
pub async fn countersign(desk: &Intake, asker: &Asker, id: Uuid, consent: Uuid) -> Result<PaperShown, Problem> {
    running(desk, asker, id).await?;
    desk.consents.countersign(&desk.mailbox, &asker.in_office(), id, consent).await
}

/// Another telephone is to count for the case.
///
/// # Errors
/// Where he sees no such case, it has ended, or the new or the old telephone is not proved.
pub async fn change_phone(desk: &Intake, asker: &Asker, id: Uuid, body: &PhoneBody) -> Result<PhoneShown, Problem> {
    let (case, asks) = running(desk, asker, id).await?;
    let matter = Matter::ChangePhone { phone: String::new() };
    let shown = shown(desk, &case, &matter)?;
    desk.consents.change_phone(&desk.mailbox, (&asks, asker.actor()), id, &shown, body).await
}

/// Where messages about a case go by SMS: the form's first telephone.
///
/// # Errors
/// Where the database fails.
pub async fn reached(desk: &Intake, case: &Case) -> Result<String, Problem> {
    let form = store::cases::form(desk.mailbox.db(), case.id()).await?;
    Ok(message::applicant(case, load::entry(desk, case)?, &form.fields).phone)
}

async fn running(desk: &Intake, asker: &Asker, id: Uuid) -> Result<(Case, Asks), Problem> {
    let case = store::cases::find(desk.mailbox.db(), asker.scope(), id).await?.ok_or_else(Problem::not_found)?;
    let asks = Asks::of(asker, &case.applicant)?;
    if case.phase.is_over() {
        return Err(Problem::new(&codes::CASE_ENDED));
    }
    Ok((case, asks))
}
