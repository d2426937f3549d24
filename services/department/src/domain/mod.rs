//! What a department knows and decides, without any database, bus or web.

pub mod clock;
pub mod dossier;
pub mod numbers;
pub mod rules;
pub mod said;
pub mod task;
