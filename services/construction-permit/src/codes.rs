//! Problems of construction projects' own.

use chassis::http::{Code, Text};

pub static NOT_POSSIBLE: Code = Code::new(
    "not-possible",
    409,
    Text::of("现在不能这样做", "This is not possible now"),
    Text::of("请重新载入项目,查看当前状态", "Load the project again and see where it stands"),
);

pub static ATTRIBUTES_FAULTY: Code = Code::new(
    "attributes-faulty",
    422,
    Text::of("项目属性有误", "The project's attributes have faults"),
    Text::of("请一次改正全部所列问题后重新提交", "Correct everything listed, then submit again"),
);

pub static LIST_OPEN: Code = Code::new(
    "list-open",
    409,
    Text::of("清单尚有未定事项", "The list has undecided items"),
    Text::of("请先回答所列问题", "Answer the listed questions first"),
);

pub static LIST_SUPERSEDED: Code = Code::new(
    "list-superseded",
    409,
    Text::of("清单已有更新版本", "There is a newer version of the list"),
    Text::of("请查看最新版本后再确认", "Look at the newest version, then acknowledge that"),
);

pub static EDIT_REFUSED: Code = Code::new(
    "edit-refused",
    422,
    Text::of("清单不能这样调整", "The list cannot be edited like this"),
    Text::of("请一次改正全部所列问题后重新提交", "Correct everything listed, then submit again"),
);

pub static CODE_TAKEN: Code = Code::new(
    "project-code-taken",
    409,
    Text::of("该项目代码已登记", "A project with this code is registered"),
    Text::of("请核对项目代码,或者打开已登记的项目", "Check the code, or open the project that has it"),
);

pub static NOT_ACKNOWLEDGED: Code = Code::new(
    "list-not-acknowledged",
    409,
    Text::of("清单尚未确认", "The list is not acknowledged"),
    Text::of("请申请人先确认事项清单", "The applicant acknowledges the list first"),
);

pub static UNDERTAKING_OTHER: Code = Code::new(
    "undertaking-differs",
    422,
    Text::of("签署的承诺书与所缺材料不符", "The undertaking that was signed is another one"),
    Text::of("请按最新的承诺书重新签署", "Sign the undertaking as it is shown now"),
);

pub static NOT_TOLERABLE: Code = Code::new(
    "not-tolerable",
    422,
    Text::of("所缺材料不能容缺", "What is missing may not follow later"),
    Text::of("请补齐主审材料", "Bring the core materials"),
);

pub static BARRED: Code = Code::new(
    "tolerance-barred",
    409,
    Text::of("暂不适用容缺受理", "Nothing may follow later at present"),
    Text::of("请备齐材料后申请", "Apply with every material"),
);

pub static GAP: Code = Code::new(
    "gap",
    409,
    Text::of("容缺材料现在不能这样处理", "This is not possible with the gap now"),
    Text::of("请查看该事项的容缺期限", "Look at the item's gap and its deadline"),
);
