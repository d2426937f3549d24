//! The engine's conversation to and from the contract (`contracts::task::v1`).

use contracts::{
    schema::Event,
    task::v1 as wire,
    time::{MissingInstant, instant, timestamp},
};
use ids::{CaseId, Fen, TaskId};
use uuid::Uuid;

use crate::{
    authority::{Extension, Grounds, Refusal},
    case::StopKind,
    conversation::{Assignment, DepartmentSays, OwnerMessage, OwnerSays, Reply, Said},
    output::{Decision, Fault, Fee, Output},
    suspension::{SupplementItem, SuspensionKind},
    wait::Wait,
};

/// Why bytes are no message of the conversation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    #[error("{0} is not a message of the task conversation")]
    UnknownKind(String),
    #[error("the body is not a {kind}: {reason}")]
    Undecodable { kind: String, reason: String },
    #[error("`{field}` {what}")]
    Field { field: &'static str, what: String },
    /// A later version says more than this one knows: it has to wait.
    #[error("`{field}` has the value {value}, which this version does not know")]
    UnknownValue { field: &'static str, value: String },
    #[error(transparent)]
    Instant(#[from] MissingInstant),
}

impl WireError {
    /// True where a later version of this program may understand it: it waits. Everything else never will be right.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::UnknownValue { .. })
    }

    /// Stable name for the parking lot.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownKind(_) => "unknown_type",
            Self::UnknownValue { .. } => "unknown_value",
            Self::Undecodable { .. } | Self::Field { .. } | Self::Instant(_) => "undecodable",
        }
    }

    /// The reason in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::UnknownKind(kind) => format!("{kind} 不属于任务往来消息"),
            Self::Undecodable { kind, .. } => format!("正文不是有效的 {kind}"),
            Self::Field { field, .. } => format!("`{field}` 缺失或者无效"),
            Self::UnknownValue { field, value } => format!("`{field}` 的值 {value} 属于更新的版本,等待升级后处理"),
            Self::Instant(missing) => format!("`{}` 缺失或者不是时间", missing.field()),
        }
    }
}

fn unknown(field: &'static str, value: impl ToString) -> WireError {
    WireError::UnknownValue { field, value: value.to_string() }
}

fn bad(field: &'static str, what: impl ToString) -> WireError {
    WireError::Field { field, what: what.to_string() }
}

/// What travels with an owner's message beside the engine's part.
#[derive(Debug, Clone, Default)]
pub struct Envelope {
    pub case_number: String,
    /// `company-opening@1`.
    pub theme: String,
    pub reply_topic: String,
    pub region: String,
    /// For `Assigned` and `Amended`.
    pub dossier: wire::Dossier,
}

fn encoded<E: Event>(event: &E) -> (String, Vec<u8>) {
    (E::kind(), event.encode_to_vec())
}

fn decoded<E: Event>(body: &[u8]) -> Result<E, WireError> {
    E::decode(body).map_err(|error| WireError::Undecodable { kind: E::kind(), reason: error.to_string() })
}

