use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

fn book() -> &'static RuleBook {
    static BOOK: LazyLock<RuleBook> = LazyLock::new(|| RuleBook::embedded().unwrap());
    &BOOK
}

fn declared(trade_name: &str) -> Declaration {
    Declaration {
        region: "莱州市".to_owned(),
        trade_name: trade_name.to_owned(),
        industry: "电子".to_owned(),
        form: "有限公司".to_owned(),
        company_type: "limited_company".to_owned(),
        ..Declaration::default()
    }
}

fn rules(result: Result<Checked, Vec<Finding>>) -> Vec<(String, String, usize)> {
    let told = |findings: Vec<Finding>| findings.into_iter().map(|f| (f.quote.rule, f.word, f.at)).collect();
    result.map(|checked| told(checked.warnings)).unwrap_or_else(told)
}

fn told(rule: &str, word: &str, at: usize) -> (String, String, usize) {
    (rule.to_owned(), word.to_owned(), at)
}

#[test]
fn a_proper_name_is_its_four_parts() {
    let checked = book().check(&declared("云杉测试")).unwrap();
    assert_eq!(checked.name.full, "莱州市云杉测试电子有限公司");
    let ProperName { authority, industry, normalised, sound, prior_permit, .. } = checked.name;
    assert_eq!((authority.as_str(), industry.as_str(), normalised.as_str()), ("370683", "C39", "云杉测试"));
    assert_eq!((sound.as_str(), prior_permit), ("yun shan ce shi", false));
    assert_eq!(checked.warnings, []);
}

#[test]
fn what_is_blocked_is_told_with_its_rule() {
    let book = book();
    let findings = book.check(&declared("国家级")).unwrap_err();
    assert_eq!(findings.len(), 1);
    assert_eq!(
        findings[0].zh(),
        "字号“国家级”（全称第4字起）：误导公众的最高级用语。《企业名称登记管理规定》第十一条第八项：企业名称不得可能使公众受骗或者产生误解"
    );
    assert!(findings[0].en().starts_with("trade name “国家级” (from character 4 of the full name): a superlative"));
    assert_eq!(rules(book.check(&declared("雷锋"))), [told("public_morals", "雷锋", 4)]);
    assert_eq!(rules(book.check(&declared("國家級"))).last(), Some(&told("standard_characters", "級", 6)));
    assert!(rules(book.check(&declared("國家級"))).contains(&told("misleading", "国家级", 4)), "however it is written");
}

#[test]
fn every_fault_is_told_at_once() {
    let declared = Declaration {
        region: "青岛市".to_owned(),
        trade_name: "A１云".to_owned(),
        industry: "海洛因有限公司".to_owned(),
        form: "商行".to_owned(),
        company_type: "limited_company".to_owned(),
        ..Declaration::default()
    };
    let expected = [
        told("region_of_the_seat", "青岛市", 1),
        told("standard_characters", "A1", 4),
        told("two_characters", "A1云", 4),
        told("industry_by_classification", "海洛因有限公司", 7),
        told("vice_and_violence", "海洛因", 7),
        told("form_of_the_type", "公司", 12),
        told("form_of_the_type", "商行", 14),
    ];
    assert_eq!(rules(book().check(&declared)), expected);
    let empty = Declaration { region: String::new(), trade_name: " ".to_owned(), industry: String::new(), ..declared };
    let missing: Vec<_> = rules(book().check(&empty)).into_iter().filter(|(_, word, _)| word.is_empty()).collect();
    assert_eq!(missing, [told("without_region", "", 1), told("four_parts", "", 1), told("without_industry", "", 1)]);
}

#[test]
fn a_trade_name_is_no_place_no_industry_and_no_title() {
    let book = book();
    for (name, rule) in [
        ("招远", "not_a_place_or_industry"),
        ("莱州市", "not_a_place_or_industry"),
        ("电子", "not_a_place_or_industry"),
        ("博士", "misleading"),
        ("国际", "international"),
        ("中国云", "state_council"),
    ] {
        assert!(rules(book.check(&declared(name))).contains(&told(rule, name.trim_end_matches('云'), 4)), "{name}");
    }
    for name in ["和平", "招远云"] {
        assert!(book.check(&declared(name)).is_ok(), "{name}");
    }
}

