//! The keys of a mapping file. What each means is said here and nowhere else; unknown keys are refused.

use std::collections::BTreeMap;
use std::fmt;

use super::person::PersonSpec;
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};

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
    /// Values that stand between marks inside a text.
    #[serde(default)]
    pub inside: Vec<InsideRule>,
    /// Account holders.
    pub holder: Option<HolderSpec>,
    /// Relations between parties.
    pub relation: Option<RelationSpec>,
    /// Incomes.
    pub income: Option<IncomeSpec>,
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
    /// A file that is known and is no record (labels of a synthetic set): refused with a reason.
    NotRecords,
}

/// The shape of the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FileShape {
    /// One character each, `tab` for the tabulator. The one under which the header reads is taken.
    pub delimiters: Vec<String>,
    /// The quoting character; empty for none. Doubled inside quotes it stands for itself.
    pub quote: String,
    /// Whether a line of column names comes first. Without it columns are numbers and `fields` says how many.
    pub header: bool,
    /// Number of columns where there is no header.
    pub fields: usize,
    /// Lines before the header: a number, or `"until header"`.
    pub preamble: Preamble,
    /// The code page, taken where the bytes themselves do not say it for certain.
    pub code_page: String,
}

/// Lines before the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preamble {
    /// So many.
    Lines(usize),
    /// All until the header is found, at most [`Preamble::MOST`].
    UntilHeader,
}

/// How a column is found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnSpec {
    /// Names it goes by; `Account#2` is the second column of that name.
    pub names: Vec<String>,
    /// Its number from 1, in files without header.
    pub number: usize,
    /// Whether a file may lack it.
    pub optional: bool,
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
    /// Column whose words say debit or credit.
    pub direction: String,
    /// Words for money out.
    pub debit_words: Vec<String>,
    /// Words for money in.
    pub credit_words: Vec<String>,
    /// Two columns instead of one: money out.
    pub debit: String,
    /// Two columns instead of one: money in.
    pub credit: String,
    /// A fee beside the amount, taken from the account as well.
    pub fee: String,
    /// Quantity of a crypto-asset.
    pub quantity: String,
    /// `.` or `,`
    pub decimal: String,
    /// The sign between groups of three digits, where there is one.
    pub grouping: String,
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
    /// `column:X`, `constant:...`, or `name`: the IBAN in the file's name, else its stem, unless one is given.
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
    /// Whether a word is the whole value, its beginning, or anywhere in it. Case does not matter.
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
}

/// A value inside a text: behind a mark, up to another one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InsideRule {
    pub column: String,
    pub field: InsideField,
    /// The first of these marks that occurs.
    pub after: Vec<String>,
    /// Up to the nearest of these marks; to the end where none occurs.
    #[serde(default)]
    pub until: Vec<String>,
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
}

/// A party and its account. Every value is a column or `constant:...`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HolderSpec {
    pub account: String,
    pub bank: String,
    /// The file's words become `holder`, `mandate`, `beneficial_owner` by `role_words`.
    pub role: String,
    pub role_words: BTreeMap<String, String>,
    /// The file's words become `person`, `company`, `unknown` by `kind_words` (beginnings of the value).
    pub kind: String,
    pub kind_words: BTreeMap<String, String>,
    pub name: String,
    pub birth_date: String,
    pub registration_number: String,
    pub country: String,
    pub address: String,
    pub phone: String,
    pub email: String,
    pub sector: String,
    pub incorporated: String,
    pub employees: String,
    pub from_date: String,
    pub to_date: String,
}

/// Two parties and what ties them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RelationSpec {
    pub kind: String,
    pub subject_name: String,
    pub subject_number: String,
    pub subject_birth_date: String,
    pub object_name: String,
    pub object_number: String,
    pub from_date: String,
    pub to_date: String,
}

/// A stated income.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IncomeSpec {
    pub party_name: String,
    pub party_number: String,
    pub party_birth_date: String,
    pub year: String,
    pub kind: String,
    pub basis: String,
}

impl Preamble {
    /// Lines that are searched for the header.
    pub const MOST: usize = 100;
}

impl Default for FileShape {
    fn default() -> Self {
        FileShape {
            delimiters: vec![",".to_owned()],
            quote: "\"".to_owned(),
            header: true,
            fields: 0,
            preamble: Preamble::Lines(0),
            code_page: String::new(),
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
        }
    }
}

impl Default for AmountSpec {
    fn default() -> Self {
        AmountSpec {
            column: String::new(),
            received: String::new(),
            direction: String::new(),
            debit_words: Vec::new(),
            credit_words: Vec::new(),
            debit: String::new(),
            credit: String::new(),
            fee: String::new(),
            quantity: String::new(),
            decimal: ".".to_owned(),
            grouping: String::new(),
        }
    }
}

impl<'de> Deserialize<'de> for Preamble {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl Visitor<'_> for Either {
            type Value = Preamble;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of lines or \"until header\"")
            }
            fn visit_i64<E: de::Error>(self, lines: i64) -> Result<Preamble, E> {
                usize::try_from(lines)
                    .map(Preamble::Lines)
                    .map_err(|_| E::invalid_value(de::Unexpected::Signed(lines), &self))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Preamble, E> {
                if text == "until header" {
                    Ok(Preamble::UntilHeader)
                } else {
                    Err(E::invalid_value(de::Unexpected::Str(text), &self))
                }
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl<'de> Deserialize<'de> for ColumnSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = ColumnSpec;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "a column's name, a list of names, a number from 1, or { names, number, optional }",
                )
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<ColumnSpec, E> {
                match usize::try_from(number) {
                    Ok(number) if number > 0 => Ok(ColumnSpec {
                        number,
                        ..ColumnSpec::default()
                    }),
                    _ => Err(E::invalid_value(de::Unexpected::Signed(number), &self)),
                }
            }
            fn visit_str<E: de::Error>(self, name: &str) -> Result<ColumnSpec, E> {
                Ok(ColumnSpec {
                    names: vec![name.to_owned()],
                    ..ColumnSpec::default()
                })
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<ColumnSpec, A::Error> {
                let mut names = Vec::new();
                while let Some(name) = seq.next_element::<String>()? {
                    names.push(name);
                }
                Ok(ColumnSpec {
                    names,
                    ..ColumnSpec::default()
                })
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ColumnSpec, A::Error> {
                let mut spec = ColumnSpec::default();
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "names" => spec.names = map.next_value()?,
                        "number" => spec.number = map.next_value()?,
                        "optional" => spec.optional = map.next_value()?,
                        other => {
                            return Err(de::Error::unknown_field(other, &["names", "number", "optional"]));
                        }
                    }
                }
                Ok(spec)
            }
        }
        deserializer.deserialize_any(Any)
    }
}
