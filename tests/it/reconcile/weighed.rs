//! Legs weighed against each other: every kind of evidence, the best total over a group, and what stays open.

use geldspoor::intake::Rows;
use geldspoor::model::AccountMention;
use geldspoor::reconcile::{Beside, Rates, derive_accounts, transfers_beside};

use super::*;

/// An account with its holder's name.
pub fn holder(rows: &mut Rows, number: &str, name: &str) {
    rows.account(&AccountMention {
        account: AccountKey::number(number),
        bic: "",
        currency: None,
        country: "",
        holder_name: name,
        opened: None,
        closed: None,
        seized: true,
    });
}

/// Transfers, with the holders of the accounts known.
pub fn tie_with_holders(sources: &[&Tables]) -> Transfers {
    let checked = run_check(sources);
    let accounts = derive_accounts(read(sources, Table::AccountsRead, &[])).expect("accounts");
    let beside = Beside {
        accounts: Some(&accounts),
        rates: Rates::default(),
        ..Beside::default()
    };
    let entries = read(sources, Table::Entries, TRANSFER_ENTRY_COLUMNS);
    transfers_beside(entries, &checked.same_entries, &checked.statements, beside).expect("ties")
}

/// Why the transfer with this debit entry is one.
fn why(found: &Transfers, debit: &str) -> String {
    let rows = rows_of(found);
    let at = column(&rows, "debit_entry").iter().position(|id| id == debit);
    column(&rows, "match_reason")[at.expect(debit)].clone()
}

#[test]
fn texts_tell_equal_payments_of_one_day_apart_and_the_choice_is_explained() {
    let row = |account, other, cents, remittance| Row {
        account,
        other,
        cents,
        remittance,
        ..ROW
    };
    let mut a = Source::new("A");
    let first = a.row(row("A", "B", -1_000, "Invoice 2024-17 workshop"));
    let second = a.row(row("A", "B", -1_000, "Invoice 2024-18 workshop"));
    let mut b = Source::new("B");
    let of_second = b.row(row("B", "A", 1_000, "INVOICE 2024-18 WORKSHOP"));
    let of_first = b.row(row("B", "A", 1_000, "INVOICE 2024-17"));
    let (_, found) = run_transfers(&[&a.tables(), &b.tables()]);
    let (payer, payee) = (account("A"), account("B"));
    assert_eq!(
        ties(&found),
        set([
            [&payer, &payee, &first, &of_first],
            [&payer, &payee, &second, &of_second]
        ])
    );
    assert!(found.ambiguous.is_empty(), "{:?}", found.ambiguous);
    assert_eq!(
        why(&found, &second),
        "the accounts name each other; same amount; same day; same text; score 660, in the best total of 4 possible pairs"
    );
    assert_eq!(
        why(&found, &first),
        "the accounts name each other; same amount; same day; texts share 3 of 4 words; score 635, in the best total of \
         4 possible pairs"
    );
}

#[test]
fn the_best_total_wins_over_the_nearest_pair() {
    // The second debit and the first credit are of one day, but then the first debit and the second credit stay alone.
    let (ids, _, found) = legs(&[
        ("A", "B", 0, -1_000, ""),
        ("A", "B", 1, -1_000, ""),
        ("B", "A", 1, 1_000, ""),
        ("B", "A", 3, 1_000, ""),
    ]);
    let (a, b) = (account("A"), account("B"));
    assert_eq!(
        ties(&found),
        set([[&a, &b, &ids[0], &ids[2]], [&a, &b, &ids[1], &ids[3]]])
    );
    assert!(found.ambiguous.is_empty());
}

#[test]
fn a_holders_name_ties_a_leg_that_names_no_account() {
    let made = |name: &str, holders: &[&str], second: bool| {
        let mut a = Source::new("A");
        a.row(Row {
            other: "B",
            cents: -1_000,
            ..ROW
        });
        if let [holder_of_a] = holders {
            holder(&mut a.rows, "A", holder_of_a);
        }
        let mut b = Source::new("B");
        for _ in 0..if second { 2 } else { 1 } {
            b.row(Row {
                account: "B",
                cents: 1_000,
                name,
                ..ROW
            });
        }
        let found = tie_with_holders(&[&a.tables(), &b.tables()]);
        let kinds: Vec<(&str, bool)> = found.ambiguous.iter().map(|a| (a.kind, a.tied)).collect();
        (found.counts.matched, kinds)
    };
    assert_eq!(
        made("El-Amin, N.", &["N EL AMIN"], false).0,
        0,
        "EL AMIN are two words"
    );
    assert_eq!(made("Amin, N.", &["n amin"], false), (1, vec![]));
    assert_eq!(made("Amin, N.", &["N. Amin-Berg"], false), (0, vec![]));
    assert_eq!(made("Amin, N.", &[], false), (0, vec![]));
    assert_eq!(
        made("Amin, N.", &["N AMIN"], true),
        (1, vec![("equal_payments", true)]),
        "two fit equally well, and either way A paid B once"
    );
}

