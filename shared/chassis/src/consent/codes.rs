//! Problems of consents.

use crate::http::{Code, Text};

pub static CONSENT_NEEDED: Code = Code::new(
    "consent-needed",
    403,
    Text::of("此项须由申请人本人同意", "The applicant has to agree to this himself"),
    Text::of(
        "请向申请人手机发送验证码,或上传其签署的同意书并由首席代表复核;申请人也可自行登录办理",
        "Send a code to the applicant's telephone, or upload the consent that he signed and have it countersigned; or he signs in \
         and does it",
    ),
);

pub static CODE_WRONG: Code = Code::new(
    "code-wrong",
    422,
    Text::of("验证码不对", "The code is wrong"),
    Text::of("请申请人核对短信后再试", "Let the applicant look at the message, and try again"),
);

pub static CODE_OVER: Code = Code::new(
    "code-over",
    422,
    Text::of("没有可用于此项的验证码", "No code holds for this"),
    Text::of(
        "验证码十分钟内有效、限用一次、最多试三次,且只用于所发送的事项;请重新发送",
        "A code holds for ten minutes, once, for three tries, and only for what it was sent for; send another",
    ),
);

pub static CODES_TOO_MANY: Code = Code::new(
    "codes-too-many",
    429,
    Text::of("一小时内最多发送三次验证码", "At most three codes are sent in an hour"),
    Text::of("请稍后再试,或使用申请人签署的同意书", "Try again later, or use a consent that the applicant signs"),
);

pub static PHONE_UNPROVED: Code = Code::new(
    "phone-unproved",
    409,
    Text::of("没有经过核验的申请人手机", "No telephone of the applicant counts here"),
    Text::of(
        "请使用申请人签署的同意书,并由首席代表复核",
        "Use a consent that the applicant signs, countersigned by a chief representative",
    ),
);

pub static PAPER_OVER: Code = Code::new(
    "consent-paper-over",
    422,
    Text::of("没有可用于此项的同意书", "No signed consent holds for this"),
    Text::of(
        "同意书须经首席代表复核,三天内有效、限用一次,且只用于所写明的事项",
        "A signed consent is countersigned by a chief representative, holds for three days, once, and only for what it names",
    ),
);

pub static SECOND_PERSON: Code = Code::new(
    "second-person-needed",
    403,
    Text::of("复核须由另一人进行", "Somebody else countersigns"),
    Text::of("请由没有经办此件的首席代表复核", "A chief representative who did not bring the paper countersigns"),
);

pub static PHONE_SET: Code = Code::new(
    "phone-counts-already",
    409,
    Text::of("该手机已经核验", "This telephone counts already"),
    Text::of("无需变更", "There is nothing to change"),
);
