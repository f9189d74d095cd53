//! How the columns of a file differ from those of a mapping: what keeps the file from being read, and what must be said
//! of one that is read all the same.

use super::header::Header;
use super::propose::lexicon::lexicon;
use crate::intake::mapping::Mapping;

/// What keeps a header from being the mapping's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Columns that the mapping needs and the header lacks, by the names it may have.
    pub missing: Vec<String>,
    /// Columns that the mapping needs and the header has under a name like it: the mapping's, the header's.
    pub renamed: Vec<(String, String)>,
    /// Columns of the header that the mapping does not know.
    pub unknown: Vec<String>,
    /// Columns of the mapping that the header has.
    pub found: usize,
    /// The line looked at had more columns than are read.
    pub too_wide: bool,
    /// Line of the file that was taken as the header.
    pub line: u64,
}

/// How a header that fits differs from what the mapping was written for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Columns that stand elsewhere than when the mapping was written: name, place then, place now, from 1.
    pub moved: Vec<(String, usize, usize)>,
    /// Columns that seem to go by another name now: then, now.
    pub renamed: Vec<(String, String)>,
    /// Columns that were there when the mapping was written and are no more.
    pub removed: Vec<String>,
    /// Columns that were not there when the mapping was written; where it does not say what was there, those that it
    /// does not read.
    pub added: Vec<String>,
    /// Optional columns of the mapping that the file lacks; told where the mapping does not say what was there.
    pub absent: Vec<String>,
    /// The mapping says which columns were there.
    pub headings_known: bool,
}

/// Names that are listed; more are counted.
const LISTED: usize = 20;

/// Compares a header that fits with the mapping, and with the headings that it was written for where it names them.
pub fn changes(mapping: &Mapping, header: &Header<'_>) -> Changes {
    let mut changes = match mapping.file.headings.as_slice() {
        [] => unread(mapping, header),
        was => compared(was, &header.labels),
    };
    // A name that is gone and a new one like it are one column.
    let gone = match changes.headings_known {
        true => &mut changes.removed,
        false => &mut changes.absent,
    };
    let added = &mut changes.added;
    let renamed = &mut changes.renamed;
    gone.retain(|was| {
        let alike = |label: &String| was.split("’ or ‘").any(|name| near(name, label));
        match added.iter().position(alike) {
            Some(at) => {
                renamed.push((was.clone(), added.remove(at)));
                false
            }
            None => true,
        }
    });
    changes
}

// Without knowledge of what was there: what is not read, and what is optional and not there.
fn unread(mapping: &Mapping, header: &Header<'_>) -> Changes {
    let known: Vec<usize> = header.columns.values().copied().collect();
    let labels = header.labels.iter().enumerate();
    let added = labels
        .filter(|(at, label)| !known.contains(at) && !label.trim().is_empty())
        .map(|(_, label)| label.trim().to_owned())
        .collect();
    let absent = mapping
        .columns
        .iter()
        .filter(|(name, column)| !header.columns.contains_key(name.as_str()) && !column.names.is_empty())
        .map(|(_, column)| column.names.join("’ or ‘"))
        .collect();
    Changes {
        added,
        absent,
        ..Changes::default()
    }
}

fn compared(was: &[String], labels: &[String]) -> Changes {
    let plain = |label: &String| label.trim().to_lowercase();
    let now: Vec<String> = labels.iter().map(plain).collect();
    let mut taken = vec![false; now.len()];
    let mut removed = Vec::new();
    // Place then → place now, for columns that are in both.
    let mut both: Vec<(usize, usize)> = Vec::new();
    for (then, label) in was.iter().enumerate() {
        let wanted = plain(label);
        let free = |(at, other): &(usize, &String)| **other == wanted && taken.get(*at) == Some(&false);
        match now.iter().enumerate().find(free) {
            Some((at, _)) => {
                if let Some(slot) = taken.get_mut(at) {
                    *slot = true;
                }
                both.push((then, at));
            }
            None if wanted.is_empty() => {}
            None => removed.push(label.trim().to_owned()),
        }
    }
    let in_order = longest_rising(&both.iter().map(|(_, at)| *at).collect::<Vec<_>>());
    let moved = both
        .iter()
        .enumerate()
        .filter(|(number, _)| !in_order.contains(number))
        .filter_map(|(_, (then, at))| Some((was.get(*then)?.trim().to_owned(), then + 1, at + 1)))
        .collect();
    let added = labels
        .iter()
        .zip(&taken)
        .filter(|(label, taken)| !**taken && !label.trim().is_empty())
        .map(|(label, _)| label.trim().to_owned())
        .collect();
    Changes {
        moved,
        removed,
        added,
        headings_known: true,
        ..Changes::default()
    }
}

