//! The register of companies is read in: names that companies had before anybody declared one here.
//!
//! The file is read twice, a line at a time: first to see that every line holds, then to write, so many lines a commit.
//! What was written stays where a later commit fails; the same file again goes on from there.

use std::{collections::HashMap, io::Write, path::Path};

use anyhow::{Context as _, bail, ensure};
use chassis::http::By;
use mailbox::{CommitError, Stem};
use time::OffsetDateTime;
use uuid::Uuid;
use workdays::city_date;

use super::{free_at, lines::Lines, settle};
use crate::{
    domain::names::{Columns, Entry, Name, NameState, Told, core, sound},
    service::MarketRegistration,
    store::names::{self as store, NAME_SUBJECT},
};

/// Who tells it, in the ledger.
const ACTOR: &str = "register";
const KIND: &str = "name_recorded";

/// Lines of one commit.
const BATCH: usize = 500;

/// How often a batch is decided again where a name was changed in between.
const TRIES: usize = 5;

/// What to do with the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Only says what is wrong with it.
    pub check: bool,
    /// Imports the lines that hold.
    pub skip_faulty: bool,
}

/// How it went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Without the first, which names the columns.
    pub lines: usize,
    pub faulty: usize,
    /// Names that were new, or stand otherwise now.
    pub news: usize,
    pub known: usize,
    /// Lines that tell less than is known.
    pub older: usize,
}

/// Imports a file; every faulty line is told to `out` as it is found.
///
/// # Errors
/// Where the file cannot be read, a line is faulty and that is not wanted, or the database fails.
pub async fn import(
    desk: &MarketRegistration,
    file: &Path,
    wanted: Wanted,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<Imported> {
    let now = desk.mailbox.clocks().business.now();
    let told = file.display();
    let mut done = Imported::default();
    let mut reading = Reading::open(desk, file, now)?;
    while let Some((line, entry)) = reading.next()? {
        done.lines += 1;
        if let Err(faults) = entry {
            done.faulty += 1;
            writeln!(out, "{told}:{line}: {}", faults.join("; "))?;
        }
    }
    let (faulty, lines) = (done.faulty, done.lines);
    if faulty > 0 && !wanted.skip_faulty {
        bail!("{faulty} of {lines} lines of {told} are faulty; nothing was imported");
    }
    if wanted.check {
        return Ok(done);
    }
    let mut reading = Reading::open(desk, file, now)?;
    let (mut batch, mut faulty) = (Vec::with_capacity(BATCH), 0);
    while let Some((_, entry)) = reading.next()? {
        match entry {
            Ok(entry) => batch.push(entry),
            Err(_) => faulty += 1,
        }
        ensure!(faulty <= done.faulty, "{told} was changed while it was read");
        if batch.len() == BATCH {
            write(desk, &batch, now, &mut done).await?;
            batch.clear();
        }
    }
    write(desk, &batch, now, &mut done).await?;
    Ok(done)
}

/// The number of a line, and what it tells or everything that is wrong with it.
type Numbered = (usize, Result<Entry, Vec<String>>);

/// A file that is being read.
struct Reading<'a> {
    desk: &'a MarketRegistration,
    lines: Lines,
    columns: Columns,
    now: OffsetDateTime,
}

impl<'a> Reading<'a> {
    fn open(desk: &'a MarketRegistration, file: &Path, now: OffsetDateTime) -> anyhow::Result<Self> {
        let told = file.display();
        let mut lines = Lines::open(file).with_context(|| format!("{told} cannot be read"))?;
        let Some((_, first)) = lines.next()? else { bail!("{told} is empty") };
        let columns = first.and_then(|first| Columns::read(&first));
        let columns = columns.map_err(|faults| anyhow::anyhow!("{told}:1: {}", faults.join("; ")))?;
        Ok(Self { desk, lines, columns, now })
    }

    /// The next line with its number.
    fn next(&mut self) -> anyhow::Result<Option<Numbered>> {
        let Some((number, line)) = self.lines.next()? else { return Ok(None) };
        let (book, today) = (&self.desk.names, city_date(self.now));
        Ok(Some((number, line.and_then(|line| self.columns.entry(book, today, &line)))))
    }
}

/// Commits what these lines tell.
async fn write(
    desk: &MarketRegistration,
    batch: &[Entry],
    now: OffsetDateTime,
    done: &mut Imported,
) -> anyhow::Result<()> {
    let mut tries = 0;
    loop {
        let companies: Vec<_> = batch.iter().map(|entry| entry.company.as_str()).collect();
        let mut known: HashMap<_, _> = store::of_companies(desk.mailbox.db(), &companies)
            .await?
            .into_iter()
            .map(|name| (of(&name), name))
            .collect();
        let (mut changes, mut counted) = (desk.mailbox.changes(), *done);
        for entry in batch {
            let until = free_at(desk, entry.standing.holds(), entry.on);
            let key = (entry.company.clone(), entry.key.authority.clone(), entry.full.clone());
            let told = match known.get_mut(&key) {
                Some(name) => {
                    let told = name.record(entry.standing, entry.on, until);
                    if told == Told::News {
                        settle(&mut changes, name, KIND, &By::machine(ACTOR), now);
                    }
                    told
                }
                None => {
                    let mut name = recorded(entry, until, now);
                    settle(&mut changes, &mut name, KIND, &By::machine(ACTOR), now);
                    known.insert(key, name);
                    Told::News
                }
            };
            match told {
                Told::News => counted.news += 1,
                Told::Known => counted.known += 1,
                Told::Older => counted.older += 1,
            }
        }
        tries += 1;
        match desk.mailbox.commit(changes).await {
            Ok(()) => {
                *done = counted;
                return Ok(());
            }
            Err(CommitError::Stale(_) | CommitError::Taken(_)) if tries < TRIES => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// What identifies a name in the register: company, authority, full name.
fn of(name: &Name) -> (String, String, String) {
    (name.company.clone().unwrap_or_default(), name.key.authority.clone(), name.full.clone())
}

/// A name that only the register tells of. Two imports of it at once make the same subject, and one of them looks again.
fn recorded(entry: &Entry, until: Option<OffsetDateTime>, now: OffsetDateTime) -> Name {
    let Entry { full, key, company, standing, on } = entry.clone();
    let fact = format!("{NAME_SUBJECT}|{company}|{}|{full}", key.authority);
    Name {
        stem: Stem::new(Uuid::new_v5(&Uuid::NAMESPACE_OID, fact.as_bytes()), NAME_SUBJECT),
        full,
        sound: sound(&key.name),
        core: core(&key.name).to_owned(),
        key,
        holder: String::new(),
        company: Some(company),
        shares: true,
        stated: Default::default(),
        declared_at: now,
        state: NameState::Recorded { standing, on, until, case: None },
    }
}
