//! The table of transfers in memory, and the graph over it.

use std::sync::OnceLock;

use datafusion::arrow::array::{Array, RecordBatch};
use hashbrown::HashMap;
use sha2::{Digest, Sha256};

use crate::book::days::by_day;
use crate::case::{Case, CaseError, Table, column};
use crate::graph::TemporalGraph;
use crate::model::{Channel, hex};

/// Transfers in the order of the table (time, then id), and the graph over them.
pub struct Loaded {
    /// Account ids, sorted; their place is their number in the graph. `c-` and an account is its cash, `b-` its bank,
    /// `u-` an unknown other side.
    pub accounts: Vec<String>,
    pub transfers: Vec<Transfer>,
    pub graph: TemporalGraph,
    /// By number, as in [`Transfer::currency`].
    pub(super) currencies: Vec<String>,
    /// As [`Loaded::days`] gives them; hashed when first asked for.
    days: OnceLock<Vec<(i64, String)>>,
}

/// What a finding needs to know of a transfer.
pub struct Transfer {
    pub id: String,
    pub debit_entry: Option<Box<str>>,
    pub credit_entry: Option<Box<str>>,
    pub(super) currency: u16,
    /// Whether it is known by its day alone: its own time is, or that of one that it hangs together with on this day.
    pub day_only: bool,
    /// How the money moved.
    pub(super) channel: Channel,
    /// Whether each side is an account that records name, or cash.
    pub(super) is_known_or_cash: bool,
    /// Whether it takes another one back, or was taken back whole: money that went there and back, as the records say.
    pub(super) is_taken_back: bool,
}

const DAY: i64 = 86_400_000_000;

