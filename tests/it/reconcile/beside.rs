//! What else the case knows: payments inside batches, exchange, rates, returns, and why two legs are one transfer.

use geldspoor::model::{DetailRow, RateRow, transfer_id};
use geldspoor::reconcile::{Beside, Rates, leg_requests, transfers_beside};

use super::*;

/// Transfers with everything beside them, the case's currency EUR.
fn run_beside(sources: &[&Tables]) -> (Checked, Transfers) {
    let checked = run_check(sources);
    let accounts =
        geldspoor::reconcile::derive_accounts(read(sources, Table::AccountsRead, &[])).expect("accounts");
    let beside = Beside {
        details: Box::new(read(sources, Table::EntryDetails, &[]).into_iter()),
        accounts: Some(&accounts),
        rates: Rates::read("EUR", read(sources, Table::Rates, &[])).expect("rates"),
    };
    let entries = read(sources, Table::Entries, TRANSFER_ENTRY_COLUMNS);
    let found = transfers_beside(entries, &checked.same_entries, &checked.statements, beside).expect("ties");
    (checked, found)
}

/// A payment inside the entry that was added last.
fn payment(source: &mut Source, number: i64, other: &str, cents: i64, end_to_end: &str) -> String {
    let start = source.place;
    source.rows.detail(&DetailRow {
        place: Place {
            byte_start: start + number as u64,
            byte_end: start + 99,
            line: 1,
        },
        entry_start: start,
        number,
        direction: if cents > 0 {
            Direction::Credit
        } else {
            Direction::Debit
        },
        amount: Some(Amount::from_hundredths(cents.abs())),
        currency: None,
        counterparty_name: "",
        counterparty: AccountKey::number(other),
        counterparty_identifier: "",
        counterparty_country: "",
        purpose: "",
        remittance: "",
        end_to_end_id: end_to_end,
        bank_reference: "",
        return_reason: "",
        locator: "",
    });
    format!("{}.{number}", entry_id(&source.id, start, Leg::Line))
}

fn cell(rows: &RecordBatch, name: &str, where_column: &str, is: &str) -> String {
    let at = column(rows, where_column)
        .iter()
        .position(|value| value == is)
        .expect(is);
    column(rows, name)[at].clone()
}

#[test]
fn payments_of_a_batch_find_their_other_sides() {
    let mut payer = Source::new("A");
    let batch = payer.row(Row { cents: -6_000, ..ROW });
    let ids = [("B", -1_000, "E1"), ("C", -2_000, ""), ("D", -3_000, "")]
        .iter()
        .enumerate()
        .map(|(n, (other, cents, id))| payment(&mut payer, n as i64 + 1, other, *cents, id))
        .collect::<Vec<_>>();
    let mut b = Source::new("B");
    let to_b = b.row(Row {
        account: "B",
        cents: 1_000,
        end_to_end: "E1",
        ..ROW
    });
    let mut c = Source::new("C");
    let to_c = c.row(Row {
        account: "C",
        other: "A",
        cents: 2_000,
        day: MONDAY + 1,
        ..ROW
    });
    let tables = [payer.tables(), b.tables(), c.tables()];
    let (_, found) = run_beside(&[&tables[0], &tables[1], &tables[2]]);
    let (_, turned) = run_beside(&[&tables[2], &tables[1], &tables[0]]);
    let rows = rows_of(&found);
    assert_eq!(rows, rows_of(&turned));
    assert_eq!(
        (found.counts.transfers, found.counts.matched, found.counts.split),
        (3, 2, 1)
    );
    let a = account("A");
    assert_eq!(
        ties(&found),
        set([
            [&a, &account("B"), &batch, &to_b],
            [&a, &account("C"), &batch, &to_c],
            [&a, &account("D"), &batch, "-"],
        ])
    );
    assert_eq!(cell(&rows, "debit_detail", "credit_entry", &to_c), ids[1]);
    assert_eq!(
        cell(&rows, "transfer_id", "credit_entry", &to_b),
        transfer_id(Some(&ids[0]), Some(&to_b))
    );
    assert_eq!(
        cell(&rows, "match_reason", "credit_entry", &to_c),
        "the accounts name each other; same amount; 1 banking day apart; the debit is a payment of a batch that adds up"
    );
    let sum: i64 = column(&rows, "amount")
        .iter()
        .map(|a| a.parse::<i64>().expect("money"))
        .sum();
    assert_eq!(sum, 600_000, "the batch's amount, once");
}

