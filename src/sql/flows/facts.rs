//! What patterns are told beside transfers, read from the case's tables.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::arrow::array::Array;
use hashbrown::{HashMap, HashSet};
use regex::Regex;

use super::loaded::{Loaded, is_taken};
use super::{holders, run};
use crate::case::column::{self, each_row};
use crate::case::{Case, CaseError, Table};
use crate::model::Channel;
use crate::patterns::{Fact, FunnelAccount, Scope, Search, Told};
use crate::sql::SqlError;

/// Words of a loan, in the languages of the records that this tool reads most. The list is a search for what parties
/// wrote themselves; a payment that is a loan and does not say so is not found by it.
const LOAN_WORDS: &str = r"(?i)\b(loan|geldlening|lening|leningen|darlehen|privatdarlehen|prêt|pret|préstamo|prestamo|prestito|empréstimo|pożyczka|pozyczka|împrumut|imprumut|lån|laan)\b";

/// Facts of the transfers and accounts of a graph.
#[derive(Default)]
pub(super) struct Known {
    deposits: Option<Vec<bool>>,
    quiet: Option<Vec<bool>>,
    loans: Option<Vec<bool>>,
    places: Option<Vec<u32>>,
    currencies: Option<Vec<u32>>,
    values: Option<Vec<i64>>,
    parties: Option<Vec<u32>>,
    foreign: Option<Vec<bool>>,
    closed: Option<Vec<bool>>,
    seen: Option<Vec<bool>>,
    opened: Option<Vec<Option<i64>>>,
    attributes: Vec<(u32, u32)>,
    sources: Vec<u32>,
    sinks: Vec<u32>,
}

impl Known {
    /// What a search has to be told.
    pub fn of(case: &Case, loaded: &Loaded, search: &Search) -> Result<Known, SqlError> {
        let mut known = Known::default();
        for fact in search.kind().facts() {
            match fact {
                Fact::Deposits => {
                    let is_deposit = |channel: Channel| channel.is_cash() || channel == Channel::Remittance;
                    known.deposits = Some(loaded.transfers.iter().map(|t| is_deposit(t.channel)).collect());
                }
                Fact::Quiet => known.quiet = Some(quiet(loaded)),
                Fact::Loans => known.loans = Some(loans(case, loaded).map_err(run)?),
                Fact::Places => known.places = Some(places(case, loaded).map_err(run)?),
                Fact::Values => {
                    known.values = Some(values(case, search.kind().scope()).map_err(run)?);
                    let numbers = loaded.transfers.iter().map(|t| u32::from(t.currency));
                    known.currencies = Some(numbers.collect());
                }
                Fact::Parties => known.parties = Some(holders::of(case, loaded).map_err(run)?.numbers()),
                Fact::Foreign => known.foreign = Some(foreign(case, loaded, search)?),
                Fact::Lives => {
                    let lives = lives(case, loaded).map_err(run)?;
                    known.opened = Some(lives.iter().map(|life| life.opened).collect());
                    known.closed = Some(lives.iter().map(|life| life.is_closed).collect());
                    known.seen = Some(lives.iter().map(|life| life.is_seized).collect());
                }
                Fact::Attributes => known.attributes = attributes(case, loaded).map_err(run)?,
                Fact::Ends => {
                    known.sources = ends(case, loaded, search, "sources")?;
                    known.sinks = ends(case, loaded, search, "sinks")?;
                }
            }
        }
        Ok(known)
    }

    /// The same of some transfers, numbered anew.
    pub fn of_members(&self, members: &[u32]) -> Known {
        fn picked<T: Copy>(column: &Option<Vec<T>>, members: &[u32]) -> Option<Vec<T>> {
            let column = column.as_ref()?;
            Some(members.iter().map(|member| column[*member as usize]).collect())
        }
        Known {
            deposits: picked(&self.deposits, members),
            quiet: picked(&self.quiet, members),
            loans: picked(&self.loans, members),
            places: picked(&self.places, members),
            currencies: picked(&self.currencies, members),
            values: picked(&self.values, members),
            parties: self.parties.clone(),
            foreign: self.foreign.clone(),
            closed: self.closed.clone(),
            seen: self.seen.clone(),
            opened: self.opened.clone(),
            attributes: self.attributes.clone(),
            sources: self.sources.clone(),
            sinks: self.sinks.clone(),
        }
    }

    /// What is to be said where values are asked for and fewer than two currencies have any: nothing can be compared
    /// then. Where there is one currency alone, nothing is lacking.
    pub fn lacks(&self, loaded: &Loaded) -> Option<&'static str> {
        let values = self.values.as_ref()?;
        let known = values
            .iter()
            .zip(&loaded.transfers)
            .filter(|(value, _)| **value != 0);
        let known: HashSet<u16> = known.map(|(_, transfer)| transfer.currency).collect();
        (loaded.currencies.len() > 1 && known.len() < 2).then_some(
            "no exchange rates in the case: amounts of different currencies cannot be compared, so none are found",
        )
    }

    /// As the engines take it.
    pub fn told(&self) -> Told<'_> {
        Told {
            deposits: self.deposits.as_deref(),
            quiet: self.quiet.as_deref(),
            loans: self.loans.as_deref(),
            places: self.places.as_deref(),
            currencies: self.currencies.as_deref(),
            values: self.values.as_deref(),
            parties: self.parties.as_deref(),
            foreign: self.foreign.as_deref(),
            closed: self.closed.as_deref(),
            seen: self.seen.as_deref(),
            opened: self.opened.as_deref(),
            attributes: &self.attributes,
            sources: &self.sources,
            sinks: &self.sinks,
        }
    }
}

