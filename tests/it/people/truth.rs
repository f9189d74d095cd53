//! What is true of records, and which of them can be known to be one person's.

use std::collections::BTreeMap;
use std::path::Path;

/// A line of `truth/people.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub file: String,
    pub line: u64,
    pub person: String,
    pub household: String,
    pub bond: String,
    pub name: String,
    pub number: String,
    pub born: String,
    pub phone: String,
    pub email: String,
    pub at_home: bool,
    pub either: bool,
    pub trouble: Vec<String>,
}

impl Row {
    /// The unit in which the record was made: those of two units have nothing to do with each other.
    pub fn unit(&self) -> &str {
        self.person.split('-').next().unwrap_or("")
    }

    /// Whether two records of one person can be known to be his by what they say themselves. A number is enough. A day of
    /// birth, a phone or a mailbox is, if the name borne is the same. A phone that is somebody else's is not in the truth.
    /// A name with a place alone is not: father and son have both in common.
    fn shows(&self, other: &Row) -> bool {
        let same = |a: &str, b: &str| !a.is_empty() && a == b;
        if self.either || other.either {
            return false;
        }
        same(&self.number, &other.number)
            || self.name == other.name
                && (same(&self.born, &other.born)
                    || same(&self.phone, &other.phone)
                    || same(&self.email, &other.email))
    }
}

/// Reads the truth.
pub fn read(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).expect("the truth");
    reader
        .records()
        .map(|record| {
            let record = record.expect("a line");
            let cell = |at: usize| record[at].to_owned();
            Row {
                file: cell(0),
                line: record[1].parse().expect("a line's number"),
                person: cell(2),
                household: cell(3),
                bond: cell(5),
                name: cell(6),
                number: cell(7),
                born: cell(8),
                phone: cell(9),
                email: cell(10),
                at_home: &record[11] == "yes",
                either: &record[12] == "yes",
                trouble: record[13].split_whitespace().map(str::to_owned).collect(),
            }
        })
        .collect()
}

/// The records of each person.
pub fn persons(rows: &[Row]) -> Vec<Vec<usize>> {
    let mut persons: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        persons.entry(&row.person).or_default().push(at);
    }
    persons.into_values().collect()
}

/// For the records of one person, which of them can be known to be one: those with the same number here, by what two show
/// themselves or over a third.
pub fn known(rows: &[Row], of: &[usize]) -> Vec<usize> {
    let mut group: Vec<usize> = (0..of.len()).collect();
    for left in 0..of.len() {
        for right in left + 1..of.len() {
            if rows[of[left]].shows(&rows[of[right]]) && group[left] != group[right] {
                let (kept, gone) = (group[left], group[right]);
                group
                    .iter_mut()
                    .filter(|one| **one == gone)
                    .for_each(|one| *one = kept);
            }
        }
    }
    group
}
