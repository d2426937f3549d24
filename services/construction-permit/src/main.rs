//! Carries construction projects from the idea to the keys.

fn main() -> std::process::ExitCode {
    chassis::main::<construction_permit::ConstructionPermit>()
}
