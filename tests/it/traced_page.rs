//! The page's section on tracing: its figures are those of the tables, it names nobody where names must not be seen, people
//! who may be victims stand together, and it says when it is old.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::command::{Tables, code, geldspoor, printed};
use crate::report::{bare_digits, figures};

struct Place {
    folder: TempDir,
    case: PathBuf,
}

const LINES: &str =
    "account,booked_at,direction,amount,currency,counterparty_account,counterparty_name,channel,remittance\n";
const HOLDERS: &str = "account,role,kind,name,birth_date,registration_number,country,address,phone,email,sector,\
                       incorporated,employees,from_date,to_date\n";

/// Numbers, names and free text of the case: what no page without names may hold.
const SECRETS: [&str; 12] = [
    "NL91ABNA0417164300",
    "DE89370400440532013000",
    "FR1420041010050500013M02606",
    "BE68539007547034",
    "Vera Vlinder",
    "Oskar Otter",
    "Meubelhuis Zilver",
    "Zilver",
    "Wages of Vera",
    "Invoices of Kestrel",
    "Yacht Kestrel",
    "Kestrel",
];
const VICTIM: &str = SECRETS[0];
const SECOND: &str = SECRETS[1];
const THIRD: &str = SECRETS[2];
const OUTSIDE: &str = SECRETS[3];

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().expect("a folder");
        let case = folder.path().join("case");
        let place = Place { folder, case };
        let output = geldspoor(
            &place.keys(),
            &["case", "new", &place.case.to_string_lossy(), "--reference", "R"],
        );
        assert_eq!(code(&output), 0, "{}", printed(&output));
        place
    }

    fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.to_string_lossy().into_owned()
    }

    fn run(&self, arguments: &[&str]) -> String {
        let place = self.case.to_string_lossy().into_owned();
        let output = geldspoor(&self.keys(), &[&["-C", &place], arguments].concat());
        assert_eq!(code(&output), 0, "{arguments:?}: {}", printed(&output));
        printed(&output)
    }

    fn take_in(&self, name: &str, text: &str) {
        let path = self.write(name, text);
        self.run(&["intake", &path]);
        self.run(&["check"]);
        self.run(&["detect"]);
    }

    fn page(&self, full: bool) -> String {
        let name = match full {
            true => {
                self.run(&["report", "--profile", "full"]);
                "report-full.html"
            }
            false => {
                self.run(&["report"]);
                "report.html"
            }
        };
        std::fs::read_to_string(self.case.join("exports").join(name)).expect("the page")
    }
}

/// The section on tracing.
fn section(page: &str) -> &str {
    let start = page.find("<section id=\"tracing\"").expect("the section");
    let end = page[start..].find("</section>").expect("its end");
    &page[start..start + end]
}

fn line(
    lines: &mut String,
    account: &str,
    at: &str,
    way: &str,
    amount: u32,
    other: (&str, &str),
    channel: &str,
) {
    writeln!(
        lines,
        "{account},{at},{way},{amount}.00,EUR,{},{},{channel},",
        other.0, other.1
    )
    .expect("a line");
}

/// Both legs.
fn paid(lines: &mut String, from: &str, to: &str, at: &str, amount: u32) {
    line(lines, from, at, "debit", amount, (to, ""), "transfer");
    line(lines, to, at, "credit", amount, (from, ""), "transfer");
}

/// Wages come to the victim and go to the second account; invoices come there too, and what is mixed goes on: to the third
/// and back, to a shop, to an account outside, in cash.
fn lines() -> String {
    let mut lines = LINES.to_owned();
    line(
        &mut lines,
        VICTIM,
        "2026-01-02 09:00:00",
        "credit",
        2_000,
        ("", "Employer"),
        "transfer",
    );
    paid(&mut lines, VICTIM, SECOND, "2026-01-03 09:00:00", 1_800);
    line(
        &mut lines,
        SECOND,
        "2026-01-04 09:00:00",
        "credit",
        5_000,
        ("", "Client"),
        "transfer",
    );
    paid(&mut lines, SECOND, THIRD, "2026-01-05 09:00:00", 3_000);
    paid(&mut lines, THIRD, SECOND, "2026-01-06 09:00:00", 900);
    line(
        &mut lines,
        SECOND,
        "2026-01-07 09:00:00",
        "debit",
        700,
        ("", SECRETS[6]),
        "card_pos",
    );
    line(
        &mut lines,
        SECOND,
        "2026-01-07 10:00:00",
        "debit",
        300,
        ("", ""),
        "cash_atm",
    );
    line(
        &mut lines,
        THIRD,
        "2026-01-08 09:00:00",
        "debit",
        1_000,
        (OUTSIDE, "Outside"),
        "transfer",
    );
    line(
        &mut lines,
        SECOND,
        "2026-01-09 09:00:00",
        "debit",
        400,
        ("", "Yard"),
        "transfer",
    );
    lines
}

