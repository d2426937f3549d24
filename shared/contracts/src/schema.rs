//! What a message is called on the bus.

/// A message of `proto/` that travels as an event of its own; its CloudEvents type is its full protobuf name.
pub trait Event: prost::Message + prost::Name + Default {
    /// `wutong.task.v1.Assigned`, for example.
    #[must_use]
    fn kind() -> String {
        <Self as prost::Name>::full_name()
    }
}

impl<M: prost::Message + prost::Name + Default> Event for M {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_called_by_its_full_name() {
        assert_eq!(crate::task::v1::Assigned::kind(), "wutong.task.v1.Assigned");
    }
}
