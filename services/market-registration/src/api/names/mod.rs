//! `/v1/names`

pub mod check;
pub mod declare;
pub mod history;
pub mod keys;
pub mod release;
pub mod show;

use chassis::{
    consent::PhoneProof,
    http::{ApplicantBody, Fault, Faults, Line, Problem, Short, Written as _},
};
use ids::CreditCode;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    domain::names::{Declaration, Investment, LONGEST_PAPER, LONGEST_PART, Name, NameState},
    service::MarketRegistration,
};

/// A part of a name: every rule that it breaks is told when the name is read.
type Part = Line<LONGEST_PART>;
/// A paper that is named.
type PaperName = Line<LONGEST_PAPER>;

/// A name in its four parts (行政区划、字号、行业、组织形式).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewName {
    /// E.g. `莱州市`; with `region_ground` it is left out.
    #[serde(default)]
    region: Part,
    /// E.g. `云杉测试`.
    trade_name: Part,
    /// E.g. `电子`; with `industry_ground` it is left out.
    #[serde(default)]
    industry: Part,
    /// E.g. `有限公司`.
    form: Part,
    /// Kind of company, e.g. `limited_company`.
    company_type: Short,
    /// Why there is no region: `cross_province` (跨省、自治区、直辖市经营), on the declarant's own word (规定 6).
    region_ground: Option<Short>,
    /// Why there is no industry: `cross_industry_group` (跨行业综合经营的企业集团), on the declarant's own word (规定 6).
    industry_ground: Option<Short>,
    /// Where a company has the same name: the relation with it that lets both have it (规定 17).
    investment: Option<NewInvestment>,
    /// At a window: the applicant who stands there, for whom the name is kept.
    applicant: Option<ApplicantBody>,
    /// A telephone of the applicant, and the code that went there (`POST /v1/phones/codes`): his codes go there from then on.
    phone_proof: Option<PhoneProof>,
}

/// An investment relation (投资关系), on the declarant's own word: it is recorded with the name, and he answers for it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvestment {
    /// Unified social credit code of the company that has the same name. A wrong one is answered as if there were none.
    credit_code: Short,
    /// That company's consent, or the paper that shows the relation: its number or title, at most 100 characters.
    paper: PaperName,
}

impl NewName {
    /// What is declared, if its statements can be read.
    fn read(self) -> Result<Declaration, Problem> {
        let Self {
            region, trade_name, industry, form, company_type, region_ground, industry_ground, investment, ..
        } = self;
        let [region, trade_name, industry, form] =
            [region, trade_name, industry, form].map(|part| part.as_sent().to_owned());
        let parts = [("region", &region), ("trade_name", &trade_name), ("industry", &industry), ("form", &form)];
        let mut faults: Vec<Fault> = parts.into_iter().filter_map(|(name, part)| broken(name, part)).collect();
        let investment = match investment.map(NewInvestment::read).transpose() {
            Ok(investment) if faults.is_empty() => investment,
            read => {
                faults.extend(read.err().unwrap_or_default());
                return Err(Problem::faulty(faults));
            }
        };
        let said = |text: Short| text.as_sent().to_owned();
        Ok(Declaration {
            region,
            trade_name,
            industry,
            form,
            company_type: said(company_type),
            region_ground: region_ground.map(said),
            industry_ground: industry_ground.map(said),
            investment,
        })
    }
}

/// Spaces in a name mean nothing and go; what breaks a line was meant otherwise.
fn broken(name: &str, part: &str) -> Option<Fault> {
    let told = || {
        let (zh, en) = ("此处只填一行,不含换行和制表符", "this is one line, without line breaks and tabs");
        Fault::new(format!("/{name}"), "line_break", zh, en)
    };
    part.trim().contains(['\n', '\r', '\t']).then(told)
}

impl NewName {
    /// What is wrong with the applicant, with whatever else cannot be read.
    fn faulty(self, mut faults: Vec<Fault>) -> Problem {
        faults.extend(self.investment.and_then(|investment| investment.read().err()).unwrap_or_default());
        Problem::faulty(faults)
    }
}

impl NewInvestment {
    fn read(self) -> Result<Investment, Vec<Fault>> {
        let mut faults = Faults::default();
        let company = self.credit_code.as_sent().to_owned();
        if let Err(error) = CreditCode::parse(&company) {
            faults.add("/investment/credit_code", "credit_code", error.zh(), error.to_string());
        }
        let paper = faults.text("/investment/paper", &self.paper);
        if faults.is_empty() { Ok(Investment { company, paper }) } else { Err(faults.into_vec()) }
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
    /// Class of GB/T 4754; `unclassified`, or `cross_industry` where the name states none.
    industry: String,
    /// `reserved`, `expired`, `claimed`, `registered`, `released`, `deregistered`, `renamed`, `revoked` or `cancelled`.
    state: &'static str,
    /// From this instant on the name is free; absent while an opening or a company has it.
    #[serde(with = "chassis::http::instant::option")]
    until: Option<OffsetDateTime>,
    /// `until` rests on days that no notice has announced yet.
    provisional: bool,
    #[serde(with = "chassis::http::instant")]
    declared_at: OffsetDateTime,
    /// The opening that uses it.
    case_id: Option<Uuid>,
    /// The declarant stated an investment relation with the company that has the same name.
    on_investment: bool,
    /// On which grounds the declarant left parts out.
    grounds: Vec<String>,
    /// While it is reserved: the signed statement that goes with an application (JWS).
    token: Option<String>,
}

/// Whether a name's last day rests on days that nobody has announced yet.
pub(super) fn is_provisional(desk: &MarketRegistration, until: OffsetDateTime) -> bool {
    let last = workdays::city_date(until).previous_day();
    last.is_some_and(|last| desk.calendar().day(last).provisional)
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
            provisional: until.is_some_and(|until| is_provisional(desk, until)),
            declared_at: name.declared_at.to_offset(workdays::CITY),
            case_id: name.case(),
            grounds: name.stated.grounds.clone(),
            on_investment: name.stated.investment.is_some(),
            token: name
                .reservation(now)
                .map(|stated| desk.signer.sign(&stated))
                .transpose()
                .map_err(Problem::defect)?,
        })
    }
}
