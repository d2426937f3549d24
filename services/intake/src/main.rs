//! The front desk: takes applications, keeps papers, shows how cases go on.

fn main() -> std::process::ExitCode {
    chassis::main::<intake::Intake>()
}
