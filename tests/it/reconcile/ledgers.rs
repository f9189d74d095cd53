//! Random ledgers, a slow second check, and a million legs.

use std::time::Instant;

use proptest::prelude::*;

use super::*;

/// A random ledger: transfers between accounts whose statements are all there, each amount once, and cash.
#[derive(Clone, Debug)]
struct World {
    transfers: Vec<(usize, usize, i32, i32)>,
    cash: Vec<(usize, i64)>,
    order: Vec<usize>,
}

const ACCOUNTS: [&str; 5] = ["A", "B", "C", "D", "E"];

fn world() -> impl Strategy<Value = World> {
    let transfer = (0..5usize, 1..5usize, 0..60i32, 0..3i32).prop_map(|(payer, step, day, late)| {
        // Banking days later: a weekend is stepped over.
        let mut credited = day;
        for _ in 0..late {
            credited += if credited % 7 >= 4 { 7 - credited % 7 } else { 1 };
        }
        (payer, (payer + step) % 5, day, credited)
    });
    (
        prop::collection::vec(transfer, 0..40),
        prop::collection::vec((0..5usize, 1i64..1_000), 0..6),
        Just(vec![0usize, 1, 2, 3, 4]).prop_shuffle(),
    )
        .prop_map(|(transfers, cash, order)| World {
            transfers,
            cash,
            order,
        })
}

fn build(world: &World) -> (Vec<Tables>, BTreeSet<(String, String)>) {
    let mut sources = ACCOUNTS.map(Source::new);
    let mut planted = BTreeSet::new();
    for (n, (payer, payee, debited, credited)) in world.transfers.iter().enumerate() {
        let cents = 100_000 + n as i64;
        let debit = sources[*payer].row(Row {
            account: ACCOUNTS[*payer],
            other: ACCOUNTS[*payee],
            day: MONDAY + debited,
            cents: -cents,
            ..ROW
        });
        let credit = sources[*payee].row(Row {
            account: ACCOUNTS[*payee],
            other: ACCOUNTS[*payer],
            day: MONDAY + credited,
            cents,
            ..ROW
        });
        planted.insert((debit, credit));
    }
    for (at, cents) in &world.cash {
        sources[*at].row(Row {
            account: ACCOUNTS[*at],
            cents: *cents,
            status: Some(CounterpartyStatus::Cash),
            ..ROW
        });
    }
    (sources.map(Source::tables).into(), planted)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn planted_transfers_come_back(world in world()) {
        let (tables, planted) = build(&world);
        let sorted: Vec<&Tables> = tables.iter().collect();
        let shuffled: Vec<&Tables> = world.order.iter().map(|at| &tables[*at]).collect();
        let (checked, found) = run_transfers(&shuffled);
        let (expected_checked, expected) = run_transfers(&sorted);
        prop_assert_eq!(&rows_of(&found), &rows_of(&expected));
        prop_assert_eq!(&checked.statements, &expected_checked.statements);
        prop_assert_eq!(&checked.same_entries, &expected_checked.same_entries);
        prop_assert_eq!(&checked.coverage, &expected_checked.coverage);
        prop_assert_eq!(&found.missing_mirrors, &expected.missing_mirrors);

        let rows = rows_of(&found);
        let (debits, credits) = (column(&rows, "debit_entry"), column(&rows, "credit_entry"));
        let both: BTreeSet<(String, String)> = debits.iter().cloned().zip(credits.iter().cloned())
            .filter(|(debit, credit)| debit != "-" && credit != "-").collect();
        prop_assert_eq!(both, planted);
        let used: Vec<&String> = debits.iter().chain(&credits).filter(|id| *id != "-").collect();
        let once: BTreeSet<&&String> = used.iter().collect();
        prop_assert_eq!(used.len(), once.len(), "no leg twice");
        prop_assert_eq!(used.len(), world.transfers.len() * 2 + world.cash.len(), "no leg lost");
        let sum: i64 = column(&rows, "amount").iter().map(|a| a.parse::<i64>().unwrap_or(0)).sum();
        let given: i64 = (0..world.transfers.len() as i64).map(|n| 100_000 + n).sum::<i64>()
            + world.cash.iter().map(|c| c.1).sum::<i64>();
        prop_assert_eq!(sum, given * 100);
        let at: Vec<i64> = column(&rows, "at").iter().map(|a| a.parse().unwrap_or(i64::MIN)).collect();
        prop_assert!(at.is_sorted());
    }

    /// Equal amounts, no references: which leg goes with which is open, but no leg is used twice or lost, and the order
    /// of sources changes nothing.
    #[test]
    fn equal_amounts_are_tied_one_to_one(
        days in prop::collection::vec((0..2usize, 0..12i32, any::<bool>()), 0..30),
    ) {
        let mut sources = [Source::new("A"), Source::new("B")];
        for (at, day, pays) in &days {
            sources[*at].row(Row {
                account: ACCOUNTS[*at],
                other: ACCOUNTS[1 - *at],
                day: MONDAY + day,
                cents: if *pays { -500 } else { 500 },
                ..ROW
            });
        }
        let [a, b] = sources.map(Source::tables);
        let (_, found) = run_transfers(&[&a, &b]);
        let (_, turned) = run_transfers(&[&b, &a]);
        prop_assert_eq!(rows_of(&found), rows_of(&turned));
        prop_assert_eq!(&found.ambiguous, &turned.ambiguous);
        let rows = rows_of(&found);
        let ids = [column(&rows, "debit_entry"), column(&rows, "credit_entry")].concat();
        let used: Vec<&String> = ids.iter().filter(|id| *id != "-").collect();
        prop_assert_eq!(used.iter().collect::<BTreeSet<_>>().len(), days.len());
        prop_assert_eq!(used.len(), days.len());
    }

    /// The check against a slow second one, written from the definition.
    #[test]
    fn verdicts_equal_a_slow_second_check(
        opening in -500i64..500,
        rows in prop::collection::vec((-300i64..300, any::<bool>()), 1..12),
        wrong_closing in prop_oneof![3 => Just(0i64), 1 => -5i64..5],
        wrong_row in prop::option::weighted(0.3, 0usize..12),
    ) {
        let mut source = Source::new("s");
        let mut balance = opening;
        let mut slow = Vec::new();
        for (n, (cents, shows)) in rows.iter().enumerate() {
            balance += cents;
            let shown = shows.then_some(if wrong_row == Some(n) { balance + 7 } else { balance });
            slow.push((*cents, shown));
        }
        source.statement(Head { balances: Some((opening, balance + wrong_closing)), ..HEAD });
        let ids: Vec<String> = slow.iter().map(|(cents, shown)| {
            source.row(Row { statement: Some(0), cents: *cents, balance: *shown, ..ROW })
        }).collect();
        let statements = run_check(&[&source.tables()]).statements;
        // For each row that shows a balance: what stood before it, and everything since.
        let (mut first_wrong, mut row_off) = (None, 0);
        for n in 0..slow.len() {
            let Some(shown) = slow[n].1 else { continue };
            let before = (0..n).rev().find(|m| slow[*m].1.is_some());
            let base = before.map_or(opening, |m| slow[m].1.unwrap_or(0));
            let since: i64 = slow[before.map_or(0, |m| m + 1)..=n].iter().map(|row| row.0).sum();
            if base + since != shown && first_wrong.is_none() {
                first_wrong = Some(ids[n].clone());
                row_off = shown - base - since;
            }
        }
        let total: i64 = rows.iter().map(|row| row.0).sum();
        let off = balance + wrong_closing - opening - total;
        let verified = off == 0 && first_wrong.is_none();
        prop_assert_eq!(&column(&statements, "verdict")[0], if verified { "verified" } else { "discrepancy" });
        let difference = if off == 0 { row_off } else { off };
        prop_assert_eq!(&column(&statements, "difference")[0], &(difference * 100).to_string());
        prop_assert_eq!(&column(&statements, "breaks_at")[0], &first_wrong.unwrap_or("-".to_owned()));
        let credits: i64 = rows.iter().map(|row| row.0.max(0)).sum();
        prop_assert_eq!(&column(&statements, "credits")[0], &(credits * 100).to_string());
        prop_assert_eq!(&column(&statements, "entries")[0], &rows.len().to_string());
    }
}

