//! A rule decides: outputs for one task, with numbers that are drawn from the department's series.

use std::collections::{BTreeMap, BTreeSet};

use casework::{Output, TaskCode};
use time::{Date, format_description::FormatItem, macros::format_description};

use super::{DateRule, FieldRule, NoNumber, NumberRule, OutputRule, Rules, Series, TaskRule, ValueRule};
use crate::domain::{dossier::Dossier, numbers::Number};

const ISO_DATE: &[FormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// What a rule looks at.
pub struct Occasion<'a> {
    pub task: &'a TaskCode,
    /// Region of the case.
    pub region: &'a str,
    pub dossier: &'a Dossier,
    /// The city's date.
    pub today: Date,
}

/// Why a rule has no answer; people decide.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undecided {
    #[error("there is no rule for this task")]
    NoRule,
    #[error("{field} is not empty yet")]
    Waits { field: String },
    #[error("{series}: {why}")]
    NoNumber { series: String, why: NoNumber },
    #[error("{kind}: no row has begun by that date")]
    NoRow { kind: String },
    #[error("{field} is not a date")]
    NotADate { field: String },
}

/// The counters of all series as they were loaded, and how far they were drawn since.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Serials {
    counters: BTreeMap<String, Counter>,
    /// Numbers that are known to be somebody's.
    taken: BTreeSet<Number>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Counter {
    loaded: i64,
    next: i64,
}

impl Serials {
    /// Series -> next serial.
    #[must_use]
    pub fn loaded(next: BTreeMap<String, i64>) -> Self {
        let counters = next.into_iter().map(|(series, next)| (series, Counter { loaded: next, next })).collect();
        Self { counters, taken: BTreeSet::new() }
    }

    /// The next serial of a series as it was loaded.
    #[must_use]
    pub fn next_loaded(&self, series: &str) -> Option<i64> {
        self.counters.get(series).map(|counter| counter.loaded)
    }

    /// Numbers that others hold: they are passed over.
    pub fn pass_over(&mut self, taken: BTreeSet<Number>) {
        self.taken.extend(taken);
    }

    /// Series that were drawn from: (name, serial as loaded, next serial now).
    pub fn drawn(&self) -> impl Iterator<Item = (&str, i64, i64)> {
        let drawn = self.counters.iter().filter(|(_, counter)| counter.next > counter.loaded);
        drawn.map(|(series, counter)| (series.as_str(), counter.loaded, counter.next))
    }

    fn draw(&mut self, series: &Series, kind: &str, region: &str) -> Result<String, NoNumber> {
        let counter =
            self.counters.entry(series.name.clone()).or_insert(Counter { loaded: series.first, next: series.first });
        loop {
            let number = series.number(region, counter.next)?;
            counter.next += 1;
            if !self.taken.contains(&(kind.to_owned(), number.clone())) {
                return Ok(number);
            }
        }
    }
}

impl Rules {
    /// The outputs with which the task is decided.
    ///
    /// # Errors
    /// Where the rules have no answer; serials that were drawn until then are not drawn again.
    pub fn decide(&self, occasion: &Occasion<'_>, serials: &mut Serials) -> Result<Vec<Output>, Undecided> {
        let TaskRule { outputs: rules, waits_for_empty } = self.tasks.get(occasion.task).ok_or(Undecided::NoRule)?;
        if let Some(field) = waits_for_empty
            && occasion.dossier.value(field).is_some_and(|value| !value.trim().is_empty())
        {
            return Err(Undecided::Waits { field: field.clone() });
        }
        let mut outputs = Vec::with_capacity(rules.len());
        for rule in rules {
            let values = self.values(rule, occasion, serials)?;
            outputs.extend(values.into_iter().map(|value| Output { kind: rule.kind.clone(), value }));
        }
        Ok(outputs)
    }

