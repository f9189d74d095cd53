//! Whom a rule itself measured to be under another's control is shielded, also where the gate sees no indicator of its own:
//! the rule would not have hit without that sign.

use std::collections::{BTreeMap, BTreeSet};

use super::facts;
use super::gate::{GATED, GateError, GatedFinding, NO_ABSENCE, lead_to_exit};
use crate::rules::Query;

/// Puts findings behind the gate that say that money passes through an account, are of a rule that rests on the signs of
/// control, and are about an account that shows control by another (view `accounts_under_control`).
pub fn shield_controlled(
    findings: &mut [GatedFinding],
    rest_on_signs: &BTreeSet<&str>,
    query: &dyn Query,
) -> Result<(), GateError> {
    let is_open = |found: &GatedFinding| {
        found.pass_through && !found.is_gated() && rest_on_signs.contains(found.finding.rule_id.as_str())
    };
    if !findings.iter().any(is_open) {
        return Ok(());
    }
    let sql = "SELECT u.account_id, coalesce(c.exit_account, '') AS exit_account FROM accounts_under_control u \
               LEFT JOIN control_signs c ON c.account_id = u.account_id";
    let mut controlled: BTreeMap<String, String> = BTreeMap::new();
    for batch in facts::run(query, sql, &[])? {
        let rows = facts::Rows::new(&batch);
        let exits = facts::texts(&rows, "exit_account")?;
        controlled.extend(facts::texts(&rows, "account_id")?.into_iter().zip(exits));
    }
    let registers = facts::registers(query)?;
    for found in findings.iter_mut().filter(|found| is_open(found)) {
        let account = found.finding.account_id.as_ref();
        let Some(exit) = account.and_then(|account| controlled.get(account)) else {
            continue;
        };
        // Where only somebody's mandate is the sign, the largest payee is nobody who takes.
        found.exit_account = Some(exit.clone()).filter(|exit| !exit.is_empty());
        let before = found.gate_reason.take();
        found.gate_reason = Some(format!(
            "This rule rests on signs of control by another on this account, which are among its measures. {}",
            before.as_deref().unwrap_or(NO_ABSENCE)
        ));
        found.gate = GATED.to_owned();
        lead_to_exit(found, &registers);
    }
    Ok(())
}
