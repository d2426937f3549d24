//! The one list of topics (`proto/topics.toml`), as code, topic creation, access rules and documents need it.

use std::sync::LazyLock;

use serde::Deserialize;

/// A service or department as the broker knows it.
pub type Principal = String;

/// A family of topics, as it stands in the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// Name with `{department}` and `{owner}` where they vary.
    pub name: String,
    /// What the key of a record is, for people.
    pub key: String,
    pub writers: Vec<String>,
    pub readers: Vec<String>,
    /// Owners for whom `{owner}` stands; every owner where absent.
    #[serde(default)]
    pub owners: Vec<String>,
    /// How many partitions it has everywhere; what the defaults say where absent.
    #[serde(default)]
    pub partitions: Option<i32>,
    /// Days that records are kept; 0 keeps for ever.
    pub retention_days: u32,
    pub compacted: bool,
    /// Whether records may hold personal data.
    pub personal_data: bool,
    /// Whether records may hold a value that must not be kept longer than it is worth something (`ce_expirytime`).
    #[serde(default)]
    pub secrets: bool,
    /// Where the writer hears of what he said here and was set aside; empty where nobody is told.
    #[serde(default)]
    pub answers: String,
    /// Full names of the messages that travel here; anything else is parked.
    pub messages: Vec<String>,
    /// Of these, what nobody writes any more: read for as long as the topic keeps it.
    #[serde(default)]
    pub retired: Vec<String>,
    pub about: String,
}

/// Partitions and replicas where a family names none.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Defaults {
    pub local_partitions: i32,
    pub production_partitions: i32,
    pub production_replicas: i32,
}

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topics {
    /// Services that own a process.
    pub owners: Vec<String>,
    pub defaults: Defaults,
    #[serde(rename = "topic")]
    pub families: Vec<Family>,
}

/// One topic as the broker has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    pub name: String,
    /// Its own number of partitions, where the family names one.
    pub partitions: Option<i32>,
    pub retention_days: u32,
    pub compacted: bool,
    pub writers: Vec<Principal>,
    pub readers: Vec<Principal>,
    pub messages: Vec<String>,
}

static FILE: LazyLock<Result<Topics, String>> =
    LazyLock::new(|| toml::from_str(include_str!("../../../proto/topics.toml")).map_err(|e| e.to_string()));

/// The topics file as compiled in.
///
/// # Panics
/// Where the file is broken; a test reads it.
#[must_use]
#[expect(clippy::panic, reason = "the file is part of the program, and a test reads it")]
pub fn topics() -> &'static Topics {
    match &*FILE {
        Ok(topics) => topics,
        Err(error) => panic!("proto/topics.toml: {error}"),
    }
}

impl Topics {
    /// Every topic of a suite with these departments (codes in any case), in the file's order.
    #[must_use]
    pub fn expand(&self, departments: &[&str]) -> Vec<Topic> {
        let mut topics = Vec::new();
        for family in &self.families {
            let of_family = if family.owners.is_empty() { &self.owners } else { &family.owners };
            let owners = if family.name.contains("{owner}") { of_family.clone() } else { vec![String::new()] };
            let codes: Vec<String> = if family.name.contains("{department}") {
                departments.iter().map(|code| code.to_lowercase()).collect()
            } else {
                vec![String::new()]
            };
            for code in &codes {
                for owner in &owners {
                    topics.push(self.topic(family, code, owner, departments));
                }
            }
        }
        topics
    }

    fn topic(&self, family: &Family, department: &str, owner: &str, departments: &[&str]) -> Topic {
        let fill = |text: &str| text.replace("{department}", department).replace("{owner}", owner);
        let principals = |texts: &[String]| {
            texts
                .iter()
                .flat_map(|text| match text.as_str() {
                    "{owners}" => self.owners.clone(),
                    "{departments}" => {
                        departments.iter().map(|code| format!("department-{}", code.to_lowercase())).collect()
                    }
                    text => vec![fill(text)],
                })
                .collect()
        };
        Topic {
            name: fill(&family.name),
            partitions: family.partitions,
            retention_days: family.retention_days,
            compacted: family.compacted,
            writers: principals(&family.writers),
            readers: principals(&family.readers),
            messages: family.messages.clone(),
        }
    }
}

/// `department.<code>.tasks.v1`.
#[must_use]
pub fn tasks(department: &str) -> String {
    format!("department.{}.tasks.v1", department.to_lowercase())
}

/// `department.<code>.replies.<owner>.v1`.
#[must_use]
pub fn replies(department: &str, owner: &str) -> String {
    format!("department.{}.replies.{owner}.v1", department.to_lowercase())
}

/// Every department's replies to one owner, as a subscription pattern.
#[must_use]
pub fn replies_pattern(owner: &str) -> String {
    format!("^department\\.[a-z0-9]+\\.replies\\.{}\\.v1$", owner.replace('-', "\\-"))
}

