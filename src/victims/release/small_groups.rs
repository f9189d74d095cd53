//! What singles somebody out without naming anybody: groups of few, and amounts with their days that only one protected
//! account has.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::dates;
use super::protected::{Kind, Why, strip_zeros};
use super::scan::Found;
use super::tokens::{self, Token, Tokens};
use crate::model::{Amount, Date};

/// A movement of a protected account whose day and amount no other account of the case has together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The pseudonym of whose account it is.
    pub person: String,
    pub why: Why,
    pub date: Date,
    pub amount: Amount,
}

/// Movements ready to be looked for. Holds hashes of days and digits, no pairs that could be read.
pub struct Quotes {
    people: Vec<(String, Why)>,
    /// By day: the digits of amounts, and whose.
    by_day: HashMap<Date, Amounts>,
}

/// Digits of amounts, and whose.
type Amounts = Vec<(Box<[u8]>, u32)>;

/// Words before and behind a day in which its amount is looked for.
const NEAR: usize = 24;
const BLOCK: usize = 1 << 18;
const MARGIN: usize = 4_096;
/// Parts of an amount: `12.345.678,90`.
const PARTS: usize = 5;

impl Quotes {
    /// From the movements that occur once.
    pub fn new(quotes: &[Quote]) -> Quotes {
        let mut people = Vec::new();
        let mut places: BTreeMap<(&str, Why), u32> = BTreeMap::new();
        let mut by_day: HashMap<Date, Amounts> = HashMap::new();
        for quote in quotes {
            let who = *places.entry((&quote.person, quote.why)).or_insert_with(|| {
                people.push((quote.person.clone(), quote.why));
                people.len() as u32 - 1
            });
            let day = by_day.entry(quote.date).or_default();
            day.extend(
                written(quote.amount)
                    .into_iter()
                    .map(|digits| (digits.into(), who)),
            );
        }
        for amounts in by_day.values_mut() {
            amounts.sort();
            amounts.dedup_by(|b, a| a.0 == b.0);
        }
        Quotes { people, by_day }
    }

    pub(super) fn person(&self, who: u32) -> Option<(&String, &Why)> {
        self.people.get(who as usize).map(|(person, why)| (person, why))
    }

    /// Where a day and its amount stand near each other.
    pub(super) fn scan(&self, text: &str) -> Vec<Found> {
        let mut found = Vec::new();
        if self.by_day.is_empty() {
            return found;
        }
        let boundary = |at: usize| {
            (at.min(text.len())..=text.len())
                .find(|at| text.is_char_boundary(*at))
                .unwrap_or(text.len())
        };
        let mut tokens = Tokens::default();
        for from in (0..text.len()).step_by(BLOCK) {
            let (first, last) = (
                boundary(from.saturating_sub(MARGIN)),
                boundary(from + BLOCK + MARGIN),
            );
            tokens::read(text, first..last, &mut tokens);
            for (at, token) in tokens.all.iter().enumerate() {
                let start = first + token.start as usize;
                if !(from..from + BLOCK).contains(&start) || found.len() >= MOST {
                    continue;
                }
                for (date, length) in dates::read(&tokens, at) {
                    let Some(amounts) = self.by_day.get(&date) else {
                        continue;
                    };
                    if let Some((who, place)) = near(&tokens, at, length, amounts) {
                        let begin = start.min(first + place.start as usize);
                        found.push(Found {
                            start: begin,
                            end: first + tokens.all[at + length - 1].end as usize,
                            who,
                            kind: Kind::Movement,
                        });
                        break;
                    }
                }
            }
        }
        found.sort();
        found.dedup();
        found
    }
}

/// Of one text.
const MOST: usize = 1_000;

/// The digits of an amount as people write it: with cents, without them where there are none, with all four places.
fn written(amount: Amount) -> Vec<Vec<u8>> {
    let scaled = amount.scaled().unsigned_abs();
    let mut all = vec![scaled.to_string()];
    let mut left = scaled;
    for _ in 0..4 {
        if !left.is_multiple_of(10) {
            break;
        }
        left /= 10;
        all.push(left.to_string());
    }
    // One or two digits stand everywhere.
    all.retain(|digits| digits.len() >= 3);
    all.into_iter().map(String::into_bytes).collect()
}

fn near<'t>(
    tokens: &'t Tokens,
    at: usize,
    length: usize,
    amounts: &[(Box<[u8]>, u32)],
) -> Option<(u32, &'t Token)> {
    let first = at.saturating_sub(NEAR);
    let last = (at + length + NEAR).min(tokens.all.len());
    for begin in first..last {
        if (at..at + length).contains(&begin) {
            continue;
        }
        let mut digits = Vec::new();
        for part in begin..last.min(begin + PARTS) {
            let token = &tokens.all[part];
            if !token.is_number || (at..at + length).contains(&part) {
                break;
            }
            digits.extend_from_slice(&tokens.plain[token.from as usize..token.to as usize]);
            let plain = strip_zeros(&digits);
            if let Ok(found) = amounts.binary_search_by(|(amount, _)| (**amount).cmp(plain)) {
                return Some((amounts[found].1, &tokens.all[begin]));
            }
        }
    }
    None
}

