//! What can be wrong with a code, said to the person who typed it.

use std::fmt;

/// Which code a text was meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CodeKind {
    CreditCode,
    OrganisationCode,
    CitizenId,
    Region,
    SealCode,
    BasicAccountNumber,
    CaseNumber,
    ProjectCode,
    DepartmentCode,
}

impl CodeKind {
    /// The Chinese name of the code, as forms print it.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::CreditCode => "统一社会信用代码",
            Self::OrganisationCode => "组织机构代码",
            Self::CitizenId => "公民身份号码",
            Self::Region => "行政区划代码",
            Self::SealCode => "印章编码",
            Self::BasicAccountNumber => "基本存款账户编号",
            Self::CaseNumber => "办件编号",
            Self::ProjectCode => "项目代码",
            Self::DepartmentCode => "部门代码",
        }
    }
}

impl fmt::Display for CodeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CreditCode => "unified social credit code",
            Self::OrganisationCode => "organisation code",
            Self::CitizenId => "citizen id number",
            Self::Region => "region code",
            Self::SealCode => "seal code",
            Self::BasicAccountNumber => "basic account number",
            Self::CaseNumber => "case number",
            Self::ProjectCode => "project code",
            Self::DepartmentCode => "department code",
        })
    }
}

/// A text that is not the code it should be, with every fault that was found; never empty, never the text itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeError {
    pub kind: CodeKind,
    pub faults: Vec<CodeFault>,
}

impl CodeError {
    /// All faults in Chinese, for the applicant.
    #[must_use]
    pub fn zh(&self) -> String {
        let faults: Vec<_> = self.faults.iter().map(CodeFault::zh).collect();
        format!("{}：{}", self.kind.zh(), faults.join("；"))
    }
}

impl fmt::Display for CodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.kind)?;
        for (nth, fault) in self.faults.iter().enumerate() {
            let comma = if nth == 0 { "" } else { "; " };
            write!(f, "{comma}{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for CodeError {}

/// One thing that is wrong with a code. Positions count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodeFault {
    #[error("it has {found} characters, not {allowed}")]
    Length { allowed: Lengths, found: usize },
    #[error("character {position} is {found:?}, but {allowed} is required there")]
    Alphabet { position: usize, found: char, allowed: Alphabet },
    #[error("its region names no known province")]
    UnknownProvince,
    #[error("its town part is 000; use the six digits of the county")]
    EmptyTown,
    #[error("its village part is 000; use the nine digits of the town")]
    EmptyVillage,
    #[error("its date is not a day of the calendar")]
    NoSuchDate,
    #[error("its date is before 1900")]
    TooEarly,
    #[error("its date is after today")]
    InFuture,
    #[error("the check digit of the organisation code inside (GB 11714) does not match")]
    OrganisationCheck,
    #[error("its last character, the check, does not match the others")]
    Check,
    #[error("its channel is above 99")]
    Channel,
    #[error("its sequence number is not between 1 and 999999")]
    Sequence,
    #[error("its first four digits are neither a month since November 2020 (YYMM) nor a year from 2013 to 2020")]
    ProjectTime,
    #[error("its approval kind is not 01 (approval), 02 (ratification) or 03 (filing)")]
    ApprovalKind,
}

impl CodeFault {
    /// A stable name for programs.
    #[must_use]
    pub fn slug(&self) -> &'static str {
        match self {
            Self::Length { .. } => "length",
            Self::Alphabet { .. } => "alphabet",
            Self::UnknownProvince => "unknown-province",
            Self::EmptyTown => "empty-town",
            Self::EmptyVillage => "empty-village",
            Self::NoSuchDate => "no-such-date",
            Self::TooEarly => "too-early",
            Self::InFuture => "in-future",
            Self::OrganisationCheck => "organisation-check",
            Self::Check => "check",
            Self::Channel => "channel",
            Self::Sequence => "sequence",
            Self::ProjectTime => "project-time",
            Self::ApprovalKind => "approval-kind",
        }
    }

    /// The fault in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::Length { allowed, found } => format!("应为{}位，实为{found}位", allowed.zh()),
            Self::Alphabet { position, found, allowed } => {
                format!("第{position}位是“{}”，此处只能是{}", found.escape_debug(), allowed.zh())
            }
            Self::UnknownProvince => "区划部分不属于任何省级行政区".into(),
            Self::EmptyTown => "镇街部分为000，请使用六位县级代码".into(),
            Self::EmptyVillage => "村居部分为000，请使用九位镇街代码".into(),
            Self::NoSuchDate => "日期不存在".into(),
            Self::TooEarly => "日期早于1900年".into(),
            Self::InFuture => "日期晚于今天".into(),
            Self::OrganisationCheck => "其中的组织机构代码校验位不符（GB 11714）".into(),
            Self::Check => "末位校验码与前面各位不符".into(),
            Self::Channel => "渠道号超过99".into(),
            Self::Sequence => "流水号应在1至999999之间".into(),
            Self::ProjectTime => "前四位既不是2020年11月以后的年月，也不是2013至2020年的年份".into(),
            Self::ApprovalKind => "审批类别应为01（审批）、02（核准）或03（备案）".into(),
        }
    }
}

