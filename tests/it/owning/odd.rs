//! Records that contradict themselves or the calendar, and circles without an outside.

use geldspoor::model::Date;
use geldspoor::parties::ownership::{
    Category, ChainBudget, Directness, EndKind, Finding, Fraction, Interest, PartyKind, Register, Share,
    WHOLE,
};

use super::tool::{Net, bounds, part};

#[test]
fn a_set_that_owns_itself_is_a_finding() {
    let mut net = Net::default();
    let (p, a, b, c) = (net.person(), net.company(), net.company(), net.company());
    net.shares(a, b, 100);
    net.shares(b, a, 100);
    net.shares(a, c, 60);
    net.shares(p, c, 40);
    let owners = net.owners(c);
    let set = Finding::OwnsItself {
        category: Category::Shares,
        entities: vec![a, b],
    };
    assert!(owners.findings.contains(&set));
    assert_eq!(bounds(&owners, p), (part(2, 5), part(2, 5)));
    let lost = owners
        .ends
        .iter()
        .find(|end| end.end == EndKind::Undetermined)
        .unwrap();
    assert_eq!((&lost.least, &lost.most), (&part(3, 5), &part(3, 5)));
    let inside = net.owners(a);
    assert!(inside.of(p).is_none());
    assert_eq!(inside.ends.len(), 1);
}

#[test]
fn own_shares_belong_to_the_other_owners() {
    let mut net = Net::default();
    let (p, q, a) = (net.person(), net.person(), net.company());
    net.shares(a, a, 20);
    net.shares(p, a, 20);
    net.shares(q, a, 60);
    let owners = net.owners(a);
    assert_eq!(bounds(&owners, p).0, part(1, 4));
    assert_eq!(bounds(&owners, q).0, part(3, 4));
    let mut net = Net::default();
    let a = net.company();
    net.shares(a, a, 100);
    assert!(matches!(net.owners(a).findings[..], [Finding::OwnsItself { .. }]));
}

#[test]
fn more_than_the_whole_is_told_as_read() {
    let mut net = Net::default();
    let (p, q, a, c) = (net.person(), net.person(), net.company(), net.company());
    net.shares(p, c, 80);
    net.shares(q, c, 60);
    net.shares(c, a, 100);
    let owners = net.owners(a);
    assert_eq!(bounds(&owners, p).0, part(4, 5));
    assert_eq!(bounds(&owners, q), (part(3, 5), part(3, 5)));
    assert!(!owners.cut);
    let above = Finding::AboveWhole {
        category: Category::Shares,
        entity: c,
        sum: WHOLE / 5 * 7,
        records: vec![0, 1],
    };
    assert_eq!(owners.findings, [above]);
}

#[test]
fn a_circle_that_gives_back_more_than_the_whole_has_no_solution() {
    let mut net = Net::default();
    let (p, a, b) = (net.person(), net.company(), net.company());
    net.shares(a, b, 120);
    net.shares(b, a, 100);
    net.shares(p, a, 30);
    let owners = net.owners(a);
    assert!(
        owners
            .findings
            .iter()
            .any(|finding| matches!(finding, Finding::NoSolution { .. }))
    );
    assert!(bounds(&owners, p).0.is_zero());
    assert_eq!(bounds(&owners, p).1, Fraction::one());
}

#[test]
fn holdings_of_a_day() {
    let mut net = Net::default();
    let (p, q, a) = (net.person(), net.person(), net.company());
    net.shares(p, a, 100);
    net.last().to = Some(Date(100));
    net.shares(q, a, 100);
    net.last().from = Some(Date(100));
    let at = |day| {
        let register = Register::new(&net.network, Some(Date(day))).unwrap();
        let owners = register.owners(a, Category::Shares, &ChainBudget::default());
        let undated = owners.findings.contains(&Finding::Undated { record: 0 });
        (bounds(&owners, p), bounds(&owners, q), undated)
    };
    let (none, all) = (Fraction::zero(), Fraction::one());
    let nothing = (none.clone(), none.clone());
    let whole = (all.clone(), all.clone());
    assert_eq!(at(99), (whole.clone(), nothing.clone(), true));
    // On the day of the transfer the seller may have it still, but the buyer has it.
    assert_eq!(at(100), (nothing.clone(), whole.clone(), true));
    assert_eq!(at(101), (nothing, whole, false));
}