#[test]
fn legs_that_name_nobody_are_weighed_together_with_those_that_do() {
    // The credit that names A could belong to either debit; the id gives the first one to the nameless credit.
    let (ids, _, found) = legs(&[
        ("A", "B", 0, -1_000, "X1"),
        ("A", "B", 1, -1_000, ""),
        ("B", "", 2, 1_000, "X1"),
        ("B", "A", 0, 1_000, ""),
    ]);
    let (a, b) = (account("A"), account("B"));
    assert_eq!(
        ties(&found),
        set([[&a, &b, &ids[0], &ids[2]], [&a, &b, &ids[1], &ids[3]]])
    );
    assert_eq!(
        why(&found, &ids[0]),
        "the payer's entry names the payee's account; same amount; 2 banking days apart; same end-to-end id; score 2270, \
         in the best total of 3 possible pairs"
    );
    // A reference decides between two payers with one id.
    let mut payers = [Source::new("A"), Source::new("C")];
    let row = Row {
        cents: -1_000,
        other: "B",
        end_to_end: "X1",
        ..ROW
    };
    payers[0].row(row);
    let right = payers[1].row(Row {
        account: "C",
        reference: "R77",
        ..row
    });
    let mut b = Source::new("B");
    let credit = b.row(Row {
        account: "B",
        other: "",
        cents: 1_000,
        reference: "r-77",
        ..row
    });
    let [a, c] = payers.map(Source::tables);
    let (_, found) = run_transfers(&[&a, &c, &b.tables()]);
    assert!(ties(&found).contains(&[account("C"), account("B"), right, credit]));
    assert_eq!(found.counts.matched, 1);
    assert!(found.ambiguous.is_empty());
}

#[test]
fn what_fits_two_payers_equally_well_is_left_apart_and_listed() {
    let (ids, _, found) = legs(&[
        ("A", "B", 0, -1_000, "X1"),
        ("B", "", 0, 1_000, "X1"),
        ("C", "B", 0, -1_000, "X1"),
    ]);
    assert_eq!((found.counts.matched, found.counts.one_leg), (0, 3));
    let listed: BTreeSet<(&str, &str, &str)> = (found.ambiguous.iter())
        .map(|a| (a.debit_entry.as_str(), a.credit_entry.as_str(), a.kind))
        .collect();
    assert_eq!(
        listed,
        BTreeSet::from([(&*ids[0], &*ids[1], "same_id"), (&*ids[2], &*ids[1], "same_id")])
    );
    assert!(
        found
            .ambiguous
            .iter()
            .all(|a| !a.tied && a.reason.ends_with("left apart"))
    );
}

#[test]
fn closing_days_of_the_payment_system_do_not_count() {
    let on = |year, month, day| Date::from_ymd(year, month, day).expect("a day").0 - MONDAY;
    let thursday = on(2024, 3, 28);
    let tied = |credited: i32| {
        let (_, _, found) = legs(&[("A", "B", thursday, -1_000, ""), ("B", "A", credited, 1_000, "")]);
        found.counts.matched == 1
    };
    // Good Friday to Easter Monday, then Tuesday and Wednesday.
    assert!(tied(on(2024, 4, 3)));
    assert!(!tied(on(2024, 4, 4)));
}

