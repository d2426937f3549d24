//! An application is received: one case, one number, one message to the owner of its process.

use std::collections::BTreeMap;

use chassis::{
    consent::{
        Agreed, Asks, PhoneProof, Proved,
        codes::{CODE_OVER, CONSENT_NEEDED},
    },
    http::{By, Fault, Ground, Intent, Named, OnBehalf, Problem, Scope, Unfit},
};
use contracts::{
    intake::v1::{CaseAccepted, CaseReceived, Gap, RoleChoice},
    task::v1::{Field, Material as SentMaterial},
    time::timestamp,
    topics,
};
use ids::RegionCode;
use mailbox::{CommitError, Message, Stem};
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    codes,
    domain::{
        case::{Case, Phase},
        catalogue::{Entry, Standing},
        completeness::{Completeness, completeness},
        desk::{Desk, Instant, gap::Signed},
        draft::EXPIRES,
        form::{self, Entered, Kind},
    },
    service::Intake,
    store::{
        self,
        cases::{FormPaper, FormRow, NewCase, SUBJECT},
        drafts::DraftGone,
        materials::Material,
        numbers::NoNumber,
    },
    usecases::{
        message, name,
        outcomes::{
            self,
            owner::gaps,
            settle::{Told, open, tell},
            tolerate::breaches,
        },
    },
};

/// Channels of a form.
const ONLINE: &str = "online";
const WINDOW: &str = "window";
const AGENT: &str = "agent";

/// Length of a query code: with 31 signs, more than 10^11 codes.
const QUERY_CODE: usize = 8;

/// What is submitted, by whom.
pub struct Application<'a> {
    /// Code or `code@version` of the item or theme.
    pub theme: &'a str,
    pub entered: Entered,
    /// Region code; the hall's own where absent.
    pub region: Option<String>,
    /// Who sends it, in whose name.
    pub behalf: &'a OnBehalf,
    /// What he may see.
    pub scope: &'a Scope,
    /// The telephone for which his sign-in vouches.
    pub vouched: Option<String>,
    /// The applicant as a clerk entered him.
    pub named: Option<Named>,
    pub handed: Handed,
    /// The draft that it was, and its sequence; gone with the commit.
    pub draft: Option<(Uuid, i64)>,
    pub unfit: Unfit,
    pub intent: Intent,
}

/// How an application is handed in that is not complete.
#[derive(Clone, Debug, Default)]
pub struct Handed {
    /// Received although papers are missing: the front desk tells them in a notice.
    pub as_it_stands: bool,
    /// SM3 of the undertaking that the applicant signed for what is missing.
    pub undertaking_sm3: Option<String>,
    /// A telephone of the applicant, and the code that went there; at a window it is how he signs the undertaking.
    pub phone_proof: Option<PhoneProof>,
}

