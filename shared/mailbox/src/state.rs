//! States as they are kept: each with the version of its shape, so that what an earlier program wrote is still read.
//!
//! A kept state is the JSON array `[version, state]`. What stands there bare was written before states had versions: that is
//! version 0.

use std::{fmt, marker::PhantomData};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned, de::Error as _};
use serde_json::{Value, value::RawValue};

/// The shape in which a state is kept.
pub trait Shape {
    type State: Serialize + DeserializeOwned;

    /// Of its golden files: `task` for `task.1.json`.
    const NAME: &'static str;
    /// What this program writes. One more with every change of what is written; [`Shape::step`] then reads the one before.
    const VERSION: u16;

    /// Makes a state of version `from` one of the version after it. Version 1 has the shape of version 0.
    ///
    /// # Errors
    /// In words, where the state is not of that version.
    fn step(_from: u16, state: Value) -> Result<Value, String> {
        Ok(state)
    }
}

/// Why a kept state cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    #[error("{name} is kept in version {found}, and this program knows {known}: start the newer program")]
    Later { name: &'static str, found: u16, known: u16 },
    #[error("{name} of version {from} cannot be brought to the one after it: {why}")]
    Step { name: &'static str, from: u16, why: String },
    #[error("{name} of version {version} is not of its form: {why}")]
    Form { name: &'static str, version: u16, why: serde_json::Error },
}

/// A state that was read.
pub struct Kept<S: Shape>(pub S::State);

/// A state that is written.
pub struct Keep<'a, S: Shape>(&'a S::State, PhantomData<S>);

impl<'a, S: Shape> Keep<'a, S> {
    #[must_use]
    pub fn new(state: &'a S::State) -> Self {
        Self(state, PhantomData)
    }
}

impl<S: Shape> Serialize for Keep<'_, S> {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        (S::VERSION, self.0).serialize(serializer)
    }
}

impl<'de, S: Shape> Deserialize<'de> for Kept<S> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&RawValue>::deserialize(deserializer)?.get();
        read::<S>(text).map(Self).map_err(D::Error::custom)
    }
}

impl<S: Shape> fmt::Debug for Kept<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(S::NAME)
    }
}

/// The state in this text, whichever version wrote it.
///
/// # Errors
/// Where a later version wrote it, or it is not of its form.
pub fn read<S: Shape>(text: &str) -> Result<S::State, StateError> {
    let (version, state) = parts(text);
    let form = |why| StateError::Form { name: S::NAME, version, why };
    if version == S::VERSION {
        return serde_json::from_str(state).map_err(form);
    }
    if version > S::VERSION {
        return Err(StateError::Later { name: S::NAME, found: version, known: S::VERSION });
    }
    let mut value: Value = serde_json::from_str(state).map_err(form)?;
    for from in version..S::VERSION {
        value = S::step(from, value).map_err(|why| StateError::Step { name: S::NAME, from, why })?;
    }
    serde_json::from_value(value).map_err(form)
}

/// Version and state; a state is never a list that begins with a number. States are read on the way of every message: they are
/// parsed once.
#[must_use]
pub fn parts(text: &str) -> (u16, &str) {
    let versioned = || {
        let (version, state) = text.trim().strip_prefix('[')?.strip_suffix(']')?.split_once(',')?;
        Some((version.trim().parse().ok()?, state.trim()))
    };
    versioned().unwrap_or((0, text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Once it had a name in two parts.
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Person {
        name: String,
    }

    struct PersonShape;

    impl Shape for PersonShape {
        type State = Person;

        const NAME: &'static str = "person";
        const VERSION: u16 = 2;

        fn step(from: u16, mut state: Value) -> Result<Value, String> {
            if from == 1 {
                let part = |name: &str| state[name].as_str().ok_or(format!("`{name}` is missing")).map(str::to_owned);
                state = json!({ "name": part("family")? + &part("given")? });
            }
            Ok(state)
        }
    }

    #[test]
    fn what_every_earlier_version_wrote_is_read() {
        let jia = Person { name: "测试甲".to_owned() };
        let written = serde_json::to_string(&Keep::<PersonShape>::new(&jia)).unwrap();
        assert_eq!(written, r#"[2,{"name":"测试甲"}]"#);
        for text in [&written, r#"[1, {"family": "测试", "given": "甲"}]"#, r#"{"family": "测试", "given": "甲"}"#]
        {
            assert_eq!(serde_json::from_str::<Kept<PersonShape>>(text).unwrap().0, jia, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        let told = |text: &str| read::<PersonShape>(text).unwrap_err().to_string();
        assert!(told(r#"[3, {"name": "测试甲"}]"#).contains("start the newer program"));
        assert!(
            told(r#"[1, {"family": "测试"}]"#).contains("version 1 cannot be brought to the one after it: `given`")
        );
        assert!(told(r#"[2, {"family": "测试"}]"#).contains("version 2 is not of its form"));
    }
}
