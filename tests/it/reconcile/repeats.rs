//! Statements without balances that tell the same entries: reports of one day, and statements that overlap.

use geldspoor::reconcile::GapKind;

use super::*;

/// An entry of a report: cents, reference of the bank, day, whether it is cash.
type Told = (i64, &'static str, i32, bool);

/// Reports of account A without balances, a source each, over the days of their entries.
fn reports(told: &[&[Told]]) -> (Vec<Vec<String>>, Checked, Transfers) {
    let mut ids = Vec::new();
    let mut tables = Vec::new();
    for (number, entries) in told.iter().enumerate() {
        let mut source = Source::new(&format!("report {number}"));
        let days = entries.iter().map(|entry| MONDAY + entry.2);
        source.statement(Head {
            days: days.clone().min().zip(days.max()),
            ..HEAD
        });
        let rows = entries.iter().map(|(cents, reference, day, cash)| {
            source.row(Row {
                statement: Some(0),
                cents: *cents,
                reference,
                day: MONDAY + day,
                status: cash.then_some(CounterpartyStatus::Cash),
                other: if *cash { "" } else { "B" },
                remittance: if *cash { "deposit" } else { "invoice" },
                ..ROW
            })
        });
        ids.push(rows.collect());
        tables.push(source.tables());
    }
    let (checked, found) = run_transfers(&tables.iter().collect::<Vec<_>>());
    let (turned, again) = run_transfers(&tables.iter().rev().collect::<Vec<_>>());
    assert_eq!(checked.same_entries, turned.same_entries);
    assert_eq!(checked.coverage, turned.coverage);
    assert_eq!(rows_of(&found), rows_of(&again));
    (ids, checked, found)
}

/// Entries that are counted elsewhere, with where.
fn told_again(checked: &Checked) -> BTreeSet<(String, String)> {
    let [ids, kept, kinds] = ["entry_id", "same_as", "kind"].map(|name| column(&checked.same_entries, name));
    let rows = ids.into_iter().zip(kept).zip(kinds);
    rows.filter(|(_, kind)| kind == "same_statement")
        .map(|(pair, _)| pair)
        .collect()
}

/// Kinds of what is wrong in the chain, and whether it cannot be told.
fn gaps(checked: &Checked) -> Vec<(GapKind, bool)> {
    let gaps = checked.coverage.gaps.iter();
    gaps.map(|gap| (gap.kind, gap.detail.contains("cannot be told")))
        .collect()
}

const FIRST: Told = (10_000, "2024010100001", 0, false);
const SECOND: Told = (-2_500, "2024010100002", 0, false);
const THIRD: Told = (10_000, "2024010100003", 0, false);
const DEPOSIT: Told = (500_000, "2024010100004", 0, true);

#[test]
fn reports_that_hold_those_before_count_once() {
    let (ids, checked, found) = reports(&[&[FIRST], &[FIRST, SECOND], &[FIRST, SECOND, THIRD, DEPOSIT]]);
    let pair = |report: usize, entry: usize| (ids[report][entry].clone(), ids[2][entry].clone());
    assert_eq!(
        told_again(&checked),
        BTreeSet::from([pair(0, 0), pair(1, 0), pair(1, 1)])
    );
    assert_eq!(found.counts.transfers, 4);
    assert_eq!(checked.coverage.other_sides[0].identified_entries(), (3, 4));
    assert_eq!(gaps(&checked), []);
    // Cash comes back too where another entry comes back with it.
    let (_, checked, found) = reports(&[&[FIRST, DEPOSIT], &[FIRST, SECOND, DEPOSIT]]);
    assert_eq!(told_again(&checked).len(), 2);
    assert_eq!(found.counts.transfers, 3);
}

#[test]
fn overlapping_statements_without_balances_share_what_references_prove() {
    let later = (700, "2024010400009", 3, false);
    let (ids, checked, found) = reports(&[
        &[FIRST, SECOND, (5, "2024010300001", 2, false)],
        &[(5, "2024010300001", 2, false), later],
    ]);
    assert_eq!(
        told_again(&checked),
        BTreeSet::from([(ids[1][0].clone(), ids[0][2].clone())])
    );
    assert_eq!(found.counts.transfers, 4);
    assert_eq!(gaps(&checked), []);
}

#[test]
fn equal_deposits_that_may_be_two_are_never_dropped() {
    let deposit = |reference| (500_000, reference, 0, true);
    for (reports_of, why) in [
        ([deposit(""), deposit("")], "no reference"),
        (
            [deposit("2024010100001"), deposit("2024010100002")],
            "two references",
        ),
        ([deposit("CASHDEPOSIT"), deposit("CASHDEPOSIT")], "a word"),
        ([deposit("004512"), deposit("004512")], "a machine's number"),
        (
            [deposit("ATM004512"), deposit("ATM004512")],
            "nothing else in common",
        ),
    ] {
        let (_, checked, found) = reports(&[&reports_of[..1], &reports_of[1..]]);
        assert!(told_again(&checked).is_empty(), "{why}");
        assert_eq!(found.counts.transfers, 2, "{why}");
    }
    // A reference that one statement gives to two deposits is the reference of neither, whatever else comes back.
    let machine = deposit("ATM004512");
    let (ids, checked, found) = reports(&[&[FIRST, machine], &[FIRST, machine, machine]]);
    assert_eq!(
        told_again(&checked),
        BTreeSet::from([(ids[0][0].clone(), ids[1][0].clone())])
    );
    assert_eq!(found.counts.transfers, 4);
    // Nothing tells whether the second report holds the first one's entries: that is said.
    let (_, checked, _) = reports(&[&[deposit("")], &[deposit(""), deposit("")]]);
    assert_eq!(gaps(&checked), [(GapKind::Overlap, true)]);
    // With references it can be told: these are two.
    let (_, checked, _) = reports(&[&[FIRST], &[SECOND]]);
    assert_eq!(gaps(&checked), []);
}

#[test]
fn a_statement_with_balances_keeps_what_a_report_told_before_it() {
    let mut report = Source::new("report");
    report.statement(Head {
        days: Some((MONDAY, MONDAY)),
        ..HEAD
    });
    let row = Row {
        statement: Some(0),
        other: "B",
        cents: 10_000,
        reference: "2024010100001",
        ..ROW
    };
    let early = report.row(row);
    let mut statement = Source::new("statement");
    statement.statement(Head {
        balances: Some((0, 12_000)),
        ..HEAD
    });
    let kept = statement.row(row);
    statement.row(Row {
        cents: 2_000,
        reference: "2024010100002",
        ..row
    });
    let (checked, found) = run_transfers(&[&report.tables(), &statement.tables()]);
    assert_eq!(told_again(&checked), BTreeSet::from([(early, kept)]));
    assert_eq!(found.counts.transfers, 2);
    assert_eq!(gaps(&checked), []);
}
