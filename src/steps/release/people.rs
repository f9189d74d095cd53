//! Who must not be found in what leaves a case, made from its tables: every natural person of whom nobody decided that
//! there are serious grounds or a conviction; and of those who may be named otherwise, children and holders of accounts
//! that stand behind the control gate. With every name, number, address and id that any record gives them.
//!
//! Who is a natural person: whoever a record calls so; and of those of whom no record says what they are, whoever has no
//! company's legal form in the name. So a shop may be protected too, which costs a name on a page; the other way about
//! would cost a person.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use datafusion::arrow::array::Array;
use hashbrown::{HashMap, HashSet};

use super::seen::Seen;
use super::terms::{Terms, add_record};
use crate::case::column::{self, each_row, text_at};
use crate::case::{Case, CaseError, Table};
use crate::model::{Date, is_body};
use crate::parties::names;
use crate::report::Names;
use crate::steps::StepError;
use crate::victims::release::{Person, Protected, Why};
use crate::victims::{ADULT, Born, Category};

/// The persons of a case, and who may be named.
pub struct People {
    /// Everybody who must not be found, with all terms; in the order of labels.
    pub persons: Vec<Person>,
    /// Parties that may be named where a profile names: persons on whom a person decided and who are not protected for
    /// another reason, and companies whose name carries nobody's.
    pub named: BTreeSet<String>,
    /// Accounts of protected persons, with whose they are.
    pub accounts: BTreeMap<String, (String, Why)>,
    /// Parties of whom nothing is told under pseudonyms beside that they are there: victims and possible victims, who
    /// stands behind the control gate, children and who may be one.
    pub sheltered: BTreeSet<String>,
}

struct Party {
    kind: String,
    name: String,
    category: Category,
    born: Option<Date>,
    birth_year: Option<i64>,
    terms: Terms,
    accounts: BTreeSet<String>,
}

impl Party {
    fn new(kind: &str) -> Party {
        Party {
            kind: kind.to_owned(),
            name: String::new(),
            category: Category::Unclassified,
            born: None,
            birth_year: None,
            terms: Terms::default(),
            accounts: BTreeSet::new(),
        }
    }

    fn is_company(&self) -> bool {
        match self.kind.as_str() {
            kind if is_body(kind) => true,
            "person" => false,
            _ => names::looks_like_company(&self.name) == Some(true),
        }
    }

    /// What is known of the age at a day: too young for certain, or perhaps.
    fn age(&self, at: Option<Date>) -> Option<Why> {
        match Born::of(self.born, self.birth_year)?.age(at?) {
            Some(..ADULT) => Some(Why::Child),
            Some(_) => None,
            None => Some(Why::PossibleChild),
        }
    }
}

/// How far is looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Parties and whoever entries name besides.
    All,
    /// Parties alone, and of those whom a person decided to protect, or who are children.
    Decided,
}

