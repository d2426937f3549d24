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

use crate::usecases::names::consents::Matter;

/// An act that is the holder's alone. A consent is good for just this.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum ActBody {
    /// To give the name up.
    Release,
    /// Another telephone counts for the name.
    ChangePhone {
        #[schema(pattern = "^1[0-9]{10}$")]
        phone: String,
    },
}

impl ActBody {
    fn read(self) -> Result<Matter, Problem> {
        match self {
            Self::Release => Ok(Matter::Release),
            Self::ChangePhone { phone } => match number_fault(&phone) {
                Some((code, zh, en)) => Err(Problem::faulty(vec![Fault::new("/phone", code, zh, en)])),
                None => Ok(Matter::ChangePhone { phone }),
            },
        }
    }
}
