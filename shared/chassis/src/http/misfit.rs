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
        Some((_, expected)) => (format!("应为{}", zh(expected)), format!("should be {expected}")),
        None => ("此处的值不符合接口说明".to_owned(), "the value does not have the documented form".to_owned()),
    }
}

fn zh(expected: &str) -> String {
    let words: &[(&[&str], &str)] = &[
        (&["a string"], "文字"),
        (&["a boolean"], "true 或 false"),
        (&["i64", "i32", "a signed"], "整数"),
        (&["u64", "u32", "u16", "u8", "usize", "an unsigned"], "不小于零的整数"),
        (&["f64", "f32"], "数字"),
        (&["a sequence"], "列表"),
        (&["a map", "struct "], "对象"),
        (&["UUID", "a formatted UUID"], "UUID"),
    ];
    let known = words.iter().find(|(begins, _)| begins.iter().any(|word| expected.starts_with(word)));
    known.map_or_else(|| expected.replace("one of ", "其中之一:"), |(_, zh)| (*zh).to_owned())
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn a_sentence_keeps_what_is_ours() {
        for (sentence, zh, en) in [
            ("missing field `reason`", "缺少 reason", "is missing: reason"),
            (r#"invalid type: string "孙, expected x", expected u8"#, "应为不小于零的整数", "should be u8"),
            ("invalid type: map, expected a string", "应为文字", "should be a string"),
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
