use time::macros::date;

use super::*;

fn built_in() -> Catalogue {
    Catalogue::read(&Catalogue::built_in()).unwrap()
}

/// The built-in files, with one replacement in one of them.
fn with(file: &str, from: &str, to: &str) -> Result<Catalogue, DataFaults> {
    let mut sources = Catalogue::built_in();
    let source = sources.iter_mut().find(|source| source.file == file).unwrap();
    assert!(source.text.contains(from), "{from}");
    source.text = source.text.replacen(from, to, 1);
    Catalogue::read(&sources)
}

fn faults(file: &str, from: &str, to: &str) -> Vec<String> {
    with(file, from, to).unwrap_err().0.iter().map(ToString::to_string).collect()
}

#[test]
fn the_files_of_the_program_hold() {
    let catalogue = built_in();
    assert!(catalogue.entries().len() >= 9);
    let opening = catalogue.current("company-opening", date!(2025 - 09 - 28)).unwrap();
    assert_eq!((opening.reference().as_str(), opening.sort), ("company-opening@1", Sort::Theme));
    assert!(opening.form.fields.iter().any(|field| field.name == "company_name"));
}

#[test]
fn the_version_that_holds_is_found_by_the_day() {
    let catalogue = built_in();
    let on = |day| catalogue.current("chattel-mortgage", day).map(|entry| entry.version);
    assert_eq!(on(date!(2018 - 12 - 31)), None);
    assert_eq!(on(date!(2020 - 12 - 31)), Some(1));
    assert_eq!(on(date!(2021 - 01 - 01)), Some(2));
    let elsewhere = &catalogue.current("chattel-mortgage", date!(2025 - 09 - 28)).unwrap().standing;
    assert!(matches!(elsewhere, Standing::Elsewhere { signpost } if signpost.method.zh.contains("zhongdengwang")));
    assert_eq!(catalogue.meant("chattel-mortgage@1", date!(2025 - 09 - 28)).map(|entry| entry.version), Some(1));
    let items = catalogue.all_current(Sort::Item, date!(2025 - 09 - 28));
    assert_eq!(items.iter().filter(|entry| entry.code == "chattel-mortgage").count(), 1);
}

#[test]
fn every_fault_is_named_at_once_with_file_and_key() {
    let mut sources = Catalogue::built_in();
    let market = sources.iter_mut().find(|source| source.file == "market.toml").unwrap();
    for (from, to) in [
        ("promised_days = 3", "promised_days = 11"),
        ("tolerable = [\"LAYOUT\", \"WASTE\"]", "tolerable = [\"HEALTH\", \"ELSE\"]"),
        ("code = \"WASTE\"", "code = \"WAIST\""),
        ("{ zh = \"食品摊点备案\", en = \"Filing of a food stall\" }", "{ zh = \"食品摊点备案\" }"),
        ("113706830000YY156H4001031005000", "113706830000YY156H400103100500"),
        ("kind = \"filing\"", "kind = \"wish\""),
        ("version = 2", "version = 1"),
        ("zone = \"market\"", "zone = \"market\"\ncolour = \"red\""),
    ] {
        market.text = market.text.replacen(from, to, 1);
    }
    let others = sources.iter_mut().find(|source| source.file == "others.toml").unwrap();
    others.text = others.text.replacen("safety = true\ntolerable = []", "safety = true\ntolerable = [\"M02\"]", 1);
    let told: Vec<String> = Catalogue::read(&sources).unwrap_err().0.iter().map(ToString::to_string).collect();
    for expected in [
        "market.toml: food-stall-filing@1.name.en: is missing",
        "market.toml: food-stall-filing@1.kind: unknown variant",
        "market.toml: food-stall-filing@1.colour: is no key",
        "market.toml: food-stall-filing@1.material[4].code: WAIST is in no [[material]]",
        "market.toml: food-stall-filing@1.promised_days: 11 is more",
        "market.toml: food-stall-filing@1.tolerable: HEALTH is a core material",
        "market.toml: food-stall-filing@1.tolerable: ELSE is not in the list",
        "market.toml: food-stall-filing@1.implementation_code: is not",
        "market.toml: chattel-mortgage@1: stands twice",
        "others.toml: gas-facility-alteration@1.tolerable: an item that touches safety",
    ] {
        assert!(told.iter().any(|fault| fault.starts_with(expected)), "{expected} in {told:#?}");
    }
    assert_eq!(told.len(), 10, "{told:#?}");
}

