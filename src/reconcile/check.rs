//! The check of a whole case: reads entries and statements, judges each statement, finds copies, gaps and coverage.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, Date32Builder, Decimal128Builder, Int64Builder, RecordBatch, StringBuilder,
};
use datafusion::arrow::error::ArrowError;
use hashbrown::HashMap;
use rayon::prelude::*;

use super::ReconcileError;
use super::chain::{self, Link};
use super::columns::{Columns, date_at, moment_at, money_at, number_at, text_at};
use super::coverage::{Coverage, Tally};
use super::duplicates::{self, Same};
use super::ids::{EntryRef, LegMark, Texts};
use super::repeats;
use super::statement::{Judged, Line, Stated, judge};
use crate::case::{MONEY, MONEY_SUM, Table};
use crate::model::source_prefix;

/// The columns of table `entries` that [`check`] reads; others may be left out.
pub const ENTRY_COLUMNS: &[&str] = &[
    "entry_id",
    "account_id",
    "statement_id",
    "sequence",
    "booking_date",
    "value_date",
    "booked_at",
    "direction",
    "amount",
    "currency",
    "asset",
    "balance_after",
    "counterparty_name",
    "counterparty_account_id",
    "counterparty_status",
    "remittance",
    "bank_reference",
    "source_id",
];

/// What the check of a case finds.
#[derive(Debug)]
pub struct Checked {
    /// Table `statements`, sorted by `statement_id`.
    pub statements: RecordBatch,
    /// Table `same_entries`: `same_statement` and `likely_duplicate`, sorted by `entry_id`.
    pub same_entries: RecordBatch,
    /// What the record covers and what it lacks.
    pub coverage: Coverage,
}

/// A statement of a source, or one implied by a listing of one account.
pub(super) struct Head {
    pub id: String,
    pub account: u32,
    /// In the texts of sources.
    pub source: u32,
    pub from: Option<i32>,
    pub to: Option<i32>,
    pub number: String,
    pub stated: Stated,
    /// Whether its lines have no common sequence and follow their place in the file.
    pub by_place: bool,
    /// An implied statement of nothing but fees: the fees of a listing that names both sides.
    pub fees_only: bool,
}

/// Everything that the steps of the check share.
#[derive(Default)]
pub(super) struct Ledger {
    pub accounts: Texts,
    pub sources: Texts,
    pub prefixes: Texts,
    pub heads: Vec<Head>,
    pub lines: Vec<Line>,
}

/// Checks the record against itself.
///
/// `entries` are batches of table `entries` with at least [`ENTRY_COLUMNS`], `statements_read` batches of the table of
/// that name; sources may come in any order, the entries of one source in the order of the file. Entries without a
/// statement are put together by source, account and currency to an implied statement, unless the record names both
/// sides of each movement.
///
/// Needs 72 bytes an entry of statements, and nothing for listings that name both sides.
pub fn check<E, S>(entries: E, statements_read: S) -> Result<Checked, ReconcileError>
where
    E: IntoIterator<Item = Result<RecordBatch, ArrowError>>,
    S: IntoIterator<Item = Result<RecordBatch, ArrowError>>,
{
    let mut reader = Reader::default();
    for batch in statements_read {
        reader.statements(&batch?)?;
    }
    for batch in entries {
        reader.entries(&batch?)?;
    }
    let Reader {
        mut ledger,
        mut tally,
        ..
    } = reader;
    let ranges = ledger.sort();
    let judged: Vec<Judged> = ledger
        .heads
        .par_iter()
        .zip(&ranges)
        .map(|(head, range)| judge(&head.stated, &ledger.lines[range.clone()]))
        .collect();
    let copies = duplicates::same_statements(&ledger, &ranges, &judged);
    for copy in &copies {
        for line in &mut ledger.lines[ranges[copy.statement].clone()] {
            line.flags |= Line::COPY;
        }
    }
    let mut same = duplicates::copied_entries(&ledger, &ranges, &copies);
    let told_again = repeats::told_again(&ledger, &judged);
    for at in told_again.iter().map(|again| again.line) {
        ledger.lines[at].flags |= Line::COPY;
    }
    same.extend(told_again.into_iter().map(|again| again.same));
    same.extend(duplicates::likely(&ledger, &judged));
    let links = ledger.links(&judged, &ranges, &copies);
    for line in ledger.lines.iter().filter(|line| !line.has(Line::COPY)) {
        let head = &ledger.heads[line.statement as usize];
        let currency = tally.currency(head.stated.currency.as_deref());
        let amount = line.has(Line::AMOUNT).then_some(line.amount);
        tally.add(currency, line.status(), line.other, amount, line.date());
    }
    for head in &ledger.heads {
        if !head.fees_only {
            tally.seize(head.account);
        }
    }
    let coverage = tally.finish(&ledger.accounts, chain::gaps(links), &judged, &ledger.heads);
    Ok(Checked {
        statements: ledger.statements(&judged)?,
        same_entries: same_rows(same, &ledger.prefixes)?,
        coverage,
    })
}

