//! From which share on somebody is a beneficial owner. The number is a parameter: it differs between regimes and, under
//! Art. 52(2), between classes of entities.

use super::fraction::Fraction;
use super::network::WHOLE;

/// A share and whether it must be reached or passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threshold {
    /// In units of the whole.
    pub units: u64,
    /// The share itself is enough ("25 % or more"); else it must be passed ("more than 25 %").
    pub reached: bool,
}

/// How a share that is only known between two bounds lies to a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decision {
    /// Even the most is below.
    No,
    /// The least is below, the most is not.
    Possible,
    /// Even the least is above.
    Certain,
}

impl Threshold {
    /// 25 % or more (Regulation (EU) 2024/1624, Art. 52(1)).
    pub const GTE25: Threshold = Threshold {
        units: WHOLE / 4,
        reached: true,
    };
    /// More than 25 % (Directive (EU) 2015/849, Art. 3(6)).
    pub const GT25: Threshold = Threshold {
        units: WHOLE / 4,
        reached: false,
    };
    /// 50 % plus one (Art. 53(2)).
    pub const MAJORITY: Threshold = Threshold {
        units: WHOLE / 2,
        reached: false,
    };

    /// Whether an exact share is enough.
    pub fn met_by(&self, share: &Fraction) -> bool {
        match share.compare_units(self.units) {
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Equal => self.reached,
            std::cmp::Ordering::Greater => true,
        }
    }

    /// Whether so many units are enough.
    pub fn met_by_units(&self, units: u64) -> bool {
        units > self.units || (self.reached && units == self.units)
    }

    /// Where the bounds lie.
    pub fn decide(&self, least: &Fraction, most: &Fraction) -> Decision {
        if self.met_by(least) {
            Decision::Certain
        } else if self.met_by(most) {
            Decision::Possible
        } else {
            Decision::No
        }
    }

    /// Where bounds in units lie.
    pub fn decide_units(&self, least: u64, most: u64) -> Decision {
        if self.met_by_units(least) {
            Decision::Certain
        } else if self.met_by_units(most) {
            Decision::Possible
        } else {
            Decision::No
        }
    }
}

/// Which rules hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regime {
    /// The threshold of each class of entities; the first is the usual one and holds for classes without one.
    pub thresholds: Vec<Threshold>,
    /// Whether Art. 54 (ownership and control at different layers) holds.
    pub coexistence: bool,
}

impl Regime {
    /// Regulation (EU) 2024/1624, from 10 July 2027.
    pub fn regulation() -> Regime {
        Regime {
            thresholds: vec![Threshold::GTE25],
            coexistence: true,
        }
    }

    /// Directive (EU) 2015/849, until then.
    pub fn directive() -> Regime {
        Regime {
            thresholds: vec![Threshold::GT25],
            coexistence: false,
        }
    }

    /// The threshold of a class.
    pub fn threshold(&self, class: u8) -> Threshold {
        self.thresholds
            .get(usize::from(class))
            .or(self.thresholds.first())
            .copied()
            .unwrap_or(Threshold::GTE25)
    }
}
