//! What people read of the front desk's own steps: one sentence a language, made from the step's name and its arguments.

use contracts::{
    account::{Arguments, Words},
    calendar::PROVISIONAL,
};

/// The sentence. `known` names papers and departments; others stand as they are.
#[must_use]
pub fn words(event: &str, arguments: &Arguments, known: &dyn Fn(&str) -> Option<Words>) -> Words {
    let values = |name: &str| -> Vec<Words> {
        let codes = arguments.get(name).map(Vec::as_slice).unwrap_or_default();
        codes.iter().map(|code| known(code).unwrap_or_else(|| Words::new(code, code))).collect()
    };
    let joined = |name: &str| {
        let values = values(name);
        let join = |of: &dyn Fn(&Words) -> &str, by: &str| values.iter().map(of).collect::<Vec<_>>().join(by);
        Words::new(join(&|words| &words.zh, "、"), join(&|words| &words.en, ", "))
    };
    let papers = joined("papers");
    let on = joined("due_on").zh;
    let on_en = on.replace(PROVISIONAL, " (provisional)");
    match event {
        "case_accepted" => Words::new("已受理", "Accepted"),
        "case_accepted_with_gaps" => Words::new(
            format!("容缺受理,请于{on}前补齐:{}", papers.zh),
            format!("Accepted; to follow by {on_en}: {}", papers.en),
        ),
        "one_time_notice" => Words::new(
            format!("请于{on}前一次补齐:{}", papers.zh),
            format!("Please bring by {on_en}, all at once: {}", papers.en),
        ),
        "notice_amended" => {
            let body = joined("overlooked_by");
            Words::new(
                format!("补充内容系{}首次漏告知,非申请人原因。请于{on}前一次补齐:{}", body.zh, papers.zh),
                format!(
                    "{} forgot to say so at first; it is not your fault. Please bring by {on_en}: {}",
                    body.en, papers.en
                ),
            )
        }
        "escalated" => Words::new(
            "已提交首席代表研究,30个窗口分钟内答复",
            "With the chief representative, who answers within 30 window minutes",
        ),
        "signposted" => Words::new(
            "已指路:办理方法、部门、地址和电话见指路牌",
            "Shown the way: the signpost has method, department, address and telephone",
        ),
        "withdrawn" => Words::new("申请人已撤回", "Withdrawn by the applicant"),
        "papers_supplied" => {
            Words::new(format!("已收到补充材料:{}", papers.zh), format!("Papers have come: {}", papers.en))
        }
        "gap_supplied" => Words::new(
            format!("已收到部分容缺材料:{}", papers.zh),
            format!("Some of what was to follow has come: {}", papers.en),
        ),
        "gap_closed" => Words::new("容缺材料已补齐", "Everything that was to follow has come"),
        "gap_extended" => {
            Words::new(format!("补齐期限经批准延长至{on}"), format!("There is time for it until {on_en}"))
        }
        "due_moved" => Words::new(
            format!("放假安排已公布,期限改为{on}"),
            format!("The holidays were announced: the date is {on_en} now"),
        ),
        "gap_reminded" => Words::new("容缺材料将于一个工作日后到期", "What is to follow is due in one working day"),
        "correction_overdue" => Words::new(
            "补正期限已到,仍可补正或撤回",
            "The time for the correction is over; it may still be corrected, or withdrawn",
        ),
        "case_returned" => Words::new(
            "容缺材料逾期未补齐,已退件,计时停止;可重新申请",
            "Given back, for papers did not come in time; you may apply again",
        ),
        _ => Words::new("办件有新进展", "Something went on"),
    }
}
