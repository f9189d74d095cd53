//! Which accounts of a layered flow are the densest, by taking away one after the other.

use std::ops::{Add, AddAssign, Mul, Sub, SubAssign};

/// Sums of money: `i64` where all of them fit, `i128` otherwise.
pub(super) trait Sum:
    Copy
    + Default
    + Ord
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + AddAssign
    + SubAssign
    + Into<i128>
    + From<i64>
{
    /// More than any weight.
    const MOST: Self;
}

impl Sum for i64 {
    const MOST: i64 = i64::MAX;
}

impl Sum for i128 {
    const MOST: i128 = i128::MAX;
}

/// What accounts pay each other. Accounts are numbered from 0 here.
pub(super) struct Paid<S> {
    /// For each account the accounts that it pays and how much.
    next: Lists<S>,
    /// For each account those that pay it and how much.
    before: Lists<S>,
}

/// A list for each account, one behind the other.
struct Lists<S> {
    begins: Vec<usize>,
    all: Vec<(u32, S)>,
}

/// What is left when the score was best.
pub(super) struct Densest {
    /// Account numbers of each layer, ascending.
    pub layers: Vec<Vec<u32>>,
    /// Upper part of the score.
    pub score: i128,
}

impl<S: Sum> Paid<S> {
    /// From payer, payee and amount, in any order; no account pays itself.
    pub fn of(accounts: usize, mut transfers: Vec<(u32, u32, i64)>) -> Paid<S> {
        transfers.sort_unstable_by_key(|(payer, payee, _)| (*payer, *payee));
        let mut pairs: Vec<(u32, u32, S)> = Vec::with_capacity(transfers.len());
        for (payer, payee, amount) in transfers {
            match pairs.last_mut() {
                Some(last) if (last.0, last.1) == (payer, payee) => last.2 += S::from(amount),
                _ => pairs.push((payer, payee, S::from(amount))),
            }
        }
        let next = Lists::of(
            accounts,
            pairs.iter().map(|(payer, payee, sum)| (*payer, *payee, *sum)),
        );
        let before = Lists::of(
            accounts,
            pairs.iter().map(|(payer, payee, sum)| (*payee, *payer, *sum)),
        );
        Paid { next, before }
    }

    fn accounts(&self) -> usize {
        self.next.begins.len() - 1
    }

    /// Takes the accounts of `depth` layers away one by one, each time the one that weighs least; nothing where the best
    /// choice is the empty one.
    pub fn peel(&self, depth: usize, lambda: S) -> Option<Densest> {
        let mut choice = Choice::new(self, depth, lambda);
        let mut left = choice.left;
        let mut taken: Vec<u32> = Vec::with_capacity(left);
        let (mut best, mut best_taken) = ((choice.score.into(), left), 0);
        while let Some(node) = choice.waiting.least() {
            taken.push(node as u32);
            choice.remove(node);
            left -= 1;
            // score / size > best / size, without dividing; the sizes are small beside the sums.
            let now: (i128, usize) = (choice.score.into(), left);
            if now.1 > 0 && now.0 * best.1 as i128 > best.0 * now.1 as i128 {
                (best, best_taken) = (now, taken.len());
            }
        }
        if best.1 == 0 {
            return None;
        }
        let mut layers = vec![Vec::new(); depth];
        for node in &taken[best_taken..] {
            layers[*node as usize / self.accounts()].push(*node % self.accounts() as u32);
        }
        layers.iter_mut().for_each(|layer| layer.sort_unstable());
        Some(Densest {
            layers,
            score: best.0,
        })
    }
}

impl<S: Sum> Lists<S> {
    /// From owner, other and sum; what an owner has stays in its order.
    fn of(owners: usize, pairs: impl Iterator<Item = (u32, u32, S)> + Clone) -> Lists<S> {
        let mut begins = vec![0_usize; owners + 1];
        for (owner, _, _) in pairs.clone() {
            begins[owner as usize + 1] += 1;
        }
        for owner in 0..owners {
            begins[owner + 1] += begins[owner];
        }
        let mut free = begins.clone();
        let mut all = vec![(0, S::default()); begins[owners]];
        for (owner, other, sum) in pairs {
            let place = &mut free[owner as usize];
            all[*place] = (other, sum);
            *place += 1;
        }
        Lists { begins, all }
    }

    fn of_account(&self, account: usize) -> &[(u32, S)] {
        &self.all[self.begins[account]..self.begins[account + 1]]
    }
}

/// The accounts that are left. A node is an account in a layer; nodes are numbered layer after layer.
struct Choice<'p, S> {
    paid: &'p Paid<S>,
    depth: usize,
    lambda: S,
    /// For each node what comes from the layer before and what goes to the next, of those that are left.
    came: Vec<S>,
    went: Vec<S>,
    waiting: Tournament<S>,
    /// Sum over middle accounts.
    score: S,
    left: usize,
}

