//! A mapping tied to one file: every key looked up in the header once, so that rows are read by number.

use std::collections::BTreeMap;

use super::dialect::Dialect;
use super::fault::Fault;
use super::fields::Record;
use super::remittance::PersonSlots;
use crate::intake::mapping::Mapping;
use crate::intake::mapping::dates::{DateFormat, Reading};
use crate::intake::mapping::spec::{Fit, InsideField, Pseudo};
use crate::model::{Amount, AmountError, Channel, Currency, Date, NumberStyle};

/// Where a value comes from.
#[derive(Clone, Debug, Default)]
pub enum Slot {
    /// The mapping or the file does not have it.
    #[default]
    Nothing,
    Column(usize),
    Constant(String),
}

const RENDERED_DATES: [&str; 5] = [
    "%Y-%m-%d",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%dT%H:%M:%S.%fZ",
];
const RENDERED_TIMES: [&str; 2] = ["%H:%M:%S", "%H:%M:%S.%f"];

/// What a currency word stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Money {
    Currency(Currency),
    /// A crypto-asset: the number is a quantity.
    Asset(String),
}

/// A channel rule tied to its column.
pub struct Channels {
    pub slot: Slot,
    pub fit: Fit,
    pub words: Vec<(String, Channel)>,
}

/// A rule for a value inside a text.
pub struct Inside {
    pub slot: Slot,
    pub field: InsideField,
    pub after: Vec<String>,
    pub until: Vec<String>,
    pub formats: Vec<DateFormat>,
}

/// One side of a listing.
#[derive(Default)]
pub struct Side {
    pub account: Slot,
    pub bank: Slot,
    pub name: Slot,
    pub balance_after: Slot,
    /// Who the side is, where it has no account.
    pub person: Option<PersonSlots>,
}

/// A mapping tied to a file's columns.
pub struct Plan<'m> {
    pub mapping: &'m Mapping,
    pub dialect: Dialect,
    /// Columns that each record must have.
    pub fields: usize,
    labels: Vec<String>,
    columns: BTreeMap<&'m str, usize>,
    pub formats: Vec<DateFormat>,
    pub time_formats: Vec<DateFormat>,
    /// How a rendering writes days and times of cells that hold such.
    rendered_dates: Vec<DateFormat>,
    rendered_times: Vec<DateFormat>,
    pub epoch: Option<Date>,
    pub style: NumberStyle,
    pub money_words: Vec<(String, Money)>,
    pub money_constant: Option<Money>,
    pub channels: Vec<Channels>,
    pub inside: Vec<Inside>,
    pub not_booked: Vec<(Slot, Vec<String>, bool)>,
    pub remittance: Vec<Slot>,
    pub pseudo: Vec<(String, Pseudo)>,
    pub booked: Slot,
    pub value: Slot,
    pub time: Slot,
    pub amount: Slot,
    pub received: Slot,
    pub direction: Slot,
    pub debit: Slot,
    pub credit: Slot,
    pub fee: Slot,
    pub quantity: Slot,
    pub currency: Slot,
    pub received_currency: Slot,
    pub asset: Slot,
    pub balance_after: Slot,
    pub balance_before: Slot,
    pub sequence: Slot,
    pub account: Slot,
    pub account_bank: Slot,
    pub pocket: Slot,
    pub payer: Side,
    pub payee: Side,
    pub other_name: Slot,
    pub other_account: Slot,
    pub other_bank: Slot,
    pub other_identifier: Slot,
    pub other_country: Slot,
    pub purpose: Slot,
    pub end_to_end_id: Slot,
    pub bank_reference: Slot,
    pub bank_code: Slot,
    pub merchant_category: Slot,
    pub terminal: Slot,
    pub city: Slot,
    pub country: Slot,
}

impl Slot {
    /// The value in a record; empty where there is none.
    pub fn get<'a>(&'a self, record: &Record<'a>) -> &'a str {
        match self {
            Slot::Nothing => "",
            Slot::Column(at) => record.get(*at),
            Slot::Constant(text) => text,
        }
    }

    /// Whether the file has it at all.
    pub fn is_there(&self) -> bool {
        !matches!(self, Slot::Nothing)
    }
}