#[test]
fn a_batch_that_does_not_add_up_stays_whole_and_says_so() {
    let mut payer = Source::new("A");
    let batch = payer.row(Row { cents: -6_000, ..ROW });
    payment(&mut payer, 1, "B", -1_000, "");
    payment(&mut payer, 2, "C", -2_000, "");
    let tables = payer.tables();
    let (_, found) = run_beside(&[&tables]);
    assert_eq!(
        ties(&found),
        set([[&account("A"), &format!("u-{batch}"), &batch, "-"]])
    );
    let missing = found.missing_legs().expect("rows");
    assert_eq!(column(&missing, "kind"), ["batch_left_whole"]);
    assert_eq!(
        column(&missing, "reason"),
        ["the batch is left whole: its 2 payments add up to 30.00, the entry is 60.00"]
    );
    let accounts =
        geldspoor::reconcile::derive_accounts(read(&[&tables], Table::AccountsRead, &[])).expect("accounts");
    assert_eq!(
        leg_requests(&found.missing_mirrors, &accounts, 5).expect("lines"),
        [
            "The single payments inside 1 batch entry of account A from 2024-01-01 to 2024-01-01, 60.00 EUR in all, with \
          the account of each other side."
        ]
    );
}

#[test]
fn sums_of_single_entries_are_a_lead_and_no_tie() {
    let mut a = Source::new("A");
    let batch = a.row(Row { cents: -3_000, ..ROW });
    let mut b = Source::new("B");
    let singles = [1_000, 2_000].map(|cents| {
        b.row(Row {
            account: "B",
            other: "A",
            cents,
            ..ROW
        })
    });
    let (_, found) = run_beside(&[&a.tables(), &b.tables()]);
    assert_eq!(found.counts.one_leg, 3);
    let listed = found.ambiguous_legs().expect("rows");
    assert_eq!(column(&listed, "kind"), ["batch_sum", "batch_sum"]);
    assert_eq!(column(&listed, "tied"), ["false", "false"]);
    assert_eq!(column(&listed, "debit_entry"), [batch.clone(), batch]);
    assert_eq!(column(&listed, "credit_entry"), singles);
}

/// A debit of 100.00 EUR on A and a credit of these cents in USD on B, with these texts; tied or not, rate, listed kinds.
fn exchange(
    paid_text: &str,
    got_text: &str,
    usd: i64,
    rates: &[(i32, &str, i128)],
) -> (bool, String, Vec<String>) {
    let mut a = Source::new("A");
    a.row(Row {
        other: "B",
        cents: -10_000,
        remittance: paid_text,
        ..ROW
    });
    for (day, currency, rate) in rates {
        a.rows.rate(&rate_row(*day, "EUR", currency, *rate));
    }
    let mut b = Source::new("B");
    b.row(Row {
        account: "B",
        other: "A",
        cents: usd,
        currency: "USD",
        remittance: got_text,
        ..ROW
    });
    let (_, found) = run_beside(&[&a.tables(), &b.tables()]);
    let rows = rows_of(&found);
    let kinds = column(&found.ambiguous_legs().expect("rows"), "kind");
    (found.counts.matched == 1, column(&rows, "rate")[0].clone(), kinds)
}

fn rate_row(day: i32, base: &str, currency: &str, rate: i128) -> RateRow<'static> {
    RateRow {
        place: Place {
            byte_start: day as u64,
            byte_end: day as u64 + 9,
            line: 1,
        },
        day: Date(day),
        base: Currency::from_code(base).expect("a currency"),
        currency: Currency::from_code(currency).expect("a currency"),
        rate,
        locator: "row",
    }
}

