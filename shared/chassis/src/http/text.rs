//! What people read is given in Chinese and in English, always both.

use std::borrow::Cow;

use actix_web::http::header::{self, HeaderMap};
use serde::{Serialize, Serializer, ser::SerializeMap};

/// One sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    pub zh: Cow<'static, str>,
    pub en: Cow<'static, str>,
}

impl Text {
    #[must_use]
    pub const fn of(zh: &'static str, en: &'static str) -> Self {
        Self { zh: Cow::Borrowed(zh), en: Cow::Borrowed(en) }
    }

    pub fn new(zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// Both on one line, the reader's language first.
    #[must_use]
    pub fn line(&self, first: Language) -> String {
        match first {
            Language::Chinese => format!("{} / {}", self.zh, self.en),
            Language::English => format!("{} / {}", self.en, self.zh),
        }
    }
}

/// Which language stands first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    Chinese,
    English,
}

impl Language {
    /// By `Accept-Language`: Chinese, unless English is wanted more.
    #[must_use]
    pub fn preferred(headers: &HeaderMap) -> Self {
        let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if quality(wanted, "en") > quality(wanted, "zh") { Self::English } else { Self::Chinese }
    }

    /// Writes one value for each language, the reader's first.
    pub(super) fn both<S: Serializer, T: Serialize>(self, zh: &T, en: &T, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(2))?;
        if self == Self::English {
            map.serialize_entry("en", en)?;
        }
        map.serialize_entry("zh", zh)?;
        if self == Self::Chinese {
            map.serialize_entry("en", en)?;
        }
        map.end()
    }
}

/// The greatest weight given to a language, in thousandths.
fn quality(wanted: &str, language: &str) -> u16 {
    let of = |part: &str| {
        let mut part = part.trim().split(';');
        let tag = part.next()?.trim();
        let matches = tag.get(..2)?.eq_ignore_ascii_case(language) && !tag[2..].starts_with(char::is_alphanumeric);
        let weight = part.find_map(|p| p.trim().strip_prefix("q=")).and_then(|q| q.parse::<f32>().ok());
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=1000")]
        matches.then(|| (weight.unwrap_or(1.0).clamp(0.0, 1.0) * 1000.0) as u16)
    };
    wanted.split(',').filter_map(of).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preferred(accept: &'static str) -> Language {
        let value = header::HeaderValue::from_bytes(accept.as_bytes()).unwrap();
        Language::preferred(&HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, value)]))
    }

    #[test]
    fn chinese_stands_first_unless_english_is_wanted_more() {
        assert_eq!(preferred("zh-CN,zh;q=0.9,en;q=0.8"), Language::Chinese);
        assert_eq!(preferred("en-GB, zh;q=0.5"), Language::English);
        assert_eq!(preferred("de"), Language::Chinese);
        assert_eq!(preferred("q, ;;, 中文"), Language::Chinese);
        assert_eq!(Language::preferred(&HeaderMap::new()), Language::Chinese);
    }
}