impl<'m> Plan<'m> {
    /// Ties a mapping to columns: our name → number from 0. `labels` are the header's own names; `account` is the
    /// account where it is taken from the file's name or given.
    pub fn new(
        mapping: &'m Mapping,
        dialect: Dialect,
        labels: Vec<String>,
        columns: BTreeMap<&'m str, usize>,
        fields: usize,
        account: &str,
    ) -> Plan<'m> {
        let slot = |cell: &str| slot_of(&columns, cell);
        let formats = |texts: &[String]| -> Vec<DateFormat> {
            texts
                .iter()
                .filter_map(|text| DateFormat::parse(text).ok())
                .collect()
        };
        let side = |spec: &Option<crate::intake::mapping::spec::SideSpec>| {
            spec.as_ref().map_or_else(Side::default, |side| Side {
                account: slot(&side.account),
                bank: slot(&side.bank),
                name: slot(&side.name),
                balance_after: slot(&side.balance_after),
                person: side.person.as_ref().map(|person| PersonSlots::of(person, &slot)),
            })
        };
        let (dates, amount, currency) = (&mapping.dates, &mapping.amount, &mapping.currency);
        let (other, texts) = (&mapping.counterparty, &mapping.texts);
        let own = mapping.account.as_ref();
        let channels = mapping.channels.iter().map(|rule| Channels {
            slot: slot(&rule.column),
            fit: rule.fit,
            words: rule
                .words
                .iter()
                .filter_map(|(word, channel)| Some((word.clone(), Channel::from_word(channel)?)))
                .collect(),
        });
        let inside = mapping.inside.iter().map(|rule| Inside {
            slot: slot(&rule.column),
            field: rule.field,
            after: rule.after.clone(),
            until: rule.until.clone(),
            formats: formats(&rule.formats),
        });
        let not_booked = mapping.not_booked.iter().map(|rule| {
            if rule.booked.is_empty() {
                (slot(&rule.column), rule.words.clone(), false)
            } else {
                (slot(&rule.column), rule.booked.clone(), true)
            }
        });
        Plan {
            dialect,
            fields,
            formats: formats(&dates.formats),
            time_formats: formats(&dates.time_formats),
            rendered_dates: RENDERED_DATES
                .iter()
                .filter_map(|text| DateFormat::parse(text).ok())
                .collect(),
            rendered_times: RENDERED_TIMES
                .iter()
                .filter_map(|text| DateFormat::parse(text).ok())
                .collect(),
            epoch: DateFormat::parse("%Y-%m-%d")
                .ok()
                .and_then(|format| format.read(&dates.epoch, 70))
                .and_then(|reading| reading.date),
            style: NumberStyle {
                decimal_sign: if amount.decimal == "," { b',' } else { b'.' },
                grouping: amount.grouping.bytes().next(),
            },
            money_words: currency
                .words
                .iter()
                .filter_map(|(word, code)| Some((word.clone(), money(code)?)))
                .collect(),
            money_constant: money(&currency.constant),
            channels: channels.collect(),
            inside: inside.collect(),
            not_booked: not_booked.collect(),
            remittance: texts.remittance.iter().map(|cell| slot(cell)).collect(),
            pseudo: mapping
                .pseudo_accounts
                .iter()
                .map(|(k, v)| (k.clone(), *v))
                .collect(),
            booked: slot(&dates.booked),
            value: slot(&dates.value),
            time: slot(&dates.time),
            amount: slot(&amount.column),
            received: slot(&amount.received),
            direction: slot(&amount.direction),
            debit: slot(&amount.debit),
            credit: slot(&amount.credit),
            fee: slot(&amount.fee),
            quantity: slot(&amount.quantity),
            currency: slot(&currency.column),
            received_currency: slot(&currency.received),
            asset: slot(&currency.asset),
            balance_after: slot(&mapping.balance.after),
            balance_before: slot(&mapping.balance.before),
            sequence: slot(&mapping.order.sequence),
            account: match own.map(|own| own.account_from.as_str()) {
                Some(from) if from != "name" && account.is_empty() => slot(from),
                _ => Slot::Constant(account.to_owned()),
            },
            account_bank: slot(own.map_or("", |own| &own.bank)),
            pocket: slot(own.map_or("", |own| &own.pocket)),
            payer: side(&mapping.payer),
            payee: side(&mapping.payee),
            other_name: slot(&other.name),
            other_account: slot(&other.account),
            other_bank: slot(&other.bank),
            other_identifier: slot(&other.identifier),
            other_country: slot(&other.country),
            purpose: slot(&texts.purpose),
            end_to_end_id: slot(&texts.end_to_end_id),
            bank_reference: slot(&texts.bank_reference),
            bank_code: slot(&texts.bank_code),
            merchant_category: slot(&texts.merchant_category),
            terminal: slot(&texts.terminal),
            city: slot(&texts.city),
            country: slot(&texts.country),
            mapping,
            labels,
            columns,
        }
    }

    /// The slot of a mapping's cell: a column of ours, `column:X` or `constant:...`.
    pub fn slot(&self, cell: &str) -> Slot {
        slot_of(&self.columns, cell)
    }

    /// What the file calls a slot's column, for messages.
    pub fn label(&self, slot: &Slot) -> String {
        match slot {
            Slot::Column(at) => match self.labels.get(*at) {
                Some(label) if !label.is_empty() => label.clone(),
                _ => format!("number {}", at + 1),
            },
            Slot::Constant(text) => format!("constant {text}"),
            Slot::Nothing => "(none)".to_owned(),
        }
    }

    /// A day, with the time where the format has one. An empty text is no fault here.
    pub fn date(&self, slot: &Slot, record: &Record<'_>) -> Result<Option<Reading>, Fault> {
        let text = slot.get(record);
        if text.is_empty() {
            return Ok(None);
        }
        let bare: &[DateFormat] = if self.is_bare(slot, record) {
            &self.rendered_dates
        } else {
            &[]
        };
        bare.iter()
            .chain(&self.formats)
            .find_map(|format| format.read(text, self.mapping.dates.pivot))
            .filter(|reading| reading.date.is_some())
            .map(Some)
            .ok_or_else(|| Fault::Date {
                column: self.label(slot),
                value: shorten(text),
                expected: self.mapping.dates.formats.join(" or "),
            })
    }

    /// An amount in the mapping's style. An empty text is no fault here.
    pub fn amount(&self, slot: &Slot, record: &Record<'_>) -> Result<Option<Amount>, Fault> {
        let text = slot.get(record);
        if text.is_empty() {
            return Ok(None);
        }
        match Amount::parse(text, self.number_style(slot, record)) {
            Ok(amount) => Ok(Some(amount)),
            Err(error) => Err(Fault::Amount {
                column: self.label(slot),
                error: short_error(error),
                example: match (self.style.decimal_sign, self.style.grouping) {
                    (b',', Some(_)) => "1.234,56",
                    (b',', None) => "1234,56",
                    (_, Some(_)) => "1,234.56",
                    _ => "1234.56",
                },
            }),
        }
    }

    /// How a number is written: in a rendering the cells that held numbers have a point and no grouping, whatever the
    /// mapping says of text.
    pub fn number_style(&self, slot: &Slot, record: &Record<'_>) -> NumberStyle {
        if self.is_bare(slot, record) {
            NumberStyle::POINT
        } else {
            self.style
        }
    }

    /// The formats in which a time of its own is tried.
    pub fn times(&self, slot: &Slot, record: &Record<'_>) -> impl Iterator<Item = &DateFormat> {
        let bare: &[DateFormat] = if self.is_bare(slot, record) {
            &self.rendered_times
        } else {
            &[]
        };
        bare.iter().chain(&self.time_formats)
    }

    // Whether a cell of a rendered sheet held a number, a day or a time: then it stands without quotes.
    fn is_bare(&self, slot: &Slot, record: &Record<'_>) -> bool {
        self.dialect.rendered && matches!(slot, Slot::Column(at) if !record.is_quoted(*at))
    }

    /// The currency or asset of a row.
    pub fn money(&self, slot: &Slot, record: &Record<'_>) -> Result<Money, Fault> {
        let text = slot.get(record);
        if let (true, Some(constant)) = (text.is_empty(), &self.money_constant) {
            return Ok(constant.clone());
        }
        if let Some((_, money)) = self
            .money_words
            .iter()
            .find(|(word, _)| word.eq_ignore_ascii_case(text))
        {
            return Ok(money.clone());
        }
        Currency::from_code(text)
            .map(Money::Currency)
            .map_err(|error| Fault::Currency {
                column: self.label(slot),
                error,
            })
    }

    /// What an account number that names none stands for.
    pub fn pseudo(&self, number: &str) -> Option<Pseudo> {
        self.pseudo
            .iter()
            .find(|(word, _)| word.eq_ignore_ascii_case(number))
            .map(|(_, pseudo)| *pseudo)
    }
}

/// A value for a message: long ones are cut.
pub fn shorten(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn short_error(error: AmountError) -> AmountError {
    match error {
        AmountError::Character(text, c) => AmountError::Character(shorten(&text), c),
        AmountError::Signs(text) => AmountError::Signs(shorten(&text)),
        AmountError::Decimals(text) => AmountError::Decimals(shorten(&text)),
        AmountError::TooLarge(text) => AmountError::TooLarge(shorten(&text)),
        AmountError::Empty => AmountError::Empty,
    }
}

fn slot_of(columns: &BTreeMap<&str, usize>, cell: &str) -> Slot {
    if let Some(text) = cell.strip_prefix("constant:") {
        return Slot::Constant(text.to_owned());
    }
    match columns.get(cell.strip_prefix("column:").unwrap_or(cell)) {
        Some(at) => Slot::Column(*at),
        None => Slot::Nothing,
    }
}

fn money(code: &str) -> Option<Money> {
    match code.strip_prefix("asset:") {
        Some(asset) => Some(Money::Asset(asset.to_owned())),
        None => Currency::from_code(code).ok().map(Money::Currency),
    }
}
