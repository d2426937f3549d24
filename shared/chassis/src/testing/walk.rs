//! Walks a running service by its own description: every operation as every role, for what is one's own, a neighbour's, foreign and
//! missing, and compares the answers with the matrix; without a token; with a NUL in path, query and every text; with texts and
//! bodies of a mebibyte; with methods that a path does not take. Everything that differs is told at once.

use std::{collections::BTreeSet, future::Future, sync::LazyLock, time::Duration};

use mailbox::{
    Mailbox,
    accesses::{self, Access},
};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Map, Value, json};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::{
    Issuer, TestServer,
    matrix::{Answer, Line, Matrix, Operation, ROLES, Whose, name},
};
use crate::http::Role;

/// Token subject of the applicant to whom everything belongs that is walked.
pub const HOLDER: &str = "holder";

const MEBIBYTE: usize = 1024 * 1024;

/// How often a large body is sent again: a server that has refused it may hang up before the client has said everything.
const TRIES: usize = 5;

/// Without trusted roots, which are slow to load and which nothing here would use.
static CLIENT: LazyLock<Client> =
    LazyLock::new(|| Client::builder().no_proxy().tls_certs_only([]).build().unwrap_or_default());

const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH];

/// What an operation is asked about, and how.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// What stands in the path, parameter by parameter.
    pub path: Vec<String>,
    /// The query that the operation needs, e.g. `code=..`.
    pub query: String,
    /// A body with which nothing is wrong; null where it takes none.
    pub body: Value,
    /// Bytes that are sent in a body's place, with their media type.
    pub bytes: Option<(&'static str, Vec<u8>)>,
    /// By what a list shows it.
    pub shown_as: String,
    /// The same request about a thing that does not exist, where another first parameter does not make it that.
    pub missing: Option<Box<Self>>,
}

/// A service with its database, in which things come to be.
pub trait Town {
    const SERVICE: &'static str;

    fn api(&self) -> &TestServer;

    fn mailbox(&self) -> &Mailbox;

    /// The department whose people are neighbours.
    fn department(&self) -> &'static str {
        "MSA"
    }

    /// Something new that belongs to [`HOLDER`], that is assigned to the agent among the neighbours, and that `asker` may ask the
    /// operation about.
    fn subject(&self, operation: &str, asker: &Value) -> impl Future<Output = Subject>;
}

/// Somebody does something on the way to what is walked; null where the operation takes no body.
///
/// # Panics
/// Where it is not done.
pub async fn does<T: Town>(town: &T, claims: &Value, (method, path): (Method, &str), body: &Value) -> Value {
    let token = Issuer::token_with(claims.clone()).unwrap_or_default();
    let request = CLIENT.request(method, town.api().url(path)).bearer_auth(token);
    let request = if body.is_null() { request } else { request.json(body) };
    let key = town.mailbox().new_id().to_string();
    let answer = request.header("Idempotency-Key", key).send().await.unwrap_or_else(|error| panic!("{path}: {error}"));
    let (status, told) = (answer.status(), answer.json::<Value>().await.unwrap_or_default());
    assert!(status.is_success(), "{path}: {status} {told}");
    told
}

/// The claims of whoever has one role, and nothing else.
#[must_use]
pub fn who(role: Role, whose: Whose, department: &str) -> Value {
    let name = name(role);
    let near = |sub: String| json!({ "sub": sub, "roles": [name], "department": department, "region": "370683" });
    match whose {
        Whose::Own => near(HOLDER.to_owned()),
        Whose::Neighbours | Whose::Missing => near(format!("near-{name}")),
        Whose::Foreign => {
            json!({ "sub": format!("far-{name}"), "roles": [name], "department": "FAR", "region": "370102" })
        }
    }
}

/// Walks.
///
/// # Panics
/// With everything that is answered otherwise than the matrix says.
pub async fn walk<T: Town>(town: &T) {
    let matrix = Matrix::read().unwrap_or_else(|error| panic!("{error:#}"));
    let walker = Walker { town, matrix: &matrix };
    let document: Value = walker.document().await;
    let mut told = matrix.differences(T::SERVICE, &document);
    for (operation, line) in matrix.of(T::SERVICE) {
        let text = operation.to_string();
        let of_operation = Walk { walker: &walker, operation: &operation, text: &text, line };
        told.extend(of_operation.walk().await);
    }
    told.extend(walker.other_methods(&document).await);
    assert!(told.is_empty(), "{} answers otherwise than permissions.toml says:\n{}", T::SERVICE, told.join("\n"));
}

