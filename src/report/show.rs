//! One thing on the terminal, with everything that is known of it and where it stands in the files. For use inside the
//! case: names and numbers are shown as the records have them, with control characters made visible.

use std::fmt::Write as _;
use std::io;

use super::figures::money_text;
use super::rows::{Row, Rows, Value, literal, rows};
use super::show_bytes::printed;
use super::show_in_out;
use super::text::visible;
use super::{Query, ReportError};
use crate::model::{Currency, format_scaled};
use crate::victims::special::{MASKED, masked_by_words};

/// Hands over the bytes `start..end` of a source as received.
pub type SourceBytes<'a> = dyn Fn(&str, u64, u64) -> io::Result<Vec<u8>> + 'a;

/// Entries and statements that are printed before the rest is counted.
pub(super) const MOST_LINES: usize = 40;

/// An entry: every field that is set, file, line and bytes, and the bytes themselves.
pub fn show_entry(
    query: &dyn Query,
    entry_id: &str,
    source_bytes: &SourceBytes<'_>,
) -> Result<String, ReportError> {
    let found = by_id(query, "entries_masked", "entry_id", entry_id)?;
    let Some(row) = found.first() else {
        return Err(not_found(
            "entry",
            entry_id,
            "SELECT entry_id FROM entries lists them.",
        ));
    };
    let mut out = heading("Entry", entry_id);
    let mut hidden = vec![
        "entry_id",
        "source_id",
        "locator",
        "byte_start",
        "byte_end",
        "masked",
    ];
    if row.truth("masked") {
        // The account is asked for by its id, and tells whose it is.
        hidden.push("counterparty_account_id");
    }
    fields(&mut out, row, &hidden);
    for same in rows(
        query,
        &format!(
            "SELECT entry_id, same_as, kind, reason FROM same_entries WHERE entry_id = {id} OR same_as = {id} \
             ORDER BY kind, entry_id, same_as",
            id = literal(entry_id)
        ),
        &["entry_id", "same_as", "kind"],
    )?
    .iter()
    {
        let other = if same.text_or_empty("entry_id") == entry_id {
            same.text_or_empty("same_as")
        } else {
            same.text_or_empty("entry_id")
        };
        let _ = writeln!(
            out,
            "  {:<24}{} ({}) {}",
            "same booking",
            visible(other),
            visible(&same.text_or_empty("kind").replace('_', " ")),
            visible(same.text_or_empty("reason"))
        );
    }
    cite(&mut out, query, row, source_bytes)?;
    Ok(out)
}

/// A transfer: its fields and both legs in short.
pub fn show_transfer(query: &dyn Query, transfer_id: &str) -> Result<String, ReportError> {
    let found = by_id(query, "transfers", "transfer_id", transfer_id)?;
    let Some(row) = found.first() else {
        return Err(not_found(
            "transfer",
            transfer_id,
            "SELECT transfer_id FROM transfers lists them.",
        ));
    };
    let mut out = heading("Transfer", transfer_id);
    fields(&mut out, row, &["transfer_id"]);
    for (column, title) in [("debit_entry", "Debit leg"), ("credit_entry", "Credit leg")] {
        let Some(id) = row.text(column) else {
            let _ = writeln!(out, "\n{title}\n  not in the records");
            continue;
        };
        let _ = writeln!(out, "\n{title}");
        let legs = by_id(query, "entries_masked", "entry_id", id)?;
        let all = format!(
            "SELECT * FROM entries_masked WHERE transfer_id = {}",
            literal(transfer_id)
        );
        entry_lines(&mut out, &legs, &all);
    }
    Ok(out)
}

