//! By whom, for whom and why names leave a case: asked in the same words by `report`, `export` and `bundle`.

use super::context::{Context, Failure};
use crate::steps::release::Override;

/// Who answers for names that leave, encrypted for these recipients.
///
/// # Errors
/// Where recipient, user or reason is missing, named with what to give.
pub fn answered(context: &Context, recipients: &[String], reason: Option<&str>) -> Result<Override, Failure> {
    let missing = |what: &str| {
        Failure::usage(&format!(
            "--profile full shows names and stays in the case. To let it leave, somebody has to answer for it: {what} is \
             missing. Give --encrypt-to RECIPIENT (a public key, age1…), --user NAME and --reason TEXT; or leave out \
             --output and --encrypt-to, or use another profile"
        ))
    };
    if recipients.is_empty() {
        return Err(missing("--encrypt-to"));
    }
    Ok(Override {
        user: context.named().ok_or_else(|| missing("--user"))?.to_owned(),
        reason: reason.ok_or_else(|| missing("--reason"))?.to_owned(),
        recipients: recipients.to_vec(),
    })
}

/// The same for a file: asked where names go to a place of their own (`leaves`), and refused where they do not.
pub fn of_file(
    context: &Context,
    leaves: bool,
    recipients: &[String],
    reason: Option<&str>,
) -> Result<Option<Override>, Failure> {
    if leaves {
        return answered(context, recipients, reason).map(Some);
    }
    match recipients.is_empty() {
        true => Ok(None),
        false => Err(Failure::usage(
            "--encrypt-to is for --profile full with --output: other files show no names of protected persons, and inside \
             the case nothing is encrypted",
        )),
    }
}
