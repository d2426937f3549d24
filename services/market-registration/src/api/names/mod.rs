//! `/v1/names`

pub mod check;
pub mod declare;
pub mod keys;
pub mod release;
pub mod show;

use chassis::http::{Fault, Problem};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    domain::names::{Declaration, Name, NameState},
    service::MarketRegistration,
};

/// A name in its four parts (行政区划、字号、行业、组织形式).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewName {
    /// E.g. `莱州市`.
    region: String,
    /// E.g. `云杉测试`.
    trade_name: String,
    /// E.g. `电子`.
    industry: String,
    /// E.g. `有限公司`.
    form: String,
    /// Kind of company, e.g. `limited_company`.
    company_type: String,
}

impl From<NewName> for Declaration {
    fn from(new: NewName) -> Self {
        let NewName { region, trade_name, industry, form, company_type } = new;
        Self { region, trade_name, industry, form, company_type }
    }
}

/// What the applicant should know; it keeps no name from him.
#[derive(Debug, Serialize, ToSchema)]
pub struct Warning {
    /// The part it is about.
    pointer: String,
    code: String,
    zh: String,
    en: String,
}

impl From<Fault> for Warning {
    fn from(fault: Fault) -> Self {
        let Fault { pointer, code, zh, en } = fault;
        Self { pointer, code, zh, en }
    }
}

/// A name as its holder sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct NameShown {
    id: Uuid,
    name: String,
    /// Region code of the registering authority.
    authority: String,
    /// Class of GB/T 4754, or `unclassified`.
    industry: String,
    /// `reserved`, `expired`, `claimed`, `registered`, `released`, `deregistered`, `renamed`, `revoked` or `cancelled`.
    state: &'static str,
    /// From this instant on the name is free; absent while an opening or a company has it.
    #[serde(with = "time::serde::rfc3339::option")]
    until: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339")]
    declared_at: OffsetDateTime,
    /// The opening that uses it.
    case_id: Option<Uuid>,
    /// While it is reserved: the signed statement that goes with an application (JWS).
    token: Option<String>,
}

impl NameShown {
    fn of(desk: &MarketRegistration, name: &Name, now: OffsetDateTime) -> Result<Self, Problem> {
        let until = match &name.state {
            NameState::Reserved { until } | NameState::Deregistered { until } => Some(*until),
            NameState::Released { at } => Some(*at),
            NameState::Recorded { until, .. } => *until,
            NameState::Claimed { .. } | NameState::Registered { .. } => None,
        };
        Ok(Self {
            id: name.stem.id,
            name: name.full.clone(),
            authority: name.key.authority.clone(),
            industry: name.key.industry.clone(),
            state: name.standing(now),
            until: until.map(|until| until.to_offset(workdays::CITY)),
            declared_at: name.declared_at.to_offset(workdays::CITY),
            case_id: name.case(),
            token: name
                .reservation(now)
                .map(|stated| desk.signer.sign(&stated))
                .transpose()
                .map_err(Problem::defect)?,
        })
    }
}