fn holders() -> String {
    let mut text = HOLDERS.to_owned();
    for (account, name) in [(VICTIM, SECRETS[4]), (SECOND, SECRETS[5]), (THIRD, SECRETS[5])] {
        writeln!(text, "{account},holder,person,{name},1980-01-01,,,,,,,,,,").expect("a line");
    }
    text
}

/// A case in which wages and invoices are traced.
fn traced() -> Place {
    let place = Place::new();
    let path = place.write("holders.csv", &holders());
    place.run(&["intake", &path]);
    place.take_in("lines.csv", &lines());
    place.run(&["category", SECRETS[4], "--set", "victim", "--reason", "told so"]);
    place.run(&["detect"]);
    let tables = Tables::of(&place.case);
    let entry = |at: &str, account: &str, way: &str| {
        tables.one(&format!(
            "SELECT e.entry_id FROM entries e JOIN accounts a ON a.account_id = e.account_id WHERE a.number = '{account}' \
             AND e.booking_date = DATE '{at}' AND e.direction = '{way}'"
        ))
    };
    let claims = format!(
        "entry,amount,kind,label\n{},,property,{}\n{},4000.00,proceeds,{}\nnowhere-1,5.00,proceeds,{}\n",
        entry("2026-01-02", VICTIM, "credit"),
        SECRETS[8],
        entry("2026-01-04", SECOND, "credit"),
        SECRETS[9],
        SECRETS[9],
    );
    let assets = format!(
        "asset,entry,kind\n{},{},purchase\n",
        SECRETS[10],
        entry("2026-01-09", SECOND, "debit")
    );
    let (claims, assets) = (
        place.write("claims.csv", &claims),
        place.write("assets.csv", &assets),
    );
    place.run(&["trace", "--claims", &claims, "--assets", &assets]);
    place
}

