//! A whole suite as a value: start it, ask it where things are, break it on purpose, wait until it is quiet, stop it.

mod clock;
mod control;
mod drain;
mod file;
mod health;
mod http;
mod lock;
mod map;
mod options;
mod roster;
mod settings;
mod start;

pub use control::Suite;
pub use drain::Quiet;
pub use file::{DepartmentSpec, Hint, ServiceSpec, SuiteFile};
pub use health::{hears, is_ready};
pub use http::client as http_client;
pub use lock::{holder, remove};
pub use map::{DbRole, Place, SuiteMap};
pub use options::{Adapter, Clock, SuiteOptions};
pub use roster::Process;
