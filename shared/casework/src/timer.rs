//! Names of the timers that the engine asks for. They are rows of the owner; the engine only names them.

use std::fmt;
use std::str::FromStr;

use ids::TaskId;
use serde::{Deserialize, Serialize};

use crate::wait::Wait;

/// How long a department may be silent before it is asked again and its chief representative is told.
pub const SILENCE: Wait = Wait::WindowMinutes(10);

/// What to call when a timer is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum TimerName {
    /// Nothing was heard about an assignment or its cancellation: [`crate::Case::ack_overdue`].
    Acknowledge { task: TaskId, round: u32 },
}

impl fmt::Display for TimerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Acknowledge { task, round } => write!(f, "acknowledge/{task}/{round}"),
        }
    }
}

/// A text that names no timer of the engine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no timer of a case")]
pub struct TimerNameError(String);

impl FromStr for TimerName {
    type Err = TimerNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (task, round) = text.strip_prefix("acknowledge/")?.split_once('/')?;
            Some(Self::Acknowledge { task: task.parse().ok()?, round: round.parse().ok()? })
        };
        parse().ok_or_else(|| TimerNameError(text.to_owned()))
    }
}

impl TryFrom<String> for TimerName {
    type Error = TimerNameError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<TimerName> for String {
    fn from(name: TimerName) -> Self {
        name.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timer_is_found_again_by_its_name() {
        let name = TimerName::Acknowledge { task: TaskId::new(uuid::Uuid::from_u128(7)), round: 2 };
        assert_eq!(name.to_string(), "acknowledge/00000000-0000-0000-0000-000000000007/2");
        assert_eq!(name.to_string().parse(), Ok(name));
        assert!("acknowledge/7/2".parse::<TimerName>().is_err());
    }
}
