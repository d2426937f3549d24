//! Problems of company openings' own.

use chassis::http::{Code, Text};

pub static NOT_POSSIBLE: Code = Code::new(
    "not-possible",
    409,
    Text::of("现在不能这样做", "This is not possible now"),
    Text::of("请重新载入办件,查看当前状态", "Load the case again and see where it stands"),
);
