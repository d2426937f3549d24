//! For whom somebody acts, and on what ground: a permit hands it out, use cases receive it, facts record it.

use mailbox::Fact;
use serde::Serialize;
use serde_json::Value;
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::{
    actor::{Actor, Role},
    codes,
    problem::{Fault, Problem},
    scope::Scope,
    window::{ApplicantBody, Named},
};
use crate::consent::Consent;

/// The member of a fact's body that says in whose name it was done.
pub(super) const MEMBER: &str = "by";

/// Somebody acts in an applicant's name. Only [`Asker`] makes one, after it has checked the ground.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnBehalf {
    actor: String,
    applicant: String,
    ground: Ground,
    /// What the applicant agreed to, where the act is his alone and a clerk does it for him.
    consent: Option<Consent>,
}

/// Why he may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// 本人: he is the applicant.
    Oneself,
    /// 法人: the sign-in vouches that he acts for this legal person.
    LegalPerson,
    /// 窗口代录: the applicant stands at a window, and the actor is the clerk who assists him (R03).
    AtWindow,
}

/// Who does something, as facts record it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    For(OnBehalf),
    /// A person of the hall or of an authority, by his office.
    Office(String),
    /// An agent, in what was assigned to him.
    Assigned(String),
    /// No person: another service, a rule, a timer.
    Machine(String),
}

/// Who asks, with what he may see: what a permit hands to a use case.
#[derive(Clone, Debug)]
pub struct Asker {
    actor: Actor,
    scope: Scope,
}

impl OnBehalf {
    /// Token subject of whoever acts.
    #[must_use]
    pub fn actor(&self) -> &str {
        &self.actor
    }

    /// Key of the applicant (`contracts::applicants`).
    #[must_use]
    pub fn applicant(&self) -> &str {
        &self.applicant
    }

    #[must_use]
    pub fn ground(&self) -> Ground {
        self.ground
    }

    /// The clerk where the applicant stands at a window.
    #[must_use]
    pub fn assisted_by(&self) -> Option<&str> {
        match self.ground {
            Ground::AtWindow => Some(&self.actor),
            Ground::Oneself | Ground::LegalPerson => None,
        }
    }

    /// The applicant has agreed to what is done from here on ([`crate::consent`]).
    #[must_use]
    pub(crate) fn agreed(self, consent: Consent) -> Self {
        Self { consent: Some(consent), ..self }
    }

    /// Whose uploaded papers may be handed in: the applicant's, and what the actor himself has brought or scanned.
    #[must_use]
    pub fn papers_of(&self) -> Vec<String> {
        let actor = Some(self.actor.clone()).filter(|actor| *actor != self.applicant);
        std::iter::once(self.applicant.clone()).chain(actor).collect()
    }
}

impl By {
    /// Another service, a rule, a timer.
    #[must_use]
    pub fn machine(actor: impl Into<String>) -> Self {
        Self::Machine(actor.into())
    }

    /// Who it was: token subject, service, rule, or `timer`.
    #[must_use]
    pub fn actor(&self) -> &str {
        match self {
            Self::For(behalf) => behalf.actor(),
            Self::Office(actor) | Self::Assigned(actor) | Self::Machine(actor) => actor,
        }
    }

    /// The fact that he did this. `body` is a JSON object without personal data; ground and applicant are added to it.
    #[must_use]
    pub fn fact(&self, kind: impl Into<String>, at: OffsetDateTime, mut body: Value) -> Fact {
        if let (Some(body), Some(by)) = (body.as_object_mut(), self.recorded()) {
            body.insert(MEMBER.to_owned(), by);
        }
        Fact { kind: kind.into(), actor: self.actor().to_owned(), at, body: body.to_string().into_bytes() }
    }

    fn recorded(&self) -> Option<Value> {
        let of = |ground: &str| serde_json::json!({ "ground": ground });
        match self {
            Self::For(behalf) => {
                let mut by = serde_json::json!({ "ground": behalf.ground, "applicant": behalf.applicant });
                if let (Some(by), Some(clerk)) = (by.as_object_mut(), behalf.assisted_by()) {
                    by.insert("assisted_by".to_owned(), clerk.into());
                }
                if let (Some(by), Some(consent)) = (by.as_object_mut(), &behalf.consent) {
                    by.insert("consent".to_owned(), serde_json::json!(consent));
                }
                Some(by)
            }
            Self::Office(_) => Some(of("office")),
            Self::Assigned(_) => Some(of("assigned")),
            Self::Machine(_) => None,
        }
    }
}

