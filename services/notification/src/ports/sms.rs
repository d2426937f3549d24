//! The SMS provider's HTTP protocol.
//!
//! `POST /sms/v1/messages` with `{"id", "to", "signature", "text"}` and the id again as `Idempotency-Key`; the same id with the
//! same content is one message, however often it is sent. `GET /sms/v1/messages/{id}` tells whether it was ever taken. Both
//! answer 200 with `{"id", "receipt", "status"}`. A bearer key says who sends.

use std::time::Duration;

use async_trait::async_trait;
use chassis::settings::Secret;
use reqwest::{Response, StatusCode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::delivery::Answer;

/// One message for a provider.
#[derive(Clone, Serialize)]
pub struct Sms {
    /// The message's id: the provider's memory of it.
    pub id: Uuid,
    pub to: String,
    /// Who speaks, without brackets.
    pub signature: String,
    /// Begins with the signature in 【】.
    pub text: String,
}

/// Somebody who sends messages.
#[async_trait]
pub trait SmsProvider: Send + Sync {
    /// Offers a message.
    async fn send(&self, sms: &Sms) -> Answer;
    /// Asks what became of it.
    async fn ask(&self, id: Uuid) -> Answer;
}

/// The provider behind an address.
pub struct HttpSms {
    client: reqwest::Client,
    url: String,
    key: Secret,
}

#[derive(Deserialize)]
struct Receipt {
    id: String,
    receipt: String,
}

impl HttpSms {
    /// # Errors
    /// Where no HTTP client can be built (TLS without trusted roots).
    pub fn new(url: &str, key: Secret, timeout: Duration) -> Result<Self, reqwest::Error> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = reqwest::Client::builder().timeout(timeout).redirect(reqwest::redirect::Policy::none());
        if url.starts_with("http://") {
            // Inside the city's network: no trusted roots are loaded that nothing would use.
            client = client.tls_certs_only([]).no_proxy();
        }
        Ok(Self { client: client.build()?, url: url.trim_end_matches('/').to_owned(), key })
    }
}

#[async_trait]
impl SmsProvider for HttpSms {
    async fn send(&self, sms: &Sms) -> Answer {
        let request = self.client.post(format!("{}/sms/v1/messages", self.url)).json(sms);
        let request = request.header("Idempotency-Key", sms.id.to_string()).bearer_auth(self.key.expose());
        match request.send().await {
            Ok(answer) if answer.status().is_success() => has(answer, sms.id).await,
            Ok(answer) => refused(answer.status()),
            // No connection: nothing of it has left this machine.
            Err(error) if error.is_connect() => Answer::HasNot("provider_away"),
            Err(_) => Answer::Unknown,
        }
    }

    async fn ask(&self, id: Uuid) -> Answer {
        let request = self.client.get(format!("{}/sms/v1/messages/{id}", self.url)).bearer_auth(self.key.expose());
        match request.send().await {
            Ok(answer) if answer.status().is_success() => has(answer, id).await,
            Ok(answer) if answer.status() == StatusCode::NOT_FOUND && is_a_problem(&answer) => {
                Answer::HasNot("provider_lost_it")
            }
            Ok(_) | Err(_) => Answer::Unknown,
        }
    }
}

async fn has(answer: Response, id: Uuid) -> Answer {
    match answer.json::<Receipt>().await {
        Ok(receipt) if receipt.id == id.to_string() => Answer::Has { receipt: receipt.receipt },
        Ok(_) | Err(_) => Answer::Unknown,
    }
}

/// A page that is not there may be a proxy's word, not the provider's.
fn is_a_problem(answer: &Response) -> bool {
    let kind = answer.headers().get(reqwest::header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/problem+json"))
}

/// What a status says of a message that was offered.
fn refused(status: StatusCode) -> Answer {
    match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Answer::HasNot("provider_away"),
        // Ours to mend, and no fault of the message.
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Answer::HasNot("provider_key"),
        StatusCode::CONFLICT => Answer::Refused("provider_has_other"),
        status if status.is_client_error() && status != StatusCode::REQUEST_TIMEOUT => {
            Answer::Refused("provider_refused")
        }
        _ => Answer::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_definite_word_counts_as_refused() {
        assert_eq!(refused(StatusCode::BAD_REQUEST), Answer::Refused("provider_refused"));
        assert_eq!(refused(StatusCode::UNAUTHORIZED), Answer::HasNot("provider_key"));
        assert_eq!(refused(StatusCode::SERVICE_UNAVAILABLE), Answer::HasNot("provider_away"));
        for unclear in [StatusCode::BAD_GATEWAY, StatusCode::INTERNAL_SERVER_ERROR, StatusCode::REQUEST_TIMEOUT] {
            assert_eq!(refused(unclear), Answer::Unknown);
        }
    }
}
