//! One `Stmt`, `Rpt` or `Ntfctn`: account, period, balances and stated sums.

use crate::intake::Rows;
use crate::intake::iso20022::party::keep;
use crate::intake::iso20022::tags::Tag;
use crate::intake::iso20022::times;
use crate::model::{AccountKey, AccountMention, Amount, Currency, Date, NumberStyle, Place, StatementRow};

/// What a statement says, gathered while its entries are read.
pub struct Draft {
    /// `Stmt`, `Rpt` or `Ntfctn`.
    pub kind: Tag,
    /// Number among the statements of the file, from 1.
    pub ordinal: u32,
    /// Its first byte in the file as received.
    pub start: u64,
    /// Entries seen.
    pub entries: i64,
    iban: String,
    number: String,
    bic: String,
    bank: String,
    owner: String,
    account_name: String,
    currency: Option<Currency>,
    from: Option<Date>,
    to: Option<Date>,
    electronic_number: String,
    legal_number: String,
    total: Option<u64>,
    total_credits: (Option<u64>, Option<Amount>),
    total_debits: (Option<u64>, Option<Amount>),
    balance: Balance,
    parts: Vec<Part>,
}

/// The balance being read.
#[derive(Default)]
struct Balance {
    kind: String,
    amount: String,
    currency: String,
    indicator: String,
    date: String,
}

/// The statement in one currency: a row of its own.
struct Part {
    currency: Option<Currency>,
    number: u32,
    opening: Option<(Rank, Amount)>,
    closing: Option<(Rank, Amount)>,
}

/// Order of balances: by day, then the kind.
type Rank = (Option<Date>, u8);

impl Draft {
    /// A statement begins.
    pub fn new(kind: Tag, ordinal: u32, start: u64) -> Draft {
        Draft {
            kind,
            ordinal,
            start,
            entries: 0,
            iban: String::new(),
            number: String::new(),
            bic: String::new(),
            bank: String::new(),
            owner: String::new(),
            account_name: String::new(),
            currency: None,
            from: None,
            to: None,
            electronic_number: String::new(),
            legal_number: String::new(),
            total: None,
            total_credits: (None, None),
            total_debits: (None, None),
            balance: Balance::default(),
            parts: Vec::new(),
        }
    }

