//! The applicant agrees: himself, by his code, or on his signed paper.

use contracts::{
    notification::{Ask, Person, message},
    topics,
};
use hmac::Mac as _;
use mailbox::{Changes, Mailbox, Message};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;
use workdays::city_date;

use super::{
    Consents, TRIES,
    act::Act,
    ask::Shown,
    codes, letters,
    store::{self, Book, Kept, Tried, Used},
    until_committed,
};
use crate::http::{Asker, By, Fault, OnBehalf, Problem, Role};

/// Who asks for an act in what belongs to an applicant. A chief representative asks by his office.
#[derive(Clone, Debug)]
pub struct Asks {
    pub(super) by: By,
    pub(super) applicant: String,
    /// He is the applicant: he needs nobody's consent.
    pub(super) himself: bool,
    /// Whose uploaded papers may be his signed one.
    pub(super) papers_of: Vec<String>,
}

impl Asks {
    /// In what belongs to `holder`: as the applicant, as the clerk who assists him, or by the office of a chief representative.
    ///
    /// # Errors
    /// `permission-missing` for everybody else.
    pub fn of(asker: &Asker, holder: &str) -> Result<Self, Problem> {
        match asker.for_holder(holder) {
            Ok(behalf) => Ok((&behalf).into()),
            Err(_) if asker.actor().has(Role::ChiefRepresentative) => Ok(Self::in_office(asker.in_office(), holder)),
            Err(refused) => Err(refused),
        }
    }

    /// Who does it, as facts record it: with what the applicant agreed to.
    #[must_use]
    pub fn by(&self, agreed: &Agreed) -> By {
        match &self.by {
            By::For(behalf) => By::For(agreed.behind(behalf.clone())),
            by @ (By::Office(_) | By::Assigned(_) | By::Machine(_)) => by.clone(),
        }
    }

    /// By an office: what the applicant has to agree to is never the office's own.
    #[must_use]
    pub fn in_office(by: By, applicant: &str) -> Self {
        let papers_of = vec![applicant.to_owned(), by.actor().to_owned()];
        Self { by, applicant: applicant.to_owned(), himself: false, papers_of }
    }

    /// Before there is anything that belongs to anybody.
    #[must_use]
    pub(super) fn before_filing(by: By, filing: Uuid) -> Self {
        Self { by, applicant: format!("filing:{}", letters(filing)), himself: false, papers_of: vec![] }
    }

    /// Whoever is not the applicant brings something that the applicant agreed with; whether it holds is looked at when everything
    /// else does, so that no try of a code is lost.
    ///
    /// # Errors
    /// `consent-needed`.
    pub fn bring(&self, given: Option<&ConsentBody>) -> Result<(), Problem> {
        if self.himself || given.is_some() { Ok(()) } else { Err(Problem::new(&codes::CONSENT_NEEDED)) }
    }

    /// Whether it is the applicant who asks.
    #[must_use]
    pub fn himself(&self) -> bool {
        self.himself
    }
}

impl From<&OnBehalf> for Asks {
    fn from(behalf: &OnBehalf) -> Self {
        Self {
            by: By::For(behalf.clone()),
            applicant: behalf.applicant().to_owned(),
            himself: behalf.assisted_by().is_none(),
            papers_of: behalf.papers_of(),
        }
    }
}

/// What the applicant agrees with where a clerk acts for him: one of the two. Left out where he is signed in himself.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentBody {
    /// The six digits of the SMS.
    code: Option<String>,
    /// The consent that he signed, as it was brought here and countersigned.
    paper: Option<Uuid>,
}

/// How he agreed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "way", rename_all = "snake_case")]
#[schema(as = ConsentWay)]
pub enum Way {
    /// By his one-time code.
    Code,
    /// On his signed paper.
    Paper { sm3: String, brought_by: String, countersigned_by: String },
}

/// A consent as facts have it. The code is nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Consent {
    id: Uuid,
    #[serde(flatten)]
    way: Way,
}

