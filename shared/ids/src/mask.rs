//! What a role without a reason to see more may see (掩码): every other character is a star.
//!
//! Masks take any text, so that what was never checked can be masked too; a text too short to hide anything in
//! becomes stars altogether. Whoever unmasks gives a reason, and that is logged elsewhere.

/// `张*`: the first character and one star, whatever the length, so that the mask does not tell it.
#[must_use]
pub fn name(text: &str) -> String {
    match (text.chars().next(), text.chars().count()) {
        (Some(first), 2..) => format!("{first}*"),
        _ => "*".into(),
    }
}

/// `370683********0014`: the first six and the last four.
#[must_use]
pub fn citizen_id(text: &str) -> String {
    keep(text, 6, 4)
}

/// `138****0001`: the first three and the last four.
#[must_use]
pub fn phone(text: &str) -> String {
    keep(text, 3, 4)
}

/// `**********0101`: the last four.
#[must_use]
pub fn account(text: &str) -> String {
    keep(text, 0, 4)
}

fn keep(text: &str, first: usize, last: usize) -> String {
    let length = text.chars().count();
    let (first, last) = if length > first + last { (first, last) } else { (0, 0) };
    let shown = |index: usize| index < first || index >= length - last;
    text.chars().enumerate().map(|(index, character)| if shown(index) { character } else { '*' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_shows_what_its_rule_allows() {
        assert_eq!(name("张三"), "张*");
        assert_eq!(name("测试甲"), "测*");
        assert_eq!(citizen_id("370683190001010014"), "370683********0014");
        assert_eq!(phone("13800000001"), "138****0001");
        assert_eq!(account("J4560000000101"), "**********0101");
    }

    #[test]
    fn a_short_text_is_hidden_altogether() {
        assert_eq!(name(""), "*");
        assert_eq!(name("张"), "*");
        assert_eq!(citizen_id("3706830014"), "**********");
        assert_eq!(phone("1380001"), "*******");
        assert_eq!(account("0101"), "****");
        assert_eq!(account(""), "");
    }
}
