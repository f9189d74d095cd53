//! What an export is made of: plain borrowed rows, with their texts as they may be shown.
//!
//! An empty text means that the record does not say. Ids tie rows to each other and stand in the files; whoever calls
//! decides which names, numbers and addresses a reader may see, before a row comes here. Ids too: those of a case's tables
//! are hashes of account numbers that can be guessed, so unless names are shown they come as signs made with a key.

use crate::model::{Amount, Date, Direction, Moment, RelationKind, Share};

/// What stands at the head of every file.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// The case's reference.
    pub case: &'a str,
    /// Who made the file: the authority.
    pub authority: &'a str,
    /// Name and version of the tool.
    pub tool: &'a str,
    /// Handling marking, printed where the format has a place for it.
    pub handling: &'a str,
    /// The moment that the file tells as its making. Given from outside, so that the same case gives the same bytes.
    pub made: Moment,
    /// The case's own currency, three letters.
    pub currency: &'a str,
    /// Whether ids are signs made with a key, which nobody can check against a guessed number, and not the case's own.
    pub signs: bool,
    /// What was withheld from the file and why, a sentence each.
    pub withheld: &'a [String],
}

/// Where a row stands in the files as received.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cited<'a> {
    /// SHA-256 of the file, or its sign.
    pub source_id: &'a str,
    /// Line, row or path in words that a person can follow.
    pub locator: &'a str,
    /// First byte and first byte behind; both 0 where the place is no range of bytes.
    pub bytes: (u64, u64),
}

/// A file as received.
#[derive(Clone, Copy, Debug, Default)]
pub struct Source<'a> {
    /// SHA-256, 64 hexadecimal digits; its sign where ids are signs.
    pub source_id: &'a str,
    pub name: &'a str,
    pub bytes: u64,
    pub format: &'a str,
    pub received_from: &'a str,
    pub order_reference: &'a str,
    pub received_at: Option<Moment>,
    pub rows_read: u64,
    pub rows_accepted: u64,
    pub rows_rejected: u64,
}

/// What a party is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartyKind {
    /// A human being.
    Person,
    /// A company or another body.
    Organisation,
    /// Not known which.
    #[default]
    Unknown,
}

/// A person, company or unknown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Party<'a> {
    pub party_id: &'a str,
    pub kind: PartyKind,
    pub name: &'a str,
    /// Other names on record.
    pub aliases: &'a [&'a str],
    pub birth_date: Option<Date>,
    pub registration_number: &'a str,
    /// Where a body is registered, or the country on record; ISO 3166, two letters.
    pub country: &'a str,
    /// NACE code.
    pub sector: &'a str,
    pub incorporated: Option<Date>,
    /// The category that a named person decided on.
    pub category: &'a str,
    /// Scheme and value.
    pub identifiers: &'a [(&'a str, &'a str)],
    pub addresses: &'a [&'a str],
    pub cited: Cited<'a>,
}

/// An account, seized or only seen as another side. Cash and unknown other sides are accounts of their own too.
#[derive(Clone, Copy, Debug, Default)]
pub struct Account<'a> {
    pub account_id: &'a str,
    /// `iban`, `domestic`, `service`, `cash`, `unknown`.
    pub scheme: &'a str,
    /// What the account is called where there is room for one text only.
    pub label: &'a str,
    pub number: &'a str,
    pub iban: &'a str,
    pub bank: &'a str,
    pub bic: &'a str,
    pub currency: &'a str,
    pub country: &'a str,
    pub opened: Option<Date>,
    pub closed: Option<Date>,
    /// Its statements were received.
    pub seized: bool,
}

/// A party's tie to an account.
#[derive(Clone, Copy, Debug, Default)]
pub struct Holder<'a> {
    pub party_id: &'a str,
    pub account_id: &'a str,
    /// `holder`, `mandate`, `beneficial_owner`, ...
    pub role: &'a str,
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub cited: Cited<'a>,
}

/// A tie between two parties; the subject is who has it to the object (the owner to what is owned).
#[derive(Clone, Copy, Debug)]
pub struct Relation<'a> {
    pub relation_id: &'a str,
    /// Empty where the record does not say who.
    pub subject: &'a str,
    /// Empty where the record does not say who.
    pub object: &'a str,
    pub kind: RelationKind,
    /// The register's own word.
    pub interest: &'a str,
    pub share: Share,
    /// `direct`, `indirect`, `unknown` or empty.
    pub directness: &'a str,
    /// `yes`, `no`, `unknown` or empty.
    pub beneficial: &'a str,
    pub detail: &'a str,
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub cited: Cited<'a>,
}

/// Money from account to account.
#[derive(Clone, Copy, Debug, Default)]
pub struct Transfer<'a> {
    pub transfer_id: &'a str,
    pub payer_account: &'a str,
    pub payee_account: &'a str,
    pub debited_at: Option<Moment>,
    pub credited_at: Option<Moment>,
    pub amount: Amount,
    pub currency: &'a str,
    /// What arrived, where it arrived in another currency.
    pub payee_amount: Option<Amount>,
    pub payee_currency: &'a str,
    /// In the case's currency, where a rate is known.
    pub base_amount: Option<Amount>,
    /// The rate as text.
    pub rate: &'a str,
    pub channel: &'a str,
    pub purpose: &'a str,
    pub remittance: &'a str,
    /// `observed`, `corroborated`, `inferred`.
    pub origin: &'a str,
    pub debit_entry: &'a str,
    pub credit_entry: &'a str,
    pub debit_cited: Cited<'a>,
    pub credit_cited: Cited<'a>,
}

