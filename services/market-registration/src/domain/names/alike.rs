//! Names that people mix up: they sound alike, or differ by a little word.

use pinyin::ToPinyin as _;

/// How a trade name is read, without tones, each syllable apart: what has no reading stands for itself.
#[must_use]
pub fn sound(trade_name: &str) -> String {
    let syllables = trade_name.chars().map(|c| c.to_pinyin().map_or_else(|| c.to_string(), |p| p.plain().to_owned()));
    syllables.collect::<Vec<_>>().join(" ")
}

/// Little words that begin a trade name and tell it apart badly.
const LITTLE: [char; 6] = ['新', '老', '大', '小', '金', '鑫'];

/// The trade name without a little word at its beginning, where two characters remain.
#[must_use]
pub fn core(trade_name: &str) -> &str {
    match trade_name.strip_prefix(LITTLE) {
        Some(rest) if rest.chars().count() >= 2 => rest,
        _ => trade_name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_sound_is_heard() {
        assert_eq!(sound("云杉"), "yun shan");
        assert_eq!(sound("云山"), sound("云杉"));
        assert_ne!(sound("云海"), sound("云杉"));
    }

    #[test]
    fn a_little_word_does_not_make_another_name() {
        assert_eq!(core("新云杉"), "云杉");
        assert_eq!(core("新云"), "新云");
    }
}
