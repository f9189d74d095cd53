//! Assigns legs of one kind (same payer, payee, amount, currency) to each other, one to one, by the best total score.
//!
//! The score of a pair adds up what the two records say in common (the weights below). Legs whose pairs hang together
//! are weighed together, and the assignment with the greatest total holds. A pair that stands in every best assignment
//! is proved by its score; where another assignment has the same total, it is marked ambiguous.

use hashbrown::{HashMap, HashSet};

use super::assignment::{Edge, LARGEST, components, solve_counted};
use super::banking_days::WINDOW;
use super::ids::NONE;
use super::words::Words;

/// The same end-to-end id: more than an additional pair and everything else together.
pub(super) const SAME_ID: i64 = 2_000;
/// The same reference of a bank.
pub(super) const SAME_REFERENCE: i64 = 1_000;
/// The two accounts name each other.
pub(super) const BOTH_NAMED: i64 = 500;
/// One account names the other, and the other names none.
pub(super) const ONE_NAMED: i64 = 250;
/// The texts have the same words; a share of them counts in proportion.
pub(super) const SAME_TEXT: i64 = 100;
/// The name of the other side is the name of the other account's holder; each side counts.
pub(super) const SAME_NAME: i64 = 50;
/// Each banking day less between the two.
pub(super) const A_DAY: i64 = 20;

/// A leg that looks for its other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Whatever the caller knows the leg by.
    pub item: u32,
    /// Number of its banking day.
    pub day: i32,
    /// Hash of the end-to-end id, 0 for none.
    pub end_to_end: u64,
    /// Hash of the bank's reference, 0 for none.
    pub bank_reference: u32,
    /// Number of the name that the record gives the other side.
    pub says: u32,
    /// Number of the name of whoever the leg belongs to.
    pub is: u32,
    /// Place of the words of its text.
    pub text: u32,
}

impl Candidate {
    /// Whether nothing written speaks against the two being one payment: they lie close enough, and do not carry two
    /// different end-to-end ids.
    pub fn fits(&self, other: &Candidate) -> bool {
        let contradicts =
            self.end_to_end != 0 && other.end_to_end != 0 && self.end_to_end != other.end_to_end;
        self.day.abs_diff(other.day) <= WINDOW as u32 && !contradicts
    }

    /// How many of the two name the other's holder.
    pub fn names(&self, other: &Candidate) -> i64 {
        let same = |says: u32, is: u32| i64::from(says != NONE && says == is);
        same(self.says, other.is) + same(other.says, self.is)
    }

    /// What the two have in common beside accounts and amount.
    pub fn score(&self, other: &Candidate, words: &Words) -> i64 {
        let mut score = A_DAY * (i64::from(WINDOW) + 1 - i64::from(self.day.abs_diff(other.day)));
        if self.end_to_end != 0 && self.end_to_end == other.end_to_end {
            score += SAME_ID;
        }
        if self.bank_reference != 0 && self.bank_reference == other.bank_reference {
            score += SAME_REFERENCE;
        }
        if let Some((shared, of)) = words.shared(self.text, other.text) {
            score += SAME_TEXT * shared as i64 / of as i64;
        }
        score + SAME_NAME * self.names(other)
    }

    /// The same with nothing but id and day.
    fn bare(self) -> Candidate {
        Candidate {
            bank_reference: 0,
            says: NONE,
            is: NONE,
            text: NONE,
            ..self
        }
    }

    /// Equal for legs that no score tells apart.
    fn class<'a>(&self, words: &'a Words) -> (i32, u64, u32, u32, u32, &'a [u32]) {
        (
            self.day,
            self.end_to_end,
            self.bank_reference,
            self.says,
            self.is,
            words.get(self.text),
        )
    }
}

/// Two candidates tied together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tied {
    pub left: u32,
    pub right: u32,
    pub score: i64,
    /// Pairs that hung together with it and could have been made; 1 where there was no choice.
    pub choices: u32,
    /// Another assignment has the same total.
    pub ambiguous: bool,
    /// What was left out of the weighing because there were too many choices.
    pub left_out: LeftOut,
}

