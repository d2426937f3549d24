//! `local reset`: what `make demo-reset` runs.

use anyhow::Result;
use local::{paths::RunDir, progress::Progress, suite};

pub async fn run(run: &RunDir, progress: &Progress) -> Result<()> {
    suite::remove(run, progress).await?;
    progress.say(&format!("数据已清除 the data of {} is gone", run.path().display()));
    Ok(())
}
