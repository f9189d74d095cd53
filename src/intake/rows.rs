//! What a format hands over: rows of the case's tables, built column by column from borrowed text.

use std::fmt::Write;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Int64Builder, RecordBatch, StringBuilder,
    TimestampMicrosecondBuilder,
};
use hashbrown::HashMap;

use super::IntakeError;
use crate::case::Table;
use crate::model::{
    AccountKey, AccountMention, AccountScheme, Amount, Date, EntryRow, IncomeRow, Moment, PartyRow, Place,
    RelationRow, StatementRow, party_id, source_prefix, statement_id,
};

/// A record that could not be read.
#[derive(Clone, Copy, Debug)]
pub struct Reject<'a> {
    pub place: Place,
    pub locator: &'a str,
    /// Value, expectation and reason in one sentence.
    pub reason: &'a str,
    /// The record as read, cut at 4,096 bytes.
    pub raw: &'a str,
}

/// Rows of one segment of one source. Each of the methods takes one record's worth; [`Rows::accepted`] and
/// [`Rows::reject`] count records, because one record can give several rows.
pub struct Rows {
    source_id: String,
    tables: [Columns; PER_SOURCE.len()],
    /// Spellings of accounts (number and bank as written), each with its place among the mentions.
    spellings: HashMap<(String, String), usize>,
    mentions: HashMap<String, usize>,
    mention_rows: Vec<MentionRow>,
    id: String,
    accepted: u64,
    rejected: u64,
}

const PER_SOURCE: [Table; 7] = [
    Table::Entries,
    Table::Rejects,
    Table::StatementsRead,
    Table::AccountsRead,
    Table::PartiesRead,
    Table::RelationsRead,
    Table::Incomes,
];

struct MentionRow {
    account_id: String,
    scheme: AccountScheme,
    number: String,
    bank: String,
    bic: String,
    currency: String,
    country: String,
    holder_name: String,
    opened: Option<Date>,
    closed: Option<Date>,
    seized: bool,
}

impl Rows {
    /// No rows yet.
    pub fn new(source_id: &str) -> Rows {
        Rows {
            source_id: source_id.to_owned(),
            tables: PER_SOURCE.map(Columns::new),
            spellings: HashMap::new(),
            mentions: HashMap::new(),
            mention_rows: Vec::new(),
            id: String::new(),
            accepted: 0,
            rejected: 0,
        }
    }

    /// Counts a record of the file as read and accepted.
    pub fn accepted(&mut self) {
        self.accepted += 1;
    }

    /// Records a record that could not be read and counts it.
    pub fn reject(&mut self, reject: &Reject<'_>) {
        self.rejected += 1;
        let raw = match reject.raw.char_indices().nth(4_096) {
            Some((end, _)) => &reject.raw[..end],
            None => reject.raw,
        };
        let source = self.source_id.clone();
        let c = self.columns(Table::Rejects);
        c.text(&source);
        c.text(reject.locator);
        c.text(reject.reason);
        c.text(raw);
        c.place(reject.place);
        c.rows += 1;
    }

    /// Records and bytes: accepted, rejected.
    pub fn counts(&self) -> (u64, u64) {
        (self.accepted, self.rejected)
    }

    /// Rows of entries held now; formats hand a segment over when it grows past some hundred thousand.
    pub fn entries(&self) -> usize {
        self.tables[0].rows
    }

    /// The id of an account, which is remembered as mentioned.
    pub fn account_id(&mut self, account: AccountKey<'_>) -> String {
        let at = self.mention(account);
        self.mention_rows[at].account_id.clone()
    }

