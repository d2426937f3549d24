//! A value that is used and never shown.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

/// What stands in the place of a secret wherever one could be printed.
pub const HIDDEN: &str = "******";

/// Names that are secrets wherever they stand; the key `<name>_file` is known beside them.
const NAMES: [&str; 3] = ["password", "secret", "key"];

/// True for `password`, `owner_password`, `material_key` and their like.
pub(super) fn is_name_of_secret(key: &str) -> bool {
    NAMES.iter().any(|name| key.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('_')))
}

/// The key whose secret `key` fills from a file, where `key` ends in `_file`.
pub(super) fn filled_by(key: &str) -> Option<&str> {
    key.strip_suffix("_file")
}

/// A password or key. Every way of printing it prints [`HIDDEN`].
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The value itself, for the one call that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// True where none was given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for Secret {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(HIDDEN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_by_its_name() {
        assert!(["password", "owner_password", "material_key", "key"].map(is_name_of_secret) == [true; 4]);
        assert!(["key_set_url", "monkey", "password_file", "brokers"].map(is_name_of_secret) == [false; 4]);
    }

    #[test]
    fn no_way_of_printing_shows_it() {
        let secret = Secret::from("open sesame");
        let shown = format!("{secret} {secret:?} {}", serde_json::to_string(&secret).unwrap());
        assert_eq!(shown, r#"****** ****** "******""#);
        assert_eq!(secret.expose(), "open sesame");
    }
}