/// A finding: what was seen, what else could explain it, and its entries in order of time.
pub fn show_finding(query: &dyn Query, finding_id: &str) -> Result<String, ReportError> {
    let found = by_id(query, "findings", "finding_id", finding_id)?;
    let Some(row) = found.first() else {
        return Err(not_found(
            "finding",
            finding_id,
            "SELECT finding_id FROM findings lists them.",
        ));
    };
    let mut out = heading("Finding", finding_id);
    let guarded = row.text_or_empty("gate") != "open" || row.text_or_empty("describes") == "exploited";
    if guarded {
        out.push_str(
            "  Holder: possible victim - verify. For protection, not for suspicion.\n  \
             Absence of indicators does not mean no victim.\n",
        );
    }
    let long = [
        "finding_id",
        "explanation",
        "innocent_explanations",
        "gate_reason",
        "measures",
    ];
    fields(&mut out, row, &long);
    for (column, title) in [
        ("explanation", "What was seen"),
        ("gate_reason", "Signs that bear on who controls the account"),
        ("measures", "Measures"),
        ("innocent_explanations", "What else could explain it"),
    ] {
        if let Some(text) = row.text(column) {
            let _ = writeln!(out, "\n{title}");
            for line in text.lines() {
                // Measures are JSON and keep their braces.
                let plain = match column {
                    "measures" => masked_measures(line, query.masks()),
                    _ => masked_names(line, query.masks())
                        .replace("{account:", "")
                        .replace("{party:", "")
                        .replace("{name:", "")
                        .replace('}', ""),
                };
                let _ = writeln!(out, "  {}", visible(&plain));
            }
        }
    }
    judged(&mut out, query, finding_id)?;
    categories(
        &mut out,
        query,
        &format!(
            "SELECT party_id FROM findings WHERE finding_id = {id} UNION SELECT h.party_id FROM findings AS f \
             JOIN account_holders AS h ON h.account_id = f.account_id WHERE f.finding_id = {id}",
            id = literal(finding_id)
        ),
    )?;
    let entries = rows(
        query,
        &format!(
            "SELECT f.role, e.entry_id, e.account_id, e.booking_date, e.booked_at, e.time_precision, e.direction, e.amount, \
             e.currency, e.counterparty_account, e.counterparty_name, e.counterparty_status, e.channel, e.locator, \
             e.source_id \
             FROM finding_entries AS f JOIN entries_masked AS e ON e.entry_id = f.entry_id WHERE f.finding_id = {} \
             ORDER BY e.booking_date, e.booked_at, e.sequence, e.entry_id, f.role",
            literal(finding_id)
        ),
        &["entry_id", "role", "amount"],
    )?;
    let _ = writeln!(out, "\nRests on {} entries", entries.len());
    let all = format!(
        "SELECT f.role, e.* FROM finding_entries AS f JOIN entries_masked AS e ON e.entry_id = f.entry_id \
         WHERE f.finding_id = {}",
        literal(finding_id)
    );
    entry_lines(&mut out, &entries, &all);
    Ok(out)
}

/// An account, named by its id or its number: what is known, statements, totals in and out, largest other sides.
pub fn show_account(query: &dyn Query, account: &str) -> Result<String, ReportError> {
    let compact: String = account.chars().filter(|c| !c.is_whitespace()).collect();
    let found = rows(
        query,
        &format!(
            "SELECT * FROM accounts_masked WHERE account_id = {} OR number = {number} OR iban = {number} ORDER BY account_id",
            literal(account),
            number = literal(&compact.to_uppercase())
        ),
        &["account_id", "number"],
    )?;
    if found.len() == 0 {
        return Err(not_found(
            "account",
            account,
            "SELECT account_id, number, bank FROM accounts lists them.",
        ));
    }
    let mut out = String::new();
    for row in found.iter() {
        if !out.is_empty() {
            out.push('\n');
        }
        one_account(&mut out, query, row)?;
    }
    Ok(out)
}

/// What a person decided about a finding.
fn judged(out: &mut String, query: &dyn Query, finding_id: &str) -> Result<(), ReportError> {
    let said = rows(
        query,
        &format!(
            "SELECT value, author, time, reason FROM decisions WHERE kind = 'finding' AND subject = {} AND undoes = '' \
             AND decision_id NOT IN (SELECT undoes FROM decisions WHERE undoes <> '') ORDER BY time DESC LIMIT 1",
            literal(finding_id)
        ),
        &["value", "author", "reason"],
    )?;
    if let Some(row) = said.first() {
        let [value, author, time, reason] =
            ["value", "author", "time", "reason"].map(|name| visible(row.text_or_empty(name)));
        let _ = writeln!(
            out,
            "\nA person's judgement\n  {value} by {author}, {time}: {reason}"
        );
    }
    Ok(())
}

/// The categories that people set, of the parties that a query names.
fn categories(out: &mut String, query: &dyn Query, parties: &str) -> Result<(), ReportError> {
    let set = rows(
        query,
        &format!(
            "SELECT party_id, name, category, category_basis FROM parties WHERE category <> 'unclassified' \
             AND party_id IN ({parties}) ORDER BY party_id"
        ),
        &["party_id", "category"],
    )?;
    if set.len() > 0 {
        out.push_str("\nCategories that a person set\n");
    }
    for row in set.iter() {
        let [id, name, category, basis] =
            ["party_id", "name", "category", "category_basis"].map(|name| visible(row.text_or_empty(name)));
        let _ = writeln!(out, "  {id} {name}: {category} ({basis})");
    }
    Ok(())
}

