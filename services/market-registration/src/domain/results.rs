//! What holds for the results of an opening: every reply is checked against these before its task may close.

use std::collections::BTreeSet;

use casework::{Check, Decision, Fault, Task};
use ids::{BasicAccountNumber, CreditCode, Fen, RegionCode, SealCode};
use serde::Deserialize;
use time::{Date, macros::format_description};

/// The rules as their data file says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultRules {
    tax_devices: Vec<TaxDevice>,
    seals: SealCount,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TaxDevice {
    /// First day of opening.
    from: Date,
    device: String,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SealCount {
    least: usize,
    most: usize,
}

/// Kinds of output that are issued once in the whole region.
pub const UNIQUE: [&str; 4] = ["credit_code", "seal_code", "basic_account_number", "account_number"];

impl ResultRules {
    /// Reads the data file.
    ///
    /// # Errors
    /// Where it is not of the form.
    pub fn read(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    fn device(&self, opened: Date) -> Option<&str> {
        self.tax_devices.iter().rev().find(|row| row.from <= opened).map(|row| row.device.as_str())
    }
}

/// The rules as they apply to one opening now.
pub struct Checker<'a> {
    pub rules: &'a ResultRules,
    /// Region of the registering authority.
    pub region: RegionCode,
    /// The day on which the company was established, or else the day of its application: decides the tax device.
    pub opened: Date,
    /// (kind, value) of numbers that others hold.
    pub taken: &'a BTreeSet<(String, String)>,
}

impl Check for Checker<'_> {
    fn faults(&self, _task: &Task, decision: &Decision) -> Vec<Fault> {
        let mut faults = Vec::new();
        for output in &decision.outputs {
            match output.kind.as_str() {
                "credit_code" => faults.extend(self.credit_code(&output.value)),
                "seal_code" => faults.extend(self.seal_code(&output.value)),
                "basic_account_number" => faults.extend(
                    BasicAccountNumber::parse(&output.value).err().map(|e| malformed("basic_account_number", &e)),
                ),
                "established_on" => faults.extend(established_on(&output.value)),
                "tax_device" => faults.extend(self.tax_device(&output.value)),
                _ => {}
            }
            faults.extend(self.taken_fault(&output.kind, &output.value));
        }
        faults.extend(self.seals(decision));
        faults.extend(fees(decision));
        faults
    }
}

impl Checker<'_> {
    fn credit_code(&self, value: &str) -> Option<Fault> {
        match CreditCode::parse(value) {
            Err(error) => Some(malformed("credit_code", &error)),
            Ok(code) if code.region().county() != self.region.county() => {
                Some(elsewhere("credit_code", &code.region().to_string(), &self.region.county().to_string()))
            }
            Ok(_) => None,
        }
    }

    fn seal_code(&self, value: &str) -> Option<Fault> {
        match SealCode::parse(value) {
            Err(error) => Some(malformed("seal_code", &error)),
            Ok(code) if code.region().county() != self.region.county() => {
                Some(elsewhere("seal_code", &code.region().to_string(), &self.region.county().to_string()))
            }
            Ok(_) => None,
        }
    }

    fn tax_device(&self, value: &str) -> Option<Fault> {
        let expected = self.rules.device(self.opened);
        (expected != Some(value)).then(|| {
            let expected = expected.unwrap_or("-");
            Fault {
                subject: "tax_device".to_owned(),
                code: "not_of_this_date".to_owned(),
                zh: format!("按开办日期，税控设备应为{expected}"),
                en: format!("by the date of opening the tax device is {expected}"),
            }
        })
    }

    fn taken_fault(&self, kind: &str, value: &str) -> Option<Fault> {
        let taken = UNIQUE.contains(&kind) && self.taken.contains(&(kind.to_owned(), value.to_owned()));
        taken.then(|| Fault::new(kind, "taken", "该号码已经发放给其他办件", "this number was issued to another case"))
    }

    fn seals(&self, decision: &Decision) -> Vec<Fault> {
        let codes: Vec<&str> =
            decision.outputs.iter().filter(|o| o.kind == "seal_code").map(|o| o.value.as_str()).collect();
        let mut faults = Vec::new();
        if codes.is_empty() {
            return faults;
        }
        let SealCount { least, most } = self.rules.seals;
        if !(least..=most).contains(&codes.len()) {
            faults.push(Fault {
                subject: "seal_code".to_owned(),
                code: "count".to_owned(),
                zh: format!("应有{least}至{most}枚印章，实为{}枚", codes.len()),
                en: format!("{least} to {most} seals are carved, {} are named", codes.len()),
            });
        }
        if codes.iter().collect::<BTreeSet<_>>().len() != codes.len() {
            faults.push(Fault::new("seal_code", "repeated", "印章编码重复", "a seal code occurs twice"));
        }
        faults
    }
}

fn established_on(value: &str) -> Option<Fault> {
    let date = Date::parse(value, &format_description!("[year]-[month]-[day]"));
    let fault =
        || Fault::new("established_on", "malformed", "成立日期应为年-月-日，如2025-09-28", "a date such as 2025-09-28");
    date.is_err().then(fault)
}

/// Opening a company is free of charge (domain 3.9).
fn fees(decision: &Decision) -> impl Iterator<Item = Fault> {
    decision.fees.iter().filter(|fee| fee.fen != Fen::ZERO).map(|fee| Fault {
        subject: "fees".to_owned(),
        code: "not_free".to_owned(),
        zh: format!("企业开办不收费：{}", fee.name),
        en: format!("opening a company is free of charge: {}", fee.name),
    })
}

fn malformed(subject: &str, error: &ids::CodeError) -> Fault {
    Fault { subject: subject.to_owned(), code: "malformed".to_owned(), zh: error.zh(), en: error.to_string() }
}

fn elsewhere(subject: &str, is: &str, should_be: &str) -> Fault {
    Fault {
        subject: subject.to_owned(),
        code: "region".to_owned(),
        zh: format!("地区代码{is}不是本地的{should_be}"),
        en: format!("region {is} is not ours, {should_be}"),
    }
}

/// The numbers of a decision that are issued once.
pub fn unique_numbers(decision: &Decision) -> impl Iterator<Item = (&str, &str)> {
    decision.outputs.iter().filter(|o| UNIQUE.contains(&o.kind.as_str())).map(|o| (o.kind.as_str(), o.value.as_str()))
}
