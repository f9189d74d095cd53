//! Transfers from entries: the two legs of each movement tied together, one to one, and what stays with one leg.

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::error::ArrowError;
use rayon::prelude::*;

use super::ReconcileError;
use super::chain::Covered;
use super::check::same_rows;
use super::duplicates::Same;
use super::ids::{EntryRef, NONE};
use super::legs::{Legs, Pair};
use super::search::{Found, Work};
use super::transfer_rows::{CREDIT_OF_PAIR, Move};

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
    "counterparty_account_id",
    "counterparty_status",
    "purpose",
    "end_to_end_id",
    "bank_reference",
];

/// Transfers of a case; the rows of the table come from [`Transfers::batches`].
pub struct Transfers {
    pub(super) legs: Legs,
    pub(super) moves: Vec<Move>,
    /// More rows of table `same_entries`, kind `other_record`: the leg of a listing (`entry_id`) is the same booking as
    /// the line of the account's own statement (`same_as`), which stands for both in the transfer.
    pub other_records: RecordBatch,
    /// Pairs that the record leaves open, sorted by their entries.
    pub ambiguous: Vec<Ambiguous>,
    /// Entries whose other side should stand in a seized statement and does not, sorted by entry.
    pub missing_mirrors: Vec<MissingMirror>,
    /// How many of each kind.
    pub counts: TransferCounts,
}

/// Two entries that may be one transfer, where another pairing is as good.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ambiguous {
    pub debit_entry: String,
    pub credit_entry: String,
    /// Whether they were tied nevertheless (equal payments, tied in their order) or left apart.
    pub tied: bool,
    pub reason: String,
}

/// An entry whose other side should stand in a seized statement and does not: a lead.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MissingMirror {
    pub entry_id: String,
    pub reason: String,
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
}

/// Ties the legs of transfers.
///
/// - A listing's row that names both sides is one transfer.
/// - A debit on A naming B and a credit on B naming A of the same amount and currency, booked at most two banking days
///   apart, are one transfer. Of several equal ones, those with the same end-to-end id belong together, then those with
///   the same bank reference, then the nearest; two different end-to-end ids are two payments.
/// - A leg whose other side names nobody is tied where amount, currency, end-to-end id and day (two banking days) leave
///   one candidate only.
/// - Where an account's own statement and a listing carry the same movement, the statement's line becomes the leg and the
///   listing's leg is recorded as `other_record`, so that nothing counts twice.
/// - What is left is a transfer with one leg. Its other side is the account that it names, else `c-` and the account for
///   cash, `b-` and the account for the account's own bank, `u-` and the entry for somebody unknown.
///
/// `entries` are batches with at least [`ENTRY_COLUMNS`], `same_entries` and `statements` what
/// [`check`](super::check::check) gives. Needs below 100 bytes an entry.
pub fn transfers<E>(
    entries: E,
    same_entries: &RecordBatch,
    statements: &RecordBatch,
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
    let covered = Covered::read(statements)?;
    let mut work = Work::new(&legs);
    work.tie_crossed();
    work.tie_by_id();
    work.find_missing(&covered);
    let found = work.found;
    found.finish(legs)
}

impl Found {
    fn finish(self, mut legs: Legs) -> Result<Transfers, ReconcileError> {
        let Found {
            used,
            own_debit,
            own_credit,
            tied,
            mut ambiguous,
            mut missing,
            ..
        } = self;
        let mut moves: Vec<(u32, u32)> = Vec::new();
        let mut same = Vec::new();
        let pairs = std::mem::take(&mut legs.pairs);
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
                }
            }
            moves.push((own.0.unwrap_or(pair.debit), own.1.unwrap_or(credit)));
        }
        let mut counts = TransferCounts {
            listed: moves.len() as u64,
            matched: tied.len() as u64,
            ..TransferCounts::default()
        };
        moves.extend(tied);
        for (at, used) in used.iter().enumerate() {
            if !used && !legs.paired[at] {
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
        missing.sort_unstable();
        Ok(Transfers {
            other_records: same_rows(same, &legs.prefixes)?,
            legs,
            moves,
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