/// How many characters a code may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lengths {
    OneOf(&'static [usize]),
    Between(usize, usize),
}

impl Lengths {
    pub(crate) fn allow(self, length: usize) -> bool {
        match self {
            Self::OneOf(lengths) => lengths.contains(&length),
            Self::Between(least, most) => (least..=most).contains(&length),
        }
    }

    fn join(self, or: &str, to: &str) -> String {
        match self {
            Self::OneOf(lengths) => lengths.iter().map(usize::to_string).collect::<Vec<_>>().join(or),
            Self::Between(least, most) => format!("{least}{to}{most}"),
        }
    }

    fn zh(self) -> String {
        self.join("或", "至")
    }
}

impl fmt::Display for Lengths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.join(" or ", " to "))
    }
}

/// What may stand at one position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    /// `0-9`.
    Digits,
    /// `0-9` and `X`.
    DigitsOrX,
    /// `0-9` and capitals without I, O, S, V, Z (GB 32100).
    Credit,
    /// `0-9` and `A-Z`.
    Capitals,
    /// Exactly this character.
    Just(char),
}

impl Alphabet {
    pub(crate) fn allows(self, found: char) -> bool {
        match self {
            Self::Digits => found.is_ascii_digit(),
            Self::DigitsOrX => found.is_ascii_digit() || found == 'X',
            Self::Credit => Self::Capitals.allows(found) && !matches!(found, 'I' | 'O' | 'S' | 'V' | 'Z'),
            Self::Capitals => found.is_ascii_digit() || found.is_ascii_uppercase(),
            Self::Just(character) => found == character,
        }
    }

    fn zh(self) -> String {
        match self {
            Self::Digits => "数字".into(),
            Self::DigitsOrX => "数字或大写X".into(),
            Self::Credit => "数字或除I、O、S、V、Z外的大写字母".into(),
            Self::Capitals => "数字或大写字母".into(),
            Self::Just(character) => format!("“{character}”"),
        }
    }
}

impl fmt::Display for Alphabet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Digits => f.write_str("a digit"),
            Self::DigitsOrX => f.write_str("a digit or capital X"),
            Self::Credit => f.write_str("a digit or a capital letter other than I, O, S, V, Z"),
            Self::Capitals => f.write_str("a digit or a capital letter"),
            Self::Just(character) => write!(f, "{character:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_every_fault_in_both_languages() {
        let error = CodeError {
            kind: CodeKind::SealCode,
            faults: vec![
                CodeFault::Length { allowed: Lengths::OneOf(&[13, 14]), found: 3 },
                CodeFault::Alphabet { position: 2, found: 'a', allowed: Alphabet::Digits },
            ],
        };
        assert_eq!(
            error.to_string(),
            "seal code: it has 3 characters, not 13 or 14; character 2 is 'a', but a digit is required there"
        );
        assert_eq!(error.zh(), "印章编码：应为13或14位，实为3位；第2位是“a”，此处只能是数字");
    }
}
