//! The one HTTP client of the launcher and of tests.

use std::{sync::LazyLock, time::Duration};

static CLIENT: LazyLock<reqwest::Client> = LazyLock::new(|| {
    // The client's TLS part wants a provider even though every address here is plain HTTP on loopback.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .timeout(Duration::from_secs(30))
        // Servers close a connection that rests for five seconds: it must not be used again at that moment.
        .pool_idle_timeout(Duration::from_secs(2))
        .no_proxy()
        .build()
        .unwrap_or_default()
});

/// A client that never uses a proxy, and gives up after 30 s.
#[must_use]
pub fn client() -> reqwest::Client {
    CLIENT.clone()
}
