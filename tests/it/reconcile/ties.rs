//! The two legs of a transfer: a case for each rule.

use geldspoor::model::transfer_id;

use super::*;

#[test]
fn crossed_legs_are_one_transfer_across_a_weekend() {
    let (ids, _, found) = legs(&[("A", "B", 4, -1_000, ""), ("B", "A", 8, 1_000, "")]);
    assert_eq!(
        ties(&found),
        set([[&account("A"), &account("B"), &ids[0], &ids[1]]])
    );
    let rows = rows_of(&found);
    assert_eq!(column(&rows, "origin"), ["corroborated"]);
    assert_eq!(
        column(&rows, "transfer_id"),
        [transfer_id(Some(&ids[0]), Some(&ids[1]))]
    );
    assert_eq!(column(&rows, "at"), column(&rows, "debited_at"));
    assert_eq!(
        column(&rows, "credited_at"),
        [Date(MONDAY + 8).midnight().to_string()]
    );
    assert_eq!(column(&rows, "payee_amount"), ["100000"]);
    assert_eq!(column(&rows, "time_precision"), ["day"]);
    let (_, _, apart) = legs(&[("A", "B", 3, -1_000, ""), ("B", "A", 8, 1_000, "")]);
    assert_eq!(apart.counts.one_leg, 2);
    let (_, _, other_amount) = legs(&[("A", "B", 0, -1_000, ""), ("B", "A", 0, 1_001, "")]);
    assert_eq!(other_amount.counts.one_leg, 2);
}

#[test]
fn the_end_to_end_id_decides_and_ties_are_listed() {
    let (ids, _, found) = legs(&[
        ("A", "B", 0, -1_000, "X1"),
        ("A", "B", 0, -1_000, "X2"),
        ("B", "A", 0, 1_000, "x-2"),
        ("B", "A", 0, 1_000, "X1"),
    ]);
    let (a, b) = (account("A"), account("B"));
    assert_eq!(
        ties(&found),
        set([[&a, &b, &ids[0], &ids[3]], [&a, &b, &ids[1], &ids[2]]])
    );
    assert!(found.ambiguous.is_empty());
    let (ids, _, found) = legs(&[
        ("A", "B", 0, -1_000, "NOTPROVIDED"),
        ("A", "B", 0, -1_000, ""),
        ("B", "A", 0, 1_000, ""),
        ("B", "A", 0, 1_000, ""),
    ]);
    assert_eq!(
        ties(&found),
        set([[&a, &b, &ids[0], &ids[2]], [&a, &b, &ids[1], &ids[3]]])
    );
    assert_eq!(found.ambiguous.len(), 2);
    assert!(found.ambiguous.iter().all(|a| a.tied));
}

#[test]
fn a_leg_that_names_nobody_is_tied_by_its_id_alone() {
    let (ids, _, found) = legs(&[("A", "B", 0, -1_000, "X1"), ("B", "", 1, 1_000, "X1")]);
    assert_eq!(
        ties(&found),
        set([[&account("A"), &account("B"), &ids[0], &ids[1]]])
    );
    let (_, _, unsure) = legs(&[
        ("A", "B", 0, -1_000, "X1"),
        ("B", "", 1, 1_000, "X1"),
        ("B", "", 1, 1_000, "X1"),
    ]);
    // Either way A paid B once: left apart, the payment would count twice.
    assert_eq!((unsure.counts.matched, unsure.counts.one_leg), (1, 1));
    assert_eq!(unsure.ambiguous.len(), 1);
    assert!(unsure.ambiguous[0].tied);
    let (_, _, without_id) = legs(&[("A", "B", 0, -1_000, ""), ("B", "", 0, 1_000, "")]);
    assert_eq!(without_id.counts.one_leg, 2);
}

