//! Facts about the accounts and transfers of a made-up graph, for the patterns that need to be told more than payments.

use geldspoor::patterns::{FunnelAccount, Told};

/// One account or transfer in ten has what there is to have, chosen by its number, so that every run has the same.
pub struct Facts {
    quiet: Vec<bool>,
    loans: Vec<bool>,
    places: Vec<u32>,
    foreign: Vec<bool>,
    attributes: Vec<(u32, u32)>,
    /// By number; one of three by the transfer's number unless something better is known.
    pub currencies: Vec<u32>,
    sources: Vec<u32>,
    sinks: Vec<u32>,
}

/// A number that follows from two others and looks like chance.
fn drawn(number: u32, salt: u64) -> u32 {
    let mixed = (u64::from(number) + (salt << 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((mixed ^ mixed >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 33) as u32
}

impl Facts {
    /// Of so many accounts and transfers.
    pub fn of(accounts: usize, transfers: usize) -> Facts {
        let (accounts, transfers) = (accounts as u32, transfers as u32);
        let is_chosen = |number, salt| drawn(number, salt).is_multiple_of(10);
        let place = |transfer| match is_chosen(transfer, 3) {
            true => drawn(transfer, 4) % 16,
            false => FunnelAccount::NOWHERE,
        };
        let with_attribute = (0..accounts).filter(|account| is_chosen(*account, 6));
        Facts {
            quiet: (0..transfers).map(|transfer| is_chosen(transfer, 1)).collect(),
            loans: (0..transfers).map(|transfer| is_chosen(transfer, 2)).collect(),
            places: (0..transfers).map(place).collect(),
            foreign: (0..accounts).map(|account| is_chosen(account, 5)).collect(),
            attributes: with_attribute.map(|account| (account, account / 30)).collect(),
            currencies: (0..transfers).map(|transfer| drawn(transfer, 7) % 3).collect(),
            sources: (0..accounts.min(20) / 2).collect(),
            sinks: (accounts - accounts.min(20) / 2..accounts).collect(),
        }
    }

    /// As patterns take them. Deposits are all transfers, a party is an account.
    pub fn told(&self) -> Told<'_> {
        Told {
            quiet: Some(&self.quiet),
            loans: Some(&self.loans),
            places: Some(&self.places),
            foreign: Some(&self.foreign),
            attributes: &self.attributes,
            currencies: Some(&self.currencies),
            sources: &self.sources,
            sinks: &self.sinks,
            ..Told::default()
        }
    }
}
