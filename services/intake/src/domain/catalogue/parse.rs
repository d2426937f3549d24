//! From files to entries, with everything that is wrong in any of them.

use std::collections::BTreeMap;

use chassis::data::{DataFault, DataFile, Label, Reader, Source, digest};
use contracts::notification::is_office_phone;
use serde_json::json;
use time::{Date, macros::format_description};
use toml::Table;

use super::entry::{
    Contact, Department, Entry, GuideBlock, Material, Need, PaperSource, Signpost, Sort, Standing, Zone,
};
use crate::domain::form::{Field, Form, MaterialSpec};

/// An entry and where it came from.
pub struct Placed {
    pub file: String,
    pub entry: Entry,
    /// Codes that the item says may follow later.
    pub tolerable: Vec<String>,
}

/// What was read, before anybody believes it.
#[derive(Default)]
pub struct Parsed {
    pub departments: Vec<(String, Department)>,
    /// Code, name and sample of every paper.
    pub materials: Vec<(String, String, Label, Label)>,
    /// Codes of papers that are kept here and taken by others.
    pub taken_elsewhere: Vec<String>,
    pub entries: Vec<Placed>,
}

/// Forms in files of their own, by name.
const FORMS: [(&str, &str); 1] = [("company-opening", include_str!("../../../data/company-opening.toml"))];

pub fn parse(sources: &[Source]) -> (Parsed, Vec<DataFault>) {
    let mut parsed = Parsed::default();
    let files: Vec<_> = sources.iter().map(DataFile::parse).collect();
    let readers: Vec<_> = files.iter().map(DataFile::reader).collect();
    // Entries name departments and papers, whichever file has them.
    for file in &readers {
        for department in file.tables("department") {
            parsed.departments.push((file.file().to_owned(), read_department(&department)));
        }
        for material in file.tables("material") {
            let (code, name, sample) = (material.text("code"), material.label("name"), material.label("sample"));
            material.end();
            parsed.materials.push((file.file().to_owned(), code, name, sample));
        }
        for elsewhere in file.tables("taken_elsewhere") {
            elsewhere.text("owner");
            parsed.taken_elsewhere.extend(elsewhere.value::<Vec<String>>("materials").unwrap_or_default());
            elsewhere.end();
        }
    }
    for file in &readers {
        for (key, sort) in [("item", Sort::Item), ("theme", Sort::Theme)] {
            for mut table in file.tables(key) {
                let placed = read_entry(&mut table, sort, &parsed);
                parsed.entries.push(placed);
            }
        }
        file.end();
    }
    (parsed, files.into_iter().flat_map(DataFile::into_faults).collect())
}

fn read_department(from: &Reader<'_>) -> Department {
    let contact = Contact { department: from.label("name"), address: from.label("address"), phone: from.text("phone") };
    let department = Department { code: from.text("code"), credit_code: from.text("credit_code"), contact };
    from.end();
    department
}

fn read_entry(from: &mut Reader<'_>, sort: Sort, known: &Parsed) -> Placed {
    let (code, version) = (from.text("code"), from.number("version"));
    if !code.is_empty() {
        from.call(format!("{code}@{version}"));
    }
    let name = from.label("name");
    let department = from.text("department");
    let contact = known.departments.iter().find(|(_, known)| known.code == department);
    let contact = contact.map(|(_, known)| known.contact.clone());
    if contact.is_none() && !department.is_empty() {
        from.note("department", format!("{department} is in no [[department]]"));
    }
    let owner = from.text("owner");
    let tolerable: Vec<String> = from.optional("tolerable").unwrap_or_default();
    let materials = read_materials(from, &tolerable, known);
    let (form, form_text) = read_form(from, &code, version, &owner, &name, &materials);
    let fee: u32 = from.number("fee_fen");
    if fee != 0 {
        from.note("fee_fen", "every fee of this suite is 0 (行政许可法 58)");
    }
    let entry = Entry {
        sort,
        version,
        valid_from: read_day(from),
        kind: match sort {
            Sort::Item => from.value("kind"),
            Sort::Theme => None,
        },
        implementation_code: match sort {
            Sort::Item => Some(from.text("implementation_code")),
            Sort::Theme => None,
        },
        items: match sort {
            Sort::Item => vec![],
            Sort::Theme => from.value("items").unwrap_or_default(),
        },
        contact: contact.unwrap_or_else(|| Contact {
            department: Label::default(),
            address: Label::default(),
            phone: String::new(),
        }),
        department,
        zone: from.value("zone").unwrap_or(Zone::Legal),
        owner,
        standing: read_standing(from),
        promised_days: from.number("promised_days"),
        statutory_days: from.number("statutory_days"),
        safety: from.flag("safety"),
        needs_undertaking: from.flag("needs_undertaking"),
        basis: read_basis(from),
        guide: read_guide(from),
        digest: digest(json!({ "text": from.whole(), "form": form_text })),
        code,
        name,
        materials,
        form,
    };
    from.end();
    Placed { file: from.file().to_owned(), entry, tolerable }
}

