//! What people read of a step: one sentence a language, made from its kind and its arguments.

use super::Arguments;
use crate::process::v1::Kind;

/// The same in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    pub zh: String,
    pub en: String,
}

impl Words {
    #[must_use]
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// More of the sentence, where there is more to say.
    fn and(mut self, more: Option<Self>) -> Self {
        if let Some(more) = more {
            self.zh.push_str(&more.zh);
            self.en.push_str(&more.en);
        }
        self
    }
}

/// The sentence of a step. `known` names codes that the reader knows: papers, fields, tasks, roles, departments; others stand
/// as they are. A role is asked for behind [`ROLE`], and then by itself.
#[must_use]
pub fn words(kind: Option<Kind>, arguments: &Arguments, known: &dyn Fn(&str) -> Option<Words>) -> Words {
    let told = Told { arguments, known };
    let plain = |zh: &str, en: &str| Words::new(zh, en);
    match kind {
        None | Some(Kind::Unspecified) => plain("办件有新进展", "Something went on"),
        Some(Kind::CaseOpened) => plain("各部门开始办理", "The departments begin"),
        Some(Kind::TasksApplied) => told.list("tasks", "已申请办理:", "Applied for: "),
        Some(Kind::Replanned) => plain("办理计划已更新", "The plan was renewed")
            .and(told.some("added", ";新增:", "; new: "))
            .and(told.some("dropped", ";不再办理:", "; left out: ")),
        Some(Kind::PapersAwaited) => told.list("papers", "容缺受理,待补齐:", "Accepted; papers to follow: "),
        Some(Kind::PapersCame) => told.list("papers", "已收到后补材料:", "Papers have come: ").and(told.some(
            "left",
            ";尚缺:",
            "; still missing: ",
        )),
        Some(Kind::PapersExtended) => told.list("papers", "补齐期限已延长:", "There is more time for: "),
        Some(Kind::CaseClosed) => plain("全部事项已办结", "Everything is done"),
        Some(Kind::StopBegan) => told.list("stop", "开始结束办理:", "It is being ended: "),
        Some(Kind::UndoBegan) => told.list("tasks", "正在撤销已作出的结果:", "Results are being taken back: "),
        Some(Kind::CaseWithdrawn) => plain("已撤回", "Withdrawn").and(told.stands()),
        Some(Kind::CaseTerminated) => told.list("stop", "已终止:", "Ended: ").and(told.stands()),
        Some(Kind::RoleBound) => {
            let (role, department) = (told.role("role"), told.one("department"));
            Words::new(
                format!("{}改由{}办理", role.zh, department.zh),
                format!("{} is with {} from now on", role.en, department.en),
            )
        }
        Some(Kind::TaskAssigned) => plain("已交部门办理", "Given to the department"),
        Some(Kind::AssignmentResent) => plain("已再次通知部门", "The department was told again"),
        Some(Kind::AcknowledgementOverdue) => plain(
            "部门逾时未签收,已再次通知,并告知首席代表",
            "The department kept silent; it was told again, and its chief representative too",
        ),
        Some(Kind::TaskAcknowledged) => plain("部门已签收", "The department has it"),
        Some(Kind::SupplementAsked) => told.list("items", "请补充:", "Please supply: "),
        Some(Kind::SupplementSupplied) => plain("已收到补充内容", "What was asked for has come"),
        Some(Kind::ProcedureStarted) => told
            .list("procedure", "特别程序开始:", "A special procedure begins: ")
            .and(told.some("working_days", ",时限(工作日):", ", working days at most: "))
            .and(told.some("calendar_days", ",时限(日):", ", days at most: ")),
        Some(Kind::ProcedureEnded) => told.list("procedure", "特别程序结束:", "A special procedure has ended: "),
        Some(Kind::SiteChecked) => match told.text("findings").as_str() {
            "" | "0" => plain("现场核查未发现问题", "The site was checked; nothing was found"),
            findings => Words::new(
                format!("现场核查发现{findings}项问题,需要整改"),
                format!("The site was checked; to be repaired: {findings}"),
            ),
        },
        Some(Kind::TaskExtended) => {
            let days = told.text("working_days");
            Words::new(
                format!("经部门负责人批准,延长{days}个工作日"),
                format!("Extended by the head of the department: working days more: {days}"),
            )
        }
        Some(Kind::TaskSuspended) => told.list("ground", "暂停计时:", "The clock stands still: "),
        Some(Kind::TaskResumed) => plain("恢复计时", "The clock runs again"),
        Some(Kind::DossierAmended) => plain("更新的材料已送部门", "The department has got what is new"),
        Some(Kind::ReplyRejected) => {
            let faults = told.text("faults");
            Words::new(
                format!("部门答复有{faults}处不符合要求,已退回更正"),
                format!("The department's answer went back to be corrected; faults: {faults}"),
            )
        }
        Some(Kind::ReplyLate) => plain(
            "部门的答复来得太迟,已记录,不改变结果",
            "The department's answer came too late; it is recorded and changes nothing",
        ),
        Some(Kind::ClockSkewed) => {
            plain("部门时钟与中心不一致,时间以中心记录为准", "The department's clock differs; the time is the centre's")
        }
        Some(Kind::TaskEnded) => plain("已办结", "Done"),
        Some(Kind::TaskRefused) => plain("部门负责人已决定不予许可", "Refused by the head of the department")
            .and(told.some("blocks", ";受影响:", "; it blocks: "))
            .and(told.choices("choose"))
            .and(told.some("ways", ";也可以:", "; possible: ")),
        Some(Kind::TaskCancelling) => told.list("stop", "正在停止办理:", "It is being stopped: "),
        Some(Kind::TaskCancelled) => plain("已停止办理", "Stopped"),
        Some(Kind::TaskOmitted) => plain("不再办理此环节", "It goes on without this"),
        Some(Kind::PlanRefused) => told.reasons("未能安排办理", "It cannot be planned", &[]),
        Some(Kind::NotPossible) => {
            let asked = match told.text("asked").as_str() {
                // Of a clock that stands still the same word says what is waited for.
                "supplement" => Words::new("提交该补充内容", "to supply this"),
                _ => told.one("asked"),
            };
            let (zh, en) = (format!("现在不能{}", asked.zh), format!("Not possible now: {}", asked.en));
            told.reasons(&zh, &en, &["asked"])
        }
        Some(Kind::YellowCard) => told.card("黄牌提醒", "Yellow card"),
        Some(Kind::RedCard) => told.card("红牌,须说明原因", "Red card; a reason is demanded"),
        Some(Kind::RedCardExplained) => plain("已说明红牌原因", "The red card was explained"),
        Some(Kind::ProjectRegistered) => plain("项目已登记", "The project is registered"),
        Some(Kind::ListMade) => told.list("version", "事项清单已生成,版本:", "The list was made, version: "),
        Some(Kind::ListEdited) => told.list("version", "事项清单已调整,版本:", "The list was edited, version: "),
        Some(Kind::ListAcknowledged) => told.list("version", "事项清单已确认,版本:", "The list is in force, version: "),
        Some(Kind::StageApplied) => told.list("stage", "已提交申请,阶段:", "Applied for stage: "),
        Some(Kind::PapersBrought) => told.list("papers", "已收到材料:", "Papers have come: "),
        Some(Kind::FetchFailed) => told.list("paper", "未能调取,请提供:", "It could not be fetched; please bring it: "),
        Some(Kind::GapOpened) => told.list("papers", "容缺受理,待补齐:", "Accepted; papers to follow: "),
        Some(Kind::GapReminded) => told.list("papers", "补齐期限将到:", "The time is nearly over for: "),
        Some(Kind::GapExtended) => told.list("papers", "补齐期限已延长:", "There is more time for: "),
        Some(Kind::GapClosed) => told.list("papers", "容缺材料已补齐:", "What was to follow has come: "),
        Some(Kind::DueReckoned) => plain(
            "放假安排已公布,办理期限已按新的安排重新计算",
            "The holidays were announced; dates were reckoned again",
        ),
        Some(Kind::ItemReturned) => told.list("papers", "逾期未补齐,已退件:", "Given back, for these did not come: "),
    }
}

