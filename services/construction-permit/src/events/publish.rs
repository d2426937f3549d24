//! Private facts become the public account: how a project goes on, without personal data.

use chassis::owner::account;
use contracts::{
    process::v1::{Card, Clock, Phase, Progressed, Step, Unit},
    topics,
};
use mailbox::Message;

use crate::{
    domain::{
        catalogue::Catalogue,
        project::{Project, clock_rules, facts},
    },
    service::ConstructionPermit,
};

/// What these steps have made of the project.
#[must_use]
pub fn progressed(desk: &ConstructionPermit, catalogue: &Catalogue, project: &Project, steps: Vec<Step>) -> Message {
    let told = match &project.case {
        Some(case) => Progressed {
            clock: Some(clock(desk, catalogue, project)),
            ..account::progressed(&desk.calendar(), case, steps)
        },
        None => {
            let subject_id = project.stem.id.to_string();
            Progressed { subject_id, phase: Phase::Registered.into(), steps, ..Progressed::default() }
        }
    };
    let of_project = contracts::process::v1::Project {
        code: project.entry.code.clone(),
        r#type: project.entry.kind.letter().to_owned(),
        region: project.entry.place.region.clone(),
        list_version: project.entry.acknowledged.unwrap_or_default(),
    };
    let told = Progressed { project: Some(of_project), ..told };
    Message::new(topics::CONSTRUCTION_PROJECTS, &told.subject_id, &told)
}

/// The project's clock: a union of working days on which an item of the main flow ran.
#[must_use]
pub fn clock(desk: &ConstructionPermit, catalogue: &Catalogue, project: &Project) -> Clock {
    let counted = casework::clock::counted(&facts(project, catalogue), &desk.calendar(), desk.today());
    Clock {
        used: counted.days,
        limit: clock_rules(catalogue).project.limit,
        unit: Unit::WorkingDays.into(),
        card: card(project.card).into(),
        provisional: counted.provisional,
    }
}

fn card(card: casework::Card) -> Card {
    match card {
        casework::Card::None => Card::None,
        casework::Card::Yellow => Card::Yellow,
        casework::Card::Red => Card::Red,
    }
}
