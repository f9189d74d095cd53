//! Entries as legs of transfers, as small as matching allows, and the rows of listings that already name both legs.

use std::hash::{DefaultHasher, Hash, Hasher};

use datafusion::arrow::array::RecordBatch;
use hashbrown::{HashMap, HashSet};

use super::ReconcileError;
use super::check::status_number;
use super::columns::{Columns, date_at, flag_at, moment_at, money_at, number_at, text_at};
use super::ids::{EntryRef, LegMark, NONE, Texts};
use super::stated::{self, Stated};
use super::words::Words;
use crate::case::Table;
use crate::model::{Channel, Date, TimePrecision};

/// A leg: one entry, 80 bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leg {
    pub amount: i64,
    pub place: u64,
    /// Hash of the end-to-end id; 0 where the record gives none.
    pub end_to_end: u64,
    pub sequence: i64,
    /// Microseconds of `booked_at`.
    pub time: i64,
    pub account: u32,
    /// The other side's account, or none.
    pub other: u32,
    pub source: u32,
    /// Hash of the bank's reference; 0 where the record gives none.
    pub bank_reference: u32,
    pub date: i32,
    pub purpose: u32,
    /// Number of the name that the record gives the other side, or none.
    pub name: u32,
    /// Place of the words of its text, or none.
    pub text: u32,
    pub currency: u16,
    pub mark: LegMark,
    pub channel: Channel,
    pub status: u8,
    pub precision: TimePrecision,
    pub flags: u8,
}

impl Leg {
    pub const CREDIT: u8 = 1;
    pub const AMOUNT: u8 = 2;
    pub const SEQUENCE: u8 = 4;
    pub const TIME: u8 = 8;
    pub const DATE: u8 = 16;
    /// The record says that it takes an earlier entry back.
    pub const REVERSAL: u8 = 32;
    /// The record gives the reason of a return.
    pub const RETURN: u8 = 64;

    pub fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    pub fn is_credit(&self) -> bool {
        self.has(Leg::CREDIT)
    }

    pub fn entry(&self) -> EntryRef {
        EntryRef {
            place: self.place,
            source: self.source,
            leg: self.mark,
        }
    }

    /// Microseconds: the time where it is known, else midnight of the day.
    pub fn at(&self) -> Option<i64> {
        if self.has(Leg::TIME) {
            Some(self.time)
        } else {
            self.has(Leg::DATE).then(|| Date(self.date).midnight())
        }
    }

    pub fn is_cash(&self) -> bool {
        self.status == CASH
    }

    pub fn is_bank(&self) -> bool {
        self.status == BANK
    }

    /// Whether the leg can be looked for on the other side: amount and day are known, and it is no cash.
    pub fn can_match(&self) -> bool {
        self.has(Leg::AMOUNT) && self.has(Leg::DATE) && !self.is_cash()
    }

    /// The credit leg of a listing's row, made from its debit leg.
    pub fn mirrored(&self) -> Leg {
        Leg {
            account: self.other,
            other: self.account,
            // The row names the payee to the payer and the payer to the payee.
            name: NONE,
            mark: LegMark::Credit,
            flags: self.flags | Leg::CREDIT,
            ..*self
        }
    }

    /// Whether `credit` says nothing that its row's debit leg does not say.
    fn is_mirror(&self, credit: &Leg) -> bool {
        let said = |leg: &Leg| {
            (
                (leg.amount, leg.place, leg.end_to_end, leg.sequence, leg.time),
                (leg.account, leg.source, leg.bank_reference, leg.date, leg.purpose),
                (leg.currency, leg.channel, leg.precision, leg.flags),
            )
        };
        said(&self.mirrored()) == said(credit)
    }
}

/// Set in the number of a listing's debit leg where its mirror, the credit leg that is not kept, is meant.
pub(super) const MIRROR: u32 = 1 << 31;

const CASH: u8 = 3;
const BANK: u8 = 4;

/// A row of a listing that names both sides.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub debit: u32,
    /// [`NONE`] where the credit leg is the mirror of the debit leg and not kept.
    pub credit: u32,
}

