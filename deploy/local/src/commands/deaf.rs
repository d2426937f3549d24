//! `local deaf`: how long each process is deaf after the broker stood still, and on a machine that is far too busy; and
//! whether one ever says that it hears while nothing moves.

use std::{
    collections::BTreeMap,
    fs,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;
use futures::future::join_all;
use local::{
    paths::{RunDir, Workspace},
    progress::Progress,
    suite::{self, Clock, Suite, SuiteOptions, hears, http_client},
};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use time::macros::datetime;
use tokio::{process::Command, time::sleep};

use super::say;

const APPLICANT: &str = "applicant-jia";
/// How often each process is asked.
const ASK_EVERY: Duration = Duration::from_millis(250);
/// Within which every client hears again.
const WITHIN: Duration = Duration::from_secs(40);
/// An opening that everybody says he can hear is over within this, on an idle machine.
const MOVES_WITHIN: Duration = Duration::from_secs(20);
/// How often an opening is submitted while the machine is busy.
const SUBMIT_EVERY: Duration = Duration::from_secs(30);

#[derive(Args)]
pub struct Deaf {
    /// How often the broker stands still.
    #[arg(long, default_value_t = 20)]
    pauses: u32,
    /// How long each time.
    #[arg(long, default_value_t = 13)]
    pause_seconds: u64,
    /// Programs that do nothing but keep the machine busy, afterwards.
    #[arg(long, default_value_t = 40)]
    load: usize,
    /// For how long.
    #[arg(long, default_value_t = 10)]
    load_minutes: u64,
}

impl Deaf {
    pub async fn run(self) -> Result<()> {
        let (workspace, progress) = (Workspace::find()?, Progress::for_person());
        let mut options = SuiteOptions::new(&format!("deaf-{}", std::process::id()))?;
        options.clock = Clock::Manual { start: datetime!(2025-09-28 09:00 +8) };
        let run = RunDir::new(options.run_dir.clone());
        let form = fs::read_to_string(workspace.file("tests/stories/company-opening.application.json"))?;
        let suite = Suite::start(options, &progress).await?;
        let mut watched =
            Watched { suite, http: http_client(), form, silences: BTreeMap::new(), tries: 0, submitted: Vec::new() };
        let done = self.watch(&mut watched).await;
        let replaced = watched.replaced().await;
        watched.suite.thaw_broker()?;
        watched.suite.stop(&progress).await?;
        done.with_context(|| format!("the suite is kept in {}", run.path().display()))?;
        suite::remove(&run, &Progress::silent()).await?;
        report(&workspace, &watched.silences, &replaced, watched.submitted.len())
    }

    async fn watch(&self, watched: &mut Watched) -> Result<()> {
        watched.moves(MOVES_WITHIN).await.context("before anything is done to it")?;
        for pause in 1..=self.pauses {
            watched.suite.freeze_broker()?;
            sleep(Duration::from_secs(self.pause_seconds)).await;
            watched.suite.thaw_broker()?;
            let silence = watched.until_all_hear().await.with_context(|| format!("pause {pause}"))?;
            watched
                .moves(MOVES_WITHIN)
                .await
                .with_context(|| format!("pause {pause}: everybody says that he hears"))?;
            say(&format!("pause {pause:>3}: all hear after {:>5.1} s, and an opening closed", silence.as_secs_f64()));
        }
        if self.load_minutes == 0 {
            return Ok(());
        }
        let busy = (0..self.load).map(|_| keep_busy()).collect::<Result<Vec<_>>>()?;
        watched.under_load(Duration::from_secs(self.load_minutes * 60)).await?;
        drop(busy);
        let silence = watched.until_all_hear().await.context("after the load")?;
        watched.moves(MOVES_WITHIN).await.context("after the load: everybody says that he hears")?;
        say(&format!(
            "after {} min of load {}: all hear after {:.1} s",
            self.load_minutes,
            self.load,
            silence.as_secs_f64()
        ));
        watched.all_close().await
    }
}

/// One more program that a processor has to share; it ends when this is dropped.
fn keep_busy() -> Result<tokio::process::Child> {
    let mut busy = Command::new("sh");
    busy.args(["-c", "while :; do :; done"]).stdin(Stdio::null()).kill_on_drop(true);
    busy.spawn().context("sh cannot be run")
}

/// Silences of one process: after each pause, and the longest one under load.
#[derive(Default)]
struct Silences {
    after_pauses: Vec<Duration>,
    under_load: Duration,
}

struct Watched {
    suite: Suite,
    http: Client,
    form: String,
    silences: BTreeMap<String, Silences>,
    tries: usize,
    /// Openings, by case id.
    submitted: Vec<String>,
}

impl Watched {
    /// Which processes say that they hear.
    async fn ask(&self) -> Result<Vec<(String, bool)>> {
        let processes = self.suite.processes();
        let urls = processes.iter().map(|name| self.suite.health_url(name)).collect::<Result<Vec<_>>>()?;
        let answers = join_all(urls.iter().map(|url| hears(url))).await;
        Ok(processes.into_iter().map(str::to_owned).zip(answers).collect())
    }

    /// Until everybody says that he hears; how long the last one took.
    async fn until_all_hear(&mut self) -> Result<Duration> {
        let begun = Instant::now();
        let mut heard: BTreeMap<String, Duration> = BTreeMap::new();
        loop {
            let answers = self.ask().await?;
            let all = answers.iter().all(|(_, hears)| *hears);
            for (name, hears) in answers {
                // Who says so and takes it back has not heard.
                if hears {
                    heard.entry(name).or_insert_with(|| begun.elapsed());
                } else {
                    heard.remove(&name);
                }
            }
            if all {
                for (name, silence) in heard {
                    self.silences.entry(name).or_default().after_pauses.push(silence);
                }
                return Ok(begun.elapsed());
            }
            if begun.elapsed() > WITHIN * 3 {
                let deaf = self.ask().await?.into_iter().filter(|(_, hears)| !hears).map(|(name, _)| name);
                bail!("deaf after {} s: {}", begun.elapsed().as_secs(), deaf.collect::<Vec<_>>().join(", "));
            }
            sleep(ASK_EVERY).await;
        }
    }

    /// An opening goes to its end: whoever said that he hears does.
    async fn moves(&mut self, within: Duration) -> Result<()> {
        let case = self.submit().await?;
        let begun = Instant::now();
        while !self.is_closed(&case).await? {
            ensure!(begun.elapsed() < within, "nothing moves: case {case} is not closed after {} s", within.as_secs());
            sleep(ASK_EVERY).await;
        }
        Ok(())
    }

    async fn submit(&mut self) -> Result<String> {
        self.tries += 1;
        let request = self.http.post(format!("{}/v1/applications", self.suite.url("intake-1")?));
        let request =
            request.bearer_auth(self.suite.token(APPLICANT)?).header("Idempotency-Key", format!("deaf-{}", self.tries));
        let answer = request.header("content-type", "application/json").body(self.form.clone()).send().await?;
        ensure!(answer.status().is_success(), "an opening is not taken: {}", answer.status());
        let slip: Value = answer.json().await?;
        let case = slip["case_id"].as_str().context("the slip names no case")?.to_owned();
        self.submitted.push(case.clone());
        Ok(case)
    }

    async fn is_closed(&self, case: &str) -> Result<bool> {
        let request = self.http.get(format!("{}/v1/cases/{case}", self.suite.url("intake-1")?));
        let answer = request.bearer_auth(self.suite.token(APPLICANT)?).send().await?;
        ensure!(answer.status() == StatusCode::OK, "case {case}: {}", answer.status());
        Ok(answer.json::<Value>().await?["phase"] == "closed")
    }

    /// Notes the longest time in which each process did not say that it hears. Openings are submitted meanwhile.
    async fn under_load(&mut self, long: Duration) -> Result<()> {
        let begun = Instant::now();
        let mut deaf_since: BTreeMap<String, Instant> = BTreeMap::new();
        let mut submitted = begun;
        while begun.elapsed() < long {
            for (name, hears) in self.ask().await? {
                match (hears, deaf_since.get(&name)) {
                    (true, Some(since)) => {
                        let silence = self.silences.entry(name.clone()).or_default();
                        silence.under_load = silence.under_load.max(since.elapsed());
                        deaf_since.remove(&name);
                    }
                    (false, None) => {
                        deaf_since.insert(name, Instant::now());
                    }
                    (true, None) | (false, Some(_)) => {}
                }
            }
            if submitted.elapsed() >= SUBMIT_EVERY {
                submitted = Instant::now();
                // A busy desk may be slow to answer; what it took has to close.
                let _ = self.submit().await;
            }
            sleep(ASK_EVERY).await;
        }
        for (name, since) in deaf_since {
            let silence = self.silences.entry(name).or_default();
            silence.under_load = silence.under_load.max(since.elapsed());
        }
        Ok(())
    }

    /// Nothing that was taken is lost.
    async fn all_close(&self) -> Result<()> {
        let begun = Instant::now();
        for case in &self.submitted {
            while !self.is_closed(case).await? {
                ensure!(begun.elapsed() < WITHIN, "case {case} was taken and does not close");
                sleep(ASK_EVERY).await;
            }
        }
        Ok(())
    }

    /// How many clients each process gave up and made anew.
    async fn replaced(&self) -> BTreeMap<String, u64> {
        let mut replaced = BTreeMap::new();
        for name in self.suite.processes() {
            let Ok(url) = self.suite.health_url(name) else { continue };
            let Ok(answer) = self.http.get(format!("{url}/health/hearing")).send().await else { continue };
            let told: Value = answer.json().await.unwrap_or_default();
            let clients = told["clients"].as_array().into_iter().flatten();
            replaced.insert(name.to_owned(), clients.filter_map(|client| client["replaced"].as_u64()).sum());
        }
        replaced
    }
}

fn report(
    workspace: &Workspace,
    silences: &BTreeMap<String, Silences>,
    replaced: &BTreeMap<String, u64>,
    openings: usize,
) -> Result<()> {
    say(&format!(
        "\n{:<28}{:>10}{:>10}{:>12}{:>10}",
        "seconds of silence", "mean", "longest", "under load", "replaced"
    ));
    let mut rows = Vec::new();
    let mut worst = Duration::ZERO;
    for (name, of) in silences {
        let longest = of.after_pauses.iter().max().copied().unwrap_or_default();
        let mean = of.after_pauses.iter().sum::<Duration>().as_secs_f64() / of.after_pauses.len().max(1) as f64;
        worst = worst.max(longest).max(of.under_load);
        let (longest, load) = (longest.as_secs_f64(), of.under_load.as_secs_f64());
        let made_anew = replaced.get(name).copied().unwrap_or_default();
        say(&format!("{name:<28}{mean:>10.1}{longest:>10.1}{load:>12.1}{made_anew:>10}"));
        rows.push(json!({ "process": name, "mean_s": mean, "longest_s": longest, "under_load_s": load, "replaced": made_anew }));
    }
    say(&format!("\n{openings} openings were taken, and all are closed"));
    let path = workspace.file("target/deaf.json");
    fs::write(&path, serde_json::to_string_pretty(&json!({ "openings": openings, "processes": rows }))? + "\n")?;
    say(&format!("written to {}", path.display()));
    ensure!(worst <= WITHIN, "somebody was deaf for {:.1} s; {} s are allowed", worst.as_secs_f64(), WITHIN.as_secs());
    Ok(())
}
