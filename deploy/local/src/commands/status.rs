//! `local status`: what runs, and whether it is ready.

use anyhow::Result;
use local::suite::{SuiteMap, holder, is_ready};

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
        let ready = if is_ready(&map.health_url(process)?).await { "ready" } else { "NOT ready" };
        say(&format!("  {process:<24}{}  {ready}", map.url(process)?));
    }
    Ok(())
}
