//! Places of a text that belong to something found already.

use std::collections::BTreeMap;
use std::ops::Range;

/// Ranges that do not overlap.
#[derive(Debug, Default)]
pub struct Taken(BTreeMap<usize, usize>);

impl Taken {
    /// Whether no place of a range is taken.
    pub fn is_free(&self, range: &Range<usize>) -> bool {
        let before = self.0.range(..range.end).next_back();
        before.is_none_or(|(_, end)| *end <= range.start)
    }

    /// Takes a free range.
    pub fn take(&mut self, range: &Range<usize>) {
        self.0.insert(range.start, range.end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_touches_is_free_and_what_overlaps_is_not() {
        let mut taken = Taken::default();
        taken.take(&(4..8));
        assert!(taken.is_free(&(0..4)) && taken.is_free(&(8..9)));
        assert!(
            !taken.is_free(&(0..5))
                && !taken.is_free(&(7..9))
                && !taken.is_free(&(5..6))
                && !taken.is_free(&(0..20))
        );
    }
}
