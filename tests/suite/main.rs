//! Whole suites, tried as their users use them and broken on purpose. All tests share the suites, which are started when
//! the first test needs them and stopped after the last one; a test never depends on what another left behind.

mod bus;
mod calendar;
mod chaos;
mod endings;
mod ledger;
mod messages;
mod mixed;
mod neighbours;
mod opening;
mod privacy;
mod project;
mod requests;
mod support;
mod trace;

use std::{io::Write as _, process::ExitCode, sync::Arc};

use libtest_mimic::{Arguments, Failed, Trial};
use support::World;

/// What was wrong, and who died meanwhile.
async fn tried(test: impl Future<Output = anyhow::Result<()>>, world: Arc<World>) -> Result<(), Failed> {
    match test.await {
        Ok(()) => Ok(()),
        Err(error) => Err(format!("{error:#}{}", world.crashes().await).into()),
    }
}

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // One after the other: some of them kill what the others need.
    arguments.test_threads = Some(1);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "no runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    let world = Arc::new(World::default());
    let mut trials: Vec<Trial> = Vec::new();
    let tests = [
        opening::TESTS,
        requests::TESTS,
        bus::TESTS,
        ledger::TESTS,
        messages::TESTS,
        trace::TESTS,
        privacy::TESTS,
        endings::TESTS,
        project::TESTS,
        mixed::TESTS,
        neighbours::TESTS,
        calendar::TESTS,
        chaos::TESTS,
    ];
    for (name, test) in tests.concat() {
        let (world, handle) = (Arc::clone(&world), runtime.handle().clone());
        let run = move || handle.block_on(tried(test(Arc::clone(&world)), world));
        trials.push(Trial::test(name, run));
    }
    for (victim, test) in chaos::tests() {
        let (world, handle) = (Arc::clone(&world), runtime.handle().clone());
        let run = move || handle.block_on(tried(test(Arc::clone(&world)), world));
        trials.push(Trial::test(format!("chaos::{victim}_killed_in_the_middle_of_ten_openings"), run));
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    runtime.block_on(world.stop());
    conclusion.exit_code()
}