/// The persons of a case. `gated` are accounts behind the control gate. Labels are those of `names`.
pub fn people(
    case: &Case,
    gated: &HashSet<String>,
    names: &dyn Names,
    depth: Depth,
) -> Result<People, StepError> {
    let mut parties = read_parties(case)?;
    let numbers = numbers(case)?;
    let mut gated_parties = HashSet::new();
    each_row(
        case,
        Table::Findings,
        &["party_id", "gate", "describes"],
        |[party, gate, describes]| {
            if !party.is_empty() && (gate != crate::victims::OPEN || describes == "exploited") {
                gated_parties.insert(party.to_owned());
            }
        },
    )?;
    let seen = match depth {
        Depth::All => Seen::read(case)?,
        Depth::Decided => Seen::statements(case)?,
    };
    let holders = hold(case, &mut parties)?;
    for (account, told) in &numbers {
        let is_held = holders.contains_key(account);
        // Of whom nothing is known but an account: cash, banks and what has no number are nobody.
        let is_somebodys = account.starts_with("a-") && told.numbers.iter().any(|number| is_telling(number));
        if told.holders.is_empty() && !is_held && is_somebodys {
            let party = parties
                .entry(format!("holder of {account}"))
                .or_insert_with(|| Party::new("unknown"));
            party.accounts.insert(account.clone());
        }
        for holder in &told.holders {
            let own: Vec<&String> = holders.get(account).into_iter().flatten().collect();
            match own.as_slice() {
                // A bank writes the holder's name in its own way.
                [one] => {
                    if let Some(party) = parties.get_mut(*one) {
                        party.terms.name(holder);
                    }
                }
                _ => {
                    let party = parties
                        .entry(format!("holder of {account}"))
                        .or_insert_with(|| Party::new("unknown"));
                    holder.clone_into(&mut party.name);
                    party.terms.name(holder);
                    party.accounts.insert(account.clone());
                }
            }
        }
    }
    let decided = decided(&parties);
    let mut persons = Vec::new();
    let mut protected_parties = BTreeSet::new();
    let mut accounts = BTreeMap::new();
    let mut sheltered = BTreeSet::new();
    let mut known_names = HashSet::new();
    for (id, party) in &parties {
        known_names.extend(party.terms.names().map(str::to_owned));
        let first = party
            .accounts
            .iter()
            .filter_map(|account| seen.first.get(account))
            .min();
        let at = first.or(seen.first.values().min()).copied();
        let is_gated =
            gated_parties.contains(id) || party.accounts.iter().any(|account| gated.contains(account));
        // Somebody may be made to run a firm of his own.
        if party.is_company() && party.category != Category::Victim && !is_gated {
            continue;
        }
        let Some(why) = why(party, at, is_gated) else {
            continue;
        };
        let is_decided = matches!(party.category, Category::Victim | Category::OtherParty);
        if depth == Depth::Decided && !is_decided && matches!(why, Why::Unclassified | Why::PossibleChild) {
            continue;
        }
        if why == Why::Unclassified && party.kind == "unknown" && is_of(party, &decided) {
            continue;
        }
        protected_parties.insert(id.clone());
        if shelters(why) {
            sheltered.insert(id.clone());
        }
        let label = match id.strip_prefix("holder of ") {
            Some(account) => format!("holder of {}", names.account(account)),
            None => names.party(id),
        };
        let mut terms = party.terms.clone();
        // What the tool says itself is no name of a shop.
        if party.kind == "unknown" && why == Why::Unclassified {
            terms.without_names(is_own_text);
        }
        terms.born(party.born);
        terms.id(id);
        for account in &party.accounts {
            // Of several holders, one of whom nothing may be told stands for the account.
            let stays = accounts
                .get(account)
                .is_some_and(|(_, before): &(String, Why)| shelters(*before) && !shelters(why));
            if !stays {
                accounts.insert(account.clone(), (label.clone(), why));
            }
            terms.id(account);
            for number in numbers.get(account).into_iter().flat_map(|told| &told.numbers) {
                terms.account(number);
            }
        }
        let terms = match party.kind == "unknown" && why == Why::Unclassified {
            true => terms.finish_unknown(),
            false => terms.finish(),
        };
        if !terms.is_empty() {
            persons.push(Person { label, why, terms });
        }
    }
    for (name, identifier) in seen.loose {
        if known_names.contains(&name) || names::looks_like_company(&name) == Some(true) || is_own_text(&name)
        {
            continue;
        }
        let mut terms = Terms::default();
        terms.name(&name);
        terms.number(&identifier);
        persons.push(Person {
            label: "somebody whom entries name".to_owned(),
            why: Why::Unclassified,
            terms: terms.finish_unknown(),
        });
    }
    persons.sort_by(|a, b| (&a.label, a.why).cmp(&(&b.label, b.why)));
    let named = match depth {
        Depth::All => named(&parties, &protected_parties, &persons),
        Depth::Decided => BTreeSet::new(),
    };
    Ok(People {
        persons,
        named,
        accounts,
        sheltered,
    })
}

