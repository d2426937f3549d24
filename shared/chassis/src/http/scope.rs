//! Whose work somebody may see.

use sqlx::{Postgres, QueryBuilder};

use super::actor::{Actor, Role};

/// Whose work somebody may see. Closed: every query takes it first and says for each of the five what it finds; what a store
/// knows nothing of finds nothing. What is not in the scope is as good as missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// What belongs to him, or to the legal person whom his sign-in vouches for.
    Own(Own),
    /// Everything of a place: a region code, and what lies in it.
    Place(String),
    /// Everything of a department, by its code.
    Department(String),
    /// What was assigned to him, by his token's subject.
    Assigned(String),
    /// Everything of the hall.
    Hall,
}

/// The keys of an applicant: his own, and his legal person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    subject: String,
    legal_person: Option<String>,
}

impl Scope {
    /// His own and nothing else.
    #[must_use]
    pub fn own(actor: &Actor) -> Self {
        Self::Own(Own { subject: actor.subject.clone(), legal_person: actor.legal_person() })
    }

    /// The hall's for whoever has one of these roles, otherwise his own.
    #[must_use]
    pub fn of(actor: &Actor, hall: &[Role]) -> Self {
        if actor.has_any(hall) { Self::Hall } else { Self::own(actor) }
    }

    /// By which right somebody sees it, as the rows of who looked have it.
    #[must_use]
    pub fn ground(&self) -> &'static str {
        match self {
            Self::Own(_) => "own",
            Self::Place(_) => "place",
            Self::Department(_) => "department",
            Self::Assigned(_) => "assigned",
            Self::Hall => "office",
        }
    }

    /// Whether this is somebody's own view of what belongs to `applicant`: nobody looks at another's.
    #[must_use]
    pub fn is_own_of(&self, applicant: &str) -> bool {
        match self {
            Self::Own(own) => own.holds(applicant),
            Self::Place(_) | Self::Department(_) | Self::Assigned(_) | Self::Hall => false,
        }
    }
}

impl Own {
    /// One or two keys, as stores name applicants.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.subject.as_str()).chain(self.legal_person.as_deref())
    }

    /// Whether what `applicant` has is his. What nobody has is nobody's own.
    #[must_use]
    pub fn holds(&self, applicant: &str) -> bool {
        !applicant.is_empty() && self.keys().any(|key| key == applicant)
    }

    /// Adds `column = ..` to a statement.
    pub fn limit(&self, query: &mut QueryBuilder<Postgres>, column: &str) {
        query.push(column).push(" = ");
        match &self.legal_person {
            None => query.push_bind(self.subject.clone()),
            Some(legal_person) => {
                query.push("any(").push_bind(vec![self.subject.clone(), legal_person.clone()]).push(")")
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(claims: &str) -> Actor {
        serde_json::from_str(claims).unwrap()
    }

    #[test]
    fn what_nobody_has_is_nobodys_own() {
        let mut person = actor(r#"{"sub":"a-1","name":"李","roles":["applicant"]}"#);
        let own = Scope::own(&person);
        assert!(own.is_own_of("a-1") && !own.is_own_of("a-2") && !own.is_own_of("legal-person:91370683MAYY00026R"));
        person.subject = String::new();
        assert!(!Scope::own(&person).is_own_of(""));
        assert!(!Scope::Hall.is_own_of("a-1"));
    }

    #[test]
    fn a_legal_person_is_ones_own_only_where_the_sign_in_vouches() {
        let person = actor(r#"{"sub":"a-1","name":"李","roles":["applicant"],"legal_person":"91370683MAYY00026R"}"#);
        let own = Scope::own(&person);
        assert!(own.is_own_of("a-1") && own.is_own_of("legal-person:91370683MAYY00026R"));
    }
}
