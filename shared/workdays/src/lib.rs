//! Working days and window minutes: every time limit of the suite is reckoned here (`domain.md` section 5).
//!
//! A [`Calendar`] is a value made of data files that quote the State Council's notices (`data/<year>.toml`) and the
//! hall's opening hours (`data/hours.toml`). [`Calendar::embedded`] has the files of this repository;
//! [`Calendar::load`] lays a folder of newer files over them, so that next year's notice needs no new program.
//! Days that no notice covers are what the holiday regulation and the weekend make them (`data/statutory.toml`), and every
//! result that rests on such a day says `provisional`. [`Calendar::with`] takes in what was announced since.
//!
//! How days are counted:
//! - The first day is not counted; the last belongs to the authority until 24:00 (民法典 201, 203): [`Due::end`].
//! - Limits in working days: [`Calendar::due_after`] (行政许可法 82). Make-up weekend days count, days off do not.
//! - Limits in calendar days, months, years end on the first working day from their last day on (民法典 202, 203):
//!   [`Calendar::days_after`], [`Calendar::months_after`], [`Calendar::years_after`]. Suspended days make them longer.
//! - A suspension `(s, e]` takes the days `s < d <= e` out; a due date is reckoned again, never stored as a constant.
//!   [`Spans`] is the algebra of such stretches, of days or of instants.
//! - The 180-minute clock runs in window minutes: [`Calendar::after_window_minutes`].
//!
//! All instants are read in the city's zone, +08:00, whatever offset they come with. Nothing asks for today's date.
//! Queries cost a look into cumulative tables, however far apart the dates are.

mod zone;

mod due;

mod spans;

mod fault;

mod source;

mod announcement;

mod statutory;

mod year;

mod hours;

mod table;

mod calendar;

mod days;

mod window;

pub use announcement::{Announcement, DaysOff, IsoDate, Notice};
pub use calendar::{Calendar, Day, DayKind};
pub use due::{Count, Due, DueAt, Elapsed};
pub use fault::{CalendarError, CalendarFault, DataFault};
pub use source::Source;
pub use spans::Spans;
pub use zone::{CITY, city_date, end_of, start_of};
