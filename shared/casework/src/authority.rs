//! Who may decide what.
//!
//! There is no refusal without a [`HeadSignature`], and no way to one except through [`HeadSignature::sign`], which
//! only the head of that department passes. A window (窗口) has five outcomes and refusing is not among them: it
//! cannot be said, not even by mistake (窗口无否决权).

use contracts::words::{FaultWord, fault};
use ids::DepartmentCode;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::output::Fault;

/// The five outcomes of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowOutcome {
    /// 受理.
    Accept,
    /// 一次性告知补正.
    RequestCorrection,
    /// 容缺受理.
    Tolerate,
    /// 指路牌: where it can be done.
    Signpost,
    /// To the chief representative of the department.
    Escalate,
}

/// A person of the office, as the token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Staff {
    WindowClerk { name: String },
    ChiefRepresentative { department: DepartmentCode, name: String },
    DepartmentClerk { department: DepartmentCode, name: String },
    DepartmentHead { department: DepartmentCode, name: String },
}

impl Staff {
    fn name(&self) -> &str {
        match self {
            Self::WindowClerk { name }
            | Self::ChiefRepresentative { name, .. }
            | Self::DepartmentClerk { name, .. }
            | Self::DepartmentHead { name, .. } => name,
        }
    }

    fn department(&self) -> Option<&DepartmentCode> {
        match self {
            Self::WindowClerk { .. } => None,
            Self::ChiefRepresentative { department, .. }
            | Self::DepartmentClerk { department, .. }
            | Self::DepartmentHead { department, .. } => Some(department),
        }
    }

    fn is_head(&self) -> bool {
        matches!(self, Self::DepartmentHead { .. })
    }
}

/// Who may decide for a department in the applicant's favour: one of its people, or one of its rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decider {
    name: String,
    department: DepartmentCode,
}

/// The person does not belong to the department whose task it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("only the people of {department} decide its tasks")]
pub struct NotOfDepartment {
    pub department: DepartmentCode,
}

impl Decider {
    /// A clerk, the chief representative or the head of the department.
    ///
    /// # Errors
    /// Window clerks, and people of other departments.
    pub fn person(staff: &Staff, department: &DepartmentCode) -> Result<Self, NotOfDepartment> {
        if staff.department() == Some(department) {
            Ok(Self { name: staff.name().to_owned(), department: department.clone() })
        } else {
            Err(NotOfDepartment { department: department.clone() })
        }
    }

    /// A rule of the department. Rules decide for the applicant only.
    #[must_use]
    pub fn rule(name: &str, department: &DepartmentCode) -> Self {
        Self { name: name.to_owned(), department: department.clone() }
    }

    /// The name that the decision carries.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn department(&self) -> &DepartmentCode {
        &self.department
    }
}

/// What every refusal has to state (行政许可法 38): the law it rests on, why, and what the applicant can do now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grounds {
    pub basis: String,
    pub reasons: Vec<String>,
    pub remedies: Vec<String>,
}

/// The head's signature under a refusal of one department. It is made by [`HeadSignature::sign`] and in no other way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadSignature {
    department: DepartmentCode,
    signed_by: String,
    grounds: Grounds,
}

/// One reason why a refusal or an extension cannot be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureFault {
    #[error("{}", NOT_HEAD.en)]
    NotHead,
    #[error("{}", OTHER_DEPARTMENT.en)]
    OtherDepartment,
    #[error("{}", fault::SIGNER.en)]
    Signer,
    #[error("{}", fault::UNFOUNDED.en)]
    Basis,
    #[error("{}", fault::UNREASONED.en)]
    Reasons,
    #[error("{}", fault::NO_REMEDY.en)]
    Remedies,
    #[error("{}", fault::EXTENSION_UNREASONED.en)]
    Reason,
    #[error("{}", fault::EXTENSION_DAYS.en)]
    Days,
}

