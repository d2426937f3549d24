//! Where calendar files come from: the program itself, and a folder laid over it.

use std::path::Path;

use crate::fault::{CalendarError, CalendarFault, DataFault};

/// The name of the file with the hall's hours; all others are named by their year.
pub(crate) const HOURS: &str = "hours.toml";

/// The text of one calendar file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// `2025.toml`, `hours.toml`.
    pub name: String,
    pub text: String,
}

impl Source {
    /// The files of this repository, as they were when the program was built.
    #[must_use]
    pub fn embedded() -> Vec<Self> {
        [
            ("2019.toml", include_str!("../data/2019.toml")),
            ("2020.toml", include_str!("../data/2020.toml")),
            ("2021.toml", include_str!("../data/2021.toml")),
            ("2022.toml", include_str!("../data/2022.toml")),
            ("2023.toml", include_str!("../data/2023.toml")),
            ("2024.toml", include_str!("../data/2024.toml")),
            ("2025.toml", include_str!("../data/2025.toml")),
            ("2026.toml", include_str!("../data/2026.toml")),
            (HOURS, include_str!("../data/hours.toml")),
        ]
        .map(|(name, text)| Self { name: name.into(), text: text.into() })
        .into()
    }

    /// The embedded files, with every `.toml` file of `folder` added, or put in the place of its namesake.
    ///
    /// # Errors
    /// A folder or files that cannot be read, all of them named.
    pub fn embedded_and(folder: &Path) -> Result<Vec<Self>, CalendarError> {
        let mut sources = Self::embedded();
        let mut faults = Vec::new();
        let mut cannot = |path: &Path, error: std::io::Error| {
            let what = DataFault::Unreadable(error.to_string());
            faults.push(CalendarFault { file: path.display().to_string(), what });
        };
        match std::fs::read_dir(folder) {
            Err(error) => cannot(folder, error),
            Ok(entries) => {
                for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
                    if path.extension().is_none_or(|extension| extension != "toml") {
                        continue;
                    }
                    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                    sources.retain(|source| source.name != name);
                    match std::fs::read_to_string(&path) {
                        Ok(text) => sources.push(Self { name, text }),
                        Err(error) => cannot(&path, error),
                    }
                }
            }
        }
        if faults.is_empty() { Ok(sources) } else { Err(CalendarError { faults }) }
    }
}
