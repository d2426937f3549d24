//! A record as the broker gave it, and what can be told of it before anybody acts.

use std::panic::{AssertUnwindSafe, catch_unwind};

use contracts::{
    event::{Attributes, CONTENT_TYPE, header},
    topics,
    words::reason,
};
use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};
use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    handler::{Fault, Incoming},
    ledger::{Digest, Hasher},
};

/// A record's bytes may be any size below the broker's limit; what is larger than this is not one of ours.
const LARGEST_BODY: usize = 1_000_000;

/// Stands for the name of a header that is not UTF-8.
const UNREADABLE: &str = "\u{fffd}";

/// A record, whole.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub topic: String,
    pub partition: i32,
    pub offset: i64,
    pub key: Option<Vec<u8>>,
    pub headers: Vec<(String, HeaderValue)>,
    pub body: Vec<u8>,
}

/// Every header of a record, in order. `header` is the client's, which panics where it cannot read one.
fn all_headers(count: usize, header: impl Fn(usize) -> Option<(String, HeaderValue)>) -> Vec<(String, HeaderValue)> {
    let unreadable = || Some((UNREADABLE.to_owned(), HeaderValue::of(b"")));
    let read = |place| catch_unwind(AssertUnwindSafe(|| header(place))).unwrap_or_else(|_| unreadable());
    (0..count).filter_map(read).collect()
}

/// A header's value as it is kept with a parked message: text where it is text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum HeaderValue {
    Text(String),
    Bytes { hex: String },
}

impl HeaderValue {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => Self::Text(text.to_owned()),
            _ => Self::Bytes { hex: hex::encode(bytes) },
        }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.clone().into_bytes(),
            Self::Bytes { hex } => hex::decode(hex).unwrap_or_default(),
        }
    }
}

impl Record {
    pub(super) fn from_message(message: &BorrowedMessage<'_>) -> Self {
        let headers = message.headers().map(|headers| {
            all_headers(headers.count(), |place| {
                let header = headers.try_get(place)?;
                Some((header.key.to_owned(), HeaderValue::of(header.value.unwrap_or_default())))
            })
        });
        Self {
            topic: message.topic().to_owned(),
            partition: message.partition(),
            offset: message.offset(),
            key: message.key().map(<[u8]>::to_vec),
            headers: headers.unwrap_or_default(),
            body: message.payload().unwrap_or_default().to_vec(),
        }
    }

    /// Of everything that is said by it, without these headers.
    pub(crate) fn digest(&self, purpose: &str, without: &[&str]) -> Digest {
        let mut hasher = Hasher::new(purpose).part(self.topic.as_bytes());
        hasher = match &self.key {
            Some(key) => hasher.part(b"key").part(key),
            None => hasher.part(b"no key"),
        };
        for (name, value) in self.headers.iter().filter(|(name, _)| !without.contains(&name.as_str())) {
            hasher = hasher.part(name.as_bytes()).part(&value.bytes());
        }
        hasher.part(b"body").part(&self.body).finish()
    }

    /// The event's id where the headers name one.
    pub(crate) fn event(&self) -> Option<uuid::Uuid> {
        let (_, value) = self.headers.iter().find(|(name, _)| name == header::ID)?;
        uuid::Uuid::try_parse_ascii(&value.bytes()).ok()
    }

    /// From when on it is worth nothing (system time), where it travels on a topic whose messages may hold a secret.
    pub(crate) fn expires_at(&self) -> Option<OffsetDateTime> {
        if !topics::holds_secrets(&self.topic) {
            return None;
        }
        let (_, value) = self.headers.iter().find(|(name, _)| name == header::EXPIRY_TIME)?;
        OffsetDateTime::parse(std::str::from_utf8(&value.bytes()).ok()?, &Rfc3339).ok()
    }