struct Walker<'a, T> {
    town: &'a T,
    matrix: &'a Matrix,
}

/// One operation.
struct Walk<'a, T> {
    walker: &'a Walker<'a, T>,
    operation: &'a Operation,
    text: &'a str,
    line: &'a Line,
}

/// An answer, without what is never twice the same.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Answered {
    status: u16,
    body: Value,
}

impl Answered {
    fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// What it is by the matrix; none where it is nothing that the matrix knows.
    fn is(&self) -> Option<Answer> {
        match self.status {
            200..=299 | 409 => Some(Answer::Done),
            403 if self.code() == "consent-needed" => Some(Answer::NeedsConsent),
            403 => Some(Answer::Refused),
            404 if self.code() == "not-found" => Some(Answer::Missing),
            _ => None,
        }
    }

    fn is_clients_fault(&self) -> bool {
        (400..500).contains(&self.status) && self.status != 401 && self.status != 403
    }
}

impl std::fmt::Display for Answered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let body: String = self.body.to_string().chars().take(400).collect();
        write!(f, "{} {body}", self.status)
    }
}

impl Subject {
    /// As the operation's path has it.
    fn path(&self, operation: &Operation) -> String {
        let mut given = self.path.iter();
        let part = |part: &str| match part.starts_with('{') {
            true => given.next().cloned().unwrap_or_else(|| "none".to_owned()),
            false => part.to_owned(),
        };
        operation.path.split('/').map(part).collect::<Vec<_>>().join("/")
    }

    /// The same of something that does not exist.
    fn missing(&self) -> Self {
        if let Some(missing) = &self.missing {
            return Self::clone(missing);
        }
        let mut missing = self.clone();
        if let Some(first) = missing.path.first_mut() {
            *first =
                if Uuid::try_parse(first).is_ok() { Uuid::from_u128(404).to_string() } else { "nowhere".to_owned() };
        }
        missing
    }
}

