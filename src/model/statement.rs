//! What a file says besides entries: statements, accounts, parties, incomes.

use super::{AccountKey, Amount, Currency, Date, NamedParty, Place};

/// One account, one period, one currency, as the bank states it.
#[derive(Clone, Copy, Debug)]
pub struct StatementRow<'a> {
    pub place: Place,
    /// Number within the file, from 0, in the order in which statements stand there.
    pub number: u32,
    pub account: AccountKey<'a>,
    pub currency: Option<Currency>,
    pub from_date: Option<Date>,
    pub to_date: Option<Date>,
    /// Signed; negative is overdrawn.
    pub opening_balance: Option<Amount>,
    pub closing_balance: Option<Amount>,
    /// The bank's own number of the statement (`28C`, `ElctrncSeqNb`), as written.
    pub sequence_number: &'a str,
    /// Count of entries and sums of credits and debits, where the file states them (camt `TxsSummry`).
    pub stated_entries: Option<u64>,
    pub stated_credits: Option<Amount>,
    pub stated_debits: Option<Amount>,
    pub locator: &'a str,
}

/// An account that a file mentions. `seized` where the file is that account's own statement.
#[derive(Clone, Copy, Debug)]
pub struct AccountMention<'a> {
    pub account: AccountKey<'a>,
    pub bic: &'a str,
    pub currency: Option<Currency>,
    /// ISO 3166 code; derived from the IBAN where empty.
    pub country: &'a str,
    pub holder_name: &'a str,
    pub opened: Option<Date>,
    pub closed: Option<Date>,
    pub seized: bool,
}

/// Whether a kind of party is a body and no human being.
pub fn is_body(kind: &str) -> bool {
    matches!(kind, "company" | "arrangement" | "state")
}

/// A person or company that a register or a bank's customer file names, with the account it holds where it holds one.
/// Several rows may tell of one party: other names, other numbers, other accounts.
#[derive(Clone, Copy, Debug, Default)]
pub struct PartyRow<'a> {
    pub place: Place,
    /// `person`, `company`, `arrangement` (a trust or the like), `state` or `unknown`.
    pub kind: &'a str,
    pub name: &'a str,
    /// `legal`, `alias`, `former`, `transliteration` or `trading`; empty where the record does not say.
    pub name_kind: &'a str,
    pub birth_date: Option<Date>,
    /// Where only a year, or a year and a month, are told.
    pub birth_year: Option<i64>,
    pub birth_month: Option<i64>,
    /// National company or citizen number, as written.
    pub registration_number: &'a str,
    /// Whose number that is: `NL-KVK`, `GB-COH`, `XI-LEI`.
    pub identifier_scheme: &'a str,
    /// The register's own id of its record, and its scheme where the id is one everywhere.
    pub record_id: &'a str,
    pub record_scheme: &'a str,
    /// As the register names it, or its ELF code (ISO 20275).
    pub legal_form: &'a str,
    /// Of the register's record, in the register's word: `ISSUED`, `LAPSED`, `DISSOLVED`.
    pub status: &'a str,
    /// Up to when that status holds unless it is renewed.
    pub status_until: Option<Date>,
    pub country: &'a str,
    pub address: &'a str,
    pub phone: &'a str,
    pub email: &'a str,
    /// NACE code, as written.
    pub sector: &'a str,
    pub incorporated: Option<Date>,
    pub dissolved: Option<Date>,
    pub employees: Option<i64>,
    pub account: AccountKey<'a>,
    /// `holder`, `mandate` or `beneficial_owner`; empty where no account is named.
    pub role: &'a str,
    pub from_date: Option<Date>,
    pub to_date: Option<Date>,
    pub locator: &'a str,
}

impl<'a> PartyRow<'a> {
    /// The party as the row names it.
    pub fn named(&self) -> NamedParty<'a> {
        NamedParty {
            name: self.name,
            number: self.registration_number,
            scheme: self.identifier_scheme,
            record_id: self.record_id,
            record_scheme: self.record_scheme,
            birth_date: self.birth_date,
            birth_year: self.birth_year,
            birth_month: self.birth_month,
        }
    }
}

/// A lawful income that an authority states for a party and a year.
#[derive(Clone, Copy, Debug)]
pub struct IncomeRow<'a> {
    pub place: Place,
    pub party: NamedParty<'a>,
    pub year: Option<i64>,
    /// `wage`, `benefit`, `profit`, `pension`, ...
    pub kind: &'a str,
    pub amount: Amount,
    pub currency: Option<Currency>,
    /// Who states it: `tax`, `social security`, `estimate`.
    pub basis: &'a str,
    pub locator: &'a str,
}