/// Rows of what leaves that stand in a group of few.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmallGroup {
    /// The columns that together make the group, as few as do.
    pub columns: Vec<String>,
    /// Rows that stand in such groups, from 0.
    pub rows: Vec<usize>,
}

impl std::fmt::Display for SmallGroup {
    /// Never the values.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} together single people out in {} rows; leave one of them out or give it in wider bands",
            self.columns.join(", "),
            self.rows.len()
        )
    }
}

/// Which columns together single people out: rows that share their values with fewer than `least` rows, themselves
/// included. Each row is a person; `columns` are those that somebody outside may know. Sets of up to three columns and
/// the set of all are looked at; a set is told only where no smaller one within it singles the same rows out.
pub fn small_groups(columns: &[&str], rows: &[Vec<&str>], least: usize) -> Vec<SmallGroup> {
    let count = columns.len().min(24);
    let mut sets: Vec<u32> = (1_u32..1 << count.min(20))
        .filter(|set| set.count_ones() <= 3)
        .collect();
    if count > 3 {
        sets.push((1 << count) - 1);
    }
    sets.sort_by_key(|set| (set.count_ones(), *set));
    let mut told: Vec<(u32, Vec<usize>)> = Vec::new();
    for set in sets {
        let in_set = |column: &usize| set >> column & 1 == 1;
        let mut groups: HashMap<Vec<&str>, Vec<usize>> = HashMap::new();
        for (number, row) in rows.iter().enumerate() {
            let key = (0..count)
                .filter(in_set)
                .map(|column| row.get(column).copied().unwrap_or(""))
                .collect();
            groups.entry(key).or_default().push(number);
        }
        let mut few: Vec<usize> = groups
            .into_values()
            .filter(|group| group.len() < least)
            .flatten()
            .collect();
        few.sort_unstable();
        // Told already by fewer columns.
        few.retain(|row| {
            !told
                .iter()
                .any(|(smaller, rows)| smaller & set == *smaller && rows.binary_search(row).is_ok())
        });
        if !few.is_empty() {
            told.push((set, few));
        }
    }
    told.into_iter()
        .map(|(set, rows)| SmallGroup {
            columns: (0..count)
                .filter(|c| set >> c & 1 == 1)
                .map(|c| columns[c].to_owned())
                .collect(),
            rows,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quotes() -> Quotes {
        let quote = |day: (i16, i8, i8), hundredths: i64| Quote {
            person: "Person A".to_owned(),
            why: Why::Victim,
            date: Date::from_ymd(day.0, day.1, day.2).expect("a date"),
            amount: Amount::from_hundredths(hundredths),
        };
        Quotes::new(&[quote((2024, 3, 1), 123_456), quote((2024, 3, 2), 90_000)])
    }

    #[test]
    fn a_day_with_its_amount_is_found_in_every_writing() {
        let quotes = quotes();
        for text in [
            "on 2024-03-01 an amount of 1,234.56 was paid",
            "1.234,56 am 01.03.2024",
            "<td>1/3/2024</td><td class=\"n\">EUR 1234.56</td>",
            "20240301;NL;-1234,56",
            "1 March 2024: 1 234.56",
            "2 maart 2024, 900 euro",
            "2024-03-02T09:00:00Z,\"900.00\"",
            "1234.5600 2024-03-01",
        ] {
            assert_eq!(quotes.scan(text).len(), 1, "{text}");
        }
        for text in [
            "on 2024-03-02 an amount of 1,234.56 was paid",
            "2024-03-01 and 1,234.57",
            "1,234.56 and no day",
        ] {
            assert_eq!(quotes.scan(text), [], "{text}");
        }
    }

    #[test]
    fn groups_of_few_are_told_by_the_fewest_columns() {
        let mut rows = vec![vec!["Gent", "18-25", "waiter"]; 6];
        rows.extend(vec![vec!["Gent", "26-40", "waiter"]; 6]);
        rows.push(vec!["Aalst", "18-25", "waiter"]);
        let found = small_groups(&["city", "age", "work"], &rows, 5);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].columns.clone(), found[0].rows.clone()),
            (vec!["city".to_owned()], vec![12])
        );
        rows.extend(vec![vec!["Aalst", "26-40", "waiter"]; 6]);
        rows.extend(vec![vec!["Aalst", "18-25", "waiter"]; 1]);
        let found = small_groups(&["city", "age", "work"], &rows, 5);
        assert_eq!(found[0].columns, ["city", "age"]);
        assert!(!found[0].to_string().contains("Aalst"));
        assert_eq!(small_groups(&["work"], &[], 5), []);
    }
}
