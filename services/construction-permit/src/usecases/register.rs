//! A project is registered: its code, who builds what and where, its attributes, and the first version of its list.

use std::collections::BTreeMap;

use casework::Card;
use chassis::{
    consent::{Asks, PhoneProof, codes::CODE_OVER},
    http::{By, Fault, Ground, Intent, Named, OnBehalf, Problem},
};
use contracts::{account::argument, applicants::credit_code_of, process::v1::Kind};
use ids::CreditCode;
use mailbox::{CommitError, Stem};
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{answer::attribute_faults, turn::Turn};
use crate::{
    codes,
    domain::{
        ProjectType,
        catalogue::Catalogue,
        project::{Entry, Investor, Place, Project, Record, Registration, SUBJECT, Untold, ValueFault},
        tailored::{Answers, Unanswered, tailor},
    },
    service::ConstructionPermit,
    store::{self, ListRow, MadeFrom},
};

/// How often another code of our own series is drawn.
const TRIES: usize = 20;

/// What is registered.
pub struct Wanted {
    pub registration: Registration,
    pub kind: ProjectType,
    pub answers: BTreeMap<String, serde_json::Value>,
    pub defaults: bool,
    pub behalf: OnBehalf,
    /// The applicant as a clerk entered him.
    pub named: Option<Named>,
    /// A telephone of the applicant with the code that went there, and the one for which his sign-in vouches.
    pub phone_proof: Option<PhoneProof>,
    pub vouched: Option<String>,
    pub intent: Intent,
}

/// Registers a project, or finds the one that the same request made before.
///
/// # Errors
/// Every fault of the form and of the attributes at once; a code that is registered; the database.
pub async fn register(desk: &ConstructionPermit, wanted: Wanted) -> Result<Uuid, Problem> {
    let db = desk.mailbox.db();
    if let Some(made) = wanted.intent.made_before(db).await? {
        return Ok(made);
    }
    let catalogue = desk.current().ok_or_else(|| Problem::defect(anyhow::anyhow!("no catalogue holds today")))?;
    let now = desk.now();
    let unanswered = if wanted.defaults { Unanswered::TakeDefaults } else { Unanswered::LeaveOpen };
    let answers = Answers::read(catalogue, wanted.kind, desk.today(), &wanted.answers, unanswered);
    let mut faults: Vec<Fault> = wanted.registration.faults(desk.region).into_iter().map(value_fault).collect();
    faults.extend(another_investor(&wanted));
    let answers = match answers {
        Ok(answers) if faults.is_empty() => answers,
        Err(of_answers) if faults.is_empty() => {
            let faults = attribute_faults(&of_answers).collect();
            return Err(Problem::new(&codes::ATTRIBUTES_FAULTY).with_faults(faults));
        }
        other => {
            faults.extend(other.err().iter().flat_map(|of_answers| attribute_faults(of_answers)));
            return Err(Problem::faulty(faults));
        }
    };
    if let Some(code) = wanted.registration.code.as_deref().filter(|_| !is_proved(&wanted.behalf))
        && store::code_holder(db, code).await?.is_some()
    {
        return Err(Problem::new(&codes::CODE_TAKEN));
    }
    let (asks, proof) = (Asks::from(&wanted.behalf), wanted.phone_proof.as_ref());
    let phone = desk.consents.proved_at_filing(&desk.mailbox, (&asks, wanted.vouched.clone()), proof, None).await;
    let phone = match phone {
        // The same request may have used the code up since the look above.
        Err(refused) if refused.code().name == CODE_OVER.name => {
            return wanted.intent.made_before(db).await?.ok_or(refused);
        }
        proved => proved?,
    };
    let list = tailor(catalogue, &answers);
    let mut tries = 0;
    loop {
        let code = match &wanted.registration.code {
            Some(code) => code.clone(),
            None => own_code(desk, now),
        };
        let mut project = project(desk, &wanted, catalogue, code.clone(), now);
        if is_proved(&wanted.behalf) {
            reuse(desk, catalogue, &mut project).await?;
        }
        let mut changes = desk.mailbox.changes();
        let id = project.stem.id;
        changes.claim("project_code", claimed(&wanted, &code), id);
        changes.put(ListRow {
            project_id: id,
            list: list.clone(),
            made_at: now,
            made_by: wanted.behalf.actor().to_owned(),
            made_from: MadeFrom::Answers,
        });
        let mut turn = Turn::new(desk, catalogue, &mut changes, &mut project, (By::For(wanted.behalf.clone()), now));
        turn.touch_head();
        turn.touch_record();
        let mut body = json!({"code": code, "type": wanted.kind, "catalogue": catalogue.reference()});
        if let Some(phone) = &phone {
            body["phone"] = phone.recorded();
        }
        turn.note(Kind::ProjectRegistered, None, vec![], body, vec![]);
        let body = json!({"version": 1, "items": list.planned().len(), "open": list.missing.len()});
        turn.note(Kind::ListMade, None, vec![argument("version", [1])], body, vec![]);
        turn.conclude();
        if let Some(phone) = &phone {
            phone.counts(&mut changes, id);
        }
        changes.remember(wanted.intent.makes(id, desk.mailbox.clocks().system.now()));
        tries += 1;
        match desk.mailbox.commit(changes).await {
            Ok(()) => return Ok(id),
            // The same request came twice at once; with a code, the other may have used it up.
            Err(CommitError::KeyUsed | CommitError::Stale(_)) => {
                let made = wanted.intent.made_before(db).await?;
                return made.ok_or_else(|| Problem::new(&chassis::http::codes::CHANGED_MEANWHILE));
            }
            Err(CommitError::Taken(_)) if wanted.registration.code.is_none() && tries < TRIES => {}
            Err(CommitError::Taken(_)) => return taken(desk, &wanted, &code).await,
            Err(error) => return Err(error.into()),
        }
    }
}

