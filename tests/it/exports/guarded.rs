//! What must not leave: movements of accounts whose holders may be victims, and ids that can be tried out.

use std::collections::{BTreeMap, BTreeSet};

use super::{all, entities, everything, export, of, run, sampled};
use crate::command::{Investigated, Tables, code, copied, copied_with_key, printed, sample};

/// Rows of a statement in the case, by the command, cells split at commas.
fn asked(made: &Investigated, sql: &str) -> Vec<Vec<String>> {
    let output = run(made, &["-q", "sql", "-c", sql, "--format", "csv"]);
    assert_eq!(code(&output), 0, "{}", printed(&output));
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .skip(1)
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect()
}

/// Accounts of whom nothing may be told, by the views that the page goes by.
fn guarded(made: &Investigated) -> BTreeSet<String> {
    let rows = asked(
        made,
        "SELECT account_id FROM guarded_accounts UNION SELECT account_id FROM accounts_under_control",
    );
    rows.into_iter().map(|mut row| row.remove(0)).collect()
}

fn listed(ids: &BTreeSet<String>) -> String {
    let quoted: Vec<String> = ids.iter().map(|id| format!("'{id}'")).collect();
    format!("({})", quoted.join(", "))
}

#[test]
fn no_movement_of_a_guarded_account_stands_in_any_format() {
    let (made, out, _) = sampled();
    let guarded = guarded(made);
    assert!(guarded.len() > 5, "the sample has people to protect: {guarded:?}");
    let list = listed(&guarded);
    let tables = Tables::of(&made.case);
    // Days and amounts that only their movements have.
    let alone = tables.rows(&format!(
        "SELECT CAST(booking_date AS VARCHAR), CAST(amount AS VARCHAR) FROM entries \
         WHERE booking_date IS NOT NULL AND amount IS NOT NULL GROUP BY booking_date, amount \
         HAVING bool_and(account_id IN {list} OR coalesce(counterparty_account_id, '') IN {list})"
    ));
    assert!(alone.len() > 50, "{}", alone.len());
    let payments = entities(&out.join("export.ftm.jsonl"));
    let told: BTreeSet<(String, String)> = of(&payments, "Payment")
        .into_iter()
        .flat_map(|payment| {
            let amount = all(payment, "amount").first().map_or("", |text| text).to_owned();
            ["date", "startDate", "endDate"]
                .into_iter()
                .flat_map(move |name| {
                    all(payment, name)
                        .into_iter()
                        .map(str::to_owned)
                        .collect::<Vec<_>>()
                })
                .map(move |date| (date[..10].to_owned(), amount.clone()))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(told.len() > 1_000, "{}", told.len());
    for row in &alone {
        // The tables have four decimals, the file the currency's own.
        let amount = row[1].strip_suffix("00").unwrap_or(&row[1]).to_owned();
        assert!(
            !told.contains(&(row[0].clone(), amount.clone())),
            "{} {amount}",
            row[0]
        );
    }
    // The same in the other formats, whose rows are the same: as many transfers and entries, no balance.
    let book = calamine_rows(&out.join("export.xlsx"), "Entries");
    let at = |title: &str| book[0].iter().position(|name| name == title).expect("a column");
    assert!(book[1..].iter().all(|row| row[at("balance_after")].is_empty()));
    assert!(
        book[1..]
            .iter()
            .all(|row| row[at("remittance")].is_empty() && row[at("bank_reference")].is_empty())
    );
    let (day, amount) = (at("booking_date"), at("amount"));
    let told: BTreeSet<(String, String)> = book[1..]
        .iter()
        .map(|row| (row[day].clone(), row[amount].clone()))
        .collect();
    for row in &alone {
        let short = row[1].trim_end_matches('0').trim_end_matches('.').to_owned();
        assert!(
            !told.contains(&(row[0].clone(), short.clone())),
            "{} {short}",
            row[0]
        );
    }
}

/// Cells of a sheet as texts, days as in ISO 8601.
fn calamine_rows(path: &std::path::Path, sheet: &str) -> Vec<Vec<String>> {
    use calamine::{Data, Reader};
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).expect("a workbook");
    let range = book.worksheet_range(sheet).expect("the sheet");
    range
        .rows()
        .map(|row| {
            row.iter()
                .map(|cell| match cell {
                    Data::DateTime(day) => {
                        let (year, month, day, ..) = day.to_ymd_hms_milli();
                        format!("{year:04}-{month:02}-{day:02}")
                    }
                    cell => cell.to_string(),
                })
                .collect()
        })
        .collect()
}

#[test]
fn findings_about_them_stay_and_others_lose_what_sums_over_them() {
    let (made, out, said) = sampled();
    let guarded = guarded(made);
    let list = listed(&guarded);
    let tables = Tables::of(&made.case);
    let lines = entities(&out.join("export.ftm.jsonl"));
    let notes: BTreeMap<&str, _> = of(&lines, "Note")
        .into_iter()
        .map(|note| (note["id"].as_str().expect("an id"), note))
        .collect();
    // Those that the gate holds back, or that are about such an account, are not there.
    let open = tables.count(&format!(
        "SELECT count(*) FROM findings WHERE gate = 'open' AND describes <> 'exploited' \
         AND coalesce(account_id, '') NOT IN {list}"
    ));
    let all_of_them = tables.count("SELECT count(*) FROM findings");
    let told = notes.len() as u64 - 1;
    assert!(
        told <= open && told > 0 && open < all_of_them,
        "{told} of {open} of {all_of_them}"
    );
    assert!(
        said.contains(&format!("and {} findings.", all_of_them - told)),
        "{said}"
    );
    let withheld = notes["n-withheld"].to_string();
    assert!(
        withheld.contains("No movement, balance or sum of theirs stands here"),
        "{withheld}"
    );
    // What rests on a movement of theirs has no figure.
    let rests = tables.count(&format!(
        "SELECT count(DISTINCT f.finding_id) FROM findings f JOIN finding_entries x ON x.finding_id = f.finding_id \
         JOIN entries e ON e.entry_id = x.entry_id WHERE f.gate = 'open' AND f.describes <> 'exploited' \
         AND coalesce(f.account_id, '') NOT IN {list} \
         AND (e.account_id IN {list} OR coalesce(e.counterparty_account_id, '') IN {list})"
    ));
    let masked = notes
        .values()
        .filter(|note| {
            all(note, "description")
                .iter()
                .any(|text| text.starts_with("Withheld: "))
        })
        .count() as u64;
    assert!(rests > 0, "the sample has findings of those who take");
    assert!(masked > 0 && masked <= told, "{masked}");
    for note in notes.values() {
        let texts = all(note, "description");
        if texts.iter().any(|text| text.starts_with("Withheld: ")) {
            assert!(
                !texts
                    .iter()
                    .any(|text| text.starts_with("Measures") || text.starts_with("Entries")),
                "{note}"
            );
        }
    }
}

#[test]
fn no_id_of_the_case_stands_in_any_file() {
    let (made, out, _) = sampled();
    let tables = Tables::of(&made.case);
    let mut ids = BTreeSet::new();
    for (table, column) in [
        ("accounts", "account_id"),
        ("parties", "party_id"),
        ("entries", "entry_id"),
        ("transfers", "transfer_id"),
        ("findings", "finding_id"),
        ("sources", "source_id"),
        ("clusters", "cluster_id"),
        ("statements", "statement_id"),
    ] {
        let rows = tables.rows(&format!("SELECT DISTINCT {column} FROM {table}"));
        assert!(!rows.is_empty() || table == "clusters", "{table}");
        ids.extend(rows.into_iter().map(|mut row| row.remove(0)));
    }
    for (name, text) in everything(out) {
        let words: BTreeSet<&str> = text
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
            .flat_map(|word| {
                // A format leads an id by a letter of its own.
                let behind = word.split_once('-').map_or("", |(_, behind)| behind);
                [word, behind]
            })
            .collect();
        let found: Vec<&&str> = words.iter().filter(|word| ids.contains(**word)).collect();
        assert!(found.is_empty(), "{name}: {found:?}");
        // A hash without its letter would do as well, also inside a longer run.
        let hashes: BTreeSet<&[u8]> = ids
            .iter()
            .filter(|id| id.len() == 22)
            .map(|id| &id.as_bytes()[2..])
            .collect();
        let is_hash = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        assert!(!hashes.is_empty() && hashes.iter().all(|hash| hash.iter().all(is_hash)));
        let runs = text.as_bytes().split(|byte| !is_hash(byte));
        let bare = runs
            .flat_map(|run| run.windows(20))
            .find(|run| hashes.contains(run));
        assert!(bare.is_none(), "{name}: {bare:?}");
    }
}

#[test]
fn signs_are_the_same_in_every_format_of_a_release_and_others_in_another() {
    let (made, out, _) = sampled();
    let signs = |folder: &std::path::Path| {
        let lines = entities(&folder.join("export.ftm.jsonl"));
        of(&lines, "BankAccount")
            .into_iter()
            .map(|account| account["id"].as_str().expect("an id")[2..].to_owned())
            .collect::<BTreeSet<_>>()
    };
    let first = signs(out);
    assert!(first.iter().all(|sign| sign.len() == 20));
    for (name, text) in everything(out) {
        if [
            "export.anx",
            "export.graphml",
            "export.gexf",
            "export.xlsx",
            "accounts.parquet",
        ]
        .contains(&name.as_str())
        {
            assert!(first.iter().all(|sign| text.contains(sign)), "{name}");
        }
    }
    let made = copied_with_key(made);
    let other = made.folder.path().join("other");
    export(
        &made,
        &["--to", "ftm", "--release", "two", "-o", &other.to_string_lossy()],
    );
    assert!(signs(&other).is_disjoint(&first));
    // The page of the same release calls accounts the same.
    let page = made.folder.path().join("page");
    let output = run(
        &made,
        &["report", "--release", "one", "-o", &page.to_string_lossy()],
    );
    assert_eq!(code(&output), 0, "{}", printed(&output));
    let page = std::fs::read_to_string(page.join("report.html")).expect("the page");
    let lines = entities(&out.join("export.ftm.jsonl"));
    let labels: Vec<&str> = of(&lines, "BankAccount")
        .into_iter()
        .flat_map(|account| all(account, "name"))
        .filter(|name| name.starts_with("Account "))
        .collect();
    assert!(
        labels.iter().filter(|label| page.contains(**label)).count() > 20,
        "{labels:?}"
    );
}

#[test]
fn every_row_is_written_left_out_or_withheld() {
    let (made, _, said) = sampled();
    let tables = Tables::of(&made.case);
    let line = said
        .lines()
        .find(|line| line.starts_with("Withheld"))
        .expect("what was withheld");
    let number = |text: &str, unit: &str| -> u64 {
        let before = text.split(unit).next().unwrap_or_default();
        let digits = before
            .rsplit(|c: char| !c.is_ascii_digit())
            .find(|part| !part.is_empty());
        digits
            .unwrap_or_else(|| panic!("{unit} in {text}"))
            .parse()
            .expect("a number")
    };
    for format in [
        "anx", "bods", "case", "ftm", "gexf", "goaml", "graphml", "xlsx", "parquet",
    ] {
        let at = said.find(&format!("\n{format}: ")).map_or(0, |at| at + 1);
        let part = &said[at..];
        let own: Vec<&str> = part
            .lines()
            .enumerate()
            .take_while(|(place, line)| *place == 0 || line.starts_with("  "))
            .map(|(_, line)| line)
            .collect();
        assert!(own[0].starts_with(&format!("{format}: ")), "{format} in {said}");
        for (name, sql, unit) in [
            ("transfers", "SELECT count(*) FROM transfers", " transfers,"),
            ("entries", "SELECT count(*) FROM entries", " entries and"),
            ("parties", "SELECT count(*) FROM parties", " parties,"),
            (
                "holders",
                "SELECT count(*) FROM account_holders",
                " ties of parties",
            ),
            ("relations", "SELECT count(*) FROM relations", " ties between"),
            ("findings", "SELECT count(*) FROM findings", " findings."),
            ("sources", "SELECT count(*) FROM sources", ""),
            ("clusters", "SELECT count(*) FROM clusters", ""),
        ] {
            let written: u64 = own[0]
                .split([':', ','])
                .filter_map(|part| part.trim().strip_prefix(name))
                .filter_map(|count| count.trim().parse::<u64>().ok())
                .sum();
            let left_out: u64 = own
                .iter()
                .filter_map(|line| line.trim().strip_prefix("left out: "))
                .filter(|line| line.split_whitespace().nth(1) == Some(&format!("{name}:")))
                .map(|line| number(line, &format!(" {name}:")))
                .sum();
            let withheld = if unit.is_empty() { 0 } else { number(line, unit) };
            assert_eq!(
                written + left_out + withheld,
                tables.count(sql),
                "{format} {name}: {written} {left_out} {withheld}"
            );
        }
    }
}

#[test]
fn a_decision_takes_somebodys_movements_out() {
    let made = copied(sample());
    let tables = Tables::of(&made.case);
    let guarded = listed(&guarded(&made));
    // Somebody of whom nothing was known, with most movements.
    let rows = tables.rows(&format!(
        "SELECT p.party_id, p.name, a.account_id, count(*) AS n FROM parties p \
         JOIN account_holders h ON h.party_id = p.party_id AND h.role = 'holder' \
         JOIN accounts a ON a.account_id = h.account_id JOIN entries e ON e.account_id = a.account_id \
         WHERE p.kind = 'person' AND p.category = 'unclassified' AND a.account_id NOT IN {guarded} \
         GROUP BY p.party_id, p.name, a.account_id ORDER BY n DESC, a.account_id LIMIT 1"
    ));
    let payments = |release: &str| {
        let out = made.folder.path().join(release);
        export(
            &made,
            &["--to", "ftm", "--release", "r", "-o", &out.to_string_lossy()],
        );
        of(&entities(&out.join("export.ftm.jsonl")), "Payment").len()
    };
    let before = payments("before");
    let set = [
        "category",
        &rows[0][0],
        "--set",
        "victim",
        "--reason",
        "told us so",
    ];
    let output = run(&made, &set);
    assert_eq!(code(&output), 0, "{}", printed(&output));
    let output = run(&made, &["detect"]);
    assert_eq!(code(&output), 0, "{}", printed(&output));
    let own: usize = tables
        .count(&format!(
            "SELECT count(*) FROM transfers WHERE payer_account = '{0}' OR payee_account = '{0}'",
            rows[0][2]
        ))
        .try_into()
        .expect("a number");
    let after = payments("after");
    assert!(own > 0 && after < before, "{before} {after} {own}");
}
