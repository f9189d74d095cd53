//! Control totals: what a trailer states against what was read.

/// What a trailer states, counted while reading. The sum is missing where an amount could not be read.
#[derive(Clone, Copy)]
pub struct Totals {
    pub sum: Option<i128>,
    /// Groups of a file, accounts of a group.
    pub parts: u64,
    pub records: u64,
}

impl Totals {
    /// Nothing read yet.
    pub const NONE: Totals = Totals {
        sum: Some(0),
        parts: 0,
        records: 0,
    };

    /// Adds an amount, in the currency's smallest units.
    pub fn add(&mut self, units: Option<i64>) {
        // Sums of 18 digits: 128 bits hold more records than a file can have.
        self.sum = self
            .sum
            .zip(units)
            .and_then(|(sum, units)| sum.checked_add(units.into()));
    }
}

/// A trailer against what was read: total, parts below it, records.
pub fn compare(
    of: &str,
    total: Option<i64>,
    records: Option<i64>,
    parts: Option<i64>,
    found: Totals,
) -> Result<(), String> {
    let mut differences = Vec::new();
    if let (Some(stated), Some(sum)) = (total, found.sum)
        && i128::from(stated) != sum
    {
        differences.push(format!(
            "the total is stated as {stated}, what stands in the {of} adds up to {sum}"
        ));
    }
    if let Some(stated) = parts
        && i128::from(stated) != i128::from(found.parts)
    {
        let what = if of == "file" { "groups" } else { "accounts" };
        differences.push(format!(
            "{stated} {what} are stated, {} stand in the {of}",
            found.parts
        ));
    }
    if let Some(stated) = records
        && i128::from(stated) != i128::from(found.records)
    {
        differences.push(format!(
            "{stated} records are stated, {} stand in the {of}",
            found.records
        ));
    }
    if differences.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "control totals differ (in the currency's smallest units): {}. The entries are kept; ask the bank for a \
             whole report",
            differences.join("; ")
        ))
    }
}
