//! What a bench found: a table for people, and numbers for programs.

use std::time::Duration;

use serde_json::{Map, Value, json};

/// What a number is to be.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    AtMost(f64),
    Below(f64),
}

#[derive(Default)]
pub struct Report {
    texts: Vec<String>,
    goals: Vec<String>,
    numbers: Map<String, Value>,
}

impl Report {
    pub fn text(&mut self, text: String) {
        self.texts.push(text);
    }

    pub fn number(&mut self, name: &str, value: Value) {
        self.numbers.insert(name.to_owned(), value);
    }

    /// A number that has a target.
    pub fn goal(&mut self, name: &str, value: f64, goal: Goal) {
        let (sign, target, kept) = match goal {
            Goal::AtMost(target) => ("<=", target, value <= target),
            Goal::Below(target) => ("<", target, value < target),
        };
        let verdict = if kept { "" } else { "  missed" };
        self.goals.push(format!("  {name:<28}{value:>10.3}   target {sign} {target}{verdict}"));
        self.number(name, json!(value));
    }

    pub fn table(&self) -> String {
        format!("{}\n\nagainst the targets\n{}", self.texts.join("\n"), self.goals.join("\n"))
    }

    pub fn json(self) -> Value {
        Value::Object(self.numbers)
    }
}

pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The nearest of the times that were measured.
pub fn quantile(times: &[Duration], quantile: f64) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index"
    )]
    let place = ((sorted.len().saturating_sub(1)) as f64 * quantile).round() as usize;
    sorted.get(place).copied().unwrap_or_default()
}