#[test]
fn two_currencies_are_tied_by_what_the_record_states_and_by_nothing_else() {
    let market = [(MONDAY, "USD", 10_900_000_000)];
    let tied = |rate: &str| (true, rate.to_owned(), Vec::new());
    assert_eq!(
        exchange("[rate 1.0845]", "", 10_845, &[]),
        tied("1 EUR = 1.0845 USD")
    );
    assert_eq!(
        exchange("", "/EXCH/0,92208/", 10_845, &[]),
        tied("1 USD = 0.92208 EUR")
    );
    assert_eq!(
        exchange("[instructed 108.45 USD]", "", 10_845, &[]),
        tied("1 EUR = 1.084500 USD (from the two amounts)")
    );
    assert_eq!(
        exchange("", "[instructed 100.00 EUR]", 10_845, &[]),
        tied("1 EUR = 1.084500 USD (from the two amounts)")
    );
    let apart = |kinds: &[&str]| {
        (
            false,
            "-".to_owned(),
            kinds.iter().map(|k| (*k).to_owned()).collect::<Vec<_>>(),
        )
    };
    // Nothing stated, too few digits, or another amount than stated.
    assert_eq!(exchange("", "", 10_845, &[]), apart(&[]));
    assert_eq!(exchange("", "", 10_845, &market), apart(&["market_rate"]));
    assert_eq!(exchange("[rate 1.08]", "", 10_845, &[]), apart(&[]));
    assert_eq!(exchange("[rate 1.0845]", "", 10_900, &[]), apart(&[]));
    assert_eq!(
        exchange("[instructed 108.46 USD]", "", 10_845, &market),
        apart(&["market_rate"])
    );
    assert_eq!(
        exchange("", "", 20_000, &market),
        apart(&[]),
        "the market rate does not make it plausible"
    );
}

#[test]
fn one_accounts_currencies_are_tied_one_to_one() {
    let mut a = Source::new("A");
    let row = |cents, currency, remittance, day| Row {
        cents,
        currency,
        remittance,
        day,
        ..ROW
    };
    let paid = a.row(row(-10_000, "EUR", "[instructed 108.45 USD]", MONDAY));
    let got = a.row(row(10_845, "USD", "", MONDAY + 1));
    let (_, found) = run_beside(&[&a.tables()]);
    assert_eq!(ties(&found), set([[&account("A"), &account("A"), &paid, &got]]));
    // Two entries fit equally well: both pairs are listed, none is tied.
    let mut a = Source::new("A");
    a.row(row(-10_000, "EUR", "[instructed 108.45 USD]", MONDAY));
    a.row(row(10_845, "USD", "", MONDAY));
    a.row(row(10_845, "USD", "", MONDAY));
    let (_, found) = run_beside(&[&a.tables()]);
    assert_eq!(found.counts.matched, 0);
    assert_eq!(
        column(&found.ambiguous_legs().expect("rows"), "kind"),
        ["exchange", "exchange"]
    );
}

/// Base amount of a debit of these cents on a day, and the days, currencies and rates that it cites.
fn base(cents: i64, currency: &str, day: i32, rates: &[(i32, &str, i128)]) -> (String, Vec<String>) {
    let mut source = Source::new("A");
    source.row(Row {
        other: "B",
        cents: -cents,
        currency,
        day,
        ..ROW
    });
    for (day, currency, rate) in rates {
        source.rows.rate(&rate_row(*day, "EUR", currency, *rate));
    }
    let (_, found) = run_beside(&[&source.tables()]);
    let amount = column(&rows_of(&found), "base_amount")[0].clone();
    let mut cited = Vec::new();
    for batch in found.rate_batches(7) {
        let batch = batch.expect("rows");
        let [days, codes, starts] = ["day", "currency", "byte_start"].map(|name| column(&batch, name));
        assert_eq!(days, starts, "the place of the rate that was used");
        cited.extend(
            days.into_iter()
                .zip(codes)
                .map(|(day, code)| format!("{code} {day}")),
        );
    }
    (amount, cited)
}

