//! How states of cases are kept.

use mailbox::state::Shape;

use crate::domain::desk::Desk;

/// Where a case stands at the front desk.
pub struct DeskShape;

impl Shape for DeskShape {
    type State = Desk;

    const NAME: &'static str = "desk";
    const VERSION: u16 = 1;
}