    /// Adds an entry. Its account and its counterparty are remembered as mentioned.
    pub fn entry(&mut self, row: &EntryRow<'_>) {
        let account = self.mention(row.account);
        let counterparty = (!row.counterparty.is_empty()).then(|| self.mention(row.counterparty));
        // Fields one by one, so that ids are written without being copied.
        let Rows {
            source_id: source,
            tables,
            mention_rows,
            id,
            ..
        } = self;
        let account_of = |at: usize| mention_rows[at].account_id.as_str();
        id.clear();
        // Writing to a text never fails.
        let _ = write!(
            id,
            "{}-{}{}",
            source_prefix(source),
            row.place.byte_start,
            row.leg.suffix()
        );
        let c = &mut tables[0];
        c.at = 0;
        c.text(id);
        c.text(account_of(account));
        match row.statement {
            Some(number) => c.text(&statement_id(source, number)),
            None => c.maybe(""),
        }
        c.number(row.sequence);
        c.date(row.booking_date);
        c.date(row.value_date);
        c.moment(row.booked_at);
        let precision = row.booked_at.map(|m| m.precision.as_str());
        c.maybe(precision.or(row.booking_date.map(|_| "day")).unwrap_or(""));
        c.text(row.direction.as_str());
        c.money(row.amount);
        c.maybe(row.currency.as_ref().map_or("", |currency| currency.code()));
        c.maybe(row.asset);
        c.decimal(row.quantity);
        c.money(row.balance_after);
        c.text(row.channel.as_str());
        c.maybe(row.counterparty_name);
        c.maybe(row.counterparty.number);
        c.maybe(counterparty.map_or("", account_of));
        c.maybe(row.counterparty.bank);
        c.maybe(row.counterparty_identifier);
        c.maybe(row.counterparty_country);
        c.text(row.counterparty_status.as_str());
        c.maybe(row.merchant_category);
        c.maybe(row.terminal);
        c.maybe(row.city);
        c.maybe(row.country);
        c.maybe(row.purpose);
        c.maybe(row.remittance);
        c.maybe(row.end_to_end_id);
        c.maybe(row.bank_reference);
        c.maybe(row.bank_code);
        c.flag(row.reversal);
        c.text("observed");
        c.text(source);
        c.text(row.locator);
        c.place(row.place);
        c.rows += 1;
    }

    /// Adds a statement and remembers its account as seized. Gives the statement's id.
    pub fn statement(&mut self, row: &StatementRow<'_>) -> String {
        let account_id = self.account_id(row.account);
        self.account(&AccountMention {
            account: row.account,
            bic: "",
            currency: row.currency,
            country: "",
            holder_name: "",
            opened: None,
            closed: None,
            seized: true,
        });
        let source = self.source_id.clone();
        let id = statement_id(&source, row.number);
        let c = self.columns(Table::StatementsRead);
        c.text(&id);
        c.text(&account_id);
        c.maybe(row.currency.as_ref().map_or("", |currency| currency.code()));
        c.date(row.from_date);
        c.date(row.to_date);
        c.money(row.opening_balance);
        c.money(row.closing_balance);
        c.maybe(row.sequence_number);
        c.number(row.stated_entries.map(|n| n as i64));
        c.money(row.stated_credits);
        c.money(row.stated_debits);
        c.text(&source);
        c.text(row.locator);
        c.place(row.place);
        c.rows += 1;
        id
    }

    /// Remembers an account with what the record says of it. The first value of each field stays.
    pub fn account(&mut self, mention: &AccountMention<'_>) -> String {
        let at = self.mention(mention.account);
        let row = &mut self.mention_rows[at];
        keep_first(&mut row.bic, mention.bic);
        keep_first(
            &mut row.currency,
            mention.currency.as_ref().map_or("", |c| c.code()),
        );
        keep_first(&mut row.country, mention.country);
        keep_first(&mut row.holder_name, mention.holder_name);
        row.opened = row.opened.or(mention.opened);
        row.closed = row.closed.or(mention.closed);
        row.seized |= mention.seized;
        row.account_id.clone()
    }

    /// Adds a party, and the account it holds where it names one. Gives the party's id.
    pub fn party(&mut self, row: &PartyRow<'_>) -> String {
        let id = party_id(row.name, row.registration_number, row.birth_date);
        let account_id = if row.account.is_empty() {
            None
        } else {
            Some(self.account(&AccountMention {
                account: row.account,
                bic: "",
                currency: None,
                country: "",
                holder_name: if row.role == "holder" { row.name } else { "" },
                opened: None,
                closed: None,
                seized: false,
            }))
        };
        let source = self.source_id.clone();
        let c = self.columns(Table::PartiesRead);
        c.text(&id);
        c.text(row.kind);
        c.maybe(row.name);
        c.date(row.birth_date);
        c.maybe(row.registration_number);
        c.maybe(row.country);
        c.maybe(row.address);
        c.maybe(row.phone);
        c.maybe(row.email);
        c.maybe(row.sector);
        c.date(row.incorporated);
        c.number(row.employees);
        c.maybe(account_id.as_deref().unwrap_or(""));
        c.maybe(row.role);
        c.date(row.from_date);
        c.date(row.to_date);
        c.text(&source);
        c.text(row.locator);
        c.place(row.place);
        c.rows += 1;
        id
    }

