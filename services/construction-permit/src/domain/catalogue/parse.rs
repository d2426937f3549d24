//! From files to parts, with everything that is wrong in any of them.

use casework::{ClockClass, Limit};
use chassis::data::{DataFault, DataFile, Label, Reader, Source};
use time::Date;
use toml::{Table, Value as Toml};

use super::{
    item::{GuideNotes, Item, ItemCode, Kind, Procedure, ProcedureKind, Statutory},
    parts::{Department, Material, ProjectClock, Rule, Stage, Warning},
};
use crate::domain::{
    attribute::{Attribute, AttributeType, Choice, read_day},
    condition::{Condition, Value},
};

/// A part and the file it came from.
pub struct Placed<T> {
    pub file: String,
    pub part: T,
}

/// Which version the files are.
pub struct Head {
    pub code: String,
    pub version: u32,
    pub valid_from: Date,
    pub name: Label,
    pub clock: ProjectClock,
}

/// What was read, before anybody believes it.
#[derive(Default)]
pub struct Parsed {
    pub heads: Vec<Placed<Head>>,
    pub stages: Vec<Placed<Stage>>,
    pub departments: Vec<Placed<Department>>,
    pub materials: Vec<Placed<Material>>,
    /// Those that every catalogue knows come first.
    pub attributes: Vec<Attribute>,
    pub attribute_files: Vec<Placed<String>>,
    pub rules: Vec<Placed<Rule>>,
    pub items: Vec<Placed<Item>>,
    pub warnings: Vec<Placed<Warning>>,
}

pub fn parse(sources: &[Source]) -> (Parsed, Vec<DataFault>) {
    let mut parsed = Parsed { attributes: Attribute::built_in(), ..Parsed::default() };
    let files: Vec<_> = sources.iter().map(DataFile::parse).collect();
    let readers: Vec<_> = files.iter().map(|file| (file.name(), file.reader())).collect();
    // Conditions need every attribute, whichever file declares it.
    for (file, reader) in &readers {
        for mut table in reader.tables("attribute") {
            let attribute = read_attribute(&mut table, &parsed.attributes);
            parsed.attribute_files.push(placed(file, attribute.name.clone()));
            parsed.attributes.push(attribute);
        }
    }
    for (file, reader) in &readers {
        parsed.heads.extend(reader.table("catalogue").and_then(|table| Some(placed(file, read_head(&table)?))));
        parsed.stages.extend(reader.tables("stage").iter_mut().map(|table| placed(file, read_stage(table))));
        parsed
            .departments
            .extend(reader.tables("department").iter_mut().map(|table| placed(file, read_department(table))));
        parsed.materials.extend(reader.tables("material").iter_mut().map(|table| placed(file, read_material(table))));
        let attributes = &parsed.attributes;
        parsed
            .rules
            .extend(reader.tables("rule").iter_mut().filter_map(|t| Some(placed(file, read_rule(t, attributes)?))));
        parsed.items.extend(reader.tables("item").iter_mut().map(|table| placed(file, read_item(table, attributes))));
        parsed
            .warnings
            .extend(reader.tables("warning").iter_mut().filter_map(|t| Some(placed(file, read_warning(t)?))));
        reader.end();
    }
    (parsed, files.into_iter().flat_map(DataFile::into_faults).collect())
}

fn placed<T>(file: &str, part: T) -> Placed<T> {
    Placed { file: file.to_owned(), part }
}

/// Reads the code, and calls the table by it in every fault from here on.
fn coded<'a>(from: &mut Reader<'a>, key: &'a str, sort: &str) -> String {
    let code = from.text(key);
    if !code.is_empty() {
        from.call(format!("{sort} {code}"));
    }
    code
}

fn read_head(from: &Reader<'_>) -> Option<Head> {
    let (code, version, name) = (from.text("code"), from.number("version"), from.label("name"));
    if version == 0 {
        from.note("version", "begins with 1");
    }
    let valid_from = read_day(&from.text("valid_from"));
    if valid_from.is_none() {
        from.note("valid_from", "is not a day such as 2026-01-01");
    }
    let clock = from.table("clock").map(|clock| {
        let days = ProjectClock { limit_days: clock.number("limit_days"), yellow_days: clock.number("yellow_days") };
        clock.end();
        days
    });
    if clock.is_none() {
        from.note("clock", "is missing");
    }
    from.end();
    Some(Head { code, version, valid_from: valid_from?, name, clock: clock? })
}

