//! Accounts that records mention: looked up once a spelling, told once a source.

use std::cell::RefCell;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use hashbrown::hash_map::Entry;
use hashbrown::{Equivalent, HashMap};

use super::IntakeError;
use super::columns::Columns;
use super::interned::Interned;
use crate::case::Table;
use crate::model::{AccountKey, AccountMention, AccountScheme, Date};

/// The accounts that a segment mentions.
#[derive(Default)]
pub struct Mentions {
    /// Number and bank as written.
    spellings: Interned,
    /// The account of each spelling: its place among the rows.
    accounts: Vec<u32>,
    /// The spellings seen last, of own accounts and of others: in a statement the own account never changes.
    recent: [u32; 2],
    /// Account id → place among the rows.
    places: HashMap<Arc<str>, u32>,
    rows: Vec<Mention>,
}

/// The accounts of a source, put together from its segments. Segments may come in any order; of each field the value
/// stays that stands first in the file.
#[derive(Default)]
pub struct SourceAccounts {
    accounts: HashMap<Arc<str>, Told>,
}

/// What segments tell of an account: the earliest so far, and those that add to it.
struct Told {
    first: (u32, Mention),
    others: Vec<(u32, Mention)>,
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
    bank: Arc<str>,
    seized: bool,
    /// Most mentions say nothing but the number.
    said: Option<Box<Said>>,
}

/// What a record says of an account beside its number.
#[derive(Clone, Default)]
struct Said {
    bic: String,
    currency: String,
    country: String,
    holder_name: String,
    opened: Option<Date>,
    closed: Option<Date>,
}

/// What follows from a spelling.
struct Account {
    id: Arc<str>,
    scheme: AccountScheme,
    number: String,
}

/// The account of a spelling, and the bank without blanks around it.
type Remembered = (Arc<Account>, Arc<str>);

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
/// Bytes of a spelling that is remembered so. Longer ones name no account, and may be as long as a record.
const SPELLING: usize = 256;

thread_local! {
    static KNOWN: RefCell<HashMap<Spelling, Remembered>> = RefCell::default();
}

impl Mentions {
    /// The account, looked at first where the last one of its kind was.
    pub(super) fn mention_of(&mut self, whose: Whose, key: AccountKey<'_>) -> Mentioned {
        let last = self.recent[whose as usize];
        if self.spellings.is(last, key.number, key.bank) {
            return self.mentioned(last);
        }
        let mentioned = self.mention(key);
        self.recent[whose as usize] = mentioned.spelling as u32;
        mentioned
    }

    /// The account; looked up once a spelling.
    pub(super) fn mention(&mut self, key: AccountKey<'_>) -> Mentioned {
        let (spelling, is_new) = self.spellings.number_of_pair(key.number, key.bank);
        if is_new {
            let at = self.add(key);
            self.accounts.push(at);
        }
        self.mentioned(spelling)
    }

    fn mentioned(&self, spelling: u32) -> Mentioned {
        Mentioned {
            at: self.accounts[spelling as usize] as usize,
            spelling: spelling as usize,
        }
    }

    // Adds the account of a spelling that was not there yet; gives its place.
    fn add(&mut self, key: AccountKey<'_>) -> u32 {
        let (account, bank) = known(&Spelled {
            number: key.number,
            bank: key.bank,
        });
        if let Some(at) = self.places.get(&account.id) {
            // Of an IBAN the bank may be told later; of other accounts it is part of the identity.
            keep_first_bank(&mut self.rows[*at as usize].bank, &bank);
            return *at;
        }
        let at = self.rows.len() as u32;
        self.places.insert(account.id.clone(), at);
        self.rows.push(Mention {
            account,
            bank,
            seized: false,
            said: None,
        });
        at
    }