/// All legs of a case.
#[derive(Default)]
pub(super) struct Legs {
    pub accounts: Texts,
    pub prefixes: Texts,
    pub purposes: Texts,
    pub words: Words,
    names: Names,
    currencies: Texts,
    pub legs: Vec<Leg>,
    pub pairs: Vec<Pair>,
    /// For every leg whether it is a part of a pair.
    pub paired: Vec<bool>,
    /// What legs state of an exchange, by their number.
    pub stated: HashMap<u32, Stated>,
    /// Entries of second copies of statements, which are not counted, and what they are copies of.
    pub(super) skip: HashMap<EntryRef, EntryRef>,
    /// Batch entries that are told payment by payment: their legs are no legs of their own.
    pub split: HashSet<u32>,
    /// Number of the first leg that is a payment inside an entry; they stand behind all entries.
    pub first_detail: u32,
    /// Ids of these payments, in their order.
    pub detail_ids: Vec<Box<str>>,
    /// Who holds an account, as numbers of names.
    holders: HashMap<u32, u32>,
    /// The last leg of a listing, whose other side is still to come.
    open: Option<u32>,
}

impl Legs {
    /// The credit leg of a pair.
    pub fn credit(&self, pair: Pair) -> Leg {
        match self.legs.get(pair.credit as usize) {
            Some(leg) => *leg,
            None => self.legs[pair.debit as usize].mirrored(),
        }
    }

    /// Number of a pair's credit leg.
    pub fn credit_number(&self, pair: Pair) -> u32 {
        if pair.credit == NONE {
            pair.debit | MIRROR
        } else {
            pair.credit
        }
    }

    /// The leg of a number, or its mirror.
    pub fn view(&self, at: u32) -> Leg {
        let leg = self.legs[(at & !MIRROR) as usize];
        if at & MIRROR == 0 { leg } else { leg.mirrored() }
    }

    /// What a leg states of an exchange.
    pub fn stated_by(&self, at: u32) -> Option<&Stated> {
        self.stated.get(&(at & !MIRROR))
    }

    /// Code of a currency; nothing where the record does not say.
    pub fn currency(&self, leg: &Leg) -> Option<&str> {
        (leg.currency != NO_CURRENCY).then(|| self.currencies.get(leg.currency.into()))
    }

    /// The number of a currency's code.
    pub(super) fn currency_number(&mut self, code: Option<&str>) -> u16 {
        // A case has at most some hundred currencies; past 65,535 words they are no currencies.
        code.and_then(|code| u16::try_from(self.currencies.number(code)).ok())
            .unwrap_or(NO_CURRENCY)
    }

    /// Reads table `accounts`: whose accounts they are, as their banks write the name.
    pub fn read_holders(&mut self, accounts: &RecordBatch) -> Result<(), ReconcileError> {
        let columns = Columns {
            table: Table::Accounts,
            batch: accounts,
        };
        let (ids, names) = (columns.text("account_id")?, columns.text("holder_name")?);
        for row in 0..accounts.num_rows() {
            if let (Some(id), Some(name)) = (text_at(&ids, row), text_at(&names, row)) {
                let (account, name) = (self.accounts.number(id), self.names.number(name));
                if name != NONE {
                    self.holders.insert(account, name);
                }
            }
        }
        Ok(())
    }

    /// The number of a name.
    pub(super) fn name_number(&mut self, name: &str) -> u32 {
        self.names.number(name)
    }

    /// Number of the holder's name; [`NONE`] where no record gives one.
    pub fn holder(&self, account: u32) -> u32 {
        self.holders.get(&account).copied().unwrap_or(NONE)
    }

    /// Whether two accounts carry one holder's name.
    pub fn same_holder(&self, one: u32, other: u32) -> bool {
        self.holder(one) != NONE && self.holder(one) == self.holder(other)
    }

    /// How many different currencies there are.
    pub fn currency_count(&self) -> usize {
        self.currencies.len()
    }

    /// The id of the payment that a leg is, where it is one inside an entry.
    pub fn detail(&self, at: u32) -> Option<&str> {
        let number = at.checked_sub(self.first_detail)?;
        self.detail_ids.get(number as usize).map(|id| &**id)
    }

    /// The id of the entry that a leg is or stands in.
    pub fn entry_id(&self, at: u32) -> String {
        self.view(at).entry().text(&self.prefixes)
    }

