//! Nothing that somebody who may be a victim has, gets or pays stands on a page without names, nor can it be computed from
//! what stands there.

use geldspoor::case::Table;
use geldspoor::model::AccountKey;

use super::{EXIT, HOLDER, Memory, figures, made, small_case};

/// Changes every movement, balance and sum of the holder's account, which a finding guards, and what others tell of it:
/// sums, balances and findings of the accounts that it moved money with too, as they would be.
fn with_other_amounts(memory: &Memory, add: &str) {
    let holder = AccountKey::number(HOLDER).id();
    let exit = AccountKey::number(EXIT).id();
    // Entries on it, and legs on others' accounts that name it.
    let own = format!("account_id = '{holder}' OR coalesce(counterparty_account_id, '') = '{holder}'");
    memory.derive(
        Table::Entries,
        &format!(
            "SELECT * REPLACE (CASE WHEN {own} THEN amount + {add} ELSE amount END AS amount) FROM entries"
        ),
    );
    memory.derive(
        Table::Transfers,
        &format!(
            "SELECT * REPLACE (CASE WHEN payer_account = '{holder}' OR payee_account = '{holder}' THEN amount + {add} ELSE amount END AS amount) FROM transfers"
        ),
    );
    let accounts = memory.keyed(&format!(
        "SELECT '{holder}' AS key, '' AS value UNION SELECT account_id, '' FROM entries WHERE {own} \
         UNION SELECT payer_account, '' FROM transfers WHERE payee_account = '{holder}' \
         UNION SELECT payee_account, '' FROM transfers WHERE payer_account = '{holder}'"
    ));
    assert!(accounts.len() > 1, "somebody paid it or was paid");
    let quoted: Vec<String> = accounts.keys().map(|id| format!("'{id}'")).collect();
    let touched = format!("account_id IN ({})", quoted.join(", "));
    memory.derive(
        Table::Statements,
        &format!(
            "SELECT * REPLACE (CASE WHEN {touched} THEN opening_balance + {add} ELSE opening_balance END AS opening_balance, \
             CASE WHEN {touched} THEN closing_balance + 2 * {add} ELSE closing_balance END AS closing_balance, \
             CASE WHEN {touched} THEN credits + 3 * {add} ELSE credits END AS credits, \
             CASE WHEN {touched} THEN debits + 5 * {add} ELSE debits END AS debits, \
             CASE WHEN {touched} THEN concat('balance ', CAST({add} AS VARCHAR)) ELSE reason END AS reason) FROM statements"
        ),
    );
    memory.derive(
        Table::Findings,
        &format!(
            "SELECT * REPLACE (CASE WHEN {touched} THEN '{{\"sum\":\"{add}\"}}' ELSE measures END AS measures, \
             CASE WHEN account_id = '{holder}' THEN concat('Account {{account:{holder}}} paid {add} EUR to {{account:{exit}}}.') ELSE explanation END \
             AS explanation, CASE WHEN gate <> 'open' THEN 'keeps {add} EUR' ELSE gate_reason END AS gate_reason) FROM findings"
        ),
    );
}

#[test]
fn the_page_is_the_same_whatever_a_possible_victim_gets_and_pays() {
    let (one, other) = (small_case(), small_case());
    with_other_amounts(&one, "31313.1300");
    with_other_amounts(&other, "47474.7400");
    let (one, other) = (made(&one, false), made(&other, false));
    for (a, b) in one.lines().zip(other.lines()) {
        assert_eq!(a, b, "a line of the page tells an amount of a guarded account");
    }
    assert_eq!(one.len(), other.len());
    for planted in ["31313", "31\u{202f}313", "313.13"] {
        assert!(!one.contains(planted), "{planted} stands on the page");
    }
    // What is left out is said, where the reader looks for it.
    for said in [
        "Numbers are withheld",
        "movements of accounts of people who may be victims",
        ">withheld<",
    ] {
        assert!(one.contains(said), "{said}");
    }
}

#[test]
fn the_page_with_names_tells_it_all() {
    let memory = small_case();
    with_other_amounts(&memory, "31313.1300");
    let html = made(&memory, true);
    let told = figures(&html);
    let of = |name: &str| told.iter().filter(|(known, _, _)| known == name).count();
    assert!(of("finding.measure") > 20 && of("schedule.sum") > 20 && of("entry.amount") > 20);
    assert!(html.contains("31\u{202f}313.13") && !html.contains("Numbers are withheld"));
    assert_eq!(of("schedule.sum_apart") + of("entries.amount_apart"), 0);
}