impl<T: Town> Walk<'_, T> {
    async fn walk(&self) -> Vec<String> {
        let mut told = Vec::new();
        match self.walker.matrix.without_sign_in(self.line) {
            Some(expected) => self.as_anybody(expected, &mut told).await,
            None => {
                self.unsigned(&mut told).await;
                for (role, _) in ROLES {
                    self.as_role(role, &mut told).await;
                }
            }
        }
        self.with_what_no_text_holds(&mut told).await;
        told
    }

    async fn subject(&self, asker: &Value) -> Subject {
        let town = self.walker.town;
        let of_every_service = match self.text {
            "GET /v1/accesses" => Some(looked_at(town.mailbox()).await),
            "GET /v1/accesses/mine" => {
                Some(looked_at(town.mailbox()).await.map(|of| Subject { query: String::new(), ..of }))
            }
            "POST /v1/parked/{id}/discard" => Some(parked(town.mailbox(), json!({ "reason": "弃置" })).await),
            "POST /v1/parked/{id}/mend" => Some(parked(town.mailbox(), json!({ "key": "k", "reason": "改正" })).await),
            text if text.contains(" /v1/parked") => Some(parked(town.mailbox(), Value::Null).await),
            _ => None,
        };
        let subject = match of_every_service {
            Some(Ok(subject)) => subject,
            Some(Err(error)) => panic!("{}: {error}", self.text),
            None => town.subject(self.text, asker).await,
        };
        Subject { path: subject.path.into_iter().take(self.operation.path.matches('{').count()).collect(), ..subject }
    }

    /// Whether it is a list, in which a thing is shown or left out.
    fn lists(&self, subject: &Subject) -> bool {
        self.operation.method == "GET" && !self.operation.path.contains('{') && !subject.shown_as.is_empty()
    }

    async fn ask(&self, asker: Option<&Value>, subject: &Subject) -> Answered {
        self.walker.send(self.request(asker, &subject.path(self.operation), subject)).await
    }

    fn request(&self, asker: Option<&Value>, path: &str, subject: &Subject) -> RequestBuilder {
        let method = Method::from_bytes(self.operation.method.as_bytes()).unwrap_or_default();
        let query = if subject.query.is_empty() { String::new() } else { format!("?{}", subject.query) };
        let mut request = CLIENT.request(method, self.walker.town.api().url(&format!("{path}{query}")));
        request = request.header("Idempotency-Key", self.walker.town.mailbox().new_id().to_string());
        if let Some(claims) = asker {
            request = request.bearer_auth(Issuer::token_with(claims.clone()).unwrap_or_default());
        }
        match (&subject.bytes, &subject.body) {
            (Some((media_type, bytes)), _) => request.header("Content-Type", *media_type).body(bytes.clone()),
            (None, Value::Null) => request,
            (None, body) => request.json(body),
        }
    }

    async fn unsigned(&self, told: &mut Vec<String>) {
        let nowhere = Subject { path: vec![Uuid::from_u128(404).to_string(); 3], ..Subject::default() };
        let answered = self.ask(None, &nowhere).await;
        if answered.status != 401 {
            told.push(format!("{}: without a token: {answered}", self.text));
        }
    }

    /// Nobody has to sign in; whoever has, sees the same.
    async fn as_anybody(&self, expected: [Answer; 4], told: &mut Vec<String>) {
        let stranger = who(Role::Applicant, Whose::Foreign, "");
        let subject = self.subject(&stranger).await;
        for asker in [None, Some(&stranger)] {
            let seen = [
                (expected[2], self.ask(asker, &subject).await),
                (expected[3], self.ask(asker, &subject.missing()).await),
            ];
            for (expected, answered) in seen {
                if answered.is() != Some(expected) {
                    told.push(format!(
                        "{}: signed in: {}: {expected:?} expected: {answered}",
                        self.text,
                        asker.is_some()
                    ));
                }
            }
        }
    }

    async fn as_role(&self, role: Role, told: &mut Vec<String>) {
        let expected = self.walker.matrix.answers(self.line, role);
        let department = self.walker.town.department();
        if expected == [Answer::Refused; 4] {
            let nowhere = Subject { path: vec![Uuid::from_u128(404).to_string(); 3], ..Subject::default() };
            let answered = self.ask(Some(&who(role, Whose::Own, department)), &nowhere).await;
            self.compare((role, Whose::Own, Answer::Refused), &answered, told);
            return;
        }
        let mut near = self.subject(&who(role, Whose::Neighbours, department)).await;
        for (whose, expected) in Whose::ALL.into_iter().zip(expected) {
            let asker = who(role, whose, department);
            if whose == Whose::Missing {
                if !self.lists(&near) {
                    let answered = self.ask(Some(&asker), &near.missing()).await;
                    self.compare((role, whose, expected), &answered, told);
                }
                continue;
            }
            let lasting = matches!(expected, Answer::Missing | Answer::Refused);
            // What was done once may be impossible the second time.
            let subject = match self.operation.method.as_str() {
                "GET" => near.clone(),
                _ if whose == Whose::Neighbours => std::mem::take(&mut near),
                _ => self.subject(&asker).await,
            };
            let looks = self.walker.looks(&asker).await;
            let mut answered = self.ask(Some(&asker), &subject).await;
            if self.lists(&subject) && answered.status == 200 && !answered.body.to_string().contains(&subject.shown_as)
            {
                answered.status = 404;
                answered.body = json!({ "code": "not-found" });
            }
            self.compare((role, whose, expected), &answered, told);
            let written = self.walker.looks(&asker).await - looks;
            let watched = self.line.looks && expected == Answer::Done && !self.is_his_own(role);
            if self.operation.method == "GET" && (written > 0) != watched {
                told.push(format!("{}: {}, {whose:?}: who looked: {written} rows", self.text, name(role)));
            }
            if whose == Whose::Neighbours {
                near = subject.clone();
            }
            if whose == Whose::Foreign && lasting && !self.lists(&subject) {
                let missing = self.ask(Some(&asker), &subject.missing()).await;
                if missing != answered {
                    told.push(format!(
                        "{}: {}: foreign and missing are not answered alike: {answered} and {missing}",
                        self.text,
                        name(role)
                    ));
                }
            }
        }
    }

    /// Whether the role sees what is its own, and nothing else.
    fn is_his_own(&self, role: Role) -> bool {
        self.walker.matrix.answers(self.line, role)[1] == Answer::Missing
    }

    fn compare(&self, (role, whose, expected): (Role, Whose, Answer), answered: &Answered, told: &mut Vec<String>) {
        if answered.is() != Some(expected) {
            let name = name(role);
            told.push(format!("{}: {name}, {whose:?}: {expected:?} expected: {answered}", self.text));
        }
    }

    /// Whoever may do it; none where nobody has to sign in.
    fn somebody(&self) -> Option<Value> {
        let may = ROLES.into_iter().flat_map(|(role, _)| {
            let answers = self.walker.matrix.answers(self.line, role);
            Whose::ALL.into_iter().zip(answers).map(move |(whose, answer)| (role, whose, answer))
        });
        let mut may = may.filter(|(_, _, answer)| matches!(answer, Answer::Done | Answer::NeedsConsent));
        let signed_in = self.walker.matrix.without_sign_in(self.line).is_none();
        let (role, whose, _) = may.next().filter(|_| signed_in)?;
        Some(who(role, whose, self.walker.town.department()))
    }

    async fn with_what_no_text_holds(&self, told: &mut Vec<String>) {
        let asker = self.somebody();
        let subject = self.subject(asker.as_ref().unwrap_or(&Value::Null)).await;
        let path = subject.path(self.operation);
        let mut asked = Vec::new();
        for nth in 0..subject.path.len() {
            let mut with = subject.clone();
            if let Some(part) = with.path.get_mut(nth) {
                part.push_str("%00");
            }
            asked.push((
                format!("a NUL in parameter {nth} of the path"),
                self.request(asker.as_ref(), &with.path(self.operation), &with),
            ));
        }
        let query = [subject.query.as_str(), "nul=%00"].into_iter().filter(|part| !part.is_empty());
        let with = Subject { query: query.collect::<Vec<_>>().join("&"), ..subject.clone() };
        asked.push(("a NUL in the query".to_owned(), self.request(asker.as_ref(), &path, &with)));
        for pointer in texts(&subject.body) {
            let mut with = subject.clone();
            if let Some(Value::String(text)) = with.body.pointer_mut(&pointer) {
                text.push('\0');
            }
            asked.push((format!("a NUL in {pointer}"), self.request(asker.as_ref(), &path, &with)));
            if let Some(text) = with.body.pointer_mut(&pointer) {
                *text = "长".repeat(MEBIBYTE / 4).into();
            }
            asked.push((format!("a text of 768 KiB in {pointer}"), self.request(asker.as_ref(), &path, &with)));
        }
        let before = self.walker.kept().await;
        for (what, request) in asked {
            let answered = self.walker.send(request).await;
            if !answered.is_clients_fault() {
                told.push(format!("{}: {what}: {answered}", self.text));
            }
        }
        if subject.body.is_object() {
            let mut with = subject.clone();
            with.body["padding"] = "x".repeat(MEBIBYTE).into();
            let answered = self.walker.send(self.request(asker.as_ref(), &path, &with)).await;
            if answered.status != 413 {
                told.push(format!("{}: a body of more than 1 MiB: {answered}", self.text));
            }
        }
        if self.walker.kept().await != before {
            told.push(format!("{}: something was stored of what was refused", self.text));
        }
        if subject.body.is_null() {
            let padding = Some(("application/json", vec![b' '; MEBIBYTE + 1]));
            let nothing = Subject { bytes: padding, ..subject.missing() };
            let answered = self.ask(asker.as_ref(), &nothing).await;
            if answered.status >= 500 {
                told.push(format!("{}: 1 MiB that nobody asked for: {answered}", self.text));
            }
        }
    }
}