/// Why something is not possible, by its code, with what it is about.
#[must_use]
pub fn why(code: &str, about: Option<&str>) -> Words {
    let arguments = Arguments::from([(code.to_owned(), about.map(str::to_owned).into_iter().collect())]);
    Told { arguments: &arguments, known: &|_| None }.reason(code)
}

struct Told<'a> {
    arguments: &'a Arguments,
    known: &'a dyn Fn(&str) -> Option<Words>,
}

impl Told<'_> {
    fn values(&self, name: &str) -> &[String] {
        self.arguments.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The first value as it is.
    fn text(&self, name: &str) -> String {
        self.values(name).first().cloned().unwrap_or_default()
    }

    /// All values, named.
    fn one(&self, name: &str) -> Words {
        let values: Vec<Words> = self.values(name).iter().map(|code| self.named(code)).collect();
        let join = |of: &dyn Fn(&Words) -> &str, by: &str| values.iter().map(of).collect::<Vec<_>>().join(by);
        Words::new(join(&|words| &words.zh, "、"), join(&|words| &words.en, ", "))
    }

    /// All values, which are roles: some are called as the task that they play.
    fn role(&self, name: &str) -> Words {
        let known = |code: &str| (self.known)(&format!("{ROLE}{code}")).or_else(|| (self.known)(code));
        Told { arguments: self.arguments, known: &known }.one(name)
    }

    fn list(&self, name: &str, zh: &str, en: &str) -> Words {
        let values = self.one(name);
        Words::new(format!("{zh}{}", values.zh), format!("{en}{}", values.en))
    }

    /// As [`Self::list`], where there is anything.
    fn some(&self, name: &str, zh: &str, en: &str) -> Option<Words> {
        (!self.values(name).is_empty()).then(|| self.list(name, zh, en))
    }

    /// Roles that another department may play.
    fn choices(&self, name: &str) -> Option<Words> {
        let roles = self.role(name);
        let told = || Words::new(format!(";可另选:{}", roles.zh), format!("; another may be chosen: {}", roles.en));
        (!self.values(name).is_empty()).then(told)
    }

    fn stands(&self) -> Option<Words> {
        self.some("stands", ";仍然有效:", "; what stands: ")
    }

    /// What was used, of how much.
    fn card(&self, zh: &str, en: &str) -> Words {
        let of = |name: &str, zh: &str, en: &str| match self.values(name) {
            [used, limit] => Some(Words::new(format!(":已用{used}/{limit}{zh}"), format!(": {used} of {limit} {en}"))),
            _ => None,
        };
        Words::new(zh, en).and(of("window_minutes", "个窗口分钟", "window minutes")).and(of(
            "working_days",
            "个工作日",
            "working days",
        ))
    }

    /// Every argument but `others` is a reason, with what it is about.
    fn reasons(&self, zh: &str, en: &str, others: &[&str]) -> Words {
        let mut told = Words::new(zh, en);
        for (place, reason) in self.arguments.keys().filter(|name| !others.contains(&name.as_str())).enumerate() {
            let more = self.reason(reason);
            let (zh_mark, en_mark) = if place == 0 { (":", ": ") } else { (";", "; ") };
            told = told.and(Some(Words::new(format!("{zh_mark}{}", more.zh), format!("{en_mark}{}", more.en))));
        }
        told
    }

    /// One reason, with what it is about.
    fn reason(&self, code: &str) -> Words {
        let (words, about) = (self.named(code), self.one(code));
        if about.en.is_empty() {
            return words;
        }
        Words::new(format!("{}({})", words.zh, about.zh), format!("{} ({})", words.en, about.en))
    }

    fn named(&self, code: &str) -> Words {
        let ours = OURS.iter().find(|(ours, ..)| *ours == code).map(|(_, zh, en)| Words::new(*zh, *en));
        ours.or_else(|| (self.known)(code)).unwrap_or_else(|| Words::new(code, code))
    }
}

