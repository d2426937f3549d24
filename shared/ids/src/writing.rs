//! What people write: which texts may be kept and shown. One rule for every text from outside, whatever door it comes
//! through: bodies, addresses, tokens, files, messages of departments.
//!
//! A text holds nothing that nobody sees: no control characters, no marks that turn the direction of what follows, no
//! characters of width zero, and nothing that is no character at all. What belongs to writing stays: every ideograph,
//! those of extension blocks and of private use too, with the selectors that choose a variant of one, and what joins or
//! parts letters of Mongolian, Arabic and Indic scripts.
//! Which characters these are is Unicode's to say (its properties, by `icu_properties`).

use icu_properties::{
    CodePointSetData,
    props::{
        BidiControl, DefaultIgnorableCodePoint, JoinControl, NoncharacterCodePoint, UnifiedIdeograph, VariationSelector,
    },
};

/// What a text should be: one line or several, and how long at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Writing {
    most: usize,
    lines: Lines,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lines {
    One,
    Any,
}

/// One thing that is wrong with a text. Positions count characters from 1, in the text as it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextFault {
    #[error("is missing")]
    Missing,
    #[error("shows nothing; write what can be seen")]
    Blank,
    #[error("at most {most} characters")]
    TooLong { most: usize },
    #[error("character {position} breaks the line; this is one line")]
    LineBreak { position: usize },
    #[error("character {position} is a control character; remove it")]
    Control { position: usize },
    #[error("character {position} changes the direction of writing; remove it")]
    Direction { position: usize },
    #[error("character {position} cannot be seen; remove it")]
    Invisible { position: usize },
    #[error("character {position} is none; the text was damaged on its way")]
    NoCharacter { position: usize },
}

impl TextFault {
    /// A stable name for programs.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Blank => "blank",
            Self::TooLong { .. } => "too_long",
            Self::LineBreak { .. } => "line_break",
            Self::Control { .. } => "control_character",
            Self::Direction { .. } => "direction_mark",
            Self::Invisible { .. } => "invisible_character",
            Self::NoCharacter { .. } => "no_character",
        }
    }

    /// For the person who wrote it.
    #[must_use]
    pub fn zh(self) -> String {
        match self {
            Self::Missing => "请填写".to_owned(),
            Self::Blank => "内容不可见,请填写可见的文字".to_owned(),
            Self::TooLong { most } => format!("最多{most}个字符"),
            Self::LineBreak { position } => format!("第{position}个字符是换行,此处只填一行"),
            Self::Control { position } => format!("第{position}个字符是控制字符,请删除"),
            Self::Direction { position } => format!("第{position}个字符会改变文字方向,请删除"),
            Self::Invisible { position } => format!("第{position}个字符不可见,请删除"),
            Self::NoCharacter { position } => format!("第{position}个字符无法识别,请重新填写"),
        }
    }
}

impl Writing {
    /// One line of at most `most` characters.
    #[must_use]
    pub const fn line(most: usize) -> Self {
        Self { most, lines: Lines::One }
    }

    /// Any number of lines, together of at most `most` characters.
    #[must_use]
    pub const fn prose(most: usize) -> Self {
        Self { most, lines: Lines::Any }
    }

    /// In characters.
    #[must_use]
    pub const fn most(self) -> usize {
        self.most
    }

    #[must_use]
    pub const fn is_one_line(self) -> bool {
        matches!(self.lines, Lines::One)
    }

    /// The text without the space around it.
    ///
    /// # Errors
    /// Everything that is wrong with it, each kind once, at its first place.
    pub fn read(self, text: &str) -> Result<&str, Vec<TextFault>> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(vec![TextFault::Missing]);
        }
        let before = text.chars().count() - text.trim_start().chars().count();
        let mut faults = Vec::new();
        let mut seen = false;
        let mut length = 0;
        for (place, neighbours) in neighbours(trimmed).enumerate() {
            length += 1;
            let position = before + place + 1;
            seen |= is_seen(neighbours.character);
            let fault = match neighbours.character {
                '\n' | '\r' | '\u{2028}' | '\u{2029}' if self.is_one_line() => Some(TextFault::LineBreak { position }),
                '\t' if self.is_one_line() => Some(TextFault::Control { position }),
                _ => unfit(neighbours, position),
            };
            faults.extend(fault.filter(|fault| !told(&faults, *fault)));
        }
        if length > self.most {
            faults.push(TextFault::TooLong { most: self.most });
        }
        if !seen && faults.is_empty() {
            faults.push(TextFault::Blank);
        }
        if faults.is_empty() { Ok(trimmed) } else { Err(faults) }
    }
}