    /// Reads table `same_entries`: entries of second copies are left out of what is read afterwards.
    pub fn skip_copies(&mut self, same_entries: &RecordBatch) -> Result<(), ReconcileError> {
        let columns = Columns {
            table: Table::SameEntries,
            batch: same_entries,
        };
        let (ids, kinds) = (columns.text("entry_id")?, columns.text("kind")?);
        let kept = columns.text("same_as")?;
        for row in 0..same_entries.num_rows() {
            if text_at(&kinds, row) == Some("same_statement") {
                let id = text_at(&ids, row).unwrap_or("");
                let copy = EntryRef::parse(id, &mut self.prefixes);
                let kept = EntryRef::parse(text_at(&kept, row).unwrap_or(""), &mut self.prefixes);
                self.skip.insert(copy, kept);
            }
        }
        Ok(())
    }

    /// Reads a batch of table `entries`.
    pub fn read(&mut self, batch: &RecordBatch) -> Result<(), ReconcileError> {
        let columns = Columns {
            table: Table::Entries,
            batch,
        };
        let (ids, accounts) = (columns.text("entry_id")?, columns.text("account_id")?);
        let sequences = columns.number("sequence")?;
        let (booked, valued) = (columns.date("booking_date")?, columns.date("value_date")?);
        let (moments, precisions) = (columns.moment("booked_at")?, columns.text("time_precision")?);
        let directions = columns.text("direction")?;
        let (amounts, currencies) = (columns.money("amount")?, columns.text("currency")?);
        let channels = columns.text("channel")?;
        let others = columns.text("counterparty_account_id")?;
        let names = columns.text("counterparty_name")?;
        let statuses = columns.text("counterparty_status")?;
        let purposes = columns.text("purpose")?;
        let (end_to_end, references) = (columns.text("end_to_end_id")?, columns.text("bank_reference")?);
        let (remittances, reversals) = (columns.text("remittance")?, columns.flag("reversal")?);
        for row in 0..batch.num_rows() {
            let entry = EntryRef::parse(text_at(&ids, row).unwrap_or(""), &mut self.prefixes);
            if self.skip.contains_key(&entry) {
                continue;
            }
            let (amount, sequence) = (money_at(&amounts, row), number_at(&sequences, row));
            let time = moment_at(&moments, row);
            let date = date_at(&booked, row)
                .or(time.map(|t| t.div_euclid(86_400_000_000) as i32))
                .or(date_at(&valued, row));
            let remittance = text_at(&remittances, row).unwrap_or("");
            let mut flags = 0;
            for (set, flag) in [
                (text_at(&directions, row) == Some("credit"), Leg::CREDIT),
                (flag_at(&reversals, row), Leg::REVERSAL),
                (stated::is_return(remittance), Leg::RETURN),
                (amount.is_some(), Leg::AMOUNT),
                (sequence.is_some(), Leg::SEQUENCE),
                (time.is_some(), Leg::TIME),
                (date.is_some(), Leg::DATE),
            ] {
                if set {
                    flags |= flag;
                }
            }
            let precision = text_at(&precisions, row).and_then(TimePrecision::from_word);
            let leg = Leg {
                amount: amount.unwrap_or(0),
                place: entry.place,
                end_to_end: text_at(&end_to_end, row).map_or(0, reference),
                sequence: sequence.unwrap_or(0),
                time: time.unwrap_or(0),
                account: self.accounts.number(text_at(&accounts, row).unwrap_or("")),
                other: self.accounts.maybe(text_at(&others, row)),
                source: entry.source,
                bank_reference: text_at(&references, row).map_or(0, |text| reference(text) as u32),
                date: date.unwrap_or(0),
                purpose: self.purposes.maybe(text_at(&purposes, row)),
                name: text_at(&names, row).map_or(NONE, |name| self.names.number(name)),
                text: self.words.add(remittance),
                currency: self.currency_number(text_at(&currencies, row)),
                mark: entry.leg,
                channel: text_at(&channels, row)
                    .and_then(Channel::from_word)
                    .unwrap_or_default(),
                status: status_number(text_at(&statuses, row)) as u8,
                precision: match precision {
                    Some(precision) if time.is_some() => precision,
                    _ => TimePrecision::Day,
                },
                flags,
            };
            let number = self.push(leg);
            if number.is_none() {
                self.words.forget(leg.text);
            }
            if let (Some(number), Some(stated)) = (number, stated::exchange(remittance)) {
                self.stated.insert(number, stated);
            }
        }
        Ok(())
    }

