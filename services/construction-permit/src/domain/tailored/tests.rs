use std::{collections::BTreeMap, fmt::Write as _, fs, path::PathBuf};

use serde_json::{Value as Json, json};

use super::*;
use crate::domain::{
    ProjectType,
    attribute::read_day,
    catalogue::{Catalogue, ItemCode},
};

fn catalogue() -> Catalogue {
    Catalogue::read(&Catalogue::built_in()).unwrap()
}

fn code(code: &str) -> ItemCode {
    ItemCode::from(code)
}

fn data(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests-data/projects").join(file)
}

/// A project as its file in `tests-data/projects` says.
#[derive(serde::Deserialize)]
struct Project {
    #[serde(rename = "type")]
    kind: ProjectType,
    on: String,
    defaults: bool,
    answers: BTreeMap<String, Json>,
}

impl Project {
    fn read(name: &str) -> Self {
        toml::from_str(&fs::read_to_string(data(&format!("{name}.toml"))).unwrap()).unwrap()
    }

    fn answers(&self, catalogue: &Catalogue) -> Result<Answers, Vec<AnswerFault>> {
        let unanswered = if self.defaults { Unanswered::TakeDefaults } else { Unanswered::LeaveOpen };
        Answers::read(catalogue, self.kind, read_day(&self.on).unwrap(), &self.answers, unanswered)
    }

    fn with(mut self, name: &str, value: Json) -> Self {
        self.answers.insert(name.to_owned(), value);
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.answers.remove(name).unwrap();
        self
    }

    fn list(&self, catalogue: &Catalogue) -> TailoredList {
        tailor(catalogue, &self.answers(catalogue).unwrap())
    }
}

fn standing(list: &TailoredList, standing: Standing) -> Vec<&str> {
    list.rows.iter().filter(|row| row.standing == standing).map(|row| row.item.as_str()).collect()
}

/// The list of a project, line by line, as `tests-data/projects/<name>.txt` has it. Written anew under WUTONG_BLESS=1.
fn explained(name: &str) -> TailoredList {
    let catalogue = catalogue();
    let list = Project::read(name).list(&catalogue);
    let mut text = String::new();
    for row in &list.rows {
        let sign = match row.standing {
            Standing::Needed => '+',
            Standing::NotNeeded => '-',
            Standing::Undecided => '?',
        };
        writeln!(
            text,
            "{sign} {} {}\n    {}\n    {}",
            row.item,
            catalogue.item(&row.item).unwrap().name.zh,
            row.sentence.zh,
            row.sentence.en
        )
        .unwrap();
    }
    writeln!(text, "\nMaterials").unwrap();
    for row in list.materials(&catalogue, &Supply::default()) {
        let used: Vec<_> = row.used_by.iter().map(|used| used.item.as_str()).collect();
        let stage = row.stage.as_ref().map(|stage| format!("({stage})")).unwrap_or_default();
        writeln!(
            text,
            "{}{stage} {}: {} / {} [{}]",
            row.code,
            row.name.zh,
            row.says().zh,
            row.says().en,
            used.join(" ")
        )
        .unwrap();
    }
    let file = data(&format!("{name}.txt"));
    if std::env::var_os("WUTONG_BLESS").is_some() {
        fs::write(&file, &text).unwrap();
    }
    assert_eq!(text, fs::read_to_string(&file).unwrap(), "{}", file.display());
    list
}

#[test]
fn the_key_industrial_project_has_the_list_of_its_story() {
    let list = explained("key-industrial-project");
    let wanted = "A01 A09 A12 A14 A15 A21 A24 A26 A36 B01 B02 B13 B14 B17 B18 B19 C01 C02 C06 C07 C08 C10 C11 C19 C20 C21 C25 C26 \
                  C27 C28 C29 C31 D01 D02 D03 D04 D07 D08 D09 D11 D12 D14 D15 D16";
    assert_eq!(standing(&list, Standing::Needed), wanted.split_whitespace().collect::<Vec<_>>());
    assert_eq!(standing(&list, Standing::Undecided), Vec::<&str>::new());
    assert_eq!(list.missing, []);
    assert_eq!(list.rows.len(), 103);
    assert_eq!(catalogue().critical_path(&list.planned()), 23);
}

