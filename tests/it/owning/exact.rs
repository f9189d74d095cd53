//! Networks by chance against the plainest way to reckon: dense elimination in fractions, and sampling.

use std::collections::BTreeMap;

use geldspoor::parties::ownership::{
    Category, ChainBudget, EndKind, Finding, Fraction, Holding, Interest, Network, Party, PartyKind,
    Register, Share, Threshold, WHOLE,
};
use proptest::prelude::*;

use super::brute::{Ratio, ownership};
use super::tool::{Chance, Net, bounds};

/// Random stakes whose sum in every entity is at most the whole.
fn network(seed: u64, persons: u32, entities: u32, stakes: u64, bands: bool) -> Net {
    let mut chance = Chance(seed);
    let mut net = Net::default();
    for _ in 0..persons {
        net.person();
    }
    for _ in 0..entities {
        net.company();
    }
    let parties = u64::from(persons + entities);
    for held in persons..persons + entities {
        let mut left = WHOLE;
        for _ in 0..chance.below(stakes + 1) {
            let owner = chance.below(parties) as u32;
            let units = match chance.below(3) {
                0 => left.min(WHOLE / 4),
                1 => left / 2,
                _ => chance.below(left + 1),
            };
            left -= units;
            let share = if bands && chance.below(2) == 0 {
                Share::between(units / 2, (units + chance.below(WHOLE / 2)).min(WHOLE))
            } else {
                Share::exact(units)
            };
            net.hold(owner, held, Interest::Shares, share);
        }
    }
    net
}

fn ratio(fraction: &Fraction) -> Ratio {
    let (numerator, denominator) = fraction.lowest_terms();
    Ratio::of(numerator.into(), denominator.into())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn as_dense_elimination_says(seed in any::<u64>(), persons in 1_u32..4, entities in 1_u32..7, stakes in 1_u64..5) {
        let net = network(seed, persons, entities, stakes, false);
        let expected = ownership(&net.network, |holding| holding.share.least);
        let register = net.register();
        for entity in persons..persons + entities {
            let owners = register.owners(entity, Category::Shares, &ChainBudget::default());
            prop_assert!(owners.exact);
            let closed = owners.findings.iter().any(|finding| matches!(finding, Finding::OwnsItself { .. }));
            let Some(expected) = &expected else { continue };
            prop_assert!(!closed);
            let mut total = Ratio::zero();
            for end in &owners.ends {
                prop_assert_eq!(&end.least, &end.most);
                total = total.plus(&ratio(&end.least));
                let mut sum = end.loops_least.clone();
                for chain in &end.chains {
                    sum = sum.plus(&chain.least);
                }
                prop_assert_eq!(sum, end.least.clone());
            }
            prop_assert_eq!(total, Ratio::one());
            for person in 0..persons {
                let (least, _) = bounds(&owners, person);
                prop_assert_eq!(ratio(&least), expected[entity as usize][person as usize].clone());
            }
        }
    }

    #[test]
    fn bounds_enclose_every_reading_of_the_bands(seed in any::<u64>(), persons in 1_u32..4, entities in 1_u32..6) {
        let net = network(seed, persons, entities, 4, true);
        let register = net.register();
        let all: Vec<_> = (persons..persons + entities)
            .map(|entity| register.owners(entity, Category::Shares, &ChainBudget::NONE))
            .collect();
        let pass = register.integrated(Category::Shares, Threshold { units: WHOLE / 1_000, reached: true });
        let mut chance = Chance(seed ^ 0x5eed);
        for _ in 0..20 {
            // A reading: from the least upward, in random order, never past the whole.
            let mut sampled = net.network.clone();
            let mut sums = BTreeMap::new();
            for holding in &sampled.holdings {
                *sums.entry(holding.held).or_insert(0) += holding.share.least;
            }
            let begin = chance.below(sampled.holdings.len().max(1) as u64) as usize;
            let count = sampled.holdings.len();
            for step in 0..count {
                let holding = &mut sampled.holdings[(begin + step) % count];
                let sum = sums.get_mut(&holding.held).unwrap();
                let room = (holding.share.most - holding.share.least).min(WHOLE.saturating_sub(*sum));
                let more = match chance.below(3) {
                    0 => 0,
                    1 => room,
                    _ => chance.below(room + 1),
                };
                *sum += more;
                holding.share = Share::exact(holding.share.least + more);
            }
            let Some(truth) = ownership(&sampled, |holding| holding.share.least) else { continue };
            for owners in &all {
                for above in pass.of(owners.entity) {
                    let value = &truth[owners.entity as usize][above.end as usize];
                    prop_assert!(
                        !owners.cut || (ratio(&Fraction::units(above.least)) <= *value && *value <= ratio(&Fraction::units(above.most))),
                        "in the pass, end {} of {}: {} .. {} but {:?}", above.end, owners.entity, above.least, above.most, value
                    );
                }
                if !owners.cut {
                    continue;
                }
                for person in 0..persons {
                    let (least, most) = bounds(owners, person);
                    let value = &truth[owners.entity as usize][person as usize];
                    prop_assert!(ratio(&least) <= *value && *value <= ratio(&most),
                        "person {} of {}: {} .. {} but {:?}", person, owners.entity, least, most, value);
                }
            }
        }
    }

    #[test]
    fn numbers_of_parties_do_not_matter(seed in any::<u64>(), persons in 1_u32..4, entities in 1_u32..7) {
        let net = network(seed, persons, entities, 4, true);
        let count = persons + entities;
        let mut chance = Chance(seed);
        let mut place: Vec<u32> = (0..count).collect();
        for at in (1..count as usize).rev() {
            place.swap(at, chance.below(at as u64 + 1) as usize);
        }
        let mut turned = Network { parties: vec![Party::of(PartyKind::Person); count as usize], holdings: Vec::new() };
        for (party, at) in place.iter().enumerate() {
            turned.parties[*at as usize] = net.network.parties[party];
        }
        for holding in net.network.holdings.iter().rev() {
            turned.holdings.push(Holding {
                owner: place[holding.owner as usize],
                held: place[holding.held as usize],
                ..*holding
            });
        }
        let (one, two) = (net.register(), Register::new(&turned, None).unwrap());
        for entity in persons..count {
            let a = one.owners(entity, Category::Shares, &ChainBudget::default());
            let b = two.owners(place[entity as usize], Category::Shares, &ChainBudget::default());
            prop_assert_eq!(a.ends.len(), b.ends.len());
            for end in a.ends.iter().filter(|end| end.end != EndKind::Undetermined) {
                let other = b.ends.iter().find(|other| other.party == place[end.party as usize] && other.end == end.end).unwrap();
                prop_assert_eq!(&end.least, &other.least);
                // The cut at each level goes round circles until almost nothing changes, from another place each time.
                let apart = end.most.units_up().abs_diff(other.most.units_up());
                prop_assert!(apart == 0 || (!a.exact && apart < WHOLE / 100_000), "{apart} apart");
                prop_assert_eq!(end.chains.len(), other.chains.len());
                prop_assert_eq!(&end.loops_least, &other.loops_least);
            }
        }
    }
}
