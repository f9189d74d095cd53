//! Which column is what.

use std::collections::{BTreeMap, BTreeSet};

use super::columns::{Column, DISTINCT};
use super::days;
use super::lexicon::lexicon;
use super::proof::{self, Marks};
use super::shape::Shape;

/// Which column is what: role → column.
#[derive(Default)]
pub struct Roles {
    pub columns: BTreeMap<&'static str, usize>,
    pub texts: Vec<usize>,
    /// Columns of which a person must say which is the day of booking; empty where that is told.
    pub booked_doubt: Vec<usize>,
    /// Columns of which a person must say which is the amount; empty where that is told.
    pub amount_doubt: Vec<usize>,
    /// A person must say whether the column of the account is that of whose statement it is.
    pub account_doubt: bool,
    /// Each row names who pays and who is paid, and its amount has no sign.
    pub is_listing: bool,
    /// Why this column is the day of booking, where several could be.
    pub booked_reason: String,
    /// Words of the direction where balances prove them, and in which way.
    pub marks: Option<Marks>,
    pub mark_reason: String,
}

impl Roles {
    /// The column of a role.
    pub fn get(&self, role: &str) -> Option<usize> {
        self.columns.get(role).copied()
    }

    /// Whether a column has a role already.
    pub fn is_taken(&self, at: usize) -> bool {
        self.columns.values().any(|other| *other == at) || self.texts.contains(&at)
    }

    /// Whether rows name both sides by account.
    pub fn names_both_accounts(&self) -> bool {
        self.get("payer_account").is_some()
    }
}

/// Different values of a column that says something, rather than of which kind a row is.
const SAYING: usize = 5;

/// Whether a column's values can be those of a role.
type Fits<'a> = &'a dyn Fn(&Column) -> bool;

/// Gives each column at most one role, those that decide most first.
pub fn assign(shape: &Shape, columns: &[Column]) -> Roles {
    let mut roles = Roles::default();
    let any: &dyn Fn(&Column) -> bool = &|_| true;
    let day: &dyn Fn(&Column) -> bool = &|c| c.days.is_some();
    let money: &dyn Fn(&Column) -> bool = &|c| {
        c.numbers
            .as_ref()
            .is_some_and(|n| n.decimals > 0 || !n.bare || n.filled > 0)
    };
    let maybe_money: &dyn Fn(&Column) -> bool = &|c| money(c) || c.filled == 0;
    let other: &dyn Fn(&Column) -> bool = &|c| c.days.is_none();
    let name: &dyn Fn(&Column) -> bool = &|c| c.days.is_none() && c.numbers.is_none();
    let order: [(&'static str, Fits<'_>); 26] = [
        ("booked", day),
        ("value", day),
        ("payer_account", other),
        ("payee_account", other),
        ("payer_bank", other),
        ("payee_bank", other),
        ("payer_balance", money),
        ("payee_balance", money),
        ("payer_name", name),
        ("payee_name", name),
        ("received", money),
        ("received_currency", any),
        ("balance", money),
        ("debit", maybe_money),
        ("credit", maybe_money),
        ("amount", money),
        ("fee", money),
        ("direction", &|c| c.directions),
        ("currency", &|c| {
            c.currencies > 0
                || c.distinct
                    .iter()
                    .all(|v| v.chars().all(|c| c.is_alphabetic() || c == ' '))
        }),
        ("account", &|c| c.days.is_none() && c.filled > 0),
        ("other_account", other),
        ("other_name", name),
        ("other_bank", other),
        ("status", &|c| {
            c.distinct.iter().any(|v| lexicon().is("pending", v))
        }),
        ("kind", &|c| {
            c.days.is_none() && c.numbers.is_none() && c.distinct.len() < DISTINCT
        }),
        ("reference", &|c| c.days.is_none() && c.filled > 0),
    ];
    for (role, fits) in order {
        if role == "account" {
            roles.is_listing = roles.names_both_accounts() && !has_sign(columns, &roles);
        }
        if matches!(role, "account" | "other_account" | "other_name") && roles.is_listing {
            continue;
        }
        if role == "other_name" && roles.get("payer_name").is_some() {
            continue;
        }
        let best = columns
            .iter()
            .enumerate()
            .filter(|(at, column)| !roles.is_taken(*at) && fits(column))
            .map(|(at, column)| (score(shape, role, at, column), std::cmp::Reverse(at)))
            .filter(|(score, _)| *score > 0)
            .max();
        if let Some((_, std::cmp::Reverse(at))) = best {
            roles.columns.insert(role, at);
        }
        // One side of a movement alone is no listing; one of two columns no pair.
        for (one, two) in [
            ("payer_account", "payee_account"),
            ("payer_bank", "payee_bank"),
            ("payer_balance", "payee_balance"),
            ("payer_name", "payee_name"),
            ("debit", "credit"),
        ] {
            if role == two && (roles.get(one).is_none() || roles.get(two).is_none()) {
                roles.columns.remove(one);
                roles.columns.remove(two);
            }
        }
        if role == "payee_bank" && !roles.names_both_accounts() {
            behind_banks(columns, &mut roles);
        }
    }
    if roles.get("debit").is_some() {
        roles.columns.remove("amount");
    }
    roles.account_doubt = roles
        .get("account")
        .is_some_and(|at| columns.get(at).is_some_and(part_of_account) && whose(shape, at) == Whose::Open);
    by_content(columns, &mut roles);
    proof::find(shape, columns, &mut roles);
    which_day(shape, columns, &mut roles);
    texts(columns, &mut roles);
    roles
}

