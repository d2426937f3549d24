//! Before the first message: series that rules draw from are begun.

use anyhow::Context as _;

use crate::{service::Department, store::SeriesStart};

/// Prepares the database.
///
/// # Errors
/// Where the database fails.
pub async fn begin(desk: &Department) -> anyhow::Result<()> {
    let mut changes = desk.mailbox.changes();
    for series in desk.rules().into_iter().flat_map(|rules| rules.series()) {
        changes.put(SeriesStart { series: series.name.clone(), first: series.first });
    }
    desk.mailbox.commit(changes).await.context("the series cannot be begun")
}