/// An owner's message as (full protobuf name, bytes).
#[must_use]
pub fn encode_owner_message(message: &OwnerMessage, envelope: Envelope) -> (String, Vec<u8>) {
    let (task_id, case_id, round) = (message.task.to_string(), message.case.to_string(), message.round);
    match &message.says {
        OwnerSays::Assigned(assignment) => encoded(&wire::Assigned {
            task_id,
            round,
            case_id,
            case_number: envelope.case_number,
            theme: envelope.theme,
            task_code: assignment.task_code.to_string(),
            role: assignment.role.to_string(),
            department: assignment.department.to_string(),
            reply_topic: envelope.reply_topic,
            assigned_at: timestamp(assignment.assigned_at),
            promised: Some(limit(assignment.promised)),
            dossier: Some(envelope.dossier),
            resent: assignment.resent,
            outputs: assignment.outputs.clone(),
            region: envelope.region,
        }),
        OwnerSays::Amended { amended_at, reason } => encoded(&wire::Amended {
            task_id,
            round,
            case_id,
            amended_at: timestamp(*amended_at),
            reason: reason.clone(),
            dossier: Some(envelope.dossier),
        }),
        OwnerSays::Suspended { suspended_at, kind, reason } => encoded(&wire::Suspended {
            task_id,
            round,
            case_id,
            suspended_at: timestamp(*suspended_at),
            kind: suspension_to_wire(*kind).into(),
            reason: reason.clone(),
        }),
        OwnerSays::Resumed { resumed_at } => {
            encoded(&wire::Resumed { task_id, round, case_id, resumed_at: timestamp(*resumed_at) })
        }
        OwnerSays::ReplyRejected { rejected_at, reply_id, said, faults } => encoded(&wire::ReplyRejected {
            task_id,
            round,
            case_id,
            rejected_at: timestamp(*rejected_at),
            reply_id: reply_id.to_string(),
            faults: faults.iter().map(fault_to_wire).collect(),
            reply_kind: said.as_ref().map(|said| said.kind.clone()).unwrap_or_default(),
            said_at: said.as_ref().and_then(|said| timestamp(said.at)),
        }),
        OwnerSays::Cancelled { cancelled_at, kind, basis } => encoded(&wire::Cancelled {
            task_id,
            round,
            case_id,
            cancelled_at: timestamp(*cancelled_at),
            kind: kind.as_str().to_owned(),
            basis: basis.clone(),
        }),
        OwnerSays::Closed { ended_at, closed_at } => encoded(&wire::Closed {
            task_id,
            round,
            case_id,
            ended_at: timestamp(*ended_at),
            closed_at: timestamp(*closed_at),
        }),
        OwnerSays::Noted { noted_at, reply_id, said, notes } => encoded(&wire::ReplyNoted {
            reply_id: reply_id.to_string(),
            task_id,
            round,
            case_id,
            noted_at: timestamp(*noted_at),
            notes: notes.iter().map(fault_to_wire).collect(),
            reply_kind: said.kind.clone(),
            said_at: timestamp(said.at),
        }),
    }
}