    /// The account, as written; empty where none was named so far.
    pub fn account(&self) -> AccountKey<'_> {
        let number = if self.iban.is_empty() {
            &self.number
        } else {
            &self.iban
        };
        let bank = if self.bic.is_empty() {
            &self.bank
        } else {
            &self.bic
        };
        AccountKey { number, bank }
    }

    /// Number of the statement in a currency; nothing means the account's own.
    pub fn number(&mut self, currency: Option<Currency>, next: &mut u32) -> u32 {
        self.part(currency, next).number
    }

    /// Takes a text; `path` leads from the statement to it, `currency` is the `Ccy` of the amount it may be.
    /// An error is a sentence about the value.
    pub fn text(&mut self, path: &[Tag], text: &str, currency: &str) -> Result<(), String> {
        match path {
            [Tag::ElctrncSeqNb] => keep(&mut self.electronic_number, text),
            [Tag::LglSeqNb] => keep(&mut self.legal_number, text),
            [Tag::FrToDt, Tag::FrDt | Tag::FrDtTm] => self.from = Some(day(text, "FrToDt")?),
            [Tag::FrToDt, Tag::ToDt | Tag::ToDtTm] => self.to = Some(day(text, "FrToDt")?),
            [Tag::Acct, rest @ ..] => self.account_text(rest, text)?,
            [Tag::Bal, rest @ ..] => self.balance_text(rest, text, currency),
            [Tag::TxsSummry, Tag::TtlNtries, Tag::NbOfNtries] => self.total = Some(count(text)?),
            [Tag::TxsSummry, Tag::TtlCdtNtries, Tag::NbOfNtries] => self.total_credits.0 = Some(count(text)?),
            [Tag::TxsSummry, Tag::TtlDbtNtries, Tag::NbOfNtries] => self.total_debits.0 = Some(count(text)?),
            [Tag::TxsSummry, Tag::TtlCdtNtries, Tag::Sum] => self.total_credits.1 = Some(sum(text)?),
            [Tag::TxsSummry, Tag::TtlDbtNtries, Tag::Sum] => self.total_debits.1 = Some(sum(text)?),
            _ => {}
        }
        Ok(())
    }

    /// A `Bal` ends: the earliest opening and the latest closing balance of each currency stay.
    pub fn balance(&mut self, next: &mut u32) -> Result<(), String> {
        let balance = std::mem::take(&mut self.balance);
        // OPBD is the day's own opening; PRCD is the closing of the day before and stands in for it.
        let (opening, kind) = match balance.kind.as_str() {
            "OPBD" => (true, 0),
            "PRCD" => (true, 1),
            "CLBD" => (false, 0),
            _ => return Ok(()),
        };
        let amount = Amount::parse(&balance.amount, NumberStyle::POINT)
            .map_err(|e| format!("{} Amt: {e}", balance.kind))?;
        let amount = match balance.indicator.as_str() {
            "DBIT" => Amount::from_scaled(-amount.scaled()),
            "CRDT" | "" => amount,
            other => {
                return Err(format!(
                    "{} CdtDbtInd is ‘{other}’; expected CRDT or DBIT",
                    balance.kind
                ));
            }
        };
        let currency = match balance.currency.as_str() {
            "" => None,
            code => Some(Currency::from_code(code).map_err(|e| format!("{} Amt/@Ccy: {e}", balance.kind))?),
        };
        let date = match balance.date.as_str() {
            "" => None,
            text => Some(day(text, &balance.kind)?),
        };
        let part = self.part(currency, next);
        if opening {
            let better = part
                .opening
                .is_none_or(|((known, known_kind), _)| (kind, date) < (known_kind, known));
            if better {
                part.opening = Some(((date, kind), amount));
            }
        } else if part.closing.is_none_or(|(known, _)| (date, kind) > known) {
            part.closing = Some(((date, kind), amount));
        }
        Ok(())
    }

    /// Writes the statement, one row a currency, and what it says of its account.
    pub fn write(&mut self, rows: &mut Rows, place: Place, next: &mut u32) {
        if self.parts.is_empty() {
            self.part(None, next);
        }
        let account = self.account();
        rows.account(&AccountMention {
            account,
            bic: &self.bic,
            currency: self.currency,
            country: "",
            holder_name: if self.owner.is_empty() {
                &self.account_name
            } else {
                &self.owner
            },
            opened: None,
            closed: None,
            seized: true,
        });
        let one = self.parts.len() == 1;
        let split = match (self.total_credits.0, self.total_debits.0) {
            (Some(credits), Some(debits)) => credits.checked_add(debits),
            _ => None,
        };
        let locator = format!("{}[{}]", self.kind.statement_name(), self.ordinal);
        for part in &self.parts {
            let day = |balance: Option<(Rank, Amount)>| balance.and_then(|((date, _), _)| date);
            rows.statement(&StatementRow {
                place,
                number: part.number,
                account,
                currency: part.currency,
                from_date: self.from.or(day(part.opening)),
                to_date: self.to.or(day(part.closing)),
                opening_balance: part.opening.map(|(_, amount)| amount),
                closing_balance: part.closing.map(|(_, amount)| amount),
                sequence_number: if self.electronic_number.is_empty() {
                    &self.legal_number
                } else {
                    &self.electronic_number
                },
                // Counts and sums of the whole statement say nothing of one of its currencies.
                stated_entries: self.total.or(split).filter(|_| one),
                stated_credits: self.total_credits.1.filter(|_| one),
                stated_debits: self.total_debits.1.filter(|_| one),
                locator: &locator,
            });
        }
    }

    fn part(&mut self, currency: Option<Currency>, next: &mut u32) -> &mut Part {
        let currency = currency.or(self.currency);
        // A row that began without a currency takes the first one that is named.
        let at = self
            .parts
            .iter()
            .position(|p| p.currency == currency || p.currency.is_none() || currency.is_none());
        let at = match at {
            Some(at) => at,
            None => {
                self.parts.push(Part {
                    currency,
                    number: *next,
                    opening: None,
                    closing: None,
                });
                *next += 1;
                self.parts.len() - 1
            }
        };
        let part = &mut self.parts[at];
        part.currency = part.currency.or(currency);
        part
    }

    fn account_text(&mut self, path: &[Tag], text: &str) -> Result<(), String> {
        match path {
            [Tag::Id, Tag::IBAN] => keep(&mut self.iban, text),
            [Tag::Id, Tag::BBAN] | [Tag::Id, Tag::Othr | Tag::PrtryAcct, Tag::Id] => {
                keep(&mut self.number, text)
            }
            [Tag::Ccy] => {
                self.currency = Some(Currency::from_code(text).map_err(|e| format!("Acct/Ccy: {e}"))?);
            }
            [Tag::Nm] => keep(&mut self.account_name, text),
            [Tag::Ownr, Tag::Nm] | [Tag::Ownr, Tag::Pty, Tag::Nm] => keep(&mut self.owner, text),
            [Tag::Svcr, Tag::FinInstnId, Tag::BIC | Tag::BICFI]
            | [Tag::Svcr, Tag::FinInstnId, Tag::CmbndId, Tag::BIC] => keep(&mut self.bic, text),
            [Tag::Svcr, Tag::FinInstnId, Tag::ClrSysMmbId, Tag::MmbId]
            | [Tag::Svcr, Tag::FinInstnId, Tag::Nm]
            | [Tag::Svcr, Tag::FinInstnId, Tag::NmAndAdr, Tag::Nm] => keep(&mut self.bank, text),
            _ => {}
        }
        Ok(())
    }

    fn balance_text(&mut self, path: &[Tag], text: &str, currency: &str) {
        let balance = &mut self.balance;
        match path {
            [Tag::Tp, Tag::CdOrPrtry, Tag::Cd] | [Tag::Tp, Tag::Cd] => keep(&mut balance.kind, text),
            [Tag::Amt] => {
                keep(&mut balance.amount, text);
                keep(&mut balance.currency, currency);
            }
            [Tag::CdtDbtInd] => keep(&mut balance.indicator, text),
            [Tag::Dt, Tag::Dt | Tag::DtTm] => keep(&mut balance.date, text),
            _ => {}
        }
    }
}

fn day(text: &str, field: &str) -> Result<Date, String> {
    times::moment(text)
        .map(|(date, _)| date)
        .ok_or_else(|| format!("{field} is ‘{text}’; expected a day of the calendar as YYYY-MM-DD"))
}

fn count(text: &str) -> Result<u64, String> {
    text.parse()
        .map_err(|_| format!("NbOfNtries is ‘{text}’; expected a whole number"))
}

fn sum(text: &str) -> Result<Amount, String> {
    Amount::parse(text, NumberStyle::POINT).map_err(|e| format!("TxsSummry Sum: {e}"))
}
