//! The sign-in's HTTP server.

use std::net::Ipv4Addr;

use actix_web::{
    App, HttpResponse, HttpServer,
    dev::{Server, ServerHandle},
    web::{Data, Json, Query, get, post, resource},
};
use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::json;

use super::{
    pages,
    people::People,
    tokens::{LIFETIME_SECONDS, SignIn},
};

struct Desk {
    people: People,
    sign_in: SignIn,
}

/// Starts the sign-in on `port`; the server runs until its handle stops it.
///
/// # Errors
/// When the port cannot be bound.
pub fn serve(port: u16, sign_in: SignIn, people: People) -> Result<ServerHandle> {
    let desk = Data::new(Desk { people, sign_in });
    let server: Server = HttpServer::new(move || {
        App::new()
            .app_data(desk.clone())
            .route("/", get().to(page))
            .route("/health/live", get().to(HttpResponse::Ok))
            .route("/.well-known/jwks.json", get().to(key_set))
            .route("/.well-known/openid-configuration", get().to(configuration))
            .service(resource("/token").route(get().to(token_by_link)).route(post().to(token)))
    })
    .workers(1)
    .disable_signals()
    .shutdown_timeout(1)
    .bind((Ipv4Addr::LOCALHOST, port))
    .with_context(|| format!("the sign-in cannot listen on port {port}"))?
    .run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok(handle)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// An id, a role, or `DEPARTMENT/role`.
    person: String,
}

async fn page(desk: Data<Desk>) -> HttpResponse {
    let html = pages::people(&desk.people, desk.sign_in.issuer());
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(html)
}

async fn key_set(desk: Data<Desk>) -> HttpResponse {
    HttpResponse::Ok().json(desk.sign_in.key_set())
}

async fn configuration(desk: Data<Desk>) -> HttpResponse {
    let issuer = desk.sign_in.issuer();
    HttpResponse::Ok().json(json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
        "token_endpoint": format!("{issuer}/token"),
        "id_token_signing_alg_values_supported": ["ES256"],
        "response_types_supported": ["token"],
        "subject_types_supported": ["public"],
    }))
}

async fn token(desk: Data<Desk>, asked: Json<Asked>) -> HttpResponse {
    issue(&desk, &asked)
}

async fn token_by_link(desk: Data<Desk>, asked: Query<Asked>) -> HttpResponse {
    issue(&desk, &asked)
}

fn issue(desk: &Desk, asked: &Asked) -> HttpResponse {
    let token = desk.people.find(&asked.person).and_then(|person| desk.sign_in.token(person));
    match token {
        Ok(token) => HttpResponse::Ok().insert_header(("cache-control", "no-store")).json(json!({
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": LIFETIME_SECONDS,
        })),
        Err(error) => HttpResponse::NotFound().content_type("application/problem+json").json(json!({
            "type": "about:blank",
            "status": 404,
            "title": "查无此人 · nobody here has this name",
            "detail": error.to_string(),
        })),
    }
}
