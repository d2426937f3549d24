//! A department whose program is not ours: `tests/neighbours/department.py`, written from `proto/README.md` alone.

use std::{
    path::PathBuf,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use local::{kafka::Access, paths::Workspace};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use tokio::process::{Child, Command};

use crate::support::{Slip, Town, assert_closed, fresh_key, opening};

crate::tests! {
    Stranger: a_bank_in_python_plays_twenty_openings_and_is_killed_twice;
}

/// Twelve openings around a kill in the middle of the work, and eight more around one after which the bank has nothing left but
/// the topic. Half of them come without the paper that the bank needs, the bytes of one paper are spoilt, another opening is
/// withdrawn while the bank is dead, and the bank mistypes every third of its answers at first.
async fn a_bank_in_python_plays_twenty_openings_and_is_killed_twice(town: &Town) -> Result<()> {
    let lines = include_str!("../neighbours/department.py").lines().count();
    ensure!(lines < 200, "what a department needs is little: {lines} lines");
    let mut desk = Desk { town, openings: Vec::new(), papers: Vec::new() };
    let mut bank = Bank::start(town, "first").await?;
    desk.open(8).await?;
    bank.until("said Decided").await?;
    bank.kill().await?;

    desk.open(4).await?;
    desk.until("reaches the bank", 11, |case| at_the_bank(case).is_some()).await?;
    desk.spoil_the_paper(4)?;
    let withdrawn = desk.withdraw_one().await?;
    let mut again = Bank::start(town, "second").await?;
    again.reads_on_within_five_seconds().await?;
    desk.until_closed().await?;
    desk.until_it("is withdrawn", &withdrawn, |case| case["phase"] == "withdrawn").await?;

    desk.open(8).await?;
    desk.until("is closed, or waits for the applicant", 0, |case| case["phase"] == "closed" || is_asked(case)).await?;
    again.kill().await?;
    desk.supply().await?;
    std::fs::remove_file(Bank::state(town))?;
    let mut anew = Bank::start(town, "third").await?;
    anew.reads_on_within_five_seconds().await?;
    desk.until_closed().await?;
    anew.kill().await?;

    let heard: Vec<String> = [bank, again, anew].iter().flat_map(Bank::lines).collect();
    let lines = |of: &str| heard.iter().filter(|line| line.starts_with(of)).count();
    for paper in &desk.papers {
        ensure!(heard.contains(paper), "{paper} was read, and is what was filed: {heard:#?}");
    }
    ensure!((desk.openings.len(), desk.papers.len()) == (20, 20), "{:?}", desk.papers);
    ensure!(lines("said SupplementAsked") == 11, "asks once for what it lacks, or is spoilt: {heard:#?}");
    ensure!(lines("dead link M03") == 1, "nothing is read for what was withdrawn: {heard:#?}");
    ensure!(lines("said CancelAcknowledged") >= 1, "and it is let go of: {heard:#?}");
    ensure!(lines("heard ReplyRejected") >= 4, "is told what is wrong: {heard:#?}");
    ensure!(lines("heard ReplyParked") == 0, "and nothing is set aside: {heard:#?}");
    ensure!(!heard.iter().any(|line| line.contains("sequence_gap")), "no number is left out: {heard:#?}");
    town.suite.drain().await?;
    let db = "market_registration";
    ensure!(town.count(db, "select count(*) from parked").await? == 0, "nothing is set aside");
    let accounts = "select count(*) from numbers where kind = 'basic_account_number'";
    ensure!(town.count(db, accounts).await? == 20, "one account for each");
    Ok(())
}

/// What the applicants of the twenty do.
struct Desk<'a> {
    town: &'a Town,
    openings: Vec<Slip>,
    /// Each paper that was filed, as the bank says that it read it.
    papers: Vec<String>,
}