/// Who is at the desk is the department's own affair: these two are never said on the bus.
const NOT_HEAD: FaultWord = FaultWord {
    subject: "signed_by",
    code: "not_head",
    zh: "只有部门负责人可以签署",
    en: "only the head of the department can sign this",
};
const OTHER_DEPARTMENT: FaultWord = FaultWord {
    subject: "signed_by",
    code: "other_department",
    zh: "不能由其他部门的负责人签署",
    en: "the head of another department cannot sign this",
};

impl SignatureFault {
    /// As it is told.
    #[must_use]
    pub fn word(self) -> FaultWord {
        match self {
            Self::NotHead => NOT_HEAD,
            Self::OtherDepartment => OTHER_DEPARTMENT,
            Self::Signer => fault::SIGNER,
            Self::Basis => fault::UNFOUNDED,
            Self::Reasons => fault::UNREASONED,
            Self::Remedies => fault::NO_REMEDY,
            Self::Reason => fault::EXTENSION_UNREASONED,
            Self::Days => fault::EXTENSION_DAYS,
        }
    }

    /// The fault in Chinese.
    #[must_use]
    pub fn zh(self) -> &'static str {
        self.word().zh
    }

    /// Stable code of the fault.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.word().code
    }

    /// The field that the fault is about.
    #[must_use]
    pub fn subject(self) -> &'static str {
        self.word().subject
    }
}

/// Most working days by which the law lets a limit be extended (行政许可法 42).
pub const LONGEST_EXTENSION: u32 = 10;

/// More time for a department, as it travels and as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    pub working_days: u32,
    /// As the applicant is told.
    pub reason: String,
    pub signed_by: String,
}

impl Extension {
    /// Everything that an extension has to say and this one does not.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let told = |fault: SignatureFault| Fault::told(fault.word(), &[]);
        self.missing().into_iter().map(told).collect()
    }

    fn missing(&self) -> Vec<SignatureFault> {
        let faults = [
            (self.signed_by.trim().is_empty(), SignatureFault::Signer),
            (self.reason.trim().is_empty(), SignatureFault::Reason),
            (!(1..=LONGEST_EXTENSION).contains(&self.working_days), SignatureFault::Days),
        ];
        faults.into_iter().filter_map(|(wrong, fault)| wrong.then_some(fault)).collect()
    }
}

/// The head's approval of an extension. It is made by [`ExtensionApproval::sign`] and in no other way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtensionApproval {
    department: DepartmentCode,
    extension: Extension,
}

impl ExtensionApproval {
    /// Approves more time for `department`.
    ///
    /// # Errors
    /// Every reason why it cannot be approved, at once.
    pub fn sign(
        by: &Staff,
        department: &DepartmentCode,
        working_days: u32,
        reason: &str,
    ) -> Result<Self, Vec<SignatureFault>> {
        let extension = Extension { working_days, reason: reason.trim().to_owned(), signed_by: by.name().to_owned() };
        let mut faults = not_this_head(by, department);
        faults.extend(extension.missing());
        if faults.is_empty() { Ok(Self { department: department.clone(), extension }) } else { Err(faults) }
    }

    pub(crate) fn department(&self) -> &DepartmentCode {
        &self.department
    }

    pub(crate) fn extension(self) -> Extension {
        self.extension
    }
}

fn not_this_head(by: &Staff, department: &DepartmentCode) -> Vec<SignatureFault> {
    if !by.is_head() {
        vec![SignatureFault::NotHead]
    } else if by.department() != Some(department) {
        vec![SignatureFault::OtherDepartment]
    } else {
        vec![]
    }
}

impl HeadSignature {
    /// Signs a refusal for `department`.
    ///
    /// # Errors
    /// Every reason why it cannot be signed, at once.
    pub fn sign(by: &Staff, department: &DepartmentCode, grounds: Grounds) -> Result<Self, Vec<SignatureFault>> {
        let mut faults = not_this_head(by, department);
        faults.extend(missing(by.name(), &grounds));
        if faults.is_empty() {
            Ok(Self { department: department.clone(), signed_by: by.name().to_owned(), grounds })
        } else {
            Err(faults)
        }
    }

