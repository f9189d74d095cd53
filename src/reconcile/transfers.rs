//! Transfers from entries: the two legs of each movement tied together, one to one, and what stays with one leg.

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::error::ArrowError;
use hashbrown::HashMap;
use rayon::prelude::*;

use super::ReconcileError;
use super::chain::Covered;
use super::check::same_rows;
use super::details::LeftWhole;
use super::duplicates::Same;
use super::ids::{EntryRef, NONE};
use super::leads;
use super::legs::{Legs, MIRROR, Pair};
use super::rates::Rates;
use super::reversals::Reversal;
use super::search::{Choice, Cut, Found, Work};
use super::transfer_rows::{CREDIT_OF_PAIR, Move};
use crate::model::Date;

/// The columns of table `entries` that [`transfers`] reads; others may be left out.
pub const ENTRY_COLUMNS: &[&str] = &[
    "entry_id",
    "account_id",
    "sequence",
    "booking_date",
    "value_date",
    "booked_at",
    "time_precision",
    "direction",
    "amount",
    "currency",
    "channel",
    "counterparty_name",
    "counterparty_account_id",
    "counterparty_status",
    "purpose",
    "end_to_end_id",
    "bank_reference",
    "remittance",
    "reversal",
];

/// Transfers of a case; the rows of the table come from [`Transfers::batches`].
pub struct Transfers {
    pub(super) legs: Legs,
    pub(super) moves: Vec<Move>,
    pub(super) rates: Rates,
    pub(super) choices: HashMap<u32, Choice>,
    pub(super) cut: HashMap<u32, Cut>,
    pub(super) reversals: Vec<Reversal>,
    /// What is said of a leg that takes back or is taken back.
    pub(super) reversed: HashMap<u32, &'static str>,
    /// More rows of table `same_entries`, kind `other_record`: the leg of a listing (`entry_id`) is the same booking as
    /// the line of the account's own statement (`same_as`), which stands for both in the transfer.
    pub other_records: RecordBatch,
    /// Pairs that the record leaves open, sorted by their entries.
    pub ambiguous: Vec<Ambiguous>,
    /// Entries whose other side should stand in a seized statement and does not, and batches that were left whole, sorted
    /// by entry.
    pub missing_mirrors: Vec<MissingMirror>,
    /// How many of each kind.
    pub counts: TransferCounts,
}

/// Two entries that may be one transfer, where another pairing is as good.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ambiguous {
    pub debit_entry: String,
    /// The payment inside the entry, where it is one.
    pub debit_detail: Option<String>,
    pub credit_entry: String,
    pub credit_detail: Option<String>,
    /// `equal_payments`, `same_id`, `nameless`, `exchange`, `market_rate` or `batch_sum`.
    pub kind: &'static str,
    /// Whether they were tied nevertheless (equal payments, tied in their order) or left apart.
    pub tied: bool,
    pub reason: String,
}

/// An entry whose other side should stand in a seized statement and does not: a lead.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MissingMirror {
    pub entry_id: String,
    /// The payment inside the entry, where it is one.
    pub detail_id: Option<String>,
    /// `no_mirror`, or `batch_left_whole` where the payments of a batch do not make it up.
    pub kind: &'static str,
    pub account_id: String,
    /// The account in whose statement it should stand.
    pub missing_in: Option<String>,
    pub is_credit: bool,
    /// Ten-thousandths.
    pub amount: Option<i64>,
    pub currency: Option<String>,
    pub day: Option<Date>,
    pub reason: String,
}

/// What else the case knows of its entries. Each may be left out.
pub struct Beside<'a> {
    /// Batches of table `entry_details`.
    pub details: Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + 'a>,
    /// Table `accounts`: whose accounts they are.
    pub accounts: Option<&'a RecordBatch>,
    /// Exchange rates, and the case's currency.
    pub rates: Rates,
}

impl Default for Beside<'_> {
    fn default() -> Self {
        Beside {
            details: Box::new(std::iter::empty()),
            accounts: None,
            rates: Rates::default(),
        }
    }
}

/// How the transfers came about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TransferCounts {
    /// All transfers.
    pub transfers: u64,
    /// With both legs from a listing's row, replaced or not by a statement's line.
    pub listed: u64,
    /// With both legs from statements.
    pub matched: u64,
    /// With one leg.
    pub one_leg: u64,
    /// Batch entries that are told payment by payment.
    pub split: u64,
    /// Entries that take an earlier one back, tied to it.
    pub reversals: u64,
    /// Bytes that the legs and their transfers hold in memory.
    pub bytes: u64,
}

