//! What the record covers: currencies apart, overlapping statements, missing periods and mirrors as requests, and
//! batches, in the words that go into an order.

use geldspoor::reconcile::{GapKind, derive_accounts, leg_requests, statement_requests};

use super::*;

#[test]
fn each_currency_of_an_account_is_proved_for_itself() {
    let mut source = Source::new("s");
    let head = |number, currency, balances| Head {
        number,
        currency,
        balances: Some(balances),
        ..HEAD
    };
    source.statement(head(0, "EUR", (10_000, 12_000)));
    source.statement(head(1, "USD", (500, 400)));
    let row = |statement, currency, cents| Row {
        statement: Some(statement),
        currency,
        cents,
        ..ROW
    };
    source.row(row(0, "EUR", 2_000));
    source.row(row(1, "USD", -150));
    let statements = run_check(&[&source.tables()]).statements;
    assert_eq!(column(&statements, "currency"), ["EUR", "USD"]);
    assert_eq!(column(&statements, "verdict"), ["verified", "discrepancy"]);
    assert_eq!(column(&statements, "difference"), ["0", "5000"]);
}

#[test]
fn overlapping_statements_of_two_files_are_named_and_their_lines_flagged() {
    // The first week, and from Friday of it to the end of the second: Friday's lines stand in both.
    let line = |source: &mut Source, day: i32, cents: i64, remittance: &'static str| {
        source.row(Row {
            statement: Some(0),
            day: MONDAY + day,
            cents,
            other: "B",
            remittance,
            ..ROW
        })
    };
    let mut first = Source::new("first");
    first.statement(Head {
        balances: Some((0, 600)),
        ..HEAD
    });
    line(&mut first, 1, 100, "a");
    let twice = [line(&mut first, 4, 200, "b"), line(&mut first, 4, 300, "c")];
    let mut second = Source::new("second");
    second.statement(Head {
        days: Some((MONDAY + 4, MONDAY + 13)),
        balances: Some((100, 1_000)),
        ..HEAD
    });
    let again = [line(&mut second, 4, 200, "b"), line(&mut second, 4, 300, "c")];
    line(&mut second, 9, 400, "b");
    let (first, second) = (first.tables(), second.tables());
    let (checked, found) = run_transfers(&[&first, &second]);
    let (turned, _) = run_transfers(&[&second, &first]);
    assert_eq!(checked.same_entries, turned.same_entries);
    assert_eq!(column(&checked.statements, "verdict"), ["verified", "verified"]);
    let gaps: Vec<(GapKind, i32, i32)> = (checked.coverage.gaps.iter())
        .map(|gap| (gap.kind, gap.from.0, gap.to.0))
        .collect();
    assert_eq!(gaps, [(GapKind::Overlap, MONDAY + 4, MONDAY + 6)]);
    assert_eq!(
        column(&checked.same_entries, "kind"),
        ["likely_duplicate", "likely_duplicate"]
    );
    let pairs = |names: [&str; 2]| -> BTreeSet<BTreeSet<String>> {
        let [one, other] = names.map(|name| column(&checked.same_entries, name));
        (one.into_iter().zip(other))
            .map(|(a, b)| BTreeSet::from([a, b]))
            .collect()
    };
    let expected = (twice.into_iter().zip(again)).map(|(a, b)| BTreeSet::from([a, b]));
    assert_eq!(pairs(["entry_id", "same_as"]), expected.collect());
    assert_eq!(found.counts.transfers, 6, "flagged, never dropped");
    assert!(
        checked
            .coverage
            .sentences()
            .iter()
            .all(|line| !line.contains("missing")),
        "an overlap is nothing that is missing"
    );
}

