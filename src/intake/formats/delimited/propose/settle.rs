//! What the sample proves: formats of days, style of numbers, sign rule, order of rows, currency.

use super::balances::{Agreement, Row, compare};
use super::columns::{Column, Roles};
use super::days;
use super::lexicon::lexicon;
use super::numbers::{self, STYLES};
use super::shape::Shape;
use crate::model::{Currency, NumberStyle};

/// A choice: what it is, why, and what speaks against it.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    pub value: String,
    /// Why; where in doubt, what a person must decide.
    pub reason: String,
    pub doubt: bool,
}

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

/// Everything that was chosen.
pub struct Settled {
    pub columns: Vec<Column>,
    pub roles: Roles,
    pub days: Choice,
    /// Languages of month names.
    pub languages: Vec<&'static str>,
    /// The day is a number of steps.
    pub steps: bool,
    pub numbers: Choice,
    pub signs: Signs,
    pub sign: Choice,
    pub order: Choice,
    pub currency: Choice,
    pub balance: Option<Agreement>,
    pub symbols: Vec<String>,
    pub parentheses: bool,
}

/// Settles what can be settled; the error says what is missing.
pub fn settle(shape: &Shape, mut columns: Vec<Column>, mut roles: Roles) -> Result<Settled, &'static str> {
    let listing = roles.get("payer_account").is_some();
    let mut steps = false;
    if roles.get("booked").is_none() {
        let step = (0..columns.len()).find(|at| {
            columns.get(*at).is_some_and(|c| {
                listing
                    && c.numbers.as_ref().is_some_and(|n| n.bare)
                    && lexicon().score("booked", &c.heading) > 0
            })
        });
        roles.columns.insert("booked", step.ok_or("no column of days")?);
        steps = true;
    }
    if roles.get("amount").is_none() && roles.get("debit").is_none() {
        return Err("no column of amounts");
    }
    let (days, languages, rising) = if steps {
        let doubt = Choice {
            value: "?".to_owned(),
            reason: "the day is a number of steps: say in `epoch` on which day step 0 begins, as \"2026-01-01\", and in \
                     `unit` how long a step is"
                .to_owned(),
            doubt: true,
        };
        (doubt, Vec::new(), None)
    } else {
        settle_days(shape, &mut columns, &roles)
    };
    let money: Vec<usize> = ["amount", "debit", "credit", "balance", "fee", "received"]
        .into_iter()
        .filter_map(|role| roles.get(role))
        .collect();
    let (style, numbers_choice) = settle_style(&columns, &money);
    let of_money = || money.iter().filter_map(|at| columns.get(*at)?.numbers.as_ref());
    let symbols: Vec<String> = {
        let mut all: Vec<String> = of_money().flat_map(|n| n.symbols.iter().cloned()).collect();
        all.sort();
        all.dedup();
        all
    };
    let parentheses = of_money().any(|n| n.parentheses);
    let (signs, sign, order, balance) = settle_signs(shape, &columns, &mut roles, style, listing, rising);
    let currency = settle_currency(shape, &columns, &roles, &symbols);
    Ok(Settled {
        columns,
        roles,
        days,
        languages,
        steps,
        numbers: numbers_choice,
        signs,
        sign,
        order,
        currency,
        balance,
        symbols,
        parentheses,
    })
}

