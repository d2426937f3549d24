//! What an application is, without any database, bus or web.

pub mod case;
pub mod catalogue;
pub mod completeness;
pub mod desk;
pub mod draft;
pub mod form;
pub mod paper;
pub mod phrases;
pub mod tolerance;
pub mod words;
pub mod year;
