//! What the applicant agrees to at a window: his one-time code, or the consent that he signed.

pub mod bring;
pub mod countersign;
pub mod phone;
pub mod prove;
pub mod send;

use chassis::{
    consent::number_fault,
    http::{Fault, Problem},
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::usecases::{ask::Choice, consents::Matter};

/// An act that is the applicant's alone. A consent is good for just this.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum ActBody {
    /// To take the application back.
    Withdraw,
    /// Another department after a refusal.
    Choose { task_id: Uuid, department: String },
    /// The department that refused gets the corrected task again.
    AskAgain { task_id: Uuid },
    /// The case goes on without a refused task.
    CloseWithout { task_id: Uuid },
    /// The undertaking for papers that follow, by its SM3.
    Undertake {
        #[schema(pattern = "^[0-9a-f]{64}$")]
        undertaking_sm3: String,
    },
    /// Another telephone counts for the case.
    ChangePhone {
        #[schema(pattern = "^1[0-9]{10}$")]
        phone: String,
    },
}

impl ActBody {
    fn read(self) -> Result<Matter, Problem> {
        let choose = |task, choice| Ok(Matter::Choose { task, choice });
        match self {
            Self::Withdraw => Ok(Matter::Withdraw),
            Self::Choose { task_id, department } => choose(task_id, Choice::Department(department)),
            Self::AskAgain { task_id } => choose(task_id, Choice::Again),
            Self::CloseWithout { task_id } => choose(task_id, Choice::CloseWithout),
            Self::Undertake { undertaking_sm3 } => Ok(Matter::Undertake { sm3: undertaking_sm3 }),
            Self::ChangePhone { phone } => match number_fault(&phone) {
                Some((code, zh, en)) => Err(Problem::faulty(vec![Fault::new("/phone", code, zh, en)])),
                None => Ok(Matter::ChangePhone { phone }),
            },
        }
    }
}
