//! What a format hands over: rows of the case's tables, built column by column from borrowed text.

use std::collections::BTreeMap;
use std::fmt::Write;

use datafusion::arrow::array::RecordBatch;

use super::IntakeError;
use super::columns::{Columns, unpacked};
use super::mentions::{Mentions, SourceAccounts, Whose};
use super::reject::Reject;
use crate::case::Table;
use crate::model::{
    AccountKey, AccountMention, Amount, AssetRow, Currency, DetailRow, EntryRow, ExpenseRow, IncomeRow,
    LiabilityRow, NamedParty, OrderRow, OrderSide, PartyRow, Place, RateRow, RelationRow, StatementRow,
    source_prefix, statement_id,
};

/// Rows of one segment of one source. Each of the methods takes one record's worth; [`Rows::accepted`] and
/// [`Rows::reject`] count records, because one record can give several rows.
pub struct Rows {
    source_id: String,
    entries: Columns,
    /// The others of [`PER_SEGMENT`], made where a row comes.
    others: [Option<Columns>; PER_SEGMENT.len()],
    mentions: Mentions,
    id: String,
    /// The statement of the entry before, and its id: entries of a statement follow each other.
    statement: (Option<u32>, String),
    accepted: u64,
    rejected: u64,
    /// Bytes of the records that the rows came from.
    bytes: u64,
    set_aside: BTreeMap<String, u64>,
}

/// What a segment holds. Accounts are no part of it: they are told once a source.
const PER_SEGMENT: [Table; 12] = [
    Table::Entries,
    Table::Rejects,
    Table::StatementsRead,
    Table::PartiesRead,
    Table::RelationsRead,
    Table::Incomes,
    Table::EntryDetails,
    Table::PaymentOrders,
    Table::Rates,
    Table::Assets,
    Table::Liabilities,
    Table::Expenses,
];

impl Rows {
    /// No rows yet.
    pub fn new(source_id: &str) -> Rows {
        Rows::with_room(source_id, 0)
    }

    /// No rows yet, and room for so many entries.
    pub fn with_room(source_id: &str, entries: usize) -> Rows {
        Rows {
            source_id: source_id.to_owned(),
            entries: Columns::with_room(Table::Entries, entries),
            others: [const { None }; PER_SEGMENT.len()],
            mentions: Mentions::default(),
            id: String::new(),
            statement: (None, String::new()),
            accepted: 0,
            rejected: 0,
            bytes: 0,
            set_aside: BTreeMap::new(),
        }
    }

    /// Bytes of the records that the rows held now came from, and of what is kept of rejects: a bound on the texts in
    /// them.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Counts a record of the file as read and accepted.
    pub fn accepted(&mut self) {
        self.accepted += 1;
    }

    /// Records a record that could not be read and counts it.
    pub fn reject(&mut self, reject: &Reject<'_>) {
        self.rejected += 1;
        let kept = reject.kept();
        self.bytes += (kept.locator.len() + kept.reason.len() + kept.raw.len()) as u64;
        let (c, source) = self.columns(Table::Rejects);
        c.text(source);
        c.text(kept.locator);
        c.text(&kept.reason);
        c.text(kept.raw);
        c.place(reject.place);
        c.rows += 1;
    }

    /// Counts a line that is known to be no record (a total, a repeated header), by the reason. Such lines are neither
    /// accepted nor rejected: records read = accepted + rejected stays true of records.
    pub fn set_aside(&mut self, reason: &str) {
        match self.set_aside.get_mut(reason) {
            Some(count) => *count += 1,
            None => {
                self.set_aside.insert(reason.to_owned(), 1);
            }
        }
    }

    /// Lines that are no records, by reason.
    pub fn lines_set_aside(&self) -> &BTreeMap<String, u64> {
        &self.set_aside
    }

    /// Records and bytes: accepted, rejected.
    pub fn counts(&self) -> (u64, u64) {
        (self.accepted, self.rejected)
    }

