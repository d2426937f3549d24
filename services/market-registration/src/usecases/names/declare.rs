//! A name is declared: checked by rule and reserved in the same breath (企业名称自主申报), by nobody's approval.

use chassis::{
    consent::{Asks, PhoneProof, codes::CODE_OVER},
    http::{By, Fault, Intent, OnBehalf, Problem},
};
use mailbox::{CommitError, Stem};
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;
use workdays::city_date;

use super::settle_with;
use crate::{
    codes,
    domain::names::{
        Checked, Declaration, Finding, Name, NameState, ProperName, RuleBook, Severity, SlotKey, SlotState, Stated,
    },
    service::MarketRegistration,
    store::names::{self as store, NAME_SUBJECT},
};

/// How long a name is kept, in months by the calendar (规定 18).
const KEPT_MONTHS: u32 = 2;
/// The same, in years, where a permit is needed before registration.
const KEPT_YEARS_WITH_PERMIT: u32 = 1;

/// How often a decision is made again where the database could not serialise it.
const TRIES: usize = 5;

/// A name that may be had, and until when it would be kept.
#[derive(Clone, Debug)]
pub struct Possible {
    pub name: ProperName,
    /// What it rests on that the declarant stated.
    pub stated: Stated,
    /// What the applicant should know, in both languages.
    pub warnings: Vec<Fault>,
    pub until: OffsetDateTime,
}

/// Checks a name and stores nothing.
///
/// # Errors
/// Every rule that it breaks at once; `name-taken` where somebody else has it; the database.
pub async fn check(
    desk: &MarketRegistration,
    declared: &Declaration,
    now: OffsetDateTime,
) -> Result<Possible, Problem> {
    let Checked { name, warnings } =
        desk.names.check(declared).map_err(|findings| Problem::faulty(blocking(&findings)))?;
    let mut warnings: Vec<Fault> = warnings.iter().map(fault).collect();
    let db = desk.mailbox.db();
    let holdings = store::holdings(db, &key(&name), now).await?;
    let investment = declared.investment.as_ref();
    let in_the_way = desk.names.in_the_way(&holdings, investment);
    if !in_the_way.is_empty() {
        return Err(taken(&desk.names, &in_the_way));
    }
    // Who states what nobody asked for stands no differently.
    let investment = investment.filter(|_| !holdings.is_empty()).cloned();
    warnings.extend(investment.as_ref().map(|_| invested(desk)));
    let stated = Stated { grounds: name.grounds.clone(), investment };
    warnings.extend(alike(desk, &store::alike(db, &name, now).await?));
    let until = until(desk, &name, now);
    Ok(Possible { name, stated, warnings, until })
}

/// Declares a name in an applicant's name: it is reserved, or was by the same request before. The warnings are those of now.
///
/// # Errors
/// As [`check`]; and a key that was used for another body.
pub async fn declare(
    desk: &MarketRegistration,
    declared: &Declaration,
    (behalf, vouched, proof): (&OnBehalf, Option<String>, Option<&PhoneProof>),
    intent: &Intent,
) -> Result<(Name, Vec<Fault>), Problem> {
    let mut tries = 0;
    loop {
        if let Some(name) = made_before(desk, intent).await? {
            return Ok((name, Vec::new()));
        }
        let now = desk.mailbox.clocks().business.now();
        let possible = match check(desk, declared, now).await {
            // The same request may have taken it since the look above.
            Err(refused) if refused.code().name == codes::NAME_TAKEN.name => {
                return made_before(desk, intent).await?.map(|name| (name, Vec::new())).ok_or(refused);
            }
            checked => checked?,
        };
        let (asks, vouched) = (Asks::from(behalf), vouched.clone());
        let phone = desk.consents.proved_at_filing(&desk.mailbox, (&asks, vouched), proof, None).await;
        let phone = match phone {
            // The same request may have used the code up since the look above.
            Err(refused) if refused.code().name == CODE_OVER.name => {
                return made_before(desk, intent).await?.map(|name| (name, Vec::new())).ok_or(refused);
            }
            proved => proved?,
        };
        let warnings = possible.warnings.clone();
        let mut name = reserve(desk.mailbox.new_id(), possible, behalf.applicant(), now);
        let mut changes = desk.mailbox.changes();
        let done = ("name_reserved", &By::For(behalf.clone()), now);
        let more = phone.as_ref().map_or(json!({}), |phone| json!({ "phone": phone.recorded() }));
        settle_with(&mut changes, &mut name, done, more, vec![]);
        if let Some(phone) = &phone {
            phone.counts(&mut changes, name.stem.id);
        }
        changes.remember(intent.makes(name.stem.id, desk.mailbox.clocks().system.now()));
        tries += 1;
        match desk.mailbox.commit(changes).await {
            Ok(()) => return Ok((name, warnings)),
            // Who came first is seen by the next look: another's name, or this very request.
            Err(CommitError::Taken(_) | CommitError::KeyUsed | CommitError::Stale(_)) if tries < TRIES => {}
            Err(error) => return Err(error.into()),
        }
    }
}

