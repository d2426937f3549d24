//! What the tests share: the running suite, people with tokens, applications, and eyes on the bus and the databases.

use std::{future::Future, pin::Pin, time::Duration};

use anyhow::{Context as _, Result, bail, ensure};
use local::{
    paths::RunDir,
    progress::Progress,
    suite::{Adapter, Clock, DbRole, Suite, SuiteOptions},
};
use reqwest::{Client, Method, StatusCode};
use serde_json::Value;
use sqlx::PgPool;
use time::{OffsetDateTime, format_description::well_known::Rfc3339, macros::datetime};
use uuid::Uuid;

use crate::trace::Spans;

/// A test: takes its suite, says what was wrong.
pub type Test = Box<dyn for<'t> Fn(&'t Town) -> Tried<'t> + Send + Sync>;
pub type Tried<'t> = Pin<Box<dyn Future<Output = Result<()>> + Send + 't>>;

/// Lists asynchronous functions as tests, under their names and by the suite that they need.
#[macro_export]
macro_rules! tests {
    ($($place:ident: $($name:ident),*;)*) => {
        pub fn tests() -> Vec<(String, $crate::support::Place, $crate::support::Test)> {
            vec![$($((
                concat!(module_path!(), "::", stringify!($name)).to_owned(),
                $crate::support::Place::$place,
                Box::new(|town| Box::pin($name(town))),
            )),*),*]
        }
    };
}

/// Which suite a test needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Of openings, whose departments all decide by themselves.
    Automatic,
    /// Of openings, whose departments all wait for people.
    Manual,
    /// Everything that the city runs, with departments that decide by themselves.
    Whole,
    /// Of openings, whose bank is a program of somebody else's; the others decide by themselves.
    Stranger,
}

/// The suite that runs. Each is started when its first test comes, and stopped when the first of another does: two cores have
/// enough to do with one.
#[derive(Default)]
pub struct World(Option<(Place, Town)>);

/// One running suite.
pub struct Town {
    pub suite: Suite,
    pub http: Client,
    pub spans: Spans,
}

impl World {
    /// Says what was wrong with a test, and who died meanwhile.
    pub async fn play(&mut self, place: Place, test: Test) -> Result<()> {
        if self.0.as_ref().is_none_or(|(running, _)| *running != place) {
            self.stop().await;
            self.0 = Some((place, Town::start(place).await?));
        }
        let (_, town) = self.0.as_ref().context("it was started")?;
        match test(town).await {
            Ok(()) => Ok(()),
            Err(error) => bail!("{error:#}{}", town.crashes().await),
        }
    }

    pub async fn stop(&mut self) {
        let Some((_, town)) = self.0.take() else { return };
        // Killed, not drained: nothing of it is needed any more.
        for process in town.suite.processes() {
            let _ = town.suite.kill9(process).await;
        }
        let _ = town.suite.stop_broker().await;
        let _ = town.suite.stop_postgres().await;
    }
}

impl Town {
    async fn start(place: Place) -> Result<Self> {
        let adapter = |code: &str| match place {
            Place::Manual => Adapter::Manual,
            Place::Stranger if code == "BNK" => Adapter::Stranger,
            Place::Automatic | Place::Whole | Place::Stranger => Adapter::Rules,
        };
        let spans = Spans::collect().await?;
        let options = SuiteOptions::new(&format!("test-{place:?}").to_lowercase())?;
        let mut options = match place {
            Place::Whole => options,
            Place::Automatic | Place::Manual | Place::Stranger => options.with_flow("opening"),
        };
        options.clock = Clock::Manual { start: datetime!(2025-09-28 09:12 +8) };
        options.otlp_endpoint = Some(spans.endpoint());
        options.departments.iter_mut().for_each(|department| department.adapter = adapter(&department.code));
        local::suite::remove(&RunDir::new(options.run_dir.clone()), &Progress::silent()).await?;
        let suite = Suite::start(options, &Progress::silent()).await?;
        Ok(Self { suite, http: local::suite::http_client(), spans })
    }

    /// Which processes ended without having been asked to, and their last words; empty where none did.
    pub async fn crashes(&self) -> String {
        self.suite.crashes().await.iter().map(|crash| format!("\n{crash}")).collect()
    }

    /// Asks a process; `person` signs in.
    pub async fn ask(
        &self,
        process: &str,
        method: Method,
        path: &str,
        person: Option<&str>,
        key: Option<&str>,
        body: Option<&Value>,
    ) -> Result<Answer> {
        let mut request = self.http.request(method, format!("{}{path}", self.suite.url(process)?));
        if let Some(person) = person {
            request = request.bearer_auth(self.suite.token(person)?);
        }
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        Answer::of(request.timeout(Duration::from_secs(20)).send().await?).await
    }

    /// Submits an opening and returns its slip.
    pub async fn submit(&self, process: &str) -> Result<Slip> {
        let answer = self
            .ask(process, Method::POST, "/v1/applications", Some("applicant-jia"), Some(&fresh_key()), Some(&opening()))
            .await?;
        answer.expect(StatusCode::CREATED)?;
        Slip::of(&answer)
    }

