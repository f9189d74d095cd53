//! The keys of a mapping file. What each means is said here and nowhere else; unknown keys are refused.

use std::collections::BTreeMap;

use super::person::PersonSpec;
use serde::Deserialize;

use super::pattern::Pattern;
pub use super::shape::{ColumnSpec, FileShape, Preamble};
pub use super::tables::{
    AssetSpec, ExpenseSpec, HolderSpec, IncomeSpec, LiabilitySpec, RateSpec, RelationSpec, ShareUnit,
};

/// How a table of text reads: which column is what, and how values are written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Short name, unique: `ing-nl`.
    pub id: String,
    /// What files it reads, in a line.
    pub title: String,
    /// Grows with every change of meaning; stored with each source.
    pub version: u32,
    /// Where the facts about the format come from.
    pub source: String,
    /// What a row is.
    pub table: TableKind,
    /// For `table = "not_records"`: why the file is recognised and yet not taken in.
    #[serde(default)]
    pub refusal: String,
    /// Delimiter, header, code page.
    #[serde(default)]
    pub file: FileShape,
    /// Our name of a column → how files head it.
    #[serde(default)]
    pub columns: BTreeMap<String, ColumnSpec>,
    #[serde(default)]
    pub dates: Dates,
    #[serde(default)]
    pub amount: AmountSpec,
    #[serde(default)]
    pub currency: CurrencySpec,
    #[serde(default)]
    pub balance: BalanceSpec,
    #[serde(default)]
    pub order: OrderSpec,
    /// Entries: whose statement the row stands in.
    pub account: Option<AccountSpec>,
    /// Listings: the side that pays.
    pub payer: Option<SideSpec>,
    /// Listings: the side that is paid.
    pub payee: Option<SideSpec>,
    /// Account numbers that name no account: `"-1" = "unknown"`, `"CASH" = "cash"`.
    #[serde(default)]
    pub pseudo_accounts: BTreeMap<String, Pseudo>,
    #[serde(default)]
    pub counterparty: CounterpartySpec,
    #[serde(default)]
    pub texts: TextSpec,
    /// Code words → ISO 20022 purpose codes, read from `texts.purpose`; without it the text itself is the purpose.
    #[serde(default)]
    pub purposes: BTreeMap<String, String>,
    /// Rules for the channel, tried in order; the first that knows the value decides.
    #[serde(default)]
    pub channels: Vec<ChannelRule>,
    /// Rows that are in the file and were never booked: rejected with that reason.
    #[serde(default)]
    pub not_booked: Vec<NotBooked>,
    /// Values that stand inside a text: between marks, or found by a pattern.
    #[serde(default)]
    pub inside: Vec<InsideRule>,
    /// Lines that are known to be no records: totals, repeated headers, remarks. They are counted, not rejected.
    #[serde(default)]
    pub skip: Vec<SkipRule>,
    /// What lines before the header or behind the last record say of the statement as a whole.
    #[serde(default)]
    pub statement: Vec<StatementRule>,
    /// Account holders.
    pub holder: Option<HolderSpec>,
    /// Relations between parties.
    pub relation: Option<RelationSpec>,
    /// Incomes.
    pub income: Option<IncomeSpec>,
    /// Assets.
    pub asset: Option<AssetSpec>,
    /// Debts.
    pub liability: Option<LiabilitySpec>,
    /// Expenses.
    pub expense: Option<ExpenseSpec>,
    /// Exchange rates.
    pub rate: Option<RateSpec>,
}

/// What a row of the table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableKind {
    /// A line of an account's statement.
    Entries,
    /// A movement with both sides: one debit and one credit entry.
    Listing,
    /// A party and the account it holds.
    AccountHolders,
    /// Two parties and what ties them.
    Relations,
    /// A stated income of a party in a year.
    Incomes,
    /// A thing of value and who holds it.
    Assets,
    /// A debt and who owes it.
    Liabilities,
    /// Spending that stands in no account.
    Expenses,
    /// An exchange rate of a day.
    Rates,
    /// A file that is known and is no record (labels of a synthetic set): refused with a reason.
    NotRecords,
}

/// How days and times are written, and which columns hold them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Dates {
    /// Column of the booking day, with the time where the format has one.
    pub booked: String,
    /// Column of the value day.
    pub value: String,
    /// Column of the time, where it stands apart.
    pub time: String,
    /// Tried in order on every column of days.
    pub formats: Vec<String>,
    /// Tried in order on `time`.
    pub time_formats: Vec<String>,
    /// Years of two digits below it are 20xx, the others 19xx.
    pub pivot: u8,
    /// For columns of integer steps: the day on which step 0 begins.
    pub epoch: String,
    /// How long a step is.
    pub unit: Unit,
    /// The file is recognised only where days in its first rows prove the order of day and month: for services that write
    /// it as the account's country does. With the mapping given by a person no proof is asked for.
    pub proven: bool,
    /// Languages of month names (`%b`), as in `nl`; English where none is given.
    pub languages: Vec<String>,
}

/// The length of a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    #[default]
    Day,
    Hour,
    Minute,
    Second,
    Millisecond,
}

