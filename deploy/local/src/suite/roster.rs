//! From services and departments to processes.

use serde::{Deserialize, Serialize};

use super::{
    file::ServiceSpec,
    options::{Adapter, SuiteOptions},
};

/// One process of the suite.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Process {
    /// `intake-2`, `department-tax`: unique in the suite, and the member's name in its consumer group.
    pub name: String,
    /// The service, which is also the binary.
    pub service: String,
    /// Who the broker takes it for; also its consumer group.
    pub principal: String,
    pub database: String,
    pub instance: u16,
    pub instances: u16,
    /// The department's code, for department processes.
    pub department: Option<String>,
}

/// Every process, in the order in which ports are counted.
#[must_use]
pub fn roster(options: &SuiteOptions) -> Vec<Process> {
    let services = |after: bool| {
        options.services.iter().filter(move |service| service.after_departments == after).flat_map(instances)
    };
    let ours = options.departments.iter().filter(|department| department.adapter != Adapter::Stranger);
    let departments = ours.map(|department| {
        let name = format!("department-{}", department.lower());
        Process {
            service: "department".to_owned(),
            principal: name.clone(),
            database: name.replace('-', "_"),
            name,
            instance: 1,
            instances: 1,
            department: Some(department.code.clone()),
        }
    });
    services(false).chain(departments).chain(services(true)).collect()
}

fn instances(service: &ServiceSpec) -> impl Iterator<Item = Process> {
    (1..=service.instances).map(|instance| Process {
        name: format!("{}-{instance}", service.name),
        service: service.name.clone(),
        principal: service.name.clone(),
        database: service.name.replace('-', "_"),
        instance,
        instances: service.instances,
        department: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instances_share_identity_and_database_and_departments_share_nothing() {
        let processes = roster(&SuiteOptions::new("roster").unwrap());
        assert_eq!(processes[0].principal, processes[1].principal);
        assert_eq!(processes[2].database, "market_registration");
        assert_eq!(processes[5].database, "department_msa");
        assert_eq!(processes.len(), 27);
    }

    #[test]
    fn nothing_is_started_for_somebody_elses_department() {
        let options = SuiteOptions::new("roster").unwrap().with_adapter("BNK", Adapter::Stranger).unwrap();
        let processes = roster(&options);
        assert_eq!(processes.len(), 26);
        assert!(processes.iter().all(|process| process.principal != "department-bnk"));
        assert!(options.codes().contains(&"BNK"), "and the broker still knows it");
    }

    #[test]
    fn ports_that_are_written_down_stay_whatever_is_added() {
        let processes = roster(&SuiteOptions::new("roster").unwrap());
        let place = |name: &str| processes.iter().position(|process| process.name == name);
        let counted = ["intake-1", "market-registration-1", "notification-1", "department-msa", "department-tax"];
        assert_eq!(counted.map(place), [Some(0), Some(2), Some(4), Some(5), Some(7)]);
        assert_eq!(place("construction-permit-1"), Some(26));
    }
}
