//! The telephone that counts for a case: where the applicant's codes go.

use mailbox::{Changes, Mailbox};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Consents,
    act::{Act, Verb},
    agree::{Agreed, Asks, ConsentBody},
    ask::{CodeSent, Shown},
    codes,
    store::{self, NewPhone, PhoneRow},
    until_committed,
};
use crate::http::{Actor, Asker, Fault, Problem};

/// A telephone, and the code that proves that the applicant has it.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PhoneProof {
    /// Mainland mobile number of 11 digits.
    #[schema(pattern = "^1[0-9]{10}$")]
    phone: String,
    /// The six digits that were sent there.
    code: String,
}

impl PhoneProof {
    /// The number, as it was given.
    #[must_use]
    pub fn phone(&self) -> &str {
        &self.phone
    }
}

/// Nobody's number stands in a log.
impl std::fmt::Debug for PhoneProof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&ids::mask::phone(&self.phone))
    }
}

/// A code is wanted for a telephone that is to count for what will be filed.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FilingCode {
    /// Mainland mobile number of 11 digits.
    phone: String,
    /// SM3 of an undertaking that is filed with it and that the code signs; left out where there is none.
    undertaking_sm3: Option<String>,
}

/// Nobody's number stands in a log.
impl std::fmt::Debug for FilingCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&ids::mask::phone(&self.phone))
    }
}

/// What makes a telephone count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The sign-in vouches for it.
    SignIn,
    /// A code that went there.
    Code,
}

impl Proof {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Code => "code",
        }
    }

    pub(super) fn read(name: &str) -> Option<Self> {
        [Self::SignIn, Self::Code].into_iter().find(|proof| proof.name() == name)
    }
}

/// A telephone that counts.
#[derive(Clone, PartialEq, Eq)]
pub struct ProvedPhone {
    pub(super) phone: String,
    pub(super) proof: Proof,
}

/// Nobody's number stands in a log.
impl std::fmt::Debug for ProvedPhone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?}", ids::mask::phone(&self.phone), self.proof)
    }
}

/// A telephone that is to count from the commit on that [`Proved::counts`] goes into.
#[derive(Clone, Debug)]
pub struct Proved {
    phone: ProvedPhone,
    sealed: String,
    agreed: Option<Agreed>,
    at: OffsetDateTime,
}

impl Proved {
    /// From this commit on the telephone counts for `case`, which is new; its code is used up.
    pub fn counts(&self, changes: &mut Changes, case: Uuid) {
        self.use_up(changes);
        changes.put(NewPhone { case, phone: self.phone.clone(), at: self.at });
    }

    /// For the fact of the filing: how it was proved, and a seal of the number.
    #[must_use]
    pub fn recorded(&self) -> Value {
        let consent = self.agreed.as_ref().and_then(Agreed::recorded);
        json!({ "proof": self.phone.proof, "number": self.sealed, "consent": consent })
    }

    /// The consent that its code stands for, where it is to count for an act of the filing too.
    #[must_use]
    pub fn agreed(&self) -> Option<&Agreed> {
        self.agreed.as_ref()
    }

    fn use_up(&self, changes: &mut Changes) {
        if let Some(agreed) = &self.agreed {
            agreed.used(changes);
        }
    }
}

/// What is filed, as messages name it.
const NEW: &str = "新申请";

/// What a code at filing is good for.
fn at_filing(undertaking: Option<&str>) -> (Verb, &str) {
    undertaking.map_or((Verb::ProvePhone, ""), |sm3| (Verb::Undertake, sm3))
}

/// What is wrong with a number, as a fault's code and words.
#[must_use]
pub fn number_fault(phone: &str) -> Option<(&'static str, &'static str, &'static str)> {
    let mobile = phone.len() == 11 && phone.starts_with('1') && phone.bytes().all(|b| b.is_ascii_digit());
    (!mobile).then_some(("phone", "应为11位手机号码", "a mobile number has 11 digits and begins with 1"))
}

/// Another telephone is to count.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PhoneBody {
    /// The new one, with the code that went there; left out by an applicant whose own sign-in vouches for it.
    phone_proof: Option<PhoneProof>,
    /// The code that went to the old one, or the signed paper.
    consent: Option<ConsentBody>,
}

/// The telephone that counts.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PhoneShown {
    /// Masked.
    phone: String,
    proof: Proof,
}

