//! What is wrong with calendar files. A broken file is refused as a whole, with every fault in it.

use std::fmt;

use time::Date;

/// Calendar files that were refused; at least one fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarError {
    pub faults: Vec<CalendarFault>,
}

impl fmt::Display for CalendarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the calendar files are refused")?;
        self.faults.iter().try_for_each(|fault| write!(f, "; {fault}"))
    }
}

impl std::error::Error for CalendarError {}

/// One fault and the file it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarFault {
    pub file: String,
    pub what: DataFault,
}

impl fmt::Display for CalendarFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.what)
    }
}

/// One thing that is wrong with a calendar file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DataFault {
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    #[error("it is not the TOML it should be: {0}")]
    Syntax(String),
    #[error("a calendar file is named <year>.toml or hours.toml")]
    Name,
    #[error("a year's file is named <year>.toml")]
    NotAYear,
    #[error("it says year {0}")]
    OtherYear(i32),
    #[error("{year} is not among the years that are known here ({first} to {last})")]
    UnknownYear { year: i32, first: i32, last: i32 },
    #[error("it is given twice")]
    Twice,
    #[error("there is none, and a calendar needs it")]
    Missing,
    #[error("it quotes no notice with title, number and day of publication")]
    NoNotice,
    #[error("a stretch of days off has no name")]
    NoName,
    /// A name, title or number holds what no line may; `member` is its JSON pointer.
    #[error("{member} is not one line of text that can be seen")]
    NotOneLine { member: String },
    #[error("`{0}` is not a plain date (2025-01-28)")]
    NotADate(String),
    #[error("{0} is not in the year")]
    OutsideYear(Date),
    #[error("{0} is listed but lies after announced_to")]
    NotAnnounced(Date),
    #[error("{name} ends before it begins")]
    Backwards { name: String },
    #[error("{0} is listed as a day off twice")]
    OffTwice(Date),
    #[error("{0} is listed as a make-up day twice")]
    MakeUpTwice(Date),
    #[error("{0} is listed both as a day off and as a make-up day")]
    OffAndMakeUp(Date),
    #[error("{0} is listed as a make-up day but is no weekend day")]
    MakeUpOnWeekday(Date),
    #[error("{date} ({name}) is a day off by the regulation, and the lists make it a working day")]
    StatutoryWorked { date: Date, name: String },
    #[error("working_days has {0} numbers, not one for each of twelve months")]
    NotTwelveMonths(usize),
    #[error("month {month} has {counted} working days by the lists, but working_days says {stated}")]
    MonthDiffers { month: u8, stated: u8, counted: u8 },
    #[error("`{0}` is not a time of day (09:00 to 24:00)")]
    NotATime(String),
    #[error("period {0} has no opening time")]
    NeverOpen(usize),
    #[error("period {0} has opening times that are empty, overlap or are out of order")]
    OpeningTimes(usize),
    #[error("period {0} does not begin after the one before it; only the first may have no `from`")]
    PeriodOrder(usize),
}

impl DataFault {
    /// A stable name for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "unreadable",
            Self::Syntax(_) => "syntax",
            Self::Name | Self::NotAYear => "file_name",
            Self::OtherYear(_) => "other_year",
            Self::UnknownYear { .. } => "unknown_year",
            Self::Twice => "given_twice",
            Self::Missing => "missing",
            Self::NoNotice => "no_notice",
            Self::NoName => "no_name",
            Self::NotOneLine { .. } => "not_one_line",
            Self::NotADate(_) => "not_a_date",
            Self::OutsideYear(_) => "outside_year",
            Self::NotAnnounced(_) => "not_announced",
            Self::Backwards { .. } => "backwards",
            Self::OffTwice(_) => "off_twice",
            Self::MakeUpTwice(_) => "make_up_twice",
            Self::OffAndMakeUp(_) => "off_and_make_up",
            Self::MakeUpOnWeekday(_) => "make_up_on_weekday",
            Self::StatutoryWorked { .. } => "statutory_worked",
            Self::NotTwelveMonths(_) => "not_twelve_months",
            Self::MonthDiffers { .. } => "month_differs",
            Self::NotATime(_) => "not_a_time",
            Self::NeverOpen(_) => "never_open",
            Self::OpeningTimes(_) => "opening_times",
            Self::PeriodOrder(_) => "period_order",
        }
    }

    /// For the operator who wrote it.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::Unreadable(why) => format!("文件无法读取:{why}"),
            Self::Syntax(why) => format!("不是规定格式的TOML:{why}"),
            Self::Name => "日历文件应命名为<年份>.toml或hours.toml".to_owned(),
            Self::NotAYear => "年份文件应命名为<年份>.toml".to_owned(),
            Self::OtherYear(year) => format!("内容写的是{year}年"),
            Self::UnknownYear { year, first, last } => format!("{year}年不在可用年份之内({first}至{last})"),
            Self::Twice => "重复提供".to_owned(),
            Self::Missing => "缺少必需的日历文件".to_owned(),
            Self::NoNotice => "须引用通知的标题、文号和发布日期".to_owned(),
            Self::NoName => "有一段放假没有名称".to_owned(),
            Self::NotOneLine { member } => format!("{member}应为一行可见的文字"),
            Self::NotADate(text) => format!("“{text}”不是日期(如2025-01-28)"),
            Self::OutsideYear(date) => format!("{date}不在该年之内"),
            Self::NotAnnounced(date) => format!("{date}晚于announced_to,不应列出"),
            Self::Backwards { name } => format!("{name}的结束日期早于开始日期"),
            Self::OffTwice(date) => format!("{date}被重复列为放假日"),
            Self::MakeUpTwice(date) => format!("{date}被重复列为调休上班日"),
            Self::OffAndMakeUp(date) => format!("{date}既列为放假日又列为调休上班日"),
            Self::MakeUpOnWeekday(date) => format!("{date}列为调休上班日,但不是周末"),
            Self::StatutoryWorked { date, name } => format!("{date}({name})是法定放假日,所列内容却使其上班"),
            Self::NotTwelveMonths(count) => format!("working_days有{count}个数,应为十二个月各一个"),
            Self::MonthDiffers { month, stated, counted } => {
                format!("{month}月按所列日期有{counted}个工作日,working_days却写{stated}")
            }
            Self::NotATime(text) => format!("“{text}”不是时刻(09:00至24:00)"),
            Self::NeverOpen(nth) => format!("第{nth}段没有开放时间"),
            Self::OpeningTimes(nth) => format!("第{nth}段的开放时间为空、重叠或次序不对"),
            Self::PeriodOrder(nth) => format!("第{nth}段没有在前一段之后开始;只有第一段可以没有from"),
        }
    }
}
