//! How states of projects are kept.

use mailbox::state::Shape;

use crate::domain::{
    project::{Entry, Record},
    tailored::TailoredList,
};

/// What was registered.
pub struct EntryShape;

impl Shape for EntryShape {
    type State = Entry;

    const NAME: &'static str = "entry";
    const VERSION: u16 = 1;
}

/// What the applicant entered and brought.
pub struct RecordShape;

impl Shape for RecordShape {
    type State = Record;

    const NAME: &'static str = "record";
    const VERSION: u16 = 1;
}

/// A version of a list.
pub struct ListShape;

impl Shape for ListShape {
    type State = TailoredList;

    const NAME: &'static str = "list";
    const VERSION: u16 = 1;
}