// The formats of every column of days that has a role; whether the first of them rises or falls.
fn settle_days(
    shape: &Shape,
    columns: &mut [Column],
    roles: &Roles,
) -> (Choice, Vec<&'static str>, Option<bool>) {
    let of_days: Vec<usize> = ["booked", "value"]
        .into_iter()
        .filter_map(|role| roles.get(role))
        .collect();
    let mut reasons: Vec<String> = Vec::new();
    // A column that is read in one way only settles those that could be written like it.
    let sure: Vec<String> = columns
        .iter()
        .filter_map(|column| column.days.as_ref())
        .filter(|days| !days.is_ambiguous())
        .flat_map(|days| days.formats.iter().map(|reads| reads.text.clone()))
        .collect();
    let mut doubts: Vec<String> = Vec::new();
    let mut formats: Vec<String> = Vec::new();
    let mut languages: Vec<&'static str> = Vec::new();
    let mut rising = None;
    for at in of_days {
        let Some(column) = columns.get_mut(at) else {
            continue;
        };
        let label = if column.heading.is_empty() {
            format!("column {}", at + 1)
        } else {
            format!("‘{}’", column.heading)
        };
        let Some(days) = column.days.as_mut() else {
            continue;
        };
        if days.is_ambiguous() {
            let readings: Vec<String> = days.formats.iter().map(|reads| reads.text.clone()).collect();
            let ordered: Vec<(String, bool)> = days
                .formats
                .iter()
                .filter_map(|reads| Some((reads.text.clone(), days::in_order(&shape.runs, at, reads)?)))
                .collect();
            if let Some(known) = readings.iter().find(|text| sure.contains(text)) {
                reasons.push(format!(
                    "{label}: written like another column that reads in this way only"
                ));
                days.settle(known);
            } else if let [(text, _)] = ordered.as_slice() {
                reasons.push(format!(
                    "{label}: no value tells day from month, but only as {text} do the rows stand in order of days"
                ));
                days.settle(text);
            } else {
                doubts.push(format!(
                    "{label}: the sample reads as {} alike, and no value tells which: a person must decide, from the bank's \
                     own description or another file of it",
                    readings.join(" and as ")
                ));
                formats.extend(readings);
                continue;
            }
        } else {
            reasons.push(format!(
                "{label}: reads {} of {} values, and in this way only",
                days.fit, days.filled
            ));
        }
        let Some(reads) = days.formats.first() else {
            continue;
        };
        if rising.is_none() {
            rising = days::in_order(&shape.runs, at, reads);
        }
        if !formats.contains(&reads.text) {
            formats.push(reads.text.clone());
        }
        if let Some(language) = reads.language.filter(|language| !languages.contains(language)) {
            languages.push(language);
        }
    }
    formats.dedup();
    let listed: Vec<String> = formats.iter().map(|text| format!("\"{text}\"")).collect();
    let choice = Choice {
        value: listed.join(", "),
        reason: if doubts.is_empty() {
            reasons.join("; ")
        } else {
            doubts.join("; ")
        },
        doubt: !doubts.is_empty(),
    };
    (choice, languages, rising)
}

fn settle_style(columns: &[Column], money: &[usize]) -> (NumberStyle, Choice) {
    let numbers: Vec<_> = money
        .iter()
        .filter_map(|at| columns.get(*at)?.numbers.as_ref())
        .collect();
    let fits: [usize; 2] = [0, 1].map(|style: usize| numbers.iter().filter_map(|n| n.fits.get(style)).sum());
    let filled: usize = numbers.iter().map(|n| n.filled).sum();
    let differs = numbers.iter().find_map(|n| n.differs.clone());
    let [point, comma] = STYLES;
    let (style, reason, doubt) = match (fits[0], fits[1], differs) {
        (a, b, _) if a > b => (
            point,
            format!("{a} of {filled} amounts read with a point, {b} with a comma"),
            false,
        ),
        (a, b, _) if b > a => (
            comma,
            format!("{b} of {filled} amounts read with a comma, {a} with a point"),
            false,
        ),
        (_, _, Some(value)) => (
            point,
            format!(
                "‘{value}’ and all others read with a decimal point and with a decimal comma: a person must decide which it is"
            ),
            true,
        ),
        _ => (point, "no amount of the sample has decimals".to_owned(), false),
    };
    let value = char::from(style.decimal_sign).to_string();
    (style, Choice { value, reason, doubt })
}

type SignsAndOrder = (Signs, Choice, Choice, Option<Agreement>);

