//! Fifty openings and ten construction projects at once, while one process after another, the broker and the database are
//! killed with -9: all of them end, nothing happens twice, and nothing is lost.

use anyhow::{Result, ensure};
use futures::{future::try_join_all, try_join};
use reqwest::{Method, StatusCode};

use crate::{
    project,
    support::{Slip, Town, assert_closed, fresh_key, opening, persistently},
};

crate::tests! {
    Whole: every_process_is_killed_during_fifty_openings_and_ten_projects;
}

/// One of each kind; departments differ only in their data.
const VICTIMS: [&str; 10] = [
    "construction-permit-1",
    "department-hur",
    "department-psb",
    "intake-1",
    "market-registration-1",
    "department-nrp",
    "notification-1",
    "kafka",
    "postgres",
    "construction-permit-1",
];

async fn every_process_is_killed_during_fifty_openings_and_ten_projects(town: &Town) -> Result<()> {
    let before = Told::so_far(town).await?;
    let (mut slips, mut projects) = (vec![], vec![]);
    for victim in VICTIMS {
        // What was handed in before is still on its way when the next one dies.
        let openings = try_join_all((0..5).map(|_| open(town)));
        let (opened, project, ()) = try_join!(openings, carry(town), kill(town, victim))?;
        slips.extend(opened);
        projects.push(project);
    }
    town.suite.drain().await?;
    for slip in &slips {
        assert_closed(&town.case(slip).await?)?;
    }
    for project in &projects {
        project::assert_closed(project).await?;
    }
    let after = Told::so_far(town).await?;
    ensure!(after.opened - before.opened == 50, "{} companies were told that they are open", after.opened);
    ensure!(after.parked == before.parked, "messages were parked");
    Ok(())
}

async fn kill(town: &Town, victim: &str) -> Result<()> {
    town.suite.kill9(victim).await?;
    match victim {
        "kafka" => town.suite.start_broker().await,
        "postgres" => town.suite.start_postgres().await,
        process => town.suite.start_process(process).await,
    }
}

async fn open(town: &Town) -> Result<Slip> {
    let (key, application) = (fresh_key(), opening());
    persistently(async || {
        let answer = town
            .ask("intake-2", Method::POST, "/v1/applications", Some("applicant-jia"), Some(&key), Some(&application))
            .await?;
        // The second answer to the same key is the first one again.
        ensure!(matches!(answer.status, StatusCode::CREATED | StatusCode::OK), "{}: {}", answer.status, answer.body);
        Slip::of(&answer)
    })
    .await
}

async fn carry(town: &Town) -> Result<local::investor::Investor<'_>> {
    let key = fresh_key();
    let investor = persistently(async || project::register(town, &key).await).await?;
    persistently(async || investor.waive_publicity().await).await?;
    persistently(async || investor.acknowledge().await).await?;
    persistently(async || investor.apply_for(&project::STAGES).await).await?;
    Ok(investor)
}

/// What people were told, and what nobody could use.
struct Told {
    opened: usize,
    parked: i64,
}

impl Told {
    async fn so_far(town: &Town) -> Result<Self> {
        let opened = town.sms().await?.iter().filter(|text| text.contains("企业开办已完成")).count();
        let mut parked = 0;
        for database in ["intake", "market_registration", "construction_permit"] {
            parked += town.count(database, "select count(*) from parked").await?;
        }
        Ok(Self { opened, parked })
    }
}
