//! What is heard from owners of processes, and how they are answered.

pub mod publish;
mod set_aside;
mod told;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use casework::OwnerSays;
use mailbox::{Changes, Fault, Handler, Incoming, Mailbox, Stem, Timer, Verdict, calendar::RECKON};
use uuid::Uuid;

pub use set_aside::SetAside;

use crate::{
    domain::{
        rules::{Rules, Serials},
        task::{Held, SUBJECT},
    },
    service::Department,
    store,
    usecases::{
        hear::{Told, hear},
        reckon::reckon_again,
        set_aside::set_aside,
    },
};

/// How many numbers of a series are looked up at once where one was taken.
const AHEAD: i64 = 1_000;

/// What an owner says: one of the eight things about a task, or that something was set aside.
enum Heard {
    Told(Told),
    SetAside(SetAside),
}

impl Heard {
    /// The task that it is about; none where that cannot be read.
    fn task(&self) -> Option<Uuid> {
        match self {
            Self::Told(told) => Some(told.message.task.uuid()),
            Self::SetAside(set_aside) => set_aside.task().map(casework::TaskId::uuid),
        }
    }

    fn told(&self) -> Option<&Told> {
        match self {
            Self::Told(told) => Some(told),
            Self::SetAside(_) => None,
        }
    }
}

/// What a department hears: everything that owners say to it.
pub struct Ear {
    desk: Arc<Department>,
    /// Series -> the serial with which the last batch that drew from it began.
    began_with: Mutex<BTreeMap<String, i64>>,
}

impl Ear {
    #[must_use]
    pub fn new(desk: Arc<Department>) -> Self {
        Self { desk, began_with: Mutex::default() }
    }

    /// A batch that begins with the same serial as the one before is decided again, because that one did not pass. It may
    /// have drawn a number that a person had taken: such numbers are passed over now.
    async fn pass_over_taken(
        &self,
        rules: &Rules,
        told: &[&Told],
        held: &HashMap<Uuid, Held>,
        serials: &mut Serials,
    ) -> Result<(), sqlx::Error> {
        let again = {
            let began_with = self.began_with.lock().unwrap_or_else(PoisonError::into_inner);
            began_with.iter().any(|(series, serial)| serials.next_loaded(series) == Some(*serial))
        };
        if !again {
            return Ok(());
        }
        let mut candidates = BTreeSet::new();
        for told in told {
            let known = held.get(&told.message.task.uuid()).and_then(|held| held.task.as_ref());
            let (code, region) = match (&told.message.says, known) {
                (OwnerSays::Assigned(assignment), _) => (&assignment.task_code, &told.envelope.region),
                (_, Some(task)) => (&task.desk.assignment.task_code, &task.region),
                (_, None) => continue,
            };
            candidates.extend(rules.candidates(code, region, serials, AHEAD));
        }
        let taken = store::holders(self.desk.mailbox.db(), candidates).await?;
        serials.pass_over(taken.into_keys().collect());
        Ok(())
    }

    fn remember(&self, serials: &Serials) {
        let mut began_with = self.began_with.lock().unwrap_or_else(PoisonError::into_inner);
        began_with.extend(serials.drawn().map(|(series, loaded, _)| (series.to_owned(), loaded)));
    }
}

