//! The amounts that a published conversion of the same files gives (OFX and QIF beside them).

use geldspoor::case::Table;

use super::{lines_of, money, take};
use crate::collect::shared;

const FOLDER: &str = "statements/csv2ofx/csv2ofx-0.34.2/data";

fn amounts(text: &str, mark: &str) -> Vec<i128> {
    text.lines()
        .filter_map(|line| line.trim().strip_prefix(mark))
        .filter_map(|rest| {
            let number = rest.split('<').next().unwrap_or_default();
            number
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, '-' | '.'))
                .then(|| money(number, '.'))
        })
        .collect()
}

#[test]
fn amounts_are_those_of_the_published_conversion() {
    let Some(root) = shared(FOLDER) else {
        return;
    };
    for (file, converted) in [
        ("gls.csv", "gls.ofx"),
        ("ingesp.csv", "ingesp.ofx"),
        ("n26-fr.csv", "n26.ofx"),
        ("outbank.csv", "outbank.ofx"),
        ("pcmastercard.csv", "pcmastercard.ofx"),
        ("stripe-all.csv", "stripe-all.ofx"),
        ("stripe-default.csv", "stripe-default.ofx"),
        ("ubs-ch-fr_trimmed.csv", "ubs-ch-fr.qif"),
        (
            "schwab-checking-baltest-case1.csv",
            "schwab-checking-baltest-case1.ofx",
        ),
        (
            "schwab-checking-baltest-case2.csv",
            "schwab-checking-baltest-case2.ofx",
        ),
        (
            "schwab-checking-baltest-case3.csv",
            "schwab-checking-baltest-case3.ofx",
        ),
        (
            "schwab-checking-baltest-case4.csv",
            "schwab-checking-baltest-case4.ofx",
        ),
        (
            "schwab-checking-baltest-case5.csv",
            "schwab-checking-baltest-case5.ofx",
        ),
        (
            "schwab-checking-baltest-case6.csv",
            "schwab-checking-baltest-case6.ofx",
        ),
        (
            "schwab-checking-baltest-case7.csv",
            "schwab-checking-baltest-case7.ofx",
        ),
    ] {
        let bytes = std::fs::read(root.join("test").join(file)).expect("a readable file");
        let other = std::fs::read_to_string(root.join("converted").join(converted)).expect("a conversion");
        let mark = if converted.ends_with("qif") {
            "T"
        } else {
            "<TRNAMT>"
        };
        let mut expected = amounts(&other, mark);
        assert!(!expected.is_empty(), "{converted}");
        let out = take(&bytes, file).expect("read").out;
        let signed = out.signed();
        let mut found: Vec<i128> = lines_of(&out).into_iter().map(|at| signed[at]).collect();
        // The conversion lists by account.
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected, "{file}");
    }
}

/// The conversion guessed the order of day and month row by row and took 8 April for 4 August; ours knows the bank.
#[test]
fn days_are_read_as_the_bank_writes_them_and_not_guessed() {
    let Some(root) = shared(FOLDER) else {
        return;
    };
    let bytes = std::fs::read(root.join("test/ingesp.csv")).expect("a readable file");
    let out = take(&bytes, "ingesp.csv").expect("read").out;
    assert_eq!(out.days(Table::Entries, "booking_date")[1], "2022-04-08");
    let guessed = std::fs::read_to_string(root.join("converted/ingesp.ofx")).expect("a conversion");
    assert!(guessed.contains("<DTPOSTED>20220804"));
}
