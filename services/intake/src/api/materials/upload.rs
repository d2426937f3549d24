//! `POST /v1/materials?code=M03`: a paper is brought; the body is its bytes.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    post,
    web::{Bytes, Data, Query},
};
use chassis::http::{Permit, Problem};
use contracts::materials::{Brought, Paper};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{permissions::SubmitApplication, service::Intake, usecases};

/// Which paper it is.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// Material code of the catalogue, e.g. `M03`.
    code: String,
}

/// The paper as it is kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct Uploaded {
    material_id: Uuid,
    code: String,
    media_type: String,
    /// Bytes.
    size: i64,
    /// SM3 digest, 64 hexadecimal characters.
    sm3: String,
    /// What the front desk states of the paper; services that own a process themselves take it, e.g. for construction
    /// projects.
    statement: String,
}

/// Uploads a paper.
#[utoipa::path(
    tag = "materials",
    params(Which),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, description = "The paper", body = Uploaded))
)]
#[post("/v1/materials")]
pub async fn upload(
    permit: Permit<SubmitApplication>,
    which: Query<Which>,
    request: HttpRequest,
    bytes: Bytes,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    let given = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let applicant = permit.actor().applicant();
    let paper = usecases::upload::upload(&desk, applicant, &which.code, &media_type, bytes).await?;
    let brought = Brought {
        paper: Paper {
            code: paper.code.clone(),
            id: paper.id,
            media_type: paper.media_type.clone(),
            size: paper.size,
            sm3: paper.sm3.clone(),
        },
        by: applicant.to_owned(),
    };
    Ok(HttpResponse::Created().json(Uploaded {
        statement: brought.statement(&desk.material_key),
        material_id: paper.id,
        code: paper.code,
        media_type: paper.media_type,
        size: paper.size,
        sm3: paper.sm3,
    }))
}