fn settle_signs(
    shape: &Shape,
    columns: &[Column],
    roles: &mut Roles,
    style: NumberStyle,
    listing: bool,
    rising: Option<bool>,
) -> SignsAndOrder {
    let by_days = match rising {
        Some(false) => ("newest-first", "the days of the rows fall"),
        Some(true) => ("oldest-first", "the days of the rows rise"),
        None => (
            "oldest-first",
            "not told by the days of the sample; oldest first is taken",
        ),
    };
    let choice = |value: &str, reason: String, doubt| Choice {
        value: value.to_owned(),
        reason,
        doubt,
    };
    let order_by_days = choice(by_days.0, by_days.1.to_owned(), false);
    if listing {
        let sign = choice("", "each row names who pays and who is paid".to_owned(), false);
        return (Signs::Sides, sign, order_by_days, None);
    }
    let numbers = roles
        .get("amount")
        .and_then(|at| columns.get(at)?.numbers.as_ref());
    let candidates = sign_candidates(columns, roles, numbers);
    let mut best: Option<(Agreement, Signs, bool)> = None;
    let mut tied = false;
    if let Some(balance) = roles.get("balance") {
        for signs in &candidates {
            for newest_first in [false, true] {
                let rows = rows(shape, roles, signs, style, balance);
                let agreement = compare(&rows, newest_first);
                if agreement.of == 0 {
                    continue;
                }
                match &best {
                    Some((other, ..)) if agreement.agree < other.agree => {}
                    Some((other, ..)) if agreement.agree == other.agree => tied = true,
                    _ => {
                        best = Some((agreement, signs.clone(), newest_first));
                        tied = false;
                    }
                }
            }
        }
    }
    if let Some((agreement, signs, newest_first)) =
        best.filter(|(agreement, ..)| agreement.share() >= 80 && !tied)
    {
        let proof = format!(
            "{} of {} running balances are the one before and the amount, in this way only",
            agreement.agree, agreement.of
        );
        let order = if newest_first {
            "newest-first"
        } else {
            "oldest-first"
        };
        return (
            signs,
            choice("", proof.clone(), false),
            choice(order, proof, false),
            Some(agreement),
        );
    }
    let (signs, sign) = match candidates.first() {
        Some(Signs::Columns) => (
            Signs::Columns,
            choice("", "a column of debits and one of credits".to_owned(), false),
        ),
        Some(words @ Signs::Words(debit, credit)) if !debit.is_empty() || !credit.is_empty() => (
            words.clone(),
            choice(
                "",
                "words of debit and credit beside the amount".to_owned(),
                false,
            ),
        ),
        Some(marks @ Signs::Marks(..)) => (
            marks.clone(),
            choice("", "marks of debit or credit at the number".to_owned(), false),
        ),
        _ if numbers.is_some_and(|n| n.negatives > 0) => {
            let both = numbers.is_some_and(|n| n.negatives < n.not_zero);
            let reason = if both {
                "amounts of both signs"
            } else {
                "amounts with minus; none without in the sample"
            };
            (Signs::Signed, choice("credit", reason.to_owned(), false))
        }
        _ => {
            let reason = "no amount of the sample has a sign, no column says debit or credit, and no running balance proves \
                          it: a person must decide what an amount without minus is, \"credit\" (money in) or \"debit\" \
                          (money out)";
            (Signs::Signed, choice("?", reason.to_owned(), true))
        }
    };
    (signs, sign, order_by_days, None)
}

fn sign_candidates(columns: &[Column], roles: &Roles, numbers: Option<&numbers::Numbers>) -> Vec<Signs> {
    if roles.get("debit").is_some() {
        return vec![Signs::Columns];
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
        let signed = numbers.is_some_and(|n| n.negatives > 0);
        // Amounts with minus say more than words beside them, which then would contradict.
        return match signed {
            true => vec![Signs::Signed, Signs::Turned],
            false => vec![Signs::Words(of("debit"), of("credit"))],
        };
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
        return vec![Signs::Marks(of("debit"), of("credit"))];
    }
    vec![Signs::Signed, Signs::Turned]
}

