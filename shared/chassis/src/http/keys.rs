//! The issuer's public keys: fetched once, used while the issuer is away, asked for again when a key is unknown.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use jsonwebtoken::{
    DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet},
};
use mailbox::{clock::SystemClock, health::Degraded};
use time::{Duration, OffsetDateTime};
use tokio::sync::Mutex;
use tracing::{info, warn};

use crate::chain;

/// An unknown key id is asked for at most this often, whatever is sent to us.
const UNKNOWN_AT_MOST_EVERY: Duration = Duration::seconds(30);
/// A key that the issuer withdrew is forgotten after this.
const FRESH_FOR: Duration = Duration::minutes(10);
const PART: &str = "key-set";
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(3);

/// The key set behind a URL. Cheap to clone.
#[derive(Clone)]
pub struct KeySet(Arc<Inner>);

struct Inner {
    url: String,
    client: reqwest::Client,
    clock: SystemClock,
    degraded: Degraded,
    known: RwLock<Known>,
    /// One question at a time; who waited finds the answer in `known`.
    asking: Mutex<()>,
}

#[derive(Default)]
struct Known {
    keys: HashMap<String, DecodingKey>,
    fetched: Option<OffsetDateTime>,
    tried: Option<OffsetDateTime>,
}

/// Why there is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoKey {
    /// The issuer does not know the key id, or did not when last asked.
    Unknown,
    /// The issuer was never reached.
    Away,
}

/// The key set could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum KeySetError {
    #[error("the HTTP client cannot be built")]
    Client(#[source] reqwest::Error),
    #[error("the issuer does not answer with a key set")]
    Fetch(#[source] reqwest::Error),
    #[error("the issuer offers no key that may be used: ES256 with a key id")]
    Empty,
}

impl KeySet {
    /// # Errors
    /// Where no HTTP client can be built (TLS without trusted roots).
    pub fn new(url: &str, clock: SystemClock, degraded: Degraded) -> Result<Self, KeySetError> {
        let mut client = reqwest::Client::builder().timeout(PATIENCE).no_proxy().pool_max_idle_per_host(0);
        if url.starts_with("http://") {
            // Inside the city's network: no trusted roots are loaded that nothing would use.
            client = client.tls_certs_only([]);
        }
        let client = client.build().map_err(KeySetError::Client)?;
        let (known, asking) = (RwLock::default(), Mutex::default());
        Ok(Self(Arc::new(Inner { url: url.to_owned(), client, clock, degraded, known, asking })))
    }

    /// The key with this id.
    pub(super) async fn key(&self, id: &str) -> Result<DecodingKey, NoKey> {
        if let Some(key) = self.known_key(id) {
            self.refresh_behind();
            return Ok(key);
        }
        let _one_at_a_time = self.0.asking.lock().await;
        if self.known_key(id).is_none() && self.may_ask() {
            self.ask().await;
        }
        self.known_key(id).ok_or(if self.read(|known| known.fetched.is_some()) { NoKey::Unknown } else { NoKey::Away })
    }

    /// When the keys were last fetched.
    pub(super) fn fetched(&self) -> Option<OffsetDateTime> {
        self.read(|known| known.fetched)
    }

    /// Fetches the keys before the first token comes.
    pub async fn warm(&self) {
        let _one_at_a_time = self.0.asking.lock().await;
        self.ask().await;
    }

    fn known_key(&self, id: &str) -> Option<DecodingKey> {
        self.read(|known| known.keys.get(id).cloned())
    }

    fn may_ask(&self) -> bool {
        self.older_than(|known| known.tried, UNKNOWN_AT_MOST_EVERY)
    }

    /// Asks again when the keys are old, without letting anybody wait for it.
    fn refresh_behind(&self) {
        if self.older_than(|known| known.fetched, FRESH_FOR) && self.may_ask() {
            let set = self.clone();
            tokio::spawn(async move {
                let Ok(_one_at_a_time) = set.0.asking.try_lock() else {
                    return;
                };
                set.ask().await;
            });
        }
    }

    async fn ask(&self) {
        self.write(|known| known.tried = Some(self.0.clock.now()));
        match self.fetch().await {
            Ok(keys) => {
                self.write(|known| (known.keys, known.fetched) = (keys, Some(self.0.clock.now())));
                if self.0.degraded.clear(PART) {
                    info!("the issuer's key set can be reached again");
                }
            }
            Err(error) => {
                if self.0.degraded.note(PART, error.to_string()) {
                    warn!(
                        cause = chain::told(&error),
                        url = self.0.url,
                        "the issuer's key set cannot be had; known keys stay in use"
                    );
                }
            }
        }
    }

    async fn fetch(&self) -> Result<HashMap<String, DecodingKey>, KeySetError> {
        let answer = self.0.client.get(&self.0.url).send().await.and_then(reqwest::Response::error_for_status);
        let set: JwkSet = answer.map_err(KeySetError::Fetch)?.json().await.map_err(KeySetError::Fetch)?;
        let keys: HashMap<_, _> = set.keys.iter().filter_map(usable).collect();
        if keys.is_empty() { Err(KeySetError::Empty) } else { Ok(keys) }
    }

    fn older_than(&self, which: impl Fn(&Known) -> Option<OffsetDateTime>, age: Duration) -> bool {
        let now = self.0.clock.now();
        self.read(which).is_none_or(|at| now - at > age)
    }

    fn read<T>(&self, look: impl FnOnce(&Known) -> T) -> T {
        look(&self.0.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write(&self, change: impl FnOnce(&mut Known)) {
        change(&mut self.0.known.write().unwrap_or_else(PoisonError::into_inner));
    }
}

/// ES256 with a key id; anything else in the set is for somebody else.
fn usable(key: &Jwk) -> Option<(String, DecodingKey)> {
    let on_the_curve =
        matches!(&key.algorithm, AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256);
    let id = key.common.key_id.clone().filter(|_| on_the_curve)?;
    Some((id, DecodingKey::from_jwk(key).ok()?))
}
