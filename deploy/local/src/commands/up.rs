//! `local up`: what `make demo` runs.

use anyhow::{Result, bail, ensure};
use clap::Args;
use local::{
    demo,
    ports::Ports,
    progress::Progress,
    suite::{Adapter, Clock, Suite, SuiteOptions},
};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::say;

#[derive(Args)]
pub struct Up {
    /// Count ports from here instead of from `suite.toml`'s base.
    #[arg(long)]
    base_port: Option<u16>,
    /// Let business time stand still at this instant (RFC 3339) until `local clock advance` moves it.
    #[arg(long)]
    clock: Option<String>,
    /// Send traces to this OTLP endpoint.
    #[arg(long)]
    otlp_endpoint: Option<String>,
    /// Take the services as they are built already.
    #[arg(long)]
    no_build: bool,
    /// Only what this needs: `opening` or `construction`.
    #[arg(long)]
    flow: Option<String>,
    /// Leave this department, by code, to somebody else's program; may be given more than once.
    #[arg(long, value_name = "CODE")]
    stranger: Vec<String>,
    /// Begin with the construction projects of `demo.json`, unless they are there.
    #[arg(long)]
    seed: bool,
    /// Start everything but the services.
    #[arg(long)]
    no_services: bool,
}

impl Up {
    pub async fn run(self, name: &str) -> Result<()> {
        let progress = Progress::for_person();
        let options = self.options(name)?;
        let mut ends = Ends::listen()?;
        progress.say(&format!("梧桐 Wutong, suite “{name}” in {}", options.run_dir.display()));
        let (hint, workspace) = (options.hint.clone(), options.workspace.clone());
        let suite = tokio::select! {
            suite = Suite::start(options, &progress) => suite?,
            () = ends.asked() => bail!("interrupted while starting; nothing runs any more"),
        };
        say(&addresses(&suite)?);
        if self.seed {
            let seeded = tokio::select! {
                seeded = demo::seed(&suite, &workspace) => seeded,
                () = ends.asked() => Ok(vec![]),
            };
            match seeded {
                Ok(projects) => say(&shown(&projects)),
                Err(error) => progress.say(&format!("✘ the demonstration's projects are not all there: {error:#}\n")),
            }
        }
        say(&format!("{} · {}\n  {}", hint.zh, hint.en, suite.fill(&hint.command, &workspace)?));
        say("\n就绪 ready — Ctrl-C 停止，数据保留 stops it and keeps the data");
        loop {
            tokio::select! {
                crash = suite.crashed() => {
                    progress.say(&format!("\n✘ {crash}  It is not started again by itself; the others go on."));
                }
                () = ends.asked() => break,
            }
        }
        progress.say("");
        suite.stop(&progress).await
    }

    fn options(&self, name: &str) -> Result<SuiteOptions> {
        let mut options = SuiteOptions::new(name)?;
        if let Some(flow) = &self.flow {
            let known = options.services.iter().any(|service| service.flows.contains(flow));
            ensure!(known, "nothing in suite.toml is for {flow}");
            options = options.with_flow(flow);
        }
        for code in &self.stranger {
            options = options.with_adapter(&code.to_uppercase(), Adapter::Stranger)?;
        }
        options.ports = Ports::Fixed(self.base_port.unwrap_or(options.offsets.base));
        if let Some(start) = &self.clock {
            options.clock = Clock::Manual { start: OffsetDateTime::parse(start, &Rfc3339)? };
        }
        options.otlp_endpoint.clone_from(&self.otlp_endpoint);
        options.build = !self.no_build;
        options.serve = !self.no_services;
        Ok(options)
    }
}

fn shown(projects: &[(String, String)]) -> String {
    let lines = projects.iter().map(|(name, phase)| format!("  {name} — {phase}\n"));
    format!("建设项目 construction projects (local token investor-hailin)\n{}", lines.collect::<String>())
}

fn addresses(suite: &Suite) -> Result<String> {
    let mut lines = vec![String::new(), "地址 addresses".to_owned()];
    let mut add = |what: &str, where_: String| lines.push(format!("  {what:<24}{where_}"));
    add("sign-in", suite.url("sign-in")?);
    add("SMS and mail", suite.url("sink")?);
    for process in suite.processes() {
        add(process, suite.url(process)?);
    }
    add("Kafka", format!("127.0.0.1:{}", suite.part("kafka")?));
    add("PostgreSQL", format!("127.0.0.1:{}", suite.part("postgres")?));
    lines.push(String::new());
    lines.push("登录 sign-ins (target/debug/local token ID)".to_owned());
    for person in &suite.people.0 {
        lines.push(format!("  {:<24}{} — {}", person.id, person.name, person.name_en));
    }
    lines.push(String::new());
    Ok(lines.join("\n"))
}

/// Everything that asks a program to end.
struct Ends {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Ends {
    fn listen() -> Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    async fn asked(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}