impl Desk<'_> {
    /// Half of them with the legal representative's identity card.
    async fn open(&mut self, count: usize) -> Result<()> {
        for place in 0..count {
            let mut application = opening();
            if place.is_multiple_of(2) {
                application["materials"] = json!([{"code": "M03", "material_id": self.upload().await?}]);
            }
            let key = fresh_key();
            let jia = Some("applicant-jia");
            let made = self
                .town
                .ask("intake-1", Method::POST, "/v1/applications", jia, Some(&key), Some(&application))
                .await?;
            made.expect(StatusCode::CREATED)?;
            self.openings.push(Slip::of(&made)?);
        }
        Ok(())
    }

    /// Puts other bytes where this paper's are.
    fn spoil_the_paper(&mut self, place: usize) -> Result<()> {
        let paper = self.papers.remove(place);
        let sm3 = paper.rsplit(' ').next().unwrap_or_default();
        let (folder, _) = sm3.split_at_checked(2).with_context(|| paper.clone())?;
        let stored = self.town.suite.run().path().join("materials").join(folder).join(sm3);
        ensure!(stored.exists(), "{} is not there", stored.display());
        Ok(std::fs::write(stored, "%PDF-1.7 spoilt")?)
    }

    /// One more comes to the bank, and is withdrawn before the bank has said anything.
    async fn withdraw_one(&mut self) -> Result<Slip> {
        self.open(1).await?;
        let slip = self.openings.pop().context("it was opened")?;
        self.papers.pop();
        self.until_it("reaches the bank", &slip, |case| at_the_bank(case).is_some()).await?;
        self.ask(&slip, "withdrawal", &json!({"reason": "不办了"})).await?;
        let let_go = |case: &Value| at_the_bank(case).is_some_and(|task| task["waits_for"] == "cancellation");
        self.until_it("is taken back from the bank", &slip, let_go).await?;
        Ok(slip)
    }

    /// The applicant asks something of his case.
    async fn ask(&self, slip: &Slip, what: &str, body: &Value) -> Result<()> {
        let path = format!("/v1/cases/{}/{what}", slip.case_id);
        let jia = Some("applicant-jia");
        self.town.ask("intake-1", Method::POST, &path, jia, None, Some(body)).await?.expect(StatusCode::ACCEPTED)
    }

    async fn upload(&mut self) -> Result<Value> {
        let town = self.town;
        let bytes = format!("%PDF-1.7 身份证 {}", self.papers.len()).repeat(1 + self.papers.len() * 100);
        let url = format!("{}/v1/materials?code=M03", town.suite.url("intake-2")?);
        let upload = town.http.post(url).bearer_auth(town.suite.token("applicant-jia")?).body(bytes);
        let paper: Value = upload.send().await?.error_for_status()?.json().await?;
        let text = |name: &str| paper[name].to_string().trim_matches('"').to_owned();
        self.papers.push(format!("paper M03 {} {}", text("size"), text("sm3")));
        Ok(paper["material_id"].clone())
    }

    /// Brings what the bank asked for, one by one.
    async fn supply(&mut self) -> Result<()> {
        for slip in self.openings.clone() {
            let case = self.town.case(&slip).await?;
            let Some(task) = at_the_bank(&case).filter(|_| is_asked(&case)) else { continue };
            for asked in task["asked"].as_array().into_iter().flatten() {
                let part = match asked.as_str() {
                    Some("M03") => json!({"task_id": task["task_id"], "materials": [self.upload().await?]}),
                    _ => json!({"task_id": task["task_id"], "fields": {"address": "文昌路街道测试路1号院2号楼"}}),
                };
                self.ask(&slip, "supplements", &part).await?;
            }
            let waiting = Waiting::begun();
            while is_asked(&self.town.case(&slip).await?) {
                waiting.on("the supplement is taken").await?;
            }
        }
        Ok(())
    }

    /// Looks until this holds for all of them from this one on.
    async fn until(&self, what: &str, from: usize, holds: fn(&Value) -> bool) -> Result<()> {
        for slip in self.openings.iter().skip(from) {
            self.until_it(what, slip, holds).await?;
        }
        Ok(())
    }

    async fn until_it(&self, what: &str, slip: &Slip, holds: impl Fn(&Value) -> bool) -> Result<()> {
        let waiting = Waiting::begun();
        while !holds(&self.town.case(slip).await?) {
            waiting.on(&format!("{} {what}", slip.number)).await?;
        }
        Ok(())
    }

    /// Brings what is asked for until all of them are closed.
    async fn until_closed(&mut self) -> Result<()> {
        let waiting = Waiting::begun();
        loop {
            self.supply().await?;
            let mut open = None;
            for slip in &self.openings {
                let case = self.town.case(slip).await?;
                open = Some(case).filter(|case| case["phase"] != "closed").or(open);
            }
            let Some(open) = open else { break };
            waiting.on(&format!("this is closed: {open:#}")).await?;
        }
        for slip in &self.openings {
            assert_closed(&self.town.case(slip).await?)?;
        }
        Ok(())
    }
}

