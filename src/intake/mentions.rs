//! Accounts that records mention: looked up once a spelling, told once a source.

use std::cell::RefCell;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use hashbrown::{Equivalent, HashMap};

use super::IntakeError;
use super::columns::Columns;
use crate::case::Table;
use crate::model::{AccountKey, AccountMention, AccountScheme, Date};

/// The accounts that a segment mentions.
#[derive(Default)]
pub struct Mentions {
    /// Number and bank as written → the account.
    spellings: HashMap<Arc<Spelling>, Mentioned>,
    /// The spellings seen last, of own accounts and of others: in a statement the own account never changes.
    recent: [Option<(Arc<Spelling>, Mentioned)>; 2],
    /// Account id → place among the rows.
    places: HashMap<Arc<str>, usize>,
    rows: Vec<Mention>,
}

/// The accounts of a source, put together from its segments. Segments may come in any order; of each field the value
/// stays that stands first in the file.
#[derive(Default)]
pub struct SourceAccounts {
    accounts: HashMap<Arc<str>, Vec<(u32, Mention)>>,
}

/// An account that was mentioned: its place among the rows, and the number of its spelling.
#[derive(Clone, Copy)]
pub(super) struct Mentioned {
    pub at: usize,
    pub spelling: usize,
}

/// Whose account a row mentions.
#[derive(Clone, Copy)]
pub(super) enum Whose {
    Own,
    Other,
}

struct Mention {
    account: Arc<Account>,
    bank: String,
    bic: String,
    currency: String,
    country: String,
    holder_name: String,
    opened: Option<Date>,
    closed: Option<Date>,
    seized: bool,
}

/// What follows from a spelling.
struct Account {
    id: Arc<str>,
    scheme: AccountScheme,
    number: String,
}

#[derive(PartialEq, Eq, Hash)]
struct Spelling {
    number: Box<str>,
    bank: Box<str>,
}

/// A spelling that is looked for.
#[derive(Hash)]
struct Spelled<'a> {
    number: &'a str,
    bank: &'a str,
}

/// Spellings that a thread remembers beyond a segment: in a long file the same accounts come back in each, and the
/// check digits and the hash of an account cost more than the rest of its row.
const REMEMBERED: usize = 1 << 16;

thread_local! {
    static KNOWN: RefCell<HashMap<Arc<Spelling>, Arc<Account>>> = RefCell::default();
}

impl Mentions {
    /// The account, looked at first where the last one of its kind was.
    pub(super) fn mention_of(&mut self, whose: Whose, key: AccountKey<'_>) -> Mentioned {
        let spelled = Spelled {
            number: key.number,
            bank: key.bank,
        };
        if let Some((spelling, mentioned)) = &self.recent[whose as usize]
            && spelled.equivalent(spelling)
        {
            return *mentioned;
        }
        let found = self.spellings.get_key_value(&spelled);
        let (spelling, mentioned) = match found {
            Some((spelling, mentioned)) => (spelling.clone(), *mentioned),
            None => self.add(key),
        };
        self.recent[whose as usize] = Some((spelling, mentioned));
        mentioned
    }

    /// The account; looked up once a spelling.
    pub(super) fn mention(&mut self, key: AccountKey<'_>) -> Mentioned {
        let spelled = Spelled {
            number: key.number,
            bank: key.bank,
        };
        match self.spellings.get(&spelled) {
            Some(mentioned) => *mentioned,
            None => self.add(key).1,
        }
    }

    /// Adds a spelling that is not there yet.
    fn add(&mut self, key: AccountKey<'_>) -> (Arc<Spelling>, Mentioned) {
        let (spelling, account) = known(&Spelled {
            number: key.number,
            bank: key.bank,
        });
        let at = match self.places.get(&account.id) {
            Some(at) => {
                // Of an IBAN the bank may be told later; of other accounts it is part of the identity.
                keep_first(&mut self.rows[*at].bank, key.bank);
                *at
            }
            None => {
                let at = self.rows.len();
                self.places.insert(account.id.clone(), at);
                self.rows.push(Mention {
                    account,
                    bank: key.bank.trim().to_owned(),
                    bic: String::new(),
                    currency: String::new(),
                    country: String::new(),
                    holder_name: String::new(),
                    opened: None,
                    closed: None,
                    seized: false,
                });
                at
            }
        };
        let mentioned = Mentioned {
            at,
            spelling: self.spellings.len(),
        };
        self.spellings.insert(spelling.clone(), mentioned);
        (spelling, mentioned)
    }

    /// Remembers what a record says of an account; the first value of each field stays. Gives its place.
    pub(super) fn note(&mut self, mention: &AccountMention<'_>) -> usize {
        let at = self.mention(mention.account).at;
        let row = &mut self.rows[at];
        keep_first(&mut row.bic, mention.bic);
        keep_first(
            &mut row.currency,
            mention.currency.as_ref().map_or("", |c| c.code()),
        );
        keep_first(&mut row.country, mention.country);
        keep_first(&mut row.holder_name, mention.holder_name);
        row.opened = row.opened.or(mention.opened);
        row.closed = row.closed.or(mention.closed);
        row.seized |= mention.seized;
        at
    }

    /// The account's id.
    pub(super) fn id(&self, at: usize) -> &str {
        &self.rows[at].account.id
    }
}

impl SourceAccounts {
    /// Adds what a segment mentions.
    pub fn add(&mut self, segment: u32, mentions: Mentions) {
        for row in mentions.rows {
            let told = self.accounts.entry(row.account.id.clone()).or_default();
            // A row that says nothing new is not kept: a listing mentions the same accounts in each segment.
            match told.first_mut() {
                Some((first, earliest)) if *first < segment && row.adds_nothing_to(earliest) => {}
                Some((first, earliest)) if *first > segment && earliest.adds_nothing_to(&row) => {
                    (*first, *earliest) = (segment, row);
                }
                Some((first, _)) if *first > segment => told.insert(0, (segment, row)),
                _ => told.push((segment, row)),
            }
        }
    }

