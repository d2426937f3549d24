//! A declared name, for who may see it.

use chassis::http::{Problem, Scope};
use uuid::Uuid;

use crate::{domain::names::Name, service::MarketRegistration, store::names as store};

/// The name with this id in the scope.
///
/// # Errors
/// Where there is none, or the database fails.
pub async fn find(desk: &MarketRegistration, scope: &Scope, id: Uuid) -> Result<Name, Problem> {
    store::name_within(desk.mailbox.db(), scope, id).await?.ok_or_else(Problem::not_found)
}