#[test]
fn one_leg_has_a_side_of_its_own() {
    let mut source = Source::new("s");
    let row = |status, cents| Row {
        status: Some(status),
        cents,
        ..ROW
    };
    let cash = source.row(row(CounterpartyStatus::Cash, 1_000));
    let fee = source.row(row(CounterpartyStatus::Bank, -100));
    let unknown = source.row(row(CounterpartyStatus::Unknown, -200));
    let named = source.row(Row {
        other: "B",
        cents: -300,
        time: Some(60),
        sequence: Some(9),
        ..ROW
    });
    let (_, found) = run_transfers(&[&source.tables()]);
    let a = account("A");
    assert_eq!(
        ties(&found),
        set([
            [&format!("c-{a}"), &a, "-", &cash],
            [&a, &format!("b-{a}"), &fee, "-"],
            [&a, &format!("u-{unknown}"), &unknown, "-"],
            [&a, &account("B"), &named, "-"],
        ])
    );
    let rows = rows_of(&found);
    let at = column(&rows, "debit_entry")
        .iter()
        .position(|id| *id == named)
        .expect("there");
    assert_eq!(at, 3, "sorted by time");
    assert_eq!(column(&rows, "time_precision")[at], "second");
    assert_eq!(column(&rows, "payer_sequence")[at], "9");
    assert_eq!(column(&rows, "payee_amount")[at], "-");
    assert_eq!(column(&rows, "amount")[at], "30000");
    assert_eq!(
        column(&rows, "at")[at],
        (Date(MONDAY).midnight() + 60_000_000).to_string()
    );
}

#[test]
fn a_listing_and_the_accounts_own_statement_are_one_transfer() {
    let mut listing = Source::new("listing");
    let row = Row {
        other: "B",
        cents: 1_000,
        ..ROW
    };
    let (debit, credit) = listing.listed(row);
    let (second_debit, second_credit) = listing.listed(Row { cents: 7_700, ..row });
    let mut own = Source::new("statement of B");
    let line = own.row(Row {
        account: "B",
        other: "A",
        day: MONDAY + 1,
        cents: 1_000,
        ..ROW
    });
    let (listing, own) = (listing.tables(), own.tables());
    let (_, found) = run_transfers(&[&listing, &own]);
    let (a, b) = (account("A"), account("B"));
    assert_eq!(
        ties(&found),
        set([[&a, &b, &debit, &line], [&a, &b, &second_debit, &second_credit]])
    );
    assert_eq!(column(&found.other_records, "entry_id"), [credit.as_str()]);
    assert_eq!(column(&found.other_records, "same_as"), [line.as_str()]);
    assert_eq!(column(&found.other_records, "kind"), ["other_record"]);
    let mut payer = Source::new("statement of A");
    let paid = payer.row(Row { cents: -1_000, ..row });
    let (_, found) = run_transfers(&[&payer.tables(), &own, &listing]);
    assert!(ties(&found).contains(&[a.clone(), b.clone(), paid.clone(), line]));
    assert_eq!(found.counts.transfers, 2);
    assert_eq!(found.other_records.num_rows(), 2);
    // Only the payer's statement: the listing's credit leg stays.
    let mut payer = Source::new("statement of A");
    payer.row(Row { cents: -1_000, ..row });
    let (_, found) = run_transfers(&[&payer.tables(), &listing]);
    assert!(ties(&found).contains(&[a.clone(), b.clone(), paid, credit]));
    // A line that names nobody, tied by the id.
    let mut named = Source::new("listing with ids");
    let (debit, _) = named.listed(Row {
        end_to_end: "E9",
        ..row
    });
    let mut nameless = Source::new("nameless");
    let line = nameless.row(Row {
        account: "B",
        end_to_end: "E9",
        cents: 1_000,
        ..ROW
    });
    let (_, found) = run_transfers(&[&named.tables(), &nameless.tables()]);
    assert_eq!(ties(&found), set([[&a, &b, &debit, &line]]));
}

