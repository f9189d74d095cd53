//! Every delimited file of the three corpora: counts, sums, first and last day and balances against an own small
//! reading of the raw file.

use csv::StringRecord;
use geldspoor::case::Table;

use super::{day_first, lines_of, money, month_first, named_month, take, year_first};
use crate::collect::shared;

/// A file and where its columns stand.
struct File {
    path: &'static str,
    mapping: &'static str,
    delimiter: u8,
    /// Records at the top that are none (header and lines before it).
    top: usize,
    /// Which of the others are movements.
    is_entry: fn(&StringRecord) -> bool,
    amount: fn(&StringRecord) -> i128,
    day: fn(&StringRecord) -> String,
    balance: Option<fn(&StringRecord) -> i128>,
    /// Rejected records.
    rejected: u64,
    /// Lines set aside as no records.
    aside: u64,
}

const BANK2YNAB: &str = "bank2ynab/test/test-data/";
const CSV2OFX: &str = "csv2ofx/csv2ofx-0.34.2/data/test/";

const PLAIN: File = File {
    path: "",
    mapping: "",
    delimiter: b',',
    top: 1,
    is_entry: |_| true,
    amount: |_| 0,
    day: |_| String::new(),
    balance: None,
    rejected: 0,
    aside: 0,
};

fn either(debit: &str, credit: &str, decimal: char) -> i128 {
    match (debit.trim(), credit.trim()) {
        ("", credit) => money(credit, decimal).abs(),
        (debit, _) => -money(debit, decimal).abs(),
    }
}

