//! Files of the corpora that no built-in mapping may read: what is said of them, and that a mapping reads them.

use geldspoor::case::Table;
use geldspoor::intake::mapping::Mapping;

use super::{claims, money, take, take_by, take_with};
use crate::collect::shared;

const BANK2YNAB: &str = "bank2ynab/test/test-data/";
const CSV2OFX: &str = "csv2ofx/csv2ofx-0.34.2/data/test/";
const PARSER: &str = "bankstatementparser/tests/test_data/";

fn mapping(rest: &str) -> Mapping {
    let head = "id='given'\ntitle='t'\nversion=1\nsource='this test'\ntable='entries'\n";
    match Mapping::parse(&format!("{head}{rest}\n[account]\naccount_from='name'\n")) {
        Ok(mapping) => mapping,
        Err(error) => panic!("{error}"),
    }
}

/// Files that are no records at all.
#[test]
fn what_is_no_listing_is_refused_by_name() {
    let Some(root) = shared("statements") else {
        return;
    };
    for (file, why) in [
        (format!("{CSV2OFX}amazon.csv"), "orders at a shop"),
        (format!("{CSV2OFX}xero.csv"), "journal of bookkeeping"),
        (format!("{PARSER}camt_file.csv"), "totals of statements"),
        (format!("{PARSER}pain_file.csv"), "without amounts"),
    ] {
        let bytes = std::fs::read(root.join(&file)).expect("a readable file");
        match take(&bytes, &file) {
            Ok(taken) => panic!("{file} was read by {}", taken.mapping),
            Err(error) => assert!(error.contains(why), "{file}: {error}"),
        }
    }
}

/// A table of donations is no listing of a bank, whatever its columns are called.
#[test]
fn a_table_of_donations_is_claimed_by_no_mapping() {
    let Some(root) = shared("registers") else {
        return;
    };
    let file = "followthemoney/donations.csv";
    let bytes = std::fs::read(root.join(file)).expect("a readable file");
    let head = &bytes[..bytes.len().min(64 << 10)];
    assert!(claims(head, file).is_empty(), "{file}: {:?}", claims(head, file));
}