/// The bank's task, where it is open.
fn at_the_bank(case: &Value) -> Option<&Value> {
    case["open"].as_array()?.iter().find(|task| task["task"] == "bank")
}

/// The bank waits for the applicant.
fn is_asked(case: &Value) -> bool {
    at_the_bank(case).is_some_and(|task| task["waits_for"] == "applicant")
}

/// Looks again and again, and not for ever.
struct Waiting(Instant);

impl Waiting {
    fn begun() -> Self {
        Self(Instant::now())
    }

    async fn on(&self, what: &str) -> Result<()> {
        ensure!(self.0.elapsed() < Duration::from_secs(90), "never: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
        Ok(())
    }
}

/// One life of the bank's program. What it says lies in a file of this life.
struct Bank {
    child: Child,
    began: Instant,
    log: PathBuf,
}

impl Bank {
    fn state(town: &Town) -> PathBuf {
        town.suite.run().path().join("bank.sqlite")
    }

    async fn start(town: &Town, life: &str) -> Result<Self> {
        let workspace = Workspace::find()?;
        let python = workspace.cache().join("neighbours/bin/python");
        ensure!(python.exists(), "there is no {}; run `deploy/local/bootstrap.sh test`", python.display());
        let log = town.suite.run().log(&format!("bank-in-python-{life}"));
        let output = std::fs::File::create(&log)?;
        let mut command = Command::new(python);
        command.arg(workspace.file("tests/neighbours/department.py"));
        command.arg(format!("127.0.0.1:{}", town.suite.kafka()?.port));
        command.arg(town.suite.secrets().path(&Access::secret_name("department-bnk")));
        command.arg(Self::state(town)).args(["--mistype", "3", "--now", &town.now().await?.format(&Rfc3339)?]);
        command.stdin(Stdio::null()).stderr(output.try_clone()?).stdout(output).kill_on_drop(true);
        Ok(Self { child: command.spawn()?, began: Instant::now(), log })
    }

    fn lines(&self) -> Vec<String> {
        std::fs::read_to_string(&self.log).unwrap_or_default().lines().map(|line| line.trim_end().to_owned()).collect()
    }

    /// Looks until it says a line that begins so.
    async fn until(&mut self, says: &str) -> Result<()> {
        let waiting = Waiting::begun();
        while !self.lines().iter().any(|line| line.starts_with(says)) {
            ensure!(self.child.try_wait()?.is_none(), "it ended by itself: {:#?}", self.lines());
            waiting.on(&format!("{says} among {:#?}", self.lines())).await?;
        }
        Ok(())
    }

    async fn reads_on_within_five_seconds(&mut self) -> Result<()> {
        self.until("heard").await?;
        let after = self.began.elapsed();
        ensure!(after < Duration::from_secs(5), "it reads on after {after:?}: {:#?}", self.lines());
        Ok(())
    }

    /// With SIGKILL.
    async fn kill(&mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }
}
