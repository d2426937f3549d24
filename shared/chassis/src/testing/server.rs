//! A server with a service's routes, as a client outside sees it.

use std::net::SocketAddr;

use actix_web::{
    HttpServer,
    dev::ServerHandle,
    middleware::from_fn,
    web::{self, Data},
};
use anyhow::Context as _;
use mailbox::{clock::Clocks, health::Degraded};

use super::{
    Issuer,
    described::{Described, held},
};
use crate::{
    http::{Document, Gate, KeySet, Kit, Routes, Tokens},
    settings::{Effective, Purpose, Sources, sections},
};

/// Runs on a free port of this machine. Every answer that it gives is held against the description of its routes; where one
/// was not as described, it fails when it is dropped.
pub struct TestServer {
    pub gate: Gate,
    pub degraded: Degraded,
    /// The issuer's keys as the server knows them.
    pub keys: KeySet,
    address: SocketAddr,
    server: ServerHandle,
    described: Data<Described>,
}

impl TestServer {
    /// Starts the routes, with `state` beside them, trusting `issuer`. `change` may change the settings.
    ///
    /// # Errors
    /// Where no port is free.
    pub fn start(
        issuer: &Issuer,
        routes: Routes,
        change: impl FnOnce(&mut sections::Http),
        state: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
    ) -> anyhow::Result<Self> {
        // A second installation fails, and is the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut settings = settings()?;
        // Nobody asks as quickly as a test that asks everything.
        (settings.requests_per_second, settings.burst) = (1_000_000, 1_000_000);
        change(&mut settings);
        let (gate, degraded, clock) = (Gate::default(), Degraded::default(), Clocks::running().system);
        let trusted = issuer.settings();
        let keys = KeySet::new(&trusted.key_set_url, clock.clone(), degraded.clone())?;
        let kit = Kit::new("test", routes, &settings, Tokens::new(&trusted, keys.clone(), clock), gate.clone());
        let described = Data::new(Described::read(Document::of("test", routes).json())?);
        let holds = described.clone();
        let app = move || kit.app(&state).app_data(holds.clone()).wrap(from_fn(held));
        let server = HttpServer::new(app).workers(1).disable_signals().shutdown_timeout(1);
        let server = server.bind("127.0.0.1:0")?;
        let address = *server.addrs().first().context("no port")?;
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        Ok(Self { gate, degraded, keys, address, server: handle, described })
    }

    /// The address of a path.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Stops in order.
    pub async fn stop(&self) {
        self.server.stop(true).await;
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        let faults = self.described.faults();
        assert!(faults.is_empty() || std::thread::panicking(), "answers that are not described: {faults:#?}");
    }
}

fn settings() -> anyhow::Result<sections::Http> {
    let sources = Sources { defaults: "[own]\nnothing = 0\n", ..Sources::default() };
    let read = Effective::merge(&sources)?.read::<serde::de::IgnoredAny>("own", Purpose::Look)?;
    Ok(read.http)
}