/// An owner's message from its full protobuf name and bytes, with what travelled beside it.
///
/// # Errors
/// [`WireError`].
pub fn decode_owner_message(kind: &str, body: &[u8]) -> Result<(OwnerMessage, Envelope), WireError> {
    let mut envelope = Envelope::default();
    let (task_id, case_id, round, says) = if kind == wire::Assigned::kind() {
        let m: wire::Assigned = decoded(body)?;
        let says = OwnerSays::Assigned(Assignment {
            task_code: m.task_code.as_str().into(),
            role: m.role.as_str().into(),
            department: ids::DepartmentCode::parse(&m.department).map_err(|error| bad("department", error))?,
            assigned_at: instant("assigned_at", m.assigned_at.as_ref())?,
            promised: limit_from_wire(m.promised.as_ref())?,
            outputs: m.outputs,
            resent: m.resent,
        });
        envelope = Envelope {
            case_number: m.case_number,
            theme: m.theme,
            reply_topic: m.reply_topic,
            region: m.region,
            dossier: m.dossier.unwrap_or_default(),
        };
        (m.task_id, m.case_id, m.round, says)
    } else if kind == wire::Amended::kind() {
        let m: wire::Amended = decoded(body)?;
        let amended_at = instant("amended_at", m.amended_at.as_ref())?;
        envelope.dossier = m.dossier.unwrap_or_default();
        (m.task_id, m.case_id, m.round, OwnerSays::Amended { amended_at, reason: m.reason })
    } else if kind == <wire::Suspended as Event>::kind() {
        let m: wire::Suspended = decoded(body)?;
        let suspended_at = instant("suspended_at", m.suspended_at.as_ref())?;
        let kind = suspension_from_wire(m.kind)?;
        (m.task_id, m.case_id, m.round, OwnerSays::Suspended { suspended_at, kind, reason: m.reason })
    } else if kind == wire::Resumed::kind() {
        let m: wire::Resumed = decoded(body)?;
        let resumed_at = instant("resumed_at", m.resumed_at.as_ref())?;
        (m.task_id, m.case_id, m.round, OwnerSays::Resumed { resumed_at })
    } else if kind == wire::ReplyRejected::kind() {
        let m: wire::ReplyRejected = decoded(body)?;
        let rejected_at = instant("rejected_at", m.rejected_at.as_ref())?;
        let reply_id = Uuid::try_parse(&m.reply_id).map_err(|_| bad("reply_id", "is not a UUID"))?;
        let faults = m.faults.into_iter().map(fault_from_wire).collect();
        let said = match m.reply_kind.is_empty() {
            true => None,
            false => Some(Said { kind: m.reply_kind, at: instant("said_at", m.said_at.as_ref())? }),
        };
        (m.task_id, m.case_id, m.round, OwnerSays::ReplyRejected { rejected_at, reply_id, said, faults })
    } else if kind == wire::Cancelled::kind() {
        let m: wire::Cancelled = decoded(body)?;
        let cancelled_at = instant("cancelled_at", m.cancelled_at.as_ref())?;
        let kind = stop_kind(&m.kind)?;
        (m.task_id, m.case_id, m.round, OwnerSays::Cancelled { cancelled_at, kind, basis: m.basis })
    } else if kind == wire::Closed::kind() {
        let m: wire::Closed = decoded(body)?;
        let ended_at = instant("ended_at", m.ended_at.as_ref())?;
        let closed_at = instant("closed_at", m.closed_at.as_ref())?;
        (m.task_id, m.case_id, m.round, OwnerSays::Closed { ended_at, closed_at })
    } else if kind == wire::ReplyNoted::kind() {
        let m: wire::ReplyNoted = decoded(body)?;
        let noted_at = instant("noted_at", m.noted_at.as_ref())?;
        let reply_id = Uuid::try_parse(&m.reply_id).map_err(|_| bad("reply_id", "is not a UUID"))?;
        let said = Said { kind: m.reply_kind, at: instant("said_at", m.said_at.as_ref())? };
        let notes = m.notes.into_iter().map(fault_from_wire).collect();
        (m.task_id, m.case_id, m.round, OwnerSays::Noted { noted_at, reply_id, said, notes })
    } else {
        return Err(WireError::UnknownKind(kind.to_owned()));
    };
    Ok((OwnerMessage { case: case(&case_id)?, task: task(&task_id)?, round: counted(round)?, says }, envelope))
}

