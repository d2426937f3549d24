//! Replaces what is wrong in a parked message; it is replayed afterwards. Who did it, and the digests of what it was and of what
//! it is, stay with the message.

use actix_web::{
    post,
    web::{Data, Json, Path},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use mailbox::{Mailbox, parking};
use serde::Deserialize;
use tracing::info;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    ParkedMessages, act,
    view::{Header, ParkedMessage, TextOrBytes},
};
use crate::http::{Body, Faults, Permit, Problem, Reason, Short};

/// What is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Mend {
    body_base64: Option<String>,
    /// All headers, not only those that change.
    headers: Option<Vec<Header>>,
    /// As text.
    key: Option<Short>,
    reason: Reason,
}

#[utoipa::path(
    tag = "operator",
    params(("id" = Uuid, Path)),
    request_body = Mend,
    responses((status = OK, description = "The message", body = ParkedMessage))
)]
#[post("/v1/parked/{id}/mend")]
pub(super) async fn mend(
    permit: Permit<ParkedMessages>,
    mailbox: Data<Mailbox>,
    id: Path<Uuid>,
    asked: Body<Mend>,
) -> Result<Json<ParkedMessage>, Problem> {
    let mut faults = Faults::default();
    let mend = asked.value;
    let reason = faults.text("/reason", &mend.reason);
    let key = mend.key.map(|key| faults.text("/key", &key));
    let body = mend.body_base64.map(|text| BASE64_STANDARD.decode(text));
    if let Some(Err(_)) = body {
        faults.add("/body_base64", "base64", "不是有效的 Base64", "this is not Base64");
    }
    for (place, header) in mend.headers.iter().flatten().enumerate() {
        if matches!(&header.value, TextOrBytes::Bytes { hex } if hex.len() % 2 == 1 || !hex.bytes().all(|b| b.is_ascii_hexdigit()))
        {
            let pointer = format!("/headers/{place}/value/hex");
            faults.add(pointer, "hex", "不是有效的十六进制", "this is not hexadecimal");
        }
    }
    faults.none()?;
    let headers = mend.headers.map(|all| all.into_iter().map(|h| (h.name, h.value.into())).collect());
    let (body, key) = (body.and_then(Result::ok), key.map(String::into_bytes));
    let by = &permit.actor().subject;
    let mend = parking::Mend { body, headers, key };
    let parked = parking::mend(&mailbox, *id, mend, act(&mailbox, by, &reason)).await?;
    info!(parked = %id, by, "a parked message is mended");
    Ok(Json(parked.into()))
}
