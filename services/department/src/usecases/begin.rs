//! Before the first message: series that rules draw from are begun, and due dates follow the calendar of this program.

use anyhow::Context as _;

use crate::{
    service::Department,
    store::{self, DueRow, SeriesStart},
};

/// Due dates that are reckoned again in one commit.
const AT_ONCE: i64 = 500;

/// Prepares the database.
///
/// # Errors
/// Where the database fails.
pub async fn begin(desk: &Department) -> anyhow::Result<()> {
    let mut changes = desk.mailbox.changes();
    for series in desk.rules().into_iter().flat_map(|rules| rules.series()) {
        changes.put(SeriesStart { series: series.name.clone(), first: series.first });
    }
    desk.mailbox.commit(changes).await.context("the series cannot be begun")?;
    let version = desk.calendar.version();
    loop {
        let outdated = store::outdated(desk.mailbox.db(), version, AT_ONCE).await?;
        if outdated.is_empty() {
            return Ok(());
        }
        let mut changes = desk.mailbox.changes();
        for task in outdated {
            changes.put(DueRow {
                id: task.id,
                due_at: task.clock.due_of(&task.desk, &desk.calendar),
                calendar: version.to_owned(),
            });
        }
        desk.mailbox.commit(changes).await.context("due dates cannot be reckoned again")?;
    }
}
