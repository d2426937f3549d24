//! Problems of the front desk's own.

use chassis::http::{Code, Text};

pub static THEME_UNKNOWN: Code = Code::new(
    "theme-unknown",
    422,
    Text::of("没有这个主题", "There is no such theme"),
    Text::of("请从办事目录中选择主题", "Choose a theme of the catalogue"),
);

pub static VERSION_SUPERSEDED: Code = Code::new(
    "version-superseded",
    422,
    Text::of("办事指南已有新版本", "The guide has another version now"),
    Text::of(
        "请按现行版本核对后提交;已填内容可以保留",
        "Check it against the version that holds, then submit; what was entered can stay",
    ),
);

pub static NUMBERS_EXHAUSTED: Code = Code::new(
    "numbers-exhausted",
    503,
    Text::of("今日该渠道的办件编号已用完", "Today's case numbers of this channel are used up"),
    Text::of(
        "请换一个渠道,或明日再提交;窗口可代为提交",
        "Use another channel, or submit tomorrow; a window can submit for you",
    ),
);

pub static CASE_ENDED: Code = Code::new(
    "case-ended",
    409,
    Text::of("办件已经办结或终止", "The case has ended"),
    Text::of(
        "已办结的事项无法更改;如需重新办理,请提交新的申请",
        "An ended case cannot be changed; submit a new application where needed",
    ),
);

pub static MATERIAL_EMPTY: Code = Code::new(
    "material-empty",
    422,
    Text::of("材料没有内容", "The paper is empty"),
    Text::of("请上传材料文件", "Upload the file of the paper"),
);

pub static MATERIAL_TYPE: Code = Code::new(
    "material-type-unsupported",
    415,
    Text::of("不支持的材料类型", "The paper's media type is not supported"),
    Text::of("请上传 PDF、PNG、JPEG 或 OFD 文件", "Upload PDF, PNG, JPEG or OFD"),
);

pub static LINK_INVALID: Code = Code::new(
    "link-invalid",
    403,
    Text::of("链接无效", "The link does not hold"),
    Text::of("请使用任务档案中的原链接", "Use the link of the task's dossier as it is"),
);

pub static LINK_ENDED: Code = Code::new(
    "link-ended",
    410,
    Text::of("任务已结束,链接随之失效", "The task has ended, and the link with it"),
    Text::of("如确需查阅,请联系综合窗口", "Ask the window where the paper is still needed"),
);

pub static STORE_AWAY: Code = Code::new(
    "store-away",
    503,
    Text::of("材料库暂时不可用", "The store of papers is not available at the moment"),
    Text::of("请稍后再试", "Try again shortly"),
);
