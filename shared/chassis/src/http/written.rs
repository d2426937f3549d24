//! Texts that people type into a body: each type says what its texts may be, in the API's description too, and every
//! fault of a body is told at once.

use std::borrow::Cow;

use ids::Writing;
use serde::{Deserialize, Serialize};
use utoipa::{
    __dev::ComposeSchema,
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, Ref, RefOr, Schema,
        schema::{ArrayBuilder, SchemaType, Type},
    },
};

use super::problem::{Fault, Problem};

/// One line of at most `MOST` characters, as it was sent: nobody has looked at it before [`Faults::text`] does.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Line<const MOST: usize>(String);

/// Any number of lines, of at most `MOST` characters together, as they were sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Prose<const MOST: usize>(String);

/// A list of at most `MOST` entries, as it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct AtMost<const MOST: usize, T>(Vec<T>);

/// A name, code or number.
pub type Short = Line<200>;
/// What somebody explains, in as many lines as it needs.
pub type Long = Prose<2_000>;
/// Why an operator does something.
pub type Reason = Prose<500>;

/// A text whose type says what it may be.
pub trait Written {
    const WRITING: Writing;

    fn as_sent(&self) -> &str;
}

impl<const MOST: usize> Written for Line<MOST> {
    const WRITING: Writing = Writing::line(MOST);

    fn as_sent(&self) -> &str {
        &self.0
    }
}

impl<const MOST: usize> Written for Prose<MOST> {
    const WRITING: Writing = Writing::prose(MOST);

    fn as_sent(&self) -> &str {
        &self.0
    }
}

impl<const MOST: usize> From<&str> for Line<MOST> {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl<const MOST: usize> From<&str> for Prose<MOST> {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl<const MOST: usize, T> Default for AtMost<MOST, T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<const MOST: usize, T> From<Vec<T>> for AtMost<MOST, T> {
    fn from(entries: Vec<T>) -> Self {
        Self(entries)
    }
}

impl<const MOST: usize> PartialSchema for Line<MOST> {
    fn schema() -> RefOr<Schema> {
        described(Self::WRITING)
    }
}

impl<const MOST: usize> ToSchema for Line<MOST> {
    fn name() -> Cow<'static, str> {
        format!("Line{MOST}").into()
    }
}

impl<const MOST: usize> PartialSchema for Prose<MOST> {
    fn schema() -> RefOr<Schema> {
        described(Self::WRITING)
    }
}

impl<const MOST: usize> ToSchema for Prose<MOST> {
    fn name() -> Cow<'static, str> {
        format!("Prose{MOST}").into()
    }
}

/// What the derive macro makes of a generic type; `PartialSchema` follows from it.
impl<const MOST: usize, T: ToSchema> ComposeSchema for AtMost<MOST, T> {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        let entry = RefOr::Ref(Ref::from_schema_name(T::name()));
        ArrayBuilder::new().items(entry).max_items(Some(MOST)).into()
    }
}

impl<const MOST: usize, T: ToSchema> ToSchema for AtMost<MOST, T> {
    fn name() -> Cow<'static, str> {
        // Where a field has it, the entry's name is put behind.
        format!("AtMost{MOST}").into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
}

fn described(writing: Writing) -> RefOr<Schema> {
    let what = if writing.is_one_line() { "One line" } else { "Any number of lines" };
    let what = format!("{what}, at most {} characters without the space around them. {UNSEEN}", writing.most());
    ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::String))
        .max_length(Some(writing.most()))
        .description(Some(what))
        .into()
}

/// What every text is held to, for the API's description.
pub(super) const UNSEEN: &str =
    "No control characters, no marks that turn the direction of writing, no characters that cannot be seen.";

