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

pub static NAME_TAKEN: Code = Code::new(
    "name-taken",
    409,
    Text::of("该名称已被使用或者保留", "The name is taken"),
    Text::of("请换一个字号重新申报", "Declare another trade name"),
);

pub static NAME_NOT_POSSIBLE: Code = Code::new(
    "name-not-possible",
    409,
    Text::of("该名称现在不能这样处理", "This is not possible with the name now"),
    Text::of("请重新查询该名称的状态", "Load the name again and see where it stands"),
);
