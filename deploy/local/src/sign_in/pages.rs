//! The page that lists who can sign in.

use super::people::{People, Person};
use crate::html::{escape, page};

pub fn people(people: &People, issuer: &str) -> String {
    let rows: String = people.0.iter().map(row).collect();
    let first = people.0.first().map(|person| person.id.as_str()).unwrap_or_default();
    page(
        "示范登录",
        "demonstration sign-in",
        &format!(
            "<p>以下人物均为虚构，仅供演示与测试。<br><span class=\"en\" lang=\"en\">These people are invented; for \
             demonstrations and tests only.</span></p>\n<table><caption>点击编号取得访问令牌，有效八小时 <span class=\"en\" \
             lang=\"en\">follow an id for a token that holds eight hours</span></caption>\n<thead><tr><th scope=\"col\">编号 \
             id</th><th scope=\"col\">姓名 name</th><th scope=\"col\">角色 roles</th><th scope=\"col\">部门 department</th></tr>\
             </thead>\n<tbody>{rows}</tbody></table>\n<h2>命令行 <span lang=\"en\">on the command line</span></h2>\n\
             <pre>curl -s '{}/token?person={}'</pre>",
            escape(issuer),
            escape(first)
        ),
    )
}

fn row(person: &Person) -> String {
    let id = escape(&person.id);
    format!(
        "<tr><th scope=\"row\"><a href=\"/token?person={id}\">{id}</a></th><td>{} <span class=\"en\" lang=\"en\">{}</span></td>\
         <td>{}</td><td>{}</td></tr>\n",
        escape(&person.name),
        escape(&person.name_en),
        escape(&person.roles.join(", ")),
        escape(person.department.as_deref().unwrap_or("–")),
    )
}
