//! A construction project (工程建设项目): the case of the engine with what the engine does not know.

mod checks;
mod clock;
mod dossier;
mod gap;
mod needs;
mod record;
mod timetable;

use std::collections::{BTreeMap, BTreeSet};

use casework::{Card, Case, Phase};
use contracts::process::v1::Step;
use ids::{CreditCode, ProjectCode, RegionCode, Writing};
use mailbox::Stem;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

pub use checks::Rules;
pub use clock::{clock_rules, facts};
pub use dossier::{dossier, entitled};
pub use gap::{Gap, GapFault};
pub use needs::Lacking;
pub use record::{Filed, Given, Record, ToldDay, Undertaken, Unfetched, Verified};
pub use timetable::{ScheduleFault, graph};

use super::{
    ProjectType,
    catalogue::{Catalogue, ItemCode, Reference},
    tailored::{TailoredList, Unanswered},
};

/// The kind of subject that a project is in the ledger.
pub const SUBJECT: &str = "project";

/// One project, as loaded or as decided.
#[derive(Clone, Debug)]
pub struct Project {
    pub stem: Stem,
    pub entry: Entry,
    /// None until its list was acknowledged.
    pub case: Option<Case>,
    /// What the applicant entered and brought.
    pub record: Record,
    /// The last card that the clock has shown; never taken back.
    pub card: Card,
    pub untold: Untold,
}

/// What a project is registered with, and which list is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub code: String,
    pub kind: ProjectType,
    pub name: String,
    pub place: Place,
    pub investor: Investor,
    /// Token subject of the applicant to whom it belongs.
    pub holder: String,
    #[serde(with = "time::serde::rfc3339")]
    pub registered_at: OffsetDateTime,
    /// 总投资, in fen.
    pub total_fen: Option<i64>,
    /// What was answered, as it was given.
    pub answers: BTreeMap<String, serde_json::Value>,
    /// Whether the catalogue's defaults hold where nothing was answered.
    pub defaults: bool,
    pub catalogue: Reference,
    /// The newest version of the list.
    pub list: u32,
    /// The version that is in force, once the applicant has acknowledged one.
    pub acknowledged: Option<u32>,
    /// Procedures of the list that have an item of their own (B18).
    pub procedures: BTreeSet<ItemCode>,
}

/// Where it is built.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Nine digits: town or subdistrict; or six.
    pub region: String,
    /// Twelve digits.
    pub village: Option<String>,
    pub address: String,
}

/// Who builds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Investor {
    pub name: String,
    pub credit_code: String,
}

/// Steps that were recorded and not yet published, and whether a batch has more about this project: one message tells all.
#[derive(Clone, Debug, Default)]
pub struct Untold {
    pub steps: Vec<Step>,
    pub more_to_come: bool,
}

impl Entry {
    /// What to do with questions that nobody answered.
    #[must_use]
    pub fn unanswered(&self) -> Unanswered {
        if self.defaults { Unanswered::TakeDefaults } else { Unanswered::LeaveOpen }
    }

    /// The county's region code, as case numbers and document numbers have it.
    #[must_use]
    pub fn county(&self) -> &str {
        self.place.region.get(..6).unwrap_or(&self.place.region)
    }
}

impl Project {
    /// Items that the project does, procedures with an item of their own among them.
    #[must_use]
    pub fn planned(&self) -> BTreeSet<ItemCode> {
        let tasks = self.case.iter().flat_map(Case::tasks).filter(|task| !task.is_omitted());
        let items = tasks.map(|task| ItemCode::from(task.code.as_str()));
        items.chain(self.entry.procedures.iter().cloned()).collect()
    }

