//! One `Ntry`: what it says, and the entry or the reject that it becomes.

use std::fmt::Write;

use super::detail::Detail;
use super::held::Held;
use crate::intake::channels;
use crate::intake::iso20022::party::{Side, add, keep};
use crate::intake::iso20022::tags::Tag;
use crate::intake::iso20022::{note, times};
use crate::model::{
    AccountKey, Amount, Channel, CounterpartyStatus, Currency, Date, Direction, EntryRow, Leg, Moment,
    NumberStyle, Place,
};

/// The texts of an `Ntry`, kept in memory that the next one uses again.
#[derive(Default)]
pub struct Draft {
    amount: String,
    currency: String,
    indicator: String,
    reversal: String,
    status: String,
    booking: String,
    value: String,
    reference: String,
    domain: String,
    family: String,
    sub_family: String,
    own_code: String,
    additional: String,
    batch: String,
    terminal: String,
    category: String,
    /// `TxDtls` seen.
    payments: u64,
    /// The one that began last.
    detail: Detail,
    /// Of a batch, those that ended.
    pub held: Held,
    /// What the entry's own fields say, once a payment of a batch needs it.
    header: Option<Core>,
    problem: String,
    remittance: String,
    bank_code: String,
}

/// What an entry needs to know of its statement.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The account, as written.
    pub account: AccountKey<'a>,
    /// The statement's number in the file for a currency.
    pub statement: u32,
    /// Order within the statement, from 1.
    pub sequence: i64,
    pub place: Place,
    pub locator: &'a str,
}

/// The fields that decide whether an entry can be taken in.
#[derive(Clone, Copy)]
pub struct Core {
    pub direction: Direction,
    pub amount: Amount,
    /// Currency of the amount.
    pub currency: Option<Currency>,
    booking: Option<Date>,
    value: Option<Date>,
    booked_at: Option<Moment>,
}

impl Draft {
    /// Begins the next entry.
    pub fn clear(&mut self) {
        for text in [
            &mut self.amount,
            &mut self.currency,
            &mut self.indicator,
            &mut self.reversal,
            &mut self.status,
            &mut self.booking,
            &mut self.value,
            &mut self.reference,
            &mut self.domain,
            &mut self.family,
            &mut self.sub_family,
            &mut self.own_code,
            &mut self.additional,
            &mut self.batch,
            &mut self.terminal,
            &mut self.category,
            &mut self.problem,
            &mut self.remittance,
            &mut self.bank_code,
        ] {
            text.clear();
        }
        self.payments = 0;
        self.detail.clear();
        self.held.clear();
        self.header = None;
    }

    /// Notes why the entry cannot be taken in; the first reason stays.
    pub fn refuse(&mut self, reason: &str) {
        keep(&mut self.problem, reason);
    }

    /// Notes why the payment that is open cannot be taken in. Where it is the entry's only one, neither can the entry.
    pub fn refuse_payment(&mut self, reason: &str) {
        keep(&mut self.detail.problem, reason);
    }

    /// A payment of the entry begins. The one before was settled.
    pub fn open_payment(&mut self) {
        self.payments += 1;
        self.detail.clear();
    }

    /// The payment that is open ends; its place, as delivered positions.
    pub fn close_payment(&mut self, start: u64, end: u64) {
        self.detail.span = (start, end);
    }

    /// `TxDtls` seen.
    pub fn payments(&self) -> u64 {
        self.payments
    }

    /// Where the payment that ended last stands, as delivered positions.
    pub fn payment_span(&self) -> (u64, u64) {
        self.detail.span
    }

    /// Keeps the payment that ended last as one of a batch. An error is why it cannot be taken in.
    pub fn settle(&mut self, account: AccountKey<'_>, place: Place, entry_start: u64) -> Result<(), String> {
        if self.header.is_none() && !account.is_empty() {
            self.header = self.header().ok();
        }
        let Some(header) = self.header else {
            // The entry is bad, or its own fields stand behind its payments; which of both is known at its end.
            self.held.passed_over += 1;
            return Ok(());
        };
        let moved = self.detail.moved(&header)?;
        let at = (place, entry_start, self.payments as i64);
        let row = self.detail.row(moved, account, self.is_reversal(), at);
        self.held.keep(&row);
        Ok(())
    }

