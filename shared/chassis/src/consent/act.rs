//! Acts that are the applicant's alone.

use uuid::Uuid;

use crate::{data::Label, http::Fault};

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// 撤回: an application, a project.
    Withdraw,
    /// 另选: another department after a refusal.
    Choose,
    /// 再次申请: the department that refused gets it again.
    AskAgain,
    /// 不办: the case goes on without a refused task.
    CloseWithout,
    /// 暂停: the clock of an item stands still at the applicant's wish.
    Suspend,
    /// 承诺: papers may follow later, and it is recorded if they do not.
    Undertake,
    /// 放弃: a reserved name is anybody's.
    Release,
    /// 认领: who stood at a window takes his case over.
    Claim,
    /// 变更联系手机
    ChangePhone,
    /// 核验联系手机: the telephone counts for what is filed.
    ProvePhone,
}

impl Verb {
    pub(super) const ALL: [Self; 10] = [
        Self::Withdraw,
        Self::Choose,
        Self::AskAgain,
        Self::CloseWithout,
        Self::Suspend,
        Self::Undertake,
        Self::Release,
        Self::Claim,
        Self::ChangePhone,
        Self::ProvePhone,
    ];

    /// Stable, in the table and in facts.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Withdraw => "withdraw",
            Self::Choose => "choose",
            Self::AskAgain => "ask_again",
            Self::CloseWithout => "close_without",
            Self::Suspend => "suspend",
            Self::Undertake => "undertake",
            Self::Release => "release",
            Self::Claim => "claim",
            Self::ChangePhone => "change_phone",
            Self::ProvePhone => "prove_phone",
        }
    }

    pub(super) fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.name() == name)
    }

    /// What the applicant is told that he agrees to.
    #[must_use]
    pub fn label(self) -> Label {
        let (zh, en) = match self {
            Self::Withdraw => ("撤回申请", "take the application back"),
            Self::Choose => ("改选办理部门", "choose another department"),
            Self::AskAgain => ("更正后再次申请", "ask the same department again"),
            Self::CloseWithout => ("不再办理被拒事项", "go on without what was refused"),
            Self::Suspend => ("申请暂停计时", "let the clock stand still"),
            Self::Undertake => ("签署容缺承诺书", "sign the undertaking for papers that follow"),
            Self::Release => ("放弃已保留的名称", "give the reserved name up"),
            Self::Claim => ("认领办件", "take the case over"),
            Self::ChangePhone => ("变更联系手机", "change the telephone"),
            Self::ProvePhone => ("核验联系手机", "prove the telephone"),
        };
        Label::new(zh, en)
    }
}

/// An act in what belongs to an applicant. What he agrees to is good for this and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// The case, project, name or filing.
    pub case: Uuid,
    pub verb: Verb,
    /// What of it: a task and the department chosen, an item, the digest of an undertaking. No personal data.
    pub about: String,
}

impl Act {
    #[must_use]
    pub fn new(case: Uuid, verb: Verb, about: impl Into<String>) -> Self {
        Self { case, verb, about: about.into() }
    }
}

/// What is wrong with the SM3 of what is signed.
#[must_use]
pub fn digest_fault(pointer: String, sm3: &str) -> Option<Fault> {
    let is_one = sm3.len() == 64 && sm3.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let (zh, en) = ("应为64位小写十六进制 SM3 值", "an SM3 has 64 lower-case hexadecimal digits");
    (!is_one).then(|| Fault::new(pointer, "misshapen", zh, en))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verb_has_a_name_of_its_own() {
        for verb in Verb::ALL {
            assert_eq!(Verb::read(verb.name()), Some(verb));
        }
    }
}