fn files() -> Vec<(&'static str, File)> {
    let schwab = |path| {
        let file = File {
            path,
            mapping: "schwab-checking",
            amount: |r| either(&r[5], &r[6], '.'),
            day: |r| month_first(&r[0]),
            balance: Some(|r| money(&r[7], '.')),
            ..PLAIN
        };
        (CSV2OFX, file)
    };
    let bunq = |path| {
        let file = File {
            path,
            mapping: "bunq",
            amount: |r| money(&r[1], ','),
            day: |r| year_first(&r[0]),
            ..PLAIN
        };
        (BANK2YNAB, file)
    };
    let ceska = |path| {
        let file = File {
            path,
            mapping: "ceska-sporitelna",
            delimiter: b';',
            amount: |r| money(&r[2], ','),
            day: |r| year_first(&r[1]),
            ..PLAIN
        };
        (BANK2YNAB, file)
    };
    vec![
        (
            BANK2YNAB,
            File {
                path: "20171001-20171106.csv",
                mapping: "n26-legacy",
                amount: |r| money(&r[6], '.'),
                day: |r| year_first(&r[0]),
                ..PLAIN
            },
        ),
        bunq("2018-04-14_10-52-13_bunq-transactieoverzicht.csv"),
        bunq("2019-03-02_11-50-46_bunq-statement.csv"),
        (
            BANK2YNAB,
            File {
                path: "20180226-1000594757-umsatz.CSV",
                mapping: "sparkasse-camt",
                delimiter: b';',
                amount: |r| money(&r[8], ','),
                day: |r| day_first(&r[1]),
                ..PLAIN
            },
        ),
        (
            BANK2YNAB,
            File {
                path: "20180226_12345678.csv",
                mapping: "first-direct",
                amount: |r| money(&r[2], '.'),
                day: |r| day_first(&r[0]),
                balance: Some(|r| money(&r[3], '.')),
                ..PLAIN
            },
        ),
        (
            BANK2YNAB,
            File {
                path: "CSV_A_20180414_112204.csv",
                mapping: "rabobank",
                amount: |r| money(&r[6], ','),
                day: |r| year_first(&r[4]),
                balance: Some(|r| money(&r[7], ',')),
                ..PLAIN
            },
        ),
        (
            BANK2YNAB,
            File {
                path: "MS_JANE_SMITH_01-12-2019_14-12-2019.csv",
                mapping: "john-lewis-card",
                is_entry: |r| &r[0] != "Pending",
                amount: |r| match &r[3] {
                    "CR" => money(&r[2], '.'),
                    _ => -money(&r[2], '.'),
                },
                day: |r| named_month(&r[0]),
                // Three rows are pending: never booked.
                rejected: 3,
                ..PLAIN
            },
        ),
        (
            BANK2YNAB,
            File {
                path: "MonzoDataExport_February2018_2018-02-26_174335.csv",
                mapping: "monzo-legacy",
                amount: |r| money(&r[2], '.'),
                day: |r| year_first(&r[1]),
                ..PLAIN
            },
        ),
        (
            BANK2YNAB,
            File {
                path: "Movements_1234512345_201805271848.csv",
                mapping: "raiffeisen-cz",
                delimiter: b';',
                amount: |r| money(&r[13], ','),
                day: |r| day_first(&r[1]),
                ..PLAIN
            },
        ),
        ceska("TH_20180101-20180523_page_1.csv"),
        ceska("TH_20180101-20180523_strana_1.csv"),
        ceska("TH_20180521-20180523.csv"),
        (
            BANK2YNAB,
            File {
                path: "TransactionHistory_20180418043121.csv",
                mapping: "ocbc",
                top: 5,
                is_entry: |r| r.len() == 5,
                amount: |r| either(&r[3], &r[4], '.'),
                day: |r| day_first(&r[0]),
                // Second lines of a text are no records of their own.
                rejected: 7,
                ..PLAIN
            },
        ),
        (
            BANK2YNAB,
            File {
                path: "Umsaetze_KtoNr538917600_EUR_02-03-2018_1503.CSV",
                mapping: "commerzbank-legacy",
                delimiter: b';',
                amount: |r| money(&r[4], ','),
                day: |r| day_first(&r[0]),
                ..PLAIN
            },
        ),
        (
            BANK2YNAB,
            File {
                path: "W80844_EBH_201945.202122.csv",
                mapping: "erste-hu",
                amount: |r| money(&r[6], '.'),
                day: |r| year_first(&r[0]),
                balance: Some(|r| money(&r[14], '.')),
                ..PLAIN
            },
        ),
        (
            BANK2YNAB,
            File {
                path: "dba33fceecd62c3c727893361e0ba4d3.P000000027355791.csv",
                mapping: "dbs-posb",
                top: 0,
                amount: |r| either(&r[2], &r[3], '.'),
                day: |r| named_month(&r[0]),
                ..PLAIN
            },
        ),
        (
            BANK2YNAB,
            File {
                path: "export_BE11123456789012_20180304_1422.csv",
                mapping: "kbc",
                delimiter: b';',
                amount: |r| money(&r[8], ','),
                day: |r| day_first(&r[5]),
                balance: Some(|r| money(&r[9], ',')),
                ..PLAIN
            },
        ),
        (
            BANK2YNAB,
            File {
                path: "export_KBC-Mastercard Business Essential_20200204_1604.csv",
                mapping: "kbc-card",
                delimiter: b';',
                amount: |r| money(&r[10], ','),
                day: |r| day_first(&r[4]),
                ..PLAIN
            },
        ),
        (
            BANK2YNAB,
            File {
                path: "kta_ei.dat",
                mapping: "raiffeisen-at-dat",
                delimiter: b'|',
                amount: |r| money(&r[4], '.'),
                day: |r| year_first(&r[2]),
                ..PLAIN
            },
        ),
        (
            BANK2YNAB,
            File {
                path: "statement_1.csv",
                mapping: "barclaycard",
                top: 0,
                amount: |r| -money(&r[6], '.'),
                day: |r| named_month(&r[0]),
                ..PLAIN
            },
        ),
        (
            BANK2YNAB,
            File {
                path: "test_BOI_TransactionExport.csv",
                mapping: "bank-of-ireland",
                amount: |r| either(&r[2], &r[3], '.'),
                day: |r| day_first(&r[0]),
                balance: Some(|r| money(&r[4], '.')),
                ..PLAIN
            },
        ),
        (
            BANK2YNAB,
            File {
                path: "test_raiffeisen_01.csv",
                mapping: "raiffeisen-at",
                delimiter: b';',
                top: 0,
                is_entry: |r| !r[0].starts_with("A null"),
                amount: |r| money(&r[3], ','),
                day: |r| day_first(&r[0]),
                ..PLAIN
            },
        ),
        (
            BANK2YNAB,
            File {
                path: "test_swedebank_statement.xls",
                mapping: "swedbank-lt",
                is_entry: |r| &r[1] == "20",
                amount: |r| match &r[7] {
                    "K" => money(&r[5], '.'),
                    _ => -money(&r[5], '.'),
                },
                day: |r| year_first(&r[2]),
                // Opening and closing balance and two turnovers.
                aside: 4,
                ..PLAIN
            },
        ),
        (
            BANK2YNAB,
            File {
                path: "umsatz-1234________1234-20180227.CSV",
                mapping: "sparkasse-card",
                delimiter: b';',
                amount: |r| money(&r[6], ','),
                day: |r| day_first(&r[2]),
                ..PLAIN
            },
        ),
        (
            CSV2OFX,
            File {
                path: "capitalone.csv",
                mapping: "capital-one",
                amount: |r| either(&r[5], &r[6], '.'),
                day: |r| year_first(&r[1]),
                ..PLAIN
            },
        ),
        (
            CSV2OFX,
            File {
                path: "gls.csv",
                mapping: "gls",
                delimiter: b';',
                amount: |r| money(&r[19], ','),
                day: |r| day_first(&r[1]),
                balance: Some(|r| money(&r[20], ',')),
                ..PLAIN
            },
        ),
        (
            CSV2OFX,
            File {
                path: "ingesp.csv",
                mapping: "ing-es",
                amount: |r| money(&r[6], '.'),
                day: |r| day_first(&r[0]),
                balance: Some(|r| money(&r[7], '.')),
                ..PLAIN
            },
        ),
        (
            CSV2OFX,
            File {
                path: "mint.csv",
                mapping: "mint",
                amount: |r| match &r[4] {
                    "debit" => -money(&r[3], '.'),
                    _ => money(&r[3], '.'),
                },
                day: |r| month_first(&r[0]),
                ..PLAIN
            },
        ),
        (
            CSV2OFX,
            File {
                path: "mint_extra.csv",
                mapping: "mint",
                is_entry: |r| &r[0] != "Date",
                amount: |r| match &r[4] {
                    "debit" => -money(&r[3], '.'),
                    _ => money(&r[3], '.'),
                },
                day: |r| month_first(&r[0]),
                // The header stands once more at the end.
                aside: 1,
                ..PLAIN
            },
        ),
        (
            CSV2OFX,
            File {
                path: "n26-fr.csv",
                mapping: "n26",
                amount: |r| money(&r[7], '.'),
                day: |r| year_first(&r[0]),
                ..PLAIN
            },
        ),
        (
            CSV2OFX,
            File {
                path: "outbank.csv",
                mapping: "outbank",
                delimiter: b';',
                amount: |r| money(&r[4], ','),
                day: |r| month_first(&r[2]),
                ..PLAIN
            },
        ),
        (
            CSV2OFX,
            File {
                path: "pcmastercard.csv",
                mapping: "pc-mastercard",
                amount: |r| -money(&r[4], '.'),
                day: |r| month_first(&r[2]),
                ..PLAIN
            },
        ),
        schwab("schwab-checking-baltest-case1.csv"),
        schwab("schwab-checking-baltest-case2.csv"),
        schwab("schwab-checking-baltest-case3.csv"),
        schwab("schwab-checking-baltest-case4.csv"),
        schwab("schwab-checking-baltest-case5.csv"),
        schwab("schwab-checking-baltest-case6.csv"),
        schwab("schwab-checking-baltest-case7.csv"),
        (
            CSV2OFX,
            File {
                path: "stripe-all.csv",
                mapping: "stripe",
                amount: |r| money(&r[4], '.'),
                day: |r| year_first(&r[3]),
                ..PLAIN
            },
        ),
        (
            CSV2OFX,
            File {
                path: "stripe-default.csv",
                mapping: "stripe",
                amount: |r| money(&r[4], '.'),
                day: |r| year_first(&r[3]),
                ..PLAIN
            },
        ),
        (
            CSV2OFX,
            File {
                path: "ubs-ch-fr_trimmed.csv",
                mapping: "ubs-fr",
                delimiter: b';',
                amount: |r| either(&r[8], &r[9], '.'),
                day: |r| day_first(&r[3]),
                balance: Some(|r| money(&r[10], '.')),
                ..PLAIN
            },
        ),
    ]
}

