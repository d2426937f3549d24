//! Who may do what, as data: `permissions.toml` has a line for every operation of every service, and `PERMISSIONS.md` is made
//! from it. Routes are held against the lines here; what they answer is tried by [`super::walk`].

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{self, Write as _},
};

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::Value;

use crate::http::Role;

/// Lines of what every service has.
const EVERY: &str = "every";

/// Every role with its name in Chinese, in the order of the document.
pub const ROLES: [(Role, &str); 13] = [
    (Role::Applicant, "申请人"),
    (Role::WindowClerk, "窗口人员"),
    (Role::ChiefRepresentative, "首席代表"),
    (Role::DepartmentClerk, "部门经办人"),
    (Role::DepartmentHead, "部门负责人"),
    (Role::DepartmentAssistant, "部门协办员"),
    (Role::CentreAgent, "帮办代办员"),
    (Role::AgencyManager, "帮办代办机构负责人"),
    (Role::VillageHelper, "村级帮办员"),
    (Role::TownLead, "镇街代办负责人"),
    (Role::Operator, "运维人员"),
    (Role::Leader, "分管领导"),
    (Role::Auditor, "审计人员"),
];

/// Whose it is, seen from whoever asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// He is its applicant.
    Own,
    /// Another's, in what his office reaches: his department, his region, assigned to him.
    Neighbours,
    /// Another's, of another department and region, and not assigned to him.
    Foreign,
    /// There is none.
    Missing,
}

impl Whose {
    pub const ALL: [Self; 4] = [Self::Own, Self::Neighbours, Self::Foreign, Self::Missing];
}

/// What he is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It is done or shown, or he is told why it cannot be now.
    Done,
    /// 403 `consent-needed`: the applicant has to agree, by his code or on his signed paper.
    NeedsConsent,
    /// 404, or left out of a list.
    Missing,
    /// 403 `permission-missing`, whatever there is.
    Refused,
}

/// One operation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Operation {
    pub path: String,
    pub method: String,
}

/// Who may do it.
#[derive(Debug, Deserialize)]
pub struct Line {
    /// Nobody has to sign in.
    everybody: Option<String>,
    /// Every role.
    signed_in: Option<String>,
    /// Another's personal data are shown: it is written down who looked.
    #[serde(default)]
    pub looks: bool,
    #[serde(flatten)]
    roles: BTreeMap<Role, String>,
}

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    /// Word -> what is answered to his own, a neighbour's, a foreign and a missing subject.
    reach: BTreeMap<String, [Answer; 4]>,
    /// What the words are for, for the document.
    about: BTreeMap<String, String>,
    /// Service -> operation -> line.
    doors: BTreeMap<String, BTreeMap<String, Line>>,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

impl Operation {
    fn read(text: &str) -> anyhow::Result<Self> {
        let (method, path) = text.split_once(' ').with_context(|| format!("{text} is no operation"))?;
        Ok(Self { path: path.to_owned(), method: method.to_owned() })
    }
}

impl Matrix {
    /// Reads the file.
    ///
    /// # Errors
    /// Where a line has a role or a word that does not exist, or is no operation.
    pub fn read() -> anyhow::Result<Self> {
        let read: Self = toml::from_str(include_str!("../../permissions.toml")).context("permissions.toml")?;
        let known: BTreeSet<&String> = read.reach.keys().collect();
        anyhow::ensure!(known == read.about.keys().collect(), "every word of [reach] stands in [about], and no other");
        for (service, operation, line) in read.lines() {
            Operation::read(operation)?;
            for word in line.words() {
                anyhow::ensure!(read.reach.contains_key(word), "{service}: {operation}: there is no reach {word}");
            }
        }
        Ok(read)
    }

    fn lines(&self) -> impl Iterator<Item = (&String, &String, &Line)> {
        let of = |(service, lines)| std::iter::repeat(service).zip(lines).map(|(s, (o, line))| (s, o, line));
        self.doors.iter().flat_map(of)
    }

