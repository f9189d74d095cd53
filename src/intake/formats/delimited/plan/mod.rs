//! A mapping tied to one file: every key looked up in the header once, so that rows are read by number. `cells` reads
//! days, amounts and currencies of a row by it.

mod cells;

use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::dialect::Dialect;
use super::fields::Record;
use super::header::Header;
use super::remittance::PersonSlots;
use super::said::Said;
use crate::intake::mapping::Mapping;
use crate::intake::mapping::dates::DateFormat;
use crate::intake::mapping::pattern::Pattern;
use crate::intake::mapping::spec::{Fit, InsideField, Pseudo, STATEMENT_FIELDS, SkipRule};
use crate::model::{Channel, Currency, Date, NumberStyle};

/// Where a value comes from.
#[derive(Clone, Debug, Default)]
pub enum Slot {
    /// The mapping or the file does not have it.
    #[default]
    Nothing,
    Column(usize),
    Constant(String),
    /// What a pattern finds in a column; empty where it does not fit.
    Found(usize, Pattern),
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
    /// Where words are whole values: the channel of each as the mapping spells it.
    pub exact: HashMap<String, Channel>,
    /// The words as patterns, where they are.
    pub patterns: Vec<(Pattern, Channel)>,
}

/// A rule for a value inside a text.
pub struct Inside {
    pub slot: Slot,
    pub field: InsideField,
    pub after: Vec<String>,
    pub until: Vec<String>,
    pub pattern: Option<Pattern>,
    pub formats: Vec<DateFormat>,
}

/// A rule that refuses rows which were never booked.
pub struct NotBooked {
    pub slot: Slot,
    pub words: Vec<String>,
    /// The words are those of rows that were booked.
    pub booked: bool,
    pub pattern: Option<Pattern>,
}

/// A rule for lines that are no records.
pub struct Skip<'m> {
    pub rule: &'m SkipRule,
    /// The column; nothing where the whole line is looked at.
    pub slot: Option<Slot>,
}

/// What a file says of all its records.
pub struct Outside<'m> {
    /// The account, where it is taken from the file's name or given.
    pub account: &'m str,
    pub said: &'m Said,
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

/// One of both sides that a line names.
pub struct Party {
    pub name: Slot,
    pub account: Slot,
    pub identifier: Slot,
}

/// A mapping tied to a file's columns.
pub struct Plan<'m> {
    pub mapping: &'m Mapping,
    pub dialect: Dialect,
    /// Columns that each record must have.
    pub fields: usize,
    labels: Vec<String>,
    cells: CellsOf<'m>,
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
    pub not_booked: Vec<NotBooked>,
    pub skip: Vec<Skip<'m>>,
    /// Entries belong to the statement that the file tells of.
    pub in_statement: bool,
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
    pub direction_else: Slot,
    pub fee: Slot,
    pub fee_currency: Slot,
    pub quantity: Slot,
    pub currency: Slot,
    pub received_currency: Slot,
    pub asset: Slot,
    pub balance_after: Slot,
    pub balance_before: Slot,
    pub sequence: Slot,
    pub account: Slot,
    pub account_bank: Slot,
    pub account_holder: Slot,
    pub pocket: Slot,
    pub payer: Side,
    pub payee: Side,
    pub other_name: Slot,
    pub other_account: Slot,
    pub other_bank: Slot,
    pub other_identifier: Slot,
    pub other_country: Slot,
    /// The other side of what comes in, and of what goes out, in files that name both.
    pub other_payer: Party,
    pub other_payee: Party,
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
    #[inline]
    pub fn get<'a>(&'a self, record: &Record<'a>) -> &'a str {
        match self {
            Slot::Nothing => "",
            Slot::Column(at) => record.get(*at),
            other => other.made(record),
        }
    }

    fn made<'a>(&'a self, record: &Record<'a>) -> &'a str {
        match self {
            Slot::Constant(text) => text,
            Slot::Found(at, pattern) => pattern.find(record.get(*at)).unwrap_or_default(),
            Slot::Nothing | Slot::Column(_) => "",
        }
    }

    /// Whether the file has it at all.
    pub fn is_there(&self) -> bool {
        !matches!(self, Slot::Nothing)
    }
}

