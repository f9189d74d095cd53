//! The case's transfers as the columns that the graph takes, and searches over them. What the engines are told beside
//! transfers is read here (`facts`), so that the engines know no files.

mod facts;
mod loaded;

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::OnceLock;

use self::facts::{Holders, Known};
pub use self::loaded::{Loaded, Transfer};
use super::SqlError;
use crate::case::{Case, CaseError};
use crate::graph::{GraphError, TemporalGraph};
use crate::patterns::{Bundle, Earlier, PatternError, Scope, Search, SearchKind};

/// A case's transfers, loaded on first use.
pub struct Flows {
    root: PathBuf,
    /// Between accounts that records name. Cash, the bank itself and unknown other sides are left out: most patterns
    /// would only meet them as dead ends.
    accounts: OnceLock<Result<Loaded, String>>,
    /// All of them.
    everything: OnceLock<Result<Loaded, String>>,
}

/// What a search found, with the names of what it found it between.
pub struct Hits<'f> {
    /// Sorted by first time and transfers. Transfers are those of `loaded`; accounts are numbers in `names`.
    pub bundles: Vec<Bundle>,
    /// Whether a budget cut the search short.
    pub truncated: bool,
    /// Whether each currency was searched by itself.
    pub by_currency: bool,
    pub loaded: &'f Loaded,
    names: Cow<'f, [String]>,
    /// For each account its number in `names`, where these are not the accounts themselves.
    vertices: Option<Vec<u32>>,
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

/// What was looked at.
struct Looked<'f> {
    loaded: &'f Loaded,
    by_currency: bool,
    names: Cow<'f, [String]>,
    vertices: Option<Vec<u32>>,
}

impl Flows {
    /// The transfers of a case; nothing is read yet.
    pub fn of(case: &Case) -> Flows {
        Flows {
            root: case.root().to_owned(),
            accounts: OnceLock::new(),
            everything: OnceLock::new(),
        }
    }

    /// Searches the transfers that a pattern is about. A search that compares amounts looks at each currency by itself.
    pub fn search(&self, search: &Search) -> Result<Hits<'_>, SqlError> {
        self.search_since(search, None)
    }

    /// The same, by way of what a search of the earlier transfers found, with account and transfer numbers of the
    /// transfers as they are loaded now.
    pub fn search_since(&self, search: &Search, mut earlier: Option<Earlier>) -> Result<Hits<'_>, SqlError> {
        let mut bundles: Vec<Bundle> = Vec::new();
        let mut truncated = false;
        let looked = self.each_part(search, |part| {
            let earlier = match part.members {
                Some(members) => earlier.as_ref().map(|earlier| earlier.within(members)),
                None => earlier.take(),
            };
            let found = match earlier {
                Some(earlier) => search.run_since(part.graph, &part.known.told(), earlier),
                None => search.run(part.graph, &part.known.told()),
            }?;
            truncated |= found.truncated.is_some();
            let whole = |bundle: Bundle| match part.members {
                Some(members) => bundle.renumbered(members),
                None => bundle,
            };
            bundles.extend(found.bundles.into_iter().map(whole));
            Ok(())
        })?;
        if looked.by_currency {
            bundles.sort_by(|a, b| {
                (a.measures.first_at, &a.representative).cmp(&(b.measures.first_at, &b.representative))
            });
        }
        Ok(Hits {
            bundles,
            truncated,
            by_currency: looked.by_currency,
            loaded: looked.loaded,
            names: looked.names,
            vertices: looked.vertices,
        })
    }

    /// How many cycles there are, without listing them, by the parameters of a search for cycles.
    pub fn count_cycles(&self, search: &Search) -> Result<Counts, SqlError> {
        let mut counts = Counts::default();
        self.each_part(search, |part| {
            let found = search.count_cycles(part.graph)?;
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

    /// Does something with each graph that a search is about: one, or one for each currency.
    fn each_part(
        &self,
        search: &Search,
        mut work: impl FnMut(Part<'_>) -> Result<(), PatternError>,
    ) -> Result<Looked<'_>, SqlError> {
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
            Some(case) if search.is_by_party() => Some(facts::holders(case, loaded).map_err(run)?),
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
        Ok(Looked {
            loaded,
            by_currency,
            vertices: parties.as_ref().map(Holders::numbers),
            names: match &parties {
                None => Cow::Borrowed(loaded.accounts.as_slice()),
                Some(parties) => Cow::Owned(parties.vertices(&loaded.accounts)),
            },
        })
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
        let vertex = |account: u32| {
            let number = |vertices: &Vec<u32>| vertices[account as usize];
            self.vertices.as_ref().map_or(account, number)
        };
        bundle.apart(graph, |transfers| {
            let payers = transfers.iter().map(|transfer| graph.payer(*transfer));
            // A chain ends at an account that it does not leave.
            let end = transfers
                .last()
                .filter(|_| kind == SearchKind::LayeringChains)
                .map(|transfer| graph.payee(*transfer));
            payers.chain(end).map(vertex).collect()
        })
    }

    /// The id of an account of a bundle; of a party where the search was by party and knows who holds it.
    pub fn name(&self, number: u32) -> &str {
        &self.names[number as usize]
    }
}

/// A pattern that refuses its parameters, as a fault of the argument.
pub(super) fn argument(search: &Search, error: &PatternError) -> SqlError {
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
