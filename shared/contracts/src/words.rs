//! The words of the task conversation (`proto/words.toml`): what a decision may yield, what a supplement may ask for, what an
//! owner gives as its reason, every fault and note that it tells, and why a message is set aside. Checks, answers and the tables
//! of `proto/README.md` are made of it.

mod document;

use std::{fmt, sync::LazyLock};

use serde::Deserialize;

pub use document::{kept, sections};

/// Every fault that an owner tells a department, by the name that the file gives it.
pub mod fault {
    include!(concat!(env!("OUT_DIR"), "/faults.rs"));
}

/// Everything that an owner notes of a reply, by its code.
pub mod note {
    include!(concat!(env!("OUT_DIR"), "/notes.rs"));
}

/// Why a dossier is amended.
pub mod amended {
    include!(concat!(env!("OUT_DIR"), "/amended.rs"));
}

/// Why a message is set aside.
pub mod reason {
    include!(concat!(env!("OUT_DIR"), "/reasons.rs"));
}

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    #[serde(rename = "output")]
    pub outputs: Vec<OutputWord>,
    #[serde(rename = "task")]
    pub tasks: Vec<TaskWord>,
    #[serde(rename = "field")]
    pub fields: Vec<FieldWord>,
    #[serde(rename = "paper")]
    pub papers: Vec<Word>,
    pub amended: Vec<Word>,
    pub cancelled: Vec<Word>,
    #[serde(rename = "procedure")]
    pub procedures: Vec<Word>,
    #[serde(rename = "fault")]
    pub faults: Vec<FaultRow>,
    #[serde(rename = "note")]
    pub notes: Vec<NoteRow>,
    #[serde(rename = "reason")]
    pub reasons: Vec<Reason>,
}

/// A code, and what it means.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Word {
    pub code: String,
    pub zh: String,
    pub en: String,
}

/// A value that an applicant enters, by the name that dossiers and supplements use.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldWord {
    pub name: String,
    pub zh: String,
    pub en: String,
}

/// One kind of result.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "OutputDraft")]
pub struct OutputWord {
    pub kind: String,
    pub zh: String,
    pub en: String,
    pub holds: Holds,
    /// A decision may name several, each once; otherwise one.
    pub several: bool,
    /// A number that one case alone has.
    pub once: bool,
    /// Whoever may see the case may see it.
    pub public: bool,
}

/// What a result may be.
#[derive(Clone, Debug)]
pub enum Holds {
    /// One of these.
    Values(Vec<ValueWord>),
    Form(Form),
}

/// A value of a list.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueWord {
    pub value: String,
    /// Absent where the value is Chinese itself.
    pub zh: Option<String>,
    pub en: String,
}

/// How a result is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// 统一社会信用代码, with both check digits.
    CreditCode,
    /// 印章编码: region and seven digits.
    SealCode,
    /// 基本存款账户编号: `J` and thirteen digits.
    BasicAccountNumber,
    /// `2025-09-28`
    Date,
    /// Letters, digits and hyphens.
    Number,
    /// One line.
    Text,
}

/// A task of a theme.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskWord {
    pub theme: String,
    pub code: String,
    pub zh: String,
    pub en: String,
    /// Who does it where nobody chose otherwise.
    pub department: String,
    /// Kinds of what its decision yields, each at least once.
    #[serde(default)]
    pub outputs: Vec<String>,
    /// The task whose result it takes back.
    pub undoes: Option<String>,
}

/// A fault as it is told; what stands in braces is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultWord {
    pub subject: &'static str,
    pub code: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
}

/// A fault as it is documented.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRow {
    /// Its name in [`fault`].
    pub id: String,
    /// Messages that it answers.
    #[serde(rename = "in")]
    pub answers: Vec<String>,
    /// The owner that tells it; every owner where absent.
    pub owner: Option<String>,
    pub subject: String,
    pub code: String,
    pub when: String,
    pub zh: String,
    pub en: String,
}

/// A note as it is documented.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteRow {
    pub code: String,
    pub subject: String,
    pub when: String,
    pub zh: String,
    pub en: String,
    /// About how the department's program speaks, and worth looking at.
    #[serde(default)]
    pub heed: bool,
}

/// Why a message is set aside.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    pub code: String,
    /// Whether anything may come of saying it again.
    pub again: bool,
    pub zh: String,
    pub en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OutputDraft {
    kind: String,
    zh: String,
    en: String,
    values: Option<Vec<ValueWord>>,
    form: Option<Form>,
    #[serde(default)]
    several: bool,
    #[serde(default)]
    once: bool,
    #[serde(default)]
    public: bool,
}

impl TryFrom<OutputDraft> for OutputWord {
    type Error = String;

