//! A party: what registers say of it, its category, the accounts that it holds, what is told of it.

use std::fmt::Write as _;

use super::rows::{Row, literal, rows};
use super::show::{MOST_LINES, fields, heading, not_found, rest};
use super::text::visible;
use super::{Query, ReportError};

/// A party, named by its id, its number in a register or its name.
pub fn show_party(query: &dyn Query, party: &str) -> Result<String, ReportError> {
    let found = rows(
        query,
        &format!(
            "SELECT * FROM parties WHERE party_id = {id} OR upper(name) = upper({id}) OR registration_number = {id} \
             ORDER BY party_id",
            id = literal(party)
        ),
        &["party_id", "name"],
    )?;
    if found.len() == 0 {
        return Err(not_found(
            "party",
            party,
            "SELECT party_id, name FROM parties lists them.",
        ));
    }
    let mut out = String::new();
    for row in found.iter() {
        if !out.is_empty() {
            out.push('\n');
        }
        one(&mut out, query, row)?;
    }
    Ok(out)
}

fn one(out: &mut String, query: &dyn Query, row: Row<'_>) -> Result<(), ReportError> {
    let id = row.text_or_empty("party_id");
    out.push_str(&heading("Party", id));
    fields(out, row, &["party_id"]);
    let id = literal(id);
    let held = rows(
        query,
        &format!(
            "SELECT h.role, h.account_id, a.number, a.bank, a.seized, h.from_date, h.to_date FROM account_holders AS h \
             LEFT JOIN accounts AS a ON a.account_id = h.account_id WHERE h.party_id = {id} \
             ORDER BY h.role, a.number, h.account_id"
        ),
        &["role", "account_id"],
    )?;
    let _ = writeln!(out, "\nAccounts: {}", held.len());
    for account in held.iter().take(MOST_LINES) {
        let [role, account, number, bank] =
            ["role", "account_id", "number", "bank"].map(|name| visible(account.text_or_empty(name)));
        let _ = writeln!(out, "  {role:<10}{number}  {bank}  {account}");
    }
    rest(
        out,
        held.len(),
        MOST_LINES,
        &format!("SELECT * FROM account_holders WHERE party_id = {id}"),
    );
    let own = format!("(SELECT account_id FROM account_holders WHERE party_id = {id})");
    let named = format!("f.party_id = {id} OR f.account_id IN {own} OR f.exit_account IN {own}");
    let found = rows(
        query,
        &format!(
            "SELECT f.finding_id, f.rule_id, f.title, f.gate, f.judgement FROM findings AS f WHERE {named} \
             ORDER BY f.rule_id, f.finding_id"
        ),
        &["finding_id", "rule_id", "gate"],
    )?;
    let _ = writeln!(
        out,
        "\nFindings that name the party or an account of it, or lead to one: {}",
        found.len()
    );
    for finding in found.iter().take(MOST_LINES) {
        let mut title = visible(finding.text_or_empty("title"));
        for more in [finding.text_or_empty("gate"), finding.text_or_empty("judgement")] {
            if !matches!(more, "" | "open") {
                let _ = write!(title, "; {}", visible(more));
            }
        }
        let [rule, id] = ["rule_id", "finding_id"].map(|name| visible(finding.text_or_empty(name)));
        let _ = writeln!(out, "  {rule:<8}{id}  {title}");
    }
    let all = format!("SELECT f.* FROM findings AS f WHERE {named}");
    rest(out, found.len(), MOST_LINES, &all);
    if found.len() > 0 {
        out.push_str("  A finding is a question about movements and no verdict about anybody.\n");
    }
    Ok(())
}
