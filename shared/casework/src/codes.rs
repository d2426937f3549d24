//! How themes name their parts: tasks, roles, and the theme itself at one version.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
            #[serde(transparent)]
            pub struct $name(String);

            impl $name {
                /// The code as it is written.
                #[must_use]
                pub fn as_str(&self) -> &str {
                    &self.0
                }

                /// Latin letters, digits, `_` and `-`, at least one.
                #[must_use]
                pub fn is_well_formed(&self) -> bool {
                    !self.0.is_empty() && self.0.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
                }
            }

            impl From<&str> for $name {
                fn from(code: &str) -> Self {
                    Self(code.to_owned())
                }
            }

            impl From<String> for $name {
                fn from(code: String) -> Self {
                    Self(code)
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.pad(&self.0)
                }
            }

            impl Borrow<str> for $name {
                fn borrow(&self) -> &str {
                    &self.0
                }
            }
        )*
    };
}

codes! {
    /// A task within its theme: `licence`, `C06`.
    TaskCode;
    /// A part to be played, bound to a department for each case: `tax`, `bank`.
    Role;
    /// A stage of a project (阶段), with a budget of its own: `A`.
    Stage;
}

/// One version of a theme, for ever the same: `company-opening@1`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ThemeRef {
    pub code: String,
    pub version: u32,
}

impl fmt::Display for ThemeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.code, self.version)
    }
}

/// A text that is not `code@version`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a theme is named as code@version, such as company-opening@1")]
pub struct ThemeRefError;

impl FromStr for ThemeRef {
    type Err = ThemeRefError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (code, version) = text.split_once('@').ok_or(ThemeRefError)?;
        let version = version.parse().map_err(|_| ThemeRefError)?;
        if code.is_empty() {
            return Err(ThemeRefError);
        }
        Ok(Self { code: code.to_owned(), version })
    }
}

impl TryFrom<String> for ThemeRef {
    type Error = ThemeRefError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ThemeRef> for String {
    fn from(theme: ThemeRef) -> Self {
        theme.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_is_named_with_its_version() {
        let theme: ThemeRef = "company-opening@1".parse().unwrap();
        assert_eq!(theme, ThemeRef { code: "company-opening".into(), version: 1 });
        assert_eq!(serde_json::to_string(&theme).unwrap(), "\"company-opening@1\"");
        for text in ["company-opening", "@1", "company-opening@", "company-opening@one"] {
            assert_eq!(text.parse::<ThemeRef>(), Err(ThemeRefError), "{text}");
        }
    }
}