    /// A case as the front desk shows it.
    pub async fn case(&self, slip: &Slip) -> Result<Value> {
        let path = format!("/v1/cases/{}", slip.case_id);
        let answer = self.ask("intake-1", Method::GET, &path, Some("applicant-jia"), None, None).await?;
        answer.expect(StatusCode::OK)?;
        Ok(answer.body)
    }

    /// The texts of all SMS that were sent.
    pub async fn sms(&self) -> Result<Vec<String>> {
        let sent: Value = self.http.get(format!("{}/messages", self.suite.url("sink")?)).send().await?.json().await?;
        Ok(sent.as_array().into_iter().flatten().filter_map(|sms| sms["text"].as_str().map(str::to_owned)).collect())
    }

    /// A service's database, with all rights.
    pub async fn database(&self, name: &str) -> Result<PgPool> {
        Ok(PgPool::connect(&self.suite.db_url(name, DbRole::Superuser)?).await?)
    }

    /// Its business time.
    pub async fn now(&self) -> Result<OffsetDateTime> {
        let url = format!("{}/clock", self.suite.health_url("intake-1")?.trim_end_matches("/health/ready"));
        let clock: Value = self.http.get(url).send().await?.json().await?;
        Ok(OffsetDateTime::parse(clock["business"].as_str().context("business")?, &Rfc3339)?)
    }

    /// One number out of a service's database.
    pub async fn count(&self, database: &str, query: &'static str) -> Result<i64> {
        let pool = self.database(database).await?;
        let count = sqlx::query_scalar(query).fetch_one(&pool).await?;
        pool.close().await;
        Ok(count)
    }
}

/// A person tries again when a neighbour is dead.
pub async fn persistently<T, F: Future<Output = Result<T>>>(mut act: impl FnMut() -> F) -> Result<T> {
    let mut last = None;
    for _ in 0..300 {
        match act().await {
            Ok(done) => return Ok(done),
            Err(error) => last = Some(error),
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Err(last.context("never tried")?)
}

/// What a process answered.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub content_type: String,
    pub body: Value,
}

impl Answer {
    async fn of(response: reqwest::Response) -> Result<Self> {
        let status = response.status();
        let content_type =
            response.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        let text = response.text().await?;
        Ok(Self { status, content_type, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) })
    }

    pub fn expect(&self, status: StatusCode) -> Result<()> {
        ensure!(self.status == status, "expected {status}, got {}: {}", self.status, self.body);
        Ok(())
    }

    /// A problem with this code: as the standard asks, and with what to do.
    pub fn expect_problem(&self, status: StatusCode, code: &str) -> Result<()> {
        self.expect(status)?;
        ensure!(self.content_type == "application/problem+json", "{}", self.content_type);
        ensure!(self.body["code"] == code, "expected {code}: {}", self.body);
        ensure!(self.body["what_to_do"].as_str().is_some_and(|text| !text.is_empty()), "{}", self.body);
        Ok(())
    }

    /// The pointers of the faults.
    pub fn pointers(&self) -> Vec<&str> {
        self.body["faults"]
            .as_array()
            .map(|faults| faults.iter().filter_map(|f| f["pointer"].as_str()).collect())
            .unwrap_or_default()
    }
}

/// What the applicant takes home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    pub case_id: Uuid,
    pub number: String,
    pub query_code: String,
}

impl Slip {
    pub fn of(answer: &Answer) -> Result<Self> {
        let text = |name: &str| {
            answer.body[name].as_str().map(str::to_owned).with_context(|| format!("no {name}: {}", answer.body))
        };
        Ok(Self { case_id: text("case_id")?.parse()?, number: text("case_number")?, query_code: text("query_code")? })
    }
}

pub fn fresh_key() -> String {
    // A key has to be new, not unpredictable.
    static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
    format!("test-{}", NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
}

/// The application of story 10.1.
pub fn opening() -> Value {
    serde_json::from_str(include_str!("../stories/company-opening.application.json")).unwrap_or_default()
}

/// The steps of a case with this event, as (task, at).
pub fn steps<'a>(case: &'a Value, event: &str) -> Vec<(&'a str, &'a str)> {
    case["steps"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|step| step["event"] == event)
        .filter_map(|step| Some((step["task"].as_str()?, step["at"].as_str()?)))
        .collect()
}

/// Fails where a case did not close in order, each task decided once.
pub fn assert_closed(case: &Value) -> Result<()> {
    if case["phase"] != "closed" {
        bail!("not closed: {case:#}");
    }
    let mut ended: Vec<&str> = steps(case, "task_ended").into_iter().map(|(task, _)| task).collect();
    ensure!(ended.last() == Some(&"hand-over"), "the hand-over comes last: {ended:?}");
    ended.sort_unstable();
    let all = ["bank", "fund", "hand-over", "licence", "medical", "seals", "social", "tax"];
    ensure!(ended == all, "each task ends once: {ended:?}");
    ensure!(steps(case, "case_closed").len() == 1, "closed once: {case:#}");
    Ok(())
}
