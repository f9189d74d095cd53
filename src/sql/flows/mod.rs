//! The case's transfers as the columns that the graph takes, and searches over them. What the engines are told beside
//! transfers is read here (`facts`), so that the engines know no files.

mod facts;
mod holders;
mod loaded;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use datafusion::arrow::array::RecordBatch;

use self::facts::Known;
use self::holders::Holders;
pub use self::loaded::{Loaded, Transfer};
use super::SqlError;
use crate::case::{Case, CaseError};
use crate::graph::{GraphError, TemporalGraph};
use crate::patterns::{Bundle, Earlier, PatternError, Run, Scope, Search, SearchKind};

/// A case's transfers, loaded on first use.
pub struct Flows {
    root: PathBuf,
    /// Between accounts that records name. Cash, the bank itself and unknown other sides are left out: most patterns
    /// would only meet them as dead ends.
    accounts: OnceLock<Result<Loaded, String>>,
    /// All of them.
    everything: OnceLock<Result<Loaded, String>>,
    /// What searches lacked, for whoever asked.
    notes: Mutex<BTreeSet<String>>,
    /// What was told last of who owns whom, with what was asked: a rule asks the same to see what it lacks.
    owned: Mutex<Option<(String, Told)>>,
}

/// Rows of a table function, and what to know of them.
pub(super) type Told = (RecordBatch, Vec<String>);

/// What a search found, with the names of what it found it between.
pub struct Hits<'f> {
    /// Sorted by first time and transfers. Transfers are those of `loaded`; accounts are numbers in `names`.
    pub bundles: Vec<Bundle>,
    /// Whether a budget cut the search short.
    pub truncated: bool,
    /// Whether each currency was searched by itself.
    pub by_currency: bool,
    /// What the records lack, so that finding nothing does not say that nothing is there.
    pub lacks: Option<&'static str>,
    pub loaded: &'f Loaded,
    names: Cow<'f, [String]>,
    /// Where parties stand in the place of accounts: how many they are, and for each account its number in `names`.
    parties: Option<(u32, Vec<u32>)>,
}

/// How many cycles there are.
#[derive(Debug, Default)]
pub struct Counts {
    /// By number of hops; the place is the number.
    pub by_hops: Vec<u64>,
    /// Whether a budget cut the count short: there are more.
    pub truncated: bool,
}

/// A graph that a search is about, with what the search has to be told of it.
struct Part<'p> {
    graph: &'p TemporalGraph,
    known: &'p Known,
    /// Its transfers by their numbers in the whole; nothing where it is the whole.
    members: Option<&'p [u32]>,
}

impl Flows {
    /// The transfers of a case; nothing is read yet.
    pub fn of(case: &Case) -> Flows {
        Flows {
            root: case.root().to_owned(),
            accounts: OnceLock::new(),
            everything: OnceLock::new(),
            notes: Mutex::default(),
            owned: Mutex::default(),
        }
    }

    /// What was told last, if it was asked the same; else it is made, which can take minutes, and kept.
    pub(super) fn told_once(
        &self,
        asked: &str,
        make: impl FnOnce() -> Result<Told, SqlError>,
    ) -> Result<Told, SqlError> {
        let kept = || self.owned.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((last, told)) = &*kept()
            && last == asked
        {
            return Ok(told.clone());
        }
        // Nobody waits for another's search, which may be stopped.
        let told = make()?;
        *kept() = Some((asked.to_owned(), told.clone()));
        Ok(told)
    }

    /// The folder of the case.
    pub(super) fn root(&self) -> &std::path::Path {
        &self.root
    }

    /// Keeps what a search of a table function lacked: a fact, or the budget for its end.
    pub(super) fn note(&self, function: &str, lacks: &str) {
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        notes.insert(format!("{function}: {lacks}"));
    }

