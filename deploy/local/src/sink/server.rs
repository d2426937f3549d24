//! The SMS provider's HTTP protocol, and the page.

use std::net::Ipv4Addr;

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::{Server, ServerHandle},
    http::StatusCode,
    web::{self, Data, Path, get, post},
};
use anyhow::{Context, Result};
use mailbox::{clock::Clocks, ids::Ids};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    page,
    store::{Kind, Message, Store, Taken},
};

struct Provider {
    store: Store,
    key: String,
    ids: Ids,
    clocks: Clocks,
}

/// Starts the sink on `port`; the server runs until its handle stops it.
///
/// # Errors
/// When the port cannot be bound.
pub fn serve(port: u16, store: Store, key: String, ids: Ids) -> Result<ServerHandle> {
    let provider = Data::new(Provider { store, key, ids, clocks: Clocks::running() });
    let server: Server = HttpServer::new(move || {
        App::new()
            .app_data(provider.clone())
            .route("/", get().to(show))
            .route("/health/live", get().to(HttpResponse::Ok))
            .route("/messages", get().to(list))
            .route("/sms/v1/messages", post().to(send))
            .route("/sms/v1/messages/{id}", get().to(outcome))
    })
    .workers(1)
    .disable_signals()
    .shutdown_timeout(1)
    .bind((Ipv4Addr::LOCALHOST, port))
    .with_context(|| format!("the sink cannot listen on port {port}"))?
    .run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok(handle)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Sms {
    id: String,
    to: String,
    text: String,
    /// Who sends, in front of the text: 【莱州政务】.
    signature: String,
}

async fn show(provider: Data<Provider>) -> HttpResponse {
    let html = page::messages(&provider.store.all());
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(html)
}

async fn list(provider: Data<Provider>) -> HttpResponse {
    HttpResponse::Ok().json(provider.store.all())
}

async fn send(provider: Data<Provider>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    if !provider.knows(&request) {
        return problem(StatusCode::UNAUTHORIZED, "密钥不正确 · the key is not right", vec![]);
    }
    let Ok(sms) = serde_json::from_slice::<Sms>(&body) else {
        return problem(StatusCode::BAD_REQUEST, "请求不是有效的 JSON · the body is no JSON object of texts", vec![]);
    };
    let fields = [("id", &sms.id), ("to", &sms.to), ("text", &sms.text), ("signature", &sms.signature)];
    let missing: Vec<&str> = fields.iter().filter(|(_, text)| text.trim().is_empty()).map(|(name, _)| *name).collect();
    if !missing.is_empty() {
        return problem(StatusCode::BAD_REQUEST, "缺少必填项 · fields are missing", missing);
    }
    let message = Message {
        kind: Kind::Sms,
        receipt: provider.ids.code(12),
        at: provider.clocks.system.now(),
        id: sms.id,
        to: vec![sms.to],
        from: sms.signature,
        subject: String::new(),
        text: sms.text,
    };
    match provider.store.take(message) {
        Ok(Taken::New(message) | Taken::Again(message)) => HttpResponse::Ok().json(receipt(&message)),
        Ok(Taken::Other) => {
            problem(StatusCode::CONFLICT, "编号已用于另一条短信 · the id belongs to another message", vec!["id"])
        }
        Err(_) => problem(StatusCode::SERVICE_UNAVAILABLE, "暂时无法保存 · cannot be stored now", vec![]),
    }
}

async fn outcome(provider: Data<Provider>, request: HttpRequest, id: Path<String>) -> HttpResponse {
    if !provider.knows(&request) {
        return problem(StatusCode::UNAUTHORIZED, "密钥不正确 · the key is not right", vec![]);
    }
    match provider.store.sms(&id) {
        Some(message) => HttpResponse::Ok().json(receipt(&message)),
        None => problem(StatusCode::NOT_FOUND, "没有这条短信 · no such message was ever taken", vec![]),
    }
}

impl Provider {
    fn knows(&self, request: &HttpRequest) -> bool {
        let given = request.headers().get("authorization").and_then(|value| value.to_str().ok());
        given.and_then(|value| value.strip_prefix("Bearer ")) == Some(self.key.as_str())
    }
}

fn receipt(message: &Message) -> Value {
    let at = message.at.format(&time::format_description::well_known::Rfc3339).unwrap_or_default();
    json!({ "id": message.id, "receipt": message.receipt, "status": "delivered", "at": at })
}

fn problem(status: StatusCode, title: &str, fields: Vec<&str>) -> HttpResponse {
    let body = json!({ "type": "about:blank", "status": status.as_u16(), "title": title, "fields": fields });
    HttpResponse::build(status).content_type("application/problem+json").json(body)
}
