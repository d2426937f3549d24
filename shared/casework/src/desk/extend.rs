//! The head gives the department more time (延期).

use time::OffsetDateTime;

use super::{Desk, DeskEvent, DeskOutcome, DeskRefused};
use crate::authority::ExtensionApproval;
use crate::conversation::DepartmentSays;
use crate::wait::Wait;

impl Desk {
    /// Extends the limit of this round, over the approval of the department's head.
    ///
    /// # Errors
    /// Where the task is not open, was promised in minutes of open hall or extended before (行政许可法 42), or the head is another
    /// department's.
    pub fn extend(&mut self, approval: ExtensionApproval, at: OffsetDateTime) -> Result<DeskOutcome, DeskRefused> {
        self.open()?;
        if *approval.department() != self.assignment.department {
            return Err(DeskRefused::OtherDepartment);
        }
        if matches!(self.assignment.promised, Wait::WindowMinutes(_)) {
            return Err(DeskRefused::PromisedInMinutes);
        }
        let extension = approval.extension();
        match self.extension() {
            Some(before) if *before == extension => return Ok(DeskOutcome::Already),
            Some(_) => return Err(DeskRefused::ExtendedBefore),
            None => {}
        }
        self.arrived(at);
        Ok(self.tell(DeskEvent::Extended, DepartmentSays::Extended { extended_at: at, extension }, at))
    }
}