    /// Adds a relation between two parties.
    pub fn relation(&mut self, row: &RelationRow<'_>) {
        let subject = party_id(row.subject_name, row.subject_number, row.subject_birth_date);
        let object = party_id(row.object_name, row.object_number, None);
        let source = self.source_id.clone();
        let c = self.columns(Table::RelationsRead);
        c.text(&subject);
        c.text(&object);
        c.text(row.kind);
        c.decimal(None);
        c.decimal(None);
        c.date(row.from_date);
        c.date(row.to_date);
        c.text(&source);
        c.text(row.locator);
        c.place(row.place);
        c.rows += 1;
    }

    /// Adds a stated income.
    pub fn income(&mut self, row: &IncomeRow<'_>) {
        let party = party_id(row.party_name, row.party_number, row.party_birth_date);
        let source = self.source_id.clone();
        let c = self.columns(Table::Incomes);
        c.text(&party);
        c.number(row.year);
        c.text(row.kind);
        c.money(Some(row.amount));
        c.maybe(row.currency.as_ref().map_or("", |currency| currency.code()));
        c.maybe(row.basis);
        c.text(&source);
        c.text(row.locator);
        c.place(row.place);
        c.rows += 1;
    }

    /// The finished columns, a batch a table; tables without rows are left out. Accounts come sorted by id.
    pub fn finish(mut self) -> Result<Vec<(Table, RecordBatch)>, IntakeError> {
        let source = std::mem::take(&mut self.source_id);
        let mut mentions = std::mem::take(&mut self.mention_rows);
        mentions.sort_by(|a, b| a.account_id.cmp(&b.account_id));
        let c = self.columns(Table::AccountsRead);
        for row in &mentions {
            c.at = 0;
            c.text(&row.account_id);
            c.text(row.scheme.as_str());
            c.text(&row.number);
            let iban = row.scheme == AccountScheme::Iban;
            c.maybe(if iban { &row.number } else { "" });
            c.maybe(&row.bank);
            c.maybe(&row.bic);
            c.maybe(&row.currency);
            c.maybe(if row.country.is_empty() && iban {
                &row.number[..2]
            } else {
                &row.country
            });
            c.maybe(&row.holder_name);
            c.date(row.opened);
            c.date(row.closed);
            c.flag(row.seized);
            c.text(&source);
            c.rows += 1;
        }
        let mut batches = Vec::new();
        for (table, columns) in PER_SOURCE.into_iter().zip(self.tables) {
            if columns.rows > 0 {
                batches.push((table, columns.finish(table)?));
            }
        }
        Ok(batches)
    }

    /// The account's place among the mentions; looked up once per spelling.
    fn mention(&mut self, account: AccountKey<'_>) -> usize {
        if let Some(at) = self.spellings.get(&PairRef(account.number, account.bank)) {
            return *at;
        }
        let id = account.id();
        let at = match self.mentions.get(&id) {
            Some(at) => *at,
            None => {
                let (scheme, number) = account.normalise();
                let at = self.mention_rows.len();
                self.mentions.insert(id.clone(), at);
                self.mention_rows.push(MentionRow {
                    account_id: id,
                    scheme,
                    number,
                    bank: account.bank.trim().to_owned(),
                    bic: String::new(),
                    currency: String::new(),
                    country: String::new(),
                    holder_name: String::new(),
                    opened: None,
                    closed: None,
                    seized: false,
                });
                at
            }
        };
        self.spellings
            .insert((account.number.to_owned(), account.bank.to_owned()), at);
        at
    }