/// Layouts of no bank: without a sign of whose they are, day, sign and currency would be guesses. Each is refused, and
/// reads exactly once a person says how.
#[test]
fn layouts_of_no_bank_are_refused_and_read_with_a_mapping() {
    let Some(root) = shared("statements") else {
        return;
    };
    let signed = |columns: &str, rest: &str| {
        mapping(&format!(
            "[columns]\n{columns}\n[dates]\nbooked='date'\n[amount]\ncolumn='amount'\n{rest}"
        ))
    };
    let numbered = "[file]\nheader=false\ndelimiters=[';']\ncode_page='windows-1252'\n";
    // The same movements in five layouts. In the first three rows are damaged: 30.01, 27.54 and 81.99 went out.
    let movements = {
        let bytes =
            std::fs::read(root.join(BANK2YNAB).join("test_raiffeisen_01.csv")).expect("a readable file");
        let text = String::from_utf8(bytes).expect("UTF-8");
        let amount = |line: &str| {
            line.rsplit(';')
                .nth(3)
                .map_or(0, |field| money(&format!("0{field}"), ','))
        };
        text.lines().map(amount).sum::<i128>()
    };
    let german = "[dates]\nbooked='date'\nvalue='value'\nformats=['%d.%m.%Y']\n";
    let cases: Vec<(String, Mapping, u64, u64, i128, &str, &str)> = vec![
        (
            format!("{CSV2OFX}default.csv"),
            signed(
                "date='Date'\namount='Amount'\nname='Description'",
                "[currency]\nconstant='XXX'",
            ),
            8,
            0,
            money("465000", '.'),
            "2015-02-08",
            "2015-03-25",
        ),
        (
            format!("{PARSER}sample_statement.csv"),
            signed(
                "date='Date'\namount='Amount'\ncurrency='Currency'\nbalance='Balance'",
                "[currency]\ncolumn='currency'\n[balance]\nafter='balance'",
            ),
            2,
            0,
            money("1300.00", '.'),
            "2026-03-20",
            "2026-03-21",
        ),
        (
            format!("{PARSER}sample_split_amounts.csv"),
            mapping(
                "[file]\ndelimiters=[';']\n[columns]\ndate='Booking Date'\ndebit='Debit'\ncredit='Credit'\ncurrency='CCY'\n\
                 balance='Running Balance'\n[dates]\nbooked='date'\n[amount]\ndebit='debit'\ncredit='credit'\ndecimal=','\n\
                 [currency]\ncolumn='currency'\n[balance]\nafter='balance'",
            ),
            2,
            0,
            money("1050,25", ','),
            "2026-03-20",
            "2026-03-21",
        ),
        (
            format!("{PARSER}golden/csv_european_decimals.csv"),
            signed(
                "date='Buchungstag'\namount='Betrag'\ncurrency='CCY'",
                "decimal=','\ngrouping='.'\n[currency]\ncolumn='currency'\n[file]\ndelimiters=[';']",
            ),
            3,
            0,
            money("2260,94", ','),
            "2026-04-02",
            "2026-04-09",
        ),
        (
            format!("{PARSER}golden/csv_spanish_headers.csv"),
            signed(
                "date='Fecha'\namount='Importe'\ncurrency='Moneda'",
                "decimal=','\ngrouping='.'\n[currency]\ncolumn='currency'\n[file]\ndelimiters=[';']",
            ),
            3,
            0,
            money("2260,94", ','),
            "2026-04-02",
            "2026-04-09",
        ),
        (
            format!("{PARSER}golden/csv_french_headers.csv"),
            mapping(
                "[file]\ndelimiters=[';']\n[columns]\ndate='Date opération'\ndebit='Débit'\ncredit='Crédit'\n\
                 currency='Devise'\n[dates]\nbooked='date'\n[amount]\ndebit='debit'\ncredit='credit'\ndecimal=','\n\
                 [currency]\ncolumn='currency'",
            ),
            3,
            0,
            money("2260,94", ','),
            "2026-04-02",
            "2026-04-09",
        ),
        // The second row's amount is `12..34` on purpose.
        (
            format!("{PARSER}golden/csv_garbled_amount.csv"),
            signed(
                "date='Date'\namount='Amount'\ncurrency='Currency'",
                "[currency]\ncolumn='currency'",
            ),
            1,
            1,
            money("100.00", '.'),
            "2026-04-02",
            "2026-04-02",
        ),
        (
            format!("{CSV2OFX}creditunion.csv"),
            mapping(
                "[columns]\ndate='Date'\namount='Amount'\n[dates]\nbooked='date'\nformats=['%m/%d/%y']\n[amount]\n\
                 column='amount'\n[currency]\nconstant='XXX'",
            ),
            8,
            0,
            money("465000", '.'),
            "2015-02-08",
            "2015-03-25",
        ),
        (
            format!("{CSV2OFX}mint_headerless.csv"),
            mapping(
                "[file]\nheader=false\nfields=7\n[columns]\ndate=1\nname=2\ntext=3\namount=4\nside=5\ncategory=6\nof=7\n\
                 [dates]\nbooked='date'\nformats=['%m/%d/%y']\n[amount]\ncolumn='amount'\ngrouping=','\ndirection='side'\n\
                 debit_words=['debit']\ncredit_words=['credit']\n[currency]\nconstant='XXX'",
            ),
            4,
            0,
            money("-3000.00", '.'),
            "2015-06-12",
            "2015-06-14",
        ),
        (
            format!("{BANK2YNAB}test_row_format_CD_flag.csv"),
            mapping(&format!(
                "{numbered}fields=5\n[columns]\ndate=1\ntext=2\nvalue=3\namount=4\nside=5\n{german}[amount]\ncolumn='amount'\n\
                 decimal=','\ndirection='side'\ndebit_words=['O']\ncredit_words=['I']\n[currency]\nconstant='EUR'"
            )),
            70,
            4,
            movements + money("139.54", '.'),
            "2017-09-18",
            "2017-10-13",
        ),
        (
            format!("{BANK2YNAB}test_row_format_default.csv"),
            mapping(&format!(
                "{numbered}fields=5\n[columns]\ndate=1\ntext=2\nvalue=3\nin=4\nout=5\n{german}[amount]\ndebit='out'\n\
                 credit='in'\ndecimal=','\n[currency]\nconstant='EUR'"
            )),
            73,
            1,
            movements,
            "2017-09-18",
            "2017-10-19",
        ),
        (
            format!("{BANK2YNAB}test_row_format_neg_inflow.csv"),
            mapping(&format!(
                "{numbered}fields=5\n[columns]\ndate=1\ntext=2\nvalue=3\namount=4\ncurrency=5\n{german}[amount]\n\
                 column='amount'\ndecimal=','\n[currency]\ncolumn='currency'"
            )),
            73,
            1,
            movements,
            "2017-09-18",
            "2017-10-19",
        ),
        (
            format!("{BANK2YNAB}test_delimiter_tab.csv"),
            mapping(&format!(
                "[file]\nheader=false\ndelimiters=['tab']\ncode_page='windows-1252'\nfields=5\n[columns]\ndate=1\ntext=2\nvalue=3\n\
                 in=4\nout=5\n{german}[amount]\ndebit='out'\ncredit='in'\ndecimal=','\n[currency]\nconstant='EUR'"
            )),
            73,
            1,
            movements,
            "2017-09-18",
            "2017-10-19",
        ),
        (
            format!("{BANK2YNAB}test_headers.csv"),
            mapping(
                "[file]\ndelimiters=[';']\npreamble='until header'\n[columns]\ndate='Date'\ntext='Payee'\namount='Inflow'\n\
                 currency='Currency'\n[dates]\nbooked='date'\nformats=['%d.%m.%Y']\n[amount]\ncolumn='amount'\ndecimal=','\n\
                 [currency]\ncolumn='currency'",
            ),
            73,
            3,
            movements,
            "2017-09-18",
            "2017-10-19",
        ),
    ];
    for (file, mapping, accepted, rejected, sum, first, last) in cases {
        let bytes = std::fs::read(root.join(&file)).expect("a readable file");
        let name = file.rsplit('/').next().unwrap_or_default();
        assert!(
            claims(&bytes, name).is_empty(),
            "{file}: {:?}",
            claims(&bytes, name)
        );
        match take(&bytes, name) {
            Ok(taken) => panic!("{file} was read by {}", taken.mapping),
            Err(error) => assert!(error.contains("mapping"), "{file}: {error}"),
        }
        let out = take_with(mapping, &bytes, name);
        assert!(out.error.is_none(), "{file}: {}", out.reasons());
        assert_eq!(
            (out.accepted, out.rejected),
            (accepted, rejected),
            "{file}: {}",
            out.reasons()
        );
        assert_eq!(out.signed().iter().sum::<i128>(), sum, "{file}");
        let days = out.days(Table::Entries, "booking_date");
        assert_eq!(days.iter().min().map(String::as_str), Some(first), "{file}");
        assert_eq!(days.iter().max().map(String::as_str), Some(last), "{file}");
    }
}

