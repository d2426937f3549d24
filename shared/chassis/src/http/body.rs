//! A JSON body: read whole, with its digest, with the place of a value that does not fit, and with every character that
//! no text may hold.

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
    codes, door, misfit,
    problem::{Fault, Problem},
};

/// A body of at most `http.body_limit_bytes`, parsed. None of its texts holds what no text may hold.
#[derive(Clone, Debug)]
pub struct Body<T> {
    pub value: T,
    /// SM3 of the body in canonical form (keys sorted, no spaces): the same request gives the same digest.
    pub digest: Digest,
}

/// A body whose operation has a rule for each of its texts: what no text may hold is told together with everything else
/// that is wrong.
#[derive(Clone, Debug)]
pub struct Form<T> {
    pub body: Body<T>,
    unfit: Vec<Fault>,
}

/// What a form's texts hold that no text may hold.
#[derive(Clone, Debug, Default)]
#[must_use = "nothing may be stored where a text holds what it may not"]
pub struct Unfit(Vec<Fault>);

impl<T> Form<T> {
    pub fn parts(self) -> (T, Unfit) {
        (self.body.value, Unfit(self.unfit))
    }
}

impl Unfit {
    /// What the operation found, and what it did not look at.
    #[must_use]
    pub fn beside(&self, mut found: Vec<Fault>) -> Vec<Fault> {
        let known = |fault: &Fault| found.iter().any(|found| found.pointer == fault.pointer);
        let more: Vec<Fault> = self.0.iter().filter(|fault| !known(fault)).cloned().collect();
        found.extend(more);
        found
    }
}

/// The largest body, put beside the routes.
#[derive(Clone, Copy, Debug)]
pub(super) struct BodyLimit(pub usize);

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let form = Form::from_request(request, payload);
        Box::pin(async move {
            let Form { body, unfit } = form.await?;
            if unfit.is_empty() { Ok(body) } else { Err(Problem::faulty(unfit)) }
        })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
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

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<Form<T>, Problem> {
    if bytes.is_empty() {
        return Err(Problem::new(&codes::BODY_MISSING));
    }
    let mut tree: Value = serde_json::from_slice(bytes).map_err(|e| malformed(&e))?;
    tree.sort_all_objects();
    let digest = Digest::of(tree.to_string().as_bytes());
    let unfit = door::of_body(&tree);
    let value = serde_path_to_error::deserialize(tree).map_err(|e| misfit(&e))?;
    Ok(Form { body: Body { value, digest }, unfit })
}

fn malformed(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    Problem::new(&codes::BODY_MALFORMED)
        .detail(format!("第 {line} 行第 {column} 个字符处有误"), format!("at line {line}, column {column}"))
}

/// Says where, and what stands there by the API's description; never what was sent.
fn misfit(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let pointer: String = error.path().iter().map(|segment| pointer_segment(&segment.to_string())).collect();
    let (zh, en) = misfit::told(&error.inner().to_string());
    Problem::new(&codes::BODY_INVALID).with_faults(vec![Fault::new(pointer, "misfit", zh, en)])
}

fn pointer_segment(segment: &str) -> String {
    format!("/{}", door::shown(segment.strip_prefix('[').and_then(|s| s.strip_suffix(']')).unwrap_or(segment)))
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
        let a: Form<Value> = parse(br#"{"name":"x","people":[]}"#).unwrap();
        let b: Form<Value> = parse(b"{ \"people\": [],\n \"name\": \"x\" }").unwrap();
        let c: Form<Value> = parse(br#"{"name":"y","people":[]}"#).unwrap();
        assert_eq!(a.body.digest, b.body.digest);
        assert_ne!(a.body.digest, c.body.digest);
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

    #[test]
    fn what_was_sent_is_never_repeated() {
        for body in [
            r#"{"name":"x","people":[{"share":"370683190001010014"}]}"#,
            r#"{"name":"x","people":"370683190001010014"}"#,
            r#"{"name":"x","people":[{"share":370683}]}"#,
            r#"{"name":{"370683190001010014":1}}"#,
        ] {
            let problem = format!("{:?}", parse::<Opening>(body.as_bytes()).unwrap_err());
            assert!(!problem.contains("370683"), "{problem}");
        }
    }

    #[test]
    fn a_form_tells_what_no_text_may_hold_with_everything_else() {
        let form = parse::<Value>(br#"{"name":"\u202e","town":"\u200b"}"#).unwrap();
        let found = vec![Fault::new("/name", "direction_mark", "", ""), Fault::new("/scope", "missing", "", "")];
        let told: Vec<_> = form.parts().1.beside(found).into_iter().map(|fault| fault.pointer).collect();
        assert_eq!(told, ["/name", "/scope", "/town"]);
    }
}
