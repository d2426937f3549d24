//! The table of problems that every service can answer with. A code is stable: programs depend on it. A service adds a
//! table of its own for its domain's refusals.

use super::text::Text;

/// A kind of problem: its stable name, its status, and what people are told.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    pub name: &'static str,
    pub status: u16,
    pub title: Text,
    pub what_to_do: Text,
}

impl Code {
    #[must_use]
    pub const fn new(name: &'static str, status: u16, title: Text, what_to_do: Text) -> Self {
        Self { name, status, title, what_to_do }
    }
}

/// What the reader of a problem does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Correct the request.
    Refusal,
    /// Load again, then decide again.
    Conflict,
    /// Try again later.
    Unavailable,
    /// Report it: the fault is ours.
    Defect,
}

impl Code {
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self.status {
            409 | 412 => Kind::Conflict,
            503 => Kind::Unavailable,
            400..=499 => Kind::Refusal,
            _ => Kind::Defect,
        }
    }
}

macro_rules! codes {
    ($($constant:ident = $name:literal, $status:literal, $zh:literal / $en:literal, $do_zh:literal / $do_en:literal;)*) => {
        $(
            #[doc = concat!("`", $name, "`: ", $en, ".")]
            pub static $constant: Code = Code::new($name, $status, Text::of($zh, $en), Text::of($do_zh, $do_en));
        )*
        /// The whole table.
        pub static ALL: &[&Code] = &[$(&$constant),*];
    };
}

