//! The slow second implementation: the whole book from its first movement, one movement after the other, exact fractions,
//! a plain list of parcels for each account and asset.

use std::collections::{BTreeMap, BTreeSet};

use geldspoor::trace::{Account, Claim, End, Gain, Interest, Kind, Movement, OUTSIDE, Opening, Rules};

use super::fraction::Fraction;
use super::parcels::{Parcel, Way, own, total};

/// Amount there, and of the claim, by claim and end.
pub type Sums = BTreeMap<(u32, End), (Fraction, Fraction)>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Account(u32),
    Asset(u32),
}

struct Carried {
    parcels: Vec<Parcel>,
    ended: bool,
}

pub struct Oracle<'a> {
    way: Way,
    accounts: &'a [Account],
    movements: &'a [Movement],
    claims: &'a [Claim],
    rules: &'a Rules,
    parcels: BTreeMap<Place, Vec<Parcel>>,
    balances: BTreeMap<Place, i64>,
    /// Balance after each movement that touched it.
    history: BTreeMap<Place, Vec<(u32, i64)>>,
    carried: BTreeMap<u32, Carried>,
    sold: BTreeSet<u32>,
    sums: Sums,
}

/// The least opening that keeps an account from overdraft.
pub fn opening(number: u32, account: &Account, movements: &[Movement]) -> i64 {
    match account.opening {
        Opening::Known(balance) => balance,
        Opening::AsNeeded => 0,
        Opening::Least => {
            let (mut balance, mut least) = (0i64, 0i64);
            for movement in movements.iter().filter(|m| m.payer != m.payee) {
                if movement.payer == number {
                    balance -= movement.paid;
                }
                if movement.payee == number {
                    balance += movement.received;
                }
                least = least.min(balance);
            }
            -least
        }
    }
}

impl<'a> Oracle<'a> {
    pub fn run(
        way: Way,
        accounts: &'a [Account],
        movements: &'a [Movement],
        claims: &'a [Claim],
        rules: &'a Rules,
    ) -> Sums {
        let mut oracle = Oracle {
            way,
            accounts,
            movements,
            claims,
            rules,
            parcels: BTreeMap::new(),
            balances: BTreeMap::new(),
            history: BTreeMap::new(),
            carried: BTreeMap::new(),
            sold: BTreeSet::new(),
            sums: Sums::new(),
        };
        for movement in movements {
            if let Kind::Sale(asset) = movement.kind {
                oracle.sold.insert(asset);
            }
        }
        for (number, account) in accounts.iter().enumerate() {
            let place = Place::Account(number as u32);
            let balance = opening(number as u32, account, movements);
            oracle.balances.insert(place, balance);
            if balance > 0 {
                oracle.parcels.insert(place, vec![own(Fraction::of(balance), 0)]);
            }
        }
        for number in 0..movements.len() as u32 {
            oracle.movement(number);
        }
        oracle.finish()
    }

    fn sides(&self, movement: &Movement) -> (Option<Place>, Option<Place>) {
        let account = |account: u32| {
            (account != OUTSIDE && self.accounts[account as usize].recorded)
                .then_some(Place::Account(account))
        };
        let asset = |asset: u32| self.sold.contains(&asset).then_some(Place::Asset(asset));
        match movement.kind {
            Kind::Reversal(earlier) => {
                let (payer, payee) = self.sides(&self.movements[earlier as usize]);
                (payee, payer)
            }
            _ if movement.payer == movement.payee => (None, None),
            Kind::Asset(number) => (account(movement.payer), asset(number)),
            Kind::Sale(number) => (asset(number), account(movement.payee)),
            _ => (account(movement.payer), account(movement.payee)),
        }
    }

