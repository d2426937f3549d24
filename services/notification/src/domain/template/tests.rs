use std::collections::BTreeMap;

use contracts::links::Places;

use super::*;
use crate::domain::guard::{Guard, Secret};

fn places() -> Places {
    Places::under("https://zwfw.example")
}

fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn render(id: &str, pairs: &[(&str, &str)], full_names: &[&str]) -> Result<Rendered, Vec<Refusal>> {
    let templates = Templates::embedded().unwrap();
    let full_names: Vec<String> = full_names.iter().map(|&name| name.to_owned()).collect();
    let guard = Guard { phone: "10012345678" };
    templates.newest(id).unwrap().render(Language::Chinese, &values(pairs), &full_names, &places(), &guard)
}

fn codes(refusals: &[Refusal]) -> Vec<String> {
    refusals.iter().map(ToString::to_string).collect()
}

/// Template, variables, the text of domain.md 9.2.
type Example = (&'static str, &'static [(&'static str, &'static str)], &'static str);

const CASE: &str = "37068320250928010000018";

static EXAMPLES: [Example; 21] = [
    (
        "N01",
        &[("ticket", "A012"), ("zone", "企业开办专区"), ("n", "3")],
        "【莱州政务服务】您已取号A012,办理区域:企业开办专区,前面还有3人,请留意叫号。",
    ),
    (
        "N02",
        &[("no", CASE), ("code", "K7M2P9QX")],
        "【莱州政务服务】您的申请材料已收件,收件编号37068320250928010000018,我们将于5个工作日内告知是否受理,查询码K7M2P9QX。",
    ),
    (
        "N03",
        &[("item", "企业开办"), ("date", "2025-09-28"), ("no", CASE), ("n", "1"), ("due", "2025-09-29")],
        "【莱州政务服务】您申请的企业开办已于2025-09-28受理,受理编号37068320250928010000018,承诺1个工作日,预计2025-09-29前办结。",
    ),
    (
        "N04",
        &[("item", "企业开办"), ("n", "2"), ("url", "https://zwfw.example/n/7f3a"), ("due", "2025-10-15")],
        "【莱州政务服务】您申请的企业开办需一次性补正2份材料,清单见https://zwfw.example/n/7f3a,请于2025-10-15前提交;补正期间不计入办理时限。",
    ),
    (
        "N05",
        &[("item", "食品经营许可"), ("due", "2025-10-15"), ("list", "健康证明")],
        "【莱州政务服务】您申请的食品经营许可已容缺受理,请于2025-10-15前补齐健康证明,逾期将作退件处理。",
    ),
    (
        "N06",
        &[("item", "食品经营许可"), ("due", "2025-10-15")],
        "【莱州政务服务】提醒:食品经营许可容缺材料将于2025-10-15到期,请尽快补齐。",
    ),
    (
        "N07",
        &[("item", "施工图审查"), ("procedure", "专家评审"), ("n", "10")],
        "【莱州政务服务】施工图审查需专家评审,预计10日,所需时间不计入办理时限,特此告知。",
    ),
    (
        "N08",
        &[("item", "食品经营许可"), ("result", "准予许可")],
        "【莱州政务服务】您申请的食品经营许可已办结,结果:准予许可。可选择窗口领取或免费邮寄,电子证照已可查看。",
    ),
    ("N09", &[("waybill", "1234567890123")], "【莱州政务服务】您的证照已寄出,单号1234567890123,邮费由政府承担。"),
    (
        "N10",
        &[("item", "食品经营许可"), ("decision", "不予行政许可"), ("doc", "莱审批不许〔2025〕3号")],
        "【莱州政务服务】您申请的食品经营许可已作出不予行政许可决定,理由及救济途径见文书莱审批不许〔2025〕3号,请依法送达签收。",
    ),
    (
        "N11",
        &[("matter", "宅基地审批"), ("dept", "农业农村局"), ("addr", "莱州市文昌路1号"), ("tel", "0535-2212345")],
        "【莱州政务服务】您咨询的宅基地审批由农业农村局办理,地址莱州市文昌路1号,电话0535-2212345,办理方法已发送。",
    ),
    (
        "N12",
        &[("matter", "流动咖啡车"), ("depts", "综合执法局、市场监管局"), ("summary", "可在指定点位备案经营")],
        "【莱州政务服务】您反映的流动咖啡车经综合执法局、市场监管局会商,答复如下:可在指定点位备案经营。",
    ),
    (
        "N13",
        &[("company", "莱州市云杉测试电子有限公司"), ("m", "148")],
        "【莱州政务服务】莱州市云杉测试电子有限公司企业开办已完成,用时148分钟,营业执照、公章、税控设备请领取,银行开户已办妥。",
    ),
    (
        "N14",
        &[("url", "https://zwfw.example/r/1")],
        "【莱州政务服务】请对本次服务评价:https://zwfw.example/r/1,您的评价仅用于改进服务。",
    ),
    (
        "N15",
        &[("no", "P20250928-7")],
        "【莱州政务服务】您的评价已收到,工作人员将于1个工作日内与您联系,编号P20250928-7。",
    ),
    (
        "N16",
        &[("case", CASE), ("due", "2025-09-30"), ("n", "1")],
        "[内部]37068320250928010000018将于2025-09-30到期,剩余1个工作日;超期将发红牌。",
    ),
    (
        "N17",
        &[("project", "年产2000台智能装备项目"), ("agent", "孙*"), ("tel", "0535-2212345"), ("next", "施工许可")],
        "【莱州政务服务】项目年产2000台智能装备项目的代办员为孙*,电话0535-2212345,下一步:施工许可。",
    ),
    (
        "N18",
        &[("item", "建设工程规划许可证核发"), ("n", "10")],
        "【莱州政务服务】您申请的建设工程规划许可证核发经部门负责人批准延长10个工作日,理由请在项目页面查看,特此告知。",
    ),
    (
        "N19",
        &[("code", "007123"), ("item", "企业开办"), ("act", "撤回申请"), ("m", "10")],
        "【莱州政务服务】验证码007123,用于企业开办:撤回申请,10分钟内有效。请核对办理内容后再告知窗口人员;非您本人意愿的,请勿告知任何人。",
    ),
    (
        "N20",
        &[("item", "企业开办"), ("date", "2025-09-28"), ("act", "撤回申请")],
        "【莱州政务服务】企业开办已于2025-09-28凭您签署的书面材料,经首席代表复核后办理:撤回申请。非您本人意愿的,请立即联系政务服务大厅。",
    ),
    (
        "N21",
        &[("item", "食品摊点备案"), ("old", "2027-01-04"), ("due", "2027-01-05(暂定)")],
        "【莱州政务服务】放假安排已公布,您申请的食品摊点备案原告知的期限2027-01-04现改为2027-01-05(暂定,以放假安排通知为准),请以此为准。",
    ),
];

#[test]
fn a_code_has_a_blank_in_its_place() {
    let code = [("code", "007123"), ("item", "企业开办"), ("act", "撤回申请"), ("m", "10")];
    let rendered = render("N19", &code, &[]).map_err(|refusals| codes(&refusals)).unwrap();
    assert_eq!(rendered.blank, Some(rendered.text.replace("007123", "******")));
    let plain = render("N02", &[("no", CASE), ("code", "K7M2P9QX")], &[]).map_err(|refusals| codes(&refusals)).unwrap();
    assert_eq!(plain.blank, None);
}

#[test]
fn each_template_renders_the_text_of_the_domain() {
    assert_eq!(Templates::embedded().unwrap().all().len(), EXAMPLES.len());
    for (id, pairs, expected) in EXAMPLES {
        let rendered = render(id, pairs, &[]).unwrap_or_else(|refusals| panic!("{id}: {:?}", codes(&refusals)));
        assert_eq!(rendered.text, expected);
        assert_eq!(rendered.signature.as_deref(), (id != "N16").then_some("莱州政务服务"), "{id}");
    }
}

#[test]
fn each_template_speaks_english_too() {
    let templates = Templates::embedded().unwrap();
    for (id, pairs, _) in EXAMPLES {
        let template = templates.newest(id).unwrap();
        let rendered = template
            .render(Language::English, &values(pairs), &[], &places(), &Guard::default())
            .map_err(|r| codes(&r));
        let text = rendered.map(|rendered| rendered.text).unwrap();
        // That a day is provisional is said in English.
        let said = |value: &str| text.contains(value.trim_end_matches("(暂定)")) && !text.contains("暂定");
        assert!(pairs.iter().all(|(_, value)| said(value)) && !text.contains('{'), "{id}: {text}");
    }
}

#[test]
fn every_missing_and_superfluous_variable_is_named_at_once() {
    let refusals = render("N13", &[("minutes", "148"), ("m", "many")], &[]).err().unwrap();
    assert_eq!(
        codes(&refusals),
        [
            "variable company is missing",
            "variable m is not a whole number of at most six digits",
            "a variable is superfluous"
        ]
    );
    assert!(refusals.iter().all(|refusal| refusal.code() == "variables_do_not_fit"));
}

#[test]
fn no_identity_number_telephone_account_or_full_name_is_told() {
    let summary =
        |text| render("N12", &[("matter", "开户"), ("depts", "人社局"), ("summary", text)], &[]).err().unwrap();
    let told = |secret| [Refusal::Told { place: "variable summary".into(), secret }];
    assert_eq!(summary("身份证370683190001010014")[..1], told(Secret::Identity));
    assert_eq!(summary("请联系13800000001"), told(Secret::Telephone));
    assert_eq!(summary("账户J4560000000101"), told(Secret::Account));
    let agent = [("project", "项目"), ("agent", "孙*"), ("tel", "12345"), ("next", "许可")];
    assert_eq!(render("N17", &agent, &["agent"]).err().unwrap(), [Refusal::FullName("agent".into())]);
}

#[test]
fn what_only_several_values_together_tell_is_found() {
    let refusals = render("N12", &[("matter", "x"), ("depts", "y"), ("summary", "138****0001")], &[]);
    assert!(refusals.is_ok(), "a mask is told");
    let halves = [("company", "莱州1380000"), ("m", "0001")];
    let template = r#"
        id = "N99"
        version = 1
        event = "x"
        audience = "citizen"
        channels = ["sms"]
        zh = "【莱州政务服务】{company}{m}"
        en = "【莱州政务服务】{company}{m}"
        variables = { company = "text", m = "number" }
    "#;
    let template: Template = toml::from_str(template).unwrap();
    let refused =
        template.render(Language::Chinese, &values(&halves), &[], &places(), &Guard::default()).err().unwrap();
    assert_eq!(refused, [Refusal::Told { place: "the text".into(), secret: Secret::Telephone }]);
}

#[test]
fn a_broken_file_is_refused_with_every_fault() {
    let broken = r#"
        id = "13"
        version = 0
        event = "x"
        audience = "citizen"
        channels = []
        zh = "莱州{company}{what}"
        en = "【莱 州】{company"
        variables = { company = "text", unused = "text", pin = "code" }
    "#;
    let inbox = r#"
        id = "N98"
        version = 1
        event = "x"
        audience = "citizen"
        channels = ["in_app"]
        zh = "【莱州政务】{code}"
        en = "【莱州政务】{code}"
        variables = { code = "code" }
    "#;
    let twice = FILES[0];
    let unreleased = BTreeMap::from([("N01@1".to_owned(), "00".to_owned()), ("N77@1".to_owned(), "00".to_owned())]);
    let files = [("a.toml", broken), twice, twice, ("b.toml", "id = 1"), ("c.toml", "kind = \"x\""), ("d.toml", inbox)];
    let Broken(faults) = Templates::read(&files, &unreleased).err().unwrap();
    let told = faults.join("\n");
    for fault in [
        "a.toml: id \"13\" is not of the form N01",
        "a.toml: version begins with 1",
        "a.toml: channels is empty: nobody would be told",
        "a.toml: zh does not begin with a signature in 【】",
        "a.toml: zh has the unknown placeholder {what}",
        "a.toml: zh never says {unused}",
        "a.toml: en has a signature that is not of 2 to 12 letters and digits",
        "a.toml: en has a { without }",
        "a.toml: a one-time code is called code",
        "d.toml: a one-time code goes by SMS alone",
        "a.toml: 13@0 is not in released.toml",
        "N01.v1.toml: N01@1 is released and was changed; make a new version",
        "N01.v1.toml: N01@1 is in another file already",
        "b.toml: invalid type",
        "c.toml: unknown field",
        "released.toml: N77@1 has no file",
    ] {
        assert!(told.contains(fault), "{fault} in\n{told}");
    }
}

#[test]
fn too_long_a_text_is_refused_and_so_is_too_long_a_value() {
    let (long, longer) = ("长".repeat(200), "长".repeat(201));
    let pairs = [("matter", long.as_str()), ("depts", long.as_str()), ("summary", long.as_str())];
    assert!(matches!(render("N12", &pairs, &[]).err().unwrap()[..], [Refusal::TooLong(600..)]));
    let pairs = [("matter", longer.as_str()), ("depts", "x"), ("summary", "y")];
    assert_eq!(codes(&render("N12", &pairs, &[]).err().unwrap()), ["variable matter is longer than 200 characters"]);
}

/// What was released stays as it is: `make schema` adds what is new and never alters what is there.
#[test]
fn released_versions_are_as_checked_in() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/templates/released.toml");
    let mut known = released(RELEASED).unwrap();
    let head = "# SM3 of every released template file. A line never changes; `make schema` adds those of new files.\n";
    for (_, text) in FILES {
        let template: Template = toml::from_str(text).unwrap();
        known.entry(template.reference()).or_insert_with(|| digest(text));
    }
    let made = known.iter().fold(head.to_owned(), |made, (name, sm3)| made + &format!("\"{name}\" = \"{sm3}\"\n"));
    if std::env::var_os("WUTONG_WRITE_SCHEMA").is_some() {
        std::fs::write(path, &made).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), made, "run `make schema`");
}
