//! Which way amounts go: by columns, words, marks, signs; proved by running balances, or by opening and closing balance,
//! where the file has them.

use super::around::Around;
use super::balances::{Agreement, Row, compare};
use super::columns::{self, Column};
use super::lexicon::lexicon;
use super::numbers::{self, Numbers};
use super::roles::Roles;
use super::settle::Choice;
use super::shape::Shape;
use crate::model::NumberStyle;

/// Which way money goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signs {
    /// Minus is debit.
    Signed,
    /// Plus is debit.
    Turned,
    /// Words: debit, credit.
    Words(Vec<String>, Vec<String>),
    /// Marks at the number: debit, credit.
    Marks(Vec<String>, Vec<String>),
    /// Two columns.
    Columns,
    /// A listing: payer and payee.
    Sides,
}

/// Sign rule, order of rows and fee, with what told them.
pub struct Settled {
    pub signs: Signs,
    pub sign: Choice,
    pub order: Choice,
    pub balance: Option<Agreement>,
    /// `fee` where a fee is taken beside the amount, else empty.
    pub fee: Choice,
}

/// What one rule says of the file.
#[derive(Clone)]
struct Rule {
    signs: Signs,
    fee: bool,
    newest_first: bool,
}

/// Balances that must be compared before they prove anything.
const PROOF: usize = 2;

/// Settles signs and order. `rising`: whether the days of the rows rise or fall.
pub fn settle(
    shape: &Shape,
    columns: &[Column],
    roles: &Roles,
    style: NumberStyle,
    rising: Option<bool>,
    around: &Around,
) -> Settled {
    let order = by_days(rising);
    let fees = fees(columns, roles);
    if roles.is_listing {
        return Settled {
            signs: Signs::Sides,
            sign: sure("", "each row names who pays and who is paid".to_owned()),
            order,
            balance: None,
            fee: Choice::default(),
        };
    }
    let numbers = roles
        .get("amount")
        .and_then(|at| columns.get(at)?.numbers.as_ref());
    let (candidates, told) = candidates(shape, columns, roles, numbers, style);
    let (proved, near) = prove(shape, roles, style, &candidates, fees);
    if let Some((rule, agreement)) = proved {
        let proof = format!(
            "{} of {} running balances are the one before and the amount, in this way only",
            agreement.agree, agreement.of
        );
        let first = if rule.newest_first {
            "newest-first"
        } else {
            "oldest-first"
        };
        let fee = match (fees, rule.fee) {
            (true, true) => sure("fee", format!("taken from the account as well: {proof}")),
            (true, false) => sure("", format!("the amount holds it: {proof}")),
            _ => Choice::default(),
        };
        return Settled {
            signs: rule.signs,
            sign: sure("", proof.clone()),
            order: sure(first, proof),
            balance: Some(agreement),
            fee,
        };
    }
    if let Some((rule, proof)) = adds_up(shape, roles, style, &candidates, fees, around) {
        let fee = match (fees, rule.fee) {
            (true, true) => sure("fee", proof.clone()),
            (true, false) => sure("", format!("the amount holds it: {proof}")),
            _ => Choice::default(),
        };
        return Settled {
            signs: rule.signs,
            sign: sure("", proof),
            order,
            balance: None,
            fee,
        };
    }
    let label = |role: &str| columns::label(columns, roles.get(role).unwrap_or_default());
    let (signs, sign) = unproved(candidates.first(), numbers, told, near, &label("amount"));
    let fee = match fees {
        true => doubt(&format!(
            "a fee stands in {} beside the amount, and no balance proves whether it is taken beside it or is part of it: a \
             person must say \"fee\" where it is taken as well, and \"\" where the amount holds it",
            label("fee")
        )),
        false => Choice::default(),
    };
    Settled {
        signs,
        sign,
        order,
        balance: None,
        fee,
    }
}

fn sure(value: &str, reason: String) -> Choice {
    Choice {
        value: value.to_owned(),
        reason,
        doubt: false,
    }
}

fn doubt(reason: &str) -> Choice {
    Choice {
        value: "?".to_owned(),
        reason: reason.to_owned(),
        doubt: true,
    }
}

fn by_days(rising: Option<bool>) -> Choice {
    let (value, reason) = match rising {
        Some(false) => ("newest-first", "the days of the rows fall"),
        Some(true) => ("oldest-first", "the days of the rows rise"),
        None => (
            "oldest-first",
            "not told by the days of the sample; oldest first is taken",
        ),
    };
    sure(value, reason.to_owned())
}

// Whether some fee is not zero.
fn fees(columns: &[Column], roles: &Roles) -> bool {
    roles
        .get("fee")
        .and_then(|at| columns.get(at)?.numbers.as_ref())
        .is_some_and(|numbers| numbers.not_zero > 0)
}

