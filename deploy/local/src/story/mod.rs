//! Stories: files that say what people do and when. The player uses the public HTTP APIs only, on a suite whose clock stands
//! still but for the story's own dates.

mod file;
mod play;
mod project;
mod timeline;

pub use file::{Expected, Step, Story, Variant};
pub use play::play;
pub use timeline::{Event, Played};