/// Only a sign-in proves who invests: what somebody typed opens nobody's papers, and keeps nobody's code from him.
fn is_proved(behalf: &OnBehalf) -> bool {
    behalf.ground() == Ground::LegalPerson
}

/// Whoever signs in as a legal person registers its own projects.
fn another_investor(wanted: &Wanted) -> Option<Fault> {
    let typed = CreditCode::parse(&wanted.registration.credit_code).ok()?;
    let vouched = credit_code_of(wanted.behalf.applicant())?;
    (typed != vouched).then(|| {
        let zh = format!("您以{vouched}登录,只能登记该单位的项目");
        let en = format!("you are signed in for {vouched}, and register its projects");
        Fault::new("/investor/credit_code", "not_vouched", zh, en)
    })
}

/// The number that is claimed with a code: whose sign-in proves the investor has it for himself, whoever was there before;
/// others have it beside each other, and each of them once.
fn claimed(wanted: &Wanted, code: &str) -> String {
    if wanted.registration.code.is_none() || is_proved(&wanted.behalf) {
        code.to_owned()
    } else {
        format!("{code} {}", wanted.behalf.applicant())
    }
}

/// Whoever may see the project that has the code is told which it is.
async fn taken(desk: &ConstructionPermit, wanted: &Wanted, code: &str) -> Result<Uuid, Problem> {
    // The same request, a moment earlier.
    if let Some(made) = wanted.intent.made_before(desk.mailbox.db()).await? {
        return Ok(made);
    }
    let problem = Problem::new(&codes::CODE_TAKEN);
    let holder = store::code_holder(desk.mailbox.db(), &claimed(wanted, code)).await?;
    let known = match holder {
        Some(id) => store::projects(desk.mailbox.db(), &[id]).await?.remove(&id),
        None => None,
    };
    Err(match known.filter(|project| project.entry.holder == wanted.behalf.applicant()) {
        Some(project) => problem.detail(format!("项目{}", project.stem.id), format!("project {}", project.stem.id)),
        None => problem,
    })
}

/// A code of our own series, for demonstration: month of entry, county, 04 (industry) for lack of a better department, 99.
fn own_code(desk: &ConstructionPermit, now: OffsetDateTime) -> String {
    let day = workdays::city_date(now);
    let [a, b, c, d]: [u8; 4] = desk.mailbox.ids().bytes();
    let serial = u32::from_be_bytes([a, b, c, d]) % 100_000;
    let county = desk.region.county();
    format!("{:02}{:02}-{county}-04-99-{serial:05}0", day.year() % 100, u8::from(day.month()))
}

fn project(
    desk: &ConstructionPermit,
    wanted: &Wanted,
    catalogue: &Catalogue,
    code: String,
    now: OffsetDateTime,
) -> Project {
    let Registration { name, region, village, address, investor, credit_code, total_fen, .. } =
        wanted.registration.clone();
    Project {
        stem: Stem::new(desk.mailbox.new_id(), SUBJECT),
        entry: Entry {
            code,
            kind: wanted.kind,
            name: name.trim().to_owned(),
            place: Place { region, village, address: address.trim().to_owned() },
            investor: Investor { name: investor.trim().to_owned(), credit_code },
            holder: wanted.behalf.applicant().to_owned(),
            registered_at: now,
            total_fen,
            answers: wanted.answers.clone(),
            defaults: wanted.defaults,
            catalogue: catalogue.reference().clone(),
            list: 1,
            acknowledged: None,
            procedures: std::collections::BTreeSet::new(),
        },
        case: None,
        record: Record { named: wanted.named.clone(), ..Record::default() },
        card: Card::None,
        untold: Untold::default(),
    }
}

/// What another project of the same investor has brought about the investor is not asked again (R78).
async fn reuse(desk: &ConstructionPermit, catalogue: &Catalogue, project: &mut Project) -> Result<(), Problem> {
    let others = store::holders_papers(desk.mailbox.db(), &project.entry.holder).await?;
    for (code, given) in others {
        let material = given.paper.code.clone();
        let about = catalogue.material(&material).is_some_and(|material| material.of_investor);
        let good = given.expires(catalogue, &desk.calendar()).is_none_or(|last| desk.today() <= last);
        if about && good && given.verified.is_some() && !project.record.papers.contains_key(&material) {
            project.record.reused.insert(material.clone(), code);
            project.record.papers.insert(material, given);
        }
    }
    Ok(())
}

/// A fault of what was entered, with a pointer to it.
#[must_use]
pub fn value_fault((name, code, zh, en): ValueFault) -> Fault {
    Fault::new(format!("/{}", name.replace('.', "/")), code, zh, en)
}