    /// The next numbers that a decision on this task could get, `ahead` of each kind.
    #[must_use]
    pub fn candidates(&self, task: &TaskCode, region: &str, serials: &Serials, ahead: i64) -> BTreeSet<Number> {
        let mut candidates = BTreeSet::new();
        for rule in self.tasks.get(task).iter().flat_map(|rule| &rule.outputs) {
            let ValueRule::Number(number) = &rule.value else { continue };
            let Some(series) = self.series.get(&number.series) else { continue };
            let next = serials.next_loaded(&series.name).unwrap_or(series.first);
            let numbers = (next..next + ahead).map_while(|serial| series.number(region, serial).ok());
            candidates.extend(numbers.map(|value| (rule.kind.clone(), value)));
        }
        candidates
    }

    fn values(
        &self,
        rule: &OutputRule,
        occasion: &Occasion<'_>,
        serials: &mut Serials,
    ) -> Result<Vec<String>, Undecided> {
        Ok(match &rule.value {
            ValueRule::Text(text) => vec![text.clone()],
            ValueRule::Today => vec![occasion.today.to_string()],
            ValueRule::Number(number) => self.numbers(&rule.kind, number, occasion, serials)?,
            ValueRule::ByDate(by) => vec![by_date(&rule.kind, by, occasion)?],
            ValueRule::ByField(by) => vec![by_field(by, occasion)],
        })
    }

    fn numbers(
        &self,
        kind: &str,
        number: &NumberRule,
        occasion: &Occasion<'_>,
        serials: &mut Serials,
    ) -> Result<Vec<String>, Undecided> {
        let undecided = |why| Undecided::NoNumber { series: number.series.clone(), why };
        let series = self.series.get(&number.series).ok_or_else(|| undecided(NoNumber::Form))?;
        (0..number.count).map(|_| serials.draw(series, kind, occasion.region).map_err(undecided)).collect()
    }
}

fn by_date(kind: &str, rule: &DateRule, occasion: &Occasion<'_>) -> Result<String, Undecided> {
    let given = rule.field.as_ref().and_then(|field| Some((field, occasion.dossier.value(field)?)));
    let date = match given {
        None => occasion.today,
        Some((field, text)) => Date::parse(text, ISO_DATE).map_err(|_| Undecided::NotADate { field: field.clone() })?,
    };
    let row = rule.rows.iter().rev().find(|row| row.from <= date);
    row.map(|row| row.text.clone()).ok_or_else(|| Undecided::NoRow { kind: kind.to_owned() })
}

