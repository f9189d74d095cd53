//! The reader as a whole: places, rejects, borders of blocks, encodings, nothing lost.

use proptest::prelude::*;

use super::testing::{read_blocks, read_builtin, read_with};
use super::{Delimited, Limits, account_of_name, nearest, recognise_mapping};
use crate::case::Table;
use crate::intake::encoding::find;
use crate::intake::mapping::{Mapping, builtin, builtin_by_id};

const LISTING: &str = "transaction_id,booked_at,payer_account,payer_bank,payee_account,payee_bank,amount,currency,\
                       channel,purpose,remittance\n";

fn listing(rows: &str) -> Vec<u8> {
    format!("{LISTING}{rows}").into_bytes()
}

fn mapping() -> &'static Mapping {
    builtin_by_id("geldspoor-listing").expect("built in")
}

#[test]
fn every_bad_value_is_a_reject_and_its_neighbours_are_read() {
    let bytes = listing(
        "1,2026-02-01,A,b,C,b,10.00,EUR,transfer,,ok\n\
         2,2026-02-31,A,b,C,b,10.00,EUR,transfer,,no such day\n\
         3,2026-02-01,A,b,C,b,\"1,0,0\",EUR,transfer,,two commas\n\
         4,2026-02-01,A,b,C,b,10.00,EURO,transfer,,currency\n\
         5,2026-02-01,A,b,C,b,10.00,EUR,transfer,too few\n\
         6,2026-02-01,A,b,C,b,-10.00,EUR,transfer,,negative\n\
         7,2026-02-01,,b,CASH,b,10.00,EUR,transfer,,no side\n\
         8,,A,b,C,b,10.00,EUR,transfer,,no day\n\
         \n\
         9,2026-02-01 10:11:12,A,b,C,b,10.00001,EUR,transfer,,decimals\n\
         10,2026-02-01 10:11:12,CASH,,C,b,10.0001,EUR,cash_branch,,ok",
    );
    let out = read_builtin("geldspoor-listing", &bytes, "t.csv");
    assert_eq!((out.accepted, out.rejected), (2, 8));
    let reasons = out.reasons();
    for (at, words) in [
        (0, ["line 3, byte 162", "31", "‘booked_at’"]),
        (1, ["line 4", "‘1,0,0’", "‘amount’"]),
        (2, ["line 5", "‘EURO’", "ISO 4217"]),
        (3, ["line 6", "10 columns", "expected 11"]),
        (4, ["line 7", "‘-10.00’", "without sign"]),
        (5, ["line 8", "neither side", "expected one"]),
        (6, ["line 9", "‘booked_at’", "expected the day"]),
        (7, ["line 11", "10.00001", "not rounded"]),
    ] {
        for word in words {
            assert!(
                reasons[at].contains(word),
                "‘{word}’ is missing in: {}",
                reasons[at]
            );
        }
    }
    assert_eq!(out.rows(Table::Rejects, &["locator"])[0], "line 3");
    assert_eq!(
        out.entries(&[
            "direction",
            "amount",
            "booking_date",
            "booked_at",
            "channel",
            "counterparty_status",
            "locator"
        ]),
        [
            "debit|10.0000|2026-02-01||transfer|identified|line 2",
            "credit|10.0000|2026-02-01||transfer|identified|line 2",
            "credit|10.0001|2026-02-01|2026-02-01T10:11:12|cash_branch|cash|line 12",
        ]
    );
    for cited in out.cited() {
        assert!(cited.windows(5).any(|w| w == b"10.00"));
        assert!(!cited.contains(&b'\n'));
    }
}

#[test]
fn a_quote_too_many_costs_its_line_only() {
    let good = |n: u32| format!("{n},2026-02-01,A,b,C,b,10.00,EUR,transfer,,\"x, \"\"y\"\"\"\n");
    // Closed by the next line's quote, and never closed.
    for stray in [
        "2,2026-02-01,A,b,C,b,10.00,EUR,transfer,,\"oops\n",
        "\"2\"\",2026\n",
    ] {
        let bytes = listing(&[good(1), stray.to_owned(), good(3), good(4)].concat());
        let out = read_builtin("geldspoor-listing", &bytes, "t.csv");
        assert_eq!(
            (out.accepted, out.rejected),
            (3, 1),
            "{stray} {:?}",
            out.reasons()
        );
        assert_eq!(out.entries(&["locator", "remittance"])[2], "line 4|x, \"y\"");
    }
    // The next line's text is quoted without a comma, so that the number of columns comes out right by accident.
    let hidden =
        "2,2026-02-01,A,b,C,b,10.00,EUR,transfer,,\"oops\n3,2026-02-01,A,b,C,b,10.00,EUR,transfer,,\"x\"\n";
    let out = read_builtin("geldspoor-listing", &listing(hidden), "t.csv");
    assert_eq!((out.accepted, out.rejected), (1, 1), "{:?}", out.reasons());
    let bytes = listing(
        &[
            good(1),
            "2,2026-02-01,A,b,C,b,10.00,EUR,transfer,,\"oops".to_owned(),
        ]
        .concat(),
    );
    let out = read_builtin("geldspoor-listing", &bytes, "t.csv");
    assert_eq!((out.accepted, out.rejected), (1, 1));
    assert!(out.reasons()[0].contains("quote"));
}