#[test]
fn an_item_that_is_done_elsewhere_shows_the_whole_way() {
    let told = faults("others.toml", "phone = \"12345\"\n", "");
    assert_eq!(told, ["others.toml: zhaoyuan-real-estate@1.signpost.phone: is missing"]);
    let told = faults("others.toml", "phone = \"12345\"\n", "phone = \"10012345678\"\n");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("others.toml: zhaoyuan-real-estate@1.signpost.phone: is no office's telephone"),
        "{told:?}"
    );
}

#[test]
fn a_code_belongs_to_its_department_and_its_kind() {
    let told = faults("others.toml", "113706830000YY041B4000117046000", "113706830000YY156H4000717046000");
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(told[0].contains("does not begin with the credit code of HUR"));
    assert!(told[1].contains("digits 3 and 4 of the basic code are 01"));
}

#[test]
fn a_file_that_is_not_toml_is_named_and_the_rest_is_read() {
    let told = faults("others.toml", "[[item]]", "[[item");
    assert!(told.iter().any(|fault| fault.starts_with("others.toml: toml: ")), "{told:#?}");
}

#[test]
fn the_same_text_has_the_same_digest_and_a_changed_one_another() {
    let digest = |catalogue: Catalogue| catalogue.version("food-stall-filing", 1).unwrap().digest;
    let before = digest(built_in());
    let key_order = with(
        "market.toml",
        "promised_days = 3\nstatutory_days = 10\n",
        "# a comment\nstatutory_days = 10\npromised_days = 3\n",
    );
    assert_eq!(digest(key_order.unwrap()), before);
    assert_ne!(digest(with("market.toml", "promised_days = 3", "promised_days = 4").unwrap()), before);
}

#[test]
fn the_papers_are_made_from_one_version() {
    let catalogue = built_in();
    let entry = catalogue.version("food-stall-filing", 1).unwrap();
    let notice = entry.paper(papers::PaperKind::Notice);
    assert_eq!(
        (notice.reference.as_str(), notice.title.zh.as_str()),
        ("food-stall-filing@1", "食品摊点备案一次性告知单")
    );
    let lines: Vec<_> = notice.sections[0].lines.iter().map(|line| line.zh.as_str()).collect();
    assert_eq!(
        lines,
        [
            "申请表(主审材料)",
            "从业人员健康证明(主审材料)",
            "经营场所布局图(次要材料,可容缺后补)",
            "餐厨废弃物收运协议(次要材料,可容缺后补)"
        ]
    );
    assert!(entry.paper(papers::PaperKind::Sample).sections.iter().all(|section| !section.lines.is_empty()));
    let way = catalogue.version("chattel-mortgage", 2).unwrap().paper(papers::PaperKind::Guide);
    assert!(way.sections.iter().flat_map(|s| &s.lines).any(|line| line.zh.contains("zhongdengwang")));
}

/// Papers for projects are brought here under their owner's codes.
#[test]
fn every_paper_of_a_project_can_be_brought() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../construction-permit/data/catalogue/materials.toml");
    let owners: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let codes: Vec<&str> =
        owners["material"].as_array().unwrap().iter().map(|material| material["code"].as_str().unwrap()).collect();
    let ours: toml::Table = include_str!("../../../data/catalogue/projects.toml").parse().unwrap();
    assert_eq!(ours["taken_elsewhere"][0]["materials"], toml::Value::from(codes.clone()));
    let catalogue = built_in();
    assert!(codes.iter().all(|code| catalogue.takes(code)) && !catalogue.takes("M99") && !catalogue.takes(""));
}

#[test]
fn misshapen_departments_and_papers_are_told_once() {
    let told = faults("market.toml", "[[item]]", "material = 3\n\n[[item]]");
    assert_eq!(told, ["market.toml: material: is not an array of tables"]);
}
