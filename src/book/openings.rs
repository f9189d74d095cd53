//! What statements say of balances: what lay on an account before its first movement, and where the record of an account
//! has a hole. A hole is told as one movement to or from where the records do not say, at the last moment of a day: what
//! the balance changed by is known, what moved is not.

use std::collections::BTreeMap;

use datafusion::arrow::array::{Array, Decimal128Array};
use hashbrown::{HashMap, HashSet};

use super::note::{Note, Weight};
use super::rows::{NO_PLACE, NO_ROW, Other, Row, Rows};
use crate::case::{Case, CaseError, Table, column};
use crate::model::{Channel, Date, is_in_source, money_text};
use crate::trace::{OUTSIDE, Opening};

/// One statement, as far as balances go.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Stated {
    from: i32,
    to: i32,
    opening: Option<i64>,
    closing: Option<i64>,
    /// What the closing balance is more than the entries give.
    difference: i64,
    is_fault: bool,
    reason: String,
    /// Made for a listing: its days are those of its entries.
    is_implied: bool,
}

/// What statements say, by the number of the place.
#[derive(Debug, Default)]
pub(super) struct Openings {
    pub openings: HashMap<u32, Opening>,
    /// Movements that fill holes, and the place whose hole it is.
    pub between: Vec<Row>,
    /// For a place the number that stands for what its missing records would tell.
    pub holes: BTreeMap<u32, u32>,
    pub notes: Vec<Note>,
    /// Places whose lines stand in an order that the record vouches for: that of a bank's statement, or one that running
    /// balances prove.
    pub ordered: HashSet<u32>,
}

/// Days without a statement that a weekend and a feast explain (an engineering default).
const FEW_DAYS: i32 = 4;

/// Reads statements. Places without one have the least opening that keeps them from overdraft.
pub(super) fn read(case: &Case, rows: &mut Rows) -> Result<Openings, CaseError> {
    let mut found = Openings::default();
    let stated = statements(case, rows, &mut found.ordered)?;
    let mut firsts: BTreeMap<u32, (i32, i64)> = BTreeMap::new();
    let mut lasts: BTreeMap<u32, Last> = BTreeMap::new();
    for (place, own) in stated {
        lasts.extend(Last::of(&own).map(|last| (place, last)));
        let chain = one_after_another(own);
        // A listing without balances may lie before the first statement that has one.
        let opening = |one: &Stated| Some((one.from, one.opening?));
        firsts.extend(chain.iter().find_map(opening).map(|first| (place, first)));
        found.chain(rows, place, &chain);
    }
    // What moved before the first statement says what lay there before that.
    let mut before: HashMap<u32, i64> = HashMap::new();
    let mut all: HashMap<u32, i64> = HashMap::new();
    for row in &rows.rows {
        for (place, change) in changes(row) {
            let Some((from, _)) = firsts.get(&place) else {
                continue;
            };
            add(&mut all, place, change);
            if row.at < Date(*from).midnight() {
                add(&mut before, place, change);
            }
        }
    }
    for (place, (from, opening)) in firsts {
        let moved = before.get(&place).copied().unwrap_or(0);
        let lay = opening.saturating_sub(moved);
        // More came than lay there afterwards: that it filled an overdraft which no record tells is not to be made up.
        let is_lost = lay < 0 && opening >= 0;
        if is_lost {
            found.lost(rows, place, from, opening, lay);
        }
        let lay = if is_lost { 0 } else { lay };
        found.openings.insert(place, Opening::Known(lay));
        add(&mut all, place, lay);
    }
    for row in &found.between {
        for (place, change) in changes(row) {
            add(&mut all, place, change);
        }
    }
    for (place, last) in lasts {
        if let Some(sum) = all.get(&place) {
            found.compare(rows, place, &last, *sum);
        }
    }
    Ok(found)
}

/// By how much a row changes what lies on accounts whose own entries tell it.
fn changes(row: &Row) -> impl Iterator<Item = (u32, i64)> + use<> {
    let is_between = row.payer != row.payee;
    let payer = (is_between && row.has_debit).then_some((row.payer, -row.paid));
    let payee = (is_between && row.has_credit).then_some((row.payee, row.received));
    payer.into_iter().chain(payee)
}

