//! Clusters from indicators and ties.

use std::collections::{BTreeMap, BTreeSet};

use super::grouping::Groups;

/// On which side of a cluster somebody stands. The order is that in which a person who stands on several is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Possibly exploited: nothing is said against this person, whatever else was found.
    Exploited,
    /// Takes, directs or collects.
    Controller,
    /// A business through which money runs.
    Business,
    /// Ties others together.
    Network,
    /// Pays for what is offered.
    Demand,
    /// An account of which nothing more is known.
    Account,
}

impl Side {
    /// The word stored in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Side::Exploited => "exploited",
            Side::Controller => "controller",
            Side::Business => "business",
            Side::Network => "network",
            Side::Demand => "demand",
            Side::Account => "account",
        }
    }
}

/// What an indicator says of somebody.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// Party, or account where nobody is known to hold it alone.
    pub of: String,
    pub side: Side,
}

/// An indicator that hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indicator {
    pub finding_id: String,
    pub rule_id: String,
    /// Kind of evidence, as `wages`.
    pub family: String,
    /// Letters of forms of exploitation, `*` for every one.
    pub form: String,
    /// Whether it shows control by itself.
    pub is_strong: bool,
    /// Everybody of whom it tells. They are tied by it.
    pub hits: Vec<Hit>,
}

/// A tie between two of whom indicators tell, such as that one may act on the other's account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    pub one: String,
    pub other: String,
    /// In words.
    pub why: String,
}

/// By what a cluster is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Criterion {
    /// One that shows control by itself and one other.
    StrongAndOther,
    /// Three of two families.
    ThreeOfTwoFamilies,
}

impl Criterion {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Criterion::StrongAndOther => "an indicator of control and one other",
            Criterion::ThreeOfTwoFamilies => "three indicators of two families",
        }
    }
}

/// Somebody in a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub of: String,
    pub side: Side,
    /// Rules that tell of this one, sorted.
    pub rules: Vec<String>,
}

/// Indicators that stand together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    pub criterion: Criterion,
    /// Rules that hit, sorted.
    pub rules: Vec<String>,
    /// Of these, those that show control by themselves.
    pub strong: Vec<String>,
    pub families: Vec<String>,
    /// Letters of forms that any indicator has, sorted; `*` only where none has another.
    pub forms: String,
    /// By side, then id.
    pub members: Vec<Member>,
    /// Numbers of the indicators, in order.
    pub indicators: Vec<usize>,
    /// Numbers of the ties, in order.
    pub links: Vec<usize>,
}

/// Whom more than this many are tied to, each by an indicator about the two alone, and whom no indicator describes as taking
/// or directing, is a place where many pay (a landlord, an office) and ties nobody: groups are small (the Strategy, section
/// 4, speaks of up to five).
const HUB: usize = 60;