#[test]
fn dates_that_cannot_be() {
    let mut net = Net::default();
    let (p, a) = (net.person(), net.company());
    net.network.parties[p as usize].since = Some(Date(1_000));
    net.network.parties[p as usize].until = Some(Date(2_000));
    net.network.parties[a as usize].since = Some(Date(500));
    net.shares(p, a, 100);
    net.last().from = Some(Date(400));
    net.last().to = Some(Date(3_000));
    net.hold(p, a, Interest::Manages, Share::UNKNOWN);
    net.last().from = Some(Date(700));
    net.last().to = Some(Date(1_500));
    net.shares(p, a, 10);
    net.last().from = Some(Date(1_200));
    net.last().to = Some(Date(1_100));
    let register = net.register();
    let found: Vec<_> = register.findings().cloned().collect();
    assert_eq!(
        found,
        [
            Finding::TurnedDates { record: 2 },
            Finding::OwnsBeforeExisting { record: 0, party: p },
            Finding::ServesBeforeExisting { record: 1, party: p },
            Finding::HeldBeforeExisting { record: 0, party: a },
            Finding::HoldsAfterEnd { record: 0, party: p },
        ]
    );
    assert_eq!(bounds(&net.owners(a), p).0, Fraction::one());
}

#[test]
fn what_is_declared_as_indirect_is_compared_and_never_multiplied() {
    let mut net = Net::default();
    let (p, q, a, c) = (net.person(), net.person(), net.company(), net.company());
    net.shares(p, a, 60);
    net.shares(a, c, 50);
    net.shares(p, c, 30);
    net.last().direct = Directness::Indirect;
    net.shares(q, c, 40);
    net.last().direct = Directness::Indirect;
    let owners = net.owners(c);
    assert_eq!(bounds(&owners, p).0, part(3, 10));
    let declared: Vec<_> = owners
        .declared
        .iter()
        .map(|one| (one.owner, one.least, one.agrees))
        .collect();
    assert_eq!(declared, [(p, WHOLE / 10 * 3, true), (q, WHOLE / 10 * 4, false)]);
    assert!(owners.of(q).is_none());
}

#[test]
fn not_said_whether_direct_counts_unless_a_chain_says_it_already() {
    let mut net = Net::default();
    let (p, q, a, c) = (net.person(), net.person(), net.company(), net.company());
    for (owner, held, percent) in [(p, a, 60), (a, c, 50), (p, c, 30), (q, c, 40)] {
        net.shares(owner, held, percent);
        net.last().direct = Directness::Unknown;
    }
    let owners = net.owners(c);
    assert_eq!(bounds(&owners, p).0, part(3, 10));
    assert_eq!(bounds(&owners, q).0, part(4, 10));
    assert!(owners.findings.contains(&Finding::MayBeIndirect { record: 2 }));
    assert_eq!(owners.declared.len(), 1);
}

#[test]
fn a_nominator_stands_behind_the_nominee() {
    let mut net = Net::default();
    let (nominee, p, a) = (net.company(), net.person(), net.company());
    net.shares(nominee, a, 30);
    net.last().on_behalf_of = Some(p);
    let owners = net.owners(a);
    let end = owners.of(p).unwrap();
    assert_eq!(end.least, part(3, 10));
    assert_eq!(end.chains[0].links[0].nominees, [nominee]);
    assert!(owners.ends.iter().all(|end| end.party != nominee));
}

#[test]
fn shares_of_a_person_are_no_shares() {
    let mut net = Net::default();
    let (p, q) = (net.person(), net.person());
    net.shares(p, q, 50);
    let register = net.register();
    assert_eq!(
        register.findings().collect::<Vec<_>>(),
        [&Finding::HeldIsNoEntity { record: 0 }]
    );
}

#[test]
fn a_listed_company_is_held_by_whom_is_known_and_the_public() {
    let mut net = Net::default();
    let (p, a, c) = (net.person(), net.party(PartyKind::Listed), net.company());
    net.shares(p, a, 10);
    net.shares(a, c, 100);
    let owners = net.owners(c);
    assert_eq!(bounds(&owners, p).0, part(1, 10));
    assert_eq!(
        (owners.ends[0].party, &owners.ends[0].end),
        (a, &EndKind::Remainder)
    );
}

#[test]
fn votes_here_and_shares_there_meet_only_where_any_counts() {
    let mut net = Net::default();
    let (p, a, c) = (net.person(), net.company(), net.company());
    net.hold(p, a, Interest::Votes, Share::percent(80));
    net.shares(a, c, 50);
    assert!(net.owners(c).of(p).is_none());
    let owners = net.register().owners(c, Category::Any, &ChainBudget::default());
    assert_eq!(bounds(&owners, p).0, part(2, 5));
}

#[test]
fn a_party_that_is_not_there_is_named() {
    let mut net = Net::default();
    let p = net.person();
    net.shares(p, 7, 50);
    let error = Register::new(&net.network, None).err().unwrap().to_string();
    assert_eq!(
        error,
        "record 0 names party 7, but there are only 1 parties (numbered from 0): add the party or leave the holding out"
    );
}
