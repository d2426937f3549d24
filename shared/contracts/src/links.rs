//! Every link that anybody is sent: what it opens, at which service, and the path of it there. One table; whoever sends a link asks
//! for it by its purpose, and whoever tells it puts it under the public address of its place. A test of each service holds the
//! table against its real routes; a portal that takes a path over changes its line.

use std::{collections::BTreeMap, fmt};

use uuid::Uuid;

/// What a link opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// How a case goes on, for whoever has its number and query code.
    Progress,
    /// One item of a construction project: where it stands and what it lacks; for whoever is signed in and may see it.
    ProjectItem,
    /// A paper's bytes, for one department and one task.
    Paper,
}

/// One line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    pub purpose: Purpose,
    /// Its name in messages.
    pub name: &'static str,
    /// The service that holds the thing.
    pub place: &'static str,
    /// The path below the place's public address, with `{argument}` where it varies.
    pub path: &'static str,
}

/// The table.
pub const TABLE: [Line; 3] = [
    Line { purpose: Purpose::Progress, name: "progress", place: "intake", path: "/v1/progress/{number}?code={code}" },
    Line {
        purpose: Purpose::ProjectItem,
        name: "project_item",
        place: "construction-permit",
        path: "/v1/projects/{id}/items/{code}",
    },
    Line {
        purpose: Purpose::Paper,
        name: "paper",
        place: "intake",
        path: "/v1/materials/{id}/bytes?department={department}&task={task}&capability={capability}",
    },
];

impl Line {
    /// The arguments of the path, in its order.
    pub fn arguments(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('{').skip(1).filter_map(|behind| behind.split_once('}').map(|(name, _)| name))
    }
}

/// Public addresses of the places, without a slash at the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    public: String,
    own: BTreeMap<String, String>,
}

impl Places {
    /// Everything stands under one public address; empty: nowhere.
    #[must_use]
    pub fn under(public: &str) -> Self {
        Self { public: public.trim_end_matches('/').to_owned(), own: BTreeMap::new() }
    }

    /// A service with a public address of its own; empty: it has none.
    #[must_use]
    pub fn with(mut self, place: &str, address: &str) -> Self {
        if !address.is_empty() {
            self.own.insert(place.to_owned(), address.trim_end_matches('/').to_owned());
        }
        self
    }

    /// The address of a place; empty where there is none.
    #[must_use]
    pub fn of(&self, place: &str) -> &str {
        self.own.get(place).unwrap_or(&self.public)
    }

    /// Every address that a link may stand under.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.public).chain(self.own.values()).map(String::as_str).filter(|address| !address.is_empty())
    }
}

/// A link before it is known where its place is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    line: &'static Line,
    /// In the order of the path's arguments.
    values: Vec<String>,
}

impl Link {
    fn new<const N: usize>(purpose: Purpose, values: [&dyn fmt::Display; N]) -> Self {
        // Every purpose has its line; a test looks.
        let line = TABLE.iter().find(|line| line.purpose == purpose).unwrap_or(&TABLE[0]);
        Self { line, values: values.map(ToString::to_string).into() }
    }

    /// A case's progress, by its number and query code.
    #[must_use]
    pub fn progress(number: impl fmt::Display, code: impl fmt::Display) -> Self {
        Self::new(Purpose::Progress, [&number, &code])
    }

    /// An item of a project.
    #[must_use]
    pub fn project_item(project: Uuid, item: impl fmt::Display) -> Self {
        Self::new(Purpose::ProjectItem, [&project, &item])
    }

    /// A paper's bytes, by the capability of a department's task.
    #[must_use]
    pub(crate) fn paper(paper: Uuid, department: &str, task: Uuid, capability: &str) -> Self {
        Self::new(Purpose::Paper, [&paper, &department, &task, &capability])
    }

    /// Reads what [`Link`] writes: `progress?number=37068320250928010000018&code=K7M2P9QX`. None where the table has no such
    /// line, or an argument is missing, in excess, or of other signs than letters, digits, `-` and `_`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (name, arguments) = text.split_once('?')?;
        let line = TABLE.iter().find(|line| line.name == name)?;
        let given: Vec<(&str, &str)> = arguments.split('&').map(|pair| pair.split_once('=')).collect::<Option<_>>()?;
        let plain = |value: &str| {
            !value.is_empty() && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        let wanted: Vec<&str> = line.arguments().collect();
        let fits = given.len() == wanted.len()
            && given.iter().zip(&wanted).all(|((name, value), wanted)| name == wanted && plain(value));
        fits.then(|| Self { line, values: given.into_iter().map(|(_, value)| value.to_owned()).collect() })
    }

    /// The service that holds what it opens.
    #[must_use]
    pub fn place(&self) -> &'static str {
        self.line.place
    }

    /// The path below the place's public address.
    #[must_use]
    pub fn path(&self) -> String {
        let pairs = self.line.arguments().zip(&self.values);
        pairs.fold(self.line.path.to_owned(), |path, (name, value)| path.replacen(&format!("{{{name}}}"), value, 1))
    }

    /// The whole address.
    #[must_use]
    pub fn at(&self, places: &Places) -> String {
        format!("{}{}", places.of(self.place()), self.path())
    }
}

/// As messages carry it.
impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.line.name)?;
        for (place, (name, value)) in self.line.arguments().zip(&self.values).enumerate() {
            write!(f, "{}{name}={value}", if place == 0 { '?' } else { '&' })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topics::topics;

    #[test]
    fn every_purpose_has_one_line_and_every_place_is_a_service() {
        let services = topics().families.iter().flat_map(|family| family.writers.iter().chain(&family.readers));
        let services: Vec<&String> = services.chain(&topics().owners).collect();
        for purpose in [Purpose::Progress, Purpose::ProjectItem, Purpose::Paper] {
            let lines: Vec<&Line> = TABLE.iter().filter(|line| line.purpose == purpose).collect();
            assert_eq!(lines.len(), 1, "{purpose:?}");
            assert!(services.iter().any(|service| *service == lines[0].place), "{}", lines[0].place);
        }
    }

    #[test]
    fn a_link_is_read_as_it_was_written_and_stands_at_its_place() {
        let project = Uuid::from_u128(1);
        let places = Places::under("https://zwfw.example/").with("construction-permit", "https://gc.example");
        for (link, address) in [
            (
                Link::progress("37068320250928010000018", "K7M2P9QX"),
                "https://zwfw.example/v1/progress/37068320250928010000018?code=K7M2P9QX",
            ),
            (
                Link::project_item(project, "A12"),
                "https://gc.example/v1/projects/00000000-0000-0000-0000-000000000001/items/A12",
            ),
        ] {
            assert_eq!(Link::read(&link.to_string()), Some(link.clone()));
            assert_eq!(link.at(&places), address);
        }
    }

    #[test]
    fn what_is_not_of_the_table_is_no_link() {
        for strange in [
            "progress",
            "progress?number=1",
            "progress?code=2&number=1",
            "progress?number=1&code=",
            "progress?number=1&code=2&more=3",
            "progress?number=../x&code=2",
            "progress?number=1&code=2@evil.cn",
            "elsewhere?id=1",
            "/v1/progress/1?code=2",
        ] {
            assert_eq!(Link::read(strange), None, "{strange}");
        }
    }
}