impl Transfer<'_> {
    /// When it happened: when it was debited, or credited where only that leg is seized.
    pub fn at(&self) -> Option<Moment> {
        self.debited_at.or(self.credited_at)
    }
}

/// A line of a statement: one leg.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    pub entry_id: &'a str,
    pub account_id: &'a str,
    pub statement_id: &'a str,
    /// Whether its statement proves itself, in words.
    pub verdict: &'a str,
    pub sequence: Option<i64>,
    pub booking_date: Option<Date>,
    pub value_date: Option<Date>,
    pub booked_at: Option<Moment>,
    pub direction: Direction,
    /// Nothing for a crypto-asset without a rate.
    pub amount: Option<Amount>,
    pub currency: &'a str,
    /// Crypto-asset; empty for money.
    pub asset: &'a str,
    /// In units of 10⁻¹⁸.
    pub quantity: Option<i128>,
    pub balance_after: Option<Amount>,
    pub channel: &'a str,
    pub counterparty_name: &'a str,
    pub counterparty_account: &'a str,
    pub counterparty_bank: &'a str,
    pub counterparty_country: &'a str,
    pub purpose: &'a str,
    pub remittance: &'a str,
    pub end_to_end_id: &'a str,
    pub bank_reference: &'a str,
    pub reversal: bool,
    pub origin: &'a str,
    pub cited: Cited<'a>,
}

/// Something that a rule or pattern saw: a question for a person.
#[derive(Clone, Copy, Debug, Default)]
pub struct Finding<'a> {
    pub finding_id: &'a str,
    pub rule_id: &'a str,
    pub rule_version: &'a str,
    pub title: &'a str,
    pub describes: &'a str,
    pub form: &'a str,
    /// Empty where it is about none.
    pub party_id: &'a str,
    /// Empty where it is about none.
    pub account_id: &'a str,
    pub from: Option<Moment>,
    pub to: Option<Moment>,
    /// JSON object.
    pub measures: &'a str,
    pub sufficiency: &'a str,
    pub explanation: &'a str,
    pub innocent_explanations: &'a str,
    /// The entries that it rests on.
    pub entries: &'a [&'a str],
}

/// Accounts and parties that hang together.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cluster<'a> {
    pub cluster_id: &'a str,
    pub title: &'a str,
    pub explanation: &'a str,
    pub parties: &'a [&'a str],
    pub accounts: &'a [&'a str],
}

/// One row of an export. Rows are given table by table in the order of [`Table`].
#[derive(Clone, Copy, Debug)]
pub enum Row<'a> {
    Source(&'a Source<'a>),
    Finding(&'a Finding<'a>),
    Cluster(&'a Cluster<'a>),
    Party(&'a Party<'a>),
    Account(&'a Account<'a>),
    Holder(&'a Holder<'a>),
    Relation(&'a Relation<'a>),
    Transfer(&'a Transfer<'a>),
    Entry(&'a Entry<'a>),
}

/// The tables of an export in the order in which they are given: what explains a party or account comes before it, and
/// both before what ties them, so that every format can be written as rows come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    Sources,
    Findings,
    Clusters,
    Parties,
    Accounts,
    Holders,
    Relations,
    Transfers,
    Entries,
}

impl Table {
    /// Every table, in order.
    pub const ALL: [Table; 9] = [
        Table::Sources,
        Table::Findings,
        Table::Clusters,
        Table::Parties,
        Table::Accounts,
        Table::Holders,
        Table::Relations,
        Table::Transfers,
        Table::Entries,
    ];

    /// The word for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Table::Sources => "sources",
            Table::Findings => "findings",
            Table::Clusters => "clusters",
            Table::Parties => "parties",
            Table::Accounts => "accounts",
            Table::Holders => "holders",
            Table::Relations => "relations",
            Table::Transfers => "transfers",
            Table::Entries => "entries",
        }
    }
}

impl Row<'_> {
    /// The table that it belongs to.
    pub fn table(&self) -> Table {
        match self {
            Row::Source(_) => Table::Sources,
            Row::Finding(_) => Table::Findings,
            Row::Cluster(_) => Table::Clusters,
            Row::Party(_) => Table::Parties,
            Row::Account(_) => Table::Accounts,
            Row::Holder(_) => Table::Holders,
            Row::Relation(_) => Table::Relations,
            Row::Transfer(_) => Table::Transfers,
            Row::Entry(_) => Table::Entries,
        }
    }

    /// Its own id; for a holder, the account's.
    pub fn id(&self) -> &str {
        match self {
            Row::Source(row) => row.source_id,
            Row::Finding(row) => row.finding_id,
            Row::Cluster(row) => row.cluster_id,
            Row::Party(row) => row.party_id,
            Row::Account(row) => row.account_id,
            Row::Holder(row) => row.account_id,
            Row::Relation(row) => row.relation_id,
            Row::Transfer(row) => row.transfer_id,
            Row::Entry(row) => row.entry_id,
        }
    }
}
