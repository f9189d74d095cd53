//! Pairs of which one leg names the other's account and the other names none: what proves them, and how they are weighed
//! together with the pairs that name each other.

use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

use super::assignment::{Edge, LARGEST, components, solve_counted, too_many};
use super::banking_days::{self, WINDOW};
use super::ids::NONE;
use super::legs::Leg;
use super::matching::{LeftOut, Tied, assign};
use super::search::{Cut, Work};

/// Legs that name nobody and may be the other side of one leg: so many are weighed.
pub(super) const MOST_NAMELESS: usize = 64;

impl Work<'_> {
    /// Pairs of which one leg names the other's account and the other names none, and which share an id, a reference or
    /// the holder's name. Of very many that one leg could belong to, the first; that is noted.
    pub fn links(&mut self) -> Vec<(u32, u32)> {
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
        let mut cut = Vec::new();
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
            let mut proved = near.filter(|found| {
                let other = self.candidate(**found);
                let same_id = own.end_to_end != 0 && own.end_to_end == other.end_to_end;
                let same_reference = own.bank_reference != 0 && own.bank_reference == other.bank_reference;
                own.fits(&other)
                    && (same_id || same_reference || (other.says != NONE && other.says == own.is))
            });
            links.extend(proved.by_ref().take(MOST_NAMELESS).map(|found| {
                if leg.is_credit() {
                    (*found, at)
                } else {
                    (at, *found)
                }
            }));
            if proved.next().is_some() {
                cut.push(at);
            }
        }
        self.found
            .cut
            .extend(cut.into_iter().map(|at| (at, Cut::Nameless)));
        links
    }

    /// Weighs what hangs together by legs that name nobody. Where another assignment has the same total: payments
    /// between the same two accounts are tied in their order, because left apart the same money would count twice; what
    /// may be a payment of one account or of another is left apart.
    pub fn tie_linked(&mut self, edges: &[Edge], links: &HashSet<(u32, u32)>) {
        for component in components(edges) {
            if component.len() > LARGEST {
                self.tie_unweighed(&component, links);
                continue;
            }
            let solution = solve_counted(&component, |_| 1, |_| 1);
            let choices = component.len() as u32;
            let mut open = Vec::new();
            let mut always = HashMap::new();
            for (at, edge) in component.iter().enumerate() {
                if solution.open[at] {
                    open.push(*edge);
                    always.insert((edge.left, edge.right), solution.always[at]);
                } else if solution.flow[at] > 0 {
                    self.tie_chosen(&tied(edge, choices, false));
                }
            }
            for knot in components(&open) {
                let mixed = self.is_mixed(&knot);
                // Whose money it is follows from the leg that names the other side, whichever leg it is tied to.
                let may_be_none = |edge: &Edge| {
                    let [debit, credit] = always[&(edge.left, edge.right)];
                    let payer_names = self.leg(edge.left).other != NONE;
                    !(if payer_names { debit } else { credit })
                };
                let (apart, rest): (Vec<Edge>, Vec<Edge>) = knot
                    .iter()
                    .partition(|edge| mixed && links.contains(&(edge.left, edge.right)) && may_be_none(edge));
                let again = solve_counted(&rest, |_| 1, |_| 1);
                for (edge, _) in rest.iter().zip(&again.flow).filter(|(_, flow)| **flow > 0) {
                    let tied = tied(edge, choices, true);
                    if mixed {
                        let reason = "more than one entry fits equally well, and whichever it is, the same account paid \
                                      the same one; tied in their order";
                        self.tie_chosen_for(&tied, reason);
                    } else {
                        self.tie_chosen(&tied);
                    }
                }
                self.leave_apart(&apart, links, None);
            }
        }
    }

    /// Where too much hangs together to weigh it all: ties what names each other, then, between two accounts, what is left
    /// in its order; what may be a payment of one account or of another is left apart.
    fn tie_unweighed(&mut self, component: &[Edge], links: &HashSet<(u32, u32)>) {
        let (linking, naming): (Vec<Edge>, Vec<Edge>) = component
            .iter()
            .partition(|edge| links.contains(&(edge.left, edge.right)));
        let mut groups: HashMap<(u32, u32), [Vec<u32>; 2]> = HashMap::new();
        let mut order = Vec::new();
        for edge in &naming {
            let key = (self.leg(edge.left).account, self.leg(edge.right).account);
            let sides = groups.entry(key).or_insert_with(|| {
                order.push(key);
                Default::default()
            });
            sides[0].push(edge.left);
            sides[1].push(edge.right);
        }
        for key in order {
            let [debits, credits] = groups.remove(&key).unwrap_or_default().map(|mut legs| {
                legs.sort_by(|a, b| self.order(*a, *b));
                legs.dedup();
                legs.into_iter().map(|at| self.candidate(at)).collect::<Vec<_>>()
            });
            for mut tied in assign(&debits, &credits, &self.legs.words) {
                tied.left_out.nameless = true;
                self.tie_chosen(&tied);
            }
        }
        let open = |edge: &&Edge| self.is_open(edge.left) && self.is_open(edge.right);
        let rest: Vec<Edge> = linking.iter().filter(open).copied().collect();
        for knot in components(&rest) {
            if self.is_mixed(&knot) {
                self.leave_apart(&knot, links, Some(too_many()));
                continue;
            }
            for edge in &knot {
                if self.is_open(edge.left) && self.is_open(edge.right) {
                    let mut tied = tied(edge, knot.len() as u32, true);
                    tied.left_out.nameless = true;
                    self.tie_chosen(&tied);
                }
            }
        }
    }

    /// Whether pairs belong to more than one payer and payee.
    fn is_mixed(&self, knot: &[Edge]) -> bool {
        let accounts = |edge: &Edge| (self.leg(edge.left).account, self.leg(edge.right).account);
        knot.iter().any(|edge| accounts(edge) != accounts(&knot[0]))
    }

    /// Lists pairs that stay apart: because `cut` says why, else because they fit equally well.
    fn leave_apart(&mut self, edges: &[Edge], links: &HashSet<(u32, u32)>, cut: Option<String>) {
        for edge in edges {
            self.found.left_apart.extend([edge.left, edge.right]);
            let (debit, credit) = (self.leg(edge.left), self.leg(edge.right));
            let same_id = debit.end_to_end != 0 && debit.end_to_end == credit.end_to_end;
            let (kind, shared) = match (links.contains(&(edge.left, edge.right)), same_id) {
                (true, true) => ("same_id", "amount and end-to-end id"),
                (true, false) => ("nameless", "amount, and reference or holder's name"),
                (false, _) => ("equal_payments", "accounts and amount"),
            };
            let why = match &cut {
                Some(cut) => cut.clone(),
                None => {
                    let cut = [edge.left, edge.right].map(|at| self.found.cut.get(&at));
                    let said = cut.iter().flatten().next();
                    let said = said.map_or(String::new(), |cut| format!(" ({cut})"));
                    format!("more than one entry fits equally well{said}; left apart")
                }
            };
            let reason = format!("same {shared}, but {why}");
            self.note_ambiguous(edge.left, edge.right, false, kind, reason);
        }
    }
}

fn tied(edge: &Edge, choices: u32, ambiguous: bool) -> Tied {
    Tied {
        left: edge.left,
        right: edge.right,
        score: edge.score,
        choices,
        ambiguous,
        left_out: LeftOut::default(),
    }
}
