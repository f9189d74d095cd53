//! Control at each level, and the grounds on which somebody is a beneficial owner.

use geldspoor::parties::ownership::{
    Beneficial, Category, EndKind, Ground, Interest, Means, PartyKind, Regime, Share, Threshold, WHOLE,
};

use super::golden::aggregated;
use super::tool::{Net, part};

fn beneficial(net: &Net, entity: u32) -> Beneficial {
    net.register().beneficial(entity, &Regime::regulation())
}

fn named(result: &Beneficial) -> Vec<(u32, bool)> {
    result
        .owners
        .iter()
        .map(|owner| (owner.party, owner.certain))
        .collect()
}

fn grounds(result: &Beneficial, party: u32) -> Vec<Ground> {
    result
        .owners
        .iter()
        .find(|owner| owner.party == party)
        .map(|owner| owner.grounds.iter().map(|one| one.ground.clone()).collect())
        .unwrap_or_default()
}

#[test]
fn who_controls_a_holder_of_a_share_has_that_share() {
    // G-BO-2: without B the 24 % that multiply are not enough, but P controls A, which has 40 %.
    let (mut net, [p, a, _, c]) = aggregated();
    let through = Ground::ControlsHolders {
        category: Category::Shares,
        holders: vec![a],
        least: WHOLE / 5 * 2,
        most: WHOLE / 5 * 2,
    };
    let both = beneficial(&net, c);
    let share = Ground::IndirectShare {
        category: Category::Shares,
        least: part(27, 100),
        most: part(27, 100),
    };
    assert_eq!(grounds(&both, p), [share, through.clone()]);
    net.network.holdings.truncate(3);
    net.network.holdings.remove(1);
    let alone = beneficial(&net, c);
    assert_eq!(named(&alone), [(p, true)]);
    assert_eq!(grounds(&alone, p), [through]);
    // The directive knows no such thing.
    let before = net.register().beneficial(c, &Regime::directive());
    assert!(before.owners.is_empty());
}

#[test]
fn who_owns_a_part_of_the_controller_is_named() {
    // Q has 30 % of A, and A controls C with 60 %: 18 % multiplied, but Art. 54(b).
    let mut net = Net::default();
    let (p, q, a, c) = (net.person(), net.person(), net.company(), net.company());
    net.shares(p, a, 70);
    net.shares(q, a, 30);
    net.shares(a, c, 60);
    let result = beneficial(&net, c);
    assert_eq!(named(&result), [(p, true), (q, true)]);
    let ground = Ground::OwnsController {
        category: Category::Shares,
        controller: a,
        least: part(3, 10),
        most: part(3, 10),
    };
    assert_eq!(grounds(&result, q), [ground]);
    let control = grounds(&result, p);
    let levels = control.iter().find_map(|ground| match ground {
        Ground::ControlByOwnership { levels } => Some(levels.clone()),
        _ => None,
    });
    let levels = levels.unwrap();
    assert_eq!(
        levels
            .iter()
            .map(|level| (level.holders[0], level.controlled))
            .collect::<Vec<_>>(),
        [(p, a), (a, c)]
    );
    assert_eq!(levels[0].ways[0].records, [0]);
    assert!(
        !control
            .iter()
            .any(|ground| matches!(ground, Ground::OwnsController { .. }))
    );
}

#[test]
fn half_is_no_majority() {
    let mut net = Net::default();
    let (p, c) = (net.person(), net.company());
    net.shares(p, c, 50);
    assert!(net.register().controllers(c).ends.is_empty());
    net.hold(p, c, Interest::Shares, Share::exact(1));
    let controllers = net.register().controllers(c);
    assert_eq!((controllers.ends.len(), controllers.ends[0].certain), (1, true));
}

#[test]
fn a_band_over_the_half_is_possible_control() {
    let mut net = Net::default();
    let (p, c) = (net.person(), net.company());
    net.hold(p, c, Interest::Votes, Share::between(WHOLE / 2, WHOLE / 4 * 3));
    let controllers = net.register().controllers(c);
    assert_eq!((controllers.ends.len(), controllers.ends[0].certain), (1, false));
}

#[test]
fn other_means_are_found_beside_a_majority() {
    let mut net = Net::default();
    let (p, a, c) = (net.person(), net.company(), net.company());
    net.shares(p, a, 60);
    net.shares(a, c, 60);
    net.hold(p, c, Interest::AppointsBoard, Share::UNKNOWN);
    net.hold(p, c, Interest::Family, Share::UNKNOWN);
    net.hold(p, c, Interest::Manages, Share::UNKNOWN);
    let controllers = net.register().controllers(c);
    let ways: Vec<_> = controllers
        .ends
        .iter()
        .map(|one| (one.by_ownership, one.levels.len()))
        .collect();
    assert_eq!(ways, [(true, 2), (false, 1)]);
    assert_eq!(
        controllers.ends[1].levels[0].ways[0].means,
        Means::Other(Interest::AppointsBoard)
    );
    let result = beneficial(&net, c);
    assert_eq!(result.family, [(p, 3)]);
    assert_eq!(result.managers, [(p, 4)]);
}

