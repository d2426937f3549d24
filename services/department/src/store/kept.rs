//! How states of tasks are kept.

use casework::Desk;
use mailbox::state::Shape;

use crate::domain::clock::Clock;

/// What the department knows and did.
pub struct DeskShape;

impl Shape for DeskShape {
    type State = Desk;

    const NAME: &'static str = "desk";
    const VERSION: u16 = 1;
}

/// The task's clock.
pub struct ClockShape;

impl Shape for ClockShape {
    type State = Clock;

    const NAME: &'static str = "clock";
    const VERSION: u16 = 1;
}
