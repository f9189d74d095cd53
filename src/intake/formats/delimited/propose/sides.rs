//! Whose account a row stands in, and who is on the other side.

use std::collections::BTreeMap;

use super::columns;
use super::lexicon::lexicon;
use super::page::{Page, quoted};
use super::settle::{Choice, Settled};
use super::shape::Shape;
use super::signs::Signs;
use crate::intake::formats::delimited::iban_of_name;

/// Different words in place of an account that are listed.
const WORDS: usize = 200;

/// Writes both sides of a listing, or account and counterparty of entries.
pub fn write(page: &mut Page, shape: &Shape, settled: &Settled, name: &str) {
    let roles = &settled.roles;
    let has = |role: &str| roles.get(role).is_some();
    if settled.signs == Signs::Sides {
        for (side, keys) in [
            (
                "payer",
                [
                    ("account", "payer_account"),
                    ("bank", "payer_bank"),
                    ("name", "payer_name"),
                    ("balance_after", "payer_balance"),
                ],
            ),
            (
                "payee",
                [
                    ("account", "payee_account"),
                    ("bank", "payee_bank"),
                    ("name", "payee_name"),
                    ("balance_after", "payee_balance"),
                ],
            ),
        ] {
            page.section(side);
            for (key, role) in keys.into_iter().filter(|(_, role)| has(role)) {
                page.key(key, role);
            }
        }
        unnamed(page, shape, settled);
        return;
    }
    page.section("account");
    if has("account") && roles.account_doubt {
        let heading = roles
            .get("account")
            .and_then(|at| settled.columns.get(at))
            .map_or("", |column| column.heading.as_str());
        let doubt = Choice {
            value: "?".to_owned(),
            reason: format!(
                "the column ‘{heading}’ names an account, and nothing tells whether it is the one that the statement is of: a \
                 person must say \"column:account\" where it is, and \"name\" where it is the other side's"
            ),
            doubt: true,
        };
        let answers = ["\"column:account\"".to_owned(), "\"name\"".to_owned()];
        page.doubt("account_from", &doubt, "\"?\"", &answers);
    } else if has("account") {
        page.why("the column that names the account of each row");
        page.key("account_from", "column:account");
    } else if settled.around.account {
        page.why("a line around the records names it");
        page.key("account_from", "statement:account");
    } else {
        let reason = match iban_of_name(name) {
            Some(iban) => format!("no column names the account; the file's name holds {iban}"),
            None => "no column names the account, and neither does the file's name: give it with --account, else the file's \
                     own name stands for it"
                .to_owned(),
        };
        page.why(&reason);
        page.key("account_from", "name");
    }
    if settled.around.rules.iter().any(|rule| rule.field == "holder") {
        page.key("holder", "statement:holder");
    }
    let other: Vec<(&str, &str)> = [
        ("name", "other_name"),
        ("account", "other_account"),
        ("bank", "other_bank"),
        ("payer", "payer_name"),
        ("payee", "payee_name"),
        ("payer_account", "payer_account"),
        ("payee_account", "payee_account"),
    ]
    .into_iter()
    .filter(|(_, role)| has(role))
    .collect();
    if !other.is_empty() {
        page.section("counterparty");
        if has("payer_name") || has("payer_account") {
            page.why("each row names both sides: the other side is the payer of what comes in, the payee of what goes out");
        }
        for (key, role) in other {
            page.key(key, role);
        }
    }
}

// Numbers in place of an account that name none.
fn unnamed(page: &mut Page, shape: &Shape, settled: &Settled) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut empty = 0;
    let of: Vec<String> = ["payer_account", "payee_account"]
        .into_iter()
        .filter_map(|role| Some(columns::label(&settled.columns, settled.roles.get(role)?)))
        .collect();
    for record in shape.records() {
        for role in ["payer_account", "payee_account"] {
            let at = settled.roles.get(role);
            let value = at.and_then(|at| record.get(at)).map_or("", |value| value.trim());
            let negative = value
                .strip_prefix('-')
                .is_some_and(|rest| rest.parse::<u64>().is_ok());
            if value.is_empty() {
                empty += 1;
                continue;
            }
            let word = negative || lexicon().is("unnamed", value) || lexicon().is("cash", value);
            if word && (seen.len() < WORDS || seen.contains_key(value)) {
                *seen.entry(value).or_default() += 1;
            }
        }
    }
    if seen.is_empty() && empty == 0 {
        return;
    }
    page.section("pseudo_accounts");
    if empty > 0 {
        page.why(&format!("{empty} rows leave one side empty"));
        page.key("\"\"", "unknown");
    }
    let listed: Vec<String> = seen
        .iter()
        .map(|(value, count)| format!("‘{value}’ {count} times"))
        .collect();
    let doubt = Choice {
        value: "?".to_owned(),
        reason: format!(
            "{} stands in {} in place of an account: a person must say of each whether it is \"cash\" or \"unknown\"; where it is a \
             real account, take its line out",
            listed.join(", "),
            of.join(" or ")
        ),
        doubt: true,
    };
    for (number, value) in seen.keys().enumerate() {
        match number {
            0 => page.doubt(
                &quoted(value),
                &doubt,
                "\"?\"",
                &["\"unknown\"".to_owned(), "\"cash\"".to_owned()],
            ),
            _ => page.open(&quoted(value)),
        }
    }
}