    /// The operations of a service, with those of every service.
    #[must_use]
    pub fn of(&self, service: &str) -> BTreeMap<Operation, &Line> {
        let lines = [EVERY, service].into_iter().filter_map(|name| self.doors.get(name)).flatten();
        lines.filter_map(|(operation, line)| Some((Operation::read(operation).ok()?, line))).collect()
    }

    /// What a role is answered, in the order of [`Whose::ALL`].
    #[must_use]
    pub fn answers(&self, line: &Line, role: Role) -> [Answer; 4] {
        let word = line.roles.get(&role).or(line.signed_in.as_ref()).or(line.everybody.as_ref());
        word.and_then(|word| self.reach.get(word)).copied().unwrap_or([Answer::Refused; 4])
    }

    /// What whoever is not signed in is answered; none where he has to sign in.
    #[must_use]
    pub fn without_sign_in(&self, line: &Line) -> Option<[Answer; 4]> {
        self.reach.get(line.everybody.as_ref()?).copied()
    }

    /// Holds the routes of a service against its lines: what is in one and not in the other.
    #[must_use]
    pub fn differences(&self, service: &str, document: &Value) -> Vec<String> {
        let (lines, routes) = (self.of(service), operations(document));
        let mut told = Vec::new();
        for (operation, open) in &routes {
            match lines.get(operation) {
                None => told.push(format!("{service}: {operation} has no line in permissions.toml")),
                Some(line) if line.everybody.is_some() != *open => {
                    told.push(format!("{service}: {operation}: whether one has to sign in is not what its route says"));
                }
                Some(_) => {}
            }
        }
        let gone = lines.keys().filter(|operation| !routes.contains_key(operation));
        told.extend(gone.map(|operation| format!("{service}: {operation} of permissions.toml has no route")));
        told
    }

    /// The document for people (`PERMISSIONS.md`).
    #[must_use]
    pub fn document(&self) -> String {
        let mut page = String::from(HEAD);
        for (word, answers) in &self.reach {
            let cells: Vec<&str> = answers.iter().map(|answer| answer.words()).collect();
            let about = self.about.get(word).map_or("", String::as_str);
            let _ = writeln!(page, "| {word} | {} | {about} |", cells.join(" | "));
        }
        for (service, lines) in &self.doors {
            let heading = if service == EVERY { "Every service" } else { service };
            let seen = ROLES.iter().filter(|(role, _)| lines.values().any(|line| line.roles.contains_key(role)));
            let seen: Vec<&(Role, &str)> = seen.collect();
            let names: Vec<String> = seen.iter().map(|(role, zh)| format!("{} {zh}", name(*role))).collect();
            let heads: Vec<&str> = ["operation", "everybody", "every role"]
                .into_iter()
                .chain(names.iter().map(String::as_str))
                .chain(["who looked"])
                .collect();
            let _ = writeln!(page, "\n## {heading}\n\n| {} |\n|{}", heads.join(" | "), "---|".repeat(heads.len()));
            let mut sorted: Vec<(Operation, &Line)> =
                lines.iter().filter_map(|(text, line)| Some((Operation::read(text).ok()?, line))).collect();
            sorted.sort_by(|a, b| a.0.cmp(&b.0));
            for (operation, line) in sorted {
                let cell = |word: Option<&String>| word.map_or(String::new(), Clone::clone);
                let mut cells = vec![cell(line.everybody.as_ref()), cell(line.signed_in.as_ref())];
                cells.extend(seen.iter().map(|(role, _)| cell(line.roles.get(role))));
                let row = if line.looks { "is written down" } else { "" };
                let _ = writeln!(page, "| `{operation}` | {} | {row} |", cells.join(" | "));
            }
        }
        page
    }
}

impl Line {
    fn words(&self) -> impl Iterator<Item = &String> {
        self.roles.values().chain(&self.everybody).chain(&self.signed_in)
    }
}

impl Answer {
    fn words(self) -> &'static str {
        match self {
            Self::Done => "yes",
            Self::NeedsConsent => "with the applicant's consent",
            Self::Missing => "404",
            Self::Refused => "403",
        }
    }
}