/// Faults that are found one after the other and told together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    pub fn add(&mut self, pointer: impl Into<String>, code: &str, zh: impl Into<String>, en: impl Into<String>) {
        self.0.push(Fault::new(pointer, code, zh, en));
    }

    /// A text that has to be there, without the space around it.
    pub fn text(&mut self, pointer: impl Into<String>, text: &impl Written) -> String {
        self.read(pointer, text.as_sent(), writing_of(text))
    }

    /// A text that may be left out: empty then.
    pub fn maybe(&mut self, pointer: impl Into<String>, text: &impl Written) -> String {
        let sent = text.as_sent();
        if sent.trim().is_empty() { String::new() } else { self.read(pointer, sent, writing_of(text)) }
    }

    /// A text whose rule stands in data; empty where it is faulty.
    pub fn read(&mut self, pointer: impl Into<String>, text: &str, writing: Writing) -> String {
        match writing.read(text) {
            Ok(text) => text.to_owned(),
            Err(faults) => {
                let pointer = pointer.into();
                for fault in faults {
                    self.add(pointer.clone(), fault.slug(), fault.zh(), fault.to_string());
                }
                String::new()
            }
        }
    }

    /// The entries of a list; none of it where it is too long.
    pub fn list<const MOST: usize, T>(&mut self, pointer: &str, list: AtMost<MOST, T>) -> Vec<T> {
        if list.0.len() > MOST {
            self.add(pointer, "too_many", format!("最多{MOST}项"), format!("at most {MOST}"));
            return Vec::new();
        }
        list.0
    }

    /// A list of texts, each of which has to be there.
    pub fn texts<const MOST: usize, T: Written>(&mut self, pointer: &str, list: AtMost<MOST, T>) -> Vec<String> {
        let texts = self.list(pointer, list);
        texts.iter().enumerate().map(|(nth, text)| self.text(format!("{pointer}/{nth}"), text)).collect()
    }

    /// A list of texts that has to have one at least.
    pub fn some_texts<const MOST: usize, T: Written>(&mut self, pointer: &str, list: AtMost<MOST, T>) -> Vec<String> {
        if list.0.is_empty() {
            self.add(pointer, "missing", "请至少填写一项", "give one at least");
        }
        self.texts(pointer, list)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[must_use]
    pub fn into_vec(self) -> Vec<Fault> {
        self.0
    }

    /// # Errors
    /// `form-faulty` with every fault, where any was found.
    pub fn none(&self) -> Result<(), Problem> {
        if self.0.is_empty() { Ok(()) } else { Err(Problem::faulty(self.0.clone())) }
    }
}

impl Extend<Fault> for Faults {
    fn extend<I: IntoIterator<Item = Fault>>(&mut self, faults: I) {
        self.0.extend(faults);
    }
}

impl From<Vec<Fault>> for Faults {
    fn from(faults: Vec<Fault>) -> Self {
        Self(faults)
    }
}

fn writing_of<T: Written>(_: &T) -> Writing {
    T::WRITING
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(faults: &Faults) -> Vec<(&str, &str)> {
        faults.0.iter().map(|fault| (fault.pointer.as_str(), fault.code.as_str())).collect()
    }

    #[test]
    fn all_faults_are_told_together() {
        let mut faults = Faults::default();
        faults.text("/reason", &Reason::from("  "));
        faults.some_texts::<20, Long>("/remedies", AtMost::default());
        let reasons = ["好".into(), "".into(), Long::from("长".repeat(2_001).as_str())];
        faults.some_texts("/reasons", AtMost::<3, _>::from(reasons.to_vec()));
        faults.text("/name", &Short::from("云\n杉\u{202e}"));
        faults.list::<2, _>("/papers", vec![1, 2, 3].into());
        assert_eq!(faults.maybe("/explanation", &Long::from(" ")), "");
        let expected = [
            ("/reason", "missing"),
            ("/remedies", "missing"),
            ("/reasons/1", "missing"),
            ("/reasons/2", "too_long"),
            ("/name", "line_break"),
            ("/name", "direction_mark"),
            ("/papers", "too_many"),
        ];
        assert_eq!(pointers(&faults), expected);
        assert_eq!(faults.none().unwrap_err().code().name, "form-faulty");
    }

    #[test]
    fn a_text_loses_the_space_around_it() {
        let mut faults = Faults::default();
        assert_eq!(faults.text("/basis", &Short::from(" 行政许可法 38\u{3000}")), "行政许可法 38");
        assert!(faults.none().is_ok());
    }

    #[test]
    fn a_type_describes_what_it_takes() {
        let schema = serde_json::to_value(Short::schema()).unwrap();
        assert_eq!((schema["type"].as_str(), schema["maxLength"].as_u64()), (Some("string"), Some(200)));
        let schema = serde_json::to_value(AtMost::<20, Long>::schema()).unwrap();
        assert_eq!(
            (schema["maxItems"].as_u64(), schema["items"]["$ref"].as_str()),
            (Some(20), Some("#/components/schemas/Prose2000"))
        );
    }
}