    /// Rows of entries held now; formats hand a segment over when it grows past some hundred thousand.
    pub fn entries(&self) -> usize {
        self.entries.rows
    }

    /// Payments inside entries held now.
    pub fn details(&self) -> usize {
        self.others[place_of(Table::EntryDetails)]
            .as_ref()
            .map_or(0, |columns| columns.rows)
    }

    /// The id of an account, which is remembered as mentioned.
    pub fn account_id(&mut self, account: AccountKey<'_>) -> String {
        let at = self.mentions.mention(account).at;
        self.mentions.id(at).to_owned()
    }

    /// Adds an entry. Its account and its counterparty are remembered as mentioned.
    pub fn entry(&mut self, row: &EntryRow<'_>) {
        self.count(row.place);
        let account = self.mentions.mention_of(Whose::Own, row.account);
        let counterparty =
            (!row.counterparty.is_empty()).then(|| self.mentions.mention_of(Whose::Other, row.counterparty));
        // Fields one by one, so that ids are written without being copied.
        let Rows {
            source_id: source,
            entries: c,
            mentions,
            id,
            statement,
            ..
        } = self;
        id.clear();
        id.push_str(source_prefix(source));
        id.push('-');
        id.push_str(itoa::Buffer::new().format(row.place.byte_start));
        id.push_str(row.leg.suffix());
        c.at = 0;
        c.text(id);
        c.known(account.at, mentions.id(account.at));
        match row.statement {
            Some(number) => {
                if statement.0 != row.statement {
                    *statement = (row.statement, statement_id(source, number));
                }
                c.text(&statement.1);
            }
            None => c.maybe(""),
        }
        c.number(row.sequence);
        c.date(row.booking_date);
        c.date(row.value_date);
        c.moment(row.booked_at);
        let precision = row.booked_at.map(|m| m.precision.as_str());
        c.maybe(precision.or(row.booking_date.map(|_| "day")).unwrap_or(""));
        // What is one of a few words is never compared.
        c.known(row.direction as usize, row.direction.as_str());
        money(c, row.amount, row.currency);
        c.maybe(row.asset);
        c.decimal(row.quantity);
        c.money(row.balance_after);
        c.known(row.channel as usize, row.channel.as_str());
        c.maybe(row.counterparty_name);
        match counterparty {
            Some(other) => {
                c.known(other.spelling, row.counterparty.number);
                c.known(other.at, mentions.id(other.at));
                if row.counterparty.bank.is_empty() {
                    c.maybe("");
                } else {
                    c.known(other.spelling, row.counterparty.bank);
                }
            }
            None => (0..3).for_each(|_| c.maybe("")),
        }
        c.maybe(row.counterparty_identifier);
        c.maybe(row.counterparty_country);
        c.known(row.counterparty_status as usize, row.counterparty_status.as_str());
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
        c.known(0, "observed");
        c.known(0, source);
        c.text(row.locator);
        c.place(row.place);
        c.rows += 1;
    }

    /// Adds a statement and remembers its account as seized. Gives the statement's id.
    pub fn statement(&mut self, row: &StatementRow<'_>) -> String {
        self.count(row.place);
        let at = self.mentions.note(&AccountMention {
            account: row.account,
            bic: "",
            currency: row.currency,
            country: "",
            holder_name: "",
            opened: None,
            closed: None,
            seized: true,
        });
        let place = place_of(Table::StatementsRead);
        // Fields one by one, so that ids are written without being copied.
        let Rows {
            source_id: source,
            others,
            mentions,
            ..
        } = self;
        let id = statement_id(source, row.number);
        let c = others[place].get_or_insert_with(|| Columns::new(Table::StatementsRead));
        c.at = 0;
        c.text(&id);
        c.text(mentions.id(at));
        currency(c, row.currency);
        c.date(row.from_date);
        c.date(row.to_date);
        c.money(row.opening_balance);
        c.money(row.closing_balance);
        c.maybe(row.sequence_number);
        c.number(row.stated_entries.map(|n| n as i64));
        c.money(row.stated_credits);
        c.money(row.stated_debits);
        cite(c, source, row.locator, row.place);
        id
    }

