//! Seals: keyed digests (HMAC-SM3) by which our services know again what one of them gave out.
//!
//! Each key has an id that is made from it. One key seals, the seals of all hold. A new key is added behind the others
//! wherever they are held, and then marked there as the one that seals. The first key stays where it is: what must come out
//! the same for good, such as the key by which somebody who stood at a window is known, is made with it.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sm3::Sm3;

/// What a key's id is made of; no seal is ever put under this text.
const ID_OF: &[u8] = b"the id of this key";
/// Bytes of an id.
const ID_LENGTH: usize = 4;

/// Before the key that seals, where that is not the first.
const SEALS: char = '*';

/// The keys of one purpose; there is at least one. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Seals {
    founding: Key,
    later: Vec<Key>,
    /// Which of the later ones seals.
    sealing: Option<usize>,
}

#[derive(Clone, PartialEq, Eq)]
struct Key {
    id: String,
    secret: Vec<u8>,
}

impl Seals {
    /// Reads keys, one a line, the oldest first; a `*` stands before the one that seals, where that is not the first.
    /// `None` where there is none.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let founding = Key::new(lines.next()?.trim_start_matches(SEALS));
        let later: Vec<&str> = lines.collect();
        let sealing = later.iter().position(|line| line.starts_with(SEALS));
        Some(Self {
            founding,
            later: later.iter().map(|line| Key::new(line.trim_start_matches(SEALS))).collect(),
            sealing,
        })
    }

    /// The seal under these parts: the key's id, a point, and 64 hexadecimal digits.
    #[must_use]
    pub fn seal(&self, parts: &[&[u8]]) -> String {
        let key = self.sealing.and_then(|place| self.later.get(place)).unwrap_or(&self.founding);
        format!("{}.{}", key.id, hex::encode(key.mac(parts).finalize().into_bytes()))
    }

    /// The first key, for what must come out the same for good.
    #[must_use]
    pub fn founding(&self) -> &[u8] {
        &self.founding.secret
    }

    /// Whether one of the keys sealed these parts; takes the same time whatever the digits are. A seal that names no key
    /// (of an earlier release) is held against all.
    #[must_use]
    pub fn hold(&self, parts: &[&[u8]], seal: &str) -> bool {
        let (id, digits) = seal.split_once('.').map_or((None, seal), |(id, digits)| (Some(id), digits));
        let Ok(digits) = hex::decode(digits) else { return false };
        let named = |key: &&Key| id.is_none_or(|id| id == key.id);
        self.all().filter(named).fold(false, |holds, key| holds | key.mac(parts).verify_slice(&digits).is_ok())
    }

    fn all(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.founding).chain(&self.later)
    }
}

impl Key {
    fn new(secret: &str) -> Self {
        let mut key = Self { id: String::new(), secret: secret.as_bytes().to_vec() };
        key.id = hex::encode(&key.mac(&[ID_OF]).finalize().into_bytes()[..ID_LENGTH]);
        key
    }

    #[expect(clippy::expect_used, reason = "a keyed digest takes keys of every length")]
    fn mac(&self, parts: &[&[u8]]) -> Hmac<Sm3> {
        let mut mac = Hmac::<Sm3>::new_from_slice(&self.secret).expect("any length");
        parts.iter().for_each(|part| mac.update(part));
        mac
    }
}

impl fmt::Debug for Seals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.all().map(|key| &key.id)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: &[&[u8]] = &[b"one", b"two"];

    #[test]
    fn what_an_earlier_key_sealed_holds_as_long_as_the_key_is_kept() {
        let [old, added, marked] = ["old\n", "old\n\nnew", "old\n*new\n"].map(|keys| Seals::read(keys).unwrap());
        let seal = old.seal(PARTS);
        assert!([&old, &added, &marked].iter().all(|seals| seals.hold(PARTS, &seal)));
        assert!(!Seals::read("new").unwrap().hold(PARTS, &seal));
        assert_eq!(added.seal(PARTS), seal, "added everywhere before anybody seals with it");
        let seal = marked.seal(PARTS);
        assert!(added.hold(PARTS, &seal) && marked.hold(PARTS, &seal) && !old.hold(PARTS, &seal));
        assert!([&old, &added, &marked].iter().all(|seals| seals.founding() == b"old"));
        assert!(Seals::read("\n \n").is_none());
    }

    #[test]
    fn a_seal_that_names_no_key_is_held_against_all_and_a_named_one_against_its_own() {
        let (old, both) = (Seals::read("old").unwrap(), Seals::read("old\n*new").unwrap());
        let seal = old.seal(PARTS);
        let (id, digits) = seal.split_once('.').unwrap();
        assert!(both.hold(PARTS, digits));
        assert!(!both.hold(&[b"one"], digits) && !both.hold(PARTS, "") && !both.hold(PARTS, "zz"));
        let other = both.seal(PARTS);
        let (other, _) = other.split_once('.').unwrap();
        assert_ne!(id, other);
        assert!(!both.hold(PARTS, &format!("{other}.{digits}")) && !both.hold(PARTS, &format!(".{digits}")));
    }

    #[test]
    fn no_way_of_printing_shows_a_key() {
        assert!(!format!("{:?}", Seals::read("sesame").unwrap()).contains("sesame"));
    }
}
