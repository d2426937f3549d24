//! An accepted application is planned: every task without an open dependency is assigned at the same instant.

use std::collections::BTreeMap;

use casework::{Case, DepartmentCode, Opening as Plan, Role, TaskId};
use chassis::{http::By, owner::account::not_planned};
use contracts::{account::argument, intake::v1::CaseAccepted, materials::Paper};
use ids::{CaseId, RegionCode};
use mailbox::{Changes, Fault, Stem};
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    domain::{
        clock::Card,
        entitlement::Entered,
        names::{Name, NameNotPossible},
        opening::{Opening, Untold},
    },
    events::publish,
    service::MarketRegistration,
    store::{DossierRow, SUBJECT},
    usecases::{
        gaps, names,
        settle::{opening_row, progress},
    },
};

/// Who does what the message asks for.
const ACTOR: &str = "market-registration";

/// Plans the case, with the reserved name that it is to bear if that still holds its place; or says with all reasons why it cannot be planned: then the clock never runs.
///
/// # Errors
/// Poison for a message that is not of its form.
pub fn open(
    desk: &MarketRegistration,
    changes: &mut Changes,
    accepted: &CaseAccepted,
    reserved: Option<Name>,
    now: OffsetDateTime,
) -> Result<Opening, Fault> {
    let (mut opening, by) = (read(accepted)?, By::machine(ACTOR));
    let name = claimed(&opening, accepted, reserved);
    let id = CaseId::new(opening.stem.id);
    changes.put(dossier_row(&opening));
    let theme = desk.theme(&accepted.theme).ok_or_else(|| {
        Fault::passing("unknown_theme", format!("theme {} is not known to this version", accepted.theme))
    })?;
    let plan = Plan {
        case: id,
        applicable: theme.tasks().iter().map(|task| task.code.clone()).collect(),
        bindings: bindings(desk, theme, accepted)?,
        at: now,
    };
    let gaps = gaps::read(&accepted.gaps, now)?;
    match (Case::open_with_gaps(theme, plan, gaps, |code| TaskId::derived(id, code.as_str())), name) {
        (Ok((case, effects)), Ok(name)) => {
            opening.case = Some(case);
            opening.name = name;
            if let Some(name) = &mut opening.name {
                names::settle(changes, name, "name_claimed", &by, now);
            }
            desk.settle(changes, &mut opening, effects, &by, now);
        }
        (planned, name) => {
            let (faults, unnamed) = (planned.err().map(|refused| refused.0).unwrap_or_default(), name.err());
            let mut reasons = not_planned(&faults);
            reasons.extend(unnamed.map(|reason| argument(reason.code(), None::<String>)));
            let en = unnamed.map(|reason| reason.to_string());
            let body = json!({"reasons": faults.iter().map(ToString::to_string).chain(en).collect::<Vec<_>>()});
            let fact = by.fact("plan_refused", now, body);
            let told = publish::plan_refused(&opening, reasons, now);
            changes.record(&mut opening.stem, fact, vec![progress(&told)]);
            changes.put(opening_row(&opening, None));
        }
    }
    Ok(opening)
}

/// The reserved name that the application names, used by this case; none where it names none.
fn claimed(
    opening: &Opening,
    accepted: &CaseAccepted,
    reserved: Option<Name>,
) -> Result<Option<Name>, NameNotPossible> {
    if accepted.name_reservation_id.is_empty() {
        return Ok(None);
    }
    let company_name = opening.entered.fields.get("company_name").map(String::as_str);
    names::follow::claim(reserved, company_name, opening.stem.id, opening.received_at).map(Some)
}

/// A choice that is not open to the role is left out: the role is unbound then, and the plan is refused for it.
fn bindings(
    desk: &MarketRegistration,
    theme: &casework::Theme,
    accepted: &CaseAccepted,
) -> Result<BTreeMap<Role, DepartmentCode>, Fault> {
    let mut bindings = theme.bindings();
    for choice in accepted.choices.iter().filter(|choice| desk.may_play(&choice.role, &choice.department)) {
        let code = DepartmentCode::parse(&choice.department)
            .map_err(|error| Fault::poison("bad_department", error.to_string()))?;
        bindings.insert(Role::from(choice.role.as_str()), code);
    }
    Ok(bindings)
}

fn read(accepted: &CaseAccepted) -> Result<Opening, Fault> {
    let bad = |code, reason: String| Fault::poison(code, reason);
    let id =
        Uuid::try_parse(&accepted.case_id).map_err(|_| bad("bad_case_id", "`case_id` is not a UUID".to_owned()))?;
    let region = RegionCode::parse(&accepted.region).map_err(|error| bad("bad_region", error.to_string()))?;
    let received_at = contracts::time::instant("received_at", accepted.received_at.as_ref())
        .map_err(|error| bad("bad_instant", error.to_string()))?;
    let fields = accepted.fields.iter().map(|field| (field.name.clone(), field.value.clone())).collect();
    let papers = accepted.materials.iter().map(paper).collect::<Result<_, Fault>>()?;
    Ok(Opening {
        stem: Stem::new(id, SUBJECT),
        number: accepted.case_number.clone(),
        region,
        received_at,
        case: None,
        entered: Entered { fields, papers },
        card: Card::None,
        red_reason: None,
        untold: Untold::default(),
        name: None,
    })
}

/// A paper as the front desk sent it.
pub(super) fn paper(sent: &contracts::task::v1::Material) -> Result<Paper, Fault> {
    let id = Uuid::try_parse(&sent.material_id)
        .map_err(|_| Fault::poison("bad_material_id", "`material_id` is not a UUID"))?;
    Ok(Paper {
        code: sent.code.clone(),
        id,
        media_type: sent.media_type.clone(),
        size: sent.size,
        sm3: sent.sm3.clone(),
    })
}

/// The row of what was entered.
pub(super) fn dossier_row(opening: &Opening) -> DossierRow {
    DossierRow {
        case_id: opening.stem.id,
        fields: json!(opening.entered.fields),
        materials: json!(opening.entered.papers),
    }
}