fn quiet(loaded: &Loaded) -> Vec<bool> {
    let is_bank = |account: u32| loaded.accounts[account as usize].starts_with("b-");
    (0_u32..)
        .zip(&loaded.transfers)
        .map(|(number, transfer)| {
            matches!(
                transfer.channel,
                Channel::Fee | Channel::Interest | Channel::DirectDebit
            ) || is_bank(loaded.graph.payer(number))
                || is_bank(loaded.graph.payee(number))
        })
        .collect()
}

fn loans(case: &Case, loaded: &Loaded) -> Result<Vec<bool>, CaseError> {
    let words = Regex::new(LOAN_WORDS).map_err(|e| CaseError::Decision(e.to_string()))?;
    let mut found: HashSet<String> = HashSet::new();
    each_row(
        case,
        Table::Entries,
        &["entry_id", "channel", "purpose", "remittance"],
        |texts| {
            // ISO 20022 external purpose codes of loans and of their repayment.
            let is_loan = texts[1] == Channel::Loan.as_str()
                || matches!(texts[2], "LOAN" | "LOAR")
                || words.is_match(texts[3]);
            if is_loan {
                found.insert(texts[0].to_owned());
            }
        },
    )?;
    let is_loan = |number: u32| loaded.entries(number).any(|entry| found.contains(entry));
    Ok((0..loaded.transfers.len() as u32).map(is_loan).collect())
}

fn places(case: &Case, loaded: &Loaded) -> Result<Vec<u32>, CaseError> {
    let mut city: HashMap<String, String> = HashMap::new();
    each_row(case, Table::Entries, &["entry_id", "channel", "city"], |texts| {
        let name = texts[2].trim();
        if !name.is_empty() && Channel::from_word(texts[1]).is_some_and(Channel::is_cash) {
            city.insert(texts[0].to_owned(), name.to_uppercase());
        }
    })?;
    let names: BTreeSet<&str> = city.values().map(String::as_str).collect();
    let numbers: HashMap<&str, u32> = names.into_iter().zip(0_u32..).collect();
    let place = |number: u32| {
        let name = loaded.entries(number).find_map(|entry| city.get(entry));
        name.map_or(FunnelAccount::NOWHERE, |name| numbers[name.as_str()])
    };
    Ok((0..loaded.transfers.len() as u32).map(place).collect())
}

/// In the order of the transfers.
fn values(case: &Case, scope: Scope) -> Result<Vec<i64>, CaseError> {
    let mut values = Vec::new();
    for batch in case.scan(
        Table::Transfers,
        &["payer_account", "payee_account", "at", "base_amount"],
    ) {
        let batch = batch?;
        let (from, to) = (
            column::text(&batch, "payer_account")?,
            column::text(&batch, "payee_account")?,
        );
        let (at, base) = (
            column::moment(&batch, "at")?,
            column::decimal(&batch, "base_amount")?,
        );
        for row in 0..batch.num_rows() {
            let everything = scope != Scope::Accounts;
            if is_taken(from.value(row), to.value(row), at.is_valid(row), everything) {
                values.push(if base.is_valid(row) {
                    base.value(row) as i64
                } else {
                    0
                });
            }
        }
    }
    Ok(values)
}

/// Accounts kept in another country than the case's own: the one that is given, else where most of the seized accounts
/// are kept. An account whose country is not known is not taken to be abroad.
fn foreign(case: &Case, loaded: &Loaded, search: &Search) -> Result<Vec<bool>, SqlError> {
    let mut country: HashMap<String, String> = HashMap::new();
    let mut seized: BTreeMap<String, u64> = BTreeMap::new();
    let columns = ["account_id", "country", "iban"];
    for batch in case.scan(Table::Accounts, &["account_id", "country", "iban", "seized"]) {
        let batch = batch.map_err(run)?;
        let [id, own, iban] = columns.map(|name| column::text(&batch, name));
        let (id, own, iban) = (id.map_err(run)?, own.map_err(run)?, iban.map_err(run)?);
        let taken = column::flag(&batch, "seized").map_err(run)?;
        for row in 0..batch.num_rows() {
            let own = column::text_at(own, row);
            let code = match own.is_empty() {
                true => column::text_at(iban, row).get(..2).unwrap_or_default(),
                false => own,
            };
            if code.is_empty() {
                continue;
            }
            country.insert(id.value(row).to_owned(), code.to_uppercase());
            if taken.value(row) {
                *seized.entry(code.to_uppercase()).or_default() += 1;
            }
        }
    }
    let most = seized.values().max().copied().unwrap_or(0);
    let leaders: Vec<&String> = seized
        .iter()
        .filter(|(_, n)| **n == most)
        .map(|(code, _)| code)
        .collect();
    let given = search.text("home").to_uppercase();
    let home = match (given.is_empty(), leaders.as_slice()) {
        (false, _) if country.values().any(|code| *code == given) => given,
        (false, _) => {
            let known: BTreeSet<&str> = country.values().map(String::as_str).collect();
            return Err(SqlError::Argument {
                function: search.kind().name().to_owned(),
                argument: "home".to_owned(),
                reason: format!(
                    "is ‘{}’, but no account of these records is kept there; countries are written as two letters, here {}",
                    search.text("home"),
                    known.into_iter().collect::<Vec<_>>().join(", ")
                ),
            });
        }
        (true, [one]) => (*one).clone(),
        (true, _) => {
            return Err(SqlError::Argument {
                function: search.kind().name().to_owned(),
                argument: "home".to_owned(),
                reason: "the records do not say in which country most seized accounts are kept; name it, as in home \
                         => 'NL'"
                    .to_owned(),
            });
        }
    };
    let is_foreign = |account: &String| country.get(account).is_some_and(|code| *code != home);
    Ok(loaded.accounts.iter().map(is_foreign).collect())
}

