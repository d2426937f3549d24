//! Tells people what happened to their cases.

fn main() -> std::process::ExitCode {
    chassis::main::<notification::Notification>()
}
