//! Table functions that need to be told more than transfers, as analysts write them: over a case made of registers, rates
//! and statement lines, in which each pattern stands once.

mod members;
mod rings;
mod victims;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::OnceLock;

use geldspoor::sql::table_functions;

use crate::command::{Investigated, code, geldspoor, investigate, package, printed};

const HEADER: &str =
    "account,booked_at,direction,amount,currency,counterparty_account,channel,city,remittance\n";

/// An IBAN with its check digits (ISO 13616: letters are 10 to 35, the rest is 98 less the number modulo 97).
fn iban(country: &str, own: &str) -> String {
    let digits = |text: &str| -> String {
        text.chars()
            .map(|c| c.to_digit(36).expect("a letter or a digit").to_string())
            .collect()
    };
    let rest = digits(&format!("{own}{country}00"))
        .bytes()
        .fold(0_u32, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97);
    format!("{country}{:02}{own}", 98 - rest)
}

fn dutch(number: u32) -> String {
    iban("NL", &format!("ABCD{number:010}"))
}

struct Lines(String);

impl Lines {
    fn line(&mut self, account: &str, at: &str, amount: i64, other: &str, channel: &str, more: [&str; 2]) {
        let direction = if amount < 0 { "debit" } else { "credit" };
        let [city, text] = more;
        writeln!(
            self.0,
            "{account},{at},{direction},{}.00,EUR,{other},{channel},{city},{text}",
            amount.abs()
        )
        .expect("a line");
    }

    /// Both legs of a transfer.
    fn paid(&mut self, from: &str, to: &str, at: &str, amount: i64, text: &str) {
        self.line(from, at, -amount, to, "transfer", ["", text]);
        self.line(to, at, amount, from, "transfer", ["", text]);
    }
}

fn case() -> &'static Investigated {
    static CASE: OnceLock<Investigated> = OnceLock::new();
    CASE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let mut lines = Lines(HEADER.to_owned());
        let mut holders =
            "account,role,kind,name,birth_date,registration_number,country,address,phone,email,sector,incorporated,\
             employees,from_date,to_date\n"
                .to_owned();
        let mut holder = |account: &str, name: &str, phone: &str| {
            writeln!(holders, "{account},holder,person,{name},1980-01-01,,,,{phone},,,,,,").expect("a line");
        };
        // Deposits of 9,000 on three accounts of one holder.
        for number in 1..=3 {
            let at = format!("2026-01-0{} 10:00:00", 4 + number);
            lines.line(&dutch(number), &at, 9_000, "CASH", "cash_atm", ["Utrecht", ""]);
            holder(&dutch(number), "Ada Anders", "");
        }
        // Cash put in in two cities and taken out in a third.
        for (day, city) in [(1, "Utrecht"), (4, "Tilburg"), (7, "Utrecht"), (10, "Tilburg"), (13, "Utrecht")] {
            let (put, taken) = (format!("2026-02-{day:02} 10:00:00"), format!("2026-02-{:02} 10:00:00", day + 1));
            lines.line(&dutch(10), &put, 500, "CASH", "cash_atm", [city, ""]);
            lines.line(&dutch(10), &taken, -450, "CASH", "cash_atm", ["Antwerpen", ""]);
        }
        // Abroad and back to another account of the same holder.
        let abroad = iban("DE", "500105175407324931");
        lines.line(&dutch(20), "2026-01-10 10:00:00", -10_000, &abroad, "transfer", ["", ""]);
        lines.line(&dutch(21), "2026-01-20 10:00:00", 9_500, &abroad, "transfer", ["", ""]);
        holder(&dutch(20), "Bo Bakker", "");
        holder(&dutch(21), "Bo Bakker", "");
        // Three loans in a circle, called so in three languages; and a circle that is none.
        lines.paid(&dutch(30), &dutch(31), "2026-03-01 10:00:00", 5_000, "loan agreement 1");
        lines.paid(&dutch(31), &dutch(32), "2026-03-02 10:00:00", 5_000, "Lening");
        lines.paid(&dutch(32), &dutch(30), "2026-03-03 10:00:00", 4_900, "Darlehen");
        lines.paid(&dutch(33), &dutch(34), "2026-03-01 10:00:00", 800, "rent");
        lines.paid(&dutch(34), &dutch(33), "2026-03-02 10:00:00", 800, "deposit back");
        // Euros one way, dollars of the same value the other, three times.
        for day in [1, 11, 21] {
            lines.paid(&dutch(40), &dutch(41), &format!("2026-04-{day:02} 10:00:00"), 1_000, "");
            let (from, to) = (dutch(41), dutch(40));
            for (account, way, other) in [(&from, "debit", &to), (&to, "credit", &from)] {
                writeln!(
                    lines.0,
                    "{account},2026-04-{:02} 10:00:00,{way},1100.00,USD,{other},transfer,,",
                    day + 1
                )
                .expect("a line");
            }
        }
        // There by the day alone, back at nine of the same day: nobody knows what came first.
        lines.paid(&dutch(50), &dutch(51), "2026-05-04", 700, "");
        lines.paid(&dutch(51), &dutch(50), "2026-05-04 09:00:00", 700, "");
        // Three people whose money goes on to the same two accounts the day after, and who gave one telephone.
        for (number, name) in [(60, "Cleo Claes"), (61, "Dora Dirks"), (62, "Emma Evers")] {
            holder(&dutch(number), name, "+31 6 0000 0001");
            for event in 0..10_u32 {
                let (day, payer) = (1 + event * 2, dutch(7_000 + number * 10 + event));
                let (at, after) = (format!("2026-06-{day:02} 10:00:00"), format!("2026-06-{:02} 10:00:00", day + 1));
                lines.line(&dutch(number), &at, 400, &payer, "transfer", ["", ""]);
                lines.line(&dutch(number), &after, -390, &dutch(68 + event % 2), "transfer", ["", ""]);
            }
        }
        let put = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("a file");
            path
        };
        let mut rates = "date,base,currency,rate\n".to_owned();
        for day in 1..=30 {
            writeln!(rates, "2026-04-{day:02},EUR,USD,1.1").expect("a line");
        }
        let files = [
            put("lines.csv", &lines.0),
            put("holders.csv", &holders),
            put("rates.csv", &rates),
        ];
        let paths: Vec<&Path> = files.iter().map(|path| path.as_path()).collect();
        investigate(&paths, &[])
    })
}

