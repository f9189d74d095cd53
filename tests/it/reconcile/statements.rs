//! Accounts, verdicts, copies, chains, coverage.

use geldspoor::model::AccountMention;
use geldspoor::reconcile::{GapKind, Verdict, derive_accounts};

use super::*;

#[test]
fn an_account_has_the_first_value_of_each_field_by_source() {
    let mention = |name: &str, holder: &str, bic: &str, seized: bool| {
        let mut source = Source::new(name);
        source.rows.account(&AccountMention {
            account: AccountKey::number("NL91ABNA0417164300"),
            bic,
            currency: None,
            country: "",
            holder_name: holder,
            opened: None,
            closed: None,
            seized,
        });
        (source.id.clone(), source.tables())
    };
    let mut both = [
        mention("x", "First", "", false),
        mention("y", "Second", "ABNANL2A", true),
    ];
    both.sort_by(|a, b| a.0.cmp(&b.0));
    let expected = column(&both[0].1[&Table::AccountsRead], "holder_name");
    let forward = derive_accounts(read(&[&both[0].1, &both[1].1], Table::AccountsRead, &[])).expect("one");
    let backward = derive_accounts(read(&[&both[1].1, &both[0].1], Table::AccountsRead, &[])).expect("one");
    assert_eq!(forward, backward);
    assert_eq!(column(&forward, "holder_name"), expected);
    assert_eq!(column(&forward, "bic"), ["ABNANL2A"]);
    assert_eq!(column(&forward, "seized"), ["true"]);
    assert_eq!(column(&forward, "iban"), ["NL91ABNA0417164300"]);
}

/// One statement with rows of these cents, judged: verdict, difference, reason.
fn verdict_of(head: Head<'_>, rows: &[Row<'_>]) -> [String; 4] {
    let mut source = Source::new("s");
    source.statement(head);
    for row in rows {
        source.row(Row {
            statement: Some(head.number),
            ..*row
        });
    }
    let checked = run_check(&[&source.tables()]);
    ["verdict", "difference", "reason", "breaks_at"].map(|c| column(&checked.statements, c)[0].clone())
}

fn cents(cents: i64) -> Row<'static> {
    Row { cents, ..ROW }
}

#[test]
fn a_statement_is_judged_by_its_own_figures() {
    let given = Head {
        balances: Some((10_000, 12_000)),
        ..HEAD
    };
    let rows = [cents(5_000), cents(-3_000)];
    assert_eq!(verdict_of(given, &rows), ["verified", "0", "-", "-"]);
    assert_eq!(
        verdict_of(given, &rows[..1]),
        [
            "discrepancy",
            "-300000",
            "closing balance 120.00 is stated, opening balance and entries give 150.00",
            "-"
        ]
    );
    assert_eq!(
        verdict_of(HEAD, &rows),
        ["not verifiable", "-", "the statement carries no balances", "-"]
    );
    let dollars = Row {
        currency: "USD",
        ..rows[1]
    };
    assert_eq!(verdict_of(given, &[rows[0], dollars])[0], "failed");
    let nothing = Row {
        no_amount: true,
        ..rows[1]
    };
    assert_eq!(
        verdict_of(given, &[rows[0], nothing])[2],
        "1 of 2 entries carry no amount"
    );
    let totals = Head {
        stated: Some((3, 5_000, 3_100)),
        ..given
    };
    assert_eq!(
        verdict_of(totals, &rows)[2],
        "3 entries are stated, 2 are there; debits of 31.00 are stated, the entries give 30.00"
    );
    assert_eq!(verdict_of(totals, &rows)[1], "10000", "by so much the sum is off");
    let right = Head {
        stated: Some((2, 5_000, 3_000)),
        ..given
    };
    assert_eq!(verdict_of(right, &rows)[0], "verified");
}

#[test]
fn the_first_row_that_breaks_is_named() {
    let mut source = Source::new("s");
    source.statement(Head {
        balances: Some((10_000, 12_000)),
        ..HEAD
    });
    let row = |cents, balance, sequence| Row {
        statement: Some(0),
        cents,
        balance: Some(balance),
        sequence: Some(sequence),
        ..ROW
    };
    // The file is in reverse: the sequence decides.
    source.row(row(-2_000, 12_000, 3));
    let breaks = source.row(row(-1_000, 14_100, 2));
    source.row(row(5_000, 15_000, 1));
    let checked = run_check(&[&source.tables()]);
    assert_eq!(column(&checked.statements, "verdict"), ["discrepancy"]);
    assert_eq!(column(&checked.statements, "breaks_at"), [breaks]);
    assert_eq!(
        column(&checked.statements, "difference"),
        ["10000"],
        "by so much the row is off"
    );
    assert_eq!(
        column(&checked.statements, "reason"),
        ["running balance 141.00 is stated first where the entries give 140.00"]
    );
    assert_eq!(
        checked.coverage.verdicts,
        BTreeMap::from([(Verdict::Discrepancy, 1)])
    );
}