impl<'m> Plan<'m> {
    /// Ties a mapping to the columns of a file and to what the file says outside its records.
    pub fn new(mapping: &'m Mapping, header: Header<'m>, outside: &Outside<'_>) -> Plan<'m> {
        let Header {
            dialect,
            labels,
            columns,
            headings,
            fields,
            ..
        } = header;
        let cells = CellsOf {
            mapping,
            columns,
            headings,
            said: STATEMENT_FIELDS
                .iter()
                .map(|field| (field.as_str(), outside.said.text(*field).to_owned()))
                .collect(),
        };
        let slot = |cell: &str| cells.slot(cell);
        let formats = |texts: &[String]| -> Vec<DateFormat> {
            texts
                .iter()
                .filter_map(|text| DateFormat::parse_in(text, &mapping.dates.languages).ok())
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
            exact: match rule.fit {
                Fit::Whole => rule
                    .words
                    .iter()
                    .filter_map(|(word, channel)| Some((word.clone(), Channel::from_word(channel)?)))
                    .collect(),
                _ => HashMap::new(),
            },
            words: rule
                .words
                .iter()
                .filter_map(|(word, channel)| Some((word.clone(), Channel::from_word(channel)?)))
                .collect(),
            patterns: match rule.fit {
                Fit::Pattern => rule
                    .words
                    .iter()
                    .filter_map(|(word, channel)| {
                        Some((Pattern::new(word).ok()?, Channel::from_word(channel)?))
                    })
                    .collect(),
                _ => Vec::new(),
            },
        });
        let inside = mapping.inside.iter().map(|rule| Inside {
            slot: slot(&rule.column),
            field: rule.field,
            after: rule.after.clone(),
            until: rule.until.clone(),
            pattern: rule.pattern.clone(),
            formats: formats(&rule.formats),
        });
        let not_booked = mapping.not_booked.iter().map(|rule| NotBooked {
            slot: slot(&rule.column),
            booked: !rule.booked.is_empty(),
            words: [rule.words.as_slice(), rule.booked.as_slice()].concat(),
            pattern: rule.pattern.clone(),
        });
        let skip = mapping.skip.iter().map(|rule| Skip {
            rule,
            slot: (!rule.column.is_empty()).then(|| slot(&rule.column)),
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
            skip: skip.collect(),
            in_statement: false,
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
            direction_else: slot(&amount.direction_else),
            fee: slot(&amount.fee),
            fee_currency: slot(&currency.fee),
            quantity: slot(&amount.quantity),
            currency: slot(&currency.column),
            received_currency: slot(&currency.received),
            asset: slot(&currency.asset),
            balance_after: slot(&mapping.balance.after),
            balance_before: slot(&mapping.balance.before),
            sequence: slot(&mapping.order.sequence),
            account: match own.map(|own| own.account_from.as_str()) {
                Some(from) if from != "name" && outside.account.is_empty() => slot(from),
                _ => Slot::Constant(outside.account.to_owned()),
            },
            account_holder: slot(own.map_or("", |own| &own.holder)),
            account_bank: slot(own.map_or("", |own| &own.bank)),
            pocket: slot(own.map_or("", |own| &own.pocket)),
            payer: side(&mapping.payer),
            payee: side(&mapping.payee),
            other_name: slot(&other.name),
            other_account: slot(&other.account),
            other_bank: slot(&other.bank),
            other_identifier: slot(&other.identifier),
            other_country: slot(&other.country),
            other_payer: Party {
                name: slot(&other.payer),
                account: slot(&other.payer_account),
                identifier: slot(&other.payer_identifier),
            },
            other_payee: Party {
                name: slot(&other.payee),
                account: slot(&other.payee_account),
                identifier: slot(&other.payee_identifier),
            },
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
            cells,
        }
    }

    /// The slot of a mapping's cell: a column of ours, `column:X` or `constant:...`.
    pub fn slot(&self, cell: &str) -> Slot {
        self.cells.slot(cell)
    }

    /// Whether a record has the columns of the header; with a loose end those that are there or missing too many are
    /// empty.
    pub fn fits(&self, record: &Record<'_>) -> bool {
        record.len() == self.fields
            || (self.mapping.file.loose_end
                && (self.fields..record.len()).all(|at| record.get(at).is_empty()))
    }

    /// What the file calls a slot's column, for messages.
    pub fn label(&self, slot: &Slot) -> String {
        match slot {
            Slot::Column(at) | Slot::Found(at, _) => match self.labels.get(*at) {
                Some(label) if !label.is_empty() => label.clone(),
                _ => format!("number {}", at + 1),
            },
            Slot::Constant(text) => format!("constant {text}"),
            Slot::Nothing => "(none)".to_owned(),
        }
    }
}

/// A value for a message: long ones are cut.
pub fn shorten(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What the cells of a mapping can name.
struct CellsOf<'m> {
    mapping: &'m Mapping,
    columns: BTreeMap<&'m str, usize>,
    headings: BTreeMap<&'m str, String>,
    said: BTreeMap<&'static str, String>,
}

impl CellsOf<'_> {
    fn slot(&self, cell: &str) -> Slot {
        let constant = |text: &str| match text {
            "" => Slot::Nothing,
            text => Slot::Constant(text.to_owned()),
        };
        if let Some(text) = cell.strip_prefix("constant:") {
            return Slot::Constant(text.to_owned());
        }
        if let Some(field) = cell.strip_prefix("statement:") {
            return constant(self.said.get(field).map_or("", String::as_str));
        }
        if let Some(column) = cell.strip_prefix("heading:") {
            return constant(self.headings.get(column).map_or("", String::as_str));
        }
        let name = cell.strip_prefix("column:").unwrap_or(cell);
        let pattern = self
            .mapping
            .columns
            .get(name)
            .and_then(|column| column.pattern.as_ref());
        match (self.columns.get(name), pattern) {
            (Some(at), Some(pattern)) => Slot::Found(*at, pattern.clone()),
            (Some(at), None) => Slot::Column(*at),
            (None, _) => Slot::Nothing,
        }
    }
}

fn money(code: &str) -> Option<Money> {
    match code.strip_prefix("asset:") {
        Some(asset) => Some(Money::Asset(asset.to_owned())),
        None => Currency::from_code(code).ok().map(Money::Currency),
    }
}
