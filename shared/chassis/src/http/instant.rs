//! Instants leave in one form: RFC 3339 in the city's zone, `+08:00`. For `#[serde(with = "chassis::http::instant")]`.

use serde::Serializer;
use time::OffsetDateTime;
use workdays::CITY;

/// An instant as answers carry it.
///
/// # Errors
/// Where it lies outside the years 0 to 9999.
pub fn serialize<S: Serializer>(at: &OffsetDateTime, serializer: S) -> Result<S::Ok, S::Error> {
    time::serde::rfc3339::serialize(&at.to_offset(CITY), serializer)
}

/// The same where there may be none.
pub mod option {
    use super::{CITY, OffsetDateTime, Serializer};

    /// An instant as answers carry it, or null.
    ///
    /// # Errors
    /// Where it lies outside the years 0 to 9999.
    pub fn serialize<S: Serializer>(at: &Option<OffsetDateTime>, serializer: S) -> Result<S::Ok, S::Error> {
        time::serde::rfc3339::option::serialize(&at.map(|at| at.to_offset(CITY)), serializer)
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use time::{OffsetDateTime, macros::datetime};

    #[derive(Serialize)]
    struct Answer {
        #[serde(with = "super")]
        at: OffsetDateTime,
        #[serde(with = "super::option")]
        due: Option<OffsetDateTime>,
        #[serde(with = "super::option")]
        none: Option<OffsetDateTime>,
    }

    #[test]
    fn an_instant_leaves_in_the_citys_zone_wherever_it_came_from() {
        let at = datetime!(2025-09-28 01:12 UTC);
        let text = serde_json::to_string(&Answer { at, due: Some(at), none: None }).unwrap();
        assert_eq!(text, r#"{"at":"2025-09-28T09:12:00+08:00","due":"2025-09-28T09:12:00+08:00","none":null}"#);
    }
}
