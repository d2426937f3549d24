//! What the applicant agrees to at a window: his one-time code, or the consent that he signed.

pub mod bring;
pub mod countersign;
pub mod phone;
pub mod prove;
pub mod send;

use std::collections::BTreeMap;

use chassis::{
    consent::number_fault,
    http::{Fault, Problem},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::usecases::consents::Matter;

/// An act that is the applicant's alone. A consent is good for just this.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum ActBody {
    /// To take the project back.
    Withdraw,
    /// The clock of an item stands still at his wish.
    Suspend { item: String },
    /// Undertakings for papers that follow: item -> SM3, as they will be applied with.
    Undertake { undertakings: BTreeMap<String, String> },
    /// Another telephone counts for the project.
    ChangePhone {
        #[schema(pattern = "^1[0-9]{10}$")]
        phone: String,
    },
}

impl ActBody {
    fn read(self) -> Result<Matter, Problem> {
        match self {
            Self::Withdraw => Ok(Matter::Withdraw),
            Self::Suspend { item } => Ok(Matter::Suspend { item: item.as_str().into() }),
            Self::Undertake { undertakings } => {
                let undertakings = undertakings.iter().map(|(item, sm3)| (item.as_str().into(), sm3.clone()));
                Ok(Matter::Undertake { undertakings: undertakings.collect() })
            }
            Self::ChangePhone { phone } => match number_fault(&phone) {
                Some((code, zh, en)) => Err(Problem::faulty(vec![Fault::new("/phone", code, zh, en)])),
                None => Ok(Matter::ChangePhone { phone }),
            },
        }
    }
}
