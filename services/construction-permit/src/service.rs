//! The service as the chassis runs it.

use std::{
    process::ExitCode,
    sync::{Arc, LazyLock},
};

use anyhow::Context as _;
use async_trait::async_trait;
use casework::Limit;
use chassis::{
    Service,
    consent::{self, Consents},
    settings::Settings,
};
use clap::ArgMatches;
use contracts::{materials::Links, seal::Seals, topics};
use ids::RegionCode;
use mailbox::{Handler, Mailbox};
use sqlx::migrate::Migrator;
use time::{Date, OffsetDateTime};
use utoipa_actix_web::service_config::ServiceConfig;
use workdays::{Calendar, city_date};

use crate::{
    api, commands,
    domain::{
        catalogue::{Catalogue, Reference, Versions},
        form::Forms,
    },
    events::Ear,
    settings::{ConstructionSettings, DEFAULTS},
    usecases,
};

static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| consent::with_tables(sqlx::migrate!()));

/// Construction projects.
pub struct ConstructionPermit {
    pub mailbox: Mailbox,
    pub forms: Forms,
    pub links: Links,
    /// What applicants agree to at a window.
    pub consents: Consents,
    /// Whose hall this is.
    pub region: RegionCode,
    /// What an applicant needs to prepare an item's materials, in timetables.
    pub preparation: Limit,
    versions: Versions,
}

impl ConstructionPermit {
    /// Working days and hall hours, as they are known now.
    #[must_use]
    pub fn calendar(&self) -> Arc<Calendar> {
        self.mailbox.calendar()
    }

    /// The name under which this service owns processes.
    #[must_use]
    pub fn owner(&self) -> &'static str {
        Self::NAME
    }

    /// Now, in business time.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        self.mailbox.clocks().business.now()
    }

    /// Today in the city.
    #[must_use]
    pub fn today(&self) -> Date {
        city_date(self.now())
    }

    /// The version of the catalogue that a project is reckoned by; none where a newer program published it.
    #[must_use]
    pub fn catalogue(&self, reference: &Reference) -> Option<&Catalogue> {
        self.versions.version(reference.version)
    }

    /// A version by its number.
    #[must_use]
    pub fn version(&self, version: u32) -> Option<&Catalogue> {
        self.versions.version(version)
    }

    /// The version that holds today.
    #[must_use]
    pub fn current(&self) -> Option<&Catalogue> {
        self.versions.current(self.today())
    }
}

#[async_trait]
impl Service for ConstructionPermit {
    const NAME: &'static str = "construction-permit";
    const DEFAULTS: &'static str = DEFAULTS;
    type Section = ConstructionSettings;

    fn migrator() -> &'static Migrator {
        &MIGRATIONS
    }

    fn routes(config: &mut ServiceConfig<'_>) {
        api::routes(config);
    }

    async fn build(settings: &Settings<ConstructionSettings>, mailbox: &Mailbox) -> anyhow::Result<Self> {
        let own = &settings.own;
        let seals = Seals::read(own.material_key.expose())
            .context("construction_permit.material_key is missing: links to papers are sealed with it")?;
        let sources = match own.catalogue_folder.as_os_str().is_empty() {
            true => Catalogue::built_in(),
            false => commands::sources(&own.catalogue_folder)?,
        };
        let newest =
            Catalogue::read(&sources).context("the construction catalogue is broken; nothing was published")?;
        Ok(Self {
            mailbox: mailbox.clone(),
            forms: Forms::built_in().context("forms.toml")?,
            links: Links { front_desk: own.front_desk_url.clone(), seals },
            consents: Consents::new(&own.code_key).context("construction_permit.code_key")?,
            region: RegionCode::parse(&own.region)
                .map_err(|error| anyhow::anyhow!("construction_permit.region: {error}"))?,
            preparation: Limit::WorkingDays(own.preparation_days),
            versions: usecases::publish::publish(mailbox, newest, &sources).await?,
        })
    }

    fn topics(&self) -> Vec<String> {
        vec![topics::replies_pattern(Self::NAME)]
    }

    fn handler(self: Arc<Self>) -> Arc<dyn Handler> {
        Arc::new(Ear(self))
    }

    fn file_commands() -> Vec<clap::Command> {
        commands::commands()
    }

    fn file_command(matches: &ArgMatches) -> ExitCode {
        matches.subcommand().map_or(ExitCode::from(2), |(_, matches)| commands::command(matches))
    }
}
