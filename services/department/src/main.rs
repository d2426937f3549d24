//! One department's inbox of tasks and its answers.

fn main() -> std::process::ExitCode {
    chassis::main::<department::Department>()
}