#[test]
fn base_amounts_rest_on_the_days_rate_and_cite_it() {
    // Euro reference rates of the ECB for 2 and 5 January 2024: USD 1.0956 and 1.0921.
    let usd = [
        (MONDAY + 1, "USD", 10_956_000_000),
        (MONDAY + 4, "USD", 10_921_000_000),
    ];
    let cited = |day: i32| vec![format!("USD {day}")];
    assert_eq!(
        base(10_956, "USD", MONDAY + 1, &usd),
        ("1000000".to_owned(), cited(MONDAY + 1))
    );
    // 100 / 1.0921 = 91.56670634...
    assert_eq!(
        base(10_000, "USD", MONDAY + 4, &usd),
        ("915667".to_owned(), cited(MONDAY + 4))
    );
    assert_eq!(
        base(10_000, "USD", MONDAY + 6, &usd).1,
        cited(MONDAY + 4),
        "the weekend takes Friday's"
    );
    assert_eq!(
        base(10_000, "USD", MONDAY + 11, &usd).1,
        cited(MONDAY + 4),
        "seven days"
    );
    assert_eq!(
        base(10_000, "USD", MONDAY + 12, &usd),
        ("-".to_owned(), vec![]),
        "and no more"
    );
    assert_eq!(
        base(10_000, "USD", MONDAY, &usd).0,
        "-",
        "a later day's rate is none"
    );
    assert_eq!(base(10_000, "EUR", MONDAY, &usd), ("1000000".to_owned(), vec![]));
    // Half to even: 0.0001 / 2 = 0.00005 and 0.0003 / 2 = 0.00015 have no cents; 1.00 / 32 = 0.03125 exactly.
    let quarter = [(MONDAY, "USD", 320_000_000_000)];
    assert_eq!(
        base(100, "USD", MONDAY, &quarter).0,
        "312",
        "0.03125 goes to 0.0312"
    );
    assert_eq!(
        base(300, "USD", MONDAY, &quarter).0,
        "938",
        "0.09375 goes to 0.0938"
    );
    let contradicting = [(MONDAY, "USD", 10_956_000_000), (MONDAY, "USD", 10_957_000_000)];
    assert_eq!(
        base(10_000, "USD", MONDAY, &contradicting).0,
        "-",
        "two rates of one day are none"
    );
}

#[test]
fn a_cross_rate_goes_through_the_euro_and_cites_both() {
    let mut source = Source::new("A");
    source.row(Row {
        other: "B",
        cents: -10_000,
        currency: "USD",
        ..ROW
    });
    source.rows.rate(&rate_row(MONDAY, "EUR", "USD", 10_000_000_000));
    source.rows.rate(&rate_row(MONDAY, "EUR", "PLN", 43_000_000_000));
    let tables = source.tables();
    let checked = run_check(&[&tables]);
    let beside = Beside {
        rates: Rates::read("PLN", read(&[&tables], Table::Rates, &[])).expect("rates"),
        ..Beside::default()
    };
    let entries = read(&[&tables], Table::Entries, TRANSFER_ENTRY_COLUMNS);
    let found = transfers_beside(entries, &checked.same_entries, &checked.statements, beside).expect("ties");
    assert_eq!(column(&rows_of(&found), "base_amount"), ["4300000"]);
    let cited = found.rate_batches(9).next().expect("a batch").expect("rows");
    assert_eq!(column(&cited, "currency"), ["USD", "PLN"]);
    assert_eq!(column(&cited, "number"), ["1", "2"]);
}

/// Reversals as taking entry, taken entry, kind, tied, in part.
fn reversals(found: &Transfers) -> Vec<[String; 5]> {
    let rows = found.reversals().expect("rows");
    let names = ["entry_id", "takes_back", "kind", "tied", "in_part"].map(|name| column(&rows, name));
    (0..rows.num_rows())
        .map(|at| names.clone().map(|column| column[at].clone()))
        .collect()
}