    /// Items that a department has had: edits never touch them (R47). A procedure with an item of its own has begun with the
    /// item inside which it runs.
    #[must_use]
    pub fn accepted(&self, catalogue: &Catalogue) -> BTreeSet<ItemCode> {
        let begun = |task: &&casework::Task| !task.is_waiting() && !task.is_omitted();
        let tasks = self.case.iter().flat_map(Case::tasks).filter(begun);
        let mut items: BTreeSet<_> = tasks.map(|task| ItemCode::from(task.code.as_str())).collect();
        let hosts = catalogue.items().iter().filter(|item| items.contains(&item.code));
        let procedures: Vec<_> = hosts.flat_map(|item| &item.procedures).filter_map(|own| own.item.clone()).collect();
        items.extend(procedures.into_iter().filter(|code| self.entry.procedures.contains(code)));
        items
    }

    #[must_use]
    pub fn is_running(&self) -> bool {
        self.case.as_ref().is_some_and(|case| matches!(case.phase(), Phase::Running))
    }

    /// Stable name of where it stands.
    #[must_use]
    pub fn phase(&self) -> &'static str {
        match self.case.as_ref().map(Case::phase) {
            None => "registered",
            Some(Phase::Running) => "running",
            Some(Phase::Stopping { .. }) => "stopping",
            Some(Phase::Closed { .. }) => "closed",
            Some(Phase::Withdrawn { .. }) => "withdrawn",
            Some(Phase::Terminated { .. }) => "terminated",
        }
    }

    /// Follows a list that is in force from now on.
    pub fn follow(&mut self, list: &TailoredList, catalogue: &Catalogue) {
        self.entry.catalogue = list.catalogue.clone();
        self.entry.list = self.entry.list.max(list.version);
        self.entry.acknowledged = Some(list.version);
        self.entry.procedures = list.procedures(catalogue);
    }
}

/// A registration as somebody entered it, before anybody believes it.
#[derive(Clone, Debug)]
pub struct Registration {
    pub code: Option<String>,
    pub name: String,
    pub region: String,
    pub village: Option<String>,
    pub address: String,
    pub investor: String,
    pub credit_code: String,
    pub total_fen: Option<i64>,
}

/// What is wrong with one value: its name, a stable code, and both languages.
pub type ValueFault = (&'static str, &'static str, String, String);

impl Registration {
    /// Everything that is wrong with it, at once. It lies in the hall's own region: nobody else's departments do its work.
    #[must_use]
    pub fn faults(&self, hall: RegionCode) -> Vec<ValueFault> {
        let mut faults = Vec::new();
        let texts = [("name", &self.name), ("place.address", &self.address), ("investor.name", &self.investor)];
        for (name, text) in texts {
            let told = Writing::line(200).read(text).err().into_iter().flatten();
            faults.extend(told.map(|fault| (name, fault.slug(), fault.zh(), fault.to_string())));
        }
        let mut code = |name, fault: Option<ids::CodeError>| {
            faults.extend(fault.map(|fault| (name, "malformed", fault.zh(), fault.to_string())));
        };
        code("code", self.code.as_ref().and_then(|code| ProjectCode::parse(code).err()));
        let region = RegionCode::parse(&self.region);
        code("place.region", region.clone().err());
        code("place.village", self.village.as_ref().and_then(|village| RegionCode::parse(village).err()));
        code("investor.credit_code", CreditCode::parse(&self.credit_code).err());
        if region.is_ok_and(|region| !hall.contains(region)) {
            let (zh, en) =
                (format!("应为本大厅{hall}之内的区划"), format!("should be within {hall}, the hall's own region"));
            faults.push(("place.region", "not_ours", zh, en));
        }
        if self.village.as_ref().is_some_and(|village| !village.starts_with(self.region.as_str())) {
            let (zh, en) = ("村居不在所填镇街", "the village is not in that town");
            faults.push(("place.village", "elsewhere", zh.to_owned(), en.to_owned()));
        }
        if self.total_fen.is_some_and(|fen| fen < 0) {
            let (zh, en) = ("总投资不能为负数", "the total investment is not below zero");
            faults.push(("total_fen", "negative", zh.to_owned(), en.to_owned()));
        }
        faults
    }
}

#[cfg(test)]
mod tests;
