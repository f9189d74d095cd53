//! Rows of table `transfers`, in their order.

use std::cmp::Ordering;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, Decimal128Builder, Int64Builder, RecordBatch, StringBuilder, TimestampMicrosecondBuilder,
};

use super::ReconcileError;
use super::exchange;
use super::ids::NONE;
use super::legs::{Leg, Legs, MIRROR};
use super::rates::{Converted, RateRows};
use super::reasons;
use super::transfers::Transfers;
use crate::case::{MONEY, Table};
use crate::model::{Channel, Origin, TimePrecision, transfer_id};

/// "The credit leg is the mirror of the debit leg" among numbers of legs.
pub(super) const CREDIT_OF_PAIR: u32 = NONE - 1;

/// A transfer: its legs, and what it is sorted by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Move {
    /// Microseconds; the earliest of all where no day is known.
    at: i64,
    /// First 64 bits of the id.
    id: u64,
    debit: u32,
    credit: u32,
}

impl Move {
    pub fn new(legs: &Legs, debit: u32, credit: u32) -> Move {
        let mut made = Move {
            at: i64::MIN,
            id: 0,
            debit,
            credit,
        };
        let (debit, credit) = made.legs(legs);
        let at = debit.and_then(|leg| leg.at()).or(credit.and_then(|leg| leg.at()));
        made.at = at.unwrap_or(i64::MIN);
        let id = made.transfer_id(legs);
        let digits = id.get(2..18).unwrap_or("");
        made.id = u64::from_str_radix(digits, 16).unwrap_or(0);
        made
    }

    /// By `at`, then by `transfer_id`.
    pub fn compare(&self, other: &Move, legs: &Legs) -> Ordering {
        (self.at, self.id)
            .cmp(&(other.at, other.id))
            .then_with(|| self.transfer_id(legs).cmp(&other.transfer_id(legs)))
    }

    fn legs(&self, legs: &Legs) -> (Option<Leg>, Option<Leg>) {
        let debit = legs.legs.get(self.debit as usize).copied();
        let credit = match self.credit {
            CREDIT_OF_PAIR => debit.map(|leg| leg.mirrored()),
            at => legs.legs.get(at as usize).copied(),
        };
        (debit, credit)
    }

    /// A payment inside an entry goes by its own id.
    fn transfer_id(&self, legs: &Legs) -> String {
        let (debit, credit) = self.legs(legs);
        let text = |leg: Option<Leg>, at: u32| {
            let whole = || leg.map(|leg| leg.entry().text(&legs.prefixes));
            legs.detail(at).map(str::to_owned).or_else(whole)
        };
        transfer_id(
            text(debit, self.debit).as_deref(),
            text(credit, self.credit).as_deref(),
        )
    }
}

impl Transfers {
    /// Table `transfers`, sorted by `at` (transfers without any day first) and `transfer_id`, in batches of at most
    /// `rows` rows that are made one at a time.
    pub fn batches(&self, rows: usize) -> impl Iterator<Item = Result<RecordBatch, ReconcileError>> + '_ {
        self.moves.chunks(rows.max(1)).map(|moves| {
            let mut builder = Builder::default();
            for made in moves {
                builder.add(made, self);
            }
            builder.finish()
        })
    }

    /// Table `transfer_rates`: the exchange rates behind `base_amount`, in the order of the transfers.
    pub fn rate_batches(
        &self,
        rows: usize,
    ) -> impl Iterator<Item = Result<RecordBatch, ReconcileError>> + '_ {
        let chunks = if self.rates.is_empty() {
            &[]
        } else {
            self.moves.as_slice()
        };
        chunks.chunks(rows.max(1)).map(|moves| {
            let mut builder = RateRows::default();
            for made in moves {
                if let Some(base) = self.base(made).filter(|base| !base.rates.is_empty()) {
                    builder.add(&made.transfer_id(&self.legs), &base.rates);
                }
            }
            builder.finish()
        })
    }

    /// The amount in the case's currency: as booked where one of the legs is in it, else by the rates of the day.
    fn base(&self, made: &Move) -> Option<Converted<'_>> {
        let base = self.rates.base();
        let (debit, credit) = made.legs(&self.legs);
        let main = debit.or(credit)?;
        for leg in [Some(main), credit].into_iter().flatten() {
            if self.legs.currency(&leg)? == base && leg.has(Leg::AMOUNT) {
                return Some(Converted {
                    amount: leg.amount,
                    rates: Vec::new(),
                });
            }
        }
        let known = !base.is_empty() && main.has(Leg::AMOUNT) && main.has(Leg::DATE);
        known.then(|| {
            self.rates
                .convert(main.amount, self.legs.currency(&main)?, base, main.date)
        })?
    }
}

struct Builder {
    texts: [StringBuilder; 16],
    moments: [TimestampMicrosecondBuilder; 3],
    numbers: [Int64Builder; 2],
    amounts: [Decimal128Builder; 3],
}

impl Default for Builder {
    fn default() -> Builder {
        let money = || Decimal128Builder::new().with_data_type(MONEY);
        Builder {
            texts: Default::default(),
            moments: Default::default(),
            numbers: Default::default(),
            amounts: [money(), money(), money()],
        }
    }
}

