use std::collections::BTreeMap;

use time::macros::date;

use super::*;

fn built_in() -> Catalogue {
    Catalogue::read(&Catalogue::built_in()).unwrap()
}

/// The built-in files with replacements, each of which must meet its text.
fn with(changes: &[(&str, &str, &str)]) -> Vec<Source> {
    let mut sources = Catalogue::built_in();
    for (file, from, to) in changes {
        let source = sources.iter_mut().find(|source| source.file == *file).unwrap();
        assert!(source.text.contains(from), "{file}: {from}");
        source.text = source.text.replacen(from, to, 1);
    }
    sources
}

fn faults(changes: &[(&str, &str, &str)]) -> Vec<String> {
    Catalogue::read(&with(changes)).unwrap_err().0.iter().map(ToString::to_string).collect()
}

/// The text of one item in its file.
fn item_text(file: &str, code: &str) -> String {
    let sources = Catalogue::built_in();
    let text = &sources.iter().find(|source| source.file == file).unwrap().text;
    let from = text.find(&format!("[[item]]\ncode = \"{code}\"")).unwrap();
    let to = text[from + 1..].find("\n[[item]]").map_or(text.len(), |to| from + 1 + to);
    text[from..to].to_owned()
}

#[test]
fn the_counts_of_the_catalogue_hold() {
    let catalogue = built_in();
    assert_eq!((catalogue.items().len(), catalogue.departments().len(), catalogue.materials().count()), (103, 14, 64));
    let assumed = catalogue.items().iter().filter(|item| item.assumed).count();
    assert_eq!((103 - assumed, assumed), (92, 11));
    let mut kinds: BTreeMap<Kind, usize> = BTreeMap::new();
    for item in catalogue.items() {
        *kinds.entry(item.kind).or_default() += 1;
    }
    let wanted = [
        (Kind::Licence, 40),
        (Kind::Filing, 13),
        (Kind::TechnicalReview, 12),
        (Kind::Confirmation, 4),
        (Kind::OtherPower, 16),
        (Kind::Acceptance, 5),
        (Kind::Utility, 8),
        (Kind::Intermediary, 2),
        (Kind::Procedure, 3),
    ];
    assert_eq!(kinds, BTreeMap::from(wanted));
    let used: BTreeSet<_> = catalogue.items().iter().map(|item| item.department.as_str()).collect();
    assert_eq!(used.len(), 14);
}

#[test]
fn each_type_has_its_items_and_its_main_flow() {
    let catalogue = built_in();
    let found =
        ProjectType::ALL.map(|kind| (kind.letter(), catalogue.applicable(kind).len(), catalogue.main_flow(kind)));
    assert_eq!(found, [("G", 95, 31), ("S", 93, 23), ("I", 76, 23), ("L", 32, 12), ("P", 45, 19)]);
}

#[test]
fn the_other_ways_of_initiation_have_their_length() {
    let catalogue = built_in();
    let mut approved = catalogue.applicable(ProjectType::S);
    approved.retain(|code| code.as_str() == "A02" || catalogue.item(code).unwrap().replaces.is_empty());
    assert_eq!(catalogue.critical_path(&approved), 30);
    let mut granted = catalogue.applicable(ProjectType::G);
    granted.retain(|code| code.as_str() != "A11" && catalogue.item(code).unwrap().replaces.is_empty());
    assert_eq!(catalogue.critical_path(&granted), 28);
}

#[test]
fn the_stage_budgets_make_the_limit() {
    let catalogue = built_in();
    let budgets: Vec<_> = catalogue.stages().iter().map(|stage| stage.budget_days).collect();
    assert_eq!(budgets, [11, 7, 8, 6]);
    assert_eq!((budgets.iter().sum::<u32>(), catalogue.clock().yellow_days), (catalogue.clock().limit_days, 26));
}

#[test]
fn a_replacing_item_takes_over_the_edges() {
    let catalogue = built_in();
    let list: BTreeSet<_> = ["A05", "B01", "B02", "A06", "B03", "C01"].map(ItemCode::from).into();
    let after = |code: &str| {
        let edges = catalogue.edges(catalogue.item(&ItemCode::from(code)).unwrap(), &list);
        edges.after.into_iter().map(String::from).collect::<Vec<_>>()
    };
    assert_eq!(after("A06"), ["A05"]);
    assert_eq!(after("B01"), ["B03"]);
    assert_eq!(after("C01"), ["B03"]);
    assert_eq!(after("B03"), ["A05"]);
}

