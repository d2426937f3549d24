//! The subcommands that look after the catalogue: they touch nothing but files.

use std::{
    fmt::Display,
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use chassis::data::{Source, Unreadable};
use clap::{ArgMatches, FromArgMatches as _, Subcommand as _};

use crate::domain::{ProjectType, catalogue::Catalogue};

#[derive(clap::Subcommand)]
enum Verb {
    /// Reads a catalogue and names every fault at once.
    Check(Checked),
    /// Names what one catalogue says otherwise than another, field by field.
    Diff { old: PathBuf, new: PathBuf },
}

#[derive(clap::Args)]
struct Checked {
    /// A folder of .toml files; or one file, which takes the place of the program's own file of that name.
    path: PathBuf,
}

/// The subcommands.
#[must_use]
pub fn commands() -> Vec<clap::Command> {
    let catalogue =
        clap::Command::new("catalogue").about("Looks after the catalogue's files").subcommand_required(true);
    vec![Verb::augment_subcommands(catalogue)]
}

/// Carries one out: 0 where all is well, 1 where a catalogue has faults, 2 where a file cannot be read.
#[must_use]
pub fn command(matches: &ArgMatches) -> ExitCode {
    let done = match Verb::from_arg_matches(matches) {
        Ok(Verb::Check(Checked { path })) => check(&path).map_err(|error| error.to_string()),
        Ok(Verb::Diff { old, new }) => diff(&old, &new).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    done.unwrap_or_else(|error| {
        let _ = writeln!(std::io::stderr().lock(), "{error}");
        ExitCode::from(2)
    })
}

fn check(path: &Path) -> Result<ExitCode, Unreadable> {
    match Catalogue::read(&sources(path)?) {
        Ok(catalogue) => {
            say(summary(&catalogue));
            Ok(ExitCode::SUCCESS)
        }
        Err(faults) => {
            say(faults);
            Ok(ExitCode::FAILURE)
        }
    }
}

fn diff(old: &Path, new: &Path) -> Result<ExitCode, Unreadable> {
    let (old, new) = (sources(old)?, sources(new)?);
    // A broken file has no parts: its faults come first.
    for (which, sources) in [("old", &old), ("new", &new)] {
        if let Err(faults) = Catalogue::read(sources) {
            say(format!("{which}:\n{faults}"));
            return Ok(ExitCode::FAILURE);
        }
    }
    Catalogue::diff(&old, &new).iter().for_each(say);
    Ok(ExitCode::SUCCESS)
}

fn summary(catalogue: &Catalogue) -> String {
    let reference = catalogue.reference();
    let kinds = ProjectType::ALL.map(|kind| {
        let (items, days) = (catalogue.applicable(kind).len(), catalogue.main_flow(kind));
        format!("  {kind}: {items} items before conditions, main flow {days} working days")
    });
    format!(
        "{}@{} from {}: {} items, {} departments, {} materials, {} attributes\n{}\ndigest {}",
        reference.code,
        reference.version,
        catalogue.valid_from(),
        catalogue.items().len(),
        catalogue.departments().len(),
        catalogue.materials().count(),
        catalogue.attributes().len(),
        kinds.join("\n"),
        reference.digest,
    )
}

/// The files of a folder; or of one file and the program's own others.
///
/// # Errors
/// A path that cannot be read.
pub fn sources(path: &Path) -> Result<Vec<Source>, Unreadable> {
    if path.is_dir() {
        return Source::folder(path);
    }
    let own = Source::read(path)?;
    let whole = own.text.lines().any(|line| line.trim() == "[catalogue]") && own.text.contains("[[item]]");
    let others = Catalogue::built_in().into_iter().filter(|source| !whole && source.file != own.file);
    Ok(others.chain([own.clone()]).collect())
}

/// Says it to the person at the terminal.
fn say(what: impl Display) {
    let _ = writeln!(std::io::stdout().lock(), "{what}");
}