async fn made_before(desk: &MarketRegistration, intent: &Intent) -> Result<Option<Name>, Problem> {
    let db = desk.mailbox.db();
    let Some(made) = intent.made_before(db).await? else { return Ok(None) };
    store::names(db, &[made]).await?.remove(&made).map(Some).ok_or_else(Problem::not_found)
}

fn reserve(id: Uuid, possible: Possible, holder: &str, now: OffsetDateTime) -> Name {
    let Possible { name: proper, stated, until, .. } = possible;
    Name {
        stem: Stem::new(id, NAME_SUBJECT),
        key: key(&proper),
        full: proper.full,
        sound: proper.sound,
        core: proper.core,
        holder: holder.to_owned(),
        company: None,
        shares: stated.investment.is_some(),
        stated,
        declared_at: now,
        state: NameState::Reserved { until },
    }
}

fn key(name: &ProperName) -> SlotKey {
    SlotKey { authority: name.authority.clone(), industry: name.industry.clone(), name: name.normalised.clone() }
}

/// 24:00 of the last day.
fn until(desk: &MarketRegistration, name: &ProperName, now: OffsetDateTime) -> OffsetDateTime {
    let today = city_date(now);
    let last = if name.prior_permit {
        desk.calendar().years_after(today, KEPT_YEARS_WITH_PERMIT)
    } else {
        desk.calendar().months_after(today, KEPT_MONTHS)
    };
    last.end()
}

fn blocking(findings: &[Finding]) -> Vec<Fault> {
    findings.iter().filter(|finding| finding.severity == Severity::Block).map(fault).collect()
}

fn fault(finding: &Finding) -> Fault {
    Fault::new(format!("/{}", finding.part.name()), finding.quote.rule.clone(), finding.zh(), finding.en())
}

/// Says that the name is held, and why, for every reason that there is; not by whom.
fn taken(rules: &RuleBook, states: &[SlotState]) -> Problem {
    let rule = rules.same_name();
    let fault = |state: &SlotState| {
        let held = rules.held(*state);
        let zh = format!("同行业中相同的字号{}。{}：{}", held.zh, held.source, rule.zh);
        let en = format!("the same trade name of this industry is {}. {}: {}", held.en, held.source, rule.en);
        Fault::new("/trade_name", rule.rule.clone(), zh, en)
    };
    Problem::new(&codes::NAME_TAKEN).with_faults(states.iter().map(fault).collect())
}

/// Says that the name stands beside another on the declarant's word.
fn invested(desk: &MarketRegistration) -> Fault {
    let rule = desk.names.investment();
    let zh = format!(
        "该名称依据您声明的投资关系保留，声明已经记录，声明不实的由您承担法律责任。{}：{}",
        rule.source, rule.zh
    );
    let en = format!(
        "the name is kept on your word that there is an investment relation, which is recorded and for which you answer. {}: {}",
        rule.source, rule.en
    );
    Fault::new("/investment", rule.rule, zh, en)
}

fn alike(desk: &MarketRegistration, alike: &store::Alike) -> Vec<Fault> {
    let rule = desk.names.own_responsibility();
    let mut warnings = Vec::new();
    let mut warn = |count: i64, code: &str, zh: &str, en: &str| {
        if count > 0 {
            let zh = format!("有{count}个{zh}。{}：{}", rule.source, rule.zh);
            let en = format!("{count} {en}. {}: {}", rule.source, rule.en);
            warnings.push(Fault::new("/trade_name", code, zh, en));
        }
    };
    warn(alike.by_sound, "sounds_alike", "同行业名称的字号读音相同", "trade names of this industry sound alike");
    warn(
        alike.by_core,
        "same_core",
        "同行业名称的字号主要部分相同",
        "trade names of this industry share its main part",
    );
    warnings
}
