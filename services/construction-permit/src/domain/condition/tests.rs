use std::collections::BTreeMap;

use chassis::data::Label;

use super::*;
use crate::domain::attribute::{AttributeType, Choice};

fn attributes() -> Vec<Attribute> {
    let choice = |value: &str| Choice { value: value.to_owned(), name: Label::new(value, value) };
    let of = |name: &str, kind| Attribute { name: name.to_owned(), kind, ..Attribute::built_in()[0].clone() };
    let mut attributes = Attribute::built_in();
    attributes.extend([
        of("coast", AttributeType::Bool),
        of("forest", AttributeType::Bool),
        of("tce", AttributeType::Int),
        of("gwh", AttributeType::Decimal),
        of("land", AttributeType::Enum(vec![choice("auction"), choice("own")])),
        of("until", AttributeType::Date),
    ]);
    attributes
}

fn condition(source: &str) -> Condition {
    Condition::compile(source, &attributes()).unwrap()
}

fn decide(source: &str, known: &[(&str, Value)]) -> Verdict {
    let known: BTreeMap<_, _> = known.iter().cloned().collect();
    condition(source).decide(&|name: &str| known.get(name))
}

fn names(verdict: Verdict) -> Vec<String> {
    match verdict {
        Verdict::Holds(why) | Verdict::Fails(why) => why.into_iter().map(|because| because.attribute).collect(),
        Verdict::Open(names) => names.into_iter().collect(),
    }
}

#[test]
fn every_operator_decides() {
    let day = |text| Value::Date(crate::domain::attribute::read_day(text).unwrap());
    let known = [
        ("coast", Value::Bool(true)),
        ("forest", Value::Bool(false)),
        ("tce", Value::Int(1000)),
        ("gwh", Value::Decimal(Decimal::parse("4.999").unwrap())),
        ("land", Value::Choice("own".to_owned())),
        ("until", day("2026-12-31")),
        ("on", day("2025-02-28")),
    ];
    for (source, holds) in [
        ("true", true),
        ("coast && !forest", true),
        ("coast == false", false),
        ("tce >= 1000 && 999 < tce && tce != 1001", true),
        ("gwh >= 5.0 || tce < 1000", false),
        ("land in [\"auction\", \"own\"]", true),
        ("land == \"auction\"", false),
        ("until < on", false),
        ("on <= date(\"2025-02-28\")", true),
        ("!(coast && forest) && tce > 0", true),
    ] {
        assert_eq!(matches!(decide(source, &known), Verdict::Holds(_)), holds, "{source}");
    }
}

#[test]
fn what_is_not_answered_matters_only_where_it_can() {
    assert!(matches!(decide("coast && forest", &[("coast", Value::Bool(false))]), Verdict::Fails(_)));
    assert!(matches!(decide("forest || coast", &[("coast", Value::Bool(true))]), Verdict::Holds(_)));
    assert_eq!(names(decide("coast && forest", &[("coast", Value::Bool(true))])), ["forest"]);
    assert_eq!(names(decide("tce >= 1 || until < on", &[])), ["on", "tce", "until"]);
}

#[test]
fn the_reason_is_what_settled_it() {
    let known = [("coast", Value::Bool(true)), ("tce", Value::Int(12)), ("forest", Value::Bool(false))];
    assert_eq!(names(decide("forest || coast || tce > 5", &known)), ["coast"]);
    assert_eq!(names(decide("coast && tce > 5", &known)), ["coast", "tce"]);
    assert_eq!(names(decide("coast && tce > 50", &known)), ["tce"]);
}

#[test]
fn what_does_not_fit_is_named_at_once() {
    let faults = |source: &str| Condition::compile(source, &attributes()).unwrap_err();
    assert_eq!(
        faults("cost && tce && land > \"own\" && land == \"gift\" && gwh > 5 && coast == 1"),
        [
            "`cost` is no attribute",
            "`tce` is an int, not true or false",
            "`land` is an enum and has no order",
            "`land` has no option \"gift\": it is one of auction, own",
            "`gwh` is a decimal: write 5.0",
            "`coast` is a bool and is compared with something else",
        ]
    );
    assert_eq!(faults("tce + 1 == 2"), ["`+` is no part of a comparison"]);
    assert_eq!(faults("1"), ["the result is not true or false"]);
    assert_eq!(faults("1 == 1"), ["a comparison names at least one attribute"]);
    assert_eq!(faults("until < \"2026\""), ["`until` is a date and is compared with something else"]);
    assert_eq!(faults("until < date(\"2026-13-01\")"), ["`2026-13-01` is not a day such as 2026-12-31"]);
    assert_eq!(faults("land == tce"), ["`land` is an enum and `tce` is an int"]);
    assert_eq!(faults("coast ? forest : coast"), ["`?_:` is no part of conditions"]);
    assert_eq!(faults("coast.exists(x, x)").len(), 1);
    assert!(!faults("coast &&").is_empty() && !faults("").is_empty() && !faults("((((").is_empty());
}

#[test]
fn decimals_are_exact() {
    let read = |text| Decimal::parse(text).map(|number| number.to_string());
    assert_eq!(
        [read("5"), read("0.125"), read("-3.10")],
        [Some("5".into()), Some("0.125".into()), Some("-3.1".into())]
    );
    assert_eq!([read("1.2345"), read("1e3"), read(""), read("."), read("- 1")], [None, None, None, None, None]);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(32))]

    /// With every answer there, the verdict is that of the `cel` crate's own interpreter.
    #[test]
    fn the_interpreter_of_cel_agrees(coast: bool, forest: bool, tce in 990..1010_i64, gwh in 4..7_i32, own: bool) {
        let land = if own { "own" } else { "auction" };
        let known = [
            ("coast", Value::Bool(coast)),
            ("forest", Value::Bool(forest)),
            ("tce", Value::Int(tce)),
            ("gwh", Value::Decimal(Decimal::from_int(i64::from(gwh)).unwrap())),
            ("land", Value::Choice(land.to_owned())),
        ];
        for source in [
            "tce >= 1000 || gwh >= 5.0",
            "!coast || forest && land == \"own\"",
            "coast && (forest || tce < 1000) && land != \"own\"",
            "!(land in [\"auction\"]) || 1000 > tce",
            "1005 <= tce && gwh < 6.0 || coast != forest",
        ] {
            let ours = condition(source);
            let mut context = cel::Context::default();
            context.add_variable("coast", coast).unwrap();
            context.add_variable("forest", forest).unwrap();
            context.add_variable("tce", tce).unwrap();
            context.add_variable("gwh", f64::from(gwh)).unwrap();
            context.add_variable("land", land).unwrap();
            let theirs = cel::Program::compile(source).unwrap().execute(&context).unwrap();
            let ours = ours.decide(&|name: &str| known.iter().find(|(known, _)| *known == name).map(|(_, value)| value));
            assert_eq!(cel::Value::Bool(matches!(ours, Verdict::Holds(_))), theirs, "{source}");
        }
    }
}
