//! A part of the book that claims can reach under some order that agrees with the records: its movements, and the times
//! at which more than one order does.

use hashbrown::{HashMap, HashSet};
use petgraph::unionfind::UnionFind;

use super::book::{Account, Book, BookError, Kind, Movement, OUTSIDE, Opening};
use super::claim::{Accepted, Claim, ClaimKind};
use super::orders::{self, Sequence, Tangle};
use super::plan::{NONE, Vertices};

/// A connected part, with all that moves on its accounts from the first movement on.
#[derive(Default)]
pub(super) struct Knot {
    pub(super) movements: Vec<u32>,
    pub(super) claims: Vec<Accepted>,
    /// The vertices that claims may reach.
    pub(super) vertices: Vec<u32>,
}

/// Vertices that these claims may reach by these movements, which are in order, and the time from which on.
pub(super) fn may_reach(
    book: &Book,
    vertices: &Vertices<'_>,
    claims: &[Accepted],
    numbers: &[u32],
) -> HashMap<u32, i64> {
    let rows = book.movements();
    let mut since: HashMap<u32, i64> = HashMap::new();
    let Some(first) = claims.iter().map(|claim| claim.movement).min() else {
        return since;
    };
    let claimed: HashSet<u32> = claims.iter().map(|claim| claim.movement).collect();
    let at = |number: &u32| rows[*number as usize].at;
    let start = numbers.partition_point(|number| at(number) < at(&first));
    for of_time in numbers[start..].chunk_by(|a, b| at(a) == at(b)) {
        let mut found = true;
        while found {
            found = false;
            for number in of_time {
                let (payer, payee) = vertices.sides(*number);
                let carries = claimed.contains(number) || since.contains_key(&payer);
                if payee != NONE && carries && !since.contains_key(&payee) {
                    since.insert(payee, at(number));
                    found = true;
                }
            }
        }
    }
    since
}

impl Knot {
    /// The connected parts that claims may reach; with `whole`, all that hangs together with what they reach.
    pub(super) fn all(book: &Book, vertices: &Vertices<'_>, claims: &[Accepted], whole: bool) -> Vec<Knot> {
        let reached = match whole {
            true => (0..vertices.places.len() as u32)
                .map(|vertex| (vertex, i64::MIN))
                .collect(),
            false => {
                let all: Vec<u32> = (0..book.movements().len() as u32).collect();
                may_reach(book, vertices, claims, &all)
            }
        };
        let touching: Vec<(u32, u32, u32)> = (0..book.movements().len() as u32)
            .map(|number| {
                let (payer, payee) = vertices.sides(number);
                (number, payer, payee)
            })
            .filter(|(_, payer, payee)| reached.contains_key(payer) || reached.contains_key(payee))
            .collect();
        let inside = |vertex: &u32| reached.contains_key(vertex);
        let mut joined: UnionFind<u32> = UnionFind::new(vertices.places.len());
        for (_, payer, payee) in &touching {
            if inside(payer) && inside(payee) {
                joined.union(*payer, *payee);
            }
        }
        let leaders = joined.into_labeling();
        let mut knots: Vec<Knot> = Vec::new();
        // The knot of each leader, in the order of their first vertices.
        let mut of_leader: HashMap<u32, usize> = HashMap::new();
        let mut sorted: Vec<u32> = reached.keys().copied().collect();
        sorted.sort_unstable();
        for vertex in sorted {
            let knot = *of_leader.entry(leaders[vertex as usize]).or_insert_with(|| {
                knots.push(Knot::default());
                knots.len() - 1
            });
            knots[knot].vertices.push(vertex);
        }
        let knot_of = |vertex: u32| match inside(&vertex) {
            true => of_leader.get(&leaders[vertex as usize]).copied(),
            false => None,
        };
        for (number, payer, payee) in touching {
            if let Some(knot) = knot_of(payer).or(knot_of(payee)) {
                knots[knot].movements.push(number);
            }
        }
        for claim in claims {
            let (_, payee) = vertices.sides(claim.movement);
            if let Some(knot) = knot_of(payee) {
                knots[knot].claims.push(*claim);
            }
        }
        knots.into_iter().filter(|knot| !knot.claims.is_empty()).collect()
    }