fn read_stage(from: &mut Reader<'_>) -> Stage {
    let code = coded(from, "code", "stage");
    let stage =
        Stage { code, name: from.label("name"), lead: from.text("lead"), budget_days: from.number("budget_days") };
    from.end();
    stage
}

fn read_department(from: &mut Reader<'_>) -> Department {
    let code = coded(from, "code", "department");
    let department = Department { code, credit_code: from.text("credit_code"), name: from.label("name") };
    from.end();
    department
}

fn read_material(from: &mut Reader<'_>) -> Material {
    let code = coded(from, "code", "material");
    let material = Material {
        code,
        name: from.label("name"),
        fetch_from: from.optional("fetch_from"),
        issued_by: from.optional("issued_by").unwrap_or_default(),
        only_issued: from.flag("only_issued"),
        per_stage: from.flag("per_stage"),
        valid_months: from.optional("valid_months"),
        of_investor: from.flag("of_investor"),
    };
    from.end();
    material
}

fn read_rule(from: &mut Reader<'_>, attributes: &[Attribute]) -> Option<Rule> {
    let code = coded(from, "code", "rule");
    let (types, text) = (from.optional("types").unwrap_or_default(), from.label("text"));
    let source = from.text("holds");
    let holds = condition(from, "holds", &source, attributes);
    from.end();
    Some(Rule { code, types, holds: holds?, text })
}

fn read_warning(from: &mut Reader<'_>) -> Option<Warning> {
    let code = coded(from, "code", "warning");
    let (item, trigger, lead) = (from.text("item"), from.value("trigger"), from.value("lead"));
    let (text, basis) = (from.label("text"), from.optional_text("basis"));
    from.end();
    Some(Warning { code, item: ItemCode::from(item.as_str()), trigger: trigger?, lead: lead?, text, basis })
}

fn read_attribute(from: &mut Reader<'_>, earlier: &[Attribute]) -> Attribute {
    let name = coded(from, "name", "attribute");
    let kind = match from.text("type").as_str() {
        "bool" | "" => AttributeType::Bool,
        "int" => AttributeType::Int,
        "decimal" => AttributeType::Decimal,
        "date" => AttributeType::Date,
        "enum" => AttributeType::Enum(from.tables("options").iter().map(read_choice).collect()),
        other => {
            from.note("type", format!("{other} is none of bool, int, decimal, enum, date"));
            AttributeType::Bool
        }
    };
    let mut attribute = Attribute {
        name,
        kind,
        label: from.label("label"),
        question: from.label("question"),
        help: from.label("help"),
        unit: from.optional("unit"),
        minimum: from.optional("minimum"),
        default: None,
        asked_when: from.optional_text("asked_when").and_then(|source| condition(from, "asked_when", &source, earlier)),
        otherwise: None,
    };
    if matches!(&attribute.kind, AttributeType::Enum(choices) if choices.len() < 2) {
        from.note("options", "are at least two");
    }
    attribute.default = value(from, "default", &attribute);
    attribute.otherwise = value(from, "otherwise", &attribute);
    if attribute.otherwise.is_some() && attribute.asked_when.is_none() {
        from.note("otherwise", "needs asked_when");
    }
    from.end();
    attribute
}

fn read_choice(from: &Reader<'_>) -> Choice {
    let choice = Choice { value: from.text("value"), name: Label::new(from.text("zh"), from.text("en")) };
    from.end();
    choice
}

fn value<'a>(from: &Reader<'a>, key: &'a str, attribute: &Attribute) -> Option<Value> {
    let json: serde_json::Value = from.optional(key)?;
    attribute.read(&json).map_err(|what| from.note(key, what.en)).ok()
}

fn condition(from: &Reader<'_>, key: &str, source: &str, attributes: &[Attribute]) -> Option<Condition> {
    let faults = match Condition::compile(source, attributes) {
        Ok(condition) => return Some(condition),
        Err(faults) => faults,
    };
    // An empty text is noted already.
    for fault in faults.iter().filter(|_| !source.is_empty()) {
        from.note(key, fault.as_str());
    }
    None
}

