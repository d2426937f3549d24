//! One spelling for what is the same name.

/// Full-width ASCII becomes half-width, and every space is left out.
#[must_use]
pub(super) fn plain(text: &str) -> String {
    text.chars().map(half_width).filter(|c| !c.is_whitespace()).collect()
}

/// GB 18030's full-width forms of ASCII stand at one distance from it.
fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}

/// A Chinese character as names may hold: the unified ideographs, those of the extension blocks too, and 〇.
pub(super) fn is_chinese(c: char) -> bool {
    c == '〇' || ids::is_ideograph(c)
}
