//! What the owner of the process is told of a gap (容缺): which papers follow, that they came, that there is more time, and that
//! they did not come. It goes into the commit of the fact; nothing is said where the desk runs the item itself.

use std::collections::BTreeMap;

use contracts::{
    intake::v1::{CaseReturned, Gap, GapClosed, GapExtended},
    schema::Event,
    time::timestamp,
    topics,
};
use mailbox::Message;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    domain::{case::Case, desk::Desk, tolerance::Tolerance},
    store::materials::Material,
    usecases::submit::sent,
};

/// The gaps that are open after an outcome.
#[must_use]
pub fn gaps(next: &Desk) -> Vec<Gap> {
    let due = |tolerance: &Tolerance| (timestamp(tolerance.deadline.at), tolerance.deadline.provisional);
    let open = tolerance(next).map(|open| (open.gaps.as_slice(), due(open)));
    let (gaps, (due_at, provisional)) = open.unwrap_or_default();
    gaps.iter().map(|gap| Gap { material_code: gap.code.clone(), due_at, provisional }).collect()
}

/// Papers of an open gap came.
#[must_use]
pub fn closed(case: &Case, next: &Desk, brought: &BTreeMap<Uuid, Material>, now: OffsetDateTime) -> Option<Message> {
    let left = gaps(next);
    let came = |material: &&Material| {
        let waited_for =
            tolerance(&case.desk).is_some_and(|open| open.gaps.iter().any(|gap| gap.code == material.code));
        waited_for && left.iter().all(|gap| gap.material_code != material.code)
    };
    let materials: Vec<_> = brought.values().filter(came).map(sent).collect();
    let closed = GapClosed { case_id: case.id().to_string(), supplied_at: timestamp(now), materials };
    (!closed.materials.is_empty()).then(|| to_owner(case, &closed)).flatten()
}

/// The gap has more time.
#[must_use]
pub fn extended(case: &Case, next: &Desk, now: OffsetDateTime) -> Vec<Message> {
    more_time(case, next, now, false)
}

fn more_time(case: &Case, next: &Desk, now: OffsetDateTime, by_calendar: bool) -> Vec<Message> {
    let (case_id, extended_at) = (case.id().to_string(), timestamp(now));
    let extended = GapExtended { case_id, extended_at, gaps: gaps(next), by_calendar };
    to_owner(case, &extended).into_iter().collect()
}

/// The gap's last day is another one by the calendar, or certain now.
#[must_use]
pub fn reckoned(case: &Case, next: &Desk, now: OffsetDateTime) -> Vec<Message> {
    if tolerance(next).is_some() { more_time(case, next, now, true) } else { vec![] }
}

/// The gap was not closed in time; nothing where that is not what `next` is.
#[must_use]
pub fn returned(case: &Case, next: &Desk) -> Option<Message> {
    let Desk::Returned { at, tolerance } = next else { return None };
    let materials = tolerance.gaps.iter().map(|gap| gap.code.clone()).collect();
    to_owner(case, &CaseReturned { case_id: case.id().to_string(), returned_at: timestamp(at.0), materials })
}

fn to_owner<E: Event>(case: &Case, event: &E) -> Option<Message> {
    case.is_with_owner().then(|| Message::new(topics::dossiers(&case.owner), case.id(), event))
}

fn tolerance(desk: &Desk) -> Option<&Tolerance> {
    match desk {
        Desk::Tolerated { tolerance } => Some(tolerance),
        Desk::Received { .. }
        | Desk::Noticed { .. }
        | Desk::Escalated { .. }
        | Desk::Signposted { .. }
        | Desk::Accepted { .. }
        | Desk::Returned { .. } => None,
    }
}
