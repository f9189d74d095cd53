//! An entry: the booked line of a statement, or one side of a row in a listing of transactions. One leg of a
//! movement of money, with the place in the file where it stands. Words follow ISO 20022 (camt.053 `Ntry`).

use super::{AccountKey, Amount, Currency, Date, Moment};

/// Which way the money went, seen from the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Money came in.
    Credit,
    /// Money went out.
    Debit,
}

/// Which leg of its record an entry is. Part of the entry's identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Leg {
    /// The line of a statement: the record has one leg.
    Line,
    /// The payer's side of a row that names both sides.
    Debit,
    /// The payee's side of a row that names both sides.
    Credit,
    /// A fee that the same record carries in a field of its own.
    Fee,
}

/// Where a record stands in its file as received.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// First byte of the record, from the start of the file as received.
    pub byte_start: u64,
    /// First byte behind the record.
    pub byte_end: u64,
    /// Line of the first byte, counted from 1; 0 where the format has no lines.
    pub line: u64,
}

/// How money moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[rustfmt::skip]
pub enum Channel {
    CashBranch, CashAtm, CardPos, CardEcom, TransferSepa, TransferIntl, Transfer, Remittance, DirectDebit, Cheque,
    Loan, Fee, Interest, Fx, Crypto, Internal,
    #[default]
    Unknown,
}

/// What is known of the other side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CounterpartyStatus {
    /// An account or an unambiguous identifier is given.
    Identified,
    /// A name, a merchant or a masked number only.
    Partial,
    /// Nothing.
    #[default]
    Unknown,
    /// There is none: cash.
    Cash,
    /// The account's own bank (fees, interest).
    Bank,
}

/// How firmly an entry stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// Written in the source.
    #[default]
    Observed,
    /// Written in two sources that agree.
    Corroborated,
    /// Concluded, not written.
    Inferred,
}

/// One entry as a format hands it over: borrowed text, nothing looked up yet. An empty text means that the record
/// does not say.
#[derive(Clone, Copy, Debug)]
pub struct EntryRow<'a> {
    /// Where the record stands. `byte_start..byte_end` holds the whole record, amount and date among it.
    pub place: Place,
    /// Which leg of the record this is.
    pub leg: Leg,
    /// The account that the entry belongs to.
    pub account: AccountKey<'a>,
    /// Number of the statement within the file, as given to [`Rows::statement`](crate::intake::Rows::statement);
    /// nothing in a listing without statements.
    pub statement: Option<u32>,
    /// Order within the account's statement: the bank's own number, or the place in the file. Larger is later.
    pub sequence: Option<i64>,
    /// When it was booked.
    pub booking_date: Option<Date>,
    /// When it counts for interest.
    pub value_date: Option<Date>,
    /// The time where the record has one (card, terminal, listing), on the record's own clock.
    pub booked_at: Option<Moment>,
    /// Credit or debit.
    pub direction: Direction,
    /// Never negative. Nothing for a crypto-asset without a rate.
    pub amount: Option<Amount>,
    /// Currency of `amount`.
    pub currency: Option<Currency>,
    /// Crypto-asset (`BTC`); empty for money.
    pub asset: &'a str,
    /// Quantity of the asset, in units of 10⁻¹⁸.
    pub quantity: Option<i128>,
    /// The account's balance behind this entry, signed.
    pub balance_after: Option<Amount>,
    pub channel: Channel,
    pub counterparty_name: &'a str,
    pub counterparty: AccountKey<'a>,
    /// Any other identifier of the other side (creditor id, e-mail).
    pub counterparty_identifier: &'a str,
    /// ISO 3166 code.
    pub counterparty_country: &'a str,
    pub counterparty_status: CounterpartyStatus,
    /// ISO 18245.
    pub merchant_category: &'a str,
    pub terminal: &'a str,
    pub city: &'a str,
    pub country: &'a str,
    /// ISO 20022 purpose code, where given.
    pub purpose: &'a str,
    /// What the payer wrote, all lines joined by a space.
    pub remittance: &'a str,
    pub end_to_end_id: &'a str,
    pub bank_reference: &'a str,
    /// The bank's own code for the kind of movement.
    pub bank_code: &'a str,
    /// The entry takes back an earlier one.
    pub reversal: bool,
    /// Line, row or path in words a person can follow: `line 12`, `Stmt[1]/Ntry[3]`.
    pub locator: &'a str,
}