#[test]
fn a_listing_of_one_account_is_an_implied_statement() {
    let listing = |rows: &[(i64, Option<i64>)]| {
        let mut source = Source::new("csv");
        for (cents, balance) in rows {
            source.row(Row {
                cents: *cents,
                balance: *balance,
                ..ROW
            });
        }
        let id = source.id.clone();
        (id, run_check(&[&source.tables()]).statements)
    };
    let (source, rows) = listing(&[
        (-1_000, Some(9_000)),
        (500, Some(9_500)),
        (1, None),
        (1, Some(9_502)),
    ]);
    let id = format!("{}-a-{}-EUR", &source[..12], account("A").replacen("a-", "", 1));
    assert_eq!(column(&rows, "statement_id"), [id]);
    assert_eq!(column(&rows, "opening_balance"), ["1000000"]);
    assert_eq!(column(&rows, "closing_balance"), ["950200"]);
    assert_eq!(column(&rows, "verdict"), ["verified"]);
    assert_eq!(column(&rows, "source_id"), [source]);
    let (_, one) = listing(&[(-1_000, Some(9_000))]);
    assert_eq!(column(&one, "reason"), ["one balance alone proves nothing"]);
    let (_, none) = listing(&[(-1_000, None), (500, None)]);
    assert_eq!(column(&none, "verdict"), ["not verifiable"]);
    let (_, broken) = listing(&[(-1_000, Some(9_000)), (500, Some(9_600))]);
    assert_eq!(column(&broken, "verdict"), ["discrepancy"]);
    assert_eq!(column(&broken, "difference"), ["10000"]);
}

#[test]
fn a_fee_in_the_row_belongs_to_the_rows_balance() {
    let mut source = Source::new("csv");
    source.row(Row {
        cents: 10_000,
        balance: Some(10_000),
        ..ROW
    });
    source.row(Row {
        cents: -1_000,
        balance: Some(8_950),
        ..ROW
    });
    source.same_record(Row {
        cents: -50,
        leg: Leg::Fee,
        status: Some(CounterpartyStatus::Bank),
        ..ROW
    });
    let tables = source.tables();
    let (checked, found) = run_transfers(&[&tables]);
    assert_eq!(column(&checked.statements, "verdict"), ["verified"]);
    let payees = column(&rows_of(&found), "payee_account");
    assert!(payees.contains(&format!("b-{}", account("A"))), "{payees:?}");
}

#[test]
fn a_listing_of_both_sides_has_no_statement() {
    let mut source = Source::new("listing");
    source.listed(Row {
        other: "B",
        cents: 1_000,
        ..ROW
    });
    source.same_record(Row {
        cents: -100,
        leg: Leg::Fee,
        status: Some(CounterpartyStatus::Bank),
        ..ROW
    });
    let checked = run_check(&[&source.tables()]);
    assert_eq!(checked.statements.num_rows(), 0);
    assert!(checked.coverage.verdicts.is_empty());
    let sides = &checked.coverage.other_sides[0];
    assert_eq!(sides.identified_entries(), (2, 3));
    assert_eq!(sides.identified_amount(), (200_000, 210_000));
    assert_eq!(checked.coverage.unseized.len(), 2);
}

/// The same two lines, as one of two deliveries; `other` and first day differ by format.
fn delivery(name: &str, other: &str, first_day: i32, second_line: i64) -> (Tables, Vec<String>) {
    let mut source = Source::new(name);
    source.statement(Head {
        days: Some((first_day, MONDAY + 1)),
        balances: Some((0, 10_000 + second_line)),
        ..HEAD
    });
    let rows = [(10_000, MONDAY), (second_line, MONDAY + 1)];
    let ids = rows.map(|(cents, day)| {
        source.row(Row {
            statement: Some(0),
            cents,
            day,
            other,
            remittance: "rent",
            ..ROW
        })
    });
    (source.tables(), ids.to_vec())
}