/// What `known` is asked for stands behind it where it is a role.
pub const ROLE: &str = "role/";

/// Codes that stand in arguments whoever owns the process.
const OURS: &[(&str, &str, &str)] = &[
    // Why a case ends.
    ("withdrawn", "申请人撤回", "taken back by the applicant"),
    ("applicant_ended", "申请人主体已不存在", "the applicant is no more"),
    ("licence_revoked", "据以办理的许可已被撤销", "what it was built on is revoked"),
    ("task_refused", "部门不予许可", "a department refused"),
    ("returned", "容缺材料逾期未补齐", "papers did not come in time"),
    // Why a clock stands still.
    ("supplement", "等待申请人补充", "waiting for what the applicant supplies"),
    ("procedure", "特别程序进行中", "a special procedure runs"),
    ("applicant", "申请人申请暂停", "at the applicant's wish"),
    ("legal", "依法中止", "by law"),
    // Special procedures (行政许可法 45).
    ("hearing", "听证", "hearing"),
    ("expert_review", "专家评审", "expert review"),
    ("publicity", "公示", "publicity"),
    ("rectification", "整改", "rectification"),
    ("inspection", "检验检测", "inspection"),
    // Ways on after a refusal.
    ("again", "更正后再次申请", "to correct it and apply again"),
    ("without", "不办理此环节继续", "to go on without it"),
    // What was asked of a running case.
    ("withdrawal", "撤回", "to take it back"),
    ("choice", "作此选择", "this choice"),
    ("gap", "补交容缺材料", "to bring what was to follow"),
    ("extension", "延长补齐期限", "to give more time"),
    ("return", "退件", "to give it back"),
    // Why not.
    ("unknown_task", "没有此环节", "there is no such task"),
    ("not_running", "已不在办理中", "the case is not running"),
    ("not_open", "该环节不在部门办理中", "no department has it"),
    ("not_suspended", "部门未要求补充", "nothing was asked for"),
    ("not_asked_for", "超出部门要求补充的范围", "something else was asked for"),
    ("not_refused", "该环节未被拒绝", "it was not refused"),
    ("host_refused", "所属事项被拒绝,应先重新申请该事项", "what it runs inside was refused; take that up first"),
    ("not_optional", "该环节不可省略", "it cannot be left out"),
    ("unknown_role", "没有此角色", "there is no such role"),
    ("no_choice", "不可另选", "there is no choice"),
    ("same_department", "即为作出决定的部门,请另选", "it is the one that refused; choose another"),
    ("held_by", "仍在部门办理中", "a department still has it"),
    ("no_gap", "未容缺或已补齐", "nothing is to follow"),
    ("not_on_application", "该环节不需要申请", "it is not applied for"),
    // Why a case cannot be planned.
    ("nothing_to_do", "没有适用的办理环节", "no task applies"),
    ("unbound_role", "尚未确定办理部门", "no department plays the role"),
    ("nothing_held", "没有可待补齐后办理的出证环节", "no task waits for the papers that are missing"),
    ("name_not_reserved", "该名称未为本企业保留", "the name is not reserved for it"),
    ("name_over", "名称保留期已过或者名称已放弃", "the reservation of its name has ended"),
    ("name_used", "该名称已用于企业开办", "another case uses its name"),
    // What a department wrote where a code belongs.
    ("other", "其他事项", "something else"),
];