    /// Keeps the only `TxDtls` of an entry where it stands for one of several payments, or where it moved another
    /// amount than the entry.
    pub fn settle_only(
        &mut self,
        core: &Core,
        account: AccountKey<'_>,
        place: Place,
        entry_start: u64,
    ) -> Result<(), String> {
        let several = self.booked() > 1;
        if !several
            && self.detail.problem.is_empty()
            && self.detail.repeats(&self.amount, &self.currency, &self.indicator)
        {
            return Ok(());
        }
        let moved = self.detail.moved(core)?;
        let same = moved.direction == core.direction
            && moved.amount.is_none_or(|amount| amount == core.amount)
            && (moved.amount.is_none() || moved.currency == core.currency);
        if several || !same {
            let reversal = self.is_reversal();
            let row = self.detail.row(moved, account, reversal, (place, entry_start, 1));
            self.held.keep(&row);
        }
        Ok(())
    }

    /// Takes a text; `path` leads from the `Ntry` to it, `currency` is the `Ccy` of the amount it may be.
    pub fn text(&mut self, path: &[Tag], text: &str, currency: &str) {
        match path {
            [Tag::Amt] => {
                keep(&mut self.amount, text);
                keep(&mut self.currency, currency);
            }
            [Tag::CdtDbtInd] => keep(&mut self.indicator, text),
            [Tag::RvslInd] => keep(&mut self.reversal, text),
            [Tag::Sts] | [Tag::Sts, Tag::Cd | Tag::Prtry] => keep(&mut self.status, text),
            [Tag::BookgDt, Tag::Dt | Tag::DtTm] => keep(&mut self.booking, text),
            [Tag::ValDt, Tag::Dt | Tag::DtTm] => keep(&mut self.value, text),
            [Tag::AcctSvcrRef] => keep(&mut self.reference, text),
            [Tag::BkTxCd, rest @ ..] => self.code(rest, text),
            [Tag::AddtlNtryInf] => add(&mut self.additional, text),
            [Tag::NtryDtls, Tag::Btch, Tag::NbOfTxs] | [Tag::Btch, Tag::NbOfTxs] => {
                keep(&mut self.batch, text)
            }
            [Tag::NtryDtls, Tag::TxDtls, rest @ ..] | [Tag::TxDtls, rest @ ..] => match rest {
                // Of several payments the first speaks for the kind of the entry.
                [Tag::BkTxCd, rest @ ..] if self.payments == 1 => self.code(rest, text),
                [Tag::CardTx, rest @ ..] if self.payments == 1 => self.card(rest, text),
                _ => self.detail.text(rest, text, currency),
            },
            [Tag::CardTx, rest @ ..] => self.card(rest, text),
            _ => {}
        }
    }

    /// What decides whether the entry is taken in, or why it is not.
    pub fn core(&self) -> Result<Core, String> {
        if !self.detail.problem.is_empty() && self.booked() == 1 && self.problem.is_empty() {
            return Err(self.detail.problem.clone());
        }
        self.header()
    }

    fn header(&self) -> Result<Core, String> {
        if !self.problem.is_empty() {
            return Err(self.problem.clone());
        }
        if !matches!(self.status.as_str(), "BOOK" | "") {
            return Err(format!("not booked ({})", self.status));
        }
        let direction = match self.indicator.as_str() {
            "CRDT" => Direction::Credit,
            "DBIT" => Direction::Debit,
            "" => return Err("CdtDbtInd is missing; expected CRDT or DBIT".to_owned()),
            other => return Err(format!("CdtDbtInd is ‘{other}’; expected CRDT or DBIT")),
        };
        let amount = Amount::parse(&self.amount, NumberStyle::POINT).map_err(|e| format!("Amt: {e}"))?;
        if amount.is_negative() {
            return Err(format!(
                "Amt is ‘{}’; expected no sign, because CdtDbtInd gives the direction",
                self.amount
            ));
        }
        let currency = match self.currency.as_str() {
            "" => None,
            code => Some(Currency::from_code(code).map_err(|e| format!("Amt/@Ccy: {e}"))?),
        };
        let (booking, booked_at) = day(&self.booking, "BookgDt")?;
        let (value, _) = day(&self.value, "ValDt")?;
        Ok(Core {
            direction,
            amount,
            currency,
            booking,
            value,
            booked_at,
        })
    }

