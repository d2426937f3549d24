//! Who stood at a window signs in and takes his case over (认领): with the slip that he was given and the document that he
//! showed. From then on the case is his account's.

use chassis::{
    consent::{Act, Agreed, Asks, CodeSent, Shown, Verb, codes::PHONE_UNPROVED},
    http::{Asker, Fault, Ground, OnBehalf, Problem},
};
use contracts::applicants::{Document, DocumentKind, credit_code_of, was_named_at_a_window};
use mailbox::CommitError;
use serde_json::json;

use super::outcomes::load;
use crate::{
    domain::case::Case,
    service::Intake,
    store::{self, cases::Claimed},
};

/// How often it is decided again where the case was changed in between.
const TRIES: usize = 5;

/// What he holds.
pub struct Slip<'a> {
    pub number: &'a str,
    pub code: &'a str,
    pub document: &'a Document,
}

/// A code goes to the telephone that counts for the case, so that its holder can be told from whoever found his slip.
///
/// # Errors
/// As [`claim`]; no telephone counts, or three codes were sent within the hour.
pub async fn send_code(desk: &Intake, asker: &Asker, slip: &Slip<'_>) -> Result<CodeSent, Problem> {
    let behalf = whose(asker, slip.document)?;
    let case = held(desk, &behalf, slip).await?;
    let item = &load::entry(desk, &case)?.name.zh;
    let shown = Shown { item, detail: "", number: &case.number };
    let act = Act::new(case.id(), Verb::Claim, behalf.applicant());
    desk.consents.send_code(&desk.mailbox, &Asks::from(&behalf), &act, &shown).await
}

/// Takes a case over. Done again, it changes nothing.
///
/// # Errors
/// Where number, code and document do not belong together: nobody learns which is wrong; a legal person for whom the sign-in
/// does not vouch; a telephone that counts and is not shown to be his, or none that counts; the database.
pub async fn claim(desk: &Intake, asker: &Asker, slip: &Slip<'_>, sms: Option<&str>) -> Result<Case, Problem> {
    let behalf = whose(asker, slip.document)?;
    let mut tries = 0;
    loop {
        let mut case = held(desk, &behalf, slip).await?;
        if case.applicant == behalf.applicant() {
            return Ok(case);
        }
        let (asks, vouched) = (Asks::from(&behalf), asker.actor().phone());
        let act = Act::new(case.id(), Verb::Claim, behalf.applicant());
        let shown = desk.consents.show(&desk.mailbox, (&asks, vouched), &act, sms).await?;
        // A legal person is proved by the sign-in. A clerk knows slip and document of whoever stood before him: without a
        // telephone they prove nothing.
        let proved = || (behalf.ground() == Ground::LegalPerson).then(Agreed::himself);
        let agreed = shown.or_else(proved).ok_or_else(phone_unproved)?;
        let mut changes = desk.mailbox.changes();
        let (by, now) = (asks.by(&agreed), desk.mailbox.clocks().business.now());
        agreed.used(&mut changes);
        changes.record(&mut case.stem, by.fact("case_claimed", now, json!({ "was": case.applicant })), vec![]);
        behalf.applicant().clone_into(&mut case.applicant);
        changes.put(Claimed { case_id: case.id(), applicant: case.applicant.clone() });
        tries += 1;
        match desk.mailbox.commit(changes).await {
            Ok(()) => return Ok(case),
            Err(CommitError::Stale(_)) if tries < TRIES => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn phone_unproved() -> Problem {
    let (zh, en) = (
        "请先在窗口核验手机:凭该手机的验证码,或者凭本人签署的同意书",
        "prove a telephone at a window first: by its code, or with a consent that you sign",
    );
    Problem::new(&PHONE_UNPROVED).detail(zh, en)
}

/// The case of a slip, for whoever holds it already or showed this document at the window.
async fn held(desk: &Intake, behalf: &OnBehalf, slip: &Slip<'_>) -> Result<Case, Problem> {
    desk.guesses.admit(slip.number)?;
    let case = store::cases::find_by_number(desk.mailbox.db(), slip.number, slip.code).await?;
    let case = case.ok_or_else(Problem::not_found)?;
    let shown = slip.document.applicant(desk.seals.founding());
    let his = was_named_at_a_window(&case.applicant) && case.applicant == shown;
    if his || case.applicant == behalf.applicant() { Ok(case) } else { Err(Problem::not_found()) }
}

/// A person's case is for his own account, a legal person's for whomever the sign-in vouches that he acts for it.
fn whose(asker: &Asker, document: &Document) -> Result<OnBehalf, Problem> {
    let own = asker.actor().legal_person();
    match document.kind() {
        DocumentKind::CreditCode => {
            let vouched = own.filter(|own| credit_code_of(own).is_some_and(|code| document.is(code.as_str())));
            let vouched = vouched.ok_or_else(|| {
                let (zh, en) = ("请以该单位的身份登录", "sign in for this legal person");
                Problem::faulty(vec![Fault::new("/document", "not_vouched", zh, en)])
            })?;
            asker.for_holder(&vouched)
        }
        DocumentKind::CitizenId
        | DocumentKind::Passport
        | DocumentKind::HkMacauPermit
        | DocumentKind::TaiwanPermit
        | DocumentKind::ForeignResidence => asker.for_holder(asker.subject()),
    }
}