/// The clusters of these indicators, those with most signs of control first: strong indicators, then families, then
/// indicators, then by the smallest id of a member.
///
/// `protected` are those whom a person decided to protect, or whom the gate holds back: they stand on the exploited
/// side, whatever an indicator says, as does in every group whoever any indicator tells as exploited.
pub fn clusters(indicators: &[Indicator], links: &[Link], protected: &BTreeSet<String>) -> Vec<Cluster> {
    let hits = indicators.iter().flat_map(|indicator| &indicator.hits);
    let exploited = hits.filter(|hit| hit.side == Side::Exploited).map(|hit| &hit.of);
    let protected: BTreeSet<String> = protected.iter().chain(exploited).cloned().collect();
    let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
    for hit in indicators.iter().flat_map(|indicator| &indicator.hits) {
        numbers.insert(&hit.of, 0);
    }
    for (number, (_, own)) in numbers.iter_mut().enumerate() {
        *own = number as u32;
    }
    let hubs = hubs(indicators, &numbers);
    let mut groups = Groups::new(numbers.len());
    for indicator in indicators {
        let tied: Vec<u32> = indicator
            .hits
            .iter()
            .map(|hit| numbers[hit.of.as_str()])
            .filter(|number| !hubs.contains(number))
            .collect();
        for pair in tied.windows(2) {
            groups.join(pair[0], pair[1]);
        }
    }
    let ends = |link: &Link| {
        let one = *numbers.get(link.one.as_str())?;
        let other = *numbers.get(link.other.as_str())?;
        (!hubs.contains(&one) && !hubs.contains(&other)).then_some((one, other))
    };
    for (one, other) in links.iter().filter_map(&ends) {
        groups.join(one, other);
    }
    let mut own: BTreeMap<u32, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (number, indicator) in indicators.iter().enumerate() {
        let all = || indicator.hits.iter().map(|hit| numbers[hit.of.as_str()]);
        // What tells of such places alone ties nothing and is still told.
        let first = all().find(|of| !hubs.contains(of)).or_else(|| all().next());
        if let Some(first) = first {
            own.entry(groups.of(first)).or_default().0.push(number);
        }
    }
    for (number, link) in links.iter().enumerate() {
        if let Some((one, _)) = ends(link) {
            own.entry(groups.of(one)).or_default().1.push(number);
        }
    }
    let mut found: Vec<Cluster> = own
        .into_values()
        .filter_map(|(own, links)| cluster(indicators, own, links, &protected))
        .collect();
    found.sort_by(|a, b| order(a).cmp(&order(b)));
    found
}

fn order(cluster: &Cluster) -> (std::cmp::Reverse<[usize; 3]>, &str) {
    let counts = [cluster.strong.len(), cluster.families.len(), cluster.rules.len()];
    let first = cluster.members.iter().map(|member| member.of.as_str()).min();
    (std::cmp::Reverse(counts), first.unwrap_or_default())
}

/// Those to whom very many are tied, each by an indicator of his own.
fn hubs(indicators: &[Indicator], numbers: &BTreeMap<&str, u32>) -> BTreeSet<u32> {
    let mut tied: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    let mut controllers = BTreeSet::new();
    for indicator in indicators {
        let told = indicator.hits.iter().filter(|hit| hit.side == Side::Controller);
        controllers.extend(told.map(|hit| numbers[hit.of.as_str()]));
        if indicator.hits.len() != 2 {
            continue;
        }
        let own: BTreeSet<u32> = indicator
            .hits
            .iter()
            .map(|hit| numbers[hit.of.as_str()])
            .collect();
        for of in &own {
            let others = own.iter().copied().filter(|other| other != of);
            tied.entry(*of).or_default().extend(others);
        }
    }
    tied.into_iter()
        .filter(|(of, others)| others.len() > HUB && !controllers.contains(of))
        .map(|(of, _)| of)
        .collect()
}

fn cluster(
    indicators: &[Indicator],
    own: Vec<usize>,
    links: Vec<usize>,
    protected: &BTreeSet<String>,
) -> Option<Cluster> {
    let hits = || own.iter().map(|number| &indicators[*number]);
    let rules: BTreeSet<&str> = hits().map(|indicator| indicator.rule_id.as_str()).collect();
    let strong: BTreeSet<&str> = hits()
        .filter(|indicator| indicator.is_strong)
        .map(|indicator| indicator.rule_id.as_str())
        .collect();
    let families: BTreeSet<&str> = hits()
        .map(|indicator| indicator.family.as_str())
        .filter(|family| !family.is_empty())
        .collect();
    let criterion = if !strong.is_empty() && rules.len() >= 2 {
        Criterion::StrongAndOther
    } else if rules.len() >= 3 && families.len() >= 2 {
        Criterion::ThreeOfTwoFamilies
    } else {
        return None;
    };
    let mut members: BTreeMap<&str, (Side, BTreeSet<&str>)> = BTreeMap::new();
    for indicator in hits() {
        for hit in &indicator.hits {
            let side = match protected.contains(&hit.of) {
                true => Side::Exploited,
                false => hit.side,
            };
            let member = members.entry(&hit.of).or_insert((side, BTreeSet::new()));
            member.0 = member.0.min(side);
            member.1.insert(&indicator.rule_id);
        }
    }
    // Only who is exploited is known: a lead for protection, and nobody to tell of.
    if members.values().all(|(side, _)| *side == Side::Exploited) {
        return None;
    }
    let mut members: Vec<Member> = members
        .into_iter()
        .map(|(of, (side, rules))| Member {
            of: of.to_owned(),
            side,
            rules: owned(rules),
        })
        .collect();
    members.sort_by(|a, b| (a.side, &a.of).cmp(&(b.side, &b.of)));
    let letters: BTreeSet<char> = hits()
        .flat_map(|indicator| indicator.form.chars())
        .filter(|letter| letter.is_ascii_uppercase())
        .collect();
    let forms = match letters.is_empty() {
        true => "*".to_owned(),
        false => letters.into_iter().collect(),
    };
    Some(Cluster {
        criterion,
        rules: owned(rules),
        strong: owned(strong),
        families: owned(families),
        forms,
        members,
        indicators: own,
        links,
    })
}

