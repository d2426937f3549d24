//! `local status`: what runs, and whether it is ready.

use anyhow::Result;
use local::suite::{SuiteMap, hears, holder, is_ready};

use super::say;

pub async fn run(map: &SuiteMap) -> Result<()> {
    let Some(launcher) = holder(&map.run()) else {
        say(&format!("suite “{}” does not run; its data is in {}", map.name, map.run_dir.display()));
        return Ok(());
    };
    say(&format!("suite “{}” runs (launcher: process {launcher})", map.name));
    for (part, port) in &map.parts {
        say(&format!("  {part:<24}127.0.0.1:{port}"));
    }
    for process in map.processes() {
        let health = map.health_url(process)?;
        let ready = if is_ready(&health).await { "ready" } else { "NOT ready" };
        let deaf = if hears(&health).await { "" } else { ", does not hear the bus" };
        say(&format!("  {process:<24}{}  {ready}{deaf}", map.url(process)?));
    }
    Ok(())
}
