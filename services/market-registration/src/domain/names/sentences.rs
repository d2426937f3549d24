//! What the rules say about names, sentence by sentence, and what the check answers.

use std::sync::LazyLock;

use super::*;

static BOOK: LazyLock<RuleBook> = LazyLock::new(|| RuleBook::embedded().unwrap());

fn declared(region: &str, trade_name: &str, industry: &str) -> Declaration {
    let [region, trade_name, industry, form] = [region, trade_name, industry, "有限公司"].map(str::to_owned);
    let company_type = "limited_company".to_owned();
    Declaration { region, trade_name, industry, form, company_type, ..Declaration::default() }
}

/// The rules that block it.
fn blocked(declared: &Declaration) -> Vec<String> {
    let findings = BOOK.check(declared).err().unwrap_or_default();
    findings.into_iter().filter(|of| of.severity == Severity::Block).map(|of| of.quote.rule).collect()
}

fn in_trade_name(text: &str) -> Vec<String> {
    blocked(&declared("莱州市", text, "电子"))
}

fn in_industry(text: &str) -> Vec<String> {
    blocked(&declared("莱州市", "云杉", text))
}

#[test]
fn the_region_is_the_division_of_the_seat_and_its_authority_registers_the_name() {
    let authority = |region: &str| BOOK.check(&declared(region, "云杉", "电子")).map(|checked| checked.name.authority);
    for (regions, code) in
        [(["莱州市", "莱州"], "370683"), (["烟台市", "烟台"], "370600"), (["山东省", "山东"], "370000")]
    {
        for region in regions {
            assert_eq!(authority(region).unwrap(), code, "{region}");
        }
    }
    for region in ["青岛市", "招远市", "文昌路街道", "莱州省"] {
        assert_eq!(blocked(&declared(region, "云杉", "电子")), ["region_of_the_seat"], "{region}");
    }
}

#[test]
fn a_zone_stands_only_together_with_its_division() {
    let checked = BOOK.check(&declared("莱州市经济开发区", "云杉", "电子")).unwrap();
    assert_eq!(
        (checked.name.authority.as_str(), checked.name.full.as_str()),
        ("370683", "莱州市经济开发区云杉电子有限公司")
    );
    for region in ["经济开发区", "山东经济开发区", "综合保税区", "莱州市综合保税区"] {
        assert_eq!(blocked(&declared(region, "云杉", "电子")), ["zone_with_division"], "{region}");
    }
    assert_eq!(in_trade_name("经济开发区"), ["zone_with_division"]);
}

#[test]
fn region_and_industry_are_left_out_only_on_their_own_ground() {
    let mut name = declared("", "云杉", "");
    assert_eq!(blocked(&name), ["without_region", "without_industry"]);
    name.region_ground = Some("cross_industry_group".to_owned());
    name.industry_ground = Some("cross_province".to_owned());
    assert_eq!(blocked(&name), ["without_region", "without_industry"], "each has its own");
    (name.region_ground, name.industry_ground) = (name.industry_ground, name.region_ground);
    let Checked { name: proper, warnings } = BOOK.check(&name).unwrap();
    assert_eq!((proper.full.as_str(), proper.authority.as_str()), ("云杉有限公司", "100000"));
    assert_eq!((proper.industry.as_str(), proper.grounds.len(), warnings.len()), (CROSS_INDUSTRY, 2, 2));
    let stated = Declaration { region_ground: name.region_ground, ..declared("莱州市", "云杉", "电子") };
    assert_eq!(blocked(&stated), ["without_region"], "a ground that fits nothing");
    for part in
        [declared("莱州市", "", "电子"), Declaration { form: String::new(), ..declared("莱州市", "云杉", "电子") }]
    {
        assert_eq!(blocked(&part), ["four_parts"]);
    }
}

#[test]
fn a_trade_name_is_two_standard_characters_and_no_letter_pinyin_or_digit() {
    for text in ["云杉A", "yunshan云杉", "yún云杉", "云杉8", "云杉８", "云杉Ω", "ひら云杉", "云·杉", "云杉©", "雲杉"]
    {
        assert_eq!(in_trade_name(text), ["standard_characters"], "{text}");
    }
    assert_eq!(in_industry("IT电子"), ["standard_characters"]);
    assert_eq!(in_trade_name("云"), ["two_characters"]);
    for text in ["云杉", "七色云", "二〇二五"] {
        assert_eq!(in_trade_name(text), [""; 0], "{text}");
    }
}

#[test]
fn a_trade_name_is_no_place_industry_or_form_but_with_another_meaning() {
    for text in ["莱州", "莱州市", "招远", "山东", "山东省", "芝罘区", "内蒙古"] {
        assert_eq!(in_trade_name(text), ["not_a_place_or_industry"], "{text}");
    }
    for text in ["电子", "餐饮", "物流"] {
        assert_eq!(in_trade_name(text), ["not_a_place_or_industry"], "{text}");
    }
    for text in ["中心", "商行", "工作室", "经营部"] {
        assert_eq!(in_trade_name(text), ["not_a_form"], "{text}");
    }
    for text in ["云杉公司", "合作社云"] {
        assert_eq!(in_trade_name(text), ["form_of_the_type"], "{text}");
    }
    for text in ["朝阳", "长安", "黄金"] {
        assert_eq!(in_trade_name(text), [""; 0], "{text} has another meaning");
    }
}