#[derive(Default)]
struct Reader {
    ledger: Ledger,
    by_id: HashMap<String, u32>,
    implied: HashMap<(u32, u32, u32), u32>,
    currencies: Texts,
    tally: Tally,
}

impl Reader {
    fn statements(&mut self, batch: &RecordBatch) -> Result<(), ReconcileError> {
        let columns = Columns {
            table: Table::StatementsRead,
            batch,
        };
        let (ids, accounts) = (columns.text("statement_id")?, columns.text("account_id")?);
        let (currencies, sources) = (columns.text("currency")?, columns.text("source_id")?);
        let (from, to) = (columns.date("from_date")?, columns.date("to_date")?);
        let opening = columns.money("opening_balance")?;
        let closing = columns.money("closing_balance")?;
        let numbers = columns.text("sequence_number")?;
        let counts = columns.number("stated_entries")?;
        let credits = columns.money("stated_credits")?;
        let debits = columns.money("stated_debits")?;
        for row in 0..batch.num_rows() {
            let id = text_at(&ids, row).unwrap_or("");
            let head = Head {
                id: id.to_owned(),
                account: self.ledger.accounts.number(text_at(&accounts, row).unwrap_or("")),
                source: self.ledger.sources.number(text_at(&sources, row).unwrap_or("")),
                from: date_at(&from, row),
                to: date_at(&to, row),
                number: text_at(&numbers, row).unwrap_or("").to_owned(),
                stated: Stated {
                    implied: false,
                    currency: text_at(&currencies, row).map(str::to_owned),
                    opening: money_at(&opening, row),
                    closing: money_at(&closing, row),
                    entries: number_at(&counts, row),
                    credits: money_at(&credits, row),
                    debits: money_at(&debits, row),
                    mixed: false,
                },
                by_place: false,
                fees_only: false,
            };
            self.by_id.insert(id.to_owned(), self.ledger.heads.len() as u32);
            self.ledger.heads.push(head);
        }
        Ok(())
    }

