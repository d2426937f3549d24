//! Company names (企业名称): declared in four parts, checked by rule at once and by nobody's opinion, reserved for one holder.
//!
//! [`RuleBook`] is the data of `data/names/` and [`RuleBook::check`] reads a [`Declaration`] by it; [`Name`] is what became
//! of a declared name, and [`Slot`] the place that only one name holds.

mod alike;
mod book;
mod check;
mod finding;
mod name;
mod normal;
mod read;
mod register;
#[cfg(test)]
mod sentences;
mod stated;
#[cfg(test)]
mod tests;
mod words;

pub use alike::{core, sound};
pub use book::{CROSS_INDUSTRY, Form, Held, Industry, RuleBook, UNCLASSIFIED};
pub use check::{Checked, Declaration, LONGEST_PART, ProperName};
pub use finding::{Finding, Part, Quote, Severity};
pub use name::{Name, NameNotPossible, NameState, Slot, SlotKey, SlotState, Standing, Told};
pub use read::{BrokenData, Sources};
pub use register::{Columns, Entry};
pub use stated::{Holding, Investment, LONGEST_PAPER, Stated};
