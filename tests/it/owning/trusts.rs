//! Who stands behind trusts, what hides there, and parts of which nobody is known.

use geldspoor::model::Date;
use geldspoor::parties::ownership::{
    Beneficial, Category, Ground, Interest, PartyKind, Regime, Register, Share, WHOLE,
};

use super::tool::{Net, part};

const PERCENT: u64 = WHOLE / 100;

fn beneficial(net: &Net, entity: u32) -> Beneficial {
    net.register().beneficial(entity, &Regime::regulation())
}

fn trust(net: &mut Net) -> u32 {
    net.party(PartyKind::Trust)
}

#[test]
fn an_uncertain_position_makes_no_certain_sum() {
    let day = Date(19_000);
    let mut net = Net::default();
    let (p, one, two, c) = (net.person(), trust(&mut net), trust(&mut net), net.company());
    net.hold(p, one, Interest::Beneficiary, Share::UNKNOWN);
    net.hold(p, two, Interest::Beneficiary, Share::UNKNOWN);
    // It ends on this very day, and may be another's already.
    net.last().to = Some(day);
    net.shares(one, c, 15);
    net.shares(two, c, 12);
    let register = Register::new(&net.network, Some(day)).unwrap();
    let result = register.beneficial(c, &Regime::regulation());
    assert_eq!(result.owners.len(), 1);
    assert!(!result.owners[0].certain);
    assert_eq!(
        result.owners[0].grounds[0].ground,
        Ground::TrustsTogether {
            trusts: vec![one, two],
            category: Category::Shares,
            least: part(15, 100),
            most: part(27, 100),
        }
    );
}

#[test]
fn a_small_trust_hides_nobody_and_a_large_one_its_part_once() {
    let mut net = Net::default();
    let (p, one, two, c) = (net.person(), trust(&mut net), trust(&mut net), net.company());
    net.shares(p, c, 91);
    net.shares(one, c, 5);
    net.shares(two, c, 4);
    assert_eq!(beneficial(&net, c).hidden, []);
    let mut net = Net::default();
    let (p, one, two, c) = (net.person(), trust(&mut net), trust(&mut net), net.company());
    for interest in [Interest::Shares, Interest::Votes] {
        net.hold(p, c, interest, Share::percent(65));
        net.hold(one, c, interest, Share::percent(30));
        net.hold(two, c, interest, Share::percent(5));
    }
    let hidden = beneficial(&net, c).hidden;
    assert_eq!(hidden.len(), 1, "{hidden:?}");
    assert_eq!((hidden[0].party, &hidden[0].most), (one, &part(3, 10)));
    // Who controls has all of it.
    net.hold(one, c, Interest::AppointsBoard, Share::UNKNOWN);
    assert_eq!(beneficial(&net, c).hidden[0].most, part(1, 1));
}

#[test]
fn what_hides_in_a_trustee_is_no_share_of_the_target() {
    let mut net = Net::default();
    let (p, q, trustee, trust, c) = (
        net.person(),
        net.person(),
        net.company(),
        trust(&mut net),
        net.company(),
    );
    net.shares(p, c, 70);
    net.shares(trust, c, 30);
    net.hold(trustee, trust, Interest::Trustee, Share::UNKNOWN);
    net.shares(q, trustee, 60);
    let hidden = beneficial(&net, c).hidden;
    assert_eq!(hidden.len(), 1, "{hidden:?}");
    assert_eq!((hidden[0].party, hidden[0].category), (trustee, None));
    assert_eq!(hidden[0].most, part(3, 10));
}

#[test]
fn trusts_behind_trusts_end() {
    // As many behind one another as no stack holds.
    let mut net = Net::default();
    let (p, c) = (net.person(), net.company());
    let mut last = trust(&mut net);
    net.shares(last, c, 40);
    for _ in 0..100_000 {
        let next = trust(&mut net);
        net.hold(next, last, Interest::Settlor, Share::UNKNOWN);
        last = next;
    }
    net.hold(p, last, Interest::Settlor, Share::UNKNOWN);
    assert!(beneficial(&net, c).truncated);
    // More ways than can be told.
    let mut net = Net::default();
    let (p, c) = (net.person(), net.company());
    let mut before = vec![trust(&mut net)];
    net.shares(before[0], c, 40);
    for _ in 0..60 {
        let next = vec![trust(&mut net), trust(&mut net)];
        for above in &next {
            for below in &before {
                net.hold(*above, *below, Interest::Settlor, Share::UNKNOWN);
            }
        }
        net.hold(p, next[0], Interest::Protector, Share::UNKNOWN);
        before = next;
    }
    let result = beneficial(&net, c);
    assert!(result.truncated);
    assert_eq!((result.owners.len(), result.owners[0].party), (1, p));
}

#[test]
fn parts_of_which_nobody_is_known_count_together() {
    let mut net = Net::default();
    let (p, unknown, c) = (net.person(), net.party(PartyKind::Unknown), net.company());
    net.shares(p, c, 60);
    net.shares(unknown, c, 20);
    let result = beneficial(&net, c);
    assert_eq!(result.hidden, []);
    assert_eq!(result.hidden_together, [(Category::Shares, 40 * PERCENT)]);
    // One that is told by itself is none of them.
    let trust = trust(&mut net);
    net.hold(p, trust, Interest::Settlor, Share::UNKNOWN);
    net.network.holdings[0].share = Share::percent(44);
    net.network.holdings[1].share = Share::percent(16);
    net.shares(trust, c, 30);
    let result = beneficial(&net, c);
    assert_eq!(result.hidden_together, [(Category::Shares, 26 * PERCENT)]);
}