    /// What searches lacked since this was last asked.
    pub(super) fn take_notes(&self) -> BTreeSet<String> {
        std::mem::take(&mut *self.notes.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Searches the transfers that a pattern is about. A search that compares amounts looks at each currency by itself.
    pub fn search(&self, search: &Search, wires: Run<'_>) -> Result<Hits<'_>, SqlError> {
        self.search_since(search, None, wires)
    }

    /// The same, by way of what a search of the earlier transfers found, with account and transfer numbers of the
    /// transfers as they are loaded now.
    pub fn search_since(
        &self,
        search: &Search,
        mut earlier: Option<Earlier>,
        wires: Run<'_>,
    ) -> Result<Hits<'_>, SqlError> {
        let mut bundles: Vec<Bundle> = Vec::new();
        let mut truncated = false;
        let mut hits = self.each_part(search, |part| {
            let earlier = match part.members {
                Some(members) => earlier.as_ref().map(|earlier| earlier.within(members)),
                None => earlier.take(),
            };
            let found = match earlier {
                Some(earlier) => search.run_since_wired(part.graph, &part.known.told(), earlier, wires),
                None => search.run_wired(part.graph, &part.known.told(), wires),
            }?;
            truncated |= found.truncated.is_some();
            let whole = |bundle: Bundle| match part.members {
                Some(members) => bundle.renumbered(members),
                None => bundle,
            };
            bundles.extend(found.bundles.into_iter().map(whole));
            Ok(())
        })?;
        if hits.by_currency {
            bundles.sort_by(|a, b| {
                (a.measures.first_at, &a.representative).cmp(&(b.measures.first_at, &b.representative))
            });
        }
        (hits.bundles, hits.truncated) = (bundles, truncated);
        Ok(hits)
    }

    /// How many cycles there are, without listing them, by the parameters of a search for cycles.
    pub fn count_cycles(&self, search: &Search, wires: Run<'_>) -> Result<Counts, SqlError> {
        let mut counts = Counts::default();
        self.each_part(search, |part| {
            let found = search.count_cycles(part.graph, wires)?;
            counts.truncated |= found.truncated.is_some();
            let longest = counts.by_hops.len().max(found.by_hops.len());
            counts.by_hops.resize(longest, 0);
            for (sum, more) in counts.by_hops.iter_mut().zip(found.by_hops) {
                *sum = sum.saturating_add(more);
            }
            Ok(())
        })?;
        Ok(counts)
    }

    /// Does something with each graph that a search is about: one, or one for each currency. Gives what was looked at, with
    /// nothing found in it yet.
    fn each_part(
        &self,
        search: &Search,
        mut work: impl FnMut(Part<'_>) -> Result<(), PatternError>,
    ) -> Result<Hits<'_>, SqlError> {
        let wrong = |error: PatternError| argument(search, &error);
        search.validate().map_err(wrong)?;
        let loaded = self.load(search.kind().scope())?;
        let needs_case = search.is_by_party() || !search.kind().facts().is_empty();
        let case = needs_case
            .then(|| Case::open(&self.root))
            .transpose()
            .map_err(run)?;
        let known = match &case {
            Some(case) => Known::of(case, loaded, search)?,
            None => Known::default(),
        };
        let parties = match &case {
            Some(case) if search.is_by_party() => Some(holders::of(case, loaded).map_err(run)?),
            _ => None,
        };
        let between = |graph: &TemporalGraph| match &parties {
            None => Ok(None),
            Some(parties) => {
                let holders = parties.names.len() as u32;
                graph
                    .by_holder(&parties.of, holders)
                    .map(Some)
                    .map_err(graph_fault)
            }
        };
        let least = search.least_amount();
        let counts = |number: u32, transfer: &Transfer| {
            !transfer.is_taken_back
                && (search.counts_purchases() || !transfer.channel.is_purchase())
                && (search.kind().scope() != Scope::Cash || transfer.is_known_or_cash)
                && (least == 0 || loaded.graph.amount(number) >= least)
        };
        let by_currency = search.compares_amounts() && loaded.currencies.len() > 1;
        let numbered = || (0_u32..).zip(&loaded.transfers);
        if !by_currency && numbered().all(|(number, transfer)| counts(number, transfer)) {
            let parts = between(&loaded.graph)?;
            let graph = parts.as_ref().unwrap_or(&loaded.graph);
            work(Part {
                graph,
                known: &known,
                members: None,
            })
            .map_err(wrong)?;
        } else {
            let currencies: Vec<Option<usize>> = match by_currency {
                true => (0..loaded.currencies.len()).map(Some).collect(),
                false => vec![None],
            };
            for wanted in currencies {
                let fits = |(number, transfer): &(u32, &Transfer)| {
                    counts(*number, transfer)
                        && wanted.is_none_or(|wanted| usize::from(transfer.currency) == wanted)
                };
                let members: Vec<u32> = numbered().filter(fits).map(|(number, _)| number).collect();
                let part = loaded.graph.subgraph(&members).map_err(graph_fault)?;
                let parts = between(&part)?;
                work(Part {
                    graph: parts.as_ref().unwrap_or(&part),
                    known: &known.of_members(&members),
                    members: Some(&members),
                })
                .map_err(wrong)?;
            }
        }
        Ok(Hits {
            bundles: Vec::new(),
            truncated: false,
            by_currency,
            lacks: known.lacks(loaded),
            loaded,
            names: named(loaded, parties.as_ref()),
            parties: parties
                .as_ref()
                .map(|parties| (parties.names.len() as u32, parties.numbers())),
        })
    }

    /// What a search would find things between, by number: accounts, or parties and the accounts that stay by themselves.
    pub fn names(&self, search: &Search) -> Result<Cow<'_, [String]>, SqlError> {
        let loaded = self.load(search.kind().scope())?;
        let parties = match search.is_by_party() {
            true => {
                let case = Case::open(&self.root).map_err(run)?;
                Some(holders::of(&case, loaded).map_err(run)?)
            }
            false => None,
        };
        Ok(named(loaded, parties.as_ref()))
    }

    /// The transfers that a pattern is about.
    pub fn load(&self, scope: Scope) -> Result<&Loaded, SqlError> {
        let place = match scope {
            Scope::Accounts => &self.accounts,
            Scope::Cash | Scope::Everything => &self.everything,
        };
        let loaded = place.get_or_init(|| {
            let case = Case::open(&self.root).map_err(|e| e.to_string())?;
            loaded::read(&case, scope != Scope::Accounts)
        });
        loaded.as_ref().map_err(|reason| SqlError::Run {
            reason: reason.clone(),
            hint: String::new(),
        })
    }
}

impl Hits<'_> {
    /// One bundle for each sequence that a bundle of a kind that lists them stands for.
    pub fn apart(&self, kind: SearchKind, bundle: &Bundle) -> Vec<Bundle> {
        let graph = &self.loaded.graph;
        bundle.apart(graph, |transfers| {
            let payers = transfers.iter().map(|transfer| graph.payer(*transfer));
            // A chain ends at an account that it does not leave.
            let end = transfers
                .last()
                .filter(|_| kind == SearchKind::LayeringChains)
                .map(|transfer| graph.payee(*transfer));
            payers.chain(end).map(|account| self.number_of(account)).collect()
        })
    }

