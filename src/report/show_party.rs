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
             OR party_id IN (SELECT party_id FROM party_mentions WHERE mention_id = {id}) \
             OR party_id IN (SELECT party_id FROM party_names WHERE upper(name) = upper({id})) \
             OR party_id IN (SELECT party_id FROM party_identifiers WHERE raw = {id} OR value = {id}) \
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
    mentions(out, query, &id)?;
    ties(out, query, &id)?;
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

/// What records call the party, and by what each of them came to it.
fn mentions(out: &mut String, query: &dyn Query, id: &str) -> Result<(), ReportError> {
    let sql = format!(
        "SELECT n.name, m.basis, m.mention_id, s.name AS source, n.locator FROM party_names AS n \
         JOIN party_mentions AS m ON m.mention_id = n.mention_id JOIN sources AS s ON s.source_id = n.source_id \
         WHERE n.party_id = {id} ORDER BY m.mention_id, n.source_id, n.byte_start, n.name"
    );
    let found = rows(query, &sql, &["name", "basis", "mention_id"])?;
    let _ = writeln!(out, "\nNames in records: {}", found.len());
    for one in found.iter().take(MOST_LINES) {
        let [name, basis, mention, source, locator] = ["name", "basis", "mention_id", "source", "locator"]
            .map(|column| visible(one.text_or_empty(column)));
        let basis = match basis.as_str() {
            "identifier" => "joined by an identifier",
            "model" => "joined by weighed evidence",
            "decision" => "joined by a person",
            _ => "by itself",
        };
        let _ = writeln!(out, "  {name}  {basis}  {mention}  {source}, {locator}");
    }
    let all = format!("SELECT * FROM party_names WHERE party_id = {id}");
    rest(out, found.len(), MOST_LINES, &all);
    Ok(())
}

/// What ties the party to others, as registers tell it and as it follows from what they have in common.
fn ties(out: &mut String, query: &dyn Query, id: &str) -> Result<(), ReportError> {
    let sql = format!(
        "SELECT r.kind, CASE WHEN r.subject = {id} THEN 'of' ELSE 'by' END AS way, \
         CASE WHEN r.subject = {id} THEN r.object ELSE r.subject END AS other, p.name, CAST(r.share_min AS VARCHAR) AS share_min, \
         CAST(r.share_max AS VARCHAR) AS share_max, CAST(r.from_date AS VARCHAR) AS from_date, CAST(r.to_date AS VARCHAR) AS to_date, \
         r.detail FROM relations AS r \
         LEFT JOIN parties AS p ON p.party_id = CASE WHEN r.subject = {id} THEN r.object ELSE r.subject END \
         WHERE r.subject = {id} OR r.object = {id} \
         ORDER BY r.kind, way, p.name, other, r.source_id, r.byte_start, r.detail"
    );
    let found = rows(query, &sql, &["kind", "way"])?;
    let _ = writeln!(out, "\nTies to others: {}", found.len());
    for one in found.iter().take(MOST_LINES) {
        let [kind, way, other, name, detail] =
            ["kind", "way", "other", "name", "detail"].map(|column| visible(one.text_or_empty(column)));
        let other = match (name.as_str(), other.as_str()) {
            ("", "") => "somebody not told".to_owned(),
            ("", id) => id.to_owned(),
            (name, id) => format!("{name} ({id})"),
        };
        let share = match (one.text_or_empty("share_min"), one.text_or_empty("share_max")) {
            ("", "") => String::new(),
            (least, most) if least == most => format!("  {least}"),
            (least, most) => format!("  {least} to {most}"),
        };
        let period = match (one.text_or_empty("from_date"), one.text_or_empty("to_date")) {
            ("", "") => String::new(),
            (from, "") => format!("  from {from}"),
            ("", to) => format!("  until {to}"),
            (from, to) => format!("  {from} to {to}"),
        };
        let detail = if detail.is_empty() {
            detail
        } else {
            format!("  {detail}")
        };
        let _ = writeln!(out, "  {kind:<18}{way} {other}{share}{period}{detail}");
    }
    let all = format!("SELECT * FROM relations WHERE subject = {id} OR object = {id}");
    rest(out, found.len(), MOST_LINES, &all);
    Ok(())
}
