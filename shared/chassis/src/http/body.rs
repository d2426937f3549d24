//! A JSON body: read whole, with its digest, and with the place of a value that does not fit.

use std::{future::Future, pin::Pin};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    error::PayloadError,
    http::header,
    web::{Bytes, BytesMut},
};
use futures::StreamExt as _;
use mailbox::Digest;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    codes,
    problem::{Fault, Problem},
};

/// A body of at most `http.body_limit_bytes`, parsed.
#[derive(Clone, Debug)]
pub struct Body<T> {
    pub value: T,
    /// SM3 of the body in canonical form (keys sorted, no spaces): the same request gives the same digest.
    pub digest: Digest,
}

/// The largest body, put beside the routes.
#[derive(Clone, Copy, Debug)]
pub(super) struct BodyLimit(pub usize);

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let limit = request.app_data::<BodyLimit>().map_or(64 * 1024, |limit| limit.0);
        let fits = check_head(request, limit);
        let payload = payload.take();
        Box::pin(async move {
            fits?;
            parse(&read(payload, limit).await?)
        })
    }
}

fn check_head(request: &HttpRequest, limit: usize) -> Result<(), Problem> {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > limit) {
        return Err(too_large(limit));
    }
    let given = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let json = essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"));
    if json { Ok(()) } else { Err(Problem::new(&codes::CONTENT_TYPE)) }
}

async fn read(mut payload: Payload, limit: usize) -> Result<Bytes, Problem> {
    let mut whole = BytesMut::new();
    while let Some(part) = payload.next().await {
        let part = part.map_err(unreadable)?;
        if whole.len() + part.len() > limit {
            return Err(too_large(limit));
        }
        whole.extend_from_slice(&part);
    }
    Ok(whole.freeze())
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<Body<T>, Problem> {
    if bytes.is_empty() {
        return Err(Problem::new(&codes::BODY_MISSING));
    }
    let mut tree: Value = serde_json::from_slice(bytes).map_err(|e| malformed(&e))?;
    tree.sort_all_objects();
    let digest = Digest::of(tree.to_string().as_bytes());
    let value = serde_path_to_error::deserialize(tree).map_err(|e| misfit(&e))?;
    Ok(Body { value, digest })
}

fn malformed(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    Problem::new(&codes::BODY_MALFORMED)
        .detail(format!("第 {line} 行第 {column} 个字符处有误"), format!("at line {line}, column {column}"))
}

fn misfit(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let pointer: String = error.path().iter().map(|segment| pointer_segment(&segment.to_string())).collect();
    let what = error.inner().to_string();
    Problem::new(&codes::BODY_INVALID).with_faults(vec![Fault::new(
        pointer,
        "misfit",
        format!("此处不符:{what}"),
        what,
    )])
}

/// RFC 6901.
fn pointer_segment(segment: &str) -> String {
    let key = segment.strip_prefix('[').and_then(|s| s.strip_suffix(']')).unwrap_or(segment);
    format!("/{}", key.replace('~', "~0").replace('/', "~1"))
}

fn too_large(limit: usize) -> Problem {
    Problem::new(&codes::BODY_TOO_LARGE).detail(format!("最多 {limit} 字节"), format!("at most {limit} bytes"))
}

fn unreadable(error: PayloadError) -> Problem {
    Problem::new(&codes::REQUEST_MALFORMED).caused_by(anyhow::anyhow!("{error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Opening {
        #[serde(rename = "name")]
        _name: String,
        #[serde(rename = "people", default)]
        _people: Vec<Person>,
    }

    #[derive(Debug, Deserialize)]
    struct Person {
        #[serde(rename = "share")]
        _share: u8,
    }

    #[test]
    fn the_order_of_keys_and_spaces_do_not_change_the_digest() {
        let a: Body<Value> = parse(br#"{"name":"x","people":[]}"#).unwrap();
        let b: Body<Value> = parse(b"{ \"people\": [],\n \"name\": \"x\" }").unwrap();
        let c: Body<Value> = parse(br#"{"name":"y","people":[]}"#).unwrap();
        assert_eq!(a.digest, b.digest);
        assert_ne!(a.digest, c.digest);
    }

    #[test]
    fn a_value_that_does_not_fit_is_pointed_at() {
        let problem = parse::<Opening>(br#"{"name":"x","people":[{"share":1},{"share":"all"}]}"#).unwrap_err();
        assert_eq!(problem.code().name, "body-invalid");
        assert!(format!("{problem:?}").contains("\"/people/1/share\""), "{problem:?}");
    }

    #[test]
    fn an_unknown_key_is_refused() {
        assert_eq!(parse::<Opening>(br#"{"name":"x","nmae":"y"}"#).unwrap_err().code().name, "body-invalid");
    }

    #[test]
    fn what_is_not_json_is_shown_where() {
        let problem = parse::<Opening>(b"{\"name\": }").unwrap_err();
        assert_eq!(problem.code().name, "body-malformed");
    }
}
