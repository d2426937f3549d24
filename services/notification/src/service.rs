//! The service as the chassis runs it.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use async_trait::async_trait;
use chassis::{Service, Worker, settings::Settings};
use contracts::{links::Places, topics};
use mailbox::{Handler, Mailbox};
use sqlx::migrate::Migrator;
use tokio::sync::Notify;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    api,
    domain::{delivery::Patience, quiet::QuietHours, template::Templates},
    events::Ear,
    ports::{HttpSms, SmsProvider},
    settings::{DEFAULTS, NotificationSettings},
    worker::{Courier, lease},
};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// Messages to people.
pub struct Notification {
    pub mailbox: Mailbox,
    pub templates: Templates,
    pub quiet: QuietHours,
    pub patience: Patience,
    pub provider: Box<dyn SmsProvider>,
    /// Public addresses that links stand below.
    pub places: Places,
    /// Messages under way at the provider at once.
    pub at_once: usize,
    /// How long a claimed delivery is left to whoever claimed it (system time).
    pub lease: time::Duration,
    /// How often it is looked for work.
    pub poll: Duration,
    bell: Notify,
}

impl Notification {
    /// Rings the courier of this process: something may be due.
    pub fn wake_courier(&self) {
        self.bell.notify_one();
    }

    pub(crate) async fn courier_woken(&self) {
        self.bell.notified().await;
    }
}

#[async_trait]
impl Service for Notification {
    const NAME: &'static str = "notification";
    const DEFAULTS: &'static str = DEFAULTS;
    type Section = NotificationSettings;

    fn migrator() -> &'static Migrator {
        &MIGRATIONS
    }

    fn routes(config: &mut ServiceConfig<'_>) {
        api::routes(config);
    }

    async fn build(settings: &Settings<NotificationSettings>, mailbox: &Mailbox) -> anyhow::Result<Self> {
        let own = &settings.own;
        let mut faults = Vec::new();
        if own.sms_url.is_empty() {
            faults.push("sms_url is missing: nobody could be told".to_owned());
        }
        if own.sms_key.is_empty() {
            faults.push("sms_key is missing: the provider would not know who sends".to_owned());
        }
        if own.sms_at_once == 0 || own.attempts < 1 || own.poll_ms == 0 || own.sms_timeout_ms == 0 {
            faults.push("sms_at_once, attempts, poll_ms and sms_timeout_ms begin with 1".to_owned());
        }
        let quiet = QuietHours::parse(&own.quiet_from, &own.quiet_until)
            .map_err(|fault| faults.push(format!("quiet_from, quiet_until: {fault}")));
        anyhow::ensure!(faults.is_empty(), "[notification] cannot be used: {}", faults.join("; "));
        let timeout = Duration::from_millis(own.sms_timeout_ms);
        let provider =
            HttpSms::new(&own.sms_url, own.sms_key.clone(), timeout).context("the provider's HTTP client")?;
        Ok(Self {
            mailbox: mailbox.clone(),
            templates: Templates::embedded()?,
            quiet: quiet.unwrap_or(QuietHours { from: time::Time::MIDNIGHT, until: time::Time::MIDNIGHT }),
            patience: Patience {
                attempts: own.attempts,
                first_pause: time::Duration::milliseconds(i64::try_from(own.first_pause_ms).unwrap_or(i64::MAX)),
            },
            provider: Box::new(provider),
            places: Places::under(&own.public_url).with("construction-permit", &own.construction_permit_url),
            at_once: own.sms_at_once,
            lease: lease(timeout),
            poll: Duration::from_millis(own.poll_ms),
            bell: Notify::new(),
        })
    }

    fn topics(&self) -> Vec<String> {
        vec![topics::NOTIFICATION_REQUESTS.to_owned()]
    }

    fn handler(self: Arc<Self>) -> Arc<dyn Handler> {
        Arc::new(Ear(self))
    }

    fn workers(self: Arc<Self>) -> Vec<Worker> {
        let courier = Courier(self);
        vec![Worker::new("courier", |stop| courier.run(stop))]
    }
}