    fn entries(&mut self, batch: &RecordBatch) -> Result<(), ReconcileError> {
        let columns = Columns {
            table: Table::Entries,
            batch,
        };
        let (ids, accounts) = (columns.text("entry_id")?, columns.text("account_id")?);
        let (statements, sources) = (columns.text("statement_id")?, columns.text("source_id")?);
        let sequences = columns.number("sequence")?;
        let (booked, valued) = (columns.date("booking_date")?, columns.date("value_date")?);
        let moments = columns.moment("booked_at")?;
        let directions = columns.text("direction")?;
        let (amounts, balances) = (columns.money("amount")?, columns.money("balance_after")?);
        let (currencies, assets) = (columns.text("currency")?, columns.text("asset")?);
        let names = columns.text("counterparty_name")?;
        let others = columns.text("counterparty_account_id")?;
        let statuses = columns.text("counterparty_status")?;
        let remittances = columns.text("remittance")?;
        let references = columns.text("bank_reference")?;
        for row in 0..batch.num_rows() {
            let id = text_at(&ids, row).unwrap_or("");
            let entry = EntryRef::parse(id, &mut self.ledger.prefixes);
            let account = self.ledger.accounts.number(text_at(&accounts, row).unwrap_or(""));
            let other = self.ledger.accounts.maybe(text_at(&others, row));
            let status = status_number(text_at(&statuses, row));
            let amount = money_at(&amounts, row);
            let currency = text_at(&currencies, row).or(text_at(&assets, row));
            let source = text_at(&sources, row).unwrap_or("");
            let statement = text_at(&statements, row);
            let date = date_at(&booked, row)
                .or(date_at(&valued, row))
                .or(moment_at(&moments, row).map(|m| m.div_euclid(86_400_000_000) as i32));
            if statement.is_none() && matches!(entry.leg, LegMark::Debit | LegMark::Credit) {
                let currency = self.tally.currency(currency);
                self.tally.add(currency, status, other, amount, date);
                continue;
            }
            let head = match statement {
                Some(statement) => self.read_head(statement, account, source),
                None => self.implied_head(account, source, currency),
            };
            let sequence = number_at(&sequences, row);
            let balance = money_at(&balances, row);
            let mut flags = (status as u16) << Line::STATUS_SHIFT;
            for (set, flag) in [
                (text_at(&directions, row) == Some("credit"), Line::CREDIT),
                (amount.is_some(), Line::AMOUNT),
                (balance.is_some(), Line::BALANCE),
                (sequence.is_some(), Line::SEQUENCE),
                (date.is_some(), Line::DATE),
            ] {
                if set {
                    flags |= flag;
                }
            }
            self.note(head, currency, sequence.is_some(), entry.leg);
            self.ledger.lines.push(Line {
                entry,
                sequence: sequence.unwrap_or(0),
                amount: amount.unwrap_or(0),
                balance: balance.unwrap_or(0),
                fingerprint: fingerprint(
                    text_at(&others, row),
                    text_at(&names, row),
                    text_at(&remittances, row),
                ),
                reference: text_at(&references, row).map_or(0, repeats::own_reference),
                statement: head,
                date: date.unwrap_or(0),
                other,
                flags,
            });
        }
        Ok(())
    }

    /// The statement that entries name. One whose header was rejected still gets a row, without balances.
    fn read_head(&mut self, id: &str, account: u32, source: &str) -> u32 {
        if let Some(head) = self.by_id.get(id) {
            return *head;
        }
        let source = self.ledger.sources.number(source);
        let head = self.push_head(id.to_owned(), account, source, Stated::default());
        self.by_id.insert(id.to_owned(), head);
        head
    }

    fn implied_head(&mut self, account: u32, source: &str, currency: Option<&str>) -> u32 {
        let currency_number = self.currencies.maybe(currency);
        let source_number = self.ledger.sources.number(source);
        if let Some(head) = self.implied.get(&(source_number, account, currency_number)) {
            return *head;
        }
        let account_id = self.ledger.accounts.get(account);
        let id = format!(
            "{}-a-{}-{}",
            source_prefix(source),
            account_id.strip_prefix("a-").unwrap_or(account_id),
            currency.unwrap_or("XXX")
        );
        let stated = Stated {
            implied: true,
            currency: currency.map(str::to_owned),
            ..Stated::default()
        };
        let head = self.push_head(id, account, source_number, stated);
        self.ledger.heads[head as usize].fees_only = true;
        self.implied
            .insert((source_number, account, currency_number), head);
        head
    }