#[test]
fn quoted_line_ends_belong_to_the_record() {
    for end in ["\n", "\r\n"] {
        let text = format!(
            "{LISTING}1,2026-02-01,A,b,C,b,10.00,EUR,transfer,,\"two\nlines\"\n2,2026-02-02,A,b,C,b,20.00,EUR,,,x\n"
        )
        .replace('\n', end);
        let out = read_builtin("geldspoor-listing", text.as_bytes(), "t.csv");
        assert_eq!((out.accepted, out.rejected), (2, 0));
        assert_eq!(
            out.entries(&["locator"]),
            ["line 2", "line 2", "line 4", "line 4"]
        );
        assert!(out.cited().iter().all(|cited| !cited.ends_with(b"\r")));
    }
    let old = listing("1,2026-02-01,A,b,C,b,10.00,EUR,transfer,,x\n2,2026-02-01,A,b,C,b,1,EUR,,,y\n");
    let old: Vec<u8> = old.iter().map(|b| if *b == b'\n' { b'\r' } else { *b }).collect();
    assert_eq!(read_builtin("geldspoor-listing", &old, "t.csv").accepted, 2);
}

#[test]
fn borders_of_blocks_change_nothing() {
    let mut text = LISTING.to_owned();
    for n in 0..60 {
        let remark = ["plain", "\"quo\"\"ted\"", "\"two\nlines\"", "\"stray"][n % 4];
        let amount = if n % 7 == 0 { "1,2,3" } else { "12.50" };
        text.push_str(&format!(
            "{n},2026-02-01,A{n},b,C,b,{amount},EUR,transfer,,{remark}\n"
        ));
    }
    text.push_str(&format!(
        "{}\n61,2026-02-01,A,b,C,b,3.00,EUR,,,end",
        "x".repeat(3_000)
    ));
    let limits = |block| Limits { block, record: 2_000 };
    let columns = [
        "entry_id",
        "amount",
        "remittance",
        "sequence",
        "locator",
        "byte_start",
        "byte_end",
    ];
    let whole = read_blocks(mapping(), text.as_bytes(), limits(1 << 20));
    assert!(whole.accepted > 30 && whole.rejected > 10);
    for block in [1, 2, 63, 64, 100, 999, 2_500] {
        let cut = read_blocks(mapping(), text.as_bytes(), limits(block));
        assert_eq!(
            (cut.accepted, cut.rejected),
            (whole.accepted, whole.rejected),
            "{block}"
        );
        assert_eq!(cut.entries(&columns), whole.entries(&columns), "{block}");
        assert_eq!(cut.reasons(), whole.reasons(), "{block}");
    }
}

#[test]
fn a_line_of_megabytes_is_one_reject() {
    let mut bytes = listing("1,2026-02-01,A,b,C,b,10.00,EUR,transfer,,x\n");
    bytes.extend(std::iter::repeat_n(b'y', 3 << 20));
    bytes.extend_from_slice(b"\n3,2026-02-01,A,b,C,b,10.00,EUR,transfer,,x\n");
    let out = read_builtin("geldspoor-listing", &bytes[..60_000], "t.csv");
    assert_eq!(out.accepted, 1);
    let out = read_blocks(mapping(), &bytes, Limits::default());
    assert_eq!((out.accepted, out.rejected), (2, 1));
    assert!(
        out.reasons()[0].contains("longer than 1000000 bytes"),
        "{:?}",
        out.reasons()
    );
    assert_eq!(out.entries(&["locator"])[2], "line 4");
    assert_eq!(out.rows(Table::Rejects, &["raw"])[0].len(), 4_096);
}

