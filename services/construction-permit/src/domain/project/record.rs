//! What the applicant entered and brought: forms, papers, and what was signed for papers that follow. Entered once (R20),
//! and good for every department (R38).

use std::collections::{BTreeMap, BTreeSet};

use casework::Limit;
use chassis::http::Named;
use contracts::materials::Paper;
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};
use workdays::{Calendar, Due, Spans, city_date};

use super::gap::Gap;
use crate::domain::catalogue::{Catalogue, ItemCode};

/// Working days that an applicant has for a supplement.
const SUPPLEMENT_DAYS: u32 = 10;

/// One project's own data, apart from everything that others may read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Values by field name.
    pub fields: BTreeMap<String, String>,
    /// Stage -> its form (一张表单).
    pub forms: BTreeMap<String, Filed>,
    /// By material code: the last one that was brought.
    pub papers: BTreeMap<String, Given>,
    /// Items that were applied for and whose department has not begun.
    pub wanted: BTreeSet<ItemCode>,
    /// What was signed, by item, until the item is accepted.
    pub undertaken: BTreeMap<ItemCode, Undertaken>,
    /// Acceptances with gaps, in order.
    pub gaps: Vec<Gap>,
    /// Materials that could not be fetched: only those are asked for (R37).
    pub unfetched: BTreeMap<String, Unfetched>,
    /// Until when the applicant was told to bring a supplement, by item, as long as its department waits for it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub supplements: BTreeMap<ItemCode, ToldDay>,
    /// Materials that earlier projects of the same investor brought (R38): code -> project code.
    pub reused: BTreeMap<String, String>,
    /// The applicant as a clerk entered him at a window; none where he signed in himself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named: Option<Named>,
}

/// A stage's form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    pub by: String,
}

/// A paper that was brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    #[serde(flatten)]
    pub paper: Paper,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    pub by: String,
    /// The first department that decided on it; all others recognise it until it expires (R38).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<Verified>,
}

/// Who verified a material.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    pub item: ItemCode,
    pub department: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// An undertaking (承诺书) for papers that follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undertaken {
    /// SM3 of the text that was signed, 64 hexadecimal characters.
    pub sm3: String,
    pub by: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// A source did not give a material.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfetched {
    pub reason: String,
    pub by: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// A day that the applicant was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldDay {
    /// From when on it was reckoned.
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
    pub due: Due,
}

impl ToldDay {
    /// The last day for a supplement that is asked for at that instant.
    #[must_use]
    pub fn of_supplement(calendar: &Calendar, since: OffsetDateTime) -> Self {
        Self { since, due: calendar.due_after(city_date(since), SUPPLEMENT_DAYS) }
    }
}

impl Record {
    /// The paper of a material that is still good on a day.
    #[must_use]
    pub fn good(&self, catalogue: &Catalogue, calendar: &Calendar, code: &str, on: Date) -> Option<&Given> {
        self.papers.get(code).filter(|given| {
            let expires = given.expires(catalogue, calendar);
            expires.is_none_or(|last| on <= last)
        })
    }

    /// Papers come; one of the same code replaces what was there, and has to be verified anew.
    pub fn bring(&mut self, papers: Vec<Paper>, by: &str, at: OffsetDateTime) {
        for paper in papers {
            let known = self.papers.get(&paper.code).is_some_and(|given| given.paper == paper);
            if !known {
                self.papers.insert(paper.code.clone(), Given { paper, at, by: by.to_owned(), verified: None });
            }
        }
    }

    /// The acceptance with a gap of this item in this round.
    #[must_use]
    pub fn gap(&self, item: &str, round: u32) -> Option<&Gap> {
        self.gaps.iter().find(|gap| gap.item.as_str() == item && gap.round == round)
    }

    /// The last acceptance with a gap of this item, to be changed.
    pub fn last_gap(&mut self, item: &str) -> Option<&mut Gap> {
        self.gaps.iter_mut().rev().find(|gap| gap.item.as_str() == item)
    }
}

impl Given {
    /// The last day on which it is good; `None` where it does not expire.
    #[must_use]
    pub fn expires(&self, catalogue: &Catalogue, calendar: &Calendar) -> Option<Date> {
        let months = catalogue.material(&self.paper.code)?.valid_months?;
        Limit::Months(months).due(calendar, city_date(self.at), &Spans::default()).map(|due| due.date)
    }
}