/// Whether this reason takes somebody's movements out of what leaves under pseudonyms.
pub(super) fn shelters(why: Why) -> bool {
    match why {
        Why::Victim | Why::Gated | Why::Child | Why::PossibleChild => true,
        Why::Witness | Why::Unclassified => false,
    }
}

/// Why somebody is protected, the strongest reason first; nothing where a person decided otherwise and nothing else
/// speaks for it. An age that no record tells protects those on whom nobody decided, who are protected anyway.
fn why(party: &Party, at: Option<Date>, is_gated: bool) -> Option<Why> {
    match (party.category, party.age(at)) {
        (Category::Victim, _) => Some(Why::Victim),
        (_, Some(age)) => Some(age),
        (_, None) if is_gated => Some(Why::Gated),
        (Category::OtherParty, None) => Some(Why::Witness),
        (Category::Unclassified, None) => Some(Why::Unclassified),
        (Category::SeriousGrounds | Category::Convicted, None) => None,
    }
}

/// Accounts of those on whom a person decided, each with a name of theirs in one spelling.
fn decided(parties: &BTreeMap<String, Party>) -> HashSet<(String, String)> {
    let mut found = HashSet::new();
    for party in parties.values() {
        if party.category.is_protected() || party.is_company() {
            continue;
        }
        for name in party.terms.names() {
            let core = names::read(name, names::Kind::Person).core;
            found.extend(
                party
                    .accounts
                    .iter()
                    .map(|account| (account.clone(), core.clone())),
            );
        }
    }
    found
}

/// Whether it is what payers call somebody on whom a person decided: the same account under the same name. A payment
/// that names somebody else with that account may name a person who is protected.
fn is_of(party: &Party, decided: &HashSet<(String, String)>) -> bool {
    !party.accounts.is_empty()
        && party.terms.names().next().is_some()
        && party.terms.names().all(|name| {
            let core = names::read(name, names::Kind::Person).core;
            party
                .accounts
                .iter()
                .all(|account| decided.contains(&(account.clone(), core.clone())))
        })
}

/// Whom a profile may name. A company is not named where a word of its name is one of a protected person's.
fn named(
    parties: &BTreeMap<String, Party>,
    protected: &BTreeSet<String>,
    persons: &[Person],
) -> BTreeSet<String> {
    let table = Protected::new(persons, super::PART);
    let mut words = HashSet::new();
    for id in protected {
        for name in parties.get(id).into_iter().flat_map(|party| party.terms.names()) {
            let read = names::read(name, names::Kind::Person);
            words.extend(
                read.naming()
                    .map(|token| token.text.clone())
                    .filter(|word| word.len() > 2),
            );
        }
    }
    let carries = |name: &str| {
        let read = names::read(name, names::Kind::Company);
        read.naming().any(|token| words.contains(&token.text)) || table.is_in(name)
    };
    parties
        .iter()
        .filter(|(id, party)| {
            !party.name.is_empty()
                && !protected.contains(*id)
                && match party.is_company() {
                    true => !carries(&party.name),
                    false => !table.is_in(&party.name),
                }
        })
        .map(|(id, _)| id.clone())
        .collect()
}

