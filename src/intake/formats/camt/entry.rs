//! One `Ntry`: what it says, and the entry or the reject that it becomes.

use std::fmt::Write;

use super::party::{Side, add, keep};
use super::tags::Tag;
use super::times;
use crate::intake::channels;
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
    /// `TxDtls` seen.
    payments: u64,
    detail: Detail,
    problem: String,
    remittance: String,
    bank_code: String,
}

/// The texts of the first `TxDtls`.
#[derive(Default)]
struct Detail {
    end_to_end: String,
    mandate: String,
    reference: String,
    purpose: String,
    debtor: Side,
    creditor: Side,
    remittance: String,
    return_reason: String,
    instructed: String,
    terminal: String,
    category: String,
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
pub struct Core {
    direction: Direction,
    amount: Amount,
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
            &mut self.problem,
            &mut self.remittance,
            &mut self.bank_code,
        ] {
            text.clear();
        }
        self.payments = 0;
        self.detail.clear();
    }

    /// Notes why the entry cannot be taken in; the first reason stays.
    pub fn refuse(&mut self, reason: &str) {
        keep(&mut self.problem, reason);
    }

    /// A payment of the entry begins.
    pub fn payment(&mut self) {
        self.payments += 1;
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
            [Tag::NtryDtls, Tag::TxDtls, Tag::BkTxCd, rest @ ..] | [Tag::TxDtls, Tag::BkTxCd, rest @ ..]
                if self.payments == 1 =>
            {
                self.code(rest, text);
            }
            [Tag::NtryDtls, Tag::TxDtls, rest @ ..] | [Tag::TxDtls, rest @ ..] if self.payments == 1 => {
                self.detail.text(rest, text, currency);
            }
            [Tag::CardTx, rest @ ..] => self.detail.card(rest, text),
            _ => {}
        }
    }

    /// What decides whether the entry is taken in, or why it is not.
    pub fn core(&self) -> Result<Core, String> {
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
        let stated: u64 = self.batch.parse().unwrap_or(0);
        let payments = self.payments.max(stated);
        let reversal = matches!(self.reversal.as_str(), "true" | "1");
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
        row.terminal = &detail.terminal;
        if detail.category.len() == 4 && detail.category.bytes().all(|b| b.is_ascii_digit()) {
            row.merchant_category = &detail.category;
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
            if detail.end_to_end != "NOTPROVIDED" {
                row.end_to_end_id = &detail.end_to_end;
            }
            row.purpose = &detail.purpose;
        }
        row.counterparty_status = if !row.counterparty.is_empty() || !row.counterparty_identifier.is_empty() {
            CounterpartyStatus::Identified
        } else if channel.is_cash() {
            CounterpartyStatus::Cash
        } else if !row.counterparty_name.is_empty() {
            CounterpartyStatus::Partial
        } else if matches!(channel, Channel::Fee | Channel::Interest) {
            CounterpartyStatus::Bank
        } else {
            CounterpartyStatus::Unknown
        };
        row
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
        add(out, &detail.remittance);
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
        ] {
            if !text.is_empty() {
                let _ = write!(out, "{}[{label} {text}]", if out.is_empty() { "" } else { " " });
            }
        }
        let code = core.currency.as_ref().map_or("", |c| c.code());
        if !detail.instructed.is_empty() && !detail.instructed.ends_with(code) {
            let _ = write!(
                out,
                "{}[instructed {}]",
                if out.is_empty() { "" } else { " " },
                detail.instructed
            );
        }
    }
}

impl Detail {
    fn clear(&mut self) {
        for text in [
            &mut self.end_to_end,
            &mut self.mandate,
            &mut self.reference,
            &mut self.purpose,
            &mut self.remittance,
            &mut self.return_reason,
            &mut self.instructed,
            &mut self.terminal,
            &mut self.category,
        ] {
            text.clear();
        }
        self.debtor.clear();
        self.creditor.clear();
    }

    fn text(&mut self, path: &[Tag], text: &str, currency: &str) {
        match path {
            [Tag::Refs, Tag::EndToEndId] => keep(&mut self.end_to_end, text),
            [Tag::Refs, Tag::MndtId] => keep(&mut self.mandate, text),
            [Tag::Refs, Tag::AcctSvcrRef] => keep(&mut self.reference, text),
            [Tag::Purp, Tag::Cd | Tag::Prtry] => keep(&mut self.purpose, text),
            [Tag::RltdPties, who, rest @ ..] => match who {
                Tag::Dbtr => self.debtor.party(rest, text),
                Tag::Cdtr => self.creditor.party(rest, text),
                Tag::UltmtDbtr => self.debtor.ultimate_party(rest, text),
                Tag::UltmtCdtr => self.creditor.ultimate_party(rest, text),
                Tag::DbtrAcct => self.debtor.account(rest, text),
                Tag::CdtrAcct => self.creditor.account(rest, text),
                _ => {}
            },
            [Tag::RltdAgts, Tag::DbtrAgt, rest @ ..] => self.debtor.agent(rest, text),
            [Tag::RltdAgts, Tag::CdtrAgt, rest @ ..] => self.creditor.agent(rest, text),
            [Tag::RmtInf, Tag::Ustrd]
            | [Tag::RmtInf, Tag::Strd, Tag::CdtrRefInf, Tag::Ref | Tag::CdtrRef]
            | [Tag::RmtInf, Tag::Strd, Tag::AddtlRmtInf]
            | [Tag::AddtlTxInf] => add(&mut self.remittance, text),
            [Tag::RtrInf, Tag::Rsn | Tag::RtrRsn, Tag::Cd | Tag::Prtry] | [Tag::RtrInf, Tag::AddtlInf] => {
                add(&mut self.return_reason, text);
            }
            [Tag::AmtDtls, Tag::InstdAmt, Tag::Amt] if self.instructed.is_empty() => {
                let _ = write!(self.instructed, "{text} {currency}");
            }
            [Tag::CardTx, rest @ ..] => self.card(rest, text),
            _ => {}
        }
    }

    fn card(&mut self, path: &[Tag], text: &str) {
        match path {
            [Tag::POI, Tag::Id, Tag::Id] => keep(&mut self.terminal, text),
            [Tag::Tx, Tag::TxCtgy] | [Tag::Tx, Tag::Indv, Tag::TxCtgy] => keep(&mut self.category, text),
            _ => {}
        }
    }

    /// The other side. Of a reversal or a return the parties keep the roles of the payment that is taken back, so
    /// the other side may stand where the account's own side would.
    fn counterparty(&self, direction: Direction, own: AccountKey<'_>, reversal: bool) -> Option<&Side> {
        let (expected, other) = match direction {
            Direction::Credit => (&self.debtor, &self.creditor),
            Direction::Debit => (&self.creditor, &self.debtor),
        };
        let is_own = |side: &Side| !side.account.is_empty() && same_number(&side.account, own.number);
        let returned = reversal || !self.return_reason.is_empty();
        let other_is_foreign = !other.is_empty() && !is_own(other) && (returned || !other.account.is_empty());
        if (expected.is_empty() || is_own(expected)) && other_is_foreign {
            return Some(other);
        }
        (!expected.is_empty()).then_some(expected)
    }
}

/// Whether two spellings are one number: white space and case apart.
fn same_number(one: &str, other: &str) -> bool {
    let plain = |text: &str| {
        let bytes: Vec<u8> = text
            .bytes()
            .filter(|b| !b.is_ascii_whitespace())
            .map(|b| b.to_ascii_uppercase())
            .collect();
        bytes
    };
    one == other || plain(one) == plain(other)
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
