//! The demonstration sign-in: tokens for invented people, so that the suite can be tried without a city's own sign-in.
//! Services verify its tokens exactly as they would a city's: by issuer, key set and audience.

mod pages;
mod people;
mod server;
mod tokens;

pub use people::{People, Person};
pub use server::serve;
pub use tokens::SignIn;
