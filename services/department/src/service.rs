//! The service as the chassis runs it.

use std::sync::Arc;

use anyhow::Context as _;
use async_trait::async_trait;
use chassis::{Service, settings::Settings};
use contracts::topics;
use ids::DepartmentCode;
use mailbox::{Handler, Mailbox};
use sqlx::migrate::Migrator;
use utoipa_actix_web::service_config::ServiceConfig;
use workdays::Calendar;

use crate::{
    api,
    domain::rules::Rules,
    events::Ear,
    settings::{AdapterKind, DEFAULTS, DepartmentSettings},
    usecases,
};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// One department.
pub struct Department {
    pub mailbox: Mailbox,
    pub code: DepartmentCode,
    /// For people.
    pub name: String,
    pub adapter: Adapter,
    /// Owners of processes whom it answers.
    pub owners: Vec<String>,
}

/// How it decides.
#[derive(Debug)]
pub enum Adapter {
    Manual,
    Rules(Rules),
}

impl Department {
    /// Working days and hall hours, as they are known now.
    #[must_use]
    pub fn calendar(&self) -> Arc<Calendar> {
        self.mailbox.calendar()
    }

    /// The topic on which it answers this owner.
    #[must_use]
    pub fn reply_topic(&self, owner: &str) -> String {
        topics::replies(self.code.as_str(), owner)
    }

    /// Its rules, where it decides by rules.
    #[must_use]
    pub fn rules(&self) -> Option<&Rules> {
        match &self.adapter {
            Adapter::Manual => None,
            Adapter::Rules(rules) => Some(rules),
        }
    }
}

#[async_trait]
impl Service for Department {
    const NAME: &'static str = "department";
    const DEFAULTS: &'static str = DEFAULTS;
    type Section = DepartmentSettings;

    fn migrator() -> &'static Migrator {
        &MIGRATIONS
    }

    fn routes(config: &mut ServiceConfig<'_>) {
        api::routes(config);
    }

    async fn build(settings: &Settings<DepartmentSettings>, mailbox: &Mailbox) -> anyhow::Result<Self> {
        let own = &settings.own;
        let code = DepartmentCode::parse(&own.code).map_err(|error| anyhow::anyhow!("department.code: {error}"))?;
        let principal = Self::process_name(settings);
        anyhow::ensure!(
            mailbox.source() == principal,
            "kafka.username is {:?}: a department's identity on the bus is its topic, and {code} speaks as {principal:?}",
            mailbox.source()
        );
        anyhow::ensure!(!own.owners.is_empty(), "department.owners is empty: it would answer nobody");
        let adapter = match own.adapter {
            AdapterKind::Manual => Adapter::Manual,
            AdapterKind::Rules => {
                let file = own.rules_file.display();
                let text = std::fs::read_to_string(&own.rules_file)
                    .with_context(|| format!("department.rules_file {file} cannot be read"))?;
                Adapter::Rules(Rules::read(&text, &code).with_context(|| format!("department.rules_file {file}"))?)
            }
        };
        let name = if own.name.is_empty() { code.to_string() } else { own.name.clone() };
        let department = Self { mailbox: mailbox.clone(), code, name, adapter, owners: own.owners.clone() };
        usecases::begin::begin(&department).await?;
        Ok(department)
    }

    fn topics(&self) -> Vec<String> {
        vec![topics::tasks(self.code.as_str())]
    }

    fn handler(self: Arc<Self>) -> Arc<dyn Handler> {
        Arc::new(Ear::new(self))
    }

    /// One process for each department: it is called as it is known on the bus.
    fn process_name(settings: &Settings<DepartmentSettings>) -> String {
        format!("department-{}", settings.own.code.to_lowercase())
    }
}
