//! Whole suites, tried as their users use them and broken on purpose. Tests share the suites, each of which runs as
//! long as its tests do; a test never depends on what another left behind.

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

use libtest_mimic::{Arguments, Trial};
use support::World;
use tokio::sync::Mutex;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "no runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut tests: Vec<_> = [
        opening::tests(),
        requests::tests(),
        bus::tests(),
        ledger::tests(),
        messages::tests(),
        trace::tests(),
        privacy::tests(),
        endings::tests(),
        project::tests(),
        mixed::tests(),
        neighbours::tests(),
        calendar::tests(),
        chaos::tests(),
        chaos::deaths(),
    ]
    .into_iter()
    .flatten()
    .collect();
    // Suite by suite; tests of one stay in their order.
    tests.sort_by_key(|(_, place, _)| *place);
    let world = Arc::new(Mutex::new(World::default()));
    let mut trials: Vec<Trial> = Vec::new();
    for (name, place, test) in tests {
        let (world, handle) = (Arc::clone(&world), runtime.handle().clone());
        let play =
            async move || world.lock().await.play(place, test).await.map_err(|error| format!("{error:#}").into());
        trials.push(Trial::test(name, move || handle.block_on(play())));
    }
    // One after the other: some of them kill what the others need.
    arguments.test_threads = Some(1);
    let conclusion = libtest_mimic::run(&arguments, trials);
    runtime.block_on(async { world.lock().await.stop().await });
    conclusion.exit_code()
}
