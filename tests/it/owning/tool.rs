//! Networks in a few words.

use geldspoor::parties::ownership::{
    Category, ChainBudget, Fraction, Holding, Interest, Network, Owners, Party, PartyKind, Register, Share,
};

/// A network that grows by calls.
#[derive(Clone, Default)]
pub struct Net {
    pub network: Network,
}

impl Net {
    pub fn party(&mut self, kind: PartyKind) -> u32 {
        self.network.parties.push(Party::of(kind));
        self.network.parties.len() as u32 - 1
    }

    pub fn person(&mut self) -> u32 {
        self.party(PartyKind::Person)
    }

    pub fn company(&mut self) -> u32 {
        self.party(PartyKind::Company)
    }

    /// Adds a holding; its record is its number.
    pub fn hold(&mut self, owner: u32, held: u32, interest: Interest, share: Share) -> u32 {
        let record = self.network.holdings.len() as u32;
        self.network
            .holdings
            .push(Holding::direct(owner, held, interest, share, record));
        record
    }

    /// Adds shares of so many per cent.
    pub fn shares(&mut self, owner: u32, held: u32, percent: u64) -> u32 {
        self.hold(owner, held, Interest::Shares, Share::percent(percent))
    }

    pub fn last(&mut self) -> &mut Holding {
        self.network.holdings.last_mut().unwrap()
    }

    pub fn register(&self) -> Register<'_> {
        Register::new(&self.network, None).unwrap()
    }

    pub fn owners(&self, entity: u32) -> Owners {
        self.register()
            .owners(entity, Category::Shares, &ChainBudget::default())
    }
}

/// `numerator / denominator`.
pub fn part(numerator: u32, denominator: u32) -> Fraction {
    Fraction::ratio(numerator.into(), denominator.into()).unwrap()
}

/// The least and most of a party, zero where it is not named.
pub fn bounds(owners: &Owners, party: u32) -> (Fraction, Fraction) {
    match owners.of(party) {
        Some(end) => (end.least.clone(), end.most.clone()),
        None => (Fraction::zero(), Fraction::zero()),
    }
}

/// A small generator of numbers, the same on every machine.
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}
