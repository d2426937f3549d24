//! A newer version of the catalogue, and a project that runs by the older one.

use std::sync::Arc;

use serde_json::{Value, json};
use testkit::Kit;
use time::macros::datetime;
use uuid::Uuid;

use crate::{
    catalogue::{change, copied},
    desk::{INVESTOR, ProjectsDesk},
};

/// Version 2 asks for the lifting machinery's registration (C20) at large public projects only.
pub async fn a_newer_catalogue_changes_a_running_project_by_command_alone(kit: Arc<Kit>) {
    let desk = ProjectsDesk::open(&kit, datetime!(2025-03-03 09:30 +8)).await;
    let project = desk.key_project().await;
    let folder = copied("newer-catalogue");
    change(&folder.join("catalogue.toml"), "version = 1", "version = 2");
    change(&folder.join("catalogue.toml"), "2019-01-01", "2025-03-01");
    change(
        &folder.join("items-c.toml"),
        "when = 'lifting_machinery'",
        "when = 'lifting_machinery && large_public_project'",
    );
    let desk = desk.start_again_with(folder).await;

    let path = |rest: &str| format!("/v1/projects/{project}{rest}");
    assert_eq!(in_force(&desk, project).await, (json!(1), json!(1), true), "the newer version changes nothing");
    let preview = desk.get(INVESTOR, &path("/replan")).await;
    assert_eq!((&preview["from_version"], &preview["to_version"]), (&json!(1), &json!(2)));
    assert!(preview["changes"].to_string().contains("C20"), "{preview}");
    assert_eq!(in_force(&desk, project).await, (json!(1), json!(1), true), "a preview changes nothing");
    let version = json!({"version": 2});
    assert_eq!(desk.post(INVESTOR, &path("/replan"), &version).await.0, 403, "the hall plans anew");

    desk.done("chief", &path("/agents"), &json!({"agent": "agent"})).await;
    desk.done("agent", &path("/replan"), &version).await;
    assert_eq!(in_force(&desk, project).await, (json!(1), json!(1), true), "its list is not in force yet");
    desk.done(INVESTOR, &path("/list/acknowledgement"), &version).await;
    assert_eq!(in_force(&desk, project).await, (json!(2), json!(2), false), "now it is");
}

/// The catalogue's version, the list's that is in force, and whether C20 is planned.
async fn in_force(desk: &ProjectsDesk, project: Uuid) -> (Value, Value, bool) {
    let shown = desk.show(project).await;
    let items = shown["items"].as_array().unwrap();
    let planned = items.iter().any(|item| item["item"] == "C20" && item["state"] != "omitted");
    (shown["catalogue_version"].clone(), shown["acknowledged_version"].clone(), planned)
}