    /// What a handler may see of it.
    pub(crate) fn read(&self, received_at: OffsetDateTime) -> Result<Incoming, Fault> {
        let values: Vec<(&str, Vec<u8>)> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.bytes())).collect();
        let attributes = Attributes::from_headers(values.iter().map(|(name, value)| (*name, value.as_slice())))
            .map_err(|faults| Fault::poison(reason::BAD_HEADERS, faults.to_string()).zh(faults.zh()))?;
        if values.iter().any(|(name, _)| *name == UNREADABLE) {
            return Err(
                Fault::poison(reason::BAD_HEADERS, "a header's name is not UTF-8").zh("有消息头的名称不是 UTF-8 文本")
            );
        }
        if [&attributes.kind, &attributes.source, &attributes.subject].iter().any(|text| text.contains('\0')) {
            return Err(Fault::poison(reason::BAD_HEADERS, "an attribute holds a NUL").zh("消息头含有 NUL 字符"));
        }
        let content_type =
            values.iter().find(|(name, _)| *name == header::CONTENT_TYPE).map(|(_, value)| value.as_slice());
        if content_type != Some(CONTENT_TYPE.as_bytes()) {
            return Err(Fault::poison(reason::BAD_CONTENT_TYPE, format!("`content-type` is not {CONTENT_TYPE}")));
        }
        if !topics::messages_on(&self.topic).contains(&attributes.kind) {
            let reason = format!("{} does not travel on this topic", attributes.kind);
            return Err(
                Fault::poison(reason::UNKNOWN_TYPE, reason).zh(format!("{} 不在这个主题上传送", attributes.kind))
            );
        }
        if !topics::may_write(&self.topic, &attributes.source) {
            let reason = format!("{} may not speak on this topic", attributes.source);
            return Err(
                Fault::poison(reason::WRONG_SOURCE, reason).zh(format!("{} 无权在此主题上发言", attributes.source))
            );
        }
        let key = match self.key.as_deref().map(std::str::from_utf8) {
            Some(Ok(key)) if !key.is_empty() && !key.contains('\0') => key.to_owned(),
            Some(_) => return Err(Fault::poison(reason::BAD_KEY, "the key is empty or not text")),
            None => return Err(Fault::poison(reason::BAD_KEY, "the record has no key")),
        };
        if self.body.len() > LARGEST_BODY {
            let size = self.body.len();
            return Err(Fault::poison(reason::TOO_LARGE, format!("{size} bytes; at most {LARGEST_BODY} are read"))
                .zh(format!("正文 {size} 字节,超过 {LARGEST_BODY} 字节")));
        }
        let span = tracing::info_span!(
            "process",
            otel.name = format!("process {}", attributes.kind),
            otel.kind = "consumer",
            messaging.system = "kafka",
            messaging.destination.name = self.topic,
            messaging.message.id = %attributes.id,
        );
        if let Some(parent) = &attributes.trace_parent {
            crate::trace::continue_from(&span, parent);
        }
        let (topic, body) = (self.topic.clone(), self.body.clone());
        Ok(Incoming { topic, key, attributes, body, received_at, span })
    }
}

#[cfg(test)]
mod tests {
    use contracts::{schema::Event as _, task::v1::Acknowledged};
    use time::macros::datetime;

    use super::*;

    /// A good record on a topic of replies.
    fn record() -> Record {
        let at = datetime!(2025-09-28 10:00 +8);
        let attributes = Attributes {
            id: uuid::Uuid::from_u128(7),
            kind: Acknowledged::kind(),
            source: "department-tax".to_owned(),
            time: at,
            subject: "a task".to_owned(),
            sequence: 1,
            trace_parent: None,
        };
        let headers = attributes.to_headers().unwrap();
        Record {
            topic: topics::replies("TAX", "market-registration"),
            partition: 0,
            offset: 0,
            key: Some(b"a case".to_vec()),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), HeaderValue::Text(value.clone())))
                .collect(),
            body: vec![],
        }
    }

    #[test]
    fn a_header_at_which_the_client_panics_is_a_fault_of_its_message_alone() {
        let good = record();
        let count = good.headers.len() + 1;
        let headers = all_headers(count, |place| {
            assert_ne!(place, 1, "the client cannot read this one");
            good.headers.get(if place == 0 { 0 } else { place - 1 }).cloned()
        });
        assert_eq!(headers.len(), count, "the others are read");
        let fault = Record { headers, ..good.clone() }.read(datetime!(2025-09-28 10:00 +8)).unwrap_err();
        assert_eq!((fault.code, fault.reason.as_str()), ("bad_headers", "a header's name is not UTF-8"));
        assert!(good.read(datetime!(2025-09-28 10:00 +8)).is_ok());
    }
}