    /// The movements in default order, cut where more than one order agrees with the records. With `whole`, movements of
    /// one time stay together even if they share no account.
    pub(super) fn tangles(
        &self,
        book: &Book,
        vertices: &Vertices<'_>,
        sequence: &impl Sequence,
        whole: bool,
    ) -> Vec<Tangle> {
        let rows = book.movements();
        let first = self
            .claims
            .iter()
            .map(|claim| rows[claim.movement as usize].at)
            .min();
        let opens = |vertex: &u32| {
            book.accounts()
                .get(*vertex as usize)
                .map(|account| account.opening)
        };
        let sure = |vertex: &u32| matches!(opens(vertex), None | Some(Opening::Known(_)));
        let settled = !whole && self.vertices.iter().all(sure);
        let mut tangles = Vec::new();
        for of_time in self
            .movements
            .chunk_by(|a, b| rows[*a as usize].at == rows[*b as usize].at)
        {
            let before = first.is_none_or(|first| rows[of_time[0] as usize].at < first);
            if before && settled {
                // Own money only: no order changes a balance that is known.
                tangles.extend(of_time.iter().map(|one| Tangle::of(vec![*one], &[])));
                continue;
            }
            let pairs = orders::pairs(book, of_time, sequence);
            let groups = match whole {
                true => vec![of_time.to_vec()],
                false => split(vertices, of_time, &pairs),
            };
            tangles.extend(groups.into_iter().map(|movements| Tangle::of(movements, &pairs)));
        }
        tangles
    }

    /// The part as a book of its own, in the order given, with its claims. Accounts get new numbers; the list tells the
    /// old ones.
    pub(super) fn book(&self, book: &Book, order: &[u32]) -> Result<(Book, Vec<Claim>, Vec<u32>), BookError> {
        let mut numbers: HashMap<u32, u32> = HashMap::new();
        let mut old: Vec<u32> = Vec::new();
        let mut accounts: Vec<Account> = Vec::new();
        let mut places: HashMap<u32, u32> = HashMap::new();
        let mut account = |account: u32| {
            if account == OUTSIDE {
                return OUTSIDE;
            }
            *numbers.entry(account).or_insert_with(|| {
                let recorded = book.recorded(account) && self.vertices.binary_search(&account).is_ok();
                accounts.push(Account {
                    recorded,
                    ..book.accounts()[account as usize]
                });
                old.push(account);
                old.len() as u32 - 1
            })
        };
        let mut movements: Vec<Movement> = Vec::with_capacity(order.len());
        for (place, number) in order.iter().enumerate() {
            places.insert(*number, place as u32);
            let row = &book.movements()[*number as usize];
            let kind = match row.kind {
                // What a reversal takes back touches the same accounts, so it is in the part, and earlier.
                Kind::Reversal(earlier) => places
                    .get(&earlier)
                    .map_or(Kind::Ordinary, |place| Kind::Reversal(*place)),
                kind => kind,
            };
            movements.push(Movement {
                payer: account(row.payer),
                payee: account(row.payee),
                kind,
                ..*row
            });
        }
        let claims = self
            .claims
            .iter()
            .map(|claim| Claim {
                movement: places.get(&claim.movement).copied().unwrap_or(NONE),
                amount: claim.amount,
                currency: None,
                kind: ClaimKind::Proceeds,
                label: String::new(),
            })
            .collect();
        Ok((Book::new(accounts, movements)?, claims, old))
    }
}

/// Movements of one time, apart where they share no vertex and nothing says which of them is earlier.
fn split(vertices: &Vertices<'_>, of_time: &[u32], pairs: &[(u32, u32)]) -> Vec<Vec<u32>> {
    // Joined are places in `of_time`; the first that touched a vertex stands for it.
    let mut joined: UnionFind<u32> = UnionFind::new(of_time.len());
    let mut first_on: HashMap<u32, u32> = HashMap::new();
    let mut place_of: HashMap<u32, u32> = HashMap::new();
    for (place, number) in (0..).zip(of_time) {
        place_of.insert(*number, place);
        let (payer, payee) = vertices.sides(*number);
        for vertex in [payer, payee] {
            if vertex != NONE {
                joined.union(*first_on.entry(vertex).or_insert(place), place);
            }
        }
    }
    for (earlier, later) in pairs {
        if let (Some(earlier), Some(later)) = (place_of.get(earlier), place_of.get(later)) {
            joined.union(*earlier, *later);
        }
    }
    let mut group_of: HashMap<u32, usize> = HashMap::new();
    let mut groups: Vec<Vec<u32>> = Vec::new();
    for (leader, number) in joined.into_labeling().into_iter().zip(of_time) {
        let group = *group_of.entry(leader).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[group].push(*number);
    }
    groups
}
