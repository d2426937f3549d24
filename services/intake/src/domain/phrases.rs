//! What a window never says (R68).

/// Never just "can't", "don't know", "not clear".
const NEVER: [&str; 3] = ["办不了", "不知道", "不清楚"];

/// The phrases that stand in a text and should not: the clerk is warned, and stays free to write.
#[must_use]
pub fn warnings(texts: &[&str]) -> Vec<String> {
    NEVER.iter().filter(|phrase| texts.iter().any(|text| text.contains(**phrase))).map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_never_said_is_found() {
        assert_eq!(warnings(&["这个我们办不了", "不清楚归谁管"]), ["办不了", "不清楚"]);
        assert!(warnings(&["请到招远市政务服务中心办理"]).is_empty());
    }
}