/// A department's reply as (full protobuf name, bytes).
#[must_use]
pub fn encode_reply(reply: &Reply) -> (String, Vec<u8>) {
    let (task_id, case_id, round) = (reply.task.to_string(), reply.case.to_string(), reply.round);
    match &reply.says {
        DepartmentSays::Acknowledged { acknowledged_at } => {
            encoded(&wire::Acknowledged { task_id, round, case_id, acknowledged_at: timestamp(*acknowledged_at) })
        }
        DepartmentSays::SupplementAsked { asked_at, items, reason } => encoded(&wire::SupplementAsked {
            task_id,
            round,
            case_id,
            asked_at: timestamp(*asked_at),
            items: items
                .iter()
                .map(|item| wire::SupplementItem { code: item.code.clone(), note: item.note.clone() })
                .collect(),
            reason: reason.clone(),
        }),
        DepartmentSays::ProcedureStarted { started_at, procedure, basis, limit_working_days, limit_calendar_days } => {
            encoded(&wire::ProcedureStarted {
                task_id,
                round,
                case_id,
                started_at: timestamp(*started_at),
                procedure: procedure.clone(),
                basis: basis.clone(),
                limit_working_days: *limit_working_days,
                limit_calendar_days: limit_calendar_days.unwrap_or_default(),
            })
        }
        DepartmentSays::SiteChecked { checked_at, staff, findings, rectification_working_days } => {
            encoded(&wire::SiteChecked {
                task_id,
                round,
                case_id,
                checked_at: timestamp(*checked_at),
                staff: staff.clone(),
                findings: findings.clone(),
                rectification_working_days: rectification_working_days.unwrap_or_default(),
            })
        }
        DepartmentSays::Extended { extended_at, extension } => encoded(&wire::Extended {
            task_id,
            round,
            case_id,
            extended_at: timestamp(*extended_at),
            working_days: extension.working_days,
            reason: extension.reason.clone(),
            signed_by: extension.signed_by.clone(),
        }),
        DepartmentSays::ProcedureEnded { ended_at, procedure } => encoded(&wire::ProcedureEnded {
            task_id,
            round,
            case_id,
            ended_at: timestamp(*ended_at),
            procedure: procedure.clone(),
        }),
        DepartmentSays::Decided(decision) => encoded(&wire::Decided {
            task_id,
            round,
            case_id,
            decided_at: timestamp(decision.decided_at),
            decided_by: decision.decided_by.clone(),
            outputs: decision
                .outputs
                .iter()
                .map(|output| wire::Output { kind: output.kind.clone(), value: output.value.clone() })
                .collect(),
            fees: decision.fees.iter().map(|fee| wire::Fee { name: fee.name.clone(), fen: fee.fen.get() }).collect(),
        }),
        DepartmentSays::Refused(refusal) => encoded(&wire::Refused {
            task_id,
            round,
            case_id,
            decided_at: timestamp(refusal.decided_at),
            signed_by: refusal.signed_by.clone(),
            basis: refusal.grounds.basis.clone(),
            reasons: refusal.grounds.reasons.clone(),
            remedies: refusal.grounds.remedies.clone(),
        }),
        DepartmentSays::CancelAcknowledged { acknowledged_at } => {
            encoded(&wire::CancelAcknowledged { task_id, round, case_id, acknowledged_at: timestamp(*acknowledged_at) })
        }
    }
}

/// A department's reply from its full protobuf name and bytes.
///
/// # Errors
/// [`WireError`].
pub fn decode_reply(kind: &str, body: &[u8]) -> Result<Reply, WireError> {
    let (task_id, case_id, round, says) = if kind == wire::Acknowledged::kind() {
        let m: wire::Acknowledged = decoded(body)?;
        let acknowledged_at = instant("acknowledged_at", m.acknowledged_at.as_ref())?;
        (m.task_id, m.case_id, m.round, DepartmentSays::Acknowledged { acknowledged_at })
    } else if kind == wire::SupplementAsked::kind() {
        let m: wire::SupplementAsked = decoded(body)?;
        let asked_at = instant("asked_at", m.asked_at.as_ref())?;
        let items = m.items.into_iter().map(|item| SupplementItem { code: item.code, note: item.note }).collect();
        (m.task_id, m.case_id, m.round, DepartmentSays::SupplementAsked { asked_at, items, reason: m.reason })
    } else if kind == wire::ProcedureStarted::kind() {
        let m: wire::ProcedureStarted = decoded(body)?;
        let says = DepartmentSays::ProcedureStarted {
            started_at: instant("started_at", m.started_at.as_ref())?,
            procedure: m.procedure,
            basis: m.basis,
            limit_working_days: m.limit_working_days,
            limit_calendar_days: Some(m.limit_calendar_days).filter(|days| *days > 0),
        };
        (m.task_id, m.case_id, m.round, says)
    } else if kind == wire::ProcedureEnded::kind() {
        let m: wire::ProcedureEnded = decoded(body)?;
        let ended_at = instant("ended_at", m.ended_at.as_ref())?;
        (m.task_id, m.case_id, m.round, DepartmentSays::ProcedureEnded { ended_at, procedure: m.procedure })
    } else if kind == wire::SiteChecked::kind() {
        let m: wire::SiteChecked = decoded(body)?;
        let says = DepartmentSays::SiteChecked {
            checked_at: instant("checked_at", m.checked_at.as_ref())?,
            staff: m.staff,
            findings: m.findings,
            rectification_working_days: Some(m.rectification_working_days).filter(|days| *days > 0),
        };
        (m.task_id, m.case_id, m.round, says)
    } else if kind == wire::Extended::kind() {
        let m: wire::Extended = decoded(body)?;
        let extension = Extension { working_days: m.working_days, reason: m.reason, signed_by: m.signed_by };
        let extended_at = instant("extended_at", m.extended_at.as_ref())?;
        (m.task_id, m.case_id, m.round, DepartmentSays::Extended { extended_at, extension })
    } else if kind == wire::Decided::kind() {
        let m: wire::Decided = decoded(body)?;
        let decision = Decision {
            decided_at: instant("decided_at", m.decided_at.as_ref())?,
            decided_by: m.decided_by,
            outputs: m.outputs.into_iter().map(|o| Output { kind: o.kind, value: o.value }).collect(),
            fees: m.fees.into_iter().map(|f| Fee { name: f.name, fen: Fen::new(f.fen) }).collect(),
        };
        (m.task_id, m.case_id, m.round, DepartmentSays::Decided(decision))
    } else if kind == wire::Refused::kind() {
        let m: wire::Refused = decoded(body)?;
        let refusal = Refusal {
            decided_at: instant("decided_at", m.decided_at.as_ref())?,
            signed_by: m.signed_by,
            grounds: Grounds { basis: m.basis, reasons: m.reasons, remedies: m.remedies },
        };
        (m.task_id, m.case_id, m.round, DepartmentSays::Refused(refusal))
    } else if kind == wire::CancelAcknowledged::kind() {
        let m: wire::CancelAcknowledged = decoded(body)?;
        let acknowledged_at = instant("acknowledged_at", m.acknowledged_at.as_ref())?;
        (m.task_id, m.case_id, m.round, DepartmentSays::CancelAcknowledged { acknowledged_at })
    } else {
        return Err(WireError::UnknownKind(kind.to_owned()));
    };
    Ok(Reply { case: case(&case_id)?, task: task(&task_id)?, round: counted(round)?, says })
}