/// The name of a role in tokens.
#[must_use]
pub fn name(role: Role) -> String {
    serde_json::to_value(role).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Every operation that a description has, and whether it is open to whoever is not signed in.
fn operations(document: &Value) -> BTreeMap<Operation, bool> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let of_path = |(path, methods): (&String, &Value)| {
        let operation = |(method, described): (&String, &Value)| {
            let open = described["security"]
                .as_array()
                .is_some_and(|ways| ways.iter().any(|way| way == &serde_json::json!({})));
            (Operation { path: path.clone(), method: method.to_uppercase() }, open)
        };
        methods.as_object().into_iter().flatten().map(operation).collect::<Vec<_>>()
    };
    paths.flat_map(of_path).collect()
}

const HEAD: &str = "# Who may do what

Made from [`permissions.toml`](permissions.toml) by `make schema`. Each service's tests walk its own API by it: every operation,
as every role, for what is one's own, a neighbour's, foreign and missing.

- **own**: whoever asks is its applicant.
- **a neighbour's**: another's, in what his office reaches: his department, his region, assigned to him.
- **foreign**: another's, of another department and region, and not assigned to him.
- **missing**: there is none. Where somebody may not see a thing he is answered just like this.

Whoever has two roles has what either gives; what the service's own document says besides (a window role takes a department's
rights away) comes on top. An empty cell is 403, and without a token 401. \"Who looked\": whoever is shown another's personal data
leaves a row, which the person reads at `GET /v1/accesses/mine`.

| word | own | a neighbour's | foreign | missing | |
|---|---|---|---|---|---|
";

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_document_is_made_from_the_file() {
        let made = Matrix::read().unwrap().document();
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/PERMISSIONS.md");
        if std::env::var_os("WUTONG_WRITE_SCHEMA").is_some() {
            std::fs::write(path, &made).unwrap();
        }
        assert!(std::fs::read_to_string(path).unwrap_or_default() == made, "PERMISSIONS.md: run `make schema`");
    }

    /// Whose work a query may see is never left out of it: each takes a `Scope`, and says what it finds for each of the five.
    #[test]
    fn no_store_shows_everything_where_nothing_is_given() {
        let services = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../services");
        let (mut folders, mut read) = (vec![services], 0);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "sql") {
                    let text = std::fs::read_to_string(&path).unwrap();
                    for opens in ["::text is null or", "Option<&Scope>", "Option<Scope>", "Option<&Own>"] {
                        assert!(!text.contains(opens), "{}: {opens}", path.display());
                    }
                    read += 1;
                }
            }
        }
        assert!(read > 300, "the services' sources are there: {read}");
    }

    #[test]
    fn every_role_is_walked() {
        let names: BTreeSet<String> = ROLES.iter().map(|(role, _)| name(*role)).collect();
        assert_eq!(names.len(), ROLES.len());
        let unknown = serde_json::from_value::<Role>("window".into()).unwrap_err().to_string();
        assert_eq!(unknown.matches('`').count() / 2 - 1, ROLES.len(), "every role that a token may have: {unknown}");
    }

    #[test]
    fn a_route_without_a_line_and_a_line_without_a_route_are_told() {
        let matrix = Matrix::read().unwrap();
        let open = serde_json::json!([{}]);
        let document = serde_json::json!({ "paths": {
            "/v1/trees": { "get": {} }, "/v1/messages": { "get": { "security": open } },
        } });
        let told = matrix.differences("notification", &document);
        assert!(told.contains(&"notification: GET /v1/trees has no line in permissions.toml".to_owned()), "{told:?}");
        let unsigned = "notification: GET /v1/messages: whether one has to sign in is not what its route says";
        assert!(told.contains(&unsigned.to_owned()), "{told:?}");
        let gone = "notification: GET /v1/deliveries of permissions.toml has no route";
        assert!(told.contains(&gone.to_owned()), "{told:?}");
    }
}
