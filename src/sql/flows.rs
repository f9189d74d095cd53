//! The case's transfers as the columns that the graph takes. Cash, the bank itself and unknown other sides are left
//! out: they would become hubs that connect everything with everything.

use std::path::PathBuf;
use std::sync::OnceLock;

use hashbrown::HashMap;

use super::SqlError;
use crate::case::{Case, CaseError, Table, column};
use crate::graph::TemporalGraph;
use crate::model::Channel;
use crate::patterns::{Bundle, PatternError, Search};

/// Transfers between accounts that records name, loaded on first use.
pub struct Flows {
    root: PathBuf,
    loaded: OnceLock<Result<Loaded, String>>,
}

/// Transfers in the order of the table (time, then id), and the graph over them.
pub struct Loaded {
    /// Account ids, sorted; their place is their number in the graph.
    pub accounts: Vec<String>,
    pub transfers: Vec<Transfer>,
    pub graph: TemporalGraph,
    currencies: Vec<String>,
}

/// What a finding needs to know of a transfer.
pub struct Transfer {
    pub id: String,
    pub debit_entry: Option<Box<str>>,
    pub credit_entry: Option<Box<str>>,
    currency: u16,
    /// Whether only the day is known.
    pub day_only: bool,
    /// Paid by card or by direct debit.
    purchase: bool,
}

const COLUMNS: [&str; 10] = [
    "transfer_id",
    "payer_account",
    "payee_account",
    "time_precision",
    "amount",
    "currency",
    "debit_entry",
    "credit_entry",
    "at",
    "channel",
];

impl Flows {
    /// The transfers of a case; nothing is read yet.
    pub fn of(case: &Case) -> Flows {
        Flows {
            root: case.root().to_owned(),
            loaded: OnceLock::new(),
        }
    }

    /// Reads the transfers and builds the graph, once.
    pub fn load(&self) -> Result<&Loaded, SqlError> {
        let loaded = self.loaded.get_or_init(|| {
            let case = Case::open(&self.root).map_err(|e| e.to_string())?;
            read(&case)
        });
        loaded.as_ref().map_err(|reason| SqlError::Run {
            reason: reason.clone(),
            hint: String::new(),
        })
    }
}

impl Loaded {
    /// The currency of a transfer.
    pub fn currency(&self, transfer: u32) -> &str {
        &self.currencies[usize::from(self.transfers[transfer as usize].currency)]
    }

    /// The currency of transfers, where they share one.
    pub fn one_currency(&self, transfers: &[u32]) -> Option<&str> {
        let first = self.transfers.get(*transfers.first()? as usize)?.currency;
        let same = transfers
            .iter()
            .all(|t| self.transfers[*t as usize].currency == first);
        same.then(|| self.currencies[usize::from(first)].as_str())
    }

    /// Searches for a pattern; gives bundles, sorted by first time and transfers, and whether a budget cut the search
    /// short. A search that compares amounts looks at each currency by itself, because there are no rates yet.
    pub fn search(&self, search: &Search) -> Result<(Vec<Bundle>, bool), PatternError> {
        let counts = |transfer: &Transfer| search.counts_purchases() || !transfer.purchase;
        let by_currency = search.compares_amounts() && self.currencies.len() > 1;
        if !by_currency && self.transfers.iter().all(counts) {
            let found = search.run(&self.graph)?;
            return Ok((found.bundles, found.truncated.is_some()));
        }
        let currencies: Vec<Option<usize>> = if by_currency {
            (0..self.currencies.len()).map(Some).collect()
        } else {
            vec![None]
        };
        let mut bundles = Vec::new();
        let mut truncated = false;
        for wanted in currencies {
            let fits = |transfer: &Transfer| {
                counts(transfer) && wanted.is_none_or(|wanted| usize::from(transfer.currency) == wanted)
            };
            let members: Vec<u32> = (0_u32..)
                .zip(&self.transfers)
                .filter_map(|(number, transfer)| fits(transfer).then_some(number))
                .collect();
            // A part of a graph that was built is one that can be built.
            let Ok(part) = self.graph.subgraph(&members) else {
                continue;
            };
            let found = search.run(&part)?;
            truncated |= found.truncated.is_some();
            bundles.extend(
                found
                    .bundles
                    .into_iter()
                    .map(|bundle| bundle.renumbered(&members)),
            );
        }
        bundles.sort_by(|a, b| {
            (a.measures.first_at, &a.representative).cmp(&(b.measures.first_at, &b.representative))
        });
        Ok((bundles, truncated))
    }

