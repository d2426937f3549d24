//! Money in fen (分): whole numbers only, a hundred to the yuan.

use std::fmt;
use std::iter::Sum;

use serde::{Deserialize, Serialize};

/// An amount in fen. Written by serde as an integer; shown as yuan with two decimals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fen(i64);

/// Why a text is not an amount in yuan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    #[error("an amount is written as digits, with commas between thousands or none, and at most one point")]
    NotANumber,
    #[error("an amount has at most two decimals: the smallest coin is the fen")]
    TooFine,
    #[error("the amount is larger than can be kept")]
    TooLarge,
}

impl AmountError {
    /// The fault in Chinese.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::NotANumber => "金额只能由数字组成，可用千分位逗号和一个小数点",
            Self::TooFine => "金额最多两位小数（到分）",
            Self::TooLarge => "金额过大",
        }
    }
}

impl Fen {
    pub const ZERO: Self = Self(0);

    /// An amount of so many fen.
    #[must_use]
    pub const fn new(fen: i64) -> Self {
        Self(fen)
    }

    /// An amount of so many yuan.
    #[must_use]
    pub const fn from_yuan(yuan: i64) -> Option<Self> {
        match yuan.checked_mul(100) {
            Some(fen) => Some(Self(fen)),
            None => None,
        }
    }

    /// Reads yuan as people type them: `2800000`, `2,800,000.00`, `-0.5`.
    ///
    /// # Errors
    /// [`AmountError`].
    pub fn parse_yuan(text: &str) -> Result<Self, AmountError> {
        let (negative, amount) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (yuan, decimals) = amount.split_once('.').map_or((amount, None), |(yuan, rest)| (yuan, Some(rest)));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !thousands_are_whole(yuan) || !digits(&yuan.replace(',', "")) || !decimals.is_none_or(digits) {
            return Err(AmountError::NotANumber);
        }
        let decimals = decimals.unwrap_or("00");
        if decimals.len() > 2 {
            return Err(AmountError::TooFine);
        }
        let sign = if negative { "-" } else { "" };
        let fen = format!("{sign}{}{decimals:0<2}", yuan.replace(',', ""));
        fen.parse().map(Self).map_err(|_| AmountError::TooLarge)
    }

    /// The amount in fen.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// True for a free item.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    #[must_use]
    pub fn checked_mul(self, times: i64) -> Option<Self> {
        self.0.checked_mul(times).map(Self)
    }
}

/// Groups between commas are three digits, except the first of one to three.
fn thousands_are_whole(yuan: &str) -> bool {
    match yuan.split_once(',') {
        None => true,
        Some((first, rest)) => (1..=3).contains(&first.len()) && rest.split(',').all(|group| group.len() == 3),
    }
}

/// The total; `None` where it is too large to be kept.
impl Sum<Fen> for Option<Fen> {
    fn sum<I: Iterator<Item = Fen>>(mut amounts: I) -> Self {
        amounts.try_fold(Fen::ZERO, Fen::checked_add)
    }
}

impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        f.pad(&format!("{sign}{}.{:02}", fen / 100, fen % 100))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_mortgage_of_the_chattel_story() {
        assert_eq!(Fen::parse_yuan("2,800,000"), Ok(Fen::new(280_000_000)));
        assert_eq!(Fen::new(280_000_000).to_string(), "2800000.00");
        assert_eq!(Fen::from_yuan(2_800_000), Some(Fen::new(280_000_000)));
    }

    #[test]
    fn yuan_as_people_type_them() {
        for (text, fen) in
            [("0", 0), ("1000000", 100_000_000), ("0.5", 50), ("0.05", 5), ("-0.05", -5), ("1,000.10", 100_010)]
        {
            assert_eq!(Fen::parse_yuan(text), Ok(Fen::new(fen)), "{text}");
        }
        for text in
            ["", "-", ".", ".5", "1.", "1.2.3", "+1", " 1", "1e3", "1,00", ",100", "1000,000", "一百", "0x1", "--1"]
        {
            assert_eq!(Fen::parse_yuan(text), Err(AmountError::NotANumber), "{text}");
        }
        assert_eq!(Fen::parse_yuan("1.005"), Err(AmountError::TooFine));
        assert_eq!(Fen::parse_yuan("92233720368547758.08"), Err(AmountError::TooLarge));
        assert_eq!(Fen::parse_yuan("-92233720368547758.08"), Ok(Fen::new(i64::MIN)));
    }

    #[test]
    fn sums_do_not_wrap() {
        assert_eq!([Fen::new(1), Fen::new(2)].into_iter().sum::<Option<Fen>>(), Some(Fen::new(3)));
        assert_eq!([Fen::new(i64::MAX), Fen::new(1)].into_iter().sum::<Option<Fen>>(), None);
        assert!(std::iter::empty().sum::<Option<Fen>>().is_some_and(Fen::is_zero));
    }

    #[test]
    fn serde_writes_fen_as_an_integer() {
        assert_eq!(serde_json::to_string(&Fen::new(280_000_000)).unwrap(), "280000000");
        assert!(serde_json::from_str::<Fen>("1.5").is_err());
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(fen in any::<i64>()) {
            prop_assert_eq!(Fen::parse_yuan(&Fen::new(fen).to_string()), Ok(Fen::new(fen)));
        }

        #[test]
        fn any_text_is_answered(text in "\\PC{0,24}") {
            let _ = Fen::parse_yuan(&text);
        }
    }
}
