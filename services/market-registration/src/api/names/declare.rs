//! `POST /v1/names`: a name is declared and reserved at once.

use actix_web::{HttpResponse, post, web::Data};
use chassis::http::{Body, IdempotencyKey, Permit, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use super::{NameShown, NewName, Warning};
use crate::{permissions::DeclareName, service::MarketRegistration, usecases::names::declare as usecase};

/// A reserved name.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reserved {
    #[serde(flatten)]
    name: NameShown,
    warnings: Vec<Warning>,
    /// A read that asks for `at_least` this sequence sees it.
    sequence: i64,
}

/// Declares a name. Every rule that it breaks is told at once; a repeated request with the same key finds the same name.
#[utoipa::path(
    tag = "names",
    params(("Idempotency-Key" = String, Header, description = "One key for each intended declaration")),
    request_body = NewName,
    responses((status = 201, description = "The name is reserved", body = Reserved))
)]
#[post("/v1/names")]
pub async fn declare(
    permit: Permit<DeclareName>,
    key: IdempotencyKey,
    body: Body<NewName>,
    desk: Data<MarketRegistration>,
) -> Result<HttpResponse, Problem> {
    let named = permit.asker().for_new(body.value.applicant.as_ref(), desk.links.seals.founding());
    let (behalf, _) = match named {
        Ok(named) => named,
        Err(faults) => return Err(body.value.faulty(faults)),
    };
    let intent = key.intent(&behalf, "declare_name", body.digest);
    let (vouched, mut given) = (permit.actor().phone(), body.value);
    let proof = given.phone_proof.take();
    let declared = given.read()?;
    let by = (&behalf, vouched, proof.as_ref());
    let (name, warnings) = usecase::declare(&desk, &declared, by, &intent).await?;
    let now = desk.mailbox.clocks().business.now();
    Ok(HttpResponse::Created().json(Reserved {
        name: NameShown::of(&desk, &name, now)?,
        warnings: warnings.into_iter().map(Warning::from).collect(),
        sequence: name.stem.sequence(),
    }))
}
