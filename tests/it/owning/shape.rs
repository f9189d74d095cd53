//! Depth, countries, circles and ends.

use geldspoor::parties::ownership::{Interest, NO_COUNTRY, PartyKind, Ring, Share};

use super::tool::Net;

#[test]
fn depth_countries_and_ends() {
    let mut net = Net::default();
    let (p, q) = (net.person(), net.person());
    let (c, a, b, d) = (net.company(), net.company(), net.company(), net.company());
    let (trust, nobody, nominee) = (
        net.party(PartyKind::Trust),
        net.party(PartyKind::Unknown),
        net.person(),
    );
    net.shares(p, c, 10);
    net.shares(a, c, 60);
    net.shares(b, a, 100);
    net.shares(trust, b, 50);
    net.shares(nominee, b, 50);
    net.last().on_behalf_of = Some(nobody);
    net.hold(q, trust, Interest::Settlor, Share::UNKNOWN);
    net.shares(d, c, 30);
    let countries = [NO_COUNTRY, 5, 1, 2, 3, 2, 4, NO_COUNTRY, NO_COUNTRY];
    let shape = net.register().shape(c, |party| countries[party as usize]);
    assert_eq!(
        (shape.nearest_person, shape.farthest_person, shape.depth),
        (Some(1), Some(4), 4)
    );
    assert_eq!(shape.deepest, [c, a, b, trust, q]);
    assert_eq!(shape.countries, [1, 2, 3, 4, 5]);
    assert_eq!(shape.countries_on_a_way, 5);
    assert_eq!(shape.nominees, [nominee]);
    let opaque: Vec<_> = shape.opaque().collect();
    assert_eq!(opaque, [(d, PartyKind::Company), (nobody, PartyKind::Unknown)]);
    assert_eq!(shape.reached, 8);
}

#[test]
fn circles_with_a_shortest_one_each() {
    let mut net = Net::default();
    let p = net.person();
    let e: Vec<u32> = (0..7).map(|_| net.company()).collect();
    // A ring of five with a short cut, a pair, and own shares.
    for (owner, held) in [
        (0, 1),
        (1, 2),
        (2, 3),
        (3, 4),
        (4, 0),
        (3, 1),
        (5, 6),
        (6, 5),
        (2, 2),
    ] {
        net.shares(e[owner], e[held], 20);
    }
    net.shares(p, e[0], 50);
    let rings = net.register().rings();
    assert_eq!(
        rings,
        [
            Ring {
                entities: e[..5].to_vec(),
                cycle: vec![e[1], e[3], e[2]],
                shortest: true
            },
            Ring {
                entities: e[5..].to_vec(),
                cycle: vec![e[5], e[6]],
                shortest: true
            },
        ]
    );
}

#[test]
fn a_chain_of_100_000_levels_has_a_depth() {
    let mut net = Net::default();
    let mut last = net.person();
    for _ in 0..100_000 {
        let next = net.company();
        net.shares(last, next, 100);
        last = next;
    }
    net.shares(last, 1, 10);
    let register = net.register();
    assert_eq!(register.shape(last, |_| 1).depth, 100_000);
    assert_eq!(register.rings()[0].cycle.len(), 100_000);
}
