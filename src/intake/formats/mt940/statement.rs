//! Statements: from the fields around the entries to a row each.

use std::rc::Rc;

use super::fields::{Balance, OwnAccount, balance, shorten, stated_sum};
use super::message::Field;
use super::tags::Role;
use super::texts::trim;
use crate::intake::lines::Lines;
use crate::intake::segments::Segments;
use crate::model::{AccountMention, Amount, Currency, Place, StatementRow};

/// The open statement, and what the next one takes over.
#[derive(Default)]
pub struct Statements {
    open: Option<Statement>,
    next_number: u32,
    /// The `:25:` read last: in a file of one account it comes back in every message.
    account_text: String,
    account: Rc<OwnAccount>,
    locator: String,
}

/// A statement, or a page of one.
pub struct Statement {
    /// Within the file, counted from 0.
    pub number: u32,
    /// Without a number where no `:25:` was read.
    pub account: Rc<OwnAccount>,
    /// Entries begun so far.
    pub entries: i64,
    place: Place,
    named_currency: Option<Currency>,
    sequence_number: String,
    opening: Option<Balance>,
    closing: Option<Balance>,
    /// Number and sum of credits, and of debits.
    stated: [Option<(u64, Amount)>; 2],
}

impl Statements {
    /// The open statement.
    pub fn open(&self) -> Option<&Statement> {
        self.open.as_ref()
    }

    /// The open statement; a field outside any begins one.
    pub fn begin(&mut self, field: &Field) -> &mut Statement {
        let next = &mut self.next_number;
        self.open.get_or_insert_with(|| {
            let number = *next;
            *next += 1;
            Statement {
                number,
                account: Rc::default(),
                entries: 0,
                place: field.place,
                named_currency: None,
                sequence_number: String::new(),
                opening: None,
                closing: None,
                stated: [None; 2],
            }
        })
    }

    /// A text behind an entry or a balance, which ends at a byte.
    pub fn set_end(&mut self, end: u64) {
        if let Some(statement) = &mut self.open {
            statement.place.byte_end = end;
        }
    }

    /// A field of the open statement was read up to a byte.
    pub fn reach(&mut self, end: u64) {
        if let Some(statement) = &mut self.open {
            statement.place.byte_end = end.max(statement.place.byte_end);
        }
    }

    /// Reads a field of a statement. An error is a sentence with value and expectation.
    pub fn read(&mut self, field: &Field, out: &mut Segments<'_>, lines: &Lines<'_>) -> Result<(), String> {
        let text = trim(&field.text);
        match field.tag.role {
            Role::Reference => {
                self.end(out, lines);
                self.begin(field);
            }
            Role::Account => {
                if self.open.as_ref().is_some_and(|s| s.closing.is_some()) {
                    self.end(out, lines);
                }
                if !self.begin(field).account.number.is_empty() {
                    return Err(format!(
                        "‘{}’ is a second account inside one statement; expected one",
                        shorten(text)
                    ));
                }
                if self.account_text != text {
                    self.account = Rc::new(OwnAccount::read(text));
                    self.account_text.clear();
                    self.account_text.push_str(text);
                }
                let account = self.account.clone();
                let statement = self.begin(field);
                statement.named_currency = account.currency;
                statement.account = account;
            }
            Role::Number => {
                self.next_page(field, |s| s.closing.is_some(), out, lines);
                self.begin(field).sequence_number = text.to_owned();
            }
            Role::Opening => {
                let balance = balance(text)?;
                self.next_page(field, |s| s.opening.is_some() || s.closing.is_some(), out, lines);
                self.begin(field).opening = Some(balance);
            }
            Role::Closing => {
                let balance = balance(text)?;
                self.begin(field).closing = Some(balance);
            }
            Role::Floor => {
                let statement = self.begin(field);
                if statement.named_currency.is_none() {
                    statement.named_currency = text.get(..3).and_then(|c| Currency::from_code(c).ok());
                }
            }
            Role::Credits => self.begin(field).stated[0] = Some(stated_sum(text)?),
            Role::Debits => self.begin(field).stated[1] = Some(stated_sum(text)?),
            _ => {}
        }
        Ok(())
    }

    /// Begins a further statement of the same account where the open one is already full.
    fn next_page(
        &mut self,
        field: &Field,
        full: impl Fn(&Statement) -> bool,
        out: &mut Segments<'_>,
        lines: &Lines<'_>,
    ) {
        let Some(open) = self.open.as_ref().filter(|s| full(s)) else {
            return;
        };
        let account = open.account.clone();
        let named = open.named_currency;
        let sequence_number = open.sequence_number.clone();
        self.end(out, lines);
        let page = self.begin(field);
        page.account = account;
        page.named_currency = named;
        page.sequence_number = sequence_number;
    }

    /// Writes the open statement. Its last entry has ended before.
    pub fn end(&mut self, out: &mut Segments<'_>, lines: &Lines<'_>) {
        let Some(statement) = self.open.take() else {
            return;
        };
        let place = statement.place;
        if statement.account.number.is_empty() {
            if statement.opening.is_some() || statement.closing.is_some() {
                let reason = "the statement names no account; expected a line :25:";
                out.reject_lines(place, reason, lines);
            }
            return;
        }
        write_locator(&mut self.locator, place.line);
        let account = statement.account.key();
        let currency = statement.currency();
        let rows = out.rows();
        let bic = statement.account.bic();
        if !bic.is_empty() {
            rows.account(&AccountMention {
                account,
                bic,
                currency,
                country: "",
                holder_name: "",
                opened: None,
                closed: None,
                seized: true,
            });
        }
        let [credits, debits] = statement.stated;
        let counted = credits.is_some() || debits.is_some();
        let count = credits
            .map_or(0, |(n, _)| n)
            .saturating_add(debits.map_or(0, |(n, _)| n));
        rows.statement(&StatementRow {
            place,
            number: statement.number,
            account,
            currency,
            from_date: statement.opening.and_then(|b| b.date),
            to_date: statement.closing.and_then(|b| b.date),
            opening_balance: statement.opening.map(|b| b.amount),
            closing_balance: statement.closing.map(|b| b.amount),
            sequence_number: &statement.sequence_number,
            stated_entries: counted.then_some(count),
            stated_credits: credits.map(|(_, sum)| sum),
            stated_debits: debits.map(|(_, sum)| sum),
            locator: &self.locator,
        });
    }
}

impl Statement {
    /// The currency of its balances, or the one named beside the account.
    pub fn currency(&self) -> Option<Currency> {
        let of = |balance: &Option<Balance>| balance.as_ref().and_then(|b| b.currency);
        of(&self.opening).or(of(&self.closing)).or(self.named_currency)
    }
}

/// `line 12`.
pub fn write_locator(out: &mut String, line: u64) {
    out.clear();
    out.push_str("line ");
    out.push_str(itoa::Buffer::new().format(line));
}
