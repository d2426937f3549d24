//! Region codes (行政区划代码): 6 digits for province, city and county (GB/T 2260), 9 for a town, 12 for a village.

use std::fmt;

use crate::fault::{Alphabet, CodeError, CodeFault, CodeKind, Lengths};
use crate::text::{Scan, number, read_and_written_as_text};

/// The state itself, as registrations with a national authority write it.
const STATE: u64 = 100_000;

/// A place, from the state down to one village. Whether the place exists is data, not a matter of this type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionCode {
    number: u64,
    level: RegionLevel,
}

/// How far down a region lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RegionLevel {
    State,
    Province,
    /// 地级市.
    City,
    /// 县, 县级市, 区: Laizhou is `370683`.
    County,
    /// 镇街.
    Town,
    /// 村居.
    Village,
}

/// What the third to ninth digits of a town say about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TownClass {
    /// 街道, 001-099.
    Subdistrict,
    /// 镇, 100-199.
    Town,
    /// 乡, 200-399.
    Township,
    /// Zones, farms and others that the rule does not class, 400-999.
    Other,
}

/// What the last three digits of a village say about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VillageClass {
    /// 居民委员会, 001-199.
    ResidentsCommittee,
    /// 村民委员会, 200-399.
    VillagersCommittee,
    /// 400-999.
    Other,
}

impl RegionCode {
    /// Reads 6, 9 or 12 digits.
    ///
    /// # Errors
    /// Length, alphabet, an unknown province, a town or village part `000` (a place has one code only).
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let mut scan = Scan::new(CodeKind::Region, text, Lengths::OneOf(&[6, 9, 12]), |_, _| Alphabet::Digits);
        let part = |scan: &Scan<'_>, range| scan.part(range, Alphabet::Digits).map(number);
        let known = part(&scan, 0..6).is_none_or(province_is_known);
        scan.require(known, CodeFault::UnknownProvince);
        let empty_town = part(&scan, 6..9) == Some(0);
        scan.require(!empty_town, CodeFault::EmptyTown);
        let empty_village = part(&scan, 9..12) == Some(0);
        scan.require(!empty_village, CodeFault::EmptyVillage);
        let number = number(text);
        scan.finish(Some(match text.len() {
            12 => Self { number, level: RegionLevel::Village },
            9 => Self { number, level: RegionLevel::Town },
            _ => Self::of_six_digits(number),
        }))
    }

    fn of_six_digits(number: u64) -> Self {
        let level = match number {
            STATE => RegionLevel::State,
            _ if number.is_multiple_of(10_000) => RegionLevel::Province,
            _ if number.is_multiple_of(100) => RegionLevel::City,
            _ => RegionLevel::County,
        };
        Self { number, level }
    }

    /// How far down it lies.
    #[must_use]
    pub fn level(self) -> RegionLevel {
        self.level
    }

    /// The first six digits: of a town or village its county (or its city, where a city has no counties).
    #[must_use]
    pub fn county(self) -> Self {
        Self::of_six_digits(self.number / self.tail(6))
    }

    /// The town of a town or village.
    #[must_use]
    pub fn town(self) -> Option<Self> {
        (self.level >= RegionLevel::Town).then(|| Self { number: self.number / self.tail(9), level: RegionLevel::Town })
    }

    /// The class of the town part; `None` above the towns.
    #[must_use]
    pub fn town_class(self) -> Option<TownClass> {
        Some(match self.town()?.number % 1000 {
            0..100 => TownClass::Subdistrict,
            100..200 => TownClass::Town,
            200..400 => TownClass::Township,
            _ => TownClass::Other,
        })
    }

    /// The class of the village part; `None` above the villages.
    #[must_use]
    pub fn village_class(self) -> Option<VillageClass> {
        if self.level != RegionLevel::Village {
            return None;
        }
        Some(match self.number % 1000 {
            0..200 => VillageClass::ResidentsCommittee,
            200..400 => VillageClass::VillagersCommittee,
            _ => VillageClass::Other,
        })
    }

    /// True where `other` is this region or lies inside it.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        let digits = match self.level {
            RegionLevel::State => return true,
            RegionLevel::Province => 2,
            RegionLevel::City => 4,
            RegionLevel::County => 6,
            RegionLevel::Town => 9,
            RegionLevel::Village => 12,
        };
        self.level <= other.level && self.number / self.tail(digits) == other.number / other.tail(digits)
    }

    /// How many digits the code has.
    fn length(self) -> u32 {
        match self.level {
            RegionLevel::Village => 12,
            RegionLevel::Town => 9,
            RegionLevel::State | RegionLevel::Province | RegionLevel::City | RegionLevel::County => 6,
        }
    }

    /// What to divide by so that the first `digits` digits are left.
    fn tail(self, digits: u32) -> u64 {
        10_u64.pow(self.length().saturating_sub(digits))
    }
}

