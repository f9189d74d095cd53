//! What was bought, by who sold it.

use std::collections::BTreeSet;

use hashbrown::{HashMap, HashSet};

use super::kinds::paid_by;
use super::{CaseBook, TraceError};
use crate::case::column::each_row;
use crate::case::{Case, CaseError, Table};
use crate::trace::{Book, Kind, Movement, OUTSIDE};

impl CaseBook {
    /// Names what was bought, as far as claims may reach: by who sold it, else by how it was paid.
    pub(super) fn name_spendings(&mut self, case: &Case, reach: &[u32]) -> Result<(), TraceError> {
        let is_spent =
            |movement: &&u32| matches!(self.book.movements()[**movement as usize].kind, Kind::Spent(_));
        let spent: Vec<u32> = reach.iter().filter(is_spent).copied().collect();
        if spent.is_empty() {
            return Ok(());
        }
        let told = self.tell(case, spent.iter().copied())?;
        let entries: HashSet<&str> = told
            .values()
            .filter_map(|told| told.debit_entry.as_deref())
            .collect();
        let sellers = counterparties(case, &entries)?;
        let words: HashMap<u32, String> = spent
            .iter()
            .map(|movement| {
                let how = paid_by(self.channels[*movement as usize]);
                let entry = told.get(movement).and_then(|told| told.debit_entry.as_ref());
                let words = match entry.and_then(|entry| sellers.get(entry)) {
                    Some(name) => format!("{name}, {how}"),
                    None => how.to_owned(),
                };
                (*movement, words)
            })
            .collect();
        let (book, spent, spent_in) = self.with_spendings(&words)?;
        (self.book, self.spent, self.spent_in) = (book, spent, spent_in);
        Ok(())
    }

    /// The book with a code for what each of these movements bought, and what the codes mean. Amounts of two currencies
    /// are never in one place.
    fn with_spendings(
        &self,
        words: &HashMap<u32, String>,
    ) -> Result<(Book, Vec<String>, Vec<String>), TraceError> {
        let currency = |movement: u32| match self.book.movements()[movement as usize].payer {
            OUTSIDE => "",
            payer => self.currency(payer),
        };
        let names: BTreeSet<(&str, &str)> = words
            .iter()
            .map(|(movement, words)| (words.as_str(), currency(*movement)))
            .collect();
        let codes: HashMap<(&str, &str), u32> = names.iter().copied().zip(0..).collect();
        let mut movements: Vec<Movement> = self.book.movements().to_vec();
        for (movement, words) in words {
            movements[*movement as usize].kind = Kind::Spent(codes[&(words.as_str(), currency(*movement))]);
        }
        let book = Book::new(self.book.accounts().to_vec(), movements)?;
        let own = |(words, currency): (&str, &str)| (words.to_owned(), currency.to_owned());
        let (spent, spent_in) = names.into_iter().map(own).unzip();
        Ok((book, spent, spent_in))
    }
}

/// The names of the other sides of entries, as far as the entries tell them.
pub(super) fn counterparties(
    case: &Case,
    entries: &HashSet<&str>,
) -> Result<HashMap<String, String>, CaseError> {
    let mut names = HashMap::new();
    each_row(
        case,
        Table::Entries,
        &["entry_id", "counterparty_name"],
        |[id, name]| {
            if !name.trim().is_empty() && entries.contains(id) {
                let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
                names.insert(id.to_owned(), name);
            }
        },
    )?;
    Ok(names)
}