/// What was left out of a weighing, because there were too many choices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LeftOut {
    /// More than ids and days of the legs that name each other.
    pub all_but_days: bool,
    /// Legs that name nobody.
    pub nameless: bool,
}

impl LeftOut {
    /// The same in words, a fact each.
    pub fn facts(self) -> impl Iterator<Item = String> {
        let days = self.all_but_days.then(|| {
            format!(
                "more than {LARGEST} pairs and more than {A_LEG} for each leg were possible: ids were weighed first, \
                 then days alone"
            )
        });
        let nameless = self.nameless.then(|| {
            format!(
                "more than {LARGEST} pairs were possible: legs that name nobody were not weighed with those that do"
            )
        });
        days.into_iter().chain(nameless)
    }
}

/// The best assignment. Both sides are sorted by day, then by the order that decides where the record leaves it open.
pub(super) fn assign(left: &[Candidate], right: &[Candidate], words: &Words) -> Vec<Tied> {
    match (left, right) {
        ([], _) | (_, []) => Vec::new(),
        ([one], [other]) => {
            let tied = one.fits(other).then(|| Tied {
                left: one.item,
                right: other.item,
                score: BOTH_NAMED + one.score(other, words),
                choices: 1,
                ambiguous: false,
                left_out: LeftOut::default(),
            });
            tied.into_iter().collect()
        }
        _ => weigh(left, right, words, LARGEST.max(A_LEG * left.len()))
            .unwrap_or_else(|| in_steps(left, right, words)),
    }
}

/// Possible pairs of a leg, on average, up to which long chains of them (a payment every day) are weighed whole.
const A_LEG: usize = 16;

/// Equal candidates.
struct Class {
    like: Candidate,
    items: Vec<u32>,
}

fn classes(candidates: &[Candidate], words: &Words) -> Vec<Class> {
    let mut classes: Vec<Class> = Vec::new();
    let mut known: HashMap<_, usize> = HashMap::new();
    for candidate in candidates {
        let next = classes.len();
        let place = *known.entry(candidate.class(words)).or_insert(next);
        match classes.get_mut(place) {
            Some(class) => class.items.push(candidate.item),
            None => classes.push(Class {
                like: *candidate,
                items: vec![candidate.item],
            }),
        }
    }
    classes
}

/// Pairs of classes that fit, as far as there are no more than `most`. Right classes are sorted by day.
fn edges(left: &[Class], right: &[Class], words: &Words, most: usize) -> Option<Vec<Edge>> {
    let without_id: Vec<u32> = (0..right.len() as u32)
        .filter(|at| right[*at as usize].like.end_to_end == 0)
        .collect();
    let every: Vec<u32> = (0..right.len() as u32).collect();
    let mut with_id: HashMap<u64, Vec<u32>> = HashMap::new();
    for at in every
        .iter()
        .filter(|at| right[**at as usize].like.end_to_end != 0)
    {
        with_id
            .entry(right[*at as usize].like.end_to_end)
            .or_default()
            .push(*at);
    }
    let mut edges = Vec::new();
    for (number, class) in left.iter().enumerate() {
        let like = &class.like;
        // Two different ids are two payments; so a leg with an id looks only at its own and at those without.
        let (near, own) = match like.end_to_end {
            0 => (&every, None),
            id => (&without_id, with_id.get(&id)),
        };
        let day = |at: &u32| right[*at as usize].like.day;
        let start = near.partition_point(|at| day(at) < like.day - WINDOW);
        let near = near[start..].iter().take_while(|at| day(at) <= like.day + WINDOW);
        for at in own.into_iter().flatten().chain(near) {
            let other = &right[*at as usize].like;
            if like.fits(other) {
                edges.push(Edge {
                    left: number as u32,
                    right: *at,
                    score: BOTH_NAMED + like.score(other, words),
                });
            }
        }
        if edges.len() > most {
            return None;
        }
    }
    Some(edges)
}

