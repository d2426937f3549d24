//! A small service to ask.

use std::sync::Arc;

use actix_web::{
    HttpResponse, get, post,
    web::{self, Data, Json, Path},
};
use chassis::{
    http::{Actor, ApplicantBody, Body, IdempotencyKey, Permission, Permit, Problem, Role},
    testing::{Issuer, TestServer},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Semaphore;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Tree {
    name: String,
    rings: u32,
    applicant: Option<ApplicantBody>,
}

struct PlantTrees;

impl Permission for PlantTrees {
    const NAME: &'static str = "trees.plant";

    fn allows(_: &Actor) -> bool {
        true
    }
}

struct FellTrees;

impl Permission for FellTrees {
    const NAME: &'static str = "trees.fell";

    fn allows(actor: &Actor) -> bool {
        actor.has(Role::DepartmentHead)
    }
}

/// What a slow request announces and waits for.
pub struct Slow {
    pub begun: Semaphore,
    pub finish: Semaphore,
}

#[derive(Serialize, ToSchema)]
struct Shown {
    id: Uuid,
}

#[derive(Serialize, ToSchema)]
struct Planted {
    scope: String,
    name: String,
    rings: u32,
}

#[utoipa::path(params(("id" = Uuid, Path)), responses((status = OK, description = "It is so", body = Shown)))]
#[get("/v1/trees/{id}")]
async fn show(id: Path<Uuid>) -> Json<Shown> {
    Json(Shown { id: *id })
}

#[utoipa::path(
    params(("Idempotency-Key" = String, Header)),
    request_body = Tree,
    responses((status = OK, description = "It is so", body = Planted))
)]
#[post("/v1/trees")]
async fn plant(permit: Permit<PlantTrees>, key: IdempotencyKey, tree: Body<Tree>) -> Result<Json<Planted>, Problem> {
    let (behalf, _) =
        permit.asker().for_new(tree.value.applicant.as_ref(), b"a key of the tests").map_err(Problem::faulty)?;
    let intent = key.intent(&behalf, "plant", tree.digest);
    Ok(Json(Planted { scope: intent.scope, name: tree.value.name, rings: tree.value.rings }))
}

#[utoipa::path(params(("id" = Uuid, Path)), responses((status = OK, description = "It is so", body = String, content_type = "text/plain")))]
#[post("/v1/trees/{id}/fell")]
async fn fell(permit: Permit<FellTrees>, _id: Path<Uuid>) -> String {
    permit.actor().subject.clone()
}

#[utoipa::path(responses((status = OK, description = "It is so")))]
#[get("/v1/broken")]
async fn broken() -> Result<String, Problem> {
    Err(Problem::defect(anyhow::anyhow!("column \"bark\" does not exist")))
}

#[utoipa::path(responses((status = OK, description = "It is so")))]
#[get("/v1/panics")]
#[expect(clippy::panic, reason = "a defect to be met")]
async fn panics() -> String {
    panic!("the branch broke")
}

#[utoipa::path(responses((status = OK, description = "It is so", body = String, content_type = "text/plain")))]
#[get("/v1/slow")]
async fn grow(slow: Data<Slow>) -> HttpResponse {
    slow.begun.add_permits(1);
    let _done = slow.finish.acquire().await;
    HttpResponse::Ok().content_type("text/plain").body("grown")
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(show).service(plant).service(fell).service(broken).service(panics).service(grow);
}

pub struct World {
    pub issuer: Issuer,
    pub server: TestServer,
    pub slow: Arc<Slow>,
    pub client: reqwest::Client,
}

pub fn world() -> World {
    world_with(|_| ())
}

pub fn world_with(change: impl FnOnce(&mut chassis::settings::sections::Http)) -> World {
    let issuer = Issuer::start().unwrap();
    let slow = Arc::new(Slow { begun: Semaphore::new(0), finish: Semaphore::new(0) });
    let state = Data::from(Arc::clone(&slow));
    let beside = move |config: &mut web::ServiceConfig| {
        config.app_data(state.clone());
    };
    let server = TestServer::start(&issuer, routes, change, beside).unwrap();
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    World { issuer, server, slow, client }
}

impl World {
    pub fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.get(self.server.url(path))
    }

    pub fn post(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.post(self.server.url(path))
    }
}

/// The problem that came back, which is one.
pub async fn problem(request: reqwest::RequestBuilder) -> Value {
    let answer = request.send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/problem+json", "{}", answer.status());
    let status = answer.status().as_u16();
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["status"], status);
    assert!(problem["text"]["zh"]["what_to_do"].is_string() && problem["text"]["en"]["title"].is_string());
    problem
}

/// Its status and code.
pub async fn refused(request: reqwest::RequestBuilder) -> (u64, String) {
    let problem = problem(request).await;
    (problem["status"].as_u64().unwrap(), problem["code"].as_str().unwrap().to_owned())
}
