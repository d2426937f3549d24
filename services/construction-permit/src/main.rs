//! Looks after the catalogue of construction items from a terminal.

fn main() -> std::process::ExitCode {
    construction_permit::cli::main()
}
