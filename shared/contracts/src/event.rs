//! CloudEvents attributes as Kafka headers (binary mode): what is said about a message beside its bytes.

use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

pub const SPEC_VERSION: &str = "1.0";
pub const CONTENT_TYPE: &str = "application/protobuf";

/// Header names, as they stand in a Kafka record.
pub mod header {
    pub const SPEC_VERSION: &str = "ce_specversion";
    pub const ID: &str = "ce_id";
    pub const TYPE: &str = "ce_type";
    pub const SOURCE: &str = "ce_source";
    pub const TIME: &str = "ce_time";
    pub const SUBJECT: &str = "ce_subject";
    pub const SEQUENCE: &str = "ce_sequence";
    pub const CONTENT_TYPE: &str = "content-type";
    pub const TRACE_PARENT: &str = "traceparent";
    /// CloudEvents' extension Expiry Time: from this instant of system time on the event is worth nothing.
    pub const EXPIRY_TIME: &str = "ce_expirytime";
}

/// The attributes of one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attributes {
    /// Minted once, with the fact: the same event delivered twice has the same id (UUIDv7).
    pub id: Uuid,
    /// Full protobuf name of the message, e.g. `wutong.task.v1.Assigned`.
    pub kind: String,
    /// Who says it: the principal's name, e.g. `market-registration`, `department-tax`.
    pub source: String,
    /// Business time of the fact.
    pub time: OffsetDateTime,
    /// What the fact is about: a case id, a task id.
    pub subject: String,
    /// Counts from 1 per source, topic and subject, without gaps.
    pub sequence: i64,
    /// W3C trace context of the work that caused it.
    pub trace_parent: Option<String>,
}

/// Every attribute that is missing or malformed, at once.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("CloudEvents headers: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct AttributeFaults(pub Vec<AttributeFault>);

impl AttributeFaults {
    /// The same in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        format!("消息头:{}", self.0.iter().map(AttributeFault::zh).collect::<Vec<_>>().join(";"))
    }
}

/// What is wrong with one header.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttributeFault {
    #[error("`{0}` is missing")]
    Missing(String),
    #[error("`{0}` is not UTF-8")]
    NotText(String),
    #[error("`{0}` is empty or longer than 256 bytes")]
    Length(String),
    #[error("`{name}` is not {what}")]
    NotA { name: String, what: &'static str, zh: &'static str },
}

impl AttributeFault {
    fn zh(&self) -> String {
        match self {
            Self::Missing(name) => format!("缺少 `{name}`"),
            Self::NotText(name) => format!("`{name}` 不是 UTF-8 文本"),
            Self::Length(name) => format!("`{name}` 为空或者超过 256 字节"),
            Self::NotA { name, zh, .. } => format!("`{name}` 不是{zh}"),
        }
    }
}

impl Attributes {
    /// The headers of a record, in a fixed order.
    ///
    /// # Errors
    /// Where the time cannot be written (a year beyond 9999).
    pub fn to_headers(&self) -> Result<Vec<(&'static str, String)>, time::error::Format> {
        let mut headers = vec![
            (header::SPEC_VERSION, SPEC_VERSION.to_owned()),
            (header::ID, self.id.to_string()),
            (header::TYPE, self.kind.clone()),
            (header::SOURCE, self.source.clone()),
            (header::TIME, self.time.format(&Rfc3339)?),
            (header::SUBJECT, self.subject.clone()),
            (header::SEQUENCE, self.sequence.to_string()),
            (header::CONTENT_TYPE, CONTENT_TYPE.to_owned()),
        ];
        headers.extend(self.trace_parent.clone().map(|trace| (header::TRACE_PARENT, trace)));
        Ok(headers)
    }

    /// Reads the headers of a record; headers that are not ours are passed over.
    ///
    /// # Errors
    /// Names everything that is missing or malformed, at once.
    pub fn from_headers<'a>(headers: impl Iterator<Item = (&'a str, &'a [u8])>) -> Result<Self, AttributeFaults> {
        let mut reader = Reader::default();
        for (name, value) in headers {
            reader.take(name, value);
        }
        reader.finish()
    }
}