#[test]
fn two_lines_with_different_ids_never_meet_in_a_row_that_has_none() {
    let row = Row {
        other: "B",
        cents: 1_000,
        ..ROW
    };
    let mut listing = Source::new("listing");
    let (_, listed_credit) = listing.listed(row);
    let mut payer = Source::new("statement of A");
    let paid = payer.row(Row {
        cents: -1_000,
        end_to_end: "X1",
        ..row
    });
    let mut payee = Source::new("statement of B");
    let credit = |source: &mut Source, end_to_end| {
        source.row(Row {
            account: "B",
            other: "A",
            end_to_end,
            ..row
        })
    };
    let other = credit(&mut payee, "X2");
    let (listing, payer) = (listing.tables(), payer.tables());
    let (_, found) = run_transfers(&[&listing, &payer, &payee.tables()]);
    let (a, b) = (account("A"), account("B"));
    assert_eq!(
        ties(&found),
        set([[&a, &b, &paid, &listed_credit], [&a, &b, "-", &other]])
    );
    // Of two credits the one with the payer's id stands for the row's.
    let mut payee = Source::new("statement of B");
    let other = credit(&mut payee, "X2");
    let same = credit(&mut payee, "X1");
    let (_, found) = run_transfers(&[&listing, &payer, &payee.tables()]);
    assert_eq!(ties(&found), set([[&a, &b, &paid, &same], [&a, &b, "-", &other]]));
    assert!(found.ambiguous.is_empty(), "{:?}", found.ambiguous);
}

#[test]
fn equal_rows_and_equal_lines_are_joined_in_their_order_and_listed() {
    let row = Row {
        other: "B",
        cents: 1_000,
        ..ROW
    };
    let mut listing = Source::new("listing");
    let rows = [listing.listed(row), listing.listed(row)];
    let mut own = Source::new("statement of A");
    let lines = [0, 1].map(|_| own.row(Row { cents: -1_000, ..row }));
    let (_, found) = run_transfers(&[&listing.tables(), &own.tables()]);
    assert_eq!(found.counts.transfers, 2);
    let listed: BTreeSet<(&str, &str, bool)> = (found.ambiguous.iter())
        .map(|a| (a.debit_entry.as_str(), a.credit_entry.as_str(), a.tied))
        .collect();
    assert_eq!(
        listed,
        BTreeSet::from([(&*lines[0], &*rows[0].1, true), (&*lines[1], &*rows[1].1, true)])
    );
}

#[test]
fn a_mirror_that_should_be_there_is_a_lead() {
    let mut own = Source::new("A");
    let lost = own.row(Row {
        other: "B",
        cents: -1_000,
        ..ROW
    });
    let unclear = own.row(Row {
        other: "B",
        cents: -3_300,
        ..ROW
    });
    let late = own.row(Row {
        other: "B",
        cents: -1_000,
        day: MONDAY + 6,
        ..ROW
    });
    let mut other = Source::new("B");
    other.statement(Head {
        account: "B",
        balances: Some((0, 3_300)),
        ..HEAD
    });
    let nameless = other.row(Row {
        account: "B",
        statement: Some(0),
        cents: 3_300,
        ..ROW
    });
    let (_, found) = run_transfers(&[&own.tables(), &other.tables()]);
    let leads: Vec<&str> = found
        .missing_mirrors
        .iter()
        .map(|m| m.entry_id.as_str())
        .collect();
    assert_eq!(leads, [lost], "{late} may be booked behind the statement's end");
    assert_eq!(found.ambiguous.len(), 1);
    assert_eq!(
        (&found.ambiguous[0].debit_entry, &found.ambiguous[0].credit_entry),
        (&unclear, &nameless)
    );
}

#[test]
fn a_table_without_a_column_is_refused_by_name() {
    let mut source = Source::new("s");
    source.row(ROW);
    let tables = source.tables();
    let entries = read(&[&tables], Table::Entries, &["entry_id", "account_id"]);
    let error = check(entries, []).expect_err("refused").to_string();
    assert!(error.starts_with("table entries: column statement_id"), "{error}");
}
