//! Published versions. There is no way to change one.

use time::Date;

use super::Catalogue;

/// What publishing did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    New,
    /// The same text is published already.
    Already,
}

/// Why a version is not published.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPublished {
    #[error("{code}@{version} is published with other text; a changed catalogue is a new version")]
    OtherText { code: String, version: u32 },
    #[error("{code}@{version} comes after {last}, and does not follow it in number and first day")]
    NotLater { code: String, version: u32, last: u32 },
}

/// Every published version of one catalogue.
#[derive(Clone, Debug, Default)]
pub struct Versions(Vec<Catalogue>);

impl Versions {
    /// Adds a version.
    ///
    /// # Errors
    /// The number is taken by another text, or the version does not follow the last one.
    pub fn publish(&mut self, new: Catalogue) -> Result<Published, NotPublished> {
        let (code, version) = (new.reference.code.clone(), new.reference.version);
        if let Some(same) = self.version(version) {
            let same = same.reference == new.reference;
            return if same { Ok(Published::Already) } else { Err(NotPublished::OtherText { code, version }) };
        }
        if let Some(last) = self.0.last() {
            let follows = last.reference.version < version && last.valid_from < new.valid_from;
            if !follows || last.reference.code != code {
                return Err(NotPublished::NotLater { code, version, last: last.reference.version });
            }
        }
        self.0.push(new);
        Ok(Published::New)
    }

    #[must_use]
    pub fn version(&self, version: u32) -> Option<&Catalogue> {
        self.0.iter().find(|catalogue| catalogue.reference.version == version)
    }

    /// The version that holds on a day.
    #[must_use]
    pub fn current(&self, on: Date) -> Option<&Catalogue> {
        self.0.iter().rev().find(|catalogue| catalogue.valid_from <= on)
    }
}