fn case(text: &str) -> Result<CaseId, WireError> {
    CaseId::parse(text).map_err(|_| bad("case_id", "is not a UUID"))
}

fn task(text: &str) -> Result<TaskId, WireError> {
    TaskId::parse(text).map_err(|_| bad("task_id", "is not a UUID"))
}

fn counted(round: u32) -> Result<u32, WireError> {
    if round == 0 { Err(bad("round", "counts from 1")) } else { Ok(round) }
}

fn limit(wait: Wait) -> wire::TimeLimit {
    let limit = match wait {
        Wait::WindowMinutes(minutes) => wire::time_limit::Limit::WindowMinutes(minutes),
        Wait::WorkingDays(days) => wire::time_limit::Limit::WorkingDays(days),
    };
    wire::TimeLimit { limit: Some(limit) }
}

fn limit_from_wire(limit: Option<&wire::TimeLimit>) -> Result<Wait, WireError> {
    match limit.map(|limit| limit.limit) {
        Some(Some(wire::time_limit::Limit::WindowMinutes(minutes))) => Ok(Wait::WindowMinutes(minutes)),
        Some(Some(wire::time_limit::Limit::WorkingDays(days))) => Ok(Wait::WorkingDays(days)),
        // A member that is not known here leaves nothing behind.
        Some(None) => Err(unknown("promised", "of another kind")),
        None => Err(bad("promised", "is missing")),
    }
}

fn suspension_to_wire(kind: SuspensionKind) -> wire::SuspensionKind {
    match kind {
        SuspensionKind::Supplement => wire::SuspensionKind::Supplement,
        SuspensionKind::Procedure => wire::SuspensionKind::Procedure,
        SuspensionKind::Applicant => wire::SuspensionKind::Applicant,
        SuspensionKind::Legal => wire::SuspensionKind::Legal,
    }
}