    /// Pairs listing legs that did not follow each other directly. To be called when everything is read.
    pub fn finish(&mut self) {
        self.open = None;
        self.first_detail = self.legs.len() as u32;
        let mut waiting: HashMap<(u32, u64), u32> = HashMap::new();
        for at in 0..self.legs.len() as u32 {
            let leg = &self.legs[at as usize];
            if self.paired[at as usize] || !matches!(leg.mark, LegMark::Debit | LegMark::Credit) {
                continue;
            }
            match waiting.remove(&(leg.source, leg.place)) {
                Some(first) => self.pair(first, at),
                None => {
                    waiting.insert((leg.source, leg.place), at);
                }
            }
        }
    }

    /// Keeps a leg and gives its number; nothing where it is the mirror of the one before it.
    fn push(&mut self, leg: Leg) -> Option<u32> {
        let at = self.legs.len() as u32;
        if matches!(leg.mark, LegMark::Debit | LegMark::Credit) {
            if let Some(first) = self.open.take()
                && self.legs[first as usize].entry().same_record(leg.entry())
                && self.legs[first as usize].mark != leg.mark
            {
                let debit = self.legs[first as usize];
                if debit.mark == LegMark::Debit && debit.is_mirror(&leg) {
                    self.pairs.push(Pair {
                        debit: first,
                        credit: NONE,
                    });
                    self.paired[first as usize] = true;
                    return None;
                }
                self.legs.push(leg);
                self.paired.push(false);
                self.pair(first, at);
                return Some(at);
            }
            self.open = Some(at);
        }
        self.legs.push(leg);
        self.paired.push(false);
        Some(at)
    }

    fn pair(&mut self, one: u32, other: u32) {
        let one_is_debit = self.legs[one as usize].mark == LegMark::Debit;
        let (debit, credit) = if one_is_debit { (one, other) } else { (other, one) };
        self.paired[debit as usize] = true;
        self.paired[credit as usize] = true;
        self.pairs.push(Pair { debit, credit });
    }
}

/// Names as numbers: equal for two that have the same words in any order, whatever their case and punctuation.
#[derive(Default)]
struct Names {
    written: Texts,
    /// For every name as written the number of its words.
    meant: Vec<u32>,
    words: Texts,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        let number = self.written.number(name) as usize;
        if number == self.meant.len() {
            let words = name.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '/'));
            let plain = |word: &str| -> String {
                let letters = word.chars().filter(|c| c.is_alphanumeric());
                letters.flat_map(char::to_uppercase).collect()
            };
            let mut words: Vec<String> = words.map(plain).filter(|word| !word.is_empty()).collect();
            words.sort_unstable();
            let text = words.join(" ");
            let meant = Some(text.as_str()).filter(|text| !text.is_empty());
            let meant = self.words.maybe(meant);
            self.meant.push(meant);
        }
        self.meant.get(number).copied().unwrap_or(NONE)
    }
}

/// The number of no currency.
pub(super) const NO_CURRENCY: u16 = u16::MAX;

/// Hash of a reference, 0 for words that banks write where there is none. Formats change case and separators.
pub(super) fn reference(text: &str) -> u64 {
    let plain: String = text
        .chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let none = ["", "NOTPROVIDED", "NOTAVAILABLE", "NONREF", "NOREF", "NONE", "NA"];
    if none.contains(&plain.as_str()) || plain.bytes().all(|b| b == b'0') {
        return 0;
    }
    let mut hasher = DefaultHasher::new();
    plain.hash(&mut hasher);
    // The lower half, which alone stands for bank references, must not be 0 either.
    hasher.finish() | 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leg_is_small() {
        assert!(size_of::<Leg>() <= 80, "{}", size_of::<Leg>());
    }

    #[test]
    fn names_are_equal_by_their_words() {
        let mut names = Names::default();
        let name = names.number("Janssen, P.J.");
        assert_eq!(names.number("PJ JANSSEN"), name);
        assert_eq!(names.number("Janssen, P.J."), name);
        assert_ne!(names.number("Janssen, P."), name);
        assert_eq!(names.number("./."), NONE);
    }

    #[test]
    fn words_for_no_reference_are_none() {
        for none in ["NOTPROVIDED", "not-provided", "", "000", "NONREF"] {
            assert_eq!(reference(none), 0, "{none}");
        }
        assert_eq!(reference("INV 2024/17"), reference("inv-2024-17"));
        assert_ne!(reference("INV1"), reference("INV2"));
    }
}
