//! The calendar's years: taken in once, told to everybody. A text that was taken in before is no news, so that a folder or the
//! program itself never undoes what was announced since.

pub mod announce;
pub mod gazette;

use contracts::{calendar, topics};
use mailbox::{Changes, Digest, Fact, Mailbox, Message, Stem};
use serde_json::json;
use workdays::Announcement;

use crate::store::years::{SUBJECT, Taken, YearRow, subject};

/// How often it is decided again where another instance takes the same year in.
const TRIES: usize = 10;

/// SM3 of what a notice says, whatever the file or the body that said it looked like.
#[must_use]
pub fn digest(said: &Announcement) -> String {
    Digest::of(json!(said).to_string().as_bytes()).to_string()
}

/// Takes a year in: the fact, the row, and the message that everybody hears. Gives its revision.
fn take_in(mailbox: &Mailbox, changes: &mut Changes, said: Announcement, before: Option<Taken>, by: &str) -> u32 {
    let now = mailbox.clocks().business.now();
    let (revision, mut stem) = match before {
        Some(taken) => (taken.revision + 1, taken.stem),
        None => (1, Stem::new(subject(said.year), SUBJECT)),
    };
    let sm3 = digest(&said);
    let fact = Fact {
        kind: "year_announced".to_owned(),
        actor: by.to_owned(),
        at: now,
        body: json!({
            "year": said.year, "revision": revision, "sm3": sm3,
            "notices": said.notices.iter().map(|notice| &notice.number).collect::<Vec<_>>(),
        })
        .to_string()
        .into_bytes(),
    };
    let told = calendar::message(&said, revision, now);
    changes.record(&mut stem, fact, vec![Message::new(topics::CALENDAR_YEARS, said.year, &told)]);
    changes.put(YearRow { revision, sm3, said, by: by.to_owned(), at: now });
    revision
}
