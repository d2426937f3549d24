//! What the clock of a project is reckoned from (4.3): the recorded facts of its tasks, the gaps, and the catalogue's classes.

use casework::{Acceptance, Budget, Card, Case, ClockClass, ClockRules, ItemFacts, StageBudget, Task, TaskCode, clock};
use time::Date;
use workdays::Calendar;

use super::Project;
use crate::domain::catalogue::{Catalogue, ItemCode};

/// The budgets of the catalogue (R41).
#[must_use]
pub fn clock_rules(catalogue: &Catalogue) -> ClockRules {
    let own = catalogue.clock();
    let stage = |stage: &crate::domain::catalogue::Stage| StageBudget {
        stage: stage.code.as_str().into(),
        budget: Budget::of(stage.budget_days),
    };
    ClockRules {
        project: Budget { limit: own.limit_days, yellow: own.yellow_days },
        stages: catalogue.stages().iter().map(stage).collect(),
    }
}

/// The facts of every item that the project does, in the order of the plan.
#[must_use]
pub fn facts(project: &Project, catalogue: &Catalogue) -> Vec<ItemFacts> {
    let tasks = project.case.iter().flat_map(Case::tasks).filter(|task| !task.is_omitted());
    tasks.map(|task| item_facts(project, catalogue, task)).collect()
}

fn item_facts(project: &Project, catalogue: &Catalogue, task: &Task) -> ItemFacts {
    let item = catalogue.item(&ItemCode::from(task.code.as_str()));
    let rounds = task.rounds.iter().map(|round| {
        let gap = project.record.gap(task.code.as_str(), round.number);
        Acceptance { tolerated: gap.map(super::Gap::tolerated), ..Acceptance::from(round) }
    });
    ItemFacts {
        code: task.code.clone(),
        stage: task.code.as_str().get(..1).unwrap_or_default().into(),
        // What a newer catalogue does not know any more counts for nobody.
        class: item.map_or(ClockClass::Outside, |item| item.clock),
        inside: host(project, task),
        promised: item.map(|item| item.promised),
        statutory: item.and_then(|item| item.statutory.as_ref()).map(|law| law.limit),
        rounds: rounds.collect(),
        suspensions: task.suspensions(),
    }
}

/// The item of this project inside which it runs.
fn host(project: &Project, task: &Task) -> Option<TaskCode> {
    let case = project.case.as_ref()?;
    let mut hosts = task.plan.starts_with.iter().flat_map(|group| &group.0);
    hosts.find(|code| case.task_by_code(code).is_some_and(|host| !host.is_omitted())).cloned()
}

impl Project {
    /// The day on which the clock, running as it does today, shows the next card; none where it stands or none is left.
    #[must_use]
    pub fn next_card(&self, catalogue: &Catalogue, calendar: &Calendar, today: Date) -> Option<(Card, Date)> {
        let budget = clock_rules(catalogue).project;
        let facts = facts(self, catalogue);
        let counted = clock::counted(&facts, calendar, today).days;
        let (card, at) = match self.card {
            Card::None => (Card::Yellow, budget.yellow),
            Card::Yellow => (Card::Red, budget.limit + 1),
            Card::Red => return None,
        };
        if counted >= at {
            return Some((card, today));
        }
        // Only a clock that runs gets there by itself.
        let tomorrow = calendar.next_working_day(today).date;
        let runs = clock::counted(&facts, calendar, tomorrow).days > counted;
        runs.then(|| (card, calendar.due_after(today, at - counted).date))
    }
}