#[test]
fn what_comes_back_is_tied_to_what_it_takes_back() {
    let mut a = Source::new("A");
    let row = |cents, end_to_end, remittance, day| Row {
        other: "B",
        cents,
        end_to_end,
        remittance,
        day: MONDAY + day,
        ..ROW
    };
    let sent = a.row(row(-1_000, "E1", "", 0));
    let back = a.row(row(1_000, "E1", "[return reason AC04]", 2));
    let again = a.row(row(-1_000, "E1", "", 3));
    let refunded = a.row(row(-5_000, "E2", "", 0));
    let part = a.row(row(2_000, "E2", "", 9));
    // Money that passes on under the same id to somebody else is no return.
    a.row(Row {
        other: "C",
        ..row(7_000, "E3", "", 0)
    });
    a.row(Row {
        other: "D",
        ..row(-7_000, "E3", "", 0)
    });
    // Nothing fits.
    let lone = a.row(row(9_900, "", "[return reason AM04]", 5));
    let (_, found) = run_beside(&[&a.tables()]);
    let tied =
        |one: &str, other: &str, kind: &str, part: &str| [one, other, kind, "true", part].map(str::to_owned);
    let mut expected = vec![
        tied(&back, &sent, "return", "false"),
        tied(&part, &refunded, "same_id", "true"),
        [&lone, "-", "return", "false", "false"].map(str::to_owned),
    ];
    expected.sort();
    let mut found_rows = reversals(&found);
    found_rows.sort();
    assert_eq!(found_rows, expected);
    let rows = rows_of(&found);
    assert_eq!(cell(&rows, "reversal", "debit_entry", &sent), "taken back");
    assert_eq!(cell(&rows, "reversal", "credit_entry", &back), "takes back");
    assert_eq!(
        cell(&rows, "reversal", "debit_entry", &refunded),
        "taken back in part"
    );
    assert_eq!(cell(&rows, "reversal", "debit_entry", &again), "-");
    assert_eq!(found.counts.transfers, 8, "nothing is taken away");
}

#[test]
fn a_return_that_fits_two_payments_is_listed_and_a_returned_payment_needs_no_mirror() {
    let mut a = Source::new("A");
    let row = |cents, remittance, day| Row {
        other: "B",
        cents,
        remittance,
        day: MONDAY + day,
        ..ROW
    };
    a.row(row(-1_000, "", 0));
    a.row(row(-1_000, "", 1));
    a.row(row(1_000, "[return reason AC04]", 2));
    let (_, found) = run_beside(&[&a.tables()]);
    assert_eq!(
        reversals(&found)
            .iter()
            .map(|row| row[3].as_str())
            .collect::<Vec<_>>(),
        ["false", "false"]
    );
    let mut a = Source::new("A");
    a.row(row(-1_000, "", 0));
    a.row(row(1_000, "[return reason AC04]", 2));
    let mut b = Source::new("B");
    b.statement(Head {
        account: "B",
        balances: Some((0, 0)),
        ..HEAD
    });
    let (_, found) = run_beside(&[&a.tables(), &b.tables()]);
    assert_eq!(reversals(&found)[0][3], "true");
    assert!(found.missing_mirrors.is_empty(), "{:?}", found.missing_mirrors);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

    /// Batches of random payments to accounts whose statements are there: every payment is found once, amounts that are
    /// each unique leave no choice, and the order of sources changes nothing.
    #[test]
    fn planted_batches_come_back(batches in proptest::collection::vec(proptest::collection::vec((1usize..5, 0i32..3), 2..6), 1..6)) {
        const ACCOUNTS: [&str; 5] = ["A", "B", "C", "D", "E"];
        let mut sources = ACCOUNTS.map(Source::new);
        let (mut planted, mut cents) = (BTreeSet::new(), 1_000);
        for (week, payments) in (0..).zip(&batches) {
            let first = cents;
            let total: i64 = (0..payments.len() as i64).map(|n| first + n).sum();
            let day = MONDAY + 7 * week;
            let batch = sources[0].row(Row { cents: -total, day, ..ROW });
            for (number, (to, late)) in (1..).zip(payments) {
                let detail = payment(&mut sources[0], number, ACCOUNTS[*to], -cents, "");
                let credit = sources[*to].row(Row { account: ACCOUNTS[*to], other: "A", cents, day: day + late, ..ROW });
                planted.insert((batch.clone(), detail, credit));
                cents += 1;
            }
        }
        let tables = sources.map(Source::tables);
        let (_, found) = run_beside(&tables.iter().collect::<Vec<_>>());
        let (_, turned) = run_beside(&tables.iter().rev().collect::<Vec<_>>());
        let rows = rows_of(&found);
        proptest::prop_assert_eq!(&rows, &rows_of(&turned));
        let [entries, details, credits] = ["debit_entry", "debit_detail", "credit_entry"].map(|name| column(&rows, name));
        let tied: BTreeSet<_> = entries.into_iter().zip(details).zip(credits).map(|((a, b), c)| (a, b, c)).collect();
        proptest::prop_assert_eq!(tied, planted);
    }
}