/// The best total over everything that the records say; nothing where there are more than `most` possible pairs.
fn weigh(left: &[Candidate], right: &[Candidate], words: &Words, most: usize) -> Option<Vec<Tied>> {
    let (lefts, rights) = (classes(left, words), classes(right, words));
    let edges = edges(&lefts, &rights, words, most)?;
    let mut tied = Vec::new();
    let (mut left_given, mut right_given) = (vec![0usize; lefts.len()], vec![0usize; rights.len()]);
    for component in components(&edges) {
        let size = |classes: &[Class], at: u32| classes[at as usize].items.len() as u32;
        let solution = solve_counted(&component, |at| size(&lefts, at), |at| size(&rights, at));
        let choices = component
            .iter()
            .map(|edge| u64::from(size(&lefts, edge.left)) * u64::from(size(&rights, edge.right)));
        let choices = u32::try_from(choices.sum::<u64>()).unwrap_or(u32::MAX);
        for (at, edge) in component.iter().enumerate() {
            for _ in 0..solution.flow[at] {
                // Equal items are given away in their order.
                let give = |classes: &[Class], given: &mut [usize], class: u32| {
                    let next = &mut given[class as usize];
                    *next += 1;
                    classes[class as usize].items[*next - 1]
                };
                tied.push(Tied {
                    left: give(&lefts, &mut left_given, edge.left),
                    right: give(&rights, &mut right_given, edge.right),
                    score: edge.score,
                    choices,
                    ambiguous: solution.open[at],
                    left_out: LeftOut::default(),
                });
            }
        }
    }
    Some(tied)
}