#[test]
fn the_coastal_housing_is_explained_line_by_line() {
    let list = explained("coastal-housing");
    for needed in ["A06", "A08", "A32", "A33", "B06", "C03", "C05", "C13", "C17", "D05", "D06"] {
        assert_eq!(list.row(&code(needed)).unwrap().standing, Standing::Needed, "{needed}");
    }
    for not in ["A02", "B03", "B05", "B07", "C02", "D04"] {
        assert_eq!(list.row(&code(not)).unwrap().standing, Standing::NotNeeded, "{not}");
    }
}

#[test]
fn the_simple_warehouse_is_explained_line_by_line() {
    let list = explained("simple-warehouse");
    assert_eq!(list.row(&code("C01")).unwrap().why, Why::OtherType);
    let papers = list.materials(&catalogue(), &Supply::default());
    assert!(papers.iter().all(|row| row.code != "M37"), "there is no drawing review that could make it");
}

#[test]
fn the_government_school_is_explained_line_by_line() {
    let list = explained("government-school");
    for needed in ["A03", "A04", "A11", "A13", "A17", "B04", "B07", "B11", "C02", "C03", "C05"] {
        assert_eq!(list.row(&code(needed)).unwrap().standing, Standing::Needed, "{needed}");
    }
    assert!(matches!(&list.row(&code("B06")).unwrap().why, Why::ReplacedBy(other, _) if other.as_str() == "B07"));
    assert_eq!(catalogue().critical_path(&list.planned()), 31);
}

#[test]
fn the_rural_workshop_is_explained_line_by_line() {
    let list = explained("rural-workshop");
    for (replaced, by) in [("A01", "A05"), ("A15", "B03"), ("B02", "B03")] {
        let row = list.row(&code(replaced)).unwrap();
        assert!(matches!(&row.why, Why::ReplacedBy(other, _) if other.as_str() == by), "{row:?}");
    }
    assert_eq!(list.row(&code("B03")).unwrap().replaces, [code("A15"), code("B02")]);
}

#[test]
fn what_is_not_answered_leaves_undecided_what_it_decides() {
    let catalogue = catalogue();
    let project = Project::read("key-industrial-project").without("land_supply").without("annual_energy_tce");
    let list = project.list(&catalogue);
    // B03 may take the place of A15 and B02, so they wait for the same answer; A11 is of other types.
    assert_eq!(standing(&list, Standing::Undecided), ["A06", "A12", "A14", "A15", "B02", "B03"]);
    let missing: Vec<_> =
        list.missing.iter().map(|missing| (missing.attribute.as_str(), missing.items.len())).collect();
    assert_eq!(missing, [("annual_energy_tce", 1), ("land_supply", 3)]);
    assert_eq!(list.row(&code("A15")).unwrap().sentence.en, "Undecided: not answered is \"land supply\".");
    assert_eq!(list.row(&code("A15")).unwrap().sentence.zh, "尚未回答“土地取得方式”,待定。");
}

#[test]
fn an_open_item_names_the_question_that_comes_first() {
    let list = Project::read("coastal-housing").without("building_height_m").list(&catalogue());
    assert_eq!(list.row(&code("B05")).unwrap().sentence.en, "Undecided: not answered is \"building height\".");
    assert_eq!(list.missing, [Missing { attribute: "building_height_m".to_owned(), items: vec![code("B05")] }]);
}

#[test]
fn faults_of_answers_are_named_at_once_with_what_they_decide() {
    let project = Project::read("simple-warehouse")
        .with("floor_area_m2", json!(3001))
        .with("land_supply", json!("gift"))
        .with("annual_electricity_gwh", json!("1.2345"))
        .with("regional_assessment_until", json!("2026-01-01"))
        .with("swimming_pool", json!(true))
        .with("project_type", json!("G"));
    let faults = project.answers(&catalogue()).unwrap_err();
    let told: Vec<_> = faults.iter().map(|fault| (fault.kind, fault.what.en.as_str())).collect();
    let wanted = [
        (FaultKind::Unknown, "the catalogue asks for no attribute \"project_type\""),
        (FaultKind::Unknown, "the catalogue asks for no attribute \"swimming_pool\""),
        (FaultKind::Misshapen, "\"annual electricity use\" is not a number with at most three places"),
        (FaultKind::Misshapen, "\"land supply\" is none of auction, allocation, own, rural"),
        (
            FaultKind::Contradictory,
            "\"regional assessment valid until\" contradicts the answer to \"mineral overlay covered by the region\"",
        ),
        (FaultKind::Contradictory, "A simple low-risk project has at most 3,000 m² and a single function"),
    ];
    assert_eq!(told, wanted);
    let hazard = Project::read("rural-workshop")
        .with("hazardous_chemicals", json!(true))
        .with("special_lightning_site", json!(false));
    let faults = hazard.answers(&catalogue()).unwrap_err();
    assert_eq!(faults[0].attributes, ["hazardous_chemicals", "special_lightning_site"]);
    assert_eq!(faults[0].items, ["A34", "C04", "C24", "D10"].map(code));
}

