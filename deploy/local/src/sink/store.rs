//! What was sent, kept in a file of one JSON object a line, so that a restart forgets nothing.

use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// How a message travelled.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Sms,
    Mail,
}

/// One message to somebody.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Message {
    pub kind: Kind,
    /// The sender's id for SMS, the message id for mail.
    pub id: String,
    /// What the provider answers for this message, whenever it is asked.
    pub receipt: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    pub to: Vec<String>,
    /// The signature in front of an SMS, the sender of a mail.
    pub from: String,
    /// Mail only.
    pub subject: String,
    pub text: String,
}

/// What became of a message that somebody sends.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// For the first time.
    New(Message),
    /// Again, and the same: here is what was taken then.
    Again(Message),
    /// The id is taken by another message.
    Other,
}

/// The file and what is in it; cheap to clone.
#[derive(Clone, Debug)]
pub struct Store(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    file: File,
    messages: Vec<Message>,
}

impl Store {
    /// Opens the file. A last line that a crash cut off is dropped.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn open(path: &Path) -> Result<Self> {
        let text = if path.exists() { fs::read_to_string(path)? } else { String::new() };
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        let messages = text[..whole].lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let file = OpenOptions::new().create(true).append(true).open(path);
        let file = file.with_context(|| format!("cannot write {}", path.display()))?;
        file.set_len(u64::try_from(whole)?)?;
        Ok(Self(Arc::new(Mutex::new(Inner { file, messages }))))
    }

    /// Takes a message once: the same id with the same content is the same message.
    ///
    /// # Errors
    /// When the file cannot be written; then the message was not taken.
    pub fn take(&self, message: Message) -> Result<Taken> {
        let mut inner = self.inner();
        if let Some(known) = inner.messages.iter().find(|known| known.kind == message.kind && known.id == message.id) {
            let same = known.to == message.to && known.text == message.text && known.from == message.from;
            return Ok(if same { Taken::Again(known.clone()) } else { Taken::Other });
        }
        let mut line = serde_json::to_vec(&message)?;
        line.push(b'\n');
        inner.file.write_all(&line)?;
        inner.messages.push(message.clone());
        Ok(Taken::New(message))
    }

    /// An SMS by its sender's id.
    #[must_use]
    pub fn sms(&self, id: &str) -> Option<Message> {
        self.inner().messages.iter().find(|message| message.kind == Kind::Sms && message.id == id).cloned()
    }

    /// Everything, the oldest first.
    #[must_use]
    pub fn all(&self) -> Vec<Message> {
        self.inner().messages.clone()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn message(id: &str, text: &str) -> Message {
        Message {
            kind: Kind::Sms,
            id: id.to_owned(),
            receipt: format!("receipt of {id}"),
            at: datetime!(2025-09-28 11:40 +8),
            to: vec!["10000000001".to_owned()],
            from: "莱州政务".to_owned(),
            subject: String::new(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_message_is_taken_once_and_a_restart_remembers_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("messages.jsonl");
        let store = Store::open(&path).unwrap();
        assert_eq!(store.take(message("a", "办结")).unwrap(), Taken::New(message("a", "办结")));
        let store = Store::open(&path).unwrap();
        assert_eq!(store.take(message("a", "办结")).unwrap(), Taken::Again(message("a", "办结")));
        assert_eq!(store.take(message("a", "另一条")).unwrap(), Taken::Other);
        assert_eq!(store.all().len(), 1);
    }

    #[test]
    fn a_line_that_a_crash_cut_off_is_dropped_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("messages.jsonl");
        Store::open(&path).unwrap().take(message("a", "one")).unwrap();
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"kind\":\"sm").unwrap();
        Store::open(&path).unwrap().take(message("b", "two")).unwrap();
        assert_eq!(Store::open(&path).unwrap().all().len(), 2);
    }
}
