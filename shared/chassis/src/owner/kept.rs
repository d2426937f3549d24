//! How the engine's states are kept.

use casework::{CaseHead, Task};
use mailbox::state::Shape;

/// A case without its tasks.
pub struct HeadShape;

impl Shape for HeadShape {
    type State = CaseHead;

    const NAME: &'static str = "head";
    const VERSION: u16 = 1;
}

/// A task with its rounds.
pub struct TaskShape;

impl Shape for TaskShape {
    type State = Task;

    const NAME: &'static str = "task";
    const VERSION: u16 = 1;
}