    /// A row an account, sorted by id; nothing where there are none.
    pub fn finish(self, source_id: &str) -> Result<Option<RecordBatch>, IntakeError> {
        let mut accounts: Vec<_> = self.accounts.into_iter().collect();
        accounts.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let mut c = Columns::new(Table::AccountsRead);
        for (id, mut told) in accounts {
            told.sort_by_key(|(segment, _)| *segment);
            let mut told = told.into_iter().map(|(_, row)| row);
            let Some(mut row) = told.next() else { continue };
            for later in told {
                row.take_over(&later);
            }
            let iban = row.account.scheme == AccountScheme::Iban;
            let number = row.account.number.as_str();
            c.at = 0;
            c.text(&id);
            c.text(row.account.scheme.as_str());
            c.text(number);
            c.maybe(if iban { number } else { "" });
            c.maybe(&row.bank);
            c.maybe(&row.bic);
            c.maybe(&row.currency);
            c.maybe(if row.country.is_empty() && iban {
                number.get(..2).unwrap_or_default()
            } else {
                &row.country
            });
            c.maybe(&row.holder_name);
            c.date(row.opened);
            c.date(row.closed);
            c.flag(row.seized);
            c.text(source_id);
            c.rows += 1;
        }
        (c.rows > 0).then(|| c.finish(Table::AccountsRead)).transpose()
    }
}

impl Mention {
    fn adds_nothing_to(&self, first: &Mention) -> bool {
        let texts = [&self.bic, &self.currency, &self.country, &self.holder_name];
        texts.iter().all(|text| text.is_empty())
            && (self.bank.is_empty() || !first.bank.is_empty())
            && self.opened.is_none()
            && self.closed.is_none()
            && !self.seized
    }

    fn take_over(&mut self, later: &Mention) {
        keep_first(&mut self.bank, &later.bank);
        keep_first(&mut self.bic, &later.bic);
        keep_first(&mut self.currency, &later.currency);
        keep_first(&mut self.country, &later.country);
        keep_first(&mut self.holder_name, &later.holder_name);
        self.opened = self.opened.or(later.opened);
        self.closed = self.closed.or(later.closed);
        self.seized |= later.seized;
    }
}

impl Equivalent<Arc<Spelling>> for Spelled<'_> {
    fn equivalent(&self, key: &Arc<Spelling>) -> bool {
        *self.number == *key.number && *self.bank == *key.bank
    }
}

fn known(spelled: &Spelled<'_>) -> (Arc<Spelling>, Arc<Account>) {
    KNOWN.with_borrow_mut(|known| {
        if let Some((spelling, account)) = known.get_key_value(spelled) {
            return (spelling.clone(), account.clone());
        }
        if known.len() >= REMEMBERED {
            known.clear();
        }
        let key = AccountKey {
            number: spelled.number,
            bank: spelled.bank,
        };
        let (scheme, number) = key.normalise();
        let spelling = Arc::new(Spelling {
            number: spelled.number.into(),
            bank: spelled.bank.into(),
        });
        let account = Arc::new(Account {
            id: key.id_of(scheme, &number).into(),
            scheme,
            number,
        });
        known.insert(spelling.clone(), account.clone());
        (spelling, account)
    })
}

fn keep_first(slot: &mut String, value: &str) {
    if slot.is_empty() {
        slot.push_str(value.trim());
    }
}

#[cfg(test)]
mod tests {
    use super::super::columns::unpacked;
    use super::*;
    use crate::case::column;

    fn segment(bank: &str, holder: &str, seized: bool) -> Mentions {
        let mut mentions = Mentions::default();
        mentions.note(&AccountMention {
            account: AccountKey {
                number: "NL91 ABNA 0417 1643 00",
                bank,
            },
            bic: "",
            currency: None,
            country: "",
            holder_name: holder,
            opened: None,
            closed: None,
            seized,
        });
        mentions
    }

    #[test]
    fn what_stands_first_in_the_file_stays_whatever_the_order_of_the_segments() {
        let parts = [
            ("", "", false),
            ("INGBNL2A", "", false),
            ("X", "J. Jansen", false),
            ("Y", "P. Pieters", true),
        ];
        let told = |order: [u32; 4]| {
            let mut accounts = SourceAccounts::default();
            for at in order {
                let (bank, holder, seized) = parts[at as usize];
                accounts.add(at, segment(bank, holder, seized));
            }
            let told = accounts.finish("s").expect("columns").expect("an account");
            unpacked(Table::AccountsRead, &told).expect("plain texts")
        };
        let first = told([0, 1, 2, 3]);
        assert_eq!(first.num_rows(), 1);
        let text = |name| column::text(&first, name).expect("a column").value(0).to_owned();
        assert_eq!(
            (text("bank"), text("holder_name")),
            ("INGBNL2A".into(), "J. Jansen".into())
        );
        for order in [[3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]] {
            assert_eq!(told(order), first, "{order:?}");
        }
    }

    #[test]
    fn a_spelling_that_was_forgotten_is_the_same_account() {
        let mut ids = Vec::new();
        for _ in 0..2 {
            let mut mentions = Mentions::default();
            let at = mentions.mention(AccountKey::number("12345")).at;
            ids.push(mentions.id(at).to_owned());
            for number in 0..=REMEMBERED {
                known(&Spelled {
                    number: &number.to_string(),
                    bank: "",
                });
            }
        }
        assert_eq!(ids[0], ids[1]);
        assert_eq!(ids[0], AccountKey::number("12345").id());
    }
}
