//! How states of names are kept; those of openings are the engine's own.

use mailbox::state::Shape;

use crate::domain::names::{NameState, Stated};

/// Where a reservation stands.
pub struct NameShape;

impl Shape for NameShape {
    type State = NameState;

    const NAME: &'static str = "name";
    const VERSION: u16 = 1;
}

/// What was stated of a name.
pub struct StatedShape;

impl Shape for StatedShape {
    type State = Stated;

    const NAME: &'static str = "stated";
    const VERSION: u16 = 1;
}