impl<'p, S: Sum> Choice<'p, S> {
    fn new(paid: &'p Paid<S>, depth: usize, lambda: S) -> Choice<'p, S> {
        let accounts = paid.accounts();
        let all = |list: &[(u32, S)]| {
            list.iter().fold(S::default(), |mut sum, (_, own)| {
                sum += *own;
                sum
            })
        };
        let mut choice = Choice {
            paid,
            depth,
            lambda,
            came: vec![S::default(); depth * accounts],
            went: vec![S::default(); depth * accounts],
            waiting: Tournament::of(depth * accounts),
            score: S::default(),
            left: 0,
        };
        for account in 0..accounts {
            let (next, before) = (paid.next.of_account(account), paid.before.of_account(account));
            let (came, went) = (all(before), all(next));
            for layer in 0..depth {
                let (is_first, is_last) = (layer == 0, layer + 1 == depth);
                if (is_first || before.is_empty()) && (is_last || next.is_empty()) {
                    continue;
                }
                let node = layer * accounts + account;
                if !is_first {
                    choice.came[node] = came;
                }
                if !is_last {
                    choice.went[node] = went;
                }
                choice.left += 1;
                choice.score += choice.part(node);
                choice.waiting.enter(node, choice.weight(node));
            }
        }
        choice.waiting.settle();
        choice
    }

    fn is_middle(&self, node: usize) -> bool {
        let accounts = self.paid.accounts();
        (accounts..(self.depth - 1) * accounts).contains(&node)
    }

    /// What a node adds to the score.
    fn part(&self, node: usize) -> S {
        match self.is_middle(node) {
            true => {
                let (came, went) = (self.came[node], self.went[node]);
                let lambda = self.lambda;
                (S::from(1) + lambda) * came.min(went) - lambda * came.max(went)
            }
            false => S::default(),
        }
    }

    fn weight(&self, node: usize) -> S {
        match self.is_middle(node) {
            true => self.part(node),
            false => (S::from(1) + self.lambda) * (self.came[node] + self.went[node]),
        }
    }

    fn remove(&mut self, node: usize) {
        self.score -= self.part(node);
        self.waiting.leave(node);
        let paid = self.paid;
        let accounts = paid.accounts();
        let (layer, account) = (node / accounts, node % accounts);
        if layer + 1 < self.depth {
            for (other, sum) in paid.next.of_account(account) {
                let other = (layer + 1) * accounts + *other as usize;
                self.change(other, |choice| choice.came[other] -= *sum);
            }
        }
        if layer > 0 {
            for (other, sum) in paid.before.of_account(account) {
                let other = (layer - 1) * accounts + *other as usize;
                self.change(other, |choice| choice.went[other] -= *sum);
            }
        }
    }

    fn change(&mut self, node: usize, change: impl FnOnce(&mut Self)) {
        if self.waiting.holds(node) {
            self.score -= self.part(node);
            change(self);
            self.score += self.part(node);
            self.waiting.change(node, self.weight(node));
        }
    }
}

/// Places below each place of the tournament: as many weights as a line of memory holds.
const WIDTH: usize = 8;

/// The least of many weights that change: a tree in which each place has the least of those below it.
struct Tournament<S> {
    /// Row after row, the top first, each a multiple of the width but for the top.
    least: Vec<S>,
    /// Where each row begins; the last holds the nodes.
    rows: Vec<usize>,
}

impl<S: Sum> Tournament<S> {
    fn of(nodes: usize) -> Tournament<S> {
        let mut lengths = vec![nodes.max(1).next_multiple_of(WIDTH)];
        while lengths[lengths.len() - 1] > WIDTH {
            let above = lengths[lengths.len() - 1] / WIDTH;
            lengths.push(above.next_multiple_of(WIDTH));
        }
        let mut rows = Vec::with_capacity(lengths.len());
        let mut length = 0;
        for row in lengths.iter().rev() {
            rows.push(length);
            length += row;
        }
        Tournament {
            least: vec![S::MOST; length],
            rows,
        }
    }

    fn nodes(&self) -> usize {
        self.rows[self.rows.len() - 1]
    }

    /// The least of a group of places that lie below one.
    fn least_of(&self, first: usize) -> S {
        let group = &self.least[first..first + WIDTH];
        group[1..]
            .iter()
            .fold(group[0], |least, weight| least.min(*weight))
    }

    /// Enters a node before the first round.
    fn enter(&mut self, node: usize, weight: S) {
        let place = self.nodes() + node;
        self.least[place] = weight;
    }

    /// Plays all rounds.
    fn settle(&mut self) {
        for row in (1..self.rows.len()).rev() {
            let (above, begin) = (self.rows[row - 1], self.rows[row]);
            let end = self.rows.get(row + 1).copied().unwrap_or(self.least.len());
            for group in 0..(end - begin) / WIDTH {
                self.least[above + group] = self.least_of(begin + WIDTH * group);
            }
        }
    }

    fn holds(&self, node: usize) -> bool {
        self.least[self.nodes() + node] != S::MOST
    }

    /// The node that weighs least; of equals the first.
    fn least(&self) -> Option<usize> {
        let weight = self.least_of(0);
        if weight == S::MOST {
            return None;
        }
        let mut place = 0;
        for begin in &self.rows {
            let group = &self.least[begin + WIDTH * place..][..WIDTH];
            let inside = group.iter().position(|own| *own == weight)?;
            place = WIDTH * place + inside;
        }
        Some(place)
    }

    fn change(&mut self, node: usize, weight: S) {
        let mut place = node;
        let mut weight = weight;
        for row in (0..self.rows.len()).rev() {
            let begin = self.rows[row];
            let before = std::mem::replace(&mut self.least[begin + place], weight);
            if before == weight {
                return;
            }
            place /= WIDTH;
            weight = self.least_of(begin + WIDTH * place);
        }
    }

    fn leave(&mut self, node: usize) {
        self.change(node, S::MOST);
    }
}
