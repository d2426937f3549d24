//! What holds for the results of an opening: every reply is checked against these before its task may close.

use std::collections::BTreeSet;

use casework::{Check, Decision, DepartmentSays, Fault, Output, Task, vocabulary};
use contracts::words::fault;
use ids::{CreditCode, Fen, RegionCode, SealCode};
use serde::Deserialize;
use time::{Date, OffsetDateTime};

use super::entitlement::Entitlements;

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
    pub entitlements: &'a Entitlements,
    /// Region of the registering authority.
    pub region: RegionCode,
    /// The day on which the company was established, or else the day of its application: decides the tax device.
    pub opened: Date,
    /// (kind, value) of numbers that others hold.
    pub taken: &'a BTreeSet<(String, String)>,
}

impl Check for Checker<'_> {
    fn faults(&self, _task: &Task, decision: &Decision) -> Vec<Fault> {
        let mut faults = vocabulary::value_faults(decision);
        faults.extend(vocabulary::count_faults(decision));
        for Output { kind, value } in &decision.outputs {
            match kind.as_str() {
                "credit_code" => faults.extend(self.elsewhere(kind, CreditCode::parse(value).ok().map(|c| c.region()))),
                "seal_code" => faults.extend(self.elsewhere(kind, SealCode::parse(value).ok().map(|c| c.region()))),
                "tax_device" => faults.extend(self.tax_device(value)),
                "established_on" => faults.extend(self.established(value, workdays::city_date(decision.decided_at))),
                _ => {}
            }
            if self.taken.contains(&(kind.clone(), value.clone())) {
                faults.push(Fault::told(fault::TAKEN, &[("kind", kind)]));
            }
        }
        faults.extend(self.seals(decision));
        faults.extend(fees(decision));
        faults
    }

    /// A supplement asks for no more than its task may know, and time stands still for what the list names.
    fn objections(&self, task: &Task, says: &DepartmentSays, _at: OffsetDateTime) -> Vec<Fault> {
        match says {
            DepartmentSays::SupplementAsked { items, .. } => {
                vocabulary::entitlement_faults(items, &self.entitlements.of(task))
            }
            DepartmentSays::ProcedureStarted { procedure, .. } => {
                vocabulary::procedure_fault(procedure).into_iter().collect()
            }
            DepartmentSays::Acknowledged { .. }
            | DepartmentSays::ProcedureEnded { .. }
            | DepartmentSays::SiteChecked { .. }
            | DepartmentSays::Extended { .. }
            | DepartmentSays::Decided(_)
            | DepartmentSays::Refused(_)
            | DepartmentSays::CancelAcknowledged { .. } => Vec::new(),
        }
    }
}

impl Checker<'_> {
    /// A code of another county; one that is no code at all is told as that.
    fn elsewhere(&self, kind: &str, region: Option<RegionCode>) -> Option<Fault> {
        let (is, ours) = (region?, self.region.county());
        let with = [("kind", kind), ("is", &*is.to_string()), ("ours", &*ours.to_string())];
        (is.county() != ours).then(|| Fault::told(fault::ELSEWHERE, &with))
    }

    /// A company is not older than its application, nor younger than its licence; what is no day is told as that.
    fn established(&self, value: &str, decided: Date) -> Option<Fault> {
        let day = vocabulary::day(value)?;
        // Where the department's clock is behind, a day that it calls today.
        let decided = decided.max(self.opened);
        let with = [("from", &*self.opened.to_string()), ("to", &*decided.to_string())];
        (day < self.opened || decided < day).then(|| Fault::told(fault::ESTABLISHED, &with))
    }

    fn tax_device(&self, value: &str) -> Option<Fault> {
        let expected = self.rules.device(self.opened);
        let told = || Fault::told(fault::NOT_OF_THIS_DATE, &[("device", expected.unwrap_or("-"))]);
        (expected != Some(value)).then(told)
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
            let [least, most, found] = [least, most, codes.len()].map(|count| count.to_string());
            faults.push(Fault::told(fault::SEAL_COUNT, &[("least", &least), ("most", &most), ("found", &found)]));
        }
        faults
    }
}

/// Opening a company is free of charge (domain 3.9).
fn fees(decision: &Decision) -> impl Iterator<Item = Fault> {
    let charged = decision.fees.iter().filter(|fee| fee.fen != Fen::ZERO);
    charged.map(|fee| Fault::told(fault::NOT_FREE, &[("name", &fee.name)]))
}
