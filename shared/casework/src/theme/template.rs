//! A theme as it is written in a file.

use ids::DepartmentCode;
use serde::{Deserialize, Serialize};

use crate::codes::{Role, TaskCode};
use crate::wait::Wait;

/// An unchecked theme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThemeDraft {
    pub code: String,
    pub version: u32,
    pub zh: String,
    pub en: String,
    #[serde(rename = "role", default)]
    pub roles: Vec<RoleTemplate>,
    #[serde(rename = "task", default)]
    pub tasks: Vec<TaskTemplate>,
}

/// A part to be played.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleTemplate {
    pub code: Role,
    pub zh: String,
    pub en: String,
    /// Who plays it where nobody chooses otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<DepartmentCode>,
    /// True where the applicant chooses, and may choose again after a refusal: the bank.
    #[serde(default)]
    pub choice: bool,
}

/// One task of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskTemplate {
    pub code: TaskCode,
    pub zh: String,
    pub en: String,
    pub role: Role,
    /// Starts when each of these has ended. `A01|A02` is ended when any of the applicable ones is.
    #[serde(default)]
    pub after: Vec<AnyOf>,
    /// Starts with each of these and runs inside it.
    #[serde(default)]
    pub starts_with: Vec<AnyOf>,
    /// What the office promises (承诺时限).
    pub promised: Wait,
    /// True where the applicant may close the case without it.
    #[serde(default)]
    pub optional: bool,
    /// True where it gives the result to the applicant: with gaps (容缺受理) it starts only when the last paper has come.
    #[serde(default)]
    pub issues: bool,
    /// True where it starts only once the applicant has applied for it with what it needs: see [`crate::Case::apply`].
    #[serde(default)]
    pub on_application: bool,
    /// What its decision yields, each at least once.
    #[serde(default)]
    pub outputs: Vec<OutputTemplate>,
    /// What takes its result back where the case is stopped later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<UndoTemplate>,
}

/// One kind of output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputTemplate {
    pub kind: String,
    pub zh: String,
    pub en: String,
    /// True where anybody may see it: it goes into public progress.
    #[serde(default)]
    pub public: bool,
}

/// The task that takes a result back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UndoTemplate {
    pub code: TaskCode,
    pub zh: String,
    pub en: String,
    /// The role of the task itself means the department that ended it, whoever plays the role by then.
    pub role: Role,
    pub promised: Wait,
}

/// Any one of these tasks, written `A01|A02`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub struct AnyOf(pub Vec<TaskCode>);

impl From<String> for AnyOf {
    fn from(text: String) -> Self {
        Self(text.split('|').map(|code| TaskCode::from(code.trim())).collect())
    }
}

impl From<AnyOf> for String {
    fn from(any: AnyOf) -> Self {
        any.0.iter().map(TaskCode::as_str).collect::<Vec<_>>().join("|")
    }
}