fn suspension_from_wire(kind: i32) -> Result<SuspensionKind, WireError> {
    match wire::SuspensionKind::try_from(kind) {
        Ok(wire::SuspensionKind::Supplement) => Ok(SuspensionKind::Supplement),
        Ok(wire::SuspensionKind::Procedure) => Ok(SuspensionKind::Procedure),
        Ok(wire::SuspensionKind::Applicant) => Ok(SuspensionKind::Applicant),
        Ok(wire::SuspensionKind::Legal) => Ok(SuspensionKind::Legal),
        Ok(wire::SuspensionKind::Unspecified) => Err(bad("kind", "is not set")),
        Err(_) => Err(unknown("kind", kind)),
    }
}

fn stop_kind(text: &str) -> Result<StopKind, WireError> {
    if text.is_empty() {
        return Err(bad("kind", "is not set"));
    }
    [StopKind::Withdrawn, StopKind::ApplicantEnded, StopKind::LicenceRevoked, StopKind::TaskRefused, StopKind::Returned]
        .into_iter()
        .find(|kind| kind.as_str() == text)
        .ok_or_else(|| unknown("kind", format_args!("{text:?}")))
}

fn fault_to_wire(fault: &Fault) -> wire::Fault {
    wire::Fault { subject: fault.subject.clone(), code: fault.code.clone(), zh: fault.zh.clone(), en: fault.en.clone() }
}