/// For many thousands of equal payments between two accounts within days, whose texts and references give more choices
/// than can be weighed: first those with the same end-to-end id, then the rest, each by day alone.
fn in_steps(left: &[Candidate], right: &[Candidate], words: &Words) -> Vec<Tied> {
    let mut tied = Vec::new();
    let mut order = Vec::new();
    let mut groups: HashMap<u64, [Vec<Candidate>; 2]> = HashMap::new();
    for (side, candidates) in [left, right].into_iter().enumerate() {
        for candidate in candidates.iter().filter(|candidate| candidate.end_to_end != 0) {
            let group = groups.entry(candidate.end_to_end).or_insert_with(|| {
                order.push(candidate.end_to_end);
                Default::default()
            });
            group[side].push(candidate.bare());
        }
    }
    for id in &order {
        let [left, right] = &groups[id];
        tied.extend(weigh(left, right, words, usize::MAX).unwrap_or_default());
    }
    let done = |side: fn(&Tied) -> u32| -> HashSet<u32> { tied.iter().map(side).collect() };
    let (left_done, right_done) = (done(|t| t.left), done(|t| t.right));
    let rest = |candidates: &[Candidate], done: &HashSet<u32>, with_id: u64| -> Vec<Candidate> {
        let rest = candidates
            .iter()
            .filter(|candidate| !done.contains(&candidate.item));
        rest.map(|candidate| Candidate {
            // What is left with an id on both sides has two different ones.
            end_to_end: if candidate.end_to_end == 0 { 0 } else { with_id },
            ..candidate.bare()
        })
        .collect()
    };
    let (left, right) = (rest(left, &left_done, 1), rest(right, &right_done, 2));
    tied.extend(weigh(&left, &right, words, usize::MAX).unwrap_or_default());
    for tied in &mut tied {
        tied.left_out.all_but_days = true;
    }
    tied
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn candidate(item: u32, day: i32, end_to_end: u64) -> Candidate {
        Candidate {
            item,
            day,
            end_to_end,
            bank_reference: 0,
            says: NONE,
            is: NONE,
            text: NONE,
        }
    }

    fn assigned(left: &[Candidate], right: &[Candidate]) -> Vec<Tied> {
        assign(left, right, &Words::default())
    }

    fn pairs(tied: &[Tied]) -> Vec<(u32, u32)> {
        let mut pairs: Vec<_> = tied.iter().map(|t| (t.left, t.right)).collect();
        pairs.sort_unstable();
        pairs
    }

    #[test]
    fn a_reference_beats_a_nearer_day() {
        let left = [candidate(0, 10, 7), candidate(1, 11, 8)];
        let right = [candidate(0, 11, 7), candidate(1, 11, 8)];
        assert_eq!(pairs(&assigned(&left, &right)), [(0, 0), (1, 1)]);
        let crossed = [candidate(0, 11, 8), candidate(1, 11, 7)];
        assert_eq!(pairs(&assigned(&left, &crossed)), [(0, 1), (1, 0)]);
        let with = |candidate: Candidate, bank_reference| Candidate {
            bank_reference,
            ..candidate
        };
        let left = [with(candidate(0, 10, 0), 5)];
        let right = [with(candidate(0, 10, 0), 6), with(candidate(1, 12, 0), 5)];
        assert_eq!(pairs(&assigned(&left, &right)), [(0, 1)]);
    }

    #[test]
    fn two_different_ids_are_two_payments() {
        assert!(assigned(&[candidate(0, 5, 1)], &[candidate(0, 5, 2)]).is_empty());
        assert_eq!(
            pairs(&assigned(&[candidate(0, 5, 1)], &[candidate(0, 7, 0)])),
            [(0, 0)]
        );
        assert!(assigned(&[candidate(0, 5, 0)], &[candidate(0, 8, 0)]).is_empty());
    }

    #[test]
    fn the_nearest_day_wins_but_not_at_the_cost_of_a_pair() {
        let one = [candidate(0, 3, 0)];
        let two = [candidate(0, 1, 0), candidate(1, 3, 0)];
        assert_eq!(pairs(&assigned(&one, &two)), [(0, 1)]);
        let left = [candidate(0, 3, 0), candidate(1, 5, 0)];
        let right = [candidate(0, 1, 0), candidate(1, 3, 0)];
        assert_eq!(pairs(&assigned(&left, &right)), [(0, 0), (1, 1)]);
    }

    #[test]
    fn texts_and_names_tell_equal_payments_of_one_day_apart() {
        let mut words = Words::default();
        let [march, april, long] =
            ["rent march", "rent april", "RENT APRIL 2024"].map(|text| words.add(text));
        let with = |item, text| Candidate {
            text,
            ..candidate(item, 1, 0)
        };
        let tied = assign(
            &[with(0, march), with(1, april)],
            &[with(0, long), with(1, march)],
            &words,
        );
        assert_eq!(pairs(&tied), [(0, 1), (1, 0)]);
        assert!(tied.iter().all(|t| !t.ambiguous && t.choices == 4));
        let named = |item, says, is| Candidate {
            says,
            is,
            ..candidate(item, 1, 0)
        };
        let tied = assigned(&[named(0, 7, 1)], &[named(0, 3, 9), named(1, 1, 9)]);
        assert_eq!(pairs(&tied), [(0, 1)]);
        assert!(!tied[0].ambiguous);
    }

    #[test]
    fn equal_payments_of_one_day_are_ambiguous_daily_ones_are_not() {
        let twice = [candidate(0, 1, 0), candidate(1, 1, 0)];
        assert!(assigned(&twice, &twice).iter().all(|t| t.ambiguous));
        let daily = [candidate(0, 1, 0), candidate(1, 2, 0)];
        let tied = assigned(&daily, &daily);
        assert_eq!(pairs(&tied), [(0, 0), (1, 1)]);
        assert!(tied.iter().all(|t| !t.ambiguous));
        // Two debits as near to the one credit.
        let tied = assigned(&[candidate(0, 1, 0), candidate(1, 3, 0)], &[candidate(0, 2, 0)]);
        assert_eq!(pairs(&tied), [(0, 0)]);
        assert!(tied[0].ambiguous);
    }

    #[test]
    fn many_equal_payments_are_tied_in_order() {
        let many: Vec<_> = (0..100_000).map(|n| candidate(n, n as i32 / 50_000, 0)).collect();
        let tied = assigned(&many, &many);
        assert_eq!(tied.len(), many.len());
        assert!(
            tied.iter()
                .all(|t| t.left == t.right && t.ambiguous && !t.left_out.all_but_days)
        );
    }

    #[test]
    fn past_the_limit_ids_and_days_alone_are_weighed() {
        let mut words = Words::default();
        let mut side = |name: &str| -> Vec<Candidate> {
            let one = |n: u32| Candidate {
                text: words.add(&format!("{name} number{n}")),
                ..candidate(
                    n,
                    n as i32 / 500,
                    if n.is_multiple_of(2) { u64::from(n) + 1 } else { 0 },
                )
            };
            (0..1_000).map(one).collect()
        };
        let (left, right) = (side("left"), side("right"));
        let tied = assign(&left, &right, &words);
        assert_eq!(tied.len(), 1_000);
        assert!(tied.iter().all(|t| t.left_out.all_but_days));
        let by_id = |t: &&Tied| t.left.is_multiple_of(2);
        assert!(
            tied.iter()
                .filter(by_id)
                .all(|t| t.left == t.right && !t.ambiguous)
        );
        assert!(tied.iter().filter(|t| !by_id(t)).all(|t| t.ambiguous));
    }

    /// Every assignment of up to six legs: its total and its pairs.
    fn every(
        left: &[Candidate],
        right: &mut Vec<Candidate>,
        words: &Words,
        taken: &mut Vec<(u32, u32)>,
        total: i64,
        found: &mut Vec<(i64, Vec<(u32, u32)>)>,
    ) {
        let Some((first, others)) = left.split_first() else {
            let mut pairs = taken.clone();
            pairs.sort_unstable();
            found.push((total, pairs));
            return;
        };
        every(others, right, words, taken, total, found);
        for at in 0..right.len() {
            let partner = right.remove(at);
            if first.fits(&partner) {
                taken.push((first.item, partner.item));
                let score = BOTH_NAMED + first.score(&partner, words);
                every(others, right, words, taken, total + score, found);
                taken.pop();
            }
            right.insert(at, partner);
        }
    }

    fn side() -> impl Strategy<Value = Vec<(i32, u64, u32, u32, usize)>> {
        let leg =
            (0i32..7, 0u64..4, 0u32..3, 0u32..3, 0usize..4).prop_map(|(day, id, reference, name, text)| {
                // Ids and references are rare, so that much hangs together.
                (day, id.saturating_sub(1), reference.saturating_sub(1), name, text)
            });
        prop::collection::vec(leg, 0..7)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3_000))]

        /// Every assignment, tried: the total is the greatest, and what is not ambiguous stands in every best one.
        #[test]
        fn as_good_as_trying_everything(left in side(), right in side()) {
            let mut words = Words::default();
            let texts = ["", "rent march", "rent april", "invoice rent 2024"].map(|text| words.add(text));
            let numbered = |legs: &[(i32, u64, u32, u32, usize)]| -> Vec<Candidate> {
                let mut made: Vec<Candidate> = legs
                    .iter()
                    .map(|(day, end_to_end, bank_reference, name, text)| Candidate {
                        item: 0,
                        day: *day,
                        end_to_end: *end_to_end,
                        bank_reference: *bank_reference,
                        says: *name,
                        is: 1,
                        text: texts[*text],
                    })
                    .collect();
                made.sort_by_key(|candidate| candidate.day);
                (0..).zip(&mut made).for_each(|(number, candidate)| candidate.item = number);
                made
            };
            let (left, right) = (numbered(&left), numbered(&right));
            let mut all = Vec::new();
            every(&left, &mut right.clone(), &words, &mut Vec::new(), 0, &mut all);
            let most = all.iter().map(|(total, _)| *total).max().unwrap_or(0);
            let best: Vec<&Vec<(u32, u32)>> = all.iter().filter(|a| a.0 == most).map(|a| &a.1).collect();
            let tied = assign(&left, &right, &words);
            prop_assert_eq!(tied.iter().map(|t| t.score).sum::<i64>(), most);
            prop_assert!(best.contains(&&pairs(&tied)));
            for pair in &tied {
                let everywhere = best.iter().all(|pairs| pairs.contains(&(pair.left, pair.right)));
                prop_assert_eq!(!pair.ambiguous, everywhere, "{:?}", pair);
            }
        }
    }
}
