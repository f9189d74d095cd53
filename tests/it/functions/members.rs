//! What a bundle stands for: its sequences one by one, and how many cycles there are without listing them.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::OnceLock;

use super::{HEADER, Lines, asked, dutch};
use crate::command::{Investigated, investigate};

fn case() -> &'static Investigated {
    static CASE: OnceLock<Investigated> = OnceLock::new();
    CASE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let mut lines = Lines(HEADER.to_owned());
        let mut day = 0;
        let mut paid = |from: u32, to: u32, amount: i64| {
            day += 1;
            let at = format!("2026-01-{day:02} 10:00:00");
            lines.paid(&dutch(from), &dutch(to), &at, amount, "");
        };
        // There twice, back twice: four rounds.
        for (from, to, amount) in [(1, 2, 1_000), (1, 2, 1_010), (2, 1, 900), (2, 1, 950)] {
            paid(from, to, amount);
        }
        // There, back and there again: two rounds, the second of which begins at the other account.
        for (from, to, amount) in [(3, 4, 500), (4, 3, 500), (3, 4, 500)] {
            paid(from, to, amount);
        }
        // From one account of a holder to another holder and back to the first one's other account, twice.
        for (from, to, amount) in [(5, 7, 300), (7, 6, 300), (6, 7, 290), (7, 5, 290)] {
            paid(from, to, amount);
        }
        // Two transfers, then two, then one: four chains, of which two hold every transfer.
        for (from, to, hour) in [(11, 12, 1), (11, 12, 2), (12, 13, 3), (12, 13, 4), (13, 14, 5)] {
            let at = format!("2026-03-01 {hour:02}:00:00");
            lines.paid(&dutch(from), &dutch(to), &at, 2_000, "");
        }
        // There and back on days whose hours nobody knows.
        lines.paid(&dutch(21), &dutch(22), "2026-04-01", 200, "");
        lines.paid(&dutch(22), &dutch(21), "2026-04-02", 190, "");
        let mut holders =
            "account,role,kind,name,birth_date,registration_number,country,address,phone,email,sector,\
                           incorporated,employees,from_date,to_date\n"
                .to_owned();
        for (account, name) in [(5, "Ada Anders"), (6, "Ada Anders"), (7, "Bo Bakker")] {
            writeln!(
                holders,
                "{},holder,person,{name},1980-01-01,,,,,,,,,,",
                dutch(account)
            )
            .expect("a line");
        }
        let put = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("a file");
            path
        };
        let files = [put("lines.csv", &lines.0), put("holders.csv", &holders)];
        let paths: Vec<&Path> = files.iter().map(|path| path.as_path()).collect();
        investigate(&paths, &[])
    })
}

fn rows(statement: &str) -> String {
    let (code, said) = asked(case(), statement);
    assert_eq!(code, 0, "{statement}: {said}");
    said
}

/// A condition: the row is about the account with this number.
fn about(number: u32) -> String {
    format!(
        "account_id = (SELECT account_id FROM accounts WHERE number = '{}')",
        dutch(number)
    )
}

#[test]
fn each_sequence_of_a_bundle_has_a_row_with_its_own_measures() {
    let columns = "bundle, member, instances, hops, first_amount, last_amount, total, carried";
    let bundles = format!(
        "SELECT {columns} FROM temporal_cycles() WHERE {} ORDER BY bundle",
        about(1)
    );
    assert_eq!(rows(&bundles), "1,1,4,2,1000.0000,900.0000,1900.0000,900.0000");
    let members = format!(
        "SELECT {columns} FROM temporal_cycles(rows => 'members') WHERE {} ORDER BY bundle, member",
        about(1)
    );
    assert_eq!(
        rows(&members).lines().collect::<Vec<_>>(),
        [
            "1,1,1,2,1000.0000,900.0000,1900.0000,900.0000",
            "1,2,1,2,1000.0000,950.0000,1950.0000,950.0000",
            "1,3,1,2,1010.0000,900.0000,1910.0000,900.0000",
            "1,4,1,2,1010.0000,950.0000,1960.0000,950.0000",
        ]
    );
    // Its own time too, and its own entries: two a transfer, of which the debits are what it moved.
    let own = "WITH m AS (SELECT *, unnest(entries) AS entry_id FROM temporal_cycles(rows => 'members') \
               WHERE time_precision = 'second'), \
               own AS (SELECT bundle, member, max(total) AS total, max(hops) AS hops, count(*) AS legs, \
                       sum(CASE WHEN e.direction = 'debit' THEN e.amount ELSE 0 END) AS debits, \
                       min(e.booked_at) = max(first_time) AND max(e.booked_at) = max(last_time) AS in_time \
                       FROM m JOIN entries e ON e.entry_id = m.entry_id GROUP BY bundle, member) \
               SELECT count(*), count(*) FILTER (WHERE debits = total AND legs = 2 * hops AND in_time) FROM own";
    let (all, good) = (
        rows("SELECT count(*) FROM temporal_cycles(rows => 'members') WHERE time_precision = 'second'"),
        rows(own),
    );
    assert_eq!(good, format!("{all},{all}"));
}