fn fault_from_wire(fault: wire::Fault) -> Fault {
    Fault { subject: fault.subject, code: fault.code, zh: fault.zh, en: fault.en }
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message as _;
    use time::macros::datetime;

    fn every_owner_message() -> Vec<OwnerSays> {
        let at = datetime!(2025-09-28 01:12:00.000_001 UTC);
        vec![
            OwnerSays::Assigned(Assignment {
                task_code: "tax".into(),
                role: "tax".into(),
                department: ids::DepartmentCode::parse("TAX").unwrap(),
                assigned_at: at,
                promised: Wait::WindowMinutes(60),
                outputs: vec!["tax_types".into()],
                resent: true,
            }),
            OwnerSays::Amended { amended_at: at, reason: "补正".into() },
            OwnerSays::Suspended { suspended_at: at, kind: SuspensionKind::Legal, reason: "诉讼".into() },
            OwnerSays::Resumed { resumed_at: at },
            OwnerSays::ReplyRejected {
                rejected_at: at,
                reply_id: Uuid::from_u128(9),
                said: Some(Said { kind: "decided".into(), at }),
                faults: vec![Fault::new("credit_code", "check_digit", "校验码不符", "the check digit is wrong")],
            },
            OwnerSays::Cancelled { cancelled_at: at, kind: StopKind::LicenceRevoked, basis: "依据".into() },
            OwnerSays::Closed { ended_at: at, closed_at: at },
            OwnerSays::Noted {
                noted_at: at,
                reply_id: Uuid::from_u128(9),
                said: Said { kind: "acknowledged".into(), at },
                notes: vec![Fault::new("acknowledged", "already", "此前已如此", "it was so already")],
            },
        ]
    }

    fn every_reply() -> Vec<DepartmentSays> {
        let at = datetime!(2025-09-28 02:30 UTC);
        let grounds =
            Grounds { basis: "依据".into(), reasons: vec!["理由".into()], remedies: vec!["复议".into()] };
        vec![
            DepartmentSays::Acknowledged { acknowledged_at: at },
            DepartmentSays::SupplementAsked {
                asked_at: at,
                items: vec![SupplementItem { code: "M02".into(), note: "复印件".into() }],
                reason: "缺件".into(),
            },
            DepartmentSays::ProcedureStarted {
                started_at: at,
                procedure: "hearing".into(),
                basis: "行政许可法46".into(),
                limit_working_days: 20,
                limit_calendar_days: None,
            },
            DepartmentSays::SiteChecked {
                checked_at: at,
                staff: vec!["测试甲".into(), "测试乙".into()],
                findings: vec!["消防通道被占用".into()],
                rectification_working_days: Some(5),
            },
            DepartmentSays::Extended {
                extended_at: at,
                extension: Extension { working_days: 10, reason: "案情复杂".into(), signed_by: "负责人".into() },
            },
            DepartmentSays::ProcedureEnded { ended_at: at, procedure: "hearing".into() },
            DepartmentSays::Decided(Decision {
                decided_at: at,
                decided_by: "rule".into(),
                outputs: vec![Output { kind: "tax_device".into(), value: "none".into() }],
                fees: vec![Fee { name: "工本费".into(), fen: Fen::ZERO }],
            }),
            DepartmentSays::Refused(Refusal { decided_at: at, signed_by: "负责人".into(), grounds }),
            DepartmentSays::CancelAcknowledged { acknowledged_at: at },
        ]
    }

    #[test]
    fn every_owner_message_survives_the_wire() {
        for says in every_owner_message() {
            let message = OwnerMessage {
                case: CaseId::new(Uuid::from_u128(1)),
                task: TaskId::new(Uuid::from_u128(2)),
                round: 3,
                says,
            };
            let (kind, body) = encode_owner_message(&message, Envelope::default());
            assert_eq!(decode_owner_message(&kind, &body).unwrap().0, message, "{kind}");
        }
    }

    #[test]
    fn every_reply_survives_the_wire() {
        for says in every_reply() {
            let reply =
                Reply { case: CaseId::new(Uuid::from_u128(1)), task: TaskId::new(Uuid::from_u128(2)), round: 3, says };
            let (kind, body) = encode_reply(&reply);
            assert_eq!(decode_reply(&kind, &body), Ok(reply), "{kind}");
        }
    }

    #[test]
    fn an_owner_message_is_no_reply_and_round_zero_is_none() {
        let resumed = OwnerMessage {
            case: CaseId::new(Uuid::from_u128(1)),
            task: TaskId::new(Uuid::from_u128(2)),
            round: 0,
            says: OwnerSays::Resumed { resumed_at: datetime!(2025-09-28 0:00 UTC) },
        };
        let (kind, body) = encode_owner_message(&resumed, Envelope::default());
        assert_eq!(decode_reply(&kind, &body), Err(WireError::UnknownKind(kind.clone())));
        assert!(matches!(decode_owner_message(&kind, &body), Err(WireError::Field { field: "round", .. })));
    }

    #[test]
    fn a_value_of_a_later_version_waits_and_an_absent_one_never_will_do() {
        let unknown = suspension_from_wire(99);
        assert_eq!(unknown, Err(WireError::UnknownValue { field: "kind", value: "99".into() }));
        assert!(unknown.is_err_and(|error| error.may_pass()));
        assert!(matches!(suspension_from_wire(0), Err(WireError::Field { .. })));
        // In a text, and in one member of several, it is no other matter.
        assert!(stop_kind("superseded").is_err_and(|error| error.may_pass()));
        assert!(stop_kind("").is_err_and(|error| !error.may_pass()));
        let later = wire::TimeLimit { limit: None };
        assert!(limit_from_wire(Some(&later)).is_err_and(|error| error.may_pass()));
        assert!(limit_from_wire(None).is_err_and(|error| !error.may_pass()));
    }

    /// As the bytes of a later version are read: `Assigned.promised` with a third kind of limit.
    #[test]
    fn a_limit_of_a_later_kind_waits() {
        let assigned = OwnerMessage {
            case: CaseId::new(Uuid::from_u128(1)),
            task: TaskId::new(Uuid::from_u128(2)),
            round: 1,
            says: every_owner_message().remove(0),
        };
        let (kind, body) = encode_owner_message(&assigned, Envelope::default());
        let mut known = wire::Assigned::decode(body.as_slice()).unwrap();
        known.promised = None;
        let mut body = known.encode_to_vec();
        // Field 11, two bytes long: a member with the number 15 and the value 7.
        body.extend([11 << 3 | 2, 2, 15 << 3, 7]);
        assert!(decode_owner_message(&kind, &body).is_err_and(|error| error.may_pass()));
    }
}