#[test]
fn where_claimed_money_went_is_told_with_and_without_names() {
    let place = traced();
    let hidden = place.page(false);
    let full = place.page(true);
    let (told, named) = (section(&hidden), section(&full));
    // Nobody is named, and nothing that people or records wrote.
    for secret in SECRETS {
        assert!(!hidden.contains(secret), "{secret} stands on the page");
        assert!(
            named.contains(secret),
            "{secret} is not in the section with names"
        );
    }
    assert!(!told.contains("claims.csv") && named.contains("claims.csv"));
    for text in ["Claim 1", "Claim 2", "asset 1", "seller 1", "by card in a shop"] {
        assert!(told.contains(text), "{text}");
    }
    assert!(told.contains("the victims’ own money") && told.contains("proceeds of an offence"));
    assert!(told.contains("exposure – how far to look, no proceeds"));
    assert!(told.contains("No text of the European Union prescribes a method"));
    for page in [&hidden, &full] {
        assert_eq!(bare_digits(page), Vec::<String>::new());
        assert!(!page.contains("This section is of older records"));
    }
    // Whoever may be a victim stands with others of whom this is so, and on the page with names is to be verified.
    assert!(told.contains("accounts of people who may be victims: for protection, not for suspicion"));
    assert!(!told.contains("possible victim – verify") && named.contains("possible victim – verify"));
    let tables = Tables::of(&place.case);

    // Each amount is that of the lots.
    let found: BTreeMap<(String, String), String> = figures(&full)
        .into_iter()
        .map(|(name, key, value)| ((name, key), value))
        .collect();
    let amount = |name: &str, key: String| found.get(&(name.to_owned(), key)).cloned();
    let sums = tables.rows(
        "SELECT label, kind, method, coalesce(account_id, ''), coalesce(asset, ''), coalesce(told, ''), ends, sum(amount), \
         sum(low), sum(high) FROM lots GROUP BY 1, 2, 3, 4, 5, 6, 7",
    );
    assert!(sums.len() > 20, "{sums:?}");
    let shown: Vec<&String> = found
        .iter()
        .filter(|((name, _), _)| name == "trace.amount")
        .map(|(_, value)| value)
        .collect();
    let in_tables: Vec<&String> = sums
        .iter()
        .filter(|row| row[7] != "0.0000" || row[9] != "0.0000")
        .map(|row| &row[7])
        .collect();
    let sorted = |mut list: Vec<&String>| {
        list.sort();
        list.into_iter().cloned().collect::<Vec<_>>()
    };
    assert_eq!(sorted(shown), sorted(in_tables));
    // What was claimed is the sum of its ends under each method that adds up.
    for (ground, claimed) in [("1", "2000.0000"), ("2", "4000.0000")] {
        assert_eq!(
            amount("trace.claimed", format!("{ground} EUR")).as_deref(),
            Some(claimed)
        );
        for method in ["fifo", "lifo", "pro-rata", "own-money-first", "tainted-first"] {
            let key = format!("{ground} EUR {method}");
            assert_eq!(
                amount("trace.ends", key).as_deref(),
                Some(claimed),
                "{ground} {method}"
            );
        }
    }
    assert!(!told.contains('≠') && told.contains("see the balances below") && told.contains("no sum"));

    // A picture a method that follows money, each with its words and a table, and none of two things with one id.
    for method in [
        "fifo",
        "lifo",
        "pro-rata",
        "own-money-first",
        "tainted-first",
        "exposure",
    ] {
        assert!(
            told.contains(&format!("<title id=\"way-t-EUR-{method}\">")),
            "{method}"
        );
        assert!(
            told.contains(&format!("<desc id=\"way-d-EUR-{method}\">")),
            "{method}"
        );
    }
    assert!(!told.contains("way-t-EUR-pari-passu"));
    assert!(told.contains("<details class=\"way\" name=\"way-EUR\" open=\"\">"));
    assert!(told.contains("leads back"), "money that comes back leads back");
    // In the picture with names whoever may be a victim is marked too.
    let node = named
        .find("<g class=\"node guarded\"><title>NL91ABNA0417164300")
        .expect("a node");
    assert!(named[node..].starts_with(
        "<g class=\"node guarded\"><title>NL91ABNA0417164300 (Vera Vlinder) (possible victim – verify)"
    ));
    assert!(told.contains("<g class=\"node guarded\"><title>Possible victims: "));
    // The same case gives the same page.
    assert_eq!(place.page(false), hidden);
}

#[test]
fn sums_on_a_possible_victims_account_stand_on_no_page_without_names() {
    let place = traced();
    let note = Tables::of(&place.case).one(&format!(
        "SELECT n.note FROM trace_notes n JOIN accounts a ON a.account_id = n.account_id WHERE n.weight = 'fund' AND \
         a.number = '{VICTIM}'"
    ));
    assert!(note.contains("200.00 EUR"), "{note}");
    let hidden = place.page(false);
    let told = section(&hidden);
    assert!(told.contains("Notes with sums on accounts of people who may be victims"));
    assert!(
        !told.contains("200.00 EUR on"),
        "a balance of a possible victim is told"
    );
    let full = place.page(true);
    let named = section(&full);
    assert!(named.contains("200.00 EUR") && !named.contains("Notes with sums on accounts"));
}

#[test]
fn an_old_trace_says_so_and_no_trace_says_nothing() {
    let place = traced();
    let mut more = LINES.to_owned();
    line(
        &mut more,
        SECOND,
        "2026-02-01 09:00:00",
        "debit",
        10,
        ("", ""),
        "fee",
    );
    place.take_in("more.csv", &more);
    let page = place.page(false);
    assert!(section(&page).contains(
        "This section is of older records or claims than the rest of the page: run <code>geldspoor trace</code>"
    ));
    place.run(&["trace"]);
    assert!(!place.page(false).contains("This section is of older records"));
    // Where nothing was ever claimed there is no section, and no line in the contents.
    let other = Place::new();
    other.take_in("lines.csv", &lines());
    let page = other.page(false);
    assert!(!page.contains("id=\"tracing\"") && !page.contains("href=\"#tracing\""));
}
