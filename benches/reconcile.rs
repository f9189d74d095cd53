//! Tying the legs of transfers: 1,000,000 legs of a thousand accounts over 700 days, in round amounts so that equal
//! payments meet; half of them with references, some in two currencies, some in batches. Says what the legs and
//! transfers hold in memory, and what the process needed at its peak. Beside it the worst that is weighed whole: groups
//! of 120 equal payments of one day between two accounts, told apart by their texts alone.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use datafusion::arrow::array::RecordBatch;
use geldspoor::case::Table;
use geldspoor::intake::Rows;
use geldspoor::model::{
    AccountKey, Amount, CounterpartyStatus, Currency, Date, DetailRow, Direction, EntryRow, Leg, Place, hex,
    sha256,
};
use geldspoor::reconcile::{
    Beside, CHECK_ENTRY_COLUMNS, TRANSFER_ENTRY_COLUMNS, Transfers, check, transfers_beside,
};

const PAYMENTS: u64 = 500_000;
const ACCOUNTS: u64 = 1_000;
const FIRST_DAY: i32 = 19_723;

struct Records {
    tables: Vec<(Table, RecordBatch)>,
}

impl Records {
    fn of(&self, table: Table, columns: &[&str]) -> Vec<RecordBatch> {
        let schema = table.schema();
        let at: Vec<usize> = match columns {
            [] => (0..schema.fields().len()).collect(),
            _ => columns
                .iter()
                .filter_map(|name| schema.index_of(name).ok())
                .collect(),
        };
        let batches = self.tables.iter().filter(|(of, _)| *of == table);
        batches
            .map(|(_, batch)| batch.project(&at).expect("columns of the table"))
            .collect()
    }
}

/// One account's entries, as its own source.
struct Source {
    rows: Rows,
    number: String,
    place: u64,
}

impl Source {
    fn entry(
        &mut self,
        other: &str,
        day: i32,
        amount: i64,
        currency: Currency,
        id: &str,
        remittance: &str,
    ) -> u64 {
        self.place += 200;
        let place = Place {
            byte_start: self.place,
            byte_end: self.place + 200,
            line: 1,
        };
        let direction = if amount > 0 {
            Direction::Credit
        } else {
            Direction::Debit
        };
        let amount = Some(Amount::from_hundredths(amount.abs()));
        self.rows.entry(&EntryRow {
            booking_date: Some(Date(day)),
            currency: Some(currency),
            counterparty: AccountKey::number(other),
            counterparty_status: CounterpartyStatus::Identified,
            end_to_end_id: id,
            remittance,
            ..EntryRow::new(
                place,
                Leg::Line,
                AccountKey::number(&self.number),
                direction,
                amount,
            )
        });
        self.place
    }
}

fn records() -> Records {
    let mut sources: Vec<Source> = (0..ACCOUNTS)
        .map(|n| Source {
            rows: Rows::new(&hex(&sha256(&n.to_le_bytes()))),
            number: format!("ACCOUNT{n}"),
            place: 0,
        })
        .collect();
    let mut state = 7_u64;
    let mut below = |limit: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    let usd = Currency::from_code("USD").expect("a currency");
    let mut made = 0;
    while made < PAYMENTS {
        let payer = below(ACCOUNTS) as usize;
        let near = |step: u64| (payer + 1 + step as usize) % ACCOUNTS as usize;
        let day = FIRST_DAY + below(700) as i32;
        let payer_number = sources[payer].number.clone();
        let id = if made % 2 == 0 {
            String::new()
        } else {
            format!("E{made}")
        };
        match below(100) {
            // A batch of ten payments, each a single credit elsewhere.
            0 => {
                let payments: Vec<(usize, i64)> = (0..10)
                    .map(|_| (near(below(20)), (1 + below(200) as i64) * 500))
                    .collect();
                let total: i64 = payments.iter().map(|(_, cents)| cents).sum();
                let entry_start =
                    sources[payer].entry("", day, -total, Currency::EUR, "", "[batch of 10 payments]");
                for (number, (payee, cents)) in (1..).zip(payments) {
                    let other = sources[payee].number.clone();
                    sources[payer].rows.detail(&DetailRow {
                        place: Place::default(),
                        entry_start,
                        number,
                        direction: Direction::Debit,
                        amount: Some(Amount::from_hundredths(cents)),
                        currency: None,
                        counterparty_name: "",
                        counterparty: AccountKey::number(&other),
                        counterparty_identifier: "",
                        counterparty_country: "",
                        purpose: "",
                        remittance: "",
                        end_to_end_id: "",
                        bank_reference: "",
                        return_reason: "",
                        locator: "",
                    });
                    sources[payee].entry(&payer_number, day, cents, Currency::EUR, "", "");
                    made += 1;
                }
            }
            // An exchange with the amount that the payer instructed.
            1 => {
                let (payee, cents) = (near(below(20)), 1_000 + below(1_000_000) as i64);
                let dollars = cents + cents / 10;
                let text = format!("[instructed {}.{:02} USD]", dollars / 100, dollars % 100);
                let other = sources[payee].number.clone();
                sources[payer].entry(&other, day, -cents, Currency::EUR, &id, &text);
                sources[payee].entry(&payer_number, day, dollars, usd, &id, "");
                made += 1;
            }
            _ => {
                let (payee, cents) = (near(below(20)), (1 + below(200) as i64) * 500);
                let other = sources[payee].number.clone();
                sources[payer].entry(&other, day, -cents, Currency::EUR, &id, "rent");
                sources[payee].entry(&payer_number, day, cents, Currency::EUR, &id, "rent");
                made += 1;
            }
        }
    }
    let tables = sources
        .into_iter()
        .flat_map(|source| source.rows.finish_source().expect("columns of one length"));
    Records {
        tables: tables.collect(),
    }
}

