//! Assigns legs of one kind (same payer, payee, amount, currency) to each other, one to one, by the best total.
//!
//! The total is compared in this order: pairs with the same end-to-end id, pairs with the same bank reference, number of
//! pairs, sum of their distances in banking days. What the record leaves open is settled by the order of entries and
//! marked ambiguous.

use hashbrown::HashMap;

use super::banking_days::WINDOW;

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
}

impl Candidate {
    /// Whether nothing written speaks against the two being one payment: they lie close enough, and do not carry two
    /// different end-to-end ids.
    pub fn fits(&self, other: &Candidate) -> bool {
        let contradicts =
            self.end_to_end != 0 && other.end_to_end != 0 && self.end_to_end != other.end_to_end;
        self.day.abs_diff(other.day) <= WINDOW as u32 && !contradicts
    }
}

/// Two candidates tied together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tied {
    pub left: u32,
    pub right: u32,
    /// Another candidate would have fitted as well.
    pub ambiguous: bool,
}

/// The best assignment. Both sides are sorted by day, then by the order that decides where the record leaves it open.
pub(super) fn assign(left: &[Candidate], right: &[Candidate]) -> Vec<Tied> {
    if let ([one], [other]) = (left, right) {
        let tied = Tied {
            left: one.item,
            right: other.item,
            ambiguous: false,
        };
        return if one.fits(other) { vec![tied] } else { Vec::new() };
    }
    let mut tied = Vec::new();
    let mut rest = (left.to_vec(), right.to_vec());
    by_reference(&mut rest, |c| c.end_to_end, &mut tied);
    by_reference(&mut rest, |c| u64::from(c.bank_reference), &mut tied);
    by_day(&rest.0, &rest.1, &mut tied);
    tied
}

/// Ties candidates with the same reference and takes them out of the rest.
fn by_reference(
    rest: &mut (Vec<Candidate>, Vec<Candidate>),
    reference: impl Fn(&Candidate) -> u64,
    tied: &mut Vec<Tied>,
) {
    let mut order = Vec::new();
    let mut groups: HashMap<u64, (Vec<Candidate>, Vec<Candidate>)> = HashMap::new();
    for candidate in rest.0.iter().filter(|c| reference(c) != 0) {
        let group = groups.entry(reference(candidate)).or_insert_with(|| {
            order.push(reference(candidate));
            Default::default()
        });
        group.0.push(*candidate);
    }
    for candidate in &rest.1 {
        if let Some(group) = groups.get_mut(&reference(candidate)) {
            group.1.push(*candidate);
        }
    }
    let before = tied.len();
    for reference in order {
        if let Some((left, right)) = groups.get(&reference) {
            by_day(left, right, tied);
        }
    }
    let done =
        |side: fn(&Tied) -> u32| -> hashbrown::HashSet<u32> { tied[before..].iter().map(side).collect() };
    let (left, right) = (done(|t| t.left), done(|t| t.right));
    rest.0.retain(|c| !left.contains(&c.item));
    rest.1.retain(|c| !right.contains(&c.item));
}

/// Most pairs, then least distance. Days that lie further apart than the window cut the task into small ones.
fn by_day(left: &[Candidate], right: &[Candidate], tied: &mut Vec<Tied>) {
    let (mut left, mut right) = (left, right);
    while let (Some(first), Some(other)) = (left.first(), right.first()) {
        let mut end = first.day.min(other.day);
        let (mut i, mut j) = (0, 0);
        loop {
            if let Some(c) = left.get(i).filter(|c| c.day <= end + WINDOW) {
                end = end.max(c.day);
                i += 1;
            } else if let Some(c) = right.get(j).filter(|c| c.day <= end + WINDOW) {
                end = end.max(c.day);
                j += 1;
            } else {
                break;
            }
        }
        if i * j > LARGEST_TABLE {
            nearest_first(&left[..i], &right[..j], tied);
        } else if i * j > 0 {
            optimal(&left[..i], &right[..j], tied);
        }
        (left, right) = (&left[i..], &right[j..]);
    }
}

/// Cells of the table of [`optimal`]: 8 MB.
const LARGEST_TABLE: usize = 1_000_000;