impl<T: Town> Walker<'_, T> {
    async fn document(&self) -> Value {
        self.send(CLIENT.get(self.town.api().url("/openapi.json"))).await.body
    }

    async fn send(&self, request: RequestBuilder) -> Answered {
        let mut last = String::new();
        for _ in 0..TRIES {
            let Some(again) = request.try_clone() else { break };
            match again.timeout(Duration::from_secs(30)).send().await {
                Ok(answer) => {
                    let status = answer.status().as_u16();
                    let bytes = answer.bytes().await.unwrap_or_default();
                    let mut body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
                    for changing in ["instance", "trace_id"] {
                        body.as_object_mut().map(|body: &mut Map<String, Value>| body.remove(changing));
                    }
                    return Answered { status, body };
                }
                Err(error) => last = error.to_string(),
            }
        }
        Answered { status: 599, body: json!({ "code": last }) }
    }

    /// How many looks of this reader are written down.
    async fn looks(&self, asker: &Value) -> i64 {
        let text = "select count(*) from accesses where reader = $1";
        let counted = sqlx::query_scalar(text).bind(asker["sub"].as_str()).fetch_one(self.town.mailbox().db()).await;
        counted.unwrap_or_else(|error| panic!("who looked: {error}"))
    }

    /// Rows of every table, and the last transaction that wrote one: nothing can be stored without it.
    async fn kept(&self) -> Vec<(String, i64, i64)> {
        let text = "select quote_ident(c.relname) from pg_class c
                    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
                      and has_table_privilege(c.oid, 'select') order by 1";
        let tables = sqlx::query_scalar(text).fetch_all(self.town.mailbox().db()).await;
        let tables: Vec<String> = tables.unwrap_or_else(|error| panic!("the tables: {error}"));
        let mut kept = Vec::with_capacity(tables.len());
        for table in tables {
            let text = format!("select count(*), coalesce(max(xmin::text::bigint), 0) from {table}");
            let row = sqlx::query_as(AssertSqlSafe(text)).fetch_one(self.town.mailbox().db()).await;
            let (rows, last): (i64, i64) = row.unwrap_or_else(|error| panic!("{table}: {error}"));
            kept.push((table, rows, last));
        }
        kept
    }

    /// 405 with `Allow` where a path is right and the method is not.
    async fn other_methods(&self, document: &Value) -> Vec<String> {
        let mut told = Vec::new();
        for (path, described) in document["paths"].as_object().into_iter().flatten() {
            let nowhere = Subject { path: vec![Uuid::from_u128(404).to_string(); 3], ..Subject::default() };
            let here = nowhere.path(&Operation { path: path.clone(), method: String::new() });
            let same: BTreeSet<String> = taken(document, &here, described);
            for method in METHODS.into_iter().filter(|method| !same.contains(&method.as_str().to_lowercase())) {
                let answered = self.send(CLIENT.request(method.clone(), self.town.api().url(&here))).await;
                if answered.status != 405 {
                    told.push(format!("{method} {path}: 405 expected: {answered}"));
                }
            }
        }
        told
    }
}

