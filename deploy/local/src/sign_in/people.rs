//! Who can sign in: `deploy/local/people.toml`, and a clerk and a head for each department of the suite.

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::{paths::Workspace, suite::DepartmentSpec};

/// Somebody who can sign in. Everything but `name_en` goes into the token.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The token's subject.
    pub id: String,
    pub name: String,
    pub name_en: String,
    pub roles: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Of the four tiers of agents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Credit code of the legal person for whom he signs in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_person: Option<String>,
    /// For which the sign-in vouches (OpenID Connect's claims `phone_number` and `phone_number_verified`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
}

/// Everybody.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(transparent)]
pub struct People(pub Vec<Person>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PeopleFile {
    people: Vec<Person>,
    departments: Posts,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Posts {
    clerk: Post,
    head: Post,
    region: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Post {
    name: String,
    name_en: String,
    roles: Vec<String>,
}

impl People {
    /// Reads the checkout's file and adds the departments' people.
    ///
    /// # Errors
    /// When the file is not right, or two people have one id.
    pub fn read(workspace: &Workspace, departments: &[DepartmentSpec]) -> Result<Self> {
        let path = workspace.file("deploy/local/people.toml");
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let file: PeopleFile = toml::from_str(&text).with_context(|| format!("{} is not right", path.display()))?;
        let mut people = file.people;
        for department in departments {
            for (post, prefix) in [(&file.departments.clerk, "clerk"), (&file.departments.head, "head")] {
                people.push(Person {
                    id: format!("{prefix}-{}", department.lower()),
                    name: format!("{}{}", department.name, post.name),
                    name_en: format!("{}, {}", post.name_en, department.name_en),
                    roles: post.roles.clone(),
                    department: Some(department.code.clone()),
                    region: Some(file.departments.region.clone()),
                    tier: None,
                    legal_person: None,
                    phone_number: None,
                });
            }
        }
        let mut ids: Vec<&str> = people.iter().map(|person| person.id.as_str()).collect();
        ids.sort_unstable();
        if let Some(twice) = ids.windows(2).find(|pair| pair[0] == pair[1]) {
            bail!("{} has two people called {}", path.display(), twice[0]);
        }
        Ok(Self(people))
    }

    /// A person by id, by role, or by `DEPARTMENT/role`; the first who fits.
    ///
    /// # Errors
    /// When nobody fits; with the ids that there are.
    pub fn find(&self, wanted: &str) -> Result<&Person> {
        let has = |person: &Person, role: &str| person.roles.iter().any(|known| known == role);
        let by_post = |person: &&Person| {
            wanted
                .split_once('/')
                .is_some_and(|(department, role)| person.department.as_deref() == Some(department) && has(person, role))
        };
        let found = self
            .0
            .iter()
            .find(|person| person.id == wanted)
            .or_else(|| self.0.iter().find(|person| has(person, wanted)))
            .or_else(|| self.0.iter().find(by_post));
        found.with_context(|| {
            let ids: Vec<&str> = self.0.iter().map(|person| person.id.as_str()).collect();
            format!("nobody here is called {wanted}; there are {}", ids.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::SuiteOptions;

    fn people() -> People {
        let options = SuiteOptions::new("people").unwrap();
        People::read(&options.workspace, &options.departments).unwrap()
    }

    #[test]
    fn every_role_and_every_department_has_somebody() {
        let people = people();
        let roles = [
            "applicant",
            "window_clerk",
            "chief_representative",
            "department_clerk",
            "department_head",
            "centre_agent",
            "operator",
            "village_helper",
            "town_lead",
            "department_assistant",
            "agency_manager",
            "leader",
            "auditor",
        ];
        for role in roles {
            assert!(people.find(role).is_ok(), "{role}");
        }
        assert_eq!(people.find("TAX/department_head").unwrap().id, "head-tax");
        assert_eq!(people.find("clerk-bnk").unwrap().department.as_deref(), Some("BNK"));
        assert!(people.find("nobody").unwrap_err().to_string().contains("applicant-jia"));
    }

    #[test]
    fn nobodys_entry_holds_a_citizen_id() {
        for person in people().0 {
            if let Some(code) = &person.legal_person {
                assert_eq!(code.len(), 18, "{code}");
            }
            let text = serde_json::to_string(&person).unwrap();
            let longest = text.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
            assert!(longest < Some(15), "{text}");
        }
    }
}