codes! {
    BODY_MISSING = "body-missing", 400, "请求没有内容" / "The request has no body",
        "请以 JSON 提交内容" / "Send the content as JSON";
    BODY_MALFORMED = "body-malformed", 400, "请求内容不是有效的 JSON" / "The body is not valid JSON",
        "请按所指位置改正后重新提交" / "Correct it at the place shown and send it again";
    BODY_INVALID = "body-invalid", 400, "请求内容的结构不符合接口说明" / "The body does not have the documented shape",
        "请对照接口说明改正所列字段" / "Correct the listed fields by the API description";
    FORM_FAULTY = "form-faulty", 422, "申报内容有误" / "The form has faults",
        "请一次改正全部所列问题后重新提交" / "Correct everything listed, then submit again";
    CONTENT_TYPE = "content-type-unsupported", 415, "不支持的内容类型" / "The content type is not supported",
        "请以 application/json 提交" / "Send application/json";
    BODY_TOO_LARGE = "body-too-large", 413, "请求内容过大" / "The body is too large",
        "请减小内容,材料请单独上传" / "Make it smaller; upload materials one by one";
    PATH_MALFORMED = "path-malformed", 400, "地址中的编号格式不对" / "A part of the path is malformed",
        "请核对地址中的编号" / "Check the ids in the path";
    QUERY_MALFORMED = "query-malformed", 400, "查询参数不对" / "The query is malformed",
        "请对照接口说明改正查询参数" / "Correct the query by the API description";
    REQUEST_MALFORMED = "request-malformed", 400, "请求不对" / "The request is malformed",
        "请对照接口说明改正" / "Correct it by the API description";
    IDEMPOTENCY_KEY_MISSING = "idempotency-key-missing", 400, "缺少幂等键" / "The idempotency key is missing",
        "请在 Idempotency-Key 头中给出每次提交唯一的键" / "Give one key for each submission in the header Idempotency-Key";
    IDEMPOTENCY_KEY_MALFORMED = "idempotency-key-malformed", 400, "幂等键格式不对" / "The idempotency key is malformed",
        "请使用 1 至 128 个可见 ASCII 字符" / "Use 1 to 128 visible ASCII characters";
    IDEMPOTENCY_KEY_REUSED = "idempotency-key-reused", 422, "幂等键已用于其他内容" / "The idempotency key was used for another body",
        "新的内容请使用新的键" / "Use a new key for new content";
    TOKEN_MISSING = "token-missing", 401, "尚未登录" / "Not signed in",
        "请登录,并在 Authorization 头中给出令牌" / "Sign in, and send the token in the header Authorization";
    TOKEN_INVALID = "token-invalid", 401, "令牌无效" / "The token is not valid",
        "请重新登录" / "Sign in again";
    TOKEN_EXPIRED = "token-expired", 401, "登录已过期" / "The token has expired",
        "请重新登录" / "Sign in again";
    TOKEN_NOT_FOR_US = "token-not-for-us", 401, "令牌不是发给本服务的" / "The token is for another service",
        "请为本服务取得令牌" / "Get a token for this service";
    KEY_SET_AWAY = "key-set-away", 503, "暂时无法核验登录" / "Tokens cannot be checked at the moment",
        "请稍后再试" / "Try again shortly";
    PERMISSION_MISSING = "permission-missing", 403, "没有此项权限" / "The permission is missing",
        "请由有权限的人员办理" / "Ask somebody who holds the permission";
    NOT_FOUND = "not-found", 404, "没有找到" / "Not found",
        "请核对编号" / "Check the id";
    ROUTE_UNKNOWN = "route-unknown", 404, "没有这个地址" / "There is no such address",
        "请对照 /openapi.json 核对地址" / "Check the address by /openapi.json";
    METHOD_NOT_ALLOWED = "method-not-allowed", 405, "此地址不支持该方法" / "The address does not take this method",
        "请使用 Allow 头所列的方法" / "Use a method listed in the header Allow";
    CHANGED_MEANWHILE = "changed-meanwhile", 409, "内容已被他人更改" / "It was changed meanwhile",
        "请重新载入后再决定" / "Load it again, then decide again";
    TOO_MANY_REQUESTS = "too-many-requests", 429, "请求过于频繁" / "Too many requests",
        "请按 Retry-After 所示时间后再试" / "Try again after the time in the header Retry-After";
    DATABASE_AWAY = "database-away", 503, "服务暂时不可用" / "The service is not available at the moment",
        "请稍后再试,已受理的内容不会丢失" / "Try again shortly; nothing acknowledged is lost";
    NOT_YET = "not-yet", 503, "所要的更新尚未到达" / "The asked state has not arrived yet",
        "请稍后再试" / "Try again shortly";
    SHUTTING_DOWN = "shutting-down", 503, "服务正在重启" / "The service is restarting",
        "请稍后再试" / "Try again shortly";
    PARKED_RESOLVED = "parked-resolved", 409, "该消息已处理完毕" / "The parked message is resolved already",
        "请重新载入列表" / "Load the list again";
    PARKED_WAITS = "parked-waits", 409, "该消息在等待同一键的前一条消息" / "The parked message waits behind an earlier one of its key",
        "请先处理前一条消息" / "Resolve the earlier one first";
    PARKED_BATCH = "parked-batch", 409, "该批消息无法读取,不能修正或重放" / "Nobody can read this batch: it cannot be mended or replayed",
        "只能注明理由后放弃;请发送方重新发送" / "Give it up with a reason, and have its sender say it again";
    CLOCK_GOES_BACK = "clock-goes-back", 409, "业务时钟不能倒退" / "The business clock cannot go back",
        "请给出更晚的时刻" / "Give a later instant";
    CLOCK_RUNS = "clock-runs", 409, "业务时钟随系统时间运行" / "The business clock follows the machine",
        "只有手动时钟可以拨动" / "Only a manual clock can be moved";
    DEFECT = "defect", 500, "服务出错" / "Something went wrong on our side",
        "请稍后再试;若仍出错,请报告追踪号" / "Try again; if it stays, report the trace id";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_name_of_its_own() {
        let mut names: Vec<_> = ALL.iter().map(|code| code.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }

    #[test]
    fn a_status_says_what_the_reader_does() {
        assert_eq!(CHANGED_MEANWHILE.kind(), Kind::Conflict);
        assert_eq!(DATABASE_AWAY.kind(), Kind::Unavailable);
        assert_eq!(TOKEN_EXPIRED.kind(), Kind::Refusal);
        assert_eq!(DEFECT.kind(), Kind::Defect);
    }
}
