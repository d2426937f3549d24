//! Where the data lies and who owns it.
//!
//! PostgreSQL refuses to run as root. As root the launcher runs it as the package's user `postgres`, who must be able to
//! reach the folder; a checkout below a closed home folder is out of reach, and then the data lies under `/var/tmp`.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::processes::user::User;

/// Longest path of a Unix socket is 107 bytes; the server adds its own file name.
const LONGEST_SOCKET_FOLDER: usize = 80;

/// Folders of one server.
#[derive(Clone, Debug)]
pub struct Place {
    pub root: PathBuf,
    pub socket: PathBuf,
    /// The user to run as; none means the launcher's own.
    pub user: Option<User>,
    /// Why the data is not in the suite's folder.
    pub moved: Option<String>,
}

/// Chooses the place for the suite in `run_dir`; the same suite always gets the same one.
///
/// # Errors
/// When the launcher is root and the machine has no user `postgres`.
pub fn choose(run_dir: &Path) -> Result<Place> {
    let me = User::current();
    let user = if me.is_root() {
        Some(
            User::named("postgres")
                .context("as root, PostgreSQL must run as the user `postgres` of the package `postgresql`")?,
        )
    } else {
        None
    };
    let inside = run_dir.join("postgres");
    let elsewhere = PathBuf::from("/var/tmp").join(format!("wutong-{}", mark(run_dir)));
    let (root, moved) = match user {
        Some(user) if !reachable(run_dir, user) => {
            let why = format!(
                "{} cannot be reached by the user postgres; its data lies in {}",
                run_dir.display(),
                elsewhere.display()
            );
            (elsewhere.clone(), Some(why))
        }
        _ => (inside, None),
    };
    let short = root.as_os_str().len() <= LONGEST_SOCKET_FOLDER;
    let socket = if short {
        root.join("socket")
    } else {
        PathBuf::from("/var/tmp").join(format!("wutong-{}-socket", mark(run_dir)))
    };
    Ok(Place { root, socket, user, moved })
}

impl Place {
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    /// Creates the folders, closed to everybody but the server's user.
    ///
    /// # Errors
    /// When a folder cannot be made.
    pub fn create(&self) -> Result<()> {
        for folder in [&self.root, &self.socket] {
            fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
            self.give(folder)?;
        }
        Ok(())
    }

    /// Makes the server's user the owner.
    ///
    /// # Errors
    /// When the launcher may not.
    pub fn give(&self, path: &Path) -> Result<()> {
        let Some(user) = self.user else { return Ok(()) };
        chown(path, Some(user.uid), Some(user.gid))
            .with_context(|| format!("cannot give {} to postgres", path.display()))
    }

    /// Forgets the data.
    ///
    /// # Errors
    /// When a folder cannot be removed.
    pub fn remove(&self) -> Result<()> {
        for folder in [&self.socket, &self.root] {
            if folder.exists() {
                fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
            }
        }
        Ok(())
    }
}

fn reachable(folder: &Path, user: User) -> bool {
    folder.ancestors().filter_map(|folder| fs::metadata(folder).ok()).all(|folder| {
        let enter = if folder.uid() == user.uid {
            0o100
        } else if folder.gid() == user.gid {
            0o010
        } else {
            0o001
        };
        folder.mode() & enter != 0
    })
}

/// Short and the same for the same folder: part of names outside it.
fn mark(run_dir: &Path) -> String {
    let mut hasher = DefaultHasher::new();
    run_dir.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_parent_is_out_of_reach() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("run");
        fs::create_dir(&inner).unwrap();
        let stranger = User { uid: 64_999, gid: 64_999 };
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        assert!(!reachable(&inner, stranger));
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        assert!(reachable(&inner, stranger));
    }

    #[test]
    fn a_socket_never_gets_too_long_a_path() {
        let deep = PathBuf::from(format!("/srv/{}", "deep/".repeat(30)));
        let place = choose(&deep).unwrap();
        assert!(place.socket.as_os_str().len() <= LONGEST_SOCKET_FOLDER, "{}", place.socket.display());
    }
}