/// A part that is misread is noted and replaced by anything: the catalogue is refused, and its codes stay known meanwhile.
fn read_item(from: &mut Reader<'_>, attributes: &[Attribute]) -> Item {
    let code = coded(from, "code", "item");
    let source = from.optional_text("when");
    let when = source.as_ref().map(|source| condition(from, "when", source, attributes));
    let (kind, clock, promised) = (from.value("kind"), from.value("clock"), from.value("promised"));
    let optional = |key: &'static str| from.optional_text(key).map(|code| ItemCode::from(code.as_str()));
    let item = Item {
        code: ItemCode::from(code.as_str()),
        name: from.label("name"),
        department: from.text("department"),
        authority: from.text("authority"),
        kind: kind.unwrap_or(Kind::Procedure),
        clock: clock.unwrap_or(ClockClass::Outside),
        types: from.value("types").unwrap_or_default(),
        promised: promised.unwrap_or(Limit::WorkingDays(0)),
        statutory: from.table("statutory").and_then(|table| read_statutory(&table)),
        when: when.flatten(),
        replaces: from.optional("replaces").unwrap_or_default(),
        merged_into: optional("merged_into"),
        after: from.optional("after").unwrap_or_default(),
        inside: from.optional("inside").unwrap_or_default(),
        materials: from.optional("materials").unwrap_or_default(),
        results: from.optional("results").unwrap_or_default(),
        tolerable: from.optional("tolerable").unwrap_or_default(),
        assumed: from.flag("assumed"),
        procedures: from.tables("procedure").iter().map(read_procedure).collect(),
        guide: from.table("guide").map(|table| read_guide(&table)).unwrap_or_default(),
    };
    from.end();
    item
}

fn read_statutory(from: &Reader<'_>) -> Option<Statutory> {
    let limits = [
        from.optional("working_days").map(Limit::WorkingDays),
        from.optional("calendar_days").map(Limit::CalendarDays),
    ];
    let limits: Vec<Limit> = limits.into_iter().flatten().collect();
    let basis = from.text("basis");
    from.end();
    let [limit] = limits.as_slice() else {
        from.note("working_days", "or calendar_days is given, and not both");
        return None;
    };
    Some(Statutory { limit: *limit, basis })
}

fn read_procedure(from: &Reader<'_>) -> Procedure {
    let (kind, limit) = (from.value("kind"), from.value("limit"));
    let procedure = Procedure {
        kind: kind.unwrap_or(ProcedureKind::Publicity),
        name: from.label("name"),
        limit: limit.unwrap_or(Limit::WorkingDays(0)),
        basis: from.text("basis"),
        assumed: from.flag("assumed"),
        item: from.optional_text("item").map(|code| ItemCode::from(code.as_str())),
        begins_after: from.optional("begins_after"),
    };
    from.end();
    procedure
}

fn read_guide(from: &Reader<'_>) -> GuideNotes {
    let guide = GuideNotes {
        preparation: from.optional("preparation"),
        review: from.optional("review"),
        expert: from.optional("expert"),
        flow: from.optional("flow"),
    };
    from.end();
    guide
}

/// The text of every file as one value: part by part, in an order that does not depend on files.
pub fn canonical(sources: &[Source]) -> serde_json::Value {
    let mut whole = serde_json::Map::new();
    for table in sources.iter().filter_map(|source| source.text.parse::<Table>().ok()) {
        for (key, part) in table {
            let json = serde_json::to_value(&part).unwrap_or_default();
            match (part, whole.entry(key)) {
                (Toml::Array(_), entry) => {
                    let parts = entry.or_insert_with(|| serde_json::json!([]));
                    if let (Some(parts), serde_json::Value::Array(more)) = (parts.as_array_mut(), json) {
                        parts.extend(more);
                    }
                }
                (
                    Toml::String(_)
                    | Toml::Integer(_)
                    | Toml::Float(_)
                    | Toml::Boolean(_)
                    | Toml::Datetime(_)
                    | Toml::Table(_),
                    entry,
                ) => {
                    entry.or_insert(json);
                }
            }
        }
    }
    // Attributes are asked in their order; of everything else, order says nothing.
    for (key, parts) in &mut whole {
        if let Some(parts) = parts.as_array_mut().filter(|_| key != "attribute") {
            parts.sort_by_key(|part| part.get("code").map(ToString::to_string));
        }
    }
    let mut whole = serde_json::Value::Object(whole);
    whole.sort_all_objects();
    whole
}
