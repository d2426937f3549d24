//! `local story`: plays stories, each variant on a suite of its own.

use std::fs;

use anyhow::{Context, Result, ensure};
use clap::Args;
use local::{
    paths::{RunDir, Workspace},
    progress::Progress,
    story::{Played, Story, play},
    suite::{self, Clock, Suite, SuiteOptions},
};
use serde_json::json;

use super::say;

#[derive(Args)]
pub struct Play {
    /// Play only the story of this name.
    story: Option<String>,
    /// Play only this variant.
    #[arg(long)]
    variant: Option<String>,
}

impl Play {
    pub async fn run(self) -> Result<()> {
        let workspace = Workspace::find()?;
        let folder = workspace.file("tests/stories");
        let mut found = false;
        for path in Story::all(&folder)? {
            let story = Story::read(&path)?;
            if self.story.as_ref().is_some_and(|name| *name != story.name) {
                continue;
            }
            found = true;
            say(&format!("\n{}: {}", story.name, story.about));
            let mut played = Vec::new();
            for variant in &story.variants {
                if self.variant.as_ref().is_none_or(|name| *name == variant.name) {
                    played.push(play_one(&story, variant, &folder).await?);
                }
            }
            write(&workspace, &story.name, &played)?;
        }
        ensure!(found, "there is no such story in tests/stories");
        Ok(())
    }
}

async fn play_one(story: &Story, variant: &local::story::Variant, folder: &std::path::Path) -> Result<Played> {
    let progress = Progress::for_person();
    let mut options = SuiteOptions::new(&format!("story-{}", std::process::id()))?.with_flow(&story.flow);
    options.clock = Clock::Manual { start: variant.start };
    for department in &mut options.departments {
        department.adapter = story.departments;
    }
    let run = RunDir::new(options.run_dir.clone());
    let suite = Suite::start(options, &progress).await?;
    let played = play(&suite, variant, folder, &progress).await;
    if played.is_ok() {
        // Its data is not kept: nobody waits until they have put their things in order.
        suite.kill9_broker().await?;
        suite.kill9_postgres().await?;
    }
    suite.stop(&progress).await?;
    let played =
        played.with_context(|| format!("variant {}; its suite is kept in {}", variant.name, run.path().display()))?;
    suite::remove(&run, &Progress::silent()).await?;
    say(&format!("\nvariant {}\n{}", variant.name, played.table()));
    Ok(played)
}

fn write(workspace: &Workspace, name: &str, played: &[Played]) -> Result<()> {
    let folder = workspace.file("target/story");
    fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{name}.json"));
    fs::write(&path, serde_json::to_string_pretty(&json!({ "variants": played }))? + "\n")?;
    say(&format!("\nwritten to {}", path.display()));
    Ok(())
}
