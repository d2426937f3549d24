//! What this department is entitled to know for one task: values and papers, and nothing more.

use contracts::task::v1 as wire;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Personal data. It has no `Debug`: what cannot be printed is not logged.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Dossier {
    pub fields: Vec<Field>,
    pub materials: Vec<Material>,
}

/// One value that the applicant entered, or that an earlier task of the case yielded.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Field {
    /// Catalogue name, e.g. `legal_representative.name`.
    pub name: String,
    pub value: String,
}

/// A paper, by reference.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Material {
    /// Catalogue code, e.g. `M03`.
    pub code: String,
    pub material_id: String,
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// SM3 digest of the bytes, 64 hexadecimal characters.
    pub sm3: String,
    /// Where the bytes are read, for this department and task only; absent once the task has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

impl Dossier {
    /// The value of a field.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.name == name).map(|field| field.value.as_str())
    }

    /// Without the links: they have ended with the task.
    #[must_use]
    pub fn without_links(mut self) -> Self {
        self.materials.iter_mut().for_each(|material| material.link = None);
        self
    }
}

impl From<wire::Dossier> for Dossier {
    fn from(dossier: wire::Dossier) -> Self {
        let material = |material: wire::Material| Material {
            code: material.code,
            material_id: material.material_id,
            media_type: material.media_type,
            size: material.size,
            sm3: material.sm3,
            link: Some(material.link).filter(|link| !link.is_empty()),
        };
        Self {
            fields: dossier.fields.into_iter().map(|f| Field { name: f.name, value: f.value }).collect(),
            materials: dossier.materials.into_iter().map(material).collect(),
        }
    }
}
