//! Reads a declared name: either it is one, or every rule that it breaks is told at once.

use super::{
    alike,
    book::{CROSS_INDUSTRY, Form, Ground, RuleBook, UNCLASSIFIED},
    finding::{Finding, Part, Severity},
    normal::{is_chinese, plain},
    stated::Investment,
    words,
};

/// What somebody declares, in four parts, before anybody believes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declaration {
    pub region: String,
    pub trade_name: String,
    pub industry: String,
    pub form: String,
    /// Kind of company, e.g. `limited_company`.
    pub company_type: String,
    /// Why the region is left out, e.g. `cross_province`; on the declarant's own word.
    pub region_ground: Option<String>,
    /// Why the industry is left out, e.g. `cross_industry_group`; on the declarant's own word.
    pub industry_ground: Option<String>,
    /// An investment relation with the company that has the same name, on the declarant's own word.
    pub investment: Option<Investment>,
}

/// A name that breaks no rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProperName {
    /// The four parts, one after the other.
    pub full: String,
    /// Region code of the authority that registers it.
    pub authority: String,
    /// Class of GB/T 4754, or [`UNCLASSIFIED`].
    pub industry: String,
    /// The trade name as it is compared: 规定 17 compares trade names within one industry.
    pub normalised: String,
    /// How the trade name is read.
    pub sound: String,
    /// The trade name without a little word before it.
    pub core: String,
    /// Registration needs a permit first: the name is reserved for longer.
    pub prior_permit: bool,
    /// Why parts are left out.
    pub grounds: Vec<String>,
}

/// A proper name with what is worth knowing about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    pub name: ProperName,
    pub warnings: Vec<Finding>,
}

/// The longest part, in characters.
pub const LONGEST_PART: usize = 40;

/// The parts of a name as they are read: without spaces, half-width.
struct Parts<'a> {
    book: &'a RuleBook,
    /// Region, trade name, industry, form.
    texts: [String; 4],
    findings: Vec<Finding>,
}

impl RuleBook {
    /// Reads a declared name.
    ///
    /// # Errors
    /// Everything that the name breaks, and what it would be warned of, in the order of the name.
    pub fn check(&self, declared: &Declaration) -> Result<Checked, Vec<Finding>> {
        let texts =
            [&declared.region, &declared.trade_name, &declared.industry, &declared.form].map(|text| plain(text));
        let mut parts = Parts { book: self, texts, findings: Vec::new() };
        for part in [Part::Region, Part::TradeName, Part::Industry, Part::Form] {
            parts.bound(part);
        }
        let stated = [(Part::Region, &declared.region_ground), (Part::Industry, &declared.industry_ground)];
        let grounds: Vec<_> =
            stated.iter().filter_map(|(part, stated)| parts.ground(*part, stated.as_deref())).collect();
        let without = grounds.iter().find_map(|ground| ground.authority.clone());
        let authority = without.or_else(|| parts.region());
        parts.characters(Part::TradeName);
        parts.trade_name();
        parts.characters(Part::Industry);
        let (industry, prior_permit) = parts.industry();
        parts.forms_inside();
        parts.words();
        let form = parts.form(&declared.company_type).map(|form| form.text.clone());
        let mut findings = std::mem::take(&mut parts.findings);
        findings.sort_by_key(|finding| (finding.part, finding.at));
        let blocked = findings.iter().any(|finding| finding.severity == Severity::Block);
        let (Some(authority), Some(form), false) = (authority, form, blocked) else { return Err(findings) };
        let [region, trade_name, in_words, _] = &parts.texts;
        let normalised = self.normalised(trade_name);
        let name = ProperName {
            full: [region.as_str(), trade_name, in_words, &form].concat(),
            authority,
            industry,
            sound: alike::sound(&normalised),
            core: alike::core(&normalised).to_owned(),
            normalised,
            prior_permit,
            grounds: grounds.iter().map(|ground| ground.code.clone()).collect(),
        };
        Ok(Checked { name, warnings: findings })
    }
}

impl<'a> Parts<'a> {
    fn text(&self, part: Part) -> &str {
        &self.texts[part as usize]
    }

    /// Characters of the full name before this part.
    fn before(&self, part: Part) -> usize {
        self.texts.iter().take(part as usize).map(|text| text.chars().count()).sum()
    }