    fn columns(&mut self, table: Table) -> &mut Columns {
        let at = PER_SOURCE.iter().position(|t| *t == table).unwrap_or(0);
        let columns = &mut self.tables[at];
        columns.at = 0;
        columns
    }
}

fn keep_first(slot: &mut String, value: &str) {
    if slot.is_empty() {
        slot.push_str(value.trim());
    }
}

/// Looks up an owned pair of texts by a borrowed one.
#[derive(Hash)]
struct PairRef<'a>(&'a str, &'a str);

impl hashbrown::Equivalent<(String, String)> for PairRef<'_> {
    fn equivalent(&self, key: &(String, String)) -> bool {
        self.0 == key.0 && self.1 == key.1
    }
}

/// Builders of a table's columns, filled from left to right.
struct Columns {
    builders: Vec<Column>,
    at: usize,
    rows: usize,
}

enum Column {
    Text(StringBuilder),
    Number(Int64Builder),
    Decimal(Decimal128Builder),
    Date(Date32Builder),
    Moment(TimestampMicrosecondBuilder),
    Flag(BooleanBuilder),
}

impl Columns {
    fn new(table: Table) -> Columns {
        use datafusion::arrow::datatypes::DataType;
        let builders = table
            .schema()
            .fields()
            .iter()
            .map(|field| match field.data_type() {
                DataType::Int64 => Column::Number(Int64Builder::new()),
                DataType::Decimal128(..) => {
                    Column::Decimal(Decimal128Builder::new().with_data_type(field.data_type().clone()))
                }
                DataType::Date32 => Column::Date(Date32Builder::new()),
                DataType::Timestamp(..) => Column::Moment(TimestampMicrosecondBuilder::new()),
                DataType::Boolean => Column::Flag(BooleanBuilder::new()),
                _ => Column::Text(StringBuilder::new()),
            })
            .collect();
        Columns {
            builders,
            at: 0,
            rows: 0,
        }
    }

    fn next(&mut self) -> &mut Column {
        let at = self.at;
        self.at += 1;
        &mut self.builders[at]
    }

    fn text(&mut self, value: &str) {
        if let Column::Text(b) = self.next() {
            b.append_value(value);
        }
    }

    /// Text where empty means that the record does not say.
    fn maybe(&mut self, value: &str) {
        if let Column::Text(b) = self.next() {
            b.append_option((!value.is_empty()).then_some(value));
        }
    }

    fn number(&mut self, value: Option<i64>) {
        if let Column::Number(b) = self.next() {
            b.append_option(value);
        }
    }

    fn decimal(&mut self, value: Option<i128>) {
        if let Column::Decimal(b) = self.next() {
            b.append_option(value);
        }
    }

    fn money(&mut self, value: Option<Amount>) {
        self.decimal(value.map(|amount| i128::from(amount.scaled())));
    }

    fn date(&mut self, value: Option<Date>) {
        if let Column::Date(b) = self.next() {
            b.append_option(value.map(|d| d.0));
        }
    }

    fn moment(&mut self, value: Option<Moment>) {
        if let Column::Moment(b) = self.next() {
            b.append_option(value.map(|m| m.microseconds));
        }
    }

    fn flag(&mut self, value: bool) {
        if let Column::Flag(b) = self.next() {
            b.append_value(value);
        }
    }

    fn place(&mut self, place: Place) {
        self.number(Some(place.byte_start as i64));
        self.number(Some(place.byte_end as i64));
    }

    fn finish(self, table: Table) -> Result<RecordBatch, IntakeError> {
        let arrays: Vec<ArrayRef> = self
            .builders
            .into_iter()
            .map(|column| -> ArrayRef {
                match column {
                    Column::Text(mut b) => Arc::new(b.finish()),
                    Column::Number(mut b) => Arc::new(b.finish()),
                    Column::Decimal(mut b) => Arc::new(b.finish()),
                    Column::Date(mut b) => Arc::new(b.finish()),
                    Column::Moment(mut b) => Arc::new(b.finish()),
                    Column::Flag(mut b) => Arc::new(b.finish()),
                }
            })
            .collect();
        RecordBatch::try_new(table.schema(), arrays).map_err(|e| IntakeError::Store(e.to_string()))
    }
}