fn one_account(out: &mut String, query: &dyn Query, row: Row<'_>) -> Result<(), ReportError> {
    let id = row.text_or_empty("account_id");
    out.push_str(&heading("Account", id));
    fields(out, row, &["account_id"]);
    let id = literal(id);
    let holders = rows(
        query,
        &format!(
            "SELECT h.role, h.party_id, p.name, p.category, h.from_date, h.to_date FROM account_holders AS h \
             LEFT JOIN parties AS p ON p.party_id = h.party_id WHERE h.account_id = {id} ORDER BY h.role, h.party_id"
        ),
        &["role", "party_id"],
    )?;
    for holder in holders.iter() {
        let _ = writeln!(
            out,
            "  {:<24}{} {}{}",
            visible(holder.text_or_empty("role")),
            visible(holder.text_or_empty("party_id")),
            visible(holder.text_or_empty("name")),
            match holder.text_or_empty("category") {
                "" | "unclassified" => String::new(),
                set => format!(" (category that a person set: {})", visible(set)),
            }
        );
    }
    let statements = rows(
        query,
        &format!(
            "SELECT statement_id, from_date, to_date, currency, entries, opening_balance, closing_balance, verdict, \
             difference FROM statements WHERE account_id = {id} ORDER BY from_date, to_date, statement_id"
        ),
        &["statement_id", "verdict"],
    )?;
    let _ = writeln!(out, "\nStatements: {}", statements.len());
    for statement in statements.iter().take(MOST_LINES) {
        let currency = statement.text_or_empty("currency");
        let balance = |column| {
            statement
                .money(column)
                .map_or("?".to_owned(), |sum| plain_money(sum, currency))
        };
        let off = match statement.money("difference") {
            Some(sum) if sum != 0 => format!(", off by {}", plain_money(sum, currency)),
            _ => String::new(),
        };
        let _ = writeln!(
            out,
            "  {} to {}  {} entries  {} → {}  {}{off}  {}",
            statement.value("from_date").to_text(),
            statement.value("to_date").to_text(),
            statement.integer("entries"),
            balance("opening_balance"),
            balance("closing_balance"),
            visible(statement.text_or_empty("verdict")),
            visible(statement.text_or_empty("statement_id")),
        );
    }
    rest(
        out,
        statements.len(),
        MOST_LINES,
        &format!("SELECT * FROM statements WHERE account_id = {id}"),
    );
    show_in_out::in_and_out(out, query, &id)
}

fn cite(
    out: &mut String,
    query: &dyn Query,
    row: Row<'_>,
    source_bytes: &SourceBytes<'_>,
) -> Result<(), ReportError> {
    let source = row.text_or_empty("source_id");
    let sources = by_id(query, "sources", "source_id", source)?;
    let (name, code_page) = sources.first().map_or(("", ""), |known| {
        (known.text_or_empty("name"), known.text_or_empty("encoding"))
    });
    let place = |column| u64::try_from(row.integer(column)).unwrap_or(0);
    let (start, end) = (place("byte_start"), place("byte_end"));
    out.push_str("\nWhere it stands\n");
    let _ = writeln!(out, "  {:<24}{}", "file", visible(name));
    let _ = writeln!(out, "  {:<24}{}", "SHA-256", visible(source));
    let _ = writeln!(out, "  {:<24}{}", "place", visible(row.text_or_empty("locator")));
    let _ = writeln!(
        out,
        "  {:<24}{start} to {end} (the first byte is 0; {end} is not part of it)",
        "bytes"
    );
    let _ = writeln!(out, "  {:<24}{}", "characters", visible(code_page));
    if row.truth("masked") {
        let _ = writeln!(out, "\nThe bytes as received\n  {MASKED}\n{UNMASK}");
        return Ok(());
    }
    match source_bytes(source, start, end) {
        Ok(bytes) => {
            let _ = writeln!(out, "\nThe bytes as received");
            out.push_str(&printed(&bytes, code_page));
        }
        Err(error) => {
            let _ = writeln!(
                out,
                "\nThe bytes cannot be read: {error}. Take the file in again from the delivery, then show the entry."
            );
        }
    }
    Ok(())
}