/// Receives the application, or finds the case that the same request made before.
///
/// # Errors
/// Every fault of the form at once; a key that was used for another body; the database.
pub async fn submit(desk: &Intake, mut application: Application<'_>) -> Result<Case, Problem> {
    let db = desk.mailbox.db();
    if let Some(made) = application.intent.made_before(db).await? {
        return made_before(desk, application.scope, made).await;
    }
    // What is checked is what is stored.
    application.entered.fields.values_mut().for_each(|value| *value = value.trim().to_owned());
    let entry = asked_for(desk, application.theme)?;
    let region = region(desk, application.region.as_deref());
    let brought: Vec<Uuid> = application.entered.materials.iter().map(|(_, id)| *id).collect();
    let brought = store::materials::brought_by(db, &application.behalf.papers_of(), &brought).await?;
    let now = desk.mailbox.clocks().business.now();
    let today = workdays::city_date(now);
    let codes = brought.iter().map(|(id, material)| (*id, material.code.clone())).collect();
    let mut lacks = completeness(entry, &application.entered, &codes, today);
    lacks.faults.extend(channel(application.behalf.ground(), &application.entered.channel));
    if let Err(of_name) = name::verified(desk, &application.entered.fields, application.behalf, now) {
        lacks.faults.extend(of_name);
    }
    lacks.faults.extend(region.as_ref().err().cloned());
    lacks.faults.extend(elsewhere(desk, entry, &application.entered.fields));
    lacks.faults.extend(another_phone(entry, &application));
    lacks.faults = application.unfit.beside(lacks.faults);
    // What was entered is corrected on the spot (32(3)); papers may be noticed or follow.
    if !lacks.faults.is_empty() {
        return Err(Problem::faulty(lacks.all_faults()));
    }
    let signs = match phone(desk, &application).await {
        // The same request may have used the code up since the look above.
        Err(refused) if refused.code().name == CODE_OVER.name => {
            let made = application.intent.made_before(db).await?.ok_or(refused)?;
            return made_before(desk, application.scope, made).await;
        }
        signs => signs?,
    };
    let outcome = outcome(desk, entry, (&application, &signs), &lacks, now).await?;
    let region = region.map_err(|fault| Problem::faulty(vec![fault]))?;
    let channel = entry.form.channels.get(&application.entered.channel).copied().unwrap_or_default();
    let number = desk.numbers.next(db, today, channel).await.map_err(|error| match error {
        NoNumber::Exhausted => Problem::new(&codes::NUMBERS_EXHAUSTED).retry_after(3600),
        NoNumber::Database(error) => error.into(),
    })?;
    let stem = Stem::new(desk.mailbox.new_id(), SUBJECT);
    let mut case = Case {
        stem,
        number: number.to_string(),
        theme: entry.reference(),
        owner: entry.owner.clone(),
        region,
        channel: application.entered.channel.clone(),
        applicant: application.behalf.applicant().to_owned(),
        query_code: desk.mailbox.ids().code(QUERY_CODE),
        received_at: now,
        phase: Phase::Submitted,
        desk: Desk::Received { since: Instant(now) },
    };
    case.phase = outcome.phase(case.is_ours());
    let mut changes = desk.mailbox.changes();
    receive(desk, &mut changes, &mut case, (entry, &outcome), (&application, &signs), &brought);
    if let Some((id, sequence)) = application.draft {
        changes.clear_timer(id, EXPIRES);
        changes.put(DraftGone { id, expected: Some(sequence) });
    }
    changes.remember(application.intent.makes(case.id(), desk.mailbox.clocks().system.now()));
    match desk.mailbox.commit(changes).await {
        Ok(()) => Ok(case),
        // The same request came twice at once; of a draft, the other may have been first.
        Err(error @ (CommitError::KeyUsed | CommitError::Stale(_))) => {
            match application.intent.made_before(db).await? {
                Some(made) => made_before(desk, application.scope, made).await,
                None => Err(error.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}

/// What the applicant shows for himself beside the form.
struct Signs {
    asks: Asks,
    /// The telephone that counts for the case.
    phone: Option<Proved>,
}

impl Signs {
    /// He agreed to the undertaking: himself, or by the code that was asked for it.
    fn undertakes(&self) -> Option<Agreed> {
        if self.asks.himself() { Some(Agreed::himself()) } else { self.phone.as_ref()?.agreed().cloned() }
    }
}

async fn phone(desk: &Intake, application: &Application<'_>) -> Result<Signs, Problem> {
    let (asks, handed) = (Asks::from(application.behalf), &application.handed);
    let undertaking = handed.undertaking_sm3.as_deref().filter(|_| !asks.himself());
    let (vouched, proof) = (application.vouched.clone(), handed.phone_proof.as_ref());
    let phone = desk.consents.proved_at_filing(&desk.mailbox, (&asks, vouched), proof, undertaking).await?;
    Ok(Signs { asks, phone })
}

/// The version that holds today. Whoever names an older one is told, never served by it (R15).
fn asked_for<'a>(desk: &'a Intake, theme: &str) -> Result<&'a Entry, Problem> {
    let entry = desk.catalogue.meant(theme, desk.today()).ok_or_else(|| Problem::new(&codes::THEME_UNKNOWN))?;
    match desk.catalogue.current(&entry.code, desk.today()) {
        Some(current) if current.version == entry.version => Ok(entry),
        Some(current) => {
            let (zh, en) = (format!("现行版本为{}", current.reference()), format!("{} holds", current.reference()));
            Err(Problem::new(&codes::VERSION_SUPERSEDED).detail(zh, en))
        }
        None => Err(Problem::new(&codes::THEME_UNKNOWN)),
    }
}

/// The hall's own region, or one within it: nobody else's departments do its work.
fn region(desk: &Intake, region: Option<&str>) -> Result<String, Fault> {
    let Some(region) = region else { return Ok(desk.region.clone()) };
    match RegionCode::parse(region) {
        Ok(code) if RegionCode::parse(&desk.region).is_ok_and(|own| own.contains(code)) => Ok(code.to_string()),
        Ok(_) => {
            let (zh, en) = (
                format!("应为本大厅{}之内的区划", desk.region),
                format!("should be within {}, the hall's own region", desk.region),
            );
            Err(Fault::new("/region", "not_ours", zh, en))
        }
        Err(error) => Err(Fault::new("/region", "region", error.zh(), error.to_string())),
    }
}

/// Places of the form that are not the hall's.
pub(super) fn elsewhere(desk: &Intake, entry: &Entry, entered: &BTreeMap<String, String>) -> Vec<Fault> {
    let fields = entry.form.fields.iter().filter(|field| field.kind == Kind::Region);
    let place = |field: &form::Field| {
        let value = entered.get(&field.name).filter(|value| RegionCode::parse(value).is_ok())?;
        let fault = region(desk, Some(value)).err()?;
        Some(Fault { pointer: format!("/fields/{}", field.name), ..fault })
    };
    fields.filter_map(place).collect()
}

/// At a window the telephone is proved that stands in the form: a code that goes to any other is not the applicant's word.
fn another_phone(entry: &Entry, application: &Application<'_>) -> Option<Fault> {
    let proof = application.handed.phone_proof.as_ref().filter(|_| application.behalf.assisted_by().is_some())?;
    let fields = entry.form.fields.iter().filter(|field| field.kind == Kind::Phone);
    let entered: Vec<&String> = fields.filter_map(|field| application.entered.fields.get(&field.name)).collect();
    (!entered.is_empty() && !entered.iter().any(|phone| *phone == proof.phone())).then(|| {
        let (zh, en) = ("应为申请表中填写的手机号码", "should be a telephone that stands in the form");
        Fault::new("/phone_proof/phone", "not_in_form", zh, en)
    })
}

/// A channel is what it says: a window's is a window's alone, and nobody but a window brings what is not his own.
fn channel(ground: Ground, channel: &str) -> Option<Fault> {
    let (fits, zh, en) = match ground {
        Ground::AtWindow => (channel == WINDOW, "窗口代录的渠道应为window", "what a clerk enters comes by `window`"),
        Ground::Oneself | Ground::LegalPerson => {
            (channel == ONLINE, "本人登录申报的渠道应为online", "whoever signs in himself comes by `online`")
        }
    };
    // A channel that there is none of is told by the form itself.
    let known = [ONLINE, WINDOW, AGENT].contains(&channel);
    (known && !fits).then(|| Fault::new("/channel", "not_by_you", zh, en))
}

/// What is wrong with an application whose applicant is not named as he should be: everything at once.
///
/// # Errors
/// Where there is no such item or theme, or the database fails.
pub async fn faulty(
    desk: &Intake,
    (theme, entered, clerk): (&str, &Entered, &str),
    of_applicant: Vec<Fault>,
) -> Result<Problem, Problem> {
    let entry = asked_for(desk, theme)?;
    let brought: Vec<Uuid> = entered.materials.iter().map(|(_, id)| *id).collect();
    let brought = store::materials::brought_by(desk.mailbox.db(), &[clerk.to_owned()], &brought).await?;
    let codes = brought.into_iter().map(|(id, material)| (id, material.code)).collect();
    let lacks = completeness(entry, entered, &codes, desk.today());
    Ok(Problem::faulty(of_applicant.into_iter().chain(lacks.faults).collect()))
}

/// The case that the same request made.
pub(super) async fn made_before(desk: &Intake, scope: &Scope, id: Uuid) -> Result<Case, Problem> {
    let case = store::cases::find(desk.mailbox.db(), scope, id).await?;
    case.ok_or_else(Problem::not_found)
}

/// The outcome that needs nobody (online, or at a window where everything is there).
async fn outcome(
    desk: &Intake,
    entry: &Entry,
    (application, signs): (&Application<'_>, &Signs),
    lacks: &Completeness,
    now: OffsetDateTime,
) -> Result<Desk, Problem> {
    let (received, handed) = (Desk::Received { since: Instant(now) }, &application.handed);
    let at_window = application.behalf.ground() == Ground::AtWindow;
    let decided = match &entry.standing {
        Standing::Elsewhere { signpost } => received.signpost(signpost.clone(), now),
        Standing::Undetermined if at_window => Ok(received),
        Standing::Undetermined => received.escalate(&desk.calendar(), now),
        Standing::Open if lacks.missing.is_empty() => Ok(Desk::accepted(entry, &desk.calendar(), now)),
        Standing::Open => match &handed.undertaking_sm3 {
            Some(sm3) => {
                signs.undertakes().ok_or_else(|| Problem::new(&CONSENT_NEEDED))?;
                let breaches = breaches(desk, application.behalf.applicant()).await?;
                let signed = Signed { sm3, by: application.behalf.applicant() };
                received.tolerate(entry, &lacks.missing, signed, &breaches, &desk.calendar(), now)
            }
            None if handed.as_it_stands && at_window => Ok(received),
            None if handed.as_it_stands => received.notice(entry, &lacks.missing, &[], None, &desk.calendar(), now),
            None => return Err(Problem::faulty(lacks.all_faults())),
        },
    };
    decided.map_err(codes::not_now)
}

fn receive(
    desk: &Intake,
    changes: &mut mailbox::Changes,
    case: &mut Case,
    (entry, outcome): (&Entry, &Desk),
    (application, signs): (&Application<'_>, &Signs),
    brought: &BTreeMap<Uuid, Material>,
) {
    let form = FormRow {
        case_id: case.id(),
        salt: desk.mailbox.ids().bytes(),
        fields: application.entered.fields.clone(),
        materials: brought.values().map(FormPaper::of).collect(),
        choices: application.entered.choices.clone(),
        named: application.named.clone(),
    };
    let agreed = signs.undertakes().filter(|_| application.handed.undertaking_sm3.is_some());
    let by = signs.asks.by(&agreed.unwrap_or_else(Agreed::himself));
    let mut body = json!({
        "number": case.number,
        "theme": case.theme,
        "region": case.region,
        "channel": case.channel,
        "applicant": case.applicant,
        "entered": form.digest(),
    });
    if let Some(phone) = &signs.phone {
        body["phone"] = phone.recorded();
        phone.counts(changes, case.id());
    }
    if outcome.waits() {
        body["calendar"] = json!(desk.calendar().version());
    }
    let fact = by.fact("case_received", case.received_at, body);
    let mut to_owner = Vec::new();
    if !case.is_ours() && matches!(outcome, Desk::Accepted { .. } | Desk::Tolerated { .. }) {
        let gaps = gaps(outcome);
        let accepted = accepted(desk, case, gaps, case.received_at, &form.fields, &form.choices, brought);
        to_owner.push(Message::new(topics::dossiers(&case.owner), case.id(), &accepted));
    }
    store::materials::take(changes, brought.keys().copied());
    let to_all = Message::new(topics::INTAKE_CASES, case.id(), &received(case));
    let at_once = matches!(outcome, Desk::Accepted { .. });
    let person = message::applicant(case, entry, &form.fields);
    let to_person = message::on_receipt(case, entry, outcome, &person);
    let mut told: Vec<Message> = if at_once { std::mem::take(&mut to_owner) } else { vec![] };
    told.extend([to_all, to_person]);
    changes.record(&mut case.stem, fact, told);
    if let Some(told) = told_of(outcome, &by, to_owner).filter(|_| !at_once) {
        tell(desk, changes, case, outcome, told);
    }
    changes.claim("case_number", case.number.clone(), case.id());
    changes.put(NewCase {
        id: case.id(),
        number: case.number.clone(),
        theme: case.theme.clone(),
        owner: case.owner.clone(),
        region: case.region.clone(),
        channel: case.channel.clone(),
        applicant: case.applicant.clone(),
        query_code: case.query_code.clone(),
        received_at: case.received_at,
        phase: case.phase,
        open_tasks: open(desk, case, entry, outcome),
        desk: (!at_once || outcome.told_day().is_some()).then(|| outcome.clone()),
    });
    changes.put(form);
}

/// What is told of an outcome beside the receipt itself.
fn told_of<'a>(outcome: &Desk, by: &'a By, more: Vec<Message>) -> Option<Told<'a>> {
    match outcome {
        Desk::Received { .. } | Desk::Accepted { .. } | Desk::Returned { .. } => None,
        Desk::Tolerated { .. } => Some(outcomes::tolerate::told(outcome, by, more)),
        Desk::Noticed { .. } => Some(outcomes::notice::told(outcome, None, by, None)),
        Desk::Signposted { .. } => Some(outcomes::signpost::told(by)),
        Desk::Escalated { .. } => Some(outcomes::escalate::told(by, None)),
    }
}

/// An accepted case with what the owner of its process needs.
pub(super) fn accepted(
    desk: &Intake,
    case: &Case,
    gaps: Vec<Gap>,
    accepted_at: OffsetDateTime,
    entered: &BTreeMap<String, String>,
    choices: &BTreeMap<String, String>,
    brought: &BTreeMap<Uuid, Material>,
) -> CaseAccepted {
    let choice =
        |(role, department): (&String, &String)| RoleChoice { role: role.clone(), department: department.clone() };
    CaseAccepted {
        case_id: case.id().to_string(),
        case_number: case.number.clone(),
        theme: case.theme.clone(),
        region: case.region.clone(),
        received_at: timestamp(case.received_at),
        accepted_at: timestamp(accepted_at),
        choices: choices.iter().map(choice).collect(),
        // The statement was read here; the owner is told which reservation it is.
        fields: fields(entered).into_iter().filter(|field| field.name != name::FIELD).collect(),
        materials: brought.values().map(sent).collect(),
        name_reservation_id: name::reserved(desk, entered, case).map(|id| id.to_string()).unwrap_or_default(),
        gaps,
    }
}

fn received(case: &Case) -> CaseReceived {
    CaseReceived {
        case_id: case.id().to_string(),
        case_number: case.number.clone(),
        theme: case.theme.clone(),
        region: case.region.clone(),
        received_at: timestamp(case.received_at),
        channel: case.channel.clone(),
    }
}

/// Fields as messages carry them.
pub(super) fn fields(fields: &BTreeMap<String, String>) -> Vec<Field> {
    fields.iter().map(|(name, value)| Field { name: name.clone(), value: value.trim().to_owned() }).collect()
}

/// A paper as messages carry it; the owner of the process makes the links.
pub(super) fn sent(material: &Material) -> SentMaterial {
    SentMaterial {
        code: material.code.clone(),
        material_id: material.id.to_string(),
        media_type: material.media_type.clone(),
        size: material.size,
        sm3: material.sm3.clone(),
        link: String::new(),
    }
}