// The numbers of a longest part that rises: what is not in it has moved past the others.
fn longest_rising(places: &[usize]) -> Vec<usize> {
    let mut lengths: Vec<(usize, Option<usize>)> = Vec::new();
    for (number, place) in places.iter().enumerate() {
        let before = places
            .iter()
            .zip(&lengths)
            .enumerate()
            .take(number)
            .filter(|(_, (other, _))| *other < place)
            .map(|(at, (_, (length, _)))| (*length, std::cmp::Reverse(at)))
            .max();
        lengths.push(match before {
            Some((length, std::cmp::Reverse(at))) => (length + 1, Some(at)),
            None => (1, None),
        });
    }
    let best = lengths.iter().enumerate();
    let mut at = best
        .max_by_key(|(number, (length, _))| (*length, std::cmp::Reverse(*number)))
        .map(|(number, _)| number);
    let mut rising = Vec::new();
    while let Some(number) = at {
        rising.push(number);
        at = lengths.get(number).and_then(|(_, before)| *before);
    }
    rising
}

impl Changes {
    /// What is to be kept with the source, in words; empty where nothing. Optional columns that a file lacks are no
    /// news: a mapping serves files of several years.
    pub fn note(&self) -> String {
        let mut parts = Vec::new();
        if !self.moved.is_empty() {
            let moved = self
                .moved
                .iter()
                .map(|(name, then, now)| format!("‘{name}’ from column {then} to {now}"));
            parts.push(format!(
                "columns moved, and read by their names: {}",
                listed(moved)
            ));
        }
        if !self.renamed.is_empty() {
            let renamed = self
                .renamed
                .iter()
                .map(|(was, now)| format!("‘{was}’ perhaps ‘{now}’ now"));
            parts.push(format!(
                "columns not found and not needed, and new ones like them: {}",
                listed(renamed)
            ));
        }
        if !self.removed.is_empty() {
            let removed = self.removed.iter().map(|name| format!("‘{name}’"));
            parts.push(format!("columns gone that are not needed: {}", listed(removed)));
        }
        if !self.added.is_empty() {
            let added = self.added.iter().map(|name| format!("‘{name}’"));
            let what = match self.headings_known {
                true => "new columns",
                false => "columns that the mapping does not read",
            };
            parts.push(format!("{what}: {}", listed(added)));
        }
        parts.join("; ")
    }

    /// Optional columns that the file lacks, in words; empty where none.
    pub fn absent(&self) -> String {
        if self.absent.is_empty() {
            return String::new();
        }
        let absent = self.absent.iter().map(|name| format!("‘{name}’"));
        format!("optional columns that the file lacks: {}", listed(absent))
    }
}

fn listed(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.collect();
    let mut text = names.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > LISTED {
        text.push_str(&format!(" and {} more", names.len() - LISTED));
    }
    text
}

// Of the columns that are new the one that a name means most likely: a heading of the same meaning, else the one with
// most letters in common.
fn nearest<'a>(wanted: &str, new: &'a [String]) -> Option<&'a String> {
    let names: Vec<&str> = wanted.split("’ or ‘").collect();
    let meant = |label: &&String| names.iter().any(|name| lexicon().same_role(name, label));
    new.iter().find(meant).or_else(|| {
        let score = |label: &String| names.iter().map(|name| likeness(name, label)).max().unwrap_or(0);
        new.iter()
            .map(|label| (score(label), label))
            .filter(|(score, _)| *score >= ALIKE)
            .max_by_key(|(score, _)| *score)
            .map(|(_, label)| label)
    })
}