#[async_trait]
impl Handler for Ear {
    async fn handle(&self, mailbox: &Mailbox, batch: &[Incoming]) -> Result<Vec<Verdict>, sqlx::Error> {
        let replies: Vec<Uuid> = batch.iter().filter_map(set_aside::reply_id).collect();
        let spoken = mailbox::spoken(mailbox.db(), &replies).await?;
        let heard: Vec<_> = batch
            .iter()
            .map(|incoming| match set_aside::is_meant(incoming) {
                true => set_aside::read(&self.desk, incoming, &spoken).map(Heard::SetAside),
                false => told::read(&self.desk, incoming).map(Heard::Told),
            })
            .collect();
        let tasks: BTreeSet<Uuid> = heard.iter().flatten().filter_map(Heard::task).collect();
        let tasks: Vec<Uuid> = tasks.into_iter().collect();
        let store::Loaded { mut held, mut serials } = store::held(mailbox.db(), &tasks).await?;
        if let Some(rules) = self.desk.rules() {
            let told: Vec<&Told> = heard.iter().flatten().filter_map(Heard::told).collect();
            self.pass_over_taken(rules, &told, &held, &mut serials).await?;
            give_dossiers(mailbox, &told, &mut held).await?;
        }
        let verdicts = batch
            .iter()
            .zip(heard)
            .map(|(incoming, heard)| {
                let _in_trace = incoming.span.enter();
                match heard? {
                    Heard::Told(told) => decide(&self.desk, &mut held, &told, &mut serials),
                    Heard::SetAside(of) => Ok(take_back(&self.desk, &mut held, &of)),
                }
            })
            .collect();
        self.remember(&serials);
        Ok(verdicts)
    }

    async fn fire(&self, mailbox: &Mailbox, due: &[Timer]) -> Result<Vec<Verdict>, sqlx::Error> {
        let tasks: Vec<Uuid> = due.iter().map(|timer| timer.owner).collect();
        let mut held = store::held(mailbox.db(), &tasks).await?.held;
        let (before, now) = (mailbox.almanac().before(), mailbox.clocks().business.now());
        let reckon = |timer: &Timer| {
            if timer.name != RECKON {
                return Err(Fault::poison("unknown_timer", format!("`{}` is no timer of a task", timer.name)));
            }
            let mut changes = mailbox.changes();
            if let Some(held) = held.get_mut(&timer.owner) {
                reckon_again(&self.desk, &mut changes, held, before.as_deref(), now);
            }
            Ok(changes)
        };
        Ok(due.iter().map(reckon).collect())
    }

    fn open_subjects(&self) -> Option<&'static str> {
        Some("select id from tasks where status in ('received', 'in_review', 'suspended')")
    }
}

/// A task that goes on brings no dossier, and a rule may decide it now by the one that is kept.
async fn give_dossiers(mailbox: &Mailbox, told: &[&Told], tasks: &mut HashMap<Uuid, Held>) -> Result<(), sqlx::Error> {
    let goes_on = |told: &&&Told| matches!(told.message.says, OwnerSays::Resumed { .. });
    let ids: Vec<Uuid> = told.iter().filter(goes_on).map(|told| told.message.task.uuid()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    for (id, dossier) in store::dossiers(mailbox.db(), &ids).await? {
        if let Some(held) = tasks.get_mut(&id) {
            held.dossier = Some(dossier);
        }
    }
    Ok(())
}

/// Something was set aside, perhaps of a task that lies here.
fn take_back(desk: &Department, tasks: &mut HashMap<Uuid, Held>, of: &SetAside) -> Changes {
    let mut changes = desk.mailbox.changes();
    let held = of.task().and_then(|task| tasks.get_mut(&task.uuid()));
    set_aside(desk, &mut changes, held.filter(|held| held.owner == of.owner), of);
    changes
}

/// Decides one message; a fault leaves the task as it was.
fn decide(desk: &Department, tasks: &mut HashMap<Uuid, Held>, told: &Told, serials: &mut Serials) -> Verdict {
    let id = told.message.task.uuid();
    let mut held = match tasks.get(&id) {
        Some(held) => held.clone(),
        None => Held::new(Stem::new(id, SUBJECT), &told.owner),
    };
    if held.task.is_none() {
        held.owner.clone_from(&told.owner);
    }
    if held.owner != told.owner {
        let reason = format!("the task is {}'s, and {} speaks of it", held.owner, told.owner);
        return Err(Fault::poison("other_owner", reason));
    }
    let mut changes = desk.mailbox.changes();
    hear(desk, &mut changes, &mut held, told, serials)?;
    tasks.insert(id, held);
    Ok(changes)
}