#[test]
fn each_sequence_says_how_precise_its_times_are() {
    for call in ["temporal_cycles()", "temporal_cycles(rows => 'members')"] {
        let precision = |number: u32| {
            rows(&format!(
                "SELECT DISTINCT time_precision FROM {call} WHERE {}",
                about(number)
            ))
        };
        assert_eq!([precision(1), precision(21)], ["second", "day"], "{call}");
    }
}

#[test]
fn rows_of_sequences_are_those_that_bundles_count() {
    for call in ["temporal_cycles", "temporal_cycles(level => 'party')"] {
        let name = call.trim_end_matches("(level => 'party')");
        let level = if name == call { "" } else { "level => 'party'" };
        let (bundles, members) = (
            format!("{name}({level})"),
            format!(
                "{name}({level}{}rows => 'members')",
                if level.is_empty() { "" } else { ", " }
            ),
        );
        let counted = format!("SELECT bundle, instances FROM {bundles} ORDER BY bundle");
        let listed = format!("SELECT bundle, count(*) FROM {members} GROUP BY bundle ORDER BY bundle");
        assert_eq!(rows(&counted), rows(&listed), "{call}");
    }
    // Of four chains fewer are listed, which hold every transfer.
    let chains = "SELECT bundle, instances FROM layering_chains()";
    assert_eq!(rows(chains), "1,4");
    let listed = "SELECT count(*) BETWEEN 2 AND 3, max(instances), min(cardinality(accounts)), max(hops) \
                  FROM layering_chains(rows => 'members')";
    assert_eq!(rows(listed), "true,1,4,3");
    let held = "SELECT count(DISTINCT t) FROM (SELECT unnest(transfers) AS t FROM layering_chains(rows => 'members'))";
    assert_eq!(rows(held), "5");
}

#[test]
fn a_sequence_begins_where_it_begins() {
    let of = |number: u32| {
        rows(&format!(
            "SELECT a.number FROM temporal_cycles(rows => 'members') m JOIN accounts a ON a.account_id = m.account_id \
             WHERE bundle = (SELECT bundle FROM temporal_cycles() WHERE {}) ORDER BY member",
            about(number)
        ))
    };
    assert_eq!(of(3), format!("{}\n{}", dutch(3), dutch(4)));
    // By party, parties; whichever of their accounts a transfer leaves.
    let parties = "SELECT DISTINCT p.name, array_length(m.accounts) FROM \
                   temporal_cycles(level => 'party', rows => 'members') m JOIN parties p ON p.party_id = m.account_id \
                   ORDER BY p.name";
    assert_eq!(rows(parties), "Ada Anders,2\nBo Bakker,2");
}

#[test]
fn cycles_are_counted_without_listing_them() {
    for arguments in [
        "",
        "level => 'party', ",
        "min_returned => 'none', ",
        "min_amount => 600, ",
    ] {
        let counted = format!(
            "SELECT hops, cycles FROM cycle_counts({arguments}max_hops => 5) WHERE cycles > 0 ORDER BY hops"
        );
        let listed = format!(
            "SELECT hops, count(*) FROM temporal_cycles({arguments}max_hops => 5, rows => 'members') \
             GROUP BY hops ORDER BY hops"
        );
        assert_eq!(rows(&counted), rows(&listed), "{arguments}");
    }
    assert_eq!(
        rows("SELECT sum(cycles) FROM cycle_counts(min_amount => 600)"),
        "4"
    );
    // A row for each number of hops, and no limit of what could be listed.
    assert_eq!(
        rows("SELECT min(hops), max(hops), count(*) FROM cycle_counts(max_hops => 5)"),
        "2,5,4"
    );
    assert_eq!(
        rows("SELECT arrow_typeof(max(cycles)) FROM cycle_counts()"),
        "UInt64"
    );
    assert_eq!(rows("SELECT DISTINCT truncated FROM cycle_counts()"), "false");
}

#[test]
fn arguments_of_rows_and_counts_are_refused_by_name() {
    for (call, words) in [
        (
            "temporal_cycles(rows => 'all')",
            &["temporal_cycles", "rows", "'members'"][..],
        ),
        ("fan_in(rows => 'members')", &["fan_in", "rows", "is not known"]),
        (
            "cycle_counts(max_instances => 5)",
            &["cycle_counts", "max_instances", "is not known"],
        ),
        (
            "cycle_counts(max_hops => 1)",
            &["cycle_counts: argument max_hops"],
        ),
        (
            "cycle_counts(max_hops => 'many')",
            &["cycle_counts: argument max_hops"],
        ),
    ] {
        let (code, said) = asked(case(), &format!("SELECT * FROM {call}"));
        assert_ne!(code, 0, "{call}: {said}");
        for word in words {
            assert!(said.contains(word), "{call}: {word} is not in {said}");
        }
    }
}