#[test]
fn every_fault_is_named_at_once_with_file_and_key() {
    let found = faults(&[
        ("items-a.toml", "when = 'forest_land'", "when = 'forrest_land && annual_energy_tce'"),
        ("items-a.toml", "when = 'land_supply == \"auction\"'", "when = 'land_supply == \"gift\" ||'"),
        ("items-a.toml", "when = 'eia_class == \"form\"'", "when = 'eia_class == \"forms\"'"),
        (
            "items-a.toml",
            "materials = [\"M01\", \"M20\"]",
            "materials = [\"M01\", \"M20\", \"M99\"]\ntolerable = [\"M02\"]",
        ),
        ("items-a.toml", "promised = { working_days = 7 }", "promised = { working_days = 21 }"),
        ("items-a.toml", "after = [\"A15\"]", "after = [\"A15\", \"C06\", \"A77\"]"),
        ("items-b.toml", "replaces = [\"B06\"]", "replaces = [\"B66\"]"),
        ("items-c.toml", "department = \"MET\"", "department = \"MTE\""),
        ("items-c.toml", "code = \"C31\"", "code = \"C30\""),
        ("items-d.toml", "kind = \"filing\"", "kind = \"wish\"\ncolour = \"red\""),
    ]);
    let wanted = [
        "items-a.toml: item A12.when: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', \
         'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}",
        "items-a.toml: item A19.when: `forrest_land` is no attribute",
        "items-a.toml: item A19.when: `annual_energy_tce` is an int, not true or false",
        "items-a.toml: item A24.when: `eia_class` has no option \"forms\": it is one of report, form, registration",
        "items-d.toml: item D05.kind: unknown variant `wish`, expected one of `licence`, `filing`, `technical_review`, \
         `confirmation`, `other_power`, `acceptance`, `utility`, `intermediary`, `procedure`",
        "items-d.toml: item D05.colour: is no key of this table",
        "items-c.toml: item C30: stands twice, the first time in items-c.toml",
        "items-a.toml: item A20.after: C06 belongs to a later stage than A20",
        "items-a.toml: item A20.after: A77 is no item",
        "items-a.toml: item A26.materials: M99 is no material",
        "items-a.toml: item A26.tolerable: M02 is not in the item's materials",
        "items-a.toml: item A27.promised: 21 working days is more than the law's 20 working days (行政许可法第四十二条)",
        "items-c.toml: item C04.department: MTE is no department",
        "items-b.toml: item B07.replaces: B66 is no item",
    ];
    assert_eq!(found, wanted);
}

#[test]
fn a_cycle_is_told_with_its_path() {
    let found = faults(&[(
        "items-b.toml",
        "after = [\"A15\"]\nmaterials = [\"M01\"",
        "after = [\"A15\", \"B02\"]\nmaterials = [\"M01\"",
    )]);
    assert_eq!(found, ["items-b.toml: item B01.after: waits for itself: B01 -> B02 -> B01"]);
}

#[test]
fn a_replacing_item_makes_no_cycle_either() {
    let text = item_text("items-b.toml", "B03");
    let changed = text.replace("after = [\"A01|A03\"]", "after = [\"B01\"]");
    let found = faults(&[("items-b.toml", &text, &changed)]);
    assert_eq!(found, ["items-b.toml: item B03.after: waits for itself: B03 -> B01 -> B03, where B03 takes its place"]);
}

#[test]
fn the_digest_is_of_the_text_and_not_of_the_files() {
    let sources = Catalogue::built_in();
    let one = Source { file: "all.toml".to_owned(), text: sources.iter().map(|source| source.text.as_str()).collect() };
    assert_eq!(Catalogue::read(&[one]).unwrap().reference(), built_in().reference());
    let mut turned = sources;
    turned.reverse();
    assert_eq!(Catalogue::read(&turned).unwrap().reference(), built_in().reference());
}

