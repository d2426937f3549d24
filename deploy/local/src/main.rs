//! `local`: starts, resets and questions a local suite.

mod commands;

use clap::Parser;

#[tokio::main]
async fn main() -> std::process::ExitCode {
    commands::run(commands::Arguments::parse()).await
}