fn rows(shape: &Shape, roles: &Roles, signs: &Signs, style: NumberStyle, balance: usize) -> Vec<Vec<Row>> {
    let cell = |record: &[String], at: Option<usize>| -> String {
        at.and_then(|at| record.get(at))
            .map(|text| text.trim().to_owned())
            .unwrap_or_default()
    };
    let read = |record: &[String], role: &str| numbers::amount(&cell(record, roles.get(role)), style);
    let one = |record: &Vec<String>| {
        let amount = match signs {
            Signs::Columns => {
                let (debit, credit) = (read(record, "debit"), read(record, "credit"));
                (debit.is_some() || credit.is_some()).then(|| credit.unwrap_or(0) - debit.unwrap_or(0).abs())
            }
            Signs::Turned => read(record, "amount").map(|amount| -amount),
            Signs::Words(debit, _) => {
                let word = cell(record, roles.get("direction"));
                let out = debit.contains(&word) || (debit.is_empty() && word.is_empty());
                read(record, "amount").map(|amount| if out { -amount } else { amount })
            }
            _ => read(record, "amount"),
        };
        let fee = read(record, "fee").unwrap_or(0);
        Row {
            account: cell(record, roles.get("account")),
            amount: amount.map(|amount| amount - fee.abs()),
            balance: numbers::amount(&cell(record, Some(balance)), style),
        }
    };
    shape
        .runs
        .iter()
        .map(|run| run.iter().map(one).collect())
        .collect()
}

fn settle_currency(shape: &Shape, columns: &[Column], roles: &Roles, symbols: &[String]) -> Choice {
    let sure = |value: String, reason: String| Choice {
        value,
        reason,
        doubt: false,
    };
    let mut codes: Vec<String> = ["amount", "debit", "credit", "balance"]
        .into_iter()
        .filter_map(|role| columns.get(roles.get(role)?)?.heading_currency.clone())
        .collect();
    codes.dedup();
    if let [code] = codes.as_slice() {
        return sure(code.clone(), "the heading of the amounts names it".to_owned());
    }
    // A column that is mostly empty holds the currency of some rows only, such as that of the shop.
    let column = roles.get("currency").and_then(|at| columns.get(at));
    if let Some(column) = column.filter(|column| column.filled * 10 >= (column.filled + column.empty) * 9) {
        let unknown: Vec<&String> = column
            .distinct
            .iter()
            .filter(|value| Currency::from_code(value).is_err())
            .collect();
        if unknown.is_empty() {
            return sure(
                "column".to_owned(),
                format!("column ‘{}’ holds codes of ISO 4217", column.heading),
            );
        }
        return Choice {
            value: "words".to_owned(),
            reason: format!(
                "column ‘{}’ holds words that are no codes of ISO 4217: a person must say under [currency.words] which each is",
                column.heading
            ),
            doubt: true,
        };
    }
    let told: Vec<&String> = symbols
        .iter()
        .filter_map(|symbol| lexicon().symbols.get(symbol))
        .filter(|code| !code.is_empty())
        .collect();
    if let [code] = told.as_slice() {
        return sure(
            (*code).clone(),
            format!("it stands at the amounts: {}", symbols.join(", ")),
        );
    }
    let before = shape.before.join(" ");
    let words = before.split(|c: char| !c.is_alphanumeric());
    let mut known: Vec<&str> = words
        .filter(|word| {
            word.len() == 3
                && word.bytes().all(|b| b.is_ascii_uppercase())
                && Currency::from_code(word).is_ok()
        })
        .collect();
    known.sort_unstable();
    known.dedup();
    if let [code] = known.as_slice() {
        return sure((*code).to_owned(), "a line before the header names it".to_owned());
    }
    Choice {
        value: "?".to_owned(),
        reason: "no column, heading or line names a currency: a person must say which it is, as \"EUR\""
            .to_owned(),
        doubt: true,
    }
}
