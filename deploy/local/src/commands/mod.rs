//! The subcommands of `local`, one file each.

mod bench;
mod clock;
mod deaf;
mod kcat;
mod reset;
mod status;
mod story;
mod token;
mod up;

use std::{io::Write, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};
use local::{
    paths::{RunDir, Workspace},
    progress::Progress,
    suite::SuiteMap,
};

/// Runs Wutong on this machine: PostgreSQL, Kafka, all services, a sign-in and a message sink.
#[derive(Parser)]
#[command(name = "local", version)]
pub struct Arguments {
    /// Which suite: its folder under `.run/`.
    #[arg(long, global = true, default_value = "demo")]
    name: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start everything and stay until Ctrl-C.
    Up(up::Up),
    /// Forget the data of a suite that does not run.
    Reset,
    /// Measure what openings and construction projects cost; in a release build.
    Bench(bench::Bench),
    /// Let the broker stand still again and again, then keep the machine far too busy: who is deaf, and for how long.
    Deaf(deaf::Deaf),
    /// Play the stories, each variant on a suite of its own.
    Story(story::Play),
    /// Show what runs, and whether it is ready.
    Status,
    /// Move the business time of a suite that has a manual clock.
    Clock(clock::Clock),
    /// Print a bearer token of a person (`clerk-tax`), of a role (`applicant`) or of a post (`TAX/department_head`).
    Token(token::Token),
    /// Run kcat as a principal, with nothing but its rights: `local kcat department-tax -- -L`.
    Kcat(kcat::Kcat),
}

/// Runs one subcommand; what went wrong is said on standard error.
pub async fn run(arguments: Arguments) -> ExitCode {
    match dispatch(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr().lock(), "\n✘ {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(arguments: Arguments) -> Result<()> {
    let Arguments { name, command } = arguments;
    match command {
        Command::Up(up) => up.run(&name).await,
        Command::Reset => reset::run(&run_dir(&name)?, &Progress::for_person()).await,
        Command::Bench(bench) => bench.run().await,
        Command::Deaf(deaf) => deaf.run().await,
        Command::Story(play) => play.run().await,
        Command::Status => status::run(&map(&name)?).await,
        Command::Clock(clock) => clock.run(&map(&name)?).await,
        Command::Token(token) => token.run(&map(&name)?),
        Command::Kcat(kcat) => kcat.run(&map(&name)?),
    }
}

fn run_dir(name: &str) -> Result<RunDir> {
    Ok(RunDir::new(Workspace::find()?.run_dir(name)))
}

fn map(name: &str) -> Result<SuiteMap> {
    SuiteMap::read(&run_dir(name)?)
}

/// Prints one line that the person asked for.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