/// `GELDSPOOR_BENCH=1 cargo test --test it million -- --nocapture`: a million legs of a thousand accounts.
#[test]
fn a_million_legs() {
    if std::env::var_os("GELDSPOOR_BENCH").is_none() {
        println!("a_million_legs: set GELDSPOOR_BENCH to run it");
        return;
    }
    let names: Vec<String> = (0..1_000).map(|n| format!("ACCOUNT{n}")).collect();
    let mut sources: Vec<Source> = names.iter().map(|name| Source::new(name)).collect();
    let mut random = 1u64;
    let mut draw = |below: u64| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % below
    };
    for n in 0..500_000u64 {
        let payer = draw(1_000) as usize;
        let payee = (payer + 1 + draw(20) as usize) % 1_000;
        let row = Row {
            day: MONDAY + draw(700) as i32,
            // Round amounts, so that equal payments meet.
            cents: (1 + draw(200) as i64) * 500,
            end_to_end: if n % 3 == 0 { "" } else { "NOTPROVIDED" },
            ..ROW
        };
        sources[payer].row(Row {
            account: &names[payer],
            other: &names[payee],
            cents: -row.cents,
            ..row
        });
        sources[payee].row(Row {
            account: &names[payee],
            other: &names[payer],
            ..row
        });
    }
    let tables: Vec<Tables> = sources.into_iter().map(Source::tables).collect();
    let all: Vec<&Tables> = tables.iter().collect();
    let start = Instant::now();
    let checked = run_check(&all);
    let checked_in = start.elapsed();
    let entries = read(&all, Table::Entries, TRANSFER_ENTRY_COLUMNS);
    let start = Instant::now();
    let found = transfers(entries, &checked.same_entries, &checked.statements).expect("ties");
    let tied_in = start.elapsed();
    let start = Instant::now();
    let rows: usize = found
        .batches(65_536)
        .map(|batch| batch.expect("rows").num_rows())
        .sum();
    println!(
        "1,000,000 legs: checked in {checked_in:.2?}, tied in {tied_in:.2?}, {rows} rows made in {:.2?}, {} MB held",
        start.elapsed(),
        found.counts.bytes >> 20
    );
    assert_eq!(found.counts.matched, 500_000);
    assert_eq!(rows, 500_000);
}
