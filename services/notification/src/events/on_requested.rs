//! Recognises a request and guards the door. Every fault is named at once; no fault repeats a value.

use contracts::{
    notification::{
        Kind as SentKind, Language as SentLanguage, message,
        v1::{Recipient, Requested},
    },
    time::instant,
};
use ids::{CaseNumber, ProjectCode};
use mailbox::{Fault, Incoming};
use uuid::Uuid;

use crate::domain::{
    guard::is_mobile,
    request::{Kind, Request, is_event, is_opaque, is_template},
    template::Language,
};

/// Reads one request.
///
/// # Errors
/// Poison where it could never be valid; passing where a later version has to read it.
pub fn read(incoming: &Incoming) -> Result<Request, Fault> {
    let asked: Requested = incoming.read()?;
    let recipient = asked.recipient.clone().unwrap_or_default();
    let (kind, language) = (kind(asked.kind)?, language(recipient.language)?);
    let (id, case_id) = (Uuid::try_parse(&asked.message_id).ok(), Uuid::try_parse(&asked.case_id).ok());
    let occurred_at = instant("occurred_at", asked.occurred_at.as_ref());
    let mut faults = faults(incoming, &asked, &recipient, kind);
    if let Err(missing) = &occurred_at {
        faults.push(missing.to_string());
    }
    let expires_at = asked.expires_at.as_ref().map(|at| instant("expires_at", Some(at)));
    match (kind, &expires_at) {
        (Some(Kind::Verification), None) => faults.push("expires_at is missing: a code holds for a while".to_owned()),
        (_, Some(Err(fault))) => faults.push(fault.to_string()),
        (Some(Kind::Service | Kind::Staff) | None, Some(Ok(_))) => {
            faults.push("expires_at is a verification's alone".to_owned());
        }
        (Some(Kind::Verification), Some(Ok(_))) | (Some(Kind::Service | Kind::Staff) | None, None) => {}
    }
    let derived = case_id.map(|case| message::id(case, &asked.event, &recipient.person_id, &asked.template));
    if id.is_none() || id != derived {
        faults.push("message_id is not the one of this case, event, person and template".to_owned());
    }
    match (id, case_id, kind, occurred_at) {
        (Some(id), Some(case_id), Some(kind), Ok(occurred_at)) if faults.is_empty() => Ok(Request {
            id,
            template: asked.template,
            case_id,
            case_number: asked.case_number,
            event: asked.event,
            kind,
            person: recipient.person_id,
            phone: recipient.phone,
            reader: recipient.subject,
            language,
            variables: asked.variables.into_iter().collect(),
            full_names: asked.full_names,
            occurred_at,
            expires_at: expires_at.and_then(Result::ok),
        }),
        _ => Err(Fault::poison("bad_request", faults.join("; "))),
    }
}

fn faults(incoming: &Incoming, asked: &Requested, recipient: &Recipient, kind: Option<Kind>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut demand = |holds: bool, fault: &str| {
        if !holds {
            faults.push(fault.to_owned());
        }
    };
    demand(incoming.key == recipient.person_id, "the key is not the recipient's person id");
    demand(Uuid::try_parse(&asked.case_id).is_ok(), "case_id is not a UUID");
    demand(kind.is_some(), "kind is not set");
    demand(is_template(&asked.template), "template is not of the form N01");
    demand(is_event(&asked.event), "event is not a name in small letters");
    demand(is_opaque(&recipient.person_id), "recipient.person_id is absent or not opaque");
    let number = asked.case_number.as_str();
    let numbered = number.is_empty() || CaseNumber::parse(number).is_ok() || ProjectCode::parse(number).is_ok();
    demand(numbered, "case_number is neither a case number nor a project code");
    let reachable = recipient.phone.is_empty() || is_mobile(&recipient.phone);
    demand(reachable, "recipient.phone is not a mobile number of 11 digits");
    demand(recipient.subject.len() <= 200, "recipient.subject is longer than 200 bytes");
    faults
}

fn kind(kind: i32) -> Result<Option<Kind>, Fault> {
    match SentKind::try_from(kind) {
        Ok(SentKind::Service) => Ok(Some(Kind::Service)),
        Ok(SentKind::Verification) => Ok(Some(Kind::Verification)),
        Ok(SentKind::Staff) => Ok(Some(Kind::Staff)),
        Ok(SentKind::Unspecified) => Ok(None),
        // A later version says more than we know: wait for ours to be upgraded.
        Err(_) => Err(Fault::passing("unknown_value", format!("kind {kind} is not known to this version"))),
    }
}

fn language(language: i32) -> Result<Language, Fault> {
    match SentLanguage::try_from(language) {
        Ok(SentLanguage::Zh | SentLanguage::Unspecified) => Ok(Language::Chinese),
        Ok(SentLanguage::En) => Ok(Language::English),
        Err(_) => Err(Fault::passing("unknown_value", format!("language {language} is not known to this version"))),
    }
}