fn add(sums: &mut HashMap<u32, i64>, place: u32, change: i64) {
    let sum = sums.entry(place).or_default();
    *sum = sum.saturating_add(change);
}

/// What the last statements of an account close with, those that overlap others among them.
#[derive(Debug)]
struct Last {
    to: i32,
    closings: Vec<i64>,
}

impl Last {
    /// Nothing where what is last tells no balance.
    fn of(own: &[Stated]) -> Option<Last> {
        let to = own.iter().map(|one| one.to).max()?;
        let closings: Vec<i64> = own
            .iter()
            .filter(|one| one.to == to)
            .filter_map(|one| one.closing)
            .collect();
        (!closings.is_empty()).then_some(Last { to, closings })
    }
}

fn statements(
    case: &Case,
    rows: &mut Rows,
    ordered: &mut HashSet<u32>,
) -> Result<BTreeMap<u32, Vec<Stated>>, CaseError> {
    let columns = [
        "statement_id",
        "account_id",
        "currency",
        "from_date",
        "to_date",
        "opening_balance",
        "closing_balance",
        "credits",
        "debits",
        "verdict",
        "reason",
    ];
    let mut unordered = HashSet::new();
    let mut stated: BTreeMap<u32, Vec<Stated>> = BTreeMap::new();
    for batch in case.scan(Table::Statements, &columns) {
        let batch = batch?;
        let [id, account, currency, verdict, reason] =
            ["statement_id", "account_id", "currency", "verdict", "reason"]
                .map(|name| column::text(&batch, name));
        let (id, account, currency, verdict, reason) = (id?, account?, currency?, verdict?, reason?);
        let (from, to) = (
            column::date(&batch, "from_date")?,
            column::date(&batch, "to_date")?,
        );
        let [opening, closing, credits, debits] = ["opening_balance", "closing_balance", "credits", "debits"]
            .map(|name| column::decimal(&batch, name));
        let (opening, closing, credits, debits) = (opening?, closing?, credits?, debits?);
        for row in 0..batch.num_rows() {
            let code = rows.currency(column::text_at(currency, row));
            let place = rows.place(account.value(row), code);
            rows.places[place as usize].recorded = true;
            let is_implied = !is_in_source(id.value(row));
            if is_implied && verdict.value(row) != "verified" {
                unordered.insert(place);
            }
            ordered.insert(place);
            if from.is_null(row) || to.is_null(row) {
                continue;
            }
            let money = |column: &Decimal128Array| {
                let value = column.is_valid(row).then(|| column.value(row));
                value.and_then(|value| i64::try_from(value).ok())
            };
            stated.entry(place).or_default().push(Stated {
                from: from.value(row),
                to: to.value(row),
                opening: money(opening),
                closing: money(closing),
                difference: match [opening, closing, credits, debits].map(money) {
                    [Some(opening), Some(closing), Some(credits), Some(debits)] => {
                        closing.saturating_sub(opening.saturating_add(credits).saturating_sub(debits))
                    }
                    _ => 0,
                },
                is_implied,
                is_fault: matches!(verdict.value(row), "discrepancy" | "failed"),
                reason: column::text_at(reason, row).to_owned(),
            });
        }
    }
    ordered.retain(|place| !unordered.contains(place));
    Ok(stated)
}

/// The account of a place, and how its amounts are written.
fn shown(rows: &Rows, place: u32) -> (String, impl Fn(i64) -> String + use<>) {
    let own = &rows.places[place as usize];
    let currency = rows.currencies[usize::from(own.currency)].clone();
    let show = move |amount: i64| money_text(amount, &currency);
    (own.account.clone(), show)
}

/// Statements in the order of time, without those that tell a time again that another one has told already.
fn one_after_another(mut own: Vec<Stated>) -> Vec<Stated> {
    own.sort();
    own.dedup_by(|later, earlier| {
        (later.from, later.to, later.opening, later.closing)
            == (earlier.from, earlier.to, earlier.opening, earlier.closing)
    });
    let mut chain: Vec<Stated> = Vec::with_capacity(own.len());
    for statement in own {
        let is_behind = |last: &Stated| {
            statement.from > last.to || (statement.from == last.to && last.closing == statement.opening)
        };
        if chain.last().is_none_or(is_behind) {
            chain.push(statement);
        }
    }
    chain
}

