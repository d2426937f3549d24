//! A rules file is read whole: every fault is named, not only the first.

use std::collections::BTreeMap;

use casework::{DepartmentCode, TaskCode, vocabulary::value_fault};
use serde::Deserialize;

use super::{
    DateRule, OutputRule, Rules, RulesFaults, TaskRule, ValueRule,
    series::{Series, SeriesDraft},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    department: String,
    #[serde(default)]
    series: BTreeMap<String, toml::Value>,
    #[serde(default)]
    task: Vec<toml::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TaskDraft {
    code: String,
    #[serde(default)]
    outputs: Vec<toml::Value>,
    waits_for_empty: Option<String>,
}

pub(super) fn read(text: &str, department: &DepartmentCode) -> Result<Rules, RulesFaults> {
    let file: RulesFile =
        toml::from_str(text).map_err(|error| RulesFaults(vec![error.to_string().trim().to_owned()]))?;
    let mut faults = Vec::new();
    if file.department != department.as_str() {
        faults.push(format!("department: the file is for {}, this is {department}", file.department));
    }
    let mut series = BTreeMap::new();
    for (name, draft) in file.series {
        let at = format!("series.{name}");
        let draft = typed::<SeriesDraft>(&at, draft, &mut faults);
        // A broken one keeps its name: what refers to it is not wrong for that.
        let read = draft.and_then(|draft| Series::check(&name, &draft, &mut faults));
        series.insert(name, read);
    }
    let mut tasks: BTreeMap<TaskCode, TaskRule> = BTreeMap::new();
    for (place, draft) in (1..).zip(file.task) {
        let Some(draft) = typed::<TaskDraft>(&format!("task {place}"), draft, &mut faults) else { continue };
        let mut outputs = Vec::new();
        for (nth, output) in (1..).zip(draft.outputs) {
            let at = format!("task {:?}, output {nth}", draft.code);
            if let Some(output) = typed::<OutputRule>(&at, output, &mut faults) {
                check_output(&at, &output, &series, &mut faults);
                outputs.push(output);
            }
        }
        if draft.code.trim().is_empty() {
            faults.push(format!("task {place}: its code is empty"));
        }
        let waits_for_empty = draft.waits_for_empty;
        if waits_for_empty.as_ref().is_some_and(|field| field.trim().is_empty()) {
            faults.push(format!("task {:?}: waits_for_empty names no field", draft.code));
        }
        if tasks.insert(draft.code.as_str().into(), TaskRule { outputs, waits_for_empty }).is_some() {
            faults.push(format!("task {:?} stands there twice", draft.code));
        }
    }
    if faults.is_empty() {
        let series = series.into_iter().filter_map(|(name, series)| Some((name, series?))).collect();
        Ok(Rules { department: department.clone(), series, tasks })
    } else {
        Err(RulesFaults(faults))
    }
}

fn typed<T: for<'de> Deserialize<'de>>(at: &str, value: toml::Value, faults: &mut Vec<String>) -> Option<T> {
    value.try_into().map_err(|error| faults.push(format!("{at}: {}", error.to_string().trim()))).ok()
}

fn check_output(at: &str, output: &OutputRule, series: &BTreeMap<String, Option<Series>>, faults: &mut Vec<String>) {
    if output.kind.trim().is_empty() {
        faults.push(format!("{at}: its kind is empty"));
    }
    faults.extend(unheard_of(output).map(|fault| format!("{at}: {fault}")));
    match &output.value {
        ValueRule::Number(number) => {
            if !series.contains_key(&number.series) {
                faults.push(format!("{at}: there is no series {:?}", number.series));
            }
            if !(1..=20).contains(&number.count) {
                faults.push(format!("{at}: count is 1 to 20"));
            }
        }
        ValueRule::ByDate(rule) => check_dates(at, rule, faults),
        ValueRule::Text(_) | ValueRule::Today | ValueRule::ByField(_) => {}
    }
}

/// Texts that no owner takes for this kind of result.
fn unheard_of(output: &OutputRule) -> impl Iterator<Item = String> {
    let texts: Vec<&String> = match &output.value {
        ValueRule::Text(text) => vec![text],
        ValueRule::ByDate(rule) => rule.rows.iter().map(|row| &row.text).collect(),
        ValueRule::ByField(rule) => rule.values.values().chain([&rule.otherwise]).collect(),
        ValueRule::Today | ValueRule::Number(_) => vec![],
    };
    texts.into_iter().filter_map(|text| value_fault(&output.kind, text)).map(|fault| fault.en)
}

fn check_dates(at: &str, rule: &DateRule, faults: &mut Vec<String>) {
    if rule.rows.is_empty() {
        faults.push(format!("{at}: by_date has no rows"));
    }
    if rule.rows.windows(2).any(|two| two[0].from >= two[1].from) {
        faults.push(format!("{at}: by_date's rows are not in the order of their dates"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_named_at_once() {
        let text = r#"
            department = "PSB"
            [series.seal]
            form = "seal_code"
            text = "{region}{serial:3}"
            [series.broken]
            txt = "?"
            [[task]]
            code = "seals"
            outputs = [
                { kind = "seal_code", value = { number = { series = "sael", count = 40 } } },
                { kind = "", value = "today" },
                { kind = "device", value = { by_date = { rows = [] } } },
                { kind = "x", value = "tomorrow" },
                { kind = "delivery_mode", value = { by_field = { field = "pick_up", values = { ems = "ems" }, otherwise = "post" } } },
            ]
            [[task]]
            code = "seals"
        "#;
        let RulesFaults(faults) = read(text, &DepartmentCode::parse("TAX").unwrap()).unwrap_err();
        assert_eq!(faults.len(), 10, "{faults:#?}");
        let parts = [
            "is for PSB",
            "series.seal",
            "txt",
            "sael",
            "count",
            "kind is empty",
            "no rows",
            "tomorrow",
            "counter, post",
            "twice",
        ];
        for part in parts {
            assert!(faults.iter().any(|fault| fault.contains(part)), "{part}: {faults:#?}");
        }
    }
}