// Whether the heading only holds a word for account, among others.
fn part_of_account(column: &Column) -> bool {
    !lexicon().is_whole("account", &column.heading)
}

// Two columns of one name, apart from a number, each behind the bank of its side: `From Bank, Account, To Bank, Account.1`.
fn behind_banks(columns: &[Column], roles: &mut Roles) {
    let (Some(payer), Some(payee)) = (roles.get("payer_bank"), roles.get("payee_bank")) else {
        return;
    };
    let name = |at: usize| {
        let heading = columns.get(at).map_or("", |column| column.heading.as_str());
        heading
            .trim_end_matches(|c: char| !c.is_alphabetic())
            .to_lowercase()
    };
    let (one, two) = (payer + 1, payee + 1);
    let free = !roles.is_taken(one) && !roles.is_taken(two);
    if free && name(one) == name(two) && lexicon().is_whole("account", &name(one)) {
        roles.columns.insert("payer_account", one);
        roles.columns.insert("payee_account", two);
    }
}

// Whether amounts say themselves, or by a word, which way they go.
fn has_sign(columns: &[Column], roles: &Roles) -> bool {
    let amount = roles.get("amount").and_then(|at| columns.get(at));
    let negative = amount
        .and_then(|column| column.numbers.as_ref())
        .is_some_and(|numbers| numbers.negatives > 0);
    negative || roles.get("direction").is_some() || roles.get("debit").is_some()
}

fn score(shape: &Shape, role: &str, at: usize, column: &Column) -> usize {
    let score = lexicon().score(role, &column.heading);
    match role {
        // A day of booking goes before that of the movement, whichever stands first.
        "booked" if score > 0 && lexicon().has_part("booking", &column.heading) => score + 2_000,
        // A heading with `account` in it may mean the other side's, and may say so.
        "account" if part_of_account(column) && lexicon().is_whole("other_account", &column.heading) => 0,
        "account" if part_of_account(column) && whose(shape, at) == Whose::Other => 0,
        // The account's own currency goes before that of a shop abroad.
        "amount" | "currency" | "debit" | "credit" if lexicon().is_foreign(&column.heading) => score / 20,
        "amount" if score > 0 && column.heading_currency.is_some() => score + 500,
        // Who is on the other side may be told by name or by number.
        "other_account" if holds_ibans(column) && lexicon().is_whole("other_name", &column.heading) => 1_000,
        "other_account"
            if !holds_ibans(column) && score <= 700 && lexicon().is_whole("other_name", &column.heading) =>
        {
            0
        }
        "other_name" if holds_ibans(column) => 0,
        "reference" if lexicon().score("text", &column.heading) >= score => 0,
        _ => score,
    }
}

fn holds_ibans(column: &Column) -> bool {
    column.filled > 0 && column.ibans * 10 > column.filled * 9
}

/// Whose account a column named.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Own,
    Other,
    Open,
}

// An own account stands in every row and hardly changes; the other side's changes from row to row, or lacks.
fn whose(shape: &Shape, at: usize) -> Whose {
    let mut values: BTreeSet<&str> = BTreeSet::new();
    let mut rows = 0;
    for record in shape.records().take(2_000) {
        let value = record.get(at).map_or("", |value| value.trim());
        if value.is_empty() {
            return Whose::Other;
        }
        rows += 1;
        values.insert(value);
    }
    match values.len() {
        1 if rows > 2 => Whose::Own,
        different if different > 1 && different * 5 <= rows => Whose::Own,
        different if different == rows && rows >= 5 => Whose::Other,
        _ => Whose::Open,
    }
}