/// Every party with what any record says of it. Before records are linked each record is a party of its own.
fn read_parties(case: &Case) -> Result<BTreeMap<String, Party>, StepError> {
    let mut parties = BTreeMap::new();
    for batch in case.scan(Table::Parties, &[]) {
        let batch = batch?;
        let text = |name: &str| column::text(&batch, name);
        let (id, kind, name, category) = (text("party_id")?, text("kind")?, text("name")?, text("category")?);
        let born = column::date(&batch, "birth_date")?;
        let year = column::number(&batch, "birth_year")?;
        for row in 0..batch.num_rows() {
            let mut party = Party::new(text_at(kind, row));
            text_at(name, row).clone_into(&mut party.name);
            party.category = text_at(category, row).parse().unwrap_or_default();
            party.born = born.is_valid(row).then(|| Date(born.value(row)));
            party.birth_year = year.is_valid(row).then(|| year.value(row));
            add_record(&mut party.terms, &batch, row)?;
            parties.insert(id.value(row).to_owned(), party);
        }
    }
    let mut party_of = HashMap::new();
    each_row(
        case,
        Table::PartyMentions,
        &["mention_id", "party_id", "name"],
        |[mention, party, name]| {
            party_of.insert(mention.to_owned(), party.to_owned());
            if let Some(party) = parties.get_mut(party) {
                party.terms.name(name);
                party.terms.id(mention);
            }
        },
    )?;
    for table in [Table::PartiesRead, Table::Counterparties] {
        for batch in case.scan(table, &[]) {
            let batch = batch?;
            let text = |name: &str| column::text(&batch, name);
            let (mention, kind, name) = (text("party_id")?, text("kind")?, text("name")?);
            let (account, role) = (text("account_id")?, text("role")?);
            let born = column::date(&batch, "birth_date")?;
            let year = column::number(&batch, "birth_year")?;
            for row in 0..batch.num_rows() {
                let mention = mention.value(row);
                let id = party_of.get(mention).map_or(mention, String::as_str);
                let party = parties
                    .entry(id.to_owned())
                    .or_insert_with(|| Party::new(text_at(kind, row)));
                if party.name.is_empty() {
                    text_at(name, row).clone_into(&mut party.name);
                }
                // Of two days of birth, the later one protects more.
                if born.is_valid(row) {
                    party.born = party.born.max(Some(Date(born.value(row))));
                }
                if year.is_valid(row) {
                    party.birth_year = party.birth_year.max(Some(year.value(row)));
                }
                add_record(&mut party.terms, &batch, row)?;
                if !text_at(account, row).is_empty() && text_at(role, row) != "mandate" {
                    party.accounts.insert(text_at(account, row).to_owned());
                }
            }
        }
    }
    each_row(case, Table::PartyNames, &["party_id", "name"], |[party, name]| {
        if let Some(party) = parties.get_mut(party) {
            party.terms.name(name);
        }
    })?;
    each_row(
        case,
        Table::PartyIdentifiers,
        &["party_id", "scheme", "country", "value", "raw"],
        |[party, scheme, country, value, raw]| {
            if let Some(party) = parties.get_mut(party) {
                party.terms.identifier(scheme, country, value);
                party.terms.identifier(scheme, country, raw);
            }
        },
    )?;
    each_row(
        case,
        Table::PartyAddresses,
        &["party_id", "address", "country"],
        |[party, address, country]| {
            if let Some(party) = parties.get_mut(party) {
                party.terms.address(address, country);
            }
        },
    )?;
    each_row(
        case,
        Table::Assets,
        &["party_id", "holder_name", "identifier", "address", "country"],
        |[party, name, identifier, address, country]| {
            if let Some(party) = parties.get_mut(party) {
                party.terms.name(name);
                party.terms.number(identifier);
                party.terms.address(address, country);
            }
        },
    )?;
    Ok(parties)
}

/// What records write of an account.
#[derive(Default)]
struct Account {
    numbers: BTreeSet<String>,
    holders: BTreeSet<String>,
}

fn numbers(case: &Case) -> Result<BTreeMap<String, Account>, CaseError> {
    let mut accounts: BTreeMap<String, Account> = BTreeMap::new();
    for table in [Table::Accounts, Table::AccountsRead] {
        each_row(
            case,
            table,
            &["account_id", "number", "iban", "holder_name"],
            |[id, number, iban, holder]| {
                let account = accounts.entry(id.to_owned()).or_default();
                for number in [number, iban] {
                    if !number.is_empty() {
                        account.numbers.insert(number.to_owned());
                    }
                }
                if !holder.trim().is_empty() {
                    account.holders.insert(holder.to_owned());
                }
            },
        )?;
    }
    Ok(accounts)
}