/// The provinces of GB/T 2260, the state (100000), and 83, which residence permits of Taiwan residents use.
fn province_is_known(six_digits: u64) -> bool {
    six_digits == STATE
        || matches!(
            six_digits / 10_000,
            11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83
        )
}

impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.number)
    }
}

read_and_written_as_text!(RegionCode);

#[cfg(test)]
mod tests {
    use super::*;

    fn region(text: &str) -> RegionCode {
        RegionCode::parse(text).unwrap()
    }

    fn faults(text: &str) -> Vec<CodeFault> {
        RegionCode::parse(text).unwrap_err().faults
    }

    #[test]
    fn levels_from_the_state_to_a_village() {
        let levels = [
            ("100000", RegionLevel::State),
            ("370000", RegionLevel::Province),
            ("370600", RegionLevel::City),
            ("370683", RegionLevel::County),
            ("370683101", RegionLevel::Town),
            ("370683101399", RegionLevel::Village),
        ];
        for (text, level) in levels {
            assert_eq!((region(text).level(), region(text).to_string()), (level, text.to_owned()));
        }
    }

    #[test]
    fn laizhou_has_six_subdistricts_and_eleven_towns() {
        let class = |part: u32| region(&format!("370683{part:03}")).town_class();
        assert!((1..=6).all(|part| class(part) == Some(TownClass::Subdistrict)));
        assert!((101..=111).all(|part| class(part) == Some(TownClass::Town)));
        assert_eq!(class(200), Some(TownClass::Township));
        assert_eq!(class(400), Some(TownClass::Other));
        assert_eq!(region("370683").town_class(), None);
    }

    #[test]
    fn villages_know_their_class_town_and_county() {
        assert_eq!(region("370683101399").village_class(), Some(VillageClass::VillagersCommittee));
        assert_eq!(region("370683101398").village_class(), Some(VillageClass::VillagersCommittee));
        assert_eq!(region("370683001199").village_class(), Some(VillageClass::ResidentsCommittee));
        assert_eq!(region("370683001199").town(), Some(region("370683001")));
        assert_eq!(region("370683001199").town_class(), Some(TownClass::Subdistrict));
        assert_eq!(region("370683001199").county(), region("370683"));
        assert_eq!(region("370683").town(), None);
        assert_eq!(region("441900003").county(), region("441900"), "Dongguan has no counties");
    }

    #[test]
    fn a_region_contains_what_lies_in_it() {
        let chain = ["100000", "370000", "370600", "370683", "370683101", "370683101399"].map(region);
        for (outer, a) in chain.iter().enumerate() {
            for (inner, b) in chain.iter().enumerate() {
                assert_eq!(a.contains(*b), outer <= inner, "{a} contains {b}");
            }
        }
        assert!(!region("370683101").contains(region("370683102399")));
        assert!(!region("370600").contains(region("370783")));
    }

    #[test]
    fn every_fault_is_named() {
        assert_eq!(faults("990683"), [CodeFault::UnknownProvince]);
        assert_eq!(faults("370683000"), [CodeFault::EmptyTown]);
        assert_eq!(faults("990683000000"), [CodeFault::UnknownProvince, CodeFault::EmptyTown, CodeFault::EmptyVillage]);
        assert_eq!(
            faults("37068a3"),
            [
                CodeFault::Length { allowed: Lengths::OneOf(&[6, 9, 12]), found: 7 },
                CodeFault::Alphabet { position: 6, found: 'a', allowed: Alphabet::Digits },
            ]
        );
        assert_eq!(faults("").len(), 1);
    }

    #[test]
    fn serde_writes_text_and_checks_what_it_reads() {
        assert_eq!(serde_json::to_string(&region("370683")).unwrap(), r#""370683""#);
        assert_eq!(serde_json::from_str::<RegionCode>(r#""370683101""#).unwrap(), region("370683101"));
        assert!(serde_json::from_str::<RegionCode>(r#""3706""#).is_err());
        assert!(serde_json::from_str::<RegionCode>("370683").is_err());
    }
}