fn sql(statement: &str) -> (i32, String) {
    asked(case(), statement)
}

/// What a statement prints as CSV, without its header; with its exit code.
fn asked(case: &Investigated, statement: &str) -> (i32, String) {
    let keys = case.folder.path().join("keys");
    let folder = case.case.to_string_lossy().into_owned();
    let output = geldspoor(&keys, &["-C", &folder, "sql", "-c", statement, "--format", "csv"]);
    let said = printed(&output);
    let rows = said
        .split_once('\n')
        .map_or(said.clone(), |(_, rows)| rows.trim().to_owned());
    match code(&output) {
        0 => (0, rows),
        other => (other, said),
    }
}

fn rows(statement: &str) -> String {
    let (code, said) = sql(statement);
    assert_eq!(code, 0, "{statement}: {said}");
    said
}

#[test]
fn deposits_places_and_holders_are_told() {
    assert_eq!(
        rows("SELECT count(*), max(total) FROM smurfing()"),
        "1,27000.0000"
    );
    assert_eq!(rows("SELECT count(*) FROM smurfing(min_depositors => 4)"), "0");
    // Of single accounts none has three.
    assert_eq!(rows("SELECT count(*) FROM structuring()"), "0");
    assert_eq!(
        rows("SELECT count(*), max(total) FROM structuring(level => 'party')"),
        "1,27000.0000"
    );
    assert_eq!(
        rows(
            "SELECT a.number, f.carried FROM funnel_account() f JOIN accounts a ON a.account_id = f.account_id"
        ),
        format!("{},2250.0000", dutch(10))
    );
    assert_eq!(rows("SELECT count(*) FROM funnel_account(min_places => 3)"), "0");
}

