//! The service as the chassis runs it.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};

use anyhow::Context as _;
use async_trait::async_trait;
use chassis::{
    Service, Worker,
    consent::{self, Consents},
    data::Source,
    settings::Settings,
};
use contracts::{names::Keys, seal::Seals, topics};
use ids::RegionCode;
use mailbox::{Handler, Mailbox};
use object_store::{ObjectStore, local::LocalFileSystem, prefix::PrefixStore};
use sqlx::migrate::Migrator;
use time::{Date, Duration};
use utoipa_actix_web::service_config::ServiceConfig;
use workdays::Calendar;

use crate::{
    api,
    domain::{catalogue::Catalogue, paper::Quota},
    events::Ear,
    gazetteer::Gazetteer,
    guesses::Guesses,
    settings::{DEFAULTS, IntakeSettings},
    store::numbers::Numbers,
    usecases,
    worker::Archivist,
};

static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| consent::with_tables(sqlx::migrate!()));

/// The front desk.
pub struct Intake {
    pub mailbox: Mailbox,
    /// Items and themes in all their versions.
    pub catalogue: Catalogue,
    pub numbers: Numbers,
    /// The papers' bytes.
    pub papers: Box<dyn ObjectStore>,
    /// How long a paper lies here that nobody uses (business time), and how much of one applicant's.
    pub unused_for: Duration,
    pub quota: Quota,
    /// Region whose hall this is.
    pub region: String,
    /// Bounds guesses at the query code of one case number.
    pub guesses: Guesses,
    /// Know links to papers again, and seal what is stated of them.
    pub seals: Seals,
    /// What applicants agree to at a window.
    pub consents: Consents,
    /// Verifies name reservations.
    pub name_keys: Keys,
    /// Where notices of years are laid; empty for nowhere.
    pub calendar_folder: PathBuf,
}

impl Intake {
    /// Working days and hall hours, as they are known now.
    #[must_use]
    pub fn calendar(&self) -> Arc<Calendar> {
        self.mailbox.calendar()
    }

    /// The city's day.
    #[must_use]
    pub fn today(&self) -> Date {
        workdays::city_date(self.mailbox.clocks().business.now())
    }
}

/// The built-in catalogue, and what the city's folder lays beside it.
fn catalogue(folder: &Path) -> anyhow::Result<Catalogue> {
    let mut sources = Catalogue::built_in();
    if !folder.as_os_str().is_empty() {
        let wrong = || format!("intake.catalogue_folder {} cannot be read", folder.display());
        // By the whole path: a file of the folder may be called like one of the program's own.
        let named = |source: Source| Source { file: folder.join(source.file).display().to_string(), ..source };
        sources.extend(Source::folder(folder).with_context(wrong)?.into_iter().map(named));
    }
    Catalogue::read(&sources).context("the catalogue is broken")
}

#[async_trait]
impl Service for Intake {
    const NAME: &'static str = "intake";
    const DEFAULTS: &'static str = DEFAULTS;
    type Section = IntakeSettings;

    fn migrator() -> &'static Migrator {
        &MIGRATIONS
    }

    fn routes(config: &mut ServiceConfig<'_>) {
        api::routes(config);
    }

    async fn build(settings: &Settings<IntakeSettings>, mailbox: &Mailbox) -> anyhow::Result<Self> {
        let own = &settings.own;
        let seals = Seals::read(own.material_key.expose())
            .context("intake.material_key is missing: links to papers are sealed with it")?;
        anyhow::ensure!(
            own.papers_unused_days > 0 && own.papers_unused_most > 0 && own.papers_unused_most_mib > 0,
            "intake.papers_unused_days, papers_unused_most and papers_unused_most_mib begin with 1"
        );
        let region = RegionCode::parse(&own.region).map_err(|error| anyhow::anyhow!("intake.region: {error}"))?;
        let catalogue = catalogue(&own.catalogue_folder)?;
        usecases::publish::publish(mailbox, &catalogue).await?;
        usecases::years::gazette::publish_built_in(mailbox).await?;
        Ok(Self {
            mailbox: mailbox.clone(),
            catalogue,
            numbers: Numbers::new(region, own.number_block),
            unused_for: Duration::days(own.papers_unused_days.into()),
            quota: Quota {
                papers: own.papers_unused_most.into(),
                bytes: i64::from(own.papers_unused_most_mib) * 1024 * 1024,
            },
            papers: store(&own.materials_store, std::env::vars()).context("intake.materials_store")?,
            region: own.region.clone(),
            guesses: Guesses::default(),
            seals,
            consents: Consents::new(&own.code_key).context("intake.code_key")?,
            name_keys: name_keys(&own.name_keys_file)?,
            calendar_folder: own.calendar_folder.clone(),
        })
    }

    fn topics(&self) -> Vec<String> {
        let topics = [topics::REGISTRATION_CASES, topics::CONSTRUCTION_PROJECTS, topics::INTAKE_PAPERS];
        topics.map(str::to_owned).into()
    }

    fn handler(self: Arc<Self>) -> Arc<dyn Handler> {
        Arc::new(Ear(self))
    }

    fn workers(self: Arc<Self>) -> Vec<Worker> {
        let (archivist, gazetteer) = (Archivist(Arc::clone(&self)), Gazetteer(self));
        vec![Worker::new("archivist", |stop| archivist.run(stop)), Worker::new("gazetteer", |stop| gazetteer.run(stop))]
    }
}

/// The store that a setting names: a URL with a scheme, or else a folder, which is made.
fn store(place: &str, variables: impl Iterator<Item = (String, String)>) -> anyhow::Result<Box<dyn ObjectStore>> {
    if place.contains("://") {
        let url = place.parse().with_context(|| format!("{place} is no URL"))?;
        let variables = variables.map(|(name, value)| (name.to_ascii_lowercase(), value));
        let (store, prefix) = object_store::parse_url_opts(&url, variables).with_context(|| place.to_owned())?;
        return Ok(Box::new(PrefixStore::new(store, prefix)));
    }
    std::fs::create_dir_all(place).with_context(|| format!("the folder {place} cannot be made"))?;
    Ok(Box::new(LocalFileSystem::new_with_prefix(place)?.with_automatic_cleanup(true)))
}

fn name_keys(file: &Path) -> anyhow::Result<Keys> {
    if file.as_os_str().is_empty() {
        return Ok(Keys::default());
    }
    let read = || anyhow::Ok(Keys::read(&std::fs::read_to_string(file)?)?);
    read().with_context(|| format!("intake.name_keys_file {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::store;

    #[test]
    fn papers_are_kept_in_a_folder_or_in_a_bucket() {
        // As the program's own main does.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let variables = || {
            [("AWS_ENDPOINT", "https://s3.laizhou.example"), ("AWS_REGION", "cn-1"), ("HOME", "/root")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into_iter()
        };
        let bucket = store("s3://papers/intake", variables()).unwrap().to_string();
        assert!(bucket.contains("intake"), "{bucket}");
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("materials");
        store(inside.to_str().unwrap(), variables()).unwrap();
        assert!(inside.is_dir());
        assert!(store("gopher://papers", variables()).is_err());
    }
}
