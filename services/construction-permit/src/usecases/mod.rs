//! One file a verb. Each changes a project purely and leaves the writing to its [`turn::Turn`].

pub mod acknowledge;
pub mod answer;
pub mod apply;
pub mod assign;
pub mod bring;
pub mod change;
pub mod consents;
pub mod edit;
pub mod gaps;
pub mod message;
pub mod publish;
pub mod receive;
pub mod reckon;
pub mod register;
pub mod replan;
pub mod suspend;
pub mod turn;