#[test]
fn the_same_statement_in_two_formats_counts_once() {
    let (full, kept) = delivery("camt", "B", MONDAY, -2_000);
    let (bare, copied) = delivery("mt940", "", MONDAY - 3, -2_000);
    let (checked, found) = run_transfers(&[&full, &bare]);
    let (again, found_again) = run_transfers(&[&bare, &full]);
    assert_eq!(checked.same_entries, again.same_entries);
    assert_eq!(checked.statements, again.statements);
    assert_eq!(rows_of(&found), rows_of(&found_again));
    assert_eq!(column(&checked.same_entries, "entry_id"), copied);
    assert_eq!(column(&checked.same_entries, "same_as"), kept);
    assert_eq!(
        column(&checked.same_entries, "kind"),
        ["same_statement", "same_statement"]
    );
    assert_eq!(checked.statements.num_rows(), 2);
    assert_eq!(found.counts.transfers, 2);
    assert_eq!(checked.coverage.other_sides[0].identified_entries(), (2, 2));
    assert!(checked.coverage.gaps.is_empty(), "{:?}", checked.coverage.gaps);
}

#[test]
fn a_statement_that_differs_in_one_line_is_another() {
    let (one, first) = delivery("one", "B", MONDAY, -2_000);
    let (other, second) = delivery("other", "B", MONDAY, -2_100);
    let (checked, found) = run_transfers(&[&one, &other]);
    assert_eq!(column(&checked.same_entries, "kind"), ["likely_duplicate"]);
    let flagged = [
        column(&checked.same_entries, "entry_id"),
        column(&checked.same_entries, "same_as"),
    ]
    .concat();
    assert_eq!(
        BTreeSet::from_iter(flagged),
        BTreeSet::from([first[0].clone(), second[0].clone()])
    );
    assert_eq!(found.counts.transfers, 4, "nothing is dropped");
    assert_eq!(checked.coverage.gaps.len(), 1);
    assert_eq!(checked.coverage.gaps[0].kind, GapKind::Overlap);
    // An opening day that is earlier is no copy where a line stands between.
    let (early, _) = delivery("early", "B", MONDAY - 9, -2_000);
    let checked = run_check(&[&one, &early]);
    assert!(!column(&checked.same_entries, "kind").contains(&"same_statement".to_owned()));
}

#[test]
fn equal_deposits_within_one_source_are_never_flagged() {
    let mut source = Source::new("csv");
    for _ in 0..3 {
        source.row(Row {
            cents: 950_000,
            status: Some(CounterpartyStatus::Cash),
            ..ROW
        });
    }
    let one = source.tables();
    assert_eq!(run_check(&[&one]).same_entries.num_rows(), 0);
    let mut second = Source::new("second csv");
    for _ in 0..2 {
        second.row(Row {
            cents: 950_000,
            status: Some(CounterpartyStatus::Cash),
            ..ROW
        });
    }
    let two = second.tables();
    assert_eq!(run_check(&[&one, &two]).same_entries.num_rows(), 2);
}