/// Pairs of accounts with equal payments of one day, each with four words of nine: 24,000 legs in 100 tangles.
fn tangles() -> Records {
    let mut state = 11_u64;
    let mut below = |limit: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    let mut tables = Vec::new();
    for pair in 0..100_u64 {
        let numbers = [format!("PAYER{pair}"), format!("PAYEE{pair}")];
        let mut sides = [0, 1].map(|side| Source {
            rows: Rows::new(&hex(&sha256(&(2 * pair + side).to_be_bytes()))),
            number: numbers[side as usize].clone(),
            place: 0,
        });
        for _ in 0..120 {
            for (side, amount) in [(0, -5_000), (1, 5_000)] {
                let words: Vec<String> = (0..4).map(|_| format!("word{}", below(9))).collect();
                let other = numbers[1 - side].clone();
                let text = words.join(" ");
                sides[side].entry(&other, FIRST_DAY + 1, amount, Currency::EUR, "", &text);
            }
        }
        for side in sides {
            tables.extend(side.rows.finish_source().expect("columns of one length"));
        }
    }
    Records { tables }
}

fn tie(
    entries: &[RecordBatch],
    details: &[RecordBatch],
    same: &RecordBatch,
    statements: &RecordBatch,
) -> Transfers {
    let beside = Beside {
        details: Box::new(details.iter().cloned().map(Ok)),
        ..Beside::default()
    };
    transfers_beside(entries.iter().cloned().map(Ok), same, statements, beside).expect("good tables")
}

/// Peak memory of the process in MB, where the system tells.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.map_or("unknown".to_owned(), |kilobytes| {
        format!("{} MB", kilobytes / 1_024)
    })
}

fn reconcile(criterion: &mut Criterion) {
    let records = records();
    let checks = records.of(Table::Entries, CHECK_ENTRY_COLUMNS);
    let checked = check(checks.iter().cloned().map(Ok), []).expect("good tables");
    let entries = records.of(Table::Entries, TRANSFER_ENTRY_COLUMNS);
    let details = records.of(Table::EntryDetails, &[]);
    let before = peak();
    let found = tie(&entries, &details, &checked.same_entries, &checked.statements);
    println!(
        "{:?}; {} MB held, peak of the process {} (before tying {before})",
        found.counts,
        found.counts.bytes >> 20,
        peak()
    );
    let mut group = criterion.benchmark_group("reconcile");
    group
        .sample_size(10)
        .measurement_time(Duration::from_secs(30))
        .throughput(Throughput::Elements(2 * PAYMENTS));
    group.bench_function("check", |bencher| {
        bencher.iter(|| black_box(check(checks.iter().cloned().map(Ok), []).expect("good tables")))
    });
    group.bench_function("tie 1,000,000 legs", |bencher| {
        bencher.iter(|| {
            black_box(tie(
                &entries,
                &details,
                &checked.same_entries,
                &checked.statements,
            ))
        })
    });
    group.bench_function("write the rows", |bencher| {
        bencher.iter(|| {
            found
                .batches(65_536)
                .map(|batch| batch.expect("rows").num_rows())
                .sum::<usize>()
        })
    });
    let tangles = tangles();
    let checks = tangles.of(Table::Entries, CHECK_ENTRY_COLUMNS);
    let checked = check(checks.into_iter().map(Ok), []).expect("good tables");
    let entries = tangles.of(Table::Entries, TRANSFER_ENTRY_COLUMNS);
    group.throughput(Throughput::Elements(24_000));
    group.bench_function("weigh 100 tangles of 14,400 possible pairs", |bencher| {
        bencher.iter(|| black_box(tie(&entries, &[], &checked.same_entries, &checked.statements)))
    });
    group.finish();
}

criterion_group!(benches, reconcile);
criterion_main!(benches);
