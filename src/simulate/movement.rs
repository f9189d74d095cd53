//! A movement of money as it really happened in the made-up world: to the second, with both sides known. What each
//! bank writes of it is decided by the writers.

use crate::model::Channel;

/// The side of a movement that is banknotes and coins.
pub const CASH: u32 = u32::MAX;
/// A movement that no script planted.
pub const NOT_PLANTED: u32 = u32::MAX;

/// What a movement is for. Decides channel, purpose code and the words of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[rustfmt::skip]
pub enum Kind {
    Wage, Benefit, Pension, ChildBenefit, Rent, Insurance, Energy, Telecom, Support, Tax,
    Card, WebShop, AtmWithdrawal, BranchWithdrawal, AtmDeposit, BranchDeposit, Friend, Invoice, Refund,
    /// A transfer whose text stands in the world's list of texts.
    Told,
    /// A wage whose text stands in the world's list of texts.
    ToldWage,
    /// A card payment on the web whose text stands in the world's list of texts.
    ToldWeb,
    /// A benefit whose text stands in the world's list of texts: whose it is and for which month.
    ToldBenefit,
    /// A child benefit whose text stands there.
    ToldChildBenefit,
    /// A direct debit whose text stands there.
    ToldDebit,
    /// A loan paid out, whose text stands there.
    ToldLoan,
    /// A transfer abroad through a money transfer service, whose text stands there.
    ToldRemittance,
    /// Payroll tax or another tax, whose text stands there.
    ToldTax,
}

/// One movement of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Movement {
    /// Days since the first day of the case.
    pub day: u32,
    /// Second of the day, local time.
    pub second: u32,
    /// Index of the account that pays, or [`CASH`].
    pub payer: u32,
    /// Index of the account that is paid, or [`CASH`].
    pub payee: u32,
    /// In hundredths of a euro, above zero.
    pub cents: i64,
    pub kind: Kind,
    /// Text number, place (city in the low byte, terminal above it), or member of the household, by kind.
    pub detail: u32,
    /// Number among the planted movements, or [`NOT_PLANTED`].
    pub planted: u32,
}

/// Names a movement: its day, its hour, and its number within that hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MovementId {
    pub day: u32,
    pub hour: u32,
    pub number: u32,
}

impl Kind {
    /// How the money moves.
    pub const fn channel(self) -> Channel {
        match self {
            Kind::Insurance | Kind::Energy | Kind::Telecom => Channel::DirectDebit,
            Kind::Card => Channel::CardPos,
            Kind::WebShop | Kind::ToldWeb => Channel::CardEcom,
            Kind::ToldDebit => Channel::DirectDebit,
            Kind::ToldLoan => Channel::Loan,
            Kind::ToldRemittance => Channel::Remittance,
            Kind::AtmWithdrawal | Kind::AtmDeposit => Channel::CashAtm,
            Kind::BranchWithdrawal | Kind::BranchDeposit => Channel::CashBranch,
            _ => Channel::TransferSepa,
        }
    }

    /// The ISO 20022 purpose code, where one fits.
    pub const fn purpose(self) -> &'static str {
        match self {
            Kind::Wage | Kind::ToldWage => "SALA",
            Kind::Benefit | Kind::ToldBenefit => "GOVT",
            Kind::Pension => "PENS",
            Kind::ChildBenefit | Kind::ToldChildBenefit => "BECH",
            Kind::Rent => "RENT",
            Kind::Energy => "ELEC",
            Kind::Insurance => "HLTI",
            Kind::Telecom => "PHON",
            Kind::Tax | Kind::ToldTax => "TAXS",
            Kind::ToldLoan => "LOAN",
            _ => "",
        }
    }

    /// Whether it is made at a terminal, whose place is then known.
    pub const fn at_terminal(self) -> bool {
        matches!(
            self,
            Kind::Card
                | Kind::AtmWithdrawal
                | Kind::AtmDeposit
                | Kind::BranchWithdrawal
                | Kind::BranchDeposit
        )
    }

    /// Whether the bank knows the other side only as a shop at a terminal.
    pub const fn is_card(self) -> bool {
        matches!(self, Kind::Card | Kind::WebShop | Kind::ToldWeb)
    }
}

/// Packs a city and a terminal number into a movement's detail.
pub const fn place(city: u32, terminal: u32) -> u32 {
    (city & 0xFF) | (terminal << 8)
}

impl Movement {
    /// The city's index, for movements at a terminal.
    pub const fn city(&self) -> usize {
        (self.detail & 0xFF) as usize
    }

    /// The terminal's number, for movements at a terminal.
    pub const fn terminal(&self) -> u32 {
        self.detail >> 8
    }
}