#[test]
fn missing_periods_numbers_and_pages_become_requests() {
    let week = |number: u32, week: i32, balances, sequence| Head {
        number,
        days: Some((MONDAY + 7 * week, MONDAY + 7 * week + 6)),
        balances,
        sequence,
        ..HEAD
    };
    let mut source = Source::new("chain");
    let ids = [
        source.statement(week(0, 0, Some((0, 1_000)), "1")),
        source.statement(week(1, 1, Some((1_500, 2_000)), "3")),
        source.statement(week(2, 4, None, "4/2")),
    ];
    let tables = source.tables();
    let accounts = derive_accounts(read(&[&tables], Table::AccountsRead, &[])).expect("accounts");
    let coverage = run_check(&[&tables]).coverage;
    let name = "account A";
    assert_eq!(
        coverage.requests(&accounts, 5).expect("lines"),
        [
            format!(
                "Statements of {name} from 2024-01-07 to 2024-01-08 (balance: {} closes with 10.00, {} opens with 15.00: \
                 5.00 lies between them unseen).",
                ids[0], ids[1]
            ),
            format!(
                "Statements of {name} from 2024-01-07 to 2024-01-08 (sequence: number 2 is missing between {} (number 1) \
                 and {} (number 3)).",
                ids[0], ids[1]
            ),
            format!(
                "Statements of {name} from 2024-01-14 to 2024-01-29 (page: page 1 of number 4 is missing between {} (number \
                 3) and {} (number 4/2)).",
                ids[1], ids[2]
            ),
            format!(
                "Statements of {name} from 2024-01-15 to 2024-01-28 (period: no statement between {} and {}, and no \
                 balances that would connect them).",
                ids[1], ids[2]
            ),
        ]
    );
    assert_eq!(
        coverage.sentences(),
        ["Statements or pages are missing in 4 places, in 1 account."]
    );
}

#[test]
fn a_mirror_that_is_missing_is_a_request() {
    let mut own = Source::new("A");
    own.row(Row {
        other: "B",
        cents: -123_450,
        ..ROW
    });
    own.row(Row {
        other: "B",
        cents: -550,
        day: MONDAY + 2,
        ..ROW
    });
    // B's own record of these days is there, and proves itself without them.
    let mut other = Source::new("B");
    other.statement(Head {
        account: "B",
        balances: Some((0, 700)),
        ..HEAD
    });
    other.row(Row {
        account: "B",
        statement: Some(0),
        cents: 700,
        ..ROW
    });
    let (own, other) = (own.tables(), other.tables());
    let accounts = derive_accounts(read(&[&own, &other], Table::AccountsRead, &[])).expect("accounts");
    let (checked, found) = run_transfers(&[&own, &other]);
    let at = column(&checked.statements, "account_id")
        .iter()
        .position(|id| *id == account("B"));
    assert_eq!(
        column(&checked.statements, "verdict")[at.expect("B's")],
        "verified"
    );
    let rows = found.missing_legs().expect("rows");
    assert_eq!(column(&rows, "kind"), ["no_mirror", "no_mirror"]);
    assert_eq!(column(&rows, "missing_in"), [account("B"), account("B")]);
    assert_eq!(column(&rows, "amount"), ["12345000", "55000"]);
    assert!(
        column(&rows, "reason")[0]
            .starts_with("the payee's statement covers these days and has no credit of this amount")
    );
    assert_eq!(
        leg_requests(&found.missing_mirrors, &accounts, 5).expect("lines"),
        [
            "The complete record of account B from 2024-01-01 to 2024-01-03: 2 entries of other accounts, 1240.00 EUR in \
          all, should have their other side in it and do not."
        ]
    );
    // Without B's record nothing is known to be missing: B is an account to request.
    let (checked, found) = run_transfers(&[&own]);
    assert!(found.missing_mirrors.is_empty());
    assert_eq!(checked.coverage.unseized[0].account_id, account("B"));
    assert_eq!(
        checked.coverage.sentences()[1],
        "1 account that was not received is the other side of 2 entries of 1240.00 EUR in all."
    );
}

#[test]
fn a_statement_that_does_not_add_up_is_a_request_and_covers_no_days() {
    let mut own = Source::new("A");
    own.row(Row {
        other: "B",
        cents: -5_000,
        ..ROW
    });
    // B's statement was cut: the credit is among what was lost.
    let mut other = Source::new("B");
    let id = other.statement(Head {
        account: "B",
        balances: Some((0, 5_700)),
        ..HEAD
    });
    other.row(Row {
        account: "B",
        statement: Some(0),
        cents: 700,
        ..ROW
    });
    let (own, other) = (own.tables(), other.tables());
    let accounts = derive_accounts(read(&[&own, &other], Table::AccountsRead, &[])).expect("accounts");
    let (checked, found) = run_transfers(&[&own, &other]);
    assert_eq!(
        statement_requests(&checked.statements, &accounts).expect("lines"),
        [format!(
            "The whole statement of account B in EUR from 2024-01-01 to 2024-01-07: the figures of the one received, {id}, do \
             not hold (closing balance 57.00 is stated, opening balance and entries give 7.00)."
        )]
    );
    let reasons = column(&found.missing_legs().expect("rows"), "reason");
    assert_eq!(reasons.len(), 1);
    assert!(
        reasons[0].starts_with(
            "the payee's statement of these days does not add up, so entries may be missing from it; it has no credit"
        ),
        "{}",
        reasons[0]
    );
}
