//! Opening a case: the plan for this applicant, from the theme.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use ids::{CaseId, DepartmentCode, TaskId};
use time::OffsetDateTime;

use super::{Case, CaseHead, CaseParts, Gap, Part, Phase};
use crate::codes::{Role, TaskCode};
use crate::effect::Effect;
use crate::fact::Event;
use crate::task::{Task, TaskPlan, TaskState, UndoPlan};
use crate::theme::{AnyOf, TaskTemplate, Theme};

/// What a case is opened with.
#[derive(Debug, Clone)]
pub struct Opening {
    pub case: CaseId,
    /// The tasks that this applicant needs.
    pub applicable: Vec<TaskCode>,
    /// Who plays which role.
    pub bindings: BTreeMap<Role, DepartmentCode>,
    pub at: OffsetDateTime,
}

/// One reason why a case cannot be planned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanFault {
    #[error("no task applies")]
    NothingToDo,
    #[error("the theme has no task {0}")]
    UnknownTask(TaskCode),
    #[error("the theme has no role {0}")]
    UnknownRole(Role),
    #[error("no department plays the role {0}")]
    UnboundRole(Role),
    #[error("papers are missing, and no task of the plan issues the result, which would wait for them")]
    NothingHeld,
}

impl PlanFault {
    /// Stable: `unbound_role`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NothingToDo => "nothing_to_do",
            Self::UnknownTask(_) => "unknown_task",
            Self::UnknownRole(_) => "unknown_role",
            Self::UnboundRole(_) => "unbound_role",
            Self::NothingHeld => "nothing_held",
        }
    }

    /// The task or role that it is about.
    #[must_use]
    pub fn about(&self) -> Option<String> {
        match self {
            Self::NothingToDo | Self::NothingHeld => None,
            Self::UnknownTask(task) => Some(task.to_string()),
            Self::UnknownRole(role) | Self::UnboundRole(role) => Some(role.to_string()),
        }
    }
}

/// Every reason why a case cannot be planned; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRefused(pub Vec<PlanFault>);

impl fmt::Display for PlanRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let faults: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        write!(f, "the case cannot be planned: {}", faults.join("; "))
    }
}

impl std::error::Error for PlanRefused {}

impl Case {
    /// Plans the case and assigns every task that has no open dependency, at the same instant. `ids` names tasks,
    /// undo tasks among them; `TaskId::derived` from the case makes planning repeatable.
    ///
    /// # Errors
    /// Every reason why it cannot be planned, at once.
    pub fn open(
        theme: &Theme,
        opening: Opening,
        ids: impl FnMut(&TaskCode) -> TaskId,
    ) -> Result<(Self, Vec<Effect>), PlanRefused> {
        Self::open_with_gaps(theme, opening, Vec::new(), ids)
    }

    /// The same for a case that was accepted with gaps: whatever issues the result waits until they are closed.
    ///
    /// # Errors
    /// Every reason why it cannot be planned, at once.
    pub fn open_with_gaps(
        theme: &Theme,
        opening: Opening,
        gaps: Vec<Gap>,
        mut ids: impl FnMut(&TaskCode) -> TaskId,
    ) -> Result<(Self, Vec<Effect>), PlanRefused> {
        let applicable: HashSet<_> = opening.applicable.iter().collect();
        let faults = faults(theme, &opening, &applicable, &gaps);
        if !faults.is_empty() {
            return Err(PlanRefused(faults));
        }
        let planned = theme.tasks().iter().filter(|template| applicable.contains(&template.code));
        let tasks: Vec<_> = planned.map(|template| task(template, &applicable, &mut ids)).collect();
        let choices = theme.roles().iter().filter(|role| role.choice).map(|role| role.code.clone()).collect();
        let head = CaseHead {
            id: opening.case,
            theme: theme.reference(),
            opened_at: opening.at,
            phase: Phase::Running,
            bindings: opening.bindings,
            choices,
            gaps,
        };
        let mut case = Self::from_parts(CaseParts { head, tasks });
        case.changed = std::iter::once(Part::Head).chain((0..case.tasks.len()).map(Part::Task)).collect();
        let mut turn = case.turn(opening.at);
        turn.note(Event::CaseOpened { theme: theme.reference() });
        let papers: Vec<_> = turn.case.open_gaps().map(|gap| gap.paper.clone()).collect();
        if !papers.is_empty() {
            turn.note(Event::PapersAwaited { papers });
        }
        turn.assign_all_ready();
        let effects = turn.effects;
        Ok((case, effects))
    }
}