/// What no text may hold, however many lines it has and however long it is; empty where there is nothing of it.
#[must_use]
pub fn unfit_characters(text: &str) -> Vec<TextFault> {
    let mut faults = Vec::new();
    for (place, neighbours) in neighbours(text).enumerate() {
        let fault = unfit(neighbours, place + 1);
        faults.extend(fault.filter(|fault| !told(&faults, *fault)));
    }
    faults
}

/// A Chinese character of any block, by the version of Unicode that is known here.
#[must_use]
pub fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{4e00}'..='\u{9fff}') || CodePointSetData::new::<UnifiedIdeograph>().contains(character)
}

fn told(faults: &[TextFault], fault: TextFault) -> bool {
    faults.iter().any(|known| known.slug() == fault.slug())
}

/// A character with what stands on both sides of it.
#[derive(Clone, Copy)]
struct Neighbours {
    before: Option<char>,
    character: char,
    after: Option<char>,
}

fn neighbours(text: &str) -> impl Iterator<Item = Neighbours> {
    let (mut before, mut characters) = (None, text.chars().peekable());
    std::iter::from_fn(move || {
        let character = characters.next()?;
        let here = Neighbours { before, character, after: characters.peek().copied() };
        before = Some(character);
        Some(here)
    })
}

impl Neighbours {
    /// A joiner or a variation that changes nothing where it stands: Chinese and Latin letters are not joined, and an ideograph
    /// has no picture. Two names that look alike would be two names.
    fn does_nothing(self) -> bool {
        let letter = |of: Option<char>| of.is_some_and(|of| of.is_ascii_alphanumeric() || is_ideograph(of));
        match self.character {
            '\u{200c}' | '\u{200d}' => letter(self.before) || letter(self.after),
            '\u{fe03}'..='\u{fe0f}' => self.before.is_some_and(is_ideograph),
            _ => false,
        }
    }
}

fn unfit(neighbours: Neighbours, position: usize) -> Option<TextFault> {
    let character = neighbours.character;
    match character {
        // Most of what is written in this city.
        ' '..='~' | '\n' | '\r' | '\t' | '\u{3001}'..='\u{303f}' | '\u{4e00}'..='\u{9fff}' => None,
        // Lines and paragraphs are parted by one character only.
        '\u{2028}' | '\u{2029}' => Some(TextFault::Control { position }),
        _ if character.is_control() => Some(TextFault::Control { position }),
        '\u{fffd}' => Some(TextFault::NoCharacter { position }),
        _ if CodePointSetData::new::<NoncharacterCodePoint>().contains(character) => {
            Some(TextFault::NoCharacter { position })
        }
        _ if CodePointSetData::new::<BidiControl>().contains(character) => Some(TextFault::Direction { position }),
        // Notes between the lines are for programs.
        '\u{fff9}'..='\u{fffb}' => Some(TextFault::Invisible { position }),
        _ if is_ignorable(character) && (!belongs_to_writing(character) || neighbours.does_nothing()) => {
            Some(TextFault::Invisible { position })
        }
        _ => None,
    }
}

fn is_ignorable(character: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character)
}

/// Not seen by itself; it changes how its neighbours look.
fn belongs_to_writing(character: char) -> bool {
    // The Mongolian vowel separator.
    character == '\u{180e}'
        || CodePointSetData::new::<JoinControl>().contains(character)
        || CodePointSetData::new::<VariationSelector>().contains(character)
}

