//! The timeline of a case: what the front desk did and what the owner of the process told, in one order.

use sqlx::PgPool;
use uuid::Uuid;

use crate::store::{self, outcomes::DeskStep, steps::Step};

/// Every step of a case. Each side keeps its own order; between them time decides.
///
/// # Errors
/// Where the database fails.
pub async fn timeline(db: &PgPool, case: Uuid) -> Result<Vec<Step>, sqlx::Error> {
    let (own, told) = (store::outcomes::steps(db, case).await?, store::steps::of_case(db, case).await?);
    let mut own = own.into_iter().map(shown).peekable();
    let mut steps = Vec::new();
    for step in told {
        while let Some(earlier) = own.next_if(|own| own.at <= step.at) {
            steps.push(earlier);
        }
        steps.push(step);
    }
    steps.extend(own);
    Ok(steps)
}

fn shown(step: DeskStep) -> Step {
    Step {
        at: step.at,
        event: step.event,
        task: String::new(),
        task_id: None,
        department: String::new(),
        round: 0,
        note: step.note,
        outputs: serde_json::json!([]),
    }
}
