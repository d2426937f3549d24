//! What every owner of a process does alike: a department's reply is read ([`reply`]), the effects of a verb become facts with
//! the messages they cause ([`carry_out`]), facts become the public account of how a case goes on ([`account`]), its state is
//! kept ([`kept`]), and what an API shows of it has types of its own ([`shown`]).

pub mod account;
pub mod kept;
pub mod reply;
mod settle;
pub mod shown;

pub use settle::{Settled, await_signs_again, carry_out, due};
