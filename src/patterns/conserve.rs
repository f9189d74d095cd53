//! How much of the money has to travel on, in exact integers.

use super::PatternError;

const WHOLE: u32 = 1_000_000;

/// A share from nothing to the whole, exact to a millionth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(u32);

/// Each transfer carries on what the one before it brought: `(1 - loss) * before - fee <= after <= before + fee`. An
/// amount of zero carries nothing on and is carried on by nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HopTolerance {
    /// Share that may stay behind at each hop.
    pub loss: Share,
    /// Fixed difference allowed either way at each hop, in ten-thousandths.
    pub fee: i64,
}

/// Conditions on the amounts of a cycle; none by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conservation {
    /// Between each transfer and the next.
    pub each_hop: Option<HopTolerance>,
    /// The last transfer is at least this share of the first, and neither is zero.
    pub returned: Option<Share>,
}

impl Share {
    /// Nothing.
    pub const NONE: Share = Share(0);
    /// The whole.
    pub const WHOLE: Share = Share(WHOLE);

    /// From millionths; nothing above the whole.
    pub const fn from_millionths(millionths: u32) -> Option<Share> {
        match millionths <= WHOLE {
            true => Some(Share(millionths)),
            false => None,
        }
    }

    /// From a decimal number as people write it (`0.1`, `0.055`, `1`): up to six decimals, none lost.
    pub fn parse(text: &str) -> Option<Share> {
        let (whole, decimals) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if decimals.len() > 6
            || !is_number(whole)
            || !is_number(decimals)
            || (whole.is_empty() && decimals.is_empty())
        {
            return None;
        }
        let whole: u32 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let millionths: u32 = format!("{decimals:0<6}").parse().ok()?;
        Share::from_millionths(whole.checked_mul(WHOLE)?.checked_add(millionths)?)
    }

    /// In millionths.
    pub const fn millionths(self) -> u32 {
        self.0
    }
}

impl HopTolerance {
    /// Whether one amount carries on the other.
    pub fn holds(&self, before: i64, after: i64) -> bool {
        self.holds_sums(i128::from(before), i128::from(after))
    }

    /// Whether one sum carries on the other. Sums of a graph's amounts stay far below the limits of the arithmetic.
    pub fn holds_sums(&self, before: i128, after: i128) -> bool {
        let fee = i128::from(self.fee);
        let whole = i128::from(WHOLE);
        before > 0
            && after > 0
            && after <= before + fee
            && after * whole >= (whole - i128::from(self.loss.0)) * before - fee * whole
    }
}

impl HopTolerance {
    /// Whether a sum is more than an amount can carry on, however much is added to the sum.
    pub(super) fn is_too_much(&self, before: i128, after: i128) -> bool {
        let whole = i128::from(WHOLE);
        after * whole < (whole - i128::from(self.loss.0)) * before - i128::from(self.fee) * whole
    }

    /// A tenth may stay behind, no fee: what an account's keeper is commonly left with.
    pub(super) const TENTH: HopTolerance = HopTolerance {
        loss: Share(WHOLE / 10),
        fee: 0,
    };

    /// Refuses a fee below zero.
    pub(super) fn validate(&self, pattern: &'static str) -> Result<(), PatternError> {
        match self.fee < 0 {
            true => Err(PatternError::Parameter {
                pattern,
                parameter: "fee",
                value: super::search::shown_money(self.fee),
                allowed: "a fee is zero or more",
            }),
            false => Ok(()),
        }
    }
}

impl Share {
    /// Whether a part is at least this share of a whole.
    pub(super) fn is_reached(self, part: i128, whole: i128) -> bool {
        part * i128::from(WHOLE) >= i128::from(self.0) * whole
    }

    /// The smallest number of things that is at least this share of so many.
    pub(super) fn of_count(self, whole: usize) -> usize {
        (whole as u64 * u64::from(self.0)).div_ceil(u64::from(WHOLE)) as usize
    }
}

impl Conservation {
    /// Refuses a fee below zero.
    pub(super) fn validate(&self, pattern: &'static str) -> Result<(), PatternError> {
        self.each_hop
            .map_or(Ok(()), |tolerance| tolerance.validate(pattern))
    }

    /// Whether a transfer may follow another.
    pub(super) fn hop_holds(&self, before: i64, after: i64) -> bool {
        self.each_hop
            .is_none_or(|tolerance| tolerance.holds(before, after))
    }

    /// Whether enough came back.
    pub(super) fn return_holds(&self, first: i64, last: i64) -> bool {
        self.returned.is_none_or(|share| {
            first > 0
                && last > 0
                && i128::from(last) * i128::from(WHOLE) >= i128::from(share.0) * i128::from(first)
        })
    }

    /// Whether amounts matter at all.
    pub(super) fn is_any(&self) -> bool {
        self.each_hop.is_some() || self.returned.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_read_exactly() {
        assert_eq!(Share::parse("0.1").map(Share::millionths), Some(100_000));
        assert_eq!(Share::parse(" 1 "), Some(Share::WHOLE));
        assert_eq!(Share::parse(".055").map(Share::millionths), Some(55_000));
        for wrong in ["", ".", "1.1", "-0.1", "0,1", "0.1234567", "99999999999", "1e-1"] {
            assert_eq!(Share::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn tolerance_is_exact_at_its_edges() {
        let ten_percent = HopTolerance {
            loss: Share(100_000),
            fee: 0,
        };
        assert!(ten_percent.holds(1_000, 900) && ten_percent.holds(1_000, 1_000));
        assert!(!ten_percent.holds(1_000, 899) && !ten_percent.holds(1_000, 1_001));
        let with_fee = HopTolerance {
            fee: 5,
            ..ten_percent
        };
        assert!(!with_fee.holds(4, 0) && !with_fee.holds(0, 4));
        assert!(with_fee.holds(1_000, 895) && with_fee.holds(1_000, 1_005) && !with_fee.holds(1_000, 894));
        assert!(
            ten_percent.holds(i64::MAX, i64::MAX) && !ten_percent.holds(0, 0) && !ten_percent.holds(0, 1)
        );
        let half = Conservation {
            returned: Some(Share(500_000)),
            ..Conservation::default()
        };
        assert!(
            half.return_holds(3, 2)
                && !half.return_holds(3, 1)
                && !half.return_holds(0, 0)
                && !half.return_holds(0, 9)
        );
    }
}