const COLUMNS: [&str; 11] = [
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
    "reversal",
];

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

    /// The first transfer at this time or later.
    pub fn first_since(&self, microseconds: i64) -> u32 {
        (0..self.transfers.len() as u32)
            .rev()
            .take_while(|transfer| self.graph.at(*transfer) >= microseconds)
            .last()
            .unwrap_or(self.transfers.len() as u32)
    }

    /// For each day that has transfers a hash of all transfers up to its end, as a search sees them: two cases whose
    /// hashes of a day are equal have the same transfers up to there.
    pub fn days(&self) -> &[(i64, String)] {
        self.days.get_or_init(|| self.hashed())
    }

    fn hashed(&self) -> Vec<(i64, String)> {
        let mut hasher = Sha256::new();
        let mut days: Vec<(i64, String)> = Vec::new();
        let mut last: Option<i64> = None;
        let close = |hasher: &Sha256| hex(&hasher.clone().finalize()[..16]);
        for (number, transfer) in (0_u32..).zip(&self.transfers) {
            let day = self.graph.at(number).div_euclid(DAY);
            if let Some(before) = last.filter(|before| *before != day) {
                days.push((before, close(&hasher)));
            }
            last = Some(day);
            let sides = [self.graph.payer(number), self.graph.payee(number)];
            let sides = sides.map(|side| self.accounts[side as usize].as_str());
            let texts = [
                &transfer.id,
                sides[0],
                sides[1],
                self.currency(number),
                transfer.channel.as_str(),
            ];
            for text in texts {
                hasher.update((text.len() as u64).to_le_bytes());
                hasher.update(text.as_bytes());
            }
            hasher.update(self.graph.at(number).to_le_bytes());
            hasher.update(self.graph.amount(number).to_le_bytes());
            hasher.update([u8::from(transfer.day_only), u8::from(transfer.is_taken_back)]);
        }
        days.extend(last.map(|day| (day, close(&hasher))));
        days
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

/// Whether a row of the table is among the transfers: a transfer without a time has no place in a pattern that is about
/// time, and of the others all are, or those between accounts that records name.
pub(super) fn is_taken(from: &str, to: &str, has_time: bool, everything: bool) -> bool {
    has_time && (everything || (from.starts_with("a-") && to.starts_with("a-")))
}

/// Reads the transfers and builds the graph.
pub(super) fn read(case: &Case, everything: bool) -> Result<Loaded, String> {
    let mut rows = Rows::default();
    for batch in case.scan(Table::Transfers, &COLUMNS) {
        let batch = batch.map_err(|e| e.to_string())?;
        rows.take(&batch, everything).map_err(|e| e.to_string())?;
    }
    rows.finish()
}

#[derive(Default)]
struct Rows {
    numbers: HashMap<String, u32>,
    currencies: Vec<String>,
    payer: Vec<u32>,
    payee: Vec<u32>,
    at: Vec<i64>,
    amount: Vec<i64>,
    transfers: Vec<Transfer>,
}

impl Rows {
    fn take(&mut self, batch: &RecordBatch, everything: bool) -> Result<(), CaseError> {
        let id = column::text(batch, "transfer_id")?;
        let from = column::text(batch, "payer_account")?;
        let to = column::text(batch, "payee_account")?;
        let precision = column::text(batch, "time_precision")?;
        let money = column::decimal(batch, "amount")?;
        let currency = column::text(batch, "currency")?;
        let debit = column::text(batch, "debit_entry")?;
        let credit = column::text(batch, "credit_entry")?;
        let time = column::moment(batch, "at")?;
        let channel = column::text(batch, "channel")?;
        let reversal = column::text(batch, "reversal")?;
        for row in 0..batch.num_rows() {
            let (one, other) = (from.value(row), to.value(row));
            if !is_taken(one, other, time.is_valid(row), everything) {
                continue;
            }
            let (one_number, other_number) = (self.number(one), self.number(other));
            self.payer.push(one_number);
            self.payee.push(other_number);
            self.at.push(time.value(row));
            self.amount.push(match money.is_null(row) {
                true => 0,
                false => money.value(row) as i64,
            });
            let code = column::text_at(currency, row);
            let known = self.currencies.iter().position(|c| c == code).unwrap_or_else(|| {
                self.currencies.push(code.to_owned());
                self.currencies.len() - 1
            });
            let maybe = |value: &str| (!value.is_empty()).then(|| value.into());
            let is_known_or_cash = |side: &str| side.starts_with("a-") || side.starts_with("c-");
            self.transfers.push(Transfer {
                id: id.value(row).to_owned(),
                debit_entry: maybe(column::text_at(debit, row)),
                credit_entry: maybe(column::text_at(credit, row)),
                currency: known as u16,
                day_only: precision.value(row) == "day",
                channel: Channel::from_word(channel.value(row)).unwrap_or(Channel::Unknown),
                is_known_or_cash: is_known_or_cash(one) && is_known_or_cash(other),
                is_taken_back: matches!(column::text_at(reversal, row), "takes back" | "taken back"),
            });
        }
        Ok(())
    }

    fn number(&mut self, id: &str) -> u32 {
        if let Some(number) = self.numbers.get(id) {
            return *number;
        }
        let number = self.numbers.len() as u32;
        self.numbers.insert(id.to_owned(), number);
        number
    }

    /// See [`by_day`].
    fn by_day(&mut self) {
        let mut day_only: Vec<bool> = self.transfers.iter().map(|transfer| transfer.day_only).collect();
        let (payer, payee) = (&self.payer, &self.payee);
        by_day(&mut self.at, &mut day_only, |place| {
            [Some(payer[place]), Some(payee[place])]
        });
        for (transfer, day_only) in self.transfers.iter_mut().zip(day_only) {
            transfer.day_only = day_only;
        }
    }

    /// Numbers in the order of the ids, so that results do not depend on which file named an account first.
    fn finish(mut self) -> Result<Loaded, String> {
        let mut accounts: Vec<(String, u32)> = std::mem::take(&mut self.numbers).into_iter().collect();
        accounts.sort();
        let mut renumbered = vec![0_u32; accounts.len()];
        for (place, (_, old)) in accounts.iter().enumerate() {
            renumbered[*old as usize] = place as u32;
        }
        for side in [&mut self.payer, &mut self.payee] {
            for account in side.iter_mut() {
                *account = renumbered[*account as usize];
            }
        }
        let accounts: Vec<String> = accounts.into_iter().map(|(id, _)| id).collect();
        self.by_day();
        let graph = TemporalGraph::build(accounts.len(), &self.payer, &self.payee, &self.at, &self.amount)
            .map_err(|error| error.to_string())?;
        Ok(Loaded {
            accounts,
            transfers: self.transfers,
            graph,
            currencies: self.currencies,
            days: OnceLock::new(),
        })
    }
}
