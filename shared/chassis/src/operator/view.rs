//! A parked message as operators see it.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use mailbox::parking::{Act, HeaderValue, Parked, ParkedState};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

/// Where a parked message stands.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// Could never be valid; its neighbours went on.
    Poison,
    /// Valid, and failed; its key waits behind it.
    Blocked,
    /// Behind a blocked one of its key.
    Waiting,
    /// Acted upon in the end.
    Done,
    /// Given up by an operator, with a reason.
    Discarded,
}

#[derive(Serialize, ToSchema)]
pub(super) struct ParkedMessage {
    id: Uuid,
    topic: String,
    partition: i32,
    offset: i64,
    /// The last offset of a batch that could not be read; absent for a message.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_offset: Option<i64>,
    key: Option<TextOrBytes>,
    headers: Vec<Header>,
    body_base64: String,
    /// The event's id, where its headers name one.
    event: Option<Uuid>,
    state: State,
    /// Stable name of what went wrong.
    code: String,
    reason: String,
    /// The reason in Chinese; empty where the code says it all.
    zh: String,
    attempts: i32,
    /// How often the same was said.
    times: i32,
    /// When its sender was told of it last; absent where nobody is.
    #[serde(with = "crate::http::instant::option", skip_serializing_if = "Option::is_none")]
    told_at: Option<OffsetDateTime>,
    #[serde(with = "crate::http::instant::option")]
    retry_at: Option<OffsetDateTime>,
    #[serde(with = "crate::http::instant")]
    parked_at: OffsetDateTime,
    #[serde(with = "crate::http::instant::option")]
    resolved_at: Option<OffsetDateTime>,
    resolved_by: Option<String>,
    /// What operators did to it, and why.
    resolution: Option<String>,
    /// The same, act by act.
    acts: Vec<ActShown>,
}

/// What an operator did with a parked message.
#[derive(Serialize, ToSchema)]
pub(super) struct ActShown {
    /// `mended`, `replayed` or `discarded`.
    act: &'static str,
    #[serde(with = "crate::http::instant")]
    at: OffsetDateTime,
    /// Subject of his token.
    by: String,
    reason: String,
    /// Where it was mended: SM3 over key, headers and body as they were, 64 hexadecimal characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    digest_before: Option<String>,
    /// The same as they are since.
    #[serde(skip_serializing_if = "Option::is_none")]
    digest_after: Option<String>,
}

impl From<Act> for ActShown {
    fn from(act: Act) -> Self {
        let Act { act, at, by, reason, digest_before, digest_after } = act;
        Self { act: act.name(), at, by, reason, digest_before, digest_after }
    }
}

#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    pub name: String,
    pub value: TextOrBytes,
}

/// Text, or `{"hex": ".."}` where it is not text.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum TextOrBytes {
    Text(String),
    Bytes { hex: String },
}

impl From<ParkedState> for State {
    fn from(state: ParkedState) -> Self {
        match state {
            ParkedState::Poison => Self::Poison,
            ParkedState::Blocked => Self::Blocked,
            ParkedState::Waiting => Self::Waiting,
            ParkedState::Done => Self::Done,
            ParkedState::Discarded => Self::Discarded,
        }
    }
}

impl From<State> for ParkedState {
    fn from(state: State) -> Self {
        match state {
            State::Poison => Self::Poison,
            State::Blocked => Self::Blocked,
            State::Waiting => Self::Waiting,
            State::Done => Self::Done,
            State::Discarded => Self::Discarded,
        }
    }
}

impl From<HeaderValue> for TextOrBytes {
    fn from(value: HeaderValue) -> Self {
        match value {
            HeaderValue::Text(text) => Self::Text(text),
            HeaderValue::Bytes { hex } => Self::Bytes { hex },
        }
    }
}

impl From<TextOrBytes> for HeaderValue {
    fn from(value: TextOrBytes) -> Self {
        match value {
            TextOrBytes::Text(text) => Self::Text(text),
            TextOrBytes::Bytes { hex } => Self::Bytes { hex },
        }
    }
}

impl From<Parked> for ParkedMessage {
    fn from(parked: Parked) -> Self {
        Self {
            id: parked.id,
            topic: parked.topic,
            partition: parked.partition,
            offset: parked.offset,
            last_offset: parked.last_offset,
            key: parked.key.map(TextOrBytes::from),
            headers: parked.headers.into_iter().map(|(name, value)| Header { name, value: value.into() }).collect(),
            body_base64: BASE64_STANDARD.encode(parked.body),
            event: parked.event,
            state: parked.state.into(),
            code: parked.code,
            reason: parked.reason,
            zh: parked.zh,
            attempts: parked.attempts,
            times: parked.times,
            told_at: parked.told_at,
            retry_at: parked.retry_at,
            parked_at: parked.parked_at,
            resolved_at: parked.resolved_at,
            resolved_by: parked.resolved_by,
            resolution: parked.resolution,
            acts: parked.acts.into_iter().map(ActShown::from).collect(),
        }
    }
}