/// Of points on a line with one tolerance, a best assignment exists whose pairs do not cross; so the best of the first
/// `i` and first `j` follows from its neighbours.
fn optimal(left: &[Candidate], right: &[Candidate], tied: &mut Vec<Tied>) {
    // A pair counts more than any sum of distances can take away.
    const PAIR: i64 = 1 << 32;
    let width = right.len() + 1;
    let mut best = vec![0i64; (left.len() + 1) * width];
    let value = |i: usize, j: usize| {
        let (a, b): (&Candidate, &Candidate) = (&left[i], &right[j]);
        a.fits(b).then(|| PAIR - i64::from(a.day.abs_diff(b.day)))
    };
    for i in 1..=left.len() {
        for j in 1..=right.len() {
            let without = best[(i - 1) * width + j].max(best[i * width + j - 1]);
            let with = value(i - 1, j - 1).map(|value| best[(i - 1) * width + j - 1] + value);
            best[i * width + j] = without.max(with.unwrap_or(0));
        }
    }
    let (mut i, mut j) = (left.len(), right.len());
    let mut pairs = Vec::new();
    while i > 0 && j > 0 {
        // What can be left out is left out from the end, so that the first entries are tied.
        if best[i * width + j] == best[(i - 1) * width + j] {
            i -= 1;
        } else if best[i * width + j] == best[i * width + j - 1] {
            j -= 1;
        } else {
            (i, j) = (i - 1, j - 1);
            pairs.push((i, j));
        }
    }
    pairs.reverse();
    complete(left, right, &mut pairs);
    for (i, j) in pairs {
        tied.push(tie(left, right, i, j));
    }
}

/// References make pairs impossible that lie side by side, so that the best pairs may cross after all. Adds what can be
/// added along alternating paths (Berge's theorem); nothing that was tied is left alone by it.
fn complete(left: &[Candidate], right: &[Candidate], pairs: &mut Vec<(usize, usize)>) {
    if pairs.len() == left.len().min(right.len()) {
        return;
    }
    let mut partner: Vec<Option<usize>> = vec![None; right.len()];
    let mut has = vec![false; left.len()];
    for (i, j) in pairs.iter() {
        partner[*j] = Some(*i);
        has[*i] = true;
    }
    for start in 0..left.len() {
        if has[start] {
            continue;
        }
        // Breadth first from the free debit to a free credit.
        let mut came: Vec<Option<usize>> = vec![None; right.len()];
        let mut open = std::collections::VecDeque::from([start]);
        let mut end = None;
        'search: while let Some(i) = open.pop_front() {
            for j in 0..right.len() {
                if came[j].is_some() || !left[i].fits(&right[j]) {
                    continue;
                }
                came[j] = Some(i);
                match partner[j] {
                    None => {
                        end = Some(j);
                        break 'search;
                    }
                    Some(next) => open.push_back(next),
                }
            }
        }
        while let Some(j) = end {
            let Some(i) = came[j] else { break };
            let before = partner.iter().position(|p| *p == Some(i));
            if let Some(before) = before {
                partner[before] = None;
            }
            partner[j] = Some(i);
            has[i] = true;
            end = before;
        }
    }
    *pairs = partner
        .iter()
        .enumerate()
        .filter_map(|(j, i)| i.map(|i| (i, j)))
        .collect();
    pairs.sort_unstable();
}

/// For thousands of equal payments between the same two accounts within days: same day first, then one day, then two,
/// each in order.
fn nearest_first(left: &[Candidate], right: &[Candidate], tied: &mut Vec<Tied>) {
    let mut done = (vec![false; left.len()], vec![false; right.len()]);
    for distance in 0..=WINDOW {
        for shift in if distance == 0 {
            vec![0]
        } else {
            vec![distance, -distance]
        } {
            let mut j = 0;
            for i in 0..left.len() {
                if done.0[i] {
                    continue;
                }
                let day = left[i].day + shift;
                while j < right.len() && (right[j].day < day || (right[j].day == day && done.1[j])) {
                    j += 1;
                }
                if j < right.len() && right[j].day == day && left[i].fits(&right[j]) {
                    (done.0[i], done.1[j]) = (true, true);
                    tied.push(tie(left, right, i, j));
                    j += 1;
                }
            }
        }
    }
}