fn entry_lines(out: &mut String, entries: &Rows, all: &str) {
    for row in entries.iter().take(MOST_LINES) {
        let way = if row.text_or_empty("direction") == "credit" {
            "in"
        } else {
            "out"
        };
        let amount = row.money("amount").map_or("no amount".to_owned(), |sum| {
            plain_money(sum, row.text_or_empty("currency"))
        });
        let at = match row.value("booked_at") {
            Value::Null => row.value("booking_date").to_text(),
            moment => moment.to_text(),
        };
        let other = row
            .text("counterparty_account")
            .or(row.text("counterparty_name"))
            .unwrap_or(row.text_or_empty("counterparty_status"));
        let _ = writeln!(
            out,
            "  {at:<19}  {way:<3} {amount:>18}  {}  {}  {}  {}",
            visible(other),
            visible(row.text_or_empty("role")),
            visible(row.text_or_empty("locator")),
            visible(row.text_or_empty("entry_id")),
        );
    }
    rest(out, entries.len(), MOST_LINES, all);
}

/// What a person is told who looks at a masked entry.
const UNMASK: &str = "  It tells of a special category of data (Directive (EU) 2016/680 Art. 10). Where it is strictly necessary to \
    read it, show it again with --unmask --reason \"why\" --user NAME; the ledger keeps that";

/// The text with names that tell of special categories masked.
fn masked_names(text: &str, masks: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("{name:") {
        let (name, after) = behind.split_once('}').unwrap_or((behind, ""));
        out.push_str(before);
        out.push_str(&masked_by_words(name, masks));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Measures with texts that tell of special categories masked. Their names are the rule's own words.
fn masked_measures(json: &str, masks: bool) -> String {
    fn walk(value: &mut serde_json::Value, masks: bool) {
        match value {
            serde_json::Value::String(text) => *text = masked_by_words(text, masks).into_owned(),
            serde_json::Value::Array(list) => list.iter_mut().for_each(|one| walk(one, masks)),
            serde_json::Value::Object(map) => map.values_mut().for_each(|one| walk(one, masks)),
            _ => {}
        }
    }
    let Ok(before) = serde_json::from_str::<serde_json::Value>(json) else {
        return json.to_owned();
    };
    let mut after = before.clone();
    walk(&mut after, masks);
    // As it was written where nothing is masked.
    match after == before {
        true => json.to_owned(),
        false => after.to_string(),
    }
}

/// How a line begins that says how much is not shown, and how to see it.
pub const REST: &str = "  … and ";

/// What is not shown, and the statement that gives all of it where one table does.
pub(super) fn rest(out: &mut String, all: usize, shown: usize, sql: &str) {
    if all > shown {
        let more = all - shown;
        let how = match sql {
            "" => String::new(),
            sql => format!("; all of them: `geldspoor sql -c \"{sql}\"`"),
        };
        let _ = writeln!(out, "{REST}{more} more{how}");
    }
}

pub(super) fn by_id(query: &dyn Query, table: &str, column: &str, id: &str) -> Result<Rows, ReportError> {
    rows(
        query,
        &format!("SELECT * FROM {table} WHERE {column} = {}", literal(id)),
        &[column],
    )
}

pub(super) fn not_found(kind: &'static str, id: &str, next_step: &'static str) -> ReportError {
    ReportError::NotFound {
        kind,
        id: visible(id),
        next_step,
    }
}

pub(super) fn heading(kind: &str, id: &str) -> String {
    format!("{kind} {}\n", visible(id))
}

/// Every field that is set; money with the digits of the row's currency.
pub(super) fn fields(out: &mut String, row: Row<'_>, hidden: &[&str]) {
    let currency = row.text_or_empty("currency");
    for (name, value) in row.cells() {
        let empty = matches!(value, Value::Null) || matches!(value, Value::Text(text) if text.is_empty());
        if empty || hidden.contains(&name) {
            continue;
        }
        let text = match value {
            Value::Decimal(number, 4) => plain_money(*number, currency),
            other => other.to_text(),
        };
        let _ = writeln!(out, "  {:<24}{}", name.replace('_', " "), visible(&text));
    }
}

/// Money without grouping signs, so that it can be copied.
pub(super) fn plain_money(scaled: i128, currency: &str) -> String {
    if currency.is_empty() {
        return format_scaled(scaled, 2);
    }
    match Currency::from_code(currency) {
        Ok(known) => format!("{} {currency}", format_scaled(scaled, known.digits())),
        Err(_) => money_text(scaled, currency),
    }
}
