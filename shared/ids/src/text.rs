//! What all codes share: one scan for length and alphabet, and how a code is written and read back.

use std::ops::Range;

use time::{Date, Month};

use crate::fault::{Alphabet, CodeError, CodeFault, CodeKind, Lengths};
use crate::region::RegionCode;

/// Beyond this many characters a text is not a mistyped code, and only its length is reported.
const LONGEST_WORTH_READING: usize = 40;

/// The earliest year of a date inside a code.
const FIRST_YEAR: i32 = 1900;

/// One text and the faults found in it so far.
pub(crate) struct Scan<'t> {
    kind: CodeKind,
    text: &'t str,
    /// Right length and ASCII, so that ranges of positions mean what they should.
    sliceable: bool,
    faults: Vec<CodeFault>,
}

impl<'t> Scan<'t> {
    /// Checks length and alphabet; `alphabet` is asked with an index from 0 and the length that was found.
    pub(crate) fn new(
        kind: CodeKind,
        text: &'t str,
        allowed: Lengths,
        alphabet: impl Fn(usize, usize) -> Alphabet,
    ) -> Self {
        let found = text.chars().count();
        let mut faults = Vec::new();
        if !allowed.allow(found) {
            faults.push(CodeFault::Length { allowed, found });
        }
        if found <= LONGEST_WORTH_READING {
            for (index, character) in text.chars().enumerate() {
                let allowed = alphabet(index, found);
                if !allowed.allows(character) {
                    faults.push(CodeFault::Alphabet { position: index + 1, found: character, allowed });
                }
            }
        }
        Self { kind, text, sliceable: allowed.allow(found) && text.is_ascii(), faults }
    }

    /// The characters at `range`, if every one of them is of `alphabet`; the fault of one that is not is known already.
    pub(crate) fn part(&self, range: Range<usize>, alphabet: Alphabet) -> Option<&'t str> {
        let part = self.text.get(range).filter(|_| self.sliceable)?;
        part.chars().all(|character| alphabet.allows(character)).then_some(part)
    }

    /// The region at `range`.
    pub(crate) fn region(&mut self, range: Range<usize>) -> Option<RegionCode> {
        let region = RegionCode::parse(self.part(range, Alphabet::Digits)?);
        self.inner(region)
    }

    /// The day that eight digits `yyyymmdd` name, from 1900 on.
    pub(crate) fn date(&mut self, range: Range<usize>) -> Option<Date> {
        let digits = self.part(range, Alphabet::Digits)?;
        let read = |from: usize, to: usize| digits.get(from..to).and_then(|digits| digits.parse::<u16>().ok());
        let date = read(0, 4).zip(read(4, 6)).zip(read(6, 8)).and_then(|((year, month), day)| {
            let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
            Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok()
        });
        self.require(date.is_some(), CodeFault::NoSuchDate);
        self.require(date.is_none_or(|date| date.year() >= FIRST_YEAR), CodeFault::TooEarly);
        date
    }

    /// Adds a fault unless `holds`.
    pub(crate) fn require(&mut self, holds: bool, fault: CodeFault) {
        if !holds {
            self.faults.push(fault);
        }
    }

    /// Takes over the faults of a code inside this one.
    pub(crate) fn inner<T>(&mut self, value: Result<T, CodeError>) -> Option<T> {
        value.map_err(|error| self.faults.extend(error.faults)).ok()
    }

    /// The value, if nothing was wrong.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T, CodeError> {
        match value {
            Some(value) if self.faults.is_empty() => Ok(value),
            _ => Err(CodeError { kind: self.kind, faults: self.faults }),
        }
    }
}

/// The number that ASCII digits write; 0 for anything else.
pub(crate) fn number(digits: &str) -> u64 {
    digits.parse().unwrap_or(0)
}

/// Serde, `FromStr` and `TryFrom` of a type with `parse(&str)` and `Display`: written as a string, checked when read.
macro_rules! read_and_written_as_text {
    ($name:ident) => {
        impl std::str::FromStr for $name {
            type Err = $crate::CodeError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = $crate::CodeError;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                Self::parse(text)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

/// `as_str`, `AsRef` and `Display` of a type that keeps its characters in a field `text`.
macro_rules! kept_as_text {
    ($name:ident) => {
        impl $name {
            /// The code as it is written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.text
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.text
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.text)
            }
        }
    };
}

pub(crate) use {kept_as_text, read_and_written_as_text};
