//! Whether an application is complete against its item version: everything that is missing or wrong, at once (R69).

use std::collections::BTreeMap;

use chassis::{data::Label, http::Fault};
use serde::{Deserialize, Serialize};
use time::Date;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    catalogue::{Entry, Material, Need},
    form::Entered,
};

/// A paper that only the applicant can bring, and has not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Missing {
    pub code: String,
    pub name: Label,
    pub need: Need,
    /// It may follow later under an undertaking.
    pub tolerable: bool,
}

impl Missing {
    /// A paper of an item that is not there.
    #[must_use]
    pub fn of(material: &Material) -> Self {
        Self {
            code: material.code.clone(),
            name: material.name.clone(),
            need: material.need,
            tolerable: material.tolerable,
        }
    }
}

/// What an application lacks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completeness {
    /// What is wrong in what was entered; the applicant corrects it on the spot.
    pub faults: Vec<Fault>,
    pub missing: Vec<Missing>,
}

impl Completeness {
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.faults.is_empty() && self.missing.is_empty()
    }

    /// Everything, as faults of one form.
    #[must_use]
    pub fn all_faults(&self) -> Vec<Fault> {
        let missing = self.missing.iter().map(|missing| {
            let (zh, en) = (format!("请上传{}", missing.name.zh), format!("upload the {}", missing.name.en));
            Fault::new(format!("/materials/{}", missing.code), "missing", zh, en)
        });
        self.faults.iter().cloned().chain(missing).collect()
    }
}

/// Compares what was entered with the item version. `brought` are the applicant's papers with their codes; `today` bounds
/// birth dates.
#[must_use]
pub fn completeness(entry: &Entry, entered: &Entered, brought: &BTreeMap<Uuid, String>, today: Date) -> Completeness {
    let missing = entry.asked().filter(|material| !entered.materials.iter().any(|(code, _)| *code == material.code));
    Completeness { faults: entry.form.faults(entered, brought, today), missing: missing.map(Missing::of).collect() }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::domain::catalogue::Catalogue;

    fn told(fields: &[(&str, &str)], materials: &[(&str, u128)]) -> Completeness {
        let catalogue = Catalogue::read(&Catalogue::built_in()).unwrap();
        let entered = Entered {
            channel: "online".to_owned(),
            fields: fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            choices: BTreeMap::new(),
            materials: materials.iter().map(|(code, id)| ((*code).to_owned(), Uuid::from_u128(*id))).collect(),
        };
        let brought = entered.materials.iter().map(|(code, id)| (*id, code.clone())).collect();
        let entry = catalogue.version("food-stall-filing", 1).unwrap();
        completeness(entry, &entered, &brought, date!(2025 - 09 - 15))
    }

    const FIELDS: [(&str, &str); 3] =
        [("operator.name", "测试辛"), ("operator.phone", "10012345678"), ("place", "海滨")];

    #[test]
    fn an_application_with_everything_is_complete() {
        assert!(told(&FIELDS, &[("M01", 1), ("HEALTH", 2), ("LAYOUT", 3), ("WASTE", 4)]).is_complete());
    }

    #[test]
    fn everything_that_is_missing_is_told_at_once() {
        let told = told(&FIELDS[..1], &[("M01", 1)]);
        let pointers: Vec<_> = told.all_faults().into_iter().map(|fault| fault.pointer).collect();
        let expected =
            ["/fields/operator.phone", "/fields/place", "/materials/HEALTH", "/materials/LAYOUT", "/materials/WASTE"];
        assert_eq!(pointers, expected);
        let tolerable: Vec<_> = told.missing.iter().map(|missing| missing.tolerable).collect();
        assert_eq!(tolerable, [false, true, true]);
    }

    #[test]
    fn what_is_fetched_is_not_asked() {
        let catalogue = Catalogue::read(&Catalogue::built_in()).unwrap();
        let entry = catalogue.version("establishment-registration", 1).unwrap();
        let missing = completeness(entry, &Entered::default(), &BTreeMap::new(), date!(2025 - 09 - 15)).missing;
        assert!(missing.iter().all(|missing| missing.code != "M03") && missing.len() == 3);
    }
}
