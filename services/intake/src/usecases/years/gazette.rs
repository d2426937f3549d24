//! Years that nobody has to type: those that the program was built with, and the files of a folder. Each text is taken in once.

use std::{collections::BTreeSet, fs, path::Path};

use mailbox::{CommitError, Digest, Mailbox};
use tracing::{error, info};
use workdays::{Announcement, Calendar, DataFault};

use super::{TRIES, digest, take_in};
use crate::store::{
    self,
    years::{NotRefused, Refused, Sentence},
};

/// Who announces what the program was built with.
const PROGRAM: &str = "program";

/// A file as it was found.
#[derive(Debug)]
pub struct Found {
    pub file: String,
    /// Its text, or why there is none.
    pub text: Result<String, String>,
}

/// Every `.toml` file of a folder. A folder that cannot be read is found as itself.
#[must_use]
pub fn find(folder: &Path) -> Vec<Found> {
    let entries = match fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>) {
        Ok(entries) => entries,
        Err(error) => return vec![Found { file: folder.display().to_string(), text: Err(error.to_string()) }],
    };
    let mut paths: Vec<_> = entries.iter().map(fs::DirEntry::path).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    let found = |path: &std::path::PathBuf| Found {
        file: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        text: fs::read_to_string(path).map_err(|error| error.to_string()),
    };
    paths.iter().map(found).collect()
}

/// Takes in what the program was built with, where that is news.
///
/// # Errors
/// Where the database fails.
pub async fn publish_built_in(mailbox: &Mailbox) -> Result<(), CommitError> {
    for said in Calendar::embedded().announcements() {
        publish(mailbox, said, PROGRAM).await?;
    }
    Ok(())
}

/// Takes in what is news among the files; what is wrong with the others is kept for operators, whole, and told once in the log.
///
/// # Errors
/// Where the database fails.
pub async fn read(mailbox: &Mailbox, files: Vec<Found>) -> Result<(), CommitError> {
    let refused = store::years::refused(mailbox.db()).await?;
    let mut still: BTreeSet<String> = BTreeSet::new();
    let (mut changes, mut has_changed) = (mailbox.changes(), false);
    for Found { file, text } in files {
        match announcement(&file, text.as_deref().map_err(String::as_str)) {
            Ok(said) => publish(mailbox, &said, &format!("calendar_folder/{file}")).await?,
            Err(faults) => {
                let sm3 = Digest::of(text.as_deref().unwrap_or_else(|why| why).as_bytes()).to_string();
                still.insert(file.clone());
                if refused.get(&file).is_none_or(|known| known.sm3 != sm3) {
                    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
                    error!(file, faults = told.join("; "), "a year's notice is refused; nothing of it was taken in");
                    let faults =
                        faults.iter().map(|fault| Sentence { zh: fault.zh(), en: fault.to_string() }).collect();
                    has_changed = true;
                    changes.put(Refused { file, sm3, faults, at: mailbox.clocks().system.now() });
                }
            }
        }
    }
    for file in refused.into_keys().filter(|file| !still.contains(file)) {
        has_changed = true;
        changes.put(NotRefused(file));
    }
    if has_changed { mailbox.commit(changes).await } else { Ok(()) }
}

fn announcement(file: &str, text: Result<&str, &str>) -> Result<Announcement, Vec<DataFault>> {
    let text = text.map_err(|why| vec![DataFault::Unreadable(why.to_owned())])?;
    let year = file.strip_suffix(".toml").filter(|year| year.len() == 4).and_then(|year| year.parse::<i32>().ok());
    let mut faults = Vec::from_iter(year.is_none().then_some(DataFault::NotAYear));
    match Announcement::read(text) {
        Ok(said) => {
            faults.extend(year.filter(|year| *year != said.year).map(|_| DataFault::OtherYear(said.year)));
            faults.extend(said.faults());
            if faults.is_empty() { Ok(said) } else { Err(faults) }
        }
        Err(more) => Err(faults.into_iter().chain(more).collect()),
    }
}

async fn publish(mailbox: &Mailbox, said: &Announcement, by: &str) -> Result<(), CommitError> {
    let mut tries = 0;
    loop {
        if store::years::is_known(mailbox.db(), said.year, &digest(said)).await? {
            return Ok(());
        }
        let last = store::years::last(mailbox.db(), said.year).await?;
        let mut changes = mailbox.changes();
        let revision = take_in(mailbox, &mut changes, said.clone(), last, by);
        tries += 1;
        match mailbox.commit(changes).await {
            Ok(()) => {
                info!(year = said.year, revision, by, "a year of the calendar was taken in");
                return Ok(());
            }
            Err(error) if error.worth_deciding_again() && tries < TRIES => {}
            Err(error) => return Err(error),
        }
    }
}