/// Whether somebody sees it when it stands alone. The empty pattern of braille is drawn as nothing.
fn is_seen(character: char) -> bool {
    match character {
        '!'..='~' | '\u{4e00}'..='\u{9fff}' => true,
        '\u{2800}' => false,
        _ => !character.is_whitespace() && !character.is_control() && !is_ignorable(character),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: Writing = Writing::line(20);

    fn slugs(read: Result<&str, Vec<TextFault>>) -> Vec<&'static str> {
        read.err().into_iter().flatten().map(TextFault::slug).collect()
    }

    #[test]
    fn what_people_write_passes_without_the_space_around_it() {
        assert_eq!(LINE.read(" 莱州市云杉测试电子有限公司\u{3000}\n"), Ok("莱州市云杉测试电子有限公司"));
        for text in [
            "𠮷野家",             // extension B
            "\u{2b740}\u{2ceb0}", // extensions D and F
            "\u{31350}\u{323b0}", // extensions H and J, the last of which an older table does not know
            "葛\u{e0100}城",      // a variant that a name is registered with
            "\u{e000}",           // of private use: a name in an old register
            "قوش\u{200c}ماق",     // parted letters
            "ᠮᠣᠩᠭᠣ\u{180e}ᠯ",
            "Müller & Søn №7",
            "👩\u{200d}🌾",
        ] {
            assert_eq!(LINE.read(text), Ok(text), "{text:?}");
        }
        assert_eq!(Writing::prose(20).read("一、\r\n\t二\n三"), Ok("一、\r\n\t二\n三"));
    }

    #[test]
    fn nothing_that_nobody_sees_passes() {
        for (text, slug) in [
            ("", "missing"),
            ("\u{3000} \n", "missing"),
            ("\u{200d}", "blank"),
            ("\u{fe0f}\u{fe0f}", "blank"),
            ("\u{2800}", "blank"),
            ("\u{200b}", "invisible_character"),
            ("云\u{feff}杉", "invisible_character"),
            ("云\u{200d}杉", "invisible_character"),
            ("云\u{200c}", "invisible_character"),
            ("云\u{fe0f}杉", "invisible_character"),
            ("a\u{200d}b", "invisible_character"),
            ("\u{3164}", "invisible_character"),
            ("云\u{ad}杉", "invisible_character"),
            ("\u{e0041}", "invisible_character"),
            ("\u{202e}云杉", "direction_mark"),
            ("云杉\u{200f}", "direction_mark"),
            ("云\u{2066}杉", "direction_mark"),
            ("云\u{61c}杉", "direction_mark"),
            ("云\0杉", "control_character"),
            ("云\u{7f}杉", "control_character"),
            ("云\u{85}杉", "control_character"),
            ("云\t杉", "control_character"),
            ("云\n杉", "line_break"),
            ("云\r杉", "line_break"),
            ("云\u{2028}杉", "line_break"),
            ("云\u{fffd}杉", "no_character"),
            ("云\u{ffff}杉", "no_character"),
        ] {
            assert_eq!(slugs(LINE.read(text)), [slug], "{text:?}");
        }
        assert_eq!(slugs(Writing::prose(20).read("云\u{2029}杉")), ["control_character"]);
    }

    #[test]
    fn every_fault_is_told_once_at_its_first_place() {
        let faults = LINE.read(" 一\0二\0三\u{202e}四\n五").unwrap_err();
        let expected = [
            TextFault::Control { position: 3 },
            TextFault::Direction { position: 7 },
            TextFault::LineBreak { position: 9 },
        ];
        assert_eq!(faults, expected);
        assert_eq!(LINE.read(&"长".repeat(21)), Err(vec![TextFault::TooLong { most: 20 }]));
        assert_eq!(LINE.read(&"𠮷".repeat(20)), Ok("𠮷".repeat(20).as_str()), "counted in characters");
    }

    #[test]
    fn ideographs_stand_in_many_blocks() {
        for ideograph in ['云', '㐂', '𠮷', '\u{2b740}', '\u{31350}'] {
            assert!(is_ideograph(ideograph), "{ideograph}");
        }
        for other in ['a', '〇', 'か', '\u{e0100}', '。'] {
            assert!(!is_ideograph(other), "{other}");
        }
    }

    #[test]
    fn an_unfit_character_is_found_in_any_text() {
        assert_eq!(unfit_characters("一\n二\t\u{3000}"), []);
        assert_eq!(unfit_characters(""), []);
        assert_eq!(
            unfit_characters("\0\0\u{200b}"),
            [TextFault::Control { position: 1 }, TextFault::Invisible { position: 3 }]
        );
    }
}