    /// Remembers an account with what the record says of it. The first value of each field stays.
    pub fn account(&mut self, mention: &AccountMention<'_>) -> String {
        let at = self.mentions.note(mention);
        self.mentions.id(at).to_owned()
    }

    /// Adds a party, and the account it holds where it names one. Gives the party's id.
    pub fn party(&mut self, row: &PartyRow<'_>) -> String {
        self.count(row.place);
        let id = row.named().id(&self.source_id, row.account);
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
        let (c, source) = self.columns(Table::PartiesRead);
        c.text(&id);
        c.maybe(row.record_id);
        c.text(row.kind);
        c.maybe(row.name);
        c.maybe(row.name_kind);
        c.date(row.birth_date);
        c.number(row.birth_year);
        c.number(row.birth_month);
        c.maybe(row.registration_number);
        c.maybe(row.identifier_scheme);
        c.maybe(row.legal_form);
        c.maybe(row.status);
        c.date(row.status_until);
        c.maybe(row.country);
        c.maybe(row.address);
        c.maybe(row.phone);
        c.maybe(row.email);
        c.maybe(row.sector);
        c.date(row.incorporated);
        c.date(row.dissolved);
        c.number(row.employees);
        c.maybe(account_id.as_deref().unwrap_or(""));
        c.maybe(row.role);
        c.date(row.from_date);
        c.date(row.to_date);
        cite(c, source, row.locator, row.place);
        id
    }

    /// Adds a relation between two parties.
    pub fn relation(&mut self, row: &RelationRow<'_>) {
        self.count(row.place);
        let subject = self.party_id(row.subject);
        let object = self.party_id(row.object);
        let (c, source) = self.columns(Table::RelationsRead);
        c.maybe(&subject);
        c.maybe(&object);
        c.text(row.kind.as_str());
        c.maybe(row.interest);
        c.decimal(row.share.min);
        c.decimal(row.share.max);
        c.flag(row.share.above_min);
        c.flag(row.share.below_max);
        c.maybe(row.directness);
        c.maybe(row.beneficial);
        c.maybe(row.detail);
        c.maybe(row.record_id);
        c.date(row.from_date);
        c.date(row.to_date);
        cite(c, source, row.locator, row.place);
    }

    /// Adds a stated income.
    pub fn income(&mut self, row: &IncomeRow<'_>) {
        self.count(row.place);
        let party = self.party_id(row.party);
        let (c, source) = self.columns(Table::Incomes);
        c.text(&party);
        c.number(row.year);
        c.text(row.kind);
        money(c, Some(row.amount), row.currency);
        c.maybe(row.basis);
        cite(c, source, row.locator, row.place);
    }

    /// Adds a payment of an entry that books several; `entry_start` is the first byte of that entry.
    pub fn detail(&mut self, row: &DetailRow<'_>) {
        self.detail_of("", row);
    }

