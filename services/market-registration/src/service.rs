//! The service as the chassis runs it.

use std::{
    collections::BTreeMap,
    io::Write,
    sync::{Arc, LazyLock},
};

use anyhow::Context as _;
use async_trait::async_trait;
use casework::{Theme, ThemeDraft};
use chassis::{
    Service,
    consent::{self, Consents},
    settings::Settings,
};
use clap::ArgMatches;
use contracts::{materials::Links, names::Signer, seal::Seals, topics, words::words};
use mailbox::{Handler, Mailbox};
use sqlx::migrate::Migrator;
use utoipa_actix_web::service_config::ServiceConfig;
use workdays::Calendar;

use crate::{
    api, commands,
    domain::{clock::ClockRules, entitlement::Entitlements, names::RuleBook, results::ResultRules},
    events::Ear,
    settings::{DEFAULTS, RegistrationSettings},
};

static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| consent::with_tables(sqlx::migrate!()));

/// Company openings.
pub struct MarketRegistration {
    pub mailbox: Mailbox,
    pub entitlements: Entitlements,
    pub results: ResultRules,
    pub clock: ClockRules,
    pub links: Links,
    /// What holders of names agree to at a window.
    pub consents: Consents,
    pub names: RuleBook,
    /// Signs name reservations.
    pub signer: Signer,
    themes: Vec<Theme>,
    /// Role that leaves a choice -> departments that may play it.
    choices: BTreeMap<String, Vec<String>>,
}

impl MarketRegistration {
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

    /// Whether the department may play a role that leaves a choice.
    #[must_use]
    pub fn may_play(&self, role: &str, department: &str) -> bool {
        self.choices.get(role).is_some_and(|departments| departments.iter().any(|of| of == department))
    }

    /// The theme of this reference, e.g. `company-opening@1`.
    #[must_use]
    pub fn theme(&self, reference: &str) -> Option<&Theme> {
        self.themes.iter().find(|theme| theme.reference().to_string() == reference)
    }
}

/// Signs name reservations, and knows the keys that signed before.
fn signer(own: &RegistrationSettings) -> anyhow::Result<Signer> {
    let signer = Signer::from_pem(own.name_key.expose()).context("market_registration.name_key")?;
    let file = &own.name_known_keys_file;
    if file.as_os_str().is_empty() {
        return Ok(signer);
    }
    let after = || anyhow::Ok(signer.after(&std::fs::read_to_string(file)?)?);
    after().with_context(|| format!("market_registration.name_known_keys_file {}", file.display()))
}

#[async_trait]
impl Service for MarketRegistration {
    const NAME: &'static str = "market-registration";
    const DEFAULTS: &'static str = DEFAULTS;
    type Section = RegistrationSettings;

    fn migrator() -> &'static Migrator {
        &MIGRATIONS
    }

    fn routes(config: &mut ServiceConfig<'_>) {
        api::routes(config);
    }

    async fn build(settings: &Settings<RegistrationSettings>, mailbox: &Mailbox) -> anyhow::Result<Self> {
        let own = &settings.own;
        let seals = Seals::read(own.material_key.expose())
            .context("market_registration.material_key is missing: links to papers are sealed with it")?;
        let draft: ThemeDraft =
            toml::from_str(include_str!("../data/company-opening.toml")).context("company-opening.toml")?;
        let theme = Theme::check(draft.with_outputs()).context("company-opening.toml")?;
        let entitlements =
            Entitlements::read(include_str!("../data/entitlements.toml")).context("entitlements.toml")?;
        let faults = entitlements.faults(words(), theme.tasks().iter().map(|task| task.code.as_str()));
        anyhow::ensure!(faults.is_empty(), "entitlements.toml: {}", faults.join("; "));
        Ok(Self {
            mailbox: mailbox.clone(),
            entitlements,
            clock: ClockRules::read(include_str!("../data/clock.toml")).context("clock.toml")?,
            results: ResultRules::read(include_str!("../data/results.toml")).context("results.toml")?,
            links: Links { front_desk: own.front_desk_url.clone(), seals },
            consents: Consents::new(&own.code_key).context("market_registration.code_key")?,
            names: RuleBook::embedded()?,
            signer: signer(own)?,
            themes: vec![theme],
            choices: toml::from_str(include_str!("../data/choices.toml")).context("choices.toml")?,
        })
    }

    fn topics(&self) -> Vec<String> {
        vec![topics::dossiers(Self::NAME), topics::replies_pattern(Self::NAME)]
    }

    fn handler(self: Arc<Self>) -> Arc<dyn Handler> {
        Arc::new(Ear(self))
    }

    fn commands() -> Vec<clap::Command> {
        commands::commands()
    }

    async fn command(&self, matches: &ArgMatches, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
        let Some((_, names)) = matches.subcommand() else { anyhow::bail!("no subcommand") };
        commands::command(self, names, out).await
    }
}
