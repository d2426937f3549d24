//! `/v1/messages`: what a signed-in person was told.

pub mod list;
pub mod read;

use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::store::in_app::Listed;

/// A message as its reader sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Message {
    message_id: Uuid,
    text: String,
    /// `zh` or `en`.
    language: String,
    #[serde(with = "chassis::http::instant")]
    told_at: OffsetDateTime,
    #[serde(with = "chassis::http::instant::option")]
    read_at: Option<OffsetDateTime>,
    /// The case, ticket or project that it is about.
    case_id: Uuid,
    /// Empty where there was none.
    case_number: String,
    event: String,
    /// `N03@1`
    template: String,
}

impl Message {
    fn of(listed: Listed) -> Self {
        Self {
            message_id: listed.message.message_id,
            text: listed.message.body,
            language: listed.message.language,
            told_at: listed.message.told_at,
            read_at: listed.message.read_at,
            case_id: listed.case_id,
            case_number: listed.case_number,
            event: listed.event,
            template: listed.template,
        }
    }
}
