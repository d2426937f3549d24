//! `POST /v1/materials?code=M03`: a paper is brought; the body is its bytes.

use actix_web::{
    HttpResponse, post,
    web::{Bytes, Data, Query},
};
use chassis::http::{Permit, Problem};
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
    /// What its bytes are: `application/pdf`, `application/ofd`, `image/png` or `image/jpeg`.
    media_type: String,
    /// Bytes.
    size: i64,
    /// SM3 digest, 64 hexadecimal characters.
    sm3: String,
    /// What the front desk states of the paper; services that own a process themselves take it, e.g. for construction
    /// projects.
    statement: String,
}

/// Uploads a paper. It is known by its bytes, whatever `Content-Type` calls it; one that nobody uses is not kept for ever.
#[utoipa::path(
    tag = "materials",
    params(Which),
    request_body(
        description = "The bytes of a PDF, OFD, PNG or JPEG; nobody has to know a name for them.",
        content(
            (Vec<u8> = "application/pdf"),
            (Vec<u8> = "application/ofd"),
            (Vec<u8> = "image/png"),
            (Vec<u8> = "image/jpeg"),
            (Vec<u8> = "application/octet-stream"),
        )
    ),
    responses((status = 201, description = "The paper", body = Uploaded))
)]
#[post("/v1/materials")]
pub async fn upload(
    permit: Permit<SubmitApplication>,
    which: Query<Which>,
    bytes: Bytes,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    let paper = usecases::upload::upload(&desk, &permit.asker().uploader(), &which.code, bytes).await?;
    Ok(HttpResponse::Created().json(Uploaded {
        statement: usecases::upload::statement(&desk, &paper),
        material_id: paper.id,
        code: paper.code,
        media_type: paper.media_type,
        size: paper.size,
        sm3: paper.sm3,
    }))
}
