//! Networks that are long, wide or entangled.

use geldspoor::parties::ownership::{Category, ChainBudget, Fraction, Interest, Share, WHOLE};

use super::tool::{Net, bounds, part};

#[test]
fn a_chain_of_100_000_levels() {
    let mut net = Net::default();
    let p = net.person();
    let first = net.company();
    net.shares(p, first, 30);
    let mut last = first;
    for _ in 0..100_000 {
        let next = net.company();
        net.shares(last, next, 100);
        last = next;
    }
    let owners = net.owners(last);
    assert_eq!(bounds(&owners, p), (part(3, 10), part(3, 10)));
    assert_eq!(owners.of(p).unwrap().chains[0].links.len(), 100_001);
    assert!(owners.exact);
}

#[test]
fn a_chain_that_thins_out_is_rounded_and_says_so() {
    let mut net = Net::default();
    let p = net.person();
    let mut last = p;
    for _ in 0..20_000 {
        let next = net.company();
        net.hold(last, next, Interest::Shares, Share::exact(WHOLE - 1));
        last = next;
    }
    let owners = net.owners(last);
    let (least, most) = bounds(&owners, p);
    assert!(!owners.exact);
    assert_eq!(least.decimal_down(40), most.decimal_down(40));
    // (1 - 10⁻⁸)^20000
    assert_eq!(least.decimal_down(12), "0.999800019997");
}

#[test]
fn a_ring_of_100_000_levels() {
    let mut net = Net::default();
    let (p, q) = (net.person(), net.person());
    let first = net.company();
    net.shares(p, first, 50);
    let mut last = first;
    for _ in 0..100_000 {
        let next = net.company();
        net.shares(last, next, 100);
        last = next;
    }
    net.shares(last, first, 25);
    net.shares(q, first, 25);
    let owners = net.register().owners(last, Category::Shares, &ChainBudget::NONE);
    let (least, most) = bounds(&owners, p);
    assert!(least <= part(2, 3) && part(2, 3) <= most);
    assert_eq!(least.decimal_down(30), format!("0.{}", "6".repeat(30)));
}

#[test]
fn a_hub_with_100_000_holders() {
    let mut net = Net::default();
    let hub = net.company();
    let entity = net.company();
    net.shares(hub, entity, 100);
    let mut persons = Vec::new();
    for _ in 0..100_000 {
        let person = net.person();
        net.hold(person, hub, Interest::Shares, Share::exact(WHOLE / 100_000));
        persons.push(person);
    }
    let owners = net.owners(entity);
    assert_eq!(owners.ends.len(), 100_000);
    assert!(
        owners
            .ends
            .iter()
            .all(|end| end.least == part(1, 100_000) && end.chains.len() == 1)
    );
}

#[test]
fn every_one_of_200_owns_every_other() {
    let mut net = Net::default();
    let count = 200_u32;
    let persons: Vec<u32> = (0..count).map(|_| net.person()).collect();
    let entities: Vec<u32> = (0..count).map(|_| net.company()).collect();
    for a in &entities {
        for b in &entities {
            if a != b {
                net.hold(*a, *b, Interest::Shares, Share::exact(WHOLE / 250));
            }
        }
        net.hold(
            persons[(*a - count) as usize],
            *a,
            Interest::Shares,
            Share::exact(WHOLE - 199 * (WHOLE / 250)),
        );
    }
    let budget = ChainBudget {
        each: 3,
        looked_at: 20_000,
        links: 10_000,
    };
    let owners = net.register().owners(entities[0], Category::Shares, &budget);
    assert!(owners.exact);
    let total = owners
        .ends
        .iter()
        .fold(Fraction::zero(), |sum, end| sum.plus(&end.least));
    assert_eq!(total, Fraction::one());
    // With f what flows through the entity and T through all: T = 1 / (1 - 199/250), f = 1 + (T - f)/250, own = f × 51/250.
    let own = &owners.of(persons[0]).unwrap().least;
    let other = &owners.of(persons[1]).unwrap().least;
    assert_eq!((own, other), (&part(52, 251), &part(1, 251)));
    assert_eq!(owners.of(persons[199]).unwrap().least, *other);
    assert!(owners.ends.iter().all(|end| !end.chains_complete));
}
