//! Passwords and keys of one suite: made at the first start, kept as files that only their owner reads.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use mailbox::ids::Ids;

/// The secrets folder of a suite.
#[derive(Clone, Debug)]
pub struct Secrets {
    folder: PathBuf,
    ids: Ids,
}

impl Secrets {
    /// Opens the folder, which must exist.
    #[must_use]
    pub fn new(folder: PathBuf, ids: Ids) -> Self {
        Self { folder, ids }
    }

    /// The file of a secret, whether it exists or not.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The secret `name`, made when it is asked for the first time.
    ///
    /// # Errors
    /// When the file can neither be read nor written.
    pub fn get(&self, name: &str) -> Result<String> {
        self.made(name, |ids| Ok(ids.code(32)))
    }

    /// The secret `name`, made by `make` when it is asked for the first time.
    ///
    /// # Errors
    /// When the file can neither be read nor written, or `make` fails.
    pub fn made(&self, name: &str, make: impl FnOnce(&Ids) -> Result<String>) -> Result<String> {
        let path = self.path(name);
        if path.exists() {
            return read(&path);
        }
        let secret = make(&self.ids)?;
        write_private(&path, secret.as_bytes())?;
        Ok(secret)
    }
}

/// Reads a secret without the line end that an editor may have left.
fn read(path: &Path) -> Result<String> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(text.trim_end().to_owned())
}

/// Writes a file that only its owner reads, whole or not at all.
///
/// # Errors
/// When the folder cannot be written.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("secret");
    let draft = path.with_file_name(format!(".{name}.draft"));
    let _ = fs::remove_file(&draft);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)
        .with_context(|| format!("cannot write {}", draft.display()))?;
    file.write_all(bytes).with_context(|| format!("cannot write {}", draft.display()))?;
    fs::rename(&draft, path).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_secret_is_made_once_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = Secrets::new(folder.path().to_path_buf(), Ids::seeded(1));
        let first = secrets.get("kafka-intake").unwrap();
        assert_eq!(first.len(), 32);
        assert_eq!(secrets.get("kafka-intake").unwrap(), first);
        assert_ne!(secrets.get("kafka-admin").unwrap(), first);
        let mode = fs::metadata(secrets.path("kafka-intake")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