    /// The same for a payment that stands in another source than its entry: `place` is in the source `stands_in`
    /// (empty for the source being read), `entry_start` in the source being read.
    pub fn detail_of(&mut self, stands_in: &str, row: &DetailRow<'_>) {
        self.count(row.place);
        let counterparty = (!row.counterparty.is_empty()).then(|| self.mentions.mention(row.counterparty));
        let at = place_of(Table::EntryDetails);
        // Fields one by one, so that ids are written without being copied: a batch holds a million of these.
        let Rows {
            source_id: source,
            others,
            mentions,
            id,
            ..
        } = self;
        let c = others[at].get_or_insert_with(|| Columns::new(Table::EntryDetails));
        c.at = 0;
        id.clear();
        // Writing to a text never fails.
        let _ = write!(id, "{}-{}", source_prefix(source), row.entry_start);
        let entry = id.len();
        let _ = write!(id, ".{}", row.number);
        c.text(id);
        c.text(&id[..entry]);
        c.number(Some(row.number));
        c.text(row.direction.as_str());
        money(c, row.amount, row.currency);
        c.maybe(row.counterparty_name);
        c.maybe(row.counterparty.number);
        c.maybe(counterparty.map_or("", |other| mentions.id(other.at)));
        c.maybe(row.counterparty.bank);
        c.maybe(row.counterparty_identifier);
        c.maybe(row.counterparty_country);
        c.maybe(row.purpose);
        c.maybe(row.remittance);
        c.maybe(row.end_to_end_id);
        c.maybe(row.bank_reference);
        c.maybe(row.return_reason);
        c.text(if stands_in.is_empty() { source } else { stands_in });
        c.text(row.locator);
        c.place(row.place);
        c.rows += 1;
    }

    /// Adds an order of payment. Both accounts are remembered as mentioned.
    pub fn order(&mut self, row: &OrderRow<'_>) {
        self.count(row.place);
        let mut mention =
            |side: &OrderSide<'_>| (!side.account.is_empty()).then(|| self.mentions.mention(side.account));
        let (debtor, creditor) = (mention(&row.debtor), mention(&row.creditor));
        let at = place_of(Table::PaymentOrders);
        let Rows {
            source_id: source,
            others,
            mentions,
            id,
            ..
        } = self;
        let c = others[at].get_or_insert_with(|| Columns::new(Table::PaymentOrders));
        c.at = 0;
        id.clear();
        let _ = write!(id, "{}-{}", source_prefix(source), row.place.byte_start);
        c.text(id);
        c.text(row.kind.as_str());
        c.maybe(row.message_id);
        c.date(row.requested_date);
        c.moment(row.created_at);
        money(c, row.amount, row.currency);
        for (side, id) in [(&row.debtor, debtor), (&row.creditor, creditor)] {
            c.maybe(side.name);
            c.maybe(side.account.number);
            c.maybe(id.map_or("", |other| mentions.id(other.at)));
            c.maybe(side.account.bank);
            c.maybe(side.ultimate);
        }
        c.maybe(row.end_to_end_id);
        c.maybe(row.transaction_id);
        c.maybe(row.mandate);
        c.maybe(row.purpose);
        c.maybe(row.remittance);
        c.maybe(row.charges);
        c.maybe(row.return_reason);
        cite(c, source, row.locator, row.place);
    }

    /// Adds an exchange rate.
    pub fn rate(&mut self, row: &RateRow<'_>) {
        self.count(row.place);
        let (c, source) = self.columns(Table::Rates);
        c.date(Some(row.day));
        c.text(row.base.code());
        c.text(row.currency.code());
        c.decimal(Some(row.rate));
        cite(c, source, row.locator, row.place);
    }

    /// Adds an asset as a register or an inventory names it.
    pub fn asset(&mut self, row: &AssetRow<'_>) {
        self.count(row.place);
        let (c, source) = self.columns(Table::Assets);
        c.text(&record_id(source, row.place));
        c.text(row.kind);
        c.maybe(row.description);
        c.maybe(row.identifier);
        named(c, source, row.holder);
        c.decimal(row.share);
        c.maybe(row.role);
        c.date(row.acquired);
        c.date(row.disposed);
        money(c, row.value, row.currency);
        c.date(row.value_date);
        c.maybe(row.basis);
        c.maybe(row.country);
        c.maybe(row.address);
        cite(c, source, row.locator, row.place);
    }

