//! Problems of a department's own.

use chassis::http::{Code, Text};

pub static ROUND_DIFFERS: Code = Code::new(
    "round-differs",
    409,
    Text::of("任务不在该轮次", "The task is in another round"),
    Text::of("请重新载入任务,按当前轮次办理", "Load the task again and act on its present round"),
);

pub static TASK_NOT_OPEN: Code = Code::new(
    "task-not-open",
    409,
    Text::of("任务不在办理中", "The task is not open at this desk"),
    Text::of(
        "请重新载入任务;已答复的任务由流程方确认或退回",
        "Load the task again; what was answered is taken or rejected by its owner",
    ),
);

pub static ALREADY_DECIDED: Code = Code::new(
    "already-decided",
    409,
    Text::of("该轮次已作出其他决定", "This round has another decision already"),
    Text::of(
        "每轮只能作出一次决定;如原决定有误,须待流程方退回后改正",
        "A round has one decision; a wrong one is corrected after its owner rejects it",
    ),
);

pub static SUPPLEMENT_OPEN: Code = Code::new(
    "supplement-open",
    409,
    Text::of("已有未完成的补正", "Another supplement is open"),
    Text::of("补正应一次性告知,请等待申请人补齐", "A notice names everything at once; wait for the applicant"),
);

pub static PROCEDURE_NOT_RUNNING: Code = Code::new(
    "procedure-not-running",
    409,
    Text::of("没有正在进行的该特别程序", "No such procedure is running"),
    Text::of("请重新载入任务,核对程序名称", "Load the task again and check the procedure's name"),
);

pub static REPAIR_OPEN: Code = Code::new(
    "repair-open",
    409,
    Text::of("此前核查发现的问题仍在整改", "What an earlier check found is still being repaired"),
    Text::of("请先结束整改程序(rectification)", "End the procedure `rectification` first"),
);

pub static EXTENDED_BEFORE: Code = Code::new(
    "extended-before",
    409,
    Text::of("期限已经延长过一次", "The limit was extended before"),
    Text::of("期限只能延长一次(行政许可法第四十二条)", "A limit is extended once (行政许可法 42)"),
);

pub static PROMISED_IN_MINUTES: Code = Code::new(
    "promised-in-minutes",
    409,
    Text::of("该任务的承诺时限以窗口分钟计", "The task was promised in minutes of open hall"),
    Text::of("分钟计的时限不能延长工作日", "No working days can be added to minutes; go on without an extension"),
);
