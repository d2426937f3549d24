//! `/v1/tasks`

pub mod resend;