#[test]
fn ways_abroad_and_back_are_told_by_holder() {
    assert_eq!(rows("SELECT instances, last_amount FROM u_turn()"), "1,9500.0000");
    assert_eq!(rows("SELECT count(*) FROM u_turn(home => 'DE')"), "0");
    // What is smaller than asked goes no way.
    assert_eq!(rows("SELECT count(*) FROM u_turn(min_amount => 9500)"), "1");
    assert_eq!(rows("SELECT count(*) FROM u_turn(min_amount => 9500.01)"), "0");
    assert_eq!(
        rows("SELECT count(*) FROM circular_loans(min_amount => 4900)"),
        "1"
    );
    assert_eq!(
        rows("SELECT count(*) FROM circular_loans(min_amount => 4950)"),
        "0"
    );
    // Seen by account it is no cycle; seen by party it is one, and its name is the party's.
    let from = format!(
        "array_has(accounts, (SELECT account_id FROM accounts WHERE number = '{}'))",
        dutch(20)
    );
    assert_eq!(
        rows(&format!("SELECT count(*) FROM temporal_cycles() WHERE {from}")),
        "0"
    );
    let party = "array_has(accounts, (SELECT party_id FROM parties WHERE name = 'Bo Bakker'))";
    let cycles = format!("SELECT count(*) FROM temporal_cycles(level => 'party') WHERE {party}");
    assert_eq!(rows(&cycles), "1");
    assert_eq!(
        rows(&format!(
            "SELECT carried FROM temporal_flow(sources => '{}', sinks => '{}')",
            dutch(20),
            dutch(21)
        )),
        "9500.0000"
    );
    let early = format!(
        "SELECT count(*) FROM temporal_flow(sources => '{}', sinks => '{}', to_time => '2026-01-19')",
        dutch(20),
        dutch(21)
    );
    assert_eq!(rows(&early), "0");
}

#[test]
fn loans_and_mirrors_are_told() {
    assert_eq!(
        rows("SELECT hops, last_amount FROM circular_loans()"),
        "3,4900.0000"
    );
    // The circle that is no loan is a cycle like the loans and the mirror's currencies apart.
    assert_eq!(rows("SELECT count(*) FROM temporal_cycles(max_hops => 2)"), "1");
    assert_eq!(
        rows("SELECT hops, currency IS NULL, total IS NULL FROM mirror_transfers()"),
        "6,true,true"
    );
    assert_eq!(rows("SELECT count(*) FROM mirror_transfers(min_pairs => 4)"), "0");
}

#[test]
fn a_day_without_a_time_proves_no_order() {
    let of = format!(
        "array_has(accounts, (SELECT account_id FROM accounts WHERE number = '{}'))",
        dutch(50)
    );
    assert_eq!(
        rows(&format!("SELECT count(*) FROM temporal_cycles() WHERE {of}")),
        "0"
    );
    let lenient = format!("SELECT needs_lenient FROM temporal_cycles(time_order => 'lenient') WHERE {of}");
    assert_eq!(rows(&lenient), "true");
}

#[test]
fn accounts_that_pass_on_together_stand_behind_the_gate() {
    assert_eq!(
        rows("SELECT count(*), max(array_length(accounts)) FROM pass_through_group()"),
        "1,5"
    );
    let found = rows("SELECT gate, describes, explanation FROM findings WHERE rule_id = 'ML-23'");
    assert!(
        found.starts_with("possible victim - verify,exploited,"),
        "{found}"
    );
    // The label stands on one who passes the money on, and on nobody else.
    let about = rows(
        "SELECT a.number FROM findings f JOIN accounts a ON a.account_id = f.account_id WHERE rule_id = 'ML-23'",
    );
    assert!([60, 61, 62].map(dutch).contains(&about), "{about}");
    for number in [60, 61, 62] {
        let id = rows(&format!(
            "SELECT account_id FROM accounts WHERE number = '{}'",
            dutch(number)
        ));
        assert!(!found.contains(&id), "{found}");
    }
}

