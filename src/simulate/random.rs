//! Numbers that look random and depend on nothing but the seed and what they are drawn for. Every draw starts from
//! its own counter, so any part of a case can be made alone, on any thread, in any order, with the same result.

/// What a series of numbers is drawn for; two purposes never share a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Unit = 1,
    Name = 2,
    Everyday = 3,
    Schedule = 4,
    Script = 5,
    Reference = 6,
    Balance = 7,
    People = 8,
}

/// A series of numbers for one purpose and one pair of counters.
#[derive(Clone, Debug)]
pub struct Draw(u64);

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl Draw {
    /// The series of `seed` for a purpose, numbered by two counters.
    pub fn new(seed: u64, purpose: Purpose, a: u64, b: u64) -> Draw {
        let one = mix(seed.wrapping_add((purpose as u64).wrapping_mul(STEP)));
        let two = mix(one ^ a.wrapping_mul(0xD6E8_FEB8_6659_FD93));
        Draw(mix(two.wrapping_add(b.wrapping_mul(0xA076_1D64_78BD_642F))))
    }

    /// 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// A number from 0 to `limit - 1`; 0 where the limit is 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(limit)) >> 64) as u64
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).max(1) as u64) as i64
    }

    /// One of a list that is not empty.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len() as u64) as usize]
    }

    /// `count` different numbers below `limit`, in drawn order; fewer where the limit is smaller.
    pub fn distinct(&mut self, count: usize, limit: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..limit).collect();
        let count = count.min(limit);
        for at in 0..count {
            let other = at + self.below((limit - at) as u64) as usize;
            all.swap(at, other);
        }
        all.truncate(count);
        all
    }
}

// The finishing step of the splitmix family: two multiplications with shifts spread every input bit.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_depends_on_its_counters_alone() {
        let first = Draw::new(7, Purpose::Unit, 3, 4).bits();
        assert_eq!(first, Draw::new(7, Purpose::Unit, 3, 4).bits());
        assert_ne!(first, Draw::new(7, Purpose::Unit, 4, 3).bits());
        assert_ne!(first, Draw::new(8, Purpose::Unit, 3, 4).bits());
        assert_ne!(first, Draw::new(7, Purpose::Name, 3, 4).bits());
    }

    #[test]
    fn numbers_stay_in_their_range_and_reach_its_ends() {
        let mut draw = Draw::new(1, Purpose::Script, 0, 0);
        let mut seen = [false; 5];
        for _ in 0..1_000 {
            let value = draw.between(-2, 2);
            seen[(value + 2) as usize] = true;
        }
        assert_eq!(seen, [true; 5]);
        let mut chosen = draw.distinct(6, 6);
        chosen.sort_unstable();
        assert_eq!(chosen, [0, 1, 2, 3, 4, 5]);
    }
}