    /// The entry. `core` comes from this draft.
    pub fn row<'a>(&'a mut self, core: &Core, context: Context<'a>) -> EntryRow<'a> {
        let Context {
            account,
            statement,
            sequence,
            place,
            locator,
        } = context;
        let payments = self.booked();
        let reversal = self.is_reversal();
        let channel = self.channel();
        self.write_code();
        self.write_remittance(core, payments, account, reversal);
        let this = &*self;
        let detail = &this.detail;
        let mut row = EntryRow::new(place, Leg::Line, account, core.direction, Some(core.amount));
        row.statement = Some(statement);
        row.sequence = Some(sequence);
        row.booking_date = core.booking;
        row.value_date = core.value;
        row.booked_at = core.booked_at;
        row.currency = core.currency;
        row.channel = channel;
        row.remittance = &this.remittance;
        row.bank_code = &this.bank_code;
        row.reversal = reversal;
        row.locator = locator;
        row.bank_reference = &this.reference;
        row.terminal = &this.terminal;
        if this.category.len() == 4 && this.category.bytes().all(|b| b.is_ascii_digit()) {
            row.merchant_category = &this.category;
        }
        if payments <= 1 {
            if let Some(side) = detail.counterparty(core.direction, account, reversal) {
                row.counterparty_name = side.known_name();
                row.counterparty = AccountKey {
                    number: &side.account,
                    bank: &side.bank,
                };
                row.counterparty_identifier = &side.identifier;
                row.counterparty_country = &side.country;
            }
            if row.bank_reference.is_empty() {
                row.bank_reference = &detail.reference;
            }
            row.end_to_end_id = detail.known_end_to_end();
            row.purpose = &detail.purpose;
        }
        row.counterparty_status = CounterpartyStatus::of(
            row.counterparty.number.trim(),
            row.counterparty_identifier,
            row.counterparty_name,
            channel,
        );
        row
    }

    /// How many payments the entry books: those seen, or more where it says so.
    fn booked(&self) -> u64 {
        let stated = if self.batch.is_empty() {
            0
        } else {
            self.batch.parse().unwrap_or(0)
        };
        self.payments.max(stated)
    }

    fn is_reversal(&self) -> bool {
        matches!(self.reversal.as_str(), "true" | "1")
    }

    fn card(&mut self, path: &[Tag], text: &str) {
        match path {
            [Tag::POI, Tag::Id, Tag::Id] => keep(&mut self.terminal, text),
            [Tag::Tx, Tag::TxCtgy] | [Tag::Tx, Tag::Indv, Tag::TxCtgy] => keep(&mut self.category, text),
            _ => {}
        }
    }

    fn code(&mut self, path: &[Tag], text: &str) {
        match path {
            [Tag::Domn, Tag::Cd] => keep(&mut self.domain, text),
            [Tag::Domn, Tag::Fmly, Tag::Cd] => keep(&mut self.family, text),
            [Tag::Domn, Tag::Fmly, Tag::SubFmlyCd] => keep(&mut self.sub_family, text),
            [Tag::Prtry, Tag::Cd] => keep(&mut self.own_code, text),
            _ => {}
        }
    }

    fn channel(&self) -> Channel {
        match channels::from_domain(&self.domain, &self.family, &self.sub_family) {
            Channel::Unknown | Channel::Transfer => match channels::from_own(&self.own_code) {
                Channel::Unknown if self.domain.is_empty() => Channel::Unknown,
                Channel::Unknown => channels::from_domain(&self.domain, &self.family, &self.sub_family),
                known => known,
            },
            known => known,
        }
    }

    fn write_code(&mut self) {
        for part in [&self.domain, &self.family, &self.sub_family] {
            if !part.is_empty() {
                if !self.bank_code.is_empty() {
                    self.bank_code.push('/');
                }
                self.bank_code.push_str(part);
            }
        }
        if !self.own_code.is_empty() {
            if !self.bank_code.is_empty() {
                self.bank_code.push(' ');
            }
            self.bank_code.push_str(&self.own_code);
        }
    }

    /// What the payer wrote; behind it, in brackets, what has no column of its own and must not be lost.
    fn write_remittance(&mut self, core: &Core, payments: u64, own: AccountKey<'_>, reversal: bool) {
        let (out, detail) = (&mut self.remittance, &self.detail);
        if payments > 1 {
            add(out, &self.additional);
            let _ = write!(
                out,
                "{}[batch of {payments} payments]",
                if out.is_empty() { "" } else { " " }
            );
            return;
        }
        // Its spaces are single already.
        out.push_str(&detail.remittance);
        if !self.additional.is_empty() && !out.contains(&self.additional) {
            add(out, &self.additional);
        }
        let ultimate = detail
            .counterparty(core.direction, own, reversal)
            .and_then(Side::somebody_else);
        for (label, text) in [
            ("on behalf of", ultimate.unwrap_or("")),
            ("mandate", &detail.mandate),
            ("return reason", &detail.return_reason),
            ("instructed", detail.instructed_otherwise(core.currency)),
            ("rate", detail.rate(core.currency)),
        ] {
            note(out, label, text);
        }
    }
}

fn day(text: &str, field: &str) -> Result<(Option<Date>, Option<Moment>), String> {
    if text.is_empty() {
        return Ok((None, None));
    }
    match times::moment(text) {
        Some((date, moment)) => Ok((Some(date), moment)),
        None => Err(format!(
            "{field} is ‘{text}’; expected a day of the calendar as YYYY-MM-DD"
        )),
    }
}