fn tie(left: &[Candidate], right: &[Candidate], i: usize, j: usize) -> Tied {
    let distance = (left[i].day - right[j].day).abs();
    let another = |side: &[Candidate], than: usize, partner: &Candidate| {
        let days = [partner.day - distance, partner.day + distance];
        days.into_iter().any(|day| {
            let start = side.partition_point(|c| c.day < day);
            let same_day = side[start..].iter().take_while(|c| c.day == day);
            same_day
                .enumerate()
                .any(|(n, c)| start + n != than && c.fits(partner))
        })
    };
    Tied {
        left: left[i].item,
        right: right[j].item,
        ambiguous: another(left, i, &right[j]) || another(right, j, &left[i]),
    }
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
        }
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
        assert_eq!(pairs(&assign(&left, &right)), [(0, 0), (1, 1)]);
        let crossed = [candidate(0, 11, 8), candidate(1, 11, 7)];
        assert_eq!(pairs(&assign(&left, &crossed)), [(0, 1), (1, 0)]);
    }

    #[test]
    fn two_different_ids_are_two_payments() {
        assert!(assign(&[candidate(0, 5, 1)], &[candidate(0, 5, 2)]).is_empty());
        assert_eq!(
            pairs(&assign(&[candidate(0, 5, 1)], &[candidate(0, 7, 0)])),
            [(0, 0)]
        );
        assert!(assign(&[candidate(0, 5, 0)], &[candidate(0, 8, 0)]).is_empty());
    }

    #[test]
    fn the_nearest_day_wins_but_not_at_the_cost_of_a_pair() {
        let one = [candidate(0, 3, 0)];
        let two = [candidate(0, 1, 0), candidate(1, 3, 0)];
        assert_eq!(pairs(&assign(&one, &two)), [(0, 1)]);
        let left = [candidate(0, 3, 0), candidate(1, 5, 0)];
        let right = [candidate(0, 1, 0), candidate(1, 3, 0)];
        assert_eq!(pairs(&assign(&left, &right)), [(0, 0), (1, 1)]);
    }

    #[test]
    fn equal_payments_of_one_day_are_ambiguous_daily_ones_are_not() {
        let twice = [candidate(0, 1, 0), candidate(1, 1, 0)];
        assert!(assign(&twice, &twice).iter().all(|t| t.ambiguous));
        let daily = [candidate(0, 1, 0), candidate(1, 2, 0)];
        let tied = assign(&daily, &daily);
        assert_eq!(pairs(&tied), [(0, 0), (1, 1)]);
        assert!(tied.iter().all(|t| !t.ambiguous));
    }

    #[test]
    fn many_equal_payments_are_tied_in_order() {
        let many: Vec<_> = (0..1_500).map(|n| candidate(n, n as i32 / 500, 0)).collect();
        let tied = assign(&many, &many);
        assert_eq!(tied.len(), many.len());
        assert!(tied.iter().all(|t| t.left == t.right));
    }

    /// Tries every assignment.
    fn best_by_trying(left: &[Candidate], right: &mut Vec<Candidate>) -> (usize, u32) {
        let Some((first, others)) = left.split_first() else {
            return (0, 0);
        };
        let mut best = best_by_trying(others, right);
        for at in 0..right.len() {
            let partner = right.remove(at);
            if first.fits(&partner) {
                let (count, distance) = best_by_trying(others, right);
                let found = (count + 1, distance + first.day.abs_diff(partner.day));
                if found.0 > best.0 || (found.0 == best.0 && found.1 < best.1) {
                    best = found;
                }
            }
            right.insert(at, partner);
        }
        best
    }

    proptest! {
        #[test]
        fn as_good_as_trying_everything(
            mut left in prop::collection::vec(0i32..9, 0..6),
            mut right in prop::collection::vec(0i32..9, 0..6),
        ) {
            left.sort_unstable();
            right.sort_unstable();
            let numbered = |days: &[i32]| -> Vec<Candidate> {
                days.iter().enumerate().map(|(n, day)| candidate(n as u32, *day, 0)).collect()
            };
            let (left, right) = (numbered(&left), numbered(&right));
            let tied = assign(&left, &right);
            let distance: u32 = tied
                .iter()
                .map(|t| left[t.left as usize].day.abs_diff(right[t.right as usize].day))
                .sum();
            prop_assert_eq!((tied.len(), distance), best_by_trying(&left, &mut right.clone()));
        }
    }
}