    fn debit(
        &mut self,
        place: Place,
        amount: i64,
        movement: u32,
        same: Option<(u32, Vec<Parcel>)>,
    ) -> Vec<Parcel> {
        let balance = *self.balances.entry(place).or_default();
        let parcels = self.parcels.entry(place).or_default();
        let covered = amount.min(balance.max(0));
        let mut taken = match same {
            Some((earlier, back)) => self.way.take_same(parcels, earlier, &back),
            None => Vec::new(),
        };
        let rest = Fraction::of(covered) - total(&taken);
        taken.extend(self.way.take(parcels, rest));
        if amount > covered {
            taken.push(own(Fraction::of(amount - covered), movement + 1));
        }
        let mut after = balance - amount;
        if let Place::Account(account) = place
            && self.accounts[account as usize].opening == Opening::AsNeeded
        {
            after = after.max(0);
        }
        self.balances.insert(place, after);
        self.history.entry(place).or_default().push((movement, after));
        taken
    }

    fn leave(&mut self, number: u32, payer: Option<Place>, payee: Option<Place>) -> Vec<Parcel> {
        let movement = &self.movements[number as usize];
        if let Kind::Reversal(earlier) = movement.kind
            && let Some(carried) = self.carried.get_mut(&earlier)
        {
            let back = self
                .way
                .take_back(&mut carried.parcels, Fraction::of(movement.paid));
            if carried.ended {
                let missing = Fraction::of(movement.paid) - total(&back);
                let mut back = back;
                if missing.is_above_zero() {
                    back.push(own(missing, number + 1));
                }
                return back;
            }
            if let Some(payer) = payer {
                return self.debit(payer, movement.paid, number, Some((earlier, back)));
            }
        }
        if let Some(payer) = payer {
            let amount = match movement.kind {
                Kind::Sale(_) => *self.balances.entry(payer).or_default(),
                _ => movement.paid,
            };
            return self.debit(payer, amount, number, None);
        }
        let received = Fraction::of(movement.received);
        if let (Kind::Interest, Interest::Fruit, Some(payee)) = (movement.kind, self.rules.interest, payee) {
            let balance = self.balances[&payee];
            if balance > 0 {
                let mut parcels = self.parcels.get(&payee).cloned().unwrap_or_default();
                for parcel in &mut parcels {
                    parcel.amount = parcel.amount.clone() * received.clone() / Fraction::of(balance);
                    parcel.claimed = Fraction::zero();
                }
                let claimed: Vec<Parcel> = parcels.into_iter().filter(|p| p.claim.is_some()).collect();
                let rest = received - total(&claimed);
                let mut fruit = claimed;
                if rest.is_above_zero() {
                    fruit.push(own(rest, number + 1));
                }
                fruit.retain(|parcel| parcel.amount.is_above_zero());
                return fruit;
            }
        }
        vec![own(received, number + 1)]
    }

    fn movement(&mut self, number: u32) {
        let movement = self.movements[number as usize];
        let (payer, payee) = self.sides(&movement);
        if payer.is_none() && payee.is_none() {
            return;
        }
        let mut parcels = self.leave(number, payer, payee);
        parcels.retain(|parcel| parcel.amount.is_above_zero());
        let left = total(&parcels);
        let received = Fraction::of(movement.received);
        if left != received {
            if !left.is_above_zero() {
                parcels = vec![own(received.clone(), number + 1)];
            }
            let mut gain = Fraction::zero();
            for parcel in parcels.iter_mut().filter(|_| left.is_above_zero()) {
                let worth = parcel.amount.clone() * received.clone() / left.clone();
                let capped = matches!(movement.kind, Kind::Sale(_)) && self.rules.gain == Gain::Own;
                let kept = match capped && parcel.claim.is_some() {
                    true => worth.clone().min(parcel.amount.clone()),
                    false => worth.clone(),
                };
                gain += worth - kept.clone();
                parcel.amount = kept;
            }
            if gain.is_above_zero() {
                parcels.push(own(gain, number + 1));
            }
            for parcel in parcels.iter().filter(|parcel| !parcel.amount.is_above_zero()) {
                self.end(parcel, End::Nothing);
            }
            parcels.retain(|parcel| parcel.amount.is_above_zero());
        }
        self.label(number, &mut parcels);
        for parcel in &mut parcels {
            parcel.movement = Some(number);
        }
        let Some(payee) = payee else {
            self.carried.insert(number, Carried { parcels, ended: true });
            return;
        };
        let balance = *self.balances.entry(payee).or_default();
        let fills = movement.received.min((-balance).max(0));
        for gone in self.way.take(&mut parcels, Fraction::of(fills)) {
            let end = match payee {
                Place::Account(account) => End::Overdraft(account),
                Place::Asset(asset) => End::Asset(asset),
            };
            self.end(&gone, end);
        }
        self.balances.insert(payee, balance + movement.received);
        self.arrive(number, payee, &parcels);
        self.history
            .entry(payee)
            .or_default()
            .push((number, balance + movement.received));
        self.carried.insert(
            number,
            Carried {
                parcels,
                ended: false,
            },
        );
    }