    /// Adds a debt.
    pub fn liability(&mut self, row: &LiabilityRow<'_>) {
        self.count(row.place);
        let (c, source) = self.columns(Table::Liabilities);
        c.text(&record_id(source, row.place));
        c.text(row.kind);
        c.maybe(row.description);
        c.maybe(row.identifier);
        named(c, source, row.debtor);
        c.maybe(row.creditor_name);
        c.date(row.from_date);
        c.date(row.to_date);
        money(c, row.amount, row.currency);
        c.date(row.as_of);
        c.maybe(row.basis);
        cite(c, source, row.locator, row.place);
    }

    /// Adds an expense that stands in no account: a tax figure, an invoice, an own estimate.
    pub fn expense(&mut self, row: &ExpenseRow<'_>) {
        self.count(row.place);
        let (c, source) = self.columns(Table::Expenses);
        named(c, source, row.party);
        c.number(row.year);
        c.date(row.from_date);
        c.date(row.to_date);
        c.text(row.kind);
        money(c, row.amount, row.currency);
        c.maybe(row.basis);
        cite(c, source, row.locator, row.place);
    }

    /// The finished columns, a batch a table, and the accounts that were mentioned; tables without rows are left out.
    pub fn finish(self) -> Result<(Vec<(Table, RecordBatch)>, Mentions), IntakeError> {
        let mut batches = Vec::new();
        if self.entries.rows > 0 {
            batches.push((Table::Entries, self.entries.finish(Table::Entries)?));
        }
        for (table, columns) in PER_SEGMENT.into_iter().zip(self.others) {
            if let Some(columns) = columns.filter(|columns| columns.rows > 0) {
                batches.push((table, columns.finish(table)?));
            }
        }
        Ok((batches, self.mentions))
    }

    /// The same for a source of one segment, its accounts among the tables, with plain texts.
    pub fn finish_source(self) -> Result<Vec<(Table, RecordBatch)>, IntakeError> {
        let source_id = self.source_id.clone();
        let (mut batches, mentions) = self.finish()?;
        let mut accounts = SourceAccounts::default();
        accounts.add(0, mentions);
        if let Some(batch) = accounts.finish(&source_id)? {
            batches.push((Table::AccountsRead, batch));
        }
        for (table, batch) in &mut batches {
            *batch = unpacked(*table, batch)?;
        }
        Ok(batches)
    }

    /// The id of a party whom a row refers to.
    fn party_id(&self, party: NamedParty<'_>) -> String {
        party.id(&self.source_id, AccountKey::default())
    }

    fn count(&mut self, place: Place) {
        self.bytes += place.byte_end.saturating_sub(place.byte_start);
    }

    /// The columns of a table where a row begins, and the source.
    fn columns(&mut self, table: Table) -> (&mut Columns, &str) {
        let at = place_of(table);
        let columns = self.others[at].get_or_insert_with(|| Columns::new(table));
        columns.at = 0;
        (columns, &self.source_id)
    }
}

/// The id of a record of which a file holds one a place.
fn record_id(source: &str, place: Place) -> String {
    format!("{}-{}", source_prefix(source), place.byte_start)
}

/// Two columns: an amount and its currency.
fn money(c: &mut Columns, amount: Option<Amount>, of: Option<Currency>) {
    c.money(amount);
    currency(c, of);
}

fn currency(c: &mut Columns, currency: Option<Currency>) {
    c.maybe(currency.as_ref().map_or("", |currency| currency.code()));
}

/// Two columns: the id and the name of a party.
fn named(c: &mut Columns, source: &str, party: NamedParty<'_>) {
    c.maybe(&party.id(source, AccountKey::default()));
    c.maybe(party.name);
}

/// The last columns of a row: where it stands. The row ends with them.
fn cite(c: &mut Columns, source: &str, locator: &str, place: Place) {
    c.text(source);
    c.text(locator);
    c.place(place);
    c.rows += 1;
}

/// Where a table stands in [`PER_SEGMENT`].
fn place_of(table: Table) -> usize {
    PER_SEGMENT.iter().position(|t| *t == table).unwrap_or(0)
}