#[test]
fn utf16_is_cited_in_its_own_bytes() {
    let text = format!(
        "{LISTING}1,2026-02-01,A,b,C,b,10.00,EUR,transfer,,\"één\nönt\"\n2,2026-02-01,A,b,C,b,20.00,EUR,,,x\n"
    );
    let rows = |bytes: Vec<u8>| {
        let out = read_builtin("geldspoor-listing", &bytes, "t.csv");
        assert_eq!((out.accepted, out.rejected), (2, 0));
        assert_eq!(out.entries(&["remittance", "locator"])[0], "één\nönt|line 2");
        assert_eq!(out.entries(&["locator"])[3], "line 4");
        out
    };
    let little: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let out = rows(little.clone());
    for (cited, amount) in out.cited().iter().zip(["10.00", "10.00", "20.00", "20.00"]) {
        let wide: Vec<u8> = amount.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(cited.windows(wide.len()).any(|w| w == wide));
    }
    rows(
        [0xFE, 0xFF]
            .into_iter()
            .chain(text.encode_utf16().flat_map(u16::to_be_bytes))
            .collect(),
    );
    rows(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
    // Half a pair in the last record rejects that record alone.
    let mut half = little;
    let at = half.len() - 4;
    half[at] = 0x3D;
    half[at + 1] = 0xD8;
    let out = read_builtin("geldspoor-listing", &half, "t.csv");
    assert_eq!((out.accepted, out.rejected), (1, 1));
    assert!(out.reasons()[0].contains("utf-16le"), "{:?}", out.reasons());
}

#[test]
fn nothing_in_a_file_is_no_fault() {
    let blocks = |bytes: &[u8]| read_blocks(mapping(), bytes, Limits::default());
    for bytes in [
        &b""[..],
        b"\xEF\xBB\xBF",
        b"\n\n",
        LISTING.as_bytes(),
        LISTING.trim_end().as_bytes(),
    ] {
        let out = blocks(bytes);
        assert_eq!((out.accepted, out.rejected), (0, 0));
    }
}

#[test]
fn a_header_that_is_nearly_one_is_refused_by_name() {
    let renamed = LISTING.replace("amount", "sum");
    let found = recognise_mapping(renamed.as_bytes(), "t.csv", find(renamed.as_bytes()));
    let sentence = nearest(&found).expect("a near miss");
    assert!(
        sentence.contains("no column ‘amount’") && sentence.contains("‘sum’"),
        "{sentence}"
    );
    let error = match read_with(&Delimited::by(mapping()), renamed.as_bytes(), "t.csv") {
        Ok(_) => panic!("read"),
        Err(error) => error.to_string(),
    };
    assert!(
        error.contains("line 1") && error.contains("‘sum’") && error.contains("mapping list"),
        "{error}"
    );
    assert!(recognise_mapping(b"a,b\n1,2\n", "x.csv", find(b"a,b")).is_empty());
    let wide = ",".repeat(20_000);
    let error = match read_with(&Delimited::by(mapping()), wide.as_bytes(), "t.csv") {
        Ok(_) => panic!("read"),
        Err(error) => error.to_string(),
    };
    assert!(error.contains("more than 10000 columns"), "{error}");
}

#[test]
fn accounts_by_name() {
    for (name, account) in [
        ("delivery/NL91ABNA0417164300_2026.csv", "NL91ABNA0417164300"),
        ("delivery/account-statement.csv", "account-statement#001122334455"),
        ("plain", "plain#001122334455"),
    ] {
        assert_eq!(account_of_name(name, "00112233445566778899"), account);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_bytes_behind_a_header_are_counted(
        noise in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b','), Just(b'"'), Just(b'\n')], 0..400),
        block in 1_usize..200,
        record in 2_usize..200,
    ) {
        let mut bytes = listing("1,2026-02-01,A,b,C,b,10.00,EUR,transfer,,x\n");
        bytes.extend(noise);
        let one = read_blocks(mapping(), &bytes, Limits { block: 1 << 20, record: 200 + record });
        let cut = read_blocks(mapping(), &bytes, Limits { block, record: 200 + record });
        prop_assert!(one.accepted >= 1 || one.rejected >= 1);
        prop_assert_eq!((one.accepted, one.rejected), (cut.accepted, cut.rejected));
        prop_assert_eq!(one.reasons(), cut.reasons());
        prop_assert_eq!(one.rows(Table::Rejects, &["reason"]).len() as u64, one.rejected);
    }

    #[test]
    fn any_bytes_at_all_end_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for mapping in builtin() {
            let read = read_with(&Delimited::by(mapping), &bytes, "noise.csv");
            if let Ok(out) = read {
                prop_assert_eq!(out.reasons().len() as u64, out.rejected);
            }
        }
        let _ = recognise_mapping(&bytes, "noise", find(&bytes));
    }

    #[test]
    fn cited_bytes_hold_the_amount(cents in proptest::collection::vec(0_u32..10_000_000, 1..40), windows in any::<bool>()) {
        let end = if windows { "\r\n" } else { "\n" };
        let mut text = LISTING.replace('\n', end);
        for (n, c) in cents.iter().enumerate() {
            text.push_str(&format!("{n},2026-02-01,A,b,C,b,{}.{:02},EUR,,,\"é\n{n}\"{end}", c / 100, c % 100));
        }
        let out = read_blocks(mapping(), text.as_bytes(), Limits { block: 100, record: 1_000 });
        prop_assert_eq!(out.accepted as usize, cents.len());
        for (cited, c) in out.cited().chunks(2).zip(&cents) {
            let written = format!(",{}.{:02},", c / 100, c % 100);
            prop_assert!(cited[0].windows(written.len()).any(|w| w == written.as_bytes()));
            prop_assert_eq!(cited[0], cited[1]);
        }
    }
}