#[test]
fn a_type_is_asked_only_what_matters_to_it() {
    let catalogue = catalogue();
    let asked = |kind, answers: &[(&str, Json)]| {
        let given = answers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let on = read_day("2025-03-03").unwrap();
        let answers = Answers::read(&catalogue, kind, on, &given, Unanswered::LeaveOpen).unwrap();
        let questions = questionnaire(&catalogue, &answers);
        questions.iter().map(|question| question.attribute.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        asked(ProjectType::L, &[]),
        ["floor_area_m2", "single_function", "land_supply", "eia_class", "special_fire_works", "gas_needed"]
    );
    let industry = asked(ProjectType::I, &[]);
    assert!(
        ["basement", "floor_area_m2", "building_height_m"].iter().all(|name| !industry.contains(&(*name).to_owned()))
    );
    let low =
        asked(ProjectType::S, &[("building_height_m", json!(24)), ("mineral_overlay_covered_by_region", json!(false))]);
    assert!(
        !low.contains(&"over_limit_high_rise".to_owned()) && !low.contains(&"regional_assessment_until".to_owned())
    );
    let high = asked(ProjectType::S, &[("building_height_m", json!("24.001"))]);
    assert!(high.contains(&"over_limit_high_rise".to_owned()));
}

#[test]
fn edits_make_versions_that_compare() {
    let catalogue = catalogue();
    let first = Project::read("key-industrial-project").list(&catalogue);
    let edit = |item: &str, kind, reason: &str| Edit { item: code(item), kind, reason: reason.to_owned() };
    let edits = [
        edit("A10", EditKind::Add, "the investor wants the coordination opinion"),
        edit("C20", EditKind::Waive, "no crane after all"),
        edit("D14", EditKind::Later, "the street is not named yet"),
    ];
    let second = first.edited(&edits, &[code("A01")].into()).unwrap();
    assert_eq!((second.version, second.rows.len()), (2, 103));
    let changed: Vec<_> = compare(&first, &second).iter().map(|change| change.item.clone()).collect();
    assert_eq!(changed, ["A10", "C20", "D14"].map(code));
    let planned = second.planned();
    assert!(planned.contains(&code("A10")) && !planned.contains(&code("C20")) && !planned.contains(&code("D14")));
    let faults = first.edited(
        &[
            edit("A01", EditKind::Waive, "done otherwise"),
            edit("B01", EditKind::Add, " "),
            edit("C18", EditKind::Waive, "no blasting"),
            edit("X99", EditKind::Add, "a wish"),
        ],
        &[code("A01")].into(),
    );
    let wanted = [
        EditFault::Accepted(code("A01")),
        EditFault::Reason(code("B01"), ids::TextFault::Missing),
        EditFault::InTheList(code("B01")),
        EditFault::NotInTheList(code("C18")),
        EditFault::Unknown(code("X99")),
    ];
    assert_eq!(faults.unwrap_err(), wanted);
    let blasting = Project::read("key-industrial-project").with("blasting", json!(true)).list(&catalogue);
    let third = second.followed_by(blasting, &[code("A01")].into());
    assert_eq!((third.version, third.row(&code("D14")).unwrap().edit.is_some()), (3, true));
    assert_eq!(compare(&second, &third).iter().map(|change| change.item.as_str()).collect::<Vec<_>>(), ["C18"]);
}

#[test]
fn nothing_is_asked_that_is_here_or_will_be_made() {
    let catalogue = catalogue();
    let list = Project::read("key-industrial-project").list(&catalogue);
    let source = |supply: &Supply, wanted: &str| {
        let rows = list.materials(&catalogue, supply);
        rows.into_iter().find(|row| row.code == wanted).unwrap().source
    };
    let nothing = Supply::default();
    assert!(matches!(source(&nothing, "M02"), MaterialSource::Fetched { .. }));
    assert_eq!(source(&nothing, "M37"), MaterialSource::ResultOf { item: code("C01") });
    assert_eq!(source(&nothing, "=A01"), MaterialSource::ResultOf { item: code("A01") });
    assert_eq!(source(&nothing, "M29"), MaterialSource::YouProvide);
    let supply = Supply {
        failed: ["M02".to_owned()].into(),
        reused: [("M29".to_owned(), "3706832025022801000001".to_owned())].into(),
    };
    assert_eq!(source(&supply, "M02"), MaterialSource::YouProvide);
    assert!(matches!(source(&supply, "M29"), MaterialSource::Reused { .. }));
    let rows = list.materials(&catalogue, &nothing);
    let asked: Vec<_> =
        rows.iter().filter(|row| row.source == MaterialSource::YouProvide).map(|row| (&row.code, &row.stage)).collect();
    let once: std::collections::BTreeSet<_> = asked.iter().collect();
    assert_eq!(asked.len(), once.len(), "nothing is asked twice");
    let insurance = rows.iter().find(|row| row.code == "M47").unwrap();
    assert_eq!(insurance.says().en, "you provide it; for C06 it may follow later");
}

#[test]
fn lists_read_back_as_they_were_written() {
    let list = Project::read("government-school").list(&catalogue());
    let text = serde_json::to_string(&list).unwrap();
    assert_eq!(serde_json::from_str::<TailoredList>(&text).unwrap(), list);
}

#[test]
fn every_list_becomes_a_plan_that_a_case_can_follow() {
    let catalogue = catalogue();
    for name in ["key-industrial-project", "coastal-housing", "simple-warehouse", "government-school", "rural-workshop"]
    {
        let list = Project::read(name).list(&catalogue);
        let plan = list.plan(&catalogue).unwrap();
        let publicity = usize::from(list.planned().contains(&code("B18")));
        assert_eq!(plan.tasks().len() + publicity, list.planned().len(), "{name}");
    }
    let plan = Project::read("rural-workshop").list(&catalogue).plan(&catalogue).unwrap();
    let after = |task: &str| {
        let task = plan.task(&task.into()).unwrap();
        task.after.iter().chain(&task.starts_with).cloned().map(String::from).collect::<Vec<_>>()
    };
    assert_eq!(after("B01"), ["B03"]);
    assert_eq!(after("C06"), ["A25", "B03", "C01"]);
    assert_eq!(after("C07"), ["C06"]);
    assert_eq!(plan.bindings().len(), plan.roles().len());
}

/// A yes-or-no answer, or none, to each question of the catalogue that has two.
fn some_answers() -> impl proptest::strategy::Strategy<Value = BTreeMap<String, Json>> {
    use proptest::prelude::*;
    let flags: Vec<String> = {
        let bools = catalogue();
        let bools = bools
            .attributes()
            .iter()
            .filter(|attribute| attribute.kind == crate::domain::attribute::AttributeType::Bool);
        bools.filter(|attribute| attribute.asked_when.is_none()).map(|attribute| attribute.name.clone()).collect()
    };
    let choice = prop::sample::select(vec!["auction", "allocation", "own", "rural"]);
    let answers = prop::collection::vec(prop::option::of(any::<bool>()), flags.len());
    (answers, prop::option::of(choice)).prop_map(move |(answers, land)| {
        let given = flags.iter().zip(answers).filter_map(|(name, answer)| Some((name.clone(), json!(answer?))));
        given.chain(land.map(|land| ("land_supply".to_owned(), json!(land)))).collect()
    })
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    /// Whatever is answered: what was decided without the last answers stays decided so with them, the plan has no
    /// cycle, and nothing is both in the list and replaced.
    #[test]
    fn more_answers_never_turn_what_was_decided(given in some_answers(), at in 0..5_usize) {
        thread_local!(static CATALOGUE: Catalogue = catalogue());
        CATALOGUE.with(|catalogue| {
            let on = read_day("2025-03-03").unwrap();
            let read = |given: &BTreeMap<String, Json>, unanswered| {
                Answers::read(catalogue, ProjectType::ALL[at], on, given, unanswered)
            };
            // Contradictions are refused, and have no list.
            let (Ok(few), Ok(all)) = (read(&given, Unanswered::LeaveOpen), read(&given, Unanswered::TakeDefaults)) else { return };
            let (few, all) = (tailor(catalogue, &few), tailor(catalogue, &all));
            for (before, after) in few.rows.iter().zip(&all.rows) {
                assert!(before.standing == Standing::Undecided || before.standing == after.standing, "{before:?} {after:?}");
            }
            let planned = all.planned();
            assert!(all.plan(catalogue).is_ok() || planned.is_empty());
            for code in &planned {
                let replaced = &catalogue.item(code).unwrap().replaces;
                assert!(replaced.iter().all(|other| !planned.contains(other)), "{code}");
            }
        });
    }
}