#[test]
fn arguments_that_mean_nothing_are_refused_by_name() {
    for (call, words) in [
        ("temporal_flow()", &["sources", "id or number"][..]),
        (
            "temporal_flow(sources => 'NL00NOBODY', sinks => 'x')",
            &["NL00NOBODY", "accounts"],
        ),
        ("fan_in(level => 'house')", &["level", "'account' or 'party'"]),
        ("smurfing(level => 'party')", &["level", "deposits"]),
        ("structuring(threshold => '10.000,00')", &["threshold", "2500.00"]),
        ("structuring(deposits => 'some')", &["deposits", "'cash'"]),
        ("layering_chains(min_hops => 10)", &["max_hops"]),
        ("dormant_reactivation(silence => '1 month')", &["silence", "days"]),
        (
            "temporal_flow(from_time => '31-01-2026')",
            &["from_time", "2026-01-31"],
        ),
        ("u_turn(max_hops => 0)", &["max_hops"]),
        (
            "u_turn(home => 'Netherlands')",
            &["home", "Netherlands", "DE, NL"],
        ),
        (
            "burst_and_close(max_life => '-1 day')",
            &["max_life", "'-1 days'"],
        ),
        ("fan_in(time_window => INTERVAL '-7 days')", &["'-7 days'"]),
        (
            "fan_in(time_window => INTERVAL '999999999 days')",
            &["time_window", "longer than 106751991 days"],
        ),
        (
            "fan_in(time_window => '999999999 days')",
            &["time_window", "longer than 106751991 days"],
        ),
        (
            "structuring(threshold => 0)",
            &["threshold: is 0.00", "above zero"],
        ),
        ("temporal_cycles(min_amount => -5)", &["min_amount: is -5.00"]),
        (
            "fan_in('7 days', 5, 'account', 'include', 1, 1, 'bundles', 8, 9, 10, 11, 12)",
            &["takes 6 arguments, 12 given"],
        ),
    ] {
        let (code, said) = sql(&format!("SELECT * FROM {call}"));
        assert_ne!(code, 0, "{call}: {said}");
        for word in words {
            assert!(said.contains(word), "{call}: {word} is not in {said}");
        }
    }
    // Each by itself would be out of range; together they are good.
    assert_eq!(
        rows("SELECT count(*) FROM layering_chains(min_hops => 10, max_hops => 12)"),
        "0"
    );
}

#[test]
fn a_search_that_its_budget_ended_says_so() {
    for call in [
        "layering_chains(max_steps => 1)",
        "fan_in(min_counterparties => 2, max_instances => 0)",
        "temporal_cycles(max_steps => 1)",
        "cycle_counts(max_steps => 1)",
    ] {
        // The sample has more to search than one step of any of them.
        let (code, said) = asked(crate::command::sample(), &format!("SELECT count(*) FROM {call}"));
        assert_eq!(code, 0, "{call}: {said}");
        let name = call.split('(').next().unwrap_or_default();
        let words = format!("{name}: the budget ended the search: there may be more. Raise max_steps (");
        assert!(said.contains(&words), "{call}: {said}");
    }
    // With rows it is said as well; a search that ended by itself says nothing.
    let some =
        "SELECT count(*) FROM fan_in(min_counterparties => 2, time_window => '365 days', max_instances => 1)";
    let said = rows(some);
    assert!(
        said.starts_with("1\n") && said.contains("max_instances (1)"),
        "{said}"
    );
    assert!(!rows("SELECT count(*) FROM fan_in()").contains("budget"));
    // A length in two units is one.
    rows("SELECT count(*) FROM fan_in(time_window => '7 days 3 hours')");
}

