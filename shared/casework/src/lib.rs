//! The engine of every process: a plan of tasks over departments, the conversation about each of them, and how a case
//! ends. Pure: no database, bus, web or clock. Waits are values ([`Wait`]), instants are arguments, and what a verb wants
//! done beside its own state comes back as [`Effect`]s. Only what counts days is given a calendar: [`clock`], the days
//! a project has used, and [`schedule`], the days it needs.
//!
//! Two aggregates face each other. The owner of a process keeps a [`Case`]: opened from a [`Theme`], advanced by
//! [`Case::receive`], ended by closing or by [`Case::stop`]. Each department keeps a [`Desk`] per task. What they say
//! to each other is in [`conversation`]; both may be told everything twice.
//!
//! There is no way to refuse a task without the signature of the department's head ([`HeadSignature`]). There is no
//! state in which a case that is not over waits for nothing ([`Case::waits_for`]). There is no second decision in a
//! round, no task that starts before its dependencies, and none that issues a result while a paper is missing.

pub mod codes;
pub mod wait;

pub mod theme;

pub mod authority;
pub mod conversation;
pub mod output;
pub mod suspension;
pub mod vocabulary;

mod plan;
pub mod round;
pub mod skew;
pub mod span;
pub mod task;
mod texts;

pub mod effect;
pub mod fact;
pub mod timer;

pub mod case;
pub mod desk;

pub mod limit;
pub mod tolerance;

pub mod clock;
pub mod schedule;

pub mod wire;

pub use ids::{CaseId, DepartmentCode, Fen, TaskId};

pub use authority::{
    Decider, Extension, ExtensionApproval, Grounds, HeadSignature, Refusal, SignatureFault, Staff, WindowOutcome,
};
pub use case::{
    Case, CaseHead, CaseParts, Changed, Check, Delivery, Gap, MoreTime, NotPossible, Opening, OwnersGround, ParkReason,
    Phase, PlanFault, PlanRefused, Received, Remaining, Replan, ReplanFault, Stop, StopKind, Verdict, WaitsFor, Way,
};
pub use clock::{
    Acceptance, Budget, Card, ClockClass, ClockRules, Ending, ItemFacts, ProjectClock, StageBudget, Suspension,
    Tolerated,
};
pub use codes::{Role, Stage, TaskCode, ThemeRef};
pub use conversation::{Assignment, DepartmentSays, OwnerMessage, OwnerSays, Reply, Said};
pub use desk::{
    Desk, DeskEffect, DeskEvent, DeskFact, DeskGround, DeskOutcome, DeskParkReason, DeskReceived, DeskRefused,
    DeskState, DeskVerdict,
};
pub use effect::{Effect, Outcome};
pub use fact::{Event, Fact, FaultMark, TaskMark};
pub use limit::Limit;
pub use output::{Decision, Fault, Fee, Output};
pub use round::{Heard, Rejection, Round};
pub use schedule::{
    BackSchedule, Feasibility, Forecast, GraphFault, GraphFaults, ItemGraph, PlannedItem, PlannedProcedure, Progress,
};
pub use span::Span;
pub use suspension::{Ground, Pause, SupplementItem, SuspensionKind, Why};
pub use task::{Omission, Task, TaskPlan, TaskState, UndoPlan, Undoes};
pub use theme::{
    AnyOf, OutputTemplate, RoleTemplate, TaskTemplate, Theme, ThemeDraft, ThemeFault, ThemeFaults, UndoTemplate,
};
pub use timer::{SILENCE, TimerName};
pub use wait::Wait;
