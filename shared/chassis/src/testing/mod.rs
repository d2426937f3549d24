//! For tests of handlers: an issuer in the process, and a server that asks it.

mod issuer;
mod server;

pub use issuer::Issuer;
pub use server::TestServer;