/// Methods that an address takes: of its own path, and of every other that it fits too, as `/v1/names/{id}` does `/v1/names/check`.
fn taken(document: &Value, here: &str, described: &Value) -> BTreeSet<String> {
    let fits = |path: &str| {
        let (pattern, address) = (path.split('/'), here.split('/'));
        pattern.clone().count() == address.clone().count()
            && pattern.zip(address).all(|(part, given)| part.starts_with('{') || part == given)
    };
    let others = document["paths"].as_object().into_iter().flatten().filter(|(path, _)| fits(path));
    let methods = others.map(|(_, described)| described).chain([described]);
    methods
        .flat_map(|described| described.as_object().into_iter().flatten().map(|(method, _)| method.clone()))
        .collect()
}

/// Somebody has looked at what is the holder's.
async fn looked_at(mailbox: &Mailbox) -> Result<Subject, sqlx::Error> {
    let about = mailbox.new_id();
    let look = Access {
        id: mailbox.new_id(),
        subject: HOLDER.to_owned(),
        about,
        reader: "somebody".to_owned(),
        ground: "office".to_owned(),
        purpose: "walk".to_owned(),
        at: mailbox.clocks().business.now(),
    };
    accesses::leave(mailbox.db(), &[look]).await?;
    Ok(Subject { query: format!("about={about}"), shown_as: about.to_string(), ..Subject::default() })
}

/// A message about a new case that is set aside.
async fn parked(mailbox: &Mailbox, body: Value) -> Result<Subject, sqlx::Error> {
    let (id, case) = (mailbox.new_id(), mailbox.new_id());
    sqlx::query(
        "insert into parked (id, topic, partition, \"offset\", key, headers, body, state, code, reason, parked_at)
         values ($1, 'walked.v1', 0, 1, $2, '[]', 'x', 'poison', 'undecodable', 'walked', now())",
    )
    .bind(id)
    .bind(case.to_string().into_bytes())
    .execute(mailbox.db())
    .await?;
    Ok(Subject { path: vec![id.to_string()], body, shown_as: id.to_string(), ..Subject::default() })
}

/// Where a body has texts, as JSON pointers.
fn texts(body: &Value) -> Vec<String> {
    match body {
        Value::String(_) => vec![String::new()],
        Value::Array(entries) => {
            let of = |(nth, entry)| texts(entry).into_iter().map(move |under| format!("/{nth}{under}"));
            entries.iter().enumerate().flat_map(of).collect()
        }
        Value::Object(members) => {
            let of = |(name, member): (&String, &Value)| {
                let name = name.replace('~', "~0").replace('/', "~1");
                texts(member).into_iter().map(move |under| format!("/{name}{under}"))
            };
            members.iter().flat_map(of).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => vec![],
    }
}
