//! Who may do what on the bus, made from the topics file: nothing is allowed that is not listed there.

use std::collections::BTreeSet;

use contracts::topics::Topic;

/// What a rule is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resource {
    Topic(String),
    /// A consumer group.
    Group(String),
}

/// What a rule allows. Both include asking for a description; writing includes idempotent writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    Read,
    Write,
}

/// One access rule; everything that no rule allows is denied.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rule {
    pub principal: String,
    pub operation: Operation,
    pub resource: Resource,
}

/// Everybody who reads or writes a topic.
#[must_use]
pub fn principals(topics: &[Topic]) -> BTreeSet<String> {
    topics.iter().flat_map(|topic| topic.readers.iter().chain(&topic.writers)).cloned().collect()
}

/// The rules for these topics. Each topic is named in full: a pattern that fits an owner's reply topics by their
/// beginning would open the departments' task topics to him as well.
#[must_use]
pub fn rules(topics: &[Topic]) -> BTreeSet<Rule> {
    let on = |topic: &Topic, principal: &String, operation| Rule {
        principal: principal.clone(),
        operation,
        resource: Resource::Topic(topic.name.clone()),
    };
    let mut rules = BTreeSet::new();
    for topic in topics {
        rules.extend(topic.readers.iter().map(|reader| on(topic, reader, Operation::Read)));
        rules.extend(topic.writers.iter().map(|writer| on(topic, writer, Operation::Write)));
    }
    let groups = principals(topics).into_iter().map(|principal| Rule {
        resource: Resource::Group(principal.clone()),
        operation: Operation::Read,
        principal,
    });
    rules.extend(groups);
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_department_gets_its_tasks_its_replies_its_group_and_what_everybody_reads() {
        let topics = contracts::topics::topics().expand(&["TAX", "BNK"]);
        let tax: Vec<Rule> = rules(&topics).into_iter().filter(|rule| rule.principal == "department-tax").collect();
        let rule = |operation, resource| Rule { principal: "department-tax".to_owned(), operation, resource };
        assert_eq!(
            tax,
            [
                rule(Operation::Read, Resource::Topic("calendar.years.v1".to_owned())),
                rule(Operation::Read, Resource::Topic("department.tax.tasks.v1".to_owned())),
                rule(Operation::Read, Resource::Group("department-tax".to_owned())),
                rule(Operation::Write, Resource::Topic("department.tax.replies.construction-permit.v1".to_owned())),
                rule(Operation::Write, Resource::Topic("department.tax.replies.market-registration.v1".to_owned())),
            ]
        );
    }

    #[test]
    fn an_owner_reads_every_reply_to_him_and_no_tasks() {
        let topics = contracts::topics::topics().expand(&["TAX", "BNK"]);
        let read: Vec<Resource> = rules(&topics)
            .into_iter()
            .filter(|rule| rule.principal == "market-registration" && rule.operation == Operation::Read)
            .map(|rule| rule.resource)
            .collect();
        assert!(read.contains(&Resource::Topic("department.bnk.replies.market-registration.v1".to_owned())));
        assert!(!read.contains(&Resource::Topic("department.bnk.tasks.v1".to_owned())));
    }
}
