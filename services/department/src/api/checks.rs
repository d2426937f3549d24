//! What is wrong with a body, all of it at once.

use chassis::http::{Fault, Problem};

/// Longest name, code or number.
pub const SHORT: usize = 200;
/// Longest sentence that a person writes.
pub const LONG: usize = 2_000;

/// Faults that are found one after the other and told together.
#[derive(Clone, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    pub fn add(&mut self, pointer: impl Into<String>, code: &str, zh: impl Into<String>, en: impl Into<String>) {
        self.0.push(Fault::new(pointer, code, zh, en));
    }

    /// A text that has to be there, without the spaces around it.
    pub fn text(&mut self, pointer: impl Into<String>, text: &str, longest: usize) -> String {
        let text = text.trim();
        if text.is_empty() {
            self.add(pointer, "missing", "请填写", "say it");
        } else if text.chars().count() > longest {
            self.add(pointer, "too_long", format!("最多{longest}字"), format!("at most {longest} characters"));
        }
        text.to_owned()
    }

    /// A list of texts that has to have one at least.
    pub fn texts(&mut self, pointer: &str, texts: &[String]) -> Vec<String> {
        if texts.is_empty() {
            self.add(pointer, "missing", "请至少填写一项", "give one at least");
        }
        texts.iter().enumerate().map(|(nth, text)| self.text(format!("{pointer}/{nth}"), text, LONG)).collect()
    }

    /// # Errors
    /// Where any fault was found.
    pub fn none(&self) -> Result<(), Problem> {
        if self.0.is_empty() { Ok(()) } else { Err(Problem::faulty(self.0.clone())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_faults_are_told_together() {
        let mut faults = Faults::default();
        faults.text("/reason", "  ", LONG);
        faults.texts("/remedies", &[]);
        faults.texts("/reasons", &["好".into(), String::new(), "长".repeat(LONG + 1)]);
        let told = format!("{:?}", faults.none().unwrap_err());
        for pointer in ["\"/reason\"", "/remedies", "/reasons/1", "/reasons/2"] {
            assert!(told.contains(pointer), "{told}");
        }
        assert!(!told.contains("/reasons/0"));
    }

    #[test]
    fn a_text_loses_the_spaces_around_it() {
        let mut faults = Faults::default();
        assert_eq!(faults.text("/basis", " 行政许可法 38 ", SHORT), "行政许可法 38");
        assert!(faults.none().is_ok());
    }
}
