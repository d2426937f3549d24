//! Somebody is to be told: rendered, guarded and put in its ways, once.

use std::collections::HashMap;

use ids::mask;
use mailbox::{Digest, Fault, Stem, Verdict};
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{deliver::EXPIRED, fact};
use crate::{
    domain::{
        delivery::State,
        guard::Guard,
        request::{Kind, Request},
        template::{Channel, Rendered, Template},
    },
    events::publish::{Became, receipt},
    service::Notification,
    store::{
        deliveries::{Delivery, DeliveryRow},
        in_app::InApp,
        messages::{Message, NewMessage, SUBJECT},
    },
};

/// Takes a request in; a repeated one changes nothing. `known` grows by what is taken in.
///
/// # Errors
/// Poison where it must not be told; passing where a later version of this service knows its template.
pub fn receive(
    desk: &Notification,
    known: &mut HashMap<Uuid, Message>,
    request: &Request,
    asker: &str,
    at: OffsetDateTime,
) -> Verdict {
    let content = request.content();
    if let Some(message) = known.get(&request.id) {
        return if Digest::salted(&message.salt, &content) == message.digest {
            Ok(desk.mailbox.changes())
        } else {
            Err(Fault::poison("other_content", "the same event was asked to be told with other content"))
        };
    }
    if request.is_worth_nothing(desk.mailbox.clocks().system.now()) {
        return too_late(desk, known, request, asker, at);
    }
    let (template, rendered) = text(desk, request)?;
    let by_sms = template.goes_by(Channel::Sms) && !request.phone.is_empty();
    let in_app = template.goes_by(Channel::InApp) && !request.reader.is_empty();
    if !by_sms && !in_app {
        let reason = "the recipient has no address on any channel of the template";
        return Err(Fault::poison("no_address", reason));
    }

    let mut message = begun(desk, request, template.reference());
    let mut changes = desk.mailbox.changes();
    let until = if request.kind.rings_at_any_hour() { at } else { desk.quiet.end_after(at) };
    let body = json!({
        "template": message.template, "event": message.event, "kind": request.kind.name(),
        "sms": by_sms, "in_app": in_app, "request": message.digest.to_string(),
    });
    let told = if in_app { vec![receipt(&message, Became::InApp, at)] } else { Vec::new() };
    changes.record(&mut message.stem, fact("message_requested", asker, at, &body), told);
    if by_sms && until > at {
        let delayed = vec![receipt(&message, Became::Delayed(until), at)];
        let body = json!({ "until": until.unix_timestamp() });
        changes.record(&mut message.stem, fact("message_delayed", "quiet-hours", at, &body), delayed);
    }
    changes.put(row(&message, request, at));
    if in_app {
        changes.put(InApp {
            message_id: request.id,
            reader: request.reader.clone(),
            body: rendered.text.clone(),
            language: request.language.tag().to_owned(),
            told_at: at,
            read_at: None,
        });
    }
    if by_sms {
        changes.put(DeliveryRow(delivery(&message, request, rendered, until, at)));
    }
    known.insert(request.id, message);
    Ok(changes)
}

fn begun(desk: &Notification, request: &Request, template: String) -> Message {
    let salt = desk.mailbox.ids().bytes();
    Message {
        stem: Stem::new(request.id, SUBJECT),
        template,
        case_id: request.case_id,
        event: request.event.clone(),
        salt,
        digest: Digest::salted(&salt, &request.content()),
    }
}

fn row(message: &Message, request: &Request, at: OffsetDateTime) -> NewMessage {
    NewMessage {
        id: request.id,
        template: message.template.clone(),
        case_id: request.case_id,
        case_number: request.case_number.clone(),
        event: request.event.clone(),
        kind: request.kind.name(),
        occurred_at: request.occurred_at,
        received_at: at,
        salt: message.salt,
        digest: message.digest,
    }
}

/// A code that is worth nothing any more: nobody is told, and whoever asked hears so.
fn too_late(
    desk: &Notification,
    known: &mut HashMap<Uuid, Message>,
    request: &Request,
    asker: &str,
    at: OffsetDateTime,
) -> Verdict {
    let template = desk.templates.newest(&request.template).map(Template::reference);
    let mut message = begun(desk, request, template.unwrap_or_else(|| request.template.clone()));
    let body = json!({
        "template": message.template, "event": message.event, "kind": request.kind.name(), "sms": false, "in_app": false,
        "request": message.digest.to_string(),
    });
    let mut changes = desk.mailbox.changes();
    changes.record(&mut message.stem, fact("message_requested", asker, at, &body), vec![]);
    let told = receipt(&message, Became::Failed(EXPIRED), at);
    changes.record(&mut message.stem, fact("message_expired", asker, at, &json!({})), vec![told]);
    changes.put(row(&message, request, at));
    known.insert(request.id, message);
    Ok(changes)
}

/// The text that may be told.
fn text<'a>(desk: &'a Notification, request: &Request) -> Result<(&'a Template, Rendered), Fault> {
    let Some(template) = desk.templates.newest(&request.template) else {
        let reason = format!("template {} is not known to this version", request.template);
        return Err(Fault::passing("unknown_template", reason));
    };
    if template.audience != request.kind.audience() {
        return Err(Fault::poison("wrong_audience", "the template is not written for recipients of this kind"));
    }
    if template.codes().next().is_some() != (request.kind == Kind::Verification) {
        let reason = "a one-time code is told as a verification, and a verification tells one";
        return Err(Fault::poison("wrong_kind", reason));
    }
    let guard = Guard { phone: &request.phone };
    let rendered = template.render(request.language, &request.variables, &request.full_names, &desk.places, &guard);
    let rendered = rendered.map_err(|refusals| {
        let personal = refusals.iter().find(|refusal| refusal.code() == "personal_data");
        let code = personal.or(refusals.first()).map_or("variables_do_not_fit", |refusal| refusal.code());
        let reasons: Vec<String> = refusals.iter().map(ToString::to_string).collect();
        Fault::poison(code, format!("{}: {}", template.reference(), reasons.join("; ")))
    })?;
    Ok((template, rendered))
}

fn delivery(
    message: &Message,
    request: &Request,
    rendered: Rendered,
    due_at: OffsetDateTime,
    at: OffsetDateTime,
) -> Delivery {
    Delivery {
        message: message.clone(),
        state: State::Waiting,
        version: 0,
        phone: Some(request.phone.clone()),
        phone_masked: mask::phone(&request.phone),
        signature: rendered.signature.unwrap_or_default(),
        body: rendered.text,
        blank: rendered.blank,
        expires_at: request.expires_at,
        attempts: 0,
        due_at,
        any_hour: request.kind.rings_at_any_hour(),
        retry_at: None,
        reason: String::new(),
        receipt: String::new(),
        changed_at: at,
    }
}
