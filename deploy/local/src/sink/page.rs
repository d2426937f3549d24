//! The page that shows what was sent.

use time::macros::format_description;
use workdays::CITY;

use super::store::{Kind, Message};
use crate::html::{escape, page};

pub fn messages(messages: &[Message]) -> String {
    let rows: String = messages.iter().rev().map(row).collect();
    let list = if messages.is_empty() {
        "<p>尚未发送任何消息。<br><span class=\"en\" lang=\"en\">Nothing has been sent yet.</span></p>".to_owned()
    } else {
        format!(
            "<table><caption>共 {count} 条，最新在前 <span class=\"en\" lang=\"en\">{count} in all, the latest first</span>\
             </caption>\n<thead><tr><th scope=\"col\">时间 time</th><th scope=\"col\">方式 by</th><th scope=\"col\">收件人 \
             to</th><th scope=\"col\">发件人 from</th><th scope=\"col\">内容 text</th></tr></thead>\n<tbody>{rows}</tbody></table>",
            count = messages.len()
        )
    };
    page(
        "本地短信与邮件",
        "local SMS and mail",
        &format!(
            "<p>这里显示系统发出的短信和邮件，不会送达任何人。<br><span class=\"en\" lang=\"en\">What the suite sent; it reaches \
             nobody.</span> <a href=\"/messages\">JSON</a></p>\n{list}"
        ),
    )
}

fn row(message: &Message) -> String {
    let written = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    let at = message.at.to_offset(CITY).format(&written).unwrap_or_default();
    let by = match message.kind {
        Kind::Sms => "短信 SMS",
        Kind::Mail => "邮件 mail",
    };
    let subject = if message.subject.is_empty() {
        String::new()
    } else {
        format!("<strong>{}</strong>\n", escape(&message.subject))
    };
    format!(
        "<tr><td>{at}</td><td>{by}</td><td>{}</td><td>{}</td><td class=\"text\">{subject}{}</td></tr>\n",
        escape(&message.to.join(", ")),
        escape(&message.from),
        escape(&message.text)
    )
}
