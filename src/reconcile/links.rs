//! Pairs of which one leg names the other's account and the other names none: what proves them, and how they are weighed
//! together with the pairs that name each other.

use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

use super::assignment::{Edge, LARGEST, components, solve_single};
use super::banking_days::{self, WINDOW};
use super::ids::NONE;
use super::legs::Leg;
use super::matching::Tied;
use super::search::Work;

/// Legs that name nobody and may be the other side of one leg: so many are weighed.
const MOST_NAMELESS: usize = 64;

impl Work<'_> {
    /// Pairs of which one leg names the other's account and the other names none, and which share an id, a reference or
    /// the holder's name.
    pub fn links(&self) -> Vec<(u32, u32)> {
        let key = |account: u32, leg: &Leg, credit: bool| (account, leg.amount, leg.currency, credit);
        let tells = |leg: &Leg| leg.end_to_end != 0 || leg.bank_reference != 0 || leg.name != NONE;
        let mut named = vec![false; self.legs.accounts.len()];
        for at in self.open() {
            if let Some(named) = named.get_mut(self.leg(at).other as usize) {
                *named = true;
            }
        }
        let mut nameless: HashMap<_, Vec<u32>> = HashMap::new();
        for at in self.open() {
            let leg = self.leg(at);
            if named[leg.account as usize]
                && leg.can_match()
                && leg.other == NONE
                && !leg.is_bank()
                && tells(leg)
            {
                nameless
                    .entry(key(leg.account, leg, leg.is_credit()))
                    .or_default()
                    .push(at);
            }
        }
        if nameless.is_empty() {
            return Vec::new();
        }
        nameless
            .par_iter_mut()
            .for_each(|(_, list)| list.sort_unstable_by(|a, b| self.order(*a, *b)));
        let mut links = Vec::new();
        for at in self.open() {
            let leg = self.leg(at);
            if !leg.can_match() || leg.other == NONE || leg.other == leg.account {
                continue;
            }
            let Some(list) = nameless.get(&key(leg.other, leg, !leg.is_credit())) else {
                continue;
            };
            let own = self.candidate(at);
            let first = banking_days::earliest_within(leg.date, WINDOW);
            let last = banking_days::latest_within(leg.date, WINDOW);
            let start = list.partition_point(|found| self.leg(*found).date < first);
            let near = list[start..]
                .iter()
                .take_while(|found| self.leg(**found).date <= last);
            let proved = near.filter(|found| {
                let other = self.candidate(**found);
                let same_id = own.end_to_end != 0 && own.end_to_end == other.end_to_end;
                let same_reference = own.bank_reference != 0 && own.bank_reference == other.bank_reference;
                own.fits(&other)
                    && (same_id || same_reference || (other.says != NONE && other.says == own.is))
            });
            links.extend(proved.take(MOST_NAMELESS).map(|found| {
                if leg.is_credit() {
                    (*found, at)
                } else {
                    (at, *found)
                }
            }));
        }
        links
    }

    /// Weighs what hangs together by legs that name nobody. Where another assignment has the same total: equal payments
    /// between two accounts that name each other are tied in their order, all else is left apart.
    pub fn tie_linked(&mut self, edges: &[Edge], links: &HashSet<(u32, u32)>) {
        for component in components(edges) {
            if component.len() > LARGEST {
                self.leave_apart(&component, links);
                continue;
            }
            let solution = solve_single(&component);
            let is_link = |edge: &Edge| links.contains(&(edge.left, edge.right));
            let mixed: HashSet<u32> = (component.iter().zip(&solution.knots))
                .filter_map(|(edge, knot)| knot.filter(|_| is_link(edge)))
                .collect();
            let mut apart = Vec::new();
            for ((edge, knot), flow) in component.iter().zip(&solution.knots).zip(&solution.flow) {
                if knot.is_some_and(|knot| mixed.contains(&knot)) {
                    apart.push(*edge);
                } else if *flow > 0 {
                    self.tie_chosen(&Tied {
                        left: edge.left,
                        right: edge.right,
                        score: edge.score,
                        choices: component.len() as u32,
                        ambiguous: knot.is_some(),
                        by_day_alone: false,
                    });
                }
            }
            self.leave_apart(&apart, links);
        }
    }

    fn leave_apart(&mut self, edges: &[Edge], links: &HashSet<(u32, u32)>) {
        for edge in edges {
            self.found.left_apart.extend([edge.left, edge.right]);
            let (debit, credit) = (self.leg(edge.left), self.leg(edge.right));
            let same_id = debit.end_to_end != 0 && debit.end_to_end == credit.end_to_end;
            let (kind, shared) = match (links.contains(&(edge.left, edge.right)), same_id) {
                (true, true) => ("same_id", "amount and end-to-end id"),
                (true, false) => ("nameless", "amount, and reference or holder's name"),
                (false, _) => ("equal_payments", "accounts and amount"),
            };
            let reason = format!("same {shared}, but more than one entry fits equally well; left apart");
            self.note_ambiguous(edge.left, edge.right, false, kind, reason);
        }
    }
}