impl Consents {
    /// Sends a code to a telephone that is to count for what will be filed.
    ///
    /// # Errors
    /// No mobile number; three codes went there within the hour; the database.
    pub async fn prove_phone(
        &self,
        mailbox: &Mailbox,
        asker: &Asker,
        wanted: &FilingCode,
    ) -> Result<CodeSent, Problem> {
        let phone = wanted.phone.as_str();
        if let Some((fault, zh, en)) = number_fault(phone) {
            return Err(Problem::faulty(vec![Fault::new("/phone", fault, zh, en)]));
        }
        let filing = self.filing(phone);
        let (verb, about) = at_filing(wanted.undertaking_sm3.as_deref());
        let shown = Shown { item: NEW, detail: "", number: "" };
        let asks = Asks::before_filing(asker.in_office(), filing);
        self.send_filing_code(mailbox, &asks, &Act::new(filing, verb, about), (phone, &shown)).await
    }

    /// The telephone that counts for what is being filed: proved by a code, or `vouched` for by the applicant's own sign-in. A
    /// clerk's own never counts for somebody else. With an undertaking the code was asked for that too.
    ///
    /// # Errors
    /// A code that does not hold; the database.
    pub async fn proved_at_filing(
        &self,
        mailbox: &Mailbox,
        (asks, vouched): (&Asks, Option<String>),
        proof: Option<&PhoneProof>,
        undertaking: Option<&str>,
    ) -> Result<Option<Proved>, Problem> {
        let at = mailbox.clocks().system.now();
        let proved = |phone: &str, proof, agreed| Proved {
            sealed: self.sealed(phone),
            phone: ProvedPhone { phone: phone.to_owned(), proof },
            agreed,
            at,
        };
        if let Some(PhoneProof { phone, code }) = proof {
            if let Some((fault, zh, en)) = number_fault(phone) {
                return Err(Problem::faulty(vec![Fault::new("/phone_proof/phone", fault, zh, en)]));
            }
            let (verb, about) = at_filing(undertaking);
            let act = Act::new(self.filing(phone), verb, about);
            let agreed = self.by_code(mailbox, asks, &act, code.trim(), "/phone_proof/code").await?;
            return Ok(Some(proved(phone, Proof::Code, Some(agreed))));
        }
        Ok(vouched.filter(|_| asks.himself()).map(|phone| proved(&phone, Proof::SignIn, None)))
    }

    /// What the applicant is to agree to where another telephone is to count for his case.
    #[must_use]
    pub fn change_of_phone(&self, case: Uuid, phone: &str) -> Act {
        Act::new(case, Verb::ChangePhone, self.sealed(phone))
    }

    /// Has another telephone count for a case. Where one counts already, only its code or a signed paper changes it, whoever
    /// asks; where none does, the applicant himself may give one, and a clerk only on a signed paper.
    ///
    /// # Errors
    /// A new telephone that is not proved, or counts already; a consent that does not hold; the database.
    pub async fn change_phone(
        &self,
        mailbox: &Mailbox,
        (asks, actor): (&Asks, &Actor),
        case: Uuid,
        shown: &Shown<'_>,
        body: &PhoneBody,
    ) -> Result<PhoneShown, Problem> {
        until_committed(mailbox, async || {
            let proof = body.phone_proof.as_ref();
            let proved = self.proved_at_filing(mailbox, (asks, actor.phone()), proof, None).await?;
            let proved = proved.ok_or_else(|| {
                let (zh, en) = ("请填写新手机及其收到的验证码", "give the new telephone and the code that went there");
                Problem::faulty(vec![Fault::new("/phone_proof", "missing", zh, en)])
            })?;
            let now = mailbox.clocks().system.now();
            let mut book = store::book(mailbox.db(), case, now).await?;
            let before = book.phone.clone();
            if before.as_ref().is_some_and(|before| before.phone == proved.phone.phone) {
                return Err(Problem::new(&codes::PHONE_SET));
            }
            let act = self.change_of_phone(case, &proved.phone.phone);
            let agreed = match &before {
                None if asks.himself() => None,
                _ => Some(self.consent(mailbox, asks, &act, body.consent.as_ref()).await?),
            };
            let at = mailbox.clocks().business.now();
            let consent = agreed.as_ref().and_then(Agreed::recorded);
            let fact = json!({ "case": case, "phone": proved.recorded(), "consent": consent });
            let to = (asks.applicant.as_str(), proved.phone.phone.as_str());
            let told = agreed.as_ref().and_then(|agreed| agreed.told(&act, shown, to, at));
            let mut changes = mailbox.changes();
            changes.record(&mut book.stem, asks.by.fact("phone_changed", at, fact), told.into_iter().collect());
            if let Some(agreed) = &agreed {
                agreed.used(&mut changes);
            }
            proved.use_up(&mut changes);
            let (phone, before) = (proved.phone.clone(), before.map(|before| before.phone));
            changes.put(PhoneRow { case, phone, before, at: now });
            let shown = PhoneShown { phone: ids::mask::phone(&proved.phone.phone), proof: proved.phone.proof };
            Ok((changes, shown))
        })
        .await
    }
}
