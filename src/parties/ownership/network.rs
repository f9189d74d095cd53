//! What registers say of who holds what: parties, holdings, shares. Plain values; the caller numbers the parties.

use crate::model::Date;

/// The whole of an entity in the units of a [`Share`]: a unit is the hundred-millionth part, so a percentage with six
/// decimals is exact as written.
pub const WHOLE: u64 = 100_000_000;

/// What a party is, as far as ownership goes on or ends there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartyKind {
    /// A natural person. Ownership ends here.
    Person,
    /// A legal entity that others own.
    Company,
    /// A trust, foundation or similar arrangement. Nobody owns it: whoever has a part in it stands behind all it holds.
    Trust,
    /// A state or a body of public law. Ownership ends here.
    State,
    /// A company whose shares are traded. Known holders count; what is left is held by the public.
    Listed,
    /// Somebody of whom it is not known what he is. Known holders count.
    Unknown,
}

impl PartyKind {
    /// Whether shares of such a party are held by others, so that ownership goes on through it.
    pub fn is_owned(self) -> bool {
        matches!(self, PartyKind::Company | PartyKind::Listed | PartyKind::Unknown)
    }
}

/// A party of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Party {
    /// What it is.
    pub kind: PartyKind,
    /// Which of the thresholds of a [`Regime`](super::Regime) holds for it; 0 is the usual one.
    pub class: u8,
    /// Day of birth or incorporation.
    pub since: Option<Date>,
    /// Day of death or dissolution.
    pub until: Option<Date>,
}

impl Party {
    /// A party without dates, of the usual class.
    pub fn of(kind: PartyKind) -> Party {
        Party {
            kind,
            class: 0,
            since: None,
            until: None,
        }
    }
}

/// What somebody holds in an entity or arrangement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Interest {
    /// Shares of the capital.
    Shares,
    /// Voting rights.
    Votes,
    /// A right to a share of profits.
    Profit,
    /// A right to what is left at liquidation, or another ownership interest.
    Liquidation,
    /// The right to appoint or remove a majority of the board. With a share: of that part of the board.
    AppointsBoard,
    /// Veto or decision rights that go with the holding.
    Veto,
    /// Decides on the distribution of profit or on shifts of assets.
    DecidesProfit,
    /// Control by agreement, articles or acting in concert.
    Agreement,
    /// Control by other means, as the record says without more.
    OtherControl,
    /// Sits on the board or manages. No ownership, no control.
    Manages,
    /// Close family of somebody who matters in the entity. A hint, never computed as control.
    Family,
    /// Set the trust up; founder of a foundation.
    Settlor,
    /// Trustee; member of a foundation's management body.
    Trustee,
    /// Protector; member of a foundation's supervisory body.
    Protector,
    /// Beneficiary, also as a member of a class.
    Beneficiary,
    /// Another who ultimately controls the arrangement.
    OtherRole,
}

impl Interest {
    /// The kind of ownership that it is, if it is one.
    pub fn category(self) -> Option<Category> {
        match self {
            Interest::Shares => Some(Category::Shares),
            Interest::Votes => Some(Category::Votes),
            Interest::Profit => Some(Category::Profit),
            Interest::Liquidation => Some(Category::Liquidation),
            _ => None,
        }
    }

    /// Whether it is control without ownership (Art. 53(3) and (4)).
    pub fn is_other_means(self) -> bool {
        matches!(
            self,
            Interest::AppointsBoard
                | Interest::Veto
                | Interest::DecidesProfit
                | Interest::Agreement
                | Interest::OtherControl
        )
    }
}

/// A kind of ownership. Each is computed on its own; shares are never multiplied by votes, except in [`Category::Any`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Shares of the capital.
    Shares,
    /// Voting rights.
    Votes,
    /// Rights to profit.
    Profit,
    /// Rights at liquidation and other ownership interests.
    Liquidation,
    /// At each level the largest of the four: for registers that tell votes here and capital there. A reading that goes
    /// further than the four, so a ground that stands on it alone is told apart.
    Any,
}

impl Category {
    /// The four that records name.
    pub const NAMED: [Category; 4] = [
        Category::Shares,
        Category::Votes,
        Category::Profit,
        Category::Liquidation,
    ];
}

/// How much: from the least to the most that the record allows, in units of [`WHOLE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share {
    /// The least it can be.
    pub least: u64,
    /// The most it can be.
    pub most: u64,
    /// The record names no share, so `least..most` is 0 to the whole.
    pub unknown: bool,
}

impl Share {
    /// No share is named.
    pub const UNKNOWN: Share = Share {
        least: 0,
        most: WHOLE,
        unknown: true,
    };

    /// Exactly so many units.
    pub fn exact(units: u64) -> Share {
        Share::between(units, units)
    }

    /// Somewhere from `least` to `most`, both included.
    pub fn between(least: u64, most: u64) -> Share {
        Share {
            least,
            most,
            unknown: false,
        }
    }

    /// So many whole per cent.
    pub fn percent(percent: u64) -> Share {
        Share::exact(percent * (WHOLE / 100))
    }
}

/// Whether a holding goes straight from owner to held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Directness {
    /// It does.
    Direct,
    /// The register already reckoned through others. Never multiplied again: compared with what is computed.
    Indirect,
    /// The register does not say. Counts as direct unless another chain of the same kind of ownership leads from the
    /// owner to the held; then it may be that chain, and is treated as indirect.
    Unknown,
}

/// One holding of one owner, as one record says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Whose name it stands in.
    pub owner: u32,
    /// In whom.
    pub held: u32,
    /// What.
    pub interest: Interest,
    /// How much. For interests without a share: [`Share::UNKNOWN`].
    pub share: Share,
    /// Straight or through others.
    pub direct: Directness,
    /// The nominator, where `owner` holds as a nominee: the holding then counts as his, and both are named. A nominator
    /// who is not known is a party of kind [`PartyKind::Unknown`].
    pub on_behalf_of: Option<u32>,
    /// First day on which it is held.
    pub from: Option<Date>,
    /// Day on which it ends. On that day itself it may still be held or be another's already: it counts as 0 to its most.
    pub to: Option<Date>,
    /// The number by which the caller cites the record.
    pub record: u32,
}

impl Holding {
    /// A direct holding without dates.
    pub fn direct(owner: u32, held: u32, interest: Interest, share: Share, record: u32) -> Holding {
        Holding {
            owner,
            held,
            interest,
            share,
            direct: Directness::Direct,
            on_behalf_of: None,
            from: None,
            to: None,
            record,
        }
    }

    /// Who really holds it, as far as the record says.
    pub fn holder(&self) -> u32 {
        self.on_behalf_of.unwrap_or(self.owner)
    }
}

/// Parties and holdings, as read.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// The parties; a party is its place in this list.
    pub parties: Vec<Party>,
    /// All holdings, of all times.
    pub holdings: Vec<Holding>,
}

/// A holding names a party that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSuchParty {
    /// The record of the holding.
    pub record: u32,
    /// The party that it names.
    pub party: u32,
    /// How many parties there are.
    pub parties: u32,
}

impl std::fmt::Display for NoSuchParty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "record {} names party {}, but there are only {} parties (numbered from 0): add the party or leave the holding out",
            self.record, self.party, self.parties
        )
    }
}

impl std::error::Error for NoSuchParty {}