    fn push_head(&mut self, id: String, account: u32, source: u32, stated: Stated) -> u32 {
        let number = self.ledger.heads.len() as u32;
        self.ledger.heads.push(Head {
            id,
            account,
            source,
            from: None,
            to: None,
            number: String::new(),
            stated,
            by_place: false,
            fees_only: false,
        });
        number
    }

    /// Tells a statement about one of its entries.
    fn note(&mut self, head: u32, currency: Option<&str>, has_sequence: bool, leg: LegMark) {
        let head = &mut self.ledger.heads[head as usize];
        head.by_place |= !has_sequence;
        head.fees_only &= leg == LegMark::Fee;
        match (&head.stated.currency, currency) {
            (Some(own), Some(entry)) if own != entry => head.stated.mixed = true,
            (None, Some(entry)) => head.stated.currency = Some(entry.to_owned()),
            _ => {}
        }
    }
}

impl Ledger {
    /// Puts the lines in order, statement by statement, and gives each statement's range.
    fn sort(&mut self) -> Vec<Range<usize>> {
        let heads = &self.heads;
        self.lines.par_sort_unstable_by(|a, b| {
            a.statement.cmp(&b.statement).then_with(|| {
                let by_sequence = if heads[a.statement as usize].by_place {
                    std::cmp::Ordering::Equal
                } else {
                    a.sequence.cmp(&b.sequence)
                };
                let place = |line: &Line| (line.entry.place, line.entry.leg, line.entry.source);
                by_sequence.then_with(|| place(a).cmp(&place(b)))
            })
        });
        let mut ranges = vec![0..0; self.heads.len()];
        let mut start = 0;
        for group in self.lines.chunk_by(|a, b| a.statement == b.statement) {
            let end = start + group.len();
            ranges[group[0].statement as usize] = start..end;
            start = end;
        }
        ranges
    }

    /// Statements as links of their account's chain; copies and bare fees are none.
    fn links(&self, judged: &[Judged], ranges: &[Range<usize>], copies: &[duplicates::Copy]) -> Vec<Link> {
        let mut is_copy = vec![false; self.heads.len()];
        for copy in copies {
            is_copy[copy.statement] = true;
        }
        let lines = |at: usize| &self.lines[ranges[at].clone()];
        // A report of which every entry stands in another one is a copy too.
        let told_again =
            |at: usize| !lines(at).is_empty() && lines(at).iter().all(|line| line.has(Line::COPY));
        let statements = self.heads.iter().zip(judged).enumerate();
        statements
            .filter(|(at, (head, _))| !head.fees_only && !is_copy[*at] && !told_again(*at))
            .map(|(at, (head, judged))| Link {
                account: self.accounts.get(head.account).to_owned(),
                currency: head.stated.currency.clone().unwrap_or_default(),
                statement: head.id.clone(),
                from: head.from.or(judged.first_date),
                to: head.to.or(judged.last_date),
                opening: judged.opening,
                closing: judged.closing,
                number: head.number.clone(),
                entries: lines(at).len(),
                told_again: lines(at).iter().filter(|line| line.has(Line::COPY)).count(),
                unsure: lines(at).iter().any(|line| line.reference == 0),
            })
            .collect()
    }

