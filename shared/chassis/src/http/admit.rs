//! The inner middleware: who is asking, and whether he asks too much.

use actix_web::{
    Error, HttpMessage as _,
    body::BoxBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web::Data,
};

use super::{
    limits::Limits,
    tokens::{Signed, Tokens},
};

/// What admitting needs, made once per process.
pub(super) struct Admission {
    pub tokens: Tokens,
    pub limits: Limits,
}

pub(super) async fn admit(
    admission: Data<Admission>,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse, Error> {
    let signed = admission.tokens.read(request.headers()).await;
    let client = match &signed {
        Ok(actor) => actor.subject.clone(),
        // A network address cannot look like a subject: two clients never share a limit by choice.
        Err(_) => request.peer_addr().map_or_else(|| "ip:".to_owned(), |peer| format!("ip:{}", peer.ip())),
    };
    if let Err(problem) = admission.limits.admit(&client) {
        return Ok(request.error_response(problem));
    }
    request.extensions_mut().insert(Signed(signed));
    next.call(request).await
}