/// Where the amount stands and which way it goes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AmountSpec {
    /// The amount; signed unless `direction` is given. In a listing, what the payer pays.
    pub column: String,
    /// In a listing: what the payee receives, where the sides differ.
    pub received: String,
    /// Column whose words say debit or credit. With `debit` and `credit` it says which of both columns counts.
    pub direction: String,
    /// Column whose words say it where `direction` is empty.
    pub direction_else: String,
    /// With `direction`: a minus says debit by itself, and the word decides where there is none.
    pub signed: bool,
    /// Words for money out; without `direction` they stand before or behind the number itself (`D 12,00`, `12.00 DR`).
    pub debit_words: Vec<String>,
    /// Words for money in.
    pub credit_words: Vec<String>,
    /// Two columns instead of one: money out.
    pub debit: String,
    /// Two columns instead of one: money in.
    pub credit: String,
    /// A fee beside the amount, taken from the account as well.
    pub fee: String,
    /// What the sign of the fee says.
    pub fee_sign: FeeSign,
    /// Quantity of a crypto-asset.
    pub quantity: String,
    /// `.` or `,`; or `either`: the sign before the last two digits, for banks whose customers choose it.
    pub decimal: String,
    /// The sign between groups of three digits, where there is one.
    pub grouping: String,
    /// Which way a number without minus goes, where sign alone tells it: `credit` or `debit`.
    pub positive: Side,
    /// Whether `(12.50)` is minus 12.50.
    pub parentheses: bool,
    /// Texts that stand beside the number and say nothing of its sign: `€`, `$`, `EUR`.
    pub symbols: Vec<String>,
    /// With `debit_words` and no `direction`: what an amount without either mark is. Refused where not given.
    pub unmarked: Option<Side>,
}

/// What the sign of a fee says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeeSign {
    /// Fees stand without sign and are charged; a minus is refused.
    #[default]
    Charged,
    /// A fee with minus is charged, one without is paid back.
    Signed,
    /// Fees are charged, whether or not a minus stands before them.
    Either,
}

/// Debit or credit, seen from the account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    #[default]
    Credit,
    Debit,
}

/// Which currency.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CurrencySpec {
    /// Column of the currency.
    pub column: String,
    /// In a listing: column of the currency that the payee receives.
    pub received: String,
    /// The same for every row.
    pub constant: String,
    /// Column of the crypto-asset.
    pub asset: String,
    /// The column of the asset holds currencies as well: a code of ISO 4217 is money, every other one an asset.
    pub asset_or_money: bool,
    /// Column of the currency or asset of the fee; that of the movement where it is empty.
    pub fee: String,
    /// The file's word → code of ISO 4217, or `asset:BTC` for a crypto-asset.
    pub words: BTreeMap<String, String>,
}

/// Running balances.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BalanceSpec {
    /// Behind the entry.
    pub after: String,
    /// Before the entry: must agree with `after` and the amount.
    pub before: String,
}

/// In which order rows stand.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OrderSpec {
    /// `oldest-first` or `newest-first`.
    pub rows: RowOrder,
    /// Column of the bank's own running number.
    pub sequence: String,
}

/// In which order rows stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowOrder {
    #[default]
    OldestFirst,
    NewestFirst,
}

/// Whose statement a row stands in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountSpec {
    /// `column:X`, `constant:...`, `statement:account`, or `name`: the IBAN in the file's name, else its stem, unless
    /// one is given.
    pub account_from: String,
    /// The bank of the account: a column, or `constant:...`.
    #[serde(default)]
    pub bank: String,
    /// Column that tells pockets of one account apart.
    #[serde(default)]
    pub pocket: String,
    /// Pockets that are the account itself.
    #[serde(default)]
    pub main_pockets: Vec<String>,
    /// Who holds the account, as the file names them.
    #[serde(default)]
    pub holder: String,
}

/// One side of a listing.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SideSpec {
    /// Column of the account; empty where `person` says who it is.
    #[serde(default)]
    pub account: String,
    #[serde(default)]
    pub bank: String,
    #[serde(default)]
    pub name: String,
    /// The side's balance behind the movement.
    #[serde(default)]
    pub balance_after: String,
    /// Transfers between persons without accounts.
    pub person: Option<PersonSpec>,
}

/// What an account number that names no account stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pseudo {
    Unknown,
    Cash,
}

/// Columns about the other side.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CounterpartySpec {
    pub name: String,
    pub account: String,
    pub bank: String,
    pub identifier: String,
    pub country: String,
    /// In files that name both sides: who pays. The other side of money that comes in.
    pub payer: String,
    /// Who is paid: the other side of money that goes out.
    pub payee: String,
    pub payer_account: String,
    pub payee_account: String,
    pub payer_identifier: String,
    pub payee_identifier: String,
}

/// Columns of text.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TextSpec {
    /// Joined by a space in this order.
    pub remittance: Vec<String>,
    pub purpose: String,
    pub end_to_end_id: String,
    pub bank_reference: String,
    pub bank_code: String,
    pub merchant_category: String,
    pub terminal: String,
    pub city: String,
    pub country: String,
}

