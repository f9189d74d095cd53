//! What the sample proves: formats of days, style of numbers, sign rule, order of rows, currency.

use super::around::{self, Around};
use super::balances::Agreement;
use super::columns::{self, Column};
use super::currency;
use super::day_order;
use super::lexicon::lexicon;
use super::numbers::STYLES;
use super::roles::Roles;
use super::shape::Shape;
use super::signs::{self, Signs};
use crate::model::NumberStyle;

/// A choice: what it is, why, and what speaks against it.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    pub value: String,
    /// Why; where in doubt, what a person must decide.
    pub reason: String,
    pub doubt: bool,
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
    pub fee: Choice,
    pub order: Choice,
    pub currency: currency::Currencies,
    pub balance: Option<Agreement>,
    pub symbols: Vec<String>,
    pub parentheses: bool,
    pub around: Around,
}

/// Settles what can be settled; the error says what is missing.
pub fn settle(shape: &Shape, mut columns: Vec<Column>, mut roles: Roles) -> Result<Settled, &'static str> {
    let mut steps = false;
    if roles.get("booked").is_none() {
        let step = (0..columns.len()).find(|at| {
            columns.get(*at).is_some_and(|c| {
                roles.is_listing
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
    let days = if steps {
        let choice = Choice {
            value: "?".to_owned(),
            reason: format!(
                "{} holds numbers of steps: say in `epoch` on which day step 0 begins, as \"2026-01-01\", and in `unit` how \
                 long a step is",
                columns::label(&columns, roles.get("booked").unwrap_or_default())
            ),
            doubt: true,
        };
        day_order::Days {
            choice,
            languages: Vec::new(),
            rising: None,
        }
    } else {
        day_order::settle(shape, &mut columns, &roles)
    };
    let money: Vec<usize> = ["amount", "debit", "credit", "balance", "fee", "received"]
        .into_iter()
        .filter_map(|role| roles.get(role))
        .collect();
    let (style, numbers) = style_of(&columns, &money);
    let of_money = || money.iter().filter_map(|at| columns.get(*at)?.numbers.as_ref());
    let symbols: Vec<String> = {
        let mut all: Vec<String> = of_money().flat_map(|n| n.symbols.iter().cloned()).collect();
        all.sort();
        all.dedup();
        all
    };
    let parentheses = of_money().any(|n| n.parentheses);
    let formats: Vec<_> = ["booked", "value"]
        .into_iter()
        .filter_map(|role| columns.get(roles.get(role)?)?.days.as_ref())
        .flat_map(|days| days.formats.clone())
        .collect();
    let around = around::look(shape, style, &formats, roles.get("account").is_some());
    let signing = signs::settle(shape, &columns, &roles, style, days.rising, &around);
    let currency = currency::settle(shape, &columns, &roles, &symbols, &around);
    Ok(Settled {
        columns,
        roles,
        days: days.choice,
        languages: days.languages,
        steps,
        numbers,
        signs: signing.signs,
        sign: signing.sign,
        fee: signing.fee,
        order: signing.order,
        currency,
        balance: signing.balance,
        symbols,
        parentheses,
        around,
    })
}

/// How the numbers of columns are written.
pub fn style_of(columns: &[Column], money: &[usize]) -> (NumberStyle, Choice) {
    let numbers: Vec<_> = money
        .iter()
        .filter_map(|at| columns.get(*at)?.numbers.as_ref())
        .collect();
    let fits: [usize; 2] = [0, 1].map(|style: usize| numbers.iter().filter_map(|n| n.fits.get(style)).sum());
    let filled: usize = numbers.iter().map(|n| n.filled).sum();
    let differs = money.iter().find_map(|at| {
        let value = columns.get(*at)?.numbers.as_ref()?.differs.as_ref()?;
        Some(format!("‘{value}’ in {}", columns::label(columns, *at)))
    });
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
                "{value} and all others read with a decimal point and with a decimal comma: a person must decide which it is"
            ),
            true,
        ),
        _ => (point, "no amount of the sample has decimals".to_owned(), false),
    };
    let value = char::from(style.decimal_sign).to_string();
    (style, Choice { value, reason, doubt })
}