/// The applicant has agreed to an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// None where he acts himself.
    consent: Option<(Consent, Used)>,
    /// The telephone that counts for the case, where he agreed on a paper: what was done on it is told there.
    counts: Option<String>,
}

impl Agreed {
    /// He acts himself, or it is nothing that he has to agree to.
    #[must_use]
    pub fn himself() -> Self {
        Self { consent: None, counts: None }
    }

    /// He agreed on a paper, and is to be told.
    #[must_use]
    pub fn on_paper(&self) -> bool {
        matches!(&self.consent, Some((Consent { way: Way::Paper { .. }, .. }, _)))
    }

    fn by(row: &Kept, way: Way, at: OffsetDateTime) -> Self {
        let used = Used { id: row.id, tries: row.tries, at };
        Self { consent: Some((Consent { id: row.id, way }, used)), counts: None }
    }

    /// The consent is used up by the commit of these changes: the act and the fact that names it.
    pub fn used(&self, changes: &mut Changes) {
        if let Some((_, used)) = &self.consent {
            changes.put(used.clone());
        }
    }

    /// Every fact recorded in this name has the consent in it.
    fn behind(&self, behalf: OnBehalf) -> OnBehalf {
        match &self.consent {
            Some((consent, _)) => behalf.agreed(consent.clone()),
            None => behalf,
        }
    }

    /// The consent for a fact that names it itself: an office's.
    #[must_use]
    pub fn recorded(&self) -> Option<Value> {
        self.consent.as_ref().map(|(consent, _)| json!(consent))
    }

    /// The applicant is told what was done on his paper: at the telephone that counts, or else at `phone`, which somebody entered.
    /// For the fact of the act.
    #[must_use]
    pub fn told(
        &self,
        act: &Act,
        shown: &Shown<'_>,
        (applicant, phone): (&str, &str),
        at: OffsetDateTime,
    ) -> Option<Message> {
        let (Consent { id, way: Way::Paper { .. } }, _) = self.consent.as_ref()? else { return None };
        let ask = Ask::new("N20", act.case, &format!("on_paper/{}", letters(*id)))
            .case_number(shown.number)
            .variable("item", shown.item)
            .variable("date", city_date(at))
            .variable("act", shown.act(act.verb));
        let (id, subject) = (applicant.to_owned(), applicant.to_owned());
        let phone = self.counts.as_deref().unwrap_or(phone).to_owned();
        let request = ask.to(&Person { id, phone, subject, english: false }, at);
        Some(Message::new(topics::NOTIFICATION_REQUESTS, message::key(&request), &request))
    }
}

impl Consents {
    /// Whoever says that he is the applicant of a case shows that the telephone is his which counts for it: his sign-in vouches for
    /// the same, or he has its code. None where no telephone counts: nothing tells him from whoever found his slip.
    ///
    /// # Errors
    /// `consent-needed`, and a code that does not hold; the database.
    pub async fn show(
        &self,
        mailbox: &Mailbox,
        (asks, vouched): (&Asks, Option<String>),
        act: &Act,
        code: Option<&str>,
    ) -> Result<Option<Agreed>, Problem> {
        let Some(counts) = store::phone(mailbox.db(), act.case).await? else { return Ok(None) };
        if vouched == Some(counts.phone) {
            return Ok(Some(Agreed::himself()));
        }
        let code = code.ok_or_else(|| Problem::new(&codes::CONSENT_NEEDED))?;
        self.by_code(mailbox, asks, act, code.trim(), "/code").await.map(Some)
    }

    /// What the applicant agreed with, checked; a wrong code is written down before it is refused. To be asked in the load of
    /// the use case, as often as that decides again.
    ///
    /// # Errors
    /// `consent-needed`, and everything for which a code or a paper does not hold; the database.
    pub async fn agree(
        &self,
        mailbox: &Mailbox,
        asks: &Asks,
        act: &Act,
        given: Option<&ConsentBody>,
    ) -> Result<Agreed, Problem> {
        if asks.himself { Ok(Agreed::himself()) } else { self.consent(mailbox, asks, act, given).await }
    }