/// Code words of a column → channels.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelRule {
    pub column: String,
    /// Whether a word is the whole value, its beginning, anywhere in it (case does not matter), or a pattern.
    #[serde(default, rename = "match")]
    pub fit: Fit,
    /// The file's word → a channel's word.
    pub words: BTreeMap<String, String>,
}

/// How a word fits a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    #[default]
    Whole,
    Start,
    Anywhere,
    Pattern,
}

/// Rows that were never booked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotBooked {
    pub column: String,
    /// Values that mark a row as not booked.
    #[serde(default)]
    pub words: Vec<String>,
    /// Values that mark a row as booked; every other value marks it as not booked.
    #[serde(default)]
    pub booked: Vec<String>,
    /// Values that fit it mark a row as not booked.
    pub pattern: Option<Pattern>,
}

/// Lines that are no records. One of `pattern`, `words` and `empty` with or without `column`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkipRule {
    /// Why the line is no record, as it is counted under: `total`, `header again`.
    pub reason: String,
    /// The column that is looked at; the whole line as it stands where none is given.
    #[serde(default)]
    pub column: String,
    /// What fits is no record.
    pub pattern: Option<Pattern>,
    /// With `column`: these values mark a line that is no record.
    #[serde(default)]
    pub words: Vec<String>,
}

/// A value that stands outside the records.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementRule {
    pub field: StatementField,
    /// Before the header (where not given), or behind the records, in lines that a `skip` rule knows.
    #[serde(default)]
    pub at: StatementPlace,
    /// The first cell of the line is one of these; the value is the next cell that is not empty.
    #[serde(default)]
    pub key: Vec<String>,
    /// Or what this pattern finds in a line, or in the file's name with `at = "name"`.
    pub pattern: Option<Pattern>,
    /// Whether a file may lack it.
    #[serde(default)]
    pub optional: bool,
}

/// Where a value outside the records stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementPlace {
    #[default]
    Top,
    Bottom,
    Name,
}

/// What a value outside the records is. Cells name it as `statement:account`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementField {
    Account,
    Bank,
    Holder,
    Currency,
    OpeningBalance,
    ClosingBalance,
    FromDate,
    ToDate,
    Number,
}

/// A value inside a text: behind a mark, up to another one; or what a pattern finds.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InsideRule {
    pub column: String,
    pub field: InsideField,
    /// The first of these marks that occurs.
    #[serde(default)]
    pub after: Vec<String>,
    /// Up to the nearest of these marks; to the end where none occurs.
    #[serde(default)]
    pub until: Vec<String>,
    /// Instead of marks: the value is the pattern's first named or first group. For `time` it is the text that
    /// `formats` read.
    pub pattern: Option<Pattern>,
    /// For `time`: formats of `dates`' language with day and time.
    #[serde(default)]
    pub formats: Vec<String>,
}

/// What a value inside a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InsideField {
    Time,
    Terminal,
    City,
    CounterpartyName,
    CounterpartyAccount,
    CounterpartyBank,
    CounterpartyIdentifier,
    EndToEndId,
    BankReference,
    Purpose,
    Remittance,
    BankCode,
    MerchantCategory,
    Country,
}

/// Every value that can stand outside the records.
pub const STATEMENT_FIELDS: [StatementField; 9] = [
    StatementField::Account,
    StatementField::Bank,
    StatementField::Holder,
    StatementField::Currency,
    StatementField::OpeningBalance,
    StatementField::ClosingBalance,
    StatementField::FromDate,
    StatementField::ToDate,
    StatementField::Number,
];

impl StatementField {
    /// The word that cells name it by.
    pub const fn as_str(self) -> &'static str {
        match self {
            StatementField::Account => "account",
            StatementField::Bank => "bank",
            StatementField::Holder => "holder",
            StatementField::Currency => "currency",
            StatementField::OpeningBalance => "opening_balance",
            StatementField::ClosingBalance => "closing_balance",
            StatementField::FromDate => "from_date",
            StatementField::ToDate => "to_date",
            StatementField::Number => "number",
        }
    }
}

impl Default for Dates {
    fn default() -> Self {
        Dates {
            booked: String::new(),
            value: String::new(),
            time: String::new(),
            formats: vec!["%Y-%m-%d".to_owned()],
            time_formats: vec!["%H:%M:%S".to_owned(), "%H:%M".to_owned()],
            pivot: 70,
            epoch: String::new(),
            unit: Unit::Day,
            proven: false,
            languages: Vec::new(),
        }
    }
}

impl Default for AmountSpec {
    fn default() -> Self {
        AmountSpec {
            column: String::new(),
            received: String::new(),
            direction: String::new(),
            direction_else: String::new(),
            signed: false,
            debit_words: Vec::new(),
            credit_words: Vec::new(),
            debit: String::new(),
            credit: String::new(),
            fee: String::new(),
            fee_sign: FeeSign::Charged,
            quantity: String::new(),
            decimal: ".".to_owned(),
            grouping: String::new(),
            positive: Side::Credit,
            parentheses: false,
            symbols: Vec::new(),
            unmarked: None,
        }
    }
}