fn faults(theme: &Theme, opening: &Opening, applicable: &HashSet<&TaskCode>, gaps: &[Gap]) -> Vec<PlanFault> {
    let mut faults = Vec::new();
    if applicable.is_empty() {
        faults.push(PlanFault::NothingToDo);
    }
    let unknown = opening.applicable.iter().filter(|code| theme.task(code).is_none());
    faults.extend(unknown.map(|code| PlanFault::UnknownTask(code.clone())));
    let is_role = |role: &Role| theme.roles().iter().any(|known| known.code == *role);
    let unknown = opening.bindings.keys().filter(|role| !is_role(role));
    faults.extend(unknown.map(|role| PlanFault::UnknownRole(role.clone())));
    // Undo tasks too: a case that could not be stopped must not begin.
    let needed: HashSet<_> = (theme.tasks().iter().filter(|task| applicable.contains(&task.code)))
        .flat_map(|task| std::iter::once(&task.role).chain(task.undo.as_ref().map(|undo| &undo.role)))
        .collect();
    let roles = theme.roles().iter().map(|role| &role.code);
    let unbound = roles.filter(|role| needed.contains(role) && !opening.bindings.contains_key(*role));
    faults.extend(unbound.map(|role| PlanFault::UnboundRole(role.clone())));
    let issues = theme.tasks().iter().any(|task| task.issues && applicable.contains(&task.code));
    if !gaps.is_empty() && !issues && !applicable.is_empty() {
        faults.push(PlanFault::NothingHeld);
    }
    faults
}

pub(super) fn task(
    template: &TaskTemplate,
    applicable: &HashSet<&TaskCode>,
    ids: &mut impl FnMut(&TaskCode) -> TaskId,
) -> Task {
    Task {
        id: ids(&template.code),
        code: template.code.clone(),
        plan: task_plan(template, applicable, ids),
        state: TaskState::Waiting,
        applied_at: None,
        rounds: Vec::new(),
        pauses: Vec::new(),
    }
}

/// What the theme says of a task, reduced to what applies to this case.
pub(super) fn task_plan(
    template: &TaskTemplate,
    applicable: &HashSet<&TaskCode>,
    ids: &mut impl FnMut(&TaskCode) -> TaskId,
) -> TaskPlan {
    let undo = template.undo.as_ref().map(|undo| UndoPlan {
        id: ids(&undo.code),
        code: undo.code.clone(),
        role: undo.role.clone(),
        promised: undo.promised,
    });
    TaskPlan {
        role: template.role.clone(),
        after: applying(&template.after, applicable),
        starts_with: applying(&template.starts_with, applicable),
        promised: template.promised,
        optional: template.optional,
        issues: template.issues,
        on_application: template.on_application,
        outputs: template.outputs.clone(),
        undo,
        undoes: None,
    }
}

/// The dependencies of which something applies, reduced to what applies.
fn applying(groups: &[AnyOf], applicable: &HashSet<&TaskCode>) -> Vec<AnyOf> {
    let reduce = |group: &AnyOf| group.0.iter().filter(|code| applicable.contains(code)).cloned().collect::<Vec<_>>();
    groups.iter().map(reduce).filter(|codes| !codes.is_empty()).map(AnyOf).collect()
}
