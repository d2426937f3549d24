#!/usr/bin/env bash
# rdkafka 0.39.0 (rdkafka-sys 4.10.0+2.12.1): a `FutureProducer` or `ThreadedProducer` that has nothing to do burns processor time.
#
# Both start a thread that calls `poll` for 100 ms, again and again. `poll` waits for what is left of its time in whole
# milliseconds, rounded down: in the last one it asks with a timeout of 0 until the time is over. Ten times a second that is up to
# a millisecond of full speed, or some 5 to 9 ms of processor time a second for each idle producer: a city of 27 processes that
# each keep one burns a quarter of a core on them. A thread that sleeps as long as often costs a tenth of that. Whoever
# measures a program whose producer is made when it is first needed does not see it.
#
# Remedy: a `BaseProducer`, polled by a thread of one's own that is parked while `in_flight_count` is 0.
#
# Seen on two cores: "producer polling: 7.4 ms/s, a sleeper: 0.3 ms/s" (the numbers vary, the ratio does not).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat >Cargo.toml <<'TOML'
[package]
name = "probe"
version = "0.0.0"
edition = "2021"

[dependencies]
rdkafka = { version = "=0.39.0", default-features = false, features = ["tokio", "libz"] }
rdkafka-sys = "=4.10.0"
TOML
cat >src/main.rs <<'RUST'
use std::{fs, thread, time::Duration};

use rdkafka::{producer::{DefaultProducerContext, ThreadedProducer}, ClientConfig};

const WATCHED: Duration = Duration::from_secs(5);

/// Nanoseconds that threads of this name have run.
fn ran(name: &str) -> u64 {
    let mut all = 0;
    for task in fs::read_dir("/proc/self/task").unwrap() {
        let task = task.unwrap().path();
        if fs::read_to_string(task.join("comm")).unwrap_or_default().trim() == name {
            let told = fs::read_to_string(task.join("schedstat")).unwrap_or_default();
            all += told.split(' ').next().and_then(|ran| ran.parse::<u64>().ok()).unwrap_or(0);
        }
    }
    all
}

fn main() {
    // No broker is needed: nothing is said.
    let _producer: ThreadedProducer<DefaultProducerContext> = ClientConfig::new().create().unwrap();
    let sleeper = || loop { thread::park_timeout(Duration::from_millis(100)) };
    thread::Builder::new().name("sleeper".to_owned()).spawn(sleeper).unwrap();
    let names = ["producer pollin", "sleeper"];
    let before = names.map(ran);
    thread::sleep(WATCHED);
    let [polling, asleep] = [0, 1].map(|nth| (ran(names[nth]) - before[nth]) as f64 / 1e6 / WATCHED.as_secs_f64());
    println!("producer polling: {polling:.1} ms/s, a sleeper: {asleep:.1} ms/s");
    assert!(polling > 2.0 && polling > 5.0 * asleep, "it does not spin any more");
}
RUST
cargo run --quiet --release
