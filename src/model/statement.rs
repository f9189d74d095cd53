//! What a file says besides entries: statements, accounts, parties, relations, incomes.

use super::{AccountKey, Amount, Currency, Date, Place};

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

/// A person or company that a register or a bank's customer file names, with the account it holds where it holds one.
#[derive(Clone, Copy, Debug)]
pub struct PartyRow<'a> {
    pub place: Place,
    /// `person`, `company` or `unknown`.
    pub kind: &'a str,
    pub name: &'a str,
    pub birth_date: Option<Date>,
    /// National company or citizen number, as written.
    pub registration_number: &'a str,
    pub country: &'a str,
    pub address: &'a str,
    pub phone: &'a str,
    pub email: &'a str,
    /// NACE code, as written.
    pub sector: &'a str,
    pub incorporated: Option<Date>,
    pub employees: Option<i64>,
    pub account: AccountKey<'a>,
    /// `holder`, `mandate` or `beneficial_owner`; empty where no account is named.
    pub role: &'a str,
    pub from_date: Option<Date>,
    pub to_date: Option<Date>,
    pub locator: &'a str,
}

/// A relation between two parties named by registration number or by name and birth date.
#[derive(Clone, Copy, Debug)]
pub struct RelationRow<'a> {
    pub place: Place,
    /// `employment`, `directorship`, `ownership`, `family`, `household`, `nominee`.
    pub kind: &'a str,
    pub subject_name: &'a str,
    pub subject_number: &'a str,
    pub subject_birth_date: Option<Date>,
    pub object_name: &'a str,
    pub object_number: &'a str,
    pub from_date: Option<Date>,
    pub to_date: Option<Date>,
    pub locator: &'a str,
}

/// A lawful income that an authority states for a party and a year.
#[derive(Clone, Copy, Debug)]
pub struct IncomeRow<'a> {
    pub place: Place,
    pub party_name: &'a str,
    pub party_number: &'a str,
    pub party_birth_date: Option<Date>,
    pub year: Option<i64>,
    /// `wage`, `benefit`, `profit`, `pension`, ...
    pub kind: &'a str,
    pub amount: Amount,
    pub currency: Option<Currency>,
    /// Who states it: `tax`, `social security`, `estimate`.
    pub basis: &'a str,
    pub locator: &'a str,
}