    fn try_from(draft: OutputDraft) -> Result<Self, String> {
        let OutputDraft { kind, zh, en, values, form, several, once, public } = draft;
        let holds = match (values, form) {
            (Some(values), None) => Holds::Values(values),
            (None, Some(form)) => Holds::Form(form),
            (Some(_), Some(_)) | (None, None) => return Err(format!("{kind}: either `values` or `form`")),
        };
        Ok(Self { kind, zh, en, holds, several, once, public })
    }
}

static FILE: LazyLock<Result<Words, String>> =
    LazyLock::new(|| toml::from_str(include_str!("../../../proto/words.toml")).map_err(|error| error.to_string()));

/// The file as compiled in.
///
/// # Panics
/// Where the file is broken; a test reads it.
#[must_use]
#[expect(clippy::panic, reason = "the file is part of the program, and a test reads it")]
pub fn words() -> &'static Words {
    match &*FILE {
        Ok(words) => words,
        Err(error) => panic!("proto/words.toml: {error}"),
    }
}

impl Words {
    /// A kind of result.
    #[must_use]
    pub fn output(&self, kind: &str) -> Option<&OutputWord> {
        self.outputs.iter().find(|output| output.kind == kind)
    }

    /// A note.
    #[must_use]
    pub fn note(&self, code: &str) -> Option<&NoteRow> {
        self.notes.iter().find(|note| note.code == code)
    }

    /// The reason of this code; `failed` for any other, which is the service's own trouble and none of the sender's.
    #[must_use]
    pub fn reason(&self, code: &str) -> Option<&Reason> {
        let of = |code: &str| self.reasons.iter().find(|reason| reason.code == code);
        of(code).or_else(|| of(reason::FAILED))
    }

    /// The tasks of a theme, in the order of the file.
    pub fn tasks_of<'a>(&'a self, theme: &'a str) -> impl Iterator<Item = &'a TaskWord> {
        self.tasks.iter().filter(move |task| task.theme == theme)
    }
}

impl FaultWord {
    /// Subject, Chinese and English with what stands in braces filled in.
    #[must_use]
    pub fn filled(&self, with: &[(&str, &str)]) -> (String, String, String) {
        let fill = |text: &str| {
            with.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
        };
        (fill(self.subject), fill(self.zh), fill(self.en))
    }
}

impl fmt::Display for FaultWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.en)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::topics;

    #[test]
    fn every_name_stands_for_something_and_once() {
        let words = words();
        let once = |names: Vec<&str>| assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
        once(words.outputs.iter().map(|output| output.kind.as_str()).collect());
        once(words.fields.iter().map(|field| field.name.as_str()).collect());
        once(words.faults.iter().map(|fault| fault.id.as_str()).collect());
        once(words.notes.iter().map(|note| note.code.as_str()).collect());
        once(words.reasons.iter().map(|reason| reason.code.as_str()).collect());
        for list in [&words.papers, &words.amended, &words.cancelled, &words.procedures] {
            once(list.iter().map(|word| word.code.as_str()).collect());
        }
        for task in &words.tasks {
            once(words.tasks_of(&task.theme).map(|task| task.code.as_str()).collect());
            assert!(task.outputs.iter().all(|kind| words.output(kind).is_some()), "{}", task.code);
            let undone = task.undoes.as_ref().map(|undone| words.tasks_of(&task.theme).any(|of| of.code == *undone));
            assert!(undone.unwrap_or(!task.outputs.is_empty()), "{}", task.code);
        }
    }

    #[test]
    fn a_fault_answers_messages_of_departments_and_says_the_same_in_both_languages() {
        let replies = topics::messages_on(&topics::replies("TAX", "market-registration"));
        let braces = |text: &str| {
            let names = text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0.to_owned()));
            names.filter(|name| !["zh", "en", "limit", "limit_zh"].contains(&name.as_str())).collect::<BTreeSet<_>>()
        };
        for note in &words().notes {
            assert_eq!(braces(&note.zh), braces(&note.en), "{}", note.code);
        }
        for fault in &words().faults {
            for message in &fault.answers {
                assert!(replies.contains(&format!("wutong.task.v1.{message}")), "{}: {message}", fault.id);
            }
            assert!(fault.owner.as_ref().is_none_or(|owner| topics::topics().owners.contains(owner)), "{}", fault.id);
            assert_eq!(braces(&fault.zh), braces(&fault.en), "{}", fault.id);
        }
    }

    #[test]
    fn whatever_is_no_reason_of_the_list_is_trouble_of_our_own() {
        assert_eq!(words().reason(reason::SKEW).map(|reason| reason.again), Some(true));
        assert_eq!(words().reason("a defect of ours").map(|reason| reason.code.as_str()), Some("failed"));
    }

    #[test]
    fn a_fault_is_told_with_what_it_is_about() {
        let told = fault::NOT_ASKED.filled(&[("subject", "outputs"), ("kind", "credit_code"), ("asked", "tax_types")]);
        assert_eq!(told.0, "outputs");
        assert_eq!(told.2, "this task asks for no credit_code; remove it. It asks for: tax_types");
    }
}