// The sign rule where no balance proves one.
fn unproved(
    first: Option<&Signs>,
    numbers: Option<&Numbers>,
    told: Option<Choice>,
    near: Option<Agreement>,
    column: &str,
) -> (Signs, Choice) {
    let aside = match near {
        Some(near) => format!(
            "; of the running balances only {} of {} agree with the amounts in any way: look at them",
            near.agree, near.of
        ),
        None => String::new(),
    };
    let chosen = |signs: &Signs, reason: &str| (signs.clone(), sure("", format!("{reason}{aside}")));
    if let (Some(signs), Some(told)) = (first, told) {
        return (
            signs.clone(),
            Choice {
                reason: format!("{}{aside}", told.reason),
                ..told
            },
        );
    }
    match first {
        Some(Signs::Columns) => chosen(&Signs::Columns, "a column of debits and one of credits"),
        Some(words @ Signs::Words(debit, credit)) if !debit.is_empty() || !credit.is_empty() => {
            chosen(words, "words of debit and credit beside the amount")
        }
        Some(marks @ Signs::Marks(..)) => chosen(marks, "marks of debit or credit at the number"),
        _ => {
            let negatives = numbers.map_or(0, |n| n.negatives);
            let positives = numbers.map_or(0, |n| n.not_zero.saturating_sub(n.negatives));
            let reason = match (negatives, positives) {
                (0, _) => format!(
                    "no amount in {column} has a sign, no column says debit or credit, and no balance proves it: a person \
                     must decide what an amount without minus is, \"credit\" (money in) or \"debit\" (money out)"
                ),
                (_, 0) => return chosen(&Signs::Signed, "amounts with minus; none without in the sample"),
                (minus, plus) if minus >= plus => {
                    return chosen(&Signs::Signed, "amounts of both signs, and most have a minus");
                }
                _ => format!(
                    "most amounts in {column} have no minus, as in lists of cards, where that is money out, and no balance \
                     proves it: a person must decide what an amount without minus is, \"credit\" (money in) or \"debit\" \
                     (money out)"
                ),
            };
            let doubt = doubt(&reason);
            (
                Signs::Signed,
                Choice {
                    reason: format!("{}{aside}", doubt.reason),
                    ..doubt
                },
            )
        }
    }
}

// Sign rules that could be, the likeliest first, and what told one of them where something did.
fn candidates(
    shape: &Shape,
    columns: &[Column],
    roles: &Roles,
    numbers: Option<&Numbers>,
    style: NumberStyle,
) -> (Vec<Signs>, Option<Choice>) {
    if roles.get("debit").is_some() {
        return (vec![Signs::Columns], None);
    }
    if let Some(marks) = &roles.marks {
        return (
            vec![Signs::Words(marks.debit.clone(), marks.credit.clone())],
            None,
        );
    }
    if let Some(column) = roles.get("direction").and_then(|at| columns.get(at)) {
        let of = |list: &str| -> Vec<String> {
            column
                .distinct
                .iter()
                .filter(|value| lexicon().is(list, value))
                .cloned()
                .collect()
        };
        if numbers.is_none_or(|n| n.negatives == 0) {
            return (vec![Signs::Words(of("debit"), of("credit"))], None);
        }
        return words_beside_signs(shape, columns, roles, style, &of("debit"));
    }
    let marks: Vec<String> = numbers
        .map(|n| n.marks.iter().cloned().collect())
        .unwrap_or_default();
    if !marks.is_empty() {
        let of = |list: &str| {
            marks
                .iter()
                .filter(|mark| lexicon().is(list, mark))
                .cloned()
                .collect()
        };
        return (vec![Signs::Marks(of("debit"), of("credit"))], None);
    }
    (vec![Signs::Signed, Signs::Turned], None)
}

// Amounts with signs, and words beside them: together they say what a minus is.
fn words_beside_signs(
    shape: &Shape,
    columns: &[Column],
    roles: &Roles,
    style: NumberStyle,
    debit: &[String],
) -> (Vec<Signs>, Option<Choice>) {
    let (mut with, mut against) = (0, 0);
    for record in shape.records() {
        let word = cell(record, roles.get("direction"));
        let amount = numbers::amount(cell(record, roles.get("amount")), style);
        let Some(amount) = amount.filter(|amount| *amount != 0 && !word.is_empty()) else {
            continue;
        };
        let out = debit.iter().any(|known| known == word);
        if out == (amount < 0) {
            with += 1;
        } else {
            against += 1;
        }
    }
    match (with, against) {
        (_, 0) => (
            vec![Signs::Signed],
            Some(sure(
                "",
                format!("a minus stands where the word beside it says debit, in {with} of {with} rows"),
            )),
        ),
        (0, _) => (
            vec![Signs::Turned],
            Some(sure(
                "",
                format!(
                    "a minus stands where the word beside it says credit, in {against} of {against} rows"
                ),
            )),
        ),
        _ => (
            vec![Signs::Signed, Signs::Turned],
            Some(doubt(&format!(
                "the words in {} agree with the minus in {} in {with} rows and contradict it in {against}: a person must \
                 decide what an amount without minus is, \"credit\" or \"debit\"",
                columns::label(columns, roles.get("direction").unwrap_or_default()),
                columns::label(columns, roles.get("amount").unwrap_or_default())
            ))),
        ),
    }
}

