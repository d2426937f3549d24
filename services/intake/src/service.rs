//! The service as the chassis runs it.

use std::{path::Path, sync::Arc};

use anyhow::Context as _;
use async_trait::async_trait;
use chassis::{Service, settings::Settings};
use contracts::names::Keys;
use ids::RegionCode;
use mailbox::{Handler, Mailbox};
use object_store::local::LocalFileSystem;
use sqlx::migrate::Migrator;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    api,
    domain::form::Form,
    events::Ear,
    guesses::Guesses,
    settings::{DEFAULTS, IntakeSettings},
    store::numbers::Numbers,
};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// The front desk.
pub struct Intake {
    pub mailbox: Mailbox,
    pub forms: Vec<Form>,
    pub numbers: Numbers,
    /// The papers' bytes.
    pub papers: LocalFileSystem,
    /// Region whose hall this is.
    pub region: String,
    /// Bounds guesses at the query code of one case number.
    pub guesses: Guesses,
    /// Seals links to papers.
    pub material_key: Vec<u8>,
    /// Verifies name reservations.
    pub name_keys: Keys,
}

impl Intake {
    /// The form of a theme, by its code, or by code and version.
    #[must_use]
    pub fn form(&self, theme: &str) -> Option<&Form> {
        self.forms.iter().find(|form| form.code == theme || form.reference() == theme)
    }
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
        anyhow::ensure!(
            !own.material_key.is_empty(),
            "intake.material_key is missing: links to papers are sealed with it"
        );
        let folder = &own.materials_folder;
        std::fs::create_dir_all(folder)
            .with_context(|| format!("intake.materials_folder {} cannot be made", folder.display()))?;
        let region = RegionCode::parse(&own.region).map_err(|error| anyhow::anyhow!("intake.region: {error}"))?;
        Ok(Self {
            mailbox: mailbox.clone(),
            forms: Form::built_in().context("a form's data file is broken")?,
            numbers: Numbers::new(region, own.number_block),
            papers: LocalFileSystem::new_with_prefix(folder)?.with_automatic_cleanup(true),
            region: own.region.clone(),
            guesses: Guesses::default(),
            material_key: own.material_key.expose().as_bytes().to_vec(),
            name_keys: name_keys(&own.name_keys_file)?,
        })
    }

    fn topics(&self) -> Vec<String> {
        vec![contracts::topics::REGISTRATION_CASES.to_owned()]
    }

    fn handler(self: Arc<Self>) -> Arc<dyn Handler> {
        Arc::new(Ear)
    }
}

fn name_keys(file: &Path) -> anyhow::Result<Keys> {
    if file.as_os_str().is_empty() {
        return Ok(Keys::default());
    }
    let read = || anyhow::Ok(Keys::read(&std::fs::read_to_string(file)?)?);
    read().with_context(|| format!("intake.name_keys_file {}", file.display()))
}