/// Hundredths of pairs of letters that two names must share to be told as near.
const ALIKE: usize = 50;

fn likeness(one: &str, other: &str) -> usize {
    let pairs = |text: &str| -> Vec<[char; 2]> {
        let letters: Vec<char> = text
            .to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric())
            .take(60)
            .collect();
        letters.windows(2).filter_map(|w| w.try_into().ok()).collect()
    };
    let (a, mut b) = (pairs(one), pairs(other));
    let all = a.len() + b.len();
    let shared = a
        .iter()
        .filter(|pair| match b.iter().position(|other| other == *pair) {
            Some(at) => {
                b.swap_remove(at);
                true
            }
            None => false,
        })
        .count();
    shared * 200 / all.max(1)
}

/// Whether two names are one, written a little differently: other signs between the words, one name within the other, or
/// at most two letters changed in five or more.
pub fn near(wanted: &str, label: &str) -> bool {
    let plain = |text: &str| -> Vec<char> {
        text.to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric())
            .take(60)
            .collect()
    };
    let (a, b) = (plain(wanted), plain(label));
    if a.is_empty() || b.is_empty() {
        return false;
    }
    let within =
        |short: &[char], long: &[char]| short.len() >= 5 && long.windows(short.len()).any(|w| w == short);
    a == b || within(&a, &b) || within(&b, &a) || (a.len().min(b.len()) >= 5 && distance(&a, &b) <= 2)
}

// Letters to change, add or take away to make one of the other.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (y, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let changed = (diagonal + usize::from(x != y)).min(*cell + 1).min(left + 1);
            diagonal = *cell;
            left = changed;
            *cell = changed;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

impl Difference {
    /// What is different, in words.
    pub fn describe(&self) -> String {
        if self.too_wide {
            return format!("a line of more than {} columns", super::fields::MOST_FIELDS);
        }
        let mut parts: Vec<String> = Vec::new();
        for wanted in &self.missing {
            parts.push(match nearest(wanted, &self.unknown) {
                Some(label) => {
                    format!("no column ‘{wanted}’ (of those that are new ‘{label}’ is nearest to it)")
                }
                None => format!("no column ‘{wanted}’"),
            });
        }
        for (wanted, found) in &self.renamed {
            parts.push(format!("no column ‘{wanted}’, but one named ‘{found}’"));
        }
        let mut text = match parts.is_empty() {
            true => "no header line".to_owned(),
            false => parts.join("; "),
        };
        if !self.unknown.is_empty() {
            text.push_str(&format!(
                "; unknown in the header: ‘{}’",
                self.unknown.join("’, ‘")
            ));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn moved_added_removed_and_renamed_columns_are_told_apart() {
        let was = names("Date Text Amount Balance");
        assert_eq!(
            compared(&was, &was),
            Changes {
                headings_known: true,
                ..Changes::default()
            }
        );
        let changes = compared(&was, &names("Balance Date Text Colour Amount"));
        assert_eq!(changes.moved, [("Balance".to_owned(), 4, 1)]);
        assert_eq!(changes.added, ["Colour"]);
        assert!(changes.removed.is_empty());
        let changes = compared(&was, &names("date Amount Balance"));
        assert_eq!((changes.moved.len(), changes.removed), (0, names("Text")));
        // A name that stands twice is two columns.
        let changes = compared(&names("A A B"), &names("A B A"));
        assert_eq!(changes.moved.len(), 1, "{changes:?}");
    }

    #[test]
    fn the_nearest_name_is_one_of_the_same_meaning_or_of_many_letters_in_common() {
        let new = names("Colour Saldo Omschrijving_kort");
        assert_eq!(nearest("Balance", &new), Some(&new[1]));
        assert_eq!(nearest("Omschrijving", &new), Some(&new[2]));
        assert_eq!(nearest("Interest", &new), None);
    }
}
