//! Each process, the broker and the database killed with -9 once in the middle of ten openings and started again: every
//! opening closes, and nothing happens twice or is told twice.

use anyhow::{Context as _, Result, ensure};
use futures::future::{join_all, try_join_all};
use local::suite::is_ready;

use crate::support::{Place, Test, Town, assert_closed, persistently};

crate::tests! {
    Automatic: the_broker_stands_still_and_everybody_hears_again;
}

const VICTIMS: [&str; 16] = [
    "intake-1",
    "intake-2",
    "market-registration-1",
    "market-registration-2",
    "department-msa",
    "department-psb",
    "department-tax",
    "department-bnk",
    "department-hrs",
    "department-mib",
    "department-hpf",
    "department-ctr",
    "notification-1",
    "kafka",
    "postgres",
    "kafka_and_postgres",
];

/// One test for each victim, with its name.
pub fn deaths() -> Vec<(String, Place, Test)> {
    let test = |victim| -> Test { Box::new(move |town| Box::pin(killed(town, victim))) };
    let name = |victim| format!("chaos::{victim}_killed_in_the_middle_of_ten_openings");
    VICTIMS.into_iter().map(|victim| (name(victim), Place::Automatic, test(victim))).collect()
}

/// The broker stands still and goes on, its connections never broken: windows stay open, nobody says that he hears while
/// he cannot, and everybody hears again.
async fn the_broker_stands_still_and_everybody_hears_again(town: &Town) -> Result<()> {
    let before = Numbers::issued(town).await?;
    let mut slips = try_join_all((0..5).map(|_| town.submit("intake-1"))).await?;
    town.suite.freeze_broker()?;
    let frozen = async {
        let taken = try_join_all((0..5).map(|_| town.submit("intake-2"))).await;
        let processes = town.suite.processes();
        try_join_all(processes.iter().map(|name| town.suite.falls_deaf(name))).await?;
        for name in processes {
            ensure!(is_ready(&town.suite.health_url(name)?).await, "{name} is not ready while the broker stands still");
        }
        taken.context("submissions are taken while the broker stands still")
    };
    let taken = frozen.await;
    town.suite.thaw_broker()?;
    slips.extend(taken?);
    try_join_all(town.suite.processes().iter().map(|name| town.suite.hears_again(name))).await?;
    town.suite.drain().await?;
    for slip in &slips {
        assert_closed(&town.case(slip).await?).context("after the broker stood still")?;
    }
    Numbers::issued(town).await?.are_ten_more_than(&before)
}

async fn killed(town: &Town, victim: &'static str) -> Result<()> {
    let before = Numbers::issued(town).await?;
    // The first half is on its way when the victim dies; the rest is submitted while it is dead.
    let mut slips = try_join_all((0..5).map(|_| town.submit(healthy_desk(victim)))).await?;
    match victim {
        // The groups are joined again while nobody can say where to read on.
        "kafka_and_postgres" => {
            town.suite.kill9("kafka").await?;
            town.suite.kill9("postgres").await?;
        }
        one => town.suite.kill9(one).await?,
    }
    let submitted = join_all((0..5).map(|_| async move {
        match victim {
            // Without a database nothing is acknowledged, and so nothing is lost.
            "postgres" | "kafka_and_postgres" => None,
            _ => Some(town.submit(healthy_desk(victim)).await),
        }
    }))
    .await;
    for slip in submitted.into_iter().flatten() {
        slips.push(slip.with_context(|| format!("submissions are acknowledged while {victim} is dead"))?);
    }
    match victim {
        "kafka" => town.suite.start_broker().await?,
        "postgres" => town.suite.start_postgres().await?,
        "kafka_and_postgres" => {
            town.suite.start_broker().await?;
            town.suite.start_postgres().await?;
        }
        process => town.suite.start_process(process).await?,
    }
    while slips.len() < 10 {
        // The first request after the database returned may still find a broken connection.
        slips.push(persistently(async || town.submit("intake-1").await).await?);
    }
    town.suite.drain().await?;
    for slip in &slips {
        assert_closed(&town.case(slip).await?).with_context(|| format!("after {victim} was killed"))?;
    }
    let after = Numbers::issued(town).await?;
    after.are_ten_more_than(&before)
}

fn healthy_desk(victim: &str) -> &'static str {
    if victim == "intake-1" { "intake-2" } else { "intake-1" }
}

/// What was issued so far; each of it exists once by its table's key.
struct Numbers {
    cases: i64,
    credit_codes: i64,
    seals: i64,
    accounts: i64,
    parked: i64,
    /// SMS that say that papers were received, and that a company is open.
    received: i64,
    opened: i64,
}

impl Numbers {
    async fn issued(town: &Town) -> Result<Self> {
        let db = "market_registration";
        let sent = town.sms().await?;
        let saying = |words: &str| i64::try_from(sent.iter().filter(|text| text.contains(words)).count());
        Ok(Self {
            cases: town.count("intake", "select count(*) from cases").await?,
            credit_codes: town.count(db, "select count(*) from numbers where kind = 'credit_code'").await?,
            seals: town.count(db, "select count(*) from numbers where kind = 'seal_code'").await?,
            accounts: town.count(db, "select count(*) from numbers where kind = 'basic_account_number'").await?,
            parked: town.count(db, "select count(*) from parked").await?,
            received: saying("已收件")?,
            opened: saying("企业开办已完成")?,
        })
    }

    fn are_ten_more_than(&self, before: &Self) -> Result<()> {
        let more = [
            ("cases", self.cases - before.cases, 10),
            ("credit codes", self.credit_codes - before.credit_codes, 10),
            ("seal codes", self.seals - before.seals, 40),
            ("basic accounts", self.accounts - before.accounts, 10),
            ("parked messages", self.parked - before.parked, 0),
            ("SMS of receipt", self.received - before.received, 10),
            ("SMS of an open company", self.opened - before.opened, 10),
        ];
        for (what, got, expected) in more {
            ensure!(got == expected, "{what}: {got} more, not {expected}");
        }
        Ok(())
    }
}
