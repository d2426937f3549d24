//! One event, one line, which reads alone: when, how grave, which process, what, its facts, and the trace it belongs to.

use std::fmt;

use mailbox::clock::{CITY, Clocks, SystemClock};
use opentelemetry::trace::TraceContextExt as _;
use serde_json::{Map, Value};
use time::{OffsetDateTime, macros::format_description};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    fmt::{FmtContext, FormatEvent, FormatFields, format::Writer},
    registry::LookupSpan,
};

use crate::{chain, settings::sections::LogFormat};

pub(super) struct Line {
    format: LogFormat,
    process: String,
    clock: SystemClock,
}

impl Line {
    pub(super) fn new(format: LogFormat, process: &str) -> Self {
        Self { format, process: process.to_owned(), clock: Clocks::running().system }
    }
}

impl<S, N> FormatEvent<S, N> for Line
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut to: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let at = city_time(self.clock.now());
        let (level, target) = (event.metadata().level(), event.metadata().target());
        let mut facts = Facts::default();
        event.record(&mut facts);
        match self.format {
            LogFormat::Text => {
                write!(to, "{at} {level:>5} {} {target}: {}", self.process, one_line(&facts.message))?;
                for (key, value) in &facts.fields {
                    write!(to, " {key}={value}")?;
                }
                trace_id().map_or(Ok(()), |id| write!(to, " trace={id}"))?;
            }
            LogFormat::Json => {
                let mut line = Map::new();
                line.insert("time".into(), at.into());
                line.insert("level".into(), level.as_str().into());
                line.insert("process".into(), self.process.as_str().into());
                line.insert("target".into(), target.into());
                line.insert("message".into(), facts.message.into());
                line.extend(trace_id().map(|id| ("trace_id".to_owned(), id.into())));
                line.extend(facts.fields);
                write!(to, "{}", Value::Object(line))?;
            }
        }
        writeln!(to)
    }
}

/// In the city's zone: who reads the log compares it with the clock on the wall.
fn city_time(at: OffsetDateTime) -> String {
    let to_the_millisecond = format_description!(
        "[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3][offset_hour sign:mandatory]:[offset_minute]"
    );
    at.to_offset(CITY).format(to_the_millisecond).unwrap_or_default()
}

fn trace_id() -> Option<String> {
    let context = opentelemetry::Context::current();
    let span = context.span();
    span.span_context().is_valid().then(|| span.span_context().trace_id().to_string())
}

fn one_line(message: &str) -> std::borrow::Cow<'_, str> {
    if message.contains('\n') { message.replace('\n', "\\n").into() } else { message.into() }
}

#[derive(Default)]
struct Facts {
    message: String,
    fields: Map<String, Value>,
}

impl Facts {
    fn put(&mut self, field: &Field, value: Value) {
        match (field.name(), value) {
            ("message", Value::String(text)) => self.message = text,
            // Where the line was written in the source of a library that speaks through `log`.
            (name, _) if name.starts_with("log.") => {}
            (name, value) => {
                self.fields.insert(name.to_owned(), value);
            }
        }
    }
}

impl Visit for Facts {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }

    /// A cause is written with everything behind it: errors here do not repeat their source.
    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.put(field, chain::told(value).into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_line_is_dated_in_the_city() {
        assert_eq!(city_time(datetime!(2025-09-28 01:12:00.123_456 UTC)), "2025-09-28T09:12:00.123+08:00");
        assert_eq!(city_time(datetime!(2025-09-28 01:12 UTC)), "2025-09-28T09:12:00.000+08:00");
    }
}