fn chain(heads: &[Head<'_>]) -> Vec<(GapKind, i32, i32)> {
    let mut source = Source::new("chain");
    for (number, head) in heads.iter().enumerate() {
        source.statement(Head {
            number: number as u32,
            ..*head
        });
    }
    let gaps = run_check(&[&source.tables()]).coverage.gaps;
    gaps.iter().map(|gap| (gap.kind, gap.from.0, gap.to.0)).collect()
}

#[test]
fn statements_of_an_account_are_a_chain() {
    let week = |n: i32, balances, sequence| Head {
        days: Some((MONDAY + 7 * n, MONDAY + 7 * n + 6)),
        balances,
        sequence,
        ..HEAD
    };
    let first = week(0, Some((0, 10)), "1");
    assert_eq!(chain(&[first, week(1, Some((10, 20)), "2")]), []);
    assert_eq!(
        chain(&[week(1, Some((10, 20)), "2"), first]),
        [],
        "order in the file is nothing"
    );
    assert_eq!(
        chain(&[first, week(2, Some((10, 20)), "2")]),
        [],
        "balances connect"
    );
    assert_eq!(
        chain(&[first, week(1, Some((11, 20)), "2")]),
        [(GapKind::Balance, MONDAY + 6, MONDAY + 7)]
    );
    assert_eq!(
        chain(&[first, week(3, None, "2")]),
        [(GapKind::Period, MONDAY + 7, MONDAY + 20)]
    );
    assert_eq!(
        chain(&[first, week(1, Some((10, 20)), "00004/1")]),
        [(GapKind::Sequence, MONDAY + 6, MONDAY + 7)]
    );
    let page = |number, balances| week(0, Some(balances), number);
    assert_eq!(chain(&[page("5/2", (10, 20)), page("5/1", (0, 10))]), []);
    assert_eq!(
        chain(&[page("", (10, 20)), page("", (0, 10)), page("", (20, 5))]).len(),
        0
    );
    assert_eq!(
        chain(&[page("5/1", (0, 10)), page("5/3", (10, 20))]),
        [(GapKind::Page, MONDAY, MONDAY + 6)]
    );
    let long = Head {
        days: Some((MONDAY, MONDAY + 20)),
        balances: Some((0, 99)),
        ..HEAD
    };
    assert_eq!(
        chain(&[long, week(1, Some((3, 4)), ""), week(2, Some((4, 5)), "")]),
        [(GapKind::Overlap, MONDAY + 7, MONDAY + 20)]
    );
    let new_year = Head {
        days: Some((MONDAY + 366, MONDAY + 372)),
        ..week(0, Some((10, 11)), "1")
    };
    assert_eq!(chain(&[week(0, Some((0, 10)), "51"), new_year]), []);
}

#[test]
fn numbers_begin_anew_or_run_on_and_are_given_once() {
    let at = |day: i32, sequence| Head {
        days: Some((MONDAY + day, MONDAY + day)),
        balances: None,
        sequence,
        ..HEAD
    };
    let kinds = |heads: &[Head<'_>]| -> Vec<GapKind> {
        let gaps = chain(heads).into_iter().map(|gap| gap.0);
        gaps.filter(|kind| *kind != GapKind::Period).collect()
    };
    // 2024 has 366 days.
    assert_eq!(kinds(&[at(360, "250"), at(368, "1")]), []);
    assert_eq!(
        kinds(&[at(360, "250"), at(368, "251")]),
        [],
        "a bank that never restarts"
    );
    assert_eq!(
        kinds(&[at(360, "250"), at(368, "3")]),
        [GapKind::Sequence],
        "1 and 2 of the new year"
    );
    assert_eq!(kinds(&[at(360, "2024250"), at(368, "2025001")]), []);
    assert_eq!(kinds(&[at(360, "24250"), at(368, "25002")]), [GapKind::Sequence]);
    assert_eq!(kinds(&[at(0, "4"), at(1, "4"), at(2, "5")]), [GapKind::Number]);
    assert_eq!(
        kinds(&[at(0, "1"), at(1, "1"), at(2, "1")]),
        [],
        "a number that all share is none"
    );
    assert_eq!(kinds(&[at(0, "0"), at(1, "0")]), []);
    assert_eq!(
        kinds(&[at(0, "4/1"), at(1, "5/2"), at(1, "5/3")]),
        [],
        "number and page rise together"
    );
    assert_eq!(
        kinds(&[at(0, "4/1"), at(1, "5/3")]),
        [GapKind::Page],
        "pages 1 and 2 of number 5"
    );
    assert_eq!(kinds(&[at(0, "4/1"), at(0, "4/2"), at(1, "5/1")]), []);
}

#[test]
fn coverage_is_told_in_sentences() {
    let mut source = Source::new("s");
    for (other, cents) in [("B", -1_000), ("", 2_000), ("C", -1_000)] {
        source.row(Row { other, cents, ..ROW });
    }
    assert_eq!(
        run_check(&[&source.tables()]).coverage.sentences(),
        [
            "EUR: the other side is identified in 2 of 3 entries (66.6 %) and for 20.00 of 40.00 (50.0 % of the value).",
            "2 accounts that were not received are the other side of 2 entries of 20.00 EUR in all.",
        ]
    );
}

#[test]
fn what_to_request_next_names_accounts_by_amount() {
    let mut source = Source::new("s");
    source.statement(Head {
        balances: Some((0, 0)),
        ..HEAD
    });
    for (other, cents) in [("B", -1_000), ("C", -50_000), ("B", -2_000), ("", 53_000)] {
        source.row(Row {
            statement: Some(0),
            other,
            cents,
            ..ROW
        });
    }
    let tables = source.tables();
    let accounts = derive_accounts(read(&[&tables], Table::AccountsRead, &[])).expect("accounts");
    let coverage = run_check(&[&tables]).coverage;
    let unseized: Vec<_> = coverage
        .unseized
        .iter()
        .map(|u| (u.account_id.clone(), u.entries, u.amount))
        .collect();
    assert_eq!(
        unseized,
        [(account("C"), 1, 5_000_000), (account("B"), 2, 300_000)]
    );
    assert_eq!(coverage.other_sides[0].identified_entries(), (3, 4));
    assert_eq!(
        coverage.requests(&accounts, 1).expect("lines"),
        [
            "Statements and account holder's data of account C from 2024-01-01 to 2024-01-01: the other side of 1 entry \
          of 500.00 EUR in all."
        ]
    );
}