    /// Remembers what a record says of an account; the first value of each field stays. Gives its place.
    pub(super) fn note(&mut self, mention: &AccountMention<'_>) -> usize {
        let at = self.mention(mention.account).at;
        let row = &mut self.rows[at];
        row.seized |= mention.seized;
        let currency = mention.currency.as_ref().map_or("", |c| c.code());
        let texts = [mention.bic, currency, mention.country, mention.holder_name];
        if texts.iter().any(|text| !text.is_empty()) || mention.opened.or(mention.closed).is_some() {
            let said = row.said.get_or_insert_default();
            keep_first(&mut said.bic, mention.bic);
            keep_first(&mut said.currency, currency);
            keep_first(&mut said.country, mention.country);
            keep_first(&mut said.holder_name, mention.holder_name);
            said.opened = said.opened.or(mention.opened);
            said.closed = said.closed.or(mention.closed);
        }
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
            let told = match self.accounts.entry(row.account.id.clone()) {
                Entry::Vacant(none) => {
                    none.insert(Told {
                        first: (segment, row),
                        others: Vec::new(),
                    });
                    continue;
                }
                Entry::Occupied(told) => told.into_mut(),
            };
            // A row that says nothing new is not kept: a listing mentions the same accounts in each segment.
            let (first, earliest) = &mut told.first;
            if *first < segment {
                if !row.adds_nothing_to(earliest) {
                    told.others.push((segment, row));
                }
            } else {
                let says_more = !earliest.adds_nothing_to(&row);
                let later = std::mem::replace(&mut told.first, (segment, row));
                if says_more {
                    told.others.push(later);
                }
            }
        }
    }

    /// A row an account, sorted by id; nothing where there are none.
    pub fn finish(self, source_id: &str) -> Result<Option<RecordBatch>, IntakeError> {
        let mut accounts: Vec<_> = self.accounts.into_iter().collect();
        accounts.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let mut c = Columns::new(Table::AccountsRead);
        for (id, mut told) in accounts {
            told.others.sort_by_key(|(segment, _)| *segment);
            let (_, mut row) = told.first;
            for (_, later) in told.others {
                row.take_over(&later);
            }
            let said = row.said.unwrap_or_default();
            let iban = row.account.scheme == AccountScheme::Iban;
            let number = row.account.number.as_str();
            c.at = 0;
            c.text(&id);
            c.text(row.account.scheme.as_str());
            c.text(number);
            c.maybe(if iban { number } else { "" });
            c.maybe(&row.bank);
            c.maybe(&said.bic);
            c.maybe(&said.currency);
            c.maybe(if said.country.is_empty() && iban {
                number.get(..2).unwrap_or_default()
            } else {
                &said.country
            });
            c.maybe(&said.holder_name);
            c.date(said.opened);
            c.date(said.closed);
            c.flag(row.seized);
            c.text(source_id);
            c.rows += 1;
        }
        (c.rows > 0).then(|| c.finish(Table::AccountsRead)).transpose()
    }
}

impl Mention {
    // Whether every field that this one tells is told by an earlier one.
    fn adds_nothing_to(&self, first: &Mention) -> bool {
        let told = |mine: bool, earlier: bool| !mine || earlier;
        told(!self.bank.is_empty(), !first.bank.is_empty())
            && told(self.seized, first.seized)
            && match (&self.said, &first.said) {
                (None, _) => true,
                (Some(_), None) => false,
                (Some(mine), Some(earlier)) => {
                    told(!mine.bic.is_empty(), !earlier.bic.is_empty())
                        && told(!mine.currency.is_empty(), !earlier.currency.is_empty())
                        && told(!mine.country.is_empty(), !earlier.country.is_empty())
                        && told(!mine.holder_name.is_empty(), !earlier.holder_name.is_empty())
                        && told(mine.opened.is_some(), earlier.opened.is_some())
                        && told(mine.closed.is_some(), earlier.closed.is_some())
                }
            }
    }

    fn take_over(&mut self, later: &Mention) {
        keep_first_bank(&mut self.bank, &later.bank);
        self.seized |= later.seized;
        if let Some(later) = &later.said {
            let said = self.said.get_or_insert_default();
            keep_first(&mut said.bic, &later.bic);
            keep_first(&mut said.currency, &later.currency);
            keep_first(&mut said.country, &later.country);
            keep_first(&mut said.holder_name, &later.holder_name);
            said.opened = said.opened.or(later.opened);
            said.closed = said.closed.or(later.closed);
        }
    }
}

impl Equivalent<Spelling> for Spelled<'_> {
    fn equivalent(&self, key: &Spelling) -> bool {
        *self.number == *key.number && *self.bank == *key.bank
    }
}

fn known(spelled: &Spelled<'_>) -> Remembered {
    KNOWN.with_borrow_mut(|known| {
        if let Some(account) = known.get(spelled) {
            return account.clone();
        }
        let length = spelled.number.len() + spelled.bank.len();
        if known.len() >= REMEMBERED {
            known.clear();
        }
        let key = AccountKey {
            number: spelled.number,
            bank: spelled.bank,
        };
        let (scheme, number) = key.normalise();
        let account = Account {
            id: key.id_of(scheme, &number).into(),
            scheme,
            number,
        };
        let account = (Arc::new(account), Arc::from(spelled.bank.trim()));
        let spelling = Spelling {
            number: spelled.number.into(),
            bank: spelled.bank.into(),
        };
        if length <= SPELLING {
            known.insert(spelling, account.clone());
        }
        account
    })
}

fn keep_first_bank(slot: &mut Arc<str>, value: &Arc<str>) {
    if slot.is_empty() {
        slot.clone_from(value);
    }
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
