//! Parcels of the slow second implementation, and which of them a debit takes.

use super::fraction::Fraction;

/// How a debit takes from a list of parcels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    First,
    Last,
    Oldest,
    Newest,
    Share,
    OwnFirst,
    ClaimedFirst,
}

pub const WAYS: [(&str, Way); 7] = [
    ("fifo", Way::First),
    ("lifo", Way::Last),
    ("oldest-origin-first", Way::Oldest),
    ("newest-origin-first", Way::Newest),
    ("pro-rata", Way::Share),
    ("own-money-first", Way::OwnFirst),
    ("tainted-first", Way::ClaimedFirst),
];

#[derive(Clone, Debug)]
pub struct Parcel {
    pub amount: Fraction,
    pub claimed: Fraction,
    pub claim: Option<u32>,
    pub movement: Option<u32>,
    pub born: u32,
}

pub fn total(parcels: &[Parcel]) -> Fraction {
    parcels
        .iter()
        .fold(Fraction::zero(), |sum, parcel| sum + parcel.amount.clone())
}

pub fn own(amount: Fraction, born: u32) -> Parcel {
    Parcel {
        amount,
        claimed: Fraction::zero(),
        claim: None,
        movement: None,
        born,
    }
}

impl Parcel {
    pub fn cut(&mut self, amount: Fraction) -> Parcel {
        let claimed = self.claimed.clone() * amount.clone() / self.amount.clone();
        self.amount -= amount.clone();
        self.claimed -= claimed.clone();
        Parcel {
            amount,
            claimed,
            ..self.clone()
        }
    }
}

impl Way {
    fn is_pot(self) -> bool {
        matches!(self, Way::Share | Way::OwnFirst | Way::ClaimedFirst)
    }

    pub fn take(self, parcels: &mut Vec<Parcel>, amount: Fraction) -> Vec<Parcel> {
        let mut taken = Vec::new();
        if self.is_pot() {
            let have = total(parcels);
            let claimed: Vec<Parcel> = parcels.iter().filter(|p| p.claim.is_some()).cloned().collect();
            let claimed = total(&claimed);
            if !amount.is_above_zero() {
                return taken;
            }
            let leaves = match self {
                Way::Share => claimed.clone() * amount.clone() / have,
                Way::OwnFirst => claimed.clone() - claimed.clone().min(have - amount.clone()),
                _ => claimed.clone().min(amount.clone()),
            };
            let owned = total(parcels) - claimed.clone();
            for parcel in parcels.iter_mut() {
                let (leaves, of) = match parcel.claim {
                    Some(_) => (leaves.clone(), claimed.clone()),
                    None => (amount.clone() - leaves.clone(), owned.clone()),
                };
                if leaves.is_above_zero() && parcel.amount.is_above_zero() {
                    let part = parcel.amount.clone() * leaves / of;
                    taken.push(parcel.cut(part));
                }
            }
        } else {
            let mut left = amount;
            while left.is_above_zero() && !parcels.is_empty() {
                let places = 0..parcels.len();
                let place = match self {
                    Way::First => 0,
                    Way::Last => parcels.len() - 1,
                    Way::Oldest => places.min_by_key(|p| (parcels[*p].born, *p)).unwrap(),
                    _ => places.max_by_key(|p| (parcels[*p].born, *p)).unwrap(),
                };
                let part = left.clone().min(parcels[place].amount.clone());
                left -= part.clone();
                taken.push(parcels[place].cut(part));
                parcels.retain(|parcel| parcel.amount.is_above_zero());
            }
        }
        parcels.retain(|parcel| parcel.amount.is_above_zero());
        taken
    }

    /// Splits off what a movement would not have carried had it been smaller by `amount`.
    pub fn take_back(self, parcels: &mut Vec<Parcel>, amount: Fraction) -> Vec<Parcel> {
        let amount = amount.min(total(parcels));
        let stays = total(parcels) - amount.clone();
        if self.is_pot() {
            let kept = self.take(parcels, stays);
            return std::mem::replace(parcels, kept);
        }
        let kept = Way::First.take(parcels, stays);
        std::mem::replace(parcels, kept)
    }

    /// What `movement` brought and is still there, no more than `back`.
    pub fn take_same(self, parcels: &mut Vec<Parcel>, movement: u32, back: &[Parcel]) -> Vec<Parcel> {
        let mut taken = Vec::new();
        if self.is_pot() {
            // A pot does not know what came by which movement: of each claim, of all its parcels alike.
            for parcel in back {
                let same = |there: &&mut Parcel| there.claim == parcel.claim;
                let have = parcels
                    .iter_mut()
                    .filter(same)
                    .fold(Fraction::zero(), |sum, there| sum + there.amount.clone());
                if !have.is_above_zero() {
                    continue;
                }
                let part = parcel.amount.clone().min(have.clone());
                for there in parcels.iter_mut().filter(same) {
                    let amount = there.amount.clone() * part.clone() / have.clone();
                    taken.push(there.cut(amount));
                }
                parcels.retain(|parcel| parcel.amount.is_above_zero());
            }
            return taken;
        }
        let mut left = total(back);
        // The last that came first: for the methods by age parcels lie in the order of arrival, too.
        for there in parcels
            .iter_mut()
            .rev()
            .filter(|there| there.movement == Some(movement))
        {
            let part = left.clone().min(there.amount.clone());
            if part.is_above_zero() {
                left -= part.clone();
                taken.push(there.cut(part));
            }
        }
        parcels.retain(|parcel| parcel.amount.is_above_zero());
        taken.reverse();
        taken
    }
}