#[test]
fn a_word_across_the_border_counts_and_an_exception_lets_it_pass() {
    let book = book();
    let across = Declaration { industry: "家级电子".to_owned(), ..declared("云国") };
    assert_eq!(rules(book.check(&across)), [told("misleading", "国家级", 5)]);
    let trade = Declaration { industry: "国际贸易".to_owned(), ..declared("云杉") };
    assert_eq!(book.check(&trade).unwrap().name.industry, "F51");
    let fish = Declaration { industry: "鸦片鱼养殖".to_owned(), ..declared("云杉") };
    assert_eq!(book.check(&fish).unwrap().name.industry, "A03");
}

#[test]
fn a_form_fits_the_type_however_its_brackets_are_written() {
    let partners = |form: &str, of: &str| {
        book().check(&Declaration { form: form.to_owned(), company_type: of.to_owned(), ..declared("云杉") })
    };
    let name = partners("合伙企业(普通合伙)", "general_partnership").unwrap().name.full;
    assert_eq!(name, "莱州市云杉电子合伙企业（普通合伙）");
    assert!(partners("合伙企业（普通合伙）", "limited_partnership").is_err());
    assert!(partners("有限公司", "sole_proprietorship").is_err());
    assert!(partners("有限公司", "guild").is_err());
}

#[test]
fn what_is_at_the_applicants_own_risk_is_a_warning() {
    let book = book();
    assert_eq!(rules(book.check(&declared("海尔云"))), [told("own_responsibility", "海尔", 4)]);
    let odd = Declaration { industry: "观星".to_owned(), ..declared("云杉") };
    let checked = book.check(&odd).unwrap();
    assert_eq!((checked.name.industry.as_str(), checked.warnings.len()), (UNCLASSIFIED, 1));
    let bank = Declaration { industry: "村镇银行".to_owned(), ..declared("云杉") };
    assert!(book.check(&bank).unwrap().name.prior_permit);
}

/// Characters of which no listed word and no exception is made.
const PLAIN: &str = "[云杉桐槐榆柏松]{0,6}";

proptest! {
    #[test]
    fn no_text_makes_the_check_panic(region in ".*", trade_name in ".*", industry in ".*", form in ".*", of in ".*") {
        let _ = book().check(&Declaration { region, trade_name, industry, form, company_type: of, ..Declaration::default() });
    }

    #[test]
    fn what_is_normalised_stays_as_it_is(text in ".*", mixed in "[ 　ＡＢ１（國级龍云]{0,12}") {
        let book = book();
        for text in [text, mixed] {
            let once = book.normalised(&text);
            prop_assert_eq!(book.normalised(&once), once);
        }
    }

    #[test]
    fn a_blocked_word_is_blocked_wherever_it_stands(before in PLAIN, after in PLAIN, nth in any::<prop::sample::Index>()) {
        let book = book();
        let blocked: Vec<_> = book
            .classes
            .iter()
            .filter(|class| class.severity == Severity::Block && class.parts.contains(&Part::TradeName))
            .flat_map(|class| class.words.iter().map(move |word| (word, &class.rule)))
            .collect();
        let (word, rule) = nth.get(&blocked);
        let at = 4 + before.chars().count();
        let found = rules(book.check(&declared(&format!("{before}{word}{after}"))));
        prop_assert!(found.iter().any(|(of, text, from)| of == *rule && text == *word && *from == at), "{word}: {found:?}");
    }

    #[test]
    fn an_exception_frees_only_what_is_inside_it(before in PLAIN, nth in any::<prop::sample::Index>()) {
        let book = book();
        let excepted: Vec<_> = book.classes.iter().flat_map(|class| {
            class.exceptions.iter().flat_map(move |text| {
                class.words.iter().filter(|word| text.contains(*word)).map(move |word| (text, word, class))
            })
        }).collect();
        let (text, word, class) = nth.get(&excepted);
        let rule = &class.rule;
        let with = |text: String| {
            if class.exceptions_in.contains(&Part::TradeName) {
                declared(&text)
            } else {
                Declaration { industry: text, ..declared("云杉") }
            }
        };
        let alone = rules(book.check(&with(format!("{before}{text}"))));
        prop_assert!(!alone.iter().any(|(of, found, _)| *of == *rule && found == *word), "{text}: {alone:?}");
        let beside = rules(book.check(&with(format!("{before}{text}{word}"))));
        prop_assert!(beside.iter().any(|(of, found, _)| *of == *rule && found == *word), "{text}: {beside:?}");
    }
}
