//! Where data files come from.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// A data file's text.
#[derive(Clone, Debug)]
pub struct Source {
    /// As faults name it.
    pub file: String,
    pub text: String,
}

/// A path that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{}: {error}", path.display())]
pub struct Unreadable {
    pub path: PathBuf,
    pub error: io::Error,
}

impl Source {
    pub fn new(file: impl Into<String>, text: impl Into<String>) -> Self {
        Self { file: file.into(), text: text.into() }
    }

    /// One file; faults name it without its folder.
    ///
    /// # Errors
    /// The file cannot be read, or is not UTF-8.
    pub fn read(path: &Path) -> Result<Self, Unreadable> {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let text = fs::read_to_string(path).map_err(|error| unreadable(path, error))?;
        Ok(Self::new(file, text))
    }

    /// Every `.toml` file of a folder, in the order of their names.
    ///
    /// # Errors
    /// The folder or one of the files cannot be read.
    pub fn folder(folder: &Path) -> Result<Vec<Self>, Unreadable> {
        let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let entries = entries.map_err(|error| unreadable(folder, error))?;
        let mut paths: Vec<_> = entries.iter().map(fs::DirEntry::path).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
        paths.sort();
        paths.iter().map(|path| Self::read(path)).collect()
    }
}

fn unreadable(path: &Path, error: io::Error) -> Unreadable {
    Unreadable { path: path.to_owned(), error }
}
