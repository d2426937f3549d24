//! What an earlier launcher of the same suite left behind when it was killed.
//!
//! A pid alone proves nothing: it may belong to somebody else by now. Pid and start time together name a process.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use serde::{Deserialize, Serialize};

use crate::{procfs, progress::Progress, secrets::write_private};

/// What is written down about a running process.
#[derive(Debug, Deserialize, Serialize)]
pub struct Record {
    pub pid: u32,
    /// `/proc/<pid>/stat`'s start time.
    pub started: u64,
    pub command: String,
}

impl Record {
    /// Describes a process that has just been started.
    #[must_use]
    pub fn of(pid: u32, command: &str) -> Option<Self> {
        Some(Self { pid, started: procfs::stat(pid)?.started, command: command.to_owned() })
    }

    /// Writes the record.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        write_private(path, serde_json::to_string(self)?.as_bytes())
    }

    fn still_runs(&self) -> bool {
        procfs::stat(self.pid).is_some_and(|stat| stat.started == self.started && !stat.zombie)
    }
}

/// Ends the processes that an earlier launcher of this suite left: services first, then the broker, then the database.
///
/// # Errors
/// When one of them cannot be ended.
pub async fn clear_leftovers(pids: &Path, progress: &Progress) -> Result<()> {
    let mut left: Vec<(String, PathBuf, Record)> = records(pids);
    left.sort_by_key(|(name, _, _)| match name.as_str() {
        "postgres" => 2,
        "kafka" => 1,
        _ => 0,
    });
    for (name, path, record) in left {
        if record.still_runs() {
            progress.say(&format!("  an earlier launcher left {name} running (process {}): ending it", record.pid));
            end(&name, &record).await?;
        }
        let _ = fs::remove_file(path);
    }
    Ok(())
}

fn records(pids: &Path) -> Vec<(String, PathBuf, Record)> {
    let Ok(files) = fs::read_dir(pids) else {
        return Vec::new();
    };
    files
        .filter_map(Result::ok)
        .filter_map(|file| {
            let path = file.path();
            let name = path.file_stem()?.to_str()?.to_owned();
            let record = serde_json::from_str(&fs::read_to_string(&path).ok()?).ok()?;
            Some((name, path, record))
        })
        .collect()
}

async fn end(name: &str, record: &Record) -> Result<()> {
    // PostgreSQL reads SIGINT as "end the sessions and stop"; SIGTERM would wait for its clients.
    let gentle = if name == "postgres" { Signal::INT } else { Signal::TERM };
    for (signal, patience) in [(gentle, 20), (Signal::KILL, 10)] {
        let Some(group) = i32::try_from(record.pid).ok().and_then(Pid::from_raw) else {
            return Ok(());
        };
        if kill_process_group(group, signal).is_err() && !record.still_runs() {
            return Ok(());
        }
        let deadline = Instant::now() + Duration::from_secs(patience);
        while record.still_runs() && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        if !record.still_runs() {
            return Ok(());
        }
    }
    bail!("process {} ({name}: {}) does not end; end it by hand", record.pid, record.command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_record_of_another_start_touches_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let mut record = Record::of(std::process::id(), "this test").unwrap();
        record.started += 1;
        let path = folder.path().join("intake-1.json");
        record.write(&path).unwrap();
        clear_leftovers(folder.path(), &Progress::silent()).await.unwrap();
        assert!(!path.exists());
    }
}