/// Ties the legs of transfers.
///
/// - A listing's row that names both sides is one transfer.
/// - A debit on A naming B and a credit on B naming A of the same amount and currency, booked at most two banking days
///   apart, may be one transfer; so may be one that names the other account and one that names none, where the end-to-end
///   id, the bank's reference or the holder's name agrees too. Two different end-to-end ids are two payments.
/// - Each possible pair has a score: 2,000 for the same end-to-end id, 1,000 for the same bank reference, 500 where the
///   accounts name each other and 250 where one names the other, up to 100 for the words that the texts share, 50 for each
///   side that has the name of the other's holder, and 60, 40 or 20 for 0, 1 or 2 banking days between them. Pairs that
///   hang together by their legs are weighed together: the one-to-one assignment with the best total holds.
/// - Where another assignment has the same total, equal payments between the same two accounts are tied in their order
///   (the same money moved between the same accounts either way) and listed; so is a leg whose own account and the one
///   that it names are sure, whichever leg it is tied to. What may be a payment of one account or of another is left
///   apart and listed.
/// - Past 16,384 possible pairs between two accounts in one amount (equal legs are one here), if they are more than 16 a
///   leg too, ids are weighed first and then days alone, and the reason says so. Past 16,384 pairs that hang together by
///   legs that name nobody, those that name each other are weighed for themselves, and the reason says so too.
/// - Where an account's own statement and a listing carry the same movement, the statement's line becomes the leg and the
///   listing's leg is recorded as `other_record`, so that nothing counts twice.
/// - Two currencies are tied where the record states the amount before the exchange or the rate, and it fits; never by a
///   market rate.
/// - A batch whose payments add up to it is told payment by payment; sums of single entries tie nothing.
/// - What is left is a transfer with one leg. Its other side is the account that it names, else `c-` and the account for
///   cash, `b-` and the account for the account's own bank, `u-` and the entry for somebody unknown.
///
/// `entries` are batches with at least [`ENTRY_COLUMNS`], `same_entries` and `statements` what
/// [`check`](super::check::check) gives. Needs some 110
/// bytes an entry, and 4 bytes for each of the first 12 words of its text.
pub fn transfers<E>(
    entries: E,
    same_entries: &RecordBatch,
    statements: &RecordBatch,
) -> Result<Transfers, ReconcileError>
where
    E: IntoIterator<Item = Result<RecordBatch, ArrowError>>,
{
    transfers_beside(entries, same_entries, statements, Beside::default())
}

/// The same with payments inside entries, holders and exchange rates.
pub fn transfers_beside<E>(
    entries: E,
    same_entries: &RecordBatch,
    statements: &RecordBatch,
    beside: Beside<'_>,
) -> Result<Transfers, ReconcileError>
where
    E: IntoIterator<Item = Result<RecordBatch, ArrowError>>,
{
    let mut legs = Legs::default();
    legs.skip_copies(same_entries)?;
    for batch in entries {
        legs.read(&batch?)?;
    }
    legs.finish();
    let left_whole = legs.split_batches(beside.details)?;
    if let Some(accounts) = beside.accounts {
        legs.read_holders(accounts)?;
    }
    let covered = Covered::read(statements)?;
    let mut work = Work::new(&legs);
    work.tie();
    work.tie_exchange(&beside.rates);
    work.find_reversals();
    let explained = work.find_sums();
    work.find_missing(&covered, &explained);
    let found = work.found;
    found.finish(legs, left_whole, beside.rates)
}

impl Transfers {
    /// Table `ambiguous_legs`, sorted by its entries.
    pub fn ambiguous_legs(&self) -> Result<RecordBatch, ReconcileError> {
        leads::ambiguous_rows(&self.ambiguous)
    }

    /// Table `missing_legs`, sorted by its entries.
    pub fn missing_legs(&self) -> Result<RecordBatch, ReconcileError> {
        leads::missing_rows(&self.missing_mirrors)
    }

    /// Table `reversals`, sorted by its entries.
    pub fn reversals(&self) -> Result<RecordBatch, ReconcileError> {
        leads::reversal_rows(&self.legs, &self.reversals)
    }

    /// Days of a pair of currencies on which sources state different rates; they are not used.
    pub fn contradicting_rates(&self) -> usize {
        self.rates.contradictions()
    }
}