fn by_field(rule: &FieldRule, occasion: &Occasion<'_>) -> String {
    let value = occasion.dossier.value(&rule.field).and_then(|value| rule.values.get(value.trim()));
    value.unwrap_or(&rule.otherwise).clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::dossier::Field;
    use casework::DepartmentCode;
    use time::macros::date;

    fn rules(code: &str, text: &str) -> Rules {
        Rules::read(text, &DepartmentCode::parse(code).unwrap()).unwrap()
    }

    fn decided(
        rules: &Rules,
        task: &str,
        dossier: &Dossier,
        today: Date,
        serials: &mut Serials,
    ) -> Vec<(String, String)> {
        let task = task.into();
        let occasion = Occasion { task: &task, region: "370683", dossier, today };
        let outputs = rules.decide(&occasion, serials).unwrap();
        outputs.into_iter().map(|output| (output.kind, output.value)).collect()
    }

    fn field(name: &str, value: &str) -> Dossier {
        Dossier { fields: vec![Field { name: name.into(), value: value.into() }], materials: vec![] }
    }

    fn value(outputs: &[(String, String)], kind: &str) -> String {
        outputs.iter().find(|(of, _)| of == kind).map(|(_, value)| value.clone()).unwrap_or_default()
    }

    #[test]
    fn seals_are_four_and_no_number_is_drawn_twice() {
        let rules = rules("PSB", include_str!("../../../rules/psb.toml"));
        let mut serials = Serials::default();
        let one = decided(&rules, "seals", &Dossier::default(), date!(2025 - 09 - 28), &mut serials);
        let two = decided(&rules, "seals", &Dossier::default(), date!(2025 - 09 - 28), &mut serials);
        assert_eq!((one.len(), two.len()), (4, 4));
        assert!(one.iter().all(|number| number.0 == "seal_code" && !two.contains(number)));
        assert_eq!(serials.drawn().map(|(_, from, to)| to - from).collect::<Vec<_>>(), [8]);
    }

    #[test]
    fn a_number_that_somebody_holds_is_passed_over() {
        let rules = rules("BNK", include_str!("../../../rules/bnk.toml"));
        let mut serials = Serials::default();
        let candidates = rules.candidates(&"bank".into(), "370683", &serials, 3);
        assert_eq!(candidates.len(), 6);
        assert!(candidates.contains(&("basic_account_number".into(), "J4560000000101".into())));
        serials.pass_over([("basic_account_number".into(), "J4560000000101".into())].into());
        let outputs = decided(&rules, "bank", &Dossier::default(), date!(2025 - 09 - 28), &mut serials);
        assert_eq!(value(&outputs, "basic_account_number"), "J4560000000201");
    }

    #[test]
    fn the_tax_device_goes_by_the_date_of_opening() {
        let rules = rules("TAX", include_str!("../../../rules/tax.toml"));
        let device = |opened: &str, today| {
            let outputs = decided(&rules, "tax", &field("established_on", opened), today, &mut Serials::default());
            value(&outputs, "tax_device")
        };
        let today = date!(2025 - 09 - 28);
        assert_eq!(device("2025-09-28", today), "none");
        assert_eq!(device("2024-12-01", today), "none");
        assert_eq!(device("2024-11-30", today), "ukey");
        assert_eq!(device("2019-12-31", today), "disk");
        let outputs = decided(&rules, "tax", &Dossier::default(), date!(2021 - 03 - 01), &mut Serials::default());
        assert_eq!(value(&outputs, "tax_device"), "ukey");
        let (task, bad) = ("tax".into(), field("established_on", "yesterday"));
        let occasion = Occasion { task: &task, region: "370683", dossier: &bad, today };
        assert!(matches!(rules.decide(&occasion, &mut Serials::default()), Err(Undecided::NotADate { .. })));
    }

    #[test]
    fn the_licence_has_a_valid_code_and_today_as_its_date() {
        let rules = rules("MSA", include_str!("../../../rules/msa.toml"));
        let outputs = decided(&rules, "licence", &Dossier::default(), date!(2025 - 09 - 28), &mut Serials::default());
        assert!(ids::CreditCode::parse(&value(&outputs, "credit_code")).is_ok());
        assert_eq!(value(&outputs, "established_on"), "2025-09-28");
    }

    #[test]
    fn the_package_goes_the_way_that_was_chosen() {
        let rules = rules("CTR", include_str!("../../../rules/ctr.toml"));
        let mode = |dossier: &Dossier| {
            let outputs = decided(&rules, "hand-over", dossier, date!(2025 - 09 - 28), &mut Serials::default());
            value(&outputs, "delivery_mode")
        };
        assert_eq!(mode(&field("pick_up", "邮寄")), "post");
        assert_eq!(mode(&field("pick_up", "counter")), "counter");
        assert_eq!(mode(&Dossier::default()), "counter");
    }

    #[test]
    fn a_rule_waits_while_the_dossier_says_that_something_is_open() {
        let text = "department = 'HUR'\n[[task]]\ncode = 'D01'\nwaits_for_empty = 'inside.open'\noutputs = [{ kind = 'result', value = 'today' }]";
        let rules = rules("HUR", text);
        let open = field("inside.open", "D02 D07");
        let task = "D01".into();
        let occasion = Occasion { task: &task, region: "370683", dossier: &open, today: date!(2025 - 12 - 19) };
        let waits = Undecided::Waits { field: "inside.open".into() };
        assert_eq!(rules.decide(&occasion, &mut Serials::default()), Err(waits));
        let outputs = decided(&rules, "D01", &Dossier::default(), date!(2025 - 12 - 19), &mut Serials::default());
        assert_eq!(value(&outputs, "result"), "2025-12-19");
    }

    #[test]
    fn a_task_without_a_rule_is_left_to_people() {
        let rules = rules("CTR", include_str!("../../../rules/ctr.toml"));
        let (task, dossier) = ("joint-acceptance".into(), Dossier::default());
        let occasion = Occasion { task: &task, region: "370683", dossier: &dossier, today: date!(2025 - 09 - 28) };
        assert_eq!(rules.decide(&occasion, &mut Serials::default()), Err(Undecided::NoRule));
    }
}