impl Builder {
    fn add(&mut self, made: &Move, transfers: &Transfers) {
        let legs = &transfers.legs;
        let (debit, credit) = made.legs(legs);
        let Some(main) = debit.or(credit) else { return };
        let id = |leg: Option<Leg>| leg.map(|leg| leg.entry().text(&legs.prefixes));
        let (debit_entry, credit_entry) = (id(debit), id(credit));
        let account = |leg: &Leg| legs.accounts.get(leg.account).to_owned();
        let main_at = if debit.is_some() { made.debit } else { made.credit };
        let payer = debit.map_or_else(|| other_side(legs, &main, main_at), |leg| account(&leg));
        let payee = credit.map_or_else(|| other_side(legs, &main, main_at), |leg| account(&leg));
        let detail = |at: u32| legs.detail(at).map(str::to_owned);
        let reason = match (&debit, &credit) {
            (Some(paid), Some(got)) => {
                let choice = transfers.choices.get(&made.debit);
                let cut = [made.debit, made.credit].map(|at| transfers.cut.get(&at).copied());
                Some(reasons::reason(
                    legs,
                    (paid, made.debit),
                    (got, made.credit),
                    choice,
                    cut[0].or(cut[1]),
                ))
            }
            _ => None,
        };
        let rate = match (&debit, &credit) {
            (Some(paid), Some(got)) => booked_rate(legs, (paid, made.debit), (got, made.credit)),
            _ => None,
        };
        let credit_number = match made.credit {
            CREDIT_OF_PAIR => made.debit | MIRROR,
            credit => credit,
        };
        let reversal = [made.debit, credit_number]
            .iter()
            .find_map(|at| transfers.reversed.get(at));
        let both = [debit, credit];
        let precision = both.iter().flatten().map(|leg| leg.precision).min();
        let channels = both.iter().flatten().map(|leg| leg.channel);
        let channel = { channels }.find(|channel| *channel != Channel::Unknown);
        let purpose = both.iter().flatten().map(|leg| leg.purpose).find(|p| *p != NONE);
        let corroborated = matches!((debit, credit), (Some(d), Some(c)) if d.source != c.source);
        let origin = if corroborated {
            Origin::Corroborated
        } else {
            Origin::Observed
        };
        for (builder, value) in self.texts.iter_mut().zip([
            Some(made.transfer_id(legs)),
            Some(payer),
            Some(payee),
            Some(precision.unwrap_or(TimePrecision::Day).as_str().to_owned()),
            legs.currency(&main).map(str::to_owned),
            credit.and_then(|leg| legs.currency(&leg).map(str::to_owned)),
            Some(channel.unwrap_or_default().as_str().to_owned()),
            purpose.map(|purpose| legs.purposes.get(purpose).to_owned()),
            Some(origin.as_str().to_owned()),
            debit_entry,
            credit_entry,
            detail(made.debit),
            detail(made.credit),
            reason,
            reversal.map(|word| (*word).to_owned()),
            rate,
        ]) {
            builder.append_option(value);
        }
        let at = |leg: Option<Leg>| leg.and_then(|leg| leg.at());
        self.moments[0].append_option(at(debit));
        self.moments[1].append_option(at(credit));
        self.moments[2].append_option(at(debit).or(at(credit)));
        let sequence = |leg: Option<Leg>| leg.filter(|l| l.has(Leg::SEQUENCE)).map(|l| l.sequence);
        self.numbers[0].append_option(sequence(debit));
        self.numbers[1].append_option(sequence(credit));
        let amount = |leg: Option<Leg>| leg.filter(|l| l.has(Leg::AMOUNT)).map(|l| i128::from(l.amount));
        self.amounts[0].append_option(amount(Some(main)));
        self.amounts[1].append_option(amount(credit));
        self.amounts[2].append_option(transfers.base(made).map(|base| i128::from(base.amount)));
    }

    fn finish(self) -> Result<RecordBatch, ReconcileError> {
        let [
            id,
            payer,
            payee,
            precision,
            currency,
            payee_currency,
            channel,
            purpose,
            origin,
            debit,
            credit,
            debit_detail,
            credit_detail,
            reason,
            reversal,
            rate,
        ] = self.texts.map(|mut b| Arc::new(b.finish()) as ArrayRef);
        let [debited, credited, at] = self.moments.map(|mut b| Arc::new(b.finish()) as ArrayRef);
        let [payer_sequence, payee_sequence] = self.numbers.map(|mut b| Arc::new(b.finish()) as ArrayRef);
        let [amount, payee_amount, base_amount] = self.amounts.map(|mut b| Arc::new(b.finish()) as ArrayRef);
        let arrays = vec![
            id,
            payer,
            payee,
            debited,
            credited,
            precision,
            payer_sequence,
            payee_sequence,
            amount,
            currency,
            payee_amount,
            payee_currency,
            base_amount,
            rate,
            channel,
            purpose,
            origin,
            debit,
            credit,
            at,
            debit_detail,
            credit_detail,
            reason,
            reversal,
        ];
        Ok(RecordBatch::try_new(Table::Transfers.schema(), arrays)?)
    }
}

/// The side that no entry is known of.
fn other_side(legs: &Legs, leg: &Leg, at: u32) -> String {
    let account = legs.accounts.get(leg.account);
    if leg.is_cash() {
        format!("c-{account}")
    } else if leg.other != NONE {
        legs.accounts.get(leg.other).to_owned()
    } else if leg.is_bank() {
        format!("b-{account}")
    } else {
        let own = legs.detail(at).map(str::to_owned);
        format!("u-{}", own.unwrap_or_else(|| leg.entry().text(&legs.prefixes)))
    }
}

/// The rate between two legs in different currencies: as the record states it, else what the two amounts give.
fn booked_rate(legs: &Legs, debit: (&Leg, u32), credit: (&Leg, u32)) -> Option<String> {
    let (paid, got) = (debit.0, credit.0);
    if paid.currency == got.currency || !paid.has(Leg::AMOUNT) || !got.has(Leg::AMOUNT) {
        return None;
    }
    let stated = exchange::fit(legs, debit, credit).and_then(|fit| fit.rate);
    let (from, to) = (legs.currency(paid)?, legs.currency(got)?);
    stated.or_else(|| exchange::implied((paid.amount, from), (got.amount, to)))
}