#[test]
fn a_minority_of_the_board_is_no_control() {
    let mut net = Net::default();
    let (p, c) = (net.person(), net.company());
    net.hold(p, c, Interest::AppointsBoard, Share::percent(40));
    assert!(net.register().controllers(c).ends.is_empty());
}

#[test]
fn votes_of_controlled_entities_count_together() {
    let mut net = Net::default();
    let (p, q, a, b, c) = (
        net.person(),
        net.person(),
        net.company(),
        net.company(),
        net.company(),
    );
    net.shares(p, a, 51);
    net.shares(p, b, 51);
    net.shares(a, c, 26);
    net.shares(b, c, 26);
    net.shares(q, c, 48);
    let controllers = net.register().controllers(c);
    assert_eq!(controllers.ends.len(), 1);
    let control = &controllers.ends[0];
    assert_eq!(
        (control.party, control.certain, control.by_ownership),
        (p, true, true)
    );
    assert_eq!(control.levels.len(), 3);
    assert_eq!(control.levels[2].holders, [a, b]);
    assert_eq!(control.levels[2].ways[0].records, [2, 3]);
}

#[test]
fn a_majority_of_several_is_told_beside_other_means() {
    // Through A and B together P has 60 % of C, whatever else he has, and in whatever order it is recorded.
    let told = |agreements: &[(usize, usize)], first: bool| {
        let mut net = Net::default();
        let parties = [net.person(), net.company(), net.company(), net.company()];
        let [p, a, b, c] = parties;
        let agree = |net: &mut Net| {
            for (one, other) in agreements {
                net.hold(
                    parties[*one],
                    parties[*other],
                    Interest::Agreement,
                    Share::UNKNOWN,
                );
            }
        };
        if first {
            agree(&mut net);
        }
        net.shares(p, a, 60);
        net.shares(p, b, 60);
        net.shares(a, c, 30);
        net.shares(b, c, 30);
        if !first {
            agree(&mut net);
        }
        let ends = net.register().controllers(c).ends;
        let told = ends.iter().map(|one| {
            let levels = one.levels.iter();
            let levels = levels.map(|level| (level.controlled, level.holders.clone(), level.ways.len()));
            (
                one.party,
                one.certain,
                one.by_ownership,
                levels.collect::<Vec<_>>(),
            )
        });
        (told.collect::<Vec<_>>(), [p, a, b, c])
    };
    let (alone, [p, a, b, c]) = told(&[], true);
    let majority = (
        p,
        true,
        true,
        vec![(a, vec![p], 1), (b, vec![p], 1), (c, vec![a, b], 1)],
    );
    assert_eq!(alone, std::slice::from_ref(&majority));
    for agreements in [&[(0, 3)][..], &[(0, 1)], &[(0, 2), (0, 1), (0, 3)]] {
        let (told_first, _) = told(agreements, true);
        assert_eq!(told_first[0], majority, "{agreements:?}");
        assert_eq!(told_first, told(agreements, false).0, "{agreements:?}");
    }
}

#[test]
fn holders_have_together_no_more_than_others_leave() {
    let mut net = Net::default();
    let (p, q, a, b, c) = (
        net.person(),
        net.person(),
        net.company(),
        net.company(),
        net.company(),
    );
    net.shares(p, a, 60);
    net.shares(p, b, 60);
    for holder in [a, b] {
        let (least, most) = (WHOLE / 20, WHOLE / 10 * 3);
        net.hold(holder, c, Interest::Shares, Share::between(least, most));
    }
    net.shares(q, c, 80);
    assert_eq!(named(&beneficial(&net, c)), [(q, true)]);
    net.network.holdings[4].share = Share::percent(70);
    assert_eq!(named(&beneficial(&net, c)), [(q, true), (p, false)]);
    assert!(grounds(&beneficial(&net, c), p).iter().any(|ground| matches!(
        ground,
        Ground::ControlsHolders { most, .. } if *most == WHOLE / 10 * 3
    )));
}