    fn statements(&self, judged: &[Judged]) -> Result<RecordBatch, ReconcileError> {
        let mut order: Vec<usize> = (0..self.heads.len())
            .filter(|at| !self.heads[*at].fees_only)
            .collect();
        order.sort_by(|a, b| self.heads[*a].id.cmp(&self.heads[*b].id));
        let mut texts: [StringBuilder; 8] = Default::default();
        let mut dates: [Date32Builder; 2] = Default::default();
        let money = || Decimal128Builder::new().with_data_type(MONEY);
        let sum = || Decimal128Builder::new().with_data_type(MONEY_SUM);
        let (mut balances, mut sums) = ([money(), money()], [sum(), sum(), sum()]);
        let mut counts = Int64Builder::new();
        for at in order {
            let (head, judged) = (&self.heads[at], &judged[at]);
            let not_empty = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            for (builder, value) in texts.iter_mut().zip([
                Some(head.id.clone()),
                Some(self.accounts.get(head.account).to_owned()),
                head.stated.currency.clone(),
                not_empty(&head.number),
                Some(judged.verdict.as_str().to_owned()),
                not_empty(&judged.reason),
                judged.breaks_at.map(|entry| entry.text(&self.prefixes)),
                Some(self.sources.get(head.source).to_owned()),
            ]) {
                builder.append_option(value);
            }
            dates[0].append_option(head.from.or(judged.first_date));
            dates[1].append_option(head.to.or(judged.last_date));
            balances[0].append_option(judged.opening.filter(fits_money));
            balances[1].append_option(judged.closing.filter(fits_money));
            sums[0].append_value(judged.credits);
            sums[1].append_value(judged.debits);
            sums[2].append_option(judged.difference);
            counts.append_value(judged.entries as i64);
        }
        let [id, account, currency, number, verdict, reason, breaks, source] =
            texts.map(|mut b| Arc::new(b.finish()) as ArrayRef);
        let [from, to] = dates.map(|mut b| Arc::new(b.finish()) as ArrayRef);
        let [opening, closing] = balances.map(|mut b| Arc::new(b.finish()) as ArrayRef);
        let [credits, debits, difference] = sums.map(|mut b| Arc::new(b.finish()) as ArrayRef);
        let arrays = vec![
            id,
            account,
            currency,
            from,
            to,
            opening,
            closing,
            number,
            Arc::new(counts.finish()),
            credits,
            debits,
            verdict,
            difference,
            reason,
            breaks,
            source,
        ];
        Ok(RecordBatch::try_new(Table::Statements.schema(), arrays)?)
    }
}

/// Table `same_entries` from pairs, sorted by their ids.
pub(super) fn same_rows(same: Vec<Same>, prefixes: &Texts) -> Result<RecordBatch, ReconcileError> {
    let mut rows: Vec<[String; 4]> = same
        .into_iter()
        .map(|same| {
            [
                same.entry.text(prefixes),
                same.same_as.text(prefixes),
                same.kind.to_owned(),
                same.reason,
            ]
        })
        .collect();
    rows.sort_unstable();
    let mut builders: [StringBuilder; 4] = Default::default();
    for row in &rows {
        for (builder, value) in builders.iter_mut().zip(row) {
            builder.append_value(value);
        }
    }
    let arrays = builders.map(|mut b| Arc::new(b.finish()) as ArrayRef).to_vec();
    Ok(RecordBatch::try_new(Table::SameEntries.schema(), arrays)?)
}

/// A derived balance of more than 18 digits has no place in the table (its sums have).
fn fits_money(value: &i128) -> bool {
    value.unsigned_abs() < 1_000_000_000_000_000_000
}

/// Words of `counterparty_status`, in the order in which they are counted.
pub(super) const STATUSES: [&str; 5] = ["identified", "partial", "unknown", "cash", "bank"];

/// Place of a status in [`STATUSES`]; what is no status is unknown.
pub(super) fn status_number(word: Option<&str>) -> usize {
    STATUSES
        .iter()
        .position(|status| Some(*status) == word)
        .unwrap_or(2)
}

/// Equal for two entries that name the same other side and text. Only equality matters, so the kind of hash reaches
/// no result; spaces, punctuation and case, which formats change, are left out.
fn fingerprint(other: Option<&str>, name: Option<&str>, remittance: Option<&str>) -> u64 {
    let mut hasher = DefaultHasher::new();
    other.hash(&mut hasher);
    for text in [name, remittance] {
        for c in text.unwrap_or("").chars().filter(|c| c.is_alphanumeric()) {
            c.to_uppercase().for_each(|c| c.hash(&mut hasher));
        }
        hasher.write_u8(0xff);
    }
    hasher.finish()
}
