//! An issuer of tokens with fixed keys. Nothing outside of tests trusts them.

use std::{
    net::SocketAddr,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use actix_web::{
    App, HttpServer,
    dev::ServerHandle,
    web::{self, Data, Json},
};
use anyhow::Context as _;
use jsonwebtoken::{
    Algorithm, EncodingKey, Header, encode,
    jwk::{Jwk, JwkSet},
};
use mailbox::clock::Clocks;
use serde_json::{Value, json};

use crate::settings::sections;

const KEY: &[u8] = include_bytes!("key.pem");
const KEY_ID: &str = "test-1";

/// The key that it signs with once the first was exchanged.
const NEXT: &[u8] = include_bytes!("next_key.pem");

/// The audience of every token it issues.
const AUDIENCE: &str = "test";

/// Serves its key set and counts who asks.
pub struct Issuer {
    address: SocketAddr,
    server: ServerHandle,
    asked: Arc<AtomicUsize>,
    offered: Arc<RwLock<JwkSet>>,
}

impl Issuer {
    /// Starts on a free port of this machine.
    ///
    /// # Errors
    /// Where no port is free.
    pub fn start() -> anyhow::Result<Self> {
        let asked = Arc::new(AtomicUsize::new(0));
        let offered = Arc::new(RwLock::new(key_set(KEY, KEY_ID)?));
        let (counted, set) = (Data::from(Arc::clone(&asked)), Data::from(Arc::clone(&offered)));
        let server = HttpServer::new(move || {
            App::new().app_data(counted.clone()).app_data(set.clone()).route("/keys", web::get().to(keys))
        });
        let server = server.workers(1).disable_signals().bind("127.0.0.1:0")?;
        let address = *server.addrs().first().context("no port")?;
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        Ok(Self { address, server: handle, asked, offered })
    }

    /// How often its key set was asked for.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// Withdraws its key, and offers the next one under this id.
    ///
    /// # Errors
    /// Where the key cannot be read.
    pub fn rotate(&self, key_id: &str) -> anyhow::Result<()> {
        let next = key_set(NEXT, key_id)?;
        *self.offered.write().unwrap_or_else(PoisonError::into_inner) = next;
        Ok(())
    }

    /// Goes away.
    pub async fn stop(&self) {
        self.server.stop(false).await;
    }

    /// What a service that trusts it is told.
    #[must_use]
    pub fn settings(&self) -> sections::Tokens {
        sections::Tokens {
            issuer: "test-issuer".into(),
            key_set_url: format!("http://{}/keys", self.address),
            audience: AUDIENCE.into(),
        }
    }

    /// A token for `subject` with these roles, good for an hour.
    ///
    /// # Errors
    /// Where signing fails.
    pub fn token(subject: &str, roles: &[&str]) -> anyhow::Result<String> {
        Self::token_with(json!({ "sub": subject, "roles": roles }))
    }

    /// A token with any claims; what is left out is as in a good token.
    ///
    /// # Errors
    /// Where signing fails.
    pub fn token_with(claims: Value) -> anyhow::Result<String> {
        Self::signed(KEY_ID, claims)
    }

    /// A token that names another key.
    ///
    /// # Errors
    /// Where signing fails.
    pub fn signed(key_id: &str, claims: Value) -> anyhow::Result<String> {
        Self::signed_with(KEY, key_id, claims)
    }

    /// A token that the next key signs.
    ///
    /// # Errors
    /// Where signing fails.
    pub fn signed_by_next(key_id: &str, claims: Value) -> anyhow::Result<String> {
        Self::signed_with(NEXT, key_id, claims)
    }

    fn signed_with(key: &[u8], key_id: &str, claims: Value) -> anyhow::Result<String> {
        let now = Clocks::running().system.now().unix_timestamp();
        let mut all = json!({
            "iss": "test-issuer", "aud": [AUDIENCE], "sub": "a-1", "name": "测试", "roles": [], "iat": now, "exp": now + 3600,
        });
        if let (Some(all), Value::Object(claims)) = (all.as_object_mut(), claims) {
            all.extend(claims);
        }
        let header = Header { kid: Some(key_id.into()), ..Header::new(Algorithm::ES256) };
        Ok(encode(&header, &all, &EncodingKey::from_ec_pem(key)?)?)
    }
}

fn key_set(key: &[u8], id: &str) -> anyhow::Result<JwkSet> {
    let mut key = Jwk::from_encoding_key(&EncodingKey::from_ec_pem(key)?, Algorithm::ES256)?;
    key.common.key_id = Some(id.into());
    Ok(JwkSet { keys: vec![key] })
}

async fn keys(asked: Data<AtomicUsize>, set: Data<RwLock<JwkSet>>) -> Json<JwkSet> {
    asked.fetch_add(1, Ordering::SeqCst);
    Json(set.read().unwrap_or_else(PoisonError::into_inner).clone())
}