    fn arrive(&mut self, number: u32, payee: Place, parcels: &[Parcel]) {
        let there = self.parcels.entry(payee).or_default();
        if let Kind::Reversal(earlier) = self.movements[number as usize].kind {
            match self.way {
                Way::First => {
                    let rest = std::mem::replace(there, parcels.to_vec());
                    there.extend(rest);
                    return;
                }
                Way::Last => {
                    let since = self.history[&payee]
                        .iter()
                        .filter(|(n, _)| *n >= earlier && *n < number);
                    let floor = since.map(|(_, balance)| *balance).min().unwrap().max(0);
                    let floor = Fraction::of(floor).min(total(there));
                    let mut below = Way::First.take(there, floor);
                    below.extend(parcels.iter().rev().cloned());
                    below.append(there);
                    *there = below;
                    return;
                }
                _ => {}
            }
        }
        there.extend(parcels.iter().cloned());
    }

    fn label(&mut self, number: u32, parcels: &mut Vec<Parcel>) {
        for (index, claim) in self
            .claims
            .iter()
            .enumerate()
            .filter(|(_, claim)| claim.movement == number)
        {
            let mut left = Fraction::of(claim.amount);
            let mut labelled = Vec::new();
            for mut parcel in parcels.drain(..) {
                if parcel.claim.is_none() && left.is_above_zero() {
                    let part = left.clone().min(parcel.amount.clone());
                    left -= part.clone();
                    let mut cut = parcel.cut(part.clone());
                    (cut.claim, cut.claimed) = (Some(index as u32), part);
                    labelled.push(cut);
                }
                labelled.push(parcel);
            }
            labelled.retain(|parcel| parcel.amount.is_above_zero());
            *parcels = labelled;
            if left.is_above_zero() {
                let before = Parcel {
                    claim: Some(index as u32),
                    claimed: left.clone(),
                    ..own(left, 0)
                };
                self.end(&before, End::ClaimedBefore);
            }
        }
    }

    fn end(&mut self, parcel: &Parcel, end: End) {
        if let Some(claim) = parcel.claim {
            let sum = self
                .sums
                .entry((claim, end))
                .or_insert((Fraction::zero(), Fraction::zero()));
            sum.0 += parcel.amount.clone();
            sum.1 += parcel.claimed.clone();
        }
    }

    fn finish(mut self) -> Sums {
        for (number, carried) in std::mem::take(&mut self.carried) {
            if !carried.ended {
                continue;
            }
            let movement = &self.movements[number as usize];
            let end = match movement.kind {
                Kind::Fee => End::Fee,
                Kind::CashOut => End::Cash,
                Kind::Spent(code) => End::Spent(code),
                Kind::Asset(asset) => End::Asset(asset),
                Kind::Reversal(_) if movement.payee == OUTSIDE => End::Returned,
                _ if movement.payee == OUTSIDE => End::Spent(0),
                _ => End::OutOfRecords(movement.payee),
            };
            for parcel in &carried.parcels {
                self.end(parcel, end);
            }
        }
        for (place, parcels) in std::mem::take(&mut self.parcels) {
            let end = match place {
                Place::Account(account) => End::Held(account),
                Place::Asset(asset) => End::Asset(asset),
            };
            for parcel in &parcels {
                self.end(parcel, end);
            }
        }
        self.sums
    }
}