// What headings do not tell.
fn by_content(columns: &[Column], roles: &mut Roles) {
    let free = |roles: &Roles, fits: &dyn Fn(&Column) -> bool| {
        let mut free = columns.iter().enumerate();
        free.find(|(at, column)| !roles.is_taken(*at) && fits(column))
            .map(|(at, _)| at)
    };
    if roles.get("booked").is_none()
        && let Some(at) = roles
            .columns
            .remove("value")
            .or_else(|| free(roles, &|c| c.days.is_some()))
    {
        roles.columns.insert("booked", at);
    }
    if roles.get("amount").is_none() && roles.get("debit").is_none() {
        let cents = |c: &Column| {
            c.numbers
                .as_ref()
                .is_some_and(|n| n.decimals * 2 > n.filled && !n.bare)
        };
        let below = |c: &Column| c.numbers.as_ref().is_some_and(|n| n.negatives > 0);
        let own = |c: &Column| !lexicon().is_foreign(&c.heading);
        let ways: [&dyn Fn(&Column) -> bool; 5] = [
            &|c| cents(c) && below(c) && own(c),
            &|c| cents(c) && own(c),
            &|c| below(c) && own(c),
            &cents,
            &below,
        ];
        let found = ways.iter().find_map(|way| Some((free(roles, way)?, way)));
        if let Some((at, way)) = found {
            roles.columns.insert("amount", at);
            let mut others = columns.iter().enumerate();
            let more = others.any(|(other, column)| other != at && !roles.is_taken(other) && way(column));
            if more {
                let all = columns.iter().enumerate();
                roles.amount_doubt = all
                    .filter(|(other, column)| *other == at || (!roles.is_taken(*other) && way(column)))
                    .map(|(other, _)| other)
                    .collect();
            }
        }
    }
    let whole = |c: &Column, count: usize| c.filled > 0 && count * 10 >= c.filled * 9;
    if roles.get("currency").is_none()
        && let Some(at) = free(roles, &|c| whole(c, c.currencies))
    {
        roles.columns.insert("currency", at);
    }
    // Words of one side alone may be about something else, such as the kind of a card, unless they are short marks beside
    // cells without one.
    let mark = |c: &Column| c.empty > 0 && c.length <= 2;
    if roles.get("direction").is_none()
        && roles.get("debit").is_none()
        && let Some(at) = free(roles, &|c| c.directions && (c.both_directions || mark(c)))
    {
        roles.columns.insert("direction", at);
    }
}

// Which of several columns of days is that of booking. Headings tell; else the one by which the rows stand in order.
fn which_day(shape: &Shape, columns: &[Column], roles: &mut Roles) {
    let Some(chosen) = roles.get("booked") else { return };
    let heading = |at: usize| columns.get(at).map_or("", |column| column.heading.as_str());
    let booking = |at: usize| lexicon().has_part("booking", heading(at));
    if booking(chosen) {
        if roles.get("value").is_none() {
            let movement = columns.iter().enumerate().find(|(at, column)| {
                !roles.is_taken(*at)
                    && column.days.is_some()
                    && lexicon().has_part("movement", &column.heading)
            });
            if let Some((at, _)) = movement {
                roles.columns.insert("value", at);
            }
        }
        return;
    }
    // Days that mean something else have headings that say so; those without heading may be any.
    let could_be = |at: usize, column: &Column| {
        at != chosen
            && !roles.is_taken(at)
            && column.days.is_some()
            && column.filled * 10 >= (column.filled + column.empty) * 9
            && (column.heading.is_empty() || lexicon().score("booked", &column.heading) >= 100)
            && differ(shape, chosen, at)
    };
    let mut rivals: Vec<usize> = columns
        .iter()
        .enumerate()
        .filter(|(at, column)| could_be(*at, column))
        .map(|(at, _)| at)
        .collect();
    if rivals.is_empty() {
        return;
    }
    rivals.insert(0, chosen);
    let in_order = |at: &usize| {
        let days = columns.get(*at).and_then(|column| column.days.as_ref());
        days.is_some_and(|days| {
            days.formats
                .iter()
                .any(|reads| days::in_order(&shape.runs, *at, reads).is_some())
        })
    };
    let ordered: Vec<usize> = rivals.iter().copied().filter(in_order).collect();
    match ordered.as_slice() {
        [one] => {
            roles.columns.insert("booked", *one);
            roles.booked_reason =
                "of several columns of days the one by which the rows stand in order".to_owned();
        }
        _ => roles.booked_doubt = rivals,
    }
}

fn differ(shape: &Shape, one: usize, other: usize) -> bool {
    shape
        .records()
        .any(|record| record.get(one).map(|v| v.trim()) != record.get(other).map(|v| v.trim()))
}

// Texts: those that headings name, else the longest and all others of many values.
fn texts(columns: &[Column], roles: &mut Roles) {
    let texts: Vec<usize> = (0..columns.len())
        .filter(|at| !roles.is_taken(*at))
        .filter(|at| {
            columns
                .get(*at)
                .is_some_and(|c| lexicon().score("text", &c.heading) > 0 && c.days.is_none())
        })
        .collect();
    roles.texts = texts;
    if roles.texts.is_empty() {
        let longest = (0..columns.len())
            .filter(|at| !roles.is_taken(*at))
            .filter_map(|at| columns.get(at).map(|c| (c, at)))
            .filter(|(c, _)| c.numbers.is_none() && c.days.is_none() && c.filled > 0)
            .max_by_key(|(c, _)| c.length);
        let longest = longest.map(|(_, at)| at);
        let many = |c: &Column| {
            let code = c.ibans * 10 > c.filled * 9 || c.currencies * 10 > c.filled * 9;
            c.numbers.is_none() && c.days.is_none() && !code && c.distinct.len() >= SAYING
        };
        let texts: Vec<usize> = (0..columns.len())
            .filter(|at| !roles.is_taken(*at))
            .filter(|at| Some(*at) == longest || columns.get(*at).is_some_and(many))
            .collect();
        roles.texts = texts;
    }
}
