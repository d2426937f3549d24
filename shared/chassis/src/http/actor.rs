//! Who asks: what the bearer token says of them.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpMessage as _, HttpRequest,
    dev::Payload,
    http::header::{HeaderValue, WWW_AUTHENTICATE},
};
use contracts::applicants;
use ids::{CreditCode, Writing};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use super::{
    codes,
    problem::Problem,
    tokens::{Refused, Signed},
};
use crate::consent::number_fault;

/// Longest claim that is taken.
const CLAIM: Writing = Writing::line(200);

/// A signed-in person or program.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Actor {
    /// Stable and unique at the issuer; stands in the ledger, so it is no name and no citizen id.
    #[serde(rename = "sub", deserialize_with = "plain_subject")]
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
    /// The legal person for whom the sign-in vouches that he acts, by its credit code. Nothing else in a token proves that
    /// somebody acts for another.
    #[serde(default)]
    pub legal_person: Option<CreditCode>,
    /// His telephone (OpenID Connect Core 5.1), and whether the issuer has verified that he has it.
    #[serde(default)]
    pub phone_number: Option<String>,
    #[serde(default)]
    pub phone_number_verified: bool,
}

/// What somebody is allowed to be. There is no window role that may refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
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
    /// 村级帮办员
    VillageHelper,
    /// 镇街代办负责人
    TownLead,
    /// 部门协办员
    DepartmentAssistant,
    /// 帮办代办机构负责人
    AgencyManager,
    /// 分管领导
    Leader,
    /// 审计人员
    Auditor,
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

    /// Key of the legal person for whom the sign-in vouches.
    #[must_use]
    pub fn legal_person(&self) -> Option<String> {
        self.legal_person.as_ref().map(applicants::legal_person)
    }

    /// The mainland mobile number, 11 digits, for which the sign-in vouches; with or without its country code there.
    #[must_use]
    pub fn phone(&self) -> Option<String> {
        let given = self.phone_number.as_deref().filter(|_| self.phone_number_verified)?;
        let number = given.strip_prefix("+86").unwrap_or(given).trim();
        number_fault(number).is_none().then(|| number.to_owned())
    }

    /// Whether the claims are lines of text: they stand in ledgers and on papers.
    pub(super) fn can_be_kept(&self) -> bool {
        let line = |text: &str| CLAIM.read(text).is_ok();
        let named = self.name.is_empty() || line(&self.name);
        line(&self.subject)
            && named
            && [&self.department, &self.region, &self.tier].into_iter().flatten().all(|claim| line(claim))
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

/// A subject that looks like the key of a legal person, or of somebody at a window, is nobody's.
fn plain_subject<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let subject = String::deserialize(from)?;
    if applicants::is_reserved(&subject) { Err(D::Error::custom("a reserved subject")) } else { Ok(subject) }
}

/// A role that this version does not know gives no rights, and takes none away.
fn known_roles<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Role>, D::Error> {
    let names = Vec::<String>::deserialize(from)?;
    let role =
        |name: String| Role::deserialize(serde::de::value::StringDeserializer::<serde::de::value::Error>::new(name));
    Ok(names.into_iter().filter_map(|name| role(name).ok()).collect())
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

    #[test]
    fn a_telephone_counts_only_where_the_issuer_vouches_for_it() {
        let phone = |claims: &str| {
            let claims = format!(r#"{{"sub":"a-1","name":"李","roles":[],{claims}}}"#);
            serde_json::from_str::<Actor>(&claims).unwrap().phone()
        };
        let vouched = Some("10012345678".to_owned());
        assert_eq!(phone(r#""phone_number":"+8610012345678","phone_number_verified":true"#), vouched);
        assert_eq!(phone(r#""phone_number":"10012345678","phone_number_verified":true"#), vouched);
        assert_eq!(phone(r#""phone_number":"10012345678","phone_number_verified":false"#), None);
        assert_eq!(phone(r#""phone_number":"10012345678""#), None);
        assert_eq!(phone(r#""phone_number":"+15550100","phone_number_verified":true"#), None);
    }

    #[test]
    fn what_a_token_says_of_a_legal_person_is_a_credit_code() {
        let read = |claims: &str| serde_json::from_str::<Actor>(claims);
        let actor = read(r#"{"sub":"a-1","name":"李","roles":[],"legal_person":"91370683MAYY00026R"}"#).unwrap();
        assert_eq!(actor.legal_person().as_deref(), Some("legal-person:91370683MAYY00026R"));
        assert!(read(r#"{"sub":"a-1","name":"李","roles":[],"legal_person":"91370683MAYY00026A"}"#).is_err());
        assert!(read(r#"{"sub":"legal-person:91370683MAYY00026R","name":"李","roles":[]}"#).is_err());
        let claims = r#"{"sub":"a-1","name":"李","roles":["window_clerk"],"acting_for":"a-2"}"#;
        assert_eq!(read(claims).unwrap().legal_person(), None, "a bare claim proves nothing");
    }
}