/// The records of a raw file: its own reading, by the crate `csv` and a code page that fits.
fn records(bytes: &[u8], file: &File) -> Vec<StringRecord> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1250.decode(bytes).0.into_owned(),
    };
    let text = text
        .trim_start_matches('\u{feff}')
        .replace("\r\n", "\n")
        .replace('\r', "\n");
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(file.delimiter)
        .from_reader(text.as_bytes())
        .records()
        .map(|record| record.expect("a record"))
        .filter(|record| record.iter().any(|field| !field.trim().is_empty()))
        .skip(file.top)
        .collect()
}

#[test]
fn every_listing_gives_what_stands_in_it() {
    let Some(root) = shared("statements") else {
        return;
    };
    let mut seen = 0;
    for (folder, file) in files() {
        let path = root.join(folder).join(file.path);
        let bytes = std::fs::read(&path).expect("a readable file");
        let taken = match take(&bytes, file.path) {
            Ok(taken) => taken,
            Err(error) => panic!("{}: {error}", file.path),
        };
        let out = &taken.out;
        assert_eq!(taken.mapping, file.mapping, "{}", file.path);
        assert!(out.error.is_none(), "{}: {}", file.path, out.reasons());
        let raw: Vec<StringRecord> = records(&bytes, &file);
        let entries: Vec<&StringRecord> = raw.iter().filter(|record| (file.is_entry)(record)).collect();
        let aside: u64 = out.set_aside.iter().map(|(_, count)| count).sum();
        assert_eq!(
            (out.accepted, aside),
            (entries.len() as u64, file.aside),
            "{}: {}",
            file.path,
            out.reasons()
        );
        let footers = raw.len() as u64 - entries.len() as u64 - file.aside;
        assert_eq!(
            out.rejected,
            footers.max(file.rejected),
            "{}: {}",
            file.path,
            out.reasons()
        );
        // The line of the record; fees in columns of their own have legs of their own.
        let lines = lines_of(out);
        let signed = out.signed();
        let amounts: Vec<i128> = lines.iter().map(|at| signed[*at]).collect();
        let expected: Vec<i128> = entries.iter().map(|record| (file.amount)(record)).collect();
        assert_eq!(amounts, expected, "{}", file.path);
        assert_eq!(
            amounts.iter().sum::<i128>(),
            expected.iter().sum::<i128>(),
            "{}",
            file.path
        );
        let days = out.days(Table::Entries, "booking_date");
        let days: Vec<String> = lines.iter().map(|at| days[*at].clone()).collect();
        let expected: Vec<String> = entries.iter().map(|record| (file.day)(record)).collect();
        assert_eq!(
            (days.iter().min(), days.iter().max()),
            (expected.iter().min(), expected.iter().max()),
            "{}",
            file.path
        );
        assert_eq!(days, expected, "{}", file.path);
        if let Some(balance) = file.balance {
            let after = out.money(Table::Entries, "balance_after");
            for (at, record) in lines.iter().zip(&entries) {
                // Banks leave the balance out of lines within a day.
                if let Some(found) = after[*at] {
                    assert_eq!(found, balance(record), "{}: {record:?}", file.path);
                }
            }
            assert!(after.iter().any(Option::is_some), "{}", file.path);
        }
        // A citation holds the whole line: the day and the amount among it.
        let places = out.places(Table::Entries);
        for (at, record) in lines.iter().zip(&entries) {
            let (start, end) = places[*at];
            let cited = String::from_utf8_lossy(&bytes[start..end]).into_owned();
            let longest = record.iter().filter(|f| f.is_ascii()).max_by_key(|f| f.len());
            let longest = longest.unwrap_or_default().replace('"', "\"\"");
            assert!(cited.contains(longest.trim_start()), "{}: {cited}", file.path);
        }
        seen += 1;
    }
    assert_eq!(seen, 42);
}

#[test]
fn balances_of_real_chains_add_up() {
    let Some(root) = shared("statements") else {
        return;
    };
    for (file, newest_first) in [
        ("schwab-checking-baltest-case1.csv", true),
        ("schwab-checking-baltest-case3.csv", false),
        ("schwab-checking-baltest-case4.csv", true),
        ("schwab-checking-baltest-case6.csv", true),
    ] {
        let bytes = std::fs::read(root.join(CSV2OFX).join(file)).expect("a readable file");
        let out = take(&bytes, file).expect("read").out;
        let mut rows: Vec<(i128, i128)> = out
            .signed()
            .into_iter()
            .zip(out.money(Table::Entries, "balance_after"))
            .map(|(amount, balance)| (amount, balance.expect("a balance")))
            .collect();
        if newest_first {
            rows.reverse();
        }
        for pair in rows.windows(2) {
            assert_eq!(pair[0].1 + pair[1].0, pair[1].1, "{file}");
        }
    }
}
