//! Problems of company openings' own.

use chassis::http::{Code, Text};

pub static NOT_POSSIBLE: Code = Code::new(
    "not-possible",
    409,
    Text::of("现在不能这样做", "This is not possible now"),
    Text::of("请重新载入办件,查看当前状态", "Load the case again and see where it stands"),
);

pub static NO_RED_CARD: Code = Code::new(
    "no-red-card",
    409,
    Text::of("该办件没有红牌", "This case has no red card"),
    Text::of("只有超过时限的办件需要说明原因", "Only a case that passed its limit needs a reason"),
);

pub static REASON_GIVEN: Code = Code::new(
    "reason-given",
    409,
    Text::of("超时原因已经说明,不能更改", "The reason was given and cannot be changed"),
    Text::of("请查看已经记录的原因", "Look at the reason that was recorded"),
);