fn owned(texts: BTreeSet<&str>) -> Vec<String> {
    texts.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn indicator(rule: &str, family: &str, strong: bool, hits: &[(&str, Side)]) -> Indicator {
        Indicator {
            finding_id: format!("f-{rule}"),
            rule_id: rule.to_owned(),
            family: family.to_owned(),
            form: "L".to_owned(),
            is_strong: strong,
            hits: hits
                .iter()
                .map(|(of, side)| Hit {
                    of: (*of).to_owned(),
                    side: *side,
                })
                .collect(),
        }
    }

    fn found(indicators: &[Indicator]) -> Vec<Cluster> {
        clusters(indicators, &[], &BTreeSet::new())
    }

    use Side::*;

    #[test]
    fn nothing_is_told_below_the_rule() {
        let hit = [("boss", Controller)];
        assert!(found(&[indicator("A", "wages", true, &hit)]).is_empty());
        assert!(
            found(&[
                indicator("A", "wages", false, &hit),
                indicator("B", "cash", false, &hit)
            ])
            .is_empty()
        );
        // Three of one family, and one rule three times.
        let one = ["A", "B", "C"].map(|rule| indicator(rule, "wages", false, &hit));
        assert!(found(&one).is_empty());
        let thrice = ["wages", "cash", "housing"].map(|family| indicator("A", family, false, &hit));
        assert!(found(&thrice).is_empty());
    }

    #[test]
    fn either_rule_is_enough() {
        let hit = [("boss", Controller)];
        let strong = found(&[
            indicator("A", "wages", true, &hit),
            indicator("B", "wages", false, &hit),
        ]);
        assert_eq!(strong[0].criterion, Criterion::StrongAndOther);
        let three = found(&[
            indicator("A", "wages", false, &hit),
            indicator("B", "wages", false, &hit),
            indicator("C", "cash", false, &hit),
        ]);
        assert_eq!(three[0].criterion, Criterion::ThreeOfTwoFamilies);
        assert_eq!(three[0].families, ["cash", "wages"]);
    }

    #[test]
    fn indicators_of_different_people_do_not_add_up_unless_they_are_tied() {
        let apart = [
            indicator("A", "wages", true, &[("p1", Exploited), ("boss", Controller)]),
            indicator("B", "cash", false, &[("other", Controller)]),
        ];
        assert!(found(&apart).is_empty());
        let tie = Link {
            one: "boss".to_owned(),
            other: "other".to_owned(),
            why: "may act on the account".to_owned(),
        };
        let tied = clusters(&apart, &[tie], &BTreeSet::new());
        assert_eq!(tied.len(), 1);
        assert_eq!(tied[0].links, [0]);
        assert_eq!(
            tied[0]
                .members
                .iter()
                .map(|m| (m.of.as_str(), m.side))
                .collect::<Vec<_>>(),
            [("p1", Exploited), ("boss", Controller), ("other", Controller)]
        );
    }

    #[test]
    fn a_group_of_the_exploited_alone_is_a_lead_and_no_cluster() {
        let hits = [("p1", Exploited), ("p2", Exploited)];
        assert!(
            found(&[
                indicator("A", "wages", true, &hits),
                indicator("B", "cash", false, &hits)
            ])
            .is_empty()
        );
    }

    #[test]
    fn who_is_protected_stands_on_no_other_side() {
        let hits = [("p1", Controller), ("boss", Controller)];
        let indicators = [
            indicator("A", "wages", true, &hits),
            indicator("B", "cash", false, &hits),
        ];
        let protected = BTreeSet::from(["p1".to_owned()]);
        let found = clusters(&indicators, &[], &protected);
        assert_eq!(found[0].members[0].side, Exploited);
        assert_eq!(found[0].members[1].side, Controller);
        // Exploited by one rule is exploited, whatever another says.
        let both = [
            indicator("A", "wages", true, &[("p1", Exploited), ("boss", Controller)]),
            indicator("B", "cash", false, &[("p1", Controller)]),
        ];
        assert_eq!(self::found(&both)[0].members[0].side, Exploited);
    }

    #[test]
    fn whom_many_pay_ties_nobody() {
        let mut indicators = Vec::new();
        for number in 0..=HUB {
            let of = format!("p{number}");
            indicators.push(indicator(
                "A",
                "wages",
                true,
                &[(&of, Exploited), ("office", Business)],
            ));
            if number < 2 {
                indicators.push(indicator(
                    "B",
                    "cash",
                    false,
                    &[(&of, Exploited), (&format!("b{number}"), Controller)],
                ));
            }
        }
        let found = found(&indicators);
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|cluster| cluster.members.len() == 3));
    }

    #[test]
    fn whom_many_are_drained_to_stays_and_so_does_one_finding_about_many() {
        let mut indicators = Vec::new();
        let mut everybody = vec![("boss".to_owned(), Controller)];
        for number in 0..=HUB {
            let of = format!("p{number}");
            indicators.push(indicator(
                "A",
                "wages",
                true,
                &[(&of, Exploited), ("boss", Controller)],
            ));
            everybody.push((of, Account));
        }
        let everybody: Vec<(&str, Side)> = everybody.iter().map(|(of, side)| (of.as_str(), *side)).collect();
        indicators.push(indicator("B", "cash", false, &everybody));
        let found = found(&indicators);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].members.len(), HUB + 2);
        assert_eq!(
            found[0]
                .members
                .iter()
                .filter(|member| member.side == Exploited)
                .count(),
            HUB + 1
        );
    }

    #[test]
    fn who_is_exploited_in_one_group_is_so_in_another() {
        let mut indicators = vec![
            indicator("A", "wages", true, &[("p", Exploited)]),
            indicator("B", "cash", true, &[("p", Controller), ("q", Business)]),
        ];
        indicators.push(indicator("C", "cash", false, &[("q", Business)]));
        // Whom many pay by a finding each, so that it ties nobody.
        for number in 0..=HUB {
            indicators.push(indicator(
                "D",
                "home",
                false,
                &[("p", Business), (&format!("t{number}"), Account)],
            ));
        }
        for cluster in found(&indicators) {
            let sides = cluster.members.iter().filter(|member| member.of == "p");
            assert!(sides.map(|member| member.side).all(|side| side == Exploited));
        }
    }

    #[test]
    fn control_comes_before_volume() {
        let mut indicators = Vec::new();
        for rule in ["A", "B", "C", "D"] {
            indicators.push(indicator(rule, rule, false, &[("a-large", Business)]));
        }
        for rule in ["X", "Y"] {
            indicators.push(indicator(rule, "control", true, &[("small", Controller)]));
        }
        let found = found(&indicators);
        assert_eq!(found[0].members[0].of, "small");
        assert_eq!(found[1].members[0].of, "a-large");
    }
}