/// Days such as 05/03/2021 can be meant either way, and nothing in this file proves one: it is refused, and both readings
/// can be asked for.
#[test]
fn days_that_can_be_meant_either_way_are_refused_with_both_ways_named() {
    let Some(root) = shared("statements") else {
        return;
    };
    let bytes = std::fs::read(root.join(CSV2OFX).join("payoneer.csv")).expect("a readable file");
    let error = match take(&bytes, "payoneer.csv") {
        Ok(taken) => panic!("guessed by {}", taken.mapping),
        Err(error) => error,
    };
    for word in ["either way", "payoneer-us", "payoneer-eu"] {
        assert!(error.contains(word), "‘{word}’ is missing in: {error}");
    }
    for (id, day) in [("payoneer-us", "2021-05-03"), ("payoneer-eu", "2021-03-05")] {
        let out = take_by(id, &bytes, "payoneer.csv");
        assert_eq!((out.accepted, out.rejected), (2, 0), "{}", out.reasons());
        assert_eq!(out.signed(), [money("-100", '.'), money("120", '.')], "{id}");
        assert_eq!(out.days(Table::Entries, "booking_date"), [day, day]);
        assert_eq!(
            out.money(Table::Entries, "balance_after"),
            [Some(money("200", '.')), Some(money("300", '.'))]
        );
    }
    let text = String::from_utf8(bytes).expect("UTF-8");
    let american = text.replace("05/03/2021,12:08", "05/23/2021,12:08");
    assert_eq!(
        take(american.as_bytes(), "p.csv").expect("proven").mapping,
        "payoneer-us"
    );
    let other = text.replace("05/03/2021,12:08", "23/03/2021,12:08");
    assert_eq!(
        take(other.as_bytes(), "p.csv").expect("proven").mapping,
        "payoneer-eu"
    );
}