#[test]
fn the_industry_is_one_of_the_classification() {
    let class = |industry: &str| BOOK.check(&declared("莱州市", "云杉", industry)).unwrap().name.industry;
    assert_eq!((class("电子").as_str(), class("电子元件").as_str(), class("国际贸易").as_str()), ("C39", "C39", "F51"));
    assert_eq!(class("观星"), UNCLASSIFIED);
}

#[test]
fn a_form_fits_the_type_of_company() {
    let forms = [
        ("limited_company", vec!["有限公司", "有限责任公司"]),
        ("joint_stock_company", vec!["股份有限公司"]),
        ("general_partnership", vec!["合伙企业（普通合伙）"]),
        ("limited_partnership", vec!["合伙企业（有限合伙）"]),
        ("sole_proprietorship", vec!["厂", "店", "中心", "工作室", "商行", "经营部"]),
        ("self_employed", vec!["厂", "店", "中心", "工作室", "商行", "经营部"]),
        ("farmers_cooperative", vec!["农民专业合作社"]),
    ];
    for (company_type, fitting) in &forms {
        for form in forms.iter().flat_map(|(_, forms)| forms) {
            let (form, company_type) = ((*form).to_owned(), (*company_type).to_owned());
            let fits = fitting.contains(&form.as_str());
            let name = Declaration { form, company_type, ..declared("莱州市", "云杉", "电子") };
            let expected: &[&str] = if fits { &[] } else { &["form_of_the_type"] };
            assert_eq!(blocked(&name), expected, "{name:?}");
        }
    }
}

#[test]
fn every_item_of_article_eleven_has_its_words() {
    for (words, rule, source) in [
        (vec!["支那", "大东亚", "福尔摩萨"], "state_dignity", "第十一条第一项"),
        (vec!["九一一", "东突", "占中"], "public_order", "第十一条第二项"),
        (vec!["共产党", "国务院", "解放军", "妇联", "红十字", "集团军", "新四军"], "party_and_state", "第十一条第三项"),
        (vec!["美国", "联合国", "欧盟"], "foreign_states", "第十一条第四项"),
        (vec!["海洛因", "推牌九", "色情", "黑社会", "算命"], "vice_and_violence", "第十一条第五项"),
        (vec!["鞑子", "异教徒"], "discrimination", "第十一条第六项"),
        (vec!["雷锋", "董存瑞", "周恩来"], "public_morals", "第十一条第七项"),
        (vec!["国家级", "最高级", "最佳", "博士", "上校"], "misleading", "第十一条第八项"),
        (vec!["奥林匹克", "世博会"], "other_law", "第十一条第九项"),
    ] {
        for word in words {
            for text in [word.to_owned(), format!("云{word}"), format!("{word}云")] {
                assert_eq!(in_trade_name(&text), [rule], "{text}");
            }
            let findings = BOOK.check(&declared("莱州市", word, "电子")).unwrap_err();
            assert!(findings[0].quote.source.contains(source), "{word}: {}", findings[0].quote.source);
        }
    }
    // A rank is refused as a trade name only.
    assert_eq!(in_industry("博士后公寓"), [""; 0]);
    assert_eq!(in_industry("最佳电子"), ["misleading"]);
}

#[test]
fn the_states_words_stand_only_in_the_middle_and_only_before_an_industry() {
    for word in ["中国", "中华", "中央", "全国", "国家"] {
        assert_eq!(in_trade_name(&format!("{word}云杉")), ["state_council"], "{word}");
        assert_eq!(in_industry(&format!("{word}电子")), ["state_council"], "{word}");
        let prefix = Declaration {
            region_ground: Some("cross_province".to_owned()),
            ..declared("", &format!("{word}云杉"), "电子")
        };
        assert_eq!(blocked(&prefix), ["state_council"], "{word} at the very beginning");
        let region = blocked(&declared(word, "云杉", "电子"));
        assert!(region.contains(&"state_council".to_owned()), "{word} as a region: {region:?}");
    }
    for industry in ["中国画", "中国菜餐饮", "中央空调", "中央厨房餐饮"] {
        assert_eq!(in_industry(industry), [""; 0], "{industry}");
        assert_eq!(in_trade_name(&format!("云{industry}")), ["state_council"], "{industry} is no trade name");
    }
    assert_eq!(in_trade_name("云国际"), ["international"]);
    assert_eq!(in_trade_name("国际贸易云"), ["international"]);
    assert_eq!(in_industry("国际电子"), ["international"]);
    for industry in ["国际贸易", "国际物流", "国际货运代理"] {
        assert_eq!(in_industry(industry), [""; 0], "{industry}");
    }
}

#[test]
fn the_same_name_is_judged_by_all_four_cases_with_their_articles() {
    for (state, article, years, investment) in [
        (SlotState::Reserved, "第四条第一项", None, true),
        (SlotState::Registered, "第四条第一项", None, true),
        (SlotState::Deregistered, "第四条第二项", Some(1), true),
        (SlotState::Renamed, "第四条第三项", Some(1), false),
        (SlotState::Revoked, "第四条第四项", None, false),
    ] {
        let held = BOOK.held(state);
        assert!(held.source.contains(article), "{held:?}");
        assert_eq!((held.years, held.investment), (years, investment), "{state:?}");
    }
}

#[test]
fn the_story_of_the_make_up_sunday() {
    let name = declared("莱州市", "云杉测试", "电子");
    assert_eq!(BOOK.check(&name).unwrap().name.full, "莱州市云杉测试电子有限公司");
    assert_eq!(
        (in_trade_name("国家级"), in_trade_name("雷锋")),
        (vec!["misleading".into()], vec!["public_morals".into()])
    );
}