impl<'a> EntryRow<'a> {
    /// An entry with nothing but its place, account, direction and amount.
    pub fn new(
        place: Place,
        leg: Leg,
        account: AccountKey<'a>,
        direction: Direction,
        amount: Option<Amount>,
    ) -> Self {
        EntryRow {
            place,
            leg,
            account,
            statement: None,
            sequence: None,
            booking_date: None,
            value_date: None,
            booked_at: None,
            direction,
            amount,
            currency: None,
            asset: "",
            quantity: None,
            balance_after: None,
            channel: Channel::Unknown,
            counterparty_name: "",
            counterparty: AccountKey::default(),
            counterparty_identifier: "",
            counterparty_country: "",
            counterparty_status: CounterpartyStatus::Unknown,
            merchant_category: "",
            terminal: "",
            city: "",
            country: "",
            purpose: "",
            remittance: "",
            end_to_end_id: "",
            bank_reference: "",
            bank_code: "",
            reversal: false,
            locator: "",
        }
    }
}

impl Direction {
    /// The word stored in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Direction::Credit => "credit",
            Direction::Debit => "debit",
        }
    }

    /// The other way.
    pub const fn opposite(self) -> Direction {
        match self {
            Direction::Credit => Direction::Debit,
            Direction::Debit => Direction::Credit,
        }
    }
}

impl Leg {
    /// What an entry's id ends with.
    pub const fn suffix(self) -> &'static str {
        match self {
            Leg::Line => "",
            Leg::Debit => "d",
            Leg::Credit => "c",
            Leg::Fee => "f",
        }
    }
}

impl Channel {
    /// The word stored in tables and written in mappings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Channel::CashBranch => "cash_branch",
            Channel::CashAtm => "cash_atm",
            Channel::CardPos => "card_pos",
            Channel::CardEcom => "card_ecom",
            Channel::TransferSepa => "transfer_sepa",
            Channel::TransferIntl => "transfer_intl",
            Channel::Transfer => "transfer",
            Channel::Remittance => "remittance",
            Channel::DirectDebit => "direct_debit",
            Channel::Cheque => "cheque",
            Channel::Loan => "loan",
            Channel::Fee => "fee",
            Channel::Interest => "interest",
            Channel::Fx => "fx",
            Channel::Crypto => "crypto",
            Channel::Internal => "internal",
            Channel::Unknown => "unknown",
        }
    }

    /// From the word written in mappings.
    pub fn from_word(word: &str) -> Option<Channel> {
        use Channel::*;
        [
            CashBranch,
            CashAtm,
            CardPos,
            CardEcom,
            TransferSepa,
            TransferIntl,
            Transfer,
            Remittance,
            DirectDebit,
            Cheque,
            Loan,
            Fee,
            Interest,
            Fx,
            Crypto,
            Internal,
            Unknown,
        ]
        .into_iter()
        .find(|channel| channel.as_str() == word)
    }

    /// Whether it is how customers pay merchants: by card or by direct debit.
    pub const fn is_purchase(self) -> bool {
        matches!(self, Channel::CardPos | Channel::CardEcom | Channel::DirectDebit)
    }

    /// Whether banknotes or coins moved.
    pub const fn is_cash(self) -> bool {
        matches!(self, Channel::CashBranch | Channel::CashAtm)
    }
}

impl CounterpartyStatus {
    /// From what a record says: the other side's account, an identifier of it, its name, and how the money moved.
    pub fn of(account: &str, identifier: &str, name: &str, channel: Channel) -> CounterpartyStatus {
        if !account.is_empty() || !identifier.is_empty() {
            CounterpartyStatus::Identified
        } else if channel.is_cash() {
            CounterpartyStatus::Cash
        } else if !name.is_empty() {
            CounterpartyStatus::Partial
        } else if matches!(channel, Channel::Fee | Channel::Interest) {
            CounterpartyStatus::Bank
        } else {
            CounterpartyStatus::Unknown
        }
    }

    /// The word stored in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            CounterpartyStatus::Identified => "identified",
            CounterpartyStatus::Partial => "partial",
            CounterpartyStatus::Unknown => "unknown",
            CounterpartyStatus::Cash => "cash",
            CounterpartyStatus::Bank => "bank",
        }
    }
}

impl Origin {
    /// The word stored in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Origin::Observed => "observed",
            Origin::Corroborated => "corroborated",
            Origin::Inferred => "inferred",
        }
    }
}
