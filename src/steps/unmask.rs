//! Looking at rows of special categories (Directive (EU) 2016/680 Art. 10): which rows they are, and the line in the ledger.

use super::StepError;
use crate::case::column;
use crate::case::{Actor, Case, Writer};
use crate::model::{hex, sha256};
use crate::rules::text_literal;
use crate::sql::Session;
use crate::victims::special::Unmasking;

/// Of which rows masks are taken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows<'a> {
    /// What `show` prints of an entry, transfer, finding or account.
    ShownOf(&'a str),
    /// What all findings rest on: the page.
    Findings,
}

/// Takes the masks off in a session, for a person with a reason. What it covers are the masked entries among those that
/// are looked at; without any there is nothing to look at, which is an error, as is a reason that says nothing.
pub fn unmask(session: &Session, who: &str, why: &str, rows: Rows<'_>) -> Result<Unmasking, StepError> {
    let ids = match rows {
        Rows::Findings => "SELECT entry_id FROM finding_entries".to_owned(),
        Rows::ShownOf(id) => {
            // A number goes by its signs, as in `show`.
            let number: String = id.chars().filter(|c| !c.is_whitespace()).collect();
            let (id, number) = (text_literal(id), text_literal(&number.to_uppercase()));
            format!(
                "SELECT {id} AS entry_id \
                 UNION ALL SELECT debit_entry FROM transfers WHERE transfer_id = {id} AND debit_entry IS NOT NULL \
                 UNION ALL SELECT credit_entry FROM transfers WHERE transfer_id = {id} AND credit_entry IS NOT NULL \
                 UNION ALL SELECT entry_id FROM finding_entries WHERE finding_id = {id} \
                 UNION ALL SELECT e.entry_id FROM entries AS e JOIN accounts AS a ON a.account_id = e.account_id \
                 WHERE a.account_id = {id} OR a.number = {number} OR a.iban = {number}"
            )
        }
    };
    let sql = format!(
        "SELECT DISTINCT entry_id FROM (SELECT e.entry_id, \
         special_category(e.counterparty_name, e.remittance, e.merchant_category, e.purpose) AS special \
         FROM entries AS e LEFT SEMI JOIN ({ids}) AS asked ON asked.entry_id = e.entry_id) AS looked WHERE special \
         ORDER BY entry_id"
    );
    let mut entries = Vec::new();
    for batch in session.query(&sql, &[])? {
        entries.extend(
            column::text(&batch, "entry_id")?
                .iter()
                .flatten()
                .map(str::to_owned),
        );
    }
    let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
    let unmasking = Unmasking::new(who, &jiff::Timestamp::now().to_string(), why, &entries)
        .map_err(|error| StepError::Parameter(error.to_string()))?;
    session.unmask();
    Ok(unmasking)
}

/// Notes an unmasking in the ledger's line of the command: an entry each, with the hash of what is recorded.
pub fn note_unmasking(writer: &mut Writer<'_>, unmasking: &Unmasking) {
    let record = unmasking.record().to_string();
    let hash = hex(&sha256(record.as_bytes()));
    for entry in unmasking.entries() {
        writer.note_read(&format!("unmasked entry {entry}: {}", unmasking.purpose()), &hash);
    }
}

/// The same as a line of its own, before anything is shown. The reason is the purpose of the line.
pub fn record_unmasking(case: &mut Case, actor: Actor, unmasking: &Unmasking) -> Result<(), StepError> {
    let actor = Actor {
        purpose: unmasking.purpose().to_owned(),
        ..actor
    };
    let mut writer = case.write(actor)?;
    note_unmasking(&mut writer, unmasking);
    writer.commit()?;
    Ok(())
}
