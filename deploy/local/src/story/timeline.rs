//! What a story came to: its events with the window minutes since the papers were received.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::Value;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use workdays::Calendar;

/// One variant, played to its end.
#[derive(Clone, Debug, Serialize)]
pub struct Played {
    pub name: String,
    pub closed: bool,
    #[serde(skip)]
    pub phase: String,
    /// From the papers to the last event.
    pub total_window_minutes: i64,
    pub events: Vec<Event>,
}

/// One event of a case.
#[derive(Clone, Debug, Serialize)]
pub struct Event {
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    pub task: String,
    /// `assigned`, `done`, or as the timeline names it.
    pub event: String,
    pub window_minutes: i64,
    #[serde(skip)]
    pub department: String,
    #[serde(skip)]
    pub note: String,
}

impl Played {
    /// Reads a case as the front desk shows it.
    ///
    /// # Errors
    /// When it is not of its form.
    pub fn of(name: &str, case: &Value, calendar: &Calendar) -> Result<Self> {
        let received = instant(&case["received_at"])?;
        let minutes = |at| calendar.window_minutes_between(received, at);
        let mut events = Vec::new();
        for step in case["steps"].as_array().context("the case has no steps")? {
            let at = instant(&step["at"])?.to_offset(workdays::CITY);
            let text = |name: &str| step[name].as_str().unwrap_or_default().to_owned();
            events.push(Event {
                at,
                task: text("task"),
                event: short(&text("event")),
                window_minutes: minutes(at),
                department: text("department"),
                note: text("note"),
            });
        }
        let last = events.iter().map(|event| event.at).max().unwrap_or(received);
        let phase = case["phase"].as_str().unwrap_or_default().to_owned();
        let closed = phase == "closed";
        Ok(Self { name: name.to_owned(), closed, phase, total_window_minutes: minutes(last), events })
    }

    /// A story in which nothing came to be.
    #[must_use]
    pub fn nothing(name: &str) -> Self {
        let phase = "none".to_owned();
        Self { name: name.to_owned(), closed: false, phase, total_window_minutes: 0, events: Vec::new() }
    }

    /// The instants at which these tasks were first given to their departments.
    #[must_use]
    pub fn assigned(&self, tasks: &BTreeSet<String>) -> BTreeSet<OffsetDateTime> {
        let first = |task: &String| {
            self.events.iter().find(|event| event.event == "assigned" && event.task == *task).map(|event| event.at)
        };
        tasks.iter().filter_map(first).collect()
    }

    /// The timeline as people read it.
    #[must_use]
    pub fn table(&self) -> String {
        let mut lines = vec![format!("  {:<7}{:>5}  {:<12}{:<18}{:<5}note", "time", "min", "task", "event", "dept")];
        for event in &self.events {
            let (hour, minute) = (event.at.hour(), event.at.minute());
            let Event { task, event: what, department, note, window_minutes, .. } = event;
            lines.push(
                format!("  {hour:02}:{minute:02}  {window_minutes:>5}  {task:<12}{what:<18}{department:<5}{note}")
                    .trim_end()
                    .to_owned(),
            );
        }
        lines.push(format!("  {}: {} window minutes", self.phase, self.total_window_minutes));
        lines.join("\n")
    }
}

fn short(event: &str) -> String {
    match event {
        "task_ended" => "done".to_owned(),
        event => event.strip_prefix("task_").unwrap_or(event).to_owned(),
    }
}

fn instant(value: &Value) -> Result<OffsetDateTime> {
    let text = value.as_str().context("an instant is missing")?;
    OffsetDateTime::parse(text, &Rfc3339).with_context(|| format!("{text} is not an instant"))
}