    pub(crate) fn department(&self) -> &DepartmentCode {
        &self.department
    }

    /// The refusal as it travels.
    pub(crate) fn refusal(self, decided_at: OffsetDateTime) -> Refusal {
        Refusal { decided_at, signed_by: self.signed_by, grounds: self.grounds }
    }
}

/// A signed refusal as it travels. The owner believes who signed (the topic is the department's identity) and checks
/// again that nothing is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    #[serde(with = "time::serde::rfc3339")]
    pub decided_at: OffsetDateTime,
    pub signed_by: String,
    #[serde(flatten)]
    pub grounds: Grounds,
}

impl Refusal {
    /// Everything that a refusal has to say and this one does not.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let told = |fault: SignatureFault| Fault::told(fault.word(), &[]);
        missing(&self.signed_by, &self.grounds).into_iter().map(told).collect()
    }
}

fn missing(signer: &str, grounds: &Grounds) -> Vec<SignatureFault> {
    let blank = |text: &str| text.trim().is_empty();
    let nothing = |texts: &[String]| texts.is_empty() || texts.iter().any(|text| blank(text));
    let faults = [
        (blank(signer), SignatureFault::Signer),
        (blank(&grounds.basis), SignatureFault::Basis),
        (nothing(&grounds.reasons), SignatureFault::Reasons),
        (nothing(&grounds.remedies), SignatureFault::Remedies),
    ];
    faults.into_iter().filter_map(|(wrong, fault)| wrong.then_some(fault)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn department(code: &str) -> DepartmentCode {
        DepartmentCode::parse(code).unwrap()
    }

    fn grounds() -> Grounds {
        Grounds {
            basis: "人民币银行结算账户管理办法".into(),
            reasons: vec!["身份核验未通过".into()],
            remedies: vec!["60日内申请行政复议".into(), "6个月内提起行政诉讼".into()],
        }
    }

    #[test]
    fn only_the_head_of_that_department_signs_a_refusal() {
        let bank = department("BNK");
        let head = Staff::DepartmentHead { department: bank.clone(), name: "测试甲".into() };
        assert!(HeadSignature::sign(&head, &bank, grounds()).is_ok());
        for staff in [
            Staff::WindowClerk { name: "测试乙".into() },
            Staff::ChiefRepresentative { department: bank.clone(), name: "测试丙".into() },
            Staff::DepartmentClerk { department: bank.clone(), name: "测试丁".into() },
        ] {
            assert_eq!(HeadSignature::sign(&staff, &bank, grounds()), Err(vec![SignatureFault::NotHead]));
        }
        let other = Staff::DepartmentHead { department: department("TAX"), name: "测试戊".into() };
        assert_eq!(HeadSignature::sign(&other, &bank, grounds()), Err(vec![SignatureFault::OtherDepartment]));
    }

    #[test]
    fn everything_that_is_missing_is_said_at_once() {
        use SignatureFault::{Basis, NotHead, Reasons, Remedies};
        let clerk = Staff::WindowClerk { name: "测试乙".into() };
        let empty = Grounds { basis: " ".into(), reasons: vec![], remedies: vec![String::new()] };
        let faults = HeadSignature::sign(&clerk, &department("BNK"), empty).unwrap_err();
        assert_eq!(faults, [NotHead, Basis, Reasons, Remedies]);
    }

    #[test]
    fn people_decide_for_their_own_department_and_a_window_for_none() {
        let tax = department("TAX");
        let clerk = Staff::DepartmentClerk { department: tax.clone(), name: "测试己".into() };
        assert_eq!(Decider::person(&clerk, &tax).unwrap().name(), "测试己");
        assert!(Decider::person(&clerk, &department("BNK")).is_err());
        assert!(Decider::person(&Staff::WindowClerk { name: "测试庚".into() }, &tax).is_err());
    }
}