/// Gives every party its accounts; gives the holders of each account.
fn hold(
    case: &Case,
    parties: &mut BTreeMap<String, Party>,
) -> Result<HashMap<String, BTreeSet<String>>, CaseError> {
    let mut holders: HashMap<String, BTreeSet<String>> = HashMap::new();
    each_row(
        case,
        Table::AccountHolders,
        &["account_id", "party_id", "role"],
        |[account, id, role]| {
            if role == "mandate" {
                return;
            }
            if let Some(party) = parties.get_mut(id) {
                party.accounts.insert(account.to_owned());
            }
            holders
                .entry(account.to_owned())
                .or_default()
                .insert(id.to_owned());
        },
    )?;
    Ok(holders)
}

/// Whether a number finds an account: a page has shorter ones by chance.
fn is_telling(number: &str) -> bool {
    number.chars().filter(char::is_ascii_digit).count() >= super::PART
}

/// Words in a row of a name that the tool may have of its own.
const MOST_WORDS: usize = 6;

/// Whether the tool itself writes these words, one after the other: of what stands there, nothing is about anybody. Names
/// of mappings are among it: a money transfer service stands in entries as well, and reads like somebody's name.
fn is_own_text(name: &str) -> bool {
    static OWN: OnceLock<HashSet<String>> = OnceLock::new();
    let own = OWN.get_or_init(|| {
        let mut texts = vec![crate::report::own_text(), crate::export::own_text()];
        texts.extend(
            crate::rules::builtin()
                .unwrap_or_default()
                .into_iter()
                .map(|pack| pack.text),
        );
        let mappings = crate::intake::mapping::builtin().iter();
        texts.extend(mappings.flat_map(|mapping| [mapping.id.clone(), mapping.title.clone()]));
        let mut runs = HashSet::new();
        for text in texts {
            let words: Vec<String> = text
                .split(|c: char| !c.is_alphanumeric())
                .filter(|word| !word.is_empty())
                .map(str::to_lowercase)
                .collect();
            for most in 1..=MOST_WORDS {
                runs.extend(words.windows(most).map(|run| run.join(" ")));
            }
        }
        runs
    });
    own.contains(&names::read(name, names::Kind::Unknown).normal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(category: Category, born: Option<Date>, year: Option<i64>) -> Party {
        Party {
            category,
            born,
            birth_year: year,
            ..Party::new("person")
        }
    }

    #[test]
    fn whoever_may_be_a_child_is_protected_whatever_was_decided() {
        let at = Date::from_ymd(2024, 3, 1);
        let born = |year, month, day| Date::from_ymd(year, month, day);
        let decided = |born, year| why(&party(Category::SeriousGrounds, born, year), at, false);
        assert_eq!(decided(born(2006, 3, 2), None), Some(Why::Child));
        assert_eq!(decided(born(2006, 3, 1), None), None);
        assert_eq!(decided(None, Some(2006)), Some(Why::PossibleChild));
        assert_eq!(decided(None, Some(2005)), None);
        assert_eq!(decided(None, None), None);
    }

    #[test]
    fn a_decision_names_and_the_gate_takes_that_back() {
        let of = |category, gated| why(&party(category, None, None), None, gated);
        assert_eq!(of(Category::Unclassified, false), Some(Why::Unclassified));
        assert_eq!(of(Category::OtherParty, false), Some(Why::Witness));
        assert_eq!(of(Category::Victim, true), Some(Why::Victim));
        assert_eq!(of(Category::Convicted, true), Some(Why::Gated));
        assert_eq!(of(Category::Convicted, false), None);
    }
}