    /// `from` counts characters of the part, from 0.
    fn tell(&mut self, severity: Severity, rule: &str, (part, from): (Part, usize), word: &str, zh: &str, en: &str) {
        let finding = Finding {
            severity,
            quote: self.book.quote(rule),
            part,
            word: word.to_owned(),
            at: self.before(part) + from + 1,
            what_zh: zh.to_owned(),
            what_en: en.to_owned(),
        };
        self.findings.push(finding);
    }

    fn block(&mut self, rule: &str, part: Part, word: &str, from: usize, zh: &str, en: &str) {
        self.tell(Severity::Block, rule, (part, from), word, zh, en);
    }

    /// A part is not empty and not endless; what is too long is read no further.
    fn bound(&mut self, part: Part) {
        let count = self.text(part).chars().count();
        if count == 0 && self.book.grounds.iter().all(|ground| ground.part != part) {
            self.block("four_parts", part, "", 0, "没有填写", "it is missing");
        } else if count > LONGEST_PART {
            self.texts[part as usize] = self.text(part).chars().take(LONGEST_PART).collect();
            self.block("four_parts", part, "", 0, "最多40个字", "at most 40 characters");
        }
    }

    /// A part that is left out needs its ground, and a ground a part that is left out.
    fn ground(&mut self, part: Part, stated: Option<&str>) -> Option<&'a Ground> {
        let book = self.book;
        let ground = book.grounds.iter().find(|ground| ground.part == part)?;
        let Ground { code, rule, zh, en, .. } = ground;
        match (self.text(part).is_empty(), stated) {
            (false, None) => return None,
            (true, Some(stated)) if stated == code => {
                let zh = format!("依据您声明的“{zh}”可以不写，声明已经记录");
                let en = format!("left out on your word that this is {en}, which is recorded");
                self.tell(Severity::Warn, rule, (part, 0), "", &zh, &en);
                return Some(ground);
            }
            (true, _) => {
                let zh = format!("没有填写；{zh}的，须声明理由 {code}");
                let en = format!("it is missing; {en} is the only ground, stated as {code}");
                self.block(rule, part, "", 0, &zh, &en);
            }
            (false, Some(_)) => {
                let (zh, en) =
                    ("已经填写，不得再声明不写的理由", "it is there; a ground for leaving it out does not fit");
                self.block(rule, part, "", 0, zh, en);
            }
        }
        None
    }

    fn region(&mut self) -> Option<String> {
        let (region, book) = (self.text(Part::Region).to_owned(), self.book);
        let authority = book.authority(&region).cloned();
        if authority.is_none() && !region.is_empty() {
            if let Some(zone) = book.zones.iter().find(|zone| region.ends_with(zone.text.as_str())) {
                let zh = format!("“{}”应当写在其行政区划之后：{}", zone.text, zone.of.join("、"));
                let en = format!("“{}” follows its division: {}", zone.text, zone.of.join(", "));
                self.block("zone_with_division", Part::Region, &region, 0, &zh, &en);
                return None;
            }
            let known = book.regions.keys().cloned().collect::<Vec<_>>();
            let zh = format!("可用的行政区划：{}", known.join("、"));
            let en = format!("regions that may stand here: {}", known.join(", "));
            self.block("region_of_the_seat", Part::Region, &region, 0, &zh, &en);
        }
        authority
    }

    /// Every run of characters that a name may not hold.
    fn characters(&mut self, part: Part) {
        let (text, book) = (self.text(part).to_owned(), self.book);
        let mut run = (0, String::new());
        for (place, c) in text.chars().enumerate().chain([(usize::MAX, '一')]) {
            if is_chinese(c) {
                if !run.1.is_empty() {
                    let (from, word) = std::mem::take(&mut run);
                    self.block(
                        "standard_characters",
                        part,
                        &word,
                        from,
                        "只能使用汉字",
                        "only Chinese characters may stand here",
                    );
                }
                if let Some(standard) = book.standard.get(&c).filter(|_| place != usize::MAX) {
                    let (zh, en) = (format!("规范字为“{standard}”"), format!("the standard character is “{standard}”"));
                    self.block("standard_characters", part, &c.to_string(), place, &zh, &en);
                }
            } else {
                if run.1.is_empty() {
                    run.0 = place;
                }
                run.1.push(c);
            }
        }
    }

    fn trade_name(&mut self) {
        let part = Part::TradeName;
        let name = self.book.normalised(self.text(part));
        if name.is_empty() {
            return;
        }
        if name.chars().filter(|c| is_chinese(*c)).count() < 2 {
            self.block("two_characters", part, &name, 0, "字号少于两个汉字", "fewer than two Chinese characters");
        }
        let rule = "not_a_place_or_industry";
        if self.book.places.contains(&name) {
            self.block(rule, part, &name, 0, "这是县级以上行政区划名称", "this is a county or a higher division");
        }
        if self.book.zones.iter().any(|zone| name.contains(zone.text.as_str())) {
            let (zh, en) = ("这是区域名称，应当写在行政区划之后", "this is a zone, which follows its division");
            self.block("zone_with_division", part, &name, 0, zh, en);
        }
        if self.book.another_meaning.contains(&name) {
            return;
        }
        if self.book.industries.iter().any(|industry| industry.words.contains(&name)) {
            self.block(rule, part, &name, 0, "这是行业用语", "this is an industry");
        }
        if self.book.forms.iter().any(|form| form.text == name) {
            self.block("not_a_form", part, &name, 0, "这是组织形式用语", "this is a form of organisation");
        }
    }

    /// The class of the industry, and whether it needs a permit first.
    fn industry(&mut self) -> (String, bool) {
        let text = self.book.normalised(self.text(Part::Industry));
        if text.is_empty() {
            return (CROSS_INDUSTRY.to_owned(), false);
        }
        if let Some(industry) = self.book.industry(&text) {
            return (industry.class.clone(), industry.prior_permit);
        }
        let (zh, en) = (
            "未能对应行业分类，请核对是否与主营业务一致",
            "the list of industries does not know it; see that it is the main business",
        );
        self.tell(Severity::Warn, "industry_by_classification", (Part::Industry, 0), &text, zh, en);
        (UNCLASSIFIED.to_owned(), false)
    }

    fn forms_inside(&mut self) {
        for part in [Part::TradeName, Part::Industry] {
            let (text, book) = (self.book.normalised(self.text(part)), self.book);
            for word in &book.never_inside {
                if let Some((before, _)) = text.split_once(word.as_str()) {
                    let from = before.chars().count();
                    let (zh, en) = ("组织形式只能在名称末尾", "a form stands at the end of the name only");
                    self.block("form_of_the_type", part, word, from, zh, en);
                }
            }
        }
    }

    fn words(&mut self) {
        let [region, trade_name, industry, _] = &self.texts;
        let text = self.book.normalised(&format!("{region}{trade_name}{industry}"));
        let borders = (self.before(Part::TradeName), self.before(Part::Industry));
        for hit in words::hits(self.book, &text, borders) {
            let (class, from) = (hit.class, hit.from - self.before(hit.part));
            self.tell(class.severity, &class.rule, (hit.part, from), hit.word, &class.zh, &class.en);
        }
    }

    fn form(&mut self, company_type: &str) -> Option<&'a Form> {
        let (book, text) = (self.book, self.text(Part::Form).to_owned());
        let rule = "form_of_the_type";
        let form = book.forms.iter().find(|form| plain(&form.text) == text);
        let fits = |form: &&Form| form.types.iter().any(|of| of == company_type);
        if form.is_some_and(|form| fits(&form)) {
            return form;
        }
        let Some(type_zh) = book.types.get(company_type) else {
            let known = book.types.keys().cloned().collect::<Vec<_>>().join(", ");
            let (zh, en) = (format!("企业类型应为其中之一：{known}"), format!("company_type is one of {known}"));
            self.block(rule, Part::Form, &text, 0, &zh, &en);
            return form;
        };
        if !text.is_empty() {
            let fitting = book.forms.iter().filter(fits).map(|form| form.text.clone()).collect::<Vec<_>>();
            let zh = format!("{type_zh}可用的组织形式：{}", fitting.join("、"));
            let en = format!("forms of this type of company: {}", fitting.join(", "));
            self.block(rule, Part::Form, &text, 0, &zh, &en);
        }
        form
    }
}
