//! Permission in the signature: a handler that takes a `Permit<P>` cannot be called without it.

use std::{
    future::{Ready, ready},
    marker::PhantomData,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use mailbox::{
    Mailbox,
    accesses::{self, Access},
};
use uuid::Uuid;

use super::{actor::Actor, codes, on_behalf::Asker, problem::Problem, scope::Scope};

/// Something that not everybody may do. Implemented by an empty type for each.
pub trait Permission: 'static {
    /// Stable, shown to who lacks it, such as `department.refuse`.
    const NAME: &'static str;

    fn allows(actor: &Actor) -> bool;

    /// Whose work it shows to whoever holds it: his own, unless the permission says more.
    fn scope(actor: &Actor) -> Scope {
        Scope::own(actor)
    }
}

/// Proof that the actor holds `P`; only a request can make one.
#[derive(Debug)]
pub struct Permit<P> {
    actor: Actor,
    of: PhantomData<P>,
}

impl<P> Permit<P> {
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }
}

impl<P: Permission> Permit<P> {
    /// Who asks, with what this permission lets him see.
    #[must_use]
    pub fn asker(&self) -> Asker {
        Asker::new(self.actor.clone(), P::scope(&self.actor))
    }

    /// What this permission lets him see.
    #[must_use]
    pub fn scope(&self) -> Scope {
        P::scope(&self.actor)
    }

    /// He is about to be shown what belongs to `applicant`: where that is another, it is written down who looked. Nothing is
    /// written, and the database not asked, where he looks at his own.
    ///
    /// # Errors
    /// Where the database fails: then nothing may be shown.
    pub async fn looks_at(&self, mailbox: &Mailbox, applicant: &str, about: Uuid) -> Result<(), Problem> {
        self.looks_at_all(mailbox, [(applicant.to_owned(), about)]).await
    }

    /// The same for several at once.
    ///
    /// # Errors
    /// As [`Self::looks_at`].
    pub async fn looks_at_all(
        &self,
        mailbox: &Mailbox,
        seen: impl IntoIterator<Item = (String, Uuid)>,
    ) -> Result<(), Problem> {
        let (scope, at) = (self.scope(), mailbox.clocks().business.now());
        let others = seen.into_iter().filter(|(applicant, _)| !scope.is_own_of(applicant));
        let look = |(subject, about): (String, Uuid)| Access {
            id: mailbox.new_id(),
            subject,
            about,
            reader: self.actor.subject.clone(),
            ground: scope.ground().to_owned(),
            purpose: P::NAME.to_owned(),
            at,
        };
        let looks: Vec<Access> = others.map(look).collect();
        Ok(accesses::leave(mailbox.db(), &looks).await?)
    }
}

impl<P: Permission> FromRequest for Permit<P> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Actor::of(request).and_then(check))
    }
}

fn check<P: Permission>(actor: Actor) -> Result<Permit<P>, Problem> {
    if P::allows(&actor) {
        Ok(Permit { actor, of: PhantomData })
    } else {
        let (zh, en) = (format!("需要权限 {}", P::NAME), format!("needed: {}", P::NAME));
        Err(Problem::new(&codes::PERMISSION_MISSING).detail(zh, en))
    }
}