/// The department (upper case) whose replies to `owner` travel on this topic.
#[must_use]
pub fn replying_department(topic: &str, owner: &str) -> Option<String> {
    let code = topic.strip_prefix("department.")?.strip_suffix(&format!(".replies.{owner}.v1"))?;
    let plain = !code.is_empty() && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    plain.then(|| code.to_uppercase())
}

/// `intake.dossiers.<owner>.v1`.
#[must_use]
pub fn dossiers(owner: &str) -> String {
    format!("intake.dossiers.{owner}.v1")
}

/// Facts about cases at the front desk.
pub const INTAKE_CASES: &str = "intake.cases.v1";

/// Papers that owners of processes use.
pub const INTAKE_PAPERS: &str = "intake.papers.v1";

/// Every version of every item and theme.
pub const CATALOGUE_ITEMS: &str = "catalogue.items.v1";

/// Days off and make-up days of every announced year.
pub const CALENDAR_YEARS: &str = "calendar.years.v1";

/// How company openings go on.
pub const REGISTRATION_CASES: &str = "registration.cases.v1";

/// How construction projects go on.
pub const CONSTRUCTION_PROJECTS: &str = "construction.projects.v1";

/// Who is to be told of what.
pub const NOTIFICATION_REQUESTS: &str = "notification.requests.v1";

/// What became of messages to people.
pub const NOTIFICATION_RECEIPTS: &str = "notification.receipts.v1";

/// Whether nobody writes this message on this topic any more.
#[must_use]
pub fn is_retired(topic: &str, message: &str) -> bool {
    let family = topics().families.iter().find(|family| matches(&family.name, topic));
    family.is_some_and(|family| family.retired.iter().any(|retired| retired == message))
}

/// The messages that may travel on this topic; empty where no family knows it.
#[must_use]
pub fn messages_on(topic: &str) -> &'static [String] {
    topics().families.iter().find(|family| matches(&family.name, topic)).map_or(&[], |family| &family.messages)
}

/// Whether records of this topic may hold a value that must not be kept longer than it is worth something.
#[must_use]
pub fn holds_secrets(topic: &str) -> bool {
    topics().families.iter().any(|family| family.secrets && matches(&family.name, topic))
}

/// Who is told of what was set aside, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sender {
    /// Key and subject of what concerns no case, e.g. `department:TAX`.
    pub name: String,
    /// As he signs what he says, e.g. `department-tax`.
    pub principal: Principal,
    /// Where he hears, e.g. `department.tax.tasks.v1`.
    pub topic: String,
}

/// Who alone writes this topic and is to hear of what was set aside: the topic names him.
#[must_use]
pub fn sender(topic: &str) -> Option<Sender> {
    let family = topics().families.iter().find(|family| matches(&family.name, topic))?;
    let department = department(family, topic).filter(|_| !family.answers.is_empty())?;
    let fill = |text: &str| text.replace("{department}", department);
    let [writer] = family.writers.as_slice() else { return None };
    let name = format!("department:{}", department.to_uppercase());
    Some(Sender { name, principal: fill(writer), topic: fill(&family.answers) })
}

/// What stands for `{department}` in this topic's name.
fn department<'a>(family: &Family, topic: &'a str) -> Option<&'a str> {
    let parts = family.name.split('.').zip(topic.split('.'));
    parts.into_iter().find_map(|(pattern, value)| (pattern == "{department}").then_some(value))
}

/// Topics that keep the last record of each key.
#[must_use]
pub fn compacted() -> Vec<&'static str> {
    topics().families.iter().filter(|family| family.compacted).map(|family| family.name.as_str()).collect()
}

/// Whether this principal may speak on this topic, by the file; the broker's access rules are made from the same lines.
#[must_use]
pub fn may_write(topic: &str, principal: &str) -> bool {
    let file = topics();
    let Some(family) = file.families.iter().find(|family| matches(&family.name, topic)) else {
        return false;
    };
    let department = department(family, topic).unwrap_or_default();
    family.writers.iter().any(|writer| match writer.as_str() {
        "{owners}" => file.owners.iter().any(|owner| owner == principal),
        writer => writer.replace("{department}", department) == principal,
    })
}

fn matches(family: &str, topic: &str) -> bool {
    let (mut pattern, mut name) = (family.split('.'), topic.split('.'));
    loop {
        match (pattern.next(), name.next()) {
            (None, None) => return true,
            (Some(p), Some(n)) if p == n || (p.starts_with('{') && !n.is_empty()) => {}
            _ => return false,
        }
    }
}

