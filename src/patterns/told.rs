//! What records tell of transfers and accounts beside who paid whom, when and how much.

/// Facts that some patterns need, each with one value a transfer or an account of the graph that is searched. What is
/// not given is not known, and no pattern guesses it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Told<'a> {
    /// Transfers that put money into an account at a counter, a machine or an agent.
    pub deposits: Option<&'a [bool]>,
    /// Transfers that nobody started for the occasion: fees, interest, direct debits, the bank's own entries.
    pub quiet: Option<&'a [bool]>,
    /// Transfers that the records call a loan.
    pub loans: Option<&'a [bool]>,
    /// The place where money changed hands, by number; [`super::FunnelAccount::NOWHERE`] where the records have none.
    pub places: Option<&'a [u32]>,
    /// The currency of a transfer, by number.
    pub currencies: Option<&'a [u32]>,
    /// The value of a transfer in the case's currency, in ten-thousandths; 0 where no rate is known.
    pub values: Option<&'a [i64]>,
    /// The party that holds an account, by number; an account of nobody known, or of several, has a number of its own.
    pub parties: Option<&'a [u32]>,
    /// Accounts kept in another country than the case's own.
    pub foreign: Option<&'a [bool]>,
    /// Accounts that are known to be closed.
    pub closed: Option<&'a [bool]>,
    /// Accounts whose own records are there.
    pub seen: Option<&'a [bool]>,
    /// When an account was opened, in microseconds; nothing where that is not known.
    pub opened: Option<&'a [Option<i64>]>,
    /// Account and number of something that its holder gave the bank: telephone, address, e-mail.
    pub attributes: &'a [(u32, u32)],
    /// The accounts that money comes from, for the greatest flow.
    pub sources: &'a [u32],
    /// The accounts that it goes to.
    pub sinks: &'a [u32],
}

/// A kind of fact, so that only what a search needs is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    Deposits,
    Quiet,
    Loans,
    Places,
    Values,
    Parties,
    Foreign,
    Lives,
    Attributes,
    Ends,
}