impl Found {
    fn finish(
        self,
        mut legs: Legs,
        left_whole: Vec<LeftWhole>,
        rates: Rates,
    ) -> Result<Transfers, ReconcileError> {
        let Found {
            used,
            own_debit,
            own_credit,
            tied,
            mut ambiguous,
            missing,
            choices,
            cut,
            reversals,
            ..
        } = self;
        let missing = missing.into_iter().chain(leads::of_batches(left_whole));
        let mut missing: Vec<MissingMirror> = missing.map(|lead| leads::in_words(&legs, lead)).collect();
        let mut moves: Vec<(u32, u32)> = Vec::new();
        let mut same = Vec::new();
        let pairs = std::mem::take(&mut legs.pairs);
        let mut kept = HashMap::new();
        for (at, pair) in pairs.iter().enumerate() {
            let at = at as u32;
            let own = (own_debit.get(&at).copied(), own_credit.get(&at).copied());
            let mut credit = match pair.credit {
                NONE => CREDIT_OF_PAIR,
                credit => credit,
            };
            if own != (None, None) {
                note_other_records(&legs, *pair, own, &mut same);
                if own.0.is_some() && own.1.is_none() && pair.credit == NONE {
                    // The listing's credit leg stands beside a debit leg that is not its row's: it is kept now.
                    credit = legs.legs.len() as u32;
                    let mirrored = legs.credit(*pair);
                    legs.legs.push(mirrored);
                    // What the row states of an exchange, its credit leg states too.
                    if let Some(stated) = legs.stated_by(pair.debit).cloned() {
                        legs.stated.insert(credit, stated);
                    }
                    kept.insert(pair.debit | MIRROR, credit);
                }
            }
            moves.push((own.0.unwrap_or(pair.debit), own.1.unwrap_or(credit)));
        }
        let mut counts = TransferCounts {
            listed: moves.len() as u64,
            matched: tied.len() as u64,
            split: legs.split.len() as u64,
            reversals: reversals.iter().filter(|reversal| reversal.tied).count() as u64,
            ..TransferCounts::default()
        };
        moves.extend(tied);
        for (at, used) in used.iter().enumerate() {
            if !used && !legs.paired[at] && !legs.split.contains(&(at as u32)) {
                let at = at as u32;
                counts.one_leg += 1;
                moves.push(if legs.legs[at as usize].is_credit() {
                    (NONE, at)
                } else {
                    (at, NONE)
                });
            }
        }
        counts.transfers = moves.len() as u64;
        let mut moves: Vec<Move> = moves
            .into_par_iter()
            .map(|(debit, credit)| Move::new(&legs, debit, credit))
            .collect();
        moves.par_sort_unstable_by(|a, b| a.compare(b, &legs));
        ambiguous.sort_unstable();
        ambiguous.dedup();
        missing.sort_unstable();
        let mut reversed = HashMap::new();
        for reversal in reversals.iter().filter(|reversal| reversal.tied) {
            let taken = if reversal.in_part {
                "taken back in part"
            } else {
                "taken back"
            };
            let number = |at: u32| kept.get(&at).copied().unwrap_or(at);
            reversed.insert(number(reversal.taking), "takes back");
            if let Some(at) = reversal.taken {
                reversed.entry(number(at)).or_insert(taken);
            }
        }
        let held = |length: usize, size: usize| (length * size) as u64;
        counts.bytes = held(legs.legs.capacity(), size_of::<super::legs::Leg>())
            + held(legs.pairs.capacity(), size_of::<Pair>())
            + held(legs.paired.capacity() + used.capacity() + legs.words.bytes(), 1)
            + held(choices.capacity(), size_of::<(u32, Choice)>())
            + held(moves.capacity(), size_of::<Move>());
        Ok(Transfers {
            other_records: same_rows(same, &legs.prefixes)?,
            legs,
            moves,
            rates,
            choices,
            cut,
            reversals,
            reversed,
            ambiguous,
            missing_mirrors: missing,
            counts,
        })
    }
}

fn note_other_records(legs: &Legs, pair: Pair, own: (Option<u32>, Option<u32>), same: &mut Vec<Same>) {
    let listed: [(EntryRef, Option<u32>); 2] = [
        (legs.legs[pair.debit as usize].entry(), own.0),
        (legs.credit(pair).entry(), own.1),
    ];
    for (entry, line) in listed {
        if let Some(line) = line {
            same.push(Same {
                entry,
                same_as: legs.legs[line as usize].entry(),
                kind: "other_record",
                reason: "a listing's record of a line in the account's own statement".to_owned(),
            });
        }
    }
}
