//! How many of a list are asked for at once.

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, Unexpected},
};

/// The query parameter `limit`: 1 to `MOST`. Another number is refused, not quietly replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limit<const MOST: i64 = 100>(Option<i64>);

impl<const MOST: i64> Limit<MOST> {
    /// What was asked for, or what is usual.
    #[must_use]
    pub fn or(self, usual: i64) -> i64 {
        self.0.unwrap_or(usual)
    }
}

impl<'de, const MOST: i64> Deserialize<'de> for Limit<MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let limit = i64::deserialize(deserializer)?;
        if (1..=MOST).contains(&limit) {
            return Ok(Self(Some(limit)));
        }
        Err(D::Error::invalid_value(Unexpected::Signed(limit), &format!("1 to {MOST}").as_str()))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::web::Query;

    use super::*;

    #[derive(Deserialize)]
    struct Wanted {
        #[serde(default)]
        limit: Limit,
    }

    #[test]
    fn a_page_holds_one_to_a_hundred() {
        let asked = |query| {
            Query::<Wanted>::from_query(query).map(|wanted| wanted.limit.or(20)).map_err(|error| error.to_string())
        };
        assert_eq!(asked(""), Ok(20));
        assert_eq!(asked("limit=1"), Ok(1));
        assert_eq!(asked("limit=100"), Ok(100));
        for wrong in ["limit=0", "limit=-1", "limit=101", "limit=9223372036854775807", "limit=x"] {
            assert!(asked(wrong).is_err(), "{wrong}");
        }
        assert!(asked("limit=0").unwrap_err().contains("expected 1 to 100"));
    }
}