/// The document of the topics, for people (`proto/TOPICS.md`).
#[must_use]
pub fn document(topics: &Topics) -> String {
    let mut text = String::from(
        "# Topics\n\nMade from `topics.toml` by `make schema`; do not edit.\n\n\
         Production: {p} partitions, {r} replicas, at least 2 in sync. Local suite: {l} partitions.\n\n\
         | topic | key | written by | read by | kept | personal data | messages |\n|---|---|---|---|---|---|---|\n",
    )
    .replace("{p}", &topics.defaults.production_partitions.to_string())
    .replace("{r}", &topics.defaults.production_replicas.to_string())
    .replace("{l}", &topics.defaults.local_partitions.to_string());
    for family in &topics.families {
        let kept = match (family.compacted, family.retention_days) {
            (true, _) => "last per key".to_owned(),
            (false, 0) => "for ever".to_owned(),
            (false, days) => format!("{days} days"),
        };
        let named = |names: &[String]| {
            if names.is_empty() { "-".to_owned() } else { names.join(", ") }
        };
        let message = |message: &String| {
            let still = if family.retired.contains(message) { " (read, no longer written)" } else { "" };
            format!("`{message}`{still}")
        };
        let messages: Vec<String> = family.messages.iter().map(message).collect();
        text.push_str(&format!(
            "| `{}`<br>{} | {} | {} | {} | {kept} | {} | {} |\n",
            family.name,
            family.about,
            family.key,
            named(&family.writers),
            named(&family.readers),
            match (family.personal_data, family.secrets) {
                (true, true) => "yes, and one-time codes",
                (true, false) => "yes",
                (false, _) => "no",
            },
            messages.join("<br>"),
        ));
    }
    text.push_str(INTRODUCING);
    text
}

/// How a message comes to a topic, and how it goes.
const INTRODUCING: &str = "
## How a message is introduced, and how one goes

A reader parks a message of a type that its own list does not name. So a new message comes in two releases:

1. The first lists it here, among the topic's `messages`, and its readers understand it. Nobody writes it.
2. The next writes it: every reader that may still run knows it.

Going, it takes the same way back: a release whose writers no longer write it lists it under `retired`; its readers hear it for
as long as the topic keeps what was written, and a later release takes it off the list. Its text in `proto/` stays.

A new value of an enum needs nothing where its comment says that it passes (`wutong.process.v1.Kind`: to a reader that does not
know it, something went on). Everywhere else a reader that does not know it waits with the message, and with what follows it under
the same key, until it is upgraded: upgrade readers first.
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_department_reads_only_its_own_tasks_and_writes_only_its_own_replies() {
        let all = topics().expand(&["TAX", "BNK"]);
        let named = |list: &dyn Fn(&Topic) -> bool| -> Vec<String> {
            all.iter().filter(|topic| list(topic)).map(|topic| topic.name.clone()).collect()
        };
        let tax = "department-tax".to_owned();
        assert_eq!(named(&|topic| topic.readers.contains(&tax)), ["calendar.years.v1", "department.tax.tasks.v1"]);
        assert_eq!(
            named(&|topic| topic.writers.contains(&tax)),
            ["department.tax.replies.market-registration.v1", "department.tax.replies.construction-permit.v1"]
        );
    }

    #[test]
    fn what_is_retired_is_still_heard() {
        for family in &topics().families {
            assert!(family.retired.iter().all(|message| family.messages.contains(message)), "{}", family.name);
            assert!(family.messages.iter().any(|message| !family.retired.contains(message)), "{}", family.name);
        }
    }

    #[test]
    fn the_document_is_as_checked_in() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../proto/TOPICS.md");
        let made = document(topics());
        if std::env::var_os("WUTONG_WRITE_SCHEMA").is_some() {
            std::fs::write(path, &made).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), made, "run `make schema`");
    }

    #[test]
    fn a_topic_knows_its_messages_and_its_department() {
        assert!(messages_on("department.tax.tasks.v1").contains(&"wutong.task.v1.Assigned".to_owned()));
        assert!(messages_on("department.tax.replies.market-registration.v1").len() > 5);
        assert!(messages_on("elsewhere").is_empty());
        assert!(may_write("department.tax.replies.market-registration.v1", "department-tax"));
        assert!(!may_write("department.tax.replies.market-registration.v1", "department-bnk"));
        assert!(may_write("department.tax.tasks.v1", "market-registration"));
        assert!(!may_write("department.tax.tasks.v1", "department-tax"));
        let tax = Sender {
            name: "department:TAX".to_owned(),
            principal: "department-tax".to_owned(),
            topic: "department.tax.tasks.v1".to_owned(),
        };
        assert_eq!(sender("department.tax.replies.construction-permit.v1"), Some(tax));
        assert_eq!(sender("department.tax.tasks.v1"), None);
        assert_eq!(sender("intake.cases.v1"), None);
        let department = |topic| replying_department(topic, "market-registration");
        assert_eq!(department("department.tax.replies.market-registration.v1"), Some("TAX".to_owned()));
        assert_eq!(department("department.tax.replies.construction-permit.v1"), None);
    }
}
