//! Files into the tables of a case.

use std::path::PathBuf;

use super::StepError;
use crate::case::{Actor, Case};
use crate::intake::{Delivery, Progress, Taken, take_in as read_in};

/// Takes files in, with a commit for each portion of the delivery: where the command is killed, the case is as at the
/// last one, its tables whole, and the next run reads what is missing.
pub fn take_in(
    case: &mut Case,
    actor: Actor,
    files: &[(PathBuf, String)],
    delivery: &Delivery,
    progress: &dyn Progress,
) -> Result<Vec<Taken>, StepError> {
    let mut writer = case.write(actor)?;
    let taken = read_in(&mut writer, files, delivery, progress)?;
    writer.commit()?;
    Ok(taken)
}
