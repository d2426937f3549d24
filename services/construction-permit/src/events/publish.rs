//! Private facts become the public contract: how a project goes on, without personal data.

use casework::Phase;
use chassis::owner::progress::open_tasks;
use contracts::{
    construction::v1::{Progressed, ProjectClock, ProjectPhase},
    registration::v1::Step,
    topics,
};
use mailbox::Message;

use crate::{
    domain::{
        catalogue::Catalogue,
        project::{Project, clock_rules, facts},
    },
    service::ConstructionPermit,
    store::card_name,
};

/// What these steps have made of the project.
#[must_use]
pub fn progressed(desk: &ConstructionPermit, catalogue: &Catalogue, project: &Project, steps: Vec<Step>) -> Message {
    let case = project.case.as_ref();
    let told = Progressed {
        project_id: project.stem.id.to_string(),
        project_code: project.entry.code.clone(),
        project_type: project.entry.kind.letter().to_owned(),
        region: project.entry.place.region.clone(),
        phase: phase(project).into(),
        steps,
        open: case.map(|case| open_tasks(&desk.calendar, case)).unwrap_or_default(),
        clock: case.map(|_| clock(desk, catalogue, project)),
        list_version: project.entry.acknowledged.unwrap_or_default(),
    };
    Message::new(topics::CONSTRUCTION_PROJECTS, &told.project_id, &told)
}

fn clock(desk: &ConstructionPermit, catalogue: &Catalogue, project: &Project) -> ProjectClock {
    let counted = casework::clock::counted(&facts(project, catalogue), &desk.calendar, desk.today());
    ProjectClock {
        counted_working_days: counted.days,
        limit_working_days: clock_rules(catalogue).project.limit,
        card: card_name(project.card).to_owned(),
        provisional: counted.provisional,
    }
}

fn phase(project: &Project) -> ProjectPhase {
    match project.case.as_ref().map(casework::Case::phase) {
        None => ProjectPhase::Registered,
        Some(Phase::Running) => ProjectPhase::Running,
        Some(Phase::Stopping { .. }) => ProjectPhase::Stopping,
        Some(Phase::Closed { .. }) => ProjectPhase::Closed,
        Some(Phase::Withdrawn { .. }) => ProjectPhase::Withdrawn,
        Some(Phase::Terminated { .. }) => ProjectPhase::Terminated,
    }
}
