//! Who asks: what the bearer token says of them.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpMessage as _, HttpRequest,
    dev::Payload,
    http::header::{HeaderValue, WWW_AUTHENTICATE},
};
use serde::{Deserialize, Deserializer, Serialize};

use super::{
    codes,
    problem::Problem,
    tokens::{Refused, Signed},
};

/// A signed-in person or program.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Actor {
    /// Stable and unique at the issuer; stands in the ledger, so it is no name and no citizen id.
    #[serde(rename = "sub")]
    pub subject: String,
    /// For display only.
    pub name: String,
    #[serde(deserialize_with = "known_roles")]
    pub roles: Vec<Role>,
    /// Code of the department, such as `TAX`.
    #[serde(default)]
    pub department: Option<String>,
    /// Region code.
    #[serde(default)]
    pub region: Option<String>,
    /// `village`, `town`, `centre` or `department`.
    #[serde(default)]
    pub tier: Option<String>,
    /// The applicant whom an agent acts for.
    #[serde(default)]
    pub acting_for: Option<String>,
}

/// What somebody is allowed to be. There is no window role that may refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 申请人
    Applicant,
    /// 窗口人员
    WindowClerk,
    /// 首席代表
    ChiefRepresentative,
    /// 部门经办人
    DepartmentClerk,
    /// 部门负责人
    DepartmentHead,
    /// 帮办代办员
    CentreAgent,
    /// 运维人员
    Operator,
}

impl Actor {
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    #[must_use]
    pub fn has_any(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.has(*role))
    }

    /// Token subject of the applicant whom the request concerns: whom an agent acts for, otherwise the actor.
    #[must_use]
    pub fn applicant(&self) -> &str {
        self.acting_for.as_deref().unwrap_or(&self.subject)
    }

    /// The actor of this request.
    ///
    /// # Errors
    /// 401 without a token or with one that does not hold; 503 while tokens cannot be checked.
    pub fn of(request: &HttpRequest) -> Result<Self, Problem> {
        match request.extensions().get::<Signed>() {
            Some(Signed(Ok(actor))) => Ok(actor.clone()),
            Some(Signed(Err(refused))) => Err(refused.problem()),
            None => Err(Refused::Missing.problem()),
        }
    }
}

impl FromRequest for Actor {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

impl Refused {
    fn problem(self) -> Problem {
        let code = match self {
            Self::Missing => &codes::TOKEN_MISSING,
            Self::Invalid => &codes::TOKEN_INVALID,
            Self::Expired => &codes::TOKEN_EXPIRED,
            Self::NotForUs => &codes::TOKEN_NOT_FOR_US,
            Self::KeySetAway => return Problem::new(&codes::KEY_SET_AWAY).retry_after(5),
        };
        // RFC 6750: without a token no error is named.
        let challenge = if self == Self::Missing { "Bearer" } else { r#"Bearer error="invalid_token""# };
        Problem::new(code).header(WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
    }
}

/// A role that this version does not know gives no rights, and takes none away.
fn known_roles<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Role>, D::Error> {
    let names = Vec::<String>::deserialize(from)?;
    let role =
        |name: String| Role::deserialize(serde::de::value::StringDeserializer::<serde::de::value::Error>::new(name));
    Ok(names.into_iter().filter_map(|name| role(name).ok()).collect())
}

/// Whose work somebody may see; every query takes it first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The applicant's own.
    Own(String),
    /// Everything of the hall.
    Hall,
}

impl Scope {
    /// Everything for whoever has one of the hall's roles; otherwise what the applicant whom the request concerns has.
    #[must_use]
    pub fn of(actor: &Actor, hall: &[Role]) -> Self {
        if actor.has_any(hall) { Self::Hall } else { Self::Own(actor.applicant().to_owned()) }
    }

    /// Whether what this applicant holds may be seen. What nobody holds is the hall's alone.
    #[must_use]
    pub fn sees(&self, holder: &str) -> bool {
        match self {
            Self::Own(own) => !holder.is_empty() && own == holder,
            Self::Hall => true,
        }
    }

    /// The applicant to whom a query is limited; none for the hall.
    #[must_use]
    pub fn holder(&self) -> Option<&str> {
        match self {
            Self::Own(own) => Some(own),
            Self::Hall => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_of_a_later_version_is_passed_over() {
        let claims = r#"{"sub":"a-1","name":"李","roles":["department_head","mayor"],"department":"TAX"}"#;
        let actor: Actor = serde_json::from_str(claims).unwrap();
        assert_eq!(actor.roles, [Role::DepartmentHead]);
        assert!(actor.has_any(&[Role::Operator, Role::DepartmentHead]) && !actor.has(Role::Operator));
    }
}
