//! The cases whose answers are given: aggregation, circles, the boundary.

use geldspoor::parties::ownership::{Decision, EndKind, Fraction, Interest, Share, Threshold, WHOLE};

use super::tool::{Net, bounds, part};

/// G-BO-1: persons P, Q; companies A, B, C.
pub fn aggregated() -> (Net, [u32; 4]) {
    let mut net = Net::default();
    let (p, a, b, c) = (net.person(), net.company(), net.company(), net.company());
    net.shares(p, a, 60);
    net.shares(p, b, 10);
    net.shares(a, c, 40);
    net.shares(b, c, 30);
    (net, [p, a, b, c])
}

#[test]
fn shares_multiply_along_chains_and_add_across_them() {
    let (net, [p, a, b, c]) = aggregated();
    let owners = net.owners(c);
    let end = owners.of(p).unwrap();
    assert_eq!(end.least, part(27, 100));
    assert_eq!(end.most, part(27, 100));
    assert!(Threshold::GTE25.met_by(&end.least));
    let chains: Vec<_> = end
        .chains
        .iter()
        .map(|chain| (chain.links[0].owner, chain.least.clone()))
        .collect();
    assert_eq!(chains, [(a, part(24, 100)), (b, part(3, 100))]);
    assert!(chains.iter().all(|(_, share)| !Threshold::GTE25.met_by(share)));
    assert!(end.loops_least.is_zero());
    assert_eq!(end.chains[0].links[0].records, [2]);
    assert_eq!(end.chains[0].links[1].records, [0]);
    assert!(owners.exact && owners.cut && owners.findings.is_empty());
    // What nobody is known to hold is told too, so that all ends are the whole.
    let total = owners
        .ends
        .iter()
        .fold(Fraction::zero(), |sum, end| sum.plus(&end.least));
    assert_eq!(total, Fraction::one());
}

#[test]
fn a_circle_is_summed_to_its_end() {
    let mut net = Net::default();
    let (p, q, a, b) = (net.person(), net.person(), net.company(), net.company());
    net.shares(a, b, 50);
    net.shares(b, a, 50);
    net.shares(p, a, 50);
    net.shares(q, b, 50);
    for (entity, share_p, share_q) in [(a, 2, 1), (b, 1, 2)] {
        let owners = net.owners(entity);
        assert_eq!(bounds(&owners, p), (part(share_p, 3), part(share_p, 3)));
        assert_eq!(bounds(&owners, q), (part(share_q, 3), part(share_q, 3)));
        assert_eq!(owners.ends.len(), 2);
    }
    let owners = net.owners(a);
    let end = owners.of(p).unwrap();
    assert_eq!(end.chains.len(), 1);
    assert_eq!(end.loops_least, part(1, 6));
    assert!(end.chains_complete);
    assert_eq!(end.least.decimal_down(4), "0.6666");
    assert_eq!(end.least.decimal_up(4), "0.6667");
    assert_eq!(end.least.to_string(), "2/3");
}

#[test]
fn exactly_a_quarter_is_reached_but_not_passed() {
    let mut net = Net::default();
    let (p, a, c) = (net.person(), net.company(), net.company());
    net.shares(p, a, 50);
    net.shares(a, c, 50);
    let owners = net.owners(c);
    let end = owners.of(p).unwrap();
    assert_eq!(Threshold::GTE25.decide(&end.least, &end.most), Decision::Certain);
    assert_eq!(Threshold::GT25.decide(&end.least, &end.most), Decision::No);
}

#[test]
fn a_quarter_made_by_a_circle_is_exactly_a_quarter() {
    // p has 20 % of A; A has a fifth of itself by way of B: 0.2 / (1 - 0.2) = 1/4.
    let mut net = Net::default();
    let (p, q, a, b) = (net.person(), net.person(), net.company(), net.company());
    net.shares(p, a, 20);
    net.shares(q, a, 60);
    net.shares(b, a, 20);
    net.shares(a, b, 100);
    let owners = net.owners(a);
    let end = owners.of(p).unwrap();
    assert_eq!(end.least, part(1, 4));
    assert!(Threshold::GTE25.met_by(&end.least));
    assert!(!Threshold::GT25.met_by(&end.most));
}

#[test]
fn bands_stay_bands() {
    let mut net = Net::default();
    let (p, a, c) = (net.person(), net.company(), net.company());
    net.hold(p, a, Interest::Shares, Share::between(WHOLE / 4, WHOLE / 2));
    net.hold(a, c, Interest::Shares, Share::between(WHOLE / 2, WHOLE / 4 * 3));
    let owners = net.owners(c);
    assert_eq!(bounds(&owners, p), (part(1, 8), part(3, 8)));
    let end = owners.of(p).unwrap();
    assert_eq!(Threshold::GTE25.decide(&end.least, &end.most), Decision::Possible);
    assert_eq!(end.direct, (0, 0));
    assert_eq!(end.end, EndKind::Holder);
}

#[test]
fn the_most_is_what_others_leave() {
    let mut net = Net::default();
    let (p, q, c) = (net.person(), net.person(), net.company());
    net.hold(p, c, Interest::Shares, Share::UNKNOWN);
    net.shares(q, c, 80);
    let owners = net.owners(c);
    assert_eq!(bounds(&owners, p), (Fraction::zero(), part(1, 5)));
    assert_eq!(bounds(&owners, q), (part(4, 5), part(4, 5)));
}
