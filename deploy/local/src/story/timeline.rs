//! What a story came to: its events with the window minutes since the papers were received.

use std::collections::{BTreeMap, BTreeSet};

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
    /// Of a construction project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counted_working_days: Option<u32>,
    /// Of a construction project: when each item was accepted and decided, and what it counted.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub items: BTreeMap<String, ItemPlayed>,
}

/// One item of a project.
#[derive(Clone, Debug, Serialize)]
pub struct ItemPlayed {
    pub accepted: Option<String>,
    pub decided: Option<String>,
    /// Working days on which its clock ran.
    pub counted: u64,
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
                note: step["words"]["en"].as_str().unwrap_or_default().to_owned(),
            });
        }
        let last = events.iter().map(|event| event.at).max().unwrap_or(received);
        let phase = case["phase"].as_str().unwrap_or_default().to_owned();
        let closed = phase == "closed";
        Ok(Self { closed, phase, total_window_minutes: minutes(last), events, ..Self::nothing(name) })
    }

    /// Reads a construction project as its owner shows it, and what happened to it.
    ///
    /// # Errors
    /// When it is not of its form.
    pub fn of_project(name: &str, project: &Value, history: &Value, calendar: &Calendar) -> Result<Self> {
        let began = instant(&project["registered_at"])?;
        let minutes = |at| calendar.window_minutes_between(began, at);
        let mut events = Vec::new();
        for step in history["steps"].as_array().context("the project has no history")? {
            let at = instant(&step["at"])?.to_offset(workdays::CITY);
            let text = |name: &str| step[name].as_str().unwrap_or_default().to_owned();
            let event = short(&text("event"));
            let (task, department) = (text("item"), text("department"));
            events.push(Event { at, task, event, window_minutes: minutes(at), department, note: String::new() });
        }
        let last = events.iter().map(|event| event.at).max().unwrap_or(began);
        let text = |item: &Value, name: &str| item[name].as_str().map(str::to_owned);
        let played = |item: &Value| {
            let (accepted, decided) = (text(item, "accepted"), text(item, "decided"));
            let counted = item["counted"].as_u64().unwrap_or_default();
            Some((text(item, "item")?, ItemPlayed { accepted, decided, counted }))
        };
        let counted = project["clock"]["counted_working_days"].as_u64().and_then(|days| u32::try_from(days).ok());
        let phase = project["phase"].as_str().unwrap_or_default().to_owned();
        Ok(Self {
            name: name.to_owned(),
            closed: phase == "closed",
            phase,
            total_window_minutes: minutes(last),
            events,
            counted_working_days: counted,
            items: project["items"].as_array().into_iter().flatten().filter_map(played).collect(),
        })
    }

    /// A story in which nothing came to be.
    #[must_use]
    pub fn nothing(name: &str) -> Self {
        let phase = "none".to_owned();
        Self {
            name: name.to_owned(),
            closed: false,
            phase,
            total_window_minutes: 0,
            events: Vec::new(),
            counted_working_days: None,
            items: BTreeMap::new(),
        }
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
        if let Some(counted) = self.counted_working_days {
            return self.table_of_items(counted);
        }
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

impl Played {
    fn table_of_items(&self, counted: u32) -> String {
        let day = |day: &Option<String>| day.clone().unwrap_or_default();
        let mut items: Vec<_> = self.items.iter().collect();
        items.sort_by_key(|(code, item)| (item.accepted.is_none(), item.accepted.clone(), (*code).clone()));
        let mut lines = vec![format!("  {:<6}{:<12}{:<12}{:>8}", "item", "accepted", "decided", "counted")];
        let line = |(code, item): (&String, &ItemPlayed)| {
            format!("  {code:<6}{:<12}{:<12}{:>8}", day(&item.accepted), day(&item.decided), item.counted)
        };
        lines.extend(items.into_iter().map(line));
        lines.push(format!("  {}: {counted} counted working days", self.phase));
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