/// What registers say of an account's life.
#[derive(Clone, Copy, Default)]
struct Life {
    opened: Option<i64>,
    is_closed: bool,
    is_seized: bool,
}

fn lives(case: &Case, loaded: &Loaded) -> Result<Vec<Life>, CaseError> {
    let mut lives: HashMap<String, Life> = HashMap::new();
    for batch in case.scan(Table::Accounts, &["account_id", "opened", "closed", "seized"]) {
        let batch = batch?;
        let id = column::text(&batch, "account_id")?;
        let (opened, closed) = (column::date(&batch, "opened")?, column::date(&batch, "closed")?);
        let seized = column::flag(&batch, "seized")?;
        for row in 0..batch.num_rows() {
            let day = opened
                .is_valid(row)
                .then(|| i64::from(opened.value(row)) * 86_400_000_000);
            let life = Life {
                opened: day,
                is_closed: closed.is_valid(row),
                is_seized: seized.value(row),
            };
            lives.insert(id.value(row).to_owned(), life);
        }
    }
    let life = |account: &String| lives.get(account).copied().unwrap_or_default();
    Ok(loaded.accounts.iter().map(life).collect())
}

/// What holders gave their banks to be reached by, as every source says it: an account and a number of the telephone,
/// the e-mail or the address.
fn attributes(case: &Case, loaded: &Loaded) -> Result<Vec<(u32, u32)>, CaseError> {
    let number: HashMap<&str, u32> = loaded.accounts.iter().map(String::as_str).zip(0_u32..).collect();
    let mut said: BTreeSet<(String, u32)> = BTreeSet::new();
    each_row(
        case,
        Table::PartiesRead,
        &["account_id", "phone", "email", "address"],
        |texts| {
            let Some(account) = number.get(texts[0]) else {
                return;
            };
            let phone: String = texts[1].chars().filter(char::is_ascii_digit).collect();
            let plain = |text: &str| {
                text.split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
                    .to_lowercase()
            };
            for (kind, value) in [
                ("phone", phone),
                ("e-mail", plain(texts[2])),
                ("address", plain(texts[3])),
            ] {
                if !value.is_empty() {
                    said.insert((format!("{kind} {value}"), *account));
                }
            }
        },
    )?;
    let mut attributes = Vec::new();
    let mut last: Option<(&str, u32)> = None;
    for (text, account) in &said {
        let number = match last {
            Some((same, number)) if same == text => number,
            Some((_, number)) => number + 1,
            None => 0,
        };
        last = Some((text, number));
        attributes.push((*account, number));
    }
    Ok(attributes)
}

/// The accounts of a list: ids, or numbers as the records write them.
fn ends(case: &Case, loaded: &Loaded, search: &Search, argument: &str) -> Result<Vec<u32>, SqlError> {
    let wrong = |reason: String| SqlError::Argument {
        function: search.kind().name().to_owned(),
        argument: argument.to_owned(),
        reason,
    };
    let wanted: Vec<&str> = search
        .text(argument)
        .split([',', ';'])
        .map(str::trim)
        .filter(|w| !w.is_empty())
        .collect();
    if wanted.is_empty() {
        return Err(wrong(
            "name one account or several, by id or number, with commas between".to_owned(),
        ));
    }
    let mut found = BTreeSet::new();
    for name in wanted {
        let called = crate::book::account_ids(case, name).map_err(run)?;
        let ids: Vec<u32> = std::iter::once(name)
            .chain(called.iter().map(String::as_str))
            .filter_map(|id| {
                loaded
                    .accounts
                    .binary_search_by(|known| known.as_str().cmp(id))
                    .ok()
            })
            .map(|at| at as u32)
            .collect();
        if ids.is_empty() {
            return Err(wrong(format!(
                "no transfer names the account ‘{name}’; table accounts lists them"
            )));
        }
        found.extend(ids);
    }
    Ok(found.into_iter().collect())
}