impl From<OnBehalf> for By {
    fn from(behalf: OnBehalf) -> Self {
        Self::For(behalf)
    }
}

impl Asker {
    pub(super) fn new(actor: Actor, scope: Scope) -> Self {
        Self { actor, scope }
    }

    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Token subject, as the ledger names him.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.actor.subject
    }

    /// Whose work he may see; every query takes it.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Under which key he uploads papers: the applicant's, or his own as the clerk who scans them.
    #[must_use]
    pub fn uploader(&self) -> String {
        let legal_person = self.actor.legal_person().filter(|_| self.actor.has(Role::Applicant));
        legal_person.unwrap_or_else(|| self.actor.subject.clone())
    }

    /// His own keys: his subject, and his legal person's.
    #[must_use]
    pub fn own_keys(&self) -> Vec<String> {
        std::iter::once(self.actor.subject.clone()).chain(self.actor.legal_person()).collect()
    }

    /// He acts by his office, or in what was assigned to him; never in an applicant's name.
    #[must_use]
    pub fn in_office(&self) -> By {
        match self.scope {
            Scope::Assigned(_) => By::Assigned(self.actor.subject.clone()),
            Scope::Own(_) | Scope::Place(_) | Scope::Department(_) | Scope::Hall => {
                By::Office(self.actor.subject.clone())
            }
        }
    }

    /// In whose name he does something new: as the legal person whom the sign-in vouches for, otherwise as himself; at a
    /// window for the applicant who stands there. A clerk without an applicant never becomes the applicant.
    ///
    /// # Errors
    /// Faults of the body: a clerk who names nobody, somebody else who names an applicant, a document that is none.
    pub fn for_new(&self, named: Option<&ApplicantBody>, key: &[u8]) -> Result<(OnBehalf, Option<Named>), Vec<Fault>> {
        let fault = |code: &str, zh: &str, en: &str| Err(vec![Fault::new("/applicant", code, zh, en)]);
        match named {
            Some(named) if self.actor.has(Role::WindowClerk) => {
                let named = named.read()?;
                Ok((self.acting(named.document.applicant(key), Ground::AtWindow), Some(named)))
            }
            Some(_) => fault("not_at_window", "只有窗口人员可以代录申请人", "only a window names the applicant"),
            None if !self.actor.has(Role::Applicant) => fault(
                "applicant_needed",
                "请填写在场申请人的姓名和证件",
                "name the applicant who stands there, and the document",
            ),
            None => Ok(match self.actor.legal_person() {
                Some(legal_person) => (self.acting(legal_person, Ground::LegalPerson), None),
                None => (self.acting(self.actor.subject.clone(), Ground::Oneself), None),
            }),
        }
    }

    /// In whose name he acts in what belongs to `applicant` already.
    ///
    /// # Errors
    /// `permission-missing` where he may see it and not act in it.
    pub fn for_holder(&self, applicant: &str) -> Result<OnBehalf, Problem> {
        let is_applicant = self.actor.has(Role::Applicant);
        if is_applicant && self.actor.subject == applicant {
            return Ok(self.acting(applicant.to_owned(), Ground::Oneself));
        }
        if is_applicant && self.actor.legal_person().as_deref() == Some(applicant) {
            return Ok(self.acting(applicant.to_owned(), Ground::LegalPerson));
        }
        if self.actor.has(Role::WindowClerk) && !applicant.is_empty() {
            return Ok(self.acting(applicant.to_owned(), Ground::AtWindow));
        }
        Err(Problem::new(&codes::PERMISSION_MISSING))
    }

    fn acting(&self, applicant: String, ground: Ground) -> OnBehalf {
        OnBehalf { actor: self.actor.subject.clone(), applicant, ground, consent: None }
    }
}
