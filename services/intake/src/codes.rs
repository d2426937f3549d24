//! Problems of the front desk's own.

use chassis::http::{Code, Fault, Problem, Text};

use crate::domain::{completeness::Missing, desk::NotNow};

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
    Text::of(
        "请上传 PDF、OFD、PNG 或 JPEG 文件;其他文件请先另存为 PDF",
        "Upload PDF, OFD, PNG or JPEG; save anything else as PDF first",
    ),
);

pub static PAPERS_UNUSED: Code = Code::new(
    "papers-unused",
    422,
    Text::of("尚未使用的材料过多", "There are too many papers that no application uses"),
    Text::of(
        "请先提交使用这些材料的申请;一直未使用的材料会自动清除",
        "Submit the application that they are for first; papers that stay unused go by themselves",
    ),
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

pub static LINK_EARLY: Code = Code::new(
    "link-early",
    503,
    Text::of("尚未收到任务已交办的消息", "That the task is with a department has not been heard here yet"),
    Text::of("请稍后重试", "Try again shortly"),
);

pub static STORE_AWAY: Code = Code::new(
    "store-away",
    503,
    Text::of("材料库暂时不可用", "The store of papers is not available at the moment"),
    Text::of("请稍后再试", "Try again shortly"),
);

pub static OUTCOME_GIVEN: Code = Code::new(
    "outcome-given",
    409,
    Text::of("办件已有处理结果", "The case has its outcome"),
    Text::of("请重新载入办件", "Load the case again"),
);

pub static ESCALATED: Code = Code::new(
    "with-chief-representative",
    409,
    Text::of("办件已提交首席代表", "The chief representative has the case"),
    Text::of("请由首席代表处理,并告知申请人答复时间", "He decides; tell the applicant when he is answered"),
);

pub static MATTER_UNDETERMINED: Code = Code::new(
    "matter-undetermined",
    409,
    Text::of("事项归属尚未明确", "Nobody knows yet whose matter it is"),
    Text::of("能指路的请指路,不能的请提交首席代表", "Show the way where you can, else escalate it"),
);

pub static SECOND_NOTICE_ADDS: Code = Code::new(
    "second-notice-adds",
    422,
    Text::of("第二次告知增加了首次未告知的内容", "A second notice adds what the first forgot"),
    Text::of(
        "请删去所列材料,或在 overlooked_by 中记明漏告知的单位",
        "Leave the listed papers out, or name in overlooked_by the body that forgot them",
    ),
);

pub static NOTHING_TO_TELL: Code = Code::new(
    "nothing-to-tell",
    422,
    Text::of("没有需要新告知的内容", "There is nothing (new) to tell"),
    Text::of("材料齐全的请受理", "Accept where everything is there"),
);

pub static NOT_TOLERABLE: Code = Code::new(
    "not-tolerable",
    422,
    Text::of("所列材料不能容缺", "These papers may not follow later"),
    Text::of("请补齐所列材料,或出具一次性告知", "Bring the listed papers, or give a one-time notice"),
);

pub static TOLERANCE_BARRED: Code = Code::new(
    "tolerance-barred",
    422,
    Text::of(
        "因多次未履行承诺,暂不适用容缺受理",
        "Undertakings were broken too often; nothing may follow later for now",
    ),
    Text::of("请补齐材料后提交", "Submit with every paper"),
);

pub static UNDERTAKING_DIFFERS: Code = Code::new(
    "undertaking-differs",
    422,
    Text::of("签署的承诺书与所缺材料不符", "Another undertaking was signed than these gaps need"),
    Text::of("请按现缺材料重新取得承诺书并签署", "Get the undertaking for what is missing now, and sign that"),
);

pub static NOTHING_WAITED_FOR: Code = Code::new(
    "nothing-waited-for",
    409,
    Text::of("目前不需要补交这些材料", "Nothing of this is waited for"),
    Text::of("请查看办件进度", "Look at the progress of the case"),
);

pub static GAP_OVER: Code = Code::new(
    "gap-over",
    409,
    Text::of("容缺期限已过", "The time of the gap is over"),
    Text::of("请重新申请,已交材料可以复用", "Apply again; papers that were brought can be used again"),
);

pub static EXTENDED_BEFORE: Code = Code::new(
    "extended-before",
    409,
    Text::of("容缺期限已延长过一次", "The gap was extended once already"),
    Text::of("请在期限内补齐", "Bring the papers in time"),
);

pub static NOT_WITH_DEPARTMENT: Code = Code::new(
    "not-with-department",
    409,
    Text::of("办件不在部门办理环节", "No department has asked for this"),
    Text::of("补交材料请使用 corrections", "Bring papers for the front desk under corrections"),
);

/// Why a verb does not apply, as it is answered.
#[must_use]
pub fn not_now(why: NotNow) -> Problem {
    let papers = |missing: Vec<Missing>, code: &'static str, zh: &str, en: &str| {
        let fault = |paper: Missing| {
            let (zh, en) = (format!("{}:{zh}", paper.name.zh), format!("{}: {en}", paper.name.en));
            Fault::new(format!("/materials/{}", paper.code), code, zh, en)
        };
        missing.into_iter().map(fault).collect::<Vec<_>>()
    };
    match why {
        NotNow::Decided => Problem::new(&OUTCOME_GIVEN),
        NotNow::Undetermined => Problem::new(&MATTER_UNDETERMINED),
        NotNow::Missing(missing) => {
            Problem::faulty(papers(missing, "missing", "缺少或需更换", "missing, or to be replaced"))
        }
        NotNow::Adds(items) => {
            let fault = |item: crate::domain::desk::NoticeItem| {
                let (zh, en) = (format!("{}:首次未告知", item.name.zh), format!("{}: not told before", item.name.en));
                Fault::new(format!("/defects/{}", item.code), "not_told_before", zh, en)
            };
            Problem::new(&SECOND_NOTICE_ADDS).with_faults(items.into_iter().map(fault).collect())
        }
        NotNow::NothingToTell => Problem::new(&NOTHING_TO_TELL),
        NotNow::NotTolerable(missing) => Problem::new(&NOT_TOLERABLE).with_faults(papers(
            missing,
            "not_tolerable",
            "不能容缺",
            "may not follow later",
        )),
        NotNow::Barred(until) => Problem::new(&TOLERANCE_BARRED).detail(format!("至{until}"), format!("until {until}")),
        NotNow::OtherUndertaking => Problem::new(&UNDERTAKING_DIFFERS),
        NotNow::NoGap => Problem::new(&NOTHING_WAITED_FOR),
        NotNow::TooLate => Problem::new(&GAP_OVER),
        NotNow::ExtendedBefore => Problem::new(&EXTENDED_BEFORE),
    }
}