/// Files of a later delivery are taken in and checked, and the patterns go on from what they found before: the findings
/// are those of a full run, byte for byte. What changes the time before the day is searched anew.
#[test]
fn a_later_delivery_is_searched_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let (keys, case) = (folder.path().join("keys"), folder.path().join("case"));
    let put = |name: &str, months: std::ops::Range<u32>| {
        let mut lines = Lines(HEADER.to_owned());
        for month in months {
            for number in 0..12_u32 {
                let at = format!("2025-{month:02}-{:02} {:02}:00:00", 1 + number, 8 + number % 9);
                let (from, to) = (number * 5 % 7, number * 3 % 7 + 1);
                let amount = 900 + i64::from(number * month % 4) * 10;
                if from != to {
                    lines.paid(&dutch(from), &dutch(to), &at, amount, "");
                }
            }
        }
        let path = folder.path().join(name);
        std::fs::write(&path, lines.0).expect("a file");
        path.to_string_lossy().into_owned()
    };
    let run = |arguments: &[&str]| {
        let place = case.to_string_lossy().into_owned();
        let output = geldspoor(&keys, &[&["-C", &place], arguments].concat());
        assert_eq!(code(&output), 0, "{}", printed(&output));
        printed(&output)
    };
    let findings = || {
        run(&[
            "sql",
            "-c",
            "SELECT * FROM findings ORDER BY finding_id",
            "--format",
            "csv",
        ])
    };
    let entries = || {
        let sql = "SELECT * FROM finding_entries ORDER BY finding_id, entry_id, role";
        run(&["sql", "-c", sql, "--format", "csv"])
    };
    let place = case.to_string_lossy().into_owned();
    assert_eq!(
        code(&geldspoor(&keys, &["case", "new", &place, "--reference", "R"])),
        0
    );
    run(&["intake", &put("first.csv", 1..6)]);
    run(&["check"]);
    assert!(run(&["detect", "--since", "2025-06-01"]).contains("searched anew"));
    let before = findings();
    assert!(before.lines().count() > 5, "{before}");
    run(&["intake", &put("second.csv", 6..9)]);
    // It names an account that the first did not: no reason to search the time before anew.
    let mut more = Lines(HEADER.to_owned());
    more.paid(&dutch(1), &dutch(900), "2025-07-20 12:00:00", 905, "");
    let path = folder.path().join("more.csv");
    std::fs::write(&path, more.0).expect("a file");
    run(&["intake", &path.to_string_lossy()]);
    run(&["check"]);
    let said = run(&["detect", "--since", "2025-06-01"]);
    assert!(
        said.contains("went on") && !said.contains("searched anew"),
        "{said}"
    );
    let since = (findings(), entries());
    assert_ne!(since.0, before);
    run(&["detect"]);
    assert_eq!(since, (findings(), entries()));
    // What case.toml sets in vain is said.
    let toml = case.join("case.toml");
    let settings = std::fs::read_to_string(&toml).expect("settings");
    std::fs::write(
        &toml,
        format!("{settings}\n[parameters.ML-99]\nx = 1\n[parameters.ML-11]\nmax_hop = 3\n"),
    )
    .expect("a file");
    let said = run(&["detect"]);
    assert!(
        said.contains("[parameters.ML-99]") && said.contains("max_hop:") && said.contains("max_hops"),
        "{said}"
    );
    std::fs::write(&toml, settings).expect("a file");
    let said = run(&["detect", "--rule", "ML-03"]);
    assert!(said.contains("those of ML-03 alone"), "{said}");
    run(&["detect"]);
    // A day that lies behind what is new, and one that is no day.
    let said = run(&["detect", "--since", "2025-09-01"]);
    assert!(said.contains("went on"), "{said}");
    assert_eq!(since, (findings(), entries()));
    let wrong = geldspoor(&keys, &["-C", &place, "detect", "--since", "31-12-2025"]);
    assert!(
        code(&wrong) != 0 && printed(&wrong).contains("2026-01-31"),
        "{}",
        printed(&wrong)
    );
    // Something new before the day.
    let mut early = Lines(HEADER.to_owned());
    early.paid(&dutch(2), &dutch(6), "2025-02-20 12:00:00", 905, "late to come");
    let path = folder.path().join("earlier.csv");
    std::fs::write(&path, early.0).expect("a file");
    run(&["intake", &path.to_string_lossy()]);
    run(&["check"]);
    let said = run(&["detect", "--since", "2025-06-01"]);
    assert!(said.contains("searched anew"), "{said}");
    let since = (findings(), entries());
    run(&["detect"]);
    assert_eq!(since, (findings(), entries()));
}

/// `docs/patterns.md` and `docs/tracing.md` list every function with its arguments and defaults as they are.
#[test]
fn the_pages_of_functions_are_true() {
    let page = |name: &str| std::fs::read_to_string(package().join("docs").join(name)).unwrap_or_default();
    let (patterns, tracing, parties) = (page("patterns.md"), page("tracing.md"), page("parties.md"));
    let mut missing = Vec::new();
    for line in table_functions() {
        let page = match line.split('(').next() {
            Some("trace") => &tracing,
            Some("owners" | "structures") => &parties,
            _ => &patterns,
        };
        if !page.contains(&line) {
            missing.push(line);
        }
    }
    assert!(missing.is_empty(), "not in docs/:\n{}", missing.join("\n"));
}
