//! Texts in what a department says: they are stored, shown to the applicant and printed, and are held to the rule for every
//! text from outside. Whether one has to be there is the rule of its place.

use contracts::words::fault;
use ids::Writing;

use crate::conversation::DepartmentSays;
use crate::output::Fault;

/// A name, code, number or result.
const LINE: Writing = Writing::line(200);
/// What somebody explains.
const PROSE: Writing = Writing::prose(2_000);

/// Everything that is wrong with the texts of a reply, by the names of its fields.
pub(crate) fn faults(says: &DepartmentSays) -> Vec<Fault> {
    let mut look = Look::default();
    match says {
        DepartmentSays::Acknowledged { .. } | DepartmentSays::CancelAcknowledged { .. } => {}
        DepartmentSays::SupplementAsked { items, reason, .. } => {
            for (nth, item) in items.iter().enumerate() {
                look.at(format!("items.{nth}.code"), &item.code, LINE);
                look.at(format!("items.{nth}.note"), &item.note, PROSE);
            }
            look.at("reason", reason, PROSE);
        }
        DepartmentSays::ProcedureStarted { procedure, basis, .. } => {
            look.at("procedure", procedure, LINE);
            look.at("basis", basis, PROSE);
        }
        DepartmentSays::ProcedureEnded { procedure, .. } => look.at("procedure", procedure, LINE),
        DepartmentSays::SiteChecked { staff, findings, .. } => {
            look.each("staff", staff, LINE);
            look.each("findings", findings, PROSE);
        }
        DepartmentSays::Extended { extension, .. } => {
            look.at("reason", &extension.reason, PROSE);
            look.at("signed_by", &extension.signed_by, LINE);
        }
        // Its results are held to their forms and lists elsewhere.
        DepartmentSays::Decided(decision) => {
            look.at("decided_by", &decision.decided_by, LINE);
            for (nth, fee) in decision.fees.iter().enumerate() {
                look.at(format!("fees.{nth}.name"), &fee.name, LINE);
            }
        }
        DepartmentSays::Refused(refusal) => {
            look.at("signed_by", &refusal.signed_by, LINE);
            look.at("basis", &refusal.grounds.basis, PROSE);
            look.each("reasons", &refusal.grounds.reasons, PROSE);
            look.each("remedies", &refusal.grounds.remedies, PROSE);
        }
    }
    look.0
}

#[derive(Default)]
struct Look(Vec<Fault>);

impl Look {
    fn at(&mut self, subject: impl Into<String>, text: &str, writing: Writing) {
        if text.trim().is_empty() {
            return;
        }
        let subject = subject.into();
        let Err(faults) = writing.read(text) else { return };
        let zh = faults.iter().map(|fault| fault.zh()).collect::<Vec<_>>().join(";");
        let en = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        self.0.push(Fault::told(fault::UNFIT_TEXT, &[("field", &subject), ("zh", &zh), ("en", &en)]));
    }

    fn each(&mut self, subject: &str, texts: &[String], writing: Writing) {
        for (nth, text) in texts.iter().enumerate() {
            self.at(format!("{subject}.{nth}"), text, writing);
        }
    }
}

#[cfg(test)]
mod tests {
    use ids::Fen;
    use time::macros::datetime;

    use super::*;
    use crate::output::{Decision, Fee};

    #[test]
    fn every_text_of_a_reply_is_looked_at() {
        let says = DepartmentSays::Decided(Decision {
            decided_at: datetime!(2025-09-28 02:30 UTC),
            decided_by: "孙\u{202e}".into(),
            outputs: vec![],
            fees: vec![Fee { name: "\u{200b}".into(), fen: Fen::ZERO }],
        });
        let told = faults(&says);
        let told: Vec<_> = told.iter().map(|fault| (&*fault.subject, &*fault.code, &*fault.en)).collect();
        let turned = "character 2 changes the direction of writing; remove it";
        let unseen = "character 1 cannot be seen; remove it";
        assert_eq!(told, [("decided_by", "unfit_text", turned), ("fees.0.name", "unfit_text", unseen)]);
    }

    #[test]
    fn an_explanation_may_have_lines() {
        let says = |reason: &str| DepartmentSays::SupplementAsked {
            asked_at: datetime!(2025-09-28 02:30 UTC),
            items: vec![],
            reason: reason.into(),
        };
        assert_eq!(faults(&says("一、缺身份证\n二、章程未签字")), []);
        assert_eq!(faults(&says(&"长".repeat(2_001))).len(), 1);
    }
}
