//! One launcher per suite; and forgetting a suite that no launcher runs.

use std::{
    fs::{self, File, OpenOptions},
    io::{Read, Write},
};

use anyhow::{Context, Result, bail};

use crate::{paths::RunDir, postgres, processes::clear_leftovers, progress::Progress};

/// Held while a launcher runs the suite; the kernel gives it back however the launcher ends.
#[derive(Debug)]
pub struct RunLock(#[expect(dead_code, reason = "held, not read")] File);

impl RunLock {
    /// Takes the suite.
    ///
    /// # Errors
    /// When another launcher has it; with its process id.
    pub fn take(run: &RunDir) -> Result<Self> {
        fs::create_dir_all(run.path()).with_context(|| format!("cannot create {}", run.path().display()))?;
        let path = run.lock();
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .with_context(|| format!("cannot write {}", path.display()))?;
        if file.try_lock().is_err() {
            let mut holder = String::new();
            file.read_to_string(&mut holder)?;
            bail!("this suite already runs (launcher: process {}); stop it with Ctrl-C there", holder.trim());
        }
        file.set_len(0)?;
        writeln!(file, "{}", std::process::id())?;
        Ok(Self(file))
    }
}

/// The process id of the launcher that runs this suite, if any.
#[must_use]
pub fn holder(run: &RunDir) -> Option<String> {
    let file = File::open(run.lock()).ok()?;
    file.try_lock_shared().is_err().then(|| fs::read_to_string(run.lock()).unwrap_or_default().trim().to_owned())
}

/// Forgets everything that a suite kept. Refuses while it runs.
///
/// # Errors
/// When the suite runs, or a folder cannot be removed.
pub async fn remove(run: &RunDir, progress: &Progress) -> Result<()> {
    if !run.path().exists() {
        return Ok(());
    }
    let _lock = RunLock::take(run)?;
    clear_leftovers(&run.pids(), progress).await?;
    postgres::choose_place(run.path())?.remove()?;
    fs::remove_dir_all(run.path()).with_context(|| format!("cannot remove {}", run.path().display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_running_suite_is_neither_taken_nor_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let run = RunDir::new(folder.path().join("demo"));
        let held = RunLock::take(&run).unwrap();
        let refused = remove(&run, &Progress::silent()).await.unwrap_err().to_string();
        assert!(refused.contains(&format!("process {}", std::process::id())), "{refused}");
        drop(held);
        remove(&run, &Progress::silent()).await.unwrap();
        assert!(!run.path().exists());
    }
}
