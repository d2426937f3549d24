//! Who may do what with messages.

use chassis::http::{Actor, Permission, Role};

/// Read one's own messages: everybody who is signed in.
pub struct ReadOwn;

impl Permission for ReadOwn {
    const NAME: &'static str = "notification.read";

    fn allows(_: &Actor) -> bool {
        true
    }
}

/// Look after messages that could not be sent.
pub struct OperateDeliveries;

impl Permission for OperateDeliveries {
    const NAME: &'static str = "notification.operate";

    fn allows(actor: &Actor) -> bool {
        actor.has(Role::Operator)
    }
}