    /// The account's id.
    pub fn account(&self, number: u32) -> &str {
        &self.accounts[number as usize]
    }

    /// The entries of a transfer, debit first.
    pub fn entries(&self, transfer: u32) -> impl Iterator<Item = &str> {
        let transfer = &self.transfers[transfer as usize];
        transfer
            .debit_entry
            .as_deref()
            .into_iter()
            .chain(transfer.credit_entry.as_deref())
    }
}

fn read(case: &Case) -> Result<Loaded, String> {
    let text = |error: CaseError| error.to_string();
    let mut numbers: HashMap<String, u32> = HashMap::new();
    let mut currencies: Vec<String> = Vec::new();
    let (mut payer, mut payee, mut at, mut amount) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut transfers = Vec::new();
    let mut number = |id: &str| -> u32 {
        if let Some(number) = numbers.get(id) {
            return *number;
        }
        let number = numbers.len() as u32;
        numbers.insert(id.to_owned(), number);
        number
    };
    for batch in case.scan(Table::Transfers, &COLUMNS) {
        let batch = batch.map_err(text)?;
        let id = column::text(&batch, "transfer_id").map_err(text)?;
        let from = column::text(&batch, "payer_account").map_err(text)?;
        let to = column::text(&batch, "payee_account").map_err(text)?;
        let precision = column::text(&batch, "time_precision").map_err(text)?;
        let money = column::decimal(&batch, "amount").map_err(text)?;
        let currency = column::text(&batch, "currency").map_err(text)?;
        let debit = column::text(&batch, "debit_entry").map_err(text)?;
        let credit = column::text(&batch, "credit_entry").map_err(text)?;
        let time = column::moment(&batch, "at").map_err(text)?;
        let channel = column::text(&batch, "channel").map_err(text)?;
        use datafusion::arrow::array::Array;
        for row in 0..batch.num_rows() {
            let (one, other) = (from.value(row), to.value(row));
            // A transfer without a time has no place in a pattern that is about time.
            if !one.starts_with("a-") || !other.starts_with("a-") || time.is_null(row) {
                continue;
            }
            payer.push(number(one));
            payee.push(number(other));
            at.push(time.value(row));
            amount.push(if money.is_null(row) {
                0
            } else {
                money.value(row) as i64
            });
            let code = column::text_at(currency, row);
            let known = currencies.iter().position(|c| c == code).unwrap_or_else(|| {
                currencies.push(code.to_owned());
                currencies.len() - 1
            });
            let maybe = |value: &str| (!value.is_empty()).then(|| value.into());
            transfers.push(Transfer {
                id: id.value(row).to_owned(),
                debit_entry: maybe(column::text_at(debit, row)),
                credit_entry: maybe(column::text_at(credit, row)),
                currency: known as u16,
                day_only: precision.value(row) == "day",
                purchase: Channel::from_word(channel.value(row)).is_some_and(Channel::is_purchase),
            });
        }
    }
    // Numbers in the order of the ids, so that results do not depend on which file named an account first.
    let mut accounts: Vec<(String, u32)> = numbers.into_iter().collect();
    accounts.sort();
    let mut renumbered = vec![0_u32; accounts.len()];
    for (place, (_, old)) in accounts.iter().enumerate() {
        renumbered[*old as usize] = place as u32;
    }
    for side in [&mut payer, &mut payee] {
        for account in side.iter_mut() {
            *account = renumbered[*account as usize];
        }
    }
    let accounts: Vec<String> = accounts.into_iter().map(|(id, _)| id).collect();
    let graph = TemporalGraph::build(accounts.len(), &payer, &payee, &at, &amount)
        .map_err(|error| error.to_string())?;
    Ok(Loaded {
        accounts,
        transfers,
        graph,
        currencies,
    })
}