    /// The same where even the applicant himself has to prove it.
    pub(super) async fn consent(
        &self,
        mailbox: &Mailbox,
        asks: &Asks,
        act: &Act,
        given: Option<&ConsentBody>,
    ) -> Result<Agreed, Problem> {
        match given.map(|given| (given.code.as_deref(), given.paper)) {
            None => Err(Problem::new(&codes::CONSENT_NEEDED)),
            Some((Some(code), None)) => self.by_code(mailbox, asks, act, code.trim(), "/consent/code").await,
            Some((None, Some(paper))) => {
                let now = mailbox.clocks().system.now();
                on_paper(&store::book(mailbox.db(), act.case, now).await?, act, paper, now)
            }
            Some((Some(_), Some(_)) | (None, None)) => {
                let (zh, en) = ("请填写验证码或同意书之一", "give one of the two: a code, or a signed paper");
                Err(Problem::faulty(vec![Fault::new("/consent", "one_of", zh, en)]))
            }
        }
    }

    pub(super) async fn by_code(
        &self,
        mailbox: &Mailbox,
        asks: &Asks,
        act: &Act,
        code: &str,
        pointer: &str,
    ) -> Result<Agreed, Problem> {
        if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) {
            let (zh, en) = ("验证码为六位数字", "a code has six digits");
            return Err(Problem::faulty(vec![Fault::new(pointer, "code", zh, en)]));
        }
        let tried = until_committed(mailbox, async || {
            let now = mailbox.clocks().system.now();
            let mut book = store::book(mailbox.db(), act.case, now).await?;
            // The newest for this very act; what was sent for another is not looked at.
            let row = book.rows.iter().find(|row| row.digest.is_some() && row.act == *act);
            let open = row.filter(|row| row.is_open(now) && row.tries < TRIES).cloned();
            let row = open.ok_or_else(|| Problem::new(&codes::CODE_OVER))?;
            let digest = row.digest.clone().unwrap_or_default();
            if self.digest(row.id, act, code).verify_slice(&digest).is_ok() {
                return Ok((mailbox.changes(), Ok(Agreed::by(&row, Way::Code, now))));
            }
            let at = mailbox.clocks().business.now();
            let body = json!({ "consent": row.id, "case": act.case, "act": act.verb.name(), "tries": row.tries + 1 });
            let mut changes = mailbox.changes();
            changes.record(&mut book.stem, asks.by.fact("code_wrong", at, body), vec![]);
            changes.put(Tried { id: row.id, tries: row.tries });
            Ok((changes, Err(TRIES - row.tries - 1)))
        });
        tried.await?.map_err(|left| {
            let (zh, en) = match left {
                0 => ("此码不能再试,请重新发送验证码".to_owned(), "this code is over: send another one".to_owned()),
                left => (format!("还可以再试{left}次"), format!("it may be tried {left} times more")),
            };
            Problem::new(&codes::CODE_WRONG).detail(zh, en)
        })
    }
}

fn on_paper(book: &Book, act: &Act, id: Uuid, now: OffsetDateTime) -> Result<Agreed, Problem> {
    let row = book.rows.iter().find(|row| row.id == id && row.act == *act && row.is_open(now));
    let signed = row.and_then(|row| Some((row, row.paper.as_ref()?, row.countersigned_by.as_ref()?)));
    let (row, paper, second) = signed.ok_or_else(|| Problem::new(&codes::PAPER_OVER))?;
    let way = Way::Paper { sm3: paper.sm3.clone(), brought_by: row.asked_by.clone(), countersigned_by: second.clone() };
    let counts = book.phone.as_ref().map(|counts| counts.phone.clone());
    Ok(Agreed { counts, ..Agreed::by(row, way, now) })
}