    /// The id of an account of a bundle; of a party where the search was by party and knows who holds it.
    pub fn name(&self, number: u32) -> &str {
        &self.names[number as usize]
    }

    /// Whether a number of a bundle is a party's.
    pub fn is_party(&self, number: u32) -> bool {
        self.parties.as_ref().is_some_and(|(count, _)| number < *count)
    }

    /// Whether parties stand in the place of accounts.
    pub fn is_by_party(&self) -> bool {
        self.parties.is_some()
    }

    /// The number in a bundle of an account of the transfers as they are loaded.
    pub fn number_of(&self, account: u32) -> u32 {
        let numbers = self.parties.as_ref().map(|(_, numbers)| numbers);
        numbers.map_or(account, |numbers| numbers[account as usize])
    }
}

fn named<'l>(loaded: &'l Loaded, parties: Option<&Holders>) -> Cow<'l, [String]> {
    match parties {
        None => Cow::Borrowed(loaded.accounts.as_slice()),
        Some(parties) => Cow::Owned(parties.vertices(&loaded.accounts)),
    }
}

/// A pattern that refuses its parameters, as a fault of the argument.
pub(super) fn argument(search: &Search, error: &PatternError) -> SqlError {
    if *error == PatternError::Cancelled {
        return SqlError::Stopped;
    }
    match error.refused() {
        Some((parameter, reason)) => SqlError::Argument {
            function: search.kind().name().to_owned(),
            argument: parameter.to_owned(),
            reason,
        },
        None => SqlError::Run {
            reason: error.to_string(),
            hint: String::new(),
        },
    }
}

fn run(error: CaseError) -> SqlError {
    SqlError::Run {
        reason: error.to_string(),
        hint: String::new(),
    }
}

fn graph_fault(error: GraphError) -> SqlError {
    SqlError::Run {
        reason: error.to_string(),
        hint: String::new(),
    }
}
