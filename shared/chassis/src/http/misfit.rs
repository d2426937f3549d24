//! Why a value does not fit, told without the value: a deserializer's own sentence repeats what was sent.

/// Chinese and English.
pub(super) fn told(sentence: &str) -> (String, String) {
    // What these two name is written in our own types.
    for (begins, zh, en) in
        [("missing field `", "缺少", "is missing: "), ("duplicate field `", "重复出现", "stands there twice: ")]
    {
        if let Some(name) = sentence.strip_prefix(begins).and_then(|rest| rest.split('`').next()) {
            return (format!("{zh} {name}"), format!("{en}{name}"));
        }
    }
    if sentence.starts_with("unknown field") {
        return ("接口没有此字段,请删除".to_owned(), "the operation knows no such member; remove it".to_owned());
    }
    // A value stands between the two, and what was expected behind the last comma is written in our own types.
    let standard = ["invalid type: ", "invalid value: ", "invalid length ", "unknown variant "];
    let expected = sentence.rsplit_once(", expected ").filter(|_| standard.iter().any(|s| sentence.starts_with(s)));
    match expected {
        Some((_, expected)) => should_be(expected),
        None => undocumented(),
    }
}

fn undocumented() -> (String, String) {
    ("此处的值不符合接口说明".to_owned(), "the value does not have the documented form".to_owned())
}

/// What a program calls a value, as people do; a word that only the program knows is not told.
fn should_be(expected: &str) -> (String, String) {
    if let Some((least, most)) = expected.split_once(" to ")
        && [least, most].iter().all(|bound| bound.parse::<i64>().is_ok())
    {
        return (format!("应为{least}至{most}的整数"), format!("should be a whole number from {least} to {most}"));
    }
    let words: &[(&[&str], &str, &str)] = &[
        (&["a string"], "文字", "a text"),
        (&["a boolean"], "true 或 false", "true or false"),
        (&["i64", "i32", "a signed"], "整数", "a whole number"),
        (&["u64", "u32", "u16", "u8", "usize", "an unsigned"], "不小于零的整数", "a whole number, not below zero"),
        (&["f64", "f32"], "数字", "a number"),
        (&["a sequence"], "列表", "a list"),
        (&["a map", "struct ", "internally tagged", "adjacently tagged", "externally tagged"], "对象", "an object"),
        (&["UUID", "a formatted UUID"], "UUID", "a UUID"),
    ];
    if expected.starts_with('`') || expected.starts_with("one of ") {
        return (format!("应为{}", expected.replace("one of ", "其中之一:")), format!("should be {expected}"));
    }
    let known = words.iter().find(|(begins, ..)| begins.iter().any(|word| expected.starts_with(word)));
    known.map_or_else(undocumented, |(_, zh, en)| (format!("应为{zh}"), format!("should be {en}")))
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn a_sentence_keeps_what_is_ours() {
        for (sentence, zh, en) in [
            ("missing field `reason`", "缺少 reason", "is missing: reason"),
            (
                r#"invalid type: string "孙, expected x", expected u8"#,
                "应为不小于零的整数",
                "should be a whole number, not below zero",
            ),
            ("invalid type: null, expected internally tagged enum ActBody", "应为对象", "should be an object"),
            (
                "invalid value: integer `-1`, expected 1 to 100",
                "应为1至100的整数",
                "should be a whole number from 1 to 100",
            ),
            ("invalid type: map, expected a string", "应为文字", "should be a text"),
            ("unknown variant `孙`, expected one of `a`, `b`", "应为其中之一:`a`, `b`", "should be one of `a`, `b`"),
            (
                "unknown field `孙`, expected `a`",
                "接口没有此字段,请删除",
                "the operation knows no such member; remove it",
            ),
            ("孙大明 is no region", "此处的值不符合接口说明", "the value does not have the documented form"),
        ] {
            assert_eq!(told(sentence), (zh.to_owned(), en.to_owned()));
        }
    }
}