#[test]
fn a_published_version_never_changes() {
    let mut versions = Versions::default();
    assert_eq!(versions.publish(built_in()), Ok(Published::New));
    assert_eq!(versions.publish(built_in()), Ok(Published::Already));
    let text = ("items-a.toml", "promised = { working_days = 5 }", "promised = { working_days = 4 }");
    let same_number = Catalogue::read(&with(&[text])).unwrap();
    let taken = NotPublished::OtherText { code: "construction".to_owned(), version: 1 };
    assert_eq!(versions.publish(same_number), Err(taken));
    let number = ("catalogue.toml", "version = 1", "version = 2");
    let early = Catalogue::read(&with(&[text, number])).unwrap();
    let not_later = NotPublished::NotLater { code: "construction".to_owned(), version: 2, last: 1 };
    assert_eq!(versions.publish(early), Err(not_later));
    let day = ("catalogue.toml", "2019-01-01", "2026-01-01");
    assert_eq!(versions.publish(Catalogue::read(&with(&[text, number, day])).unwrap()), Ok(Published::New));
    let held = |on| versions.current(on).map(|catalogue| catalogue.reference().version);
    assert_eq!(
        (held(date!(2018 - 12 - 31)), held(date!(2025 - 12 - 31)), held(date!(2026 - 01 - 01))),
        (None, Some(1), Some(2))
    );
}

#[test]
fn a_difference_is_told_field_by_field() {
    let gone = item_text("items-b.toml", "B20");
    let new = with(&[
        ("items-a.toml", "promised = { working_days = 5 }", "promised = { working_days = 4 }"),
        ("items-b.toml", &gone, ""),
        ("items-d.toml", "merged_into = \"D01\"", "assumed = true\nmerged_into = \"D01\""),
        (
            "departments.toml",
            "[[department]]\n",
            "[[department]]\ncode = \"XYZ\"\ncredit_code = \"\"\nname = \"\"\n\n[[department]]\n",
        ),
    ]);
    let told: Vec<_> = Catalogue::diff(&Catalogue::built_in(), &new).iter().map(ToString::to_string).collect();
    let wanted = [
        r#"~ item A02.promised: {"working_days":5} -> {"working_days":4}"#,
        "- item B20",
        "~ item D02.assumed: null -> true",
        "+ department XYZ",
    ];
    assert_eq!(told, wanted);
}

#[test]
fn the_guide_tells_four_blocks_from_the_items_own_facts() {
    let catalogue = built_in();
    for item in catalogue.items() {
        let guide = catalogue.guide(item);
        for block in [&guide.preparation, &guide.review, &guide.expert, &guide.flow] {
            assert!(
                !block.zh.contains(";;") && block.zh.chars().count() > 4 && block.en.len() > 4,
                "{}: {block:?}",
                item.code
            );
        }
    }
    let guide = catalogue.guide(catalogue.item(&ItemCode::from("C02")).unwrap());
    assert_eq!(
        guide.preparation.en,
        "Prepare: unified stage application form; full construction drawings. The result of B02 is fetched."
    );
    assert_eq!(
        guide.expert.en,
        "expert review of special fire design: at most 20 working days, outside the limit (住房和城乡建设部令第51号第二十二条)."
    );
    assert!(guide.flow.zh.starts_with("在C01之后开始;由住房和城乡建设局决定;承诺2个工作日;法定不超过15个工作日"));
}

#[test]
fn another_order_of_questions_is_a_difference() {
    let sources = with(&[("attributes.toml", "name = \"coast\"", "name = \"tmp\"")]);
    let swap =
        |text: String| text.replace("name = \"forest_land\"", "name = \"coast\"").replace("\"tmp\"", "\"forest_land\"");
    let turned: Vec<_> = sources.into_iter().map(|source| Source { text: swap(source.text), ..source }).collect();
    assert!(Catalogue::diff(&Catalogue::built_in(), &turned).contains(&Difference::Reordered));
}

#[test]
fn names_that_cannot_be_are_faults() {
    let found = faults(&[
        ("attributes.toml", "name = \"night_work\"", "name = \"on\""),
        ("attributes.toml", "name = \"gas_needed\"", "name = \"Gas needed\""),
        ("materials.toml", "code = \"M63\"", "code = \"M63\"\nonly_issued = true"),
    ]);
    let wanted = [
        "items-c.toml: item C22.when: `night_work` is no attribute",
        "items-c.toml: item C29.when: `gas_needed` is no attribute",
        "attributes.toml: attribute on.name: is known without being asked",
        "attributes.toml: attribute Gas needed.name: is not small letters, digits and _",
        "materials.toml: material M63.only_issued: needs issued_by",
    ];
    assert_eq!(found, wanted);
}
