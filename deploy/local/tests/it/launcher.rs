//! The program itself: killed with -9 it takes its processes along, and the next start carries on.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use local::{paths::RunDir, procfs};

use crate::support::{forget, options, start};

#[tokio::test(flavor = "multi_thread")]
async fn a_launcher_that_is_killed_leaves_nothing_running_and_the_next_start_is_clean() {
    let mut options = options("launcher");
    options.departments.clear();
    options.services.clear();
    let run = RunDir::new(options.run_dir.clone());
    let mut launcher = Command::new(env!("CARGO_BIN_EXE_local"))
        // Not every database: the fewer files, the sooner PostgreSQL has written them down when it is told to end.
        .args(["up", "--no-services", "--flow", "opening", "--base-port", "17400", "--name", &options.name])
        .current_dir(options.workspace.root())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let said = BufReader::new(launcher.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(said.into_iter().any(|line| line.contains("ready")), "the launcher became ready");
    assert_eq!(local::suite::holder(&run), Some(launcher.id().to_string()));
    let pids = ["kafka", "postgres"].map(|name| pid(&run, name));
    launcher.kill().unwrap();
    launcher.wait().unwrap();
    let deadline = Instant::now() + Duration::from_secs(15);
    while pids.iter().any(|pid| procfs::stat(*pid).is_some_and(|stat| !stat.zombie)) {
        assert!(Instant::now() < deadline, "the kernel ends what the launcher started");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let again = start(&options).await;
    again.stop(&local::progress::Progress::silent()).await.unwrap();
    forget(&options).await;
}

fn pid(run: &RunDir, name: &str) -> u32 {
    let record = fs::read_to_string(run.pids().join(format!("{name}.json"))).unwrap();
    let record: serde_json::Value = serde_json::from_str(&record).unwrap();
    record["pid"].as_u64().unwrap().try_into().unwrap()
}
