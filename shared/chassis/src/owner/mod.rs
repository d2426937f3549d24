//! What every owner of a process does alike with the verbs of its cases: effects become facts with the messages they cause
//! ([`carry_out`]), and facts become the public account of how a case goes on ([`progress`]).

pub mod progress;
mod settle;

pub use settle::{Settled, carry_out, due};
