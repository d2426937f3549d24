//! `GET /v1/messages`: one's own messages, newest first.

use actix_web::{
    HttpResponse, get,
    web::{Data, Query},
};
use chassis::http::{Limit, Permit, Problem};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Message;
use crate::{permissions::ReadOwn, service::Notification, store::in_app};

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// Only what was not read yet.
    #[serde(default)]
    unread: bool,
    /// `next` of the page before.
    before: Option<Uuid>,
    /// 1 to 100; 20 where absent.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100)]
    limit: Limit,
}

/// A page of messages.
#[derive(Debug, Serialize, ToSchema)]
pub struct Messages {
    messages: Vec<Message>,
    /// Give it as `before` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Uuid>,
}

/// Lists one's own messages.
#[utoipa::path(tag = "messages", params(Page), responses((status = 200, description = "A page", body = Messages)))]
#[get("/v1/messages")]
pub async fn list(
    permit: Permit<ReadOwn>,
    page: Query<Page>,
    desk: Data<Notification>,
) -> Result<HttpResponse, Problem> {
    let limit = page.limit.or(20);
    let found = in_app::list(desk.mailbox.db(), &permit.scope(), page.unread, page.before, limit).await?;
    let full = i64::try_from(found.len()).is_ok_and(|found| found == limit);
    let next = found.last().filter(|_| full).map(|last| last.message.message_id);
    Ok(HttpResponse::Ok().json(Messages { messages: found.into_iter().map(Message::of).collect(), next }))
}
