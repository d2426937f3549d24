//! What a failure was caused by, on one line.

use std::error::Error;

/// The error and everything behind it. A cause that only repeats what stands before it is left out: libraries differ in
/// whether an error's text holds its source's.
pub(crate) fn told(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_told_once() {
        let error = anyhow::anyhow!("no such table").context("refused: no such table").context("loading a case");
        assert_eq!(told(error.as_ref()), "loading a case: refused: no such table");
    }
}