fn read_day(from: &Reader<'_>) -> Date {
    let text = from.text("valid_from");
    Date::parse(&text, format_description!("[year]-[month]-[day]")).unwrap_or_else(|_| {
        if !text.is_empty() {
            from.note("valid_from", "is not a day, as \"2019-01-01\"");
        }
        Date::MIN
    })
}

fn read_standing(from: &Reader<'_>) -> Standing {
    let signpost = from.table("signpost").map(|post| {
        let signpost = Signpost {
            method: post.label("method"),
            department: post.label("department"),
            address: post.label("address"),
            phone: post.text("phone"),
        };
        if !signpost.phone.is_empty() && !is_office_phone(&signpost.phone) {
            post.note("phone", "is no office's telephone: a landline with its area code, 400…, or a short number");
        }
        post.end();
        signpost
    });
    match (from.optional_text("standing").as_deref(), signpost) {
        (None | Some("open"), None) => Standing::Open,
        (Some("undetermined"), None) => Standing::Undetermined,
        (Some("elsewhere"), Some(signpost)) => Standing::Elsewhere { signpost },
        (Some("elsewhere"), None) => {
            from.note("signpost", "is missing: whoever applies is shown method, department, address and phone (R67)");
            Standing::Open
        }
        (Some(_), None) => {
            from.note("standing", "is not \"open\", \"undetermined\" or \"elsewhere\"");
            Standing::Open
        }
        (_, Some(_)) => {
            from.note("signpost", "belongs to standing = \"elsewhere\" only");
            Standing::Open
        }
    }
}

fn read_basis(from: &Reader<'_>) -> Vec<Label> {
    let read = |basis: Reader<'_>| {
        let label = Label::new(basis.text("zh"), basis.text("en"));
        basis.end();
        label
    };
    from.tables("basis").into_iter().map(read).collect()
}

fn read_guide(from: &Reader<'_>) -> Vec<GuideBlock> {
    let read = |block: Reader<'_>| {
        let read = GuideBlock { title: block.label("title"), text: block.label("text") };
        block.end();
        read
    };
    from.tables("guide").into_iter().map(read).collect()
}

fn read_materials(from: &Reader<'_>, tolerable: &[String], known: &Parsed) -> Vec<Material> {
    let read = |from: Reader<'_>| {
        let code = from.text("code");
        let found = known.materials.iter().find(|(_, known, _, _)| *known == code);
        if found.is_none() && !code.is_empty() {
            from.note("code", format!("{code} is in no [[material]]"));
        }
        let (name, sample) = found.map(|(_, _, name, sample)| (name.clone(), sample.clone())).unwrap_or_default();
        let material = Material {
            name,
            sample,
            need: from.value("need").unwrap_or(Need::Core),
            source: from.value("source").unwrap_or(PaperSource::Apply),
            optional: from.flag("optional"),
            tolerable: tolerable.contains(&code),
            code,
        };
        from.end();
        material
    };
    from.tables("material").into_iter().map(read).collect()
}

/// The form: in a file of its own, or the fields in the entry itself. What papers it takes is the entry's.
fn read_form(
    from: &Reader<'_>,
    code: &str,
    version: u32,
    owner: &str,
    name: &Label,
    materials: &[Material],
) -> (Form, Option<Table>) {
    let specs = materials.iter().map(|material| MaterialSpec {
        code: material.code.clone(),
        zh: material.name.zh.clone(),
        en: material.name.en.clone(),
        // Completeness is asked of the item version, not of the form.
        required: false,
    });
    let mut form = Form {
        code: code.to_owned(),
        version,
        owner: owner.to_owned(),
        name: name.clone(),
        channels: BTreeMap::new(),
        fields: vec![],
        choices: vec![],
        materials: specs.collect(),
    };
    let Some(file) = from.optional_text("form") else {
        form.channels = from.value("channels").unwrap_or_default();
        form.fields = from.optional::<Vec<Field>>("field").unwrap_or_default();
        if form.fields.is_empty() {
            from.note("field", "a form has at least one field");
        }
        return (form, None);
    };
    let Some((_, text)) = FORMS.iter().find(|(known, _)| *known == file) else {
        from.note("form", format!("there is no form {file}"));
        return (form, None);
    };
    match (toml::from_str::<Form>(text), text.parse::<Table>()) {
        (Ok(read), Ok(table)) => {
            let same = |a: &Form, b: &Form| a.materials.iter().all(|m| b.materials.iter().any(|n| n.code == m.code));
            if !same(&read, &form) || !same(&form, &read) {
                from.note("material", format!("the form {file} takes other papers"));
            }
            if (read.version, read.owner.as_str()) != (version, owner) {
                from.note("form", format!("the form {file} is of version {} and owner {}", read.version, read.owner));
            }
            form.channels = read.channels;
            form.fields = read.fields;
            form.choices = read.choices;
            (form, Some(table))
        }
        (Err(error), _) | (_, Err(error)) => {
            from.note("form", format!("{file}: {error}"));
            (form, None)
        }
    }
}
