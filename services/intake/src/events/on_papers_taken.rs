//! The owner of a process uses papers that the front desk keeps.

use contracts::intake::v1::PapersTaken;
use mailbox::{Fault, Incoming, Verdict};
use uuid::Uuid;

use crate::{service::Intake, store::materials::UsedElsewhere};

/// The papers stay from now on.
pub fn decide(desk: &Intake, incoming: &Incoming) -> Verdict {
    let told: PapersTaken = incoming.read()?;
    if incoming.key != told.case_id {
        return Err(Fault::poison("wrong_key", "the key is not the case id"));
    }
    let mut changes = desk.mailbox.changes();
    for id in &told.material_ids {
        let id = Uuid::try_parse(id).map_err(|_| Fault::poison("bad_material_id", "`material_ids` are UUIDs"))?;
        changes.put(UsedElsewhere(id));
    }
    Ok(changes)
}
