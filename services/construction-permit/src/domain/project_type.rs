//! Project types (4.2).

use std::fmt;

use chassis::data::Label;
use serde::{Deserialize, Serialize};

/// 项目类型: decides which items a project can need at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ProjectType {
    /// 政府投资
    G,
    /// 社会投资(房屋、商业)
    S,
    /// 社会投资工业
    I,
    /// 简易低风险
    L,
    /// 带方案出让
    P,
}

impl ProjectType {
    pub const ALL: [Self; 5] = [Self::G, Self::S, Self::I, Self::L, Self::P];

    /// The letter of 4.2.
    #[must_use]
    pub fn letter(self) -> &'static str {
        match self {
            Self::G => "G",
            Self::S => "S",
            Self::I => "I",
            Self::L => "L",
            Self::P => "P",
        }
    }

    #[must_use]
    pub fn name(self) -> Label {
        match self {
            Self::G => Label::new("政府投资", "government-invested"),
            Self::S => Label::new("社会投资", "privately invested"),
            Self::I => Label::new("社会投资工业", "privately invested industry"),
            Self::L => Label::new("简易低风险", "simple low-risk"),
            Self::P => Label::new("带方案出让", "land sold with scheme"),
        }
    }
}

impl fmt::Display for ProjectType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.letter())
    }
}
