//! A provider of the test's own. It takes messages as the local sink does, and fails as it is told.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use actix_web::{
    App, HttpResponse, HttpServer,
    dev::ServerHandle,
    http::StatusCode,
    web::{self, Data, Json, Path},
};
use serde_json::{Value, json};

/// How it answers what it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Fine,
    /// Takes the message and answers with a status that says nothing.
    TakesAndDies,
    /// Does not take it, and answers in the same way.
    DiesAtOnce,
    /// 503: not taken.
    Busy,
    /// 400: never.
    Refuses,
}

#[derive(Debug, Default)]
pub struct Book {
    pub mood: Option<Mood>,
    /// Asking fails.
    pub deaf: bool,
    /// By id: to and text.
    pub taken: BTreeMap<String, (String, String)>,
    /// How often each id was offered.
    pub offered: BTreeMap<String, usize>,
    /// Everything that it was called for, in order: `send` or `ask`.
    pub calls: Vec<&'static str>,
}

#[derive(Clone, Default)]
pub struct Provider {
    book: Arc<Mutex<Book>>,
}

impl Provider {
    /// Serves on a free port; gives its address.
    pub fn start(&self) -> (String, ServerHandle) {
        let state = Data::new(self.clone());
        let server = HttpServer::new(move || {
            App::new()
                .app_data(state.clone())
                .route("/sms/v1/messages", web::post().to(send))
                .route("/sms/v1/messages/{id}", web::get().to(ask))
        });
        let server = server.workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", server.addrs()[0]);
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        (url, handle)
    }

    pub fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn is(&self, mood: Mood) {
        self.book().mood = Some(mood);
    }

    /// Texts that it took, in no order.
    pub fn texts(&self) -> Vec<String> {
        self.book().taken.values().map(|(_, text)| text.clone()).collect()
    }

    pub fn calls(&self) -> Vec<&'static str> {
        self.book().calls.clone()
    }
}

async fn send(provider: Data<Provider>, request: actix_web::HttpRequest, sms: Json<Value>) -> HttpResponse {
    let text = |name: &str| sms[name].as_str().unwrap().to_owned();
    let id = text("id");
    assert_eq!(request.headers().get("idempotency-key").unwrap().to_str().unwrap(), id);
    let mut book = provider.book();
    book.calls.push("send");
    *book.offered.entry(id.clone()).or_default() += 1;
    let mood = book.mood.unwrap_or(Mood::Fine);
    match mood {
        Mood::Fine | Mood::TakesAndDies => {
            book.taken.insert(id.clone(), (text("to"), text("text")));
        }
        Mood::DiesAtOnce | Mood::Busy | Mood::Refuses => {}
    }
    match mood {
        Mood::Fine => has(&id),
        Mood::TakesAndDies | Mood::DiesAtOnce => HttpResponse::BadGateway().finish(),
        Mood::Busy => HttpResponse::ServiceUnavailable().finish(),
        Mood::Refuses => HttpResponse::BadRequest().finish(),
    }
}

async fn ask(provider: Data<Provider>, id: Path<String>) -> HttpResponse {
    let mut book = provider.book();
    book.calls.push("ask");
    if book.deaf {
        return HttpResponse::BadGateway().finish();
    }
    if book.taken.contains_key(&*id) {
        return has(&id);
    }
    HttpResponse::build(StatusCode::NOT_FOUND)
        .content_type("application/problem+json")
        .body(r#"{"type":"about:blank","status":404}"#)
}

fn has(id: &str) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "id": id, "receipt": format!("R-{}", &id[..8]), "status": "delivered" }))
}
