//! Problems of messages' own.

use chassis::http::{Code, Text};

pub static NOT_PARKED: Code = Code::new(
    "not-parked",
    409,
    Text::of("该消息未被搁置", "This message is not parked"),
    Text::of("请重新载入列表", "Load the list again"),
);
