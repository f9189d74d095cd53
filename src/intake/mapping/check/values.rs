//! How values are written: days, amounts, currencies, words, rules.

use super::{Fault, epoch, fault, need};
use crate::intake::mapping::dates::DateFormat;
use crate::intake::mapping::months::Months;
use crate::intake::mapping::pattern::Pattern;
use crate::intake::mapping::spec::{Fit, Mapping, Side, StatementPlace};
use crate::intake::mapping::tables::{ASSET_KINDS, LIABILITY_KINDS, PARTY_KINDS};
use crate::model::{Channel, Currency, RelationKind};

/// Checks values and rules, whatever a row is.
pub fn check(mapping: &Mapping) -> Result<(), Fault> {
    let dates = &mapping.dates;
    for (key, formats) in [
        ("dates.formats", &dates.formats),
        ("dates.time_formats", &dates.time_formats),
    ] {
        for text in formats {
            if let Err(expected) = DateFormat::parse_in(text, &dates.languages) {
                return fault(key, text, &expected);
            }
        }
    }
    if let Err(expected) = Months::of(&dates.languages) {
        return fault("dates.languages", &dates.languages.join(", "), &expected);
    }
    let day = dates.epoch.is_empty() || epoch(&dates.epoch).is_some();
    need(day, "dates.epoch", &dates.epoch, "a day as YYYY-MM-DD")?;
    need(
        dates.pivot <= 100,
        "dates.pivot",
        &dates.pivot.to_string(),
        "0 to 100",
    )?;
    let amount = &mapping.amount;
    let decimal = matches!(amount.decimal.as_str(), "," | "." | "either");
    need(decimal, "amount.decimal", &amount.decimal, "`,`, `.` or `either`")?;
    let grouping = amount.grouping.len() <= 1 && amount.grouping != amount.decimal;
    need(
        grouping,
        "amount.grouping",
        &amount.grouping,
        "one character that is not the decimal sign, or empty",
    )?;
    if !amount.direction.is_empty() {
        let both = !amount.debit_words.is_empty() && !amount.credit_words.is_empty();
        need(
            both,
            "amount.direction",
            &amount.direction,
            "amount.debit_words and amount.credit_words beside it",
        )?;
    } else if !amount.debit_words.is_empty() || !amount.credit_words.is_empty() {
        let marks = amount.debit_words.iter().chain(&amount.credit_words);
        let fine = marks.clone().all(|mark| !mark.trim().is_empty()) && amount.positive == Side::Credit;
        need(
            fine,
            "amount.debit_words",
            &marks.map(String::as_str).collect::<Vec<_>>().join(", "),
            "marks that are not empty, and no amount.positive beside them",
        )?;
    }
    need(
        amount.positive == Side::Credit || (amount.direction.is_empty() && amount.debit.is_empty()),
        "amount.positive",
        "debit",
        "an amount whose sign alone says which way it goes: no direction and no debit column",
    )?;
    need(
        amount.symbols.iter().all(|symbol| !symbol.trim().is_empty()),
        "amount.symbols",
        "",
        "texts that are not empty",
    )?;
    let currency = &mapping.currency;
    if !currency.constant.is_empty() {
        check_currency("currency.constant", &currency.constant)?;
    }
    for (word, code) in &currency.words {
        if !code.starts_with("asset:") {
            check_currency(&format!("currency.words.\"{word}\""), code)?;
        }
    }
    for rule in &mapping.channels {
        if rule.fit == Fit::Pattern {
            for word in rule.words.keys() {
                if let Err(expected) = Pattern::new(word) {
                    return fault("channels.words", word, &expected);
                }
            }
        }
        for (word, channel) in &rule.words {
            need(
                Channel::from_word(channel).is_some(),
                &format!("channels.words.\"{word}\""),
                channel,
                "a channel: cash_atm, cash_branch, card_pos, card_ecom, transfer, transfer_sepa, direct_debit, ...",
            )?;
        }
    }
    for rule in &mapping.not_booked {
        let given = [
            !rule.words.is_empty(),
            !rule.booked.is_empty(),
            rule.pattern.is_some(),
        ];
        need(
            given.iter().filter(|given| **given).count() == 1,
            "not_booked",
            &rule.column,
            "one of `words`, `booked` and `pattern`",
        )?;
    }
    for rule in &mapping.inside {
        let both = !rule.after.is_empty() && rule.pattern.is_some();
        need(
            !both && (!rule.after.is_empty() || rule.pattern.is_some()),
            "inside.after",
            &rule.after.join(", "),
            "either the mark before the value or the key `pattern`",
        )?;
        for text in &rule.formats {
            if let Err(expected) = DateFormat::parse_in(text, &dates.languages) {
                return fault("inside.formats", text, &expected);
            }
        }
    }
    check_kinds(mapping)?;
    check_lines(mapping)
}

// Words of kinds must be the tables' own.
fn check_kinds(mapping: &Mapping) -> Result<(), Fault> {
    let asset = mapping
        .asset
        .iter()
        .map(|spec| (&spec.kind, &spec.kind_words, ASSET_KINDS.as_slice()));
    let debt = mapping
        .liability
        .iter()
        .map(|spec| (&spec.kind, &spec.kind_words, LIABILITY_KINDS.as_slice()));
    let relations = RelationKind::ALL.map(RelationKind::as_str);
    let relation = mapping
        .relation
        .iter()
        .map(|spec| (&spec.kind, &spec.kind_words, relations.as_slice()));
    let parties = mapping.relation.iter().flat_map(|spec| {
        [&spec.subject_kind, &spec.object_kind].map(|cell| (cell, &spec.party_words, PARTY_KINDS.as_slice()))
    });
    let holder = mapping
        .holder
        .iter()
        .map(|spec| (&spec.kind, &spec.kind_words, PARTY_KINDS.as_slice()));
    for (cell, words, kinds) in asset.chain(debt).chain(relation).chain(parties).chain(holder) {
        let constant = cell.strip_prefix("constant:").into_iter();
        for kind in words.values().map(String::as_str).chain(constant) {
            need(kinds.contains(&kind), "kind_words", kind, &kinds.join(", "))?;
        }
    }
    Ok(())
}

// Rules for lines that are no records, and for what stands outside the records.
fn check_lines(mapping: &Mapping) -> Result<(), Fault> {
    for rule in &mapping.skip {
        need(
            !rule.reason.trim().is_empty(),
            "skip.reason",
            "",
            "why such a line is no record",
        )?;
        let one = rule.words.is_empty() == rule.pattern.is_some();
        let fine = one && (rule.words.is_empty() || !rule.column.is_empty());
        need(
            fine,
            "skip",
            &rule.reason,
            "`pattern`, for the whole line or with `column`; or `words` with `column`",
        )?;
    }
    for rule in &mapping.statement {
        let field = rule.field.as_str();
        need(
            rule.key.is_empty() == rule.pattern.is_some(),
            "statement",
            field,
            "either `key`, the first cell of the line, or `pattern`",
        )?;
        need(
            rule.at != StatementPlace::Bottom || !mapping.skip.is_empty(),
            "statement.at",
            field,
            "a [[skip]] rule that knows the lines behind the records",
        )?;
        need(
            rule.at != StatementPlace::Name || rule.pattern.is_some(),
            "statement.at",
            field,
            "a `pattern` for the file's name",
        )?;
    }
    Ok(())
}

fn check_currency(key: &str, code: &str) -> Result<(), Fault> {
    need(
        Currency::from_code(code).is_ok(),
        key,
        code,
        "a code of ISO 4217, or `asset:...`",
    )
}
