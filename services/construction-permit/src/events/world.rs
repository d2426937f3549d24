//! Every project that a batch needs, loaded at once; each verdict leaves it as the next one finds it.

use std::collections::HashMap;

use chassis::http::By;
use mailbox::{Changes, Fault, Incoming, Timer, Verdict};
use sqlx::PgPool;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{domain::project::Project, service::ConstructionPermit, store, usecases::turn::Turn};

/// Projects by id.
#[derive(Default)]
pub struct World {
    projects: HashMap<Uuid, Project>,
    /// The last message of the batch about each project, by the event's id.
    last: HashMap<Uuid, Uuid>,
}

impl World {
    pub async fn load(db: &PgPool, batch: &[Incoming]) -> Result<Self, sqlx::Error> {
        let keys = || batch.iter().filter_map(|incoming| Some((Uuid::try_parse(&incoming.key).ok()?, incoming)));
        let ids: Vec<Uuid> = keys().map(|(id, _)| id).collect();
        let last = keys().map(|(id, incoming)| (id, incoming.attributes.id)).collect();
        Ok(Self { projects: store::projects(db, &ids).await?, last })
    }

    pub async fn of_timers(db: &PgPool, due: &[Timer]) -> Result<Self, sqlx::Error> {
        let ids: Vec<Uuid> = due.iter().map(|timer| timer.owner).collect();
        Ok(Self { projects: store::projects(db, &ids).await?, last: HashMap::new() })
    }

    /// Decides what a message says about one project. A fault leaves the world as it was.
    pub fn hear(
        &mut self,
        desk: &ConstructionPermit,
        incoming: &Incoming,
        id: Uuid,
        actor: &str,
        verb: impl FnOnce(&mut Turn<'_>) -> Result<(), Fault>,
    ) -> Verdict {
        let more_to_come = self.last.get(&id) != Some(&incoming.attributes.id);
        self.decide(desk, id, (actor, incoming.received_at), more_to_come, verb)
    }

    /// Decides on one project. A fault leaves the world as it was.
    pub fn decide(
        &mut self,
        desk: &ConstructionPermit,
        id: Uuid,
        (by, now): (&str, OffsetDateTime),
        more_to_come: bool,
        verb: impl FnOnce(&mut Turn<'_>) -> Result<(), Fault>,
    ) -> Verdict {
        let Some(project) = self.projects.get(&id) else {
            return Err(Fault::poison("unknown_case", "there is no such project").zh("没有这个项目"));
        };
        let catalogue = desk.catalogue(&project.entry.catalogue).ok_or_else(|| {
            Fault::passing("unknown_catalogue", "the project's catalogue was published by a newer program")
        })?;
        let (mut project, mut changes): (Project, Changes) = (project.clone(), desk.mailbox.changes());
        project.untold.more_to_come = more_to_come;
        let mut turn = Turn::new(desk, catalogue, &mut changes, &mut project, (By::machine(by), now));
        verb(&mut turn)?;
        turn.conclude();
        self.projects.insert(id, project);
        Ok(changes)
    }

    /// Tells what is still untold because the last message about a project failed or changed nothing.
    pub fn conclude(&mut self, desk: &ConstructionPermit, batch: &[Incoming], verdicts: &mut [Verdict]) {
        for (incoming, verdict) in batch.iter().zip(verdicts).rev() {
            let id = Uuid::try_parse(&incoming.key).ok();
            let (Ok(changes), Some(project)) = (verdict, id.and_then(|id| self.projects.get_mut(&id))) else {
                continue;
            };
            let Some(catalogue) = desk.catalogue(&project.entry.catalogue) else { continue };
            if project.untold.steps.is_empty() {
                continue;
            }
            project.untold.more_to_come = false;
            let mut turn =
                Turn::new(desk, catalogue, changes, project, (By::machine(desk.owner()), incoming.received_at));
            turn.announce();
            turn.conclude();
        }
    }
}
