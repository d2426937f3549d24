//! Pure: templates, what may stand in a message, when it may ring, and how a delivery goes.

pub mod delivery;
pub mod guard;
pub mod quiet;
pub mod request;
pub mod template;
pub mod value;