#[test]
fn a_listings_row_and_a_statement_in_another_currency_are_one_transfer() {
    let made = |text: &str, dollars: i64| {
        let mut listing = Source::new("listing");
        let (debit, credit) = listing.listed(Row {
            other: "B",
            cents: 10_000,
            ..ROW
        });
        let mut own = Source::new("statement of B");
        let line = own.row(Row {
            account: "B",
            other: "A",
            cents: dollars,
            currency: "USD",
            remittance: text,
            ..ROW
        });
        let (listing, own) = (listing.tables(), own.tables());
        let (_, found) = run_transfers(&[&listing, &own]);
        let (_, turned) = run_transfers(&[&own, &listing]);
        assert_eq!(rows_of(&found), rows_of(&turned));
        (found, debit, credit, line)
    };
    let (found, debit, credit, line) = made("[instructed 100.00 EUR]", 10_845);
    assert_eq!(ties(&found), set([[&account("A"), &account("B"), &debit, &line]]));
    let rows = rows_of(&found);
    assert_eq!(column(&rows, "payee_amount"), ["1084500"]);
    assert_eq!(column(&rows, "payee_currency"), ["USD"]);
    assert_eq!(
        column(&rows, "match_reason"),
        [
            "a row of a listing names both accounts; the payee's line is its own statement's; the accounts name each \
          other; the credit states the other leg's amount in EUR; same day"
        ]
    );
    assert_eq!(column(&found.other_records, "entry_id"), [credit]);
    assert_eq!(column(&found.other_records, "same_as"), [line]);
    // What is stated and does not fit ties nothing: two transfers.
    let (found, ..) = made("[instructed 100.01 EUR]", 10_845);
    assert_eq!(found.counts.transfers, 2);
    let (found, ..) = made("", 10_845);
    assert_eq!(found.counts.transfers, 2);
    // The payer's side.
    let mut listing = Source::new("listing");
    let (_, credit) = listing.listed(Row {
        other: "B",
        cents: 10_000,
        ..ROW
    });
    let mut own = Source::new("statement of A");
    let line = own.row(Row {
        other: "B",
        cents: -43_210,
        currency: "PLN",
        remittance: "[rate 4.3210]",
        ..ROW
    });
    let (_, found) = run_transfers(&[&listing.tables(), &own.tables()]);
    assert_eq!(
        ties(&found),
        set([[&account("A"), &account("B"), &line, &credit]])
    );
    assert_eq!(column(&rows_of(&found), "rate"), ["1 EUR = 4.3210 PLN"]);
    // The row states the rate: it is no less stated beside the payer's own line.
    let mut listing = Source::new("listing");
    listing.listed(Row {
        other: "B",
        cents: 10_000,
        remittance: "[rate 4.3210]",
        ..ROW
    });
    let mut own = Source::new("statement of A");
    own.row(Row {
        other: "B",
        cents: -43_210,
        currency: "PLN",
        ..ROW
    });
    let (_, found) = run_transfers(&[&listing.tables(), &own.tables()]);
    let rows = rows_of(&found);
    assert_eq!(column(&rows, "rate"), ["1 EUR = 4.3210 PLN"]);
    assert!(column(&rows, "match_reason")[0].contains("the credit states the rate 1 EUR = 4.3210 PLN"));
}

#[test]
fn a_listings_row_takes_another_row_back() {
    let mut listing = Source::new("listing");
    let row = |cents, day, end_to_end| Row {
        other: "B",
        cents,
        day: MONDAY + day,
        end_to_end,
        ..ROW
    };
    let turned = |row: Row<'static>| Row {
        account: row.other,
        other: row.account,
        ..row
    };
    let (sent, arrived) = listing.listed(row(5_000, 0, "E1"));
    let (returning, back) = listing.listed(turned(row(5_000, 3, "E1")));
    let (flagged, _) = listing.listed(row(700, 4, ""));
    let (_, reversed) = listing.listed(Row {
        reversal: true,
        ..turned(row(700, 5, ""))
    });
    let (_, lone) = listing.listed(Row {
        reversal: true,
        ..turned(row(999, 6, ""))
    });
    listing.listed(row(999, 7, "E9"));
    let tables = listing.tables();
    let (_, found) = run_transfers(&[&tables]);
    let rows = found.reversals().expect("rows");
    let told: BTreeSet<Vec<String>> = (0..rows.num_rows())
        .map(|at| {
            let cells =
                ["entry_id", "takes_back", "kind", "tied"].map(|name| column(&rows, name)[at].clone());
            cells.to_vec()
        })
        .collect();
    let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
    assert_eq!(
        told,
        BTreeSet::from([
            row([&back, &sent, "same_id", "true"]),
            row([&reversed, &flagged, "reversal", "true"]),
            row([&lone, "-", "reversal", "false"]),
        ])
    );
    let transfers = rows_of(&found);
    let said = |debit: &str| {
        let at = column(&transfers, "debit_entry")
            .iter()
            .position(|id| id == debit);
        column(&transfers, "reversal")[at.expect(debit)].clone()
    };
    assert_eq!(
        (said(&sent).as_str(), said(&returning).as_str()),
        ("taken back", "takes back")
    );
    assert_eq!(found.counts.transfers, 6, "the money moved both ways");
    assert_eq!(found.counts.reversals, 2);
    // Where the account's own statement tells both, its lines are tied, and the rows once more for the other account.
    let mut own = Source::new("statement of A");
    let paid = own.row(Row {
        other: "B",
        cents: -5_000,
        end_to_end: "E1",
        ..ROW
    });
    let returned = own.row(Row {
        other: "B",
        cents: 5_000,
        end_to_end: "E1",
        day: MONDAY + 3,
        ..ROW
    });
    let (_, found) = run_transfers(&[&tables, &own.tables()]);
    let rows = found.reversals().expect("rows");
    let told: Vec<(String, String)> = column(&rows, "entry_id")
        .into_iter()
        .zip(column(&rows, "takes_back"))
        .collect();
    assert!(told.contains(&(returned, paid)), "{told:?}");
    assert!(!told.contains(&(back, sent)), "{told:?}");
    assert!(!told.contains(&(returning, arrived)), "{told:?}");
}
