//! The inner middleware: who is asking, and whether he asks too much.

use std::net::IpAddr;

use actix_web::{
    Error, HttpMessage as _,
    body::BoxBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web::Data,
};

use ipnet::IpNet;

use super::{
    door,
    limits::Limits,
    problem::Problem,
    tokens::{Signed, Tokens},
};

/// What admitting needs, made once per process.
pub(super) struct Admission {
    pub tokens: Tokens,
    pub limits: Limits,
    pub trusted_proxies: Vec<IpNet>,
}

pub(super) async fn admit(
    admission: Data<Admission>,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse, Error> {
    match admission.ask(&request).await {
        Ok(signed) => {
            request.extensions_mut().insert(signed);
            next.call(request).await
        }
        Err(problem) => Ok(request.error_response(problem)),
    }
}

impl Admission {
    /// Who asks. He may ask at this moment, and what he asks by is an address.
    async fn ask(&self, request: &ServiceRequest) -> Result<Signed, Problem> {
        let presented = self.tokens.presented(request.headers());
        let known = presented.as_ref().ok().and_then(|presented| self.tokens.remembered(presented));
        // Who was not seen before costs his address: no more signatures are looked at than it may ask.
        match &known {
            Some(subject) => self.limits.admit(subject)?,
            None => self.limits.admit(&address_key(request, &self.trusted_proxies))?,
        }
        door::of_address(request.uri().path(), request.uri().query().unwrap_or_default())?;
        let signed = match presented {
            Ok(presented) => self.tokens.read(presented).await,
            Err(refused) => Err(refused),
        };
        if let (Ok(actor), None) = (&signed, &known) {
            self.limits.admit(&actor.subject)?;
        }
        Ok(Signed(signed))
    }
}

/// A network address cannot look like a subject: two clients never share a limit by choice.
fn address_key(request: &ServiceRequest, trusted: &[IpNet]) -> String {
    address(request, trusted).map_or_else(|| "ip:".to_owned(), |address| format!("ip:{address}"))
}

/// The client's address: the peer's, or what trusted proxies say about whom they speak for. What a client wrote himself
/// stands to the left of what the first proxy saw, and is not believed.
fn address(request: &ServiceRequest, trusted: &[IpNet]) -> Option<IpAddr> {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut address = request.peer_addr()?.ip().to_canonical();
    let seen: Vec<&str> =
        request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok()).collect();
    for before in seen.iter().flat_map(|line| line.split(',')).rev().map(str::trim) {
        if !is_trusted(&address) {
            break;
        }
        let Ok(before) = before.parse::<IpAddr>() else { break };
        address = before.to_canonical();
    }
    Some(address)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn seen(peer: &str, forwarded: &[&str]) -> String {
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        let mut request = TestRequest::default().peer_addr(format!("{peer}:4000").parse().unwrap());
        for line in forwarded {
            request = request.append_header(("x-forwarded-for", *line));
        }
        address(&request.to_srv_request(), &trusted).unwrap().to_string()
    }

    #[test]
    fn only_trusted_proxies_say_whom_they_speak_for() {
        assert_eq!(seen("192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(seen("10.0.0.2", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(seen("10.0.0.2", &["203.0.113.9, 198.51.100.7", "10.0.0.3"]), "198.51.100.7");
        assert_eq!(seen("10.0.0.2", &["nonsense"]), "10.0.0.2");
        assert_eq!(seen("10.0.0.2", &[]), "10.0.0.2");
    }
}