// The rule that running balances prove; where none, how often the best agrees, if that is seldom.
fn prove(
    shape: &Shape,
    roles: &Roles,
    style: NumberStyle,
    candidates: &[Signs],
    fees: bool,
) -> (Option<(Rule, Agreement)>, Option<Agreement>) {
    let Some(balance) = roles.get("balance") else {
        return (None, None);
    };
    let mut best: Option<(Rule, Agreement)> = None;
    let mut tied = false;
    for signs in candidates {
        for fee in [false, true].into_iter().take(1 + usize::from(fees)) {
            let rows = rows(shape, roles, signs, fee, style, Some(balance));
            for newest_first in [false, true] {
                let agreement = compare(&rows, newest_first);
                if agreement.of == 0 {
                    continue;
                }
                match &best {
                    Some((_, other)) if agreement.agree < other.agree => {}
                    Some((_, other)) if agreement.agree == other.agree => tied = true,
                    _ => {
                        let signs = signs.clone();
                        let rule = Rule {
                            signs,
                            fee,
                            newest_first,
                        };
                        best = Some((rule, agreement));
                        tied = false;
                    }
                }
            }
        }
    }
    match best {
        Some((rule, agreement)) if agreement.share() >= 80 && agreement.of >= PROOF && !tied => {
            (Some((rule, agreement)), None)
        }
        Some((_, agreement)) if agreement.share() < 50 && agreement.of > PROOF => (None, Some(agreement)),
        _ => (None, None),
    }
}

// The one rule under which opening balance and amounts make the closing balance.
fn adds_up(
    shape: &Shape,
    roles: &Roles,
    style: NumberStyle,
    candidates: &[Signs],
    fees: bool,
    around: &Around,
) -> Option<(Rule, String)> {
    let (opening, closing) = (around.opening?, around.closing?);
    if !shape.whole || opening == closing {
        return None;
    }
    let mut fitting = Vec::new();
    for signs in candidates {
        for fee in [false, true].into_iter().take(1 + usize::from(fees)) {
            let rows = rows(shape, roles, signs, fee, style, None);
            let moved: i128 = rows
                .iter()
                .flatten()
                .map(|row| i128::from(row.amount.unwrap_or(0)))
                .sum();
            if i128::from(opening) + moved == i128::from(closing) {
                fitting.push(Rule {
                    signs: signs.clone(),
                    fee,
                    newest_first: false,
                });
            }
        }
    }
    let proof = "opening balance and all amounts make the closing balance, in this way only".to_owned();
    match fitting.as_slice() {
        [rule] => Some((rule.clone(), proof)),
        _ => None,
    }
}

fn cell(record: &[String], at: Option<usize>) -> &str {
    at.and_then(|at| record.get(at)).map_or("", |text| text.trim())
}

fn rows(
    shape: &Shape,
    roles: &Roles,
    signs: &Signs,
    with_fee: bool,
    style: NumberStyle,
    balance: Option<usize>,
) -> Vec<Vec<Row>> {
    let read = |record: &[String], role: &str| numbers::amount(cell(record, roles.get(role)), style);
    let one = |record: &Vec<String>| {
        let amount = match signs {
            Signs::Columns => {
                let (debit, credit) = (read(record, "debit"), read(record, "credit"));
                (debit.is_some() || credit.is_some()).then(|| credit.unwrap_or(0) - debit.unwrap_or(0).abs())
            }
            Signs::Turned => read(record, "amount").map(|amount| -amount),
            Signs::Words(debit, _) => {
                let word = cell(record, roles.get("direction"));
                let out = debit.iter().any(|known| known == word) || (debit.is_empty() && word.is_empty());
                read(record, "amount").map(|amount| if out { -amount } else { amount })
            }
            _ => read(record, "amount"),
        };
        let fee = match with_fee {
            true => read(record, "fee").unwrap_or(0),
            false => 0,
        };
        Row {
            account: cell(record, roles.get("account")).to_owned(),
            amount: amount.map(|amount| amount - fee.abs()),
            balance: balance.and_then(|at| numbers::amount(cell(record, Some(at)), style)),
        }
    };
    let pending = |record: &&Vec<String>| {
        let word = cell(record, roles.get("status"));
        word.is_empty() || !lexicon().is("pending", word)
    };
    shape
        .runs
        .iter()
        .map(|run| run.iter().filter(pending).map(one).collect())
        .collect()
}
