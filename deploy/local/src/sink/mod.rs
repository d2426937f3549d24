//! The local sink for messages to people: an SMS provider and a mail server that deliver to a page and to nobody else.

mod page;
mod server;
mod smtp;
mod store;

pub use server::serve;
pub use smtp::receive as receive_mail;
pub use store::{Kind, Message, Store};