#[derive(Default)]
struct Reader<'a> {
    seen: Vec<(&'a str, &'a str)>,
    faults: Vec<AttributeFault>,
}

impl<'a> Reader<'a> {
    fn take(&mut self, name: &'a str, value: &'a [u8]) {
        match std::str::from_utf8(value) {
            Ok(text) => self.seen.push((name, text)),
            Err(_) => self.faults.push(AttributeFault::NotText(name.chars().take(64).collect())),
        }
    }

    fn optional(&self, name: &str) -> Option<&'a str> {
        self.seen.iter().find(|(seen, _)| *seen == name).map(|(_, value)| *value)
    }

    fn text(&mut self, name: &str) -> String {
        match self.optional(name) {
            Some(value) if !value.is_empty() && value.len() <= 256 => value.to_owned(),
            Some(_) => self.fault(AttributeFault::Length(name.to_owned())),
            None => self.fault(AttributeFault::Missing(name.to_owned())),
        }
    }

    fn fault(&mut self, fault: AttributeFault) -> String {
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
        String::new()
    }

    fn parsed<T>(
        &mut self,
        name: &str,
        (what, zh): (&'static str, &'static str),
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(name);
        if text.is_empty() {
            return None;
        }
        let parsed = parse(&text);
        if parsed.is_none() {
            self.fault(AttributeFault::NotA { name: name.to_owned(), what, zh });
        }
        parsed
    }

    fn finish(mut self) -> Result<Attributes, AttributeFaults> {
        let version = self.text(header::SPEC_VERSION);
        if !version.is_empty() && version != SPEC_VERSION {
            self.fault(AttributeFault::NotA { name: header::SPEC_VERSION.to_owned(), what: "1.0", zh: " 1.0" });
        }
        let id = self.parsed(header::ID, ("a UUID", " UUID"), |text| Uuid::try_parse(text).ok());
        let kind = self.text(header::TYPE);
        let source = self.text(header::SOURCE);
        let time = self.parsed(header::TIME, ("an RFC 3339 time", " RFC 3339 时间"), |t| {
            OffsetDateTime::parse(t, &Rfc3339).ok()
        });
        let subject = self.text(header::SUBJECT);
        let sequence = self.parsed(header::SEQUENCE, ("a number from 1", "从 1 起的数"), |text| {
            text.parse::<i64>().ok().filter(|sequence| *sequence > 0)
        });
        match (id, time, sequence) {
            (Some(id), Some(time), Some(sequence)) if self.faults.is_empty() => Ok(Attributes {
                id,
                kind,
                source,
                time,
                subject,
                sequence,
                trace_parent: self.optional(header::TRACE_PARENT).map(str::to_owned),
            }),
            _ => Err(AttributeFaults(self.faults)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::time::macros::datetime;

    fn attributes() -> Attributes {
        Attributes {
            id: Uuid::from_u128(7),
            kind: "wutong.task.v1.Decided".to_owned(),
            source: "department-tax".to_owned(),
            time: datetime!(2025-09-28 02:30:00.5 UTC),
            subject: "t-1".to_owned(),
            sequence: 2,
            trace_parent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned()),
        }
    }

    #[test]
    fn attributes_survive_the_headers() {
        let headers = attributes().to_headers().unwrap();
        let read = Attributes::from_headers(headers.iter().map(|(name, value)| (*name, value.as_bytes())));
        assert_eq!(read, Ok(attributes()));
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let headers: [(&str, &[u8]); 3] = [("ce_id", b"seven"), ("ce_type", &[0xff]), ("ce_sequence", b"0")];
        let faults = Attributes::from_headers(headers.into_iter()).unwrap_err().0;
        for name in ["ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time", "ce_subject", "ce_sequence"] {
            assert!(
                faults.iter().any(|fault| fault.to_string().contains(name) && fault.zh().contains(name)),
                "{name} in {faults:?}"
            );
        }
    }
}
