//! Problems of company openings' own.

use chassis::http::{Code, Text};

pub static NOT_POSSIBLE: Code = Code::new(
    "not-possible",
    409,
    Text::of("现在不能这样做", "This is not possible now"),
    Text::of("请重新载入办件,查看当前状态", "Load the case again and see where it stands"),
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
