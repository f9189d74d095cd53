//! Which comes first, day or month: proved by the days in a file's first rows, never guessed.

use super::plan::Plan;
use crate::intake::mapping::dates::DateFormat;

/// What the days seen so far prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// One day at least reads in the mapping's order alone, and none in the other order alone.
    Proven,
    /// Every day reads in both orders.
    Open,
    /// A day reads in the other order alone, or in none.
    Against,
}

/// Looks at the days of some rows.
pub fn of<'a>(plan: &Plan<'_>, days: impl Iterator<Item = &'a str>) -> Proof {
    let pivot = plan.mapping.dates.pivot;
    let others: Vec<DateFormat> = plan
        .mapping
        .dates
        .formats
        .iter()
        .filter_map(|text| DateFormat::parse(&swapped(text)).ok())
        .collect();
    let reads =
        |formats: &[DateFormat], day: &str| formats.iter().any(|format| format.read(day, pivot).is_some());
    let mut proof = Proof::Open;
    for day in days.filter(|day| !day.is_empty()) {
        match (reads(&plan.formats, day), reads(&others, day)) {
            (true, false) => proof = Proof::Proven,
            (true, true) => {}
            (false, _) => return Proof::Against,
        }
    }
    proof
}

// The same format with day and month in each other's place.
fn swapped(format: &str) -> String {
    format
        .replace("%d", "%\u{1}")
        .replace("%m", "%d")
        .replace("%\u{1}", "%m")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_order_of_a_format() {
        assert_eq!(swapped("%m/%d/%Y"), "%d/%m/%Y");
        assert_eq!(swapped("%Y-%d-%m %H:%M"), "%Y-%m-%d %H:%M");
    }
}
