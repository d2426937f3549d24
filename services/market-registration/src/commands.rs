//! `market-registration names import`: the register of companies, read in by the operator.

use std::{io::Write, path::PathBuf};

use clap::{Args as _, Command, FromArgMatches as _};

use crate::{
    service::MarketRegistration,
    usecases::names::import::{Wanted, import},
};

/// Reads names of existing companies in, or more of what became of them.
#[derive(clap::Args)]
struct Import {
    /// One name a line, UTF-8, values between commas; the first line names the columns.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Only says what is wrong with the file.
    #[arg(long)]
    check: bool,
    /// Imports the lines that hold, instead of none where any is faulty.
    #[arg(long)]
    skip_faulty: bool,
}

/// The subcommands of this service.
pub fn commands() -> Vec<Command> {
    let import = Import::augment_args(Command::new("import").about("Reads the register of companies in"));
    let names = Command::new("names").about("Looks after company names").subcommand_required(true).subcommand(import);
    vec![names]
}

/// Carries one out.
pub async fn command(
    desk: &MarketRegistration,
    matches: &clap::ArgMatches,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    let Some((_, matches)) = matches.subcommand() else { anyhow::bail!("names: which subcommand?") };
    let Import { file, check, skip_faulty } = Import::from_arg_matches(matches)?;
    let done = import(desk, &file, Wanted { check, skip_faulty }, out).await?;
    let (lines, faulty) = (done.lines, done.faulty);
    if check {
        writeln!(out, "{lines} lines were read, {faulty} of them faulty; nothing was imported")?;
    } else {
        let (news, known, older) = (done.news, done.known, done.older);
        writeln!(out, "{lines} lines were read: {news} news, {known} known, {older} older, {faulty} faulty")?;
    }
    Ok(())
}
