//! Which user a process runs as.

use std::process::Command;

use anyhow::{Context, Result, bail};

/// A user of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct User {
    pub uid: u32,
    pub gid: u32,
}

impl User {
    /// The user that this program runs as.
    #[must_use]
    pub fn current() -> Self {
        Self { uid: rustix::process::geteuid().as_raw(), gid: rustix::process::getegid().as_raw() }
    }

    #[must_use]
    pub fn is_root(self) -> bool {
        self.uid == 0
    }

    /// A user by name.
    ///
    /// # Errors
    /// When the machine has no such user.
    pub fn named(name: &str) -> Result<Self> {
        Ok(Self { uid: id("-u", name)?, gid: id("-g", name)? })
    }
}

fn id(which: &str, name: &str) -> Result<u32> {
    let output = Command::new("id").args([which, name]).output().context("`id` cannot be run")?;
    if !output.status.success() {
        bail!("this machine has no user called {name}");
    }
    String::from_utf8_lossy(&output.stdout).trim().parse().context("`id` answered no number")
}
