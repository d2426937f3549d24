//! `/v1/items`: the catalogue's single items, for everybody.

pub mod list;
pub mod paper;
pub mod show;
pub mod undertaking;

use chassis::{data::Label, http::Problem};
use serde::{Deserialize, Serialize};
use time::Date;
use utoipa::{IntoParams, ToSchema};

use crate::{
    domain::{
        catalogue::{Contact, Entry, GuideBlock, ItemKind, Material, Sort, Standing, Zone},
        form::{Choice, Field},
    },
    service::Intake,
};

time::serde::format_description!(iso_date, Date, "[year]-[month]-[day]");

/// Which version; the one that holds today where absent.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    version: Option<u32>,
}

/// An item or theme in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntrySummary {
    code: String,
    version: u32,
    /// `code@version`.
    reference: String,
    name: Label,
    /// Items only.
    kind: Option<ItemKind>,
    /// Department code.
    department: String,
    zone: Zone,
    /// Working days; 0 is the same day.
    promised_days: u32,
}

/// Everything about one version.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryShown {
    #[serde(flatten)]
    summary: EntrySummary,
    /// The first day on which it holds.
    #[serde(with = "iso_date")]
    #[schema(value_type = String, format = Date)]
    valid_from: Date,
    /// True where it is the version that holds today.
    current: bool,
    /// 31 characters; items only.
    implementation_code: Option<String>,
    /// Codes of the items that a theme does together.
    items: Vec<String>,
    #[serde(flatten)]
    standing: Standing,
    /// Working days.
    statutory_days: u32,
    fee_fen: u32,
    /// Touches safety: nothing may follow later.
    safety: bool,
    needs_undertaking: bool,
    contact: Contact,
    materials: Vec<Material>,
    basis: Vec<Label>,
    guide: Vec<GuideBlock>,
    fields: Vec<Field>,
    choices: Vec<Choice>,
    /// SM3 digest of the version's text.
    sm3: String,
}

impl EntrySummary {
    pub(super) fn of(entry: &Entry) -> Self {
        Self {
            code: entry.code.clone(),
            version: entry.version,
            reference: entry.reference(),
            name: entry.name.clone(),
            kind: entry.kind,
            department: entry.department.clone(),
            zone: entry.zone,
            promised_days: entry.promised_days,
        }
    }
}

impl EntryShown {
    pub(super) fn of(desk: &Intake, entry: &Entry) -> Self {
        let current = desk.catalogue.current(&entry.code, desk.today());
        Self {
            summary: EntrySummary::of(entry),
            valid_from: entry.valid_from,
            current: current.is_some_and(|current| current.version == entry.version),
            implementation_code: entry.implementation_code.clone(),
            items: entry.items.clone(),
            standing: entry.standing.clone(),
            statutory_days: entry.statutory_days,
            fee_fen: 0,
            safety: entry.safety,
            needs_undertaking: entry.needs_undertaking,
            contact: entry.contact.clone(),
            materials: entry.materials.clone(),
            basis: entry.basis.clone(),
            guide: entry.guide.clone(),
            fields: entry.form.fields.clone(),
            choices: entry.form.choices.clone(),
            sm3: entry.digest.to_string(),
        }
    }
}

/// The version that is asked for.
pub(super) fn find<'a>(desk: &'a Intake, sort: Sort, code: &str, which: &Which) -> Result<&'a Entry, Problem> {
    let found = match which.version {
        None => desk.catalogue.current(code, desk.today()),
        Some(version) => desk.catalogue.version(code, version),
    };
    found.filter(|entry| entry.sort == sort).ok_or_else(Problem::not_found)
}
