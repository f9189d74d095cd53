//! The sample against its own truth: what was planted is found, nobody who was exploited is called anything else, and
//! every number on the page is what the Parquet files say.

use std::collections::{BTreeMap, BTreeSet};

use geldspoor::case::Case;
use geldspoor::model::AccountKey;
use geldspoor::report::figures::MEANINGS;
use geldspoor::report::hide_ids;
use geldspoor::steps::{CaseNames, key_path};
use geldspoor::victims::KeyFile;
use serde_json::Value;

use crate::command::{Investigated, Tables, code, geldspoor, package, printed, sample};
use crate::report::{bare_digits, figures};

fn truth() -> Value {
    let text = std::fs::read_to_string(package().join("sample-data/truth.json")).expect("the truth");
    serde_json::from_str(&text).expect("JSON")
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn account_id(number: &str) -> String {
    AccountKey::number(number).id()
}

fn planted(kind: &str) -> Vec<Value> {
    let truth = truth();
    let patterns = truth["patterns"].as_array().expect("patterns").clone();
    let of_kind: Vec<Value> = patterns.into_iter().filter(|p| text(p, "type") == kind).collect();
    assert!(!of_kind.is_empty(), "nothing of {kind} is planted");
    of_kind
}

/// Findings of a rule: id and the entries they rest on.
fn found(tables: &Tables, rule: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let sql = format!(
        "SELECT f.finding_id, e.entry_id FROM findings f JOIN finding_entries e ON f.finding_id = e.finding_id \
         WHERE f.rule_id = '{rule}'"
    );
    for row in tables.rows(&sql) {
        found.entry(row[0].clone()).or_default().insert(row[1].clone());
    }
    found
}

/// The entries of a planted movement: by reference where the records carry it, else by account, day and amount.
fn entries_of(tables: &Tables, movement: &Value) -> BTreeSet<String> {
    let reference = text(movement, "transaction_id");
    let sql = format!("SELECT entry_id FROM entries WHERE end_to_end_id = '{reference}'");
    let by_reference: BTreeSet<String> = tables.rows(&sql).into_iter().map(|row| row[0].clone()).collect();
    if !by_reference.is_empty() {
        return by_reference;
    }
    let accounts: Vec<String> = ["payer_account", "payee_account"]
        .into_iter()
        .map(|side| format!("'{}'", account_id(text(movement, side))))
        .collect();
    let sql = format!(
        "SELECT entry_id FROM entries WHERE account_id IN ({}) AND amount = {} \
         AND booking_date BETWEEN DATE '{date}' AND DATE '{date}' + INTERVAL '3 days'",
        accounts.join(", "),
        text(movement, "amount"),
        date = text(movement, "date"),
    );
    tables.rows(&sql).into_iter().map(|row| row[0].clone()).collect()
}

/// Whether one finding rests on every one of the movements.
fn is_found(tables: &Tables, findings: &BTreeMap<String, BTreeSet<String>>, movements: &[&Value]) -> bool {
    let wanted: Vec<BTreeSet<String>> = movements
        .iter()
        .map(|movement| entries_of(tables, movement))
        .collect();
    for (movement, entries) in movements.iter().zip(&wanted) {
        assert!(!entries.is_empty(), "no entry for {movement}");
    }
    findings.values().any(|entries| {
        wanted
            .iter()
            .all(|one| one.iter().any(|entry| entries.contains(entry)))
    })
}

fn movements(pattern: &Value) -> Vec<&Value> {
    pattern["movements"]
        .as_array()
        .expect("movements")
        .iter()
        .collect()
}

/// Compares every figure on the page with its SQL over the Parquet files, and gives how many there are. Ids on the page
/// are pseudonyms, so the keys that SQL gives are pseudonymised with the case's key.
pub fn page_is_the_tables(done: &Investigated) -> usize {
    let tables = Tables::of(&done.case);
    let case = Case::open(&done.case).expect("a case");
    let key = KeyFile::read(&key_path(&done.folder.path().join("keys"), &case), &done.case).expect("the key");
    let names = CaseNames::pseudonymous(&case, &key.key).expect("names");
    let page = std::fs::read_to_string(done.case.join("exports/report.html")).expect("the page");
    assert_eq!(
        bare_digits(&page),
        Vec::<String>::new(),
        "numbers that no query stands behind"
    );
    let found = figures(&page);
    let mut meanings: BTreeMap<&str, BTreeMap<String, String>> = BTreeMap::new();
    for (name, key, value) in &found {
        let expected = meanings.entry(name).or_insert_with(|| {
            let meaning = MEANINGS.iter().find(|meaning| meaning.name == name);
            let sql = meaning.unwrap_or_else(|| panic!("{name} has no meaning")).sql;
            tables
                .rows(sql)
                .into_iter()
                .map(|row| (hide_ids(&row[0], &names), row[1].clone()))
                .collect()
        });
        if name.ends_with(".measure") {
            let (row, measure) = key.split_once(' ').expect("finding and measure");
            let object: Value = serde_json::from_str(&expected[row]).expect("measures are JSON");
            let stated = object[measure]
                .as_str()
                .map_or_else(|| object[measure].to_string(), str::to_owned);
            assert_eq!(&stated, value, "{name} {key}");
        } else {
            assert_eq!(expected.get(key), Some(value), "{name} {key}");
        }
    }
    found.len()
}

#[test]
fn nothing_on_the_page_can_be_tried_out() {
    let page = std::fs::read_to_string(sample().case.join("exports/report.html")).expect("the page");
    let tables = Tables::of(&sample().case);
    // Ids are hashes of numbers without a key: with them a reader could find out which number stands behind.
    for row in tables.rows("SELECT account_id FROM accounts UNION ALL SELECT party_id FROM parties") {
        assert!(!page.contains(&row[0][2..]), "{} is on the page", row[0]);
    }
    for row in tables.rows("SELECT name FROM sources WHERE name LIKE '%/%'") {
        assert!(!page.contains(&row[0]), "the file name {} is on the page", row[0]);
    }
}

#[test]
fn requests_count_each_booking_once() {
    let tables = Tables::of(&sample().case);
    let row = &tables.rows(
        "SELECT a.number, count(*), sum(e.amount) FROM entries e JOIN accounts a ON a.account_id = e.counterparty_account_id \
         WHERE NOT a.seized AND NOT EXISTS (SELECT 1 FROM same_entries s WHERE s.entry_id = e.entry_id \
         AND s.kind <> 'likely_duplicate') GROUP BY a.number ORDER BY sum(e.amount) DESC LIMIT 1",
    )[0];
    let request = tables.one(&format!(
        "SELECT request FROM requests WHERE request LIKE '%{}%'",
        row[0]
    ));
    let amount = row[2].trim_end_matches('0').trim_end_matches('.');
    assert!(
        request.contains(&format!("{} entries", row[1])) && request.contains(amount),
        "{row:?}: {request}"
    );
}

#[test]
fn what_a_person_decides_holds() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (keys, case) = (folder.path().join("keys"), folder.path().join("case"));
    let delivery = package()
        .join("sample-data/delivery")
        .to_string_lossy()
        .into_owned();
    let case_text = case.to_string_lossy().into_owned();
    let run = |arguments: &[&str]| {
        let mut all = vec!["-C", case_text.as_str()];
        all.extend(arguments);
        let output = geldspoor(&keys, &all);
        assert_eq!(code(&output), 0, "{arguments:?}: {}", printed(&output));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    let made = geldspoor(&keys, &["investigate", &delivery, "-o", &case_text]);
    assert_eq!(code(&made), 0, "{}", printed(&made));
    let before = Tables::of(&case);
    let row = &before.rows(
        "SELECT p.party_id, f.finding_id FROM findings f JOIN account_holders h ON h.account_id = f.account_id \
         JOIN parties p ON p.party_id = h.party_id WHERE f.gate = 'open' AND f.rule_id = 'ML-01' AND h.role = 'holder' \
         ORDER BY f.finding_id LIMIT 1",
    )[0];
    let decision = run(&["category", &row[0], "--set", "victim", "--reason", "told so"]);
    run(&["finding", "dismiss", &row[1], "--reason", "explained"]);
    run(&["detect", "--format", "csv"]);
    let sql = format!(
        "SELECT gate, describes, judgement FROM findings WHERE finding_id = '{}'",
        row[1]
    );
    assert_eq!(
        Tables::of(&case).rows(&sql),
        [["possible victim - verify", "exploited", "dismissed"]]
    );
    // What stands behind the gate says where the money goes, or that this is not known, before anything else.
    // (What records say of a party, where no money passes, has no such place.)
    let silent = "SELECT count(*) FROM findings WHERE gate = 'possible victim - verify' \
                  AND title <> 'What records say of a protected person' \
                  AND explanation NOT LIKE 'The money leaves %' AND explanation NOT LIKE 'Where the money leaves to %'";
    assert_eq!(Tables::of(&case).count(silent), 0);
    // Nor does any text of it name whom a person protects, and where no exit is concluded no title speaks of one.
    let protected = "SELECT count(*) FROM findings f CROSS JOIN (SELECT h.account_id, h.party_id FROM account_holders h \
                     JOIN parties p ON p.party_id = h.party_id WHERE p.category LIKE 'victim%') v WHERE f.gate <> 'open' \
                     AND (strpos(concat(f.explanation, f.measures), v.account_id) > 0 \
                     OR strpos(concat(f.explanation, f.measures), v.party_id) > 0)";
    let titled = "SELECT count(*) FROM findings WHERE exit_account IS NULL AND title LIKE 'Exit point%'";
    assert_eq!(Tables::of(&case).count(protected), 0);
    assert_eq!(Tables::of(&case).count(titled), 0);
    // An account of somebody who is protected is nowhere the exit of money, nor is another account of the same holder.
    let exit = &Tables::of(&case).rows(
        "SELECT f.exit_account, h.party_id FROM findings f JOIN account_holders h ON h.account_id = f.exit_account \
         WHERE f.gate = 'possible victim - verify' AND h.role = 'holder' ORDER BY f.finding_id LIMIT 1",
    )[0];
    let named = format!(
        "SELECT count(*) FROM findings WHERE exit_account = '{0}' OR (gate <> 'open' AND explanation LIKE '%goes%{0}%') \
         OR explanation LIKE 'The money leaves to %{0}%'",
        exit[0]
    );
    assert!(Tables::of(&case).count(&named) > 0);
    let second = run(&["category", &exit[1], "--set", "victim", "--reason", "told so"]);
    run(&["detect", "--format", "csv"]);
    assert_eq!(Tables::of(&case).count(&named), 0);
    assert_eq!(Tables::of(&case).count(protected), 0);
    assert_eq!(Tables::of(&case).count(titled), 0);
    let own = "SELECT count(*) FROM findings f JOIN account_holders a ON a.account_id = f.account_id \
               JOIN account_holders b ON b.account_id = f.exit_account AND b.party_id = a.party_id \
               WHERE f.gate <> 'open' AND a.role <> 'mandate' AND b.role <> 'mandate'";
    assert_eq!(Tables::of(&case).count(own), 0);
    run(&["decisions", "undo", &second, "--reason", "a mistake"]);
    run(&["decisions", "undo", &decision, "--reason", "a mistake"]);
    run(&["detect", "--format", "csv"]);
    assert_eq!(Tables::of(&case).rows(&sql), [["open", "account", "dismissed"]]);
    // Another case never goes into this folder.
    let other = geldspoor(
        &keys,
        &[
            "investigate",
            &delivery,
            "-o",
            &case_text,
            "--reference",
            "another",
        ],
    );
    assert_eq!(code(&other), 2, "{}", printed(&other));
    assert!(printed(&other).contains("never mixed"), "{}", printed(&other));
}

/// A way in and a way out carry the same money: each is summed for itself, over the debits that the finding cites.
#[test]
fn sums_of_two_legs_are_told_apart() {
    let tables = Tables::of(&sample().case);
    let legs = [("sum_in", "out to the middle"), ("sum_out", "on from the middle")];
    let sql =
        "SELECT finding_id, measures, explanation FROM findings WHERE rule_id = 'ML-06' ORDER BY finding_id";
    let found = tables.rows(sql);
    assert!(!found.is_empty());
    for row in &found {
        let measures: Value = serde_json::from_str(&row[1]).expect("JSON");
        assert_eq!(measures.get("total"), None, "{}", row[1]);
        for (measure, role) in legs {
            let cited = tables.rows(&format!(
                "SELECT sum(e.amount) FROM finding_entries f JOIN entries e ON e.entry_id = f.entry_id \
                 WHERE f.finding_id = '{}' AND f.role = '{role}' AND e.direction = 'debit'",
                row[0]
            ));
            let sum = text(&measures, measure);
            assert_eq!(cited[0][0], format!("{sum}00"), "{measure} of {}", row[0]);
            assert!(row[2].contains(&format!("{sum} EUR")), "{}", row[2]);
        }
        assert!(row[2].contains("went the whole way"), "{}", row[2]);
    }
}

#[test]
fn more_coming_back_than_left_is_called_no_return() {
    let tables = Tables::of(&sample().case);
    let sql = "SELECT measures, explanation, innocent_explanations FROM findings WHERE rule_id IN ('ML-11', 'ML-12')";
    let mut seen = BTreeSet::new();
    for row in tables.rows(sql) {
        let measures: Value = serde_json::from_str(&row[0]).expect("JSON");
        let cents = |key: &str| text(&measures, key).replace('.', "").parse::<i64>().ok();
        let (Some(left), Some(back)) = (cents("first_amount"), cents("last_amount")) else {
            continue;
        };
        let is_more = back > left;
        let more = format!("the {}.{:02} EUR above", (back - left) / 100, (back - left) % 100);
        assert_eq!(row[1].contains(&more), is_more, "{}", row[1]);
        assert_eq!(row[1].contains("no return of that money"), is_more, "{}", row[1]);
        assert_eq!(
            row[2].contains("nothing to do with each other"),
            is_more,
            "{}",
            row[2]
        );
        seen.insert(is_more);
    }
    assert_eq!(seen.len(), 2, "rings of both kinds are there");
}

#[test]
fn every_transfer_of_the_truth_is_one_transfer() {
    let tables = Tables::of(&sample().case);
    let truth = truth();
    let made = truth["totals"]["transfers"].as_u64().expect("a count");
    assert_eq!(tables.count("SELECT count(*) FROM transfers"), made);
    let sum = tables.one("SELECT sum(amount) FROM transfers");
    let stated = text(&truth["totals"], "amount");
    assert_eq!(
        sum.trim_end_matches('0'),
        stated.trim_end_matches('0'),
        "the sum of all transfers"
    );
}

#[test]
fn every_statement_of_the_sample_proves_itself() {
    let tables = Tables::of(&sample().case);
    let verdicts = tables.rows("SELECT verdict, count(*) FROM statements GROUP BY verdict");
    assert_eq!(verdicts.len(), 1, "{verdicts:?}");
    assert_eq!(verdicts[0][0], "verified");
    assert_eq!(tables.count("SELECT count(*) FROM rejects"), 0);
    assert_eq!(
        tables.count("SELECT count(*) FROM sources WHERE format = 'not read'"),
        0
    );
}

#[test]
fn everything_that_is_planted_is_found() {
    let tables = Tables::of(&sample().case);
    let rules = [
        "ML-01", "ML-03", "ML-04", "ML-05", "ML-06", "ML-07", "ML-08", "ML-09", "ML-10", "ML-11", "ML-20",
    ];
    for rule in rules {
        let findings = found(&tables, rule);
        let patterns = planted(rule);
        assert!(!patterns.is_empty(), "nothing of {rule} is planted");
        for pattern in patterns {
            let all = movements(&pattern);
            // Of pass-through, funnel and silence a finding cites what it needs, which may be a part of the series.
            let ok = match rule {
                "ML-08" | "ML-09" | "ML-20" => all.iter().any(|one| is_found(&tables, &findings, &[one])),
                _ => is_found(&tables, &findings, &all),
            };
            assert!(
                ok,
                "{rule} {} is not found: {}",
                text(&pattern, "pattern"),
                text(&pattern, "what")
            );
        }
    }
    let findings = found(&tables, "THB-13");
    for pattern in planted("THB-13") {
        let wages: Vec<&Value> = movements(&pattern)
            .into_iter()
            .filter(|m| text(m, "role").starts_with("wage"))
            .collect();
        assert!(wages.len() >= 4, "{pattern}");
        assert!(
            is_found(&tables, &findings, &wages),
            "THB-13 {} is not found",
            text(&pattern, "pattern")
        );
    }
}

#[test]
fn nobody_exploited_is_called_anything_but_a_possible_victim() {
    let tables = Tables::of(&sample().case);
    let truth = truth();
    let parties = truth["parties"].as_array().expect("parties");
    let victims: Vec<&Value> = parties
        .iter()
        .filter(|party| text(party, "role") == "victim")
        .collect();
    assert!(victims.len() >= 5);
    for victim in &victims {
        for account in victim["accounts"].as_array().into_iter().flatten() {
            let id = account_id(text(account, "account"));
            // What passes money on is behind the gate, and titled to where the money goes.
            let sql = format!(
                "SELECT rule_id, gate, title, describes FROM findings WHERE account_id = '{id}' \
                 AND describes NOT IN ('network', 'exploited')"
            );
            for row in tables.rows(&sql) {
                assert!(
                    !matches!(row[0].as_str(), "ML-08" | "ML-09" | "ML-01"),
                    "{} stands open on a victim's account: {row:?}",
                    text(victim, "name")
                );
            }
        }
    }
    // Nobody's category is set by the tool.
    assert_eq!(
        tables.count("SELECT count(*) FROM parties WHERE category <> 'unclassified'"),
        0
    );
    // No name of a natural person is on the pseudonymous page, victims' least of all.
    let page = std::fs::read_to_string(sample().case.join("exports/report.html")).expect("the page");
    let people = parties.iter().filter(|party| text(party, "kind") == "person");
    for party in people {
        assert!(
            !page.contains(text(party, "name")),
            "{} is named on the page",
            text(party, "name")
        );
        for account in party["accounts"].as_array().into_iter().flatten() {
            assert!(
                !page.contains(text(account, "account")),
                "an account of {}",
                text(party, "name")
            );
        }
    }
    // The chart's library speaks to programmers, and none of it is shown.
    let page = page.replace(geldspoor::report::chart::own_scripts()[0], "");
    for word in geldspoor::victims::words::forbidden() {
        assert!(
            !page.to_lowercase().contains(&format!(" {word} ")),
            "‘{word}’ is on the page"
        );
    }
}

#[test]
fn every_number_on_the_page_is_what_the_tables_say() {
    let done = sample();
    assert!(page_is_the_tables(done) > 1_000);
    let tables = Tables::of(&done.case);
    let page = std::fs::read_to_string(done.case.join("exports/report.html")).expect("the page");
    let found = figures(&page);
    // The figures that everybody quotes, by queries written for this test alone.
    let value = |name: &str, key: &str| {
        let figure = found.iter().find(|(n, k, _)| n == name && k == key);
        figure
            .unwrap_or_else(|| panic!("{name} {key} is not on the page"))
            .2
            .clone()
    };
    assert_eq!(
        value("entries.count", ""),
        tables.one("SELECT count(DISTINCT entry_id) FROM entries")
    );
    assert_eq!(
        value("transfers.count", ""),
        tables.one("SELECT count(DISTINCT transfer_id) FROM transfers")
    );
    assert_eq!(
        value("findings.count", ""),
        tables.one("SELECT count(DISTINCT finding_id) FROM findings")
    );
    // Movements of people who may be victims are in no sum of a page without names.
    let guarded: BTreeSet<String> = tables
        .rows(include_str!("../../queries/reports/guarded_accounts.sql"))
        .into_iter()
        .map(|row| row[0].clone())
        .collect();
    assert!(guarded.len() > 3, "nobody is guarded");
    let list: Vec<String> = guarded.iter().map(|id| format!("'{id}'")).collect();
    let list = list.join(", ");
    for direction in ["credit", "debit"] {
        let sql = format!(
            "SELECT sum(e.amount) FROM entries e WHERE e.direction = '{direction}' AND e.currency = 'EUR' AND NOT EXISTS \
             (SELECT 1 FROM same_entries s WHERE s.entry_id = e.entry_id AND s.kind <> 'likely_duplicate') \
             AND e.account_id NOT IN ({list}) AND coalesce(e.counterparty_account_id, '') NOT IN ({list}) \
             AND NOT EXISTS (SELECT 1 FROM transfers t WHERE (t.debit_entry = e.entry_id OR t.credit_entry = e.entry_id) \
             AND (t.payer_account IN ({list}) OR t.payee_account IN ({list}))) \
             AND NOT EXISTS (SELECT 1 FROM entry_details d WHERE d.entry_id = e.entry_id AND d.counterparty_account_id IN ({list}))"
        );
        assert_eq!(
            value("entries.amount_apart", &format!("EUR {direction}")),
            tables.one(&sql),
            "{direction}"
        );
    }
}

/// No entry of an account of somebody who may be a victim is told on the page without names, nor what its statements say.
#[test]
fn no_movement_of_a_possible_victim_is_on_the_page() {
    let done = sample();
    let tables = Tables::of(&done.case);
    let page = std::fs::read_to_string(done.case.join("exports/report.html")).expect("the page");
    let guarded = include_str!("../../queries/reports/guarded_accounts.sql");
    let entries: BTreeSet<String> = tables
        .rows(&format!(
            "WITH g AS ({guarded}) SELECT entry_id FROM entries WHERE account_id IN (SELECT account_id FROM g) \
             OR counterparty_account_id IN (SELECT account_id FROM g)"
        ))
        .into_iter()
        .map(|row| row[0].clone())
        .collect();
    assert!(entries.len() > 100);
    let told = figures(&page);
    let amounts: Vec<&String> = told
        .iter()
        .filter(|(name, key, _)| name.starts_with("entry.") && entries.contains(key))
        .map(|(_, key, _)| key)
        .collect();
    assert_eq!(amounts, Vec::<&String>::new());
    assert!(told.iter().filter(|(name, _, _)| name == "entry.amount").count() > 100);
    // Sums of statements and of their accounts: those of the guarded are odd enough to be known again.
    let sums = tables.rows(&format!(
        "WITH g AS ({guarded}), s AS (SELECT * FROM statements WHERE account_id IN (SELECT account_id FROM g)) \
         SELECT CAST(credits AS VARCHAR) FROM s UNION SELECT CAST(debits AS VARCHAR) FROM s \
         UNION SELECT CAST(opening_balance AS VARCHAR) FROM s UNION SELECT CAST(closing_balance AS VARCHAR) FROM s"
    ));
    let open: BTreeSet<String> = tables
        .rows("SELECT CAST(amount AS VARCHAR) FROM entries")
        .into_iter()
        .map(|row| row[0].clone())
        .collect();
    let mut looked = 0;
    for sum in sums.iter().map(|row| &row[0]) {
        let digits = sum
            .trim_end_matches('0')
            .bytes()
            .filter(u8::is_ascii_digit)
            .count();
        if digits < 5 || open.contains(sum) {
            continue;
        }
        looked += 1;
        assert!(
            !told.iter().any(|(_, _, value)| value == sum),
            "{sum} of a guarded account stands on the page"
        );
    }
    assert!(looked > 10, "{looked}");
}

#[test]
fn the_page_of_the_sample_is_numbered_and_cited() {
    let page = std::fs::read_to_string(sample().case.join("exports/report.html")).expect("the page");
    let (tables, pictures, references) = crate::report::exhibits::is_numbered(&page);
    assert!(
        tables > 50 && pictures >= 2 && references > 500,
        "{tables} {pictures} {references}"
    );
    assert!(crate::report::exhibits::every_figure_is_cited(&page) > 800);
}

#[test]
fn every_citation_holds_the_amount_as_written() {
    let case = &sample().case;
    let tables = Tables::of(case);
    let rows = tables.rows(
        "SELECT entry_id, source_id, byte_start, byte_end, CAST(amount AS VARCHAR) FROM entries \
         ORDER BY md5(entry_id) LIMIT 1000",
    );
    assert_eq!(rows.len(), 1_000);
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for row in &rows {
        let bytes = files
            .entry(row[1].clone())
            .or_insert_with(|| std::fs::read(case.join("sources").join(&row[1])).expect("a source"));
        let (start, end): (usize, usize) = (row[2].parse().expect("a byte"), row[3].parse().expect("a byte"));
        let cited = String::from_utf8_lossy(&bytes[start..end]);
        // Digits alone, because each format has its own signs: 1.234,50 and 1234.50 and 1234,5 agree.
        let wanted: String = row[4].chars().filter(char::is_ascii_digit).collect();
        let wanted = wanted.trim_end_matches('0').trim_start_matches('0');
        let digits: String = cited.chars().filter(char::is_ascii_digit).collect();
        assert!(
            digits.contains(wanted),
            "{}: {} is not in {cited}",
            row[0],
            row[4]
        );
    }
}