#[test]
fn a_lower_threshold_holds_for_its_class_alone() {
    let mut net = Net::default();
    let (p, c, d) = (net.person(), net.company(), net.company());
    net.shares(p, c, 15);
    net.shares(p, d, 15);
    net.network.parties[d as usize].class = 1;
    let regime = Regime {
        thresholds: vec![
            Threshold::GTE25,
            Threshold {
                units: WHOLE / 100 * 15,
                reached: true,
            },
        ],
        coexistence: true,
    };
    let register = net.register();
    assert!(register.beneficial(c, &regime).owners.is_empty());
    assert_eq!(register.beneficial(d, &regime).owners.len(), 1);
}

#[test]
fn everybody_in_a_trust_stands_behind_what_it_holds() {
    let mut net = Net::default();
    let (settlor, trustee, protector, owner) = (net.person(), net.company(), net.person(), net.person());
    let (trust, c) = (net.party(PartyKind::Trust), net.company());
    net.hold(settlor, trust, Interest::Settlor, Share::UNKNOWN);
    net.hold(trustee, trust, Interest::Trustee, Share::UNKNOWN);
    net.hold(protector, trust, Interest::Protector, Share::UNKNOWN);
    net.shares(owner, trustee, 100);
    net.shares(trust, c, 30);
    let result = beneficial(&net, c);
    assert_eq!(
        named(&result),
        [(settlor, true), (protector, true), (owner, true)]
    );
    let role = Ground::TrustRole {
        trusts: vec![trust],
        role: Interest::Trustee,
        record: 1,
        through: Some(trustee),
    };
    assert_eq!(grounds(&result, owner), [role]);
    assert_eq!(result.others.len(), 1);
    let of_trust = beneficial(&net, trust);
    assert_eq!(named(&of_trust), named(&result));
}

#[test]
fn a_trust_below_the_threshold_counts_with_others_of_the_same_person() {
    let mut net = Net::default();
    let (p, q) = (net.person(), net.person());
    let (one, two, c) = (
        net.party(PartyKind::Trust),
        net.party(PartyKind::Trust),
        net.company(),
    );
    net.hold(p, one, Interest::Beneficiary, Share::UNKNOWN);
    net.hold(p, two, Interest::Beneficiary, Share::UNKNOWN);
    net.hold(q, two, Interest::Settlor, Share::UNKNOWN);
    net.shares(one, c, 15);
    net.shares(two, c, 12);
    let result = beneficial(&net, c);
    assert_eq!(named(&result), [(p, true)]);
    let together = Ground::TrustsTogether {
        trusts: vec![one, two],
        category: Category::Shares,
        least: part(27, 100),
        most: part(27, 100),
    };
    assert_eq!(grounds(&result, p), [together]);
}

#[test]
fn a_trust_of_which_nobody_is_known_hides() {
    let mut net = Net::default();
    let (trust, c) = (net.party(PartyKind::Trust), net.company());
    net.shares(trust, c, 100);
    let result = beneficial(&net, c);
    assert!(result.owners.is_empty());
    assert_eq!(
        (result.hidden[0].party, result.hidden[0].kind),
        (trust, PartyKind::Trust)
    );
    let mut net = Net::default();
    let c = net.company();
    let result = beneficial(&net, c);
    assert_eq!(
        (result.hidden[0].party, &result.hidden[0].end),
        (c, &EndKind::Remainder)
    );
}

#[test]
fn trusts_in_a_circle_end() {
    let mut net = Net::default();
    let (p, one, two, c) = (
        net.person(),
        net.party(PartyKind::Trust),
        net.party(PartyKind::Trust),
        net.company(),
    );
    net.hold(one, two, Interest::Beneficiary, Share::UNKNOWN);
    net.hold(two, one, Interest::Beneficiary, Share::UNKNOWN);
    net.hold(p, two, Interest::Settlor, Share::UNKNOWN);
    net.hold(c, two, Interest::Trustee, Share::UNKNOWN);
    net.shares(one, c, 40);
    let result = beneficial(&net, c);
    assert_eq!(named(&result), [(p, true)]);
}

#[test]
fn entities_on_the_way_come_nearest_first() {
    let mut net = Net::default();
    let (far, near, p, c) = (net.company(), net.company(), net.person(), net.company());
    net.shares(p, far, 60);
    net.shares(far, near, 60);
    net.shares(near, c, 60);
    let controllers = net.register().controllers(c);
    let on_the_way: Vec<u32> = controllers.entities.iter().map(|one| one.party).collect();
    assert_eq!(on_the_way, [near, far]);
}

#[test]
fn a_long_chain_of_control_is_found() {
    let mut net = Net::default();
    let p = net.person();
    let mut last = p;
    for _ in 0..100_000 {
        let next = net.company();
        net.shares(last, next, 60);
        last = next;
    }
    let controllers = net.register().controllers(last);
    assert_eq!(controllers.ends.len(), 1);
    assert_eq!(controllers.ends[0].levels.len(), 100_000);
}