impl Openings {
    /// What came before the first balance and was not there any more.
    fn lost(&mut self, rows: &mut Rows, place: u32, from: i32, opening: i64, lay: i64) {
        let (account, show) = shown(rows, place);
        let text = format!(
            "by its entries {{account:{account}}} had {} more before {} than the statement that begins then opens with ({}), and \
             no record says how; request what lies between. In the trace this is one movement to where the records do not say",
            show(lay.saturating_neg()),
            Date(from),
            show(opening)
        );
        self.notes.push(Note::of_place(Weight::Record, place, text));
        self.fill(rows, place, lay, Date(from).midnight() - 1);
    }

    /// Whether what lies on an account in the end is what its last statement says.
    fn compare(&mut self, rows: &Rows, place: u32, last: &Last, sum: i64) {
        if last.closings.contains(&sum) {
            return;
        }
        let (account, show) = shown(rows, place);
        let text = format!(
            "the trace ends with {} on {{account:{account}}}, and its statement that ends on {} closes with {}: entries stand twice \
             or are missing where statements overlap (`geldspoor query same_entries`)",
            show(sum),
            Date(last.to),
            show(last.closings[0])
        );
        self.notes.push(Note::of_place(Weight::Record, place, text));
    }

    fn chain(&mut self, rows: &mut Rows, place: u32, chain: &[Stated]) {
        let (account, show) = shown(rows, place);
        let day = |day: i32| Date(day).to_string();
        for (number, statement) in chain.iter().enumerate() {
            if statement.is_fault {
                let (by, filled) = match statement.difference {
                    0 => (String::new(), ""),
                    difference => (
                        format!(" by {}", show(difference)),
                        ". In the trace the difference is one movement at its end, to or from where the records do not say",
                    ),
                };
                let text = format!(
                    "the statement of {{account:{account}}} from {} to {} does not reconcile{by}{}; request it anew{filled}",
                    day(statement.from),
                    day(statement.to),
                    match statement.reason.is_empty() {
                        true => String::new(),
                        false => format!(" ({})", statement.reason),
                    }
                );
                self.notes.push(Note::of_place(Weight::Record, place, text));
            }
            if statement.difference != 0 {
                // The last moment of the statement.
                let at = Date(statement.to + 1).midnight() - 1;
                self.fill(rows, place, statement.difference, at);
            }
            let Some(next) = chain.get(number + 1) else {
                continue;
            };
            let (Some(closing), Some(opening)) = (statement.closing, next.opening) else {
                continue;
            };
            let days = next.from - statement.to - 1;
            if closing == opening && days > FEW_DAYS && !statement.is_implied && !next.is_implied {
                let text = format!(
                    "no record of {{account:{account}}} covers {} to {}. The balance is the same before and after, but what came \
                     and went between is not known: request it",
                    day(statement.to + 1),
                    day(next.from - 1)
                );
                self.notes.push(Note::of_place(Weight::Record, place, text));
            }
            if closing != opening {
                let change = opening.saturating_sub(closing);
                let text = format!(
                    "the balance of {{account:{account}}} changes by {} between the statement that ends on {} and the one \
                     that begins on {}, and no record says how; request what lies between. In the trace this is one \
                     movement {}",
                    show(change),
                    day(statement.to),
                    day(next.from),
                    match change < 0 {
                        true => "to where the records do not say",
                        false => "of own money",
                    }
                );
                self.notes.push(Note::of_place(Weight::Record, place, text));
                self.fill(rows, place, change, Date(next.from).midnight() - 1);
            }
        }
    }

    /// A movement that no record tells, by which the balance changes.
    fn fill(&mut self, rows: &mut Rows, place: u32, change: i64, at: i64) {
        let hole = rows.hole_of(place, &mut self.holes);
        let (payer, payee) = match change < 0 {
            true => (place, hole),
            false => (OUTSIDE, place),
        };
        let amount = change.saturating_abs();
        self.between.push(Row {
            row: NO_ROW,
            payer,
            payee,
            paid: amount,
            received: amount,
            at,
            payer_place: NO_PLACE,
            payee_place: NO_PLACE,
            payer_source: 0,
            payee_source: 0,
            has_debit: true,
            has_credit: true,
            day_only: false,
            channel: Channel::Unknown,
            other: Other::Unknown,
        });
    }
}
